"""Which forces an option changes, so that the money it states is charged to them."""

from __future__ import annotations

from functools import lru_cache

import pandas as pd

from standby.plan import Plan

TABLES = ("units", "sites", "commitments")
"""Tables whose rows belong to a provider."""


@lru_cache(maxsize=64)
def touched_forces(plan: Plan, base: Plan) -> frozenset[str]:
    """Return the forces with rows or figures of their own that differ between a plan and its base."""
    now = plan.document.forces
    before = base.document.forces
    touched = {force for force in {*now, *before} if now.get(force) != before.get(force)}

    for name in TABLES:
        rows = plan.table(name)
        base_rows = base.table(name)
        if rows is base_rows:
            continue

        for force in {*rows["provider"], *base_rows["provider"]} - touched:
            of_force = rows[rows["provider"] == force]
            of_force_before = base_rows[base_rows["provider"] == force]
            if not _are_equal(of_force, of_force_before):
                touched.add(str(force))

    return frozenset(touched)


def _are_equal(one: pd.DataFrame, other: pd.DataFrame) -> bool:
    """Return whether two tables have the same rows in the columns that both have."""
    if len(one) != len(other):
        return False

    shared = [column for column in one if column in other]
    return one[shared].reset_index(drop=True).equals(other[shared].reset_index(drop=True))
