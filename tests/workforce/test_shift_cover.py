"""A plan's units under a shift pattern: against the array functions, by hand, and what is refused."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from standby import examples
from standby import workforce as wf
from standby._refusals import Refusal
from standby.disclosure import publish
from standby.plan import open_plan
from standby.tables import check_declared

TWELVE = wf.NAMED_PATTERNS["12-hour"]


@pytest.fixture(scope="module")
def south_west():
    """Return the packaged plan."""
    return open_plan(examples.path("south-west"))


@pytest.fixture(scope="module")
def found(south_west):
    """Return its units in 12-hour shifts."""
    return wf.shift_cover(south_west, pattern=TWELVE)


def test_wiltshire_by_hand(found):
    """One car round the clock is twelve officers at a relief factor of six, three in each team.

    With 30% away at least two of three are there for 0.784 of the time; short are two officers when nobody is
    there, and one when one is.
    """
    row = found.table.set_index("force").loc["wiltshire"]
    assert (row["officers"], row["posts"], row["crew"], row["abstraction"]) == (
        12,
        1.0,
        2,
        pytest.approx(0.3),
    )
    assert [row["chance_complete"], row["worst_chance"]] == pytest.approx([0.784, 0.784])
    assert (row["worst_day"], row["worst_clock"]) == ("mon", 0)
    assert row["overtime_hours"] == pytest.approx(168 * (2 * 0.3**3 + 1 * 3 * 0.7 * 0.3**2))
    assert row["chance_complete_week"] == pytest.approx(0.784**15)

    # 168 × 2 / (42 × 0.7) is 11.4 by hours; two expected in each team of four takes 2.86, so three.
    assert (row["officers_by_hours"], row["officers_by_teams"]) == (12, 12)


def test_hours_are_those_of_the_array_functions(found):
    """Each hour has the units of the plan, and the chance that `crewed_units` gives them."""
    rows = found.by_hour[found.by_hour["force"] == "devon-cornwall"].reset_index(drop=True)
    weekend = (rows["day"].isin(["fri", "sat"]) & (rows["clock"] >= 18)) | (
        rows["day"].isin(["sat", "sun"]) & (rows["clock"] < 4)
    )
    np.testing.assert_array_equal(rows["wanted"], np.where(weekend, 10, 8))

    sizes = wf.even_teams(TWELVE, int(rows["officers"][0]))
    units = wf.crewed_units(
        wf.officers_by_hour(TWELVE, sizes), abstraction=0.3, crew=2, wanted=rows["wanted"].to_numpy()
    ).over_weeks()
    np.testing.assert_allclose(rows["chance_complete"], units.chance_complete)
    np.testing.assert_allclose(rows["officers_short"], units.officers_short)
    row = found.table.set_index("force").loc["devon-cornwall"]
    assert row["overtime_hours"] == pytest.approx(rows["officers_short"].sum())
    assert row["worst_chance"] == pytest.approx(rows["chance_complete"].min())


def test_officers_and_abstraction_may_be_given(south_west):
    """More officers, and fewer away, make the full complement surer; a force may be named with its tier."""
    table = wf.shift_cover(south_west, pattern=TWELVE, officers={"wiltshire": 16}).table.set_index("force")
    other = wf.shift_cover(
        south_west, pattern=TWELVE, officers={"wiltshire:arv": 16}, abstraction=0.2
    ).table.set_index("force")
    assert table.loc["wiltshire", "officers"] == other.loc["wiltshire", "officers"] == 16
    assert 0.784 < table.loc["wiltshire", "chance_complete"] < other.loc["wiltshire", "chance_complete"]
    assert other.loc["dorset", "abstraction"] == 0.2


def test_fewer_than_five_officers_are_not_shown_in_any_edition(south_west):
    """With four officers their number, and what follows from it, is blank in internal and full editions."""
    few = wf.shift_cover(south_west, pattern=TWELVE, officers={"wiltshire": 4})
    tables = {"shifts": few.table, "shifts_by_hour": few.by_hour}
    for edition in ("internal", "full"):
        shown = publish(tables, south_west, edition)
        row = shown["shifts"].set_index("force").loc["wiltshire"]
        hours = shown["shifts_by_hour"].query("force == 'wiltshire'")
        for column in ("officers", "chance_complete", "units_mean"):
            assert np.isnan(row[column])
            assert hours[column].isna().all()
        assert np.isnan(row["overtime_hours"])
        assert np.isnan(row["worst_clock"])
        assert row["worst_day"] == ""
        assert not np.isnan(shown["shifts"].set_index("force").loc["dorset", "officers"])


def test_columns_are_declared_and_public_sees_none(found, south_west):
    """Every column is declared; the public edition has no such table."""
    for name, table in (
        ("shifts", found.table),
        ("shifts_by_hour", found.by_hour),
        ("shifts_rules", found.rules),
    ):
        check_declared(name, table.columns)
    assert publish({"shifts": found.table, "shifts_by_hour": found.by_hour}, south_west, "public") == {}


def test_rules_are_a_table(found, south_west):
    """Violations stand in rows with their paragraph and unit; a rule that is off has none."""
    assert set(found.rules["rule"]) == {"police_hours"}
    assert found.rules["unit"].unique().tolist() == ["h/week"]
    assert found.rules["cycle_day"].isna().all()
    kept = wf.shift_cover(south_west, pattern=TWELVE, rules={"police_hours": 42})
    assert kept.rules.empty
    assert "breaks none" in kept.summary()


def test_words(found):
    """The summary says what is wanted, how surely it is there, and when least."""
    assert (
        "Wiltshire, Armed response vehicle: with 12 officers all units wanted are crewed for 78% of the "
        "time, least often mon 00:00 (78%); 41 hours of overtime a week would close the gap."
    ) in found.summary()


def test_hours_without_a_unit_are_left_out_and_said(tiny):
    """Armed cars that are there at night alone, or come with notice, have no pattern: both are said."""
    assert wf.shift_cover(tiny, pattern=TWELVE).table["force"].tolist() == ["home"]

    units = tiny.tables["units"]
    hours = units["hours"].where(units["tier"] != "arv", "mon-sun 18:00-06:00")
    nights = replace(tiny, tables={**tiny.tables, "units": units.assign(hours=hours)})
    with pytest.raises(Refusal, match="no armed units round the clock"):
        wf.shift_cover(nights, pattern=TWELVE)

    notice = np.where(units["id"] == "mid-night", 30.0, np.nan)
    standing_by = replace(tiny, tables={**tiny.tables, "units": units.assign(notice_min=notice)})
    found = wf.shift_cover(standing_by, pattern=TWELVE)
    assert found.by_hour["wanted"].max() == 2
    assert found.notes[0] == "Units that come with notice work no shifts and are left out: mid-night"


def test_training_that_may_count_twice_is_said(south_west):
    """A relief factor of a plan may have training in it; an abstraction of one's own is taken as it is."""
    shifts = [*TWELVE.shifts, wf.shift_between("T", "09:00", "17:00", is_duty=False)]
    trained = wf.staggered_pattern("trained", shifts, "DDNN·T··", teams=4)
    notes = wf.shift_cover(south_west, pattern=trained).notes
    assert any("training days (T): training may be counted twice" in note for note in notes)
    assert not any("twice" in note for note in wf.shift_cover(south_west, pattern=TWELVE).notes)
    own = wf.shift_cover(south_west, pattern=trained, abstraction=0.2)
    assert not any("twice" in note for note in own.notes)


