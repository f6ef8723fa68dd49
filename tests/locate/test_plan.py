"""A plan's siting against enumeration and arithmetic by hand on the tiny example."""

from __future__ import annotations

import shutil
from itertools import combinations_with_replacement

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standby import examples, locate, open_plan
from standby.attendance import available
from standby.cover import cover
from standby.demand import call_rates
from standby.locate.siting.changes import changes_of, laid_over
from standby.locate.siting.options import LocateOptions
from standby.locate.siting.question import question
from standby.plan import HOURS_A_YEAR, add_option, check, plan_arrays
from standby.travel import travel_times

HOME = ["midtown", "westham", "northley", "moor", "coombe"]
PEOPLE = {"midtown": 60000, "westham": 20000, "northley": 8000, "moor": 4000, "coombe": 8000}


@pytest.fixture(scope="module")
def tiny():
    """Return the tiny example and its minutes."""
    plan = open_plan(examples.path("tiny"))
    return plan, travel_times(plan)


def by_hand(times, sites=("midtown", "westham"), places=HOME):
    """Minutes from the call: authorisation 3, turnout 2, three quarters of the ordinary drive."""
    row = {name: k for k, name in enumerate(times.site_ids)}
    column = {name: k for k, name in enumerate(times.place_ids)}
    return np.array([[5 + 0.75 * times.minutes[row[s], column[p]] for p in places] for s in sites])


def placements(n_sites, units):
    """Every placement of at most so many units."""
    for k in range(units + 1):
        for sites in combinations_with_replacement(range(n_sites), k):
            yield np.bincount(np.array(sites, int), minlength=n_sites)


def value_by_hand(model, minutes, weight, within, busy, units):
    """Value of a placement by the model's definition; None where it has none."""
    n = (minutes <= within).T @ units
    held = minutes[units > 0]
    near = held.min(axis=0) if len(held) else np.full(weight.size, np.inf)
    return {
        "mclp": weight[n >= 1].sum(),
        "mexclp": (weight * np.where(n > 0, 1 - busy ** np.maximum(n, 1), 0)).sum(),
        "malp": weight[n >= (1 if busy <= 0.1 else 2)].sum(),
        "bacop2": 0.5 * weight[n >= 1].sum() + 0.5 * weight[n >= 2].sum(),
        "cover": weight[n >= 2].sum(),
        "p_median": -(weight @ near),
        "p_centre": -near.max(),
    }[model]


@pytest.mark.parametrize("within", [15.0, 20.0, 30.0, 40.0])
@pytest.mark.parametrize("model", ["mclp", "mexclp", "malp", "bacop2", "cover", "p_median", "p_centre"])
@pytest.mark.parametrize("units", [1, 2])
def test_every_model_is_best_of_all_placements(tiny, model, units, within):
    """The value is that of the best placement of one or two cars, by the minutes worked out by hand."""
    plan, times = tiny
    minutes, weight = by_hand(times), np.array([PEOPLE[p] for p in HOME], float)
    asked = {"crews": 2} if model == "cover" else {}
    busy = {} if model == "cover" else {"busy": 0.25}
    if units < asked.get("crews", 1):
        with pytest.raises(locate.SitingInputError, match="2 crews must come, but there are 1 units"):
            locate.locate(plan, times, units=units, within=within, model=model, **asked)
        return

    found = locate.locate(plan, times, units=units, within=within, model=model, **asked, **busy)
    alone = model in {"mclp", "bacop2", "p_median", "p_centre"}
    values = [
        value_by_hand(model, minutes, weight, within, 0.25, p)
        for p in placements(2, units)
        if not (alone and p.max() > 1)
    ]
    sign = -1 if model in {"p_median", "p_centre"} else 1
    assert found.siting.objective == pytest.approx(sign * max(values))
    assert found.siting.gap == 0
    assert found.yardstick.chosen == pytest.approx(found.yardstick.bound)
    today = value_by_hand(model, minutes, weight, within, 0.25, np.array([2, 0]))
    scale = 1.0 if model == "p_centre" else weight.sum()
    assert found.yardstick.today == pytest.approx(sign * today / scale)


