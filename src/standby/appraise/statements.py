"""What was said in public, beside what the model says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from standby._deadline import NO_LIMIT, Deadline, UnfinishedError
from standby._refusals import Refusal
from standby._typing import Floats
from standby.appraise.claims import verdict_sentence
from standby.appraise.sample import Query, mean_minutes, sample
from standby.attendance import Outcome, evaluate
from standby.cover import (
    Evaluated,
    beyond_by_place,
    beyond_share,
    evaluate_plan,
    is_bound,
    percentiles,
)
from standby.evidence import Draws, Series
from standby.plan import MEASURES, Plan, Statement, judge_statement, plan_arrays, series_of
from standby.travel import travel_times
from standby.workforce import crew_by_tier

MINUTES = ("first_min", "full_min")
"""Measures that need the model; the others are arithmetic."""

CHANCES = {"median": 0.5, "p90": 0.9, "p95": 0.95}
DRAWS = 128
"""Approximate number of draws used for a statement's interval."""

ROUNDING_MIN = 0.5
"""A model's minutes within this of what was said agree with it [min]."""

ROUNDING_SHARE = 0.005
"""A number other than minutes agrees with what was said within this share of it."""


class ModelAnswer(NamedTuple):
    """What the model says: at central values, its interval, and whether it is a lower bound.

    Of a series it is what the series says, with the verdict and why.
    """

    value: float
    low: float
    high: float
    at_least: bool
    verdict: str = ""
    finding: str = ""


class Subject(NamedTuple):
    """What a statement is about: codes of type and measure, groups as 0 and 1, and a mask of places."""

    incident_type: int
    measure: int
    groups: Floats
    places: NDArray[np.bool_]


COLUMNS = (
    "statement",
    "said",
    "date",
    "source",
    "measure",
    "statistic",
    "said_low",
    "said_high",
    "scenario",
    "model",
    "model_low",
    "model_high",
    "at_least",
    "agrees",
    "within_doubt",
    "series",
    "verdict",
    "finding",
    "assumptions",
    "reading",
)


def statements_table(plan: Plan, draws: Draws, deadline: Deadline = NO_LIMIT) -> pd.DataFrame:
    """Return a row for each statement: what was said, and what the model says for its scenario.

    Statements of a scenario that there was no time for have no row.

    Parameters
    ----------
    plan
        The base.
    draws
        Draws that cover every figure in doubt of the base and its scenarios.
    deadline
        When to stop.

    Raises
    ------
    ValueError
        If a statement lacks an input, or is about people whom the plan does not have.
    """
    statements = plan.document.statements
    answers: dict[str, ModelAnswer] = {}
    series = series_of(plan.table("series"))

    # Statements on minutes are answered together where they are about the same scenario.
    by_scenario: dict[str | None, dict[str, Statement]] = {}
    for name, statement in statements.items():
        if statement.measure in MINUTES:
            by_scenario.setdefault(statement.scenario, {})[name] = statement
        elif statement.series is not None:
            answers[name] = _by_series(statement, series)
        else:
            value = _arithmetic(plan, statement)
            answers[name] = ModelAnswer(value, value, value, at_least=False)

    for scenario, of_scenario in by_scenario.items():
        try:
            answers |= _minutes(_in_scenario(plan, scenario), of_scenario, draws, deadline)
        except UnfinishedError:
            continue

    # The date is shown as it was written, so that a month stays a month.
    rows = []
    for name, statement in statements.items():
        if name not in answers:
            continue
        date = str(plan.raw["statements"][name]["date"])
        rows.append(_row(name, statement, date, answers[name]))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _in_scenario(plan: Plan, scenario: str | None) -> Plan:
    """Return the plan in a scenario; None for the plan as it is."""
    return plan if scenario is None else plan.with_scenario(scenario)


