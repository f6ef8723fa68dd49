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
    """Return whether a row of the decision table can be told from the base: what the appraisal decided."""
    return not row["alike"]


def ruled_out(content: Content) -> set[str]:
    """Return the options that are ruled out."""
    options = content.table("options")
    return set(options.loc[options["status"] == "ruled out", "option"])
