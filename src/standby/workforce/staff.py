"""Staffing of a plan: the officers that its armed units need, beside those there are and could be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from standby._checks import ROUNDING_SLACK
from standby._refusals import Refusal
from standby._show import Shown
from standby._typing import Floats
from standby.evidence import Manifest
from standby.plan import HOURS_A_WEEK, HOURS_A_YEAR, Plan, PlanArrays, plan_arrays
from standby.tables import records
from standby.words import count
from standby.workforce.intake import Intake, course_intake
from standby.workforce.spare import Filled, add_to_posts, fill_posts
from standby.workforce.target import years_to_target


@dataclass(frozen=True, eq=False)
class Staffing(Shown):
    """Staffing by force; every array has shape (..., forces), draws first, NaN where the plan does not say.

    Parameters
    ----------
    officers_by_tier
        Officers that it takes to fill the plan's posts of each tier, shape (..., forces, tiers) [officers].
    posts_by_tier
        Crewed units as a mean over the week, shape (forces, tiers).
    needed
        Officers that it takes to fill the posts of the armed tiers [officers].
    establishment, strength, deployable
        Armed officers for whom there are posts, those in post, and those deployable; strength is the base's,
        whatever an option says [officers].
    crews
        How the posts of crews are filled beyond the base, by force and tier: see `standby.workforce.Filled`.
    in_role
        Officers of dual-role tiers beyond the base, shape (..., forces, tiers) [officers].
    spare
        Deployable officers whom no post of the plan needs; NaN where no strength is known [officers].
    target
        Armed officers that the plan calls for: the base's strength and those who have to be found beyond it,
        for the base's own posts and for the plan's; what the posts need where no strength is known; every
        officer where all are to be armed [officers].
    new
        Officers to find and train until the target is reached; 0 where it is, NaN where no strength is known
        [officers].
    armed
        Armed officers under the plan: as `target`, less those whom the base's own posts lack [officers].
    officers
        All officers [officers].
    years
        Years until the target is reached for good, 0 where nobody has to be found, ``inf`` if never, NaN
        where no strength is known [years].
    highest, settled
        Highest strength that the courses reach, and the strength at which courses and losses balance in the
        end; NaN where no strength is known [officers].
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
        One row for each planned force: see `staffing_table`.
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
        sentences = [_sentence(self.names[row["force"]], row) for row in records(self.table)]
        return " ".join([*sentences, self.rule])


def staff(plan: Plan, *, base: Plan | None = None) -> Staff:
    """Return the officers that a plan's armed units need, beside those there are.

    Parameters
    ----------
    plan
        The plan, with an option laid over it or not.
    base
        The base that the option changes; left out, the plan's own posts are compared with themselves.

    Returns
    -------
    Staff
        Staffing by planned force.

    Raises
    ------
    ValueError
        If every officer is to be armed in a planned force whose officers are not counted.
    """
    arrays = plan_arrays(plan)
    base_arrays = arrays if base is None else plan_arrays(base)
    numbers = staffing(arrays, base_arrays)

    return Staff(
        table=staffing_table(arrays, numbers),
        names={force_id: force.name for force_id, force in plan.document.forces.items()},
        rule=spare_rule(plan),
        manifest=plan.manifest(),
    )


def spare_rule(plan: Plan) -> str:
    """Return in a sentence what becomes of a plan's spare officers: armed, deployable and needed for no post.

    Parameters
    ----------
    plan
        The plan; its ``workforce.spare_officers`` and the forces' own settings decide.
    """
    document = plan.document
    common = document.workforce.spare_officers
    rules = {force: document.forces[force].workforce.spare_officers or common for force in plan.forces}
    with_other_duties = [
        document.forces[force].name for force, rule in rules.items() if rule == "other duties"
    ]

    fill = (
        "deployable armed officers beyond the posts take new posts first, in their own accreditation or "
        "after its course, before anybody is found for them; what they do today is not counted as lost, and "
        "officers whose posts are given up become spare"
    )
    stay_on_duties = (
        "deployable armed officers beyond the posts have other duties: every new post takes officers who are "
        "found and trained for it"
    )

    if not with_other_duties:
        return f"Spare officers (workforce.spare_officers = 'fill posts'): {fill}."
    if len(with_other_duties) == len(rules):
        return f"Spare officers (workforce.spare_officers = 'other duties'): {stay_on_duties}."

    forces = " and ".join(with_other_duties)
    return f"Spare officers: {fill}; but in {forces} ('other duties') {stay_on_duties}."


