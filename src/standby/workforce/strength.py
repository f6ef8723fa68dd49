"""Establishment, strength and deployable: three numbers that are often mistaken for one another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from standby._checks import number, together
from standby._show import Shown

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from standby._typing import Floats


@dataclass(frozen=True)
class StaffingGap(Shown):
    """How far a force is from the officers that it needs: a positive gap is a shortfall.

    Parameters
    ----------
    required
        Deployable officers that the assessment asks for [officers].
    strength
        Accredited officers in post [officers].
    deployable
        Those of them who can be deployed [officers].
    strength_gap
        `required` less `strength` [officers].
    deployable_gap
        `required` less `deployable`: the gap that counts on duty [officers].
    establishment_gap
        `required` less the funded posts, if these were given [officers].
    vacancies
        Funded posts less `strength`; negative if over establishment [officers].
    """

    required: Floats
    strength: Floats
    deployable: Floats
    strength_gap: Floats
    deployable_gap: Floats
    establishment_gap: Floats | None
    vacancies: Floats | None


def deployable(strength: ArrayLike, share: ArrayLike) -> Floats:
    """Return the officers who can be deployed, of those in post.

    Parameters
    ----------
    strength
        Accredited officers in post; scalar or shape (draws,) [officers].
    share
        Share of them who are operationally deployable (0.91 in England and Wales, March 2024).

    Returns
    -------
    ndarray
        Expected deployable officers, not rounded [officers].

    Raises
    ------
    ValueError
        If `strength` is negative, `share` not in [0, 1], or their shapes do not fit.
    """
    in_post, shares = together(strength=number("strength", strength), share=number("share", share, high=1.0))
    return np.asarray(in_post * shares)


def strength_for_deployable(required: ArrayLike, share: ArrayLike) -> Floats:
    """Return the officers in post that it takes to have a number of deployable ones.

    Parameters
    ----------
    required
        Deployable officers wanted; scalar or shape (draws,) [officers].
    share
        Share of those in post who are deployable, more than 0.

    Returns
    -------
    ndarray
        Strength, not rounded [officers].

    Raises
    ------
    ValueError
        If `required` is negative, `share` not in (0, 1], or their shapes do not fit.
    """
    needed, shares = together(
        required=number("required", required), share=number("share", share, above=True, high=1.0)
    )
    return np.asarray(needed / shares)


def gap(
    required: ArrayLike,
    *,
    strength: ArrayLike,
    deployable_share: ArrayLike,
    establishment: ArrayLike | None = None,
) -> StaffingGap:
    """Compare the officers that are needed with those that there are.

    Parameters
    ----------
    required
        Deployable officers that the assessment asks for; scalar or shape (draws,) [officers].
    strength
        Accredited officers in post [officers].
    deployable_share
        Share of them who are deployable.
    establishment
        Funded posts [officers].

    Returns
    -------
    StaffingGap
        The gaps, all in one broadcast shape.

    Raises
    ------
    ValueError
        If a number leaves its range or shapes do not fit.
    """
    # Without an establishment nothing follows from the number that stands for it here.
    needed, in_post, share, funded = together(
        required=number("required", required),
        strength=number("strength", strength),
        deployable_share=number("deployable_share", deployable_share, high=1.0),
        establishment=number("establishment", 0.0 if establishment is None else establishment),
    )
    can_deploy = deployable(in_post, share)
    is_funded = establishment is not None

    return StaffingGap(
        required=needed,
        strength=in_post,
        deployable=can_deploy,
        strength_gap=np.asarray(needed - in_post),
        deployable_gap=np.asarray(needed - can_deploy),
        establishment_gap=np.asarray(needed - funded) if is_funded else None,
        vacancies=np.asarray(funded - in_post) if is_funded else None,
    )
