"""Need: the crewed units and officers that would meet the standards, beside those that there are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from standby._checks import one_of
from standby._deadline import NO_LIMIT, Deadline, UnfinishedError
from standby._show import Shown
from standby._typing import Codes
from standby.attendance import Sites
from standby.cover._need_group import (
    ForceStandard,
    Group,
    Where,
    force_standards_of,
    group_of,
    may_take_less,
    minutes_of,
    other_tiers,
    refuse_too_large,
    sharing,
    usable_sites,
)
from standby.cover._need_search import CUT, Answer, Case, Minimise, attainable_share, curve_rows, least_answer
from standby.cover.evaluated import Evaluated, evaluate_plan, weights_of_standards
from standby.evidence import Manifest
from standby.plan import HOURS_A_WEEK, Plan
from standby.plan.schema.hours import hours_text
from standby.tables import records
from standby.travel import Times
from standby.words import Number, Sentence, phrase, sentence
from standby.workforce import officers_for_posts

ALL_STANDARDS = "all standards"

BY_MEANS = (
    "trips, turnout and authorisation are taken at their means here, while cover counts how they vary: it "
    "will be less sure of these units"
)
"""Note where the plan says that minutes vary from call to call."""

COLUMNS = (
    "standard", "name", "forces", "sites", "required", "attainable_share", "attainable", "share_every_site",
    "share_one_minute_more", "crewed_units", "posts", "officers", "establishment", "strength", "deployable",
    "gap_establishment", "gap_strength", "gap_deployable", "bound", "proven", "solved", "reason",
)  # fmt: skip
UNIT_COLUMNS = (
    "tier", "site", "name", "provider", "control", "hours", "hours_per_week", "units",
)  # fmt: skip
CURVE_COLUMNS = ("standard", "name", "forces", "units", "share")

WHOLE_SLACK = 1e-9
"""Officers by which rounding may make a whole number too large before it is rounded up."""


@dataclass(frozen=True, eq=False)
class Need(Shown):
    """What would meet the standards.

    Parameters
    ----------
    table
        For each group of forces that share units, one row each standard, the main one first, and one for all
        together: ``crewed_units`` in the hours that need most, ``posts`` as the mean over the week, and the
        ``officers`` to fill these, beside ``establishment``, ``strength`` and ``deployable``; gaps are
        officers less these (above 0: too few). A standard is met when it is met in every force of the group.
        ``attainable_share`` is what any number of units could reach, in the force where that is least. Where
        it is below ``required`` the standard can't be met from these sites: ``attainable`` is false, the
        numbers are NaN, and ``share_every_site`` and ``share_one_minute_more`` say what every site of the
        plan, or one more minute, would allow. ``bound`` is a proven lower bound on ``crewed_units``.
        ``solved`` is false where a search was cut short by the time limit or its nodes before it had an
        answer; ``reason`` says in words why there are no numbers, or that a search for fewer units was cut
        short.
    units
        Units of the answer for all standards together, for internal use: ``tier``, ``site``, ``name``,
        ``provider``, ``control``, ``hours`` (as in ``units.csv``), ``hours_per_week`` and ``units``, one row
        each tier, site and kind of hours.
    answers
        The same for each standard by itself, with ``standard`` and ``forces``.
    curve
        For the main standard: the ``share`` of the group that so many ``units``, round the clock, reach at
        the standard's reliability, with each number of units placed anew.
    notes
        What has no row: forces and standards that hold for nobody, and what the time given did not allow.
    minimise
        What was minimised: ``"units"`` or ``"officers"``.
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
        if self.table.empty and not any("time given" in note for note in self.notes):
            return "There is no need to report: no standard holds for anybody in this plan."

        sentences = [sentence.text for sentence in need_sentences(self.table)]
        notes = [f"{note}." for note in self.notes]
        return " ".join([*sentences, *notes])


def units_or_why_not(row: Mapping[str, Any]) -> Any:
    """Return how many crewed units a standard would need, or in words that there is no number.

    Parameters
    ----------
    row
        A row of the table of what is needed.
    """
    if not row["attainable"]:
        return "cannot be met"
    return row["crewed_units"] if np.isfinite(row["crewed_units"]) else "not found in the time given"


