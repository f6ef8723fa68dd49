"""Plans of which a value or an option was changed, without a folder."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from standby import examples
from standby.appraise import Appraisal, appraise
from standby.plan import Plan, open_plan
from standby.plan.document import Document
from standby.plan.options import changed_document


def _altered(plan: Plan, changes: dict[str, Any]) -> Plan:
    raw = changed_document(plan.raw, changes)
    return replace(plan, document=Document.model_validate(raw), raw=raw)


@pytest.fixture(scope="session")
def tiny() -> Plan:
    """Return the example that can be checked by hand."""
    return open_plan(examples.path("tiny"))


@pytest.fixture(scope="session")
def altered() -> Callable[[Plan, dict[str, Any]], Plan]:
    """Return a function that gives a plan with values changed by path."""
    return _altered


@pytest.fixture(scope="session")
def appraisal(tiny: Plan) -> Appraisal:
    """Return an appraisal of the tiny example with few draws."""
    return appraise(tiny, draws=64, seed=11)
