"""Tables and JSON on standard output, progress on standard error."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pandas as pd
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from standby.appraise import Appraisal

WIDTH_WITHOUT_TERMINAL = 120
"""Width of tables when the output is no terminal [characters]."""


def _console(*, stderr: bool = False) -> Console:
    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() else WIDTH_WITHOUT_TERMINAL
    return Console(stderr=stderr, width=width, highlight=False, markup=False, emoji=False)


def lines(texts: Iterable[str]) -> None:
    """Print lines."""
    console = _console()
    for text in texts:
        console.print(Text(text), soft_wrap=not console.is_terminal)


def dump(content: dict[str, Any]) -> None:
    """Print one JSON object; no number is null, infinite minutes are the text ``inf``."""
    sys.stdout.write(json.dumps(_plain(content), ensure_ascii=False, indent=1) + "\n")


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


def shown(column: str, value: Any, limit_min: float = math.inf) -> str:
    """Return a cell as people read it, by the unit that its column's name ends in."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if not isinstance(value, (int, float)) and not hasattr(value, "item"):
        return str(value)
    number = float(value)
    if math.isnan(number):
        return "–"
    if column.endswith("_min"):
        return f"> {limit_min:g}" if number > limit_min or math.isinf(number) else f"{number:.0f}"
    if "share" in column or "chance" in column or column == "required":
        return f"{number:.0%}"
    return f"{number:,.1f}" if column == "posts" else f"{number:,.0f}"


def frame(table: pd.DataFrame, columns: list[str], *, title: str, limit_min: float = math.inf) -> None:
    """Print columns of a table."""
    printed = Table(title=title, title_justify="left", title_style="bold")
    for column in columns:
        numeric = pd.api.types.is_numeric_dtype(table[column]) and table[column].dtype != bool
        printed.add_column(
            column.removesuffix("_min").replace("_", " "), justify="right" if numeric else "left"
        )
    for row in table[columns].to_dict("records"):
        printed.add_row(*(Text(shown(str(name), value, limit_min)) for name, value in row.items()))
    _console().print(printed)


HEADLINE = (
    ("people_in_standard", "People inside the main standard", "{:,.0f}"),
    ("first_mean_min", "First armed, mean min", "{:.1f}"),
    ("first_rural_p90_min", "rural, 9 in 10 within", "{:.0f}"),
    ("full_mean_min", "Full attendance, mean min", "{:.1f}"),
    ("present_value_gbp", "Cost £m", "{:,.1f}"),
    ("armed_share", "Officers armed", "{:.1%}"),
)
MILLION = 1e6


def decision(appraisal: Appraisal) -> None:
    """Print the decision table: a row each option, mean and interval, ruled-out options last and unranked."""
    options = appraisal.tables["options"]
    values = appraisal.table.set_index(["option", "criterion"])
    printed = Table(title=f"{appraisal.plan.title}: decision table", title_justify="left", title_style="bold")
    printed.add_column("Option")
    for _, heading, _form in HEADLINE:
        printed.add_column(heading, justify="right")
    printed.add_column("Best on people reached", justify="right")
    for row in options.sort_values("status", kind="stable").to_dict("records"):
        cells = [_headline(values.loc[(row["option"], key)], key, form) for key, _, form in HEADLINE]
        best = values.loc[(row["option"], "people_in_standard"), "chance_best"]
        out = row["status"] == "ruled out"
        name = f"{row['name']} (ruled out)" if out else row["name"]
        printed.add_row(name, *cells, "not ranked" if out else f"{best:.0%}", style="dim" if out else None)
    _console().print(printed)
    lines([f"Mean over {appraisal.draws} draws of the figures’ doubt; 5th to 95th percentile in brackets."])


def _headline(row: pd.Series[Any], key: str, form: str) -> str:
    scale = MILLION if key.endswith("_gbp") else 1.0
    mean, low, high = (form.format(row[name] / scale) for name in ("mean", "low", "high"))
    return mean if low == high else f"{mean}\n({low}–{high})"


@contextmanager
def progress_bar(text: str) -> Iterator[Callable[[int, int], None]]:
    """Show progress on standard error while a terminal is there to see it."""
    console = _console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(text, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
