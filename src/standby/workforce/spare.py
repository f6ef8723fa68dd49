"""Who fills the posts of crews: officers in post first, then officers who have to be found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from standby._checks import common_shape, number, numbers, together
from standby._refusals import Refusal
from standby._show import Shown

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from standby._typing import Floats


@dataclass(frozen=True, eq=False)
class Filled(Shown):
    """How the posts of crews are filled, beyond the base.

    Parameters
    ----------
    lacking
        Officers whom the base's own posts need and who are not at hand, shape (...) [officers].
    found
        Officers who have to be found beyond those, shape (...); negative where the option gives up posts for
        which the base had nobody at hand [officers].
    taught
        Officers who have to take a tier's course before they can hold its posts, shape (..., tiers): those
        who are found, and those at hand whose accreditation is another one [officers].
    retrained
        Those of them who are at hand, shape (..., tiers) [officers].
    kept
        Officers of each tier beyond the base, whose leavers have to be replaced, shape (..., tiers); they
        sum to `found` [officers].
    spare
        Officers at hand whom no post needs, shape (...) [officers].
    """

    lacking: Floats
    found: Floats
    taught: Floats
    retrained: Floats
    kept: Floats
    spare: Floats


def fill_posts(
    now: ArrayLike,
    before: ArrayLike,
    *,
    at_hand: ArrayLike,
    accreditations: ArrayLike,
    at_hand_before: ArrayLike | None = None,
) -> Filled:
    """Fill posts with the officers at hand first, in their own accreditation as far as possible.

    The officers at hand hold the base's posts; the rest of them are spare. Spare officers have the
    accreditations of the base's posts, in proportion to them (of the option's, where the base has no posts).
    New posts are filled

    1. by spare officers of the same accreditation, who need nothing;
    2. by spare officers of another one, once they have taken the course;
    3. by officers who are found for them, and take the course.

    Officers whose posts are given up become spare. Where the base has more posts than officers at hand, its
    posts are taken as filled all the same, by officers who are not there: giving such posts up saves these.

    Parameters
    ----------
    now, before
        Officers that the posts of each tier need, with the option and in the base, shape (..., tiers)
        [officers].
    at_hand
        Deployable officers who can hold them, shape (...) [officers].
    accreditations
        Code of the accreditation of each tier, shape (tiers,); tiers of one code share their officers.
    at_hand_before
        Officers at hand in the base, where the option changes how many are deployable; `at_hand` if left
        out [officers].

    Returns
    -------
    Filled
        Who is found, taught, kept and spare.

    Raises
    ------
    ValueError
        If a number is negative or not finite, or shapes do not fit.

    Examples
    --------
    Two tiers with an accreditation each, 20 posts of the first; 30 officers are at hand, so 10 are spare.
    With 6 more posts of the first and 8 of the second, 6 spare officers take the first, 4 are retrained for
    the second, and 4 have to be found.

    >>> filled = fill_posts([26, 8], [20, 0], at_hand=30, accreditations=[0, 1])
    >>> float(filled.found), filled.taught.tolist(), filled.retrained.tolist(), filled.kept.tolist()
    (4.0, [0.0, 8.0], [0.0, 4.0], [-4.0, 8.0])
    """
    now, before = _posts_by_tier(now, before)
    at_hand = number("at_hand", at_hand)
    base_at_hand = at_hand if at_hand_before is None else number("at_hand_before", at_hand_before)
    common_shape(at_hand=at_hand.shape, at_hand_before=base_at_hand.shape, posts_of_a_tier=now.shape[:-1])

    # Which accreditation each tier asks for, 1 or 0, shape (tiers, accreditations).
    codes = number("accreditations", accreditations, low=-np.inf)
    if codes.shape != now.shape[-1:]:
        raise Refusal(
            f"accreditations has shape {codes.shape}", f"give one code for each of {now.shape[-1]} tiers"
        )
    asks_for = (codes[:, np.newaxis] == np.unique(codes)).astype(float)

    # Officers to be found: what the posts need beyond those at hand, less what the base already lacks.
    posts = now.sum(axis=-1)
    base_posts = before.sum(axis=-1)
    lacking = np.maximum(base_posts - base_at_hand, 0.0)
    found = np.maximum(posts - at_hand, 0.0) - lacking

    # Accreditations are spread over all officers in the proportions of the base's posts, the spare included.
    officers = at_hand + lacking
    needed = now @ asks_for
    accredited = _in_proportion(before @ asks_for, otherwise=needed) * officers[..., np.newaxis]

    # Whoever lacks the accreditation of a new post takes its course: first those who are found, then others
    # at hand, who leave an accreditation with officers to spare.
    taught_by_accreditation = np.maximum(needed - accredited, 0.0)
    surplus = np.maximum(accredited - needed, 0.0)
    all_taught = taught_by_accreditation.sum(axis=-1)
    retrained = np.maximum(all_taught - np.maximum(found, 0.0), 0.0)
    no_longer_kept = retrained + np.maximum(-found, 0.0)
    kept = taught_by_accreditation - no_longer_kept[..., np.newaxis] * _in_proportion(surplus)

    # From accreditations to the tiers that share them: gains go to the tiers whose posts grow, losses to
    # those that had posts in the base.
    gain_share = _within_accreditation(np.maximum(now - before, 0.0), asks_for, otherwise=now)
    loss_share = _within_accreditation(before, asks_for)
    taught = gain_share * (taught_by_accreditation @ asks_for.T)
    retrained_share = np.divide(retrained, all_taught, out=np.zeros_like(all_taught), where=all_taught > 0.0)
    gained = gain_share * (np.maximum(kept, 0.0) @ asks_for.T)
    lost = loss_share * (np.minimum(kept, 0.0) @ asks_for.T)

    return Filled(
        lacking=lacking,
        found=found,
        taught=taught,
        retrained=taught * retrained_share[..., np.newaxis],
        kept=gained + lost,
        spare=np.maximum(at_hand + np.maximum(found, 0.0) - posts, 0.0),
    )


def add_to_posts(now: ArrayLike, before: ArrayLike, *, at_hand: ArrayLike) -> Filled:
    """Fill each post with an officer who is found for it, as spare officers have other duties.

    Parameters
    ----------
    now, before
        Officers that the posts of each tier need, with the option and in the base, shape (..., tiers)
        [officers].
    at_hand
        Deployable officers, shape (...); NaN where their number is not known [officers].

    Returns
    -------
    Filled
        Every added post takes an officer more, and every post given up frees one.

    Raises
    ------
    ValueError
        If a number is negative or not finite, or shapes do not fit.
    """
    now, before = _posts_by_tier(now, before)
    at_hand = numbers("at_hand", at_hand)
    number("at_hand", at_hand[~np.isnan(at_hand)])
    common_shape(at_hand=at_hand.shape, posts_of_a_tier=now.shape[:-1])

    base_posts = before.sum(axis=-1)
    added = now - before
    found = added.sum(axis=-1)

    # Adding zeros brings what does not depend on the option to the option's shape.
    return Filled(
        lacking=np.maximum(base_posts - at_hand, 0.0) + np.zeros_like(found),
        found=found,
        taught=np.maximum(added, 0.0),
        retrained=np.zeros_like(added),
        kept=added,
        spare=np.maximum(at_hand - base_posts, 0.0) + np.zeros_like(found),
    )


def _posts_by_tier(now: ArrayLike, before: ArrayLike) -> tuple[Floats, Floats]:
    """Return posts now and before in one shape, tiers on the last axis; refuse other shapes."""
    posts_now = number("now", now)
    posts_before = number("before", before)
    if posts_now.ndim == 0 or posts_now.shape[-1:] != posts_before.shape[-1:]:
        raise Refusal(
            f"now has shape {posts_now.shape} and before {posts_before.shape}",
            "give one number for each tier on the last axis of both",
        )

    posts_now, posts_before = together(now=posts_now, before=posts_before)
    return posts_now, posts_before


def _in_proportion(parts: Floats, otherwise: Floats | None = None) -> Floats:
    """Return parts as shares of their sum over the last axis.

    Where the sum is 0, the shares are those of `otherwise`, or 0 without it.
    """
    total = parts.sum(axis=-1, keepdims=True)
    shares = np.divide(parts, total, out=np.zeros_like(parts), where=total > 0.0)

    if otherwise is None:
        return np.asarray(shares)
    return np.where(total > 0.0, shares, _in_proportion(otherwise))


def _within_accreditation(parts: Floats, asks_for: Floats, *, otherwise: Floats | None = None) -> Floats:
    """Return each tier's share among the tiers of its accreditation, shape (..., tiers).

    Where the parts of an accreditation are all 0, the shares are those of `otherwise`, or equal without it.
    """
    # To accreditations and back: each tier gets the total of its own accreditation.
    total = parts @ asks_for @ asks_for.T

    if otherwise is None:
        fallback = 1.0 / asks_for.sum(axis=0) @ asks_for.T
    else:
        fallback = _within_accreditation(otherwise, asks_for)

    shares = parts / np.where(total > 0.0, total, 1.0)
    return np.asarray(np.where(total > 0.0, shares, fallback))