def _row(name: str, statement: Statement, date: str, answer: ModelAnswer) -> dict[str, Any]:
    """Return the row of a statement, and whether the model agrees with it."""
    value, low, high, at_least, verdict, finding = answer
    is_minutes = statement.measure in MINUTES
    tolerance = ROUNDING_MIN if is_minutes else ROUNDING_SHARE * max(abs(statement.high), 1e-9)
    least = statement.low - tolerance
    most = statement.high + tolerance

    # What was said of a series has been rounded already, and a share of no base agrees with nothing.
    agrees = verdict == "holds" if verdict else least <= value <= most
    within_doubt = agrees if verdict else low <= most and least <= high

    return {
        "statement": name,
        "said": statement.said,
        "date": date,
        "source": statement.source,
        "measure": statement.measure,
        "statistic": statement.statistic if is_minutes else "",
        "said_low": statement.low,
        "said_high": statement.high,
        "scenario": "" if verdict else statement.scenario or "base",
        "model": value,
        "model_low": low,
        "model_high": high,
        "at_least": at_least,
        "agrees": agrees,
        "within_doubt": bool(within_doubt),
        "series": statement.series or "",
        "verdict": verdict,
        "finding": finding,
        "assumptions": statement.assumptions,
        "reading": statement.reading,
    }


def _by_series(statement: Statement, series: Mapping[str, Series]) -> ModelAnswer:
    """Return what a series says of a statement, the verdict and why."""
    judged = judge_statement(statement, series)
    value = judged.value
    finding = verdict_sentence(judged, series[str(statement.series)])
    return ModelAnswer(value, value, value, at_least=False, verdict=judged.verdict, finding=finding)


def _minutes(
    plan: Plan, statements: dict[str, Statement], draws: Draws, deadline: Deadline
) -> dict[str, ModelAnswer]:
    """Return central value and interval of statements on minutes about one plan."""
    evaluated = evaluate_plan(plan, travel_times(plan), look=deadline.look)
    evaluated = _also_measured(evaluated, statements)
    subjects = {name: _subject(evaluated, name, statement) for name, statement in statements.items()}
    queries = {name: _query(statement.statistic, subjects[name]) for name, statement in statements.items()}

    drawn = plan_arrays(plan).drawn(_fewer(draws))
    by_draw = sample(evaluated, drawn, queries=tuple(queries.values()), look=deadline.look).answers
    low, high = np.quantile(by_draw, (0.05, 0.95), axis=0, method="inverted_cdf")

    return {
        name: ModelAnswer(
            value=queries[name](evaluated, evaluated.outcome),
            low=float(low[k]),
            high=float(high[k]),
            at_least=_is_bound(evaluated, statement.statistic, subjects[name]),
        )
        for k, (name, statement) in enumerate(statements.items())
    }


