"""What several sections ask of the options and criteria of an edition."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from standby.report.content import Content
from standby.words import numbers

TOO_SMALL = "too small to show"
"""Said of a difference that can be told from nothing, where the numbers as they are written show none."""

MOST_CHARTS = 6


def main_criteria(content: Content) -> list[str]:
    """Return criteria that have a direction; shares of single standards have their own chart."""
    frame = content.table("criteria")

    directed = [str(c) for c in frame.loc[frame["better"].isin(["higher", "lower"]), "criterion"]]
    several = [c for c in directed if not c.startswith("share_")]

    # Where nothing but shares has a direction, these are what a choice goes by.
    return (several if len(several) > 1 else directed)[:MOST_CHARTS]


def told_apart(row: Mapping[str, Any]) -> bool:
    """Return whether a row of the decision table can be told from the base: what the appraisal decided."""
    return not row["alike"]


def difference(content: Content, row: Mapping[str, Any]) -> tuple[str, str]:
    """Return a difference from the base and its interval, from a row of the decision table, in words.

    The interval is empty where it says no more than the difference does.
    """
    differ = numbers.change_writer(content.criterion_writer(str(row["criterion"])))
    nought = differ(0.0)
    text = differ(row["difference"])

    # An edition may have no bounds.
    nan = float("nan")
    bounds = numbers.interval(row.get("difference_low", nan), row.get("difference_high", nan), differ)

    if text == nought and told_apart(row):
        return TOO_SMALL, "" if bounds == nought else bounds
    return text, "" if bounds == text else bounds


def ruled_out(content: Content) -> set[str]:
    """Return the options that are ruled out."""
    options = content.table("options")
    return set(options.loc[options["status"] == "ruled out", "option"])
