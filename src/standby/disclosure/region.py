"""Which rows of a table are about the whole region, and over enough places to be shown."""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping, Sequence

import numpy as np
import pandas as pd

from standby.disclosure.heaviest import heaviest_places
from standby.plan import BASE, Plan, Standard
from standby.tables import TABLES
from standby.words.numbers import COARSE_SHARE as SHARE_STEP

FEWEST_PLACES = 3
"""A number over fewer places than this is not shown: it would be about a single one."""

ALL_HEADS = "all heads"
"""Head of cost by year in the public edition, which has no cost by year and head."""

CANNOT = "cannot be met"
"""How the reasons begin that a standard has no number of units, other than a lack of time."""

NOT_PUBLIC = {
    "gap_p50_min",
    "first_rural_p90_min",
    "armed_share",
    "armed_hours_year",
    "people_delivered",
    "delivered_value_gbp",
    "staffed_share",
    "years_to_staff",
}
"""Criteria that are about town or country alone, that the rounding of shares would make meaningless, or from
which the number of units on duty today, or of officers in post, follows."""


def enough_places(plan: Plan, standard: Standard) -> bool:
    """Return whether a standard is for all planned forces, and for enough places to be shown.

    Where bases may be real, no place may have more of what is counted than the step to which shares are
    rounded: see `standby.disclosure.heaviest`.

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
    if int(counted(plan, standard, table).sum()) < FEWEST_PLACES:
        return False
    return plan.bases_are_invented or _heaviest(plan, standard, table) <= SHARE_STEP


def _heaviest(plan: Plan, standard: Standard, table: str) -> float:
    """Return the largest share of what a standard counts that a single place has."""
    known = plan.document.standards
    name = next((name for name, own in known.items() if own == standard), None)
    if name is not None:
        return heaviest_places(plan)[name]

    # A standard of a siting: by people, or by the weight of key locations.
    weight = plan.table(table)["weight" if table == "key_locations" else "population"]
    weight = weight[counted(plan, standard, table)]
    return float(weight.max() / weight.sum()) if weight.sum() > 0.0 else 0.0


def whole_region(plan: Plan, name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of a table that are about the whole region."""
    if "scope_kind" in frame:
        frame = frame[frame["scope_kind"] == "all"]

    if name in {"standards", "moves", "minutes"}:
        frame = _kept(frame, [_row_has_enough_places(plan, row) for row in frame.to_dict("records")])
        if name == "minutes":  # with more rows than these the attack names more places than a guess does
            of_base = frame["option"] == BASE if "option" in frame else True
            frame = frame[of_base & (frame["weight"] == "people")]
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
    places = plan.table(table)
    places = places[places["force"].isin(plan.forces)]
    if len(places) < FEWEST_PLACES:
        return False
    if plan.bases_are_invented:
        return True

    # Half or nine in ten of the people are a single place's minutes where most of them live there.
    weight = places["weight" if table == "key_locations" else "population"]
    return bool(weight.max() <= SHARE_STEP * weight.sum())


def counted(plan: Plan, standard: Standard, table: str) -> pd.Series:
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

    counts = [c.name for c in TABLES["need"].public_columns if c.kind == "count" and c.name in frame]
    by_standard = frame.groupby(["standard", "sites"], sort=False)
    total = by_standard[counts].sum().where(by_standard[counts].count().eq(by_standard.size(), axis=0))
    met = by_standard["attainable"].all()
    first = by_standard[["name", "required"]].first()

    # What can't be met in one force has no number there, so the region has none either.
    wanted = [c for c in counts if c not in {"establishment", "strength", "deployable"}]
    total.loc[~met, wanted] = np.nan
    region = pd.concat([first, met, total], axis=1)
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
