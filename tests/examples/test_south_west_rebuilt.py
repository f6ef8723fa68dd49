"""The derived rows of the packaged plan are what the scripts make."""

from __future__ import annotations

import json
from pathlib import Path
from types import ModuleType

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Transformer


def test_areas_are_what_the_script_makes(folder: Path, shared: Path, areas_script: ModuleType) -> None:
    """The committed areas.csv is rebuilt byte by byte from the public files."""
    made = areas_script.build(shared).to_csv(index=False, lineterminator="\n")
    assert (folder / "areas.csv").read_text(encoding="utf-8") == made


def test_outlines_are_what_the_script_makes(folder: Path, shared: Path, outlines_script: ModuleType) -> None:
    """The committed outlines.geojson is rebuilt byte by byte from the public borders."""
    made = outlines_script.text(outlines_script.build(shared))
    assert (folder / "outlines.geojson").read_text(encoding="utf-8") == made


def test_response_units_are_what_the_script_makes(folder: Path, response_script: ModuleType) -> None:
    """The committed response units follow from the plan's own areas, sites and officers."""
    assert (folder / "units.csv").read_text(encoding="utf-8") == response_script.rewritten(folder)


def test_outlines_are_small_valid_and_hold_their_areas(folder: Path) -> None:
    """Each force has one valid outline of few decimals, which holds nearly all of its people."""
    path = folder / "outlines.geojson"
    outlines = gpd.read_file(path).set_index("force")
    assert path.stat().st_size < 60_000
    assert outlines.geometry.is_valid.all()
    areas = pd.read_csv(folder / "areas.csv")
    points = gpd.GeoSeries(gpd.points_from_xy(areas["lon"], areas["lat"]), crs=4326)
    inside = points.within(gpd.GeoSeries(outlines.geometry[areas["force"]].to_numpy(), crs=4326))
    assert set(outlines.index) == set(areas["force"])
    assert areas.loc[inside, "population"].sum() > 0.97 * areas["population"].sum()
    notice = json.loads(path.read_text(encoding="utf-8"))["properties"]["notice"]
    assert "Open Government Licence" in notice


def test_rest_squares_hold_their_centres(folder: Path) -> None:
    """The people of a square stand inside it, found by an independent reading of its grid reference."""
    areas = pd.read_csv(folder / "areas.csv")
    rest = areas[areas["id"].str.contains("-rest-")]
    east, north = Transformer.from_crs(4326, 27700, always_xy=True).transform(rest["lon"], rest["lat"])
    squares = rest["name"].str.extract(r"Rest of (\d+) km square (\w\w)(\d)(\d)")
    letters_at = {  # 100 km squares east and north of the false origin, by letters
        "SW": (1, 0),
        "SX": (2, 0),
        "SY": (3, 0),
        "SZ": (4, 0),
        "SS": (2, 1),
        "ST": (3, 1),
        "SU": (4, 1),
        "SO": (3, 2),
        "SP": (4, 2),
        "TQ": (5, 1),
        "TL": (5, 2),
    }
    slack = 20  # metres; positions have four decimals
    for e, n, (side, letters, a, b) in zip(east, north, squares.to_numpy(), strict=True):
        west = letters_at[letters][0] * 100_000 + int(a) * 10_000
        south = letters_at[letters][1] * 100_000 + int(b) * 10_000
        assert west - slack <= e <= west + int(side) * 1000 + slack
        assert south - slack <= n <= south + int(side) * 1000 + slack


@pytest.mark.parametrize(
    ("east", "north", "square"),
    [
        (247_000, 54_000, "SX45"),
        (530_000, 180_000, "TQ38"),
        (380_000, 390_000, "SJ89"),
        (82_000, 5_000, "SV80"),
    ],
)
def test_grid_square(areas_script: ModuleType, east: int, north: int, square: str) -> None:
    """Well-known grid references come out: Plymouth, London, Manchester, Scilly."""
    assert areas_script.grid_square(east, north) == square


@given(
    people=st.lists(st.integers(1, 10_000), min_size=1, max_size=30),
    more=st.integers(0, 50),
)
def test_whole_numbers_keep_total_and_share(areas_script: ModuleType, people: list[int], more: int) -> None:
    """Rounding keeps the total exactly and moves no row by a whole person."""
    total = sum(people) + more
    got = areas_script.whole(np.array(people), total)
    exact = np.array(people) * (total / sum(people))
    assert got.sum() == total
    assert (np.abs(got - exact) < 1 + 1e-9).all()


@given(
    wanted=st.lists(st.integers(0, 3_000), min_size=1, max_size=4),
    people=st.lists(st.integers(0, 2_000), min_size=1, max_size=8),
    seed=st.integers(0, 99),
)
def test_claim_takes_nobody_twice(
    areas_script: ModuleType, wanted: list[int], people: list[int], seed: int
) -> None:
    """Places take no more than they want, and small areas give no more than they have."""
    rng = np.random.default_rng(seed)
    place, small = rng.uniform(0, 6_000, (len(wanted), 2)), rng.uniform(0, 6_000, (len(people), 2))
    taken = areas_script.claim(place, np.array(wanted), small, np.array(people))
    assert (taken >= 0).all()
    assert (taken.sum(axis=1) <= wanted).all()
    assert (taken.sum(axis=0) <= people).all()


def test_claim_serves_the_closest_pair_first(areas_script: ModuleType) -> None:
    """By hand: the near place takes its people, the far one what is left, and nobody beyond its reach."""
    place = np.array([[0.0, 0.0], [1_000.0, 0.0]])
    small = np.array([[400.0, 0.0], [1_500.0, 0.0], [9_000.0, 0.0]])
    taken = areas_script.claim(place, np.array([500, 900]), small, np.array([700, 300, 5_000]))
    assert taken.tolist() == [[500, 0, 0], [200, 300, 0]]


def test_claim_stays_on_the_island(areas_script: ModuleType) -> None:
    """By hand: a mainland place takes nobody from the nearer island."""
    place, small = np.array([[0.0, 0.0]]), np.array([[100.0, 0.0], [300.0, 0.0], [900.0, 0.0]])
    island = np.array(["", "Wight", ""], dtype=object)
    taken = areas_script.claim(place, np.array([500]), small, np.array([200, 700, 100]), island)
    assert taken.tolist() == [[200, 0, 100]]


@given(people=st.lists(st.floats(0, 1e5), min_size=1, max_size=12), more=st.integers(0, 40))
def test_response_units_are_all_shared_out(
    response_script: ModuleType, people: list[float], more: int
) -> None:
    """Every unit is given away, and every post has one."""
    count = response_script.share_out(np.array(people), len(people) + more)
    assert count.sum() == len(people) + more
    assert count.min() >= 1


def test_too_few_response_units_are_refused(response_script: ModuleType) -> None:
    """Fewer units than posts is an error that says so."""
    with pytest.raises(ValueError, match="2 units"):
        response_script.share_out(np.ones(3), 2)
