"""An appraisal that several files look at."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from standby.appraise import Appraisal, appraise
from standby.plan import Plan

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session")
def appraisal(tiny: Plan) -> Appraisal:
    """Return an appraisal of the tiny example with few draws."""
    return appraise(tiny, draws=64, seed=11)
