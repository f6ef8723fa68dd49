"""What options bring while their posts are filled, beside the parts that it is made of."""

from __future__ import annotations

import numpy as np
import pytest

from standby.appraise import DELIVERED, REACHED, STAFFED, Appraisal, appraise, criteria_of
from standby.appraise.delivered import delivered
from standby.appraise.sample import central_sample
from standby.appraise.variants import variants_of
from standby.disclosure import publish
from standby.plan import plan_arrays


def rows_of(appraisal: Appraisal, option: str, scope_kind: str = "all"):
    """Return the rows of an option, one a year."""
    table = appraisal.tables["delivery"]
    return table[(table["option"] == option) & (table["scope_kind"] == scope_kind)]


def mean_of(appraisal: Appraisal, option: str, criterion: str) -> float:
    """Return a mean of the decision table."""
    table = appraisal.table.set_index(["option", "criterion"])
    return float(table.loc[(option, criterion), "mean"])


def test_way_from_the_base_to_the_option(tiny):
    """At central values people in a year lie as far from the base to the option as posts are filled."""
    base, *options = variants_of(tiny)
    for option in options:
        sample, base_sample = central_sample(option.evaluated), central_sample(base.evaluated)
        found = delivered(option.arrays, base.arrays, sample, base_sample)
        after, before = sample.reached[0], base_sample.reached[0]
        home = option.arrays.forces.ids.index("home")
        by_year = found.reached.sum(axis=1)[0]
        assert by_year == pytest.approx(before + (after - before) * found.delivery.filled[home])
        assert found.mean_reached[0] == pytest.approx(by_year.mean())


def test_table_and_criteria_are_one(appraisal):
    """The means of the decision table are those of the years of the table of delivery."""
    for option in ("base", "second-car", "quicker", "arm-all"):
        rows = rows_of(appraisal, option)
        assert rows["year"].tolist() == list(range(1, 11))
        assert rows["reached"].mean() == pytest.approx(mean_of(appraisal, option, DELIVERED))
        assert rows["chance_staffed"].iloc[-1] == pytest.approx(mean_of(appraisal, option, STAFFED))


def test_one_force_is_all_of_them(appraisal):
    """Where one force is planned for, its rows are those of all planned forces together."""
    columns = ["filled", "strength", "chance_staffed", "budget_gbp"]
    together = rows_of(appraisal, "second-car")[columns].to_numpy()
    assert rows_of(appraisal, "second-car", "force")[columns].to_numpy() == pytest.approx(together)


def test_between_base_and_option(appraisal):
    """An option that is never staffed brings next to nothing, however much it would bring if it were."""
    base = mean_of(appraisal, "base", REACHED)
    assert mean_of(appraisal, "base", DELIVERED) == pytest.approx(base)
    gained = mean_of(appraisal, "arm-all", DELIVERED) - base
    assert 0 < gained < 0.1 * (mean_of(appraisal, "arm-all", REACHED) - base)
    filled = rows_of(appraisal, "arm-all")["filled"].to_numpy()
    assert (np.diff(filled) > 0).all()


def test_no_word_where_nobody_says_the_strength(tiny, altered):
    """Without a strength there is no criterion of delivery and no sentence on it."""
    plan = altered(tiny, {})
    del plan.raw["forces"]["home"]["strength"]
    plan = altered(plan, {})
    assert DELIVERED not in [criterion.id for criterion in criteria_of(plan)]
    found = appraise(plan, draws=16, seed=1)
    assert "courses fill" not in found.summary()
    assert plan_arrays(plan).forces.strength.shape == (2,)


def test_public_edition_has_none_of_it(appraisal):
    """Officers in post follow from it, so the public has neither the table nor the criteria."""
    public = publish(dict(appraisal.tables), appraisal.plan, "public")
    assert "delivery" not in public
    shown = set(public["decision"]["criterion"])
    assert REACHED in shown
    assert not shown & {DELIVERED, STAFFED, "delivered_value_gbp", "years_to_staff"}
