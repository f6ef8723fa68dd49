"""Staffing of a plan: the officers that its armed units ask for, beside those there are and could be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from standby._checks import ROUNDING_SLACK
from standby._refusals import Refusal
from standby._show import Shown
from standby._typing import Floats
from standby.evidence import Manifest
from standby.plan import HOURS_A_WEEK, Plan, Resolved, resolve
from standby.workforce.intake import course_intake
from standby.workforce.spare import Filled, add_to_posts, fill_posts
from standby.workforce.target import years_to_target

HOURS_A_YEAR = 8766.0
"""Hours in a mean Gregorian year [h]."""


@dataclass(frozen=True, eq=False)
class Staffing(Shown):
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
    crews
        How the posts of crews are filled beyond the base, by force and tier: see `standby.workforce.Filled`.
    in_role
        Officers of dual-role tiers more than in the base, shape (..., forces, tiers) [officers].
    spare
        Deployable officers whom no post of the plan needs; NaN where no strength is known [officers].
    target
        Armed officers that the plan asks for: the base's strength and those who have to be found beyond it,
        for the base's own posts and for the plan's; what the posts ask for where no strength is known; every
        officer where all are to be armed [officers].
    new
        Officers to find and train until the target is held; 0 where it is, NaN where no strength is known
        [officers].
    armed
        Armed officers under the plan: as `target`, but for those whom the base's own posts lack [officers].
    officers
        All officers [officers].
    years
        Years until the target is held, 0 where nobody has to be found, ``inf`` if never, NaN where no
        strength is known [years].
    highest, settled
        Highest strength that the courses reach, and that at which courses and losses settle in the end; NaN
        where no strength is known [officers].
    armed_hours
        Hours on duty of armed officers a year [h/year].
    """

    officers_by_tier: Floats
    posts_by_tier: Floats
    needed: Floats
    establishment: Floats
    strength: Floats
    deployable: Floats
    crews: Filled
    in_role: Floats
    spare: Floats
    target: Floats
    new: Floats
    armed: Floats
    officers: Floats
    years: Floats
    highest: Floats
    settled: Floats
    armed_hours: Floats


@dataclass(frozen=True, eq=False)
class Staff(Shown):
    """Staffing of a plan at its central values.

    Parameters
    ----------
    table
        One row each planned force: see `staffing_table`.
    names
        Names of the forces by id.
    rule
        What becomes of spare officers, in a sentence.
    manifest
        What makes it reproducible.
    """

    table: pd.DataFrame
    names: dict[str, str]
    rule: str
    manifest: Manifest

    def summary(self) -> str:
        """Return a sentence for each force, and the rule for spare officers."""
        return " ".join([*(_sentence(self.names[row["force"]], row) for row in _rows(self.table)), self.rule])


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
    return Staff(staffing_table(resolved, numbers), names, spare_rule(plan), plan.manifest())


def spare_rule(plan: Plan) -> str:
    """Return in a sentence what becomes of a plan's spare officers: armed, deployable and needed for no post.

    Parameters
    ----------
    plan
        The plan; its ``workforce.spare_officers`` and the forces' own decide.
    """
    document = plan.document
    common = document.workforce.spare_officers
    rules = {name: document.forces[name].workforce.spare_officers or common for name in plan.forces}
    apart = [document.forces[name].name for name, rule in rules.items() if rule == "other duties"]
    fill = (
        "deployable armed officers beyond the posts take new posts first, in their own accreditation or "
        "after its course, before anybody is found for them; what they do today is not counted as lost, and "
        "officers whose posts are given up become spare"
    )
    tied = (
        "deployable armed officers beyond the posts have other duties: every new post takes officers who are "
    )
    tied += "found and trained for it"
    if not apart:
        return f"Spare officers (workforce.spare_officers = 'fill posts'): {fill}."
    if len(apart) == len(rules):
        return f"Spare officers (workforce.spare_officers = 'other duties'): {tied}."
    return f"Spare officers: {fill}; but in {' and '.join(apart)} ('other duties') {tied}."


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    return cast("list[dict[str, Any]]", table.to_dict("records"))


