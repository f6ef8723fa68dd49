"""The appraisal: every option over the same draws of the doubt."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

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
from standby.cover import cover_by_hour, cover_of, need_of
from standby.demand import demand
from standby.evidence import Draws, Manifest, draw
from standby.plan import BASE, Plan, PlanArrays, check, dimensions_of, main_standard, plan_arrays, register
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
    """What is known about every option.

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
        """The decision table: one row for each option and criterion."""
        return self.tables["decision"]

    def to_geodataframe(self, name: str = "areas") -> geopandas.GeoDataFrame:
        """Return the results by place, a row for each option and place, as points in WGS 84 (EPSG:4326).

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
    """Appraise every option of a plan over the same draws of its figures in doubt.

    Parameters
    ----------
    plan
        The base, without an option laid over it.
    draws
        Number of draws; rounded up to a multiple of the scrambles times a power of two.
    seed
        Seed of the draws; the same seed gives the same result to the last digit.
    progress
        Called as the work goes on, with the tasks done and the tasks in all.
    workers
        Number of threads; if left out, the processors that this process may use. The result does not depend
        on it.

    Returns
    -------
    Appraisal
        The decision table and all the tables behind it.

    Raises
    ------
    ValueError
        If fewer than two draws are asked for, an option is already laid over the plan, an option changes a
        standard, or a figure that is needed is not given.
    """
    if plan.variant is not None:
        raise Refusal(
            f"{plan.variant!r} is laid over this plan", "appraise the base, its options come by themselves"
        )

    # The figures of scenarios are drawn as well, as statements are about them.
    variants = variants_of(plan)
    options = [variant.arrays for variant in variants]
    scenarios = [plan_arrays(plan.with_scenario(name)) for name in plan.document.scenarios]
    design = draw(dimensions_of(options + scenarios), draws, seed=seed)

    samples = _samples(variants, design, progress, workers)
    tables = _tables(plan, variants, samples, design)
    main = main_standard(plan.document.standards)

    return Appraisal(
        plan=plan,
        tables=tables,
        sentences=sentences_of(tables, main, rule=spare_rule(plan)),
        manifest=plan.manifest(draws=design.count, scrambles=design.scrambles, seed=seed),
        draws=design.count,
        scrambles=design.scrambles,
        seed=seed,
    )


def _tables(
    plan: Plan, variants: list[Variant], samples: dict[str, Sample], design: Draws
) -> dict[str, pd.DataFrame]:
    """Return all the tables of an appraisal by name."""
    criteria = criteria_of(plan)
    scrambles = design.scrambles
    standards = plan.document.standards
    limit_min = plan.document.travel.limit_min

    # All variants take the same draws, so that what they share cancels in their differences.
    drawn = {variant.id: variant.arrays.drawn(design) for variant in variants}
    values = {
        name: criterion_values(criteria, samples[name], arrays, drawn[BASE]) for name, arrays in drawn.items()
    }
    central = _central_values(variants, criteria)

    ranked = [variant.id for variant in variants if variant.ranked]
    values_of_ranked = {name: values[name] for name in ranked}
    floors = Floors({variant.id: edge_of(variant.evaluated, samples[variant.id]) for variant in variants})
    bounds = {name: lower_bounds(one, limit_min) for name, one in samples.items()}

    return {
        "options": pd.DataFrame([variant.row() for variant in variants]),
        "criteria": pd.DataFrame([criterion.row() for criterion in criteria]),
        "decision": decision_table(criteria, values, central, ranked, scrambles, floors, bounds),
        "best": best_table(criteria, values, ranked, scrambles, values, floors),
        "moves": moves_table(standards, criteria, values, samples, scrambles, floors, limit_min),
        "pairs": pairs_table(criteria, values_of_ranked, scrambles, floors),
        **_cover_tables(variants, samples, scrambles, floors),
        "need": _need_table(variants[0]),
        **_money_tables(variants, drawn, values, scrambles, floors, criteria[0].matters),
        "statements": statements_table(plan, design),
        **_evidence_tables(plan, variants),
    }


def _samples(
    variants: list[Variant], design: Draws, progress: Progress | None, workers: int | None
) -> dict[str, Sample]:
    """Return the cover of every variant over the draws, by id."""
    samples: dict[str, Sample] = {}
    for k, variant in enumerate(variants):

        def report(done: int, total: int, finished: int = k) -> None:
            """Report the progress of one variant as that of all, each with as many tasks."""
            if progress is not None:
                progress(finished * total + done, len(variants) * total)

        drawn = variant.arrays.drawn(design)
        samples[variant.id] = sample(variant.evaluated, drawn, progress=report, workers=workers)

    return samples


def _central_values(variants: list[Variant], criteria: tuple[Criterion, ...]) -> dict[str, dict[str, float]]:
    """Return every criterion at the central values of the figures, by variant."""
    base = variants[0].arrays
    central = {}
    for variant in variants:
        values = criterion_values(criteria, central_sample(variant.evaluated), variant.arrays, base)
        central[variant.id] = {name: float(value[0]) for name, value in values.items()}
    return central


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
    """Return cover, staffing and training of every variant, one table under another."""
    base = variants[0].arrays
    parts: dict[str, list[pd.DataFrame]] = defaultdict(list)

    for variant in variants:
        cover = cover_of(variant.evaluated)
        tables = {name: getattr(cover, name).copy() for name in COVER_TABLES}
        tables["areas"]["drive_min"] = _drive_min(variant, tables["areas"])
        tables["standards"] = _with_doubt(
            variant, tables["standards"], samples[variant.id], scrambles, floors.edges[variant.id]
        )

        by_hour = cover_by_hour(variant.evaluated)
        tables["by_hour"] = by_hour.standards[by_hour.standards["scope_kind"] == "all"].copy()
        tables["nobody_free"] = by_hour.forces.copy()
        tables["staffing"] = staffing_table(variant.arrays, staffing(variant.arrays, base))
        tables["training"] = training_table(variant.arrays, base)

        for name, table in tables.items():
            table.insert(0, "option", variant.id)
            parts[name].append(table)

    return {name: pd.concat(tables_of_all, ignore_index=True) for name, tables_of_all in parts.items()}


def _drive_min(variant: Variant, areas: pd.DataFrame) -> pd.Series:
    """Return the minutes of driving to each area from the nearest site; NaN where no site is in use."""
    sites = variant.plan.table("sites")
    has_units = sites["id"].isin(variant.plan.table("units")["site"])
    is_in_use = sites["existing"].astype(bool) | has_units
    if not is_in_use.any():
        return pd.Series(np.nan, index=areas.index)

    by_area = nearest(variant.plan, variant.times).areas.set_index("area")["drive_min"]
    return areas["area"].map(by_area)


def _with_doubt(
    variant: Variant, standards: pd.DataFrame, drawn: Sample, scrambles: int, edge: Edge
) -> pd.DataFrame:
    """Return shares inside the standards with their mean over the draws, its standard error and interval."""
    scopes = variant.evaluated.scopes.names
    row_scopes = zip(standards["scope_kind"], standards["scope"], strict=True)
    rows = [drawn.standards.index(name) for name in standards["standard"]]
    columns = [scopes.index(scope) for scope in row_scopes]

    shares = drawn.shares[:, rows, columns]
    floors = edge.shares(edge.rare)[rows, columns]
    spreads = [spread(shares[:, k], "", scrambles, float(floors[k])) for k in range(shares.shape[1])]

    added = {name: [one[name] for one in spreads] for name in ("mean", "se", "low", "high")}
    return standards.assign(**added)


def _need_table(base: Variant) -> pd.DataFrame:
    """Return what would meet the standards from today's sites and from all sites."""
    arrays = base.evaluated.arrays
    today = need_of(base.evaluated, base.times, curve=False).table

    # Where every planned site is in use today, the second answer is the first.
    if arrays.sites.existing[arrays.forces.planned[arrays.sites.forces]].all():
        from_all = today.assign(sites="all")
    else:
        from_all = need_of(base.evaluated, base.times, sites="all", curve=False).table
    table = pd.concat([today, from_all], ignore_index=True)

    names = {force_id: force.name for force_id, force in base.plan.document.forces.items()}
    forces_name = [listed(names[force] for force in forces.split(" + ")) for forces in table["forces"]]
    return table.assign(forces_name=forces_name)