def test_fewest_units_that_reach_everyone(tiny):
    """The set cover's number is the least by enumeration, for times at which it is one and two."""
    plan, times = tiny
    minutes = by_hand(times)
    for within in (25.0, 30.0, 45.0, 60.0):
        enough = [p.sum() for p in placements(2, 2) if ((minutes <= within).T @ p >= 1).all()]
        if enough:
            found = locate.locate(plan, times, model="lscp", within=within)
            assert found.siting.objective == min(enough)
        else:
            with pytest.raises(locate.PlanInfeasibleError):
                locate.locate(plan, times, model="lscp", within=within)


def test_weights_are_people_calls_or_key_locations_with_threat_and_remoteness(tiny):
    """What counts is what the standard is of; likelihood and the rural factor multiply people."""
    plan, times = tiny
    minutes = by_hand(times)
    people = np.array([PEOPLE[p] for p in HOME], float)
    calls = call_rates(plan_arrays(plan))[0][:5] * HOURS_A_YEAR
    likely = people * [1.2, 1, 1, 0.5, 1]
    rural = people * [1, 1, 3, 3, 3]
    for weight, asked in [
        (people, {}),
        (calls, {"of": "demand"}),
        (likely, {"threat": True}),
        (rural, {"rural_weight": 3.0}),
    ]:
        found = locate.locate(plan, times, units=1, within=25, model="mclp", **asked)
        best = max((weight[row <= 25].sum() for row in minutes), default=0)
        assert found.siting.objective == pytest.approx(best)
    keys = locate.locate(plan, times, units=1, within=25, model="mclp", of="key_locations")
    reached = by_hand(times, places=["market", "pier"]) <= 25
    assert keys.siting.objective == reached.sum(axis=1).max()
    with pytest.raises(ValueError, match="threat weighs people"):
        locate.locate(plan, times, of="demand", threat=True)


def test_busy_share_is_that_of_the_plan(tmp_path):
    """Expected cover counts with the mean busy share of the tier's units in the plan, and follows it."""
    folder = tmp_path / "plan"
    shutil.copytree(examples.path("tiny"), folder)
    seen = []
    for rate in ("0.2", "0.8"):
        text = (examples.path("tiny") / "plan.toml").read_text(encoding="utf-8")
        old = "calls_per_hour = { value = 0.2, low = 0.1, high = 0.3"
        assert old in text
        text = text.replace(old, f"calls_per_hour = {{ value = {rate}, low = 0.1, high = 1.3")
        (folder / "plan.toml").write_text(text, encoding="utf-8")
        plan = open_plan(folder)
        times = travel_times(plan)
        ready = available(plan, times)
        arrays = ready.arrays
        busy = ready.busy_share(arrays.forces.planned, arrays.tiers.ids.index("arv"))
        found = locate.locate(plan, times, within=20)
        weight = np.array([PEOPLE[p] for p in HOME], float)
        answer = locate.mexclp(by_hand(times), weight, 20 + 1e-9, 2, busy)
        assert found.busy == busy
        assert found.siting.objective == pytest.approx(answer.objective)
        seen.append((busy, found.siting.objective))
    assert seen[1][0] > seen[0][0] * 1.5
    assert seen[1][1] < seen[0][1]


def test_today_is_what_cover_says_if_all_are_free(tmp_path):
    """Without neighbours, today's and the answer's shares are those of cover with every unit free."""
    folder = tmp_path / "plan"
    shutil.copytree(examples.path("tiny"), folder)
    units = pd.read_csv(folder / "units.csv")
    units[units["provider"] == "home"].to_csv(folder / "units.csv", index=False)
    plan = open_plan(folder)
    times = travel_times(plan)
    for within in (15, 20, 25, 30):
        found = locate.locate(plan, times, within=within, model="mclp")
        rows = found.standards[found.standards["scope_kind"] == "all"].set_index("standard")
        asked = rows.loc["first-as-asked"]
        assert found.yardstick.today == pytest.approx(asked["share_if_free_today"])
        assert found.yardstick.chosen == pytest.approx(asked["share_if_free"])
        nearest = cover(plan, times).areas.set_index("area")["nearest_min"]
        own = found.places.set_index("place")
        # cover's nearest is a mean over the week; the night car stands where the others do
        assert own["nearest_today_min"].to_numpy() == pytest.approx(nearest[own.index].to_numpy())


