"""Damaged files: a table or a clear error, never anything else, and nothing half-written."""

from __future__ import annotations

import io
import json
import re
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
    "open.csv": read_police_workforce,
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
        "open.csv": b"As at 31 March,Force name,Worker type,Total (FTE)\n2024,Dorset,Police Officer,961\n",
        "operations.csv": b"force,fin_year,firearms_operations\nDorset,2011-12,90\nKent,2012-13,120\n",
    }
    assert set(made) == set(READERS)
    folder = tmp_path / "sound"
    folder.mkdir()
    for name, data in made.items():
        (folder / name).write_bytes(data)
    return folder


JUNK = [
    "", "1e308", "-1e308", "nan", "inf", "9" * 400, "9" * 5000, "\x1b[31mred", "=cmd()", '"', "\x00", "true",
    "[1,2]", '{"a":1}', "1,234", "-5", "0", "\u202e", "\r", "\n\n", "E01000001", "S01000001", "95AA01S1",
    "x" * 200_000, "null", "180", "１２", "E92000001", "2019-13", ";", "\t", "<a/>",
]  # fmt: skip
"""What may stand in a cell that is not what it should be."""

damage = st.one_of(
    st.tuples(st.just("cut"), st.floats(0, 1)),
    st.tuples(
        st.just("flip"), st.lists(st.tuples(st.floats(0, 1), st.integers(1, 255)), min_size=1, max_size=6)
    ),
    st.tuples(st.just("fill"), st.tuples(st.floats(0, 1), st.binary(min_size=1, max_size=40))),
    st.tuples(st.just("junk"), st.lists(st.tuples(st.floats(0, 1), st.sampled_from(JUNK)), max_size=3)),
    st.tuples(st.just("encode"), st.sampled_from(["utf-16", "utf-16-le", "utf-32", "utf-7", "cp037"])),
    st.tuples(st.just("repeat"), st.tuples(st.floats(0, 1), st.floats(0, 1))),
)


def _damaged(data: bytes, how: tuple[str, Any]) -> bytes:
    """Return a file with something wrong in it, in an archive within its members."""
    kind, what = how
    if kind in {"junk", "encode", "repeat"} and data[:2] == b"PK":
        made = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w") as new:
            for name in old.namelist():
                inner = old.read(name)
                new.writestr(name, _damaged_text(inner, kind, what) if inner else inner)
        return made.getvalue()
    return _damaged_text(data, kind, what)


def _damaged_text(data: bytes, kind: str, what: Any) -> bytes:
    if kind == "encode":
        return data.decode("utf-8", "replace").encode(what, "replace")
    if kind == "repeat":
        rows = data.split(b"\n")
        rows.insert(int(what[0] * len(rows)), rows[min(int(what[1] * len(rows)), len(rows) - 1)])
        return b"\n".join(rows)
    if kind == "junk":
        for place, junk in what:
            words = [m.span() for m in re.finditer(rb"[^,\n\r<>\":{}\[\]]+", data)] or [(0, 0)]
            start, end = words[min(int(place * len(words)), len(words) - 1)]
            data = data[:start] + junk.encode() + data[end:]
        return data
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
    assert said.isprintable()
    assert len(said) < 1500


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
