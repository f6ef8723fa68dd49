"""Graded systems: expected stocks that move between grades, leave and are recruited.

The discrete-time Markov models of manpower planning. A grade may be a rank, a role (response, armed response
vehicle, specialist) or a stage of the pipeline (volunteer, student, accredited).

References
----------
.. [1] D. J. Bartholomew, A. F. Forbes and S. I. McClean (1991). Statistical Techniques for Manpower
   Planning, 2nd ed., Wiley.
.. [2] J. G. Kemeny and J. L. Snell (1960). Finite Markov Chains, Van Nostrand, chapter 3 (absorbing chains
   and the fundamental matrix).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from standby._checks import common_shape, number, whole
from standby._refusals import Refusal

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from standby._typing import Floats

_SUM_SLACK = 1e-9
"""By how much shares that should sum to 1 may miss it."""


def _transition(transition: ArrayLike) -> Floats:
    """Return a matrix of moves between grades; refuse one that is not square or has a row above 1."""
    moves = number("transition", transition, high=1.0)
    if moves.ndim < 2 or moves.shape[-1] != moves.shape[-2]:
        raise Refusal(f"transition has shape {moves.shape}", "give a row and a column for each grade")

    row_sums = moves.sum(axis=-1)
    if (row_sums > 1.0 + _SUM_SLACK).any():
        raise Refusal(
            f"a row of transition sums to {row_sums.max():g}", "let each sum to at most 1 (the rest leaves)"
        )
    return moves


def _by_grade(name: str, value: ArrayLike, grades: int) -> Floats:
    """Return numbers with grades on the last axis; refuse any other shape."""
    array = number(name, value)
    if array.ndim == 0 or array.shape[-1] != grades:
        raise Refusal(
            f"{name} has shape {array.shape}", f"give one number for each of {grades} grades on its last axis"
        )
    return array


def wastage(transition: ArrayLike) -> Floats:
    """Return the share of each grade that leaves the system in one period.

    Parameters
    ----------
    transition
        Chance of moving from row to column in one period, shape (..., grades, grades).

    Returns
    -------
    ndarray
        What each row lacks to 1, shape (..., grades).

    Raises
    ------
    ValueError
        If `transition` is not square or a row sums to more than 1.
    """
    return np.asarray(np.maximum(1.0 - _transition(transition).sum(axis=-1), 0.0))


def stocks(initial: ArrayLike, transition: ArrayLike, recruits: ArrayLike, *, periods: int) -> Floats:
    """Project the expected stocks by grade when recruits are given: ``n(t) = n(t − 1) P + r`` [1]_.

    Parameters
    ----------
    initial
        Officers in each grade at the start, shape (..., grades) [officers].
    transition
        Chance of moving from row to column in one period; the rest of a row leaves, shape (..., grades,
        grades).
    recruits
        Officers recruited into each grade in every period, shape (..., grades) [officers/period].
    periods
        Periods ahead.

    Returns
    -------
    ndarray
        Stocks at the start and after each period, shape (..., periods + 1, grades) [officers].

    Raises
    ------
    ValueError
        If shapes do not fit or a number leaves its range.

    References
    ----------
    .. [1] D. J. Bartholomew, A. F. Forbes and S. I. McClean (1991). Statistical Techniques for Manpower
       Planning, 2nd ed., Wiley.
    """
    moves = _transition(transition)
    grades = moves.shape[-1]
    start = _by_grade("initial", initial, grades)
    joining = _by_grade("recruits", recruits, grades)
    steps = whole("periods", periods)

    shape = common_shape(
        initial_of_a_grade=start.shape[:-1],
        recruits_of_a_grade=joining.shape[:-1],
        transition_of_a_grade=moves.shape[:-2],
    )
    path = np.empty((*shape, steps + 1, grades))
    path[..., 0, :] = start
    for step in range(steps):
        path[..., step + 1, :] = np.einsum("...i,...ij->...j", path[..., step, :], moves) + joining
    return path


def stocks_at_size(
    initial: ArrayLike, transition: ArrayLike, recruit_shares: ArrayLike, *, periods: int
) -> Floats:
    """Project the expected stocks by grade when every leaver is replaced and the total stays the same.

    ``n(t) = n(t − 1) (P + w a)`` with the wastage ``w`` and the recruit shares ``a``.

    Parameters
    ----------
    initial
        Officers in each grade at the start, shape (..., grades) [officers].
    transition
        Chance of moving from row to column in one period, shape (..., grades, grades).
    recruit_shares
        Share of the recruits who enter each grade, summing to 1, shape (..., grades).
    periods
        Periods ahead.

    Returns
    -------
    ndarray
        Stocks at the start and after each period, shape (..., periods + 1, grades) [officers].

    Raises
    ------
    ValueError
        If shapes do not fit, a number leaves its range or the shares do not sum to 1.
    """
    moves = _refilled(transition, recruit_shares)
    return stocks(initial, moves, np.zeros(moves.shape[-1]), periods=periods)


def _refilled(transition: ArrayLike, recruit_shares: ArrayLike) -> Floats:
    """Return the moves between grades with each leaver's place filled: ``P + w a``, whose rows sum to 1."""
    moves = _transition(transition)
    shares = _by_grade("recruit_shares", recruit_shares, moves.shape[-1])

    total = shares.sum(axis=-1)
    if (np.abs(total - 1.0) > _SUM_SLACK).any():
        raise Refusal(f"recruit_shares sum to {float(total.flat[0]):g}", "let them sum to 1 over the grades")

    refilled = moves + wastage(moves)[..., :, np.newaxis] * shares[..., np.newaxis, :]
    return np.asarray(refilled / refilled.sum(axis=-1, keepdims=True))


