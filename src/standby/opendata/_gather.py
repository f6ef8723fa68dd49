"""Read the files that were given, keep what can be used, and say of each other one why not."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import geopandas as gpd
import pandas as pd

from standby._files import AGAIN, UnreadableFileError, open_regular
from standby._refusals import Refusal
from standby._show import Shown
from standby._typing import Floats
from standby.opendata._national import reserved_sources
from standby.opendata._raw import HeadingError
from standby.opendata.areas import combine_small_areas, read_small_areas
from standby.opendata.crime import read_street_crime
from standby.opendata.error import OpenDataError, as_open_data, fault
from standby.opendata.forces import read_force_boundaries, read_force_lookup
from standby.opendata.points import read_points
from standby.opendata.workforce import read_firearms_operations, read_police_workforce
from standby.travel import read_roads
from standby.travel.roads.edge_table import FIRST_ROW, is_edge_table, judge_edges, read_edge_table
from standby.words import counted

T = TypeVar("T")
Table = TypeVar("Table", bound=pd.DataFrame)

Progress = Callable[[str], None]
"""Called with a few words at each step."""

ROAD_ENDINGS = (".osm.pbf", ".osm", ".osm.gz", ".osm.bz2", ".gpkg", ".csv", ".parquet")
"""Endings of road files; OpenStreetMap, OS Open Roads, and tables of edges."""

MOST_OFF = 0.5
"""Largest share of the areas without a road near them: beyond it, the roads are those of another place."""


@dataclass(frozen=True)
class Unused(Shown):
    """A file that was given and not used.

    Parameters
    ----------
    file, role
        Its name, and what it was given as.
    reason
        Why it could not be used, and what would be right.
    """

    file: str
    role: str
    reason: str

    def __str__(self) -> str:
        """Return the file with the reason."""
        reason = self.reason.removeprefix(f"{self.file}: ")
        return f"{self.file} ({self.role}): {reason}"


@dataclass(frozen=True)
class Used:
    """A file that was used.

    Parameters
    ----------
    path, role
        The file, and what it was used as.
    what
        What was read from it.
    rows
        Rows that it has.
    source
        Its id in ``sources.toml``.
    sha256
        Hash of its content.
    date, scope
        Of what day it is, as far as it says so; whom it counts.
    """

    path: Path
    role: str
    what: str
    rows: int
    source: str
    sha256: str
    date: str = ""
    scope: str = ""


@dataclass
class Gathered:
    """All that was read.

    Parameters
    ----------
    used, unused, findings
        Files, and what a reader should know.
    areas, lookup, boundaries, crime, workforce, firearms, sites, roads
        Their contents; None where there is none.
    """

    used: list[Used] = field(default_factory=list)
    unused: list[Unused] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)
    areas: pd.DataFrame = field(default_factory=pd.DataFrame)
    lookup: pd.DataFrame | None = None
    boundaries: gpd.GeoDataFrame | None = None
    crime: pd.DataFrame | None = None
    workforce: pd.DataFrame | None = None
    firearms: pd.DataFrame | None = None
    sites: pd.DataFrame | None = None
    roads: Path | None = None

    def use(self, path: Path, role: str, what: str, rows: int, *, scope: str, date: str = "") -> None:
        """Keep that a file was used; each has one id, whatever it is used for."""
        taken = {used.source: used.path for used in self.used}
        source = slug(path.name.split(".")[0])

        # Another file may have the same name in another folder, and some ids are those of national figures.
        while source in reserved_sources() or taken.get(source, path) != path:
            source += "-file"

        with as_open_data(), open_regular(path) as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()

        self.used.append(Used(path, role, what, rows, source, digest, date, scope))

    def note(self, path: Path, table: pd.DataFrame) -> None:
        """Keep what a reader should know of a file."""
        self.findings += [f"{path.name}: {text}" for text in table.attrs.get("notes", ())]

    def drop(self, role: str, reason: str) -> None:
        """Move the files of a role to those that were not used."""
        for used in [u for u in self.used if u.role == role]:
            self.used.remove(used)
            self.unused.append(Unused(used.path.name, role, reason))

    def source(self, *roles: str) -> str:
        """Return the source id of the first file with one of the roles, ``assumption`` when there is none."""
        return next((u.source for role in roles for u in self.used if u.role == role), "assumption")

    def used_for(self, file: str) -> str:
        """Return the source id of a file by its name."""
        return next(u.source for u in self.used if u.path.name == file)

    def tried(self, path: Path, role: str, read: Callable[[Path], T]) -> T | None:
        """Return what a file says; None, with the reason kept, when it can't be read."""
        try:
            return read(path)
        except (OpenDataError, ImportError) as error:
            self.unused.append(Unused(path.name, role, str(error)))
            return None


def check_given(files: Mapping[str, Sequence[Path]]) -> None:
    """Refuse files that can't be opened, all of them at once.

    Parameters
    ----------
    files
        Files by what they are given as.

    Raises
    ------
    OpenDataError
        If one is not there, may not be read, is no regular file or too large.
    """
    refused = []
    for role, paths in files.items():
        for path in paths:
            try:
                open_regular(path).close()
            except UnreadableFileError as error:
                refused.append(f"{role}: {error}")

    if refused:
        raise OpenDataError("\n".join(refused))


