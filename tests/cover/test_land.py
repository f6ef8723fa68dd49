"""Share of the land that is reached in time."""

from __future__ import annotations

import pytest
from plans import tiny_rows, unit, write

from standby.cover import cover_of, evaluate_plan


def near(_: str, place: str) -> float:
    """Return five minutes to two places, and an hour to the others."""
    return 5.0 if place in {"midtown", "northley"} else 60.0


KM2 = {"midtown": 10, "northley": 40, "westham": 50, "coombe": 100, "moor": 800}


def test_share_of_land_by_hand() -> None:
    """One free car reaches Midtown and Northley: 50 of 1,000 km², a neighbour's land left out."""
    areas = [{**row, "area_km2": KM2.get(row["id"], 5000)} for row in tiny_rows("areas")]
    e = evaluate_plan(*write(areas=areas, units=[unit("a", "midtown")], minutes=near))
    found = cover_of(e).land.set_index(["standard", "scope_kind", "scope"])
    row = found.loc[("first", "all", "")]
    assert row["land_km2"] == 1000
    assert row["share_if_free"] == pytest.approx(50 / 1000)
    assert row["share_expected"] < row["share_if_free"]
    assert found.loc[("first", "force", "home")].tolist() == row.tolist()


def test_areas_without_extent_are_left_out() -> None:
    """Only areas whose extent is given count; a plan that gives none has no share of land."""
    areas = [
        {**row, "area_km2": KM2[row["id"]] if row["id"] in ("midtown", "moor") else ""}
        for row in tiny_rows("areas")
    ]
    found = cover_of(evaluate_plan(*write(areas=areas, units=[unit("a", "midtown")]))).land
    row = found.query("standard == 'first' and scope_kind == 'all'").iloc[0]
    assert (row["land_km2"], row["share_if_free"]) == (810, pytest.approx(10 / 810))
    none = [{**row, "area_km2": ""} for row in tiny_rows("areas")]
    assert cover_of(evaluate_plan(*write(areas=none))).land.empty
