"""Need: the crewed units, then the officers, that meet the standards; beside those there are."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, replace
from time import monotonic
from typing import Any, Literal

import numpy as np
import pandas as pd

from standby._show import Shown
from standby._typing import Codes
from standby.cover._need_group import Group, Sites, asked_of, group_of, sharing, usable_sites
from standby.cover._need_search import Answer, Case, Minimise, attainable_share, curve_rows, least_answer
from standby.cover._need_solve import Deadline, UnsolvedError
from standby.cover.evaluated import Evaluated, evaluate_plan, main_standard, weights_of_standards
from standby.evidence import Manifest
from standby.plan import HOURS_A_WEEK, Plan
from standby.plan.schema.hours import hours_text
from standby.travel import Times
from standby.workforce import officers_for_posts

ALL_STANDARDS = "all standards"

COLUMNS = (
    "standard", "name", "forces", "sites", "required", "attainable_share", "attainable", "share_every_site",
    "share_one_minute_more", "crewed_units", "posts", "officers", "establishment", "strength", "deployable",
    "gap_establishment", "gap_strength", "gap_deployable", "bound", "proven", "solved", "reason",
)  # fmt: skip
UNIT_COLUMNS = (
    "tier", "site", "name", "provider", "control", "hours", "hours_per_week", "units",
)  # fmt: skip
CURVE_COLUMNS = ("standard", "name", "forces", "units", "share")


@dataclass(frozen=True, eq=False)
class Need(Shown):
    """What would meet the standards.

    Parameters
    ----------
    table
        One row each standard, the main one first, and one for all together, and group of forces that share
        units: ``crewed_units`` in the hours that need most, ``posts`` as the mean over the week, ``officers``
        to hold them, beside ``establishment``, ``strength`` and ``deployable``; gaps are officers less these
        (above 0: too few). A standard is met when it is met in every force of the group.
        ``attainable_share`` is what any number of units could reach, in the force where that is least; below
        ``required`` the standard can't be met from these sites (``attainable`` is false), the numbers are
        NaN, and ``share_every_site`` and ``share_one_minute_more`` say what every site of the plan, or one
        more minute, would allow. ``bound`` is a proven lower bound on ``crewed_units``. ``solved`` is false
        where a search was cut by the time limit or its nodes before it had an answer; ``reason`` says in
        words why there are no numbers, or that a search for fewer units was cut.
    units
        Units of the answer for all standards together, for internal use: ``tier``, ``site``, ``name``,
        ``provider``, ``control``, ``hours`` (as in ``units.csv``), ``hours_per_week`` and ``units``, one row
        each tier, site and kind of hours.
    answers
        The same for each standard by itself, with ``standard`` and ``forces``.
    curve
        For the main standard: the ``share`` of the group that so many ``units``, round the clock, reach at
        the standard's reliability, each number placed anew as well as can be.
    notes
        What has no row: forces and standards that hold for nobody, and what the time given did not allow.
    minimise
        What is least: ``"units"`` or ``"officers"``.
    manifest
        What makes it reproducible.
    """

    table: pd.DataFrame
    units: pd.DataFrame
    answers: pd.DataFrame
    curve: pd.DataFrame
    notes: tuple[str, ...]
    minimise: Minimise
    manifest: Manifest

    def summary(self) -> str:
        """Return a sentence for each group of forces and standard, the main standard first."""
        said = [f"{note}." for note in self.notes]
        if self.table.empty and not any("time given" in note for note in self.notes):
            return "There is no need to report: no standard holds for anybody in this plan."
        return " ".join([*(_sentence(row) for row in self.table.to_dict("records")), *said])


def _sentence(row: dict[Hashable, Any]) -> str:
    start = f"{row['forces']}, {row['name']}:"
    if row["attainable"] and row["solved"]:
        strength = "" if np.isnan(row["strength"]) else f" against {row['strength']:.0f} in post"
        return f"{start} {row['crewed_units']:.0f} crewed units, {row['officers']:.0f} officers{strength}."
    return f"{start} {row['reason']}."


def need(
    plan: Plan,
    times: Times,
    *,
    sites: Sites = "existing",
    minimise: Minimise = "units",
    time_limit_s: float | None = None,
    curve: bool = True,
) -> Need:
    """Return the crewed units, and the officers, that meet each standard at its reliability.

    For each group of planned forces that share units, the fewest units at its own sites are found such that
    in every force the standard's share is reached; an area counts as reached when so many units are in time
    that enough of them are free with the standard's reliability. Units share the
    group's calls, and are busy together as in Erlang's loss system (`standby.queueing.congestion`), which is
    exact where every unit can serve every call with one unit. A call holds a unit for the way it has in the
    plan as it is and for the time at the scene; work that finds no free unit still counts as offered.

    Every fleet is then evaluated as `cover` does it, with these units alone: places that turn out less sure,
    because their units have more than an even share, are given more, until the standard is met in every
    force; then fleets that cost less are tried, until none is met. Only what was so confirmed is called
    attainable, and sure is meant as in `cover`, as a mean over the week. Where few units do, every way to
    place one unit less has been tried. Where crews differ, fewest units and fewest officers are both
    searched for, and the better one is taken.

    Neighbours' units are not counted, nor a tier that stands in for another. Officers whom an attendance asks
    for beyond its units are sought in one tier: that with most crewed hours whose officers count. The bound
    holds for units that nobody calls, and for the calls of the group over units that could all serve them:
    it is a lower bound whatever the busy shares of the answer are.

    A search stops by the nodes that it has looked at, never by the clock, unless ``time_limit_s`` is given.

    Parameters
    ----------
    plan
        The plan, with an option laid over it or not.
    times
        Minutes from `standby.travel.travel_times`.
    sites
        Use the sites in use today (with those of a laid-over option's units), or every site of the plan.
    minimise
        What is least where tiers have crews of other sizes: crewed units, or officers on duty.
    time_limit_s
        Seconds after which what has no answer yet is left out, and said to be [s]; None: none.
    curve
        Whether to make the curve of share against units.

    Returns
    -------
    Need
        The numbers, with a proven bound.

    Raises
    ------
    KeyError
        If the times lack a site of the plan.
    ValueError
        If the plan has no armed tier.
    ArithmeticError
        If an answer does not stand up to being counted again.
    """
    deadline = Deadline(time_limit_s, monotonic)
    try:
        e = evaluate_plan(plan, times, look=_look(deadline))
    except UnsolvedError:
        note = "nothing was found: the time given ended before the plan as it is had been evaluated"
        return _need_of_tables(plan, {}, (note,), sites, minimise)
    return need_of(e, times, sites=sites, minimise=minimise, deadline=deadline, curve=curve)


def _look(deadline: Deadline) -> Callable[[], object] | None:
    return None if deadline.limit_s is None else deadline.left


def need_of(
    evaluated: Evaluated,
    times: Times,
    *,
    sites: Sites = "existing",
    minimise: Minimise = "units",
    deadline: Deadline | None = None,
    curve: bool = True,
) -> Need:
    """Do as `need` for a plan that was evaluated already.

    Parameters
    ----------
    evaluated
        The plan evaluated at its central values, from `evaluate_plan`.
    times, sites, minimise, curve
        As in `need`.
    deadline
        When to stop; None: never.
    """
    e, deadline = evaluated, deadline or Deadline(None, monotonic)
    names = list(e.standards)
    main = names.index(main_standard(e.standards)) if names else 0
    order = sorted(range(len(names)), key=lambda row: (row != main, row))

    tables: dict[str, list[dict[str, Any]]] = {"table": [], "units": [], "answers": [], "curve": []}
    notes = list[str]()
    for forces in sharing(e):
        called = _names(e, forces)
        notes += _holds_for_nobody(e, forces, called)
        try:
            group = group_of(e, times, forces, sites, look=_look(deadline))
        except UnsolvedError as cut:
            notes.append(f"{called}: {cut}")
            continue
        if group is None:
            continue
        case = Case(e, times, group, minimise, deadline)
        own = {"forces": called}
        answers = {row: least_answer(case, row) for row in order if group.of(row)}
        for row, answer in answers.items():
            tables["table"].append(_row(case, row, answer, sites))
            tables["answers"] += [
                {"standard": names[row], **own, **unit} for unit in _unit_rows(e, group, answer)
            ]
        answer = least_answer(case, None)
        least = np.fmax.reduce([answer.bound, *(one.bound for one in answers.values() if answer.layouts)])
        answer = replace(answer, bound=float(least))
        tables["table"].append(_row(case, None, answer, sites))
        tables["units"] += list(_unit_rows(e, group, answer))
        if curve and main in answers:
            tables["curve"] += [
                {"standard": names[main], "name": e.standards[names[main]].name, **own, **point}
                for point in curve_rows(case, main, answers[main])
            ]
    return _need_of_tables(e.resolved.plan, tables, tuple(notes), sites, minimise)


def _need_of_tables(
    plan: Plan,
    tables: dict[str, list[dict[str, Any]]],
    notes: tuple[str, ...],
    sites: Sites,
    minimise: Minimise,
) -> Need:
    columns = {
        "table": COLUMNS, "units": UNIT_COLUMNS, "answers": ("standard", "forces", *UNIT_COLUMNS),
        "curve": CURVE_COLUMNS,
    }  # fmt: skip
    frames = {name: pd.DataFrame(tables.get(name, []), columns=list(kept)) for name, kept in columns.items()}
    return Need(
        **frames, notes=notes, minimise=minimise, manifest=plan.manifest(sites=sites, minimise=minimise)
    )


def _holds_for_nobody(e: Evaluated, forces: Codes, called: str) -> list[str]:
    """Return a note where no standard, or one of them, holds for anybody in some forces."""
    weights = weights_of_standards(e, e.resolved)
    names = [standard.name for standard in e.standards.values()]

    def nobody(among: Codes) -> list[str]:
        total = weights[:, np.isin(e.model.place_force, among)].sum(axis=1)
        return [name for name, found in zip(names, total, strict=True) if not found > 0]

    empty = [f for f in forces if len(nobody(np.array([f]))) == len(names)]
    notes = [
        f"{_names(e, np.array([f]))}: no standard holds for anybody there, so it needs no unit" for f in empty
    ]
    missing = nobody(forces)
    if missing and len(empty) < len(forces):
        notes.append(f"{called}: holds for nobody there: {'; '.join(missing)}")
    return notes


def _names(e: Evaluated, forces: Codes) -> str:
    return " + ".join(e.model.structure.forces[f] for f in forces)


def _row(case: Case, row: int | None, answer: Answer, sites: Sites) -> dict[str, Any]:
    e, group = case.e, case.group
    s, r = e.model.structure, e.resolved
    standard = None if row is None else list(e.standards.values())[row]
    counts = {key: float(r[f"forces.{key}"][group.forces].sum()) for key in ("establishment", "strength")}
    deployable = r["workforce.deployable_share"][group.forces]
    counts["deployable"] = float((r["forces.strength"][group.forces] * deployable).sum())

    posts = officers = peak = np.nan
    if answer.layouts:
        relief = float(np.mean(r["workforce.relief_factor"][group.forces]))
        mean = sum(mask.sum() * found.sum(axis=1) for mask, found in answer.layouts) / HOURS_A_WEEK
        crews = zip(mean, s.crew[group.tiers], strict=True)
        exact = sum(officers_for_posts(float(p), int(c), relief).exact for p, c in crews)
        posts, officers = float(mean.sum()), float(np.ceil(exact - 1e-9))
        peak = float(max(found.sum() for _, found in answer.layouts))

    return {
        "standard": ALL_STANDARDS if row is None else list(e.standards)[row],
        "name": "All standards together" if standard is None else standard.name,
        "forces": _names(e, group.forces),
        "sites": sites,
        "required": np.nan if standard is None else standard.share,
        "attainable_share": answer.attainable_share,
        "attainable": answer.attainable,
        **_help(case, row, answer),
        "crewed_units": peak,
        "posts": posts,
        "officers": officers,
        **counts,
        **{f"gap_{key}": officers - count for key, count in counts.items()},
        "bound": answer.bound,
        "proven": answer.bound >= peak,
        "solved": answer.solved,
        "reason": answer.reason,
    }


def _help(case: Case, row: int | None, answer: Answer) -> dict[str, float]:
    """Return what would help where a standard can't be met: every site of the plan, or one more minute."""
    found = {"share_every_site": np.nan, "share_one_minute_more": np.nan}
    if answer.attainable:
        return found
    e, group = case.e, case.group
    every = usable_sites(e, group.forces, "all")
    capacity = e.model.structure.capacity[every]
    try:
        left = case.deadline.left()
        more = _of(asked_of(e, case.times, group.forces, group.tiers, every), row)
        found["share_every_site"] = attainable_share(e, group, more, every, capacity, time_limit_s=left)
        left = case.deadline.left()
        longer = _of(asked_of(e, case.times, group.forces, group.tiers, group.sites, longer_min=1.0), row)
        found["share_one_minute_more"] = attainable_share(
            e, group, longer, group.sites, group.capacity, time_limit_s=left
        )
    except UnsolvedError:
        pass  # what would help is left out: that no number of units is enough stands
    return found


def _of(asked: list[Any], row: int | None) -> list[Any]:
    return [one for one in asked if row is None or one.row == row]


def _unit_rows(e: Evaluated, group: Group, answer: Answer) -> Iterator[dict[str, Any]]:
    s = e.model.structure
    control: Literal["own", "pooled"] = "pooled" if group.forces.size > 1 else "own"
    for mask, found in answer.layouts:
        for t, j in zip(*np.nonzero(found), strict=True):
            site = int(group.sites[j])
            yield {
                "tier": s.tiers[group.tiers[t]],
                "site": s.sites.ids[site],
                "name": s.sites.names[site],
                "provider": s.forces[s.sites.forces[site]],
                "control": control,
                "hours": hours_text(mask),
                "hours_per_week": int(mask.sum()),
                "units": int(found[t, j]),
            }
