"""The cover model once more: slow, by enumeration of who is free, sharing no code with the kernels.

It reads codes and numbers from the plan's arrays; everything else is done here with
loops over hours, places, nodes of congestion and all subsets of units.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import combinations_with_replacement, permutations, product
from typing import Any

import numpy as np
from scipy.integrate import quad
from scipy.optimize import brentq

from standby.demand import call_rates
from standby.plan import PlanArrays, Standard
from standby.travel import Times

Kinds = tuple[tuple[int, int], ...]
"""Tier and crew of each of some units."""


@dataclass
class Car:
    """One unit."""

    tier: int
    crew: int
    force: int
    row: int
    site: str


@dataclass
class Answer:
    """What the twin finds; keys are (standard, place), (type, measure, place), unit."""

    reached: dict[tuple[str, int], float] = field(default_factory=lambda: defaultdict(float))
    mean: dict[tuple[int, str, int], float] = field(default_factory=lambda: defaultdict(float))
    arrivals: dict[tuple[int, str, int], list[tuple[float, float]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    busy: list[float] = field(default_factory=list)


def matched(tiers: list[int], needs: list[int], serves: np.ndarray) -> int:
    """Return how many required units can each be a different arrived one, by trying every order."""
    wanted = [tier for tier, number in enumerate(needs) for _ in range(number)]
    best = 0
    for order in permutations(range(len(tiers)), min(len(tiers), len(wanted))):
        for places in permutations(range(len(wanted)), len(order)):
            pairs = zip(order, places, strict=True)
            best = max(best, sum(bool(serves[tiers[u], wanted[w]]) for u, w in pairs))
            if best == len(wanted):
                return best
    return best


class Attendance:
    """What has to be there: parts that each need officers of some tiers and different units."""

    def __init__(
        self, parts: list[tuple[int, list[bool], list[int]]], serves: np.ndarray, kinds: set[tuple[int, int]]
    ) -> None:
        self.parts, self.serves = parts, serves
        lacking = {
            (tier, 0) for _, _, units in parts for tier, number in enumerate(units)
            if number and not any(serves[own, tier] for own, _ in kinds)
        }  # fmt: skip
        self.kinds = sorted(kinds | lacking)
        self.most = sum(officers + sum(units) for officers, _, units in parts)
        self._complete: dict[Kinds, bool] = {}
        self._helps: dict[tuple[Kinds, tuple[int, int]], bool] = {}

    def complete(self, there: Kinds) -> bool:
        """Return whether every part has what it needs of the arrived units, given by tier and crew."""
        key = tuple(sorted(there))
        if key not in self._complete:
            self._complete[key] = all(
                sum(crew for tier, crew in key if counts[tier]) >= officers
                and matched([tier for tier, _ in key], units, self.serves) == sum(units)
                for officers, counts, units in self.parts
            )
        return self._complete[key]

    def helps(self, there: Kinds, unit: tuple[int, int]) -> bool:
        """Return whether there are further arrivals that one more unit would complete, and nothing else."""
        key = tuple(sorted(there)), unit
        if key not in self._helps:
            self._helps[key] = any(
                not self.complete((*there, *more)) and self.complete((*there, *more, unit))
                for size in range(self.most)
                for more in combinations_with_replacement(self.kinds, size)
            )
        return self._helps[key]


def attendances(arrays: PlanArrays) -> dict[tuple[int, str], Attendance]:
    """Return both attendances of every incident type; full attendance includes the first armed arrival."""
    kinds = {(car.tier, car.crew) for car in cars_of(arrays)}
    found = {}
    for t in range(len(arrays.types)):
        first, full = (
            (int(p.officers[t]), p.counts[t].tolist(), p.units[t].tolist())
            for p in (arrays.types.first, arrays.types.full)
        )
        found[t, "first"] = Attendance([first], arrays.tiers.serves, kinds)
        found[t, "full"] = Attendance([first, full], arrays.tiers.serves, kinds)
    return found


def cars_of(arrays: PlanArrays) -> list[Car]:
    """Return the armed units, and the others that an attendance asks for."""
    asked = {
        k
        for part in (arrays.types.first, arrays.types.full)
        for row in part.units
        for k in np.flatnonzero(row)
    }
    cars = []
    for row in range(len(arrays.units)):
        tier = int(arrays.units.tiers[row])
        if arrays.tiers.armed[tier] or any(arrays.tiers.serves[tier, k] for k in asked):
            site = arrays.sites.ids[arrays.units.sites[row]]
            one = Car(tier, int(arrays.units.crew[row]), int(arrays.units.forces[row]), row, site)
            cars += [one] * int(arrays.units.count[row])
    return cars


def hours_alike(arrays: PlanArrays, cars: list[Car]) -> dict[Any, list[int]]:
    """Return the hours of the week by who is on duty, which commitments take place, and peaks that matter."""
    peaks = peaks_matter(arrays)
    kinds = defaultdict(list)
    for hour in range(168):
        on_duty = tuple(bool(arrays.units.hours[car.row, hour]) for car in cars)
        taken = tuple(bool(c[hour]) for c in arrays.commitments.hours)
        calls = [
            w[hour]
            for w, stream in zip(arrays.types.hour_weight, arrays.types.streams, strict=True)
            if stream != "attack"
        ]
        kinds[on_duty, taken, tuple(calls) if peaks else ()].append(hour)
    return kinds


def peaks_matter(arrays: PlanArrays) -> bool:
    """Return whether some forces that share units have a quarter of a unit more at work in their peak."""
    rates = call_rates(arrays)
    most = 0.0
    for force in range(len(arrays.forces)):
        together = {force}  # forces that share units, directly or by others between them
        for _ in arrays.forces.ids:
            together |= {
                f
                for g in together
                for f in range(len(arrays.forces))
                if arrays.forces.shares[g, f] or arrays.forces.shares[f, g]
            }
        by_hour = [0.0] * 168
        for t, stream in enumerate(arrays.types.streams):
            if stream == "attack":
                continue
            scene = arrays.types.scene_min[t] * (1.0 - arrays.types.stand_down_share[t]) / 60.0
            calls = sum(rates[t, area] for area, own in enumerate(arrays.areas.forces) if own in together)
            by_hour = [
                work + scene * calls * w for work, w in zip(by_hour, arrays.types.hour_weight[t], strict=True)
            ]
        most = max(most, max(by_hour) - sum(by_hour) / 168.0)
    return most > 0.25


def minutes_to(arrays: PlanArrays, times: Times, car: Car, place: int, force: int) -> tuple[float, float]:
    """Return minutes from being sent to arriving with nothing to break off, and the chance of being sent."""
    notice = float(arrays.units.notice_min[car.row])
    minutes = float(arrays.tiers.turnout_min[car.tier]) if math.isnan(notice) else notice
    drive = times.minutes[times.site_ids.index(car.site), place] - float(arrays.travel.start_min)
    factor = float(
        arrays.travel.emergency_factor * arrays.travel.model_factor * arrays.tiers.speed_factor[car.tier]
    )
    minutes += max(drive, 0.0) * factor
    lent = car.force != force and not (
        arrays.forces.shares[car.force, force] and arrays.units.pooled[car.row]
    )
    if lent:
        minutes += float(arrays.mutual_aid.notice_min[car.force])
    return minutes, float(arrays.mutual_aid.share_available[car.force]) if lent else 1.0


Late = tuple[float, float]
"""Share of the time in which a unit can be sent that it has something to break off, and minutes it takes."""

NEVER_LATE: Late = (0.0, 0.0)


def held_and_late(arrays: PlanArrays, cars: list[Car], on_duty: Any, taken: Any) -> list[tuple[float, Late]]:
    """Return each unit's share of time that it can't leave, and what it has to break off in the rest."""
    out = []
    for number, car in enumerate(cars):
        stuck = loose = waits = 0.0
        for c in np.flatnonzero(taken):
            pool = [
                k for k, other in enumerate(cars) if on_duty[k]
                and (other.tier, other.force) == (arrays.commitments.tiers[c], arrays.commitments.forces[c])
            ]  # fmt: skip
            if number not in pool:
                continue
            share = (
                min(float(arrays.commitments.units[c]) / len(pool), 1.0)
                * arrays.commitments.share_of_weeks[c]
            )
            if arrays.commitments.may_break_off[c]:
                loose += share
                waits += share * float(arrays.commitments.break_off_min[c])
            else:
                stuck += share
        stuck = min(stuck, 1.0)
        fits = min(loose, 1.0 - stuck)
        late = waits * fits / loose if loose > 0 else 0.0
        at_work = fits
        rest = 1.0 - stuck - fits
        tiers = arrays.tiers
        work = (tiers.calls_per_hour, tiers.minutes_per_call, tiers.break_off, tiers.break_off_min)
        jobs = [float(values[car.tier]) for values in work]
        if not math.isnan(jobs[0]):
            busy = min(jobs[0] * jobs[1] / 60.0, 1.0)
            stuck += rest * busy * (1.0 - jobs[2])
            late += rest * busy * jobs[2] * jobs[3]
            at_work += rest * busy * jobs[2]
        some = at_work > 0.0 and stuck < 1.0
        out.append((stuck, (at_work / (1.0 - stuck), late / at_work) if some else NEVER_LATE))
    return out


def outcomes(cars: list[Car], lined: list[tuple[float, int, float]], attendance: Attendance) -> Any:
    """Yield every set of units that come, each idle or from work, with its chance and when it is complete."""
    numbers = sorted({number for _, number, _ in lined})
    places_in_line = [[rank for rank, (_, k, _) in enumerate(lined) if k == number] for number in numbers]
    stays = [1.0 - sum(lined[rank][2] for rank in ranks) for ranks in places_in_line]
    for come in product(*[[None, *ranks] for ranks in places_in_line]):
        chance = math.prod(
            stay if rank is None else lined[rank][2] for rank, stay in zip(come, stays, strict=True)
        )
        if chance == 0.0:
            continue
        there: list[tuple[int, int]] = []
        when = 0.0 if attendance.complete(()) else math.inf
        for rank in sorted(rank for rank in come if rank is not None):
            minutes, number, _ = lined[rank]
            if math.isinf(when):
                there.append((cars[number].tier, cars[number].crew))
                if attendance.complete(tuple(there)):
                    when = minutes
        yield chance, when


Node = tuple[float, list[float]]
"""A node of the congestion: its weight, and the chance that each unit is free."""


def erlang(units: float, load: float) -> float:
    """Return Erlang's formula by its sum; between whole numbers geometric."""
    whole = math.floor(units)
    at = [load**n / math.factorial(n) / sum(load**k / math.factorial(k) for k in range(n + 1))
          for n in (whole, whole + 1)]  # fmt: skip
    return at[0] ** (whole + 1 - units) * at[1] ** (units - whole)


