"""Another seed moves means by less than four standard errors and reorders only what was reported as alike.

How often four errors are exceeded was measured once with many seeds; the seeds here are fixed.
"""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pandas as pd

from standby import examples
from standby.appraise import appraise, criteria_of, decision_table, pairs_table
from standby.appraise.criteria import criterion_values
from standby.appraise.delivered import delivered
from standby.appraise.error import Floors, edge_of
from standby.appraise.sample import sample
from standby.appraise.variants import Variant, variants_of
from standby.evidence import draw
from standby.plan import Plan, dimensions_of, open_plan

Tables = dict[str, pd.DataFrame]


def moved(one: Tables, other: Tables, table: str, mean: str, error: str) -> float:
    """Return by how many standard errors of the first another seed moves a mean at most."""
    first, second = one[table], other[table]
    distance = (first[mean] - second[mean]).abs()
    rounding = 1e-9 * np.maximum(first[mean].abs(), 1.0)
    return float((distance / first[error].clip(lower=1e-300)).where(distance > rounding, 0.0).max())


def hold(found: list[Tables]) -> None:
    """Hold every two appraisals to the promise."""
    for one, other in permutations(found, 2):
        assert moved(one, other, "decision", "mean", "se") < 4
        assert moved(one, other, "decision", "difference", "difference_se") < 4
        if "standards" in one:
            assert moved(one, other, "standards", "mean", "se") < 4
        first, second = one["pairs"], other["pairs"]
        reordered = first["difference"] * second["difference"] < 0
        assert first.loc[reordered, "alike"].all()


def test_tiny_over_many_seeds(tiny: Plan) -> None:
    """On the tiny example, which has places at the very edge of a standard, with few draws."""
    hold([dict(appraise(tiny, draws=128, seed=seed).tables) for seed in range(5)])


def test_south_west_over_seeds() -> None:
    """On a real region, with one draw a scramble."""
    plan = open_plan(examples.path("south-west"))
    variants = variants_of(plan)
    hold([compared(plan, variants, seed) for seed in (1, 2, 3)])


def compared(plan: Plan, variants: list[Variant], seed: int) -> Tables:
    """Return the decision table and the pairs of a few draws, without all the other tables."""
    design = draw(dimensions_of([v.arrays for v in variants]), 32, seed=seed)
    criteria, drawn = criteria_of(plan), {v.id: v.arrays.drawn(design) for v in variants}
    samples = {v.id: sample(v.evaluated, drawn[v.id]) for v in variants}
    found = {v.id: delivered(drawn[v.id], drawn["base"], samples[v.id], samples["base"]) for v in variants}
    floors = Floors(
        {v.id: edge_of(v.evaluated, samples[v.id]) for v in variants},
        staffed={name: one.delivery.years for name, one in found.items()},
        years=plan.document.costs.horizon_years,
    )
    values = {
        v.id: criterion_values(criteria, samples[v.id], drawn[v.id], drawn["base"], found[v.id])
        for v in variants
    }
    central = {v.id: {c.id: 0.0 for c in criteria} for v in variants}
    ranked = [v.id for v in variants if v.ranked]
    return {
        "decision": decision_table(criteria, values, central, ranked, design.scrambles, floors),
        "pairs": pairs_table(criteria, {name: values[name] for name in ranked}, design.scrambles, floors),
    }
