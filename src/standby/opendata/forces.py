"""Police forces: their names, which district belongs to which, and their boundaries."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from standby._refusals import alike
from standby.opendata._cells import GSS, refuse_cells, texts, without_others
from standby.opendata._force_list import FORCES, Force
from standby.opendata._headings import choose
from standby.opendata._positions import LAND, to_degrees
from standby.opendata._raw import Raw, geojson_features, read_bytes, read_raw, shapes_of
from standby.opendata.areas import PATTERNS, WORDS, columns_found
from standby.opendata.error import LONGEST, OpenDataError, fault, row_fault

LOOKUP_COLUMNS = ("district_code", "district", "force_code", "force")
"""Columns of `read_force_lookup`."""

LONGEST_NAME = 100
"""Longer names are of no force [characters]."""

EMPTY_WORDS = re.compile(r"\b(police|constabulary|service|force|the|of|heddlu)\b")
OTHER_NAMES = {
    "met": "Metropolitan Police",
    "metropolitan": "Metropolitan Police",
    "london": "Metropolitan Police",
    "hampshire and isle wight": "Hampshire",
    "hampshire and wight": "Hampshire",
    "london city": "City of London",
    "city london": "City of London",
    "gmp": "Greater Manchester",
}
"""Other names of forces, without the words that every force has."""


def find_force(name: str, *, districts: dict[str, str] | None = None) -> Force:
    """Return the force of a name, however it is written.

    Parameters
    ----------
    name
        Name, perhaps with "Police" or "Constabulary", "&" for "and"; or code of the police force area.
    districts
        Force by district, to tell who names a district which force polices it.

    Raises
    ------
    OpenDataError
        If there is no such force; near names are offered.

    Examples
    --------
    >>> find_force("Devon & Cornwall Police").code
    'E23000035'
    >>> find_force("Isle of Wight", districts={"Isle of Wight": "Hampshire"})
    Traceback (most recent call last):
        ...
    standby.opendata.error.OpenDataError: 'Isle of Wight' is no police force: it is a district policed by ...
    """
    force = _exactly(name)
    if force is not None:
        return force

    known = _by_name()
    wanted = _bare(OTHER_NAMES.get(_bare(name), name))[:LONGEST_NAME]
    places = {_bare(place): (place, owner) for place, owner in (districts or {}).items()}
    if wanted in places:
        place, owner = places[wanted]
        raise OpenDataError(
            f"{place!r} is no police force: it is a district policed by {owner}", "Name that force."
        )

    # Near names: those spelled alike, then those that contain what was given or are part of it.
    close = alike(wanted, known)
    within = [bare for bare in known if wanted and (wanted in bare or bare in wanted)]
    near = [known[bare].name for bare in dict.fromkeys([*close, *within])]
    fix = "Name one of the 43 forces of England and Wales, e.g. Dorset."
    if near:
        fix = f"Is it {' or '.join(near)}?"
    raise OpenDataError(f"there is no police force {name!r}", fix)


def _bare(name: str) -> str:
    """Return a name without what differs between publishers."""
    text = re.sub(r"[^a-z ]", " ", name.lower().replace("&", " and "))
    return " ".join(EMPTY_WORDS.sub(" ", text).split())


@cache
def _by_name() -> dict[str, Force]:
    return {_bare(force.name): force for force in FORCES}


@lru_cache(maxsize=10_000)
def _exactly(name: str) -> Force | None:
    """Return the force of a name or code, None when it is none of the 43."""
    if len(name) > LONGEST_NAME:
        return None

    code = name.strip().upper()
    for force in FORCES:
        if code == force.code:
            return force

    bare = _bare(name)
    return _by_name().get(_bare(OTHER_NAMES.get(bare, bare)))


def known_force(name: str) -> Force | None:
    """Return the force of a name or code in a file, None when it is none of the 43."""
    return _exactly(name)


def read_force_lookup(path: str | Path) -> pd.DataFrame:
    """Read which district belongs to which police force area.

    Parameters
    ----------
    path
        A table (CSV, XLSX, ODS) with codes and names of districts (``LAD..``) and of forces (``PFA..``).

    Returns
    -------
    pandas.DataFrame
        One row a district: ``district_code``, ``district``, ``force_code``, ``force``.

    Raises
    ------
    OpenDataError
        If the file is damaged or no such table, a code is none, or a district has two forces.
    """
    raw = read_raw(path, wanted=_is_lookup, fix="Give a lookup with districts (LAD..) and forces (PFA..)")
    headed = {}
    for name in LOOKUP_COLUMNS:
        raw, column = choose(raw, WORDS[name], PATTERNS[name])
        if column is not None:
            headed[name] = column
    if "district_code" in headed:
        raw = without_others(raw, headed["district_code"])

    columns = {name: texts(raw, headed[name]) if name in headed else "" for name in LOOKUP_COLUMNS}
    table = pd.DataFrame(columns, index=raw.frame.index, dtype="object")
    for name in ("district_code", "force_code"):
        if name in headed:
            is_odd = [GSS.fullmatch(code) is None for code in table[name]]
            refuse_cells(raw, headed[name], is_odd, "A code such as E23000039 is needed in every row")

    key = "district_code" if "district_code" in headed else "district"
    table = table.drop_duplicates()
    twice = table[table.duplicated(key, keep=False) & (table[key] != "")]
    if not twice.empty:
        rows = [(raw.row(int(k)), f"is {str(twice.loc[k, key])[:LONGEST]}") for k in twice.index]
        raise row_fault(raw.path, headed[key], rows, "A district belongs to one force: keep one row for it")

    table = table.reset_index(drop=True)
    table.attrs["notes"] = raw.notes
    return table


def _is_lookup(cells: Iterable[str]) -> bool:
    found = columns_found([*map(str, cells)])
    return bool({"district_code", "district"} & set(found)) and bool({"force_code", "force"} & set(found))


def read_force_boundaries(path: str | Path) -> gpd.GeoDataFrame:
    """Read the boundaries of police force areas.

    Parameters
    ----------
    path
        GeoJSON with a code (``PFA..CD``) or name (``PFA..NM``) for each, in WGS 84 or on the National Grid.

    Returns
    -------
    geopandas.GeoDataFrame
        One row a force: ``force_code``, ``force``, ``geometry`` (WGS 84).

    Raises
    ------
    OpenDataError
        If it is damaged, no such file, has a geometry that is no area, or lies outside the United Kingdom.
    """
    path = Path(path)
    data = read_bytes(path)
    if data[:512].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] != b"{":
        raise fault(path, "is no GeoJSON", "Download the boundaries as GeoJSON")
    features = geojson_features(path, data)

    # What stands in the properties is chosen by the rules for columns, so it is made a table.
    properties = [item["properties"] if isinstance(item.get("properties"), dict) else {} for item in features]
    cells = [{str(k): "" if v is None else str(v) for k, v in row.items()} for row in properties]
    raw = Raw(path, pd.DataFrame(cells).fillna(""), np.arange(1, len(cells) + 1))

    columns = {kind: [""] * len(cells) for kind in ("force_code", "force")}
    is_known = False
    for kind in columns:
        raw, column = choose(raw, WORDS[kind], PATTERNS[kind])
        if column is not None:
            columns[kind] = raw.frame[column].tolist()
            is_known = True
    if not is_known:
        raise fault(
            path, "has neither a code (PFA..CD) nor a name (PFA..NM) of forces", "Give police force areas"
        )

    shapes = [_in_degrees(path, k, shape) for k, shape in enumerate(shapes_of(path, features), start=1)]
    frame = gpd.GeoDataFrame(columns, geometry=shapes, crs=4326)
    frame.attrs["notes"] = raw.notes
    return frame


def _in_degrees(path: Path, number: int, area: shapely.Geometry | None) -> shapely.Geometry:
    """Return an area in degrees, repaired where its outline crosses itself."""
    kinds = {"Polygon", "MultiPolygon"}
    if area is None or area.is_empty or area.geom_type not in kinds or not all(map(_finite, area.bounds)):
        raise fault(path, f"feature {number} has no area", "Give boundaries as polygons")

    # No degree is above 180, and no place of the National Grid is so near to its origin.
    if max(map(abs, area.bounds)) > 180.0:
        area = shapely.transform(area, lambda xy: np.column_stack(to_degrees(xy[:, 0], xy[:, 1])))

    if not area.is_valid:
        area = shapely.make_valid(area, method="structure", keep_collapsed=False)
    if area.is_empty or not shapely.intersects(area, LAND):
        raise fault(
            path,
            f"feature {number} lies outside the United Kingdom",
            "Export it in WGS 84 (longitude first) or on the National Grid",
        )
    return area


def _finite(value: float) -> bool:
    return abs(value) < 1e9


__all__ = [
    "FORCES",
    "LOOKUP_COLUMNS",
    "Force",
    "find_force",
    "known_force",
    "read_force_boundaries",
    "read_force_lookup",
]
