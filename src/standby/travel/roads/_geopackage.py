"""Roads from OS Open Roads, the free road map of Great Britain, as a GeoPackage."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import pyogrio
import shapely
from pyproj import CRS, Transformer

from standby.travel.roads._build import step_km
from standby.travel.roads._codes import ACCESS_CODE, CLASS_CODE
from standby.travel.roads._errors import RoadsError
from standby.travel.roads._raw import Attributes, RawRoads

CHUNK: Final = 100_000
"""How many links are held at a time: the whole country has four million."""

_CLASS_OF: Final = {
    "motorway": "motorway",
    "a road": "primary",
    "b road": "secondary",
    "minor road": "tertiary",
    "local road": "residential",
    "local access road": "service",
    "restricted local access road": "service",
    "secondary access road": "service",
}
_NEEDED: Final = ("roadfunction", "formofway", "startnode", "endnode")
LINE: Final = 1
"""Number that shapely gives to the type of a line."""

TOGETHER_KM: Final = 0.001
"""Ends of links with one node's name are that node if they lie within a metre of each other [km]."""

_KNOWN: Final = (*_NEEDED, "trunkroad")
NO_DIRECTIONS: Final = (
    "OS Open Roads tells neither one-way streets nor speed limits nor turn restrictions: every road is "
    "open both ways at the speed of its class"
)


def read_open_roads(path: Path) -> RawRoads:
    """Read the road links of an OS Open Roads GeoPackage.

    Raises
    ------
    RoadsError
        If the file is damaged or has no layer of road links.
    """
    try:
        layer, columns, crs, count = _layer(path)
        parts = []
        for skip in range(0, count, CHUNK):
            meta, _, geometry, fields = pyogrio.raw.read(
                path, layer=layer, columns=list(columns.values()), skip_features=skip, max_features=CHUNK
            )
            table = dict(zip(meta["fields"].tolist(), fields, strict=True))
            rows = {plain: table[name] for plain, name in columns.items()}
            parts.append((shapely.from_wkb(geometry), rows))
    except (
        pyogrio.errors.DataSourceError,
        pyogrio.errors.DataLayerError,
        shapely.GEOSException,
        UnicodeError,
    ) as err:
        said = (str(err) or type(err).__name__).splitlines()[0][:200]
        raise RoadsError(
            f"{path.name}: the file is damaged or no GeoPackage ({said})", "download it again"
        ) from err
    return _raw(path, parts, crs)


def _layer(path: Path) -> tuple[str, dict[str, str], str, int]:
    """Find the layer of road links: its name, the columns, the reference system and how many there are."""
    seen = []
    for name, _ in pyogrio.list_layers(path):
        info = pyogrio.read_info(path, layer=name, force_feature_count=True)
        plain = {str(field).replace("_", "").lower(): str(field) for field in info["fields"]}
        plain.setdefault("roadfunction", plain.get("function", ""))
        if all(plain.get(need) for need in _NEEDED):
            if not info["crs"]:
                raise RoadsError(f"{path.name}", f"layer {name} does not say its reference system")
            return (
                str(name),
                {k: plain[k] for k in _KNOWN if plain.get(k)},
                str(info["crs"]),
                int(info["features"]),
            )
        seen.append(str(name))
    raise RoadsError(
        f"{path.name}: no layer has the columns road_function, form_of_way, start_node and end_node of OS "
        f"Open Roads (it has the layers {seen})",
        "give the GeoPackage of OS Open Roads, or a table of edges",
    )


