"""When units are absent or busy: cover by hour, nobody free, commitments. For the internal edition only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from standby.cover import hours_together
from standby.report.blocks.blocks import Block, Cell, Grid, Row, listing
from standby.report.content import Content
from standby.tables import records

HOURS_NOTE = (
    "As it is. Hours in a row whose numbers read the same are one row, and so are days. Each hour is taken "
    "as if it lasted: what is left of the calls of the hour before is not counted."
)


def by_hour(content: Content) -> Iterator[Block]:
    """Return cover by hour of the week, the chance that nobody is free by force, and the commitments."""
    hours = content.table("by_hour")
    base = hours[(hours["option"] == "base") & (hours["scope_kind"] == "all")]
    if len(base):
        yield _grid(content, "by_hour", base, ("name",), "share_expected", "Expected share in time, by hour")

    nobody = content.table("nobody_free")
    base = nobody[nobody["option"] == "base"]
    if len(base):
        caption = "Chance that no armed unit of its own, or shared with it, is free: by force and hour"
        yield _grid(content, "nobody_free", base, ("force",), "chance_nobody_free", caption)

    wanted = content.table("commitments")
    base = wanted[wanted["option"] == "base"]
    if len(base):
        columns = ("commitment", "force", "tier", "hours_per_week", "units", "units_on_duty", "units_short")
        yield listing(content, "commitments", columns, "Commitments as they are", frame=base)


def _grid(
    content: Content, table: str, frame: pd.DataFrame, across: Sequence[str], column: str, caption: str
) -> Grid:
    """Return hours down and the values of a column across."""
    heads = list(dict.fromkeys(content.shown(table, across[0], row) for row in records(frame)))
    cells: dict[int, list[str]] = {}
    for row in records(frame):
        cells.setdefault(int(row["hour"]), []).append(content.shown(table, column, row))

    days = list(dict.fromkeys(frame.sort_values("hour")["day"]))
    rows = [
        Row((f"{which}, {hours}",), tuple(Cell(text) for text in shown))
        for which, hours, shown in hours_together(cells, days)
    ]
    return Grid(
        caption, ("Hours", *heads), tuple(rows), (False,) + (True,) * len(heads), HOURS_NOTE, folded=True
    )
