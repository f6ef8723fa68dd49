"""Rebuild ``areas.csv`` of the packaged plan ``south-west`` from public files.

The rule, in four steps, each force by itself:

1. Places are the towns of the gazetteer that `south_west_places.toml` lets through.
2. Each place takes its listed people from the nearest small areas (LSOA, people mid-2018, at their
   population-weighted point), closest pair of place and small area first, no farther than 2 km beyond the
   radius that it would have at 2,000 people a km². A place that finds fewer people than listed keeps those
   that it found. Nobody is taken across water without a road.
3. The people left in the small areas are summed by square of the National Grid (10 km; 20 km for neighbours)
   and stand at their centre of population; their class is that of most of them.
4. The squares of a force are scaled so that the force adds up to its published population, in whole people
   (largest remainders).

Usage: ``python tools/build_south_west_areas.py [SHARED [AREAS_CSV]]``
"""

from __future__ import annotations

import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from pyproj import Transformer

HERE = Path(__file__).resolve().parent
AREAS = HERE.parent / "src" / "standby" / "examples" / "south-west" / "areas.csv"
SHARED = HERE.parent.parent / "shared"

DENSITY = 2000.0
"""People a km² that sets how far a place may reach for its people."""

SLACK_KM = 2.0
"""Kilometres beyond that radius."""


@dataclass(frozen=True)
class Force:
    """A force: code of its police force area, id in the plan, prefix of its rows, size of square."""

    code: str
    id: str
    prefix: str
    square_km: int

    @property
    def planned(self) -> bool:
        """Whether the plan is made for it."""
        return self.square_km == 10


FORCES = (
    Force("E23000035", "devon-cornwall", "dc", 10),
    Force("E23000039", "dorset", "do", 10),
    Force("E23000038", "wiltshire", "wi", 10),
    Force("E23000036", "avon-somerset", "as", 20),
    Force("E23000037", "gloucestershire", "gl", 20),
    Force("E23000030", "hampshire", "ha", 20),
    Force("E23000029", "thames-valley", "tv", 20),
)

CLASS_OF_RUC = {
    "A1": "town",
    "B1": "town",
    "C1": "town",
    "C2": "town",
    "D1": "rural-town",
    "D2": "remote-town",
    "E1": "village",
    "E2": "remote-village",
}
"""Class of the plan by code of the rural-urban classification of 2011."""

TO_GRID = Transformer.from_crs(4326, 27700, always_xy=True)
FROM_GRID = Transformer.from_crs(27700, 4326, always_xy=True)
ISLANDS = ("Isles of Scilly", "Isle of Wight")
"""Districts that no road leads to."""

COLUMNS = ["id", "name", "lon", "lat", "population", "class", "force", "area_km2", "island", "source", "note"]


def build(shared: Path) -> pd.DataFrame:
    """Return the rows of ``areas.csv``, places before squares, force by force."""
    with (HERE / "south_west_places.toml").open("rb") as file:
        rules = tomllib.load(file)
    small = pd.read_csv(shared / "geo" / "national" / "lsoa2011_ew_master.csv")
    small["island"] = small["LAD19NM"].where(small["LAD19NM"].isin(ISLANDS), "")
    towns = _towns(shared / "facts", rules)
    people = pd.read_csv(shared / "facts" / "force_areas.csv").set_index("code")["population_mye2018"]
    parts = [_force_rows(f, small, towns, int(people[f.code]), rules) for f in FORCES]
    return pd.concat(parts, ignore_index=True)[COLUMNS]


def _towns(facts: Path, rules: dict) -> pd.DataFrame:
    """Return the places of the gazetteer that the rules let through, with the people to look for."""
    files = [facts / "towns_sw_england.csv", facts / "towns_england_wales.csv"]
    towns = pd.concat([pd.read_csv(f) for f in files]).drop_duplicates("geonameid")
    towns = towns[towns["force_code"].isin([f.code for f in FORCES])].copy()
    unknown = [n for n in [*rules["drop"], *rules["people"], *rules["keep"]] if n not in set(towns["place"])]
    if unknown:
        raise ValueError(
            f"south_west_places.toml names places that the gazetteer lacks: {', '.join(unknown)}"
        )
    towns = towns[~towns["place"].isin(rules["drop"])]
    towns["listed"] = [
        rules["people"].get(n, [p])[0] for n, p in zip(towns["place"], towns["population"], strict=True)
    ]
    planned = towns["force_code"].isin([f.code for f in FORCES if f.planned])
    least = np.where(planned, rules["at_least_planned"], rules["at_least_neighbour"])
    towns = towns[(towns["listed"] >= least) | towns["place"].isin(rules["keep"])]
    towns["E"], towns["N"] = TO_GRID.transform(towns["lon"].to_numpy(), towns["lat"].to_numpy())
    return towns.sort_values(["listed", "geonameid"], ascending=[False, True])


def _force_rows(
    force: Force, small: pd.DataFrame, towns: pd.DataFrame, people: int, rules: dict
) -> pd.DataFrame:
    small = small[small["PFA19CD"] == force.code].reset_index(drop=True)
    towns = towns[towns["force_code"] == force.code].reset_index(drop=True)
    taken = claim(
        towns[["E", "N"]].to_numpy(),
        towns["listed"].to_numpy(),
        small[["E", "N"]].to_numpy(),
        small["pop2018"].to_numpy(),
        small["island"].to_numpy(dtype=object),
    )
    places = _place_rows(force, towns, small, taken, rules)
    left = small.assign(left=small["pop2018"] - taken.sum(axis=0))
    squares = _square_rows(force, left[left["left"] > 0])
    squares["population"] = whole(squares["people"].to_numpy(), people - int(places["population"].sum()))
    return pd.concat([places, squares], ignore_index=True)