def _sentence(name: str, row: dict[str, Any]) -> str:
    """Return how many officers a force needs, has, has to spare and has to find."""

    def officers(column: str) -> str:
        """Return a number of officers, who are whole."""
        return count(round(row[column]))

    text = f"{name}: it takes {officers('officers_needed')} officers to hold the armed posts"
    if np.isnan(row["strength"]):
        return f"{text}."

    text += f"; {officers('strength')} are in post, {officers('deployable')} of them deployable"
    if round(row["spare"]) > 0:
        text += f", {officers('spare')} of them spare"
    if round(row["retrained"]) > 0:
        text += f"; {officers('retrained')} of those in post take another tier's course"
    if round(row["new_officers"]) > 0:
        text += f"; {officers('new_officers')} more have to be trained"
    return f"{text}."


def staffing(arrays: PlanArrays, base: PlanArrays) -> Staffing:
    """Return the staffing of a plan at its central values or for a table of draws.

    Parameters
    ----------
    arrays, base
        The plan and its base, both at central values, at one draw, or with the same table of draws.

    Raises
    ------
    ValueError
        If every officer is to be armed in a planned force whose officers are not counted.
    """
    officers_by_tier = _officers(arrays)
    officers = arrays.forces.officers
    strength = by_force(base.forces.strength, arrays, missing=np.nan)

    crews = _filled(arrays, base, strength)
    in_role = _of_dual_roles(arrays) - by_force_and_tier(_of_dual_roles(base), arrays)
    added_in_role = in_role.sum(axis=-1)

    # Where spare officers fill posts, fewer to be found frees nobody: those posts had nobody to begin with.
    joining = np.where(arrays.workforce.spare_fill_posts, np.maximum(crews.found, 0.0), crews.found)
    armed = _armed_officers(arrays, joining + added_in_role, strength, officers)
    target = _armed_officers(arrays, crews.lacking + crews.found + added_in_role, strength, officers)
    new = np.maximum(target - strength, 0.0)
    years, highest, settled = _years(arrays, target, strength)

    return Staffing(
        officers_by_tier=officers_by_tier,
        posts_by_tier=posts_by_tier(arrays),
        needed=(officers_by_tier * arrays.tiers.armed).sum(axis=-1),
        establishment=arrays.forces.establishment,
        strength=strength,
        deployable=strength * arrays.workforce.deployable_share,
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
        armed_hours=_armed_hours(arrays, armed),
    )


def everyone_armed(arrays: PlanArrays) -> bool:
    """Return whether the plan arms every officer."""
    return bool((arrays.tiers.armed & arrays.tiers.carried_by_all).any())


def by_force(values: Floats, plan: PlanArrays, *, missing: float = 0.0) -> Floats:
    """Return values by force of a base as values by force of a plan, which may add forces after them.

    Parameters
    ----------
    values
        Values of the base, shape (..., base forces).
    plan
        The plan that is laid over the base.
    missing
        Value of the forces that the base lacks.
    """
    added = len(plan.forces) - values.shape[-1]
    leading = [(0, 0)] * (values.ndim - 1)
    return np.pad(values, [*leading, (0, added)], constant_values=missing)


def by_force_and_tier(values: Floats, plan: PlanArrays) -> Floats:
    """Return values by force and tier of a base as those of a plan, 0 for forces and tiers that it adds.

    Parameters
    ----------
    values
        Values of the base, shape (..., base forces, base tiers).
    plan
        The plan that is laid over the base.
    """
    added_forces = len(plan.forces) - values.shape[-2]
    added_tiers = len(plan.tiers) - values.shape[-1]
    leading = [(0, 0)] * (values.ndim - 2)
    return np.pad(values, [*leading, (0, added_forces), (0, added_tiers)])


