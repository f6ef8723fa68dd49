"""A force's own shift pattern from a file: team numbers and codes of shifts, and nothing of any person."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from standby._refusals import Code, Fault, Refusal
from standby.words import counted
from standby.workforce.shifts import OFF, Shift, ShiftPattern, shift_between
from standby.workforce.shifts.pattern import refuse_all

if TYPE_CHECKING:
    from collections.abc import Mapping

    from standby._typing import Codes

Rows = list[list[str]]

LABELS = ("team", "crew", "week")
"""Headings of the column that says whose row it is."""

SHIFT_COLUMNS = ("code", "start", "end")
"""Columns of the table of shifts; `paid_min`, `break_min` and `duty` may follow."""

OFF_CODES = frozenset({"", "-", "–", "·", ".", "off", "rd", "r", "rest", "rest day"})
"""What stands for a day off, in small letters."""

LONGEST_CODE = 3
"""Characters of a code at most: what is longer is no code, and may be a name."""

OWN_NAME = "own pattern"
"""What a pattern from a file is called: the name of the file may be that of a person or a place."""

MOST_IN_FILE = 99
"""Teams in a file at most: a number of three digits may be a collar number."""

MOST_NAMED = 20
"""Faults that a refusal shows; of more, only their number."""

_PERSONAL_HEADING = re.compile(
    r"name|collar|warrant|shoulder|e-?mail|phone|mobile|employee|payroll|officer|staff|person|birth|address|rank"
    r"|^(?:pc|no|number|id|badge)\b",
    re.IGNORECASE,
)
"""Headings of columns about persons."""

_COLOURS = "red|blue|green|yellow|orange|purple|white|black|amber|silver|gold"
_LABEL = re.compile(
    rf"(?:(?:team|crew|week|block|group|relief|section)\s*)?(?P<own>\d{{1,2}}|[a-z]|{_COLOURS})",
    re.IGNORECASE,
)
"""What a row may be called: a number, a letter or a colour."""

_EMAIL = re.compile(r"\S@\S")
_NUMBER = re.compile(r"\d{3,}")
"""Digits in a row as in collar numbers; codes of shifts have fewer."""

_FULL_NAME = re.compile(r"[^\W\d_]{2,}[\s,.'-]+[^\W\d_]{2,}")
"""Two words of letters, as a name has them."""


class PatternFileError(Refusal):
    """A file that holds no shift pattern that can be used, with all that is wrong with it.

    Parameters
    ----------
    faults
        What is wrong, each with its place. Cells that may say who somebody is are not repeated.
    """

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        lines = [f"  {fault}" for fault in self.faults[:MOST_NAMED]]
        if len(self.faults) > MOST_NAMED:
            lines.append(f"  and {len(self.faults) - MOST_NAMED} more")
        head = f"the shift pattern has {counted(len(self.faults), 'fault')}:"
        super().__init__("\n".join([head, *lines]), code="faults")


@dataclass
class _Table:
    """A table of a file, and the faults that are found in it.

    Attributes
    ----------
    file
        Name of the file, with that of the sheet.
    heading
        Its heading, in small letters.
    rows
        Rows below it that hold anything.
    numbers
        Row of the file that each of them is.
    faults
        What was found to be wrong.
    """

    file: str
    heading: list[str]
    rows: Rows
    numbers: list[int]
    faults: list[Fault] = field(default_factory=list)

    def fault(self, row: int | None, column: str, what: str, fix: str, code: Code) -> None:
        """Note a fault; `row` counts the rows of the table, None is the whole of it."""
        where = "" if row is None else f"row {self.numbers[row]}"
        self.faults.append(Fault(self.file, where, column, what, fix, code))

    def cell(self, row: int, column: str) -> str:
        """Return a cell by the name of its column, nothing where there is none."""
        place = self.heading.index(column) if column in self.heading else -1
        return self.rows[row][place] if 0 <= place < len(self.rows[row]) else ""


def read_pattern(
    path: str | Path, *, shifts: str | Path | Sequence[Shift] | None = None, name: str = ""
) -> ShiftPattern:
    """Read a force's own shift pattern from CSV or a workbook.

    The pattern is a table with a row for each team (or crew) and a column for each day of the cycle, ``1`` to
    as many as there are or ``mon`` to ``sun`` over again; or one row a week, headed ``week``, in which every
    team works all weeks in turn, a week later than the one before; or long, with ``team`` or ``week``,
    ``day`` and ``code``. Shifts have a table with ``code``, ``start``, ``end`` and, if known, ``paid_min``,
    ``break_min`` and ``duty`` (yes, or no for training): another sheet of a workbook, or another file.

    Parameters
    ----------
    path
        The file; see `standby.opendata.read_rows` for its kinds.
    shifts
        File of the table of shifts, or the shifts; left out, they are a sheet of the same workbook.
    name
        What the pattern is called; left out, ``own pattern``: nothing of the file's name is kept.

    Returns
    -------
    ShiftPattern
        The pattern. Nothing else in the file is kept.

    Raises
    ------
    PatternFileError
        If anything in it is no team, day or code: all faults at once, with their rows. Headings and cells
        that look like names, collar numbers or e-mail addresses are refused and not repeated.
    OpenDataError
        If the file can't be read.
    Refusal
        If the pattern can't be worked: shifts of a team that overlap, for example.
    """
    path = Path(path)
    tables = _tables(path)
    given_shifts = None if shifts is None or isinstance(shifts, str | Path) else tuple(shifts)
    if isinstance(shifts, str | Path):
        tables += _tables(Path(shifts))

    # A file that may say who somebody is goes no further: nothing else of it is looked at.
    for table in tables:
        _look_for_persons(table)
    _refuse(tables)

    of_shifts = [table for table in tables if set(SHIFT_COLUMNS) <= set(table.heading)]
    others = [table for table in tables if table not in of_shifts and _is_pattern(table)]
    _refuse_missing(path, of_shifts, others, tables, given_shifts)

    known = given_shifts if given_shifts is not None else _read_shifts(of_shifts[0])
    codes = _read_codes(others[0], known)
    _refuse(tables)
    return ShiftPattern(name or OWN_NAME, known, codes)


def refuse_unreadable(pattern: ShiftPattern) -> None:
    """Refuse a pattern that `read_pattern` would not take back from a file.

    Parameters
    ----------
    pattern
        The pattern.

    Raises
    ------
    Refusal
        If a code is too long, may be a name or a number, or stands for a day off, or there are more teams
        than numbers of two digits; all faults are named.
    """
    faults = []
    for shift in pattern.shifts:
        code = shift.code
        is_code = code == code.strip() and len(code) <= LONGEST_CODE and code.lower() not in OFF_CODES
        if not is_code or _personal(code):
            fix = f"give it at most {LONGEST_CODE} characters that are no number and no day off"
            faults.append(Refusal(f"a file of a pattern can't have the code {code!r}", fix))
    if pattern.teams > MOST_IN_FILE:
        what = f"a file of a pattern can't have {pattern.teams} teams"
        faults.append(Refusal(what, f"give at most {MOST_IN_FILE}: longer numbers may be those of persons"))
    refuse_all(faults, "the pattern")


def _tables(path: Path) -> list[_Table]:
    """Return the tables of a file: the first row with text is the heading, rows without are passed over."""
    from standby.opendata import read_rows  # noqa: PLC0415 - slow to import, and only files need it

    found = []
    for place, (sheet, rows) in enumerate(read_rows(path).items(), 1):
        filled = [(number, row) for number, row in enumerate(rows, 1) if any(row)]
        if filled:
            (_, heading), *body = filled
            # Sheets may be named after anybody: they are counted.
            file = f"{path.name}, sheet {place}" if sheet else path.name
            numbers = [number for number, _ in body]
            words = [cell.lower() for cell in heading]
            while words and not words[-1]:
                words.pop()
            found.append(_Table(file, words, [row for _, row in body], numbers))
            _look_beyond_heading(found[-1])
    return found


def _look_beyond_heading(table: _Table) -> None:
    """Note cells that stand under no heading: nobody could say what they are."""
    for row, cells in enumerate(table.rows):
        if any(cells[len(table.heading) :]):
            fix = "Head its column, or empty it"
            table.fault(row, "", "has a cell under no heading", fix, "unknown-column")


def _look_for_persons(table: _Table) -> None:
    """Note headings and cells that may say who somebody is; what they say isn't repeated."""
    fix = f"Leave persons out: number the teams, and give shifts codes of {LONGEST_CODE} characters at most"
    for place, heading in enumerate(table.heading, 1):
        if _PERSONAL_HEADING.search(heading) or _EMAIL.search(heading):
            table.fault(None, f"column {place}", "has a heading of persons", fix, "against-rule")

    for row, cells in enumerate(table.rows):
        for place, cell in enumerate(cells, 1):
            heading = table.heading[place - 1] if place <= len(table.heading) else ""
            form = _NUMBERS.get(heading)
            kind = "" if form and form.fullmatch(cell) else _personal(cell)
            if kind:
                table.fault(row, f"column {place}", f"has what may be {kind}", fix, "against-rule")


