"""How often calls came, where and when: rates, places and hours from a log of past calls."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray
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
from standby.tables import FEWEST_SHOWN, records
from standby.travel import great_circle_km
from standby.words import count, counted, factor

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

NAMED: Final = 10
"""How many areas a note names."""

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
        ``areas.csv``, and ``per_year``, what the fitted plan has there of the types that have a rate in its
        force, at its response level [calls per year]. An area that can have no calls in a plan, as nobody
        lives there, has no estimate and keeps its likelihood.
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
        Figures for ``plan.toml`` by path: calls a year, and weights of classes. Calls a year are divided by
        the ``demand_factor`` of the plan's response level, by which a plan multiplies them.
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
        return _changes(self.figures, self.profiles, self.areas, self.coverage)

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


def reasons_not_counted(plan: Plan, log: pd.DataFrame) -> NDArray[np.object_]:
    """Return why calls are none of the plan's, so that nothing is fitted to them.

    Parameters
    ----------
    plan
        The plan.
    log
        Its past calls.

    Returns
    -------
    ndarray
        The reason, empty for a call that counts, shape (calls,).
    """
    area, km = nearest_area(plan, log)
    arrays = plan_arrays(plan)
    reason = np.full(len(log), "", dtype=object)
    reason[~arrays.forces.planned[arrays.areas.forces[area]]] = "in a force that is not planned for"
    reason[km > FARTHEST_KM] = f"more than {FARTHEST_KM:g} km from every area"
    return reason


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
    coverage = coverage_of(times.times)

    # Calls in bursts alone, with nothing but gaps between them, cover no time.
    if not coverage.hours.size:
        hours = np.unique(times.times.astype("datetime64[h]")).size
        raise Refusal(
            f"all past calls came within {counted(hours, 'hour')}, and the pauses around them are too long "
            "for chance: the log covers no time",
            "check their times, or give a log that was kept for longer",
        )
    return times, coverage


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

    # Where the plan can have no calls, those that came say nothing of how other places compare.
    placed = np.where(base > 0.0, calls, 0.0)
    classes, weight_by_class = _classes(arrays, placed, base, fitted)
    areas = _areas(plan, arrays, calls, placed, base * weight_by_class[:, arrays.areas.classes], towards)
    hours, profiles = _hours(plan, arrays, counted_calls, coverage, fitted)
    figures = {
        **_rate_figures(arrays, rates, base, coverage),
        **_class_figures(plan, classes, towards, coverage),
    }

    fitted_plan = plan_arrays(plan.with_values(_changes(figures, profiles, areas, coverage)))
    areas["per_year"] = _per_year_of_areas(fitted_plan, figures)

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
        notes=(
            *times.notes(),
            *coverage.notes(),
            *_of_level(plan, arrays),
            *_nowhere(arrays, calls, placed),
            *_too_few(rates),
            *_uneven(arrays, hours),
        ),
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
    area, _ = nearest_area(plan, log)
    month = times.times.astype("datetime64[M]").astype(str)
    reason = reasons_not_counted(plan, log)

    # Calls of months that were not asked for are no fault of the log.
    is_asked = np.isin(month, coverage.months)
    counts = is_asked & (reason == "")
    is_named = is_asked & (reason != "")
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
        if not there.size:
            continue

        found = shrink_rates(came[code, there], expected[code, there])
        factor[code, there] = found.ratio
        rows += [
            (arrays.types.ids[code], arrays.classes.ids[c], int(came[code, c]), expected[code, c], *cells)
            for c, cells in zip(there.tolist(), _cells(found), strict=True)
        ]
    return pd.DataFrame(rows, columns=list(CLASS_COLUMNS)), factor


def _areas(
    plan: Plan, arrays: PlanArrays, calls: Floats, placed: Floats, weights: Floats, towards: Towards
) -> pd.DataFrame:
    """Return the ratio of each area of a planned force, over all incident types, without calls a year."""
    rows = np.flatnonzero(arrays.forces.planned[arrays.areas.forces])
    came = placed.sum(axis=0)[rows]
    expected = _expected(arrays, placed, weights).sum(axis=0)[rows]

    # Raw ratio, estimate and ends; an area where none is expected keeps what the plan says of it.
    has_some = expected > 0.0
    ratios = np.full((4, rows.size), np.nan)
    if has_some.any():
        found = shrink_rates(came[has_some], expected[has_some])
        ratios[:, has_some] = (found.raw, found.ratio, found.low, found.high)
    raw, ratio, low, high = ratios

    areas = arrays.areas
    own = plan.table("areas").reindex(columns=["likelihood_low", "likelihood_high"]).iloc[rows].astype(float)
    before = np.ones(rows.size) if towards == "class" else areas.likelihood[rows]
    frame = pd.DataFrame(
        {
            "area": [areas.ids[row] for row in rows],
            "name": [areas.names[row] for row in rows],
            "force": [arrays.forces.ids[areas.forces[row]] for row in rows],
            "class": [arrays.classes.ids[areas.classes[row]] for row in rows],
            "calls": calls.sum(axis=0)[rows].astype(np.int64),
            "expected": expected,
            "raw": raw,
            "estimate": ratio,
            "low": low,
            "high": high,
            "likelihood": np.where(has_some, before * ratio, areas.likelihood[rows]),
            "likelihood_low": np.where(has_some, before * low, own["likelihood_low"]),
            "likelihood_high": np.where(has_some, before * high, own["likelihood_high"]),
            "per_year": np.nan,
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


def _per_year_of_areas(fitted: PlanArrays, figures: Collection[str]) -> Floats:
    """Return calls a year that the fitted plan has in each area of a planned force, by its fitted rates.

    They add up to the rates of its force; NaN where the log gives that force no rate.
    """
    has_rate = np.array(
        [[f"incident_types.{t}.per_year.{f}" in figures for f in fitted.forces.ids] for t in fitted.types.ids]
    )[:, fitted.areas.forces]  # (types, areas)

    per_year = (call_rates(fitted) * has_rate).sum(axis=0) * HOURS_A_YEAR
    per_year[~has_rate.any(axis=0)] = np.nan
    return np.asarray(per_year[fitted.forces.planned[fitted.areas.forces]])


def _changes(
    figures: Mapping[str, Figure],
    profiles: Mapping[str, list[dict[str, Any]]],
    areas: pd.DataFrame,
    coverage: Coverage,
) -> dict[str, Any]:
    """Return what was fitted by path; areas without an estimate stay as they are."""
    hours = {f"incident_types.{name}.hours": entries for name, entries in profiles.items()}
    likelihood = {
        f"areas[{row['area']}].likelihood": _figure(
            row["likelihood"], row["likelihood_low"], row["likelihood_high"], coverage, row["calls"]
        )
        for row in records(areas[areas["estimate"].notna()])
    }
    return {**figures, **hours, **likelihood}


def _rate_figures(
    arrays: PlanArrays, rates: pd.DataFrame, base: Floats, coverage: Coverage
) -> dict[str, Figure]:
    """Return calls a year of each force by path, where there are enough for a rate and a place for them."""
    has_place = base @ np.eye(len(arrays.forces))[arrays.areas.forces] > 0.0  # (types, forces)
    level = _level_factor(arrays)

    figures = {}
    for row in records(rates[(rates["force"] != "") & rates["per_year"].notna()]):
        name = row["incident_type"]
        force = row["force"]
        if has_place[arrays.types.ids.index(name), arrays.forces.ids.index(force)]:
            # The log was kept at the plan's response level, by whose factor a plan multiplies its calls.
            value, low, high = (row[column] / level for column in ("per_year", "low", "high"))
            path = f"incident_types.{name}.per_year.{force}"
            figures[path] = _figure(value, low, high, coverage, row["calls"])
    return figures


def _level_factor(arrays: PlanArrays) -> float:
    """Return by how much the plan's response level multiplies calls."""
    factor = float(arrays.level.demand_factor)
    return 1.0 if math.isnan(factor) else factor


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
        note=f"fitted to {_few_or_counted(calls)} of {months[0]} to {months[-1]}",
    )


