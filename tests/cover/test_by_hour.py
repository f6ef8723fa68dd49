"""Cover by hour of the week: it adds up to the week, and follows who is on duty and how many calls come."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from plans import commitment, unit, write

from standby.cover import cover, cover_by_hour, evaluate_plan, hours_together
from standby.plan import Plan
from standby.travel import Times


def alike_all_week(document: dict[str, Any]) -> None:
    """Let calls come evenly over the week."""
    document["incident_types"]["spontaneous"]["hours"] = []


def test_hours_add_up_to_the_week() -> None:
    """With calls spread evenly, the mean over the hours is the share of the week, in every force."""
    units = [unit("a", "midtown"), unit("b", "westham", hours="mon-fri 07:00-19:00")]
    plan, times = write(change=alike_all_week, units=units)
    hours = cover_by_hour(evaluate_plan(plan, times)).standards
    assert (hours.groupby(["standard", "scope_kind", "scope"]).size() == 168).all()
    mean = hours.groupby(["standard", "scope_kind", "scope"])["share_expected"].mean()
    whole = cover(plan, times).standards.set_index(["standard", "scope_kind", "scope"])["share_expected"]
    for key, share in mean.items():
        assert share == pytest.approx(whole[key], abs=1e-6), key


def test_hours_weigh_as_their_calls(tiny: tuple[Plan, Times]) -> None:
    """Weighed with the calls that come in them, the hours of the packaged plan make up its week."""
    e = evaluate_plan(*tiny)
    hours = cover_by_hour(e).standards.query("standard == 'first' and scope_kind == 'all'")
    weight = e.arrays.types.hour_weight[0]
    share = float((hours["share_expected"].to_numpy() * weight).sum() / weight.sum())
    whole = cover(*tiny).standards.query("standard == 'first' and scope_kind == 'all'")
    assert share == pytest.approx(whole["share_expected"].iloc[0], abs=5e-4)


def test_hours_without_anybody_on_duty() -> None:
    """Where the only car is off duty nobody is reached or free; on duty it is not free while busy."""
    plan, times = write(units=[unit("a", "midtown", hours="mon-fri 07:00-19:00")])
    e = evaluate_plan(plan, times)
    found = cover_by_hour(e)
    shares = found.standards.query("standard == 'first' and scope_kind == 'all'").set_index("hour")
    nobody = found.forces.query("force == 'home'").set_index("hour")
    assert (nobody.index == np.arange(168)).all()
    off = [h for h in range(168) if h >= 5 * 24 or not 7 <= h % 24 < 19]
    on = [h for h in range(168) if h not in off]
    assert (shares.loc[off, "share_expected"] == 0).all()
    assert (shares.loc[on, "share_expected"] > 0.5).all()
    assert (nobody.loc[off, "chance_nobody_free"] == 1).all()
    assert (nobody.loc[off, "units_on_duty"] == 0).all()
    assert (nobody.loc[on, "units_on_duty"] == 1).all()
    assert (nobody.loc[on, "chance_nobody_free"] == nobody.loc[on, "chance_nobody_free"].iloc[0]).all()
    assert nobody.loc[on[0], "chance_nobody_free"] == pytest.approx(e.outcome.busy[0], abs=1e-6)
    assert nobody.loc[0, ["day", "clock"]].tolist() == ["mon", 0]
    assert nobody.loc[167, ["day", "clock"]].tolist() == ["sun", 23]


def test_a_commitment_shows_in_its_hours() -> None:
    """Two cars, both wanted on Saturday nights by a commitment they may not leave: nobody is free then."""
    held = commitment("match", 2, hours="sat 20:00-23:00")
    plan, times = write(units=[unit("a", "midtown"), unit("b", "westham")], commitments=[held])
    nobody = cover_by_hour(evaluate_plan(plan, times)).forces.query("force == 'home'").set_index("hour")
    match = [5 * 24 + h for h in (20, 21, 22)]
    assert nobody.loc[match, "chance_nobody_free"].to_numpy() == pytest.approx(1)
    assert (nobody.loc[[h for h in range(168) if h not in match], "chance_nobody_free"] < 0.1).all()


def test_hours_without_calls_have_no_share() -> None:
    """In hours in which none of its calls come a standard has no share: it is no number rather than 0."""

    def by_day(document: dict[str, Any]) -> None:
        document["incident_types"]["spontaneous"]["hours"] = [{"hours": "mon-sun 00:00-06:00", "weight": 0.0}]

    shares = cover_by_hour(evaluate_plan(*write(change=by_day))).standards
    night = shares["clock"] < 6
    assert shares.loc[night, "share_expected"].isna().all()
    assert shares.loc[~night, "share_expected"].notna().all()


def test_hours_that_read_the_same_are_one_row() -> None:
    """Days that are the same stand together, and so do hours in a row; Friday night has rows of its own."""
    cells = {hour: ["84%"] for hour in range(72)}
    for hour in (70, 71):
        cells[hour] = ["60%"]
    assert hours_together(cells, ["wed", "thu", "fri"]) == [
        ("wed–thu", "00–24", ("84%",)),
        ("fri", "00–22", ("84%",)),
        ("fri", "22–24", ("60%",)),
    ]
