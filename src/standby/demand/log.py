"""How often calls came, where and when: rates, places and hours from a log of past calls."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

import numpy as np
import pandas as pd
from scipy import stats

from standby import _checks
from standby._refusals import Refusal
from standby._show import Shown
from standby._typing import Codes, Floats, Mask
from standby.demand.coverage import MONTHS_A_YEAR, Coverage, coverage_of, hour_of_week
from standby.demand.demand import call_rates
from standby.demand.shrink import ShrunkRates, rate_ends, shrink_rates
from standby.evidence import Figure, Manifest
from standby.plan import (
    DAYS,
    HOURS_A_WEEK,
    HOURS_A_YEAR,
    LocalTimes,
    Plan,
    PlanArrays,
    hours_of_week,
    hours_text,
    local_times,
    plan_arrays,
)
from standby.tables import records
from standby.travel import great_circle_km
from standby.words import count, counted

Towards = Literal["class", "plan"]
"""What the rates of areas are drawn towards."""

FEWEST: Final = 5
"""Fewest calls from which a rate is given."""

FARTHEST_KM: Final = 50.0
"""A call farther than this from every area is none of the plan's, or its position is wrong [km]."""

BLOCK_H: Final = 6
"""Hours of a day that are put together where hours are looked at more finely than the plan does [h]."""

UNEVEN_CHANCE: Final = 0.01
"""Chance below which hours that the plan takes as alike are said to differ."""

FEWEST_IN_BLOCK: Final = 3.0
"""Calls expected in a block, on average, from which that is tested: fewer make no chi-square."""

