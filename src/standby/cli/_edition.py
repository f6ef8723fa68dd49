"""What every command shows of a plan: which edition it is, names in place of ids, and sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from standby._refusals import Refusal
from standby.cli._print import lines
from standby.plan import Plan, open_plan
from standby.tables import written_from
from standby.words import Sentence, listed

if TYPE_CHECKING:
    from standby.travel import Times

MEASURES = {"first": "first armed officers", "full": "full attendance"}
"""Measures of attendance, in words."""


def opened(folder: Path, option: str | None) -> Plan:
    """Return a plan, with an option laid over it where one is asked for.

    Raises
    ------
    PlanError
        If the plan has faults.
    Refusal
        If it has no such option.
    """
    plan = open_plan(folder)
    if option is None:
        return plan

    if option not in plan.document.options:
        known = ", ".join(plan.document.options) or "none"
        raise Refusal(f"there is no option {option!r}", f"the plan has: {known}")
    return plan.with_option(option)


def heading(plan: Plan, edition: str, option: str | None) -> None:
    """Print what the numbers below are about."""
    laid = "" if option is None else f": {plan.document.options[option].name}"
    level = plan.document.plan.response_level
    lines([f"{plan.title}{laid}"])
    lines([f"{plan.document.plan.classification}, {edition} edition; response level: {level}", ""])


def summary_of(
    sentences: Iterable[Sentence], tables: Mapping[str, pd.DataFrame], plan: Plan, edition: str
) -> str:
    """Return sentences with the numbers that the tables of an edition have."""
    write = written_from(tables, limit_min=plan.document.travel.limit_min, rounded=edition == "public")
    return " ".join(sentence.said(write) for sentence in sentences)


def public_notes(times: Times) -> tuple[str, ...]:
    """Return that there are sites or places without minutes, but neither which nor how many."""
    if times.findings.empty:
        return ()
    return (
        "Some sites or places have no minutes and count as not reached: the internal edition names them.",
    )


def explain(edition: str) -> None:
    """Print what the public edition leaves out, and where it is."""
    if edition == "public":
        from standby.disclosure import WHAT_IS_LEFT_OUT

        lines(["", *WHAT_IS_LEFT_OUT[:2], "Everything else: --edition internal."])


def named(plan: Plan, table: pd.DataFrame) -> pd.DataFrame:
    """Return a table with names in place of ids."""
    document = plan.document
    forces = {key: force.name for key, force in document.forces.items()}
    table = table.copy()

    if "scope" in table:
        words = {"": "All", "urban": "urban", "rural": "rural", **forces}
        table["scope"] = [words.get(str(scope), str(scope)) for scope in table["scope"]]
    if "force" in table:
        table["force"] = table["force"].map(forces)
    if "forces" in table:
        table["forces"] = [listed(forces[key] for key in text.split(" + ")) for text in table["forces"]]
    if "incident_type" in table:
        table["incident_type"] = [document.incident_types[key].name for key in table["incident_type"]]
    if "measure" in table:
        table["measure"] = table["measure"].map(MEASURES)
    return table


def with_names_of_classes(plan: Plan, table: pd.DataFrame) -> pd.DataFrame:
    """Return a table in which a part of the plan that is a class of places has the name of the class."""
    classes = {key: area_class.name for key, area_class in plan.document.classes.items()}
    is_class = table["scope_kind"] == "class"
    scopes = zip(table["scope"], is_class, strict=True)
    return table.assign(scope=[classes.get(str(scope), scope) if known else scope for scope, known in scopes])
