"""A shift pattern as a workbook that people change and `standby.workforce.read_pattern` reads again."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import xlsxwriter

from standby.workforce import OFF, ShiftPattern, refuse_unreadable

PATTERN_SHEET, SHIFTS_SHEET = "Pattern", "Shifts"

HEADINGS = ("code", "start", "end", "paid_min", "break_min", "duty")
"""Columns of the sheet of shifts."""


def write_pattern(pattern: ShiftPattern, path: str | Path, *, marking: str = "") -> Path:
    """Write a shift pattern as a workbook: a row for each team, a column for each day, and its shifts.

    Parameters
    ----------
    pattern
        The pattern.
    path
        The file; what is there is replaced.
    marking
        How it is to be handled: stands on every printed page and in the file's properties.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    Refusal
        If `standby.workforce.read_pattern` would not take it back: see `standby.workforce.refuse_unreadable`.
    OSError
        If it can't be written.
    """
    refuse_unreadable(pattern)

    made = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(made, options) as book:
        bold = book.add_format({"bold": True})
        if marking:
            book.set_properties({"subject": marking})

        sheet = book.add_worksheet(PATTERN_SHEET)
        sheet.freeze_panes(1, 1)
        sheet.set_column(1, pattern.days, 4)
        sheet.write_row(0, 0, ["team", *range(1, pattern.days + 1)], bold)
        for team, codes in enumerate(pattern.codes.tolist(), 1):
            sheet.write_number(team, 0, team)
            for day, code in enumerate(codes, 1):
                sheet.write_string(team, day, "-" if code == OFF else pattern.shifts[code].code)

        sheet = book.add_worksheet(SHIFTS_SHEET)
        sheet.write_row(0, 0, HEADINGS, bold)
        for row, shift in enumerate(pattern.shifts, 1):
            sheet.write_string(row, 0, shift.code)
            sheet.write_string(row, 1, _clock(shift.start_min))
            sheet.write_string(row, 2, _clock(shift.end_min))
            for column, minutes in ((3, shift.paid_min), (4, shift.break_min)):
                if minutes is not None:
                    sheet.write_number(row, column, minutes)
            sheet.write_string(row, 5, "yes" if shift.is_duty else "no")

        for sheet in book.worksheets() if marking else ():
            sheet.set_header(f"&C&B{marking}")
            sheet.set_footer(f"&C&B{marking}&R&P / &N")

    path = Path(path)
    path.write_bytes(made.getvalue())
    return path


def _clock(minutes: int) -> str:
    """Return minutes after midnight as a time of the clock."""
    return f"{minutes // 60 % 24:02d}:{minutes % 60:02d}"
