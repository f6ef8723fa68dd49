"""The build-up curve: how many armed officers, from where, by when."""

from __future__ import annotations

import numpy as np
import pandas as pd

from standby.cover.metrics import Scopes
from standby.cover.model import CoverModel, Floats
from standby.cover.outcome import arrival_minutes
from standby.plan import HOURS_A_WEEK, Resolved

STEP_MIN = 5
"""Step of the build-up curve [min]."""

ORIGINS = ("own", "shared", "neighbour")
"""Own force, a force of the same alliance, or another force."""


def build_up_table(model: CoverModel, resolved: Resolved, scopes: Scopes, free: Floats) -> pd.DataFrame:
    """Return the armed officers expected to have arrived if every free unit is sent, by minutes.

    Mean over the people of a scope and over the hours of the week.

    Parameters
    ----------
    model, resolved, scopes
        The plan made ready, its values, and whom to report on.
    free
        Chance that each unit is free while on duty, shape (units,).

    Returns
    -------
    DataFrame
        ``incident_type``, ``scope_kind``, ``scope``, ``minutes`` since the call [min], and officers by
        origin: ``own``, ``shared`` (alliance), ``neighbour``.
    """
    s, areas = model.structure, len(model.structure.areas)
    arrive, lend = arrival_minutes(model, resolved)
    on_duty = sum(np.where(p.on_duty, p.hours, 0) for p in model.periods) / HOURS_A_WEEK
    may = lend[:, s.areas.forces]
    officers = s.units.crew[model.rows] * free * on_duty
    own = s.units.forces[model.rows][:, None] == s.areas.forces[None, :]
    border = model.border[:, s.areas.forces]
    origin = [own, ~own & ~border, border]
    people = resolved["areas.population"]
    steps = np.arange(0, model.limit_min + STEP_MIN, STEP_MIN)
    kinds = [row for row, (kind, _) in enumerate(scopes.names) if kind in {"all", "force", "setting"}]
    inside = scopes.places[kinds][:, :areas] * people
    total = inside.sum(axis=1)
    rows = []
    for t, name in enumerate(s.types):
        minutes = arrive[:, :areas] + resolved["types.authorisation_min"][t]
        step = np.searchsorted(steps, minutes)  # the first step at which a unit is there
        for column, mask in enumerate(origin):
            weight = officers[:, None] * may * mask
            counts = np.zeros((steps.size + 1, areas))
            np.add.at(counts, (step, np.broadcast_to(np.arange(areas), step.shape)), weight)
            arrived = counts.cumsum(axis=0)[:-1]  # (steps, areas)
            with np.errstate(invalid="ignore", divide="ignore"):
                mean = (arrived @ inside.T) / total
            for k, row in enumerate(kinds):
                kind, scope = scopes.names[row]
                own_columns = {
                    "incident_type": name,
                    "scope_kind": kind,
                    "scope": scope,
                    "origin": ORIGINS[column],
                }
                rows.append(pd.DataFrame({**own_columns, "minutes": steps, "officers": mean[:, k]}))
    keys = ["incident_type", "scope_kind", "scope", "minutes"]
    long = pd.concat(rows, ignore_index=True).dropna()
    wide = long.pivot_table(index=keys, columns="origin", values="officers", sort=False)
    return wide[list(ORIGINS)].reset_index().rename_axis(columns=None)
