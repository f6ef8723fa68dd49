"""What several sections ask of the options and criteria of an edition."""

from __future__ import annotations

from standby.report.content import Content

MOST_CHARTS = 6


def main_criteria(content: Content) -> list[str]:
    """Return criteria that have a direction; shares of single standards have their own chart."""
    frame = content.table("criteria")
    directed = [str(c) for c in frame.loc[frame["better"].isin(["higher", "lower"]), "criterion"]]
    several = [c for c in directed if not c.startswith("share_")]
    return (several if len(several) > 1 else directed)[:MOST_CHARTS]


def ruled_out(content: Content) -> set[str]:
    options = content.table("options")
    return set(options.loc[options["status"] == "ruled out", "option"])
