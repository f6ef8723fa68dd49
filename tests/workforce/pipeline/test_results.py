"""What is read from a projection: intervals, chances, bottlenecks, worth, the turning point; refusals."""

from dataclasses import replace

import numpy as np
import pytest

from standby import workforce as wf


def test_means_intervals_and_chances(force):
    """They are those of the draws, by month and role."""
    path = wf.project_pipeline(force, months=12, draws=500, seed=1)
    drawn = np.asarray(path.deployable, dtype=float)
    np.testing.assert_allclose(path.mean(), drawn.mean(axis=0))
    np.testing.assert_allclose(path.interval(share=0.8), np.quantile(drawn, [0.1, 0.9], axis=0))
    target = [60, 115, 25, 38, 320]
    np.testing.assert_allclose(path.chance(target), (drawn >= target).mean(axis=0))
    been = np.maximum.accumulate(drawn >= target, axis=1).mean(axis=0)
    np.testing.assert_allclose(path.chance_by(target), been)
    assert (path.chance_by(target) >= path.chance(target)).all()
    shares = path.bottlenecks()
    assert shares.shape == (12, 5, len(path.bounds))
    np.testing.assert_allclose(shares.sum(axis=-1), 1.0)
    assert path.bounds[-2:] == ("range days", "classroom days")


def test_levers_change_what_they_name(force):
    """Each lever is a factor on its own number, and shares end at 1."""
    moved = force.with_levers(
        volunteers=2.0, sift=3.0, standard=0.5, estate=1.5, leaving=0.5, away_months={"removed": 0.5}
    )
    np.testing.assert_allclose(moved.volunteers.rate, 2 * np.array(force.volunteers.rate))
    np.testing.assert_allclose(moved.volunteers.sift_rate, 1.0)
    np.testing.assert_allclose(moved.courses.pass_rate, 0.5 * np.array(force.courses.pass_rate))
    np.testing.assert_allclose(moved.leaving, 0.5 * np.array(force.leaving))
    assert moved.estate["range days"] == pytest.approx(112.5)
    assert [float(a.months) for a in moved.absences] == [2, 6, 9]
    with pytest.raises(ValueError, match=r"away_months has 'remove'.*Did you mean 'removed'"):
        force.with_levers(away_months={"remove": 0.5})


def small():
    """Return a force whose courses are taught by its own few officers."""
    return wf.Pipeline(
        roles=("ARV",),
        deployable=40,
        unarmed=2_000,
        leaving=0.01,
        volunteers=wf.Volunteers(rate=0.0, waiting=100),
        courses=wf.Courses(calendar=1, size=10, months=3, pass_rate=0.6, instructors=5),
    )


def test_worth_of_one_more_is_a_difference_of_two_projections():
    """A seat more, a candidate more and a range day more are each tried against the same force."""
    force = replace(small(), estate={"range days": 9.0}, courses=replace(small().courses, estate=4.0))
    worth = wf.worth_of_one_more(force, months=24)
    assert worth.things == ("seat: ARV", "candidate: ARV", "estate: range days")
    more = replace(force, estate={"range days": 10.0})
    gained = (
        wf.project_pipeline(more, months=24, whole_officers=False).deployable
        - wf.project_pipeline(force, months=24, whole_officers=False).deployable
    )
    np.testing.assert_allclose(worth.extra[2], gained)
    assert worth.mean().shape == (3, 24, 1)

    # Where seats are short, a candidate more brings nobody; where candidates are, a seat doesn't.
    assert worth.mean()[1, 11, 0] == pytest.approx(0.0, abs=1e-9)
    few = replace(force, volunteers=wf.Volunteers(rate=0.0, waiting=3))
    assert wf.worth_of_one_more(few, months=12).best(12) == "candidate: ARV"


def test_same_chance_makes_differences_small():
    """With whole officers, a candidate more brings few in any one draw, not the noise of two forces."""
    force = replace(small(), volunteers=wf.Volunteers(rate=0.0, waiting=4))
    worth = wf.worth_of_one_more(force, months=12, draws=400, whole_officers=True)
    extra = worth.extra[1, :, -1, 0]
    assert np.abs(extra).max() <= 3
    assert extra.mean() == pytest.approx(0.6 * 0.99**9, abs=0.1)


def test_more_intake_lowers_those_on_duty_where_instructors_are_swallowed():
    """Over a year, courses of three months with five instructors each cost a force of 40 more than they give.

    The turning point is where trying every number by hand finds it, and instructors are named; over five
    years more courses pay.
    """
    force = small()
    tried = range(6)
    means = []
    for courses in tried:
        changed = replace(force, courses=replace(force.courses, calendar=courses))
        path = wf.project_pipeline(changed, months=4, whole_officers=False)
        means.append(path.deployable.mean())

    turn = wf.intake_turning_point(force, role="ARV", courses=tried, months=4)
    np.testing.assert_allclose(turn.deployable, means)
    assert turn.best == int(np.argmax(means))
    assert turn.turns_at == turn.best + 1
    assert turn.cause == "instructing"
    assert "most of them because they teach" in turn.summary()

    plenty = replace(force, volunteers=wf.Volunteers(rate=0.0, waiting=1_500))
    later = wf.intake_turning_point(plenty, role="ARV", courses=[0, 1, 2], months=60)
    assert later.turns_at is None
    assert "never lower" in later.summary()


