"""A plan's own table of minutes, instead of a travel model."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from standby.plan.faults import Fault, PlanError
from standby.plan.plan import Plan

COLUMNS = ("site", "place", "minutes")


def read_matrix(plan: Plan, sites: tuple[str, ...], places: tuple[str, ...]) -> NDArray[np.float64]:
    """Read the minutes that ``travel.matrix`` names.

    Parameters
    ----------
    plan
        A plan that was read from a folder.
    sites, places
        Ids of rows and columns.

    Returns
    -------
    ndarray
        Minutes of an ordinary drive, shape (sites, places) [min]; ``inf`` where the table says ``inf``.

    Raises
    ------
    PlanError
        If the file is missing or unreadable, has minutes that are no numbers or below 0, or lacks a pair.
    """
    name = plan.document.travel.matrix
    if name is None or plan.folder is None or not (plan.folder / name).is_file():
        what, mend = (
            "needs a table of minutes",
            "Give matrix = 'minutes.csv' with columns site, place, minutes",
        )
        raise PlanError([Fault("plan.toml", "travel", "matrix", what, mend, "missing-file")])
    path = plan.folder / name
    frame = pd.read_parquet(path) if path.suffix == ".parquet" else pd.read_csv(path, dtype=str)
    lacking = [column for column in COLUMNS if column not in frame]
    if lacking:
        mend = f"Use the columns {', '.join(COLUMNS)}"
        raise PlanError([Fault(name, "row 1", ", ".join(lacking), "is missing", mend, "missing-column")])
    minutes = pd.to_numeric(frame["minutes"], errors="coerce")
    bad = np.flatnonzero((minutes.isna() | (minutes < 0)).to_numpy())
    if bad.size:
        where, given = f"row {bad[0] + 2}", frame["minutes"].iloc[bad[0]]
        what = f"is {given!r}" + (f", and {bad.size - 1} more rows are no minutes" if bad.size > 1 else "")
        raise PlanError(
            [Fault(name, where, "minutes", what, "Write minutes, 0 or more, or inf", "not-a-number")]
        )
    return _square(name, frame.assign(minutes=minutes), sites, places)


def _square(
    name: str, frame: pd.DataFrame, sites: tuple[str, ...], places: tuple[str, ...]
) -> NDArray[np.float64]:
    twice = frame[frame.duplicated(["site", "place"])]
    if len(twice):
        pair = f"{twice['site'].iloc[0]} to {twice['place'].iloc[0]}"
        raise PlanError(
            [Fault(name, f"row {twice.index[0] + 2}", "", f"gives {pair} again", "Keep one", "duplicate-id")]
        )
    table = frame.pivot_table(index="site", columns="place", values="minutes").reindex(
        index=sites, columns=places
    )
    values = table.to_numpy(dtype=float)
    if np.isnan(values).any():
        row, column = np.argwhere(np.isnan(values))[0]
        what = f"lacks {int(np.isnan(values).sum())} pairs, the first {sites[row]} to {places[column]}"
        raise PlanError(
            [Fault(name, "", "", what, "Add them; write inf where nobody can get through", "missing-value")]
        )
    return values