def test_who_gains_and_who_loses(tiny):
    """Gains less losses are the difference, part by part, and the parts add up to all."""
    plan, times = tiny
    found = locate.locate(plan, times, units=1, within=25, model="mclp", closed=["midtown"])
    minutes = by_hand(times)
    inside_today, inside = minutes[0] <= 25, minutes[1] <= 25
    gains = {p for p, a, b in zip(HOME, inside_today, inside, strict=True) if b and not a}
    loses = {p for p, a, b in zip(HOME, inside_today, inside, strict=True) if a and not b}
    assert gains
    assert loses
    places = found.places.set_index("place")
    assert set(places.index[places["change"] == "gains"]) == gains
    assert set(places.index[places["change"] == "loses"]) == loses
    groups = found.groups.set_index(["scope_kind", "scope"])
    whole = groups.loc[("all", "")]
    assert whole["gained"] == sum(PEOPLE[p] for p in gains)
    assert whole["lost"] == sum(PEOPLE[p] for p in loses)
    for kind in ("force", "setting", "class"):
        part = groups.loc[[kind]]
        np.testing.assert_allclose(part["inside"] - part["inside_today"], part["gained"] - part["lost"])
        for column in ("places", "total", "inside", "gained", "lost"):
            assert part[column].sum() == pytest.approx(whole[column])
    assert found.table.set_index("site")["difference"].to_dict() == {"midtown": -2, "westham": 1}


def test_crews_and_their_time(tiny):
    """Two crews with a time of their own: both arrivals must be met, the second with its rendezvous."""
    plan, times = tiny
    minutes, weight = by_hand(times), np.array([PEOPLE[p] for p in HOME], float)
    found = locate.locate(plan, times, units=2, within=20, crews=2, crews_within=40)
    values = []
    for p in placements(2, 2):
        first, both = (minutes <= 20).T @ p >= 1, (minutes <= 40).T @ p >= 2
        values.append(weight[first & both].sum())
    assert found.siting.objective == pytest.approx(max(values))
    assert found.model == "cover"
    full = locate.locate(plan, times, standard="full", units=2)
    assert full.crews == 2
    assert full.siting.objective == pytest.approx(
        max(weight[(minutes <= 40).T @ p >= 2].sum() for p in placements(2, 2))
    )
    with pytest.raises(ValueError, match="2 crews must come, and mclp counts one"):
        locate.locate(plan, times, standard="full", model="mclp")


def test_curve_and_sites_to_hold(tiny):
    """The curve's points are the single answers, and sites to hold with fewer units are among the chosen."""
    plan, times = tiny
    found = locate.locate(plan, times, units=2, within=20, curve=True, compliance=True, busy=0.3)
    for row in found.curve.itertuples():
        single = locate.locate(plan, times, units=row.units, within=20, busy=0.3)
        assert row.value == pytest.approx(single.yardstick.chosen)
        assert row.gap == 0
    assert (found.curve["marginal"].dropna() >= -1e-12).all()
    chosen = set(found.table["site"][found.table["units"] > 0])
    held = found.compliance.groupby("units_free")["site"].agg(set)
    for fewer, more in zip(held, held.iloc[1:], strict=False):
        assert fewer <= more <= chosen


