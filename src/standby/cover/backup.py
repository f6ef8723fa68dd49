"""Backup: who would have a second unit in time."""

from __future__ import annotations

import numpy as np
import pandas as pd

from standby._typing import Floats
from standby.attendance import arrival_minutes, before_min, chance_by, varying_minutes, work_of
from standby.cover.evaluated import Evaluated, weights_of_standards
from standby.cover.metrics import shares
from standby.plan import HOURS_A_WEEK

COLUMNS = ("standard", "name", "scope_kind", "scope", "share_two_if_free", "share_two_expected")


def backup_table(evaluated: Evaluated) -> pd.DataFrame:
    """Return the share that two units or more would reach in time, for every standard of first armed arrival.

    Units count that can help in a first armed arrival of the standard's incident type; a neighbour's counts
    with the chance that it is lent.

    Returns
    -------
    DataFrame
        ``standard``, ``name``, ``scope_kind``, ``scope``, and the share with two or more in time:
        ``share_two_if_free`` if every unit on duty is free, ``share_two_expected`` with the chance that units
        are free.
    """
    weights = weights_of_standards(evaluated.arrays)
    scopes = evaluated.scopes
    share_if_free = shares(weights, two_in_time(evaluated, if_free=True), scopes)
    share_expected = shares(weights, two_in_time(evaluated, if_free=False), scopes)

    # Rounding may make a share of everybody a little more than 1.
    rows = [
        {
            "standard": name,
            "name": standard.name,
            "scope_kind": kind,
            "scope": scope_name,
            "share_two_if_free": min(float(share_if_free[row, scope]), 1.0),
            "share_two_expected": min(float(share_expected[row, scope]), 1.0),
        }
        for row, (name, standard) in enumerate(evaluated.standards.items())
        for scope, (kind, scope_name) in enumerate(scopes.names)
        if standard.measure == "first" and not np.isnan(share_if_free[row, scope])
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def two_in_time(evaluated: Evaluated, *, if_free: bool) -> Floats:
    """Return the chance that two units or more are free and in time, shape (standards, places).

    Parameters
    ----------
    evaluated
        The plan evaluated at its central values.
    if_free
        Whether every unit on duty is taken to be free and to have nothing to break off.
    """
    model = evaluated.model
    arrays = evaluated.arrays
    outcome = evaluated.outcome
    types = evaluated.setting.types
    arrive_min, lend_chance = arrival_minutes(model, arrays)
    lend_chance = lend_chance[:, arrays.places.forces]
    work = work_of(model, arrays)
    varying_min, varying_sd = varying_minutes(model, arrays)

    before = before_min(arrays)[0, types]
    spare_min = evaluated.setting.within_min - before[:, None]
    can_help = model.machines.kind[model.machines.of[0, types]] >= 0  # (standards, units)

    pools = model.congestion
    chance = np.zeros(spare_min.shape)
    for row, period in enumerate(model.periods):
        # Chance that a unit that is sent comes in time, with nothing to do or off its work: by unit.
        in_time = {}
        for unit in np.flatnonzero(period.on_duty):
            varying = varying_min[unit], varying_sd[unit]
            late_min = arrive_min[unit] + work.break_off_min[row, unit]
            at_work = 0.0 if if_free else work.breakable_share[row, unit]
            idle_chance = chance_by(spare_min, arrive_min[unit], *varying)
            in_time[unit] = (1.0 - at_work) * idle_chance + at_work * chance_by(spare_min, late_min, *varying)

        call_share = (period.hours * period.weight[types] / HOURS_A_WEEK)[:, None]
        for pool in range(pools.first.size - 1):
            here = pools.place == pool
            for node in range(pools.first[pool], pools.first[pool + 1]):
                # With every unit free, one node stands for all.
                weight = float(node == pools.first[pool]) if if_free else outcome.node_weight[row, node]
                if weight <= 0.0:
                    continue

                # At a node units are independent: the chances that none is there, and exactly one.
                none = np.ones((types.size, int(here.sum())))
                one = np.zeros((types.size, int(here.sum())))
                for unit, unit_in_time in in_time.items():
                    free_chance = 1.0 if if_free else outcome.free[row, node, unit]
                    comes = free_chance * lend_chance[unit, here] * can_help[:, unit, None]
                    helps = comes * unit_in_time[:, here]
                    one += (none - one) * helps
                    none *= 1.0 - helps
                chance[:, here] += call_share * weight * np.maximum(1.0 - none - one, 0.0)
    return chance
