"""Turnout and speed factors from a log of past calls."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from standby import examples
from standby.attendance import LogFit, TooFewCallsError, fit_log
from standby.attendance._log_minutes import modelled_minutes
from standby.attendance._shrink import shrink
from standby.attendance.log import HOURS, SHORT_MIN
from standby.plan import Plan, check, local_times, open_plan, write_plan

TRUE_FACTOR = 0.8


@pytest.fixture(scope="module")
def south_west() -> Plan:
    """Return the packaged plan of three forces."""
    return open_plan(examples.path("south-west"))


def with_log(plan: Plan, log: pd.DataFrame) -> Plan:
    """Return a plan with a log, as it is when the log stands in its folder."""
    texts = {"incident_type": "spontaneous", "unit_site": "", "source": "", "note": ""}
    log = log.assign(**{name: text for name, text in texts.items() if name not in log})
    log = log.reindex(columns=plan.table("incidents").columns)
    return replace(plan, tables={**plan.tables, "incidents": log})


def invented(plan: Plan, calls: int, seed: int, *, night: float = 1.0, noise: float = 0.3) -> pd.DataFrame:
    """Return an invented log whose drives take a known share of the modelled minutes, at night another."""
    rng = np.random.default_rng(seed)
    areas, sites = plan.table("areas"), plan.table("sites")
    at = rng.integers(len(areas), size=calls)
    log = pd.DataFrame(
        {
            "id": [f"call-{k}" for k in range(calls)],
            "time": [f"2018-03-{1 + k % 28:02d}T{k % 24:02d}:30" for k in range(calls)],
            "lon": areas["lon"].to_numpy()[at],
            "lat": areas["lat"].to_numpy()[at],
            "incident_type": "spontaneous",
            "authorised_min": rng.gamma(4.0, 1.0, calls),
            "turnout_min": rng.gamma(4.0, 0.5, calls),
            "unit_site": sites["id"].to_numpy()[rng.integers(len(sites), size=calls)],
            "scene_min": rng.gamma(2.0, 30.0, calls),
        }
    )
    usual = modelled_minutes(plan, log)[0]
    usual = np.where(np.isfinite(usual), usual, 30.0)  # islands that no road joins
    drive = np.maximum(usual - plan.document.travel.start_min.value, 0.01)
    hour = np.arange(calls) % 24
    factor = TRUE_FACTOR * np.where((hour >= 22) | (hour < 6), night, 1.0)
    drive *= factor * np.exp(noise * rng.standard_normal(calls))
    return log.assign(first_armed_min=log["authorised_min"] + log["turnout_min"] + drive)


def in_planned_forces(plan: Plan, log: pd.DataFrame) -> pd.DataFrame:
    """Return the calls of an invented log that came to areas of planned forces."""
    force_of = plan.table("areas").set_index(["lon", "lat"])["force"]
    is_own = [
        force_of.loc[at] in plan.document.plan.forces for at in zip(log["lon"], log["lat"], strict=True)
    ]
    return log[is_own]


def minutes_and_factor(found: LogFit) -> set[str]:
    """Return the paths of turnout and of the factor among the figures of a fit."""
    return {path for path in found.figures if path.endswith(("turnout_min", "emergency_factor"))}


def test_known_factors_come_back(south_west: Plan) -> None:
    """From many calls the factor, that of the night and turnout are found, to two standard errors or so."""
    plan = with_log(south_west, invented(south_west, 4000, 1, night=0.7))
    found = fit_log(plan).table.set_index(["quantity", "by", "group"]).sort_index()
    by_hours = found.loc[("emergency_factor", "hours")]["estimate"]
    assert by_hours["night"] == pytest.approx(0.7 * TRUE_FACTOR, rel=0.03)
    assert by_hours["other hours"] == pytest.approx(TRUE_FACTOR, rel=0.03)
    assert found.loc[("turnout_min", "all", "")]["estimate"] == pytest.approx(2.0, rel=0.05)
    assert found.loc[("authorisation_min", "all", "")]["estimate"] == pytest.approx(4.0, rel=0.05)
    assert found.loc[("emergency_factor", "class", "village")]["spread"] > 0


def test_intervals_hold_as_often_as_they_say(south_west: Plan) -> None:
    """Over 200 invented logs of 60 calls the 90% interval of the factor holds the truth about 180 times."""
    log = invented(south_west, 60, 0)
    modelled = modelled_minutes(south_west, log)[0] - south_west.document.travel.start_min.value
    usable = modelled >= SHORT_MIN
    rng = np.random.default_rng(7)
    hit = 0
    for _ in range(200):
        ratio = np.log(TRUE_FACTOR) + 0.3 * rng.standard_normal(int(usable.sum()))
        one = shrink(ratio, np.zeros(ratio.size, dtype=np.int64))
        hit += bool(one.low[0] <= np.log(TRUE_FACTOR) <= one.high[0])
    assert stats.binomtest(hit, 200, 0.9).pvalue > 0.001


def test_groups_hold_as_often_as_they_say() -> None:
    """Means of groups that truly differ lie in their 90% intervals nine times in ten, small ones too."""
    rng = np.random.default_rng(11)
    counts = np.array([3, 5, 8, 13, 21, 34, 55, 89])
    groups = np.repeat(np.arange(counts.size), counts)
    hit = trials = 0
    for _ in range(300):
        true = rng.normal(0.0, 0.2, counts.size)
        found = shrink(true[groups] + 0.3 * rng.standard_normal(groups.size), groups)
        hit += int(((found.low <= true) & (true <= found.high)).sum())
        trials += counts.size
    assert 0.87 < hit / trials < 0.94


@pytest.mark.parametrize("differ", [0.02, 0.1, 0.5])
def test_few_groups_that_agree_are_not_made_certain(differ: float) -> None:
    """With three groups that differ little or much, intervals hold the truth nine times in ten or more."""
    rng = np.random.default_rng(5)
    groups = np.repeat(np.arange(3), [5, 10, 40])
    hit = 0
    for _ in range(400):
        true = rng.normal(0.0, differ, 3)
        found = shrink(true[groups] + 0.3 * rng.standard_normal(groups.size), groups)
        hit += int(((found.low <= true) & (true <= found.high)).sum())
    assert 0.87 < hit / 1200 < 0.99


def test_against_a_sampler() -> None:
    """The same posterior by rejection sampling of the whole model, a quite different way."""
    rng = np.random.default_rng(8)
    groups = np.repeat(np.arange(4), [4, 6, 9, 15])
    values = np.array([0.3, -0.2, 0.1, 0.6])[groups] + 0.5 * rng.standard_normal(groups.size)
    found = shrink(values, groups)
    error = found.spread**2 / found.counts
    size = 2_000_000
    between = np.abs(0.5 * found.spread * rng.standard_cauchy(size))
    common = rng.uniform(-3.0, 3.0, size)
    variance = between[:, None] ** 2 + error
    weight = np.exp(-0.5 * (np.log(variance) + (found.raw - common[:, None]) ** 2 / variance).sum(axis=1))
    own = between[:, None] ** 2 / variance
    centre = common[:, None] + own * (found.raw - common[:, None])
    means = (weight @ centre) / weight.sum()
    assert found.mean == pytest.approx(means, abs=0.01)
    square = (weight @ (own * error + (centre - means) ** 2)) / weight.sum()
    half = stats.t.ppf(0.95, groups.size - 4) * np.sqrt(square)
    assert found.high - found.mean == pytest.approx(half, rel=0.03)


def test_shrinkage_is_nearer_the_truth_than_plain_means() -> None:
    """On average the shrunk means are nearer the true ones than each group's own mean is."""
    rng = np.random.default_rng(3)
    groups = np.repeat(np.arange(6), [2, 3, 4, 6, 10, 40])
    plain = shrunk = 0.0
    for _ in range(200):
        true = rng.normal(0.0, 0.15, 6)
        found = shrink(true[groups] + 0.4 * rng.standard_normal(groups.size), groups)
        plain += float(((found.raw - true) ** 2).sum())
        shrunk += float(((found.mean - true) ** 2).sum())
    assert shrunk < 0.7 * plain


