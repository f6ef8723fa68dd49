"""Need: the crewed units, then the officers, that meet the standards; beside those there are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from standby.cover._need_solve import Found, Goal, fewest_units, units_in_reach
from standby.cover.evaluated import Evaluated, evaluate_plan
from standby.cover.metrics import standard_weights
from standby.cover.model import Floats
from standby.demand import call_rates, ordinary_share
from standby.evidence import Manifest
from standby.plan import HOURS_A_WEEK, Plan, Standard
from standby.travel import Times
from standby.workforce import officers_for_posts

Sites = Literal["existing", "all"]
ALL_STANDARDS = "all standards"
ROUNDS = 12
"""Most rounds of: search with a busy share, find the busy share of the answer."""


@dataclass(frozen=True, eq=False)
class Need:
    """What would meet the standards.

    Parameters
    ----------
    table
        One row each standard, and one for all together, and group of forces that share units:
        ``crewed_units`` in the hours that need most, ``posts`` as the mean over the week, ``officers`` to
        hold them, beside ``establishment``, ``strength`` and ``deployable``; gaps are officers less these
        (above 0: too few). ``attainable_share`` is what units at every site could reach; the number is for
        that when it is below ``required``. ``bound`` is a proven lower bound on ``crewed_units``.
    units
        Units of the answer for all standards together, by tier and site: for internal use.
    manifest
        What makes it reproducible.
    """

    table: pd.DataFrame
    units: pd.DataFrame
    manifest: Manifest

    def summary(self) -> str:
        """Return a sentence for each group of forces."""
        rows = self.table[self.table["standard"] == ALL_STANDARDS]
        return " ".join(
            f"{row['forces']}: {row['crewed_units']:.0f} crewed units, {row['officers']:.0f} officers"
            + ("" if np.isnan(row["strength"]) else f" against {row['strength']:.0f} in post")
            + ("." if row["attainable"] else "; not every standard can be met from these sites.")
            for row in rows.to_dict("records")
        )


@dataclass(frozen=True, eq=False)
class _Group:
    """Forces that share units, and what a search for them needs."""

    forces: NDArray[np.int64]
    tiers: NDArray[np.int64]
    sites: NDArray[np.int64]
    goals: dict[str, Goal]
    held: Floats
    commitments: Floats
    work: Floats


def need(plan: Plan, times: Times, *, sites: Sites = "existing") -> Need:
    """Return the crewed units, and the officers, that meet each standard at its reliability.

    For each group of planned forces that share units, the fewest units at its own sites are found such that
    the standard's share is reached; an area counts as reached when so many units are in time that enough of
    them are free with the standard's reliability. How busy a unit is follows from the group's calls shared
    among the units found, its ordinary work and its commitments, and is brought into agreement with the
    answer. Hours with other numbers of calls are searched one by one. Neighbours' units are not counted.

    Parameters
    ----------
    plan
        The plan, with an option laid over it or not.
    times
        Minutes from `standby.travel.travel_times`.
    sites
        Use the sites in use today (with those of a laid-over option's units), or every site of the plan.

    Returns
    -------
    Need
        The numbers, with a proven bound.

    Raises
    ------
    ValueError
        If crews are so busy that no number of units is reliable enough; a standard that asks for a tier that
        the plan has no armed units of.
    """
    e = evaluate_plan(plan, times)
    rows, units = [], []
    for forces in _sharing(e):
        group = _group(e, times, forces, sites)
        answers = {name: _by_hour(e, group, [name]) for name in group.goals}
        answers[ALL_STANDARDS] = _by_hour(e, group, list(group.goals))
        rows += [_row(e, group, name, answer, sites) for name, answer in answers.items()]
        units += list(_unit_rows(e, group, answers[ALL_STANDARDS]))
    return Need(pd.DataFrame(rows), pd.DataFrame(units), plan.manifest(sites=sites))


def _sharing(e: Evaluated) -> list[NDArray[np.int64]]:
    """Return the planned forces in groups that share units."""
    s = e.model.structure
    left, groups = [int(f) for f in np.flatnonzero(s.planned)], []
    while left:
        together = [f for f in left if s.shares[left[0], f]]
        groups.append(np.array(together))
        left = [f for f in left if f not in together]
    return groups


def _group(e: Evaluated, times: Times, forces: NDArray[np.int64], sites: Sites) -> _Group:
    s = e.model.structure
    used = np.zeros(len(s.sites), dtype=bool)
    used[s.units.sites[e.model.rows]] = True
    usable = np.isin(s.sites.forces, forces) & (s.existing | used if sites == "existing" else True)
    response = _response_tier(e)
    required = np.flatnonzero((s.first.units > 0).any(axis=0) | (s.full.units > 0).any(axis=0) & s.armed)
    tiers = np.array(sorted({response, *required.tolist()}))
    places = np.isin(e.model.place_force, forces)
    arrive = _minutes(e, times, tiers, np.flatnonzero(usable))
    weights = standard_weights(
        e.model, e.setting, e.standards, e.resolved["areas.population"], call_rates(e.resolved)
    )
    goals = {}
    for row, (name, standard) in enumerate(e.standards.items()):
        weight = np.where(places, weights[row], 0.0)
        if weight.sum() > 0:
            goals[name] = _goal(e, standard, row, tiers, response, arrive, weight)
    _, held = ordinary_share(e.resolved)
    return _Group(
        forces,
        tiers,
        np.flatnonzero(usable),
        goals,
        held[tiers],
        _committed(e, forces, tiers),
        _work(e, forces, tiers, response),
    )


def _response_tier(e: Evaluated) -> int:
    """Return the armed tier that the planned forces have most crewed hours of."""
    s = e.model.structure
    hours = np.zeros(len(s.tiers))
    rows = e.model.rows[s.planned[s.units.forces[e.model.rows]]]
    np.add.at(hours, s.units.tiers[rows], s.units.hours[rows].sum(axis=1) * ~s.dual_role[s.units.tiers[rows]])
    if hours.max() > 0:
        return int(np.argmax(hours))
    if not s.armed.any():
        raise ValueError("the plan has no armed tier; set armed = true for one")
    return int(np.argmax(s.armed))


def _minutes(e: Evaluated, times: Times, tiers: NDArray[np.int64], sites: NDArray[np.int64]) -> Floats:
    """Return minutes from being sent to arriving, shape (tiers, sites, places) [min]."""
    r, s = e.resolved, e.model.structure
    factor = r["travel.emergency_factor"] * r["travel.model_factor"]
    moving = np.maximum(times.rows(s.sites.ids)[sites] - r["travel.start_min"], 0.0) * factor
    busy, held = ordinary_share(r)
    delay = np.nan_to_num(r["tiers.break_off_min"]) * (busy - held)
    ready = (r["tiers.turnout_min"] + delay)[tiers]
    return ready[:, None, None] + moving[None] * r["tiers.speed_factor"][tiers][:, None, None]


def _goal(
    e: Evaluated,
    standard: Standard,
    row: int,
    tiers: NDArray[np.int64],
    response: int,
    arrive: Floats,
    weight: Floats,
) -> Goal:
    s, t = e.model.structure, int(e.setting.types[row])
    full = standard.measure == "full"
    part = s.full if full else s.first
    before = e.resolved["types.authorisation_min"][t] + (
        e.resolved["types.rendezvous_min"][t] if full else 0.0
    )
    units = part.units[t][tiers].copy()
    officers = int(part.officers[t]) - int((units * s.crew[tiers]).sum())
    at = int(np.flatnonzero(tiers == response)[0])
    units[at] += max(0, -(-officers // int(s.crew[response])))
    in_time = arrive + before <= e.setting.within_min[row][None, None, :]
    return Goal(in_time, units, weight, standard.share, standard.reliability)


def _committed(e: Evaluated, forces: NDArray[np.int64], tiers: NDArray[np.int64]) -> Floats:
    """Return units that commitments hold, by tier and hour of the week, shape (tiers, 168)."""
    c, taken = e.model.structure.commitments, e.resolved["commitments.units"]
    held = np.zeros((tiers.size, HOURS_A_WEEK))
    for row in range(len(c.ids)):
        if c.forces[row] in forces and not c.may_break_off[row]:
            held[tiers == c.tiers[row]] += taken[row] * c.share_of_weeks[row] * c.hours[row]
    return held


def _work(e: Evaluated, forces: NDArray[np.int64], tiers: NDArray[np.int64], response: int) -> Floats:
    """Return unit-hours of calls per hour at the mean hour, by incident type and tier, shape (types, tiers)."""
    s, r = e.model.structure, e.resolved
    rates = call_rates(r)[:, np.isin(s.areas.forces, forces)].sum(axis=1)
    rates *= [stream != "attack" for stream in s.streams]
    scene = r["types.scene_min"] * (1.0 - r["types.stand_down_share"])
    inside = np.isin(e.model.place_force[: len(s.areas)], forces)
    by_type = e.outcome.mean_min[:, 1, : len(s.areas)][:, inside].mean(axis=1)
    mean = [by_type[t] if t in e.setting.measured else np.nan for t in range(len(s.types))]
    travel = np.nan_to_num(np.array(mean), nan=float(np.nanmean(mean)))
    units = np.maximum(s.first.units, s.full.units)[:, tiers]
    officers = np.maximum(s.first.officers, s.full.officers) - (units * s.crew[tiers]).sum(axis=1)
    units[:, tiers == response] += np.maximum(0, -(-officers // s.crew[response]))[:, None]
    return np.asarray((rates * (scene + travel) / 60.0)[:, None] * units)


def _by_hour(e: Evaluated, group: _Group, names: list[str]) -> list[tuple[int, Found]]:
    """Return the answer for each kind of hour, with the number of such hours."""
    weight = e.model.structure.hour_weight
    columns = np.vstack([weight, group.commitments]).T
    kinds, hours = np.unique(columns.round(9), axis=0, return_counts=True)
    search = _Search([group.goals[name] for name in names], e.model.structure.capacity[group.sites])
    answers = []
    for kind, count in zip(kinds, hours, strict=True):
        calls, committed = kind[: weight.shape[0]], kind[weight.shape[0] :]
        answers.append((int(count), _agreeing(group, search, calls @ group.work, committed)))
    return answers


class _Search:
    """Finds the fewest units for a busy share; like questions are answered once.

    Parameters
    ----------
    goals
        The goals to be met together.
    capacity
        Units that a site can hold, shape (sites,).
    """

    def __init__(self, goals: list[Goal], capacity: Floats) -> None:
        self.goals, self.capacity = goals, capacity
        self._answers: dict[tuple[int, ...], Found] = {}

    def __call__(self, busy: Floats) -> Found:
        in_reach = [units_in_reach(goal, busy) for goal in self.goals]
        key = tuple(int(n) for counts in in_reach for n in counts)
        if key not in self._answers:
            self._answers[key] = fewest_units(self.goals, in_reach, self.capacity)
        return self._answers[key]


def _agreeing(group: _Group, search: _Search, work: Floats, committed: Floats) -> Found:
    """Search until the busy share that was assumed is that of the answer; the larger answer when it swings."""
    busy, seen = group.held.copy(), list[Found]()
    for _ in range(ROUNDS):
        found = search(busy)
        if any(found is other for other in seen):
            return max(seen[seen.index(found) :], key=lambda f: int(f.units.sum()))
        seen.append(found)
        each = np.maximum(found.units.sum(axis=1), 1)
        held = np.minimum(group.held + committed / each, 0.99)
        load = work / each
        busy = (held + load) / (1.0 + load)
    return max(seen, key=lambda f: int(f.units.sum()))


def _row(
    e: Evaluated, group: _Group, name: str, answer: list[tuple[int, Found]], sites: Sites
) -> dict[str, Any]:
    s, r = e.model.structure, e.resolved
    crew = s.crew[group.tiers]
    relief = float(np.mean(r["workforce.relief_factor"][group.forces]))
    posts = sum(hours * found.units.sum(axis=1) for hours, found in answer) / HOURS_A_WEEK
    exact = float(sum(officers_for_posts(p, int(c), relief).exact for p, c in zip(posts, crew, strict=True)))
    peak = max((found for _, found in answer), key=lambda f: int(f.units.sum()))
    counts = {key: float(r[f"forces.{key}"][group.forces].sum()) for key in ("establishment", "strength")}
    share = r["workforce.deployable_share"][group.forces]
    counts["deployable"] = float((r["forces.strength"][group.forces] * share).sum())
    standard = e.standards.get(name)
    goals = group.goals.values() if standard is None else [group.goals[name]]
    officers = int(np.ceil(exact - 1e-9))
    return {
        "standard": name,
        "name": standard.name if standard is not None else "All standards together",
        "forces": " + ".join(s.forces[f] for f in group.forces),
        "sites": sites,
        "required": standard.share if standard is not None else np.nan,
        "attainable_share": min(goal.attainable for goal in goals),
        "attainable": all(goal.attainable >= goal.share - 1e-9 for goal in goals),
        "crewed_units": int(peak.units.sum()),
        "posts": float(posts.sum()),
        "officers": officers,
        **counts,
        **{f"gap_{key}": officers - count for key, count in counts.items()},
        "bound": peak.bound,
        "proven": all(found.proven for _, found in answer),
    }


def _unit_rows(e: Evaluated, group: _Group, answer: list[tuple[int, Found]]) -> Iterator[dict[str, Any]]:
    s = e.model.structure
    for hours, found in answer:
        for t, j in zip(*np.nonzero(found.units), strict=True):
            site = int(group.sites[j])
            own = {"tier": s.tiers[group.tiers[t]], "site": s.sites.ids[site], "name": s.sites.names[site]}
            yield {**own, "hours_per_week": hours, "units": int(found.units[t, j])}
