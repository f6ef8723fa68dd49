"""Need: the crewed units, then the officers, that meet the standards; beside those there are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from standby._show import Shown
from standby.cover._need_group import Group, Sites, group_of, sharing
from standby.cover._need_solve import Found, Goal, Search, TooBusyError
from standby.cover.evaluated import Evaluated, evaluate_plan
from standby.evidence import Manifest
from standby.plan import HOURS_A_WEEK, Plan
from standby.queueing.model import Codes, Floats
from standby.travel import Times
from standby.workforce import officers_for_posts

ALL_STANDARDS = "all standards"

MOST_STEPS = 1000
"""Most steps from a number of units to the next when it is brought into agreement with the busy share."""

UNIT_COLUMNS = ("tier", "site", "name", "hours_per_week", "units")


@dataclass(frozen=True, eq=False)
class Need(Shown):
    """What would meet the standards.

    Parameters
    ----------
    table
        One row each standard, and one for all together, and group of forces that share units:
        ``crewed_units`` in the hours that need most, ``posts`` as the mean over the week, ``officers`` to
        hold them, beside ``establishment``, ``strength`` and ``deployable``; gaps are officers less these
        (above 0: too few). ``attainable_share`` is what units at every site could reach; the number is for
        that when it is below ``required``. ``bound`` is a proven lower bound on ``crewed_units``: with one
        tier for any busy share, with several for the busy shares of the answer. A standard that holds for
        nobody in a group has no row.
    units
        Units of the answer for all standards together, by tier and site, and in how many hours of the week:
        for internal use.
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


def need(plan: Plan, times: Times, *, sites: Sites = "existing") -> Need:
    """Return the crewed units, and the officers, that meet each standard at its reliability.

    For each group of planned forces that share units, the fewest units at its own sites are found such that
    the standard's share is reached; an area counts as reached when so many units are in time that enough of
    them are free with the standard's reliability. How busy a unit is
    follows from the group's calls shared evenly among the units found, its ordinary work and its commitments,
    and is brought into agreement with the answer: the least number of units that is enough at the busy share
    which so many units have. A call holds a unit for the way it has in the plan as it is and for the time at
    the scene. Hours with other numbers of calls or commitments are searched one by one. Neighbours' units are
    not counted, nor a tier that stands in for another, nor the delay of breaking off a commitment.

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
    KeyError
        If the times lack a site of the plan.
    ValueError
        If crews are so busy that no number of units is reliable enough, or the plan has no armed tier.
    ArithmeticError
        If a search fails, or its answer does not stand up to being counted again.
    """
    e = evaluate_plan(plan, times)
    rows, units = list[dict[str, Any]](), list[dict[str, Any]]()
    for forces in sharing(e):
        group = group_of(e, times, forces, sites)
        if not group.goals:
            continue
        answers = {name: _by_hour(e, group, [name]) for name in group.goals}
        answers[ALL_STANDARDS] = _by_hour(e, group, list(group.goals))
        rows += [_row(e, group, name, answer, sites) for name, answer in answers.items()]
        units += list(_unit_rows(e, group, answers[ALL_STANDARDS]))
    return Need(
        pd.DataFrame(rows), pd.DataFrame(units, columns=list(UNIT_COLUMNS)), plan.manifest(sites=sites)
    )


def _by_hour(e: Evaluated, group: Group, names: list[str]) -> list[tuple[int, Found]]:
    """Return the answers, each with the number of hours of the week that it is for."""
    s = e.model.structure
    columns = np.hstack([group.work, group.commitments])
    kinds, hours = np.unique(columns.round(12), axis=0, return_counts=True)
    search = Search([group.goals[name] for name in names], s.capacity[group.sites])
    tiers = group.tiers.size
    answers: dict[bytes, tuple[int, Found]] = {}
    for kind, count in zip(kinds, hours, strict=True):
        found = _agreeing(group, search, kind[:tiers], kind[tiers:])
        before, _ = answers.get(found.units.tobytes(), (0, found))
        answers[found.units.tobytes()] = (before + int(count), found)
    return list(answers.values())


def _agreeing(group: Group, search: Search, work: Floats, committed: Floats) -> Found:
    """Return the least units that are enough at the busy share that so many units have.

    Fewer units are busier, and busier units have to be more: one more is tried until the number is enough.
    """
    found = search(group.held)
    number, proven = found.units.sum(axis=1), found.proven
    for _ in range(MOST_STEPS):
        busy = _busy(group, number, work, committed)
        try:
            found = search(busy, least=number)
        except TooBusyError:
            number = number + (work + committed > 0.0)
            continue
        proven &= found.proven
        more = found.units.sum(axis=1) > number
        if not more.any():
            one_tier = (number > 0).sum() <= 1
            bound = int(number.sum()) if one_tier and proven else search(busy).bound
            return replace(found, bound=bound, proven=proven and bound >= int(number.sum()))
        number = number + more
    raise ArithmeticError("the number of units and their busy share did not agree: please report this plan")


def _busy(group: Group, number: Codes, work: Floats, committed: Floats) -> Floats:
    """Return the busy share of units that share the work evenly, by tier, shape (tiers,)."""
    each = np.maximum(number, 1)
    away = np.minimum(committed / each, 1.0)
    held = away + (1.0 - away) * group.held
    load = work / each
    return np.asarray((held + load) / (1.0 + load))


def _row(
    e: Evaluated, group: Group, name: str, answer: list[tuple[int, Found]], sites: Sites
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
    goals = list(group.goals.values()) if standard is None else [group.goals[name]]
    short = [goal.share - got for _, found in answer for goal, got in zip(goals, found.shares, strict=True)]
    officers = int(np.ceil(exact - 1e-9))
    return {
        "standard": name,
        "name": standard.name if standard is not None else "All standards together",
        "forces": " + ".join(s.forces[f] for f in group.forces),
        "sites": sites,
        "required": standard.share if standard is not None else np.nan,
        "attainable_share": min(min(_attained(found, goals)) for _, found in answer),
        "attainable": max(short) <= 1e-6,
        "crewed_units": int(peak.units.sum()),
        "posts": float(posts.sum()),
        "officers": officers,
        **counts,
        **{f"gap_{key}": officers - count for key, count in counts.items()},
        "bound": peak.bound,
        "proven": all(found.proven for _, found in answer),
    }


def _attained(found: Found, goals: list[Goal]) -> list[float]:
    """Return what each goal could reach: together with the others where they stand in each other's way."""
    return [
        got if got < goal.share - 1e-6 else most
        for goal, got, most in zip(goals, found.shares, found.attainable, strict=True)
    ]


def _unit_rows(e: Evaluated, group: Group, answer: list[tuple[int, Found]]) -> Iterator[dict[str, Any]]:
    s = e.model.structure
    for hours, found in answer:
        for t, j in zip(*np.nonzero(found.units), strict=True):
            site = int(group.sites[j])
            own = {"tier": s.tiers[group.tiers[t]], "site": s.sites.ids[site], "name": s.sites.names[site]}
            yield {**own, "hours_per_week": hours, "units": int(found.units[t, j])}
