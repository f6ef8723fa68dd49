"""The appraisal: every option over the same draws of the doubt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from standby._refusals import Refusal
from standby._run import Progress
from standby._show import Shown, points
from standby._typing import Floats
from standby.appraise.criteria import REACHED, Criterion, criteria_of, criterion_values, lower_bounds
from standby.appraise.decision import best_table, decision_table, pairs_table, spread
from standby.appraise.error import Edge, Floors, edge_of
from standby.appraise.money import break_even_rows, cost_rows, funding_rows, summary_row
from standby.appraise.moves import moves_table
from standby.appraise.sample import Sample, central_sample, sample
from standby.appraise.sentences import sentences_of
from standby.appraise.statements import statements_table
from standby.appraise.variants import Variant, newly_in_time, notes_on_options, notes_on_roads, variants_of
from standby.attendance import nearest
from standby.cost import plan_cost
from standby.cover import cover_by_hour, cover_of, main_standard, need_of
from standby.demand import demand
from standby.evidence import Draws, Manifest, draw
from standby.plan import BASE, Plan, Resolved, check, dimensions_of, register, resolve
from standby.words import Sentence, listed
from standby.workforce import spare_rule, staffing, staffing_table, training_table

DRAWS = 512
"""Draws when nobody asks for another number."""

SEED = 20190430
"""Seed when nobody asks for another."""

if TYPE_CHECKING:
    import geopandas


@dataclass(frozen=True, eq=False)
class Appraisal(Shown):
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

    def to_geodataframe(self, name: str = "areas") -> geopandas.GeoDataFrame:
        """Return the results by place, a row each option and place, as points in WGS 84 (EPSG:4326).

        Parameters
        ----------
        name
            A table with positions: ``"areas"``, ``"key_locations"`` or ``"units"``.

        Raises
        ------
        ValueError
            If that table has no positions.
        ImportError
            If geopandas is not installed.
        """
        return points(self.tables, name)

    def summary(self) -> str:
        """Return the sentences of the summary."""
        return " ".join(sentence.text for sentence in self.sentences)


def appraise(
    plan: Plan,
    *,
    draws: int = DRAWS,
    seed: int = SEED,
    progress: Progress | None = None,
    workers: int | None = None,
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
    workers
        Threads; the processors that this process may use when left out. The result does not depend on it.

    Returns
    -------
    Appraisal
        Decision table and all the tables behind it.

    Raises
    ------
    ValueError
        If fewer than two draws are asked for, an option is laid over the plan already, an option changes a
        standard, or a figure that is needed is not said.
    """
    if plan.variant is not None:
        raise Refusal(
            f"{plan.variant!r} is laid over this plan", "appraise the base, its options come by themselves"
        )
    variants = variants_of(plan)
    scenarios = [resolve(plan.with_scenario(name)) for name in plan.document.scenarios]
    design = draw(dimensions_of([v.resolved for v in variants] + scenarios), draws, seed=seed)
    samples = _samples(variants, design, progress, workers)
    tables = _tables(plan, variants, samples, design)
    manifest = plan.manifest(draws=design.count, scrambles=design.scrambles, seed=seed)
    main = main_standard(plan.document.standards)
    sentences = sentences_of(tables, main, rule=spare_rule(plan))
    return Appraisal(plan, tables, sentences, manifest, design.count, design.scrambles, seed)