def _sentence(name: str, row: dict[str, Any]) -> str:
    """Return what a force's posts ask for, beside who is there, who is spare and who has to be found."""
    text = f"{name}: it takes {row['officers_needed']:,.0f} officers to hold the armed posts"
    if np.isnan(row["strength"]):
        return f"{text}."
    text += f"; {row['strength']:,.0f} are in post, {row['deployable']:,.0f} of them deployable"
    if round(row["spare"]) > 0:
        text += f", {row['spare']:,.0f} of them spare"
    if round(row["retrained"]) > 0:
        text += f"; {row['retrained']:,.0f} of those in post take another tier's course"
    if round(row["new_officers"]) > 0:
        text += f"; {row['new_officers']:,.0f} more have to be trained"
    return f"{text}."


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
    strength = by_force(base["forces.strength"], resolved, missing=np.nan)
    officers = resolved["forces.officers"]
    crews = _filled(resolved, base, strength)
    in_role = _of_two_roles(resolved) - by_force_and_tier(_of_two_roles(base), resolved)
    change = in_role.sum(axis=-1)
    there = np.where(
        s.spare_fill_posts, np.maximum(crews.found, 0.0), crews.found
    )  # who lacks can't be freed
    armed = _armed_with(resolved, there + change, strength, officers)
    target = _armed_with(resolved, crews.lacking + crews.found + change, strength, officers)
    new = np.maximum(target - strength, 0.0)
    years, highest, settled = _years(resolved, target, strength)
    return Staffing(
        officers_by_tier=by_tier,
        posts_by_tier=posts_by_tier(resolved),
        needed=(by_tier * s.armed).sum(axis=-1),
        establishment=resolved["forces.establishment"],
        strength=strength,
        deployable=strength * resolved["workforce.deployable_share"],
        crews=crews,
        in_role=in_role,
        spare=crews.spare,
        target=target,
        new=new,
        armed=armed,
        officers=officers,
        years=np.where(new <= ROUNDING_SLACK, 0.0, years),
        highest=highest,
        settled=settled,
        armed_hours=_armed_hours(resolved, armed),
    )


def everyone_armed(resolved: Resolved) -> bool:
    """Return whether the plan arms every officer."""
    return bool((resolved.structure.armed & resolved.structure.carried_by_all).any())


def by_force(values: Floats, plan: Resolved, *, missing: float = 0.0) -> Floats:
    """Return values of a base's forces as values of a plan's, which may add forces after them.

    Parameters
    ----------
    values
        Values of the base, shape (..., base forces).
    plan
        The plan that is laid over the base.
    missing
        What the forces have that the base does not know.
    """
    more = len(plan.structure.forces) - values.shape[-1]
    return np.pad(values, [(0, 0)] * (values.ndim - 1) + [(0, more)], constant_values=missing)


def by_force_and_tier(values: Floats, plan: Resolved) -> Floats:
    """Return values of a base's forces and tiers as values of a plan's, 0 for those that it adds.

    Parameters
    ----------
    values
        Values of the base, shape (..., base forces, base tiers).
    plan
        The plan that is laid over the base.
    """
    s = plan.structure
    forces, tiers = len(s.forces) - values.shape[-2], len(s.tiers) - values.shape[-1]
    return np.pad(values, [(0, 0)] * (values.ndim - 2) + [(0, forces), (0, tiers)])