def need_sentences(table: pd.DataFrame) -> tuple[Sentence, ...]:
    """Return a sentence for each row: units and officers, or why there is no number of them.

    Parameters
    ----------
    table
        The table of what is needed, as an edition has it: in the public one a row is about the whole region.
    """
    return tuple(_sentence(row) for row in records(table))


def _sentence(row: dict[str, Any]) -> Sentence:
    """Return a row of the table in words."""
    key = tuple((column, row[column]) for column in ("standard", "forces") if column in row)

    def number(column: str) -> Number:
        """Return a number of the row."""
        return Number(row[column], "count", "need", key, column)

    subject = ", ".join(row[column] for column in ("forces", "name") if column in row)
    if row["attainable"] and not np.isnan(row["crewed_units"]):
        strength = phrase(" against {strength} in post", strength=number("strength"))
        return sentence(
            "{subject}: {units} crewed units, {officers} officers{against}.",
            subject=subject,
            units=number("crewed_units"),
            officers=number("officers"),
            against="" if np.isnan(row["strength"]) else strength,
        )

    return sentence("{subject}: {reason}.", subject=subject, reason=row["reason"])


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

    For each group of planned forces that share units, the search finds the fewest units at the group's own
    sites that reach the standard's share in every force. A place counts as reached when so many units are in
    time that enough of them are free with the standard's reliability. How many that takes depends on how busy
    units are, and this on how many there are: the answer is the smallest fleet that suffices at the busy
    share that its own size implies (a fixed point). Units share the group's calls, and are busy together as
    in Erlang's loss system (`standby.queueing.congestion`), which is exact where every unit can serve every
    call and a call takes one unit. A call keeps a unit busy for its way, which is that of the plan as it is,
    and for the time at the scene; work that finds no free unit still counts as offered.

    Each fleet is then evaluated as `cover` does it, with these units alone. Places that turn out to be less
    sure, because their units have more than an even share of the work, are given more units, until the
    standard is met in every force; then fleets that cost less are tried, until none of them meets it. Only
    what was confirmed in this way is called attainable; the chance of being reached is that of `cover`, a
    mean over the week. Where a few units suffice, every way to place one unit less has been tried. Where
    crews differ, the search for fewest units and that for fewest officers are both made, and the better
    answer is taken.

    Trips, turnout and authorisation are taken at their means: where the plan says how they vary, a note says
    that `cover` will be less sure of these units.

    Neighbours' units are not counted, nor does a tier stand in for another. Officers that an attendance asks
    for beyond those of its units are sought in one tier, never in a mix of several: of those whose officers
    count, the one with most crewed hours; and where that gives no answer, or another whose crews have no
    other role could do with fewer units or officers, in each of these as well. The best answer is taken. The
    bound is the number of units that would be needed if none were ever called,
    with at least as many of each tier as the calls of the group would need if every unit could serve all of
    them. So it is a lower bound whatever the busy shares of the answer are.

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
        What is minimised where tiers have crews of different sizes: crewed units, or officers on duty.
    time_limit_s
        Seconds after which what has no answer yet is left out, with a note of it [s]; None: no limit.
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
        If the plan has no armed tier, or `sites` or `minimise` is another word.
    TooLargeError
        If the search will not fit into memory; it says so before it starts.
    ArithmeticError
        If an answer does not stand up to being counted again.
    """
    one_of("sites", sites, get_args(Sites))
    one_of("minimise", minimise, get_args(Minimise))
    deadline = Deadline(time_limit_s)
    try:
        evaluated = evaluate_plan(plan, times, look=deadline.look)
    except UnfinishedError:
        note = "nothing was found: the time given ended before the plan as it is had been evaluated"
        return _need_of_tables(plan, {}, (note,), sites, minimise)
    return need_of(evaluated, times, sites=sites, minimise=minimise, deadline=deadline, curve=curve)


def need_of(
    evaluated: Evaluated,
    times: Times,
    *,
    sites: Sites = "existing",
    minimise: Minimise = "units",
    deadline: Deadline = NO_LIMIT,
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
        When to stop.
    """
    refuse_too_large(evaluated, sites)
    notes = list[str]()
    if evaluated.varies:
        notes.append(BY_MEANS)
        evaluated = evaluated.by_means(deadline.look)
    standards = list(evaluated.standards.items())
    main = evaluated.arrays.standards.main
    main_first = sorted(range(len(standards)), key=lambda row: (row != main, row))

    tables: dict[str, list[dict[str, Any]]] = {"table": [], "units": [], "answers": [], "curve": []}
    for forces in sharing(evaluated):
        group_name = _names(evaluated, forces)
        notes += _holds_for_nobody(evaluated, forces, group_name)
        try:
            group = group_of(evaluated, times, forces, sites, deadline)
        except UnfinishedError as cut:
            notes.append(f"{group_name}: {cut}")
            tables["table"] += _cut_rows(evaluated, forces, main_first, sites, str(cut))
            continue
        if group is None:
            continue

        # Each standard by itself.
        search = _Search(Case(evaluated, times, group, minimise, deadline), sites)
        answers = {row: search.answer(row) for row in main_first if group.of(row)}
        for row, (case, answer) in answers.items():
            key = {"standard": standards[row][0], "forces": group_name}
            tables["table"].append(_row(case, row, answer, sites))
            tables["answers"] += [{**key, **unit} for unit in _unit_rows(evaluated, case.group, answer)]

        # All together: where they have an answer, it needs no fewer units than any of them by itself.
        case, together = search.answer(None)
        if together.layouts:
            bounds = [together.bound, *(answer.bound for _, answer in answers.values())]
            together = replace(together, bound=float(np.fmax.reduce(bounds)))
        tables["table"].append(_row(case, None, together, sites))
        tables["units"] += list(_unit_rows(evaluated, case.group, together))

        if curve and main in answers:
            name, standard = standards[main]
            key = {"standard": name, "name": standard.name, "forces": group_name}
            tables["curve"] += [
                {**key, **point} for point in curve_rows(answers[main][0], main, answers[main][1])
            ]
    return _need_of_tables(evaluated.arrays.plan, tables, tuple(notes), sites, minimise)


