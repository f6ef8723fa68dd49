"""Reading numbers that a caller gives: one place that names what is wrong and the mend."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from standby._refusals import Refusal

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

ROUNDING_SLACK = 1e-9
"""Officers (relative above one) by which a total may miss a whole number through binary rounding alone."""


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
    """Read a number, or one a draw, and hold it to its range.

    Parameters
    ----------
    name : str
        What the number is, for the message.
    value : array_like
        Scalar or array of any shape.
    low, high : float
        Smallest and largest value allowed.
    above, below : bool
        Whether `low`, or `high`, is itself forbidden.
    finite : bool
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
    if np.isnan(array).any():
        raise Refusal(
            f"{name} has {int(np.isnan(array).sum())} missing value(s) (NaN)", "give a number for each"
        )
    if finite and np.isinf(array).any():
        raise Refusal(f"{name} must be finite", "give a number in place of infinity")
    wrong = (array <= low if above else array < low) | (array >= high if below else array > high)
    if wrong.any():
        worst = float(array[wrong].flat[0])
        least = f"{'more than' if above else 'at least'} {low:g}" if np.isfinite(low) else ""
        most = f"{'less than' if below else 'at most'} {high:g}" if np.isfinite(high) else ""
        raise Refusal(
            f"{name} is {worst:g}", f"give a number of {' and '.join(part for part in (least, most) if part)}"
        )
    return array


def whole(name: str, value: int, *, low: int = 0) -> int:
    """Read a whole number that is the same in every draw.

    Parameters
    ----------
    name : str
        What the number is, for the message.
    value : int
        The number.
    low : int
        Smallest value allowed.

    Returns
    -------
    int
        `value`.

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
    """Give the rounding slack that belongs to numbers of this size.

    Parameters
    ----------
    value : ndarray
        Numbers of officers.

    Returns
    -------
    ndarray
        `ROUNDING_SLACK` times the number, and never less than `ROUNDING_SLACK`.
    """
    return np.asarray(ROUNDING_SLACK * np.maximum(1.0, np.abs(value)))
