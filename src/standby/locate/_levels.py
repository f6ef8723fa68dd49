"""Cover counted by the first, second, … unit in reach: behind BACOP, DSM, MEXCLP and MALP."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from standby.locate import _check
from standby.locate._finish import finished
from standby.locate._inputs import checked_units, checked_weight, room
from standby.locate._mip import Mip, MipAnswer
from standby.locate._result import NoAnswerYetError
from standby.locate._times import Times

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from numpy.typing import ArrayLike, NDArray

    from standby.locate._control import Control
    from standby.locate._result import Siting
    from standby.locate._times import CoverGroups


@dataclass(frozen=True)
class Level:
    """What reaching a group with `need` units, beyond those of earlier levels, is worth to each group."""

    need: NDArray[np.int64]
    value: NDArray[np.float64]
    least: float = 0.0
    """1 when every group must meet the level."""


@dataclass(frozen=True)
class Ranges:
    """Least and greatest number of units at each site, and of all."""

    least: NDArray[np.int64]
    most: NDArray[np.int64]
    units: int


class LevelModel:
    """Choose units x so that the levels met are worth most: ``sum of need * y <= sum of x in reach``."""

    def __init__(self, groups: CoverGroups, levels: list[Level], ranges: Ranges) -> None:
        n_sites = ranges.least.size
        self.mip = Mip()
        self.levels, self.ranges = levels, ranges
        self.bound_by_cover = any(level.least > 0 for level in levels)
        self.x = self.mip.columns(n_sites, lower=ranges.least, upper=ranges.most)
        self.reach = groups.matrix(n_sites)
        self.met = [
            self.mip.columns(groups.size, cost=-level.value, lower=level.least, upper=1.0) for level in levels
        ]
        self.mip.rows((np.ones((1, n_sites)), self.x), upper=float(ranges.units))
        taken = [
            (-sparse.diags(level.need.astype(float)), y) for level, y in zip(levels, self.met, strict=True)
        ]
        self.mip.rows((self.reach, self.x), *taken, lower=0.0)
        one = sparse.eye(groups.size)
        for earlier, later in zip(self.met[:-1], self.met[1:], strict=True):
            self.mip.rows((one, earlier), (-one, later), lower=0.0)

    def must_reach(self, groups: CoverGroups) -> None:
        """Every group is reached at least once, under this (perhaps wider) reach."""
        self.bound_by_cover = True
        self.mip.rows((groups.matrix(self.x.size), self.x), lower=1.0)

    def worth(self, count: NDArray[np.float64]) -> NDArray[np.float64]:
        """Worth of each group with `count` units in reach."""
        total, need = np.zeros(count.size), np.zeros(count.size)
        for level in self.levels:
            need = need + level.need
            total += np.where(count >= need, level.value, 0.0)
        return total

    def _progress(self, count: NDArray[np.float64]) -> NDArray[np.float64]:
        """Worth of each group with part of a level's units counted as that part of its worth."""
        total, need = np.zeros(count.size), np.zeros(count.size)
        for level in self.levels:
            total += level.value * np.clip((count - need) / level.need, 0.0, 1.0)
            need = need + level.need
        return total

    def greedy(self, control: Control) -> NDArray[np.float64]:
        """Values of all columns after placing one unit after another where it is worth most."""
        r = self.ranges
        x = r.least.astype(float)
        count = self.reach @ x
        for _ in range(r.units - int(r.least.sum())):
            gain = self.reach.T @ (self._progress(count + 1) - self._progress(count))
            gain[x >= r.most] = -np.inf
            j = int(np.argmax(gain))
            if gain[j] <= 0 or not control.go_on():
                break
            x[j] += 1
            count = self.reach @ x
        values = np.zeros(self.mip.n_columns)
        values[self.x] = x
        need = np.zeros(count.size)
        for level, columns in zip(self.levels, self.met, strict=True):
            need = need + level.need
            values[columns] = count >= need
        return values

    def solve(self, control: Control, grain: float) -> MipAnswer:
        """Solve, from a greedy placement unless cover is a condition; the value is minus the worth."""
        control.show = lambda value: -value
        start = None if self.bound_by_cover else self.greedy(control)
        answer = self.mip.solve(control, grain=grain, start=start)
        if answer.x is not None and answer.bound < answer.value:
            # an incumbent's units may be worth more than its own columns say
            worth = -float(self.worth(self.reach @ answer.x[self.x]).sum())
            answer = MipAnswer(answer.x, worth, min(answer.bound, worth), infeasible=False)
        if start is None or answer.infeasible:
            return answer
        value = -float(self.worth(self.reach @ start[self.x]).sum())
        if answer.x is not None and answer.value <= value:
            return answer
        return MipAnswer(start, value, min(answer.bound, value), infeasible=False)


def placed_units(model: LevelModel, answer: MipAnswer, what: str) -> NDArray[np.int64]:
    """Units at each site.

    Raises
    ------
    NoAnswerYetError
        If the solver has no answer when its time is over.
    """
    if answer.x is None:
        raise NoAnswerYetError(f"{what}: no answer was found in the time given; give more time")
    return answer.x[model.x].astype(np.int64)


def checked_siting(
    times: Times,
    placed: NDArray[np.int64],
    answer: MipAnswer,
    *,
    objective: float,
    within: NDArray[np.float64],
    ranges: Ranges,
    control: Control,
    what: str,
) -> Siting:
    """Compare the solver's value with `objective`, computed from the input, and build the result."""
    _check.same_value(-answer.value, objective, what)
    _check.holds(int(placed.sum()) <= ranges.units, "at most the units there are")
    _check.holds(bool(((placed >= ranges.least) & (placed <= ranges.most)).all()), "units fit their sites")
    bound = objective if answer.bound >= answer.value else -answer.bound
    return finished(
        times, placed, objective=objective, bound=bound, larger_is_better=True, control=control, within=within
    )


def read_levels(
    minutes: ArrayLike,
    weight: ArrayLike,
    within: ArrayLike,
    units: int,
    per_site: ArrayLike | None,
    fixed: Iterable[int],
    closed: Iterable[int],
) -> tuple[Times, NDArray[np.float64], NDArray[Any], Ranges]:
    """Check the arguments that the level models share."""
    times = Times(minutes)
    demand = checked_weight(weight, times.n_areas)
    reach = times.standard(within)
    units = checked_units(units)
    return (
        times,
        demand,
        reach,
        Ranges(*room(times.n_sites, units, per_site=per_site, fixed=fixed, closed=closed), units),
    )


def count_units(times: Times, placed: NDArray[np.int64], reach: NDArray[Any]) -> NDArray[np.int64]:
    """Count the units that reach each area, from the input alone."""
    sites = np.nonzero(placed)[0]
    return _check.reached_by(times, sites, placed[sites], reach)
