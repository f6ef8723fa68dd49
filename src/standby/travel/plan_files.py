"""The files of a plan that say how far it is: road file, driving profile, table of minutes.

`standby.plan` asks for these checks when a plan has such a file: see `standby.plan.checking.other_rooms`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pandas as pd

from standby._files import Limits, UnreadableFileError, open_regular, read_regular
from standby._refusals import Fault, MissingExtraError, Refusal
from standby.plan import Note, place_table
from standby.plan.checking import Judged, value_at
from standby.plan.files import (
    LARGEST_FILE,
    LARGEST_ROADS,
    PLAN_FILE,
    Folder,
    is_there,
    outside,
    parse_toml,
)
from standby.travel._great_circle import pairs_km
from standby.travel.roads._errors import RoadsError
from standby.travel.roads._geopackage import check_open_roads
from standby.travel.roads._osm import SUFFIXES, osm_damage
from standby.travel.roads.edge_table import (
    ENDS,
    FASTEST_KPH,
    FIRST_ROW,
    LONGEST_MIN,
    SLOWEST_KPH,
    is_edge_table,
    judge_edges,
    read_edge_table,
)
from standby.travel.roads.profile import PROFILES, parse_profile

KINDS: dict[tuple[str, ...], str] = {
    (".osm.pbf", ".pbf"): "an OpenStreetMap extract (.osm.pbf)",
    (".osm", ".osm.xml"): "OpenStreetMap as text (.osm)",
    (".osm.gz",): "OpenStreetMap as text, packed (.osm.gz)",
    (".osm.bz2",): "OpenStreetMap as text, packed (.osm.bz2)",
    (".o5m",): "OpenStreetMap (.o5m)",
    (".gpkg",): "a GeoPackage (.gpkg)",
    (".parquet",): "a Parquet file",
    (".csv",): "a table of edges (.csv)",
}
"""What a road file may be, by the end of its name."""

NEAR_KM = 1.0
"""Pairs that are nearer are not judged by how fast they are: a site may be in its area [km]."""

HEAD = 4096
"""Bytes at the start of a file that are looked at."""

FILES = "an .osm.pbf extract, an OS Open Roads .gpkg, or a .csv table of edges"


def check_roads(judged: Judged) -> tuple[list[Fault], list[Note]]:
    """Return what is wrong with the road file of a plan, and what is hardly meant.

    A table of edges is read, and its rows are judged. Of a map it is seen that it is there, is what its name
    says and can be unpacked to its end, and that a GeoPackage has a layer of roads. The rest is reported by
    `standby.travel.travel_times`.

    Parameters
    ----------
    judged
        The plan's folder, so far as it has been read.
    """
    folder = judged.folder
    name = value_at(folder.document, ("travel", "roads"))
    if name is None:
        return [missing_roads(None)], []
    if not isinstance(name, str):
        return [], []  # a fault of the document

    faults, notes = _judge_file(folder, name)
    if faults:
        return faults, []

    faults, odd = _judge_table(folder.path / name, name)
    return faults, [*notes, *odd]


def check_profile(judged: Judged) -> tuple[list[Fault], list[Note]]:
    """Return what is wrong with the driving profile of a plan.

    Parameters
    ----------
    judged
        The plan's folder, so far as it has been read.
    """
    name = value_at(judged.folder.document, ("travel", "profile"))
    if not isinstance(name, str) or name in PROFILES:
        return [], []

    return _judge_profile(judged.folder, name), []


def check_minutes(judged: Judged) -> tuple[list[Fault], list[Note]]:
    """Return what is hardly meant in a plan's own table of minutes.

    Parameters
    ----------
    judged
        The plan's folder; the table has been read, and has every pair.
    """
    name = value_at(judged.folder.document, ("travel", "matrix"))
    if judged.minutes is None or not isinstance(name, str):
        return [], []

    return [], _odd_minutes(name, judged.minutes, judged.tables)


def missing_roads(name: str | None) -> Fault:
    """Return the fault of a plan whose road file is not there.

    Parameters
    ----------
    name
        What ``travel.roads`` says.
    """
    if name is None:
        fix = f"Give roads = 'roads.osm.pbf': {FILES}, in the plan's folder"
        return Fault(PLAN_FILE, "travel", "roads", "is missing", fix, "missing-file")

    fix = "Add the file that travel.roads names, or use the model: method = 'great-circle'"
    return Fault(name, "", "", "is missing", fix, "missing-file")


def fault_of(name: str, error: Exception) -> Fault:
    """Return the fault of a plan's file for which it was refused.

    Parameters
    ----------
    name
        The file.
    error
        Why it was refused.
    """
    what, fix = (
        (error.what, error.fix) if isinstance(error, (Refusal, MissingExtraError)) else (str(error), "")
    )

    # The fault names the file itself.
    for start in (f"profile {name}: ", f"{name}: ", f"{Path(name).name}: ", f"profile {Path(name).name}: "):
        what = what.removeprefix(start)

    fix = fix or "Fix the file, or give another one"
    return Fault(name, "", "", what, fix[:1].upper() + fix[1:], "unreadable")


def _judge_file(folder: Folder, name: str) -> tuple[list[Fault], list[Note]]:
    """Return what is wrong with a road file as such, and what could not be looked at."""
    if outside(name):
        what = f"is {name!r}, which is not in the plan's folder"
        fix = "Put the file, or a link to it, into the folder and give its name there"
        return [Fault(PLAN_FILE, "travel", "roads", what, fix, "bad-field")], []

    path = folder.path / name
    if not is_there(path):
        return [missing_roads(name)], []
    if name not in folder.hashes:
        return [], []  # it can't be opened, which has a fault already

    kind = next((kind for ends, kind in KINDS.items() if name.lower().endswith(ends)), None)
    if kind is None:
        what = f"is {name!r}, whose ending is not known"
        return [Fault(PLAN_FILE, "travel", "roads", what, f"Give {FILES}", "bad-field")], []

    try:
        with open_regular(path, Limits.here(file_bytes=LARGEST_ROADS)) as file:
            wrong = _wrong(file, name.lower(), path.stat().st_size, kind)
        if wrong is None and name.lower().endswith(SUFFIXES):
            wrong = _damage(path, folder.hashes[name])
        if wrong is None and name.lower().endswith(".gpkg") and not is_edge_table(path):
            check_open_roads(path)
    except (UnreadableFileError, OSError):
        return [], []  # it has a fault since its hash was taken
    except RoadsError as error:
        return [fault_of(name, error)], []
    except MissingExtraError as error:
        text = f"{name} is not looked through: {error.what}. {error.fix}"
        return [], [Note("travel.roads", text)]

    fix = "Download the file again and compare its size with the publisher's"
    return [] if wrong is None else [Fault(name, "", "", wrong, fix, "unreadable")], []


@lru_cache(maxsize=8)
def _damage(path: Path, _sha256: str) -> str | None:
    """Return how an OpenStreetMap file is damaged; the same content is gone through once."""
    return osm_damage(path)


def _judge_table(path: Path, name: str) -> tuple[list[Fault], list[Note]]:
    """Return what is wrong and what is odd in a table of edges; nothing for another road file."""
    if not is_edge_table(path):
        return [], []

    try:
        judged = judge_edges(read_edge_table(path), first_row=FIRST_ROW)
    except ImportError:
        missing = MissingExtraError("Parquet needs the extra named parquet", "parquet")
        text = f"{name} is not read: {missing}"
        return [], [Note("travel.roads", text)]
    except UnreadableFileError as error:
        return [Fault(name, "", "", error.what, error.fix, "unreadable")], []
    except (OSError, ValueError) as error:
        said = (str(error) or type(error).__name__).splitlines()[0][:200]
        fix = f"Give a table with the columns {', '.join(ENDS)}, and minutes, kph or road_class"
        return [Fault(name, "", "", f"cannot be read as a table of edges ({said})", fix, "unreadable")], []

    faults = [fault.in_file(name) for fault in judged.faults]
    return faults, [Note("travel.roads", f"{name}: {finding}") for finding in judged.findings]


def _wrong(file: BinaryIO, name: str, size: int, kind: str) -> str | None:
    """Return what can be seen to be wrong with a file at a glance."""
    if not size:
        return "is empty (0 bytes)"

    head = file.read(HEAD)
    if name.endswith(".csv"):
        return None  # its rows are judged

    # Each kind begins with bytes of its own; Parquet ends with them as well.
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    file.seek(max(size - 4, 0))
    fits = {
        ".pbf": b"OSMHeader" in head,
        ".osm.gz": head.startswith(b"\x1f\x8b"),
        ".osm.bz2": head.startswith(b"BZh"),
        ".o5m": head.startswith(b"\xff"),
        ".gpkg": head.startswith(b"SQLite format 3\0"),
        ".parquet": head.startswith(b"PAR1") and file.read() == b"PAR1",
        ".osm": text.startswith((b"<?xml", b"<osm")),
        ".osm.xml": text.startswith((b"<?xml", b"<osm")),
    }
    is_kind = next(fit for end, fit in fits.items() if name.endswith(end))
    return None if is_kind else f"is not {kind}"


def _judge_profile(folder: Folder, name: str) -> list[Fault]:
    """Return what is wrong with a driving profile of the plan's own."""
    known = ", ".join(PROFILES)
    if outside(name) or not name.endswith(".toml"):
        what = f"is {name!r}, which is no profile"
        fix = f"Use one of {known}, or name a .toml file in the plan's folder"
        return [Fault(PLAN_FILE, "travel", "profile", what, fix, "bad-word")]

    path = folder.path / name
    if not is_there(path):
        fix = f"Add the profile that travel.profile names, or use one of {known}"
        return [Fault(name, "", "", "is missing", fix, "missing-file")]

    try:
        data = read_regular(path, Limits.here(file_bytes=LARGEST_FILE))
    except UnreadableFileError:
        return []  # it has a fault since its hash was taken

    document, faults = parse_toml(name, data)
    if document is None:
        return faults

    try:
        parse_profile(document, label=name)
    except RoadsError as error:
        return [*faults, fault_of(name, error)]
    return faults


