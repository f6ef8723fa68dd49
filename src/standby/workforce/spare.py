"""Who fills the posts of crews: officers at hand first, then officers who have to be found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from standby._show import Shown

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Filled(Shown):
    """How the posts of crews are filled, beyond the base.

    Attributes
    ----------
    lacking : ndarray
        Officers whom the base's own posts ask for and who are not at hand, shape (...) [officers].
    found : ndarray
        Officers who have to be found beyond those, shape (...); below 0 where posts are given up that the
        base had nobody at hand for [officers].
    taught : ndarray
        Officers who have to take a tier's course before they can hold its posts, shape (..., tiers): those
        who are found, and those at hand who hold another accreditation [officers].
    retrained : ndarray
        Those of them who are at hand, shape (..., tiers) [officers].
    kept : ndarray
        Officers of each tier more than in the base, whose leavers have to be replaced, shape (..., tiers);
        they sum to `found` [officers].
    spare : ndarray
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
    """Fill posts with the officers at hand first, each in his own accreditation if he can be.

    The officers at hand hold the base's posts; what is over is spare. Spare officers hold the accreditations
    of the base's posts, in proportion to them (of the option's, where the base has no posts). New posts are
    filled

    1. by spare officers of the same accreditation, who need nothing;
    2. by spare officers of another one, once they have taken the course;
    3. by officers who are found for them, and take the course.

    Posts that are given up make their officers spare. Where the base has more posts than officers at hand,
    its posts are taken as filled all the same, by officers who are not there: giving such posts up saves
    them.

    Parameters
    ----------
    now, before : array_like
        Officers that the posts of each tier ask for, with the option and in the base, shape (..., tiers)
        [officers].
    at_hand : array_like
        Deployable officers who can hold them, shape (...) [officers].
    accreditations : array_like
        Code of the accreditation of each tier, shape (tiers,); tiers of one code share their officers.
    at_hand_before : array_like, optional
        Officers at hand in the base, where the option changes how many are deployable [officers].

    Returns
    -------
    Filled
        Who is found, taught, kept and left over.

    Examples
    --------
    Two tiers with an accreditation each, 20 posts of the first; 30 officers are at hand, so 10 are spare.
    With 6 more posts of the first and 8 of the second, 6 spare officers take the first, 4 are retrained for
    the second, and 4 have to be found.

    >>> filled = fill_posts([26, 8], [20, 0], at_hand=30, accreditations=[0, 1])
    >>> float(filled.found), filled.taught.tolist(), filled.retrained.tolist(), filled.kept.tolist()
    (4.0, [0.0, 8.0], [0.0, 4.0], [-4.0, 8.0])
    """
    now, before = np.broadcast_arrays(np.asarray(now, dtype=float), np.asarray(before, dtype=float))
    at_hand = np.asarray(at_hand, dtype=float)
    base_at_hand = at_hand if at_hand_before is None else np.asarray(at_hand_before, dtype=float)
    codes = np.asarray(accreditations)
    holds = (codes[:, np.newaxis] == np.unique(codes)).astype(float)  # (tiers, accreditations)

    # Officers to be found: what the posts ask for beyond those at hand, less what the base already lacks.
    posts, base_posts = now.sum(axis=-1), before.sum(axis=-1)
    missing = np.maximum(base_posts - base_at_hand, 0.0)
    found = np.maximum(posts - at_hand, 0.0) - missing

    # Who holds which accreditation: as the base's posts, and the spare officers in proportion to them.
    pool = at_hand + missing
    wanted = now @ holds
    held = _in_proportion(before @ holds, otherwise=wanted) * pool[..., np.newaxis]

    # Whoever lacks the accreditation of his new post takes the course: those who are found, and others at
    # hand.
    untaught = np.maximum(wanted - held, 0.0)
    left_over = np.maximum(held - wanted, 0.0)
    moved = np.maximum(untaught.sum(axis=-1) - np.maximum(found, 0.0), 0.0)
    gone = moved + np.maximum(-found, 0.0)
    kept = untaught - gone[..., np.newaxis] * _in_proportion(left_over)

    # From accreditations to the tiers that share them: courses where posts are added, fewer where they were.
    grows = _within(np.maximum(now - before, 0.0), holds, otherwise=now)
    shrinks = _within(before, holds)
    taught = grows * (untaught @ holds.T)
    total = untaught.sum(axis=-1)
    reach_moved = np.divide(moved, total, out=np.zeros_like(total), where=total > 0.0)
    return Filled(
        lacking=missing,
        found=found,
        taught=taught,
        retrained=taught * reach_moved[..., np.newaxis],
        kept=grows * (np.maximum(kept, 0.0) @ holds.T) + shrinks * (np.minimum(kept, 0.0) @ holds.T),
        spare=np.maximum(at_hand + np.maximum(found, 0.0) - posts, 0.0),
    )


def add_to_posts(now: ArrayLike, before: ArrayLike, *, at_hand: ArrayLike) -> Filled:
    """Fill each post with an officer who is found for it: whoever is spare has other duties.

    Parameters
    ----------
    now, before : array_like
        Officers that the posts of each tier ask for, with the option and in the base, shape (..., tiers)
        [officers].
    at_hand : array_like
        Deployable officers, shape (...); NaN where nobody knows [officers].

    Returns
    -------
    Filled
        Every post more takes an officer more, and every post less frees one.
    """
    now, before = np.broadcast_arrays(np.asarray(now, dtype=float), np.asarray(before, dtype=float))
    more, base_posts = now - before, before.sum(axis=-1)
    at_hand = np.asarray(at_hand, dtype=float)
    found = more.sum(axis=-1)
    return Filled(
        lacking=np.maximum(base_posts - at_hand, 0.0) + np.zeros_like(found),
        found=found,
        taught=np.maximum(more, 0.0),
        retrained=np.zeros_like(more),
        kept=more,
        spare=np.maximum(at_hand - base_posts, 0.0) + np.zeros_like(found),
    )


def _in_proportion(parts: Floats, otherwise: Floats | None = None) -> Floats:
    """Return parts as shares of their sum over the last axis; where that is 0, those of something else."""
    total = parts.sum(axis=-1, keepdims=True)
    shares = np.divide(parts, total, out=np.zeros_like(parts), where=total > 0.0)
    return shares if otherwise is None else np.where(total > 0.0, shares, _in_proportion(otherwise))


def _within(parts: Floats, holds: Floats, *, otherwise: Floats | None = None) -> Floats:
    """Return each tier's part of all tiers of its accreditation, shape (..., tiers).

    Where the parts of an accreditation are all 0: those of something else, else equal parts.
    """
    total = parts @ holds @ holds.T
    equal = 1.0 / holds.sum(axis=0) @ holds.T
    instead = equal if otherwise is None else _within(otherwise, holds)
    return np.where(total > 0.0, parts / np.where(total > 0.0, total, 1.0), instead)