def test_what_is_wrong_is_named(tiny):
    """Each bad request has an error that names it and the fix."""
    plan, times = tiny
    for asked, said in [
        ({"fixed": ["midtwon"]}, "no site 'midtwon'. Did you mean 'midtown'"),
        ({"fixed": ["midtown"], "closed": ["Midtown"]}, "midtown is both fixed and closed"),
        ({"fixed": ["eastport"]}, "fixed names eastport, where units of these forces may not stand"),
        ({"units": 3, "model": "mclp"}, "3 units but only 2 places"),
        ({"units": 1, "fixed": ["midtown", "westham"]}, "2 sites are fixed but there are 1 units"),
        ({"units": 0}, "units is 0"),
        ({"units": 1.5}, "units is 1.5"),
        ({"within": float("nan")}, "within is nan"),
        ({"within": -3}, "within is -3"),
        ({"standard": "frist"}, "no standard 'frist'. Did you mean 'first'"),
        ({"tier": "tank"}, "no tier 'tank'; there are: arv, team, response"),
        ({"tier": "response"}, "'response' are neither counted nor asked for"),
        ({"tier": "team"}, "give busy, or choose mclp"),
        ({"tier": "team", "busy": 0.1}, "say how many units"),
        ({"forces": ["next"]}, "no planned force 'next'"),
        ({"forces": "home"}, "forces is the text 'home'"),
        ({"model": "best"}, "model is 'best'; choose from mexclp"),
        ({"busy": 1}, "busy is 1"),
        ({"rural_weight": -1}, "rural_weight is -1"),
        ({"hours": "someday"}, "hours: day 'someday' in"),
        ({"model": "dsm"}, "give the wider one as outer"),
        ({"crews_within": 40}, "crews_within is for several crews"),
        ({"units": np.nan}, "units is nan; give a whole number"),
        ({"units": "three"}, "units is 'three'; give a whole number"),
        ({"units": np.inf}, "units is inf; give a whole number"),
        ({"crews": "two"}, "crews is 'two'"),
        ({"within": "x"}, "within is 'x'"),
        ({"within": 0}, "within is 0; give a number of more than 0"),
        ({"outer": [30]}, "outer has shape (1,); give one number"),
        ({"busy": "x"}, "busy is 'x'"),
        ({"rural_weight": None}, "rural_weight is None"),
        ({"fixed": 3}, "fixed is 3; give a list of ids"),
        ({"crews": 99}, "99 crews must come, but there are"),
        ({"option": "A b"}, "option is 'A b'"),
        ({"option": "base"}, "option is 'base'"),
    ]:
        with pytest.raises(locate.SitingInputError) as caught:
            locate.locate(plan, times, **asked)
        assert said in str(caught.value)
    with pytest.raises(TypeError, match="unknown arguments"):
        locate.locate(plan, times, unit=3)


def test_what_cant_be_met_says_what_could_be(tiny):
    """Places out of reach are counted by class, never named, with the smallest standards to be met."""
    plan, times = tiny
    minutes = by_hand(times)
    best = minutes.min(axis=0)
    with pytest.raises(locate.PlanInfeasibleError) as caught:
        locate.locate(plan, times, model="lscp", within=20, units=1)
    fault = caught.value
    assert set(fault.places) == {p for p, m in zip(HOME, best, strict=True) if m > 20}
    assert fault.smallest_unlimited == pytest.approx(best.max())
    assert fault.smallest_with_units == pytest.approx(minutes.max(axis=1).min())
    names = set(plan.table("areas")["name"]) | set(plan.table("sites")["name"])
    assert not [name for name in names if name in str(fault)]
    left = locate.locate(plan, times, model="lscp", within=20, unreachable="leave_out")
    assert set(left.places["place"]) == set(HOME) - set(fault.places)
    with pytest.raises(locate.PlanInfeasibleError, match="at least 2 can"):
        locate.locate(plan, times, model="lscp", within=float(best.max() + 0.01), units=1)


