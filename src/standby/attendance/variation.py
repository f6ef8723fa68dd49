"""How trips, turnout and other minutes of a log vary from call to call."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import pandas as pd
from scipy import stats

from standby._typing import Floats
from standby.demand import MONTHS_A_YEAR, Coverage
from standby.evidence import Figure
from standby.plan import Plan
from standby.tables import records
from standby.words import counted

FEWEST_FREEDOM: Final = 10
"""Fewest degrees of freedom from which a coefficient of variation is given."""

FEWEST: Final = 5
"""Fewest calls from which a mean is given."""

SAME_WAY: Final = "trips from one site to one area"
ALL_TRIPS: Final = "all trips to the class"
SINGLE_CALLS: Final = "single calls"
"""What a coefficient of variation is between."""

COLUMNS: Final = (
    "quantity", "by", "group", "calls", "mean_min", "mean_low", "mean_high", "cv", "cv_low", "cv_high",
    "basis",
)  # fmt: skip
"""Columns of the table."""

CV_PATHS: Final = {
    "trip": "classes.{}.trip_cv",
    "turnout_min": "tiers.{}.turnout_cv",
    "authorisation_min": "incident_types.{}.authorisation_cv",
}
MEAN_PATHS: Final = {
    "turnout_min": "tiers.{}.turnout_min",
    "authorisation_min": "incident_types.{}.authorisation_min",
    "scene_min": "incident_types.{}.scene_min",
}
"""Where coefficients of variation, and means, go into a plan."""


def variation_table(plan: Plan, log: pd.DataFrame, log_ratio: Floats) -> pd.DataFrame:
    """Return how minutes vary from call to call, by class, tier and incident type.

    Parameters
    ----------
    plan
        The plan.
    log
        Its calls, with the columns ``class`` and ``area`` of where they were, and minutes that can be right.
    log_ratio
        Logarithm of logged over modelled drive, NaN for a call that tells none, shape (calls,).

    Returns
    -------
    DataFrame
        One row each quantity and group: ``quantity`` (``trip``, ``turnout_min``, ``authorisation_min``,
        ``scene_min``), ``by``, ``group``, ``calls``, ``mean_min`` with its bounds (5th and 95th percentile;
        NaN for trips), ``cv`` with its bounds, NaN where calls are too few, and ``basis``.
    """
    rows = [*_trips(plan, log, log_ratio)]

    tier_of_site = single_tiers(plan)
    by_tier = log["unit_site"].map(tier_of_site)
    for quantity, column, by, groups in (
        ("turnout_min", "turnout_min", "tier", by_tier),
        ("authorisation_min", "authorised_min", "incident type", log["incident_type"]),
        ("scene_min", "scene_min", "incident type", log["incident_type"]),
    ):
        for name, values in log[column].groupby(groups, sort=True):
            minutes = values.dropna().to_numpy(dtype=float)
            if minutes.size >= FEWEST:
                rows.append((quantity, by, name, minutes.size, *_moments(minutes), SINGLE_CALLS))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def variation_figures(table: pd.DataFrame, shared: dict[str, Any]) -> dict[str, Figure]:
    """Return what to write into ``plan.toml``: coefficients of variation and means, by path.

    Parameters
    ----------
    table
        From `variation_table`.
    shared
        Fields that all of the figures have.
    """
    figures = {}
    for row in records(table):
        for paths, number in ((CV_PATHS, "cv"), (MEAN_PATHS, "mean")):
            value = row["cv" if number == "cv" else "mean_min"]
            if row["quantity"] in paths and np.isfinite(value):
                figures[paths[row["quantity"]].format(row["group"])] = Figure(
                    value=round(value, 4),
                    low=round(max(row[f"{number}_low"], 0.0), 4),
                    high=round(row[f"{number}_high"], 4),
                    **shared,
                )
    return figures


def too_few_trips(plan: Plan, trips: pd.DataFrame, coverage: Coverage) -> Iterator[str]:
    """Yield which classes have too few trips to say how these vary, and how many more months would do.

    Parameters
    ----------
    plan
        The plan.
    trips
        Calls that tell a speed, with their ``class``.
    coverage
        The time that the log covers.
    """
    months = coverage.years * MONTHS_A_YEAR
    number = trips["class"].value_counts()
    for name in plan.document.classes:
        calls = int(number.get(name, 0))
        if calls <= FEWEST_FREEDOM:
            more = math.ceil((FEWEST_FREEDOM + 1 - calls) / ((calls + 0.5) / months))
            yield (
                f"classes.{name}.trip_cv can't be given: too few trips to the class; about "
                f"{counted(more, 'more month', 'more months')} of log would do"
            )


def single_tiers(plan: Plan) -> dict[str, str]:
    """Return the armed tier of each site that has units of one armed tier.

    Parameters
    ----------
    plan
        The plan.
    """
    armed = [name for name, tier in plan.document.tiers.items() if tier.armed]
    units = plan.table("units")
    tiers = units[units["tier"].isin(armed)].groupby("site")["tier"].unique()
    return {str(site): str(names[0]) for site, names in tiers.items() if len(names) == 1}


def _trips(plan: Plan, log: pd.DataFrame, log_ratio: Floats) -> Iterator[tuple[Any, ...]]:
    """Yield how trips to each class vary around what the model says of them.

    Trips of one way, from a site to an area, differ by chance alone; those of several ways differ by the
    model's error of each as well, and stand in only where no way was driven often enough.
    """
    known = ~np.isnan(log_ratio)
    trips = log[known].assign(log_ratio=log_ratio[known])
    for name in plan.document.classes:
        own = trips[trips["class"] == name]
        ways = own.groupby(["unit_site", "area"])["log_ratio"]
        for basis, mean, groups in (
            (SAME_WAY, ways.transform("mean"), ways.ngroups),
            (ALL_TRIPS, own["log_ratio"].mean(), 1),
        ):
            freedom = len(own) - groups
            if freedom >= FEWEST_FREEDOM:
                variance = float(((own["log_ratio"] - mean) ** 2).sum() / freedom)
                yield ("trip", "class", name, len(own), *[np.nan] * 3, *_of_log(variance, freedom), basis)
                break


def _of_log(variance: float, freedom: int) -> list[float]:
    """Return a lognormal's coefficient of variation from the variance of its logarithm, with its ends."""
    ends = [variance * freedom / stats.chi2.ppf(chance, freedom) for chance in (0.95, 0.05)]
    return [float(np.sqrt(np.expm1(each))) for each in (variance, *ends)]


def _moments(values: Floats) -> list[float]:
    """Return mean and coefficient of variation, each with its ends; NaN for that of too few.

    The ends of the coefficient come from how much each call moves its logarithm (the delta method), so that
    no shape is taken for granted.
    """
    size = values.size
    mean = float(values.mean())
    sd = float(values.std(ddof=1))
    t = float(stats.t.ppf(0.95, size - 1))
    half_width = t * sd / np.sqrt(size)
    moments = [mean, mean - half_width, mean + half_width]

    if size <= FEWEST_FREEDOM or sd <= 0.0 or mean <= 0.0:
        return [*moments, np.nan, np.nan, np.nan]
    off = values - mean
    moves = 0.5 * ((off / sd) ** 2 - 1.0) - off / mean
    error = float(moves.std(ddof=1) / np.sqrt(size))
    cv = sd / mean
    return [*moments, cv, cv * np.exp(-t * error), cv * np.exp(t * error)]
