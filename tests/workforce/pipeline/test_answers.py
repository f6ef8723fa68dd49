"""The pipeline against answers that are known otherwise: closed forms, the yearly flow, published cases."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from standby import workforce as wf

CASES = Path(__file__).resolve().parents[3].parent / "shared" / "cases" / "manpower" / "expected.json"
PLENTY = 10_000_000


def simple(**changes):
    """Return a force of one role with all the volunteers that it could want."""
    force = wf.Pipeline(
        roles=("ARV",),
        deployable=100,
        unarmed=PLENTY,
        leaving=0.0,
        volunteers=wf.Volunteers(rate=0.0, waiting=PLENTY // 2),
        courses=wf.Courses(calendar=0, size=12, months=1),
    )
    return replace(force, **changes)


def project(force, months=60, **options):
    """Project one draw of expected values."""
    return wf.project_pipeline(force, months=months, **{"whole_officers": False, **options})


@pytest.mark.parametrize("course_months", [(3, 9), (1, 6, 6, 12), tuple(range(1, 13))])
def test_it_is_the_yearly_flow_where_that_knows_as_much(course_months):
    """With seats, a pass rate and a yearly loss alone, strength is that of `project_strength`."""
    intake = wf.course_intake(
        courses_per_year=len(course_months), course_size=12, pass_rate=7 / 12, course_months=course_months
    )
    flow = wf.project_strength(100, intake, loss=0.13, years=5)

    calendar = np.bincount(np.array(course_months) - 1, minlength=12)[:, np.newaxis]
    courses = wf.Courses(calendar=calendar, size=12, months=1, pass_rate=7 / 12)
    path = project(simple(courses=courses, leaving=1 - wf.monthly_staying(0.13)))
    np.testing.assert_allclose(path.strength[0, :, 0], flow.strength[1:], rtol=1e-12)
    np.testing.assert_allclose(path.left[0, :, 0], flow.left, rtol=1e-12)

    # And the years to a target are those of the closed form.
    reached = wf.years_to_target(101, strength=100, intake=intake, loss=0.13)
    months = np.flatnonzero(path.chance(101, stock="strength")[:, 0])
    years = (months[0] + 1) / 12 if months.size else np.inf
    expected = float(reached.first_years)
    assert years == pytest.approx(expected if expected <= 5 else np.inf)


def test_graded_system_of_the_case():
    """Promotion, wastage and recruitment of the published graded system give its stocks to their digits."""
    if not CASES.exists():
        pytest.skip("the published manpower cases are not beside the checkout")
    case = json.loads(CASES.read_text(encoding="utf-8"))["graded_open"]
    grades = ("one", "two", "three", "four")
    wastage = np.array(case["wastage"])
    recruits = np.array(case["recruits_per_period"], dtype=float)

    # Whoever moves has stayed, and the highest grade moves first, so that nobody moves twice.
    promoted = [case["P"][n][n + 1] / (1 - wastage[n]) for n in range(3)]
    moves = tuple(
        wf.Move(source=grades[n], target=grades[n + 1], rate=promoted[n]) for n in reversed(range(3))
    )
    force = wf.Pipeline(
        roles=grades,
        deployable=case["n0"],
        unarmed=PLENTY,
        leaving=wastage,
        volunteers=wf.Volunteers(rate=0.0, waiting=10_000),
        courses=wf.Courses(calendar=recruits > 0, size=np.maximum(recruits, 1), months=1),
        moves=moves,
    )
    path = project(force, months=10)
    np.testing.assert_allclose(path.strength[0], case["stocks_t0_to_t10"][1:], rtol=1e-12)


def test_deployable_share_of_a_steady_force():
    """With absences at rates a and mean lengths d the deployable share tends to 1 / (1 + sum of a d)."""
    absences = (
        wf.Absence(reason="sick", rate=0.02, months=2),
        wf.Absence(reason="restricted", rate=0.004, months=9),
        wf.Absence(reason="maternity", rate=0.001, months=12),
        wf.Absence(reason="removed", rate=0.0005, months=18),
    )
    load = 0.02 * 2 + 0.004 * 9 + 0.001 * 12 + 0.0005 * 18
    path = project(simple(absences=absences), months=600)
    assert path.deployable_share[0, -1, 0] == pytest.approx(1 / (1 + load), rel=1e-9)
    by_reason = path.away[0, -1, :, 0] / path.deployable[0, -1, 0]
    np.testing.assert_allclose(by_reason, [0.04, 0.036, 0.012, 0.009], rtol=1e-9)


def test_reaccreditation_has_the_estate_before_new_courses():
    """With room for 10 tests a month, 120 officers keep their accreditation and no course can begin."""
    renewal = wf.Reaccreditation(valid_months=12, estate=2.0)
    courses = wf.Courses(calendar=1, size=12, months=1, estate=12.0)
    force = simple(deployable=120, reaccreditation=renewal, courses=courses, estate={"range days": 20.0})
    path = project(force, months=24)
    np.testing.assert_allclose(path.deployable[0, :, 0], 120.0)
    assert path.started.sum() == 0
    assert {path.bottleneck("ARV", month) for month in range(1, 25)} == {"range days"}

    # With less room officers lapse; with room for one course more than the tests, it begins.
    tight = project(replace(force, estate={"range days": 10.0}), months=24)
    assert tight.missed[0, 0, 0] == pytest.approx(5.0)
    assert tight.lapsed[0, -1, 0] > 40
    wide = project(replace(force, estate={"range days": 32.0}), months=1)
    assert wide.started[0, 0, 0] == pytest.approx(12.0)


def test_a_course_that_runs_is_finished():
    """A course of three months keeps its room in the second and third, so that tests wait."""
    renewal = wf.Reaccreditation(valid_months=12, estate=1.0)
    courses = wf.Courses(calendar=[[1], [0], [0], [0]], size=12, months=3, estate=10.0)
    force = simple(deployable=120, reaccreditation=renewal, courses=courses, estate={"range days": 20.0})
    path = project(force, months=4)
    np.testing.assert_allclose(path.on_course[0, :, 0], [12, 12, 0, 0])
    np.testing.assert_allclose(path.estate_used[0, :, 0], [20, 20, 20, 11])
    np.testing.assert_allclose(path.passed[0, :, 0], [0, 0, 12, 0])


def test_an_accreditation_can_end_while_its_officer_is_away():
    """Officers away for long come back lapsed, as many as a draw of both times says."""
    away = wf.Absence(reason="maternity", rate=0.0, months=12, away=100_000)
    renewal = wf.Reaccreditation(valid_months=12, estate=1.0)
    force = simple(deployable=0, absences=(away,), reaccreditation=renewal, estate={"range days": 0.0})
    path = project(force, months=600)

    # Months until the return, and until the accreditation falls due, are drawn one by one.
    rng = np.random.default_rng(3)
    until_back = rng.geometric(1 / 12, 200_000)
    until_due = rng.geometric(1 / 12, 200_000)
    survives = (until_due > until_back).mean()
    back_current = 1 - path.missed[0, :, 0].cumsum()  # those who come back current lapse later, for no room
    assert back_current[-1] < 0
    first_month = path.missed[0, 0, 0] / (100_000 / 12)
    returned = 1 - survives
    assert first_month == pytest.approx(returned + survives / 12, abs=0.005)


def test_attempts_and_retakes():
    """Half fail the course, a fifth of them pass a retake, and who fails the last attempt is barred."""
    courses = wf.Courses(calendar=1, size=100, months=1, pass_rate=0.5, retake_pass_rate=0.2, attempts=2)
    force = simple(
        deployable=0, unarmed=100, courses=courses, volunteers=wf.Volunteers(rate=1.0, waiting=100)
    )
    path = project(force, months=4)
    np.testing.assert_allclose(path.started[0, :, 0], [100, 40, 0, 0])
    np.testing.assert_allclose(path.passed[0, :, 0], [60, 24, 0, 0])
    np.testing.assert_allclose(path.waiting[0, :, 0], [40, 0, 0, 0])
    np.testing.assert_allclose(path.volunteered[0, :, 0], [0, 0, 0, 0])
    assert path.unarmed[0, -1] == pytest.approx(16)


def test_targets_give_way_to_the_least_and_to_priority():
    """A role at its establishment starts the least that it has to, or all where it goes over its posts."""
    courses = wf.Courses(calendar=2, size=12, months=1, least_starters=2)
    full = simple(establishment=100, courses=courses)
    assert project(full, months=1).started[0, 0, 0] == 2
    assert project(replace(full, establishment=105), months=1).started[0, 0, 0] == 5
    assert project(replace(full, over_establishment=True), months=1).started[0, 0, 0] == 24
    most = replace(courses, most_starters=7)
    path = project(replace(full, over_establishment=True, courses=most), months=1)
    assert path.started[0, 0, 0] == 7
    assert path.bottleneck("ARV", 1) == "most starters"


def test_moves_keep_their_schedule_and_their_limits():
    """A move of at least 3 and at most 5 is made every sixth month, over the posts only if it may."""
    force = wf.Pipeline(
        roles=("ARV", "specialist"),
        deployable=[100, 10],
        unarmed=0,
        leaving=0.0,
        volunteers=wf.Volunteers(rate=0.0),
        courses=wf.Courses(calendar=0, size=1, months=1),
        establishment=[100, 11],
        moves=(wf.Move(source="ARV", target="specialist", rate=0.5, least=3, most=5, every=6, first=2),),
    )
    path = project(force, months=12)
    np.testing.assert_allclose(path.moved_in[0, :, 1], [0, 3, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0])
    freely = replace(force, moves=(replace(force.moves[0], over_establishment=True),))
    np.testing.assert_allclose(project(freely, months=2).moved_in[0, :, 1], [0, 5])


def test_time_in_role_as_two_bands():
    """Newcomers who leave at another rate than others are two roles, with the mean time of the first."""
    bands = wf.Pipeline(
        roles=("new", "settled"),
        deployable=[240, 0],
        unarmed=0,
        leaving=[0.03, 0.005],
        volunteers=wf.Volunteers(rate=0.0),
        courses=wf.Courses(calendar=0, size=1, months=1),
        moves=(wf.Move(source="new", target="settled", rate=1 / 24),),
    )
    path = project(bands, months=2)
    new = 240 * 0.97 * (1 - 1 / 24)
    settled = 240 * 0.97 / 24
    assert path.deployable[0, 0] == pytest.approx([new, settled])
    assert path.left[0, 1] == pytest.approx([new * 0.03, settled * 0.005])


def test_a_small_class_does_not_begin():
    """Five candidates wait for a class of at least six; parts of courses have no least class."""
    courses = wf.Courses(calendar=1, size=12, months=1, least_class=6)
    force = simple(courses=courses, volunteers=wf.Volunteers(rate=0.0, waiting=5))
    path = project(force, months=1, whole_officers=True)
    assert path.started[0, 0, 0] == 0
    assert path.bottleneck("ARV", 1) == "smallest class"
    six = replace(force, volunteers=wf.Volunteers(rate=0.0, waiting=6))
    assert project(six, months=1, whole_officers=True).started[0, 0, 0] == 6
    assert project(force, months=1).started[0, 0, 0] == 5

    # Thirteen for two classes of at least eight make one full class, and one waits.
    two = replace(courses, calendar=2, least_class=8)
    path = project(
        replace(force, courses=two, volunteers=wf.Volunteers(rate=0.0, waiting=13)),
        months=1,
        whole_officers=True,
    )
    assert (path.started[0, 0, 0], path.waiting[0, 0, 0]) == (12, 1)
