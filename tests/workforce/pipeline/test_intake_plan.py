"""Courses that reach a target: against the recursion and every calendar, and where there are none."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from standby import workforce as wf


def small(**changes):
    """Return a force of one role with two courses a month at most."""
    force = wf.Pipeline(
        roles=("ARV",),
        deployable=40,
        unarmed=2_000,
        leaving=0.012,
        volunteers=wf.Volunteers(rate=0.01, eligible_share=0.5, sift_rate=0.3, waiting=6),
        courses=wf.Courses(calendar=1, size=6, months=2, pass_rate=0.7, instructors=3, estate=8.0),
        reaccreditation=wf.Reaccreditation(valid_months=12, pass_rate=0.97, grace_months=6, estate=1.0),
        absences=(wf.Absence(reason="sick", rate=0.02, months=2, away=2),),
        recruits=12,
        unarmed_leaving=0.006,
        estate={"range days": 20.0},
    )
    return replace(force, **changes)


def two_roles():
    """Return a force whose specialists come from its armed response vehicles."""
    return wf.Pipeline(
        roles=("ARV", "specialist"),
        deployable=[60, 12],
        unarmed=2_500,
        leaving=[0.011, 0.008],
        source=[wf.UNARMED, "ARV"],
        volunteers=wf.Volunteers(rate=[0.01, 0.05], eligible_share=0.5, sift_rate=0.4, waiting=[10, 5]),
        courses=wf.Courses(
            calendar=1, size=[12, 6], months=[2, 3], pass_rate=[0.6, 0.5], instructors=2, estate=[16, 12]
        ),
        reaccreditation=wf.Reaccreditation(valid_months=12, pass_rate=0.98, grace_months=6, estate=2.0),
        absences=(wf.Absence(reason="sick", rate=0.02, months=2, away=[5, 1]),),
        moves=(wf.Move(source="ARV", target=wf.UNARMED, rate=0.002),),
        estate={"range days": 40},
    )


def expected(pipeline, months):
    """Return the deployable officers of the recursion, shape (months, roles)."""
    return wf.project_pipeline(pipeline, months=months, whole_officers=False).deployable[0]


@pytest.mark.parametrize("force", [small(), two_roles()])
def test_without_a_course_it_is_the_recursion(force):
    """The sums that the program is made of are the recursion's numbers where no course is needed."""
    plan = wf.plan_intake(force, 0.1, months=18, by_month=18)
    assert plan.status == "found"
    assert plan.proven
    assert plan.courses.sum() == 0
    still = replace(force, courses=replace(force.courses, calendar=0))
    np.testing.assert_allclose(plan.deployable, expected(still, 18), rtol=1e-9)


def test_full_courses_are_those_of_the_recursion():
    """Where candidates fill every course, plan and recursion have the same officers in every month."""
    force = small(volunteers=wf.Volunteers(rate=0.0, waiting=300))
    plan = wf.plan_intake(force, 44, months=10, by_month=9, course_cost=1.0, student_cost=0.001)
    filled = np.isclose(plan.starters, 6 * plan.courses).all(axis=1)
    until = filled.size if filled.all() else int(np.argmin(filled))
    assert until > 0
    recursion = expected(plan.pipeline, 10)
    np.testing.assert_allclose(plan.deployable[:until], recursion[:until], rtol=1e-6)
    assert plan.deployable[8:].min() >= 44 - 1e-6


