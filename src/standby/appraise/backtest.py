"""Last year's log against the model: months that were kept back, beside what was predicted of them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pandas as pd

from standby import _checks
from standby._refusals import Refusal
from standby._show import Shown
from standby._typing import Floats, Mask
from standby.appraise.chance import chances_of_calls, chances_of_number, ends, two_sided
from standby.appraise.log_arrivals import log_arrivals
from standby.attendance import HOURS, LogFit, TooFewCallsError, fit_log, logged_calls, varies
from standby.demand import CallFit, Coverage, call_rates, fit_calls, log_coverage
from standby.evidence import Figure, Manifest
from standby.plan import HOURS_A_WEEK, MEASURES, Plan, PlanArrays, hours_of_week, plan_arrays
from standby.tables import FEWEST_SHOWN, records
from standby.travel import travel_times
from standby.words import count, counted, minutes, share

FALSE_ALARMS: Final = 0.05
"""Most logs of the model's own, of all such, in which anything is said to be off."""

HELD_OUT_SHARE: Final = 0.25
"""Share of the months that are kept back, the last ones, unless another number is asked for."""

FEWEST_FOR_P90: Final = 20
"""Fewest calls whose 90th percentile is compared."""

QUANTILES: Final[Mapping[str, float]] = {"median": 0.5, "p90": 0.9}
"""Minutes that are compared."""

BANDS: Final = 5
"""Parts of equal width of the predicted chance, in which it is held against what happened."""

P95_Z: Final = 1.6448536269514722
"""Standard deviations from the median to the 95th percentile of a normal distribution."""

DOUBTED: Final = ("emergency_factor", "turnout_min", "authorisation_min", "trip_cv")
"""Fitted figures whose doubt counts in what chance allows, those of one name together."""

OTHERS: Final = "(others)"
"""Group that small ones are put together in: no id of a plan is written so."""

LOGGED: Final[Mapping[str, str]] = {"first": "first_armed_min", "full": "full_min"}
"""Columns of a log by measure."""

