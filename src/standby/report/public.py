"""The public edition: the argument about the whole region, in numbers too coarse to give anything else away.

The model is open, so every published number says something of where units stand. A table is internal until
it is listed here with the columns that may pass; what passes is for the whole region, and rounded. Words
come from names and from fields that were written for the public.
"""

from __future__ import annotations

import math
import re
from collections.abc import Hashable, Mapping, Sequence

import numpy as np
import pandas as pd

from standby._refusals import Refusal
from standby.appraise import Number, Sentence, need_of_region
from standby.cover.evaluated import main_standard
from standby.evidence import Manifest
from standby.plan import BASE, Plan, Standard
from standby.report.content import ALL_HEADS, AS_WRITTEN, pick, starts_of
from standby.report.dictionary import TABLES, kind_of

SHARE_STEP = 0.1
"""Shares are rounded to the nearest tenth."""

MINUTES_STEP = 5.0
"""Minutes are rounded to the nearest five [min]."""

DIGITS = 2
"""Money and counts of officers are rounded to so many significant digits."""

FEWEST_PLACES = 3
"""A number over fewer places than this is not shown: it would be about a single one."""

PUBLIC_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "options": ("option", "name", "description", "status"),
    "criteria": ("criterion", "name", "unit", "better", "description"),
    "decision": (
        "option", "criterion", "mean", "low", "high", "central",
        "difference", "difference_low", "difference_high", "chance_best", "alike", "at_least",
    ),
    "pairs": ("criterion", "option", "other", "chance_better", "difference", "alike"),
    "best": (
        "criterion", "option", "mean", "best", "share_of_draws", "behind", "behind_low", "behind_high",
        "alike", "smallest_difference", "smallest_by_doubt", "smallest_by_draws",
        "present_value_gbp", "present_value_low", "present_value_high", "cheapest",
    ),
    "moves": (
        "option", "standard", "name", "measure", "share_before", "share_after",
        "points", "points_low", "points_high", "reach_moved",
        "before_min", "after_min", "change_min", "change_low_min", "change_high_min", "minutes_moved",
        "before_at_least", "after_at_least",
    ),
    "standards": (
        "option", "standard", "name", "incident_type", "measure", "of", "within_min", "scope_kind", "scope",
        "share_if_free", "share_expected", "share_assured", "required", "reliability", "met",
        "mean", "low", "high",
    ),
    "minutes": (
        "option", "incident_type", "measure", "weight", "scope_kind", "scope",
        "mean_min", "p50_min", "p90_min", "p95_min", "at_least",
    ),
    "nearest": ("scope_kind", "scope", "mean_min", "p50_min", "p90_min", "p95_min", "at_least"),
    "need": (
        "standard", "name", "forces_name", "sites", "required",
        "attainable", "attainable_share", "share_every_site", "share_one_minute_more", "reason",
        "crewed_units", "posts", "officers", "establishment", "strength", "deployable",
        "gap_establishment", "gap_strength", "gap_deployable",
    ),
    "cost": ("option", "year", "head", "budget_gbp"),
    "cost_summary": ("option", "present_value_gbp", "low", "high", "yearly_gbp", "grant_gbp_year"),
    "register": (
        "path", "value", "low", "high", "range", "shape", "unit", "kind",
        "source", "source_title", "source_date", "as_of", "drawn", "option",
    ),
    "certainty": ("of", "figures", "drawn", "certain", "without_source"),
    "sources": ("source", "title", "date", "quality", "where"),
}  # fmt: skip
"""Tables that may be published, and their columns; whatever is not listed stays internal."""

CANNOT = "cannot be met"
"""How the reasons begin that a standard has no number of units, other than a lack of time."""

POINTS = {"points", "points_low", "points_high"}
"""Changes of a share in percentage points, rounded as the share is."""

BESIDE_REQUIRED = {"share_assured", "attainable_share", "share_every_site", "share_one_minute_more"}
"""Shares that a reader compares with the one that a standard requires."""

EVEN = 1e-6
"""Share by which what is required may be missed for rounding, as `standby.cover.need` takes it."""

NOT_PUBLIC = {"gap_p50_min", "first_rural_p90_min", "armed_share"}
"""Criteria that are about town or country alone, or that the rounding of shares would make meaningless."""