@dataclass
class _Search:
    """The search for a group of forces, over the tiers in which further officers may be sought.

    Parameters
    ----------
    first
        What a search needs to know where they are sought in the response tier.
    sites
        Which sites units may stand at.
    """

    first: Case
    sites: Sites
    _others: dict[int, Case] = field(default_factory=dict)

    def answer(self, row: int | None) -> tuple[Case, Answer]:
        """Return the best answer for a standard, or for all where its row is None, and what it is for.

        Other tiers are tried where the response tier gives no answer, or where one of them could do with
        fewer units or officers.
        """
        evaluated = self.first.evaluated
        group = self.first.group
        found = [(self.first, least_answer(self.first, row))]
        for tier in other_tiers(evaluated, group, row):
            if found[0][1].layouts and not may_take_less(evaluated, group, row, tier):
                continue
            try:
                case = self._in_tier(tier)
            except UnfinishedError as cut:
                found.append((self.first, Answer(np.nan, attainable=True, solved=False, reason=str(cut))))
                continue
            found.append((case, least_answer(case, row)))

        case, best = min(found, key=_worth)
        if not best.layouts or len(found) == 1:
            return case, best

        # No bound holds for the answer but the least, and none where one is not known.
        bounds = [other.bound for _, other in found if other.layouts or not other.solved]
        is_cut = not all(other.solved for _, other in found)
        return case, replace(best, bound=float(np.min(bounds)), reason=CUT if is_cut else best.reason)

    def _in_tier(self, tier: int) -> Case:
        """Return what a search needs to know where further officers are sought in another tier."""
        if tier not in self._others:
            first = self.first
            group = group_of(
                first.evaluated, first.times, first.group.forces, self.sites, first.deadline, officers_in=tier
            )
            assert group is not None  # noqa: S101 - the standards that hold are the same
            self._others[tier] = Case(first.evaluated, first.times, group, first.minimise, first.deadline)
        return self._others[tier]


