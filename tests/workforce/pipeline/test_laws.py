"""Laws of the pipeline: nobody is lost or made, limits hold, and large forces follow the recursion."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from standby import workforce as wf
from standby.workforce.pipeline import _kernels as kernels

CURRENT = ("deployable", "instructing")


def everybody(path):
    """Return all officers there are or were, shape (draws, months)."""
    in_roles = path.deployable + path.instructing + path.lapsed + path.on_course + path.away.sum(axis=2)
    return in_roles.sum(axis=2) + path.unarmed + path.gone


def sources(pipeline):
    """Return the number of the role that each role's volunteers come from, -1 for unarmed officers."""
    return [
        pipeline.roles.index(s) if isinstance(s, str) else s
        for s in pipeline.source or [wf.UNARMED] * len(pipeline.roles)
    ]


@st.composite
def forces(draw):
    """Draw a small force of one to three roles with courses, absences, moves, an estate and limits."""
    n = draw(st.integers(1, 3))
    roles = ("a", "b", "c")[:n]
    share = st.sampled_from([0.0, 0.01, 0.1, 0.5, 1.0])
    count = st.integers(0, 30)

    def each(strategy):
        return draw(st.lists(strategy, min_size=n, max_size=n))

    source = [draw(st.sampled_from([wf.UNARMED, *roles[:place]])) for place in range(n)]
    moves = [
        wf.Move(
            source=draw(st.sampled_from(roles)),
            target=draw(st.sampled_from([wf.UNARMED, wf.LEFT])),
            rate=draw(share),
            least=draw(st.integers(0, 2)),
            most=draw(st.integers(2, 5)),
            every=draw(st.integers(1, 3)),
        )
        for _ in range(draw(st.integers(0, 2)))
    ]
    if n > 1:
        moves.append(wf.Move(source="a", target="b", rate=draw(share), most=draw(count)))
    return wf.Pipeline(
        roles=roles,
        deployable=each(count),
        unarmed=draw(st.integers(0, 200)),
        leaving=each(share),
        volunteers=wf.Volunteers(
            rate=each(share), sift_rate=each(share), withdrawal=each(share), waiting=each(st.integers(0, 5))
        ),
        courses=wf.Courses(
            calendar=[each(st.integers(0, 2)) for _ in range(draw(st.integers(1, 3)))],
            size=each(st.integers(1, 8)),
            months=each(st.integers(1, 4)),
            pass_rate=each(share),
            retake_pass_rate=each(share),
            attempts=each(st.integers(1, 3)),
            least_class=each(st.integers(0, 4)),
            least_starters=each(st.integers(0, 2)),
            most_starters=each(st.integers(2, 12)),
            instructors=each(st.sampled_from([0, 0.5, 2])),
            estate=[[float(draw(count))] for _ in roles],
        ),
        reaccreditation=wf.Reaccreditation(
            valid_months=each(st.sampled_from([1, 4, 12, np.inf])),
            pass_rate=each(share),
            grace_months=each(st.sampled_from([1, 3, np.inf])),
            instructors=each(st.sampled_from([0, 0.1])),
            estate=[[draw(st.sampled_from([0.0, 0.3, 2.0]))] for _ in roles],
        ),
        absences=(
            wf.Absence(
                reason="sick", rate=each(st.sampled_from([0.0, 0.1, 0.5])), months=each(st.integers(1, 6))
            ),
            wf.Absence(
                reason="removed", rate=each(st.sampled_from([0.0, 0.01, 0.5])), months=18, away=each(count)
            ),
        ),
        moves=tuple(moves),
        source=source,
        establishment=each(st.sampled_from([0, 20, 60, np.inf])),
        recruits=draw(st.sampled_from([0, 1, 2.5])),
        unarmed_leaving=draw(share),
        estate={"range": float(draw(count))},
    )


