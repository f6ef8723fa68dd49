"""Whether a plan and its options can be staffed, and when: over the doubt of the figures, without cover."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from standby._refusals import Refusal
from standby._show import Shown
from standby.appraise.delivery_table import progress_rows
from standby.evidence import Manifest, draw
from standby.plan import BASE, Plan, PlanArrays, dimensions_of, plan_arrays
from standby.tables import records
from standby.words import count, counted, listed, share
from standby.workforce import (
    Delivery,
    delivery,
    intake_of,
    seats_to_staff,
    spare_rule,
    staffing,
    staffing_table,
)

DRAWS = 1024
"""Draws when nobody asks for another number: without cover they take no time."""

SEED = 20190430
"""Seed when nobody asks for another."""

SURE = 0.995
"""Share of the draws from which on nothing is said of an option that is staffed in them."""


@dataclass(frozen=True, eq=False)
class Staffed(Shown):
    """Whether options can be staffed, and when.

    Parameters
    ----------
    staffing
        Officers that the posts of each option need, beside those there are, by force at central values.
    delivery
        How far posts are filled, by option, scope and year over the draws.
    courses
        Seats and volunteers that there are and that it would take, by option and force at central values.
    statements
        What stands out, in sentences.
    names
        Name of the base and of each option by id.
    manifest
        What makes it reproducible.
    """

    staffing: pd.DataFrame
    delivery: pd.DataFrame
    courses: pd.DataFrame
    statements: tuple[str, ...]
    names: Mapping[str, str]
    manifest: Manifest

    @property
    def table(self) -> pd.DataFrame:
        """How far posts are filled: one row for each option, scope and year."""
        return self.delivery

    def summary(self) -> str:
        """Return the sentences."""
        return " ".join(self.statements)


def staffed(plan: Plan, *, years: int | None = None, draws: int = DRAWS, seed: int = SEED) -> Staffed:
    """Return whether a plan and each of its options can be staffed, when, and what it would take.

    Parameters
    ----------
    plan
        The base, without an option laid over it.
    years
        Years ahead; left out, those of the appraisal (``costs.horizon_years``) [years].
    draws
        Draws of the figures in doubt; rounded up as in `standby.appraise.appraise`.
    seed
        Seed of the draws.

    Returns
    -------
    Staffed
        Officers, posts filled year by year, and seats, by option and force.

    Raises
    ------
    ValueError
        If an option is already laid over the plan, years or draws can't be used, or every officer is to be
        armed in a planned force whose officers are not counted.
    """
    if plan.variant is not None:
        raise Refusal(
            f"{plan.variant!r} is laid over this plan", "give the base, its options come by themselves"
        )

    horizon = plan.document.costs.horizon_years if years is None else years
    plans = {BASE: plan, **{option: plan.with_option(option) for option in plan.document.options}}
    arrays = {option: plan_arrays(one) for option, one in plans.items()}
    base = arrays[BASE]
    design = draw(dimensions_of(list(arrays.values())), draws, seed=seed)

    numbers: list[pd.DataFrame] = []
    progress: list[dict[str, Any]] = []
    courses: list[dict[str, Any]] = []
    for option, one in arrays.items():
        by_force = staffing_table(one, staffing(one, base))
        by_force.insert(0, "option", option)
        numbers.append(by_force)

        found = delivery(one.drawn(design), base.drawn(design), years=horizon)
        progress += _progress(option, one, found, draws=design.count, scrambles=design.scrambles)
        courses += _courses(option, one, base, years=horizon)

    tables = {
        "staffing": pd.concat(numbers, ignore_index=True),
        "delivery": pd.DataFrame(progress),
        "courses": pd.DataFrame(courses),
    }
    names = {BASE: plan.document.base.name} | {
        option: one.name for option, one in plan.document.options.items()
    }
    return Staffed(
        **tables,
        statements=tuple(_statements(plan, tables, names)),
        names=names,
        manifest=plan.manifest(draws=design.count, scrambles=design.scrambles, seed=seed, years=horizon),
    )


def _progress(
    option: str, arrays: PlanArrays, found: Delivery, *, draws: int, scrambles: int
) -> Iterator[dict[str, Any]]:
    """Yield how far an option's posts are filled, in all planned forces together and in each, by year."""
    planned = np.flatnonzero(arrays.forces.planned)
    scopes = [("all", "", planned)]
    scopes += [("force", arrays.forces.ids[force], np.array([force])) for force in planned]

    for kind, scope, forces in scopes:
        for row in progress_rows(found, forces, draws=draws, scrambles=scrambles):
            yield {"option": option, "scope_kind": kind, "scope": scope, **row}


