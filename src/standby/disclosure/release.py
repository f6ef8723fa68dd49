"""The gate before anything public: tables pass if the attack names no more than a guess does without them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from standby._refusals import Refusal
from standby.disclosure import inversion
from standby.disclosure.sums import SHARE_COLUMNS, forced_places
from standby.plan import BASE, Plan
from standby.plan.schema.changes import Option
from standby.travel import travel_times

PROPOSED = "proposed-by-a-siting"
"""Id of the option that stands for the answer of a siting while its tables are tried."""

_PASSED: set[str] = set()
"""Tables that passed in this process, by a hash of the plan and of their numbers."""


class ReleaseError(Refusal):
    """Tables from which a reader could recover more of where units stand than they would guess."""


def require_release(
    plan: Plan,
    tables: Mapping[str, pd.DataFrame],
    *,
    proposed: Mapping[str, Any] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """Refuse tables of a public edition that say where units stand; none of a plan whose bases are invented.

    Parameters
    ----------
    plan
        The plan, with its own ids.
    tables
        The tables as they would be released, with the plan's own ids.
    proposed
        Changes that a siting proposes, as an option of ``plan.toml`` has them.
    progress
        Called after every guess of the attack.

    Raises
    ------
    ReleaseError
        If the attack names more bases, or more places outside the main standard, than guesses without the
        tables and one.
    """
    looked_at = _looked_at(tables)
    if plan.bases_are_invented or not looked_at:
        return
    if proposed is not None:
        option = Option.model_validate({"name": PROPOSED, **proposed})
        options = {**plan.document.options, PROPOSED: option}
        plan = replace(plan, document=plan.document.model_copy(update={"options": options}))

    key = _key(plan, looked_at, proposed)
    if key in _PASSED:
        return
    told = forced_places(plan, looked_at)
    if told.places or told.changes:
        with_shares = [_as_given(name, tables) for name in looked_at if name in SHARE_COLUMNS]
        raise ReleaseError(
            f"not published: {told.places + told.changes} times shares of a standard say whether a single "
            "place is reached, or whether an option changes that",
            f"make the internal edition, or leave out the tables with shares: plan.withhold = {with_shares}",
        )
    found = inversion.invert(plan, travel_times(plan), [looked_at], progress=progress)
    if not found.passed:
        table = _as_given(inversion.table_to_leave_out(plan, travel_times(plan), looked_at), tables)
        named = [found.said(what) for what in inversion.NAMED if found.worst(what).excess(what) > 1]
        raise ReleaseError(
            f"not published: a reader could name {' and '.join(named)}",
            f"make the internal edition, or leave out the table {table!r}: plan.withhold = [{table!r}]",
        )
    _PASSED.add(key)


def _looked_at(tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Return the tables that the attack reads; those of a siting as standards before and after."""
    kept = {name: tables[name] for name in inversion.LOOKED_AT if name in tables}
    if "siting_standards" in tables:
        after = tables["siting_standards"]
        today = after[["standard", "scope_kind"]].assign(
            **{
                column.removesuffix("_today"): after[column]
                for column in map(str, after)
                if column.endswith("_today")
            }
        )
        kept["standards"] = pd.concat([today.assign(option=BASE), after.assign(option=PROPOSED)])
    return kept


def _as_given(name: str, tables: Mapping[str, pd.DataFrame]) -> str:
    """Return the name that a table has in what is published: a siting's standards have their own."""
    siting_name = f"siting_{name}"
    return siting_name if siting_name in tables else name


def _key(plan: Plan, tables: Mapping[str, pd.DataFrame], proposed: Mapping[str, Any] | None) -> str:
    """Return a hash of the plan, of a siting's answer and of the numbers that the attack reads."""
    parts = [plan.hash, str(plan.variant), repr(proposed)]
    parts += [f"{name}\n{frame.to_dict('list')}" for name, frame in sorted(tables.items())]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