def test_units_of_other_hours_stay(tiny):
    """Only units of exactly the hours asked for are sited; the others stay and are said to."""
    plan, times = tiny
    found = locate.locate(plan, times, hours="fri-sat 18:00-06:00", within=20, busy=0.2)
    assert (found.units_today, found.units_beside) == (1, 2)
    assert any(text.startswith("2 more units of the tier stay in place and are") for text in found.sentences)
    changed = {row["id"] for row in found.changes.get("change", {}).get("units", [])}
    assert changed <= {"mid-night"}


def test_units_that_stay_are_in_the_table_of_sites(tiny):
    """Units that stay and count are in both numbers of each site, and what is of the whole week says so."""
    plan, times = tiny
    asked = {"hours": "mon 08:00-12:00", "within": 20, "busy": 0.2, "units": 1}
    found = locate.locate(plan, times, fixed=["midtown"], **asked)
    assert found.table["units_today"].sum() == found.units_beside == 2
    assert found.table["units"].sum() == 3
    assert found.table.set_index("site").loc["midtown", ["units_today", "units"]].tolist() == [2, 3]
    assert any("over the whole week and not these hours" in text for text in found.sentences)
    assert any(text.startswith("A site that is fixed holds one of the units") for text in found.sentences)

    at_all_hours = locate.locate(plan, times, within=20, busy=0.2)
    assert not any("whole week" in text or "fixed" in text for text in at_all_hours.sentences)


def test_sites_that_are_full(tmp_path):
    """Where the units that stay fill every site there is no room, and that is what is said."""
    folder = shutil.copytree(examples.path("tiny"), tmp_path / "tiny")
    sites = pd.read_csv(folder / "sites.csv")
    sites["capacity"] = 0
    sites.to_csv(folder / "sites.csv", index=False)
    plan = open_plan(folder)
    with pytest.raises(locate.SitingInputError, match="every site is full or closed"):
        locate.locate(plan, travel_times(plan), units=1, within=20, busy=0.2, hours="mon 08:00-12:00")


@pytest.mark.parametrize("model", ["mclp", "mexclp", "p_median", "p_centre", "lscp", "cover"])
def test_units_on_duty_in_all_of_the_hours_count(tiny, model):
    """A crew for some hours is sited beside the round-the-clock crews: the best of every site by hand."""
    plan, times = tiny
    minutes = by_hand(times)
    crews = locate.locate(plan, times, model=model, within=40, units=1, busy=0.2, hours="mon 08:00-12:00")
    assert (crews.units_today, crews.units_beside) == (0, 2)
    arvs = plan.table("units").query("tier == 'arv' and provider == 'home' and hours == 'always'")
    ids = list(plan.table("sites")["id"])
    own = [ids.index(site) for site in arvs["site"].repeat(arvs["count"])]
    weight = crews.places["total"].to_numpy()

    def value(site):
        rows = minutes[[*own, *site]]
        within = (rows <= 40 + 1e-6).sum(axis=0)
        return {
            "mclp": (weight @ (within >= 1)) / weight.sum(),
            "cover": (weight @ (within >= 1)) / weight.sum(),
            "mexclp": (weight @ (1 - 0.2**within)) / weight.sum(),
            "p_median": (weight @ rows.min(axis=0)) / weight.sum(),
            "p_centre": rows.min(axis=0).max(),
            "lscp": float(len(site)) if (within >= 1).all() else np.nan,
        }[model]

    with_one = [value([j]) for j in range(len(minutes))]
    best = min if model in {"p_median", "p_centre"} else max
    assert crews.yardstick.today == pytest.approx(value([]), nan_ok=True)
    if model == "lscp":
        assert crews.yardstick.chosen == (0.0 if not np.isnan(value([])) else 1.0)
    else:
        assert crews.yardstick.chosen == pytest.approx(best(with_one))


