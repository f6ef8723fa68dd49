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
        Armed officers there are posts for, in post, and deployable; strength is the base's, whatever an
        option says [officers].
    target
        Armed officers that the plan asks for: the base's strength and what the plan's posts ask for beyond
        the base's; what the posts ask for where no strength is known; every officer where all are to be
        armed [officers].
    armed
        Armed officers under the plan, once the target is held [officers].
    officers
        All officers [officers].
    years
        Years until the target is held, ``inf`` if never, NaN where no strength is known [years].
    highest
        Highest strength that the courses reach; NaN where no strength is known [officers].
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
    names
        Names of the forces by id.
    manifest
        What makes it reproducible.
    """

    table: pd.DataFrame
    names: dict[str, str]
    manifest: Manifest

    def summary(self) -> str:
        """Return a sentence for each force."""
        parts = []
        for row in self.table.to_dict("records"):
            have = "" if np.isnan(row["strength"]) else f"; {row['strength']:,.0f} are in post"
            name, needed = self.names[row["force"]], row["officers_needed"]
            parts.append(f"{name}: it takes {needed:,.0f} officers to hold the armed posts{have}.")
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

    Raises
    ------
    ValueError
        If every officer is to be armed in a planned force whose officers are not counted.
    """
    resolved = resolve(plan)
    numbers = staffing(resolved, resolve(base) if base is not None else resolved)
    names = {name: force.name for name, force in plan.document.forces.items()}
    return Staff(staffing_table(resolved, numbers), names, plan.manifest())


def staffing(resolved: Resolved, base: Resolved) -> Staffing:
    """Return the staffing of a plan at its central values or for a table of draws.

    Parameters
    ----------
    resolved, base
        The plan and its base, both at central values, at one draw, or with the same table of draws.

    Raises
    ------
    ValueError
        If every officer is to be armed in a planned force whose officers are not counted.
    """
    s = resolved.structure
    by_tier = _officers(resolved)
    strength = base["forces.strength"]
    officers = resolved["forces.officers"]
    target = _target(resolved, base, officers)
    years, highest = _years(resolved, target, strength)
    return Staffing(
        officers_by_tier=by_tier,
        posts_by_tier=posts_by_tier(resolved),
        needed=(by_tier * s.armed).sum(axis=-1),
        establishment=resolved["forces.establishment"],
        strength=strength,
        deployable=strength * resolved["workforce.deployable_share"],
        target=target,
        armed=target,
        officers=officers,
        years=years,
        highest=highest,
        armed_hours=_armed_hours(resolved, target),
    )


def everyone_armed(resolved: Resolved) -> bool:
    """Return whether the plan arms every officer."""
    return bool((resolved.structure.armed & resolved.structure.carried_by_all).any())


def _target(resolved: Resolved, base: Resolved, officers: Floats) -> Floats:
    strength = base["forces.strength"]
    now, before = _crewed(resolved), _crewed(base)
    target = np.where(np.isnan(strength), now, np.maximum(strength + now - before, 0.0))
    if not everyone_armed(resolved):
        return target
    s = resolved.structure
    missing = s.planned & np.isnan(officers).reshape(-1, len(s.forces)).any(axis=0)
    if missing.any():
        force = s.forces[int(np.flatnonzero(missing)[0])]
        raise ValueError(f"every officer is to be armed, but forces.{force}.officers is not said; give it")
    return np.where(np.isnan(officers), target, officers)


def _crewed(resolved: Resolved) -> Floats:
    """Return officers that hold the posts of the armed tiers whose crews alone carry."""
    s = resolved.structure
    return np.asarray((_officers(resolved) * (s.armed & ~s.carried_by_all)).sum(axis=-1))


def _armed_hours(resolved: Resolved, armed: Floats) -> Floats:
    if everyone_armed(resolved):
        return np.asarray(armed / resolved["workforce.relief_factor"] * HOURS_A_YEAR)
    on_duty = (crew_by_tier(resolved) * resolved.structure.armed).sum(axis=-1) * HOURS_A_YEAR
    return np.asarray(on_duty + np.zeros_like(armed))


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
    """Return years to the target and the highest strength, shape (..., forces); NaN without a strength."""
    volunteers = resolved["workforce.volunteers_per_year"]
    shape = np.broadcast_shapes(target.shape, strength.shape)
    years, highest = np.full(shape, np.nan), np.full(shape, np.nan)
    for force in np.flatnonzero(~np.isnan(strength).reshape(-1, shape[-1]).any(axis=0)):
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
    """Return one row each planned force: posts, officers needed, establishment, strength, years to target.

    Parameters
    ----------
    resolved : Resolved
        The plan as one option leaves it.
    numbers : Staffing
        Its staffing at the central values of the figures.

    Returns
    -------
    pandas.DataFrame
        One row each planned force; officers, except `years_to_target` [years] and `armed_hours_year` [h].
    """
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
