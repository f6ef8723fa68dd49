"""The four kinds of place that travel times tell apart, after the rural-urban classification of 2011."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from standby.travel._check import TravelInputError

TRAVEL_CLASSES: Final[tuple[str, ...]] = ("urban_conurbation", "urban_town", "rural_town", "rural_village")
"""Names of the travel classes; a class's integer code is its position here."""

RUC2011_CLASSES: Final[dict[str, str]] = {
    "A1": "urban_conurbation",
    "B1": "urban_conurbation",
    "C1": "urban_town",
    "C2": "urban_town",
    "D1": "rural_town",
    "D2": "rural_town",
    "E1": "rural_village",
    "E2": "rural_village",
}
"""Travel class of each code of the 2011 rural-urban classification of small areas in England and Wales."""

_CODES: Final[dict[str, int]] = {name: code for code, name in enumerate(TRAVEL_CLASSES)}


def class_codes(classes: Sequence[str] | npt.ArrayLike, *, label: str = "classes") -> npt.NDArray[np.intp]:
    """Return checked codes of travel classes that are given by name or by code.

    Parameters
    ----------
    classes
        One per place, shape (n,): names from `TRAVEL_CLASSES`, or integer positions in it.
    label
        What the classes belong to, used in the error message.

    Returns
    -------
    numpy.ndarray
        Codes from 0 to 3, shape (n,).

    Raises
    ------
    TravelInputError
        If a class is unknown or missing, or the classes are not one row.

    Examples
    --------
    >>> class_codes(["rural_town", "urban_town"]).tolist()
    [2, 1]
    """
    given = np.asarray(classes)
    if given.ndim != 1:
        raise TravelInputError(
            f"{label} have the shape {given.shape}", "give one class per place, shape (n,)"
        )
    if given.size == 0:
        return np.zeros(0, dtype=np.intp)

    if given.dtype.kind in "iu":
        codes = given.astype(np.intp)
        wrong = np.flatnonzero((codes < 0) | (codes >= len(TRAVEL_CLASSES)))
    else:
        codes = np.array([_code_of(name) for name in given.tolist()], dtype=np.intp)
        wrong = np.flatnonzero(codes < 0)

    if wrong.size:
        raise _unknown(given[wrong[0]], int(wrong[0]), int(wrong.size), label)
    return codes


def classes_from_ruc2011(codes: Sequence[str] | npt.ArrayLike) -> npt.NDArray[np.intp]:
    """Return travel-class codes of places from their codes in the 2011 rural-urban classification.

    Parameters
    ----------
    codes
        One per place, shape (n,): "A1" to "E2" as in the column RUC11CD of the Office for National
        Statistics.

    Returns
    -------
    numpy.ndarray
        Codes from 0 to 3, shape (n,).

    Raises
    ------
    TravelInputError
        If a code is not one of the eight.

    Examples
    --------
    >>> classes_from_ruc2011(["A1", "D2"]).tolist()
    [0, 2]
    """
    given = np.asarray(codes).ravel().tolist()

    unknown = sorted({str(code) for code in given} - RUC2011_CLASSES.keys())
    if unknown:
        raise TravelInputError(
            f"rural-urban codes {unknown[:5]} are not of the 2011 classification",
            f"use {sorted(RUC2011_CLASSES)}",
        )

    return np.array([_CODES[RUC2011_CLASSES[code]] for code in given], dtype=np.intp)


def _code_of(name: object) -> int:
    """Return the code of a class, -1 for anything that is not the name of one."""
    return _CODES.get(name, -1) if isinstance(name, str) else -1


def _unknown(value: object, row: int, n_wrong: int, label: str) -> TravelInputError:
    """Return the refusal of the first of the unknown classes."""
    hint = "; classes_from_ruc2011 turns such codes into classes" if value in RUC2011_CLASSES else ""
    more = f" ({n_wrong} such places)" if n_wrong > 1 else ""

    return TravelInputError(
        f"{label}: place {row} has the unknown travel class {value!r}{more}",
        f"give one of {list(TRAVEL_CLASSES)} or its position 0 to {len(TRAVEL_CLASSES) - 1}{hint}",
    )