def test_saved_option_is_a_faultless_plan(tmp_path):
    """The option can be added, is checked without faults, and puts the units where the table says."""
    folder = tmp_path / "plan"
    shutil.copytree(examples.path("tiny"), folder)
    plan = open_plan(folder)
    found = locate.locate(
        plan, travel_times(plan), units=3, within=25, busy=0.2, fixed=["westham"], option="three"
    )
    add_option(folder, "three", found.changes)
    assert check(folder).ok
    laid = open_plan(folder).with_option("three").table("units")
    arvs = laid[(laid["tier"] == "arv") & (laid["provider"] == "home") & (laid["hours"] == "always")]
    wanted = found.table.set_index("site")["units"]
    assert arvs.groupby("site")["count"].sum().to_dict() == wanted[wanted > 0].to_dict()
    others = plan.table("units")
    kept = laid[~laid["id"].isin(arvs["id"])].reset_index(drop=True)
    same = others[(others["tier"] != "arv") | (others["hours"] != "always") | (others["provider"] != "home")]
    pd.testing.assert_frame_equal(kept, same.reset_index(drop=True))


def test_neighbours_bases_can_be_shared(tiny):
    """With shared bases a unit may stand at the neighbour's site, and is the planned force's own."""
    plan, times = tiny
    found = locate.locate(
        plan, times, units=1, within=60, model="mclp", share_neighbours=True, fixed=["eastport"]
    )
    row = found.table.set_index("site").loc["eastport"]
    assert (row["units"], row["force"]) == (1, "home")
    minutes = by_hand(times, ["eastport"])[0]
    assert found.places["nearest_min"].to_numpy() == pytest.approx(minutes)


def test_packaged_plan():
    """The south-west is sited to proof, the same each time, and no sentence names a place."""
    plan = open_plan(examples.path("south-west"))
    times = travel_times(plan)
    found = locate.locate(plan, times, units=12, within=20)
    assert found.siting.gap == 0
    assert found.units_today == 12
    assert found.yardstick.chosen > found.yardstick.today
    names = set(plan.table("areas")["name"]) | set(plan.table("sites")["name"])
    spoken = found.summary().replace("Devon and Cornwall", "").replace("Dorset", "")
    assert not [name for name in names if f" {name} " in spoken]
    falls = found.standards[found.standards["scope_kind"] == "all"].set_index("name")
    falls = falls.index[falls["share_expected"] < falls["share_expected_today"] - 0.01]
    said = [text for text in found.sentences if text.startswith("Another standard falls")]
    assert len(said) == len(falls) > 0
    assert all(name in text for name, text in zip(falls, said, strict=True))
    again = locate.locate(plan, times, units=12, within=20)
    pd.testing.assert_frame_equal(found.table, again.table)
    own = locate.locate(plan, times, forces=["wiltshire"], units=1, within=30)
    assert set(own.places["force"]) == {"wiltshire"}
    assert set(own.table["force"]) == {"wiltshire"}


def test_minutes_alone_are_for_everyone():
    """`within` without a standard counts everyone, everywhere; with one, whom the standard is for."""
    plan = open_plan(examples.path("south-west"))
    times = travel_times(plan)
    everyone = locate.locate(plan, times, units=12, within=20, model="mclp")
    country = locate.locate(plan, times, units=12, within=20, model="mclp", standard="rural-30")
    areas = plan.table("areas")
    planned = areas[areas["force"].isin(plan.forces)]
    assert everyone.places["total"].sum() == pytest.approx(planned["population"].sum())
    assert set(country.places["setting"]) == {"rural"}
    assert everyone.sentences[0] == "Yardstick: First armed officers in 20 minutes, everywhere; people."
    assert country.sentences[0].startswith("Yardstick: Country: first armed officers in 30 minutes; here: 20")
    for found in (everyone, country):
        row = found.standards[found.standards["name"] == found.as_asked.name].iloc[0]
        assert row["share_if_free"] == pytest.approx(found.yardstick.chosen, abs=0.02)


def test_yardsticks_that_disagree_are_said_to():
    """Where the siting model gains and the full model of cover loses, a sentence says so."""
    plan = open_plan(examples.path("south-west"))
    times = travel_times(plan)
    found = locate.locate(plan, times, of="demand", crews=2, crews_within=25, within=25, units=12)
    row = found.standards[found.standards["standard"] == "rural-30-as-asked"].iloc[0]
    assert found.yardstick.chosen > found.yardstick.today
    assert row["share_expected"] < row["share_expected_today"] - 0.0005
    assert any("The two disagree" in text for text in found.sentences)