def _money_tables(
    variants: list[Variant],
    drawn: dict[str, PlanArrays],
    values: dict[str, dict[str, Floats]],
    scrambles: int,
    floors: Floors,
    matters: float,
) -> dict[str, pd.DataFrame]:
    """Return the tables on money of every variant, one under another."""
    base = variants[0]
    cost: list[dict[str, Any]] = []
    summary: list[dict[str, Any]] = []
    funding: list[dict[str, Any]] = []
    break_even: list[dict[str, Any]] = []

    for variant in variants:
        cost += cost_rows(variant.id, plan_cost(variant.arrays, base.arrays, basis="budget"))
        summary.append(
            summary_row(
                variant.id,
                drawn[variant.id],
                drawn[BASE],
                (values[variant.id][REACHED], values[BASE][REACHED]),
                scrambles,
                floor=floors.between(variant.id, BASE, REACHED),
                matters=matters,
            )
        )
        funding += funding_rows(variant.id, variant.arrays, base.arrays)
        newly = newly_in_time(variant, base)
        break_even += break_even_rows(variant.id, variant.arrays, base.arrays, newly)

    return {
        "cost": pd.DataFrame(cost, columns=["option", "year", "head", "budget_gbp"]),
        "cost_summary": pd.DataFrame(summary),
        "funding": pd.DataFrame(funding),
        "break_even": pd.DataFrame(break_even, columns=["option", "quantity", "value", "unit", "meaning"]),
    }


def _evidence_tables(plan: Plan, variants: list[Variant]) -> dict[str, pd.DataFrame]:
    """Return the tables on what the answers rest on: demand, figures, sources and notes."""
    figures = register(plan)
    notes = [
        *({"subject": note.subject, "text": note.text} for note in check(plan).notes),
        *notes_on_roads(variants[0]),
        *notes_on_options(variants),
    ]
    return {
        "demand": _demand_table(plan),
        "register": figures,
        "certainty": certainty_table(figures),
        "sources": _sources_table(plan),
        "notes": pd.DataFrame(notes, columns=["subject", "text"]),
    }


def _sources_table(plan: Plan) -> pd.DataFrame:
    """Return one row for each source of the plan's figures."""
    rows = [
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
    return pd.DataFrame(rows, columns=columns)


def certainty_table(figures: pd.DataFrame) -> pd.DataFrame:
    """Return the number of figures, of those drawn or taken as certain, and of those without a source.

    Parameters
    ----------
    figures
        The register of a plan's figures.
    """
    is_drawn = figures["drawn"].astype(bool)
    has_no_source = figures["source"].isna() | (figures["source"] == "")
    row = {
        "of": "all",
        "figures": len(figures),
        "drawn": int(is_drawn.sum()),
        "certain": int((~is_drawn).sum()),
        "without_source": int(has_no_source.sum()),
    }
    return pd.DataFrame([row])


def _demand_table(plan: Plan) -> pd.DataFrame:
    """Return the calls a year by force, incident type and stream."""
    keys = ["force", "incident_type", "stream", "planned"]
    per_year = demand(plan).table.groupby(keys, sort=False)["per_year"].sum()
    return pd.DataFrame(per_year.reset_index())