@given(st.lists(st.tuples(st.floats(-5, 5), st.integers(0, 3)), min_size=7, max_size=40))
def test_shrunk_means_lie_between(rows: list[tuple[float, int]]) -> None:
    """A shrunk mean lies between its group's own mean and the range of all means; the interval holds it."""
    values = np.array([value for value, _ in rows])
    groups = np.unique([group for _, group in rows], return_inverse=True)[1]
    found = shrink(values, groups.astype(np.int64))
    slack = 1e-9
    assert (found.mean >= found.raw.min() - slack).all()
    assert (found.mean <= found.raw.max() + slack).all()
    assert (found.low <= found.mean + slack).all()
    assert (found.mean <= found.high + slack).all()
    assert np.isfinite(found.mean).all()


def test_many_calls_speak_for_themselves() -> None:
    """With many calls in groups that differ much, shrinkage leaves each mean as it is."""
    rng = np.random.default_rng(0)
    groups = np.repeat(np.arange(3), 5000)
    found = shrink(np.array([0.0, 1.0, 2.0])[groups] + 0.1 * rng.standard_normal(15000), groups)
    assert found.mean == pytest.approx(found.raw, abs=1e-3)


def test_calls_left_out_say_why(south_west: Plan) -> None:
    """Each call that tells no speed is listed with its reason; the others are all used."""
    log = in_planned_forces(south_west, invented(south_west, 110, 2)).iloc[:80]
    log = log.assign(id=[f"call-{k}" for k in range(80)]).reset_index(drop=True)
    log.loc[0, "first_armed_min"] = np.nan
    log.loc[1, "turnout_min"] = np.nan
    log.loc[2, "unit_site"] = ""
    log.loc[3, "first_armed_min"] = log.loc[3, "authorised_min"]
    site = south_west.table("sites").iloc[0]
    log.loc[4, ["lon", "lat", "unit_site"]] = [site["lon"], site["lat"], site["id"]]
    found = fit_log(with_log(south_west, log))
    reasons = found.left_out.set_index("id")["reason"]
    for call, words in enumerate(("first_armed", "turnout", "unit_site", "no drive", "within 3 min")):
        assert words in reasons[f"call-{call}"]
    assert len(found.calls) + len(found.left_out) == 80
    assert found.summary().startswith(f"{len(found.calls)} of 80 calls")