def test_shared_bases_without_an_alliance_make_one(tmp_path):
    """Forces that don't share yet get an alliance in the option, and their units become pooled."""
    folder = tmp_path / "plan"
    shutil.copytree(examples.path("south-west"), folder)
    plan = open_plan(folder)
    found = locate.locate(plan, travel_times(plan), share_neighbours=True, option="together")
    add_option(folder, "together", found.changes)
    assert check(folder).ok
    laid = open_plan(folder).with_option("together")
    assert set(laid.document.alliances["together"].forces) == set(plan.forces)
    units = laid.table("units")
    own = units[(units["tier"] == "arv") & units["provider"].isin(plan.forces)]
    assert set(own["control"]) == {"pooled"}


@pytest.fixture(scope="module")
def south_west():
    """Return the south-west with its minutes, made ready."""
    plan = open_plan(examples.path("south-west"))
    times = travel_times(plan)
    return plan, times, available(plan, times)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.booleans())
def test_any_placement_becomes_an_option_that_has_it(south_west, seed, shared):
    """Whatever units are put where, the laid-over plan has exactly these, and every other row as it was."""
    plan, times, ready = south_west
    request = LocateOptions(share_neighbours=shared, option="tried")
    q = question(ready, times, request)
    rng = np.random.default_rng(seed)
    count = np.where(rng.random(q.sites.size) < 0.25, rng.integers(0, 4, q.sites.size), 0)
    laid = laid_over(plan, "tried", changes_of(plan, q, request, count, ("Tried", ""))).table("units")
    sited = laid[(laid["tier"] == "arv") & laid["provider"].isin(plan.forces) & (laid["hours"] == "always")]
    sited = sited[sited["levels"] == ""]
    arrays = q.arrays
    wanted = {arrays.sites.ids[j]: int(n) for j, n in zip(q.sites, count, strict=True) if n}
    assert sited.groupby("site")["count"].sum().to_dict() == wanted
    owners = {arrays.sites.ids[j]: arrays.forces.ids[f] for j, f in zip(q.sites, q.provider, strict=True)}
    assert all(owners[site] == force for site, force in zip(sited["site"], sited["provider"], strict=True))
    base = plan.table("units")
    rest = base[~base["id"].isin([arrays.units.ids[row] for row in q.rows])]
    kept = laid.set_index("id").loc[rest["id"]]
    columns = ["tier", "site", "provider", "count", "hours", "levels"]
    pd.testing.assert_frame_equal(kept[columns], rest.set_index("id")[columns])


@pytest.mark.parametrize("units", [1, 2])
def test_backup_models_by_enumeration(tiny, units):
    """Backup and the double standard are best of the placements that meet their conditions, if any does."""
    plan, times = tiny
    minutes, weight = by_hand(times), np.array([PEOPLE[p] for p in HOME], float)
    for within, outer in ((40.0, 60.0), (30.0, 60.0), (60.0, 90.0)):
        for model in ("bacop1", "dsm"):
            values = []
            for p in placements(2, units):
                n, wide = (minutes <= within).T @ p, (minutes <= outer).T @ p
                if model == "bacop1":
                    fits = p.max() <= 1 and (n >= 1).all()
                else:
                    fits = (wide >= 1).all() and weight[n >= 1].sum() >= 0.9 * weight.sum()
                if fits:
                    values.append(weight[n >= 2].sum())
            asked = {"units": units, "within": within, "model": model}
            asked |= {"outer": outer} if model == "dsm" else {}
            if values:
                assert locate.locate(plan, times, **asked).siting.objective == pytest.approx(max(values))
            else:
                with pytest.raises(locate.PlanInfeasibleError):
                    locate.locate(plan, times, **asked)
