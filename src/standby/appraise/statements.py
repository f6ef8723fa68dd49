"""What was said in public, put beside what the model says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from standby._refusals import Refusal
from standby._typing import Floats
from standby.appraise.sample import Query, mean_minutes, sample
from standby.attendance import MEASURES, Outcome, evaluate
from standby.cover import (
    Evaluated,
    beyond_by_place,
    beyond_share,
    evaluate_plan,
    is_bound,
    main_standard,
    percentiles,
)
from standby.evidence import Draws
from standby.plan import Plan, Statement, resolve
from standby.travel import travel_times
from standby.workforce.staff import crew_by_tier

MINUTES = ("first_min", "full_min")
CHANCES = {"median": 0.5, "p90": 0.9, "p95": 0.95}
DRAWS = 128
"""Draws used for a statement's interval, about."""

ROUNDING = 0.5
"""A model's minutes within this of what was said agree with it [min]."""


class Answer(NamedTuple):
    """What the model says: at central values, its interval, and whether it is a lower bound."""

    value: float
    low: float
    high: float
    at_least: bool


class Whom(NamedTuple):
    """What a statement is about: codes of type and measure, groups as 0 and 1, and a mask of places."""

    type: int
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
    "assumptions",
    "reading",
)


def statements_table(plan: Plan, draws: Draws) -> pd.DataFrame:
    """Return one row each statement: what was said, and what the model says for the structure of that date.

    Parameters
    ----------
    plan
        The base.
    draws
        Draws that have every dimension of the base and its scenarios.

    Raises
    ------
    ValueError
        If a statement lacks an input, or is about people that the plan has none of.
    """
    found: dict[str, Answer] = {}
    statements = plan.document.statements
    for scenario in dict.fromkeys(s.scenario for s in statements.values() if s.measure in MINUTES):
        asked = {n: s for n, s in statements.items() if s.measure in MINUTES and s.scenario == scenario}
        found |= _minutes(plan if scenario is None else plan.with_scenario(scenario), asked, draws)
    for name, statement in statements.items():
        if statement.measure not in MINUTES:
            value = _arithmetic(plan, statement)
            found[name] = Answer(value, value, value, at_least=False)
    written = plan.raw["statements"] if statements else {}
    rows = [_row(name, s, str(written[name]["date"]), found[name]) for name, s in statements.items()]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _row(name: str, statement: Statement, date: str, model: Answer) -> dict[str, Any]:
    """Return a row; the date as it was written, so that a month stays a month."""
    value, low, high, at_least = model
    slack = ROUNDING if statement.measure in MINUTES else 0.005 * max(abs(statement.high), 1e-9)
    agrees = statement.low - slack <= value <= statement.high + slack
    return {
        "statement": name,
        "said": statement.said,
        "date": date,
        "source": statement.source,
        "measure": statement.measure,
        "statistic": statement.statistic if statement.measure in MINUTES else "",
        "said_low": statement.low,
        "said_high": statement.high,
        "scenario": statement.scenario or "base",
        "model": value,
        "model_low": low,
        "model_high": high,
        "at_least": at_least,
        "agrees": agrees,
        "within_doubt": bool(low <= statement.high + slack and statement.low - slack <= high),
        "assumptions": statement.assumptions,
        "reading": statement.reading,
    }


def _minutes(plan: Plan, asked: dict[str, Statement], draws: Draws) -> dict[str, Answer]:
    """Return central value and interval of every statement on minutes for one structure."""
    evaluated = _measured(evaluate_plan(plan, travel_times(plan)), asked)
    whom = [_whom(evaluated, name, statement) for name, statement in asked.items()]
    queries = tuple(_statistic(s.statistic, who) for s, who in zip(asked.values(), whom, strict=True))
    drawn = resolve(plan).drawn(_fewer(draws))
    answers = sample(evaluated, drawn, queries=queries).answers
    central = [query(evaluated, evaluated.outcome) for query in queries]
    low, high = np.quantile(answers, (0.05, 0.95), axis=0, method="inverted_cdf")
    bounds = [_is_bound(evaluated, s.statistic, who) for s, who in zip(asked.values(), whom, strict=True)]
    return {
        name: Answer(value, float(first), float(last), at_least=bound)
        for name, value, first, last, bound in zip(asked, central, low, high, bounds, strict=True)
    }