def _tables(
    plan: Plan, variants: list[Variant], samples: dict[str, Sample], design: Draws
) -> dict[str, pd.DataFrame]:
    criteria, scrambles = criteria_of(plan), design.scrambles
    drawn = {v.id: v.resolved.drawn(design) for v in variants}
    values = {v.id: criterion_values(criteria, samples[v.id], drawn[v.id], drawn[BASE]) for v in variants}
    ranked = [v.id for v in variants if v.ranked]
    floors = Floors({v.id: edge_of(v.evaluated, samples[v.id]) for v in variants})
    central = _central(variants, criteria)
    limit = plan.document.travel.limit_min
    bounds = {name: lower_bounds(found, limit) for name, found in samples.items()}
    return {
        "options": pd.DataFrame([v.row() for v in variants]),
        "criteria": pd.DataFrame([c.row() for c in criteria]),
        "decision": decision_table(criteria, values, central, ranked, scrambles, floors, bounds),
        "best": best_table(criteria, values, ranked, scrambles, values, floors),
        "moves": moves_table(plan.document.standards, criteria, values, samples, scrambles, floors, limit),
        "pairs": pairs_table(criteria, {name: values[name] for name in ranked}, scrambles, floors),
        **_cover_tables(variants, samples, scrambles, floors),
        "need": _need_table(variants[0]),
        **_money_tables(variants, drawn, values, scrambles, floors, criteria[0].matters),
        "statements": statements_table(plan, design),
        **_evidence_tables(plan, variants),
    }


def _samples(
    variants: list[Variant], design: Draws, progress: Progress | None, workers: int | None
) -> dict[str, Sample]:
    found: dict[str, Sample] = {}
    for k, variant in enumerate(variants):

        def told(done: int, total: int, before: int = k) -> None:
            if progress is not None:
                progress(before * total + done, len(variants) * total)

        drawn = variant.resolved.drawn(design)
        found[variant.id] = sample(variant.evaluated, drawn, progress=told, workers=workers)
    return found


def _central(variants: list[Variant], criteria: tuple[Criterion, ...]) -> dict[str, dict[str, float]]:
    base, found = variants[0].resolved, {}
    for variant in variants:
        values = criterion_values(criteria, central_sample(variant.evaluated), variant.resolved, base)
        found[variant.id] = {name: float(value[0]) for name, value in values.items()}
    return found


COVER_TABLES = (
    "standards",
    "minutes",
    "gap",
    "areas",
    "key_locations",
    "worst",
    "units",
    "build_up",
    "backup",
    "land",
    "commitments",
)


def _cover_tables(
    variants: list[Variant], samples: dict[str, Sample], scrambles: int, floors: Floors
) -> dict[str, pd.DataFrame]:
    others = ("by_hour", "nobody_free", "staffing", "training")
    parts: dict[str, list[pd.DataFrame]] = {name: [] for name in (*COVER_TABLES, *others)}
    base = variants[0].resolved
    for variant in variants:
        cover = cover_of(variant.evaluated)
        for name in COVER_TABLES:
            parts[name].append(_with_option(variant.id, getattr(cover, name)))
        parts["areas"][-1]["drive_min"] = _drive(variant, parts["areas"][-1])
        found, edge = samples[variant.id], floors.edges[variant.id]
        parts["standards"][-1] = _with_doubt(variant, parts["standards"][-1], found, scrambles, edge)
        hours = cover_by_hour(variant.evaluated)
        whole = hours.standards[hours.standards["scope_kind"] == "all"]
        parts["by_hour"].append(_with_option(variant.id, whole))
        parts["nobody_free"].append(_with_option(variant.id, hours.forces))
        parts["training"].append(_with_option(variant.id, training_table(variant.resolved, base)))
        staff = staffing_table(variant.resolved, staffing(variant.resolved, base))
        parts["staffing"].append(_with_option(variant.id, staff))
    return {name: pd.concat(frames, ignore_index=True) for name, frames in parts.items()}


def _drive(variant: Variant, areas: pd.DataFrame) -> pd.Series:
    """Return the minutes of driving to each area from the nearest site; NaN where no site is in use."""
    sites = variant.plan.table("sites")
    if not (sites["existing"].astype(bool) | sites["id"].isin(variant.plan.table("units")["site"])).any():
        return pd.Series(np.nan, index=areas.index)
    found = nearest(variant.plan, variant.times).areas.set_index("area")["drive_min"]
    return areas["area"].map(found)


def _with_option(option: str, frame: pd.DataFrame) -> pd.DataFrame:
    frame = frame.copy()
    frame.insert(0, "option", option)
    return frame