def _few_or_counted(calls: float) -> str:
    """Return a number of calls in words that don't give away one below five."""
    return "few calls" if calls < FEWEST_SHOWN else counted(calls, "call")


def _of_level(plan: Plan, arrays: PlanArrays) -> Iterator[str]:
    """Yield that calls a year are divided by the factor of the plan's response level, if it has one."""
    level = _level_factor(arrays)
    if level != 1.0:
        yield (
            f"the log is taken as one of the response level {plan.document.plan.response_level}: calls a "
            f"year for plan.toml are divided by its demand_factor, {factor(level)}"
        )


def _nowhere(arrays: PlanArrays, calls: Floats, placed: Floats) -> Iterator[str]:
    """Yield in which areas calls came that the plan can't have there."""
    nowhere = (calls - placed).sum(axis=0)
    areas = np.flatnonzero(nowhere)
    if areas.size:
        named = ", ".join(arrays.areas.ids[area] for area in areas[:NAMED])
        more = f" and {count(areas.size - NAMED)} more" if areas.size > NAMED else ""
        yield (
            f"{_few_or_counted(nowhere.sum())} have nowhere to go: they came to {named}{more}, where the "
            "plan can have none of their type, without residents or with a likelihood or class weight of 0; "
            "rates of their force count them, and its other areas share them"
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
