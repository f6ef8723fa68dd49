"""Tables and JSON on standard output, progress on standard error."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import pandas as pd
from rich.console import Console
from rich.measure import Measurement
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

WIDTH_WITHOUT_TERMINAL = 120
"""Width of lines when the output is no terminal; tables may be wider [characters]."""

WIDEST, WIDEST_WORDS = 1000, 48
"""Widest table, and widest column of words in it [characters]."""

BOUNDS = {"mean_min": "at_least", "first_mean_min": "first_at_least", "full_mean_min": "full_at_least"}
"""Columns of means, and the column that says whether each is a lower bound."""

WITHHELD = "[c]"
"""Shown where the public edition withholds a number."""


def console_of(*, stderr: bool = False) -> Console:
    """Return a console: as wide as the terminal, without colour where there is none."""
    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() else WIDTH_WITHOUT_TERMINAL
    return Console(stderr=stderr, width=width, highlight=False, markup=False, emoji=False)


def lines(texts: Iterable[str]) -> None:
    """Print lines; wrapped between words on a terminal, whole elsewhere."""
    console = console_of()
    for text in texts:
        console.print(Text(text), soft_wrap=not console.is_terminal)


def put(table: Table, title: str) -> None:
    """Print a table under its title; where there is no terminal, as wide as it likes to be."""
    console = console_of()
    if not console.is_terminal:
        wide = console.options.update(width=WIDEST)
        console.width = max(console.width, Measurement.get(console, wide, table).maximum)
    console.print(Text(title, style="bold"), soft_wrap=not console.is_terminal)
    console.print(table)


def grid(headings: Iterable[tuple[str, bool]]) -> Table:
    """Return an empty table.

    Parameters
    ----------
    headings
        Heading of each column, and whether it holds words: these stand to the left, and wrap.
    """
    table = Table()
    for heading, words in headings:
        table.add_column(
            heading,
            justify="left" if words else "right",
            max_width=WIDEST_WORDS if words else None,
            vertical="top",
            overflow="fold",
        )
    return table


def dump(content: dict[str, Any]) -> None:
    """Print one JSON object: null is "no number", infinite minutes are the text ``inf``."""
    plain = (sys.stdout.encoding or "").lower().replace("-", "") not in {"utf8", "utf8sig"}
    sys.stdout.write(json.dumps(_plain(content), ensure_ascii=plain, indent=1, allow_nan=False) + "\n")


def _plain(value: Any) -> Any:
    if isinstance(value, pd.DataFrame):
        return [_plain(row) for row in value.to_dict("records")]
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float) and math.isnan(value):
        return None
    if isinstance(value, float) and math.isinf(value):
        return "inf" if value > 0 else "-inf"
    return value


def shown(column: str, value: Any, *, limit_min: float = math.inf, withheld: str = "") -> str:
    """Return a cell as people read it, by the unit that its column's name ends in.

    Parameters
    ----------
    column, value
        The column's name, and the cell.
    limit_min
        Longest time that is told apart from never [min].
    withheld
        Names of the row's columns that are withheld, joined by ``|``.
    """
    if column in withheld.split("|"):
        return WITHHELD
    if value is None:
        return "–"
    if isinstance(value, bool) or type(value).__name__ == "bool_":
        return "yes" if value else "no"
    if not isinstance(value, (int, float)) and not hasattr(value, "item"):
        return str(value)
    number = float(value)
    if math.isnan(number):
        return "–"
    if column.endswith("_min"):
        return f"> {limit_min:g}" if number > limit_min or math.isinf(number) else _short(number)
    if "share" in column or "chance" in column or column == "required":
        return share(number)
    return (f"{number:,.1f}" if column == "posts" else f"{number:,.0f}").replace("-", "−")


def share(number: float) -> str:
    """Return a share: ``84%``; ``< 1%`` and ``> 99%`` rather than a false 0 or 100."""
    if 0 < number < 0.005:
        return "< 1%"
    return "> 99%" if 0.995 <= number < 1 - 1e-12 else f"{number:.0%}"


def _short(number: float) -> str:
    return f"{number:.1f}" if abs(number) < 9.95 else f"{number:.0f}"


def frame(
    table: pd.DataFrame,
    headings: dict[str, str],
    *,
    title: str,
    limit_min: float = math.inf,
    once: tuple[str, ...] = (),
) -> None:
    """Print columns of a table.

    Parameters
    ----------
    table
        The table.
    headings
        What to print each column under.
    title
        Printed above it.
    limit_min
        Longest time that is told apart from never [min].
    once
        Columns whose value is printed only where it changes.
    """
    words = [any(isinstance(cell, (str, bool)) for cell in table[column]) for column in headings]
    printed = grid(zip(headings.values(), words, strict=True))
    before: dict[str, Any] = {}
    for row in table.to_dict("records"):
        withheld = str(row.get("withheld", ""))
        cells = []
        for column in headings:
            text = shown(column, row[column], limit_min=limit_min, withheld=withheld)
            if row.get(BOUNDS.get(column, "")) and text[:1].isdigit():
                text = f"≥ {text}"
            again = column in once and before.get(column) == text
            cells.append(Text("" if again else text))
            if not again and column in once:
                before = {
                    column: text,
                    **{k: v for k, v in before.items() if k in once[: once.index(column)]},
                }
        printed.add_row(*cells)
    put(printed, title)


@contextmanager
def progress_bar(text: str) -> Iterator[Callable[[int, int], None]]:
    """Show progress on standard error: a bar on a terminal, else a line."""
    console = console_of(stderr=True)
    if not console.is_terminal:
        console.print(Text(f"{text} …"), soft_wrap=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(text, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