def _odd_minutes(name: str, minutes: pd.Series[float], tables: Mapping[str, pd.DataFrame]) -> list[Note]:
    """Return what is hardly meant in a table that has all the pairs."""
    sites = tables["sites"]
    places = place_table(tables)

    # Every pair of a site and a place, in one order.
    pairs = pd.MultiIndex.from_product([list(sites["id"]), list(places["id"])])
    given_min = minutes.reindex(pairs).to_numpy(dtype=np.float64)
    starts, ends = (table[["lon", "lat"]].to_numpy(dtype=np.float64).T for table in (sites, places))
    km = pairs_km(*starts[:, :, None], *ends).ravel()

    # No drive is shorter than the straight line, so one that is too fast along it is too fast.
    has_way = np.isfinite(given_min)
    is_judged = has_way & (km > NEAR_KM)
    is_fast = is_judged & (60 * km > FASTEST_KPH * given_min)
    is_slow = is_judged & (60 * km < SLOWEST_KPH * given_min) & (given_min <= LONGEST_MIN)
    on_other_island = sites["island"].to_numpy()[:, None] != places["island"].to_numpy()[None, :]

    along = "km/h along the straight line"
    no_way = "are minutes meant? For no way, write inf"
    found = (
        (is_fast, f"faster than {FASTEST_KPH:g} {along}: {no_way}"),
        (is_slow, f"slower than {SLOWEST_KPH:g} {along}: are minutes meant, not seconds?"),
        (has_way & (given_min > LONGEST_MIN), f"more than a day: {no_way}"),
        (
            has_way & on_other_island.ravel(),
            "between different islands, and count: write inf to keep them apart",
        ),
    )

    notes = []
    for is_odd, words in found:
        if not is_odd.any():
            continue
        first = int(np.argmax(is_odd))
        site, place = pairs[first]
        pairs_are = "1 pair is" if is_odd.sum() == 1 else f"{is_odd.sum():,} pairs are"
        text = f"{name}: {pairs_are} {words} (first from {site} to {place}, {given_min[first]:g})"
        notes.append(Note("travel.matrix", text))
    return notes
