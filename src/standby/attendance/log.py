"""How fast units really were: turnout and speed factors from a log of past calls."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from standby._refusals import Refusal
from standby._show import Shown
from standby._typing import Floats, Mask
from standby.attendance._log_minutes import modelled_minutes
from standby.attendance._shrink import Shrunk, shrink
from standby.attendance.arrival import driving_min, factor_of
from standby.attendance.variation import single_tiers, too_few_trips, variation_figures, variation_table
from standby.demand import coverage_of, hour_of_week, nearest_area, reasons_not_counted
from standby.evidence import Figure, Manifest
from standby.plan import HOURS_A_WEEK, LocalTimes, Plan, hours_of_week, local_times, plan_arrays
from standby.tables import records
from standby.words import count, counted, factor

HOURS: Final[Mapping[str, str]] = {
    "weekday peak": "mon-fri 07:00-09:00; mon-fri 16:00-19:00",
    "night": "22:00-06:00",
    "other hours": "always",
}
"""Hours told apart; an hour counts for the first that names it."""

SHORT_MIN: Final = 3.0
"""Drives that the model takes to be shorter than this say more of its fixed part than of speed [min]."""

FEWEST: Final = 5
"""Fewest calls from which anything is fitted."""

LONGEST_MIN: Final[Mapping[str, float]] = {
    "authorised_min": 12 * 60.0,
    "turnout_min": 3 * 60.0,
    "first_armed_min": 24 * 60.0,
    "full_min": 24 * 60.0,
    "scene_min": 7 * 24 * 60.0,
}
"""Minutes above which a cell of a log can't be right, by column [min]."""

MOST_TIMES: Final = 10.0
"""Times that a logged drive may be longer or shorter than the modelled one; else it was no such drive."""

NAMED: Final = 10
"""How many of the cells that were set aside a note names."""

COLUMNS: Final = (
    "quantity", "by", "group", "calls", "raw", "estimate", "low", "high", "spread", "unit",
)  # fmt: skip
"""Columns of the table."""


class TooFewCallsError(Refusal):
    """A log with too few calls that tell how fast units drove."""


@dataclass(frozen=True, eq=False)
class LoggedCalls(Shown):
    """The calls of a log that are the plan's, free of minutes that can't be right.

    Parameters
    ----------
    table
        ``incidents.csv`` with the columns ``area`` (the nearest one), ``class`` (that of this area) and
        ``hours`` (the name in `HOURS`); minutes that were set aside are NaN.
    times
        When the calls of the whole log came.
    set_aside
        As in `LogFit`.
    not_counted
        Calls that are none of the plan's: ``id`` and ``reason``, as for rates.
    """

    table: pd.DataFrame
    times: LocalTimes
    set_aside: pd.DataFrame
    not_counted: pd.DataFrame


