"""Backup: who would have a second unit in time."""

from __future__ import annotations

import numpy as np
import pandas as pd

from standby._typing import Floats
from standby.attendance import SLACK_MIN, arrival_minutes, before_min, held_and_delay
from standby.cover.evaluated import Evaluated, weights_of_standards
from standby.cover.metrics import shares
from standby.plan import HOURS_A_WEEK

COLUMNS = ("standard", "name", "scope_kind", "scope", "share_two_if_free", "share_two_expected")


def backup_table(e: Evaluated) -> pd.DataFrame:
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
    weights = weights_of_standards(e, e.resolved)
    found = [shares(weights, two_in_time(e, if_free=if_free), e.scopes) for if_free in (True, False)]
    rows = [
        {
            "standard": name,
            "name": standard.name,
            "scope_kind": kind,
            "scope": scope_name,
            "share_two_if_free": min(float(found[0][row, scope]), 1.0),
            "share_two_expected": min(float(found[1][row, scope]), 1.0),
        }
        for row, (name, standard) in enumerate(e.standards.items())
        for scope, (kind, scope_name) in enumerate(e.scopes.names)
        if standard.measure == "first" and not np.isnan(found[0][row, scope])
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def two_in_time(e: Evaluated, *, if_free: bool) -> Floats:
    """Return the chance that two units or more are free and in time, shape (standards, places)."""
    model, types = e.model, e.setting.types
    arrive, lend = arrival_minutes(model, e.resolved)
    before = before_min(e.resolved)[0, types]
    _, delay = held_and_delay(model, e.resolved)
    within = e.setting.within_min - before[:, None] + SLACK_MIN
    able = model.machines.kind[model.machines.of[0, types]] >= 0  # (standards, units)
    may = lend[:, model.place_force]
    pools = model.congestion
    chance = np.zeros(within.shape)
    for row, period in enumerate(model.periods):
        share = (period.hours * period.weight[types] / HOURS_A_WEEK)[:, None]
        for group in range(pools.first.size - 1):
            here = pools.place == group
            for node in range(pools.first[group], pools.first[group + 1]):
                part = e.outcome.node_weight[row, node] if not if_free else float(node == pools.first[group])
                if part <= 0.0:
                    continue

                # At a node units are independent: the chances that none is there, and exactly one.
                none, one = (np.full((types.size, int(here.sum())), start) for start in (1.0, 0.0))
                for unit in np.flatnonzero(period.on_duty):
                    late = 0.0 if if_free else delay[row, unit]
                    comes = (1.0 if if_free else e.outcome.free[row, node, unit]) * may[unit, here]
                    in_time = able[:, unit, None] & (arrive[unit, here] + late <= within[:, here])
                    now = np.where(in_time, comes, 0.0)
                    one += (none - one) * now
                    none *= 1.0 - now
                chance[:, here] += share * part * np.maximum(1.0 - none - one, 0.0)
    return chance
