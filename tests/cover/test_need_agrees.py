"""Need, its curve and cover agree: the answer is the least fleet that cover accepts."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pandas as pd
import pytest
from plans import tiny_rows, unit, write

from standby.cover import cover, need
from standby.plan import Plan
from standby.travel import Times

SITES = ("midtown", "westham", "eastport")


def one_place(units: int, reliability: float, *, ordinary: bool, turnout_min: float) -> tuple[Plan, Times]:
    """Return a plan with everybody in one place, one site, and 2.4 calls an hour that each take two cars."""

    def change(document: dict[str, Any]) -> None:
        document["incident_types"]["spontaneous"] |= {
            "per_year": {"home": 2.4 * 8766.0, "next": 0.0}, "hours": [], "scene_min": 60.0,
            "full": {"units": {"arv": 2}},
        }  # fmt: skip
        if not ordinary:
            del document["tiers"]["arv"]["ordinary_work"]
        document["tiers"]["arv"]["turnout_min"] = turnout_min
        for standard in document["standards"].values():
            standard["reliability"] = reliability

    areas = [{**tiny_rows("areas")[0], "population": "100000"}]
    sites = [{**row, "existing": "true" if row["id"] == "midtown" else "false"} for row in tiny_rows("sites")]
    rows = [unit("u", "midtown", count=units)]
    return write(change=change, areas=areas, sites=sites, units=rows, minutes=lambda *_: 0.0)


def met(plan: Plan, times: Times) -> dict[str, bool]:
    """Return whether each standard is met in the whole."""
    table = cover(plan, times).standards
    return table[table["scope_kind"] == "all"].set_index("standard")["met"].to_dict()


@pytest.mark.parametrize("reliability", [0.9, 0.95])
@pytest.mark.parametrize(("ordinary", "turnout_min"), [(True, 0.0), (False, 2.0), (True, 2.0)])
def test_two_cars_a_call_need_the_least_fleet_that_cover_accepts(
    reliability: float,
    ordinary: bool,  # noqa: FBT001 - drawn from a list
    turnout_min: float,
) -> None:
    """Answer, curve and cover of the answer say the same number where every call takes two cars."""
    own: dict[str, Any] = {"ordinary": ordinary, "turnout_min": turnout_min}
    accepted = {n: met(*one_place(n, reliability, **own)) for n in range(6, 16)}
    found = need(*one_place(9, reliability, **own))
    table = found.table.set_index("standard")
    for name in ("first", "full"):
        assert table.loc[name, "crewed_units"] == min(n for n in accepted if accepted[n][name])
    assert table.loc["all standards", "crewed_units"] == min(n for n in accepted if all(accepted[n].values()))
    enough = found.curve[found.curve["share"] >= 0.9]["units"].min()
    assert enough == table.loc["first", "crewed_units"]


class Small:
    """A small plan at random: forces that share or not, two tiers, several units a call, three sites."""

    def __init__(self, seed: int, *, forces: int, kinds: int = 1) -> None:
        rng = np.random.default_rng(seed)
        self.drive = {name: float(rng.uniform(0.0, 40.0)) for name in SITES}
        self.calls = float(rng.choice([50.0, 2_000.0, 12_000.0, 30_000.0]))
        self.full = {"arv": int(rng.integers(1, 4)), "team": int(rng.integers(0, 2))}
        self.first = [{"officers": 2}, {"officers": 4}, {"units": {"arv": 1}}][int(rng.integers(3))]
        self.stand_in = bool(rng.integers(2))
        self.allied = bool(rng.integers(2)) and forces > 1
        self.share = float(rng.choice([0.5, 0.8, 0.9]))
        self.reliability = float(rng.choice([0.6, 0.8, 0.9, 0.97]))
        self.turnout_min = float(rng.choice([3.0, 12.0]))
        self.forces = ["home", "next"][:forces]
        self.hours = [] if kinds == 1 else [{"hours": "fri-sat 20:00-04:00", "weight": 2.0}]

    def change(self, document: dict[str, Any]) -> None:
        document["plan"]["forces"] = self.forces
        document["mutual_aid"]["share_available"] = 0.0
        document["tiers"]["team"]["turnout_min"] = self.turnout_min
        if not self.stand_in:
            del document["tiers"]["team"]["stands_in_for"]
        if self.allied:
            document["alliances"] = {"both": {"name": "Both", "forces": ["home", "next"]}}
        kind = document["incident_types"]["spontaneous"]
        kind |= {
            "per_year": {"home": self.calls, "next": self.calls / 3},
            "first": self.first, "hours": self.hours,
            "full": {"units": {name: count for name, count in self.full.items() if count}},
        }  # fmt: skip
        for standard in document["standards"].values():
            standard |= {"share": self.share, "reliability": self.reliability}

    def minutes(self, site: str, place: str) -> float:
        return abs(self.drive[site] - (sum(map(ord, place)) * 7 % 45))

    def write(self, units: list[dict[str, Any]] | None = None) -> tuple[Plan, Times]:
        sites = [{**row, "existing": "true"} for row in tiny_rows("sites")]
        tables = {} if units is None else {"units": units}
        return write(change=self.change, minutes=self.minutes, sites=sites, **tables)


def as_rows(answer: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the units of an answer as rows of units.csv."""
    columns = ["tier", "site", "provider", "control", "hours"]
    return [
        {"id": f"n{k}", "count": row["units"], "source": "invented", **{name: row[name] for name in columns}}
        for k, row in enumerate(answer.to_dict("records"))
    ]