def test_without_a_log_or_with_too_little_of_it(south_west: Plan) -> None:
    """A plan without past calls, or with too few that tell a speed, is refused with the reasons."""
    with pytest.raises(ValueError, match=r"add incidents\.csv"):
        fit_log(south_west)
    log = in_planned_forces(south_west, invented(south_west, 60, 5)).iloc[:30].assign(unit_site="")
    with pytest.raises(ValueError, match="30 without unit_site"):
        fit_log(with_log(south_west, log))


@pytest.mark.parametrize(("calls", "words"), [(1, "only 1 call tells"), (3, "only 3 calls tell")])
def test_a_short_log_has_no_list_of_reasons(south_west: Plan, calls: int, words: str) -> None:
    """Where every call tells a speed and they are too few, nothing is said to be left out."""
    log = invented(south_west, 200, 2)
    used = fit_log(with_log(south_west, log)).calls["id"]
    with pytest.raises(TooFewCallsError, match=f"^{words} how fast a unit drove; give 5 or more"):
        fit_log(with_log(south_west, log[log["id"].isin(used)].iloc[:calls]))


@pytest.mark.parametrize("column", ["authorised_min", "turnout_min", "first_armed_min", "scene_min"])
@pytest.mark.parametrize("cell", ["-1", "inf", "-inf", "nan"])
def test_minutes_that_are_faults_of_the_plan(tmp_path: Path, column: str, cell: str) -> None:
    """Minutes below 0, and what is no finite number, never reach a fit: check names them."""
    cells = {"authorised_min": "3", "turnout_min": "1", "first_armed_min": "36", "scene_min": "60"}
    row = ",".join({**cells, column: cell}.values())
    head = f"id,time,lon,lat,incident_type,{','.join(cells)},unit_site,source"
    log = f"{head}\nc1,2024-01-03T09:40,-4.00,50.70,spontaneous,{row},midtown,invented\n"
    faults = check(county(tmp_path / "plan", log)).faults
    assert [(fault.file, fault.field) for fault in faults] == [("incidents.csv", column)]


