"""Positions: longitude and latitude the right way round, and inside the plan's extent."""

from __future__ import annotations

import pandas as pd

from standby.plan.files.cells import Cells


def judge_positions(cells: Cells, frame: pd.DataFrame, extent: list[float]) -> None:
    """Keep a fault for every position outside the extent; one that fits when turned round is called swapped.

    Parameters
    ----------
    cells
        Keeps the faults.
    frame
        Judged table with ``lon`` and ``lat`` [degrees].
    extent
        West, south, east, north [degrees].
    """
    west, south, east, north = extent
    for row, (lon, lat) in enumerate(zip(frame["lon"], frame["lat"], strict=True)):
        if pd.isna(lon) or pd.isna(lat) or (west <= lon <= east and south <= lat <= north):
            continue

        if west <= lat <= east and south <= lon <= north:
            what = "have longitude and latitude exchanged"
            fix = "Exchange them: lon is east, lat is north"
            cells.fault(row, "lon, lat", what, fix, "swapped-position")
        else:
            fix = f"Correct it, or widen extent in plan.toml (now {west:g}, {south:g}, {east:g}, {north:g})"
            what = f"lie at {lon:g}, {lat:g}, outside the plan's extent"
            cells.fault(row, "lon, lat", what, fix, "outside-extent")