@dataclass(frozen=True, eq=False)
class LogFit(Shown):
    """What a log says of turnout and speed.

    Parameters
    ----------
    table
        One row each quantity and group: ``quantity`` (``emergency_factor``, ``turnout_min``,
        ``authorisation_min``, ``scene_min``), ``by`` (all, class, hours, class and hours), ``group``,
        ``calls``, ``raw`` (the group's own mean), ``estimate`` (drawn towards the common mean by as much as
        calls are few), ``low`` and ``high`` (5th and 95th percentile of what is known of it), ``spread`` (of
        single calls: a share for the factor, else minutes), ``unit``. A mean of factors is a geometric one.
    calls
        The calls that were used for the factor: ``id``, ``class``, ``hours``, ``logged_min`` (call to first
        armed arrival), ``fitted_min`` (with the logged authority and turnout, and the factor of its class and
        hours) and ``ratio`` (logged over modelled drive).
    left_out
        Calls that were not, with the ``reason``.
    set_aside
        Minutes that can't be right and were used for nothing: ``id`` of the call, ``column``, ``value`` [min]
        and ``reason``.
    notes
        What a reader should know of the log: how its times were taken, and how much of it was set aside.
    variation
        How minutes vary from call to call, one row each quantity and group: ``quantity`` (``trip``,
        ``turnout_min``, ``authorisation_min``, ``scene_min``), ``by`` (class, tier or incident type),
        ``group``, ``calls``, ``mean_min`` (not of trips), ``cv`` (standard deviation over mean), both with
        ``low`` and ``high``, and ``basis`` (what single numbers are compared with). A tier is that of a site
        with one armed tier.
    figures
        What to write into ``plan.toml``: figures by path. Turnout is that of the armed tier that stands alone
        at a site; of tiers that share their sites a log does not say which of them came. The emergency factor
        is that of the mean drive, which is longer than the geometric mean of the table where trips vary.
    set_with
        What has to be set with the figures, by path, as they hold it: ``travel.model_factor`` to 1, and the
        minutes of breaking off to 0, which lie between being sent and moving and are in a logged turnout.
    method
        What the modelled drives come from.
    manifest
        What makes it reproducible.
    """

    table: pd.DataFrame
    calls: pd.DataFrame
    left_out: pd.DataFrame
    set_aside: pd.DataFrame
    notes: tuple[str, ...]
    variation: pd.DataFrame
    figures: dict[str, Figure]
    set_with: dict[str, float]
    method: str
    manifest: Manifest

    @property
    def changes(self) -> dict[str, Any]:
        """What the log says by path, with what has to be set with it, for `standby.plan.Plan.with_values`."""
        return {**self.figures, **self.set_with}

    def summary(self) -> str:
        """Return a sentence with the factor, its doubt, and how many calls it is from."""
        row = self.table[(self.table["quantity"] == "emergency_factor") & (self.table["by"] == "all")].iloc[0]
        return (
            f"{row['calls']} of {len(self.calls) + len(self.left_out)} calls tell how fast units drove: "
            f"{factor(row['estimate'])} times the minutes of {self.method} "
            f"({factor(row['low'])} to {factor(row['high'])})."
        )


def fit_log(plan: Plan) -> LogFit:
    """Fit turnout and speed to the plan's log of past calls.

    The drive of a call is what is left of its minutes to the first armed arrival after authority and turnout.
    It is divided by the minutes of the plan's own method, without the part ``travel.start_min`` that an
    emergency drive does not have, and times the ``speed_factor`` of the tier; the factor is that ratio. It
    holds ``travel.model_factor`` as well: set that to 1 when the fitted factor goes into the plan. Ratios are
    averaged as logarithms. Classes and hours with few calls are drawn towards the common mean
    (`standby.attendance._shrink.shrink`).

    Minutes that can't be right (an arrival at 0 or after full attendance, or above `LONGEST_MIN`) are set
    aside, and so are calls whose drive is more than `MOST_TIMES` times longer or shorter than the modelled
    one: a mean would follow a single one of them anywhere. Negative minutes and infinite ones are faults of
    the plan. Calls that count in no rate (`standby.demand.reasons_not_counted`) are left out. Times with
    ``Z`` or an offset are converted to local time of the United Kingdom.

    Parameters
    ----------
    plan
        A plan with a table of incidents. A call without its unit's site, authority or turnout is
        used for what it does give.

    Returns
    -------
    LogFit
        The factors and minutes with their doubt, by class of place and hours.

    Raises
    ------
    ValueError
        If the plan has no log, a time that can't be read, or fewer than five calls that tell a speed.
    """
    calls = logged_calls(plan)
    log = calls.table
    set_aside = calls.set_aside
    has_wrong_minutes = log["id"].isin(set_aside["id"]).to_numpy()

    # The drive is what is left of the minutes to the first armed arrival.
    modelled, method = modelled_minutes(plan, log)
    start = plan.document.travel.start_min.value
    speed = _speed_factors(plan, log)
    drive = (log["first_armed_min"] - log["authorised_min"] - log["turnout_min"]).to_numpy(dtype=float)
    reasons = _reasons(log, has_wrong_minutes, drive, modelled, start, speed, _is_lent(plan, log))
    used = reasons == ""
    left_out = pd.concat(
        [calls.not_counted, pd.DataFrame({"id": log["id"][~used], "reason": reasons[~used]})],
        ignore_index=True,
    )
    if used.sum() < FEWEST:
        raise TooFewCallsError(_too_few(int(used.sum()), left_out), f"give {FEWEST} or more")

    ratio = factor_of(drive[used], modelled[used], start) / speed[used]
    rows = [*_rows("emergency_factor", log[used], np.log(ratio), "factor")]
    for column, name in (
        ("turnout_min", "turnout_min"), ("authorised_min", "authorisation_min"), ("scene_min", "scene_min"),
    ):  # fmt: skip
        given = log[log[column].notna()]
        if len(given) >= FEWEST:
            rows += _rows(name, given, given[column].to_numpy(dtype=float), "min")
    table = pd.DataFrame(rows, columns=list(COLUMNS))

    log_ratio = np.full(len(log), np.nan)
    log_ratio[used] = np.log(ratio)
    variation = variation_table(plan, log, log_ratio)

    fitted_drive = driving_min(modelled[used], start, _own_factor(table, log[used]) * speed[used])
    used_calls = log.loc[used, ["id", "class", "hours"]].assign(
        logged_min=log["first_armed_min"][used],
        fitted_min=(log["authorised_min"] + log["turnout_min"])[used] + fitted_drive,
        ratio=ratio,
    )
    figures = _figures(table, variation, calls.times.times)

    return LogFit(
        table=table,
        calls=used_calls.reset_index(drop=True),
        left_out=left_out,
        set_aside=set_aside,
        notes=(
            *calls.times.notes(),
            *_notes(set_aside),
            *_of_patrols(plan),
            *_turnout_of_nobody(plan, log),
            *too_few_trips(plan, log[used], coverage_of(calls.times.times)),
        ),
        variation=variation,
        figures=figures,
        set_with=_set_with(plan, figures),
        method=method,
        manifest=plan.manifest(fit="log"),
    )


