"""What tests of the pipeline share: the plain twin, and a force with everything in it."""

import runpy
from pathlib import Path

import pytest

from standby import workforce as wf


@pytest.fixture(scope="session")
def walk():
    """Return the plain twin of one draw."""
    return runpy.run_path(str(Path(__file__).with_name("plain.py")))["walk"]


def five_roles():
    """Return a force of five roles in which every part of the pipeline has something to do."""
    return wf.Pipeline(
        roles=("AFO", "ARV", "specialist", "rural", "CED"),
        deployable=[60, 120, 30, 40, 300],
        unarmed=3_000,
        leaving=[0.011, 0.011, 0.013, 0.008, 0.010],
        volunteers=wf.Volunteers(
            rate=[0.002, 0.004, 0.01, 0.002, 0.02],
            eligible_share=0.6,
            sift_rate=0.5,
            withdrawal=0.02,
            waiting=[5, 10, 0, 3, 20],
        ),
        courses=wf.Courses(
            calendar=[[1, 1, 0, 1, 2], [0, 1, 1, 0, 2], [1, 2, 0, 0, 2]],
            size=[12, 12, 6, 10, 20],
            months=[1, 2, 3, 2, 1],
            pass_rate=[0.7, 0.65, 0.5, 0.7, 0.95],
            retake_pass_rate=0.2,
            attempts=[2, 2, 1, 3, 2],
            least_class=4,
            least_starters=[0, 0, 2, 0, 0],
            most_starters=[12, 20, 6, 8, 40],
            instructors=[3, 4, 3, 3, 1],
            estate=[[8, 5], [16, 8], [10, 5], [12, 6], [1, 2]],
        ),
        reaccreditation=wf.Reaccreditation(
            valid_months=12,
            pass_rate=0.95,
            grace_months=6,
            instructors=0.05,
            estate=[[0.6, 0.2], [0.8, 0.2], [1.0, 0.4], [0.6, 0.2], [0.02, 0.05]],
        ),
        absences=(
            wf.Absence(reason="sick", rate=0.010, months=2, away=[1, 2, 0, 1, 5]),
            wf.Absence(reason="restricted", rate=0.004, months=6),
            wf.Absence(reason="removed", rate=0.0005, months=18),
        ),
        moves=(
            wf.Move(source="ARV", target=wf.UNARMED, rate=0.003),
            wf.Move(source="AFO", target="ARV", rate=0.01, most=3),
            wf.Move(source="ARV", target="rural", rate=0.0, least=1, every=6, first=3),
            wf.Move(source="specialist", target=wf.LEFT, rate=0.05, every=12, first=12),
        ),
        source=[wf.UNARMED, wf.UNARMED, "ARV", wf.UNARMED, wf.UNARMED],
        taught_by=["AFO", "ARV", "specialist", "ARV", "CED"],
        instructor_share=0.2,
        establishment=[80, 150, 40, 60, 480],
        lapsed=[2, 3, 0, 1, 0],
        recruits=20.5,
        unarmed_leaving=0.006,
        estate={"range days": 75.0, "classroom days": 45.0},
        priority=["ARV", "specialist", "AFO", "rural", "CED"],
    )


@pytest.fixture
def force():
    """Return a force with everything in it."""
    return five_roles()
