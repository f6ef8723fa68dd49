"""Staffing of a plan: the officers that its armed units ask for, beside those there are and could be."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from standby.evidence import Manifest
from standby.plan import HOURS_A_WEEK, Plan, Resolved, resolve
from standby.workforce.intake import course_intake
from standby.workforce.target import years_to_target

Floats = NDArray[np.float64]

HOURS_A_YEAR = 8766.0
"""Hours in a mean Gregorian year [h]."""


@dataclass(frozen=True, eq=False)
class Staffing:
    """Numbers by force; every array has shape (..., forces), draws first, NaN where the plan does not say.

    Parameters
    ----------
    officers_by_tier
        Officers that hold the plan's posts of each tier, shape (..., forces, tiers) [officers].
    posts_by_tier
        Crewed units as a mean over the week, shape (forces, tiers).
    needed
        Officers that hold the posts of the armed tiers [officers].
    establishment, strength, deployable
        Armed officers there are posts for, in post, and deployable [officers].
    target
        Armed officers that the plan asks for: the base's strength and what the plan's posts ask for beyond
        the base's; what the posts ask for where no strength is known [officers].
    armed
        Armed officers under the plan: the target, or every officer where all are to be armed [officers].
    officers
        All officers [officers].
    years
        Years until the target is held, ``inf`` if never [years].
    highest
        Highest strength that the courses reach [officers].
    armed_hours
        Hours on duty of armed officers a year [h/year].
    """

    officers_by_tier: Floats
    posts_by_tier: Floats
    needed: Floats
    establishment: Floats
    strength: Floats
    deployable: Floats
    target: Floats
    armed: Floats
    officers: Floats
    years: Floats
    highest: Floats
    armed_hours: Floats


@dataclass(frozen=True, eq=False)
class Staff:
    """Staffing of a plan at its central values.

    Parameters
    ----------
    table
        One row each planned force: ``armed_posts`` (crewed units as a mean over the week),
        ``officers_needed``, ``establishment``, ``strength``, ``deployable``, ``gap_strength`` (needed less in
        post; above 0: too few), ``target``, ``years_to_target`` (``inf``: never), ``highest_strength``,
        ``armed_officers``, ``armed_share`` of all officers, ``armed_hours_year`` [h/year].
    manifest
        What makes it reproducible.
    """

    table: pd.DataFrame
    manifest: Manifest

    def summary(self) -> str:
        """Return a sentence for each force."""
        parts = []
        for row in self.table.to_dict("records"):
            have = "" if np.isnan(row["strength"]) else f", {row['strength']:.0f} in post"
            parts.append(
                f"{row['force']}: the armed posts ask for {row['officers_needed']:.0f} officers{have}."
            )
        return " ".join(parts)


def staff(plan: Plan, *, base: Plan | None = None) -> Staff:
    """Return the officers that a plan's armed units ask for, beside those there are.

    Parameters
    ----------
    plan
        The plan, with an option laid over it or not.
    base
        The base that the option changes; left out, the plan's own posts are compared with themselves.

    Returns
    -------
    Staff
        Numbers by planned force.
    """
    resolved = resolve(plan)
    numbers = staffing(resolved, resolve(base) if base is not None else resolved)
    return Staff(staffing_table(resolved, numbers), plan.manifest())


def staffing(resolved: Resolved, base: Resolved) -> Staffing:
    """Return the staffing of a plan at its central values or for a table of draws.

    Parameters
    ----------
    resolved, base
        The plan and its base, both at central values, at one draw, or with the same table of draws.
    """
    s = resolved.structure
    by_tier = _officers(resolved)
    needed = (by_tier * s.armed).sum(axis=-1)
    before = (_officers(base) * base.structure.armed).sum(axis=-1)
    strength, establishment = base["forces.strength"], resolved["forces.establishment"]
    by_crews = (by_tier * (s.armed & ~s.carried_by_all)).sum(axis=-1)
    everyone = bool((s.armed & s.carried_by_all).any())
    target = np.where(np.isnan(strength), by_crews, np.maximum(strength + by_crews - before, 0.0))
    officers = resolved["forces.officers"]
    armed = np.where(np.isnan(officers), target, officers) if everyone else target
    years, highest = _years(resolved, armed, np.where(np.isnan(strength), 0.0, strength))
    on_duty = (crew_by_tier(resolved) * s.armed).sum(axis=-1) * HOURS_A_YEAR + np.zeros_like(needed)
    hours = armed / resolved["workforce.relief_factor"] * HOURS_A_YEAR if everyone else on_duty
    return Staffing(
        by_tier,
        posts_by_tier(resolved),
        needed,
        establishment,
        strength,
        strength * resolved["workforce.deployable_share"],
        target,
        armed,
        officers,
        years,
        highest,
        hours,
    )


def posts_by_tier(resolved: Resolved) -> Floats:
    """Return crewed units as a mean over the week, shape (forces, tiers)."""
    return _mean_over_week(resolved, resolved.structure.units.count)


def crew_by_tier(resolved: Resolved) -> Floats:
    """Return officers on duty as a mean over the week, shape (forces, tiers) [officers]."""
    units = resolved.structure.units
    return _mean_over_week(resolved, units.count * units.crew)


def _mean_over_week(resolved: Resolved, number: NDArray[np.int64]) -> Floats:
    s = resolved.structure
    mean = np.zeros((len(s.forces), len(s.tiers)))
    np.add.at(mean, (s.units.forces, s.units.tiers), number * s.units.hours.sum(axis=1) / HOURS_A_WEEK)
    return mean


def _officers(resolved: Resolved) -> Floats:
    """Return the officers that hold the posts, shape (..., forces, tiers) [officers]."""
    return np.asarray(crew_by_tier(resolved) * resolved["workforce.relief_factor"][..., None])


def _years(resolved: Resolved, target: Floats, strength: Floats) -> tuple[Floats, Floats]:
    volunteers = resolved["workforce.volunteers_per_year"]
    shape = np.broadcast_shapes(target.shape, strength.shape)
    years, highest = np.empty(shape), np.empty(shape)
    for force in range(shape[-1]):
        intake = course_intake(
            courses_per_year=resolved["workforce.courses_per_year"][..., force],
            course_size=resolved["workforce.course_size"][..., force],
            pass_rate=resolved["workforce.pass_rate"][..., force],
            applicants_per_year=np.where(np.isnan(volunteers), np.inf, volunteers)[..., force],
        )
        loss = resolved["workforce.loss_rate"][..., force]
        found = years_to_target(target[..., force], strength=strength[..., force], intake=intake, loss=loss)
        years[..., force], highest[..., force] = found.years, found.highest
    return years, highest


def staffing_table(resolved: Resolved, numbers: Staffing) -> pd.DataFrame:
    """Return one row each planned force; the numbers must be at central values."""
    s = resolved.structure
    frame = pd.DataFrame(
        {
            "force": s.forces,
            "armed_posts": (numbers.posts_by_tier * s.armed).sum(axis=-1),
            "officers_needed": numbers.needed,
            "establishment": numbers.establishment,
            "strength": numbers.strength,
            "deployable": numbers.deployable,
            "gap_strength": numbers.needed - numbers.strength,
            "target": numbers.target,
            "years_to_target": numbers.years,
            "highest_strength": numbers.highest,
            "armed_officers": numbers.armed,
            "armed_share": numbers.armed / numbers.officers,
            "armed_hours_year": numbers.armed_hours,
        }
    )
    return frame[s.planned].reset_index(drop=True)