def _filled(resolved: Resolved, base: Resolved, strength: Floats) -> Filled:
    """Return how the posts of crews are filled, by force as its word on spare officers has it."""
    s = resolved.structure
    now, before = _of_crews(resolved), by_force_and_tier(_of_crews(base), resolved)

    # Deployable officers who can crew: those in post, less those who hold the posts of dual-role tiers.
    in_role = by_force_and_tier(_of_two_roles(base), resolved).sum(axis=-1)
    at_hand, at_hand_before = (
        np.maximum(strength * by_force(plan["workforce.deployable_share"], resolved) - in_role, 0.0)
        for plan in (resolved, base)
    )
    first = fill_posts(
        now,
        before,
        at_hand=np.nan_to_num(at_hand),
        at_hand_before=np.nan_to_num(at_hand_before),
        accreditations=s.accreditations,
    )
    added = add_to_posts(now, before, at_hand=at_hand)

    fills = s.spare_fill_posts & ~np.isnan(strength)
    by_tier = fills[..., np.newaxis]
    return Filled(
        lacking=np.where(fills, first.lacking, added.lacking),
        found=np.where(fills, first.found, added.found),
        taught=np.where(by_tier, first.taught, added.taught),
        retrained=np.where(by_tier, first.retrained, added.retrained),
        kept=np.where(by_tier, first.kept, added.kept),
        spare=np.where(fills, first.spare, added.spare),
    )


def _armed_with(resolved: Resolved, more: Floats, strength: Floats, officers: Floats) -> Floats:
    """Return armed officers: those in post and more, or all where all are armed, shape (..., forces)."""
    armed = np.where(np.isnan(strength), _crewed(resolved), np.maximum(strength + more, 0.0))
    if not everyone_armed(resolved):
        return armed
    s = resolved.structure
    missing = s.planned & np.isnan(officers).reshape(-1, len(s.forces)).any(axis=0)
    if missing.any():
        force = s.forces[int(np.flatnonzero(missing)[0])]
        raise Refusal(f"every officer is to be armed, but forces.{force}.officers is not said", "give it")
    return np.where(np.isnan(officers), armed, officers)


def _crewed(resolved: Resolved) -> Floats:
    """Return officers that hold the posts of the armed tiers whose crews alone carry."""
    s = resolved.structure
    return np.asarray((_officers(resolved) * (s.armed & ~s.carried_by_all)).sum(axis=-1))


def _of_crews(resolved: Resolved) -> Floats:
    """Return officers that hold posts of armed tiers whose officers do nothing else, by force and tier."""
    return np.asarray(_officers(resolved) * resolved.structure.crews)


def _of_two_roles(resolved: Resolved) -> Floats:
    """Return officers that hold the posts of armed dual-role tiers, by force and tier."""
    s = resolved.structure
    return np.asarray(_officers(resolved) * (s.armed & s.dual_role & ~s.carried_by_all))


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


def _years(resolved: Resolved, target: Floats, strength: Floats) -> tuple[Floats, Floats, Floats]:
    """Return years to the target, the highest strength and where it settles; NaN without a strength."""
    volunteers = resolved["workforce.volunteers_per_year"]
    shape = np.broadcast_shapes(target.shape, strength.shape)
    years, highest, settled = (np.full(shape, np.nan) for _ in range(3))
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
        settled[..., force] = found.equilibrium
    return years, highest, settled


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
        One row each planned force: ``armed_posts`` (crewed units as a mean over the week),
        ``officers_needed`` to hold them, ``establishment``, ``strength``, ``deployable``, ``spare``
        (deployable officers whom no post needs), ``new_officers`` (to find and train), ``retrained`` (spare
        officers who take another tier's course), ``target`` (strength asked for), ``years_to_target`` (0:
        nobody has to be found; ``inf``: never), ``highest_strength``, ``settled_strength`` (where courses and
        losses settle), ``armed_officers``, ``armed_share`` of all officers, ``armed_hours_year`` [h/year].
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
            "spare": numbers.spare,
            "new_officers": numbers.new,
            "retrained": numbers.crews.retrained.sum(axis=-1),
            "target": numbers.target,
            "years_to_target": numbers.years,
            "highest_strength": numbers.highest,
            "settled_strength": numbers.settled,
            "armed_officers": numbers.armed,
            "armed_share": numbers.armed / numbers.officers,
            "armed_hours_year": numbers.armed_hours,
        }
    )
    return frame[s.planned].reset_index(drop=True)
