"""Points of a map: police stations, hospitals, places."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd

from standby.opendata._cells import texts
from standby.opendata._headings import choose
from standby.opendata._positions import DEGREES, GRID, positions_of
from standby.opendata._raw import HeadingError, plain, read_raw
from standby.opendata.error import fault, row_fault

POINT_COLUMNS = ("name", "kind", "lon", "lat")
"""Columns of `read_points`."""


NAMES = (r"(police)?station(name)?|sitename", r"name", r"title|label")
"""Columns of names of points, the most specific first."""

KINDS = (
    r"amenity",
    r"sitetype|type|kind|category",
)
"""Columns that say what is there."""

MEND = "Give columns lon and lat, or easting and northing"


def read_points(path: str | Path) -> pd.DataFrame:
    """Read named points, such as police stations, from a table or GeoJSON.

    Parameters
    ----------
    path
        CSV, XLSX, ODS or GeoJSON with positions in WGS 84, on the National Grid or in Web Mercator, and
        perhaps columns ``name`` and ``kind`` (or ``type``, ``amenity``).

    Returns
    -------
    pandas.DataFrame
        One row a point: ``name`` and ``kind`` (empty where there is none), ``lon`` and ``lat`` [degrees].
        ``attrs`` has
        ``file``, ``how`` (what the positions were read from) and ``notes`` (what a reader should know).

    Raises
    ------
    OpenDataError
        If the file is damaged, has no positions, or they are exchanged or outside the United Kingdom.
    """
    try:
        raw = read_raw(path, wanted=_has_positions, mend=MEND)
    except HeadingError:
        raw = read_raw(
            path, wanted=lambda cells: bool(list(cells)), mend=MEND
        )  # GeoJSON keeps positions apart
        if not raw.shapes:
            raise
    positions = positions_of(raw)
    if positions is None:
        raise fault(raw.path, "has no positions", MEND)
    lacking = [(raw.row(k), "has no position") for k in np.flatnonzero(np.isnan(positions.lon)).tolist()]
    if lacking:
        raise row_fault(raw.path, positions.how, lacking, "Give both, or take the row out")
    column, note = choose(raw, "names", NAMES)
    raw = raw if note is None else raw.noted(note)
    names = texts(raw, column).to_numpy(dtype=object) if column else [""] * len(raw.frame)
    column, note = choose(raw, "kinds", KINDS)
    raw = raw if note is None else raw.noted(note)
    kinds = texts(raw, column).to_numpy(dtype=object) if column else [""] * len(raw.frame)
    made = pd.DataFrame({"name": names, "kind": kinds, "lon": positions.lon, "lat": positions.lat})
    made.attrs = {"file": raw.path.name, "how": positions.how, "notes": raw.notes}
    return made


def _has_positions(cells: Iterable[str]) -> bool:
    names = {plain(str(cell)) for cell in cells}
    return any(all(any(p.fullmatch(n) for n in names) for p in pair) for pair in (DEGREES, GRID))


__all__ = ["POINT_COLUMNS", "read_points"]