def met_by_force(small: Small, rows: list[dict[str, Any]], forces: str) -> dict[str, bool]:
    """Return by standard whether cover of these units alone says that it is met in every force."""
    table = cover(*small.write(rows)).standards
    mine = table[(table["scope_kind"] == "force") & table["scope"].isin(forces.split(" + "))]
    return mine.groupby("standard")["met"].all().to_dict()


@pytest.mark.parametrize("seed", range(8))
def test_what_need_calls_attainable_cover_calls_met(seed: int) -> None:
    """Forces, tiers and several units a call at random: met in every force, or "cannot be met"."""
    small = Small(seed, forces=1 + seed % 2, kinds=1 + seed // 2 % 2)
    tables = {}
    for minimise in ("units", "officers"):
        found = need(*small.write(), minimise=minimise, curve=False)
        tables[minimise] = found.table.set_index(["forces", "standard"])
        for row in found.table.to_dict("records"):
            if not row["attainable"]:
                assert "cannot be met" in row["reason"]
                assert np.isnan(row["crewed_units"])
                continue
            answer = found.answers[
                (found.answers["standard"] == row["standard"]) & (found.answers["forces"] == row["forces"])
            ]
            if row["standard"] == "all standards":
                answer = found.units[found.units["provider"].isin(row["forces"].split(" + "))]
                assert all(met_by_force(small, as_rows(answer), row["forces"]).values())
            else:
                assert met_by_force(small, as_rows(answer), row["forces"])[row["standard"]]
    fewest, least = tables["units"], tables["officers"]
    assert fewest["attainable"].equals(least["attainable"])
    both = fewest["attainable"]
    assert (fewest["crewed_units"] <= least["crewed_units"])[both].all()
    assert (least["officers"] <= fewest["officers"])[both].all()


def fleets(tiers: tuple[str, ...], most: int) -> list[dict[tuple[str, str], int]]:
    """Return every fleet of up to so many units of some tiers at the three sites."""
    cells = list(product(tiers, SITES))
    counts = product(range(most + 1), repeat=len(cells))
    return [dict(zip(cells, count, strict=True)) for count in counts if 0 < sum(count) <= most]


@pytest.mark.parametrize("seed", [0, 3, 5, 8])
@pytest.mark.parametrize("name", ["first", "full"])
def test_small_fleets_agree_with_enumeration(seed: int, name: str) -> None:
    """Of fleets of up to three units of the tiers asked for, the least that cover accepts is the answer."""
    small = Small(100 + seed, forces=1)
    small.calls, small.stand_in = min(small.calls, 2_000.0), False
    rows = {
        minimise: need(*small.write(), minimise=minimise, curve=False).table.set_index("standard").loc[name]
        for minimise in ("units", "officers")
    }
    tiers = tuple(tier for tier, count in small.full.items() if count) if name == "full" else ("arv",)
    accepted = []
    for fleet in fleets(tiers, 3):
        units = [
            unit(f"{tier}-{site}", site, tier=tier, count=count)
            for (tier, site), count in fleet.items() if count
        ]  # fmt: skip
        if met_by_force(small, units, "home")[name]:
            crew = {"arv": 2, "team": 4}
            officers = 6 * sum(crew[tier] * count for (tier, _), count in fleet.items())
            accepted.append((sum(fleet.values()), officers))
    if accepted:
        assert rows["units"]["crewed_units"] == min(accepted)[0]
        assert rows["officers"]["officers"] <= min(officers for _, officers in accepted)
    elif rows["units"]["attainable"]:
        assert rows["units"]["crewed_units"] > 3
    else:
        assert np.isnan(rows["units"]["crewed_units"])


def two_tiers(crew: int, *, team_in_time: bool, cars_in_time: bool, share: float = 0.6) -> tuple[Plan, Times]:
    """Return a plan whose calls ask for four officers, of cars of two or teams; one site reaches all."""

    def change(document: dict[str, Any]) -> None:
        tiers = document["tiers"]
        tiers["team"] |= {"crew": crew, "turnout_min": 1.0 if team_in_time else 1_000.0}
        tiers["arv"]["turnout_min"] = 1.0 if cars_in_time else 1_000.0
        del tiers["team"]["stands_in_for"]
        del tiers["arv"]["ordinary_work"]
        kind = document["incident_types"]["spontaneous"]
        kind |= {"per_year": {"home": 20.0, "next": 0.0}, "hours": [], "first": {"officers": 4}}
        for standard in document["standards"].values():
            standard["share"] = share

    return write(change=change, units=[unit("a", "midtown", count=3)], minutes=lambda *_: 5.0)


@pytest.mark.parametrize(
    ("crew", "minimise", "team_in_time", "cars_in_time", "expected"),
    [
        (4, "units", True, True, {"team": 1}),  # one team holds the officers of two cars
        (4, "units", False, True, {"arv": 2}),
        (4, "units", True, False, {"team": 1}),  # the tier with most crewed hours comes too late
        (5, "units", True, True, {"team": 1}),
        (5, "officers", True, True, {"arv": 2}),  # four officers in two cars, five in a team
        (1, "units", True, True, {"arv": 2}),  # two cars hold the officers of four teams
    ],
)
def test_officers_are_sought_in_the_tier_that_does_with_least(
    crew: int,
    minimise: Any,
    team_in_time: bool,  # noqa: FBT001 - drawn from a list
    cars_in_time: bool,  # noqa: FBT001
    expected: dict[str, int],
) -> None:
    """Four officers come in the tier that takes least of what is minimised."""
    plan, times = two_tiers(crew, team_in_time=team_in_time, cars_in_time=cars_in_time)
    found = need(plan, times, minimise=minimise, curve=False)
    answer = found.answers[found.answers["standard"] == "first"]
    assert answer.groupby("tier")["units"].sum().to_dict() == expected
    row = found.table.set_index("standard").loc["first"]
    assert row["attainable"]
    assert row["bound"] <= row["crewed_units"]


def test_where_no_tier_is_in_time_the_standard_cannot_be_met() -> None:
    """Seeking in every tier finds nothing where none of them comes in time."""
    plan, times = two_tiers(4, team_in_time=False, cars_in_time=False)
    row = need(plan, times, curve=False).table.set_index("standard").loc["first"]
    assert not row["attainable"]
    assert "cannot be met from these sites" in row["reason"]
