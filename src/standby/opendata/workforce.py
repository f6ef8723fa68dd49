"""Home Office tables: officers by force; firearms operations and armed tactics by force."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd

from standby.opendata._cells import NOTHING, numbers
from standby.opendata._raw import Raw, _is_workbook, plain, read_bytes, read_raw, sheets_of
from standby.opendata.error import fault, row_fault
from standby.opendata.forces import known_force

WORKFORCE_COLUMNS = ("table", "measure", "unit", "force_code", "force", "as_of", "number")
"""Columns of `read_police_workforce`."""

MEASURE = re.compile(
    r"Table \w+[:.]\s*(?P<measure>.+?)\d?\s*(\([^)]*\))?,? by police force area", re.IGNORECASE
)
UNITS = {
    "fulltimeequivalents": "full-time equivalent",
    "fulltimeequivalent": "full-time equivalent",
    "headcount": "head",
}
DATE = re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})")
LONG_DATE = re.compile(r"(as at )?(?P<day>\d{1,2}) (?P<month>[A-Z][a-z]+) (?P<year>\d{4})\d?")
SHORT_DATE = re.compile(r"(?P<month>[A-Z][a-z]{2})-(?P<year>\d{2})")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
HEAD_ROWS = 12


def read_police_workforce(path: str | Path) -> pd.DataFrame:
    """Read the tables by police force area of the Home Office's police workforce statistics.

    Parameters
    ----------
    path
        The workbook of tables (ODS or XLSX).

    Returns
    -------
    pandas.DataFrame
        One row a table, force and date: ``table`` (sheet), ``measure`` (e.g. ``police officers``), ``unit``
        (``full-time equivalent`` or ``head``), ``force_code``, ``force``, ``as_of`` (ISO date) and
        ``number``, NaN where the publisher has none. Regions, totals and changes are left out.

    Raises
    ------
    OpenDataError
        If the file is damaged, or has no table by police force area.
    """
    path = Path(path)
    if read_bytes(path)[:2] != b"PK":
        raise fault(
            path, "is no workbook", "Give the ODS or XLSX file of tables as published by the Home Office"
        )
    _is_workbook(path)
    made = [row for name, rows in sheets_of(path).items() for row in _sheet(path, name, rows)]
    if not made:
        mend = "Give the police workforce tables of the Home Office"
        raise fault(path, "has no table by police force area with a date above each column", mend)
    return pd.DataFrame(made, columns=list(WORKFORCE_COLUMNS))


def _sheet(path: Path, name: str, rows: list[list[str]]) -> list[tuple[str, str, str, str, str, str, float]]:
    """Return the rows of one sheet, none when it is not by police force area."""
    match = next((m for row in rows[:3] for cell in row[:1] if (m := MEASURE.match(cell))), None)
    head = rows[:HEAD_ROWS]
    dates = next((found for row in head if (found := _dates(row))), None)
    if match is None or dates is None:
        return []
    cells = [plain(cell) for row in head for cell in row]
    unit = next((unit for word, unit in UNITS.items() if word in cells), "")
    measure = " ".join(match["measure"].split()).lower()
    by_force: dict[str, list[tuple[str, str, str, str, str, str, float]]] = {}
    for k, row in enumerate(rows):
        force = known_force(re.sub(r"[\d,\s]+$", "", row[0])) if row and row[0] else None
        if force is not None:  # a region of the same name stands above its forces
            by_force[force.code] = [
                (name, measure, unit, force.code, force.name, day, _number(path, name, k, row, column))
                for column, day in dates.items()
                if column < len(row)
            ]
    return [row for made in by_force.values() for row in made]


def _dates(row: list[str]) -> dict[int, str]:
    """Return the date above each column, for the columns that have one."""
    return {k: day for k, cell in enumerate(row) if k > 0 and (day := _day(cell.strip()))}


def _day(cell: str) -> str | None:
    match = DATE.match(cell) or LONG_DATE.fullmatch(cell)
    if match is not None:
        month = match["month"]
        number = int(month) if month.isdigit() else _month(month)
        return None if number is None else f"{match['year']}-{number:02d}-{int(match['day']):02d}"
    match = SHORT_DATE.fullmatch(cell)
    number = None if match is None else _month(match["month"])
    if match is None or number is None:
        return None
    return str((pd.Timestamp(2000 + int(match["year"]), number, 1) + pd.offsets.MonthEnd(0)).date())


def _month(name: str) -> int | None:
    short = name[:3].lower()
    return MONTHS.index(short) + 1 if short in MONTHS else None


def _number(path: Path, sheet: str, k: int, row: list[str], column: int) -> float:
    text = row[column].replace(",", "").strip().lower()
    if text in NOTHING:
        return np.nan
    try:
        value = float(text)
    except ValueError:
        value = np.nan
    if not np.isfinite(value) or value < 0:
        raise row_fault(
            path, f"{sheet}, column {column + 1}", [(k + 1, f"is {row[column]!r}")], "A number is needed"
        )
    return value


def read_firearms_operations(path: str | Path) -> pd.DataFrame:
    """Read firearms operations by force and year.

    Parameters
    ----------
    path
        A table with columns of force, financial year (``2012-13``) and number of operations.

    Returns
    -------
    pandas.DataFrame
        ``force_code``, ``force``, ``year`` (as written) and ``operations`` [per year], in the file's order.

    Raises
    ------
    OpenDataError
        If the file is damaged or no such table, or a cell is not what it should be.
    """
    raw = read_raw(
        path, wanted=lambda cells: bool(_operations(cells)), mend="Give columns force, year and operations"
    )
    found = _operations(raw.frame.columns)
    made = _forces(raw, found["force"])
    years = raw.frame[found["year"]].astype(str)
    odd = [
        (raw.row(k), f"is {y!r}") for k, y in enumerate(years) if not re.fullmatch(r"\d{4}([-/]\d{2,4})?", y)
    ]
    if odd:
        raise row_fault(raw.path, found["year"], odd, "A year such as 2012-13 is needed")
    made["year"] = years.to_numpy(dtype=object)
    made["operations"] = numbers(raw, found["operations"], least=0.0)
    twice = made["force"].ne("") & made.duplicated(["force_code", "year"], keep="first")
    if twice.any():
        rows = [
            (raw.row(int(k)), f"is {made['force'][k]} in {years[k]} again") for k in np.flatnonzero(twice)
        ]
        raise row_fault(raw.path, found["force"], rows, "Give one row a force and year, with the sum")
    return made[made["force"] != ""].reset_index(drop=True)


def read_firearms_tactics(path: str | Path) -> pd.DataFrame:
    """Read how often armed tactics were used, by force.

    Parameters
    ----------
    path
        A table with columns of force, tactic and number of times.

    Returns
    -------
    pandas.DataFrame
        ``force_code``, ``force``, ``tactic`` and ``times_used`` [number]; totals are left out.

    Raises
    ------
    OpenDataError
        If the file is damaged or no such table, or a number is text.
    """
    columns = {"force", "tactic", "timesused"}
    raw = read_raw(
        path,
        wanted=lambda cells: columns <= {plain(str(cell)) for cell in cells},
        mend="Give columns force, tactic and times_used",
    )
    names = {plain(column): column for column in raw.frame.columns}
    made = _forces(raw, names["force"])
    made["tactic"] = raw.frame[names["tactic"]].astype(str).to_numpy(dtype=object)
    made["times_used"] = numbers(raw, names["timesused"], least=0.0)
    return made[made["force"] != ""].reset_index(drop=True)


def _operations(cells: Iterable[str]) -> dict[str, str]:
    """Return the columns of a table of operations, none when it is no such table."""
    patterns = {
        "force": r"force|forcename|policeforce(area)?(name)?",
        "year": r"(fin|financial)?year(ending)?",
        "operations": r"(number)?(of)?(police)?firearmsoperations|operations",
    }
    names = {plain(str(cell)): str(cell) for cell in cells}
    found = {k: next((names[n] for n in names if re.fullmatch(p, n)), "") for k, p in patterns.items()}
    return found if all(found.values()) else {}


def _forces(raw: Raw, column: str) -> pd.DataFrame:
    """Return code and name of the force of each row, empty for totals; an unknown name is a fault."""
    values = raw.frame[column].astype(str)
    known = {name: known_force(name) for name in values.unique()}
    totals = {name for name in known if re.match(r"(total|england|wales|all )", name.lower())}
    odd = [(raw.row(k), f"is {v!r}") for k, v in enumerate(values) if known[v] is None and v not in totals]
    if odd:
        raise row_fault(raw.path, column, odd, "Name one of the 43 forces of England and Wales")
    rows = [known[name] for name in values]
    return pd.DataFrame(
        {"force_code": [r.code if r else "" for r in rows], "force": [r.name if r else "" for r in rows]},
        dtype="object",
    )


__all__ = [
    "WORKFORCE_COLUMNS",
    "read_firearms_operations",
    "read_firearms_tactics",
    "read_police_workforce",
]
