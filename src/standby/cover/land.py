"""Share of the land that is reached in time."""

from __future__ import annotations

import numpy as np
import pandas as pd

from standby.cover.evaluated import Evaluated
from standby.cover.metrics import shares

COLUMNS = ("standard", "name", "scope_kind", "scope", "land_km2", "share_if_free", "share_expected")


def land_table(evaluated: Evaluated) -> pd.DataFrame:
    """Return the share of the land reached in time, for every standard of areas.

    An area counts with its extent as a whole: it is reached as its centre is. Areas whose extent the plan
    does not give are left out, so that ``land_km2`` says how much land the share is of.

    Parameters
    ----------
    evaluated
        The plan evaluated at its central values.

    Returns
    -------
    DataFrame
        ``standard``, ``name``, ``scope_kind``, ``scope``, ``land_km2`` [km²], and the share of it inside the
        standard: ``share_if_free`` if every unit on duty is free, ``share_expected`` with the chance that
        units are free. Without rows where the plan gives no extent.
    """
    arrays = evaluated.arrays
    scopes = evaluated.scopes
    within_min = evaluated.setting.within_min

    # Land counts at areas where the standard holds.
    extent = arrays.plan.table("areas")["area_km2"].fillna(0.0).to_numpy(dtype=float)
    km2 = np.where(np.isnan(within_min), 0.0, arrays.places.from_areas(extent))

    total = km2 @ scopes.places.T.astype(float)
    share_if_free = shares(km2, evaluated.if_free.reached, scopes)
    share_expected = shares(km2, evaluated.outcome.reached, scopes)
    rows = [
        {
            "standard": name,
            "name": standard.name,
            "scope_kind": kind,
            "scope": scope,
            "land_km2": float(total[row, column]),
            "share_if_free": min(float(share_if_free[row, column]), 1.0),
            "share_expected": min(float(share_expected[row, column]), 1.0),
        }
        for row, (name, standard) in enumerate(evaluated.standards.items())
        for column, (kind, scope) in enumerate(scopes.names)
        if total[row, column] > 0.0
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))