def _fewer(draws: Draws) -> Draws:
    """Return the first draws of every scramble, about as many as are used for a statement."""
    per_scramble = draws.count // draws.scrambles
    return draws.first(max(1, min(per_scramble, DRAWS // draws.scrambles)))


def _also_measured(evaluated: Evaluated, statements: dict[str, Statement]) -> Evaluated:
    """Return the plan evaluated also for incident types that statements are about and no standard is."""
    types = {_type_of(evaluated, statement) for statement in statements.values()}
    measured = tuple(sorted(types | set(evaluated.setting.measured)))
    if measured == evaluated.setting.measured:
        return evaluated

    setting = replace(evaluated.setting, measured=measured)
    outcome = evaluate(evaluated.model, evaluated.arrays, setting)
    return replace(evaluated, setting=setting, outcome=outcome, start=outcome.shares)


def _type_of(evaluated: Evaluated, statement: Statement) -> int:
    """Return the incident type that a statement is about: its own, else the main standard's."""
    arrays = evaluated.arrays
    if statement.incident_type is not None:
        return arrays.types.ids.index(statement.incident_type)
    return int(arrays.standards.types[arrays.standards.main])


def _subject(evaluated: Evaluated, name: str, statement: Statement) -> Subject:
    """Return what a statement is about: its type and measure, and the groups and areas that it is for."""
    arrays = evaluated.arrays
    places = arrays.places

    # A group is a force and a class: its code is force × classes + class.
    force, area_class = np.divmod(np.arange(places.groups), len(arrays.classes))
    is_group = arrays.forces.planned[force].copy()
    if statement.forces:
        named = [arrays.forces.ids.index(force_id) for force_id in statement.forces]
        is_group &= np.isin(force, named)
    if statement.settings:
        is_rural = [setting == "rural" for setting in statement.settings]
        is_group &= np.isin(arrays.classes.rural[area_class], is_rural)

    # Areas of these groups: a place in no group has the code -1.
    is_place = (places.group >= 0) & is_group[np.maximum(places.group, 0)]
    is_place[places.of_key_locations] = False

    if not arrays.areas.population[is_place[places.of_areas]].sum() > 0:
        raise Refusal(
            f"statements.{name} is about people that the plan has none of",
            "name planned forces and settings that have areas",
        )
    return Subject(
        incident_type=_type_of(evaluated, statement),
        measure=MEASURES.index(statement.measure.removesuffix("_min")),
        groups=is_group.astype(float),
        places=is_place,
    )


def _is_bound(evaluated: Evaluated, statistic: str, subject: Subject) -> bool:
    """Return whether the model's answer is a lower bound, as calls beyond the limit count as the limit."""
    outcome = evaluated.outcome
    incident_type, measure, groups, places = subject

    if statistic == "mean":
        beyond = beyond_share(groups @ outcome.histogram[incident_type, measure, 0])
    elif statistic == "highest":
        mean_min = np.where(places, outcome.mean_min[incident_type, measure], -np.inf)
        beyond = beyond_by_place(evaluated, incident_type)[measure, int(mean_min.argmax())]
    else:
        return False  # a percentile beyond the limit is infinite
    return bool(is_bound(beyond, evaluated.arrays.travel.limit_min))


def _query(statistic: str, subject: Subject) -> Query:
    """Return the question that asks a draw for a statistic of what a statement is about."""
    incident_type, measure, groups, places = subject

    def highest(_: Evaluated, outcome: Outcome) -> float:
        """Return the mean minutes of the area with the highest."""
        return float(outcome.mean_min[incident_type, measure, places].max())

    def over_people(_: Evaluated, outcome: Outcome) -> float:
        """Return the mean or percentile over the people of the statement."""
        histogram = groups @ outcome.histogram[incident_type, measure, 0]
        if statistic == "mean":
            return float(mean_minutes(histogram, groups @ outcome.weighted_min[incident_type, measure, 0]))
        return float(percentiles(histogram, (CHANCES[statistic],))[0])

    return highest if statistic == "highest" else over_people


def _arithmetic(plan: Plan, statement: Statement) -> float:
    """Return the value of a statement that is arithmetic on its inputs or on the plan's units."""
    given = statement.inputs

    # A formula runs only if it is asked for, so that an input it lacks is reported for its statement alone.
    formulas: dict[str, Callable[[], float]] = {
        "sum": lambda: float(sum(given.values())),
        "unarmed_share": lambda: 1.0 - given["armed"] / given["officers"],
        "officers_for_units": lambda: (
            given["units"] * given["crew"] * given["relief"] * given["hours_a_day"] / 24.0
        ),
        "armed_on_duty": lambda: _armed_on_duty(plan, statement),
    }

    try:
        return formulas[statement.measure]()
    except KeyError as error:
        raise Refusal(
            f"a statement of {statement.measure!r} lacks {error} among its inputs", "add it in plan.toml"
        ) from None


def _armed_on_duty(plan: Plan, statement: Statement) -> float:
    """Return the armed officers on duty as a mean over the week, of the statement's or all planned forces."""
    arrays = plan_arrays(_in_scenario(plan, statement.scenario))

    named = [arrays.forces.ids.index(force) for force in statement.forces]
    forces = named or np.flatnonzero(arrays.forces.planned).tolist()
    return float((crew_by_tier(arrays)[forces] * arrays.tiers.armed).sum())
