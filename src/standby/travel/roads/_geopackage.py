"""Read roads from OS Open Roads, the free road map of Great Britain, as a GeoPackage."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd
import pyogrio
import shapely
from pyproj import CRS, Transformer

from standby.travel._great_circle import pairs_km
from standby.travel.roads._codes import ACCESS_CODE, CLASS_CODE
from standby.travel.roads._errors import RoadsError
from standby.travel.roads._raw import Attributes, RawRoads

CHUNK: Final = 100_000
"""How many links are read at a time: the whole country has four million."""

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
_KNOWN: Final = (*_NEEDED, "trunkroad")

LINE: Final = 1
"""Number that shapely gives to the type of a line."""

TOGETHER_KM: Final = 0.001
"""Ends of links with one node's name are that node if they lie within a metre of each other [km]."""

NO_DIRECTIONS: Final = (
    "OS Open Roads has neither one-way streets nor speed limits nor turn restrictions: every road is "
    "open both ways at the speed of its class"
)


def read_open_roads(path: Path) -> RawRoads:
    """Return the road links of an OS Open Roads GeoPackage.

    Raises
    ------
    RoadsError
        If the file is damaged or has no layer of road links.
    """
    with _damage_refused(path):
        layer = _layer(path)
        parts = []
        for skip in range(0, layer.n_links, CHUNK):
            meta, _, geometry, fields = pyogrio.raw.read(
                path,
                layer=layer.name,
                columns=list(layer.columns.values()),
                skip_features=skip,
                max_features=CHUNK,
            )
            table = dict(zip(meta["fields"].tolist(), fields, strict=True))
            columns = {plain: table[name] for plain, name in layer.columns.items()}
            parts.append((shapely.from_wkb(geometry), columns))

    return _raw(path, parts, layer.crs)


def check_open_roads(path: Path) -> None:
    """Refuse a GeoPackage that can't be opened or has no layer of road links; the links are not read.

    Raises
    ------
    RoadsError
        If the file is damaged or has no layer of road links.
    """
    with _damage_refused(path):
        _layer(path)