def _fewer(draws: Draws) -> Draws:
    """Return the first draws of every scramble, about as many as are used for a statement."""
    each = draws.count // draws.scrambles
    rows = draws.uniforms.reshape(draws.scrambles, each, len(draws.names))
    kept = rows[:, : max(1, min(each, DRAWS // draws.scrambles))]
    return Draws(kept.reshape(-1, len(draws.names)), draws.names, draws.scrambles, draws.seed)


def _measured(evaluated: Evaluated, asked: dict[str, Statement]) -> Evaluated:
    """Return the plan evaluated for the incident types that no standard but a statement is about."""
    types = {_type_of(evaluated, statement) for statement in asked.values()}
    measured = tuple(sorted(types | set(evaluated.setting.measured)))
    if measured == evaluated.setting.measured:
        return evaluated
    setting = replace(evaluated.setting, measured=measured)
    outcome = evaluate(evaluated.model, evaluated.resolved, setting)
    return replace(evaluated, setting=setting, outcome=outcome, start=outcome.shares)


def _type_of(evaluated: Evaluated, statement: Statement) -> int:
    """Return the incident type that a statement is about: its own, else the main standard's."""
    main = evaluated.standards[main_standard(evaluated.standards)].incident_type
    return evaluated.model.structure.types.index(statement.incident_type or main)


def _whom(evaluated: Evaluated, name: str, statement: Statement) -> Whom:
    """Return what a statement is about, and the groups and places that it is about."""
    s = evaluated.model.structure
    t = _type_of(evaluated, statement)
    m = MEASURES.index(statement.measure.removesuffix("_min"))
    force, klass = np.divmod(np.arange(evaluated.model.groups), len(s.classes))
    inside = s.planned[force].copy()
    if statement.forces:
        inside &= np.isin(force, [s.forces.index(each) for each in statement.forces])
    if statement.settings:
        wanted = [setting == "rural" for setting in statement.settings]
        inside &= np.isin(s.rural[klass], wanted)
    places = (evaluated.model.group >= 0) & inside[np.maximum(evaluated.model.group, 0)]
    places[len(s.areas) :] = False
    if not evaluated.resolved["areas.population"][places[: len(s.areas)]].sum() > 0:
        raise Refusal(
            f"statements.{name} is about people that the plan has none of",
            "name planned forces and settings that have areas",
        )
    return Whom(t, m, inside.astype(float), places)


def _is_bound(evaluated: Evaluated, statistic: str, who: Whom) -> bool:
    """Return whether the model's answer is a lower bound, as calls beyond the limit count as the limit."""
    outcome = evaluated.outcome
    if statistic == "mean":
        beyond = beyond_share(who.groups @ outcome.histogram[who.type, who.measure, 0])
    elif statistic == "highest":
        mean = np.where(who.places, outcome.mean_min[who.type, who.measure], -np.inf)
        beyond = beyond_by_place(evaluated, who.type)[who.measure, int(mean.argmax())]
    else:
        return False  # a percentile beyond the limit is infinite
    return bool(is_bound(beyond, evaluated.model.limit_min))


def _statistic(name: str, who: Whom) -> Query:
    t, m, inside, places = who

    def highest(_: Evaluated, outcome: Outcome) -> float:
        return float(outcome.mean_min[t, m, places].max())

    def gathered(_: Evaluated, outcome: Outcome) -> float:
        """Return the mean or percentile over the people of the statement."""
        histogram = inside @ outcome.histogram[t, m, 0]
        if name == "mean":
            return float(mean_minutes(histogram, inside @ outcome.weighted_min[t, m, 0]))
        return float(percentiles(histogram, (CHANCES[name],))[0])

    return highest if name == "highest" else gathered


def _arithmetic(plan: Plan, statement: Statement) -> float:
    given = statement.inputs
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
    at = plan if statement.scenario is None else plan.with_scenario(statement.scenario)
    resolved = resolve(at)
    s = resolved.structure
    forces = [s.forces.index(name) for name in statement.forces] or np.flatnonzero(s.planned).tolist()
    return float((crew_by_tier(resolved)[forces] * s.armed).sum())