def test_cheapest_and_soonest_are_those_of_every_calendar():
    """No calendar of seven months, tried one by one in the recursion, is sooner or has fewer courses."""
    months = 7
    force = small(
        volunteers=wf.Volunteers(rate=0.0, waiting=300), absences=(), reaccreditation=None, estate={}
    )
    force = replace(force, courses=replace(force.courses, estate=0.0))
    target = 46.0

    first_month = {}
    for calendar in itertools.product([0, 1], repeat=months):
        tried = replace(force, courses=replace(force.courses, calendar=np.array(calendar)[:, np.newaxis]))
        met = expected(tried, months)[:, 0] >= target - 1e-9
        missing = np.flatnonzero(~met)
        first_month[calendar] = 1 if not missing.size else missing[-1] + 2
    soonest = min(first_month.values())
    assert soonest <= months

    plan = wf.plan_intake(force, target, months=months, course_cost=1.0)
    assert plan.month == soonest
    fewest = min(sum(calendar) for calendar, first in first_month.items() if first <= soonest)
    assert plan.cost == pytest.approx(fewest)
    cheapest = wf.plan_intake(force, target, months=months, by_month=months, course_cost=1.0)
    assert cheapest.cost == pytest.approx(min(sum(c) for c, first in first_month.items() if first <= months))


def test_a_plan_keeps_its_limits_and_can_be_tried_under_doubt():
    """Estate, calendar and target hold in the plan, and whole officers meet it in about half of the draws."""
    force = two_roles()
    plan = wf.plan_intake(force, [62, 13], months=18, by_month=18, course_cost=[2.0, 1.0])
    assert plan.status == "found"
    assert (plan.courses <= 1).all()
    assert (plan.deployable[-1] >= np.array([62, 13]) - 1e-6).all()
    assert "reach the target by the end of month 18" in plan.summary()

    path = wf.project_pipeline(plan.pipeline, months=18, draws=500)
    assert (path.estate_used <= 40 + 1e-9).all()
    assert 0.05 < path.chance([62, 13])[-1, 0] < 0.95


def test_backfill_and_budget_bind():
    """Fewer officers off duty at a time make it later, and too little money makes it impossible."""
    force = small()
    freely = wf.plan_intake(force, 44, months=14, course_cost=1.0)
    careful = wf.plan_intake(force, 44, months=14, course_cost=1.0, backfill=6.0)
    assert careful.month >= freely.month
    poor = wf.plan_intake(force, 44, months=14, course_cost=1.0, budget=1.0)
    assert poor.status == "impossible"
    needed = wf.plan_intake(force, 44, months=14, by_month=14, course_cost=1.0).cost
    relief = {relief.limit: relief.change for relief in poor.reliefs}
    assert relief["budget"] == pytest.approx(needed - 1.0, abs=1e-5)


def test_impossible_targets_name_the_limit_and_the_smallest_change():
    """A range that is too small is named with the days that it lacks, and with them the target is reached."""
    force = small(estate={"range days": 10.0}, volunteers=wf.Volunteers(rate=0.0, waiting=300))
    plan = wf.plan_intake(force, 44, months=12)
    assert plan.status == "impossible"
    lacking = {relief.limit: relief.change for relief in plan.reliefs}
    assert list(lacking) == ["range days"]
    assert "range days by" in plan.summary()

    wider = replace(force, estate={"range days": 10.0 + lacking["range days"] + 1e-6})
    assert wf.plan_intake(wider, 44, months=12).status == "found"
    narrower = replace(force, estate={"range days": 10.0 + lacking["range days"] - 0.01})
    assert wf.plan_intake(narrower, 44, months=12).status == "impossible"


def test_no_time_is_no_answer():
    """Without any time there is neither a plan nor a proof."""
    plan = wf.plan_intake(small(), 44, months=12, time_limit_s=0)
    assert plan.status == "time_limit"
    assert "neither" not in plan.summary()
    assert "nor proof" in plan.summary()


def test_what_cannot_be_planned_is_refused():
    """Several draws, attempts, moves with limits and targets of nobody are refused."""
    force = small()
    least = wf.Move(source="ARV", target=wf.LEFT, least=1)
    for changed, target, words in (
        (replace(force, leaving=np.full((3, 1), 0.01)), 44, "3 draws"),
        (replace(force, courses=replace(force.courses, attempts=2)), 44, "attempts is more than 1"),
        (replace(force, moves=(least,)), 44, "a move has limits"),
        (force, 0, "target is 0"),
        (force, [1, 2], "target has shape"),
    ):
        with pytest.raises(ValueError, match=words):
            wf.plan_intake(changed, target, months=12)
