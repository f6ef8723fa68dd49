"""Terms of people and money: what can't be is refused where it is written, with its limit."""

from __future__ import annotations

import datetime as dt
import shutil

import numpy as np
import pytest
import tomlkit

from standby import examples
from standby.cost import cost, plan_cost
from standby.evidence import draw
from standby.plan import check, dimensions_of, open_plan, plan_arrays
from standby.plan.options import changed_document
from standby.workforce import staffing

REFUSED = {
    "workforce.pass_rate": (0, 1e-6, 1.01),
    "workforce.loss_rate": (1, 0.96, -0.1),
    "workforce.relief_factor": (0.5, 0, 21, 3.7e9, 1e300),
    "workforce.deployable_share": (-0.1, 1.5),
    "workforce.course_size": (1001, 1e300),
    "workforce.courses_per_year": (1001, 1e300),
    "workforce.volunteers_per_year": (1e7,),
    "forces.home.officers": (0, 1e7, 1e300),
    "forces.home.strength": (-1, 1e7),
    "forces.home.establishment": (1e7,),
    "forces.home.ced_officers": (1e7,),
    "forces.home.tax_base": (0, 1e9),
    "tiers.arv.course_weeks": (105, 1e300),
    "tiers.arv.refresher_days": (101, 366),
    "tiers.arv.course_gbp": (1e12, 1e300),
    "costs.officer_gbp": (1e300,),
    "costs.vehicle_life_years": (0, 0.4, 101),
    "costs.kit_life_years": (0, 1e-9, 1e9),
    "costs.working_days": (0, 99, 366.5),
    "costs.ced_training_days": (101,),
    "costs.ced_refresher_days": (101,),
    "costs.optimism_bias_capital": (0, 11),
    "costs.optimism_bias_operating": (1e300,),
}
"""Values that no force has, by the path of the figure."""

CASES = [(path, value) for path, values in REFUSED.items() for value in values]


@pytest.fixture
def checked(tmp_path):
    """Return a function that writes the tiny plan with one value changed and checks it."""

    def found(path, value):
        folder = tmp_path / "plan"
        shutil.copytree(examples.path("tiny"), folder)
        file = folder / "plan.toml"
        raw = tomlkit.parse(file.read_text("utf-8")).unwrap()
        file.write_text(tomlkit.dumps(changed_document(raw, {path: value})), "utf-8")
        return check(folder)

    return found


@pytest.mark.parametrize(("path", "value"), CASES)
def test_impossible_value_is_refused(checked, path, value):
    """A value that can't be is a fault of its field, and the fix names the limit."""
    (fault,) = checked(path, value).faults
    assert fault.file == "plan.toml"
    assert f"{fault.where}.{fault.field}" == path
    assert fault.code == "out-of-range"
    assert fault.fix.startswith("It must be at")


@pytest.mark.parametrize(("path", "bound"), [("workforce.pass_rate", 0.0), ("workforce.relief_factor", 0.9)])
def test_impossible_bound_is_refused(checked, path, bound):
    """A bound of doubt at a value that can't be is refused like the value."""
    value = {"workforce.pass_rate": 0.5, "workforce.relief_factor": 5}[path]
    (fault,) = checked(path, {"value": value, "low": bound, "high": value + 0.2}).faults
    assert (f"{fault.where}.{fault.field}", fault.code) == (path, "out-of-range")
    assert fault.what == f"has a low of {bound:g}"


@pytest.mark.parametrize(
    ("path", "day", "said"),
    [
        ("plan.as_of", dt.date(1, 1, 1), "is 0001-01-01, not a date"),
        ("plan.as_of", dt.date(1889, 1, 1), "is 1889-01-01. It must be a day from 1990 to 2100"),
        ("plan.as_of", "9999-12-31", "is 9999-12-31. It must be a day from 1990 to 2100"),
        ("forces.home.strength.as_of", 1100, "is 1100, not a date"),
    ],
)
def test_a_day_of_another_age_is_refused(checked, path, day, said):
    """A plan is of our time, and no figure is older than the oldest police force."""
    faults = checked(path, day).faults
    assert len(faults) == 1
    assert said in str(faults[0])


def test_force_of_its_own_terms_is_held_to_the_same_limits(checked):
    """A force's own terms have the limits of the common ones."""
    (fault,) = checked("forces.home.workforce.pass_rate", 0).faults
    assert (fault.where, fault.field) == ("forces.home.workforce", "pass_rate")


EDGES = {
    "workforce.pass_rate": (0.01, 1),
    "workforce.loss_rate": (0, 0.95),
    "workforce.relief_factor": (1, 20),
    "workforce.deployable_share": (0, 1),
    "workforce.courses_per_year": (0, 1000),
    "forces.home.officers": (1, 1e6),
    "tiers.arv.course_weeks": (0, 104),
    "tiers.arv.refresher_days": (0, 100),
    "costs.vehicle_life_years": (0.5, 100),
    "costs.kit_life_years": (0.5, 100),
    "costs.working_days": (100, 366),
}


@pytest.mark.parametrize(("path", "value"), [(p, v) for p, values in EDGES.items() for v in values])
def test_whatever_passes_can_be_computed(tiny, altered, path, value):
    """At the limits of what passes, staffing and cost come out finite, but for years that may be never."""
    plan = altered(
        open_plan(tiny), {path: value, "options.arm-all": {"name": "a", "set": {"tiers.arv.crew": 3}}}
    )
    for option in ("second-car", "arm-all"):
        numbers = staffing(plan_arrays(plan.with_option(option)), plan_arrays(plan))
        planned = numbers.target[..., plan_arrays(plan).forces.planned]
        assert np.isfinite(planned).all()
        assert np.isfinite(cost(plan.with_option(option), base=plan).economic.net_gbp).all()


def test_wide_doubt_at_the_limits_can_be_computed(tiny, altered):
    """Draws of wide doubt at the limits stay inside them, so that no draw stops an appraisal."""
    wide = {
        "workforce.pass_rate": {"value": 0.05, "low": 0.01, "high": 1},
        "workforce.loss_rate": {"value": 0.5, "low": 0, "high": 0.95},
        "workforce.relief_factor": {"value": 1.2, "low": 1, "high": 20},
        "costs.working_days": {"value": 110, "low": 100, "high": 366},
        "costs.vehicle_life_years": {"value": 0.6, "low": 0.5, "high": 90},
        "tiers.arv.refresher_days": {"value": 90, "low": 5, "high": 100},
    }
    plan = altered(open_plan(tiny), wide)
    base, option = plan_arrays(plan), plan_arrays(plan.with_option("second-car"))
    draws = draw(dimensions_of([base, option]), 128, seed=1)
    found = plan_cost(option.drawn(draws), base.drawn(draws), basis="economic")
    assert np.isfinite(found.by_head_gbp).all()