@settings(max_examples=60)
@given(pipeline=forces(), whole=st.booleans(), seed=st.integers(0, 1000))
def test_nobody_is_lost_or_made(pipeline, whole, seed):
    """Officers change stocks by the flows that are written down, and all together only by recruits."""
    path = wf.project_pipeline(pipeline, months=14, draws=4, whole_officers=whole, seed=seed)
    stocks = [path.deployable, path.instructing, path.lapsed, path.on_course, path.waiting, path.away]
    assert all((stock >= -1e-9).all() for stock in stocks)
    assert (path.unarmed >= -1e-9).all()

    # All together: whole recruits differ from their mean by less than one a month.
    gained = np.diff(everybody(path), axis=1)
    if whole:
        assert (np.abs(gained - pipeline.recruits) < 1).all()
        assert (gained == np.rint(gained)).all()
    else:
        np.testing.assert_allclose(gained, pipeline.recruits, atol=1e-9)

    # By role: those who are accredited, or were and have lapsed, and those on a course.
    accredited = path.strength + path.lapsed
    change = path.passed - path.left + path.moved_in - path.moved_out - path.lost
    for role, source in enumerate(sources(pipeline)):
        if source >= 0:
            change[:, :, source] += (path.failed + path.lost - path.started)[:, :, role]
    np.testing.assert_allclose(np.diff(accredited, axis=1), change[:, 1:], atol=1e-8)
    on_course = path.started - path.passed - path.failed
    np.testing.assert_allclose(np.diff(path.on_course, axis=1), on_course[:, 1:], atol=1e-8)


@settings(max_examples=60)
@given(pipeline=forces(), whole=st.booleans(), seed=st.integers(0, 1000))
def test_limits_hold(pipeline, whole, seed):
    """No month starts more than the limits, the seats and the list allow, and moves keep theirs."""
    path = wf.project_pipeline(pipeline, months=14, draws=4, whole_officers=whole, seed=seed)
    courses = pipeline.courses
    calendar = np.array([courses.calendar[m % len(courses.calendar)] for m in range(14)])
    assert (path.started <= np.asarray(courses.most_starters) + 1e-9).all()
    assert (path.started <= calendar * np.asarray(courses.size) + 1e-9).all()
    assert (path.selected <= path.volunteered + 1e-9).all()

    dates = [sum((m + 1 - 1) % move.every == 0 for move in pipeline.moves) for m in range(14)]
    most = sum(move.most for move in pipeline.moves)
    assert (path.moved_out.sum(axis=2) <= np.minimum(most, np.array(dates) * 30 + most) + 1e-9).all()

    # New courses take only what is left of the estate; those that run are finished.
    running = path.on_course.sum(axis=2) > 0
    used = path.estate_used[:, :, 0]
    assert (used[~running] <= pipeline.estate["range"] * 4 + 1e-6).all()


def times(force, grown):
    """Return a force so many times as large, with as many times the courses and the estate."""
    courses = force.courses
    return replace(
        force,
        deployable=np.array(force.deployable) * grown,
        unarmed=force.unarmed * grown,
        lapsed=np.array(force.lapsed) * grown,
        establishment=np.array(force.establishment) * grown,
        recruits=force.recruits * grown,
        volunteers=replace(force.volunteers, waiting=np.array(force.volunteers.waiting) * grown),
        courses=replace(
            courses,
            calendar=np.array(courses.calendar) * grown,
            least_starters=np.array(courses.least_starters) * grown,
            most_starters=np.array(courses.most_starters) * grown,
        ),
        absences=tuple(replace(a, away=np.array(a.away) * grown) for a in force.absences),
        moves=tuple(replace(m, least=m.least * grown, most=m.most * grown) for m in force.moves),
        estate={name: room * grown for name, room in force.estate.items()},
    )


def test_large_forces_follow_the_recursion(force):
    """As a force grows by 100 and 10,000, its shares tend to the recursion, as one over the square root."""
    recursion = wf.project_pipeline(force, months=24, whole_officers=False)
    for name in ("deployable", "lapsed", "on_course", "waiting", "strength"):
        apart = []
        for grown in (100, 10_000):
            whole = wf.project_pipeline(times(force, grown), months=24, draws=8, seed=3)
            difference = getattr(whole, name) / grown - getattr(recursion, name)
            apart.append(np.sqrt((difference**2).mean(axis=(0, 1))))
        near, nearer = np.array(apart)
        assert (nearer < 0.3).all()
        assert (nearer < near / 4 + 1e-3).all()


