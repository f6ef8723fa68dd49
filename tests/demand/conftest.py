"""Opens the packaged plans once."""

from __future__ import annotations

import pytest

from standby import examples
from standby.plan import Plan, open_plan


@pytest.fixture(scope="session")
def tiny() -> Plan:
    """Return the plan that is small enough to check by hand."""
    return open_plan(examples.path("tiny"))


@pytest.fixture(scope="session")
def south_west() -> Plan:
    """Return the packaged plan of three forces."""
    return open_plan(examples.path("south-west"))
