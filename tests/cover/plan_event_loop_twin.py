"""The event loop once more, with objects and a heap: slow, plain, and sharing only the numbers of the world.

It knows no switches for what the product leaves out; see `plan_event_loop.Rules`.
"""

from __future__ import annotations

import heapq
from itertools import count
from typing import Any

import numpy as np
from plan_event_loop import HOURS, SLACK_MIN, Happened, Rules, Tally, World, happened


class Unit:
    """One unit, and what it is doing: off, idle, job (fixed or breakable), call, or on a commitment."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.on_duty = False
        self.doing = "off"
        self.commitment: int | None = None
        self.ticket = 0  # an event with an older one is void
        self.since = 0.0


class Twin:
    """The world in motion."""

    def __init__(self, world: World, rules: Rules, rng: np.random.Generator) -> None:
        self.world, self.rules, self.rng = world, rules, rng
        self.units = [Unit(number) for number in range(world.on_duty.shape[1])]
        self.wanted = dict.fromkeys(range(len(world.commitments.takes)), 0)
        self.heap: list[tuple[float, int, str, Any]] = []
        self.serial = count()
        self.now = 0.0
        self.most_calls = float(world.calls.rate.sum(axis=1).max()) / 60.0

    def play(self, batches: int, weeks: int, looks_per_hour: float) -> Tally:
        """Play a batch that warms up and those that count."""
        standards, places = self.world.asked.within_min.shape
        attendances, units = len(self.world.asked.type), len(self.units)
        shapes = [
            (standards, places),
            (attendances, places),
            (attendances,),
            (units,),
            (units,),
            (units,),
            (),
        ]
        self.tally = Tally(*(np.zeros((batches, *shape)) for shape in shapes))
        self.batch_min = weeks * HOURS * 60.0
        self.look_gap = 60.0 / looks_per_hour

        end = (batches + 1) * self.batch_min
        self.at(0.0, "hour", 0)
        self.at(self.rng.exponential(self.look_gap), "look", None)
        if self.most_calls > 0.0:
            self.at(self.rng.exponential(1.0 / self.most_calls), "call", None)
        while True:
            moment, _, event, what = heapq.heappop(self.heap)
            if moment >= end:
                break
            self.now = moment
            getattr(self, event)(what)
        return self.tally

    @property
    def batch(self) -> int:
        """The batch that it is, -1 while warming up."""
        return int(self.now // self.batch_min) - 1

    @property
    def hour_of_week(self) -> int:
        """The hour of the week."""
        return int(self.now // 60.0) % HOURS

    def at(self, moment: float, event: str, what: Any) -> None:
        """Note an event."""
        heapq.heappush(self.heap, (moment, next(self.serial), event, what))

    # --- units ----------------------------------------------------------------------------------------------

    def set(self, unit: Unit, doing: str, after: float | None = None) -> None:
        """Let a unit do something, until something else happens or for so many minutes."""
        self.book(unit)
        unit.doing = doing
        unit.ticket += 1
        if after is not None:
            self.at(self.now + after, "turn", (unit, unit.ticket))

    def book(self, unit: Unit) -> None:
        """Count what a unit has been doing."""
        minutes, unit.since = self.now - unit.since, self.now
        if self.batch >= 0 and unit.on_duty:
            self.tally.duty_min[self.batch, unit.number] += minutes
            if unit.doing == "call":
                self.tally.call_min[self.batch, unit.number] += minutes
            elif unit.doing == "fixed job" or self.is_held(unit):
                self.tally.fixed_min[self.batch, unit.number] += minutes

    def is_held(self, unit: Unit) -> bool:
        """Return whether a unit is on a commitment that can't be broken off."""
        return unit.doing == "committed" and not self.world.commitments.breakable[unit.commitment]

    def turn(self, what: tuple[Unit, int]) -> None:
        """Let what a unit was doing come to its end."""
        unit, ticket = what
        if ticket != unit.ticket:
            return
        if unit.doing == "call" and not unit.on_duty:
            self.set(unit, "off")
        elif unit.doing == "call" and unit.commitment is not None:
            self.set(unit, "committed")
        elif unit.doing == "idle":
            self.take_job(unit)
        else:
            self.rest(unit)

    def take_job(self, unit: Unit) -> None:
        """Give a unit a job."""
        jobs = self.world.jobs
        is_breakable = self.rng.random() < jobs.breakable[unit.number]
        length = self.rng.exponential(jobs.mean_min[unit.number])
        self.set(unit, "breakable job" if is_breakable else "fixed job", length)

    def rest(self, unit: Unit) -> None:
        """Leave a unit idle until its next job."""
        share = self.world.jobs.share[unit.number]
        if share == 0.0:
            self.set(unit, "idle")
        else:
            mean = self.world.jobs.mean_min[unit.number] / share * (1.0 - share)
            self.set(unit, "idle", self.rng.exponential(mean))

    def work(self, unit: Unit) -> None:
        """Put a unit to ordinary work as if it had been at it for long."""
        if self.rng.random() < self.world.jobs.share[unit.number]:
            self.take_job(unit)
        else:
            self.rest(unit)

    # --- hours ----------------------------------------------------------------------------------------------

    def hour(self, _: Any) -> None:
        """Begin an hour of the week."""
        self.at(self.now + 60.0, "hour", None)
        hour = round(self.now / 60.0) % HOURS
        for unit in self.units:
            self.book(unit)
            on_duty = bool(self.world.on_duty[hour, unit.number])
            if on_duty != unit.on_duty:
                unit.on_duty = on_duty
                unit.commitment = None
                if unit.doing != "call":
                    self.work(unit) if on_duty else self.set(unit, "off")

        commitments = self.world.commitments
        for c in self.wanted:
            if commitments.begins[hour, c] or not commitments.runs[hour, c]:
                self.wanted[c] = 0
            if commitments.relieved[hour, c] or self.wanted[c] == 0:
                for unit in self.members(c):
                    self.release(unit)
            if commitments.begins[hour, c] and self.rng.random() < commitments.chance[c]:
                self.wanted[c] = int(np.floor(commitments.takes[c] + self.rng.random()))
        for c, wanted in self.wanted.items():
            may = [unit for unit in self.units if self.may_take(c, unit)]
            missing = max(wanted - len(self.members(c)), 0)
            for k in self.rng.permutation(len(may))[:missing]:
                may[k].commitment = c
                if may[k].doing != "call":
                    self.set(may[k], "committed")

    def members(self, c: int) -> list[Unit]:
        """Return the units on a commitment, those included who go back to it after a call."""
        return [unit for unit in self.units if unit.commitment == c]

    def release(self, unit: Unit) -> None:
        """Let a unit off its commitment."""
        if unit.doing == "call":
            unit.commitment = None
        else:
            self.work(unit)
            unit.commitment = None

    def may_take(self, c: int, unit: Unit) -> bool:
        """Return whether a unit may be taken; what can't be broken off takes from what can."""
        own = self.world.commitments
        if not unit.on_duty or not own.can_take[c, unit.number]:
            return False
        return unit.commitment is None or bool(own.breakable[unit.commitment] and not own.breakable[c])

    # --- calls and looks ------------------------------------------------------------------------------------

    def there(self) -> list[tuple[Unit, float, int | None]]:
        """Return who could be sent, with minutes of breaking off and position of who is on patrol."""
        patrol = self.rules.patrol
        found = list[tuple[Unit, float, int | None]]()
        for unit in self.units:
            position = None
            if self.rng.random() < patrol.share[unit.number]:
                chances = np.diff(patrol.at[unit.number], prepend=0.0)
                position = int(self.rng.choice(len(chances), p=chances))
            if unit.doing == "committed" and not self.is_held(unit):
                late = float(self.world.commitments.break_off_min[unit.commitment])
                found.append((unit, late, position))
            elif unit.doing == "breakable job":
                found.append((unit, float(self.world.jobs.break_off_min[unit.number]), position))
            elif unit.doing == "idle":
                found.append((unit, 0.0, position))
        return found

    def line(self, there: list[tuple[Unit, float, int | None]], place: int) -> list[tuple[float, Any]]:
        """Return expected minutes of those who may come, in order, and what they are made of."""
        ways = self.world.ways
        lends = {int(force): self.rng.random() for force in np.unique(ways.force)}
        found = []
        for k in self.rng.permutation(len(there)):
            unit, late, position = there[k]
            n = unit.number
            drawn = lends[int(ways.force[n])] if self.rules.lend_by_force else self.rng.random()
            drive = ways.drive_min[n, place]
            ready = float(ways.ready_min[n])
            if position is not None:
                drive = self.rules.patrol.drive_min[position, place] * ways.speed_factor[n]
                own = float(self.rules.patrol.ready_min[position])
                ready = ready if np.isnan(own) else own
            expected = late + ready + ways.notice_min[n, place] + drive
            if drawn < ways.lent[n, place] and np.isfinite(expected):
                found.append((expected, (unit, late, ready, drive)))
        return sorted(found, key=lambda one: one[0])

    def sent(self, line: list[tuple[float, Any]], measure: int, kind: int) -> tuple[list[Any], bool]:
        """Return who of a line is sent, and whether that is enough."""
        needs = self.world.needs
        machine = needs.machine[measure, kind]
        complete = needs.sizes[machine] - 1
        state, found = 0, []
        for _, one in line:
            unit_kind = needs.kind[machine, one[0].number]
            if unit_kind >= 0 and needs.next_state[machine, unit_kind, state] != state:
                found.append(one)
                state = needs.next_state[machine, unit_kind, state]
        return found, state == complete

    def varied(self, mean: float, cv: float) -> float:
        """Return a lognormal number."""
        sigma = float(np.sqrt(np.log(1.0 + cv**2)))
        return float(mean * self.rng.lognormal(-(sigma**2) / 2.0, sigma)) if cv > 0.0 else float(mean)

    def way(self, one: tuple[Unit, float, float, float], place: int) -> float:
        """Return minutes from being sent to arriving."""
        unit, late, ready, drive = one
        ways, spread = self.world.ways, self.rules.spread
        ready = self.varied(ready, spread.turnout_cv[unit.number])
        notice = float(ways.notice_min[unit.number, place])
        return late + ready + notice + self.varied(drive, spread.drive_cv[place])

    def call(self, _: Any) -> None:
        """Let a call come, of those that would come in the busiest hour."""
        self.at(self.now + self.rng.exponential(1.0 / self.most_calls), "call", None)
        calls = self.world.calls
        rates = calls.rate[self.hour_of_week]
        if self.rng.random() >= rates.sum() / 60.0 / self.most_calls:
            return
        kind = int(self.rng.choice(len(rates), p=rates / rates.sum()))
        chances = np.diff(calls.at_place[kind], prepend=0.0)
        place = int(self.rng.choice(len(chances), p=chances))
        if self.batch >= 0:
            self.tally.calls[self.batch] += 1

        scene = self.rng.exponential(calls.scene_min[kind])
        for one in self.sent(self.line(self.there(), place), 1, kind)[0]:
            at_scene = self.rng.exponential(calls.scene_min[kind]) if self.rules.scene_apart else scene
            self.set(one[0], "call", self.way(one, place) + at_scene)

    def look(self, _: Any) -> None:
        """Look when a call from each place would be attended."""
        self.at(self.now + self.rng.exponential(self.look_gap), "look", None)
        if self.batch < 0:
            return
        asked, tally = self.world.asked, self.tally
        weights = asked.weight[self.hour_of_week]
        tally.weight[self.batch] += weights
        there = self.there()
        for place in asked.places:
            line = self.line(there, place)
            for a, (kind, measure) in enumerate(zip(asked.type, asked.measure, strict=True)):
                come, is_enough = self.sent(line, int(measure), int(kind))
                minutes = max((self.way(one, place) for one in come), default=0.0)
                minutes += self.varied(asked.authorisation_min[a], self.rules.spread.authorisation_cv[a])
                minutes += asked.rendezvous_min[a]
                if not is_enough or minutes > asked.limit_min:
                    tally.minutes[self.batch, a, place] += weights[a] * asked.limit_min
                    continue
                tally.minutes[self.batch, a, place] += weights[a] * minutes
                is_in_time = minutes <= asked.within_min[:, place] + SLACK_MIN
                tally.in_time[self.batch, is_in_time & (asked.of_standard == a), place] += weights[a]


def play(
    world: World, rules: Rules, *, seed: int, weeks: int, batches: int = 20, looks_per_hour: float = 0.25
) -> Happened:
    """Play a plan and say what happened; as `plan_event_loop.play`."""
    twin = Twin(world, rules, np.random.default_rng(seed))
    return happened(world, twin.play(batches, weeks // batches, looks_per_hour))