def _worth(found: tuple[Case, Answer]) -> tuple[float, ...]:
    """Return the key by which the best answer comes first: by cost; then what was cut; then by share."""
    case, answer = found
    if answer.layouts:
        return 0.0, *case.cost_of_layouts(answer.layouts)
    return (1.0,) if not answer.solved else (2.0, -answer.attainable_share)


def _need_of_tables(
    plan: Plan,
    tables: dict[str, list[dict[str, Any]]],
    notes: tuple[str, ...],
    sites: Sites,
    minimise: Minimise,
) -> Need:
    """Return the result, with all columns of its tables even where they have no rows."""
    columns = {
        "table": COLUMNS, "units": UNIT_COLUMNS, "answers": ("standard", "forces", *UNIT_COLUMNS),
        "curve": CURVE_COLUMNS,
    }  # fmt: skip
    frames = {name: pd.DataFrame(tables.get(name, []), columns=list(kept)) for name, kept in columns.items()}
    return Need(
        **frames, notes=notes, minimise=minimise, manifest=plan.manifest(sites=sites, minimise=minimise)
    )


def _cut_rows(
    evaluated: Evaluated, forces: Codes, main_first: list[int], sites: Sites, reason: str
) -> list[dict[str, Any]]:
    """Return rows without numbers for forces that there was no time for, so that no sum passes over them."""
    inside = np.isin(evaluated.arrays.places.forces, forces)
    total = weights_of_standards(evaluated.arrays)[:, inside].sum(axis=1)
    standards = list(evaluated.standards.items())
    holding = [standards[k] for k in main_first if total[k] > 0]
    named = [(standard_id, standard.name, standard.share) for standard_id, standard in holding]
    if named:
        named.append((ALL_STANDARDS, "All standards together", np.nan))

    rows = []
    for standard_id, name, required in named:
        row = dict.fromkeys(COLUMNS, np.nan) | {
            "standard": standard_id,
            "name": name,
            "forces": _names(evaluated, forces),
            "sites": sites,
            "required": required,
            "attainable": True,
            **_staff(evaluated, forces),
            "proven": False,
            "solved": False,
            "reason": reason,
        }
        rows.append(row)
    return rows


def _holds_for_nobody(evaluated: Evaluated, forces: Codes, group_name: str) -> list[str]:
    """Return a note where no standard, or one of them, holds for anybody in some forces."""
    weights = weights_of_standards(evaluated.arrays)
    names = [standard.name for standard in evaluated.standards.values()]

    def without_weight(some_forces: Codes) -> list[str]:
        """Return the names of the standards that hold for nobody there."""
        inside = np.isin(evaluated.arrays.places.forces, some_forces)
        total = weights[:, inside].sum(axis=1)
        return [name for name, weight in zip(names, total, strict=True) if not weight > 0]

    empty = [force for force in forces if len(without_weight(np.array([force]))) == len(names)]
    notes = [
        f"{_names(evaluated, np.array([force]))}: no standard holds for anybody there, so it needs no unit"
        for force in empty
    ]

    missing = without_weight(forces)
    if missing and len(empty) < len(forces):
        notes.append(f"{group_name}: holds for nobody there: {'; '.join(missing)}")
    return notes


def _names(evaluated: Evaluated, forces: Codes) -> str:
    """Return what a group of forces is called."""
    return " + ".join(evaluated.arrays.forces.ids[force] for force in forces)


def _row(case: Case, row: int | None, answer: Answer, sites: Sites) -> dict[str, Any]:
    """Return a row of the table: a standard, or all of them where its row is None, in a group of forces."""
    evaluated = case.evaluated
    forces = case.group.forces
    staff = _staff(evaluated, forces)

    posts = officers = peak = np.nan
    if answer.layouts:
        posts, officers = _posts_and_officers(case, answer)
        peak = float(max(layout.sum() for _, layout in answer.layouts))

    standard_id = ALL_STANDARDS
    name = "All standards together"
    required = np.nan
    if row is not None:
        standard_id, standard = list(evaluated.standards.items())[row]
        name = standard.name
        required = standard.share

    return {
        "standard": standard_id,
        "name": name,
        "forces": _names(evaluated, forces),
        "sites": sites,
        "required": required,
        "attainable_share": answer.attainable_share,
        "attainable": answer.attainable,
        **_what_would_help(case, row, answer),
        "crewed_units": peak,
        "posts": posts,
        "officers": officers,
        **staff,
        **{f"gap_{key}": officers - count for key, count in staff.items()},
        "bound": answer.bound,
        "proven": answer.bound >= peak,
        "solved": answer.solved,
        "reason": answer.reason,
    }


