"""Checks of numbers that a caller gives: one place that names what is wrong and the fix."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from standby._refusals import Refusal

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

ROUNDING_SLACK = 1e-9
"""Officers (relative above one) by which binary rounding alone may make a total miss a whole number."""


def number(
    name: str,
    value: ArrayLike,
    *,
    low: float = 0.0,
    high: float = np.inf,
    above: bool = False,
    below: bool = False,
    finite: bool = True,
) -> NDArray[np.float64]:
    """Return a number, or one for each draw, as an array; refuse it outside its range.

    Parameters
    ----------
    name
        What the number is, for the message.
    value
        Scalar or array of any shape.
    low, high
        Smallest and largest value allowed.
    above, below
        Whether `low`, or `high`, is itself forbidden.
    finite
        Whether infinity is forbidden.

    Returns
    -------
    ndarray
        `value` as float64, its shape kept.

    Raises
    ------
    ValueError
        If `value` is not numeric, is NaN, is infinite where it may not be, or leaves its range.
    """
    try:
        array = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise Refusal(f"{name} is {value!r}", "give a number or an array of numbers") from error

    missing = int(np.isnan(array).sum())
    if missing:
        raise Refusal(f"{name} has {missing} missing value(s) (NaN)", "give a number for each")
    if finite and np.isinf(array).any():
        raise Refusal(f"{name} must be finite", "give a number in place of infinity")

    too_low = array <= low if above else array < low
    too_high = array >= high if below else array > high
    wrong = too_low | too_high
    if wrong.any():
        first_wrong = float(array[wrong].flat[0])
        least = f"{'more than' if above else 'at least'} {low:g}" if np.isfinite(low) else ""
        most = f"{'less than' if below else 'at most'} {high:g}" if np.isfinite(high) else ""
        allowed = " and ".join(part for part in (least, most) if part)
        raise Refusal(f"{name} is {first_wrong:g}", f"give a number of {allowed}")
    return array


def whole(name: str, value: int, *, low: int = 0) -> int:
    """Return a whole number that is the same in every draw; refuse it below its range.

    Parameters
    ----------
    name
        What the number is, for the message.
    value
        The number.
    low
        Smallest value allowed.

    Raises
    ------
    ValueError
        If `value` is not whole or is below `low`.
    """
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
        raise Refusal(f"{name} is {value!r}", "give a whole number")
    if value < low:
        raise Refusal(f"{name} is {value}", f"give a whole number of at least {low}")
    return int(value)


def slack(value: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the rounding slack that belongs to numbers of this size.

    Parameters
    ----------
    value
        Numbers of officers.

    Returns
    -------
    ndarray
        `ROUNDING_SLACK` times the number, and never less than `ROUNDING_SLACK`.
    """
    return np.asarray(ROUNDING_SLACK * np.maximum(1.0, np.abs(value)))
