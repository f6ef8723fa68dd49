"""Officers of the forces that publish their own, without those of the others following from the total."""

from __future__ import annotations

import numpy as np
import pandas as pd

from standby._typing import Mask
from standby.disclosure.suppression import suppress
from standby.plan import BASE, Plan

PUBLISHED_BY_FORCES = ("establishment", "strength")
"""What forces publish of their armed officers; all else follows from units, or is a result."""

UNCERTAIN = 0.2
"""Part of its officers by which those of a force that doesn't publish them must stay uncertain, each way."""


def published_officers(plan: Plan, staffing: pd.DataFrame) -> pd.DataFrame:
    """Return establishment and strength, as things are, of forces that publish theirs.

    The sum over all forces is public. What is left of it when the published forces are taken off must not
    say what another force has: a force is left out as well, the one with fewest officers that is enough, or
    all are. A force that doesn't publish its own still knows them.

    Parameters
    ----------
    plan
        The plan.
    staffing
        The table of staffing, a row an option and planned force.

    Returns
    -------
    DataFrame
        Columns ``option``, ``force`` and those of `PUBLISHED_BY_FORCES` that the table has; no rows where
        none may be shown.

    Raises
    ------
    MissingExtraError
        If a force publishes its own, another doesn't, and the solver isn't installed.
    """
    base = staffing[staffing["option"] == BASE]
    columns = [column for column in PUBLISHED_BY_FORCES if column in base]
    publishes = np.array([plan.document.forces[force].publishes_officers for force in base["force"]], bool)

    shown = publishes.copy()
    for column in columns:
        values = pd.to_numeric(base[column], errors="coerce").to_numpy(dtype=float)
        shown &= _stay_unknown(values, publishes)
    return base.loc[shown, ["option", "force", *columns]].reset_index(drop=True)


def _stay_unknown(values: np.ndarray, publishes: Mask) -> Mask:
    """Return whose officers may be shown beside the sum of all, shape (forces,)."""
    if publishes.all():
        return publishes
    if not publishes.any() or not np.isfinite(values).all():
        return np.zeros_like(publishes)

    parts = len(values)
    secret = np.append(~publishes, False)
    distance = np.where(secret, np.maximum(UNCERTAIN * np.append(values, 0.0), 1.0), 1.0)
    found = suppress(
        np.append(values, values.sum()),
        [[*[1.0] * parts, -1.0]],
        secret,
        protect_below=np.minimum(distance, np.append(values, values.sum())),
        protect_above=distance,
        holder=[*range(parts), None],
        cost=np.append(np.maximum(values, 1.0), np.inf),  # the sum stands in other tables as well
    )
    return ~found.pattern[:-1]
