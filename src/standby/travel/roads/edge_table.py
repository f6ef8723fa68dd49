"""Tables of road edges: what their columns mean, what makes them unusable, and what is hardly meant.

Checking a plan judges with it, and roads are built from what it returns.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from standby._files import Limits, check_shape
from standby._globe import EARTH_RADIUS_KM
from standby._refusals import Code, Fault, Refusal
from standby._typing import Floats, Mask
from standby.plan import rows_text
from standby.travel._great_circle import pairs_km
from standby.words import plain

ENDS: Final = ("from_lon", "from_lat", "to_lon", "to_lat")
"""Columns that a table of edges must have."""

HOW_FAST: Final = ("minutes", "kph", "road_class")
"""Columns of which each row must fill one; the first that is filled counts."""

FIRST_ROW: Final = 2
"""Number of the first row of a file, as a spreadsheet counts: the heading is row 1."""

ROAD_CLASSES: Final = (
    "motorway", "motorway_link", "trunk", "trunk_link", "primary", "primary_link", "secondary",
    "secondary_link", "tertiary", "tertiary_link", "unclassified", "residential", "living_street", "road",
    "service", "track", "pedestrian", "busway", "ferry", "shuttle_train",
)  # fmt: skip
"""Classes of road, in OpenStreetMap's words; ``ferry`` and ``shuttle_train`` carry cars."""

NO_CLASS: Final = "road"
"""Class of a row that names none; in OpenStreetMap too it means that nobody knows."""

ONE_WAY_NAMES: Final = ("oneway", "one_way", "is_oneway", "is_one_way", "directed")
"""Spellings of the column that says whether a row is open in its direction alone."""

TWO_WAY_NAMES: Final = ("twoway", "two_way", "bidirectional", "both_ways", "is_two_way")
"""Spellings of the column that says the opposite."""

_ALONG: Final = frozenset({"true", "t", "yes", "y", "1", "forward", "ft", "along", "oneway", "one-way"})
_BOTH: Final = frozenset({"false", "f", "no", "n", "0", "both", "b", "twoway", "two-way"})
_AGAINST: Final = frozenset({"-1", "reverse", "backward", "tf", "against"})

_READ: Final = frozenset({*ENDS, *HOW_FAST, "km", *ONE_WAY_NAMES, *TWO_WAY_NAMES})

MOST_EDGES: Final = 20_000_000
"""Rows of a table of edges; a country has some millions."""

MOST_NAMED: Final = 10
"""Columns that are named when they are not read; more are counted."""

FASTEST_KPH: Final = 200.0
"""A faster edge is hardly meant [km/h]."""

SLOWEST_KPH: Final = 2.0
"""A slower edge is hardly meant: minutes that are seconds look like this [km/h]."""

LONGEST_MIN: Final = 24 * 60.0
"""An edge that takes longer is hardly meant [min]."""

DETOUR: Final = 10.0
"""An edge that is so many times as long as the straight line, and a kilometre more, is hardly meant."""

METRES: Final = 300.0
"""Lengths that many times the straight line look like metres."""

NEARLY_KM: Final = 1e-3
"""Ends of edges that lie so close together and are not joined are probably meant as one junction [km]."""

SHORTER: Final = 0.99
"""An edge may be so much of the straight line, and ten metres less, before it is too short: coordinates are
rounded, and the sphere is not the Earth."""

MOST: Final = 1e9
"""No length, time or speed of an edge is as large; larger ones would overflow."""

ONE_ROW: Final = {"are": "is", "have": "has", "take": "takes", "were": "was"}
MANY_ROWS: Final = {verb: verb for verb in ONE_ROW}
"""Verbs of what is noted of one row, and of several."""


@dataclass(frozen=True, slots=True)
class EdgeFault:
    """Something that makes rows of a table of edges unusable.

    Parameters
    ----------
    rows
        Their numbers; empty if the whole table is meant.
    field
        Column.
    what, fix
        What is wrong, and what would be right.
    code
        Kind of fault.
    """

    rows: tuple[int, ...]
    field: str
    what: str
    fix: str
    code: Code = "out-of-range"

    def __str__(self) -> str:
        """Return the fault as part of a line, without its fix."""
        return " ".join(filter(None, (_rows(self.rows), self.field, self.what)))

    def in_file(self, file: str) -> Fault:
        """Return the fault as one of a plan's file."""
        return Fault(file, _rows(self.rows), self.field, self.what, _sentence(self.fix), self.code)