def logged_calls(plan: Plan) -> LoggedCalls:
    """Return the calls of a plan's log that are the plan's, without minutes that can't be right.

    Parameters
    ----------
    plan
        The plan.

    Raises
    ------
    ValueError
        If the plan has no log, or a time that can't be read.
    """
    log = plan.table("incidents").reset_index(drop=True)
    if log.empty:
        raise Refusal("the plan has no past calls to fit", "add incidents.csv")
    times = local_times(log["time"])
    area, _ = nearest_area(plan, log)
    areas = plan.table("areas")
    log["area"] = areas["id"].to_numpy()[area]
    log["class"] = areas["class"].to_numpy()[area]
    log["hours"] = _hours(times.times)

    # Calls that count in no rate say nothing of this plan's minutes either.
    reason = reasons_not_counted(plan, log)
    not_counted = pd.DataFrame({"id": log["id"], "reason": reason})[reason != ""].reset_index(drop=True)
    log = log[reason == ""].reset_index(drop=True)

    # What can't be right is used for nothing.
    set_aside = _set_aside(log)
    for column in LONGEST_MIN:
        wrong = log["id"].isin(set_aside.loc[set_aside["column"] == column, "id"])
        log[column] = log[column].mask(wrong)
    return LoggedCalls(log, times, set_aside, not_counted)


def _too_few(number: int, left_out: pd.DataFrame) -> str:
    """Return that so few calls tell a speed, and why the others do not."""
    tell = "1 call tells" if number == 1 else f"{number} calls tell"
    why = "; ".join(f"{calls} {reason}" for reason, calls in left_out["reason"].value_counts().items())
    return f"only {tell} how fast a unit drove" + (f": left out are {why}" if why else "")


def _set_aside(log: pd.DataFrame) -> pd.DataFrame:
    """Return the cells of a log that can't be right."""
    rows = []
    for column, longest in LONGEST_MIN.items():
        minutes = log[column].to_numpy(dtype=float)
        is_full = column == "full_min"
        reasons = (
            ("an arrival at the moment of the call", (minutes == 0.0) & (column == "first_armed_min")),
            (f"above {count(longest)} minutes", minutes > longest),
            ("before the first armed arrival", is_full & (minutes < log["first_armed_min"].to_numpy())),
        )
        for reason, holds in reasons:
            rows += [(log["id"][k], column, minutes[k], reason) for k in np.flatnonzero(holds).tolist()]
    return pd.DataFrame(rows, columns=["id", "column", "value", "reason"])


def _notes(set_aside: pd.DataFrame) -> Iterator[str]:
    """Yield how many cells were set aside, and which."""
    if set_aside.empty:
        return

    first = set_aside.head(NAMED)
    named = "; ".join(f"{r.id} {r.column} {r.value:g} ({r.reason})" for r in first.itertuples())
    more = f"; and {count(len(set_aside) - NAMED)} more" if len(set_aside) > NAMED else ""
    calls = set_aside["id"].nunique()
    yield f"minutes of {counted(calls, 'call')} can't be right and are set aside: {named}{more}"