CALL_COLUMNS: Final = ("by", "group", "expected", "low", "high", "observed", "chance", "off")
REACH_COLUMNS: Final = (
    "standard", "name", "by", "group", "calls", "expected", "low", "high", "observed", "chance", "off",
)  # fmt: skip
MINUTE_COLUMNS: Final = (
    "incident_type", "measure", "by", "group", "statistic", "calls", "expected", "low", "high", "observed",
    "chance", "off",
)  # fmt: skip
CALIBRATION_COLUMNS: Final = (
    "standard", "name", "from_chance", "to_chance", "calls", "expected", "low", "high", "observed", "chance",
    "off",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Backtest(Shown):
    """A log beside what a model says of it.

    In every table ``expected`` is what the model says, ``low`` and ``high`` hold what chance allows nine
    times in ten, ``observed`` is what the log shows, ``chance`` is how often chance alone gives something as
    far off, on either side, and ``off`` says that it is less than all the comparisons together allow. Groups
    of fewer than five calls are put together as ``(others)``; where all would be, only ``all`` is shown.

    Parameters
    ----------
    calls
        How many calls came, one row each group: ``by`` (all, incident type, force, class, hours) and
        ``group``.
    reach
        Share of calls that were reached in time, one row each standard and group: ``by`` is all, class, hours
        or tier. Rows by tier are of the unit that came first: by then from where it started, after the
        authority that is logged, so that they say nothing of who came.
    minutes
        Minutes from the call that half, and nine in ten, of the calls were within: ``statistic`` is median or
        p90.
    calibration
        One row each standard and part of the predicted chance, from ``from_chance`` to ``to_chance``.
    statements
        In words, what is off by more than chance allows, or that nothing is.
    notes
        What a reader should know: what was fitted to what, and which calls could not be compared.
    held_out, fitted_to
        Months that were compared, and those that the model was fitted to; none if it was taken as written.
    comparisons
        How many comparisons were made.
    manifest
        What makes it reproducible.
    """

    calls: pd.DataFrame
    reach: pd.DataFrame
    minutes: pd.DataFrame
    calibration: pd.DataFrame
    statements: tuple[str, ...]
    notes: tuple[str, ...]
    held_out: tuple[str, ...]
    fitted_to: tuple[str, ...]
    comparisons: int
    manifest: Manifest

    @property
    def number_off(self) -> int:
        """How many comparisons are off by more than chance allows."""
        tables = (self.calls, self.reach, self.minutes, self.calibration)
        return sum(int(table["off"].sum()) for table in tables)

    def summary(self) -> str:
        """Return a sentence: what was compared, and how many comparisons are off."""
        off = self.number_off
        months = " to ".join(dict.fromkeys([self.held_out[0], self.held_out[-1]]))
        what = "the plan as it is written" if not self.fitted_to else "the plan, fitted to the other months"
        return (
            f"{months} against {what}: {count(off)} of {counted(self.comparisons, 'comparison')} "
            f"{'is' if off == 1 else 'are'} off by more than chance allows."
        )


def backtest(plan: Plan, *, months: int | None = None, as_written: bool = False) -> Backtest:
    """Compare a plan's log of past calls with its model, in months that the model has not seen.

    The last months of the log are kept back. The plan is fitted to the others (`standby.demand.fit_calls`,
    `standby.attendance.fit_log`) and says how many calls come in the months that were kept back, and with
    which chance each of their calls is reached by so many minutes, at its place and hour. Both are held
    against what happened. Nothing is adjusted after that.

    What chance allows: of calls a negative binomial distribution, with the doubt of a rate that was fitted to
    so many calls; of calls in time a Poisson-binomial one over their chances, which move together by what the
    fitted figures leave in doubt. A percentile of minutes is compared by how many calls are within it. As
    many comparisons are made, each is called off only if its chance is below 0.05 divided by their number
    (Bonferroni), so that at most one log in twenty of the model's own raises an alarm; it is fewer, as many
    of the comparisons are of the same calls.

    Parameters
    ----------
    plan
        A plan with a table of incidents, without an option laid over it.
    months
        How many months to keep back; None: a quarter of them, at least one.
    as_written
        Take the plan as it is, at its central values, and compare all months with it. What chance allows has
        no doubt of figures then.

    Returns
    -------
    Backtest
        Calls, shares in time, minutes and calibration beside what was predicted, and what is off.

    Raises
    ------
    ValueError
        If the plan has no log, an option is laid over it, or there are too few months to keep some back.
    ArithmeticError
        If the busy shares of the units do not settle.

    References
    ----------
    Gneiting, T. and Katzfuss, M. (2014). Probabilistic forecasting. Annual Review of Statistics and Its
    Application 1, 125-151.
    """
    if plan.variant is not None:
        raise Refusal(f"{plan.variant!r} is laid over this plan", "start from the base")
    as_written = _checks.flag("as_written", as_written)
    times, coverage = log_coverage(plan)
    held_out, fitted_to = _split(coverage, months, as_written=as_written)

    # The model, and what it was fitted to.
    seen = fit_calls(plan, months=fitted_to) if fitted_to else None
    fitted = plan
    log_figures = dict[str, Figure]()
    of_fit = list[str]()
    if seen is not None:
        log_fit, of_minutes = _fit_minutes(plan, seen)
        of_fit = [*seen.notes, *_left_out(seen), *of_minutes]
        log_figures = log_fit.figures if log_fit else {}
        fitted = plan.with_values({**seen.changes, **(log_fit.changes if log_fit else {})})

    came = fit_calls(plan, months=held_out)
    of_log = [*times.notes(), *coverage.notes()]
    notes = [
        *of_log,
        *(f"in the months fitted to, {note}" for note in dict.fromkeys(of_fit) if note not in of_log),
        *(f"in the months compared, {note}" for note in _left_out(came)),
    ]
    logged = logged_calls(plan)
    frame = _with_minutes(logged.table, came)
    arrays = plan_arrays(fitted)

    calls = _calls(arrays, came, seen)
    compared = _Compared(fitted, log_figures, frame)
    reach = pd.DataFrame(_reach(arrays, compared), columns=list(REACH_COLUMNS))
    within = pd.DataFrame(_minutes(compared), columns=list(MINUTE_COLUMNS))
    calibration = pd.DataFrame(_calibration(arrays, compared), columns=list(CALIBRATION_COLUMNS))

    # Off is what all the comparisons together allow in at most one log in twenty.
    tables = {"calls": calls, "reach": reach, "minutes": within, "calibration": calibration}
    comparisons = sum(int(table["chance"].notna().sum()) for table in tables.values())
    for table in tables.values():
        table["off"] = table["chance"] * comparisons < FALSE_ALARMS

    return Backtest(
        **tables,
        statements=tuple(_statements(plan, tables, comparisons)),
        notes=(*notes, *_not_compared(fitted, compared, logged.set_aside, len(held_out))),
        held_out=held_out,
        fitted_to=fitted_to,
        comparisons=comparisons,
        manifest=plan.manifest(
            backtest="as written" if as_written else "held-out months", months=len(held_out)
        ),
    )


def _split(
    coverage: Coverage, months: int | None, *, as_written: bool
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the months to compare, and those to fit to."""
    covered = coverage.months
    if as_written:
        if months is not None:
            raise Refusal(
                "months says how many to keep back, and as written none are", "leave one of the two out"
            )
        return covered, ()

    number = math.ceil(HELD_OUT_SHARE * len(covered))
    if months is not None:
        number = _checks.whole("months", months, low=1)
    if number >= len(covered):
        more = number + 1 - len(covered)
        raise Refusal(
            f"the log covers {counted(len(covered), 'month')}, which leaves none to fit the model to",
            f"keep fewer back, give {counted(more, 'more month', 'more months')} of log, or compare the plan "
            "as it is written",
        )
    return covered[-number:], covered[:-number]


def _fit_minutes(plan: Plan, seen: CallFit) -> tuple[LogFit | None, list[str]]:
    """Return figures of minutes fitted to the months that the model may see, and notes of that fit."""
    log = plan.table("incidents")
    own = log[log["id"].isin(seen.calls["id"])].reset_index(drop=True)
    try:
        found = fit_log(replace(plan, tables={**plan.tables, "incidents": own}))
    except TooFewCallsError as error:
        return None, [f"turnout and speed are the plan's own: {error.what}"]
    return found, [*found.notes]


def _left_out(fit: CallFit) -> Iterator[str]:
    """Yield how many calls of the months of a fit do not count, and why."""
    for reason, number in fit.left_out["reason"].value_counts().items():
        yield f"{counted(number, 'call')} {reason} {'is' if number == 1 else 'are'} left out"


def _with_minutes(log: pd.DataFrame, came: CallFit) -> pd.DataFrame:
    """Return the calls that count with their minutes, class, band of hours and site."""
    columns = ["id", "class", "hours", "unit_site", "authorised_min", *LOGGED.values()]
    return came.calls.merge(log[columns], on="id", how="left")


# Calls


def _calls(arrays: PlanArrays, came: CallFit, seen: CallFit | None) -> pd.DataFrame:
    """Return calls expected and observed, by incident type, force, class and hours."""
    # Expected by type, area and hour of the week: areas and hours are independent of each other in a plan.
    planned = arrays.forces.planned[arrays.areas.forces]
    per_hour = call_rates(arrays) * planned
    by_hour = arrays.types.hour_weight * came.coverage.by_hour
    expected = per_hour * by_hour.sum(axis=1, keepdims=True)  # (types, areas)

    of_types = {name: expected[code].sum() for code, name in enumerate(arrays.types.ids)}
    of_forces = {
        name: expected[:, arrays.areas.forces == code].sum()
        for code, name in enumerate(arrays.forces.ids)
        if arrays.forces.planned[code]
    }
    of_classes = {
        name: expected[:, arrays.areas.classes == code].sum() for code, name in enumerate(arrays.classes.ids)
    }
    of_hours = {
        name: float((per_hour.sum(axis=1, keepdims=True) * by_hour)[:, band].sum())
        for name, band in _bands().items()
    }

    groups = {
        "all": {"": float(expected.sum())},
        "incident type": of_types,
        "force": of_forces,
        "class": of_classes,
        "hours": of_hours,
    }
    rows = list[tuple[Any, ...]]()
    for by, expected_of in groups.items():
        observed_of = _labels(arrays, came, by).value_counts().to_dict()
        fitted_of = _labels(arrays, seen, by).value_counts().to_dict() if seen is not None else {}
        pooled = _pooled({name: observed_of.get(name, 0) for name in expected_of}, expected_of)
        if by != "all" and len(set(pooled.values())) < 2:
            continue  # it would say again what all of them say
        for group in dict.fromkeys(pooled.values()):
            names = [name for name, own in pooled.items() if own == group]
            expected_number = float(sum(expected_of[name] for name in names))
            observed = int(sum(observed_of.get(name, 0) for name in names))
            fitted_to = np.inf if seen is None else float(sum(fitted_of.get(name, 0) for name in names))
            if expected_number <= 0.0:
                rows.append((by, group, expected_number, 0, 0, observed, float(observed == 0), False))
                continue
            number = chances_of_calls(expected_number, fitted_to)
            chance = min(1.0, 2.0 * min(float(number.cdf(observed)), float(number.sf(observed - 1))))
            low, high = (int(number.ppf(level)) for level in (0.05, 0.95))
            rows.append((by, group, expected_number, low, high, observed, chance, False))
    return pd.DataFrame(rows, columns=list(CALL_COLUMNS))


def _labels(arrays: PlanArrays, fit: CallFit, by: str) -> pd.Series[Any]:
    """Return the group of each call that counts."""
    if by == "all":
        return pd.Series("", index=fit.calls.index)
    if by == "incident type":
        return fit.calls["incident_type"]
    if by == "hours":
        name_of_hour = np.full(HOURS_A_WEEK, "", dtype=object)
        for name, band in _bands().items():
            name_of_hour[band] = name
        return pd.Series(name_of_hour[fit.calls["hour"].to_numpy(np.int64)], index=fit.calls.index)

    areas = arrays.areas
    ids, codes = (arrays.forces.ids, areas.forces) if by == "force" else (arrays.classes.ids, areas.classes)
    of_area = {area: ids[code] for area, code in zip(areas.ids, codes, strict=True)}
    return fit.calls["area"].map(of_area)


def _bands() -> dict[str, Mask]:
    """Return the hours of the week of each band; an hour counts for the first that names it."""
    left = np.ones(HOURS_A_WEEK, dtype=bool)
    bands = {}
    for name, text in HOURS.items():
        bands[name] = hours_of_week(text) & left
        left &= ~bands[name]
    return bands


def _pooled(observed: Mapping[Any, int], expected: Mapping[Any, float] | None = None) -> dict[Any, Any]:
    """Return the group that each group is shown in: small ones together, so that no count is below five.

    Parameters
    ----------
    observed
        Calls of each group.
    expected
        Calls expected of each, which have to be as many; None where they say nothing beside that.
    """
    expected = expected or dict(observed)
    is_small = {
        name: min(number, expected[name]) < FEWEST_SHOWN and (number or expected[name])
        for name, number in observed.items()
    }
    shown = {
        name: OTHERS if is_small[name] else name
        for name, number in observed.items()
        if number or expected[name]
    }

    # A pool that is still small takes in the smallest of the others, or is not shown at all.
    while OTHERS in shown.values():
        pool = [name for name, group in shown.items() if group == OTHERS]
        if sum(observed[name] for name in pool) >= FEWEST_SHOWN or len(shown) == 1:
            break
        rest = [name for name in shown if name not in pool]
        if not rest:
            return {}
        shown[min(rest, key=lambda name: observed[name])] = OTHERS
    return shown


# Calls in time


class _Compared:
    """The chances of the calls of a log, at central values and with doubted figures at their upper bounds.

    Parameters
    ----------
    plan
        The model.
    figures
        Figures that were fitted to other months.
    calls
        The calls with their minutes.
    """

    def __init__(self, plan: Plan, figures: Mapping[str, Figure], calls: pd.DataFrame) -> None:
        times = travel_times(plan)
        self.calls = calls
        measures = [measure for measure, column in LOGGED.items() if calls[column].notna().any()]
        self.central = log_arrivals(plan, times, calls, measures)
        self.shifted = [
            log_arrivals(plan.with_values(higher), times, calls, measures) for higher in _one_higher(figures)
        ]

    def table(self, measure: str) -> tuple[Floats, list[Floats]]:
        """Return the chances of a measure: first, full, or first from the unit's site."""
        every = [self.central, *self.shifted]
        tables = [a.from_site if measure == "site" else a.chance[measure] for a in every]
        return tables[0], tables[1:]

    def chances(self, measure: str, of: Mask, by_min: Floats | float) -> tuple[Floats, float]:
        """Return the chances of some calls to be reached by so many minutes, and the doubt of their sum."""
        central, shifted = self.table(measure)
        by_min = by_min[of] if isinstance(by_min, np.ndarray) else by_min
        chances = self.central.by(central[of], by_min)
        moves = [float((self.central.by(other[of], by_min) - chances).sum()) for other in shifted]
        return chances, float(np.hypot.reduce([0.0, *moves])) / P95_Z

    def known(self, measure: str) -> Mask:
        """Return calls whose minutes are logged and of which the model says something."""
        table, _ = self.table(measure)
        logged = self.calls[LOGGED["first" if measure == "site" else measure]]
        return np.asarray(logged.notna().to_numpy() & ~np.isnan(table).any(axis=1))


def _one_higher(figures: Mapping[str, Figure]) -> Iterator[dict[str, float]]:
    """Yield values with the figures of one name at their 95th percentile, name by name."""
    for name in DOUBTED:
        own = {p: f.high for p, f in figures.items() if p.rpartition(".")[2] == name and f.high is not None}
        if own:
            yield own


def _reach(arrays: PlanArrays, compared: _Compared) -> Iterator[tuple[Any, ...]]:
    """Yield the share of calls in time, by standard and group."""
    calls = compared.calls
    for row, (key, standard) in enumerate(arrays.plan.document.standards.items()):
        within, holds = _standard_of_calls(arrays, compared, row)
        of_class = holds & compared.known(standard.measure)
        groups: list[tuple[str, str, pd.Series[Any]]] = [
            ("all", standard.measure, pd.Series("", index=calls.index)),
            ("class", standard.measure, calls["class"]),
            ("hours", standard.measure, calls["hours"]),
        ]
        if standard.measure == "first":
            groups.append(("tier", "site", pd.Series(compared.central.tier, index=calls.index)))

        in_time = calls[LOGGED[standard.measure]].to_numpy(dtype=float) <= within
        for by, measure, labels in groups:
            of = of_class & compared.known(measure)
            for group, members in _members(by, labels, of):
                chances, doubt = compared.chances(measure, members, within)
                cells = _share_cells(chances, doubt, int(in_time[members].sum()))
                yield (key, standard.name, by, group, int(members.sum()), *cells, False)


def _standard_of_calls(arrays: PlanArrays, compared: _Compared, row: int) -> tuple[Floats, Mask]:
    """Return the minutes of a standard at each call, and for which calls it is."""
    code = {name: k for k, name in enumerate(arrays.areas.ids)}
    area = compared.calls["area"].map(code).to_numpy(np.int64)
    incident_type = arrays.types.ids[arrays.standards.types[row]]
    within = arrays.standards.within_min[row, area]
    holds = ~np.isnan(within) & (compared.calls["incident_type"] == incident_type).to_numpy()
    return within, holds


def _not_compared(plan: Plan, compared: _Compared, set_aside: pd.DataFrame, months: int) -> Iterator[str]:
    """Yield which standards and calls could not be compared, and how many more months of log would do."""
    calls = compared.calls
    number = len(calls)
    arrays = plan_arrays(plan)
    for row, (key, standard) in enumerate(plan.document.standards.items()):
        if standard.of == "key_locations":
            yield f"standards.{key} is for key locations, which have no calls of their own: not compared"
            continue
        _, holds = _standard_of_calls(arrays, compared, row)
        known = int((holds & compared.known(standard.measure)).sum())
        column = LOGGED[standard.measure]
        if holds.any() and not calls[column][holds].notna().any():
            # More months of a log without the column would not do.
            yield (
                f"no call of standards.{key} in the months compared has {column} that can be used: "
                "not compared"
            )
        elif known < FEWEST_SHOWN:
            more = math.ceil((FEWEST_SHOWN - known) / ((known + 0.5) / months))
            yield (
                f"standards.{key} has fewer than {FEWEST_SHOWN} calls with minutes in the months compared: "
                f"about {counted(more, 'more month', 'more months')} of them would do"
            )

    for measure, what in (("first", "first armed arrival"), ("full", "full attendance")):
        column = LOGGED[measure]
        is_known = compared.known(measure)
        is_logged = calls[column].notna().to_numpy()
        is_set_aside = calls["id"].isin(set_aside.loc[set_aside["column"] == column, "id"]).to_numpy()

        absent = int((~is_logged & ~is_set_aside).sum())
        if absent and is_known.any():
            yield (
                f"{count(absent)} of {counted(number, 'call')} {_have(absent)} no minutes to {what} in the "
                "log; where nobody came, the shares do not show it"
            )

        wrong = int(is_set_aside.sum())
        if wrong:
            yield (
                f"{count(wrong)} of {counted(number, 'call')} {_have(wrong)} minutes to {what} that can't be "
                "right: they are set aside and not compared"
            )

        unexpected = int((is_logged & ~is_known).sum())
        if unexpected:
            yield (
                f"{count(unexpected)} of {counted(number, 'call')} {_have(unexpected)} minutes to {what} and "
                "came at hours at which the plan has no such calls: not compared"
            )

    if not varies(arrays):
        yield (
            "the plan takes trips, turnout and authorisation as the same every time: minutes that vary are "
            "off by more than it allows; give trip_cv, turnout_cv and authorisation_cv"
        )


def _have(number: int) -> str:
    """Return the verb of so many calls."""
    return "has" if number == 1 else "have"


def _members(by: str, labels: pd.Series[Any], of: Mask) -> Iterator[tuple[str, Mask]]:
    """Yield groups of calls of which none is small, and who is in them."""
    names = labels.to_numpy()
    pooled = _pooled(labels[of].value_counts().to_dict())
    if by not in {"all", "tier"} and len(set(pooled.values())) < 2:
        return  # it would say again what all of them say
    for group in dict.fromkeys(pooled.values()):
        own = [name for name, shown in pooled.items() if shown == group]
        members = of & np.isin(names, own)
        if members.sum() >= FEWEST_SHOWN:
            yield str(group), members


def _share_cells(chances: Floats, doubt: float, in_time: int) -> tuple[float, float, float, float, float]:
    """Return the share expected, what chance allows, the share observed, and the chance of it."""
    number = chances_of_number(chances, doubt)
    low, high = ends(number)
    size = chances.size
    return float(chances.mean()), low / size, high / size, in_time / size, two_sided(number, in_time)


def _minutes(compared: _Compared) -> Iterator[tuple[Any, ...]]:
    """Yield medians and 90th percentiles of minutes, by incident type, measure and group."""
    calls = compared.calls
    for incident_type in calls["incident_type"].unique():
        of_type = (calls["incident_type"] == incident_type).to_numpy()
        for measure in MEASURES:
            of = of_type & compared.known(measure)
            for by, labels in (
                ("all", pd.Series("", index=calls.index)),
                ("class", calls["class"]),
                ("hours", calls["hours"]),
            ):
                for group, members in _members(by, labels, of):
                    for statistic in QUANTILES:
                        cells = _quantile_cells(compared, measure, members, statistic)
                        if cells is not None:
                            about = (incident_type, measure, by, group, statistic, int(members.sum()))
                            yield (*about, *cells, False)


def _quantile_cells(
    compared: _Compared, measure: str, members: Mask, statistic: str
) -> tuple[float, float, float, float, float] | None:
    """Return minutes expected, what chance allows, observed, and the chance; None where that says nothing."""
    size = int(members.sum())
    if statistic == "p90" and size < FEWEST_FOR_P90:
        return None

    # A percentile is off if too many or too few calls are within it.
    arrivals = compared.central
    table, shifted = compared.table(measure)
    chance_by_grid = table[members]
    level = QUANTILES[statistic]
    expected = arrivals.within(chance_by_grid.mean(axis=0), level)
    logged = compared.calls[LOGGED[measure]].to_numpy(dtype=float)[members]
    observed = float(np.quantile(logged, level, method="inverted_cdf"))
    if not math.isfinite(expected):
        return expected, np.nan, expected, observed, np.nan

    # Tested at the nearest minutes of the grid, where chances are exact.
    tested = float(arrivals.grid[np.abs(arrivals.grid - expected).argmin()])
    number = chances_of_number(*compared.chances(measure, members, tested))
    chance = two_sided(number, int((logged <= tested).sum()))

    # The percentile is at most so many minutes if that many calls are within these: normal, at each minute.
    mean = chance_by_grid.sum(axis=0)
    variance = (chance_by_grid * (1.0 - chance_by_grid)).sum(axis=0)
    variance += sum(((other[members].sum(axis=0) - mean) / P95_Z) ** 2 for other in shifted)
    wanted = math.ceil(level * size) - 0.5
    score = (mean - wanted) / np.sqrt(np.maximum(variance, 0.25))
    low, high = (arrivals.within(score, z) for z in (-P95_Z, P95_Z))
    return expected, low, high, observed, chance


def _calibration(arrays: PlanArrays, compared: _Compared) -> Iterator[tuple[Any, ...]]:
    """Yield the share of calls in time by the chance that was predicted, by standard."""
    for row, (key, standard) in enumerate(arrays.plan.document.standards.items()):
        within, holds = _standard_of_calls(arrays, compared, row)
        of = holds & compared.known(standard.measure)
        if not of.any():
            continue
        predicted = np.full(of.size, np.nan)
        predicted[of] = compared.chances(standard.measure, of, within)[0]
        in_time = compared.calls[LOGGED[standard.measure]].to_numpy(dtype=float) <= within

        for first, last in _bands_of_chance(predicted[of]):
            is_last = last == BANDS
            members = of & (predicted >= first / BANDS)
            members &= (predicted <= 1.0) if is_last else (predicted < last / BANDS)
            chances, doubt = compared.chances(standard.measure, members, within)
            cells = _share_cells(chances, doubt, int(in_time[members].sum()))
            yield (key, standard.name, first / BANDS, last / BANDS, int(members.sum()), *cells, False)


def _bands_of_chance(predicted: Floats) -> Iterator[tuple[int, int]]:
    """Yield parts of the chance, from and to in fifths, each with five calls or more."""
    number = np.bincount(np.minimum((predicted * BANDS).astype(np.int64), BANDS - 1), minlength=BANDS)
    if number.sum() < FEWEST_SHOWN:
        return

    # From below; a part that is small goes with the one above it, the last one with all that is left.
    first = 0
    for last in range(1, BANDS + 1):
        rest = number[last:].sum()
        if number[first:last].sum() >= FEWEST_SHOWN and (rest >= FEWEST_SHOWN or last == BANDS):
            yield first, last
            first = last


# In words


def _statements(plan: Plan, tables: Mapping[str, pd.DataFrame], comparisons: int) -> Iterator[str]:
    """Yield what is off by more than chance allows, or that nothing is."""
    found = list(_off(plan, tables))
    yield from found
    if not found:
        yield (
            f"Nothing is off by more than chance allows: {counted(comparisons, 'comparison')}, of which at "
            f"least one would be off in at most {share(FALSE_ALARMS)} of the logs of such a model."
        )


def _off(plan: Plan, tables: Mapping[str, pd.DataFrame]) -> Iterator[str]:
    """Yield a sentence for each comparison that is off."""
    for row in records(tables["calls"][tables["calls"]["off"]]):
        yield (
            f"Calls{_where(plan, row)}: {count(row['observed'])} came where the model expects "
            f"{count(row['expected'])} ({count(row['low'])} to {count(row['high'])})."
        )

    for row in records(tables["reach"][tables["reach"]["off"]]):
        yield (
            f"{row['name']}{_where(plan, row)}: {share(row['observed'])} of {count(row['calls'])} calls were "
            f"reached in time where the model expects {share(row['expected'])} "
            f"({share(row['low'])} to {share(row['high'])})."
        )

    words = {"median": "half of the calls", "p90": "nine in ten calls"}
    measures = {"first": "First armed arrival", "full": "Full attendance"}
    for row in records(tables["minutes"][tables["minutes"]["off"]]):
        kind = plan.document.incident_types[row["incident_type"]].name
        yield (
            f"{measures[row['measure']]}, {kind}{_where(plan, row)}: {words[row['statistic']]} within "
            f"{minutes(row['observed'])} where the model expects {minutes(row['expected'])} "
            f"({minutes(row['low'])} to {minutes(row['high'])})."
        )

    for row in records(tables["calibration"][tables["calibration"]["off"]]):
        yield (
            f"{row['name']}, calls with a predicted chance of {share(row['from_chance'])} to "
            f"{share(row['to_chance'])}: {share(row['observed'])} of {count(row['calls'])} were reached in "
            f"time where the model expects {share(row['expected'])}."
        )


def _where(plan: Plan, row: Mapping[str, Any]) -> str:
    """Return the group of a row in words, after a comma."""
    by, group = row["by"], row["group"]
    if by == "all":
        return ""
    document = plan.document
    sections: Mapping[str, Mapping[str, Any]] = {
        "class": document.classes, "tier": document.tiers, "force": document.forces,
        "incident type": document.incident_types,
    }  # fmt: skip
    own = sections.get(by, {}).get(group)
    name = own.name if own is not None else group
    what = {"class": "class ", "tier": "units of tier ", "hours": "hours: "}.get(by, "")
    return f", {what}{name}"