def slug(name: str) -> str:
    """Return a name as an identifier.

    Examples
    --------
    >>> slug("LSOA (2021) Points")
    'lsoa-2021-points'
    """
    plain = "".join(c if c.isascii() and c.isalnum() else "-" for c in name.lower())
    return "-".join(filter(None, plain.split("-"))) or "file"


def road_name(path: Path) -> str:
    """Return the name of a road file in the plan, where no table has it.

    Examples
    --------
    >>> road_name(Path("areas.csv")), road_name(Path("isle-of-wight.osm.pbf"))
    ('roads.csv', 'roads.osm.pbf')
    """
    return "roads" + next(e for e in ROAD_ENDINGS if path.name.lower().endswith(e))


def people_day(year: int) -> str:
    """Return the middle of a year, when estimates of people are made, empty when it is not known."""
    return f"{year}-06-30" if year else ""


def gather_areas(gathered: Gathered, files: Sequence[Path], progress: Progress) -> None:
    """Read tables of small areas and put them together.

    Raises
    ------
    OpenDataError
        If none of them says how many people live where.
    """
    read: list[tuple[Path, pd.DataFrame]] = []
    for path in files:
        progress(f"areas: {path.name}")
        table = _areas_or_lookup(gathered, path)
        if table is not None:
            read.append((path, table))

    whole = next((table for _, table in read if "population" in table.attrs["said"]), None)
    if whole is None:
        known = "; ".join(t.attrs["file"] + " has " + ", ".join(t.attrs["said"]) for _, t in read)
        raise OpenDataError(
            "no file of areas says how many people live in each."
            + (f" What was read: {known}." if known else "")
            + _because(gathered.unused),
            "Add a table with a column of population",
        )

    codes = set(whole["code"])
    kept = []
    for path, table in read:
        if codes.isdisjoint(table["code"]):
            reason = (
                f"its areas ({table['code'].iloc[0]} …) are none of those of {whole.attrs['file']} "
                f"({whole['code'].iloc[0]} …); give tables of the same kind of area and the same census"
            )
            gathered.unused.append(Unused(path.name, "areas", reason))
            continue

        kept.append(table)
        gathered.note(path, table)
        if table.attrs["others"]:
            others = ", ".join(map(repr, table.attrs["others"]))
            gathered.findings.append(f"{path.name}: sheet {table.attrs['sheet']!r} is used, and not {others}")
        gathered.use(
            path,
            "areas",
            _what_areas(table),
            len(table),
            scope=counted(len(table), "small area"),
            date=people_day(table.attrs["year"]),
        )

    gathered.areas, notes = combine_small_areas(kept)
    gathered.areas.attrs = {"year": whole.attrs["year"], "file": whole.attrs["file"]}
    gathered.findings += notes


def _what_areas(table: pd.DataFrame) -> str:
    """Return what was read from which columns of a table of areas."""
    what = ", ".join(f"{kind} from {column!r}" for kind, column in table.attrs["headed"].items())
    if table.attrs["how"]:
        what += f"; positions from {table.attrs['how']}"
    if table.attrs["sheet"]:
        what = f"sheet {table.attrs['sheet']!r}: {what}"
    return what


def _areas_or_lookup(gathered: Gathered, path: Path) -> pd.DataFrame | None:
    """Return a table of areas; a lookup of districts that was given as one is kept as what it is."""
    try:
        return read_small_areas(path)
    except HeadingError as error:
        try:
            table = read_force_lookup(path)
        except OpenDataError:
            gathered.unused.append(Unused(path.name, "areas", str(error)))
            return None
        if gathered.lookup is None:
            gathered.lookup = table
            gathered.note(path, table)
            gathered.use(path, "lookup", "districts and their forces", len(table), scope="districts")
    except (OpenDataError, ImportError) as error:
        gathered.unused.append(Unused(path.name, "areas", str(error)))
    return None


def _because(unused: Iterable[Unused]) -> str:
    named = " ".join(f"Not used: {item}" for item in unused)
    return f" {named}" if named else ""


def gather_forces(
    gathered: Gathered, lookup: Path | None, boundaries: Path | None, progress: Progress
) -> None:
    """Read which district belongs to which force, and the boundaries of forces."""
    table = _read_one(
        gathered,
        "lookup",
        lookup,
        read_force_lookup,
        progress,
        what=lambda _: "districts and their forces",
        scope="districts",
    )
    if table is not None:
        gathered.lookup = table
    gathered.boundaries = _read_one(
        gathered,
        "boundaries",
        boundaries,
        read_force_boundaries,
        progress,
        what=lambda _: "boundaries of police force areas",
        scope="forces",
    )