@dataclass(frozen=True, slots=True, eq=False)
class Edges:
    """A table of edges, one entry each row.

    Parameters
    ----------
    ends
        Longitude and latitude of the start and the end, shape (n, 4) [degrees].
    km
        Length; the straight line where the table gives none [km].
    minutes
        Minutes that it takes for every profile; NaN where the profile's speed decides [min].
    road_class
        Its class, `NO_CLASS` where the table names none.
    along, against
        Whether it is open as it is written, and the other way.
    """

    ends: Floats
    km: Floats
    minutes: Floats
    road_class: NDArray[np.object_]
    along: Mask
    against: Mask


@dataclass(slots=True)
class JudgedEdges:
    """What became of a table of edges.

    Parameters
    ----------
    edges
        The edges, None if there are faults.
    faults
        Everything that makes the table unusable.
    findings
        What is hardly meant, or was taken in a way that should be known; one sentence each.
    """

    edges: Edges | None
    faults: list[EdgeFault]
    findings: list[str]


def is_edge_table(path: Path) -> bool:
    """Return whether a road file is a table of edges, by its name, or by its layers if it is a GeoPackage."""
    name = path.name.lower()
    return name.endswith((".csv", ".parquet")) or (name.endswith(".gpkg") and _layer(path) is not None)


def read_edge_table(path: Path) -> pd.DataFrame:
    """Return the table in a ``.csv``, ``.parquet`` or ``.gpkg`` file, as it is.

    Raises
    ------
    ImportError
        If the file is Parquet and its reader is not installed.
    ValueError, OSError
        If the file cannot be read, or has more rows than are read.
    """
    limits = Limits.here(rows=MOST_EDGES, cells=MOST_EDGES * 20)
    name = path.name.lower()

    if name.endswith(".csv"):  # millions of numbers: too many for the reader of a plan's tables, cell by cell
        return pd.read_csv(path)

    if name.endswith(".parquet"):
        import pyarrow.parquet as pq  # noqa: PLC0415 - an extra

        # A few bytes may stand for any number of equal rows.
        declared = pq.read_metadata(path)
        check_shape(path, declared.num_rows, declared.num_columns, limits)
        return pd.read_parquet(path)

    import pyogrio  # noqa: PLC0415 - heavy; only for tables in this format

    try:
        info = pyogrio.read_info(path, layer=_layer(path))
        check_shape(path, max(int(info["features"]), 0), len(info["fields"]), limits)
        table = pyogrio.read_dataframe(path, layer=_layer(path), read_geometry=False)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
        raise Refusal(f"can't be read as a GeoPackage ({error})", "write the table again") from error

    return pd.DataFrame(table)


def _layer(path: Path) -> str | None:
    """Return the layer of a GeoPackage that has the columns of a table of edges."""
    import pyogrio  # noqa: PLC0415 - heavy; only for tables in this format

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # on what makes it no GeoPackage
            for name, _ in pyogrio.list_layers(path):
                fields = {_plain(field) for field in pyogrio.read_info(path, layer=name)["fields"]}
                if set(ENDS) <= fields:
                    return str(name)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, UnicodeError):
        pass  # damaged, or no GeoPackage: no table of edges
    return None


def judge_edges(table: pd.DataFrame, *, first_row: int = 0) -> JudgedEdges:
    """Check a table of edges; every fault is found at once.

    Parameters
    ----------
    table
        The table, with the columns of `ENDS` and one or more of `HOW_FAST`, perhaps ``km`` and ``oneway``.
    first_row
        Number of its first row: `FIRST_ROW` for a file.
    """
    named = table.rename(columns=_plain)
    faults = _lacking(named, table)
    if faults:
        return JudgedEdges(None, faults, [])

    judge = _Judge(named, first_row)
    edges = judge.edges()
    if judge.faults:
        return JudgedEdges(None, judge.faults, [])

    judge.find_odd(edges)
    unread = [str(name) for name in table.columns if _plain(name) not in _READ]
    if unread:
        more = f" and {len(unread) - MOST_NAMED} more" if len(unread) > MOST_NAMED else ""
        judge.findings.append(
            f"columns of the table of edges that are not read: {', '.join(unread[:MOST_NAMED])}{more}"
        )

    return JudgedEdges(edges, [], judge.findings)


