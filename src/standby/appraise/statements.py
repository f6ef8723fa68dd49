"""What was said in public, put beside what the model says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from standby.appraise.sample import Query, sample
from standby.cover import Evaluated, Outcome, evaluate_plan, percentiles
from standby.cover.outcome import BIN_MIN, MEASURES
from standby.evidence import Draws
from standby.plan import Plan, Statement, resolve
from standby.travel import travel_times
from standby.workforce.staff import crew_by_tier

MINUTES = ("first_min", "full_min")
CHANCES = {"median": 0.5, "p90": 0.9, "p95": 0.95}
DRAWS = 128
"""Draws used for a statement's interval."""

ROUNDING = 0.5
"""A model's minutes within this of what was said agree with it [min]."""


def statements_table(plan: Plan, draws: Draws) -> pd.DataFrame:
    """Return one row each statement: what was said, and what the model says for the structure of that date.

    Parameters
    ----------
    plan
        The base.
    draws
        Draws that have every dimension of the base and its scenarios.
    """
    found: dict[str, tuple[float, float, float]] = {}
    statements = plan.document.statements
    for scenario in dict.fromkeys(s.scenario for s in statements.values() if s.measure in MINUTES):
        asked = {n: s for n, s in statements.items() if s.measure in MINUTES and s.scenario == scenario}
        found |= _minutes(plan if scenario is None else plan.with_scenario(scenario), asked, draws)
    for name, statement in statements.items():
        if statement.measure not in MINUTES:
            value = _arithmetic(plan, statement)
            found[name] = (value, value, value)
    return pd.DataFrame([_row(name, s, found[name]) for name, s in statements.items()])


def _row(name: str, statement: Statement, model: tuple[float, float, float]) -> dict[str, Any]:
    value, low, high = model
    slack = ROUNDING if statement.measure in MINUTES else 0.005 * max(abs(statement.high), 1e-9)
    agrees = statement.low - slack <= value <= statement.high + slack
    return {
        "statement": name,
        "said": statement.said,
        "date": statement.date.isoformat(),
        "source": statement.source,
        "measure": statement.measure,
        "statistic": statement.statistic if statement.measure in MINUTES else "",
        "said_low": statement.low,
        "said_high": statement.high,
        "scenario": statement.scenario or "base",
        "model": value,
        "model_low": low,
        "model_high": high,
        "agrees": agrees,
        "within_doubt": bool(low <= statement.high + slack and statement.low - slack <= high),
        "assumptions": statement.assumptions,
        "reading": statement.reading,
    }


def _minutes(plan: Plan, asked: dict[str, Statement], draws: Draws) -> dict[str, tuple[float, float, float]]:
    """Return central value and interval of every statement on minutes for one structure."""
    evaluated = evaluate_plan(plan, travel_times(plan))
    queries = tuple(_query(evaluated, statement) for statement in asked.values())
    fewer = Draws(draws.uniforms[: min(DRAWS, draws.count)], draws.names, draws.scrambles, draws.seed)
    drawn = resolve(plan).drawn(fewer)
    answers = sample(evaluated, drawn, queries=queries).answers
    central = [query(evaluated, evaluated.outcome) for query in queries]
    low, high = np.quantile(answers, (0.05, 0.95), axis=0, method="inverted_cdf")
    return {name: (c, float(a), float(b)) for name, c, a, b in zip(asked, central, low, high, strict=True)}


def _query(evaluated: Evaluated, statement: Statement) -> Query:
    s = evaluated.model.structure
    kinds = list(s.types)
    kind = statement.incident_type
    t = kinds.index(kind) if kind is not None else int(evaluated.setting.types[0])
    m = MEASURES.index(statement.measure.removesuffix("_min"))
    force, klass = np.divmod(np.arange(evaluated.model.groups), len(s.classes))
    inside = s.planned[force].copy()
    if statement.forces:
        inside &= np.isin(force, [s.forces.index(name) for name in statement.forces])
    if statement.settings:
        wanted = [name == "rural" for name in statement.settings]
        inside &= np.isin(s.rural[klass], wanted)
    places = (evaluated.model.group >= 0) & inside[np.maximum(evaluated.model.group, 0)]
    places[len(s.areas) :] = False
    return _statistic(statement.statistic, t, m, inside.astype(float), places, evaluated.model.limit_min)


def _statistic(name: str, t: int, m: int, inside: Any, places: Any, limit_min: float) -> Query:
    def highest(_: Evaluated, outcome: Outcome) -> float:
        means = outcome.mean_min[t, m, places]
        return float(means.max(initial=np.nan))

    def gathered(_: Evaluated, outcome: Outcome) -> float:
        histogram = inside @ outcome.histogram[t, m, 0]
        if name == "mean":
            centre = np.minimum((np.arange(histogram.size) + 0.5) * BIN_MIN, limit_min)
            return float(histogram @ centre / histogram.sum())
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
        raise ValueError(f"a statement of {statement.measure!r} needs {error} among its inputs") from None


def _armed_on_duty(plan: Plan, statement: Statement) -> float:
    at = plan if statement.scenario is None else plan.with_scenario(statement.scenario)
    resolved = resolve(at)
    s = resolved.structure
    forces = [s.forces.index(name) for name in statement.forces] or np.flatnonzero(s.planned).tolist()
    return float((crew_by_tier(resolved)[forces] * s.armed).sum())