def _personal(cell: str) -> str:
    """Return what a cell may say of a person, nothing where it does not."""
    if _EMAIL.search(cell):
        return "an e-mail address"
    if _NUMBER.search(cell):
        return "a collar number"
    is_label = _LABEL.fullmatch(cell) or cell.lower() in OFF_CODES
    if not is_label and (_FULL_NAME.search(cell) or (len(cell) > LONGEST_CODE and _is_word(cell))):
        return "a name"
    return ""


_TIME = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?|")
_UP_TO_A_DAY = re.compile(r"\d{0,3}|1[0-3]\d{2}|14[0-3]\d|1440")
_NUMBERS = {"start": _TIME, "end": _TIME, **dict.fromkeys(("day", "paid_min", "break_min"), _UP_TO_A_DAY)}
"""Columns in which numbers of such a form are no collar numbers."""

_DAY_NAMES = {
    name: day
    for day, names in enumerate(
        (
            ("mon", "monday"),
            ("tue", "tues", "tuesday"),
            ("wed", "weds", "wednesday"),
            ("thu", "thur", "thurs", "thursday"),
            ("fri", "friday"),
            ("sat", "saturday"),
            ("sun", "sunday"),
        )
    )
    for name in names
}
"""Days of the week by every name that they may be written with: others may be names of persons."""