def test_gaps_of_a_pattern_are_said(tiny):
    """Where there are moments without a team no number is enough, and a note says so."""
    days = wf.staggered_pattern("days", TWELVE.shifts, "DD··", teams=2)
    found = wf.shift_cover(tiny, pattern=days)
    assert found.table["officers_by_teams"].isna().all()
    assert any("no number of officers in equal teams is enough" in note for note in found.notes)


def test_crews_of_two_sizes_are_told_apart(tiny):
    """A force with crews of two and of three in a tier has two rows, and each says which it is."""
    units = tiny.tables["units"]
    three = units[units["id"] == "mid-arv"].assign(id="three", crew=3)
    more = pd.concat([units, three], ignore_index=True)
    found = wf.shift_cover(replace(tiny, tables={**tiny.tables, "units": more}), pattern=TWELVE)
    assert found.table["crew"].nunique() == 2
    assert "crew of 3: with" in found.summary()
    assert "crew of 2: with" in found.summary()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"officers": {"cornwall": 3}}, "officers are given for 'cornwall'; choose from devon-cornwall, "),
        ({"abstraction": 1.0}, "abstraction is 1"),
        ({"rules": {"sleep": True}}, "there is no rule 'sleep'"),
        (
            {"officers": {"dorset": 4500}, "pattern": wf.NAMED_PATTERNS["2-2-2-4"]},
            "dorset, arv: 1,800 officers of 4,500 are on",
        ),
        ({"officers": {"dorset": -1}}, "officers is -1"),
    ],
)
def test_what_cannot_be_is_refused(south_west, given, words):
    """A force that isn't there, nobody left on duty, or a rule of another name."""
    with pytest.raises(Refusal, match=words):
        wf.shift_cover(south_west, **{"pattern": TWELVE, **given})


def test_a_relief_factor_below_the_hours_alone_asks_for_an_abstraction(tiny, altered):
    """A relief factor that implies nobody away is refused with the force, unless an abstraction is given."""
    plan = altered(tiny, {"workforce.relief_factor": 4.0})
    with pytest.raises(Refusal, match=r"home: a relief factor of 4 is less .* give an abstraction"):
        wf.shift_cover(plan, pattern=TWELVE)
    assert len(wf.shift_cover(plan, pattern=TWELVE, abstraction=0.2).table) == 1