def _courses(option: str, arrays: PlanArrays, base: PlanArrays, *, years: int) -> Iterator[dict[str, Any]]:
    """Yield the seats and volunteers of each planned force a year, and those that fill every post in time."""
    found = delivery(arrays, base, years=years)
    seats_needed = seats_to_staff(arrays, base, years=years)
    intake = intake_of(arrays)
    volunteers = arrays.workforce.volunteers_per_year

    for force in np.flatnonzero(arrays.forces.planned).tolist():
        is_short = bool(found.known[force] and not found.staffed[force, -1])
        needed = float(seats_needed[force])
        limits = []
        if is_short and found.required[force] > arrays.forces.officers[force]:
            limits.append("officers")
        if is_short and needed > intake.seats[force]:
            limits.append("courses")
        if is_short and needed > volunteers[force]:
            limits.append("volunteers")

        yield {
            "option": option,
            "force": arrays.forces.ids[force],
            "seats": float(intake.seats[force]),
            "volunteers": float(volunteers[force]),
            "passed": float(intake.passed[force]),
            "required": float(found.required[force]),
            "years_to_staff": float(found.years[force]) if found.known[force] else np.nan,
            "seats_needed": needed if is_short else np.nan,
            "limit": listed(limits) if limits else "",
        }


def _statements(plan: Plan, tables: Mapping[str, pd.DataFrame], names: Mapping[str, str]) -> Iterator[str]:
    """Yield how surely each option is staffed, and the seats that it would take where it is not."""
    together = tables["delivery"][tables["delivery"]["scope_kind"] == "all"]
    last = together[together["year"] == together["year"].max()]
    years = counted(int(together["year"].max()), "year")

    unknown = [
        plan.document.forces[force].name
        for force in plan.forces
        if plan.document.forces[force].strength is None
    ]
    for name in unknown:
        yield f"{name} does not say how many armed officers are in post: its posts are taken as filled."

    is_unsure = last["chance_staffed"] < SURE
    if not is_unsure.any() and len(unknown) < len(plan.forces):
        yield f"Whatever the option, every post is filled at the end of {years} in nearly all of the draws."

    by_force = tables["delivery"][tables["delivery"]["scope_kind"] == "force"]
    by_force = by_force[by_force["year"] == by_force["year"].max()]
    for row in records(last[is_unsure]):
        own = by_force[by_force["option"] == row["option"]]
        forces = [
            f"{share(force['chance_staffed'])} in {plan.document.forces[force['scope']].name}"
            for force in records(own[own["chance_staffed"] < SURE])
        ]
        by_where = f" ({', '.join(forces)})" if len(own) > 1 else ""
        added = ""
        if row["filled"] < SURE:
            added = f"; of the posts that it adds {share(row['filled'])} are, on average over the last year"
        yield (
            f"“{names[row['option']]}”: every post is filled at the end of {years} in "
            f"{share(row['chance_staffed'])} of the draws{by_where}{added}."
        )
        courses = tables["courses"]
        short = courses[(courses["option"] == row["option"]) & (courses["limit"] != "")]
        for force in records(short):
            yield _shortage(plan, force)

    yield spare_rule(plan)


def _shortage(plan: Plan, row: Mapping[str, Any]) -> str:
    """Return what limits a force at the central values of the figures, and the seats that would do."""
    name = plan.document.forces[row["force"]].name
    there = f"{count(row['seats'])} seats"
    if np.isfinite(row["volunteers"]):
        there += f" and {count(row['volunteers'])} volunteers"

    short = f"In {name} {there} a year do not fill them, on central figures"
    if "officers" in row["limit"]:
        return f"{short}, and no number of seats would: they take more officers than the force has."
    if not np.isfinite(row["seats_needed"]):
        return f"{short}, and no number of seats would."
    takers = " and as many volunteers" if "volunteers" in row["limit"] else ""
    return f"{short}: it takes {count(row['seats_needed'])} seats{takers} a year."
