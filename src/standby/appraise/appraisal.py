"""The appraisal: every option over the same draws of the doubt."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from standby._deadline import Deadline, UnfinishedError
from standby._refusals import Refusal
from standby._run import Progress
from standby._show import Shown, points
from standby._typing import Floats
from standby.appraise.criteria import REACHED, Criterion, criteria_of, criterion_values, lower_bounds
from standby.appraise.decision import best_table, decision_table, pairs_table, spread
from standby.appraise.delivered import delivered
from standby.appraise.delivery_table import delivery_table
from standby.appraise.error import Edge, Floors, edge_of
from standby.appraise.money import break_even_rows, cost_rows, funding_rows, summary_row
from standby.appraise.moves import moves_table
from standby.appraise.sample import Sample, central_sample, sample
from standby.appraise.sentences import sentences_of
from standby.appraise.statements import statements_table
from standby.appraise.variants import Variant, newly_in_time, notes_on_options, notes_on_roads, variants_of
from standby.attendance import nearest
from standby.cost import plan_cost
from standby.cover import Need, TooLargeError, cover_by_hour, cover_of, need_of
from standby.demand import demand
from standby.evidence import Draws, Manifest, draw
from standby.plan import BASE, Plan, PlanArrays, check, dimensions_of, main_standard, plan_arrays, register
from standby.tables import TABLES, records
from standby.words import Sentence, listed
from standby.workforce import spare_rule, staffing, staffing_table, training_table

DRAWS = 512
"""Draws when nobody asks for another number."""

SEED = 20190430
"""Seed when nobody asks for another."""

SHARE_OF_DRAWS = 0.6
"""Share of a time limit that the draws may take; the rest is for statements and need."""

SPARE_TIME = 1.25
"""Draws are taken to need so many times as long as the first of them did, so that they end in time."""

FEWER_DRAWS = (
    "The time that was given did not allow all the draws that were asked for: means, intervals and chances "
    "rest on fewer, which is less sure."
)
"""What is said of an appraisal whose draws were cut short."""

STATEMENTS_SHARE = 0.4
"""Share of what the draws left of the time that statements may take."""

NEED = "need"
"""Subject of the notes on need."""

STATEMENTS_CUT = "In the time that was given not every statement was set beside the model."
"""What is said where statements were left out."""

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
    time_limit_s: float | None = None,
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
    time_limit_s
        Seconds after which what is not finished is left out, and said to be [s]; None: no limit. Of the draws
        as many are made as there is time for: the result is the one that this number of draws has.

    Returns
    -------
    Appraisal
        The decision table and all the tables behind it.

    Raises
    ------
    ValueError
        If fewer than two draws are asked for, an option is already laid over the plan, an option changes a
        standard, or a figure that is needed is not given.
    UnfinishedError
        If the time given ends before the plan, its options and the fewest draws have been evaluated.
    """
    deadline = Deadline(time_limit_s)
    if plan.variant is not None:
        raise Refusal(
            f"{plan.variant!r} is laid over this plan", "appraise the base, its options come by themselves"
        )

    # The figures of scenarios are drawn as well, as statements are about them.
    variants = _variants_in_time(plan, deadline)
    options = [variant.arrays for variant in variants]
    scenarios = [plan_arrays(plan.with_scenario(name)) for name in plan.document.scenarios]
    asked = draw(dimensions_of(options + scenarios), draws, seed=seed)

    design, samples = _samples_in_time(variants, asked, deadline, progress, workers)
    tables = _tables(plan, variants, samples, design, deadline)
    main = main_standard(plan.document.standards)

    return Appraisal(
        plan=plan,
        tables=tables,
        sentences=sentences_of(tables, main, rule=spare_rule(plan), cut=_cut(plan, asked, design, tables)),
        manifest=plan.manifest(draws=design.count, scrambles=design.scrambles, seed=seed),
        draws=design.count,
        scrambles=design.scrambles,
        seed=seed,
    )


def _cut(plan: Plan, asked: Draws, made: Draws, tables: Mapping[str, pd.DataFrame]) -> tuple[str, ...]:
    """Return in sentences what a time limit cut short, need aside, whose rows say so themselves."""
    said = [FEWER_DRAWS] if made.count < asked.count else []
    if len(tables["statements"]) < len(plan.document.statements):
        said.append(STATEMENTS_CUT)
    return tuple(said)