def away(load: float, held: list[float], peak: float) -> float:
    """Return the chance that no unit is free: over every set of held ones, Erlang's for the others."""
    total = 0.0
    for out in product((True, False), repeat=len(held)):
        chance = math.prod(h if o else 1.0 - h for o, h in zip(out, held, strict=True))
        there = len(held) - sum(out)
        total += chance * (erlang(max(there / peak, 1.0), load / peak) if there else 1.0)
    return total


def gauss(units: float, load: float, size: int) -> list[tuple[float, float]]:
    """Return nodes and weights of T: the rule that has the moments 0 to 2 size - 1 of X = 1 / (1 + T)."""

    def moment(k: int) -> float:
        def density(v: float) -> float:
            t = math.exp(v)
            return math.exp(v + (units - k) * math.log1p(t) - load * t)

        peak = math.log(max(units, 1.0) / load + 1.0)
        return quad(density, peak - 60.0, peak + 12.0, points=[peak - 4, peak, peak + 2], limit=400,
                    epsabs=0.0, epsrel=1e-13)[0]  # fmt: skip

    m = np.array([moment(k) for k in range(2 * size)])
    m /= m[0]
    hankel = np.array([[m[i + j] for j in range(size)] for i in range(size)])
    roots = np.roots([1.0, *np.linalg.solve(hankel, -m[size:])[::-1]]).real
    weights = np.linalg.solve(np.vander(roots, size, increasing=True).T, m[:size])
    return [(1.0 / x - 1.0, w) for x, w in zip(roots, weights, strict=True)]


