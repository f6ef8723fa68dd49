"""How names are listed, and how a number is written with its noun."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from standby.words.numbers import count

WEIGHED: Mapping[str, str] = {"people": "people", "demand": "calls", "key_locations": "key locations"}
"""What a standard's share is a share of, in words."""


def listed(names: Iterable[str]) -> str:
    """Return names in a row: ``Avon, Dorset and Wiltshire``.

    Parameters
    ----------
    names
        The names, at least one.
    """
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def quoted(names: Iterable[str]) -> str:
    """Return names of a plan in quotation marks, kept apart by semicolons: ``“More cars”; “A second base”``.

    Parameters
    ----------
    names
        The names; they may have commas of their own.
    """
    return "; ".join(f"“{name}”" for name in names)


def counted(number: float, one: str, several: str = "") -> str:
    """Return a number with its noun: ``1 site``, ``3 sites``.

    Parameters
    ----------
    number
        How many.
    one
        The noun for one.
    several
        The noun for several; left out, it is that for one with an s.
    """
    return f"{count(number)} {one if number == 1 else several or f'{one}s'}"