RATE_COLUMNS: Final = (
    "incident_type", "force", "calls", "months", "per_year", "low", "high", "plan_per_year", "months_more",
)  # fmt: skip
CLASS_COLUMNS: Final = ("incident_type", "class", "calls", "expected", "raw", "estimate", "low", "high")
AREA_COLUMNS: Final = (
    "area", "name", "force", "class", "calls", "expected", "raw", "estimate", "low", "high",
    "likelihood", "likelihood_low", "likelihood_high", "per_year",
)  # fmt: skip
HOUR_COLUMNS: Final = (
    "incident_type", "by", "hours", "hours_covered", "calls", "expected", "raw", "estimate", "low", "high",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class CallFit(Shown):
    """What a log says of how often calls come, where and when.

    Parameters
    ----------
    rates
        One row each incident type and planned force, and each type in all of them (``force`` empty):
        ``calls``, ``months`` covered, ``per_year`` with ``low`` and ``high`` (5th and 95th percentile of what
        is known of it), ``plan_per_year`` (what the plan says) and ``months_more``: how many more months of
        log would do, where calls are too few for a rate; 0 elsewhere.
    classes
        One row each incident type that has a rate, and class: ``calls``, ``expected`` (as many as its base
        would have), ``raw`` (their ratio), ``estimate`` (the ratio drawn towards 1), ``low`` and ``high``.
    areas
        One row each area of a planned force: ``calls`` of all types, ``expected`` from its force and class,
        ``raw``, ``estimate``, ``low``, ``high`` as before, ``likelihood`` with its bounds, as they go into
        ``areas.csv``, and ``per_year`` [calls per year].
    hours
        One row each incident type that has a rate and part of the week: ``by`` (``plan``: hours that the plan
        tells apart for the type; ``block``: six hours of a day), ``hours``, ``hours_covered`` [h], ``calls``,
        ``expected`` if calls came evenly, and ``raw``, ``estimate``, ``low``, ``high`` of their ratio.
    months
        One row each month: ``month``, ``hours_covered`` [h] and ``calls``.
    calls
        One row each call that was counted: ``id``, ``incident_type``, ``area``, ``hour`` of the week and
        ``month``.
    left_out
        Calls that were not counted: ``id`` and ``reason``.
    notes
        What a reader should know of the log: the time that it covers, and what it can't tell.
    figures
        Figures for ``plan.toml`` by path: calls a year, and weights of classes.
    profiles
        Hours for ``plan.toml`` by incident type, as entries of ``incident_types.….hours``.
    towards
        What areas were drawn towards.
    coverage
        The time that the log covers.
    manifest
        What makes it reproducible.
    """

    rates: pd.DataFrame
    classes: pd.DataFrame
    areas: pd.DataFrame
    hours: pd.DataFrame
    months: pd.DataFrame
    calls: pd.DataFrame
    left_out: pd.DataFrame
    notes: tuple[str, ...]
    figures: dict[str, Figure]
    profiles: dict[str, list[dict[str, Any]]]
    towards: Towards
    coverage: Coverage
    manifest: Manifest

    @property
    def changes(self) -> dict[str, Any]:
        """What the log says, by path, for `standby.plan.Plan.with_values`: of types, classes and areas."""
        profiles = {f"incident_types.{name}.hours": hours for name, hours in self.profiles.items()}
        likelihood = {
            f"areas[{row['area']}].likelihood": _figure(
                row["likelihood"], row["likelihood_low"], row["likelihood_high"], self.coverage, row["calls"]
            )
            for row in records(self.areas)
        }
        return {**self.figures, **profiles, **likelihood}

    def summary(self) -> str:
        """Return a sentence with the calls a year of each incident type."""
        of_all = records(self.rates[self.rates["force"] == ""])
        known = [
            f"{row['incident_type']} {count(row['per_year'])} a year "
            f"({count(row['low'])} to {count(row['high'])})"
            for row in of_all
            if not math.isnan(row["per_year"])
        ]
        months = counted(round(self.coverage.years * MONTHS_A_YEAR, 1), "month")
        calls = sum(row["calls"] for row in of_all)
        rates = "; ".join(known) or "too few of any incident type for a rate"
        return f"{counted(calls, 'call')} in {months}: {rates}."


def nearest_area(plan: Plan, log: pd.DataFrame) -> tuple[Codes, Floats]:
    """Return the area that is nearest to each call, and how far it is.

    Parameters
    ----------
    plan
        The plan.
    log
        Its past calls.

    Returns
    -------
    area, km
        Row of the area, and great-circle distance [km], shape (calls,).
    """
    points = ["lon", "lat"]
    km = great_circle_km(log[points].to_numpy(dtype=float), plan.table("areas")[points].to_numpy(dtype=float))
    area = km.argmin(axis=1)
    return np.asarray(area, dtype=np.int64), km[np.arange(len(log)), area]


def log_coverage(plan: Plan) -> tuple[LocalTimes, Coverage]:
    """Return when the calls of a plan's log came, and what time it covers.

    Parameters
    ----------
    plan
        The plan.

    Raises
    ------
    ValueError
        If the plan has no log, or a time that can't be read.
    """
    log = plan.table("incidents")
    if log.empty:
        raise Refusal("the plan has no past calls to fit", "add incidents.csv")
    times = local_times(log["time"])
    return times, coverage_of(times.times)


def fit_calls(plan: Plan, *, towards: Towards = "class", months: Collection[str] | None = None) -> CallFit:
    """Fit how often calls come, where and when, to the plan's log of past calls.

    Rates of an incident type in a force are its calls over the time that the log covers (`coverage_of`).
    Classes, areas and hours are ratios of what came to what was expected, drawn towards 1 by as much as calls
    are few (`shrink_rates`), the strength of which the log itself tells. Expected of a class is what its base
    would have; of an area, what its force and class have by the log, shared by the base; of hours, that calls
    come evenly. The base is people (``towards="class"``), so that an area without calls of its own is as its
    class; or people with the plan's own weights of classes and likelihoods of areas (``towards="plan"``).
    A likelihood is one number for all incident types, as a plan has it.

    Parameters
    ----------
    plan
        A plan with a table of incidents.
    towards
        What the rates of areas are drawn towards: the mean of their ``class``, or what the ``plan`` says.
    months
        Months of the log that count, such as ``2024-01``; None: all that it covers.

    Returns
    -------
    CallFit
        Rates, classes, areas and hours with their doubt.

    Raises
    ------
    ValueError
        If the plan has no log, a time that can't be read, no month of those asked for, or no call that
        counts.
    """
    _checks.one_of("towards", towards, get_args(Towards))
    times, coverage = log_coverage(plan)
    if months is not None:
        unknown = sorted(set(months) - set(coverage.months))
        if unknown or not months:
            raise Refusal(
                f"the log does not cover {', '.join(unknown) or 'any of no months'}",
                f"it covers {coverage.months[0]} to {coverage.months[-1]}",
            )
        coverage = coverage.of_months(months)

    arrays = plan_arrays(plan)
    counted_calls, left_out = _calls_that_count(plan, arrays, times, coverage)
    if counted_calls.empty:
        raise Refusal("no past call lies in a planned force", "check lon and lat, and plan.forces")

    calls = _count_by_type_and_area(arrays, counted_calls)
    rates = _rates(arrays, calls, coverage)
    base = _base_weights(arrays, towards)
    fitted = np.flatnonzero(calls.sum(axis=1) >= FEWEST)

    classes, weight_by_class = _classes(arrays, calls, base, fitted)
    areas = _areas(arrays, calls, base * weight_by_class[:, arrays.areas.classes], towards, coverage)
    hours, profiles = _hours(plan, arrays, counted_calls, coverage, fitted)
    figures = {
        **_rate_figures(rates, coverage),
        **_class_figures(plan, classes, towards, coverage),
    }

    covered = pd.Series(coverage.month_of_hour.astype(str)).value_counts().sort_index()
    by_month = counted_calls["month"].value_counts().reindex(covered.index, fill_value=0)
    return CallFit(
        rates=rates,
        classes=classes,
        areas=areas,
        hours=hours,
        months=pd.DataFrame(
            {"month": covered.index, "hours_covered": covered.to_numpy(), "calls": by_month.to_numpy()}
        ),
        calls=counted_calls,
        left_out=left_out,
        notes=(*times.notes(), *coverage.notes(), *_too_few(rates), *_uneven(arrays, hours)),
        figures=figures,
        profiles=profiles,
        towards=towards,
        coverage=coverage,
        manifest=plan.manifest(fit="calls", towards=towards),
    )


def _calls_that_count(
    plan: Plan, arrays: PlanArrays, times: LocalTimes, coverage: Coverage
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the calls that count, and those that do not, with the reason."""
    log = plan.table("incidents").reset_index(drop=True)
    area, km = nearest_area(plan, log)
    month = times.times.astype("datetime64[M]").astype(str)

    tests = (
        ("in a month that was not asked for", ~np.isin(month, coverage.months)),
        (f"more than {FARTHEST_KM:g} km from every area", km > FARTHEST_KM),
        ("in a force that is not planned for", ~arrays.forces.planned[arrays.areas.forces[area]]),
    )
    reason = np.full(len(log), "", dtype=object)
    for text, holds in tests:
        reason[(reason == "") & holds] = text

    # Calls of months that were not asked for are no fault of the log.
    counts = reason == ""
    is_named = ~counts & (reason != tests[0][0])
    left_out = pd.DataFrame({"id": log["id"][is_named], "reason": reason[is_named]})
    calls = pd.DataFrame(
        {
            "id": log["id"],
            "incident_type": log["incident_type"],
            "area": np.array(arrays.areas.ids, dtype=object)[area],
            "hour": hour_of_week(times.times),
            "month": month,
        }
    )
    return calls[counts].reset_index(drop=True), left_out.reset_index(drop=True)


def _count_by_type_and_area(arrays: PlanArrays, calls: pd.DataFrame) -> Floats:
    """Return calls by type and area, shape (types, areas)."""
    both = pd.crosstab(calls["incident_type"], calls["area"])
    both = both.reindex(index=arrays.types.ids, columns=arrays.areas.ids, fill_value=0)
    return both.to_numpy(dtype=float)


def _base_weights(arrays: PlanArrays, towards: Towards) -> Floats:
    """Return what the calls of a force are shared by before the log says more, shape (types, areas)."""
    people = arrays.areas.population * arrays.forces.planned[arrays.areas.forces]
    if towards == "class":
        return np.tile(people, (len(arrays.types), 1))

    by_class = np.where(np.isnan(arrays.types.class_weight), 1.0, arrays.types.class_weight)
    return np.asarray(people * arrays.areas.likelihood * by_class[:, arrays.areas.classes])


def _expected(arrays: PlanArrays, calls: Floats, weights: Floats) -> Floats:
    """Return calls by type and area as a force's calls are shared by weights, shape (types, areas)."""
    in_force = np.eye(len(arrays.forces))[arrays.areas.forces]  # (areas, forces)
    of_force = calls @ in_force
    weight_of_force = weights @ in_force

    per_weight = np.zeros_like(of_force)
    np.divide(of_force, weight_of_force, out=per_weight, where=weight_of_force > 0.0)
    return np.asarray(weights * per_weight[:, arrays.areas.forces])


def _rates(arrays: PlanArrays, calls: Floats, coverage: Coverage) -> pd.DataFrame:
    """Return calls a year by incident type and force, and by type in all of them."""
    months = coverage.years * MONTHS_A_YEAR
    in_force = np.eye(len(arrays.forces))[arrays.areas.forces]
    of_force = calls @ in_force
    of_plan = call_rates(arrays) @ in_force * HOURS_A_YEAR

    rows = []
    planned = np.flatnonzero(arrays.forces.planned)
    for code, name in enumerate(arrays.types.ids):
        parts = [("", of_force[code, planned].sum(), of_plan[code, planned].sum())]
        parts += [(arrays.forces.ids[f], of_force[code, f], of_plan[code, f]) for f in planned]
        for force, number, plan_per_year in parts:
            is_known = number >= FEWEST
            low, high = rate_ends(number, coverage.years)
            per_month = (number + 0.5) / months  # as the rate's own prior has it: it is never 0
            more = 0 if is_known else math.ceil((FEWEST - number) / per_month)
            known = (number / coverage.years, float(low), float(high)) if is_known else (np.nan,) * 3
            rows.append((name, force, int(number), months, *known, plan_per_year, more))
    return pd.DataFrame(rows, columns=list(RATE_COLUMNS))


def _classes(arrays: PlanArrays, calls: Floats, base: Floats, fitted: Codes) -> tuple[pd.DataFrame, Floats]:
    """Return the ratio of each class by incident type, and these as factors, shape (types, classes)."""
    of_class = np.eye(len(arrays.classes))[arrays.areas.classes]  # (areas, classes)
    came = calls @ of_class
    expected = _expected(arrays, calls, base) @ of_class

    factor = np.ones(came.shape)
    rows = list[tuple[Any, ...]]()
    for code in fitted.tolist():
        there = np.flatnonzero(expected[code] > 0.0)
        found = shrink_rates(came[code, there], expected[code, there])
        factor[code, there] = found.ratio
        rows += [
            (arrays.types.ids[code], arrays.classes.ids[c], int(came[code, c]), expected[code, c], *cells)
            for c, cells in zip(there.tolist(), _cells(found), strict=True)
        ]
    return pd.DataFrame(rows, columns=list(CLASS_COLUMNS)), factor


def _areas(
    arrays: PlanArrays, calls: Floats, weights: Floats, towards: Towards, coverage: Coverage
) -> pd.DataFrame:
    """Return the ratio of each area of a planned force, over all incident types."""
    rows = np.flatnonzero(arrays.forces.planned[arrays.areas.forces])
    came = calls.sum(axis=0)[rows]
    expected = _expected(arrays, calls, weights).sum(axis=0)[rows]
    found = shrink_rates(came, expected)

    before = np.ones(rows.size) if towards == "class" else arrays.areas.likelihood[rows]
    areas = arrays.areas
    frame = pd.DataFrame(
        {
            "area": [areas.ids[row] for row in rows],
            "name": [areas.names[row] for row in rows],
            "force": [arrays.forces.ids[areas.forces[row]] for row in rows],
            "class": [arrays.classes.ids[areas.classes[row]] for row in rows],
            "calls": came.astype(np.int64),
            "expected": expected,
            "raw": found.raw,
            "estimate": found.ratio,
            "low": found.low,
            "high": found.high,
            "likelihood": before * found.ratio,
            "likelihood_low": before * found.low,
            "likelihood_high": before * found.high,
            "per_year": expected * found.ratio / coverage.years,
        }
    )
    return frame[list(AREA_COLUMNS)]


def _hours(
    plan: Plan, arrays: PlanArrays, calls: pd.DataFrame, coverage: Coverage, fitted: Codes
) -> tuple[pd.DataFrame, dict[str, list[dict[str, Any]]]]:
    """Return the ratio of each part of the week by incident type, and hours as the plan has them."""
    covered = coverage.by_hour
    rows = list[tuple[Any, ...]]()
    profiles = dict[str, list[dict[str, Any]]]()

    for code in fitted.tolist():
        name = arrays.types.ids[code]
        came = np.bincount(calls.loc[calls["incident_type"] == name, "hour"], minlength=HOURS_A_WEEK).astype(
            float
        )
        expected = came.sum() * covered / covered.sum()

        named = _hours_of_plan(plan, name)
        for by, parts in (("plan", named), ("block", _blocks())):
            seen = [part for part in parts if covered[part].any()]
            found = shrink_rates([came[p].sum() for p in seen], [expected[p].sum() for p in seen])
            rows += [
                (name, by, hours_text(p), covered[p].sum(), int(came[p].sum()), expected[p].sum(), *cells)
                for p, cells in zip(seen, _cells(found), strict=True)
            ]

            # The first part is that of the hours which the plan does not name, whose weight is 1.
            if by == "plan" and len(seen) == len(named) > 1:
                weight = found.ratio / found.ratio[0]
                profiles[name] = [
                    {"hours": hours_text(part), "weight": round(float(w), 3)}
                    for part, w in zip(seen[1:], weight[1:], strict=True)
                ]
    return pd.DataFrame(rows, columns=list(HOUR_COLUMNS)), profiles


def _hours_of_plan(plan: Plan, incident_type: str) -> list[Mask]:
    """Return the parts of the week that a plan tells apart for a type, hours that it does not name first.

    Where an hour is named twice the later name holds, as in the plan. A plan that names every hour has no
    such first part, and its first name takes that place.
    """
    part_of_hour = np.zeros(HOURS_A_WEEK, dtype=np.int64)
    for number, item in enumerate(plan.document.incident_types[incident_type].hours, start=1):
        part_of_hour[hours_of_week(item.hours)] = number
    return [part_of_hour == number for number in np.unique(part_of_hour)]


def _blocks() -> list[Mask]:
    """Return the week in parts of six hours of a day."""
    hour = np.arange(HOURS_A_WEEK)
    return [hour // BLOCK_H == block for block in range(len(DAYS) * 24 // BLOCK_H)]


def _cells(found: ShrunkRates) -> Iterator[tuple[float, float, float, float]]:
    """Yield raw ratio, estimate and ends of each group."""
    yield from zip(
        found.raw.tolist(), found.ratio.tolist(), found.low.tolist(), found.high.tolist(), strict=True
    )


def _rate_figures(rates: pd.DataFrame, coverage: Coverage) -> dict[str, Figure]:
    """Return calls a year of each force by path, where there are enough for a rate."""
    return {
        f"incident_types.{row['incident_type']}.per_year.{row['force']}": _figure(
            row["per_year"], row["low"], row["high"], coverage, row["calls"]
        )
        for row in records(rates)
        if row["force"] and not math.isnan(row["per_year"])
    }


def _class_figures(
    plan: Plan, classes: pd.DataFrame, towards: Towards, coverage: Coverage
) -> dict[str, Figure]:
    """Return weights of classes by path, those of the plan multiplied where these were the base."""
    figures = {}
    for row in records(classes):
        before = 1.0
        if towards == "plan":
            own = plan.document.incident_types[row["incident_type"]].class_weight.get(row["class"])
            before = own.value if own is not None else 1.0
        value, low, high = (before * row[name] for name in ("estimate", "low", "high"))
        path = f"incident_types.{row['incident_type']}.class_weight.{row['class']}"
        figures[path] = _figure(value, low, high, coverage, row["calls"])
    return figures


def _figure(value: float, low: float, high: float, coverage: Coverage, calls: float) -> Figure:
    """Return a figure that was measured; no factor is 0, however few calls there were."""
    numbers = [max(round(number, 4), 0.0001) for number in (value, min(low, value), max(high, value))]
    months = coverage.months
    return Figure(
        value=numbers[0],
        low=numbers[1],
        high=numbers[2],
        kind="measured",
        as_of=coverage.hours[-1].astype("datetime64[D]").item(),
        note=f"fitted to {counted(calls, 'call')} of {months[0]} to {months[-1]}",
    )


def _too_few(rates: pd.DataFrame) -> Iterator[str]:
    """Yield which rates the log can't give, and how many more months would do."""
    for row in records(rates[(rates["months_more"] > 0) & (rates["force"] != "")]):
        yield (
            f"fewer than {FEWEST} calls of {row['incident_type']} in {row['force']} are too few for a rate: "
            f"about {counted(row['months_more'], 'more month', 'more months')} of log would do"
        )


def _uneven(arrays: PlanArrays, hours: pd.DataFrame) -> Iterator[str]:
    """Yield which incident types come more unevenly than the hours of the plan, fitted, can say."""
    for name in arrays.types.ids:
        own = hours[hours["incident_type"] == name]
        blocks = own[own["by"] == "block"]
        parts = own[own["by"] == "plan"]
        if blocks.empty:
            continue

        # Expected in each block by the fitted hours of the plan.
        per_hour = np.zeros(HOURS_A_WEEK)
        for row in records(parts):
            per_hour[hours_of_week(row["hours"])] = row["calls"] / row["hours_covered"]
        expected = np.array(
            [per_hour[hours_of_week(row["hours"])].mean() * row["hours_covered"] for row in records(blocks)]
        )
        if expected.mean() < FEWEST_IN_BLOCK or (expected <= 0.0).any():
            continue

        distance = float(((blocks["calls"].to_numpy() - expected) ** 2 / expected).sum())
        if stats.chi2.sf(distance, len(blocks) - len(parts)) < UNEVEN_CHANCE:
            yield (
                f"calls of {name} come more unevenly over the week than incident_types.{name}.hours can say: "
                "the table of hours has six hours of each day"
            )
