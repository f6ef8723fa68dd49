"""Which column of a public table is meant: by stated rules, never simply the first that fits."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from standby.opendata._raw import Raw, plain
from standby.opendata.error import fault, quoted

Patterns = Mapping[str, Sequence[str]]
"""Names of the columns of each kind, in small letters and digits alone, the most specific first."""

NAMED = 6
"""Columns that were not chosen which a note names."""


@dataclass(frozen=True)
class Candidate:
    """A column that fits.

    Parameters
    ----------
    column
        As it is headed.
    rank
        How specific its name is, 0 the most.
    year
        Year in its name, 0 when there is none.
    """

    column: str
    rank: int
    year: int


def year_in(name: str) -> int:
    """Return the year in the name of a column, 0 when there is none.

    Examples
    --------
    >>> year_in("Mid-2011: Population"), year_in("LSOA21CD"), year_in("RUC11 code"), year_in("All Ages")
    (2011, 2021, 2011, 0)
    """
    short = plain(name)
    match = re.search(r"(?:19|20)\d{2}", short)
    if match is not None:
        return int(match[0])

    match = re.search(r"(\d{2})(?:cd|nm|code|name)?$", short)
    if match is None:
        return 0
    short_year = int(match[1])
    return 2000 + short_year if short_year < 70 else 1900 + short_year


def candidates(names: Iterable[str], patterns: Sequence[str], *, size_first: bool = False) -> list[Candidate]:
    """Return the columns of one kind, best first: the newest year, then the most specific name.

    Parameters
    ----------
    names
        Columns of a table.
    patterns
        Names of columns of this kind.
    size_first
        Whether the specific name counts before the year.
    """
    found = []
    for name in names:
        short = plain(name)
        rank = next((k for k, pattern in enumerate(patterns) if re.fullmatch(pattern, short)), None)
        if rank is not None:
            found.append(Candidate(name, rank, year_in(name)))

    return sorted(found, key=lambda c: (c.rank, -c.year) if size_first else (-c.year, c.rank))


def choose(
    raw: Raw, kind: str, patterns: Sequence[str], *, size_first: bool = False
) -> tuple[Raw, str | None]:
    """Choose the column of a kind, None when there is none; note it in the table when others would fit.

    Parameters
    ----------
    raw
        The table.
    kind
        What the column holds, for messages.
    patterns, size_first
        As for `candidates`.

    Returns
    -------
    Raw
        The table, with a note when columns were passed over that differ.
    str or None
        The column.

    Raises
    ------
    OpenDataError
        If several fit equally well and differ; they are named.
    """
    ranked = candidates(raw.frame.columns, patterns, size_first=size_first)
    if not ranked:
        return raw, None

    best = ranked[0]
    values = raw.frame[best.column].to_numpy()
    others = [c for c in ranked[1:] if (raw.frame[c.column].to_numpy() != values).any()]

    equal = [c for c in others if (c.rank, c.year) == (best.rank, best.year)]
    if equal:
        differ = np.flatnonzero(raw.frame[equal[0].column].to_numpy() != values)
        named = ", ".join(quoted(c.column) for c in (best, *equal))
        what = (
            f"has several columns for {kind}, {named}, which differ (first in row {raw.row(int(differ[0]))})"
        )
        raise fault(raw.path, what, "Keep the one that is meant")

    if not others:
        return raw, best.column

    newest = not size_first and any(c.year != best.year for c in others)
    why = "the newest year" if newest else "the most specific name"
    named = ", ".join(quoted(c.column) for c in others[:NAMED])
    more = f" and {len(others) - NAMED} more" if len(others) > NAMED else ""
    note = f"{kind} from {quoted(best.column)}, {why}, and not from {named}{more}"
    return raw.noted(note), best.column


__all__ = ["Candidate", "Patterns", "candidates", "choose", "year_in"]