@contextmanager
def _damage_refused(path: Path) -> Iterator[None]:
    """Refuse a file for what its libraries raise, without their warnings of it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            yield
    except (
        pyogrio.errors.DataSourceError,
        pyogrio.errors.DataLayerError,
        shapely.GEOSException,
        UnicodeError,
    ) as err:
        reason = (str(err) or type(err).__name__).splitlines()[0][:200]
        raise RoadsError(
            f"{path.name}: the file is damaged or not a GeoPackage ({reason})", "download it again"
        ) from err


class _Layer(NamedTuple):
    """The layer of road links.

    Parameters
    ----------
    name
        What the file calls it.
    columns
        Its own name for each column of `_KNOWN` that it has.
    crs
        Its reference system.
    n_links
        How many links it has.
    """

    name: str
    columns: dict[str, str]
    crs: str
    n_links: int


def _layer(path: Path) -> _Layer:
    """Return the layer of road links."""
    other_layers = []
    for name, _ in pyogrio.list_layers(path):
        info = pyogrio.read_info(path, layer=name, force_feature_count=True)

        # Editions of the product write the same names in different ways, and one shortens road_function.
        plain = {str(field).replace("_", "").lower(): str(field) for field in info["fields"]}
        plain.setdefault("roadfunction", plain.get("function", ""))
        if not all(plain.get(needed) for needed in _NEEDED):
            other_layers.append(str(name))
            continue

        if not info["crs"]:
            raise RoadsError(
                f"{path.name}: layer {name} does not say its reference system",
                "set it, and write the file again",
            )
        return _Layer(
            name=str(name),
            columns={key: plain[key] for key in _KNOWN if plain.get(key)},
            crs=str(info["crs"]),
            n_links=int(info["features"]),
        )

    raise RoadsError(
        f"{path.name}: no layer has the columns road_function, form_of_way, start_node and end_node of OS "
        f"Open Roads (it has the layers {other_layers})",
        "give the GeoPackage of OS Open Roads, or a table of edges",
    )


def _raw(path: Path, parts: list[tuple[Any, dict[str, Any]]], crs: str) -> RawRoads:
    """Return roads of the geometry and the columns that were read, part by part."""
    # A link may have several lines; `link` says of which one each line is.
    geometry = np.concatenate([part for part, _ in parts]) if parts else np.zeros(0, object)
    lines, link = shapely.get_parts(geometry, return_index=True)
    usable = (shapely.get_type_id(lines) == LINE) & (shapely.get_num_coordinates(lines) >= 2)
    lines = lines[usable]
    link = link[usable]
    n_left_out = geometry.size - np.unique(link).size

    names = parts[0][1] if parts else {}
    fields = {name: np.concatenate([columns[name] for _, columns in parts])[link] for name in names}

    # Every line is a way.
    xy, way = shapely.get_coordinates(lines, return_index=True)
    n_points = np.bincount(way, minlength=lines.size)
    n_ways = n_points.size
    way_start = np.concatenate([[0], np.cumsum(n_points)]).astype(np.int64)
    if not way.size:
        raise RoadsError(f"{path.name}: the file has no road", "check that it is the area you meant")

    to_wgs84 = Transformer.from_crs(CRS.from_user_input(crs), 4326, always_xy=True)
    lon, lat = (np.asarray(values) for values in to_wgs84.transform(xy[:, 0], xy[:, 1]))
    if not (np.isfinite(lon).all() and np.isfinite(lat).all()):
        raise RoadsError(
            f"{path.name}: some points lie outside the reference system of the file: it is damaged",
            "download it again",
        )

    attributes, way_attributes = _attributes(fields)
    point_id, n_apart = _points(fields, link, way_start, lon, lat)

    findings = [NO_DIRECTIONS]
    if n_left_out:
        findings.append(f"{n_left_out} links are not lines and were left out")
    if n_apart:
        findings.append(
            f"{n_apart} nodes have their name at ends of links that lie apart, as a clip leaves them: those "
            "ends are not joined"
        )

    return RawRoads(
        point_id=point_id,
        lon=lon,
        lat=lat,
        way_start=way_start,
        way_id=np.arange(n_ways, dtype=np.int64),
        way_attributes=way_attributes,
        way_min=np.full(n_ways, np.nan),
        way_min_back=np.full(n_ways, np.nan),
        way_km=np.full(n_ways, np.nan),
        way_lit=np.zeros(n_ways, np.bool_),
        way_side=np.zeros(n_ways, np.int64),
        attributes=attributes,
        findings=findings,
    )


def _points(
    fields: dict[str, Any], link: np.ndarray, way_start: np.ndarray, lon: np.ndarray, lat: np.ndarray
) -> tuple[np.ndarray, int]:
    """Return numbers for points: one for each node at the ends of links, one for each point between.

    Ends are one node if they have one name and lie together. An end without a name is joined to whatever ends
    lie at its position; so are the inner ends of a link in several parts, which no name belongs to.

    Returns
    -------
    points, n_apart
        The numbers, shape (points,), and how many names stand at ends that lie apart.
    """
    first = way_start[:-1]
    last = way_start[1:] - 1
    at = np.concatenate([first, last])
    names = np.concatenate([_names(fields["startnode"]), _names(fields["endnode"])])
    inner = link[1:] == link[:-1]
    names[np.concatenate([[False], inner, inner, [False]])] = ""

    # A name that is met again elsewhere is another node there.
    lon_key = np.round(lon[at] * 1e7).astype(np.int64)
    lat_key = np.round(lat[at] * 1e7).astype(np.int64)
    spot = pd.factorize(lon_key * (1 << 32) + lat_key)[0]
    name, distinct_names = pd.factorize(names)
    met_first = np.unique(name, return_index=True)[1][name]
    apart = pairs_km(lon[at], lat[at], lon[at][met_first], lat[at][met_first]) > TOGETHER_KM
    named = names != ""
    node = pd.factorize(name + len(distinct_names) * np.where(apart, spot + 1, 0))[0]

    # Ends without a name go by their position alone: the node of the first named end there, or a new one.
    n_nodes = int(node.max()) + 1
    node_at = n_nodes + np.arange(int(spot.max()) + 1)
    node_at[spot[named][::-1]] = node[named][::-1]
    node[~named] = node_at[spot[~named]]

    # Points between the ends are nodes of their own.
    point = n_nodes + node_at.size + np.arange(way_start[-1], dtype=np.int64)
    point[at] = node
    return point, int(np.unique(name[named & apart]).size)


def _names(values: np.ndarray) -> np.ndarray:
    """Return names as text, empty where there is none."""
    names = pd.Series(values, dtype=object)
    names = names.where(~names.isna(), "").astype(str).str.strip().replace("None", "")
    return names.to_numpy(dtype=object)


def _attributes(fields: dict[str, Any]) -> tuple[list[Attributes], np.ndarray]:
    """Return the distinct attributes, and which of them each way has."""
    function = fields["roadfunction"].astype(str)
    form = fields["formofway"].astype(str)
    trunk = fields.get("trunkroad", np.zeros(function.size)).astype(str)

    row_of: dict[Attributes, int] = {}
    rows = [
        row_of.setdefault(_attributes_of(*words), len(row_of))
        for words in zip(function.tolist(), form.tolist(), trunk.tolist(), strict=True)
    ]
    return list(row_of), np.array(rows, dtype=np.int64)


def _attributes_of(function: str, form: str, trunk: str) -> Attributes:
    """Return the attributes of a link from the words of its columns."""
    function = function.strip().lower()
    form = form.lower()

    road_class = _CLASS_OF.get(function, "road")
    if road_class == "primary" and trunk.lower() in {"1", "true", "1.0"}:
        road_class = "trunk"
    if "slip" in form and road_class in {"motorway", "trunk", "primary", "secondary", "tertiary"}:
        road_class += "_link"
    if "busway" in form:
        road_class = "busway"

    access = "private" if function.startswith("restricted") else "open"
    if road_class == "busway":
        access = "bus"

    return Attributes(
        road_class=CLASS_CODE[road_class],
        access=ACCESS_CODE[access],
        surface=0,
        oneway=False,
        roundabout="roundabout" in form,
        forward_kph=-1.0,
        backward_kph=-1.0,
    )