def _with_doubt(
    variant: Variant, frame: pd.DataFrame, found: Sample, scrambles: int, edge: Edge
) -> pd.DataFrame:
    """Add mean, its standard error and interval over the draws to the shares inside the standards."""
    rows = [found.standards.index(name) for name in frame["standard"]]
    names = variant.evaluated.scopes.names
    columns = [names.index(key) for key in zip(frame["scope_kind"], frame["scope"], strict=True)]
    shares = found.shares[:, rows, columns]
    floors = edge.shares(edge.rare)[rows, columns]
    spreads = [spread(shares[:, k], "", scrambles, float(floors[k])) for k in range(shares.shape[1])]
    return frame.assign(**{name: [s[name] for s in spreads] for name in ("mean", "se", "low", "high")})


def _need_table(base: Variant) -> pd.DataFrame:
    """Return what would meet the standards from today's sites and from every site, computed once if alike."""
    today = need_of(base.evaluated, base.times, curve=False).table
    s = base.evaluated.model.structure
    every_is_used = s.existing[s.planned[s.sites.forces]].all()
    every = (
        today.assign(sites="all")
        if every_is_used
        else need_of(base.evaluated, base.times, sites="all", curve=False).table
    )
    table = pd.concat([today, every], ignore_index=True)
    names = {name: force.name for name, force in base.plan.document.forces.items()}
    return table.assign(forces_name=[listed(names[f] for f in row.split(" + ")) for row in table["forces"]])


def _money_tables(
    variants: list[Variant],
    drawn: dict[str, Resolved],
    values: dict[str, dict[str, Floats]],
    scrambles: int,
    floors: Floors,
    matters: float,
) -> dict[str, pd.DataFrame]:
    base = variants[0]
    costs, summary, funding, even = [], [], [], []
    for variant in variants:
        reached = (values[variant.id][REACHED], values[BASE][REACHED])
        costs += cost_rows(variant.id, plan_cost(variant.resolved, base.resolved, basis="budget"))
        floor = floors.between(variant.id, BASE, REACHED)
        own = {"floor": floor, "matters": matters}
        summary.append(summary_row(variant.id, drawn[variant.id], drawn[BASE], reached, scrambles, **own))
        funding += funding_rows(variant.id, variant.resolved, base.resolved)
        newly = newly_in_time(variant, base)
        even += break_even_rows(variant.id, variant.resolved, base.resolved, newly)
    return {
        "cost": pd.DataFrame(costs, columns=["option", "year", "head", "budget_gbp"]),
        "cost_summary": pd.DataFrame(summary),
        "funding": pd.DataFrame(funding),
        "break_even": pd.DataFrame(even, columns=["option", "quantity", "value", "unit", "meaning"]),
    }


def _evidence_tables(plan: Plan, variants: list[Variant]) -> dict[str, pd.DataFrame]:
    notes = [{"subject": note.subject, "text": note.text} for note in check(plan).notes]
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
    columns = ["source", "title", "date", "scope", "quality", "where", "note"]
    figures = register(plan)
    return {
        "demand": _demand_table(plan),
        "register": figures,
        "certainty": certainty_table(figures),
        "sources": pd.DataFrame(sources, columns=columns),
        "notes": pd.DataFrame(
            [*notes, *notes_on_roads(variants[0]), *notes_on_options(variants)], columns=["subject", "text"]
        ),
    }


def certainty_table(figures: pd.DataFrame) -> pd.DataFrame:
    """Return how many figures there are, with their doubt drawn or taken as certain, and without a source.

    Parameters
    ----------
    figures
        The register of a plan's figures.
    """
    drawn = figures["drawn"].astype(bool)
    without = figures["source"].isna() | (figures["source"] == "")
    row = {
        "of": "all",
        "figures": len(figures),
        "drawn": int(drawn.sum()),
        "certain": int((~drawn).sum()),
        "without_source": int(without.sum()),
    }
    return pd.DataFrame([row])


def _demand_table(plan: Plan) -> pd.DataFrame:
    keys = ["force", "incident_type", "stream", "planned"]
    return pd.DataFrame(demand(plan).table.groupby(keys, sort=False)["per_year"].sum().reset_index())