def _variants_in_time(plan: Plan, deadline: Deadline) -> list[Variant]:
    """Return the base and its options, evaluated at their central values.

    Raises
    ------
    UnfinishedError
        If there is no time for that.
    """
    try:
        return variants_of(plan, look=deadline.look)
    except UnfinishedError:
        raise UnfinishedError(
            "the time given ended before the plan and its options had been evaluated once: give more"
        ) from None


def _samples_in_time(
    variants: list[Variant],
    asked: Draws,
    deadline: Deadline,
    progress: Progress | None,
    workers: int | None,
) -> tuple[Draws, dict[str, Sample]]:
    """Return the largest part of a design that there is time for, and the cover of every variant over it.

    Where there is a limit, the first draw of every scramble shows how long a draw takes.

    Raises
    ------
    UnfinishedError
        If there is not even time for these.
    """
    if deadline.limit_s is None:
        return asked, _samples(variants, asked, progress, workers)

    deadline = deadline.part(SHARE_OF_DRAWS)
    fewest = asked.first(1)
    try:
        before = deadline.left()
        samples = _samples(variants, fewest, None, workers, look=deadline.look)
        after = deadline.left()
    except UnfinishedError:
        raise UnfinishedError(
            f"the time given ended before the fewest draws, {fewest.count}, had been made: give more"
        ) from None

    # A design has a power of two of draws in each scramble.
    assert before is not None  # noqa: S101 - there is a limit
    assert after is not None  # noqa: S101
    each_s = SPARE_TIME * max(before - after, 1e-6)
    most = min(after / each_s, asked.count / asked.scrambles)
    per_scramble = 1 << int(np.log2(max(most, 1.0)))
    if per_scramble == 1:
        return fewest, samples

    design = asked.first(per_scramble)
    try:
        return design, _samples(variants, design, progress, workers, look=deadline.look)
    except UnfinishedError:
        return fewest, samples


def _tables(
    plan: Plan, variants: list[Variant], samples: dict[str, Sample], design: Draws, deadline: Deadline
) -> dict[str, pd.DataFrame]:
    """Return all the tables of an appraisal by name."""
    criteria = criteria_of(plan)
    scrambles = design.scrambles
    standards = plan.document.standards
    limit_min = plan.document.travel.limit_min
    horizon = plan.document.costs.horizon_years

    # All variants take the same draws, so that what they share cancels in their differences.
    drawn = {variant.id: variant.arrays.drawn(design) for variant in variants}
    found = {
        name: delivered(arrays, drawn[BASE], samples[name], samples[BASE]) for name, arrays in drawn.items()
    }
    values = {
        name: criterion_values(criteria, samples[name], arrays, drawn[BASE], found[name])
        for name, arrays in drawn.items()
    }
    central = _central_values(variants, criteria)

    ranked = [variant.id for variant in variants if variant.ranked]
    values_of_ranked = {name: values[name] for name in ranked}
    floors = Floors(
        edges={variant.id: edge_of(variant.evaluated, samples[variant.id]) for variant in variants},
        staffed={name: one.delivery.years for name, one in found.items()},
        years=horizon,
    )
    bounds = {
        name: lower_bounds(one, found[name], drawn[name].forces.planned, limit_min)
        for name, one in samples.items()
    }

    # These may take long; need comes last and takes the time that is left.
    cover_tables = _cover_tables(variants, samples, scrambles, floors)
    statements = statements_table(plan, design, deadline.part(STATEMENTS_SHARE))
    need, need_notes = _need_table(variants[0], deadline)

    return {
        "options": pd.DataFrame([variant.row() for variant in variants]),
        "criteria": pd.DataFrame([criterion.row() for criterion in criteria]),
        "decision": decision_table(criteria, values, central, ranked, scrambles, floors, bounds),
        "best": best_table(criteria, values, ranked, scrambles, values, floors),
        "moves": moves_table(standards, criteria, values, samples, scrambles, floors, limit_min),
        "pairs": pairs_table(criteria, values_of_ranked, scrambles, floors),
        "delivery": delivery_table(found, drawn, scrambles),
        **cover_tables,
        "need": need,
        **_money_tables(variants, drawn, values, scrambles, floors, criteria[0].matters),
        "statements": statements,
        **_evidence_tables(plan, variants, need_notes),
    }