def _plain(name: object) -> str:
    """Return a heading as it is spelled here."""
    plain = str(name).strip().lower().replace(" ", "_").replace("-", "_")
    return "road_class" if plain == "highway" else plain


def _lacking(named: pd.DataFrame, table: pd.DataFrame) -> list[EdgeFault]:
    """Return what is wrong with the columns as such."""
    faults = []

    twice = sorted({name for name in named.columns[named.columns.duplicated()] if name in _READ})
    if twice:
        what = f"has columns more than once, but for capitals and spaces: {', '.join(twice)}"
        faults.append(EdgeFault((), "", what, "give each of them once", "unknown-column"))

    lacking = [name for name in ENDS if name not in named]
    if not any(name in named for name in HOW_FAST):
        lacking.append("minutes (or kph, or road_class)")
    if lacking:
        there = ", ".join(map(str, table.columns[:20]))
        what = f"lacks the columns {', '.join(lacking)} (it has {there})"
        fix = f"give {', '.join(ENDS)}, and minutes, kph or road_class"
        faults.append(EdgeFault((), "", what, fix, "unreadable"))

    sides = [name for name in (*ONE_WAY_NAMES, *TWO_WAY_NAMES) if name in named]
    if len(sides) > 1:
        what = f"says the direction in several columns: {', '.join(sides)}"
        faults.append(EdgeFault((), "", what, "give oneway alone", "unknown-column"))

    if table.empty and not faults:
        faults.append(EdgeFault((), "", "is empty", "give one row each edge", "empty-table"))
    return faults


