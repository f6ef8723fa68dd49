"""Sweeps over models in which one event may join states of one colour: several units a call, own work.

The states are put into classes (for instance by how many units are busy). After each sweep the small chain of
the classes is solved for the flows just measured, and every class is scaled to its share.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from standby.queueing._errors import ConvergenceError
from standby.queueing._steady import Pace

if TYPE_CHECKING:
    from collections.abc import Callable

    from standby._typing import Floats

# The theory behind larger factors needs two colours of states. At loads of 0.1 to 0.6, with one to three
# units a call, no other factor needed far fewer sweeps than this one.
_MOST_RELAXED = 1.2


def class_factors(mass: Floats, flow: Floats) -> Floats:
    """Solve the chain of the classes for the flows just measured; return the factor that scales each class.

    Parameters
    ----------
    mass
        Chance of each class, 0 for classes that are never entered, shape (classes,).
    flow
        Flow from class to class, shape (classes, classes).
    """
    live = np.flatnonzero(mass > 0)
    factor = np.ones(mass.size)
    rates = flow[np.ix_(live, live)] / mass[live, None]

    # Flows in equal flows out; one equation is spare, and the sum of the shares takes its place.
    system = rates.T - np.diag(rates.sum(axis=1))
    system[-1] = 1.0
    share = np.linalg.solve(system, np.eye(1, live.size, live.size - 1)[0])

    if np.all(share > 0):
        factor[live] = share / mass[live]
    return factor


def largest_imbalance(off: Floats, flow: Floats) -> float:
    """Return the largest imbalance of a class as a share of what leaves it."""
    leaving = flow.sum(axis=1)
    return float(np.max(off / np.where(leaving > 0, leaving, np.inf)))


def sweep_until_balanced(
    sweep: Callable[[float], float],
    chance: Floats,
    tolerance: float,
    max_sweeps: int,
    *,
    class_name: str,
) -> tuple[float, int]:
    """Sweep until every class balances; return the imbalance that is left and the number of sweeps.

    Parameters
    ----------
    sweep
        Relaxes all states once by a factor, only measures when it is 0, and returns the largest imbalance.
    chance
        Chances of the states, which `sweep` improves in place.
    tolerance, max_sweeps
        As for :func:`standby.queueing.hypercube`.
    class_name
        What a class is called in a message.
    """
    pace = Pace(cap=_MOST_RELAXED)
    errors: list[float] = []

    for sweeps in range(1, max_sweeps + 1):
        errors.append(sweep(pace.factor))

        # What a relaxed sweep measures is not yet the truth: confirm it after a plain one.
        if errors[-1] <= tolerance:
            sweep(1.0)
            residual = sweep(0.0)
            if residual <= tolerance and chance.min() >= 0.0:
                return residual, sweeps
            errors.clear()

        pace.look(errors)

    raise ConvergenceError(
        f"after {max_sweeps} sweeps the flows differ by {sweep(0.0):.2g} of a {class_name}'s flow, not "
        f"{tolerance:.2g}; raise max_sweeps, or tolerance if that is near enough"
    )