def _is_word(cell: str) -> bool:
    """Return whether a cell has letters that are no day of the week."""
    return any(character.isalpha() for character in cell) and cell.lower() not in _DAY_NAMES


def _is_pattern(table: _Table) -> bool:
    """Return whether a table is one of teams and days, wide or long."""
    return any(label in table.heading for label in LABELS)


def _refuse(tables: Iterable[_Table]) -> None:
    """Refuse the file if anything in it is wrong."""
    faults = [fault for table in tables for fault in table.faults]
    if faults:
        raise PatternFileError(faults)


def _refuse_missing(
    path: Path,
    of_shifts: list[_Table],
    others: list[_Table],
    tables: list[_Table],
    given_shifts: tuple[Shift, ...] | None,
) -> None:
    """Refuse a file without a pattern, or shifts, or with several of either."""
    faults = []
    if len(others) != 1:
        shown = f"has {counted(len(others), 'table')} of teams or weeks by day"
        fix = "Give one, whose first column is headed team, crew or week"
        faults.append(Fault(path.name, "", "", shown, fix, "missing-column"))
    if given_shifts is None and len(of_shifts) != 1:
        shown = f"has {counted(len(of_shifts), 'table')} of shifts"
        fix = "Give one with the columns code, start and end: a sheet, or a file of its own"
        faults.append(Fault(path.name, "", "", shown, fix, "missing-column"))

    strange = [table for table in tables if table not in of_shifts and table not in others]
    faults += [
        Fault(table.file, "", "", "is a table of neither", "Remove it", "unknown-column") for table in strange
    ]
    if faults:
        raise PatternFileError(faults)


def _read_shifts(table: _Table) -> tuple[Shift, ...]:
    """Return the shifts of a table, as far as they can be read."""
    known = (*SHIFT_COLUMNS, "paid_min", "break_min", "duty")
    _refuse_twice(table)
    for heading in table.heading:
        if heading not in known:
            fix = f"Keep {', '.join(known)}"
            table.fault(None, "", "has a column that shifts don't have", fix, "unknown-column")

    found: dict[str, Shift] = {}
    for row in range(len(table.rows)):
        code = table.cell(row, "code")
        if code.lower() in OFF_CODES or len(code) > LONGEST_CODE:
            fix = f"Give a code of at most {LONGEST_CODE} characters that is none of a day off"
            table.fault(row, "code", "is no code of a shift", fix, "bad-word")
            continue
        if code in found:
            table.fault(row, "code", "is there twice", "Give each shift one row", "duplicate-id")
            continue

        # What stands in place of a time may be anything, and is not repeated.
        wrong = [name for name in ("start", "end") if not _TIME.fullmatch(table.cell(row, name) or "-")]
        for name in wrong:
            fix = "Write hours and minutes, such as 07:00"
            table.fault(row, name, "is no time of the clock", fix, "bad-hours")
        if not wrong:
            _add_shift(table, row, code, found)

    return tuple(found.values())