class _Judge:
    """Find the faults of a table whose columns are there, and what is hardly meant."""

    def __init__(self, table: pd.DataFrame, first_row: int) -> None:
        self.table = table
        self.first_row = first_row
        self.minutes: Floats = np.zeros(0)
        self.kph: Floats = np.zeros(0)
        self.faults: list[EdgeFault] = []
        self.findings: list[str] = []

    def edges(self) -> Edges:
        """Return the edges; what can't be used is in the faults."""
        ends = np.stack([self._numbers(name, needed=True) for name in ENDS], axis=1)
        self._on_the_globe(ends)

        # An edge that gives no length is taken for straight.
        straight = pairs_km(*ends.T)
        km = self._positive("km") if "km" in self.table else np.full(len(ends), np.nan)
        km = np.where(np.isnan(km), straight, km)

        # Minutes that are given count before minutes at a speed that is given.
        self.minutes = self._positive("minutes")
        self.kph = self._positive("kph")
        minutes = np.where(np.isnan(self.minutes), km / self.kph * 60, self.minutes)

        road_class = self._classes()
        self._some_speed(road_class)
        along, against = self._directions()
        return Edges(
            ends=ends,
            km=km,
            minutes=minutes,
            road_class=np.where(road_class == "", NO_CLASS, road_class),
            along=along,
            against=against,
        )

    def find_odd(self, edges: Edges) -> None:
        """Note what is hardly meant."""
        straight = pairs_km(*edges.ends.T)
        if "km" in self.table:
            self._odd_lengths(edges.km, straight)

        # The road is at least as long as the straight line, so the speed is at least that along it.
        given = np.isfinite(self.minutes)
        kph = straight / self.minutes * 60
        fast = given & (kph > FASTEST_KPH)
        self._note(fast, f"{{are}} faster than {FASTEST_KPH:g} km/h even along the straight line")
        slow = given & (kph < SLOWEST_KPH) & (straight > 0.1)
        self._note(
            slow, f"{{are}} slower than {SLOWEST_KPH:g} km/h along the straight line: are minutes meant?"
        )
        self._note(given & (self.minutes > LONGEST_MIN), "{take} longer than a day")

        no_road = (self.kph > FASTEST_KPH) | (self.kph < SLOWEST_KPH)
        self._note(no_road, f"{{have}} a kph that no road has (outside {SLOWEST_KPH:g} to {FASTEST_KPH:g})")
        self._note(straight == 0, "{have} the same start and end, and {were} left out")
        self._nearly_joined(edges.ends)

        if not any(name in self.table for name in (*ONE_WAY_NAMES, *TWO_WAY_NAMES)):
            self.findings.append(
                "the table of edges has no column oneway: each row is open only in the direction in which it "
                "is written"
            )

    def _nearly_joined(self, ends: Floats) -> None:
        """Note ends that lie together and are not one point, unless an edge of their own joins them."""
        # Ends whose coordinates agree to a centimetre are one point.
        corners = ends.reshape(-1, 2)
        grid = np.round(corners * 1e7).astype(np.int64)
        _, first, point = np.unique(grid, axis=0, return_index=True, return_inverse=True)
        joined = np.sort(point.reshape(-1, 2), axis=1)

        # Chords of the globe; at a metre they are as long as the arc.
        lon, lat = np.radians(corners[first]).T
        globe = np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=1)
        points = globe * EARTH_RADIUS_KM

        # The nearest other point of each; the nearest of all is the point itself.
        found = cKDTree(points).query(points, k=[2], distance_upper_bound=NEARLY_KM)
        away, other = (np.asarray(part).ravel() for part in found)
        near = np.flatnonzero(np.isfinite(away))
        pairs = np.unique(np.sort(np.stack([near, other[near]], axis=1), axis=1), axis=0)

        # A pair as one number, to look it up among the pairs that edges join.
        number = np.array([first.size, 1])
        apart = pairs[~np.isin(pairs @ number, joined @ number)]
        if apart.size:
            lon, lat = corners[first[apart[0, 0]]]
            self.findings.append(
                f"pairs of ends of edges that are a metre or less apart and are not joined: {len(apart)} "
                f"(first at {lon:.9g}, {lat:.9g}); give both the same coordinates if they are one junction"
            )

    def _odd_lengths(self, km: Floats, straight: Floats) -> None:
        """Note lengths that do not fit the straight line between the ends."""
        short = km < SHORTER * straight - 0.01
        self._note(short, "{have} a km that is shorter than the straight line between their ends")

        long = km > DETOUR * straight + 1
        if not long.any():
            return
        are_metres = np.median(km[long] / np.maximum(straight[long], 1e-3)) > METRES
        like = "that looks like metres" if are_metres else f"of over {DETOUR:g} straight lines"
        first = f"the first: {km[long][0]:g} km over {plain(straight[long][0])} km"
        self._note(long, f"{{have}} a km {like} ({first})")

    def _note(self, odd: Mask, text: str) -> None:
        """Note rows, if there are any; the verbs of the text stand in braces, in the plural."""
        if not odd.any():
            return
        rows = tuple((np.flatnonzero(odd) + self.first_row).tolist())
        said = text.format(**(ONE_ROW if len(rows) == 1 else MANY_ROWS))
        self.findings.append(f"{_rows(rows)} of the table of edges {said}")

    def _fault(self, bad: Mask, field: str, what: str, fix: str, code: Code = "out-of-range") -> None:
        """Keep a fault of rows, if there are any."""
        if bad.any():
            rows = tuple((np.flatnonzero(bad) + self.first_row).tolist())
            self.faults.append(EdgeFault(rows, field, what, fix, code))

    def _first(self, bad: Mask, name: str) -> str:
        """Return the first bad cell of a column, as it is written."""
        value = self.table[name].iloc[int(np.argmax(bad))]
        return "nothing" if pd.isna(value) else str(value)[:40]

    def _numbers(self, name: str, *, needed: bool = False) -> Floats:
        """Return a column as numbers, NaN where a cell is blank; what is no finite number is a fault."""
        if name not in self.table:
            return np.full(len(self.table), np.nan)

        cells = self.table[name]
        numbers = pd.to_numeric(cells, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
        blank = (cells.isna() | (cells.astype(str).str.strip() == "")).to_numpy(dtype=np.bool_)

        bad = ~np.isfinite(numbers) & (needed | ~blank)
        if bad.any():
            what = f"is {self._first(bad, name)}, which must be a number"
            self._fault(bad, name, what, "give a number", "not-a-number")

        return np.where(np.isfinite(numbers), numbers, np.nan)

    def _positive(self, name: str) -> Floats:
        """Return a column of numbers above 0, NaN where a cell is blank or a fault."""
        numbers = self._numbers(name)

        bad = (numbers <= 0) | (numbers > MOST)
        if bad.any():
            what = f"is {self._first(bad, name)}, which must be a number above 0 that an edge can have"
            self._fault(bad, name, what, "correct it, or leave the row out")

        return np.where(bad, np.nan, numbers)

    def _on_the_globe(self, ends: Floats) -> None:
        """Keep a fault for ends that are no degrees."""
        for k in (0, 2):
            off = (np.abs(ends[:, k]) > 180) | (np.abs(ends[:, k + 1]) > 90)
            if off.any():
                x, y = ends[int(np.argmax(off)), k : k + 2]
                what = f"has the position ({x:g}, {y:g}), which is not on the globe"
                fix = "give longitude and latitude in degrees (convert eastings and northings first)"
                self._fault(off, f"{ENDS[k]}, {ENDS[k + 1]}", what, fix)

    def _classes(self) -> NDArray[np.object_]:
        """Return the class of road of each row, empty where it names none."""
        if "road_class" not in self.table:
            return np.full(len(self.table), "", dtype=object)

        cells = self.table["road_class"]
        words = cells.astype(str).str.strip().str.lower().where(~cells.isna(), "").to_numpy(dtype=object)

        unknown = ~np.isin(words.astype(str), ("", *ROAD_CLASSES))
        if unknown.any():
            what = f"is {self._first(unknown, 'road_class')!r}, which is no class of road"
            self._fault(unknown, "road_class", what, f"give one of {', '.join(ROAD_CLASSES)}", "bad-word")

        return words

    def _some_speed(self, road_class: NDArray[np.object_]) -> None:
        """Find rows that say nothing of how fast they are, and those that leave out what others say."""
        there = [name for name in HOW_FAST if name in self.table]
        if {fault.field for fault in self.faults} & set(there):
            return  # a cell that is wrong may have been meant to say it

        no_minutes = np.isnan(self.minutes)
        no_kph = no_minutes & np.isnan(self.kph)
        none = no_kph & (road_class == "")
        self._fault(none, ", ".join(there), "is blank", "say how fast the edge is", "missing-value")

        for name, blank in (("minutes", no_minutes), ("kph", no_kph)):
            if name in there and not none.any() and blank.any() and not blank.all():
                others = "kph or road_class" if name == "minutes" else "road_class"
                self._note(blank, f"{{have}} no {name}: their {others} counts")

    def _directions(self) -> tuple[Mask, Mask]:
        """Return whether each row is open as it is written, and the other way."""
        n_rows = len(self.table)
        name = next((c for c in (*ONE_WAY_NAMES, *TWO_WAY_NAMES) if c in self.table), None)
        if name is None:
            return np.ones(n_rows, np.bool_), np.zeros(n_rows, np.bool_)

        cells = self.table[name].astype(str).str.strip().str.lower()
        words = cells.str.removesuffix(".0").to_numpy(dtype=str)
        along, both, against = (np.isin(words, list(known)) for known in (_ALONG, _BOTH, _AGAINST))
        fix = "give true, false, or -1 for the other way"

        # A column that says "two-way" means the opposite, and knows no third answer.
        if name in TWO_WAY_NAMES:
            along, both, against = both, along, np.zeros(n_rows, np.bool_)
            fix = "give true or false"

        unknown = ~(along | both | against)
        if unknown.any():
            self._fault(unknown, name, f"is {self._first(unknown, name)!r}", fix, "bad-word")

        return along | both, both | against


def _sentence(words: str) -> str:
    """Return a text with a capital at its start."""
    return words[:1].upper() + words[1:]


def _rows(rows: tuple[int, ...]) -> str:
    """Return rows in words, nothing where the whole table is meant."""
    return rows_text(list(rows)) if rows else ""
