"""What somebody knows who guesses where units stand: everything that the model uses, but the bases.

The model is open, and so are people, roads, standards and figures. To be on the safe side the guesser is also
given how many bases and units each force has, their hours, how busy they are, where neighbours stand, and
where units are on patrol and how much. A unit on patrol is to the guesser another one, that is there for its
share of time, independently of the one at the base.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from standby._show import Shown
from standby._typing import Codes, Floats, Mask
from standby.attendance import (
    WEIGHTS,
    Available,
    arrival_minutes,
    at_sites,
    available,
    before_min,
    position_share,
    standard_weights,
)
from standby.demand import call_weights
from standby.disclosure.inversion import _kernels as kernels
from standby.disclosure.rounding import everybody
from standby.plan import BASE, HOURS_A_WEEK, MEASURES, Plan, main_standard
from standby.travel import Times, great_circle_km, travel_times

MOST_CANDIDATES = 120
"""Areas of a force that are tried as the place of a base: those with most people, and those that have one."""

MOST_NEW_BASES = 12
"""Bases of its own above which an option is left aside: arming many stations says little of one."""

NEIGHBOURS = 6
"""Units of forces that are not planned for, the nearest of each place, that are looked at."""

PATROLS = 120
"""Positions of units on patrol, the nearest of each place, that are looked at besides."""


@dataclass(frozen=True, eq=False)
class Known(Shown):
    """What the guesser has, as arrays; see `_kernels` for the parts.

    Parameters
    ----------
    scenes
        Base and options that are looked at.
    skipped
        Options that have too many bases of their own, or other people, places or standards than the base.
    truth
        The candidate that each base is in, shape (groups,): what there is to be found.
    force
        Code of the force of each base, shape (groups,).
    outside
        Places that the main standard is for and does not reach, by scene, shape (scenes, places).
    main
        Number of the main standard among those that are looked at; -1 if it is not.
    main_type
        Incident type of the main standard.
    main_total
        People, or weight of key locations, that the main standard is for, as the public knows it.
    standards
        Ids of the standards that are looked at.
    rows
        Incident type, measure and weight of each row of minutes.
    travel, units, others, questions, choice
        Arguments of the kernels.
    """

    scenes: tuple[str, ...]
    skipped: tuple[str, ...]
    truth: Codes
    force: Codes
    outside: Mask
    main: int
    main_type: str
    main_total: float
    standards: tuple[str, ...]
    rows: tuple[tuple[str, str, str], ...]
    travel: kernels.Travel
    units: kernels.Units
    others: kernels.Others
    questions: kernels.Questions
    choice: kernels.Choice

    def of_scenes(self, scenes: Sequence[int]) -> Known:
        """Return what the guesser has of some scenes, with the bases that these have.

        Parameters
        ----------
        scenes
            Their numbers.
        """
        rows = list(scenes)
        in_scene = self.choice.in_scene[rows]
        groups = np.flatnonzero(in_scene.any(axis=0))
        number = np.zeros(len(self.truth), dtype=np.int64)
        number[groups] = np.arange(len(groups))

        units = kernels.Units(*(np.ascontiguousarray(table[rows]) for table in self.units))
        return replace(
            self,
            scenes=tuple(self.scenes[row] for row in rows),
            truth=self.truth[groups],
            force=self.force[groups],
            outside=self.outside[rows],
            units=units._replace(group=number[units.group]),
            others=kernels.Others(*(np.ascontiguousarray(table[rows]) for table in self.others)),
            choice=self.choice._replace(
                first=self.choice.first[groups],
                last=self.choice.last[groups],
                in_scene=np.ascontiguousarray(in_scene[:, groups]),
            ),
        )

    def asked_for(self, numbers: Codes) -> kernels.Questions:
        """Return the questions without what none of some numbers is about, so that it is not computed.

        Parameters
        ----------
        numbers
            Which numbers of `kernels.numbers_of` are needed.
        """
        questions = self.questions
        standards = np.unique(numbers[numbers < kernels.SHARES * len(self.standards)] // kernels.SHARES)
        of_rows = numbers[numbers >= kernels.SHARES * len(self.standards)]
        rows = np.unique((of_rows - kernels.SHARES * len(self.standards)) // kernels.STATISTICS)

        asked = np.zeros_like(questions.asked)
        for standard in standards:
            asked[questions.standard_need[standard]] |= questions.standard_weight[standard] > 0.0
        for row in rows:
            asked[questions.row_need[row]] |= questions.row_weight[row] > 0.0
        needed_rows = np.isin(np.arange(len(self.rows)), rows)
        return questions._replace(asked=asked, row_need=np.where(needed_rows, questions.row_need, -1))


@dataclass(frozen=True, eq=False)
class _Scene:
    """The base or an option, made ready, and the base of each guessed unit; -1 for units that are known."""

    name: str
    ready: Available
    group: Codes


def known_of(plan: Plan, times: Times, *, options: Collection[str] | None = None) -> Known | None:
    """Gather what the guesser has; None where there is nothing to guess, or no room to guess wrongly.

    Parameters
    ----------
    plan
        The plan; with an option laid over it, no other is looked at.
    times
        Its minutes.
    options
        Options that something was published of; all when left out.
    """
    sites: dict[str, int] = {}
    scenes = [_scene(BASE, plan, plan, times, sites)]
    base = scenes[0].ready
    skipped = []
    for name in plan.document.options if plan.variant is None else ():
        if options is not None and name not in options:
            continue
        option = plan.with_option(name)
        before = dict(sites)
        scene = _scene(name, option, plan, times, sites)
        if len(sites) - len(before) > MOST_NEW_BASES or not _alike(scene.ready, base):
            sites = before
            skipped.append(name)
        elif not _same_units(scene.ready, base):
            scenes.append(scene)

    candidates = _candidates(plan, [scene.ready for scene in scenes], list(sites))
    if candidates is None:
        return None
    choice, truth, force, candidate_min = candidates
    in_scene = np.array([np.isin(np.arange(len(sites)), scene.group) for scene in scenes])
    questions, standards, rows = _questions(base)
    travel, units, others, questions = _units(scenes, questions, candidate_min)

    name = main_standard(base.standards)
    main = base.standards[name]
    row = list(base.standards).index(name)
    weight = _weights(base)[row]
    reached = np.array([scene.ready.outcome.reached[row] for scene in scenes])
    outside = (weight > 0.0) & (reached < main.reliability)

    # Only places that some number is about are followed.
    asked = (questions.standard_weight > 0.0).any(axis=0) | (questions.row_weight > 0.0).any(axis=0)
    outside = outside[:, asked]
    questions = questions._replace(
        standard_weight=np.ascontiguousarray(questions.standard_weight[:, asked]),
        within_min=np.ascontiguousarray(questions.within_min[:, asked]),
        row_weight=np.ascontiguousarray(questions.row_weight[:, asked]),
        asked=np.ascontiguousarray(questions.asked[:, asked]),
    )
    travel = kernels.Travel(
        np.ascontiguousarray(travel.minutes[..., asked]), np.ascontiguousarray(travel.lent[:, asked])
    )
    others = kernels.Others(*(np.ascontiguousarray(table[:, :, asked]) for table in others))
    return Known(
        scenes=tuple(scene.name for scene in scenes),
        skipped=tuple(skipped),
        truth=truth,
        force=force,
        outside=outside,
        main=standards.index(name) if name in standards else -1,
        main_type=main.incident_type,
        main_total=everybody(plan, "key_locations" if main.of == "key_locations" else "people"),
        standards=tuple(standards),
        rows=tuple(rows),
        travel=travel,
        units=units,
        others=others,
        questions=questions,
        choice=choice._replace(in_scene=in_scene),
    )


def _scene(name: str, plan: Plan, base: Plan, times: Times, sites: dict[str, int]) -> _Scene:
    """Make the base or an option ready, and number the bases that nobody has seen before."""
    same_patrols = plan.table("patrols").equals(base.table("patrols"))
    if not (same_patrols and set(plan.table("sites")["id"]) <= set(times.site_ids)):
        times = travel_times(plan)
    ready = available(plan, times)
    s = ready.arrays

    group = np.full(len(ready.model.rows), -1)
    for unit, row in enumerate(ready.model.rows):
        if s.forces.planned[s.units.forces[row]]:
            site = s.sites.ids[s.units.sites[row]]
            group[unit] = sites.setdefault(site, len(sites))
    return _Scene(name, ready, group)


def _same_units(ready: Available, base: Available) -> bool:
    """Return whether an option leaves the units as they are, so that its numbers are those of the base."""
    hours, of_base = (at.arrays.units.hours[at.model.rows] for at in (ready, base))
    shares, base_shares = (position_share(at.model, at.arrays) for at in (ready, base))
    return (
        np.array_equal(ready.model.car_min, base.model.car_min)
        and np.array_equal(shares, base_shares)
        and np.array_equal(hours, of_base)
        and np.array_equal(ready.outcome.busy, base.outcome.busy)
    )


def _alike(ready: Available, base: Available) -> bool:
    """Return whether an option has the people, places and standards of the base, as what is asked has."""
    if ready.arrays.places.ids != base.arrays.places.ids or ready.standards != base.standards:
        return False
    same_people = np.array_equal(ready.arrays.areas.population, base.arrays.areas.population)
    return same_people and np.array_equal(before_min(ready.arrays), before_min(base.arrays))


def _candidates(
    plan: Plan, ready: list[Available], sites: list[str]
) -> tuple[kernels.Choice, Codes, Codes, Floats] | None:
    """Return where each base may be and is, its force, and minutes of a drive from every candidate."""
    options = plan.document.options if plan.variant is None else ()
    tables = [plan.with_option(name).table("sites") for name in options]
    table = pd.concat([plan.table("sites"), *tables]).drop_duplicates("id").set_index("id", drop=False)
    bases = table.loc[sites]
    areas = plan.table("areas")

    # Where minutes come from a table, only its own sites have minutes.
    of_sites = plan.document.travel.method == "matrix"
    places = table.assign(force=table["provider"], population=1.0) if of_sites else areas

    near = great_circle_km(bases[["lon", "lat"]].to_numpy(), places[["lon", "lat"]].to_numpy())
    other_force = bases["provider"].to_numpy()[:, None] != places["force"].to_numpy()[None, :]
    near = np.where(other_force, np.inf, near)
    if not np.isfinite(near.min(axis=1, initial=np.inf)).all():
        return None
    true_place = near.argmin(axis=1)

    # The candidates of a force stand together.
    chosen: list[int] = []
    first = {}
    last = {}
    for force in dict.fromkeys(bases["provider"]):
        inside = np.flatnonzero(places["force"] == force)
        by_people = inside[np.argsort(-places["population"].to_numpy()[inside], kind="stable")]
        true_here = true_place[(bases["provider"] == force).to_numpy()]
        first[force] = len(chosen)
        chosen.extend(dict.fromkeys([*by_people[:MOST_CANDIDATES], *true_here]))
        last[force] = len(chosen)
        if last[force] - first[force] <= len(true_here):
            return None

    picked = places.iloc[chosen]
    made = table.iloc[np.zeros(len(picked), dtype=int)].reset_index(drop=True)
    made = made.assign(
        id=[f"candidate {k}" for k in range(len(picked))],
        **{column: picked[column].to_numpy() for column in ("name", "lon", "lat", "class", "island")},
        provider=picked["force"].to_numpy(),
    )
    if of_sites:
        candidate_min = travel_times(plan).rows(tuple(picked["id"]))
    else:
        tables_of_guess = {**plan.tables, "sites": made, "patrols": plan.table("patrols").iloc[:0]}
        candidate_min = travel_times(replace(plan, tables=tables_of_guess)).minutes

    people = picked["population"].to_numpy(dtype=float)
    place_of = {place: number for number, place in enumerate(chosen)}
    choice = kernels.Choice(
        first=np.array([first[force] for force in bases["provider"]]),
        last=np.array([last[force] for force in bases["provider"]]),
        against=-np.log(np.maximum(people, 1.0) / people.max()),
        in_scene=np.empty((0, 0), dtype=bool),
    )
    truth = np.array([place_of[place] for place in true_place])
    force = np.array([ready[0].arrays.forces.ids.index(name) for name in bases["provider"]])
    return choice, truth, force, candidate_min


def _weights(ready: Available) -> Floats:
    """Return what each standard's share is a share of, shape (standards, places)."""
    return standard_weights(ready.arrays, ready.arrays.standards, call_weights(ready.arrays))