def _raw(path: Path, parts: list[tuple[Any, dict[str, Any]]], crs: str) -> RawRoads:
    geometry = np.concatenate([g for g, _ in parts]) if parts else np.zeros(0, object)
    lines, link = shapely.get_parts(geometry, return_index=True)
    usable = (shapely.get_type_id(lines) == LINE) & (shapely.get_num_coordinates(lines) >= 2)
    lines, link = lines[usable], link[usable]
    fields = {
        key: np.concatenate([rows[key] for _, rows in parts])[link] for key in (parts[0][1] if parts else {})
    }
    xy, way = shapely.get_coordinates(lines, return_index=True)
    count = np.bincount(way, minlength=lines.size)
    start = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
    if not way.size:
        raise RoadsError(f"{path.name}: the file has no road", "check that it is the area you meant")
    lon, lat = Transformer.from_crs(CRS.from_user_input(crs), 4326, always_xy=True).transform(
        xy[:, 0], xy[:, 1]
    )
    if not (np.isfinite(lon).all() and np.isfinite(lat).all()):
        raise RoadsError(
            f"{path.name}: some points lie outside the reference system of the file", "it is damaged"
        )
    attributes, rows = _attributes(fields)
    left_out = geometry.size - np.unique(link).size
    point_id, apart = _points(fields, link, start, np.asarray(lon), np.asarray(lat))
    findings = [NO_DIRECTIONS]
    if left_out:
        findings.append(f"{left_out} links are no lines and were left out")
    if apart:
        findings.append(
            f"{apart} nodes have their name at ends of links that lie apart, as a clip leaves them: those "
            "ends are not joined"
        )
    return RawRoads(
        point_id=point_id,
        lon=np.asarray(lon),
        lat=np.asarray(lat),
        way_start=start,
        way_id=np.arange(count.size, dtype=np.int64),
        way_attributes=rows,
        way_min=np.full(count.size, np.nan),
        way_min_back=np.full(count.size, np.nan),
        way_km=np.full(count.size, np.nan),
        way_lit=np.zeros(count.size, np.bool_),
        way_side=np.zeros(count.size, np.int64),
        attributes=attributes,
        findings=findings,
    )


def _points(
    fields: dict[str, Any], link: np.ndarray, start: np.ndarray, lon: np.ndarray, lat: np.ndarray
) -> tuple[np.ndarray, int]:
    """Return numbers for points: one for each node at the ends of links, one for each point between.

    Ends are one node if they have one name and lie together. An end without a name is joined to whatever ends
    lie at its position; so are the inner ends of a link in several parts, which no name belongs to.

    Returns
    -------
    points, apart
        The numbers, shape (points,), and how many names stand at ends that lie apart.
    """
    first, last = start[:-1], start[1:] - 1
    at = np.concatenate([first, last])
    names = np.concatenate([_names(fields["startnode"]), _names(fields["endnode"])])
    inner = link[1:] == link[:-1]
    names[np.concatenate([[False], inner, inner, [False]])] = ""

    # A name that is met again elsewhere is another node there.
    spot = pd.factorize(
        np.round(lon[at] * 1e7).astype(np.int64) * (1 << 32) + np.round(lat[at] * 1e7).astype(np.int64)
    )[0]
    name, known = pd.factorize(names)
    met_first = np.unique(name, return_index=True)[1][name]
    away = step_km(lon[at], lat[at], lon[at][met_first], lat[at][met_first]) > TOGETHER_KM
    named = names != ""
    node = pd.factorize(name + len(known) * np.where(away, spot + 1, 0))[0]

    # Ends without a name go by their position alone.
    n_nodes = int(node.max()) + 1
    node_at = n_nodes + np.arange(int(spot.max()) + 1)
    node_at[spot[named][::-1]] = node[named][::-1]
    node[~named] = node_at[spot[~named]]

    point = n_nodes + node_at.size + np.arange(start[-1], dtype=np.int64)
    point[at] = node
    return point, int(np.unique(name[named & away]).size)


def _names(values: np.ndarray) -> np.ndarray:
    """Return names as text, empty where there is none."""
    words = pd.Series(values, dtype=object)
    return words.where(~words.isna(), "").astype(str).str.strip().replace("None", "").to_numpy(dtype=object)


def _attributes(fields: dict[str, Any]) -> tuple[list[Attributes], np.ndarray]:
    function, form = (fields[key].astype(str) for key in ("roadfunction", "formofway"))
    trunk = fields.get("trunkroad", np.zeros(function.size)).astype(str)
    found: dict[Attributes, int] = {}
    rows = [
        found.setdefault(_one(*row), len(found))
        for row in zip(function.tolist(), form.tolist(), trunk.tolist(), strict=True)
    ]
    return list(found), np.array(rows, dtype=np.int64)


def _one(function: str, form: str, trunk: str) -> Attributes:
    plain = function.strip().lower()
    road = _CLASS_OF.get(plain, "road")
    if road == "primary" and trunk.lower() in {"1", "true", "1.0"}:
        road = "trunk"
    if "slip" in form.lower() and road in {"motorway", "trunk", "primary", "secondary", "tertiary"}:
        road += "_link"
    if "busway" in form.lower():
        road = "busway"
    private = plain.startswith("restricted")
    return Attributes(
        road_class=CLASS_CODE[road],
        access=ACCESS_CODE["bus" if road == "busway" else "private" if private else "open"],
        surface=0,
        oneway=False,
        roundabout="roundabout" in form.lower(),
        forward_kph=-1.0,
        backward_kph=-1.0,
    )