def nodes_of(share: list[float], held: list[float], peak: float, united: float, size: int) -> list[Node]:
    """Return the nodes of one pool, with the chance that each of its units is on a call."""
    carried = sum((1.0 - h) * y for h, y in zip(held, share, strict=True))
    load = math.exp(brentq(
        lambda a: math.exp(a) * (1.0 - away(math.exp(a), held, peak)) - carried, math.log(carried), 12.0,
        xtol=1e-14,
    ))  # fmt: skip
    while True:  # no node is slight
        rule = gauss(sum(1.0 - h for h in held) / peak, load / peak, size)
        if size <= 2 or min(w for _, w in rule) >= 1e-6:
            break
        size -= 1

    def at(power: float) -> list[Node]:
        odds = [
            math.exp(brentq(
                lambda o, y=y: sum(w / (1.0 + t**power * math.exp(-o)) for t, w in rule) - y, -60.0, 60.0,
                xtol=1e-13,
            )) for y in share
        ]  # fmt: skip
        return [(w, [o / (o + t**power) for o in odds]) for t, w in rule]

    def none_free(power: float) -> float:
        return math.log(sum(
            w * math.prod(h + (1.0 - h) * x for h, x in zip(held, chances, strict=True))
            for w, chances in at(power)
        ))  # fmt: skip

    target = (1.0 - united) * none_free(1.0) + united * math.log(away(load, held, peak))
    low, high = math.log(0.05), math.log(3.0)
    if none_free(math.exp(low)) > target:
        return at(math.exp(low))
    if none_free(math.exp(high)) < target:
        return at(math.exp(high))
    return at(math.exp(brentq(lambda k: none_free(math.exp(k)) - target, low, high, xtol=1e-12)))


