"""The build-up curve: how many armed officers, from where, by when."""

from __future__ import annotations

import numpy as np
import pandas as pd

from standby._typing import Floats
from standby.attendance import SLACK_MIN, AttendanceModel, arrival_minutes, held_and_delay
from standby.cover.metrics import Scopes
from standby.plan import HOURS_A_WEEK, Resolved

STEP_MIN = 5
"""Step of the build-up curve [min]."""

ORIGINS = ("own", "shared", "neighbour")
"""Own force, a force of the same alliance, or another force."""


def build_up_table(model: AttendanceModel, resolved: Resolved, scopes: Scopes, busy: Floats) -> pd.DataFrame:
    """Return the armed officers expected to have arrived if every free unit is sent, by minutes.

    Mean over the people of a scope and over the hours of the week; ``inf`` minutes never arrive.

    Parameters
    ----------
    model, resolved, scopes
        The plan made ready, its values, and whom to report on.
    busy
        Share of time that each unit is not free, shape (periods, units).

    Returns
    -------
    DataFrame
        ``incident_type``, ``scope_kind``, ``scope``, ``minutes`` since the call [min], and officers by
        origin: ``own``, ``shared`` (alliance), ``neighbour``.
    """
    s, areas = model.structure, len(model.structure.areas)
    steps = np.arange(0, model.limit_min + STEP_MIN, STEP_MIN)
    kinds = [row for row, (kind, _) in enumerate(scopes.names) if kind in {"all", "force", "setting"}]
    inside = scopes.places[kinds][:, :areas] * resolved["areas.population"]
    total = inside.sum(axis=1)
    rows = []
    for t, name in enumerate(s.types):
        arrived = _arrived(model, resolved, busy, steps - resolved["types.authorisation_min"][t])
        for k, row in enumerate(kinds):
            if total[k] > 0:
                kind, scope = scopes.names[row]
                own = {"incident_type": name, "scope_kind": kind, "scope": scope, "minutes": steps}
                mean = arrived @ inside[k] / total[k]  # (origins, steps)
                rows.append(pd.DataFrame({**own, **dict(zip(ORIGINS, mean, strict=True))}))
    if not rows:  # nobody lives in the planned forces
        return pd.DataFrame(columns=["incident_type", "scope_kind", "scope", "minutes", *ORIGINS])
    return pd.concat(rows, ignore_index=True)


def _arrived(model: AttendanceModel, resolved: Resolved, busy: Floats, steps: Floats) -> Floats:
    """Return officers expected by so many minutes after being sent, shape (origins, steps, areas)."""
    s, areas = model.structure, len(model.structure.areas)
    sent, lend = arrival_minutes(model, resolved)
    _, delay = held_and_delay(model, resolved)
    may = lend[:, s.areas.forces]
    officers = np.where(s.armed[s.units.tiers[model.rows]], s.units.crew[model.rows], 0)
    own = s.units.forces[model.rows][:, None] == s.areas.forces[None, :]
    border = model.border[:, s.areas.forces]
    column = np.broadcast_to(np.arange(areas), may.shape)
    counts = np.zeros((len(ORIGINS), steps.size + 1, areas))
    for period, shares, late in zip(model.periods, busy, delay, strict=True):
        come = officers * (1.0 - shares) * period.on_duty * (period.hours / HOURS_A_WEEK)
        step = np.searchsorted(
            steps, sent[:, :areas] + late[:, None] - SLACK_MIN
        )  # the first by which it is there
        for count, mask in zip(counts, (own, ~own & ~border, border), strict=True):
            np.add.at(count, (step, column), come[:, None] * may * mask)
    return counts.cumsum(axis=1)[:, :-1]