def test_calls_that_count_in_no_rate_set_no_speed(south_west: Plan) -> None:
    """Calls far from every area, or in a force that isn't planned for, change no fitted number."""
    log = invented(south_west, 200, 31)
    own = in_planned_forces(south_west, log)
    far = own.iloc[:20].assign(id=[f"far-{k}" for k in range(20)], lat=56.0, first_armed_min=600.0)
    alone = fit_log(with_log(south_west, own))
    found = fit_log(with_log(south_west, pd.concat([own, far, log.drop(own.index)])))
    pd.testing.assert_frame_equal(found.table, alone.table)
    reasons = found.left_out.set_index("id")["reason"]
    assert (reasons[list(far["id"])] == "more than 50 km from every area").all()
    assert found.summary().startswith(f"{len(alone.calls)} of {len(log) + 20} calls")


def test_figures_go_into_the_plan(south_west: Plan, tmp_path: Path) -> None:
    """A log read from the plan's folder gives figures for the tier that stands alone, and for the factor."""
    folder = write_plan(south_west, tmp_path / "plan")
    text = (folder / "plan.toml").read_text(encoding="utf-8")
    (folder / "plan.toml").write_text(text.replace('"incidents", ', "").replace('"incidents"', ""), "utf-8")
    invented(south_west, 200, 4).assign(source="assumption").to_csv(folder / "incidents.csv", index=False)
    assert check(folder).faults == ()
    found = fit_log(open_plan(folder))
    factor = found.figures["travel.emergency_factor"]
    assert factor.low is not None
    assert factor.high is not None
    assert factor.value == pytest.approx(TRUE_FACTOR, rel=0.1)
    assert factor.low < factor.value < factor.high < 1.1 * factor.value
    assert factor.kind == "measured"
    assert factor.as_of is not None
    assert factor.as_of.isoformat() == "2018-03-28"
    assert minutes_and_factor(found) == {"travel.emergency_factor", "tiers.arv.turnout_min"}


def test_turnout_is_for_tiers_at_the_sites_of_the_log(south_west: Plan) -> None:
    """A log of one site says nothing of the turnout of tiers that stand elsewhere."""
    log = invented(south_west, 60, 9).assign(unit_site="dc-exeter")
    found = fit_log(with_log(south_west, log))
    assert minutes_and_factor(found) == {"travel.emergency_factor", "tiers.arv.turnout_min"}
    assert [path for path in found.figures if path.endswith("turnout_cv")] == ["tiers.arv.turnout_cv"]


def test_hours_cover_the_week(south_west: Plan) -> None:
    """Every hour has a name, and a call at half past midnight is one of the night."""
    assert list(HOURS)[-1] == "other hours"
    found = fit_log(with_log(south_west, invented(south_west, 300, 6)))
    assert set(found.calls["hours"]) == set(HOURS)
    assert (found.calls["hours"] != "").all()


def test_a_tier_that_drives_faster_is_not_counted_twice(tmp_path: Path) -> None:
    """The factor is what is left beside the tier's own speed factor, as cover multiplies both."""
    plan = open_plan(examples.path("south-west"))
    log = invented(plan, 200, 12).assign(unit_site="dc-exeter")
    folder = write_plan(plan, tmp_path / "plan")
    text = (folder / "plan.toml").read_text(encoding="utf-8")
    for tier in ("arv", "specialist"):
        text = text.replace(f"[tiers.{tier}]\n", f"[tiers.{tier}]\nspeed_factor = 0.8\n", 1)
    (folder / "plan.toml").write_text(text, encoding="utf-8")
    usual, faster = (fit_log(with_log(p, log)) for p in (plan, open_plan(folder)))
    one, other = (fit.figures["travel.emergency_factor"].value for fit in (usual, faster))
    assert other == pytest.approx(one / 0.8, rel=1e-3)


def test_islands_are_kept_apart(south_west: Plan) -> None:
    """A call that no road joins to its unit's site tells no speed."""
    log = invented(south_west, 300, 13)
    areas = south_west.table("areas").set_index(["lon", "lat"])["island"]
    apart = [areas.loc[at] != "" for at in zip(log["lon"], log["lat"], strict=True)]
    found = fit_log(with_log(south_west, log))
    assert any(apart)
    assert not set(found.calls["id"]) & set(log["id"][apart])


@pytest.fixture(scope="module")
def reports(shared: Path) -> Path:
    """Return the folder of small files shaped as the public reported them."""
    return shared / "cases" / "public_reports"


