"""Officers with a CED and days of training, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from standby import examples
from standby.plan import Plan, open_plan, resolve
from standby.workforce import training_table


@pytest.fixture(scope="module")
def tiny() -> Plan:
    """Return the made-up county."""
    return open_plan(examples.path("tiny"))


def test_training_of_the_tiny_plan_by_hand(tiny: Plan) -> None:
    """36 armed officers refresh for 15 days; a tenth leave, and of ten who start eleven weeks six pass."""
    base = resolve(tiny)
    found = training_table(base, base).set_index("scope_kind").loc["all"]
    assert found["refresher_days_year"] == pytest.approx(36 * 15)
    assert found["course_days_year"] == pytest.approx(36 * 0.1 / 0.6 * 55)
    assert found["training_days_year"] == pytest.approx(36 * 15 + 36 * 0.1 / 0.6 * 55)
    assert found["training_days_first"] == 0
    assert np.isnan(found["ced_share"])  # the plan does not say how many have one


def test_an_option_trains_more(tiny: Plan) -> None:
    """A third car takes 37.7 officers where 32.8 can be deployed: these are trained; of ten six pass."""
    base = resolve(tiny)
    more = resolve(tiny.with_option("second-car"))
    found = training_table(more, base).set_index("scope_kind").loc["all"]
    more_officers = (3 + 24 / 168) * 2 * 6 - 0.91 * 36
    assert found["training_days_first"] == pytest.approx(more_officers / 0.6 * 55)
    assert found["refresher_days_year"] == pytest.approx((36 + more_officers) * 15)


def test_ced_share_of_the_south_west() -> None:
    """More officers with a CED: their share of all officers, and their days, by force and together."""
    plan = open_plan(examples.path("south-west"))
    base, option = resolve(plan), resolve(plan.with_option("ced-uplift"))
    before, after = (training_table(r, base).set_index(["scope_kind", "scope"]) for r in (base, option))
    assert before.loc[("all", ""), "ced_officers"] == 735 + 280 + 243
    assert after.loc[("all", ""), "ced_officers"] == 1200 + 490 + 397
    officers = base["forces.officers"][base.structure.planned].sum()
    assert after.loc[("all", ""), "ced_share"] == pytest.approx(2087 / officers)
    assert after.loc[("force", "dorset"), "ced_days_year"] == 490
    assert after.loc[("force", "dorset"), "training_days_first"] == pytest.approx((490 - 280) * 3)
    assert (after["refresher_days_year"] == before["refresher_days_year"]).all()
    assert set(after.index.get_level_values("scope")) == {"", *plan.forces}
