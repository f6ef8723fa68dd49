"""The appraisal: every option over the same draws of the doubt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from standby._run import Progress
from standby.appraise.criteria import Criterion, criteria_of, criterion_values
from standby.appraise.decision import decision_table, pairs_table
from standby.appraise.money import break_even_rows, cost_rows, funding_rows, summary_row
from standby.appraise.sample import Sample, sample
from standby.appraise.sentences import BASE, Sentence, sentences_of
from standby.appraise.statements import statements_table
from standby.appraise.variants import Variant, variants_of
from standby.cost import plan_cost
from standby.cover import cover_of, main_standard, need
from standby.demand import demand
from standby.evidence import Draws, Manifest, draw
from standby.plan import Plan, check, dimensions_of, register, resolve
from standby.travel import travel_times
from standby.workforce import staffing, staffing_table

DRAWS = 512
"""Draws when nobody asks for another number."""

SEED = 20190430
"""Seed when nobody asks for another."""


@dataclass(frozen=True, eq=False)
class Appraisal:
    """What is known of every option.

    Parameters
    ----------
    plan
        The base.
    tables
        Results by name; the documentation lists every table and column.
    sentences
        The summary in plain words.
    manifest
        What makes it reproducible.
    draws, scrambles, seed
        Size and seed of the design.
    """

    plan: Plan
    tables: Mapping[str, pd.DataFrame]
    sentences: tuple[Sentence, ...]
    manifest: Manifest
    draws: int
    scrambles: int
    seed: int

    @property
    def table(self) -> pd.DataFrame:
        """The decision table: one row each option and criterion."""
        return self.tables["decision"]

    def summary(self) -> str:
        """Return the sentences of the summary."""
        return " ".join(sentence.text for sentence in self.sentences)


def appraise(
    plan: Plan, *, draws: int = DRAWS, seed: int = SEED, progress: Progress | None = None
) -> Appraisal:
    """Appraise every option of a plan over the same draws of its figures' doubt.

    Parameters
    ----------
    plan
        The base, without an option laid over it.
    draws
        Draws; rounded up to a multiple of the scrambles times a power of two.
    seed
        Seed of the draws; the same seed gives the same result to the last digit.
    progress
        Told as the work goes on: tasks done and tasks in all.

    Returns
    -------
    Appraisal
        Decision table and all the tables behind it.

    Raises
    ------
    ValueError
        If fewer than two draws are asked for, or an option is laid over the plan already.
    """
    if plan.variant is not None:
        raise ValueError(
            f"{plan.variant!r} is laid over this plan; appraise the base, its options come by themselves"
        )
    variants = variants_of(plan)
    scenarios = [resolve(plan.with_scenario(name)) for name in plan.document.scenarios]
    design = draw(dimensions_of([v.resolved for v in variants] + scenarios), draws, seed=seed)
    base = variants[0].resolved.drawn(design)
    samples = _samples(variants, design, progress)
    criteria = criteria_of(plan)
    drawn = {v.id: v.resolved.drawn(design) for v in variants}
    values = {v.id: criterion_values(criteria, samples[v.id], drawn[v.id], base) for v in variants}
    ranked = [v.id for v in variants if v.ranked]
    tables = {
        "options": pd.DataFrame([v.row() for v in variants]),
        "criteria": pd.DataFrame([c.row() for c in criteria]),
        "decision": decision_table(criteria, values, _central(variants, criteria), ranked, design.scrambles),
        "pairs": pairs_table(criteria, {name: values[name] for name in ranked}, design.scrambles),
        **_cover_tables(variants, samples),
        "need": _need_table(plan),
        **_money_tables(variants, drawn, values),
        "statements": statements_table(plan, design),
        **_evidence_tables(plan),
    }
    manifest = plan.manifest(draws=design.count, scrambles=design.scrambles, seed=seed)
    main = main_standard(plan.document.standards)
    return Appraisal(plan, tables, sentences_of(tables, main), manifest, design.count, design.scrambles, seed)


def _samples(variants: list[Variant], design: Draws, progress: Progress | None) -> dict[str, Sample]:
    found: dict[str, Sample] = {}
    for k, variant in enumerate(variants):

        def told(done: int, total: int, before: int = k) -> None:
            if progress is not None:
                progress(before * total + done, len(variants) * total)

        found[variant.id] = sample(variant.evaluated, variant.resolved.drawn(design), progress=told)
    return found


def _central(variants: list[Variant], criteria: tuple[Criterion, ...]) -> dict[str, dict[str, float]]:
    base = variants[0].resolved
    found = {}
    for variant in variants:
        one = Sample(
            *variant.central_cover(),
            answers=np.empty((1, 0)),
            in_main=variant.in_main(),
            limit_min=variant.evaluated.model.limit_min,
        )
        values = criterion_values(criteria, one, variant.resolved, base)
        found[variant.id] = {name: float(value[0]) for name, value in values.items()}
    return found


def _cover_tables(variants: list[Variant], samples: dict[str, Sample]) -> dict[str, pd.DataFrame]:
    names = ("standards", "minutes", "gap", "areas", "key_locations", "worst", "units", "build_up", "backup")
    parts: dict[str, list[pd.DataFrame]] = {name: [] for name in (*names, "staffing")}
    base = variants[0].resolved
    for variant in variants:
        cover = cover_of(variant.evaluated)
        for name in names:
            if hasattr(cover, name):
                parts[name].append(_with_option(variant.id, getattr(cover, name)))
        parts["standards"][-1] = _with_doubt(variant, parts["standards"][-1], samples[variant.id])
        staff = staffing_table(variant.resolved, staffing(variant.resolved, base))
        parts["staffing"].append(_with_option(variant.id, staff))
    return {name: pd.concat(frames, ignore_index=True) for name, frames in parts.items() if frames}


def _with_option(option: str, frame: pd.DataFrame) -> pd.DataFrame:
    frame = frame.copy()
    frame.insert(0, "option", option)
    return frame


def _with_doubt(variant: Variant, frame: pd.DataFrame, found: Sample) -> pd.DataFrame:
    """Add mean and interval over the draws to the shares inside the standards."""
    low, high = np.quantile(found.shares, (0.05, 0.95), axis=0)
    mean = found.shares.mean(axis=0)
    rows = [found.standards.index(name) for name in frame["standard"]]
    names = variant.evaluated.scopes.names
    columns = [names.index(key) for key in zip(frame["scope_kind"], frame["scope"], strict=True)]
    return frame.assign(mean=mean[rows, columns], low=low[rows, columns], high=high[rows, columns])


def _need_table(plan: Plan) -> pd.DataFrame:
    times = travel_times(plan)
    frames = [need(plan, times, sites="existing").table, need(plan, times, sites="all").table]
    table = pd.concat(frames, ignore_index=True)
    names = {name: force.name for name, force in plan.document.forces.items()}
    return table.assign(
        forces_name=[" and ".join(names[f] for f in row.split(" + ")) for row in table["forces"]]
    )


def _money_tables(variants: list[Variant], drawn: dict, values: dict) -> dict[str, pd.DataFrame]:  # type: ignore[type-arg]
    base, base_drawn = variants[0].resolved, drawn[BASE]
    costs, summary, funding, even = [], [], [], []
    main = variants[0].main
    for variant in variants:
        gained = values[variant.id]["people_in_standard"] - values[BASE]["people_in_standard"]
        costs += cost_rows(variant.id, plan_cost(variant.resolved, base, basis="budget"))
        summary.append(summary_row(variant.id, drawn[variant.id], base_drawn, gained))
        funding += funding_rows(variant.id, variant.resolved, base)
        share = variant.calls_in_time() - variants[0].calls_in_time()
        even += break_even_rows(variant.id, variant.resolved, base, share, main[1])
    columns = ["option", "year", "head", "budget_gbp"]
    return {
        "cost": pd.DataFrame(costs, columns=columns),
        "cost_summary": pd.DataFrame(summary),
        "funding": pd.DataFrame(funding),
        "break_even": pd.DataFrame(even, columns=["option", "quantity", "value", "unit", "meaning"]),
    }


def _evidence_tables(plan: Plan) -> dict[str, pd.DataFrame]:
    found = check(plan)
    sources = [
        {
            "source": name,
            "title": source.title,
            "date": source.date.isoformat() if source.date else "",
            "scope": source.scope or "",
            "quality": source.quality,
            "where": source.where or "",
            "note": source.note or "",
        }
        for name, source in plan.sources.items()
    ]
    return {
        "demand": _demand_table(plan),
        "register": register(plan),
        "sources": pd.DataFrame(sources),
        "notes": pd.DataFrame(
            [{"subject": n.subject, "text": n.text} for n in found.notes], columns=["subject", "text"]
        ),
    }


def _demand_table(plan: Plan) -> pd.DataFrame:
    keys = ["force", "incident_type", "stream", "planned"]
    return pd.DataFrame(demand(plan).table.groupby(keys, sort=False)["per_year"].sum().reset_index())