def _filled(arrays: PlanArrays, base: PlanArrays, strength: Floats) -> Filled:
    """Return how the posts of crews are filled, by each force's rule on spare officers."""
    now = _of_crews(arrays)
    before = by_force_and_tier(_of_crews(base), arrays)

    # Deployable officers who can crew: those in post, less those in the posts of dual-role tiers.
    in_role = by_force_and_tier(_of_dual_roles(base), arrays).sum(axis=-1)
    at_hand, at_hand_before = (
        np.maximum(strength * by_force(plan.workforce.deployable_share, arrays) - in_role, 0.0)
        for plan in (arrays, base)
    )

    by_spare_first = fill_posts(
        now,
        before,
        at_hand=np.nan_to_num(at_hand),
        at_hand_before=np.nan_to_num(at_hand_before),
        accreditations=arrays.tiers.accreditations,
    )
    by_found_only = add_to_posts(now, before, at_hand=at_hand)

    # Without a strength nobody knows who is spare, so every new post takes an officer who is found for it.
    spare_first = arrays.workforce.spare_fill_posts & ~np.isnan(strength)
    spare_first_by_tier = spare_first[..., np.newaxis]
    return Filled(
        lacking=np.where(spare_first, by_spare_first.lacking, by_found_only.lacking),
        found=np.where(spare_first, by_spare_first.found, by_found_only.found),
        taught=np.where(spare_first_by_tier, by_spare_first.taught, by_found_only.taught),
        retrained=np.where(spare_first_by_tier, by_spare_first.retrained, by_found_only.retrained),
        kept=np.where(spare_first_by_tier, by_spare_first.kept, by_found_only.kept),
        spare=np.where(spare_first, by_spare_first.spare, by_found_only.spare),
    )


def _armed_officers(arrays: PlanArrays, added: Floats, strength: Floats, officers: Floats) -> Floats:
    """Return armed officers, shape (..., forces): those in post and those added, or all where all are armed.

    What the posts need where no strength is known.
    """
    armed = np.where(np.isnan(strength), _of_armed_posts(arrays), np.maximum(strength + added, 0.0))
    if not everyone_armed(arrays):
        return armed

    uncounted = np.isnan(officers).reshape(-1, len(arrays.forces)).any(axis=0)
    missing = arrays.forces.planned & uncounted
    if missing.any():
        force = arrays.forces.ids[int(np.flatnonzero(missing)[0])]
        raise Refusal(f"every officer is to be armed, but forces.{force}.officers is not said", "give it")
    return np.where(np.isnan(officers), armed, officers)


def _of_armed_posts(arrays: PlanArrays) -> Floats:
    """Return the officers who fill the posts of armed tiers, but for tiers that every officer belongs to."""
    only_crews_carry = arrays.tiers.armed & ~arrays.tiers.carried_by_all
    return np.asarray((_officers(arrays) * only_crews_carry).sum(axis=-1))


def _of_crews(arrays: PlanArrays) -> Floats:
    """Return the officers who fill posts of armed tiers that do nothing else, by force and tier."""
    return np.asarray(_officers(arrays) * arrays.tiers.crews_alone)


def _of_dual_roles(arrays: PlanArrays) -> Floats:
    """Return the officers who fill the posts of armed dual-role tiers, by force and tier."""
    is_dual_role = arrays.tiers.armed & arrays.tiers.dual_role & ~arrays.tiers.carried_by_all
    return np.asarray(_officers(arrays) * is_dual_role)


def _armed_hours(arrays: PlanArrays, armed: Floats) -> Floats:
    """Return the hours on duty of armed officers a year: of all, where all are armed, else of the crews."""
    if everyone_armed(arrays):
        return np.asarray(armed / arrays.workforce.relief_factor * HOURS_A_YEAR)

    on_duty = (crew_by_tier(arrays) * arrays.tiers.armed).sum(axis=-1) * HOURS_A_YEAR
    return np.asarray(on_duty + np.zeros_like(armed))