class Pools:
    """Which units calls keep busy together."""

    def __init__(self, arrays: PlanArrays, cars: list[Car], made: dict[tuple[int, str], Attendance]) -> None:
        self.cars, self.arrays = cars, arrays
        self.worked = [t for t in range(len(arrays.types)) if arrays.types.streams[t] != "attack"]
        self.made = made
        kinds = sorted({(car.tier, car.crew) for car in cars})
        linked = {(a, b) for a in kinds for b in kinds for t in self.worked if self._replaces(t, a, b)}
        of: dict[tuple[int, tuple[int, int]], int] = {}
        for force, kind in product(range(len(arrays.forces)), kinds):
            if any(self._useful(t, kind) for t in self.worked):
                of[force, kind] = len(of)
        for (f, a), (g, b) in product(list(of), repeat=2):  # join what is linked
            if arrays.forces.shares[f, g] and (a == b or (a, b) in linked or (b, a) in linked):
                old, new = of[f, a], of[g, b]
                of = {key: new if number == old else number for key, number in of.items()}
        self.of = [of.get((car.force, (car.tier, car.crew)), -1) for car in cars]

    def _useful(self, t: int, kind: tuple[int, int]) -> bool:
        return self.made[t, "full"].helps((), kind) or any(
            self.made[t, "full"].helps((other,), kind) for other in self.made[t, "full"].kinds
        )

    def takes(self, t: int, kind: tuple[int, int]) -> int:
        """Return how many units of a kind are of use in an attendance."""
        there: Kinds = ()
        while self.made[t, "full"].helps(there, kind):
            there = (*there, kind)
        return len(there)

    def _replaces(self, t: int, a: tuple[int, int], b: tuple[int, int]) -> bool:
        """Return whether enough units of kind a leave nothing for kind b in a call that both can help."""
        if not (self._useful(t, a) and self._useful(t, b)):
            return False
        return not self.made[t, "full"].helps((a,) * self.takes(t, a), b)


def independent(busy: list[float]) -> list[Node]:
    """Return the one node of units that are independent."""
    return [(1.0, [1.0 - b for b in busy])]