def _add_shift(table: _Table, row: int, code: str, found: dict[str, Shift]) -> None:
    """Add the shift of a row to those found, or note why it can't be."""
    try:
        found[code] = shift_between(
            code,
            table.cell(row, "start"),
            table.cell(row, "end"),
            paid_min=_minutes(table.cell(row, "paid_min")),
            break_min=_minutes(table.cell(row, "break_min")),
            is_duty=_is_duty(table.cell(row, "duty")),
        )
    except Refusal as refusal:
        table.fault(row, "", refusal.what, refusal.fix.capitalize(), "bad-hours")


def _is_duty(cell: str) -> bool:
    """Return whether those who work a shift can be sent: so it is where nothing is said."""
    if cell.lower() not in {"", "yes", "no"}:
        raise Refusal("says of duty neither yes nor no", "write yes, or no for a training day")
    return cell.lower() != "no"


def _minutes(cell: str) -> int | None:
    """Return whole minutes, None where nothing is said."""
    if not cell:
        return None
    if not cell.isascii() or not cell.isdecimal():
        raise Refusal("has minutes that are no whole number", "write a whole number, or nothing")
    return int(cell)


def _read_codes(table: _Table, shifts: Sequence[Shift]) -> Codes:
    """Return the shift of each team and day, shape (teams, days); what can't be read is a fault."""
    numbers = {shift.code: number for number, shift in enumerate(shifts)}
    rows = _long(table) if "code" in table.heading else _wide(table)

    codes = np.full((len(rows), max((len(days) for _, days in rows), default=0)), OFF, dtype=np.int64)
    for team, (row, days) in enumerate(rows):
        for day, (at, code) in enumerate(days):
            if code.lower() in OFF_CODES:
                continue
            if code in numbers:
                codes[team, day] = numbers[code]
                continue
            known = ", ".join(numbers) or "none"
            place = row if at is None else at
            table.fault(place, f"day {day + 1}", "is no code of a shift", f"Use {known}", "bad-word")

    # All teams work all weeks in turn, each a week later than the one before.
    if table.heading and "week" in table.heading and not {"team", "crew"} & set(table.heading) and codes.size:
        cycle = codes.reshape(-1)
        return np.stack([np.roll(cycle, 7 * team) for team in range(len(rows))])
    return codes


Days = list[tuple[int | None, str]]
"""Codes of the days of a row, each with the row of the table that it stands in if that is another."""


def _wide(table: _Table) -> list[tuple[int, Days]]:
    """Return the rows of a table with a column for each day."""
    label, *days = table.heading
    if label not in LABELS:
        table.fault(None, "", "has its first column headed otherwise", f"Use {', '.join(LABELS)}", "bad-word")

    expected = [[str(day), f"day {day}"] for day in range(1, len(days) + 1)]
    by_weekday = [day % 7 for day in range(len(days))]
    are_days = all(day in names for day, names in zip(days, expected, strict=True))
    are_weekdays = len(days) % 7 == 0 and [_DAY_NAMES.get(day) for day in days] == by_weekday
    if not days or not (are_days or are_weekdays) or (label == "week" and len(days) != 7):
        fix = "Head the days 1, 2, 3 … or mon to sun over again; a row headed week has seven"
        table.fault(None, "", "has days whose headings can't be told", fix, "unknown-column")

    found: list[tuple[int, Days]] = []
    seen: set[str] = set()
    for row, cells in enumerate(table.rows):
        _check_label(table, row, cells[0], seen)
        found.append((row, [(None, code) for code in cells[1 : len(table.heading)]]))

        # A row that was cut off would otherwise pass as one with days off at its end.
        missing = len(table.heading) - len(cells)
        if missing > 0:
            what = f"has no cell for {counted(missing, 'day')} at its end"
            table.fault(row, "", what, "Give each day a cell, days off too", "missing-value")
    if not found:
        table.fault(None, "", "has a heading and no rows", "Give a row for each team or week", "empty-table")
    return _weeks_in_order(table, found) if label == "week" else found


def _weeks_in_order(table: _Table, rows: list[tuple[int, Days]]) -> list[tuple[int, Days]]:
    """Return rows of weeks by their numbers; weeks that aren't 1 to as many as there are are a fault."""
    weeks = [_number(_label_key(table.rows[row][0])) for row, _ in rows]
    if sorted(week or 0 for week in weeks) != list(range(1, len(rows) + 1)):
        what = "has weeks that aren't numbered from 1 on without a gap"
        table.fault(None, "week", what, "Number them in the order in which they are worked", "missing-value")
        return rows
    return [rows[weeks.index(week)] for week in range(1, len(rows) + 1)]