def _of_patrols(plan: Plan) -> Iterator[str]:
    """Yield where drives are taken to begin, if units of the plan may have been elsewhere."""
    if len(plan.table("patrols")):
        yield (
            "drives are taken to begin at the site that the log names, also of units on patrol: leave "
            "unit_site empty for calls that a patrol drove to"
        )


def _hours(times: NDArray[np.datetime64]) -> list[str]:
    """Return the name in `HOURS` of the hour of each time."""
    name_of_hour = np.full(HOURS_A_WEEK, "", dtype=object)
    for name, text in HOURS.items():
        name_of_hour[hours_of_week(text) & (name_of_hour == "")] = name

    return [str(name) for name in name_of_hour[hour_of_week(times)]]


def _speed_factors(plan: Plan, log: pd.DataFrame) -> Floats:
    """Return the speed factor of the unit of each call, NaN where its site has armed tiers of several."""
    units = plan.table("units")
    armed = {name: tier.speed_factor.value for name, tier in plan.document.tiers.items() if tier.armed}

    factor_by_site = {}
    for site in log["unit_site"].unique():
        # Where a site has no armed tier today, any of them may have driven.
        tiers = set(units.loc[units["site"] == site, "tier"]) & set(armed) or set(armed)
        factors = {armed[name] for name in tiers}
        factor_by_site[site] = factors.pop() if len(factors) == 1 else np.nan
    return log["unit_site"].map(factor_by_site).to_numpy(dtype=float)


def _is_lent(plan: Plan, log: pd.DataFrame) -> Mask:
    """Return calls that a unit of another force came to, which is not shared with that of the place."""
    arrays = plan_arrays(plan)
    force_of_area = dict(zip(arrays.areas.ids, arrays.areas.forces.tolist(), strict=True))
    there = log["area"].map(force_of_area).to_numpy(dtype=np.int64)

    # Forces from whose units some are shared, by site; a site without units today lends nobody.
    sites = np.array([arrays.sites.ids[code] for code in arrays.units.sites])
    lent = np.zeros(len(log), dtype=bool)
    for site in log["unit_site"].unique():
        units = np.flatnonzero(sites == site)
        if not units.size:
            continue
        own = arrays.units.forces[units]
        is_own = own[:, None] == np.arange(len(arrays.forces))
        is_shared = arrays.forces.shares[own] & arrays.units.pooled[units][:, None]
        lent_to: Mask = np.logical_not((is_own | is_shared).any(axis=0))  # (forces,)
        here = (log["unit_site"] == site).to_numpy()
        lent[here] = lent_to[there[here]]
    return lent


def _reasons(
    log: pd.DataFrame,
    has_wrong_minutes: NDArray[np.bool_],
    drive: Floats,
    modelled: Floats,
    start: float,
    speed: Floats,
    is_lent: Mask,
) -> NDArray[np.object_]:
    """Return the first reason why a call tells no speed, empty where it does."""
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = factor_of(drive, modelled, start) / speed

    tests = (
        ("with minutes that can't be right", has_wrong_minutes),
        ("without first_armed_min", log["first_armed_min"].isna()),
        ("without authorised_min or turnout_min", log["authorised_min"].isna() | log["turnout_min"].isna()),
        ("without unit_site", log["unit_site"].fillna("") == ""),
        ("with no drive left after authority and turnout", drive <= 0.0),
        ("by a unit of another force, whose notice is in its minutes", is_lent),
        ("from a site whose armed tiers have different speed factors", np.isnan(speed)),
        ("that no site's unit can reach by the model", ~np.isfinite(modelled)),
        (f"within {SHORT_MIN:g} minutes of the site by the model", modelled - start < SHORT_MIN),
        (f"whose drive took more than {MOST_TIMES:g} times the modelled minutes", ratio > MOST_TIMES),
        (f"whose drive took less than 1/{MOST_TIMES:g} of the modelled minutes", ratio < 1.0 / MOST_TIMES),
    )
    reasons = np.full(len(log), "", dtype=object)
    for reason, holds in tests:
        reasons[(reasons == "") & np.asarray(holds, dtype=bool)] = reason
    return reasons


