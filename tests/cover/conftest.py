"""Makes the helpers beside the tests importable, and opens the packaged plans once."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from standby import examples
from standby.plan import Plan, open_plan
from standby.travel import Times, travel_times

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session")
def tiny() -> tuple[Plan, Times]:
    """Return the plan that is small enough to check by hand, with its minutes."""
    plan = open_plan(examples.path("tiny"))
    return plan, travel_times(plan)


@pytest.fixture(scope="session")
def south_west() -> tuple[Plan, Times]:
    """Return the packaged plan of three forces, with its minutes."""
    plan = open_plan(examples.path("south-west"))
    return plan, travel_times(plan)
