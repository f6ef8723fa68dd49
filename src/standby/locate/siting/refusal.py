"""What can't be reached, and what could be met instead."""

from __future__ import annotations

import numpy as np

from standby._typing import Floats
from standby.locate.engine.control import Control
from standby.locate.errors import InfeasibleError, NoAnswerYetError, PlanInfeasibleError, SitingInputError
from standby.locate.models.p_centre import p_centre
from standby.locate.siting.models import REACH_ALL, Task
from standby.locate.siting.sentences import places_by_class
from standby.words import fine_minutes

LARGEST = 5_000_000
"""Pairs of sites and places beyond which the smallest standard that could be met is not searched for."""


def _soonest(task: Task) -> Floats:
    """Return the least minutes to each place from a site that may hold a unit, or a unit that stays [min]."""
    usable = np.ones(task.question.sites.size, dtype=bool)
    usable[list(task.shut())] = False
    return task.soonest(usable)


def _limit(task: Task) -> Floats:
    """Return the time in which every place must be reached, where the model says so [min]."""
    q = task.question
    if task.model == "dsm":
        return np.full(q.places.size, task.request.outer or np.inf)
    return q.within if task.model in {"lscp", "bacop1"} else np.full(q.places.size, np.finfo(float).max)


def reachable(task: Task) -> Task:
    """Leave out places that can't be reached, where that was asked for and the model needs all."""
    if task.request.unreachable == "refuse" or task.model not in REACH_ALL:
        return task
    kept = _soonest(task) <= _limit(task)
    if not kept.any():
        return task
    return Task(
        task.question.keep(kept), task.request, task.model, task.busy, task.crews, task.fixed, task.closed
    )


def refusal(task: Task, units: int, said: str, control: Control) -> PlanInfeasibleError:
    """Return the error that says how many places of which class can't be reached, and what could be met."""
    q = task.question
    soonest = _soonest(task)
    missed = np.flatnonzero(soonest > _limit(task))
    never = ~np.isfinite(soonest)

    parts = []
    if missed.size:
        when = "at all" if task.model in {"p_median", "p_centre"} else "in time"
        parts.append(f"no site allowed reaches {places_by_class(q, q.places[missed])} {when}")
    else:
        parts.append(said.partition(": ")[2] or said)

    # What could be met instead, with these units and with one at every site.
    with_units = None
    proven = True
    if task.request.units is not None and task.question.minutes.size <= LARGEST:
        with_units, proven = _smallest(task, units, soonest, control)

    everyone = float(soonest.max())
    if np.isfinite(everyone):
        parts.append(
            "with a unit at every site allowed the smallest standard for all is "
            f"{fine_minutes(everyone)} minutes"
        )
    else:
        rest = float(soonest[~never].max(initial=0.0))
        parts.append(
            f"some can't be reached at all; without these the smallest standard with a unit at every site "
            f"allowed is {fine_minutes(rest)} minutes"
        )
    if with_units is not None and np.isfinite(with_units):
        most = "" if proven else "at most "
        parts.append(f"with {units} units it is {most}{fine_minutes(with_units)} minutes")
    fix = 'leave such places out (unreachable="leave_out")' if missed.size else ""

    ids = q.arrays.places.ids
    return PlanInfeasibleError(
        f"{task.model}: {'; '.join(parts)}",
        fix,
        places=tuple(ids[i] for i in q.places[missed]),
        areas=tuple(int(i) for i in q.places[missed]),
        smallest_with_units=np.inf if never.any() else with_units,
        smallest_unlimited=everyone,
    )


def _smallest(task: Task, units: int, best: Floats, control: Control) -> tuple[float | None, bool]:
    """Return the smallest standard that the units could meet for the places that can be reached [min].

    None if there was no time to find one; also whether it is proven, or only an upper limit.
    """
    served = np.isfinite(best)
    try:
        found = p_centre(
            task.minutes[:, served],
            units + task.question.units_beside,
            fixed=task.fixed_rows,
            closed=task.shut(),
            **control.left(),
        )
    except NoAnswerYetError:
        return None, False
    except (InfeasibleError, SitingInputError):
        return float("inf"), True
    return found.objective, found.gap == 0.0
