"""Home Office tables: officers by force; firearms operations and armed tactics by force."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd

from standby._deadline import Deadline
from standby._files import check_time
from standby.opendata._cells import NOTHING, numbers, refuse_cells, texts
from standby.opendata._headings import Patterns, candidates, choose
from standby.opendata._raw import (
    HEADING_ROWS,
    Raw,
    below_heading,
    is_workbook,
    limits,
    plain,
    read_raw,
    sheets_of,
    whole_sheets,
)
from standby.opendata.error import as_open_data, fault, quoted, row_fault
from standby.opendata.forces import known_force
from standby.words import counted

WORKFORCE_FIX = "Give the police workforce tables, or the open data table, of the Home Office"

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

LONGEST_TITLE = 300
"""Characters of a cell that are looked at for the title of a table or the name of a force."""


def read_police_workforce(path: str | Path) -> pd.DataFrame:
    """Read officers by police force area from the Home Office's police workforce statistics.

    Two layouts are read: the workbook of tables by police force area, and the open data table with one row
    for each force, sex, rank and type of worker, whose rows are added up.

    Parameters
    ----------
    path
        The workbook (ODS or XLSX); the open data table may be a CSV file as well.

    Returns
    -------
    pandas.DataFrame
        One row a table, force and date: ``table`` (sheet), ``measure`` (e.g. ``police officers``), ``unit``
        (``full-time equivalent`` or ``head``), ``force_code``, ``force``, ``as_of`` (ISO date) and
        ``number``, NaN where the publisher has none. Regions, totals and changes are left out. ``attrs`` has
        ``notes``: rows that were left out.

    Raises
    ------
    OpenDataError
        If the file is damaged, too large, or has no such table.
    """
    path = Path(path)
    if not is_workbook(path):
        raw = read_raw(path, wanted=_is_open_table, fix=WORKFORCE_FIX)
        return _open_table(raw, path.stem)

    def fits(_: str, first_rows: list[list[str]]) -> bool:
        """Return whether a sheet has one of the two layouts."""
        return any(map(_is_open_table, first_rows)) or _is_by_force(first_rows)

    deadline = Deadline(limits().seconds)
    fit = sheets_of(path, fits, deadline)
    made: list[Row] = []
    notes: tuple[str, ...] = ()
    for name, rows in whole_sheets(path, list(fit), deadline).items():
        with as_open_data():
            check_time(path, deadline)

        if any(map(_is_open_table, rows[:HEADING_ROWS])):
            table = _open_table(below_heading(path, rows, _is_open_table), name)
            made += list(table.itertuples(index=False, name=None))
            notes += table.attrs["notes"]
        else:
            made += _sheet(path, name, rows)

    if not made:
        raise fault(path, "has no table by police force area with a date above each column", WORKFORCE_FIX)

    frame = pd.DataFrame(made, columns=list(WORKFORCE_COLUMNS))
    frame.attrs["notes"] = notes
    return frame


DAY_HEADING = re.compile(r"asat(?P<day>\d{1,2})(?P<month>[a-z]+)")
"""Heading that has the day of the years below it, such as ``As at 31 March``."""

OPEN_TABLE: Patterns = {
    "as of": (DAY_HEADING.pattern, r"asat(date)?"),
    "force": (r"(police)?force(area)?name", r"force|policeforce(area)?"),
    "worker type": (r"workertype",),
}
"""Columns that the open data table must have, the most specific names first."""

OPEN_NUMBERS: Patterns = {
    "full-time equivalent": (r"totalfte|totalfulltimeequivalents?", r"fte|fulltimeequivalents?"),
    "head": (r"totalheadcount", r"headcount"),
}
"""Its columns of numbers, by unit."""

MEASURES = {
    "policeofficer": "police officers",
    "policestaff": "police staff",
    "pcso": "police community support officers",
    "policecommunitysupportofficer": "police community support officers",
    "designatedofficer": "designated officers",
    "trafficwarden": "traffic wardens",
    "specialconstable": "special constables",
    "specialconstabulary": "special constables",
}
"""Measure by type of worker, as the workbook of tables names them."""

TOTAL = re.compile(r"(all|total|persons|both)( .*)?", re.IGNORECASE)
"""Word for all values of a column together."""


def _is_open_table(cells: Iterable[str]) -> bool:
    names = [str(cell) for cell in cells]
    numbered = any(candidates(names, patterns) for patterns in OPEN_NUMBERS.values())
    return numbered and _has_all(names, OPEN_TABLE)


def _open_table(raw: Raw, name: str) -> pd.DataFrame:
    """Return the sums of the open data table by type of worker, force and date."""
    raw, headed = _chosen(raw, {**OPEN_TABLE, **OPEN_NUMBERS})
    raw = _without_totals(raw, set(headed.values()))
    forces, others = _forces(raw, headed["force"])
    notes = raw.notes if not others else (*raw.notes, others)

    days = _open_days(raw, headed["as of"])
    workers = texts(raw, headed["worker type"])
    measures = workers.map(lambda worker: MEASURES.get(plain(worker).removesuffix("s"), worker.lower()))

    parts = []
    for unit in OPEN_NUMBERS:
        if not headed[unit]:
            continue

        numbered = forces.assign(
            table=name, measure=measures, unit=unit, as_of=days, number=numbers(raw, headed[unit], least=0.0)
        )
        parts.append(numbered[numbered["force"] != ""])

    # A sum of which a part is not known is not known: min_count is the size of the group.
    keys = [column for column in WORKFORCE_COLUMNS if column != "number"]
    groups = pd.concat(parts).groupby(keys, sort=True)["number"]
    sums = groups.sum().where(groups.count() == groups.size())
    frame = sums.reset_index()[list(WORKFORCE_COLUMNS)]
    frame.attrs["notes"] = notes
    return frame


def _without_totals(raw: Raw, known: set[str]) -> Raw:
    """Return a table without rows of totals, such as both sexes together, that others add up to."""
    total = np.zeros(len(raw.frame), dtype=bool)
    for column in raw.frame.columns:
        if column in known:
            continue
        here = raw.frame[column].astype(str).str.fullmatch(TOTAL).to_numpy(dtype=bool)

        # Where every row of a column says so, there are no parts beside the totals.
        total |= here & ~here.all()

    if not total.any():
        return raw
    return raw.only(~total).noted(f"{counted(int(total.sum()), 'row')} of totals left out")


def _open_days(raw: Raw, column: str) -> list[str]:
    """Return the date of each row: a year's, on the day that the heading names, or the row's own."""
    match = DAY_HEADING.fullmatch(plain(column))
    month = None if match is None else _month(match["month"])

    days: list[str] = []
    odd: list[tuple[int, str]] = []
    for k, cell in enumerate(texts(raw, column)):
        own = _day(cell)

        if own is None and month is not None and match is not None and re.fullmatch(r"(19|20)\d{2}", cell):
            own = _iso(int(cell), month, int(match["day"]))

        if own is None:
            odd.append((raw.row(k), f"is {quoted(cell)}"))
        days.append(own or "")

    if odd:
        raise row_fault(raw.path, column, odd, "A year such as 2024 or a date is needed")
    return days


def _iso(year: int, month: int, day: int) -> str | None:
    """Return a date as ISO 8601 has it, None when there is no such day."""
    try:
        return dt.date(year, month, day).isoformat()
    except ValueError:
        return None


Row = tuple[str, str, str, str, str, str, float]
"""A row of `read_police_workforce`."""


def _sheet(path: Path, name: str, rows: list[list[str]]) -> list[Row]:
    """Return the rows of one sheet, none when it is not by police force area."""
    match = _measure(rows)
    dates = _dates_above(rows)
    if match is None or dates is None:
        return []

    head = rows[:HEAD_ROWS]
    cells = [plain(cell) for row in head for cell in row]
    unit = next((unit for word, unit in UNITS.items() if word in cells), "")
    measure = " ".join(match["measure"].split()).lower()

    # A region of the same name stands above its forces: the last row of a force counts.
    by_force: dict[str, list[Row]] = {}
    for k, row in enumerate(rows):
        # The names of forces are followed by the numbers of footnotes.
        force = known_force(re.sub(r"[\d,\s]+$", "", row[0][:LONGEST_TITLE])) if row and row[0] else None
        if force is not None:
            by_force[force.code] = [
                (name, measure, unit, force.code, force.name, day, _number(path, name, k, row, column))
                for column, day in dates.items()
                if column < len(row)
            ]

    return [row for made in by_force.values() for row in made]


def _is_by_force(rows: list[list[str]]) -> bool:
    """Return whether the first rows of a sheet are those of a table by police force area."""
    return _measure(rows) is not None and _dates_above(rows) is not None


def _measure(rows: list[list[str]]) -> re.Match[str] | None:
    """Return what the title of a sheet, in its first cells, says that it counts."""
    return next(
        (m for row in rows[:3] for cell in row[:1] if (m := MEASURE.match(cell[:LONGEST_TITLE]))), None
    )


def _dates_above(rows: list[list[str]]) -> dict[int, str] | None:
    """Return the dates of the first row that has any, by column."""
    return next((found for row in rows[:HEAD_ROWS] if (found := _dates(row))), None)


def _dates(row: list[str]) -> dict[int, str]:
    """Return the date above each column, for the columns that have one."""
    return {k: day for k, cell in enumerate(row) if k > 0 and (day := _day(cell.strip()))}


def _day(cell: str) -> str | None:
    """Return the date of a cell as ISO 8601 has it; of a month alone its last day."""
    match = DATE.match(cell) or LONG_DATE.fullmatch(cell)
    if match is not None:
        month = match["month"]
        number = int(month) if month.isdigit() else _month(month)
        return None if number is None else _iso(int(match["year"]), number, int(match["day"]))

    match = SHORT_DATE.fullmatch(cell)
    number = None if match is None else _month(match["month"])
    if match is None or number is None:
        return None
    return str((pd.Timestamp(2000 + int(match["year"]), number, 1) + pd.offsets.MonthEnd(0)).date())


def _month(name: str) -> int | None:
    short = name[:3].lower()
    return MONTHS.index(short) + 1 if short in MONTHS else None


def _number(path: Path, sheet: str, k: int, row: list[str], column: int) -> float:
    """Return the number of a cell, NaN where the publisher has none; refuse any other text."""
    text = row[column].replace(",", "").strip().lower()
    if text in NOTHING:
        return np.nan

    try:
        value = float(text)
    except ValueError:
        value = np.nan
    if not np.isfinite(value) or value < 0:
        place = f"{column + 1} of sheet {sheet}"
        raise row_fault(path, place, [(k + 1, f"is {quoted(row[column])}")], "A number is needed")
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
    raw = read_raw(path, wanted=_is_operations, fix="Give columns force, year and operations")
    raw, headed = _chosen(raw, OPERATIONS)
    table, others = _forces(raw, headed["force"])
    raw = raw.noted(others) if others else raw

    years = texts(raw, headed["year"])
    is_odd = ~years.str.fullmatch(r"(19|20)\d{2}([-/]\d{2,4})?").to_numpy(dtype=bool)
    refuse_cells(raw, headed["year"], is_odd, "A year such as 2012-13 is needed")

    table["year"] = years.to_numpy(dtype=object)
    table["operations"] = numbers(raw, headed["operations"], least=0.0, most=MOST_OPERATIONS)
    twice = table["force"].ne("") & table.duplicated(["force_code", "year"], keep="first")
    if twice.any():
        rows = [
            (raw.row(int(k)), f"is {table['force'][k]} in {years[k]} again") for k in np.flatnonzero(twice)
        ]
        raise row_fault(raw.path, headed["force"], rows, "Give one row a force and year, with the sum")

    return _of_forces(table, raw)


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
    raw = read_raw(path, wanted=_is_tactics, fix="Give columns force, tactic and times_used")
    raw, headed = _chosen(raw, TACTICS)
    table, others = _forces(raw, headed["force"])
    raw = raw.noted(others) if others else raw

    table["tactic"] = texts(raw, headed["tactic"]).to_numpy(dtype=object)
    table["times_used"] = numbers(raw, headed["times_used"], least=0.0, most=MOST_OPERATIONS)
    return _of_forces(table, raw)


def _of_forces(table: pd.DataFrame, raw: Raw) -> pd.DataFrame:
    """Return the rows of territorial forces, with the notes of the table that was read."""
    table = table[table["force"] != ""].reset_index(drop=True)
    table.attrs["notes"] = raw.notes
    return table


MOST_OPERATIONS = 1e6
"""More firearms operations than this are in no force in a year."""

FORCE_COLUMNS = (r"force|policeforce(area)?", r"(police)?force(area)?name")

OPERATIONS: Patterns = {
    "force": FORCE_COLUMNS,
    "year": (r"(fin|financial)year(ending)?", r"year(ending)?"),
    "operations": (r"(number)?(of)?(police)?firearmsoperations", r"operations"),
}
"""Columns of a table of operations, the most specific names first."""

TACTICS: Patterns = {"force": FORCE_COLUMNS, "tactic": (r"tactic",), "times_used": (r"timesused",)}
"""Columns of a table of tactics."""


def _chosen(raw: Raw, patterns: Patterns) -> tuple[Raw, dict[str, str]]:
    """Return the table with notes on the choice, and the column of each kind, empty where there is none."""
    headed = {}
    for kind, names in patterns.items():
        raw, column = choose(raw, kind.replace("_", " "), names)
        headed[kind] = column or ""
    return raw, headed


def _is_operations(cells: Iterable[str]) -> bool:
    return _has_all(cells, OPERATIONS)


def _is_tactics(cells: Iterable[str]) -> bool:
    return _has_all(cells, TACTICS)


def _has_all(cells: Iterable[str], patterns: Patterns) -> bool:
    names = [str(cell) for cell in cells]
    return all(candidates(names, columns) for columns in patterns.values())


OTHER_FORCES = re.compile(
    r".*(british transport|scotland|scottish|northern ireland|psni|civil nuclear|ministry of defence|\bmod\b"
    r"|jersey|guernsey|isle of man|port of|ports police|national crime agency).*",
    re.IGNORECASE,
)
"""Forces that are none of the 43 territorial ones of England and Wales."""


def _forces(raw: Raw, column: str) -> tuple[pd.DataFrame, str]:
    """Return code and name of the force of each row, empty for totals and other forces, and a note on those.

    An unknown name is a fault.
    """
    values = texts(raw, column)
    known = {name: known_force(name) for name in values.unique()}
    totals = {name for name in known if re.match(r"(total|england|wales|all )", name.lower())}
    others = {name for name in known if known[name] is None and OTHER_FORCES.fullmatch(name)}
    left_out = totals | others
    is_odd = [known[name] is None and name not in left_out for name in values]
    refuse_cells(raw, column, is_odd, "Name one of the 43 forces of England and Wales")

    forces = [None if name in left_out else known[name] for name in values]
    table = pd.DataFrame(
        {
            "force_code": [force.code if force else "" for force in forces],
            "force": [force.name if force else "" for force in forces],
        },
        dtype="object",
    )

    note = ""
    if others:
        number = int(values.isin(others).sum())
        note = f"{counted(number, 'row')} of other forces left out: {', '.join(sorted(others))}"
    return table, note


__all__ = [
    "WORKFORCE_COLUMNS",
    "read_firearms_operations",
    "read_firearms_tactics",
    "read_police_workforce",
]
