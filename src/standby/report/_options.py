"""What several sections ask of the options and criteria of an edition."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from standby.report.content import Content

MOST_CHARTS = 6


def main_criteria(content: Content) -> list[str]:
    """Return criteria that have a direction; shares of single standards have their own chart."""
    frame = content.table("criteria")
    directed = [str(c) for c in frame.loc[frame["better"].isin(["higher", "lower"]), "criterion"]]
    several = [c for c in directed if not c.startswith("share_")]
    return (several if len(several) > 1 else directed)[:MOST_CHARTS]


def told_apart(row: Mapping[str, Any]) -> bool:
    """Return whether a row of the decision table differs from the base.

    It does where the two were not found alike, or where the interval of the difference excludes nought.
    """
    low, high = row["difference_low"], row["difference_high"]
    return not row["alike"] or low > 0.0 or high < 0.0


def ruled_out(content: Content) -> set[str]:
    """Return the options that are ruled out."""
    options = content.table("options")
    return set(options.loc[options["status"] == "ruled out", "option"])
