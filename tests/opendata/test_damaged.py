"""Damaged files: a table or a clear error, never anything else, and nothing half-written."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from standby.opendata import (
    OpenDataError,
    new_plan,
    read_firearms_operations,
    read_force_boundaries,
    read_force_lookup,
    read_points,
    read_police_workforce,
    read_small_areas,
    read_street_crime,
)
from standby.plan import check

Write = Callable[..., Path]
FEW = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
READERS = {
    "areas.csv": read_small_areas,
    "areas.xlsx": read_small_areas,
    "areas.ods": read_small_areas,
    "areas.geojson": read_small_areas,
    "lookup.csv": read_force_lookup,
    "boundaries.geojson": read_force_boundaries,
    "points.csv": read_points,
    "crime.zip": read_street_crime,
    "street.csv": read_street_crime,
    "workforce.ods": read_police_workforce,
    "operations.csv": read_firearms_operations,
}


@pytest.fixture
def sound(
    tmp_path: Path,
    write: Write,
    areas: pd.DataFrame,
    boundaries: dict[str, Any],
    crime_zip: Path,
    workforce: Path,
) -> Path:
    """Return a folder with a sound file of each kind."""
    features = [
        {
            "type": "Feature",
            "properties": row._asdict() | {"Index": 0},
            "geometry": {"type": "Point", "coordinates": [row.lon, row.lat]},
        }
        for row in areas.itertuples()
    ]
    with zipfile.ZipFile(crime_zip) as archive:
        street = archive.read("2019-01/2019-01-dorset-street.csv")
    made = {
        "areas.csv": areas.to_csv(index=False).encode(),
        "areas.xlsx": write("areas.xlsx", areas).read_bytes(),
        "areas.ods": write("areas.ods", areas).read_bytes(),
        "areas.geojson": json.dumps({"type": "FeatureCollection", "features": features}).encode(),
        "lookup.csv": areas[["LAD19CD", "LAD19NM", "PFA19CD", "PFA19NM"]].to_csv(index=False).encode(),
        "boundaries.geojson": json.dumps(boundaries).encode(),
        "points.csv": b"name,lon,lat\nA,-2.4,50.7\nB,-2.5,50.8\n",
        "crime.zip": crime_zip.read_bytes(),
        "street.csv": street,
        "workforce.ods": workforce.read_bytes(),
        "operations.csv": b"force,fin_year,firearms_operations\nDorset,2011-12,90\nKent,2012-13,120\n",
    }
    assert set(made) == set(READERS)
    folder = tmp_path / "sound"
    folder.mkdir()
    for name, data in made.items():
        (folder / name).write_bytes(data)
    return folder


damage = st.one_of(
    st.tuples(st.just("cut"), st.floats(0, 1)),
    st.tuples(
        st.just("flip"), st.lists(st.tuples(st.floats(0, 1), st.integers(1, 255)), min_size=1, max_size=6)
    ),
    st.tuples(st.just("fill"), st.tuples(st.floats(0, 1), st.binary(min_size=1, max_size=40))),
)


def _damaged(data: bytes, how: tuple[str, Any]) -> bytes:
    kind, what = how
    if kind == "cut":
        return data[: int(what * len(data))]
    made = bytearray(data)
    if kind == "fill":
        at = int(what[0] * len(data))
        made[at : at + len(what[1])] = what[1]
        return bytes(made)
    for place, mask in what:
        made[min(int(place * len(data)), len(data) - 1)] ^= mask
    return bytes(made)


@pytest.mark.parametrize("name", READERS)
def test_sound_files_are_read(sound: Path, name: str) -> None:
    """What is damaged below is sound before."""
    assert len(READERS[name](sound / name)) > 0


@pytest.mark.parametrize("name", READERS)
@given(how=damage)
@FEW
def test_damage_gives_a_table_or_a_clear_error(
    tmp_path: Path, sound: Path, name: str, how: tuple[str, Any]
) -> None:
    """A file that is cut off or has wrong bytes gives a table, or an error that begins with its name."""
    path = tmp_path / name
    path.write_bytes(_damaged((sound / name).read_bytes(), how))
    try:
        read = READERS[name](path)
    except OpenDataError as error:
        said = str(error)
    else:
        assert isinstance(read, pd.DataFrame)
        return
    assert said.startswith(name)
    assert said.endswith((".", "?"))


@given(how=damage)
@settings(FEW, max_examples=25)
def test_a_plan_is_made_whole_or_not_at_all(
    tmp_path_factory: pytest.TempPathFactory, sound: Path, how: tuple[str, Any]
) -> None:
    """From a damaged table of areas there is a plan that checks clean, or no folder."""
    place = tmp_path_factory.mktemp("damaged")
    path, folder = place / "areas.csv", place / "plan"
    path.write_bytes(_damaged((sound / "areas.csv").read_bytes(), how))
    try:
        made = new_plan(folder, force="Dorset", areas=path)
    except OpenDataError:
        assert not folder.exists()
    else:
        assert check(made.plan).faults == ()
    assert {p.name for p in place.iterdir()} <= {"areas.csv", "plan"}
