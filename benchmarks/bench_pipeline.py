"""How fast the pipeline of officers is, beside a plain loop over the same months.

Run ``python benchmarks/bench_pipeline.py`` on an idle machine, or with ``--small`` for a quick check that
everything still runs. The loop is the plain twin of the tests, in Python, one draw after another, and is
given the same chance: every stock and flow that both give is compared first. The loop's time for all draws is
that of a few of them, times as many. Compiling is done before the clock starts.
"""

from __future__ import annotations

import argparse
import runpy
import time
from pathlib import Path

import numpy as np

from standby.workforce import (
    UNARMED,
    Absence,
    Courses,
    Move,
    Pipeline,
    Reaccreditation,
    Volunteers,
    project_pipeline,
)

PLAIN = Path(__file__).resolve().parents[1] / "tests" / "workforce" / "pipeline" / "plain.py"
COMPARED = (
    "deployable",
    "instructing",
    "lapsed",
    "on_course",
    "waiting",
    "started",
    "passed",
    "left",
    "missed",
)


def force() -> Pipeline:
    """Return a force of five roles; all its numbers are made up."""
    return Pipeline(
        roles=("AFO", "ARV", "specialist", "rural", "CED"),
        deployable=[60, 120, 30, 40, 150],
        unarmed=2_500,
        leaving=[0.011, 0.011, 0.013, 0.008, 0.010],
        volunteers=Volunteers(
            rate=[0.002, 0.003, 0.01, 0.002, 0.004], eligible_share=0.6, sift_rate=0.5, withdrawal=0.02
        ),
        courses=Courses(
            calendar=[[1, 0, 0, 1, 1], [0, 1, 1, 0, 1], [0, 0, 0, 0, 0]],
            size=[12, 12, 6, 10, 12],
            months=[1, 2, 3, 2, 1],
            pass_rate=[0.7, 0.65, 0.5, 0.7, 0.95],
            retake_pass_rate=0.2,
            attempts=2,
            least_class=4,
            instructors=[3, 4, 3, 3, 1],
            estate=[[8, 5], [16, 8], [10, 5], [12, 6], [1, 2]],
        ),
        reaccreditation=Reaccreditation(
            valid_months=12,
            pass_rate=0.95,
            grace_months=6,
            instructors=0.05,
            estate=[[0.6, 0.2], [0.8, 0.2], [1.0, 0.4], [0.6, 0.2], [0.02, 0.05]],
        ),
        absences=(
            Absence(reason="sick", rate=0.010, months=2),
            Absence(reason="restricted", rate=0.004, months=6),
            Absence(reason="removed", rate=0.0005, months=18),
        ),
        moves=(Move(source="ARV", target=UNARMED, rate=0.003),),
        source=[UNARMED, UNARMED, "ARV", UNARMED, UNARMED],
        instructor_share=0.2,
        establishment=[80, 150, 40, 60, 200],
        recruits=16,
        unarmed_leaving=0.006,
        estate={"range days": 75.0, "classroom days": 45.0},
    )


def timed(months: int, draws: int, repeats: int = 3, *, whole_officers: bool = True) -> float:
    """Return the shortest time of some projections [s]."""
    best = np.inf
    for _ in range(repeats):
        began = time.perf_counter()
        project_pipeline(force(), months=months, draws=draws, whole_officers=whole_officers)
        best = min(best, time.perf_counter() - began)
    return best


def main() -> None:
    """Compare the answers, then print the times and their ratio."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--small", action="store_true")
    asked = parser.parse_args()
    years, draws, plain_draws = (2, 200, 2) if asked.small else (10, 10_000, 20)
    months = 12 * years
    walk = runpy.run_path(str(PLAIN))["walk"]

    path = project_pipeline(force(), months=months, draws=plain_draws)
    key = np.uint64(np.random.SeedSequence(0).generate_state(1, np.uint64)[0])
    walk(force(), 1, key=key)
    plain_seconds = 0.0
    for draw in range(plain_draws):
        began = time.perf_counter()
        walked = walk(force(), months, key=key, draw=draw)
        plain_seconds += time.perf_counter() - began
        for name in COMPARED:
            np.testing.assert_array_equal(getattr(path, name)[draw], [month[name] for month in walked])
    print(f"{plain_draws} draws of the plain loop are those of the compiled months, number by number")

    plain_all = plain_seconds / plain_draws * draws
    seconds = timed(months, draws)
    expected_seconds = timed(months, draws, whole_officers=False)
    size = f"{years} years, {len(force().roles)} roles, {draws:,} draws"
    print(f"standby      {size}: {seconds:8.2f} s, expected values {expected_seconds:.2f} s")
    print(f"plain loop   {size}: {plain_all:8.2f} s = {plain_all / seconds:.0f} ×")


if __name__ == "__main__":
    main()
