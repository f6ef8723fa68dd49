"""What can't be told from the best, at what cost; and what each option moves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from standby.report.blocks.blocks import Block, Cell, crossed, listing
from standby.report.content import Content

BEST_COLUMNS = (
    "criterion",
    "option",
    "share_of_draws",
    "behind",
    "behind_low",
    "behind_high",
    "smallest_difference",
    "present_value_gbp",
    "cheapest",
)
BEST_NOTE = (
    "The options that can't be told from the one with the best mean, at these draws and doubts: the "
    "interval of how far they are behind it holds 0. A mean difference below the one in “could have shown” "
    "is hidden by the doubt of the figures (from the mean difference to its 5th percentile) or by the "
    "number of draws (four Monte Carlo standard errors), whichever is larger. The cheapest is pointed out, "
    "not recommended."
)
MOVES_NOTE = (
    "Share inside the standard with the option, the share as it is, and the interval of the change in "
    "percentage points; below it the mean minutes of what the standard is about, as it is and with the "
    "option, and the interval of their change. Grey: neither change can be told from nothing. ≥: at least, "
    "as calls beyond the limit, or never reached, count as the limit."
)
ROUNDED = " What can be told apart was decided before the numbers were rounded."


def choice(content: Content) -> Iterator[Block]:
    """Return the options that can't be told from the best by criterion, and what each option moves."""
    best = content.table("best")
    if len(best):
        yield listing(
            content,
            "best",
            BEST_COLUMNS,
            "Best, and what can't be told from it",
            frame=best[best["alike"].astype(bool)],
            heads=2,
            note=BEST_NOTE + (ROUNDED if content.edition == "public" else ""),
            folded=True,
        )

    moves = content.table("moves")
    if len(moves):
        yield crossed(
            content,
            "moves",
            frame=moves,
            down=("name",),
            across="option",
            cell=lambda row: _moved(content, row),
            caption="What each option moves, by standard",
            note=MOVES_NOTE + (ROUNDED if content.edition == "public" else ""),
            folded=True,
        )


def _moved(content: Content, row: Mapping[str, Any]) -> Cell:
    """Return the share inside a standard with an option; below it that of today, and the minutes."""

    def shown(column: str) -> str:
        """Return a cell of the row as readers see it."""
        return content.shown("moves", column, row)

    def interval(low: str, high: str, unit: str) -> tuple[str, ...]:
        """Return an interval; nothing where the edition has none."""
        if low not in row:
            return ()

        # Bounds that are written alike are one number.
        first = shown(low)
        last = shown(high)
        return (f"({first} to {last}{unit})",) if first != last else (f"({first}{unit})",)

    below = [f"as it is {shown('share_before')}", *interval("points_low", "points_high", " points")]

    if "before_min" in row:
        before = shown("before_min")
        after = shown("after_min")
        below += [before if before == after else f"{before} to {after}"]
        below += interval("change_low_min", "change_high_min", "")

    # An edition without minutes goes by the share alone.
    moved = bool(row["reach_moved"]) or bool(row.get("minutes_moved"))
    return Cell(shown("share_after"), tuple(below), "" if moved else "alike")