def _staff(evaluated: Evaluated, forces: Codes) -> dict[str, float]:
    """Return the officers of some forces: their establishment, those in post, and those deployable."""
    arrays = evaluated.arrays
    strength = arrays.forces.strength[forces]
    deployable_share = arrays.workforce.deployable_share[forces]
    return {
        "establishment": float(arrays.forces.establishment[forces].sum()),
        "strength": float(strength.sum()),
        "deployable": float((strength * deployable_share).sum()),
    }


def _posts_and_officers(case: Case, answer: Answer) -> tuple[float, float]:
    """Return the crewed units of an answer as the mean over the week, and the officers to fill these."""
    group = case.group
    relief = float(np.mean(case.evaluated.arrays.workforce.relief_factor[group.forces]))
    unit_hours = sum(mask.sum() * layout.sum(axis=1) for mask, layout in answer.layouts)
    posts = unit_hours / HOURS_A_WEEK  # by tier

    crew = case.evaluated.arrays.tiers.crew[group.tiers]
    by_tier = [
        officers_for_posts(float(tier_posts), int(tier_crew), relief).exact
        for tier_posts, tier_crew in zip(posts, crew, strict=True)
    ]
    return float(posts.sum()), float(np.ceil(sum(by_tier) - WHOLE_SLACK))


def _what_would_help(case: Case, row: int | None, answer: Answer) -> dict[str, float]:
    """Return the share with every site of the plan, and with one more minute; NaN where a standard is met."""
    shares = {"share_every_site": np.nan, "share_one_minute_more": np.nan}
    if answer.attainable:
        return shares

    evaluated = case.evaluated
    group = case.group
    every_site = usable_sites(evaluated, group.forces, "all")
    capacity = evaluated.arrays.sites.capacity[every_site]
    try:
        case.deadline.left()
        where = Where(group.forces, group.tiers, every_site, group.officers_in)
        arrive_min = minutes_of(evaluated, case.times, where.tiers, where.sites)
        standards = _of(force_standards_of(evaluated, arrive_min, where), row)
        shares["share_every_site"] = attainable_share(
            evaluated, group, standards, every_site, capacity, deadline=case.deadline
        )

        case.deadline.left()
        where = Where(group.forces, group.tiers, group.sites, group.officers_in)
        arrive_min = minutes_of(evaluated, case.times, where.tiers, where.sites)
        standards = _of(force_standards_of(evaluated, arrive_min, where, longer_min=1.0), row)
        shares["share_one_minute_more"] = attainable_share(
            evaluated, group, standards, group.sites, group.capacity, deadline=case.deadline
        )
    except UnfinishedError:
        pass  # what would help is left out: it stands all the same that no number of units is enough
    return shares


def _of(standards: list[ForceStandard], row: int | None) -> list[ForceStandard]:
    """Return those of one standard, or all of them where its row is None."""
    return [standard for standard in standards if row is None or standard.row == row]


def _unit_rows(evaluated: Evaluated, group: Group, answer: Answer) -> Iterator[dict[str, Any]]:
    """Yield a row of the table of units for each tier, site and kind of hours."""
    arrays = evaluated.arrays
    control: Literal["own", "pooled"] = "pooled" if group.forces.size > 1 else "own"

    for mask, layout in answer.layouts:
        for tier, place in zip(*np.nonzero(layout), strict=True):
            site = int(group.sites[place])
            yield {
                "tier": arrays.tiers.ids[group.tiers[tier]],
                "site": arrays.sites.ids[site],
                "name": arrays.sites.names[site],
                "provider": arrays.forces.ids[arrays.sites.forces[site]],
                "control": control,
                "hours": hours_text(mask),
                "hours_per_week": int(mask.sum()),
                "units": int(layout[tier, place]),
            }