def claim(
    place: np.ndarray,
    wanted: np.ndarray,
    small: np.ndarray,
    people: np.ndarray,
    island: np.ndarray | None = None,
) -> np.ndarray:
    """Return how many people of each small area each place takes, shape (places, small areas).

    Positions are metres of the National Grid, shape (n, 2); the closest pair is served first. With the
    island of each small area given, a place takes people only of the island of its nearest small area.
    """
    km = np.hypot(*(place[:, None, :] - small[None, :, :]).transpose(2, 0, 1)) / 1000
    within = km <= SLACK_KM + np.sqrt(wanted / (DENSITY * np.pi))[:, None]
    if island is not None:
        within &= island[km.argmin(axis=1)][:, None] == island[None, :]
    need, left = wanted.astype(int).copy(), people.astype(int).copy()
    taken = np.zeros(km.shape, dtype=int)
    rows, cols = within.nonzero()
    for k in np.argsort(km[rows, cols], kind="stable"):
        i, j = rows[k], cols[k]
        taken[i, j] = min(need[i], left[j])
        need[i] -= taken[i, j]
        left[j] -= taken[i, j]
    return taken


def whole(people: np.ndarray, total: int) -> np.ndarray:
    """Return whole numbers in proportion to people that add up to the total (largest remainders)."""
    exact = people * (total / people.sum())
    floor = np.floor(exact).astype(int)
    floor[np.argsort(floor - exact, kind="stable")[: total - int(floor.sum())]] += 1
    return floor


def _place_rows(
    force: Force, towns: pd.DataFrame, small: pd.DataFrame, taken: np.ndarray, rules: dict
) -> pd.DataFrame:
    classes = small["RUC11CD"].map(CLASS_OF_RUC).to_numpy()
    rows = []
    for k, town in towns.iterrows():
        found = int(taken[k].sum())
        if not found:
            raise ValueError(f"{town.place}: nobody lives near it; list it under [drop] with the reason")
        kind = _most(classes, taken[k])
        rows.append(
            {
                "id": f"{force.prefix}-{_slug(town.place)}",
                "name": town.place,
                "lon": town.lon,
                "lat": town.lat,
                "population": found,
                "class": "city" if kind == "town" and found >= rules["city_from"] else kind,
                "force": force.id,
                "area_km2": round(float((small["area_km2"] * taken[k] / small["pop2018"]).sum()), 1),
                "island": small["island"][int(taken[k].argmax())],
                "source": "geonames",
                "note": _place_note(town, found, rules),
            }
        )
    return pd.DataFrame(rows).sort_values("id")


def _place_note(town: pd.Series, found: int, rules: dict) -> str:
    notes = []
    if town.place in rules["people"]:
        notes.append(rules["people"][town.place][1])
    if found < town.listed:
        notes.append(f"{found:,} of the {town.listed:,} people listed live near enough; derived")
    return "; ".join(notes)


def _square_rows(force: Force, left: pd.DataFrame) -> pd.DataFrame:
    side = force.square_km * 1000
    left = left.assign(
        east=left["E"] // side * side,
        north=left["N"] // side * side,
        kind=left["RUC11CD"].map(CLASS_OF_RUC),
        km2=left["area_km2"] * left["left"] / left["pop2018"],
    )
    rows, size = [], [] if force.planned else ["20km"]
    for (east, north, island), cell in left.groupby(["east", "north", "island"]):
        people = cell["left"].to_numpy()
        lon, lat = FROM_GRID.transform(
            np.average(cell["E"], weights=people), np.average(cell["N"], weights=people)
        )
        square = grid_square(int(east), int(north))
        rows.append(
            {
                "id": "-".join(
                    [force.prefix, "rest", square.lower(), *size, *([_slug(island)] if island else [])]
                ),
                "name": f"Rest of {force.square_km} km square {square}" + (f", {island}" if island else ""),
                "lon": round(lon, 4),
                "lat": round(lat, 4),
                "people": int(people.sum()),
                "class": _most(cell["kind"].to_numpy(), people),
                "force": force.id,
                "area_km2": round(float(cell["km2"].sum()), 1),
                "island": island,
                "source": "ons-lsoa-2018",
                "note": f"people outside the listed places of this {force.square_km} km square, "
                "at their centre of population; derived",
            }
        )
    return pd.DataFrame(rows).sort_values("id")


def grid_square(east: int, north: int) -> str:
    """Return the National Grid reference of a 10 km square from its south-western corner [m], e.g. SX45.

    A 20 km square goes by the reference of its south-western 10 km square.
    """
    e, n = east // 100_000, north // 100_000
    first = (19 - n) - (19 - n) % 5 + (e + 10) // 5
    second = (19 - n) * 5 % 25 + e % 5
    letters = "ABCDEFGHJKLMNOPQRSTUVWXYZ"  # the grid has no I
    return f"{letters[first]}{letters[second]}{east % 100_000 // 10_000}{north % 100_000 // 10_000}"


def _most(classes: np.ndarray, people: np.ndarray) -> str:
    return str(pd.Series(people).groupby(classes).sum().idxmax())


def _slug(name: str) -> str:
    return "".join(c if c.isalnum() else "-" for c in name.lower())


def main() -> None:
    """Write the table and say how many rows each force has."""
    shared = Path(sys.argv[1]) if len(sys.argv) > 1 else SHARED
    target = Path(sys.argv[2]) if len(sys.argv) > 2 else AREAS
    areas = build(shared)
    areas.to_csv(target, index=False, lineterminator="\n")
    counts = areas.groupby("force", sort=False)["population"].agg(["size", "sum"])
    sys.stdout.write(f"{target}: {len(areas)} areas\n{counts}\n")


if __name__ == "__main__":
    main()
