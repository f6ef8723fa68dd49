"""One formula of arrival: every room that says when somebody comes agrees with a sum done by hand."""

from __future__ import annotations

import numpy as np
import pytest
import tomlkit
from hypothesis import given
from hypothesis import strategies as st

from standby import examples
from standby.attendance import (
    arrival_minutes,
    available,
    before_min,
    drive_factor,
    driving_min,
    factor_of,
    nearest,
    ordinary_min,
)
from standby.cover import cover, evaluate_plan
from standby.cover._need_group import minutes_of
from standby.locate import locate
from standby.plan import Plan, open_plan, plan_arrays
from standby.travel import Times, travel_times

START, EMERGENCY, MODEL, SPEED, TURNOUT, AUTHORISED = 3.0, 0.8, 1.1, 1.25, 2.0, 4.0
"""Figures unlike each other, so that none can stand in for another unseen."""


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    """Return the tiny plan with one tier, one unit, and figures that all differ."""
    tiny = examples.path("tiny")
    folder = tmp_path_factory.mktemp("arrival")
    for path in tiny.iterdir():
        if path.is_file():
            (folder / path.name).write_bytes(path.read_bytes())
    document = tomlkit.parse((tiny / "plan.toml").read_text(encoding="utf-8")).unwrap()
    for name in ("options", "statements"):
        document.pop(name, None)
    travel = {"start_min": START, "emergency_factor": EMERGENCY, "model_factor": MODEL}
    document["travel"] |= travel
    document["tiers"]["arv"] |= {"speed_factor": SPEED, "turnout_min": TURNOUT}
    document["tiers"]["arv"].pop("ordinary_work", None)
    for kind in document["incident_types"].values():
        kind["authorisation_min"] = AUTHORISED
    (folder / "plan.toml").write_text(tomlkit.dumps(document), encoding="utf-8")
    return open_plan(folder)


@pytest.fixture(scope="module")
def times(county: Plan) -> Times:
    """Return its minutes of an ordinary drive."""
    return travel_times(county)


def by_hand(ordinary: float) -> float:
    """Return minutes from the call to the arrival of a car on duty, written out once more."""
    drive = max(ordinary - START, 0.0) * EMERGENCY * MODEL * SPEED
    return AUTHORISED + TURNOUT + drive


def nearest_by_hand(plan: Plan, times: Times, place: str) -> float:
    """Return when the home county's nearest car is at a place, written out once more."""
    units = plan.table("units")
    sites = set(units.loc[(units["tier"] == "arv") & (units["provider"] == "home"), "site"])
    column = times.place_ids.index(place)
    return min(by_hand(times.rows((site,))[0, column]) for site in sites)


def test_the_matrix_of_arrivals(county: Plan, times: Times) -> None:
    """Each car of the county is everywhere when the sum says so; one of a neighbour comes after notice."""
    made = available(county, times)
    arrays = made.arrays
    sent, _ = arrival_minutes(made.model, arrays)
    first = before_min(arrays)[0, arrays.types.ids.index(county.document.standards["first"].incident_type)]
    notice = county.document.mutual_aid.notice_min.value
    seen = set()
    for row, unit in zip(sent, made.model.rows, strict=True):
        if arrays.tiers.ids[arrays.units.tiers[unit]] != "arv":
            continue
        force = arrays.forces.ids[arrays.units.forces[unit]]
        late = notice if force == "next" else 0.0
        own = np.array([by_hand(m) for m in times.rows((arrays.sites.ids[arrays.units.sites[unit]],))[0]])
        at_home = np.array([arrays.forces.ids[f] == "home" for f in made.arrays.places.forces])
        np.testing.assert_allclose((first + row)[at_home], (own + late)[at_home], rtol=1e-12)
        seen.add(force)
    assert seen == {"home", "next"}


def test_cover_agrees(county: Plan, times: Times) -> None:
    """The table of places names the minutes of the nearest car as the sum has them."""
    places = cover(county, times).areas.set_index("area")
    for place in ("midtown", "westham", "coombe"):
        assert places.loc[place, "nearest_min"] == pytest.approx(
            nearest_by_hand(county, times, place), rel=1e-12
        )


def test_need_agrees(county: Plan, times: Times) -> None:
    """The search for the fewest units counts with the same minutes at every site."""
    e = evaluate_plan(county, times)
    arrays = e.arrays
    tier = np.array([arrays.tiers.ids.index("arv")])
    sites = np.arange(len(arrays.sites.ids))
    found = minutes_of(e, times, tier, sites)[0] + AUTHORISED
    own = [[by_hand(m) for m in times.rows((site,))[0]] for site in arrays.sites.ids]
    np.testing.assert_allclose(found, own, rtol=1e-12)


def test_siting_agrees(county: Plan, times: Times) -> None:
    """Siting measures today's cars with the same minutes."""
    places = locate(county, times, tier="arv", units=2).places.set_index("place")
    for place in ("midtown", "westham", "coombe"):
        today = places.loc[place, "nearest_today_min"]
        assert today == pytest.approx(nearest_by_hand(county, times, place), rel=1e-12)


def test_the_drive_alone_agrees(county: Plan, times: Times) -> None:
    """Minutes of driving from the nearest site are an arrival without authority, turnout and tier."""
    areas = nearest(county, times, sites="all").areas.set_index("area")
    for place in areas.index:
        ordinary = times.minutes[:, times.place_ids.index(place)]
        own = (np.maximum(ordinary - START, 0.0) * EMERGENCY * MODEL).min()
        assert areas.loc[place, "drive_min"] == pytest.approx(own, rel=1e-12)
    assert drive_factor(plan_arrays(county)) == pytest.approx(EMERGENCY * MODEL)


minutes = st.floats(0.5, 200.0)
factors = st.floats(0.2, 5.0)


@given(minutes, st.floats(0.0, 10.0), factors)
def test_isochrones_and_logs_turn_the_same_formula_round(drive: float, start: float, factor: float) -> None:
    """The ordinary drive of an isochrone takes its minutes; the factor of a logged drive gives the drive."""
    ordinary = ordinary_min(drive, start, factor)
    assert driving_min(ordinary, start, factor) == pytest.approx(drive, rel=1e-9)
    assert factor_of(np.array([drive]), ordinary, start).item() == pytest.approx(factor, rel=1e-9)


def test_nobody_arrives_before_leaving() -> None:
    """A drive shorter than the part that falls away takes no time; who can't come never does."""
    assert driving_min(np.array([1.0, 3.0, np.inf]), 3.0, 0.8).tolist() == [0.0, 0.0, np.inf]
