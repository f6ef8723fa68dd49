"""What a page is made of: sections of texts, tables, charts and maps, without a word of HTML."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import pandas as pd

from standby.report.content import Content
from standby.tables import TABLES, records
from standby.words import Kind, numbers

NUMERIC: frozenset[Kind] = frozenset(
    {"minutes", "share", "money", "count", "number", "measure", "year", "years", "people"}
)


@dataclass(frozen=True)
class Cell:
    """A cell: its text, lines in smaller type below it, and how it is marked."""

    text: str
    below: tuple[str, ...] = ()
    mark: str = ""


@dataclass(frozen=True)
class Row:
    """A row: its heads first, then its cells; below its first head a line in smaller type."""

    heads: tuple[str, ...]
    cells: tuple[Cell, ...]
    mark: str = ""
    below: str = ""


@dataclass(frozen=True)
class Grid:
    """A table on the page.

    Parameters
    ----------
    caption
        What it shows.
    heads
        Headings of the columns.
    rows
        Rows; the first ``len(row.heads)`` columns head their row.
    numeric
        Which columns are set to the right.
    note
        What a reader needs to read it.
    folded
        Whether it is shown on request only.
    cards
        Whether each row becomes a card where the page is narrow: for tables of words.
    printed
        Whether a folded table is unfolded on paper, where it is short.
    """

    kind: ClassVar[str] = "grid"
    caption: str
    heads: tuple[str, ...]
    rows: tuple[Row, ...]
    numeric: tuple[bool, ...]
    note: str = ""
    folded: bool = False
    cards: bool = False
    printed: bool = True


@dataclass(frozen=True)
class Chart:
    """A chart and the table of its numbers.

    Parameters
    ----------
    caption, alt
        Heading; what is to be seen, for those who don't see it.
    traces, layout
        For Plotly.
    height
        Height [px].
    grid
        The same numbers.
    """

    kind: ClassVar[str] = "chart"
    caption: str
    alt: str
    traces: tuple[dict[str, Any], ...]
    layout: dict[str, Any]
    height: int
    grid: Grid | None = None


@dataclass(frozen=True)
class Charts:
    """Small charts side by side that share one table."""

    kind: ClassVar[str] = "charts"
    caption: str
    charts: tuple[Chart, ...]
    note: str = ""


@dataclass(frozen=True)
class Text:
    """Paragraphs, with a heading or none; ``sentences`` and ``details`` have numbers of tables."""

    kind: ClassVar[str] = "text"
    paragraphs: tuple[str, ...]
    mark: str = ""
    title: str = ""


@dataclass(frozen=True)
class Bar:
    """A small picture of a number: all as shares of the longest bar.

    Parameters
    ----------
    value, low, high
        Length of the bar; ends of its interval.
    mark
        Where the line across stands; None for no line.
    alt
        The same in words.
    """

    value: float
    low: float
    high: float
    mark: float | None
    alt: str


@dataclass(frozen=True)
class GlanceCell:
    """A number of the first page: what it is out of, its difference from today, and its picture."""

    value: str
    of: str = ""
    below: tuple[str, ...] = ()
    bar: Bar | None = None


@dataclass(frozen=True)
class GlanceRow:
    """An option of the first page: its cells, and why it is not ranked."""

    name: str
    cells: tuple[GlanceCell, ...]
    closed: str = ""


@dataclass(frozen=True)
class Glance:
    """The options by a few criteria in plain words.

    Parameters
    ----------
    caption
        What it shows.
    heads
        Title and explanation of each criterion.
    rows
        An option each.
    """

    kind: ClassVar[str] = "glance"
    caption: str
    heads: tuple[tuple[str, str], ...]
    rows: tuple[GlanceRow, ...]


@dataclass(frozen=True)
class Map:
    """A map: data for the browser, a still picture for print, and the table of its numbers."""

    kind: ClassVar[str] = "map"
    caption: str
    alt: str
    data: dict[str, Any]
    still: dict[str, Any]
    grid: Grid | None = None
    notice: str = ""


Block = Grid | Chart | Charts | Text | Glance | Map


@dataclass(frozen=True)
class Section:
    """A section: its place in the contents, its heading, and its blocks."""

    name: str
    title: str
    lead: str = ""
    blocks: tuple[Block, ...] = field(default=())
    level: int = 2


def listing(
    content: Content,
    table: str,
    columns: Sequence[str],
    caption: str,
    *,
    frame: pd.DataFrame | None = None,
    heads: int = 1,
    note: str = "",
    folded: bool = False,
    mark: Callable[[Mapping[str, Any]], str] = lambda _row: "",
) -> Grid:
    """Return a table of results as it stands, with names for ids.

    Parameters
    ----------
    content
        The edition.
    table, columns
        Which table and columns.
    caption
        What it shows.
    frame
        Its rows; left out, all of them.
    heads
        How many columns head their row.
    note, folded
        As in `Grid`.
    mark
        How a row is marked.
    """
    frame = content.table(table) if frame is None else frame
    kept = [c for c in columns if c in frame]
    known = {c: TABLES[table].column(c) for c in kept}

    rows = []
    for record in records(frame):
        shown = [content.shown(table, c, record) for c in kept]
        rows.append(Row(tuple(shown[:heads]), tuple(Cell(text) for text in shown[heads:]), mark(record)))

    labels = tuple(column.label if column else name for name, column in known.items())
    numeric = tuple(column is not None and column.kind in NUMERIC for column in known.values())
    return Grid(caption, labels, tuple(rows), numeric, note, folded=folded)


def crossed(
    content: Content,
    table: str,
    *,
    frame: pd.DataFrame,
    down: Sequence[str],
    across: str,
    cell: Callable[[Mapping[str, Any]], Cell],
    caption: str,
    note: str = "",
    folded: bool = False,
) -> Grid:
    """Return a table with the values of one column side by side, e.g. options.

    Parameters
    ----------
    content, table, frame
        The edition, and the rows of one of its tables.
    down
        Columns that head the rows.
    across
        Column whose values head the columns.
    cell
        Makes a cell from a record.
    caption, note, folded
        As in `Grid`.
    """
    over = list(dict.fromkeys(frame[across]))

    rows: dict[tuple[Any, ...], dict[Any, Cell]] = {}
    heads: dict[tuple[Any, ...], tuple[str, ...]] = {}
    for record in records(frame):
        key = tuple(record[c] for c in down)
        heads.setdefault(key, tuple(content.shown(table, c, record) for c in down))
        rows.setdefault(key, {})[record[across]] = cell(record)

    blank = Cell("")
    made = tuple(Row(heads[key], tuple(cells.get(o, blank) for o in over)) for key, cells in rows.items())

    labels = tuple(_label(table, c) for c in down) + tuple(content.name(across, str(o)) for o in over)
    numeric = (False,) * len(down) + (True,) * len(over)
    return Grid(caption, labels, made, numeric, note, folded)


def _label(table: str, column: str) -> str:
    known = TABLES[table].column(column)
    return known.label if known else column


def with_bounds(content: Content, value: float, low: float, high: float, kind: Kind) -> Cell:
    """Return a number with its interval below it."""
    write = content.writer(kind)
    bounds = numbers.interval(low, high, write)
    text = write(value)
    return Cell(text, (bounds,) if bounds and bounds != text else ())


def finite(values: Iterable[float]) -> list[float | None]:
    """Return numbers for a chart: None where there is none to draw."""
    frame = pd.to_numeric(pd.Series(list(values), dtype=object), errors="coerce").astype(float)
    return [float(v) if math.isfinite(v) else None for v in frame]


def filled(frame: pd.DataFrame, columns: tuple[str, ...]) -> tuple[str, ...]:
    """Return the columns that hold anything."""
    return tuple(c for c in columns if c in frame and not (frame[c].isna() | (frame[c] == "")).all())
