"""Tables and JSON on standard output, progress on standard error: the one place that writes to a terminal.

What stands in a plan may come from anybody. Whatever is printed passes `printable`, which shows characters
that would move the cursor, colour, hide or turn round text as what they are.
"""

from __future__ import annotations

import json
import math
import os
import sys
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from re import Match
from typing import Any

import pandas as pd
from rich.console import Console
from rich.measure import Measurement
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Column, Table
from rich.text import Text

from standby._characters import UNPRINTABLE, printable
from standby.tables import column_of, is_flag
from standby.words import numbers

WIDTH_WITHOUT_TERMINAL = 120
"""Width of lines when the output is no terminal; tables may be wider [characters]."""

WIDEST, WIDEST_WORDS = 1000, 48
"""Widest table, and widest column of words in it [characters]."""

SHORT_HEADING = 7
"""Longest heading of numbers that stays in one line [characters]."""

NARROWEST = 60
"""Narrowest line that COLUMNS may ask for where there is no terminal: no table fits less [characters]."""


class Grid(Table):
    """A table whose cells may come from anybody."""

    def add_row(self, *cells: Any, **options: Any) -> None:
        """Add a row of texts; a line end that is meant ends a line."""
        texts = (Text(printable(str(cell), keep="\n")) for cell in cells)
        super().add_row(*texts, **options)


def console_of(*, stderr: bool = False) -> Console:
    """Return a console: as wide as the terminal, or as COLUMNS says; without colour where there is none."""
    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() else _width_asked() or WIDTH_WITHOUT_TERMINAL
    return Console(stderr=stderr, width=width, highlight=False, markup=False, emoji=False)


def _width_asked() -> int | None:
    """Return the width that COLUMNS asks for, None when it asks for none or for less than a table needs."""
    text = os.environ.get("COLUMNS", "")
    asked = int(text) if text.isdecimal() and len(text) < 6 else 0
    return asked if asked >= NARROWEST else None


def _may_be_wide(console: Console) -> bool:
    """Return whether nobody says how wide a line may be."""
    return not console.is_terminal and _width_asked() is None


def lines(texts: Iterable[str], *, stderr: bool = False) -> None:
    """Print lines; wrapped between words on a terminal, whole elsewhere."""
    console = console_of(stderr=stderr)
    for text in texts:
        console.print(Text(printable(text)), soft_wrap=not console.is_terminal)


def complain(message: str) -> None:
    """Print a message on standard error, whole."""
    stream = sys.stderr
    stream.write(printable(message, keep="\n") + "\n")
    stream.flush()


def put(table: Table, title: str) -> None:
    """Print a table under its title; where nobody says how wide, as wide as it likes to be.

    A table that does not fit is printed in parts, each led by the columns that say what a row is about.
    """
    console = console_of()
    if _may_be_wide(console):
        wide = console.options.update(width=WIDEST)
        console.width = max(console.width, Measurement.get(console, wide, table).maximum)

    console.print(Text(printable(title), style="bold"), soft_wrap=not console.is_terminal)
    for part in _parts(console, table):
        _keep_words(console, part)
        console.print(part)


def _parts(console: Console, table: Table) -> list[Table]:
    """Return a table in parts that fit the line without breaking a word."""
    most = console.width
    least = [_least_width(console, column) for column in table.columns]
    if not least or sum(least) + 3 * len(least) + 1 <= most:
        return [table]

    # The columns that say what a row is about lead every part; only the first one where they are wide.
    lead = [k for k, column in enumerate(table.columns) if column.justify == "left"]
    lead = [k for k in lead if lead[: k + 1] == list(range(k + 1))] or [0]
    if sum(least[k] + 3 for k in lead) > most / 2:
        lead = lead[:1]

    # Every column takes a line and two blanks beside its words.
    parts: list[list[int]] = []
    used = most + 1
    for k in range(len(lead), len(least)):
        if used + least[k] + 3 > most:
            parts.append([*lead])
            used = sum(least[j] + 3 for j in lead) + 1
        parts[-1].append(k)
        used += least[k] + 3
    return [_with_columns(table, columns) for columns in parts] or [table]


def _keep_words(console: Console, table: Table) -> None:
    """Give each column the width of its longest word, and what is left to those that want more.

    Left to itself, a table that is too wide takes from columns that have nothing to give.
    """
    least = [_least_width(console, column) for column in table.columns]
    spare = console.width - sum(least) - 3 * len(least) - 1
    if spare < 0:
        return

    for column, width in zip(table.columns, least, strict=True):
        cells = [column.header, *column.cells]
        wished = max(Measurement.get(console, console.options, cell).maximum for cell in cells)
        more = min(spare, max(0, min(wished, column.max_width or wished) - width))
        column.width = width + more
        spare -= more


def _least_width(console: Console, column: Column) -> int:
    """Return the width that a column needs for its longest word."""
    cells = [column.header, *column.cells]
    return max(Measurement.get(console, console.options, cell).minimum for cell in cells)


def _with_columns(table: Table, places: list[int]) -> Table:
    """Return a table with some of the columns."""
    part = Table()
    chosen = [table.columns[k] for k in places]
    for column in chosen:
        part.add_column(
            column.header,
            justify=column.justify,
            max_width=column.max_width,
            vertical=column.vertical,
            overflow=column.overflow,
        )

    for cells in zip(*(list(column.cells) for column in chosen), strict=True):
        part.add_row(*cells)
    return part