def _refuse_twice(table: _Table) -> None:
    """Note columns that are headed alike."""
    named = [name for name in table.heading if name]
    if len(set(named)) < len(named):
        table.fault(None, "", "has two columns headed alike", "Keep one of them", "overlap")


def _check_label(table: _Table, row: int, label: str, seen: set[str]) -> None:
    """Note a row that is called nothing, something that may be a person, or as another is."""
    if not _LABEL.fullmatch(label):
        table.fault(
            row, "", "is called something else than a number, letter or colour", "Number it", "bad-word"
        )
        return
    if _label_key(label) in seen:
        what = "is called as a row above it is: 1, 01 and team 1 are one"
        table.fault(row, "", what, "Give each one row", "duplicate-id")
    seen.add(_label_key(label))


def _label_key(label: str) -> str:
    """Return what tells a row from others: ``1``, ``01``, ``Team 1`` and ``team 1`` are one."""
    match = _LABEL.fullmatch(label)
    own = match["own"] if match else label
    return own.lower().lstrip("0") or "0"


def _long(table: _Table) -> list[tuple[int, Days]]:
    """Return the rows of a table with a row for each day, put together by team or week."""
    _refuse_twice(table)
    columns = [name for name in table.heading if name]
    known = {*LABELS, "day", "code"}
    if set(columns) - known or "day" not in columns:
        fix = "Keep team or week, day and code"
        table.fault(None, "", "has other columns than a long table has", fix, "unknown-column")
    if {"team", "crew"} <= set(columns):
        what = "has a column team and a column crew"
        table.fault(None, "", what, "Keep one of them: whose row is it?", "overlap")

    owner = next((name for name in ("team", "crew") if name in columns), "week")
    has_weeks = "week" in columns
    cells: dict[str, dict[int, tuple[int, str]]] = {}
    for row in range(len(table.rows)):
        label = table.cell(row, owner)
        week = _number(table.cell(row, "week")) if has_weeks and owner != "week" else 1
        day = _day(table.cell(row, "day"), most=7 if has_weeks else 366)
        if not _LABEL.fullmatch(label):
            table.fault(row, owner, "is no number, letter or colour", "Number it", "bad-word")
        elif day is None or week is None:
            fix = "Write mon to sun, or 1 to 7; without weeks, the day of the cycle; weeks from 1 on"
            table.fault(row, "day", "is no day, or of no week", fix, "bad-word")
        elif (at := 7 * (week - 1) + day) in cells.setdefault(_label_key(label), {}):
            table.fault(row, "day", "is there twice", "Give each day one row", "duplicate-id")
        else:
            cells[_label_key(label)][at] = (row, table.cell(row, "code"))

    days = max((max(by_day) for by_day in cells.values() if by_day), default=-1) + 1
    days = -(-days // 7) * 7 if has_weeks else days
    found: list[tuple[int, Days]] = []
    for _, by_day in _in_order(cells):
        missing = [day + 1 for day in range(days) if day not in by_day]
        if missing:
            first = min(row for row, _ in by_day.values())
            what = f"begins a {owner} that has no row for day {missing[0]}"
            table.fault(first, owner, what, "Give each day a row, days off too", "missing-value")
        found.append((0, [by_day.get(day, (None, "")) for day in range(days)]))

    numbers = [_number(label) for label, _ in _in_order(cells)]
    if owner == "week" and numbers != list(range(1, len(numbers) + 1)):
        what = "has weeks that aren't numbered from 1 on without a gap"
        table.fault(None, "week", what, "Number them in the order in which they are worked", "missing-value")
    return found


def _in_order(
    cells: Mapping[str, dict[int, tuple[int, str]]],
) -> list[tuple[str, dict[int, tuple[int, str]]]]:
    """Return teams or weeks by number where they have one, else as they stand."""
    return sorted(cells.items(), key=lambda item: int(re.sub(r"\D", "", item[0]) or 0))


def _number(text: str) -> int | None:
    """Return a whole number from 1 to 53, None for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and 1 <= int(text) <= 53 else None


def _day(text: str, *, most: int) -> int | None:
    """Return a day counted from 0, from its name or its number counted from 1; None for anything else."""
    if most == 7 and text.lower() in _DAY_NAMES:
        return _DAY_NAMES[text.lower()]
    in_range = text.isascii() and text.isdecimal() and 1 <= int(text) <= most
    return int(text) - 1 if in_range else None
