"""Establishment, strength and deployable: three numbers that are often taken for one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from standby._checks import number
from standby._show import Shown

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True)
class StaffingGap(Shown):
    """How far a force is from the officers that it needs; a positive gap is a shortfall.

    Attributes
    ----------
    required : ndarray
        Deployable officers that the assessment asks for [officers].
    strength : ndarray
        Accredited officers in post [officers].
    deployable : ndarray
        Those of them who can be deployed [officers].
    strength_gap : ndarray
        `required` less `strength` [officers].
    deployable_gap : ndarray
        `required` less `deployable`: the gap that counts on duty [officers].
    establishment_gap : ndarray or None
        `required` less the funded posts, if these were given [officers].
    vacancies : ndarray or None
        Funded posts less `strength`; negative if over establishment [officers].
    """

    required: NDArray[np.float64]
    strength: NDArray[np.float64]
    deployable: NDArray[np.float64]
    strength_gap: NDArray[np.float64]
    deployable_gap: NDArray[np.float64]
    establishment_gap: NDArray[np.float64] | None
    vacancies: NDArray[np.float64] | None


def deployable(strength: ArrayLike, share: ArrayLike) -> NDArray[np.float64]:
    """Officers who can be deployed, of those in post.

    Parameters
    ----------
    strength : array_like
        Accredited officers in post; scalar or shape (draws,) [officers].
    share : array_like
        Share of them who are operationally deployable (0.91 in England and Wales, March 2024).

    Returns
    -------
    ndarray
        Expected deployable officers, not rounded [officers].

    Raises
    ------
    ValueError
        If `strength` is negative or `share` not in [0, 1].
    """
    return np.asarray(number("strength", strength) * number("share", share, high=1.0))


def strength_for_deployable(required: ArrayLike, share: ArrayLike) -> NDArray[np.float64]:
    """Officers in post that give a number of deployable ones.

    Parameters
    ----------
    required : array_like
        Deployable officers wanted; scalar or shape (draws,) [officers].
    share : array_like
        Share of those in post who are deployable, more than 0.

    Returns
    -------
    ndarray
        Strength, not rounded [officers].

    Raises
    ------
    ValueError
        If `required` is negative or `share` not in (0, 1].
    """
    return np.asarray(number("required", required) / number("share", share, above=True, high=1.0))


def gap(
    required: ArrayLike,
    *,
    strength: ArrayLike,
    deployable_share: ArrayLike,
    establishment: ArrayLike | None = None,
) -> StaffingGap:
    """Set the officers that are needed against those that there are.

    Parameters
    ----------
    required : array_like
        Deployable officers that the assessment asks for; scalar or shape (draws,) [officers].
    strength : array_like
        Accredited officers in post [officers].
    deployable_share : array_like
        Share of them who are deployable.
    establishment : array_like, optional
        Funded posts [officers].

    Returns
    -------
    StaffingGap
        The gaps, all in one broadcast shape.

    Raises
    ------
    ValueError
        If a number leaves its range.
    """
    need = number("required", required)
    post = number("strength", strength)
    able = deployable(post, number("deployable_share", deployable_share, high=1.0))
    if establishment is None:
        need, post, able = np.broadcast_arrays(need, post, able)
        funded = None
    else:
        need, post, able, funded = np.broadcast_arrays(
            need, post, able, number("establishment", establishment)
        )
    return StaffingGap(
        required=need,
        strength=post,
        deployable=able,
        strength_gap=np.asarray(need - post),
        deployable_gap=np.asarray(need - able),
        establishment_gap=None if funded is None else np.asarray(need - funded),
        vacancies=None if funded is None else np.asarray(funded - post),
    )