def test_more_intake_can_crowd_out_reaccreditation():
    """Long courses that book the range before the tests of the next months leave officers lapsed."""
    force = wf.Pipeline(
        roles=("ARV",),
        deployable=120,
        unarmed=2_000,
        leaving=0.01,
        volunteers=wf.Volunteers(rate=0.0, waiting=500),
        courses=wf.Courses(calendar=[[1], [0], [0]], size=6, months=3, pass_rate=0.5, estate=8.0),
        reaccreditation=wf.Reaccreditation(valid_months=[[4]], estate=1.0, grace_months=3),
        estate={"range days": 46.0},
    )
    turn = wf.intake_turning_point(force, role="ARV", courses=[0, 1, 2], months=24)
    assert turn.turns_at is not None or (np.diff(turn.lapsed) >= 0).all()
    drawn = replace(force, roles=("ARV", "specialist"), deployable=[120, 10], source=[wf.UNARMED, "ARV"])
    drawn = replace(drawn, reaccreditation=None, courses=replace(force.courses, pass_rate=0.0))
    taken = wf.intake_turning_point(drawn, role="specialist", courses=[0, 1, 2], months=12, counted=["ARV"])
    assert taken.cause == "students"
    assert "on a course for another role" in taken.summary()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"roles": ()}, "roles is .*give a name for each role"),
        ({"roles": ("a", "a", "b", "c", "d")}, "all different"),
        ({"leaving": 1.2}, "leaving is 1.2; give a number of at least 0 and at most 1"),
        ({"leaving": [0.1, 0.2]}, r"leaving has shape \(2,\); give one number, one for each of 5 roles"),
        ({"deployable": 10.5}, "deployable is 10.5; give whole numbers"),
        ({"source": ["AFO"] * 5}, "source of 'AFO' is the role itself"),
        ({"source": ["army"] * 5}, "source is 'army'; choose from 'AFO'.*UNARMED"),
        ({"source": "ARV"}, "source is 'ARV'; name one for each of 5 roles"),
        ({"priority": ["ARV"] * 5}, "priority is .*name every role once"),
        ({"volunteers": 3}, "volunteers is 3; give a Volunteers"),
        ({"absences": 3}, "absences is 3; give a tuple of Absence"),
        ({"estate": {}}, "estate has shape"),
        ({"moves": (wf.Move(source="ARV", target="ARV"),)}, "move 1 goes from 'ARV' to itself"),
        ({"moves": (wf.Move(source="ARV", target=7),)}, "target of move 1 is 7; choose from .*LEFT"),
        ({"moves": (wf.Move(source="ARV", target=wf.LEFT, least=3, most=1),)}, "let the most be larger"),
        ({"moves": (wf.Move(source="ARV", target=wf.LEFT, every=0),)}, "every of move 1 is 0"),
        ({"absences": (wf.Absence(reason="sick", rate=0.1, months=0.5),)}, "months of absence 'sick' is 0.5"),
        (
            {"absences": tuple(wf.Absence(reason=r, rate=0.6, months=2) for r in "ab")},
            "rates of absence sum to 1.2",
        ),
        ({"absences": (wf.Absence(reason="sick", rate=0.1, months=2),) * 2}, "let every reason differ"),
    ],
)
def test_what_cannot_be_used_is_refused(force, changes, words):
    """Each part of a pipeline that is wrong is named, with what would be right."""
    with pytest.raises(ValueError, match=words):
        wf.project_pipeline(replace(force, **changes), months=3)


def test_courses_that_cannot_be_used_are_refused(force):
    """Lengths, attempts, calendars and draws that do not fit are named."""
    for change, words in (
        ({"months": 0}, "courses.months is 0"),
        ({"months": 1.5}, "courses.months is 1.5; give whole numbers"),
        ({"calendar": [[1, 2]]}, "courses.calendar has shape"),
        ({"calendar": 0.5}, "courses.calendar is 0.5; give whole numbers"),
        ({"attempts": 0}, "courses.attempts is 0"),
        ({"least_starters": 30}, "more than most_starters"),
        ({"pass_rate": np.full((3, 5), 0.5)}, r"draws differ: .*\(3, 5\) and 2 draws are asked for"),
    ):
        changed = replace(force, courses=replace(force.courses, **change))
        with pytest.raises(ValueError, match=words):
            wf.project_pipeline(changed, months=3, draws=2)


def test_all_faults_are_named_at_once(force):
    """A pipeline that is wrong in three places says so in one message."""
    wrong = replace(force, leaving=2.0, unarmed=-1, priority=["ARV"])
    with pytest.raises(ValueError, match=r"(?s)3 things.*priority is.*leaving is 2.*unarmed is -1"):
        wf.project_pipeline(wrong, months=3)


def test_other_arguments_are_refused(force):
    """Names, months, stocks and draws that are not there are refused, and draws that don't fit in memory."""
    path = wf.project_pipeline(force, months=3, draws=2)
    for call, words in (
        (lambda: path.mean("deployed"), "stock is 'deployed'.*Did you mean 'deployable'"),
        (lambda: path.chance([1, 2]), "target has shape"),
        (lambda: path.bottleneck("arv", 1), "role is 'arv'"),
        (lambda: path.bottleneck("ARV", 4), "month is 4"),
        (lambda: path.interval(share=1.0), "share is 1"),
        (lambda: wf.project_pipeline(force, months=0), "months is 0"),
        (lambda: wf.project_pipeline("plan", months=3), "give a Pipeline"),
        (lambda: wf.project_pipeline(force, months=1200, draws=2_000_000_000), "GB are free"),
        (lambda: wf.intake_turning_point(force, role="ARV", courses=[], months=3), "courses is"),
        (lambda: wf.intake_turning_point(force, role="army", courses=[1], months=3), "role is 'army'"),
    ):
        with pytest.raises(ValueError, match=words):
            call()
