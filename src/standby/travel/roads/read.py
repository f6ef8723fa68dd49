"""Read roads from a file, once."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from standby.travel.roads._build import build_graph
from standby.travel.roads._errors import RoadsError
from standby.travel.roads._files import default_store, edge_table, file_hash, load_graph, store_graph
from standby.travel.roads._geopackage import read_open_roads
from standby.travel.roads._osm import HISTORY, SUFFIXES, read_osm
from standby.travel.roads._raw import RawRoads
from standby.travel.roads.edge_table import FIRST_ROW, is_edge_table
from standby.travel.roads.edges import raw_edges
from standby.travel.roads.roads import Roads

_LEFT_HAND: Final = {"left": True, "right": False, None: None}

HISTORIES: Final = (
    ".osc",
    ".osc.gz",
    ".osc.bz2",
    ".osh",
    ".osh.pbf",
    ".osh.gz",
    ".osh.bz2",
    ".osh.xml",
    ".o5c",
)
"""Endings of OpenStreetMap files of changes, and of those with every version of each object."""


def read_roads(
    path: str | Path,
    *,
    store: str | Path | bool = True,
    driving_side: str | None = None,
    max_snap_km: float = 1.0,
) -> Roads:
    """Read roads from an OpenStreetMap extract, OS Open Roads or a table of edges.

    The graph is stored under the hash of the file, so that the same file is read only once. Times do not
    depend on whether it came from the store.

    Parameters
    ----------
    path
        ``.osm.pbf``, ``.osm``, ``.osm.gz`` or ``.osm.bz2`` (needs the extra ``roads``); ``.gpkg`` of OS Open
        Roads; ``.csv``, ``.parquet`` or ``.gpkg`` with the columns of `roads_from_edges`.
    store
        Folder for stored graphs; True for the user's own (``STANDBY_CACHE`` or the system's folder for such
        files), False to store nothing.
    driving_side
        ``"left"`` or ``"right"``; without it what the file says by ``driving_side``, else the place. The
        findings of `Roads` say how it was decided.
    max_snap_km
        Places further from every road than this have no answer [km].

    Returns
    -------
    Roads
        The road network.

    Raises
    ------
    RoadsError
        If the file is missing, empty, damaged, of another kind or without roads; the message says how to
        fix it.
    MissingExtraError
        An ``ImportError``: if the extra that reads such files is not installed; the message names it.
    """
    if driving_side not in _LEFT_HAND:
        raise RoadsError(f"driving_side is {driving_side!r}", "give 'left', 'right' or nothing")

    source = Path(path)
    folder = None if store is False else default_store() if store is True else Path(store)

    # The kind is part of the name: the same bytes are read otherwise under another ending.
    name = file_hash(source, f"{_kind(source)}|{driving_side}")
    graph = load_graph(folder, name) if folder is not None else None
    if graph is None:
        graph = build_graph(_read(source), left_hand=_LEFT_HAND[driving_side])
        if folder is not None:
            store_graph(folder, name, graph)

    return Roads(graph, max_snap_km=max_snap_km)


def _kind(path: Path) -> str:
    """Return the kind of a road file by its ending."""
    lowered = path.name.lower()
    if lowered.endswith(HISTORIES):
        raise RoadsError(f"{path.name}: {HISTORY[0]}", HISTORY[1])

    for kind, suffixes in (("osm", SUFFIXES), ("gpkg", (".gpkg",)), ("edges", (".csv", ".parquet"))):
        if lowered.endswith(suffixes):
            return kind

    raise RoadsError(
        f"{path.name}: roads are read from .osm.pbf, .osm, .osm.gz, .osm.bz2, .gpkg (OS Open Roads), .csv "
        "and .parquet (a table of edges)",
        "rename the file if it is one of these",
    )


def _read(path: Path) -> RawRoads:
    """Return the roads of a file by the reader of its kind."""
    if _kind(path) == "osm":
        return read_osm(path)

    # A GeoPackage may hold either.
    if is_edge_table(path):
        return raw_edges(edge_table(path), label=path.name, first_row=FIRST_ROW)
    return read_open_roads(path)