def _questions(
    base: Available,
) -> tuple[kernels.Questions, list[str], list[tuple[str, str, str]]]:
    """Return what numbers are asked for, and which standard and row of minutes each is."""
    s = base.arrays
    before = before_min(s)
    needs: list[tuple[tuple[bool, ...], int]] = []

    def need_of(incident_type: int, measure: int) -> int:
        """Return the number of what an attendance needs; -1 where it is not units of one kind."""
        asked = (s.types.first, s.types.full)[measure]
        tiers = np.flatnonzero(asked.units[incident_type])
        if measure == 0:
            need = tuple(asked.counts[incident_type].tolist()), 1
        elif len(tiers) == 1:
            need = tuple(s.tiers.serves[:, tiers[0]].tolist()), int(asked.units[incident_type, tiers[0]])
        else:
            return -1
        if need not in needs:
            needs.append(need)
        return needs.index(need)

    standards = []
    standard_need = []
    reliability = []
    weights = []
    within = []
    all_weights = _weights(base)
    for row, (name, standard) in enumerate(base.standards.items()):
        incident_type = base.setting.types[row]
        measure = base.setting.measures[row]
        need = need_of(incident_type, measure)
        if need < 0 or all_weights[row].sum() <= 0.0:
            continue
        standards.append(name)
        standard_need.append(need)
        reliability.append(standard.reliability)
        weights.append(all_weights[row] / all_weights[row].sum())
        within.append(base.setting.within_min[row] - before[measure, incident_type])

    rows = []
    row_need = []
    row_weight = []
    before_row = []
    planned = s.forces.planned[s.places.forces]
    calls = call_weights(s)
    for incident_type in base.setting.measured:
        for measure, measure_name in enumerate(MEASURES):
            need = need_of(incident_type, measure)
            for weight_name in WEIGHTS if need >= 0 else ():
                if weight_name == "key_locations":
                    weight = s.places.from_key_locations(s.key_locations.weight)
                else:
                    of_areas = s.areas.population if weight_name == "people" else calls[incident_type]
                    weight = s.places.from_areas(of_areas)
                weight = weight * planned
                if weight.sum() > 0.0:
                    rows.append((s.types.ids[incident_type], measure_name, weight_name))
                    row_need.append(need)
                    row_weight.append(weight / weight.sum())
                    before_row.append(before[measure, incident_type])

    places = len(planned)
    return (
        kernels.Questions(
            counts=np.array([counts for counts, _ in needs], dtype=bool).reshape(len(needs), len(s.tiers)),
            needed=np.array([number for _, number in needs], dtype=np.int64),
            asked=np.ones((len(needs), places), dtype=bool),
            standard_need=np.array(standard_need, dtype=np.int64),
            reliability=np.array(reliability, dtype=float),
            standard_weight=np.array(weights, dtype=float).reshape(-1, places),
            within_min=np.array(within, dtype=float).reshape(-1, places),
            row_need=np.array(row_need, dtype=np.int64),
            row_weight=np.array(row_weight, dtype=float).reshape(-1, places),
            before_min=np.array(before_row, dtype=float),
            limit_min=float(s.plan.document.travel.limit_min),
        ),
        standards,
        rows,
    )