def _samples(
    variants: list[Variant],
    design: Draws,
    progress: Progress | None,
    workers: int | None,
    look: Callable[[], object] | None = None,
) -> dict[str, Sample]:
    """Return the cover of every variant over the draws, by id."""
    samples: dict[str, Sample] = {}
    for k, variant in enumerate(variants):

        def report(done: int, total: int, finished: int = k) -> None:
            """Report the progress of one variant as that of all, each with as many tasks."""
            if progress is not None:
                progress(finished * total + done, len(variants) * total)

        drawn = variant.arrays.drawn(design)
        samples[variant.id] = sample(variant.evaluated, drawn, progress=report, workers=workers, look=look)

    return samples


def _central_values(variants: list[Variant], criteria: tuple[Criterion, ...]) -> dict[str, dict[str, float]]:
    """Return every criterion at the central values of the figures, by variant."""
    base = variants[0].arrays
    base_sample = central_sample(variants[0].evaluated)
    central = {}
    for variant in variants:
        own_sample = central_sample(variant.evaluated)
        found = delivered(variant.arrays, base, own_sample, base_sample)
        values = criterion_values(criteria, own_sample, variant.arrays, base, found)
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


def _need_table(base: Variant, deadline: Deadline) -> tuple[pd.DataFrame, list[str]]:
    """Return what would meet the standards from today's sites and from all sites, and notes on it."""
    try:
        return _what_is_needed(base, deadline)
    except TooLargeError as refused:
        columns = [column.name for column in TABLES["need"].columns]
        return pd.DataFrame(columns=columns), [f"left out: {refused.what}"]


def _what_is_needed(base: Variant, deadline: Deadline) -> tuple[pd.DataFrame, list[str]]:
    """Return what `_need_table` does, where it fits into memory."""
    arrays = base.evaluated.arrays
    is_same = bool(arrays.sites.existing[arrays.forces.planned[arrays.sites.forces]].all())

    time_for_today = deadline if is_same else deadline.part(0.5)
    today = need_of(base.evaluated, base.times, curve=False, deadline=time_for_today)
    notes = _notes_on_need(today, "today's sites")

    # Where every planned site is in use today, the second answer is the first.
    if is_same:
        from_all = today.table.assign(sites="all")
    else:
        every_site = need_of(base.evaluated, base.times, sites="all", curve=False, deadline=deadline)
        from_all = every_site.table
        notes += _notes_on_need(every_site, "every listed site")
    table = pd.concat([today.table, from_all], ignore_index=True)

    names = {force_id: force.name for force_id, force in base.plan.document.forces.items()}
    forces_name = [listed(names[force] for force in forces.split(" + ")) for forces in table["forces"]]
    return table.assign(forces_name=forces_name), list(dict.fromkeys(notes))


def _notes_on_need(found: Need, where: str) -> list[str]:
    """Return what has no row or no number in an answer, and which searches were cut short."""
    is_cut = found.table["attainable"].astype(bool) & (found.table["reason"] != "")
    cut = [
        f"{row['forces']}, {row['name']}, from {where}: {row['reason']}"
        for row in records(found.table[is_cut])
    ]
    return [*found.notes, *cut]


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


def _evidence_tables(plan: Plan, variants: list[Variant], on_need: list[str]) -> dict[str, pd.DataFrame]:
    """Return the tables on what the answers rest on: demand, figures, sources and notes."""
    figures = register(plan)
    unknown = (
        "does not say how many armed officers are in post: as posts are filled, its own are taken as filled"
    )
    forces = plan.document.forces
    notes = [
        *(
            {"subject": f"forces.{force}", "text": f"{forces[force].name} {unknown}"}
            for force in plan.forces
            if forces[force].strength is None
        ),
        *({"subject": NEED, "text": text} for text in on_need),
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