def _rows(quantity: str, log: pd.DataFrame, values: Floats, unit: str) -> Iterator[dict[str, Any]]:
    """Yield the rows of one quantity: all calls, by class, by hours and by both."""
    both = log["class"] + ", " + log["hours"]
    everything = pd.Series("", index=log.index)
    for by, labels in (
        ("all", everything), ("class", log["class"]), ("hours", log["hours"]), ("class and hours", both),
    ):  # fmt: skip
        codes, names = pd.factorize(labels, sort=True)
        if values.size - len(names) < 2:  # too few for the spread within groups
            continue
        means = shrink(values, codes.astype(np.int64))
        for k, name in enumerate(names):
            yield _row(quantity, by, str(name), unit, means, k)


def _row(quantity: str, by: str, group: str, unit: str, means: Shrunk, k: int) -> dict[str, Any]:
    """Return the row of one group; factors come as logarithms."""
    numbers = (means.raw[k], means.mean[k], means.low[k], means.high[k])
    shown = np.exp(numbers) if unit == "factor" else np.maximum(numbers, 0.0)
    spread = np.expm1(means.spread) if unit == "factor" else means.spread

    cells = (quantity, by, group, int(means.counts[k]), *map(float, shown), float(spread), unit)
    return dict(zip(COLUMNS, cells, strict=True))


def _own_factor(table: pd.DataFrame, log: pd.DataFrame) -> Floats:
    """Return the factor of each call's class and hours, or of all where these could not be told apart."""
    rows = table[table["quantity"] == "emergency_factor"]
    overall = float(rows[rows["by"] == "all"]["estimate"].iloc[0])
    by_group = rows[rows["by"] == "class and hours"].set_index("group")["estimate"]

    group = log["class"] + ", " + log["hours"]
    return group.map(by_group).fillna(overall).to_numpy(dtype=float)


def _figures(
    table: pd.DataFrame, variation: pd.DataFrame, times: NDArray[np.datetime64]
) -> dict[str, Figure]:
    """Return the figures for the plan."""
    days = pd.Series(times)
    period = f"from {days.min():%Y-%m-%d} to {days.max():%Y-%m-%d}"
    shared: dict[str, Any] = {"kind": "measured", "as_of": days.max().date()}
    figures = variation_figures(variation, {**shared, "note": f"fitted to calls {period}"})

    # A plan's drive is a mean: the geometric one times what the spread of a lognormal adds.
    is_factor = (table["quantity"] == "emergency_factor") & (table["by"] == "all")
    for row in records(table[is_factor]):
        longer = math.exp(0.5 * math.log1p(row["spread"]) ** 2)
        figures["travel.emergency_factor"] = Figure(
            value=round(row["estimate"] * longer, 4),
            low=round(row["low"] * longer, 4),
            high=round(row["high"] * longer, 4),
            note=f"fitted to {row['calls']} calls {period}",
            **shared,
        )
    return figures


def _set_with(plan: Plan, figures: dict[str, Figure]) -> dict[str, float]:
    """Return what has to be set with figures, as they hold it."""
    values = {"travel.model_factor": 1.0} if "travel.emergency_factor" in figures else {}
    commitments = plan.table("commitments")
    for name, tier in plan.document.tiers.items():
        if f"tiers.{name}.turnout_min" not in figures:
            continue
        if tier.ordinary_work is not None:
            values[f"tiers.{name}.ordinary_work.break_off_min"] = 0.0
        own = commitments[(commitments["tier"] == name) & (commitments["break_off_min"] > 0.0)]
        values |= {f"commitments[{row}].break_off_min": 0.0 for row in own["id"]}
    return values


def _turnout_of_nobody(plan: Plan, log: pd.DataFrame) -> Iterator[str]:
    """Yield for how many calls the log does not say of which tier the unit was."""
    is_known = log["unit_site"].isin(single_tiers(plan))
    is_given = (log["unit_site"].fillna("") != "") & log["turnout_min"].notna()
    number = int((is_given & ~is_known).sum())
    if number:
        yield (
            f"the turnout of {counted(number, 'call')} goes to no tier: their site has no armed tier today, "
            "or more than one"
        )