def _units(
    scenes: list[_Scene], questions: kernels.Questions, candidate_min: Floats
) -> tuple[kernels.Travel, kernels.Units, kernels.Others, kernels.Questions]:
    """Return the units of every scene, guessed by kind and known by place, and the questions by kind."""
    kinds: dict[tuple[object, ...], int] = {}
    minutes = []
    lent = []
    tiers = []
    most = max(int((scene.group >= 0).sum()) for scene in scenes)
    places = candidate_min.shape[1]
    needs = len(questions.needed)

    shape = (len(scenes), most)
    group = np.zeros(shape, dtype=np.int64)
    kind = np.zeros(shape, dtype=np.int64)
    on_duty = np.zeros(shape)
    busy = np.zeros(shape)
    number = np.zeros(len(scenes), dtype=np.int64)
    has_patrols = any((scene.ready.model.positions.patrol >= 0).any() for scene in scenes)
    looked_at = NEIGHBOURS + PATROLS if has_patrols else NEIGHBOURS
    others = [np.full((len(scenes), needs, places, looked_at), fill) for fill in (np.inf, 0.0, 0.0)]

    for at, scene in enumerate(scenes):
        model = scene.ready.model
        s = scene.ready.arrays
        duty_share = s.units.hours[model.rows].sum(axis=1) / HOURS_A_WEEK
        unit_at, patrol, _ = model.positions
        share = position_share(model, s)
        share_at_site = share[patrol < 0, 0]  # one of each unit, in their order; the same for every place

        guessed = np.flatnonzero(scene.group >= 0)
        number[at] = len(guessed)
        for slot, unit in enumerate(guessed):
            row = model.rows[unit]
            alike = (
                s.units.tiers[row],
                s.units.forces[row],
                s.units.pooled[row],
                float(np.nan_to_num(s.units.notice_min[row], nan=-1.0)),
                float(s.tiers.turnout_min[s.units.tiers[row]]),
            )
            if alike not in kinds:
                kinds[alike] = len(kinds)
                one_kind = replace(
                    model,
                    rows=np.full(len(candidate_min), row),
                    positions=at_sites(*candidate_min.shape),
                    car_min=candidate_min,
                    border=np.tile(model.border[unit], (len(candidate_min), 1)),
                )
                sent, may_go = arrival_minutes(one_kind, s)
                minutes.append(sent)
                lent.append(may_go[0][s.places.forces])
                tiers.append(s.units.tiers[row])
            group[at, slot] = scene.group[unit]
            kind[at, slot] = kinds[alike]
            on_duty[at, slot] = duty_share[unit] * share_at_site[unit]
            busy[at, slot] = scene.ready.outcome.busy[unit]

        # Units of neighbours, and those on patrol: the nearest few of each place.
        known = np.flatnonzero((scene.group[unit_at] < 0) | (patrol >= 0))
        sent, may_go = arrival_minutes(model, s)
        there = duty_share[unit_at, None] * share
        chance = there[known] * may_go[unit_at[known]][:, s.places.forces]
        for need in range(needs):
            counted = known[questions.counts[need][s.units.tiers[model.rows[unit_at[known]]]]]
            rows = np.searchsorted(known, counted)
            order = np.argsort(sent[counted], axis=0, kind="stable")[:looked_at]
            sure = np.take_along_axis(chance[rows], order, axis=0)
            free = sure * (1.0 - scene.ready.outcome.busy[unit_at[counted]][order])
            nearest = np.take_along_axis(sent[counted], order, axis=0)
            for table, values in zip(others, (nearest, sure, free), strict=True):
                table[at, need, :, : len(order)] = values.T

    return (
        kernels.Travel(np.array(minutes), np.array(lent)),
        kernels.Units(number, group, kind, on_duty, busy),
        kernels.Others(*others),
        questions._replace(counts=np.ascontiguousarray(questions.counts[:, tiers])),
    )