def test_means_of_whole_officers_are_the_recursion_where_nothing_binds():
    """Without a limit that binds the recursion is the mean over chance, to four standard errors."""
    pipeline = wf.Pipeline(
        roles=("ARV",),
        deployable=120,
        unarmed=2_000,
        leaving=0.011,
        volunteers=wf.Volunteers(rate=0.004, sift_rate=0.5),
        courses=wf.Courses(calendar=10, size=1, months=2, pass_rate=0.7),
        absences=(wf.Absence(reason="sick", rate=0.02, months=3),),
        reaccreditation=wf.Reaccreditation(valid_months=12, pass_rate=0.9),
    )
    path = wf.project_pipeline(pipeline, months=36, draws=4_000, seed=2)
    recursion = wf.project_pipeline(pipeline, months=36, whole_officers=False)
    for name in ("deployable", "lapsed", "strength"):
        drawn = getattr(path, name)
        error = drawn.std(axis=0) / np.sqrt(drawn.shape[0])
        assert (np.abs(drawn.mean(axis=0) - getattr(recursion, name)[0]) < 4.5 * error + 0.01).all()


@pytest.mark.parametrize(
    ("trials", "chance"),
    [(1, 0.3), (40, 0.011), (12, 0.7), (30, 0.95), (3_000, 0.004), (500, 0.4), (6_000, 0.9)],
)
def test_officers_are_drawn_from_the_binomial_distribution(trials, chance):
    """Draws of the compiled inversion pass a chi-square test at 0.001 against SciPy's distribution."""
    uniforms = np.random.default_rng(8).random(20_000)
    counts = np.array([kernels.binomial(u, trials, chance) for u in uniforms])
    law = stats.binom(trials, chance)

    # Values that are expected fewer than ten times are taken together with their neighbours.
    edges = np.unique(law.ppf(np.linspace(0.0, 1.0, 31))[1:-1])
    chances = np.diff([0.0, *law.cdf(edges), 1.0])
    found = np.histogram(counts, bins=[-np.inf, *(edges + 0.5), np.inf])[0]
    kept = chances * uniforms.size > 10
    found = [*found[kept], found[~kept].sum()]
    wanted = [*(chances[kept] * uniforms.size), chances[~kept].sum() * uniforms.size]
    if wanted[-1] == 0.0:
        found, wanted = found[:-1], wanted[:-1]
    statistic = ((np.array(found) - wanted) ** 2 / np.array(wanted)).sum()
    assert stats.chi2(len(wanted) - 1).sf(statistic) > 0.001 if len(wanted) > 1 else found == wanted


def test_uniform_numbers_of_events_are_uniform_and_apart():
    """Numbers of neighbouring events, roles, months and draws are even, and tell nothing of one another."""
    key = np.uint64(5)
    words = np.array(
        [
            kernels.stepped(np.uint64(kernels.stepped(key, draw)), step)
            for draw in range(100)
            for step in range(200)
        ],
        dtype=np.uint64,
    )
    uniforms = (words >> np.uint64(11)) / 2.0**53
    assert stats.kstest(uniforms, "uniform").pvalue > 0.001
    table = uniforms.reshape(100, 200)
    for one, other in ((table[:, :-1], table[:, 1:]), (table[:-1], table[1:])):
        assert abs(np.corrcoef(one.ravel(), other.ravel())[0, 1]) < 0.03


def test_results_depend_on_the_seed_alone(force):
    """The same seed gives the same draws, whatever the threads and however many draws follow."""
    path = wf.project_pipeline(force, months=12, draws=600, seed=4)
    alone = wf.project_pipeline(force, months=12, draws=300, seed=4, workers=1)
    other = wf.project_pipeline(force, months=12, draws=300, seed=5)
    np.testing.assert_array_equal(path.deployable[:300], alone.deployable)
    assert (alone.deployable != other.deployable).any()


def test_draws_of_the_numbers_give_what_each_gives_alone(force):
    """A draw with its own rates is what it is by itself, and one number stands for all draws."""
    leaving = np.array([[0.01] * 5, [0.02] * 5, [0.0] * 5])
    together = wf.project_pipeline(replace(force, leaving=leaving), months=12, whole_officers=False)
    assert together.deployable.shape == (3, 12, 5)
    alone = wf.project_pipeline(replace(force, leaving=0.02), months=12, whole_officers=False)
    np.testing.assert_array_equal(together.deployable[1], alone.deployable[0])
