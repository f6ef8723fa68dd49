"""Cover counted by the first, second, … unit in reach: behind BACOP, DSM, MEXCLP and MALP."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from standby.locate import verify
from standby.locate.engine.mip import Mip, MipAnswer
from standby.locate.errors import NoAnswerYetError

if TYPE_CHECKING:
    from standby._typing import Codes, Floats
    from standby.locate.engine.control import Control
    from standby.locate.minutes import CoverGroups
    from standby.locate.reach import Reach
    from standby.locate.result import Siting


@dataclass(frozen=True)
class Level:
    """What reaching a group with `need` units, beyond those of earlier levels, is worth to each group."""

    need: Codes
    value: Floats
    least: float = 0.0
    """1 when every group must meet the level."""


class LevelModel:
    """Choose units x so that the levels met are worth most: ``sum of need * y <= sum of x in reach``."""

    def __init__(self, reach: Reach, groups: CoverGroups, levels: list[Level]) -> None:
        self.reach = reach
        self.levels = levels
        self.bound_by_cover = any(level.least > 0 for level in levels)
        self.who_reaches = groups.matrix(reach.n_sites)

        # Columns: units at each site, and for each level whether a group meets it.
        self.mip = Mip()
        self.x = self.mip.columns(reach.n_sites, lower=reach.least, upper=reach.most)
        self.met = [
            self.mip.columns(groups.size, cost=-level.value, lower=level.least, upper=1.0) for level in levels
        ]

        # At most the units there are, and the levels of a group take no more units than reach it.
        self.mip.rows((np.ones((1, reach.n_sites)), self.x), upper=float(reach.units))
        taken = [
            (-sparse.diags(level.need.astype(float)), y) for level, y in zip(levels, self.met, strict=True)
        ]
        self.mip.rows((self.who_reaches, self.x), *taken, lower=0.0)

        # A level counts only after the one before it.
        one = sparse.eye(groups.size)
        for earlier, later in zip(self.met[:-1], self.met[1:], strict=True):
            self.mip.rows((one, earlier), (-one, later), lower=0.0)

    def must_reach(self, groups: CoverGroups) -> None:
        """Add the condition that every group is reached at least once, under this (perhaps wider) reach."""
        self.bound_by_cover = True
        self.mip.rows((groups.matrix(self.x.size), self.x), lower=1.0)

    def worth(self, count: Floats) -> Floats:
        """Return the worth of each group with `count` units in reach."""
        total = np.zeros(count.size)
        need = np.zeros(count.size)
        for level in self.levels:
            need = need + level.need
            total += np.where(count >= need, level.value, 0.0)
        return total

    def _progress(self, count: Floats) -> Floats:
        """Return the worth of each group, part of a level's units counted as that part of its worth."""
        total = np.zeros(count.size)
        need = np.zeros(count.size)
        for level in self.levels:
            total += level.value * np.clip((count - need) / level.need, 0.0, 1.0)
            need = need + level.need
        return total

    def greedy(self, control: Control) -> Floats:
        """Return values of all columns after placing one unit after another where it is worth most."""
        reach = self.reach
        x = reach.least.astype(float)
        count = self.who_reaches @ x
        for _ in range(reach.units - int(reach.least.sum())):
            gain = self.who_reaches.T @ (self._progress(count + 1) - self._progress(count))
            gain[x >= reach.most] = -np.inf
            best_site = int(np.argmax(gain))
            if gain[best_site] <= 0 or not control.go_on():
                break
            x[best_site] += 1
            count = self.who_reaches @ x

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
            # An incumbent's units may be worth more than its own columns say.
            worth = -float(self.worth(self.who_reaches @ answer.x[self.x]).sum())
            answer = MipAnswer(answer.x, worth, min(answer.bound, worth), infeasible=False)

        if start is None or answer.infeasible:
            return answer
        value = -float(self.worth(self.who_reaches @ start[self.x]).sum())
        if answer.x is not None and answer.value <= value:
            return answer
        return MipAnswer(start, value, min(answer.bound, value), infeasible=False)


def placed_units(model: LevelModel, answer: MipAnswer, what: str) -> Codes:
    """Return the units at each site.

    Raises
    ------
    NoAnswerYetError
        If the solver has no answer when its time is over.
    """
    if answer.x is None:
        raise NoAnswerYetError(f"{what}: no answer was found in the time given; give more time")
    return answer.x[model.x].astype(np.int64)


def checked_siting(
    reach: Reach,
    placed: Codes,
    answer: MipAnswer,
    *,
    objective: float,
    control: Control,
    what: str,
) -> Siting:
    """Compare the solver's value with `objective`, computed from the input, and build the result."""
    verify.same_value(-answer.value, objective, what)
    verify.holds(int(placed.sum()) <= reach.units, "at most the units there are")
    verify.holds(bool(((placed >= reach.least) & (placed <= reach.most)).all()), "units fit their sites")

    bound = objective if answer.bound >= answer.value else -answer.bound
    return verify.finished(
        reach, placed, objective=objective, bound=bound, larger_is_better=True, control=control
    )