def spread(
    arrays: PlanArrays, times: Times, pools: Pools, held: list[float], busy: list[float], late: list[Late],
    weight: np.ndarray, on_duty: Any,
) -> dict[int, list[Node]]:  # fmt: skip
    """Return the nodes of every force, those of its pools in every combination."""
    cars, rates = pools.cars, call_rates(arrays)
    found: dict[int, list[Node]] = {}
    for force in range(len(arrays.forces)):
        nodes = independent(busy)
        mine = sorted(
            {
                p
                for p, car in zip(pools.of, cars, strict=True)
                if p >= 0 and arrays.forces.shares[force, car.force]
            }
        )
        planned = [p for p in mine if any(
            arrays.forces.planned[g] and arrays.forces.shares[g, car.force] for g in range(len(arrays.forces))
            for q, car in zip(pools.of, cars, strict=True) if q == p)]  # fmt: skip
        several = [p for p in planned if pools.of.count(p) > 1]
        limit = {1: 4, 2: 3}.get(max(len(several), 1), 2)
        for pool in several:
            everybody = [k for k in range(len(cars)) if pools.of[k] == pool and on_duty[k]]
            members = [k for k in everybody if held[k] < 1.0 and busy[k] - held[k] > 1e-13 * (1.0 - held[k])]
            share = [min((busy[k] - held[k]) / (1.0 - held[k]), 1.0 - 1e-9) for k in members]
            if len(members) < 2:
                continue
            total = square = able = 0.0
            for t, place in product(pools.worked, range(len(arrays.areas))):
                calls = float(rates[t, place] * weight[t])
                kinds = [(cars[k].tier, cars[k].crew) for k in range(len(cars)) if pools.of[k] == pool]
                useful = [kind for kind in kinds if pools._useful(t, kind)]
                if calls == 0.0 or not useful or not arrays.forces.shares[force, arrays.areas.forces[place]]:
                    continue
                takes = pools.takes(t, useful[0])
                scene = float(arrays.types.scene_min[t] * (1.0 - arrays.types.stand_down_share[t]))
                work = takes * calls * (scene + 1.0)
                total, square = total + work, square + work * takes
                may = [
                    p for _, k, p in line_up(arrays, times, cars, [1.0] * len(cars), late, on_duty, place)
                    if pools.of[k] == pool and pools._useful(t, (cars[k].tier, cars[k].crew))
                ]  # fmt: skip
                if len(everybody) > 1:
                    able += work * min(max(sum(may) - 1.0, 0.0) / (len(everybody) - 1), 1.0)
            size = min(limit, (len(members) + 2) // 2, (pools.of.count(pool) + 2) // 2)
            own = nodes_of(share, [held[k] for k in members], square / total, (able / total) ** 2, size)
            combined = []
            for (w, free), (v, chances) in product(nodes, own):
                mine = list(free)
                for k, x in zip(members, chances, strict=True):
                    mine[k] = (1.0 - held[k]) * (1.0 - x)
                combined.append((w * v, mine))
            nodes = combined
        found[force] = nodes
    return found


def carried_by(
    arrays: PlanArrays, times: Times, cars: list[Car], nodes: dict[int, list[Node]], late: list[Late],
    weight: np.ndarray, on_duty: Any, made: dict[tuple[int, str], Attendance],
) -> list[float]:  # fmt: skip
    """Return the hours of work an hour that each unit does."""
    rates = call_rates(arrays)
    work = [0.0] * len(cars)
    for t, place in product(range(len(arrays.types)), range(len(arrays.areas))):
        calls = float(rates[t, place] * weight[t])
        if arrays.types.streams[t] == "attack" or calls == 0.0:
            continue
        scene = float(arrays.types.scene_min[t] * (1.0 - arrays.types.stand_down_share[t]))
        for part, free in nodes[int(arrays.areas.forces[place])]:
            lined = line_up(arrays, times, cars, free, late, on_duty, place)
            for rank, (minutes, number, comes) in enumerate(lined):
                helped = 0.0
                for come in product((True, False), repeat=rank):
                    chance = math.prod(
                        p if yes else 1.0 - p for yes, (_, _, p) in zip(come, lined[:rank], strict=True)
                    )
                    arrived = [cars[k] for yes, (_, k, _) in zip(come, lined[:rank], strict=True) if yes]
                    there = tuple((car.tier, car.crew) for car in arrived)
                    if chance > 0.0 and made[t, "full"].helps(there, (cars[number].tier, cars[number].crew)):
                        helped += chance
                work[number] += part * calls * helped * comes * (minutes + scene) / 60.0
    return work


def line_up(
    arrays: PlanArrays, times: Times, cars: list[Car], free: list[float], late: list[Late], on_duty: Any,
    place: int,
) -> list[tuple[float, int, float]]:  # fmt: skip
    """Return minutes, number and chance of the units on duty that can come, by arrival, then by number.

    A unit that may have something to break off is there twice.
    """
    force = int(np.concatenate([arrays.areas.forces, arrays.key_locations.forces])[place])
    found = []
    for number, car in enumerate(cars):
        minutes, may = minutes_to(arrays, times, car, place, force)
        if on_duty[number] and math.isfinite(minutes):
            at_work, break_off = late[number]
            for share, delay in ((1.0 - at_work, 0.0), (at_work, break_off)):
                if share > 0.0:
                    found.append((minutes + delay, number, may * share * free[number]))
    return sorted(found)


def twin(
    arrays: PlanArrays, times: Times, standards: dict[str, Standard], *, if_free: bool = False
) -> Answer:
    """Return the answer of the cover model by enumeration."""
    cars, made = cars_of(arrays), attendances(arrays)
    answer, pools = Answer(busy=[0.0] * len(cars)), Pools(arrays, cars, made)
    rows = arrays.units
    alike = [(c.site, c.tier, c.force, c.crew, bool(rows.pooled[c.row]), rows.hours[c.row].tobytes(),
              -1 if math.isnan(rows.notice_min[c.row]) else c.row) for c in cars]  # fmt: skip
    duty = [0] * len(cars)
    force_of = np.concatenate([arrays.areas.forces, arrays.key_locations.forces])
    limit = arrays.plan.document.travel.limit_min
    for (on_duty, taken, _), hours in hours_alike(arrays, cars).items():
        weight = arrays.types.hour_weight[:, hours].mean(axis=1)
        both = held_and_late(arrays, cars, on_duty, taken)
        held, late = ([0.0] * len(cars), [NEVER_LATE] * len(cars)) if if_free else (
            [h for h, _ in both], [d for _, d in both])  # fmt: skip
        mean = [(1.0, at_work * delay) for at_work, delay in late]  # for how busy units are
        busy = [h if on else 0.0 for h, on in zip(held, on_duty, strict=True)]
        nodes = {force: independent(busy) for force in range(len(arrays.forces))}
        for _ in range(0 if if_free else 60):
            nodes = spread(arrays, times, pools, held, busy, mean, weight, on_duty)
            work = carried_by(arrays, times, cars, nodes, mean, weight, on_duty, made)
            same = [[k for k in range(len(cars)) if on_duty[k] and alike[k] == mine] for mine in alike]
            even = [
                sum(work[k] for k in group) / max(len(group), 1) for group in same
            ]  # alike: an even share
            load = [w / (1.0 - b) if b < 1.0 else 0.0 for w, b in zip(even, busy, strict=True)]
            new = [(h + w) / (1.0 + w) if on else 0.0 for h, w, on in zip(held, load, on_duty, strict=True)]
            change, busy = max(map(abs, np.subtract(new, busy)), default=0.0), new
            if change < 1e-11:
                break
        for number in range(len(cars)):
            answer.busy[number] += busy[number] * len(hours) * on_duty[number]
            duty[number] += len(hours) * on_duty[number]
        for place, (t, measure) in product(range(len(force_of)), made):
            if not arrays.forces.planned[force_of[place]]:
                continue
            share = len(hours) * weight[t] / 168.0
            extra = float(arrays.types.authorisation_min[t])
            extra += float(arrays.types.rendezvous_min[t]) if measure == "full" else 0.0
            for part, free in nodes[int(force_of[place])]:
                lined = line_up(arrays, times, cars, free, late, on_duty, place)
                for chance, when in outcomes(cars, lined, made[t, measure]):
                    key = (t, measure, place)
                    note(answer, arrays, standards, key, share * part * chance, when + extra, limit)
    answer.busy = [b / h if h else 0.0 for b, h in zip(answer.busy, duty, strict=True)]
    return answer


def note(
    answer: Answer, arrays: PlanArrays, standards: dict[str, Standard], key: tuple[int, str, int],
    share: float, when: float, limit: float,
) -> None:  # fmt: skip
    """Write down one way in which a call can go."""
    t, measure, place = key
    answer.mean[key] += share * min(when, limit)
    answer.arrivals[key].append((when, share))
    for name, standard in standards.items():
        if (arrays.types.ids.index(standard.incident_type), standard.measure) != (t, measure):
            continue
        within = standard_minutes(arrays, standard, place)
        if within is not None and when <= within + 1e-9:
            answer.reached[name, place] += share


def standard_minutes(arrays: PlanArrays, standard: Standard, place: int) -> float | None:
    """Return a standard's minutes at a place; None where it does not hold."""
    areas = len(arrays.areas)
    at_key = place >= areas
    where, row = (arrays.key_locations, place - areas) if at_key else (arrays.areas, place)
    force, klass = int(where.forces[row]), int(where.classes[row])
    if at_key != (standard.of == "key_locations") or not arrays.forces.planned[force]:
        return None
    if standard.classes and arrays.classes.ids[klass] not in standard.classes:
        return None
    if standard.forces and arrays.forces.ids[force] not in standard.forces:
        return None
    own = float(arrays.key_locations.within_min[row]) if at_key and standard.measure == "first" else math.nan
    return standard.within_min if math.isnan(own) else own