def expected_service(transition: ArrayLike) -> Floats:
    """Return the expected periods in each grade from each grade of entry.

    This is the fundamental matrix ``(I − P)⁻¹`` [1]_.

    Parameters
    ----------
    transition
        Chance of moving from row to column in one period, shape (..., grades, grades).

    Returns
    -------
    ndarray
        Periods, the first included, that one who enters the row's grade spends in the column's grade, shape
        (..., grades, grades) [periods].

    Raises
    ------
    ValueError
        If somebody would never leave, so that no finite answer exists.

    References
    ----------
    .. [1] J. G. Kemeny and J. L. Snell (1960). Finite Markov Chains, Van Nostrand, chapter 3.
    """
    moves = _transition(transition)

    # With an eigenvalue of 1 some set of grades loses nobody, and I − P has no inverse.
    if (np.abs(np.linalg.eigvals(moves)).max(axis=-1) > 1.0 - _SUM_SLACK).any():
        raise Refusal(
            "transition lets nobody leave from some grade", "give it a way out (a row that sums to below 1)"
        )

    service = np.linalg.inv(np.eye(moves.shape[-1]) - moves)
    return np.asarray(np.maximum(service, 0.0))  # elimination may leave -1e-15 where nobody ever comes


def steady_stocks(transition: ArrayLike, recruits: ArrayLike) -> Floats:
    """Return the stocks by grade that given recruits sustain for good: ``n = r (I − P)⁻¹``.

    Parameters
    ----------
    transition
        Chance of moving from row to column in one period, shape (..., grades, grades).
    recruits
        Officers recruited into each grade in every period, shape (..., grades) [officers/period].

    Returns
    -------
    ndarray
        Stocks, shape (..., grades) [officers].

    Raises
    ------
    ValueError
        If shapes do not fit, a number leaves its range or somebody would never leave.
    """
    service = expected_service(transition)
    joining = _by_grade("recruits", recruits, service.shape[-1])
    return np.asarray(np.einsum("...i,...ij->...j", joining, service))


def steady_shares(transition: ArrayLike, recruit_shares: ArrayLike) -> Floats:
    """Return the share of each grade in the long run when every leaver is replaced.

    The stationary distribution of ``P + w a`` (see `stocks_at_size`). A vacancy may be a grade of its own in
    a matrix whose rows sum to 1; nobody leaves it then and the recruit shares have no effect.

    Parameters
    ----------
    transition
        Chance of moving from row to column in one period, shape (..., grades, grades).
    recruit_shares
        Share of the recruits who enter each grade, summing to 1, shape (..., grades).

    Returns
    -------
    ndarray
        Shares that sum to 1, shape (..., grades).

    Raises
    ------
    ValueError
        If the system falls into parts that never mix, so that the long run depends on the start.
    """
    moves = _refilled(transition, recruit_shares)
    grades = moves.shape[-1]

    # The stationary shares p solve p (I − M) = 0. Its rank is one short, as p may be scaled freely.
    balance = np.swapaxes(np.eye(grades) - moves, -1, -2).copy()
    if (np.linalg.matrix_rank(balance, tol=_SUM_SLACK) < grades - 1).any():
        raise Refusal(
            "transition falls into parts that never mix", "their shares depend on where officers start"
        )

    # One balance equation follows from the others, so the last gives way to "the shares sum to 1".
    balance[..., -1, :] = 1.0
    right_side = np.zeros((*moves.shape[:-2], grades, 1))
    right_side[..., -1, 0] = 1.0

    shares = np.asarray(np.linalg.solve(balance, right_side)[..., 0])
    return np.asarray(np.maximum(shares, 0.0))