def county(folder: Path, log: str) -> Path:
    """Write the tiny plan with a log into a folder."""
    shutil.copytree(examples.path("tiny"), folder)
    text = (folder / "plan.toml").read_text(encoding="utf-8")
    (folder / "plan.toml").write_text(text.replace('"incidents", ', "").replace(', "incidents"', ""), "utf-8")
    (folder / "incidents.csv").write_text(log, encoding="utf-8")
    return folder


def hours_of(found: LogFit) -> list[str]:
    """Return the hours of each call that was used."""
    return found.calls.sort_values("id")["hours"].tolist()


def test_times_with_a_zone_are_converted(reports: Path, tmp_path: Path) -> None:
    """In summer 06:30Z is 07:30 in Britain, the weekday peak; check and fit both say what was converted."""
    folder = county(tmp_path / "z", (reports / "incidents_mixed_offsets.csv").read_text(encoding="utf-8"))
    found = fit_log(open_plan(folder))
    assert hours_of(found)[:5] == [
        "weekday peak", "weekday peak", "other hours", "other hours", "weekday peak",
    ]  # fmt: skip
    said = "9 of 9 times have Z or an offset: they are converted to local time of the United Kingdom"
    assert [note for note in found.notes if "trip_cv" not in note] == [said]
    assert [note.text for note in check(folder).notes] == [said]


@pytest.mark.parametrize(
    ("time", "local"),
    [
        ("2024-06-03T06:30Z", "2024-06-03T07:30"),
        ("2024-06-03T06:30+01:00", "2024-06-03T06:30"),
        ("2024-06-03T06:30:15+00:00", "2024-06-03T07:30:15"),
        ("2024-01-03T06:30Z", "2024-01-03T06:30"),
        ("2024-01-03T06:30+05:30", "2024-01-03T01:00"),
        ("2024-06-30T23:30Z", "2024-07-01T00:30"),  # another day of the week
        ("2024-06-03T06:30", "2024-06-03T06:30"),
        ("2024-06-03 06:30", "2024-06-03T06:30"),
        ("20240603T063000", "2024-06-03T06:30"),
        ("2024-03-31T01:30Z", "2024-03-31T02:30"),  # the hour that is left out has no local time
        ("2024-03-31T00:59Z", "2024-03-31T00:59"),
        ("2024-10-27T00:30Z", "2024-10-27T01:30"),  # the hour that comes twice, first
        ("2024-10-27T01:30Z", "2024-10-27T01:30"),  # and again
        ("2024-10-27T01:30", "2024-10-27T01:30"),
    ],
)
def test_local_time(time: str, local: str) -> None:
    """Z and offsets are converted to the clocks of the United Kingdom, across the days when they change."""
    assert local_times([time]).times[0] == np.datetime64(local)


@pytest.mark.parametrize(
    ("time", "said"),
    [
        ("2024-03-31T01:30", "does not exist in local time of the United Kingdom"),
        ("2024-06-03", "is a day without a time of day"),
        ("03/06/2024 06:30", "is no time"),
        ("2024-06-03T06:30 BST", "is no time"),
        ("2024-06-31T06:30", "is no time"),
        ("0024-06-03T06:30Z", "is in the year 24"),
        ("9999-12-31T23:59-12:00", "is in the year 9999"),
    ],
)
def test_times_that_can_not_be_read_are_named_by_row(tmp_path: Path, time: str, said: str) -> None:
    """A check names the row of a time that is none, that no clock showed, or that says no hour."""
    head = "id,time,lon,lat,incident_type,first_armed_min,source\n"
    rest = "-4.0,50.7,spontaneous,5,assumption\n"
    log = f"{head}a,2024-01-03T09:40,{rest}b,{time},{rest}"
    (fault,) = check(county(tmp_path / "plan", log)).faults
    assert (fault.file, fault.where, fault.field) == ("incidents.csv", "row 3", "time")
    assert said in fault.what
    assert repr(time) in fault.what


