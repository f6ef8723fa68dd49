"""Which forces an option changes, so that the money it states is laid to them."""

from __future__ import annotations

from functools import lru_cache

import pandas as pd

from standby.plan import Plan

TABLES = ("units", "sites", "commitments")
"""Tables whose rows belong to a provider."""


@lru_cache(maxsize=64)
def touched_forces(plan: Plan, base: Plan) -> frozenset[str]:
    """Return the forces with rows or figures of their own that differ between a plan and its base."""
    now, before = plan.document.forces, base.document.forces
    touched = {name for name in {*now, *before} if now.get(name) != before.get(name)}
    for name in TABLES:
        one, other = plan.table(name), base.table(name)
        if one is other:
            continue
        for force in {*one["provider"], *other["provider"]} - touched:
            if not _same(one[one["provider"] == force], other[other["provider"] == force]):
                touched.add(str(force))
    return frozenset(touched)


def _same(one: pd.DataFrame, other: pd.DataFrame) -> bool:
    if len(one) != len(other):
        return False
    columns = [column for column in one if column in other]
    return one[columns].reset_index(drop=True).equals(other[columns].reset_index(drop=True))