WHAT_IS_LEFT_OUT = (
    "Results are for the whole region: nothing is shown by force, place, site, unit or hour.",
    (
        "Shares are rounded to the nearest 10%, minutes to the nearest 5, people to the nearest tenth of "
        "those that the main standard is for, money and officers to two digits. "
        "A share that would cross what its standard requires is rounded to the tenth on its own side. "
        "Values and differences are rounded each by itself, so they need not add up."
    ),
    "The model is open: finer numbers would let a reader work out where units stand, and where help is far.",
    "Descriptions are those that the plan gives for the public; other notes and reasons are left out.",
)


class PublicEditionError(Refusal):
    """A plan whose public edition would name a base or a unit."""


def public_tables(plan: Plan, tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Return what the public edition may hold of the tables: listed columns, the whole region, rounded.

    Parameters
    ----------
    plan
        The base.
    tables
        Results by name.

    Raises
    ------
    PublicEditionError
        If the title of the plan, or the name of an option, a standard or the like, names a base or a unit.
    """
    shown = {}
    for name in (name for name in TABLES if name in tables and name in PUBLIC_COLUMNS):
        frame = _whole_region(plan, name, tables[name]).reset_index(drop=True)
        allowed = frame[[column for column in PUBLIC_COLUMNS[name] if column in frame]]

        # Text that the planner wrote for colleagues is left out, and its columns stay for the pages.
        free_text = [c.name for c in TABLES[name].columns if c.kind == "words" and c.name in frame]
        blank = {column: "" for column in free_text if column not in allowed}
        shown[name] = _rounded(plan, name, allowed.assign(**blank), tables)

    if "options" in shown:
        shown["options"] = _public_descriptions(plan, shown["options"])

    _refuse_named_bases(plan, shown)
    return shown


def public_sentences(
    plan: Plan, sentences: Sequence[Sentence], tables: Mapping[str, pd.DataFrame]
) -> tuple[Sentence, ...]:
    """Return the sentences that repeat no text of the planner and whose numbers all stand in the edition.

    Parameters
    ----------
    plan
        The base.
    sentences
        Sentences of the appraisal.
    tables
        What `public_tables` returned for it.
    """
    kept = [s for s in sentences if _may_be_said(plan, s, tables)]
    if "need" in tables:
        kept[1:1] = need_of_region(tables["need"], main_standard(plan.document.standards))
    return tuple(kept)


def public_manifest(manifest: Manifest) -> Manifest:
    """Return a manifest without hashes: a reader could try inputs until the hash of one fits."""
    return Manifest(manifest.plan, "", {}, manifest.settings, manifest.versions)


def public_share(value: float) -> float:
    """Return a share as the public edition says it, to the nearest tenth."""
    return _to_step(value, SHARE_STEP) if math.isfinite(value) else value


def public_minutes(value: float) -> float:
    """Return minutes as the public edition says them, to the nearest five [min]."""
    return _to_step(value, MINUTES_STEP) if math.isfinite(value) else value


def enough_places(plan: Plan, standard: Standard) -> bool:
    """Return whether a standard is for all planned forces, and for enough places to be shown.

    Parameters
    ----------
    plan
        The base.
    standard
        The standard.
    """
    if standard.forces and not set(plan.forces) <= set(standard.forces):
        return False  # a standard of some forces is a result by force

    table = "key_locations" if standard.of == "key_locations" else "areas"
    return int(_counted(plan, standard, table).sum()) >= FEWEST_PLACES


def check_names(plan: Plan, names: Mapping[str, Sequence[str]]) -> None:
    """Refuse names that name a base or a unit; a name can't be left out.

    Parameters
    ----------
    plan
        The base.
    names
        Names by what they are of.

    Raises
    ------
    PublicEditionError
        If one does.
    """
    bases = _names_of_bases(plan)
    forces = _any_of(_names_of_forces(plan))
    for what, values in names.items():
        for value in dict.fromkeys(values):
            found = bases.search(forces.sub("", value))
            if found:
                raise PublicEditionError(
                    f"{what} {value!r}: it names {found[0]!r}, a base or a unit, which the public edition "
                    "may not; give it another name in the plan, or make the internal edition"
                )


def _whole_region(plan: Plan, name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of a table that are about the whole region."""
    if "scope_kind" in frame:
        frame = frame[frame["scope_kind"] == "all"]

    if name in {"standards", "moves", "minutes", "nearest"}:
        frame = _kept(frame, [_row_has_enough_places(plan, row) for row in frame.to_dict("records")])
    elif name in {"criteria", "decision", "pairs", "best"}:
        frame = _kept(frame, [_criterion_is_public(plan, criterion) for criterion in frame["criterion"]])
    elif name == "need":
        frame = _need_of_region(plan, frame)
    elif name == "cost":
        frame = _margins_of_cost(frame)
    elif name == "register":
        of_a_row = frame["path"].str.contains("[", regex=False)
        forces = set(plan.document.forces)
        of_a_force = frame["path"].map(
            lambda path: path.startswith("forces.") or bool(forces & set(path.split(".")))
        )
        frame = frame[~of_a_row & ~of_a_force]

    return frame


def _kept(frame: pd.DataFrame, keep: list[bool]) -> pd.DataFrame:
    """Return some rows of a table; of an empty one all of its columns."""
    return frame[pd.Series(keep, index=frame.index, dtype=bool)]


def _row_has_enough_places(plan: Plan, row: Mapping[Hashable, object]) -> bool:
    """Return whether a row is about enough places of all the planned forces."""
    standard = plan.document.standards.get(str(row.get("standard", "")))
    if standard is not None:
        return enough_places(plan, standard)
    table = "key_locations" if row.get("weight") == "key_locations" else "areas"
    return int(plan.table(table)["force"].isin(plan.forces).sum()) >= FEWEST_PLACES


def _counted(plan: Plan, standard: Standard, table: str) -> pd.Series:
    """Return which places of a table a standard is for, shape (rows,)."""
    places = plan.table(table)
    counted = places["force"].isin(plan.forces)
    return counted & places["class"].isin(standard.classes) if standard.classes else counted


def _criterion_is_public(plan: Plan, criterion: str) -> bool:
    """Return whether a criterion is about the whole region, and about enough places."""
    if criterion in NOT_PUBLIC:
        return False
    standard = criterion.removeprefix("share_")
    standards = plan.document.standards
    return standard not in standards or enough_places(plan, standards[standard])


def _need_of_region(plan: Plan, frame: pd.DataFrame) -> pd.DataFrame:
    """Return what each standard needs in all planned forces together."""
    frame = _kept(frame, [_row_has_enough_places(plan, row) for row in frame.to_dict("records")])
    if frame.empty:
        return frame

    counts = [c for c in PUBLIC_COLUMNS["need"] if kind_of("need", c, numeric=True) == "count" and c in frame]
    by_standard = frame.groupby(["standard", "sites"], sort=False)
    total = by_standard[counts].sum().where(by_standard[counts].count().eq(by_standard.size(), axis=0))
    met = by_standard["attainable"].all()
    first = by_standard[["name", "required"]].first()

    # Where least is reached decides what can be reached everywhere.
    shares = [c for c in ("attainable_share", "share_every_site", "share_one_minute_more") if c in frame]
    reached = by_standard[shares].min()
    if "attainable_share" in shares:  # a force that there was no time for may reach less
        is_known = by_standard["attainable_share"].count().eq(by_standard.size())
        reached["attainable_share"] = reached["attainable_share"].where(is_known)

    # What can't be met in one force has no number there, so the region has none either.
    wanted = [c for c in counts if c not in {"establishment", "strength", "deployable"}]
    total.loc[~met, wanted] = np.nan
    region = pd.concat([first, met, reached, total], axis=1)
    if "reason" in frame:
        reasons = by_standard["reason"].apply(lambda texts: list(texts.fillna("")))
        region["reason"] = [
            _why_no_number(texts, attainable=bool(attainable))
            for attainable, texts in zip(met, reasons, strict=True)
        ]
    return region.reset_index().assign(forces_name="the whole region")


def _why_no_number(reasons: Sequence[str], *, attainable: bool) -> str:
    """Return why the region has no number of units, without the numbers of any group of forces."""
    found = [reason.partition(";")[0] for reason in reasons if reason]
    if not found:
        return ""
    if attainable:
        return "not found in the time that was given"
    never = next((text for text in found if text.startswith(CANNOT)), CANNOT)
    return never if not re.search(r"\d", never) else CANNOT


def _margins_of_cost(cost: pd.DataFrame) -> pd.DataFrame:
    """Return cost by year over all heads, and by head over all years: rounded parts do not add up."""
    of_option = cost.groupby(["option", "year"], sort=False)["budget_gbp"].sum().reset_index()
    of_head = cost.groupby(["option", "head"], sort=False)["budget_gbp"].sum().reset_index()
    both = [of_option.assign(head=ALL_HEADS), of_head.assign(year=np.nan)]
    return pd.concat(both, ignore_index=True)[["option", "year", "head", "budget_gbp"]]


def _rounded(plan: Plan, name: str, frame: pd.DataFrame, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return a table with every result rounded by its kind; figures that somebody stated stay as they are."""
    if name in {"register", "sources", "certainty"}:
        return frame

    units = {}
    if "criteria" in tables:
        units = dict(zip(tables["criteria"]["criterion"], tables["criteria"]["unit"], strict=True))

    frame = frame.copy()
    for column in frame.columns:
        values = frame[column]
        if column in AS_WRITTEN or not pd.api.types.is_numeric_dtype(values) or values.dtype == bool:
            continue
        kind = kind_of(name, column, numeric=True)
        if kind == "measure":
            frame[column] = [
                _round(plan, _kind_of_unit(str(units[criterion])), float(value))
                for criterion, value in zip(frame["criterion"], values, strict=True)
            ]
        elif column in POINTS:
            frame[column] = [100.0 * public_share(float(value) / 100.0) for value in values]
        elif column in BESIDE_REQUIRED:
            frame[column] = [
                _share_beside(float(value), float(required))
                for value, required in zip(values, frame["required"], strict=True)
            ]
        else:
            frame[column] = [_round(plan, kind, float(value)) for value in values]

    # A gap rounded by itself would give away what it is the difference of.
    for gap in (str(c) for c in frame if name == "need" and str(c).startswith("gap_")):
        frame[gap] = frame["officers"] - frame[gap.removeprefix("gap_")]
    return frame


def _share_beside(value: float, required: float) -> float:
    """Return a share as a tenth on its own side of what a standard requires: 86% of 90% is not 90%."""
    rounded = public_share(value)
    if not math.isfinite(value) or not math.isfinite(required):
        return rounded
    enough = value >= required - EVEN
    if enough != (rounded >= required - EVEN):
        tenths = math.ceil(value / SHARE_STEP) if enough else math.floor(value / SHARE_STEP)
        return round(tenths * SHARE_STEP, 10)
    return rounded


def _kind_of_unit(unit: str) -> str:
    """Return the kind of number that a criterion's unit asks for."""
    kinds = {"share": "share", "min": "minutes", "people": "people", "key locations": "key_locations"}
    return kinds.get(unit, "count")


def _round(plan: Plan, kind: str, value: float) -> float:
    """Return one number as coarse as the public may have it; infinite and unknown ones stay so."""
    if not math.isfinite(value) or value == 0.0:
        return value
    if kind == "share":
        return public_share(value)
    if kind == "minutes":
        return public_minutes(value)
    if kind in {"people", "key_locations"}:
        everybody = _everybody(plan, kind)
        return _to_step(value / everybody, SHARE_STEP) * everybody if everybody else 0.0
    if kind == "count":
        value = _to_step(value, 1.0)
    return float(f"{value:.{DIGITS}g}")


def _everybody(plan: Plan, kind: str) -> float:
    """Return the people, or the weight of the key locations, of the main standard, to three digits."""
    table, column = ("areas", "population") if kind == "people" else ("key_locations", "weight")
    standards = plan.document.standards
    places = plan.table(table)[_counted(plan, standards[main_standard(standards)], table)]
    return float(f"{places[column].sum():.3g}")  # as the page says it


def _to_step(value: float, step: float) -> float:
    """Round to the nearest multiple of a step, halves away from zero."""
    steps = math.floor(abs(value) / step + 0.5)
    return math.copysign(round(steps * step, 10), value) if steps else 0.0


def _public_descriptions(plan: Plan, options: pd.DataFrame) -> pd.DataFrame:
    """Return the options with the descriptions that were written for the public."""
    document = plan.document
    written = {BASE: document.base.public_description}
    written |= {name: option.public_description for name, option in document.options.items()}
    return options.assign(description=[written.get(option, "") for option in options["option"]])


def _may_be_said(plan: Plan, sentence: Sentence, tables: Mapping[str, pd.DataFrame]) -> bool:
    """Return whether a sentence has only public numbers, and no words that the planner wrote for others."""
    document = plan.document
    reasons = [option.reason for option in document.options.values()]
    reasons += [own.reason for option in document.options.values() for own in option.forces.values()]
    if any(text and text in sentence.text for text in reasons):
        return False

    if not all(_stands(tables, number) for number in sentence.numbers):
        return False

    # A number that the sentence does not declare can't be rounded; names may have digits of their own.
    rest = sentence.text
    for number, start in reversed(list(zip(sentence.numbers, starts_of(sentence), strict=True))):
        rest = f"{rest[:start]} {rest[start + len(number.text) :]}"
    rest = _any_of(_names_of_choices(plan)).sub(" ", rest)
    if re.search(r"\d", rest):
        return False

    if _any_of(_names_of_forces(plan)).search(rest):
        return False  # a result by force
    return _names_of_places(plan).search(rest) is None


def _stands(tables: Mapping[str, pd.DataFrame], number: Number) -> bool:
    """Return whether a number of a sentence is in the edition."""
    frame = tables.get(number.table)
    return frame is not None and number.column in frame and len(pick(frame, number.key)) > 0


def _names_of_choices(plan: Plan) -> list[str]:
    """Return names that are published as they are: of options, standards and the like."""
    document = plan.document
    return [
        document.base.name,
        *(option.name for option in document.options.values()),
        *(standard.name for standard in document.standards.values()),
        *(tier.name for tier in document.tiers.values()),
        *(incident.name for incident in document.incident_types.values()),
        *(area_class.name for area_class in document.classes.values()),
    ]


def _names_of_forces(plan: Plan) -> list[str]:
    return [*(force.name for force in plan.document.forces.values()), *_alliances(plan)]


def _alliances(plan: Plan) -> list[str]:
    return [alliance.name for alliance in plan.document.alliances.values()]


def _names_of_bases(plan: Plan) -> re.Pattern[str]:
    """Return a pattern of the names of sites in any case, and of the names and ids of units as written."""
    options = plan.document.options.values()
    units, sites = plan.table("units"), plan.table("sites")

    added_sites = [str(row.get("name") or "") for option in options for row in option.add.sites]
    bases = _any_of([*sites["name"].astype(str), *added_sites])

    # A unit is often called what it is ("Specialist team"), so words in another case are not its name.
    rows = [row for option in options for row in (*option.add.units, *option.change.units)]
    named = [str(row.get(key) or "") for row in rows for key in ("name", "id")]
    crews = _any_of([*units["name"].astype(str), *units["id"], *named])

    return re.compile(f"(?i:{bases.pattern})|{crews.pattern}")


def _names_of_places(plan: Plan) -> re.Pattern[str]:
    """Return a pattern of the names of bases and units, and of areas and key locations in any case."""
    places = _any_of([*plan.table("areas")["name"], *plan.table("key_locations")["name"]])
    return re.compile(f"{_names_of_bases(plan).pattern}|(?i:{places.pattern})")


def _any_of(names: Sequence[str]) -> re.Pattern[str]:
    """Return a pattern of whole names, the longest first; of nothing when there are none."""
    wanted = sorted({name for name in names if name and name != "nan"}, key=lambda name: (-len(name), name))
    either = "|".join(map(re.escape, wanted))
    return re.compile(rf"(?<![\w-])(?:{either})(?![\w-])" if wanted else r"(?!)")


def _refuse_named_bases(plan: Plan, tables: Mapping[str, pd.DataFrame]) -> None:
    """Refuse a title, or names in the tables, that name a base or a unit."""
    names: dict[str, Sequence[str]] = {"plan.toml, plan.title": [plan.title]}
    for table in ("options", "criteria", "standards", "need"):
        if table in tables and "name" in tables[table]:
            names[f"{table}, name"] = list(tables[table]["name"].astype(str))
    check_names(plan, names)