def grid(headings: Iterable[tuple[str, bool]]) -> Table:
    """Return an empty table.

    Parameters
    ----------
    headings
        Heading of each column, and whether it holds words: these stand to the left, and wrap.
    """
    table = Grid()
    for heading, words in headings:
        table.add_column(
            Text(printable(heading, keep="\n")),
            justify="left" if words else "right",
            max_width=WIDEST_WORDS if words else None,
            vertical="top",
            overflow="fold",
        )
    return table


def dump(content: dict[str, Any]) -> None:
    """Print one JSON object: null is "no number", infinite minutes are the text ``inf``."""
    plain = (sys.stdout.encoding or "").lower().replace("-", "") not in {"utf8", "utf8sig"}
    text = json.dumps(_plain(content), ensure_ascii=plain, indent=1, allow_nan=False)
    sys.stdout.write(UNPRINTABLE.sub(_escaped, text) + "\n")


def _escaped(match: Match[str]) -> str:
    """Return a character as JSON spells it; the line ends between values stay."""
    character = match[0]
    return character if character == "\n" else json.dumps(character)[1:-1]


def _plain(value: Any) -> Any:
    """Return tables and numbers as JSON can hold them."""
    if isinstance(value, pd.DataFrame):
        return [_plain(row) for row in value.to_dict("records")]
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]

    # A number of NumPy becomes one of Python; JSON has none that is missing or infinite.
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float) and math.isnan(value):
        return None
    if isinstance(value, float) and math.isinf(value):
        return "inf" if value > 0 else "-inf"
    return value


def shown(of: str, column: str, value: Any, *, limit_min: float = math.inf, rounded: bool = False) -> str:
    """Return a cell as people read it, by what its column was declared to hold.

    Parameters
    ----------
    of, column
        Declared names of the table and of its column.
    value
        The cell.
    limit_min
        Longest time that is told apart from never [min].
    rounded
        Whether results were rounded as the public edition does: no digit more than that leaves.
    """
    if value is None:
        return numbers.NOTHING
    if is_flag(value):
        return "yes" if value else "no"
    if not isinstance(value, (int, float)) and not hasattr(value, "item"):
        return str(value)

    # Headings say that minutes are minutes.
    declared = column_of(of, column)
    if declared.stated:
        return numbers.stated(declared.kind, unit_beside=True)(float(value))
    write = numbers.writer(declared.kind, limit_min=limit_min, rounded=rounded, unit_beside=True)
    return write(float(value))


def frame(
    of: str,
    table: pd.DataFrame,
    columns: Iterable[str],
    *,
    title: str,
    headings: Mapping[str, str] | None = None,
    limit_min: float = math.inf,
    once: tuple[str, ...] = (),
    rounded: bool = False,
) -> None:
    """Print columns of a table, under the headings that they were declared with.

    Parameters
    ----------
    of
        Declared name of the table.
    table
        The table.
    columns
        Declared names of the columns; one that the table is without, as an edition may be, is not printed.
    title
        Printed above it.
    headings
        Headings of columns that hold something else here than they were declared to.
    limit_min
        Longest time that is told apart from never [min].
    once
        Columns whose value is printed only where it changes, or one before them does.
    rounded
        Whether results were rounded as the public edition does.
    """
    declared = {column: column_of(of, column) for column in columns}
    declared = {column: known for column, known in declared.items() if column in table}

    heads = []
    for column, known in declared.items():
        heading = (headings or {}).get(column, known.short)
        is_words = any(isinstance(cell, (str, bool)) for cell in table[column])
        heads.append((heading if is_words else _in_two_lines(heading), is_words))
    printed = grid(heads)

    above: dict[str, str] = {}
    for row in table.to_dict("records"):
        cells = []
        for column, known in declared.items():
            text = shown(of, column, row[column], limit_min=limit_min, rounded=rounded)
            if row.get(known.bound):
                text = numbers.at_least(text)

            is_repeated = column in once and above.get(column) == text
            cells.append("" if is_repeated else text)
            if column in once and not is_repeated:
                # What follows is about something else, so that it is printed though it may read the same.
                leading = once[: once.index(column)]
                above = {name: above[name] for name in leading if name in above} | {column: text}
        printed.add_row(*cells)
    put(printed, title)


def _in_two_lines(heading: str) -> str:
    """Return a heading of several words in two lines, as narrow as it can be above numbers."""
    if len(heading) <= SHORT_HEADING:
        return heading

    widths = range(max(map(len, heading.split())), len(heading) + 1)
    broken = (textwrap.wrap(heading, width, break_on_hyphens=False) for width in widths)
    return "\n".join(next(lines for lines in broken if len(lines) <= 2))


@contextmanager
def progress_bar(text: str) -> Iterator[Callable[[int, int], None]]:
    """Show progress on standard error: a bar on a terminal, else a line."""
    console = console_of(stderr=True)
    if not console.is_terminal:
        console.print(Text(printable(f"{text} …")), soft_wrap=True)

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(text, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
