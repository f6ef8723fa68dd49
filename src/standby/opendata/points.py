"""Points of a map: police stations, hospitals, places."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from standby.opendata._cells import texts
from standby.opendata._headings import choose
from standby.opendata._positions import DEGREES, GRID, positions_of
from standby.opendata._raw import HeadingError, Raw, plain, read_raw
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

FIX = "Give columns lon and lat, or easting and northing"


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
        ``attrs`` has ``file``, ``how`` (what the positions were read from) and ``notes`` (what a reader
        should know).

    Raises
    ------
    OpenDataError
        If the file is damaged, has no positions, or they are exchanged or outside the United Kingdom.
    """
    try:
        raw = read_raw(path, wanted=_has_positions, fix=FIX)
    except HeadingError:
        # GeoJSON keeps positions apart from the columns, so any heading will do there.
        raw = read_raw(path, wanted=lambda cells: bool(list(cells)), fix=FIX)
        if not raw.shapes:
            raise

    positions = positions_of(raw)
    if positions is None:
        raise fault(raw.path, "has no positions", FIX)
    lacking = [(raw.row(k), "has no position") for k in np.flatnonzero(np.isnan(positions.lon)).tolist()]
    if lacking:
        raise row_fault(raw.path, positions.how, lacking, "Give both, or take the row out")

    raw, names = _texts_or_empty(raw, "names", NAMES)
    raw, kinds = _texts_or_empty(raw, "kinds", KINDS)
    points = pd.DataFrame({"name": names, "kind": kinds, "lon": positions.lon, "lat": positions.lat})
    points.attrs = {"file": raw.path.name, "how": positions.how, "notes": raw.notes}
    return points


def _texts_or_empty(raw: Raw, kind: str, patterns: Sequence[str]) -> tuple[Raw, Sequence[str]]:
    """Return the column of a kind, empty where there is none, and the table with a note on the choice."""
    raw, column = choose(raw, kind, patterns)
    return raw, texts(raw, column).tolist() if column else [""] * len(raw.frame)


def _has_positions(cells: Iterable[str]) -> bool:
    names = {plain(str(cell)) for cell in cells}
    return any(all(any(p.fullmatch(n) for n in names) for p in pair) for pair in (DEGREES, GRID))


__all__ = ["POINT_COLUMNS", "read_points"]
