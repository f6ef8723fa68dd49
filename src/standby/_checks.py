"""Checks of numbers that a caller gives: one place that names what is wrong and the fix."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from standby._refusals import Refusal, shown

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import ArrayLike, NDArray

    from standby._typing import Floats

ROUNDING_SLACK = 1e-9
"""Officers (relative above one) by which binary rounding alone may make a total miss a whole number."""

LARGEST_WHOLE = 2**31 - 1
"""Largest whole number that is taken: sums of as many of them still fit into 64 bits."""

_NO_NUMBERS = (str, bytes, np.datetime64, np.timedelta64)
"""Types out of which NumPy makes numbers that nobody meant."""


def numbers(name: str, value: ArrayLike, *, refusal: type[Refusal] = Refusal) -> Floats:
    """Return a number, or an array of them, as an array; refuse what is none: text, times, ragged lists.

    Parameters
    ----------
    name
        What the numbers are, for the message.
    value
        Scalar or array of any shape; NaN and infinity are left to the caller.
    refusal
        What is raised: a room's own refusal.

    Returns
    -------
    ndarray
        `value` as float64, its shape kept.

    Raises
    ------
    ValueError
        If `value` is not numeric.
    """
    fix = "give a number or an array of numbers"
    try:
        array = np.asarray(value)

        # NumPy would read numbers out of text, and count the days of a date; also in an array of objects.
        holds_others = array.dtype.kind == "O" and any(isinstance(part, _NO_NUMBERS) for part in array.flat)
        if holds_others or array.dtype.kind not in "biufO":
            raise refusal(f"{name} is {shown(value)}", fix)
        return array.astype(np.float64, copy=False)
    except (TypeError, ValueError, OverflowError) as error:
        if isinstance(error, Refusal):
            raise
        raise refusal(f"{name} is {shown(value)}", fix) from error


def number(
    name: str,
    value: ArrayLike,
    *,
    low: float = 0.0,
    high: float = np.inf,
    above: bool = False,
    below: bool = False,
    finite: bool = True,
    refusal: type[Refusal] = Refusal,
) -> Floats:
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
    refusal
        What is raised: a room's own refusal.

    Returns
    -------
    ndarray
        `value` as float64, its shape kept.

    Raises
    ------
    ValueError
        If `value` is not numeric, is NaN, is infinite where it may not be, or leaves its range.
    """
    array = numbers(name, value, refusal=refusal)
    missing = int(np.isnan(array).sum())
    if missing:
        raise refusal(f"{name} has {missing} missing value(s) (NaN)", "give a number for each")
    if finite and np.isinf(array).any():
        raise refusal(f"{name} must be finite", "give a number in place of infinity")

    too_low = array <= low if above else array < low
    too_high = array >= high if below else array > high
    wrong = too_low | too_high
    if wrong.any():
        first_wrong = float(array[wrong].flat[0])
        least = f"{'more than' if above else 'at least'} {low:g}" if np.isfinite(low) else ""
        most = f"{'less than' if below else 'at most'} {high:g}" if np.isfinite(high) else ""
        allowed = " and ".join(part for part in (least, most) if part)
        raise refusal(f"{name} is {first_wrong:g}", f"give a number of {allowed}")
    return array


def single(
    name: str,
    value: ArrayLike,
    *,
    low: float = 0.0,
    high: float = np.inf,
    above: bool = False,
    below: bool = False,
    finite: bool = True,
    refusal: type[Refusal] = Refusal,
) -> float:
    """Return one number that is the same in every draw; refuse an array, and a number outside its range.

    The parameters are those of `number`.

    Raises
    ------
    ValueError
        If `value` is not one number, is NaN, is infinite where it may not be, or leaves its range.
    """
    array = numbers(name, value, refusal=refusal)
    if array.ndim:
        raise refusal(f"{name} has shape {array.shape}", "give one number")
    if np.isnan(array):
        raise refusal(f"{name} is {shown(value)}", "give a number")

    number(name, array, low=low, high=high, above=above, below=below, finite=finite, refusal=refusal)
    return float(array)


def whole(
    name: str,
    value: float,
    *,
    low: int = 0,
    high: int = LARGEST_WHOLE,
    refusal: type[Refusal] = Refusal,
) -> int:
    """Return a whole number that is the same in every draw; refuse it outside its range.

    Parameters
    ----------
    name
        What the number is, for the message.
    value
        The number, of any type that holds whole numbers: ``3.0`` is one.
    low, high
        Smallest and largest value allowed.
    refusal
        What is raised: a room's own refusal.

    Raises
    ------
    ValueError
        If `value` is not whole, or leaves its range.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        given = value
    else:
        array = np.asarray(value)
        is_whole = array.ndim == 0 and array.dtype.kind in "iuf" and float(array).is_integer()
        if not is_whole:
            raise refusal(f"{name} is {shown(value)}", "give a whole number")
        given = int(array)

    if given < low:
        raise refusal(f"{name} is {shown(given)}", f"give a whole number of at least {low}")
    if given > high:
        raise refusal(f"{name} is {shown(given)}", f"give a whole number of at most {high:,}")
    return given


def one_of(name: str, value: object, choices: Sequence[str], *, refusal: type[Refusal] = Refusal) -> None:
    """Refuse a word that is none of those known.

    Parameters
    ----------
    name
        What the word is, for the message.
    value
        The word.
    choices
        Those known.
    refusal
        What is raised: a room's own refusal.

    Raises
    ------
    ValueError
        If it is none of them.
    """
    if value not in choices:
        raise refusal(f"{name} is {shown(value)}", f"choose from {', '.join(choices)}")


def slack(value: Floats) -> Floats:
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


def flag(name: str, value: object, *, refusal: type[Refusal] = Refusal) -> bool:
    """Return whether something is so; refuse what is neither true nor false: any text would count as true.

    Parameters
    ----------
    name
        What it says, for the message.
    value
        True or false, NumPy's own too.
    refusal
        What is raised: a room's own refusal.

    Raises
    ------
    ValueError
        If `value` is anything else.
    """
    if not isinstance(value, bool | np.bool_):
        raise refusal(f"{name} is {shown(value)}", "give True or False")
    return bool(value)


def common_shape(*, refusal: type[Refusal] = Refusal, **shapes: tuple[int, ...]) -> tuple[int, ...]:
    """Return the shape that arrays have together; refuse shapes that don't fit each other.

    Parameters
    ----------
    refusal
        What is raised: a room's own refusal.
    **shapes
        Shape of each array, by what the array is.

    Raises
    ------
    ValueError
        If they can't be broadcast, with the shapes of those that are no single numbers.
    """
    try:
        return np.broadcast_shapes(*shapes.values())
    except ValueError as error:
        first, *others = ((name, shape) for name, shape in shapes.items() if shape)
        rest = " and ".join(f"{name} {shape}" for name, shape in others)
        raise refusal(
            f"{first[0]} has shape {first[1]} and {rest}", "give arrays of one shape, or single numbers"
        ) from error


def together(*, refusal: type[Refusal] = Refusal, **arrays: NDArray[Any]) -> tuple[NDArray[Any], ...]:
    """Return arrays in the shape that they have together; refuse shapes that don't fit each other.

    Parameters
    ----------
    refusal
        What is raised: a room's own refusal.
    **arrays
        The arrays, by name. Those that are returned may be views that are not to be written to.

    Raises
    ------
    ValueError
        If they can't be broadcast, with the shapes of those that are no single numbers.
    """
    common_shape(refusal=refusal, **{name: array.shape for name, array in arrays.items()})
    return tuple(np.broadcast_arrays(*arrays.values()))