def test_mixed_times_are_counted() -> None:
    """A log with and without zones, and with the hour that comes twice, says how many of each."""
    notes = local_times(["2024-06-03T06:30Z", "2024-06-03T06:30", "2024-10-27T01:30"]).notes()
    assert notes[0].startswith("1 of 3 times have Z or an offset")
    assert notes[0].endswith("the other 2, without one, are taken as local time")
    assert notes[1].startswith("1 of 3 times fall in the hour that comes twice")


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("first_armed_min", 1e308, "above 1,440 minutes"),
        ("first_armed_min", 0.0, "an arrival at the moment of the call"),
        ("turnout_min", 1e308, "above 180 minutes"),
        ("authorised_min", 1e6, "above 720 minutes"),
        ("scene_min", 1e300, "above 10,080 minutes"),
    ],
)
def test_minutes_that_can_not_be_right_are_set_aside(
    south_west: Plan, column: str, value: float, reason: str
) -> None:
    """One impossible cell is named, counted and used for nothing: the others give what they give alone."""
    log = invented(south_west, 200, 21)
    alone = fit_log(with_log(south_west, log.drop(index=7)))
    log.loc[7, column] = value
    found = fit_log(with_log(south_west, log))
    assert found.set_aside.to_numpy().tolist() == [["call-7", column, value, reason]]
    assert f"minutes of 1 call can't be right and are set aside: call-7 {column} {value:g}" in found.notes[0]
    assert found.left_out.set_index("id")["reason"]["call-7"] == "with minutes that can't be right"
    assert found.figures["travel.emergency_factor"].value == alone.figures["travel.emergency_factor"].value
    rows = found.table[(found.table["by"] == "all") & (found.table["quantity"] != "emergency_factor")]
    assert (rows["high"] < 200.0).all()


@pytest.mark.parametrize(("times", "words"), [(60.0, "more than 10 times"), (0.01, "less than 1/10")])
def test_drives_far_from_the_model_are_left_out(south_west: Plan, times: float, words: str) -> None:
    """A drive of sixty times or a hundredth of the modelled minutes was none from there: left out by name."""
    log = invented(south_west, 200, 22)
    alone = fit_log(with_log(south_west, log.drop(index=7)))
    before = (log["authorised_min"] + log["turnout_min"])[7]
    log.loc[7, "first_armed_min"] = before + min(times * (log["first_armed_min"][7] - before), 1400.0)
    found = fit_log(with_log(south_west, log))
    assert words in found.left_out.set_index("id")["reason"]["call-7"]
    assert found.figures["travel.emergency_factor"].value == alone.figures["travel.emergency_factor"].value


JUNK = (
    "1e308", "-1e308", "nan", "inf", "9" * 400, "\x1b[31m", "=cmd()", '"', "\x00", "true", "-5", "0", "1,5",
    "2024-03-31T01:30", "2024-06-03T06:30Z", "2024-06-03T06:30+01:00", "9999-12-31T23:59Z",
    "0001-01-01T00:00", "nowhere", "", "180", "-180", "\u202e", "x" * 100_000, "2024-06-03",
)  # fmt: skip
"""What may stand in a cell of a log that is not what it should be."""


@pytest.mark.parametrize("seed", range(40))
def test_a_damaged_log_is_named_or_fitted(tmp_path: Path, seed: int) -> None:
    """A log with wrong cells, rows or bytes gives faults by file, a refusal, or a factor that can be."""
    rng = np.random.default_rng(seed)
    head = "id,time,lon,lat,incident_type,authorised_min,turnout_min,first_armed_min,unit_site,source\n"
    rows = [
        f"c{k},2024-01-{10 + k}T09:40,-4.0{k},50.70,spontaneous,3.0,1.5,{36 + k}.5,midtown,assumption"
        for k in range(12)
    ]
    cells = [row.split(",") for row in rows]
    for _ in range(rng.integers(1, 5)):
        cells[rng.integers(12)][rng.integers(10)] = JUNK[rng.integers(len(JUNK))]
    data = (head + "\n".join(",".join(row) for row in cells) + "\n").encode()
    if seed % 4 == 3:
        data = data[: rng.integers(len(data))]
    if seed % 8 == 6:
        data = data.decode("utf-8", "replace").encode("utf-16-le")
    folder = county(tmp_path / "plan", "")
    (folder / "incidents.csv").write_bytes(data)

    found = check(folder)
    if not found.ok:
        assert {fault.file for fault in found.faults} <= {"incidents.csv"}
        return
    try:
        fitted = fit_log(open_plan(folder))
    except ValueError as error:
        said = str(error)
    else:
        assert 0.1 <= fitted.figures["travel.emergency_factor"].value <= 10.0
        return
    assert "are needed" in said or "no past calls" in said