def _read_one(
    gathered: Gathered,
    role: str,
    path: Path | None,
    read: Callable[[Path], Table],
    progress: Progress,
    *,
    what: Callable[[Table], str],
    scope: str,
    date: Callable[[Table], str] = lambda _: "",
) -> Table | None:
    """Return the table of a file, its use noted; None when no file was given or it can't be read.

    Parameters
    ----------
    gathered, role, path, read, progress
        What was read so far; what the file is given as; the file, its reader, and whom to show the step.
    what, scope, date
        What was read from it, whom it counts and of what day it is.
    """
    if path is None:
        return None

    progress(f"{role}: {path.name}")
    table = gathered.tried(path, role, read)
    if table is not None:
        gathered.note(path, table)
        gathered.use(path, role, what(table), len(table), scope=scope, date=date(table))
    return table


def gather_crime(gathered: Gathered, files: Sequence[Path], force: str, progress: Progress) -> None:
    """Count the force's crimes by small area; a month that two files have is counted once."""
    parts: list[pd.DataFrame] = []
    months = set[str]()
    for path in files:
        progress(f"crime: {path.name}")
        table = gathered.tried(path, "crime", lambda p: read_street_crime(p, force=force))
        if table is None:
            continue

        again = sorted(set(table["month"]) & months)
        if again:
            gathered.findings.append(
                f"{path.name}: its crimes of {', '.join(again)} are in another file already, and left out"
            )
        fresh = table[~table["month"].isin(months)]
        if fresh.empty:
            gathered.unused.append(Unused(path.name, "crime", "another file has the same months"))
            continue

        months |= set(fresh["month"])
        gathered.note(path, table)
        parts.append(fresh)

        what = f"street-level crime {fresh['month'].min()} to {fresh['month'].max()}, a spatial proxy only"
        scope = f"crimes that fall within {force}"
        gathered.use(path, "crime", what, int(fresh["crimes"].sum()), scope=scope, date=fresh["month"].max())

    gathered.crime = pd.concat(parts) if parts else None


def gather_rest(
    gathered: Gathered,
    *,
    workforce: Path | None,
    firearms: Path | None,
    sites: Path | None,
    progress: Progress,
) -> None:
    """Read officers, operations and sites."""
    gathered.workforce = _read_one(
        gathered,
        "workforce",
        workforce,
        read_police_workforce,
        progress,
        what=lambda _: "officers by force",
        scope="43 forces",
        date=lambda table: str(table["as_of"].max()),
    )
    gathered.firearms = _read_one(
        gathered,
        "firearms",
        firearms,
        read_firearms_operations,
        progress,
        what=lambda _: "firearms operations by force and year",
        scope="forces",
    )
    gathered.sites = _read_one(
        gathered,
        "sites",
        sites,
        read_points,
        progress,
        what=lambda table: f"points; positions from {table.attrs['how']}",
        scope="points on a map",
    )


def _odd_edges(file: Path) -> list[str]:
    """Return what is probably not meant in a table of edges; raise if it cannot be used."""
    if not is_edge_table(file):
        return []
    try:
        judged = judge_edges(read_edge_table(file), first_row=FIRST_ROW)
    except (OSError, ValueError, ImportError) as error:
        reason = (str(error) or type(error).__name__).splitlines()[0][:200]
        raise fault(
            file, f"cannot be read as a table of edges ({reason})", "Write the table again"
        ) from error

    if judged.faults:
        raise OpenDataError("\n".join(str(wrong.in_file(file.name)) for wrong in judged.faults))
    return judged.findings


def _roads_there(file: Path, positions: Floats) -> list[str]:
    """Return what a reader should know of roads; refuse those of another place."""
    try:
        roads = read_roads(file)
    except Refusal as error:
        raise OpenDataError(error.what, error.fix, subject=error.subject) from error

    km = roads.snap(positions)["km"]
    off = int((km.isna() | (km > roads.max_snap_km)).sum())
    note = f"{off:,} of the {len(positions):,} areas have none of its roads within {roads.max_snap_km:g} km"
    if off > MOST_OFF * len(positions):
        raise fault(file, note, "Give an extract that covers the force")
    return [*roads.findings, *([note] if off else [])]


def gather_roads(gathered: Gathered, path: Path | None, positions: Floats, progress: Progress) -> None:
    """Read the road file, and check that it reaches the positions of the areas, shape (areas, 2)."""
    if path is None:
        return

    progress(f"roads: {path.name}")
    notes: list[str] = []

    def read(file: Path) -> Path:
        """Return the file if it is a road file that can be used, else raise with the reason."""
        with as_open_data(), open_regular(file) as opened:
            if not opened.read(1):
                raise fault(file, "is empty", AGAIN)
        if not file.name.lower().endswith(ROAD_ENDINGS):
            raise fault(file, "is no road file", f"Give one that ends in {', '.join(ROAD_ENDINGS)}")

        notes.extend(_odd_edges(file))
        notes.extend(_roads_there(file, positions))
        return file

    gathered.roads = gathered.tried(path, "roads", read)
    if gathered.roads is not None:
        gathered.use(path, "roads", "roads, copied into the plan", 0, scope="roads")
    gathered.findings += [f"{path.name}: {text}" for text in notes if text]


__all__ = [
    "Gathered",
    "Unused",
    "Used",
    "check_given",
    "gather_areas",
    "gather_crime",
    "gather_forces",
    "gather_rest",
    "gather_roads",
    "people_day",
    "road_name",
    "slug",
]