def posts_by_tier(arrays: PlanArrays) -> Floats:
    """Return crewed units as a mean over the week, shape (forces, tiers)."""
    return _mean_over_week(arrays, arrays.units.count)


def crew_by_tier(arrays: PlanArrays) -> Floats:
    """Return officers on duty as a mean over the week, shape (forces, tiers) [officers].

    Parameters
    ----------
    arrays
        The plan.
    """
    units = arrays.units
    return _mean_over_week(arrays, units.count * units.crew)


def _mean_over_week(arrays: PlanArrays, count: NDArray[np.int64]) -> Floats:
    """Return a count of each unit, summed by force and tier, as a mean over the hours of the week."""
    units = arrays.units

    mean = np.zeros((len(arrays.forces), len(arrays.tiers)))
    np.add.at(mean, (units.forces, units.tiers), count * units.hours.sum(axis=1) / HOURS_A_WEEK)
    return mean


def _officers(arrays: PlanArrays) -> Floats:
    """Return the officers that it takes to fill the posts, shape (..., forces, tiers) [officers]."""
    return np.asarray(crew_by_tier(arrays) * arrays.workforce.relief_factor[..., np.newaxis])


def _years(arrays: PlanArrays, target: Floats, strength: Floats) -> tuple[Floats, Floats, Floats]:
    """Return years to the target, the highest strength and where it settles; NaN without a strength."""
    shape = np.broadcast_shapes(target.shape, strength.shape)
    years = np.full(shape, np.nan)
    highest = np.full(shape, np.nan)
    settled = np.full(shape, np.nan)

    with_strength = np.flatnonzero(~np.isnan(strength).reshape(-1, shape[-1]).any(axis=0))
    for force in with_strength.tolist():
        reached = years_to_target(
            target[..., force],
            strength=strength[..., force],
            intake=intake_of(arrays, force),
            loss=arrays.workforce.loss_rate[..., force],
        )
        years[..., force] = reached.years
        highest[..., force] = reached.highest
        settled[..., force] = reached.equilibrium

    return years, highest, settled


def intake_of(arrays: PlanArrays, forces: int | slice = slice(None)) -> Intake:
    """Return the officers whom the courses of forces accredit in a year.

    Parameters
    ----------
    arrays
        The plan.
    forces
        Position of one force; left out, all of them, on the last axis.
    """
    # A plan that does not count its volunteers has no limit on them.
    workforce = arrays.workforce
    volunteers = workforce.volunteers_per_year[..., forces]
    return course_intake(
        courses_per_year=workforce.courses_per_year[..., forces],
        course_size=workforce.course_size[..., forces],
        pass_rate=workforce.pass_rate[..., forces],
        applicants_per_year=np.where(np.isnan(volunteers), np.inf, volunteers),
    )


def staffing_table(arrays: PlanArrays, numbers: Staffing) -> pd.DataFrame:
    """Return the staffing of each planned force: posts, officers needed, strength, years to target.

    Parameters
    ----------
    arrays
        The plan as one option leaves it.
    numbers
        Its staffing at the central values of the figures.

    Returns
    -------
    pandas.DataFrame
        One row for each planned force: ``armed_posts`` (crewed units as a mean over the week),
        ``officers_needed`` to fill them, ``establishment``, ``strength``, ``deployable``, ``spare``
        (deployable officers whom no post needs), ``new_officers`` (to find and train), ``retrained`` (spare
        officers who take another tier's course), ``target`` (strength called for), ``years_to_target`` (0:
        nobody has to be found; ``inf``: never), ``highest_strength``, ``settled_strength`` (where courses and
        losses settle), ``armed_officers``, ``armed_share`` of all officers, ``armed_hours_year`` [h/year].
    """
    table = pd.DataFrame(
        {
            "force": arrays.forces.ids,
            "armed_posts": (numbers.posts_by_tier * arrays.tiers.armed).sum(axis=-1),
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
    return table[arrays.forces.planned].reset_index(drop=True)
