"""The steady state of a hypercube: over-relaxed sweeps, with the layers brought into balance after each.

A state has neighbours only with one busy unit more or less, so the states fall into two colours and the
theory of successive over-relaxation (Young) holds: one sweep at the best factor does the work of about
three plain ones. The factor is raised from the speed that is seen. After each sweep the birth-death chain
of the layers (how many units are busy) is solved for the flows just measured, and every layer is scaled
to its share.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numba
import numpy as np

from standby.queueing import _kernels_hypercube as kernels
from standby.queueing._errors import ConvergenceError
from standby.queueing._kernels_erlang import birth_death

if TYPE_CHECKING:
    from standby._typing import Floats
    from standby.queueing._entries import Entries

_MANY_UNITS = 18  # from which on several threads pay for themselves, also when the machine is shared
_WINDOW = 6  # sweeps between two looks at the speed
_START = 1.2  # relaxation factor at first
_MOST = 1.95  # and at most


@dataclass
class Pace:
    """Chooses the relaxation factor from the speed of convergence."""

    factor: float = _START
    cap: float = _MOST

    def look(self, errors: list[float]) -> None:
        """At the end of a window, raise or lower the factor by the last errors."""
        if not errors or len(errors) % _WINDOW:
            return
        if not (0 < errors[-1] < math.inf and 0 < errors[-5] < math.inf):
            return

        # Factor by which the error shrinks in one sweep, a mean over the last four.
        shrinkage = (errors[-1] / errors[-5]) ** 0.25
        over = self.factor - 1.0

        if shrinkage >= 1.0:
            self.factor = 1.0 + over / 2.0
            self.cap = max(1.0, self.factor)
        elif shrinkage > over + 0.02:
            # Young: (shrinkage + over)^2 = shrinkage · factor^2 · rho^2, with rho the spectral radius of a
            # plain (Jacobi) sweep; the best factor is 2 / (1 + √(1 - rho^2)).
            rho = min((shrinkage + over) ** 2 / (shrinkage * self.factor**2), 1.0)
            best = 2.0 / (1.0 + math.sqrt(1.0 - rho))
            self.factor = min(max(self.factor, best), self.cap)


def starting_point(entries: Entries, service: Floats, offered: float) -> Floats:
    """Spread Erlang's layers evenly over their states."""
    units = service.size
    layer = birth_death(np.full(units, offered), np.arange(1, units + 1) * float(service.mean()))
    states = np.array([math.comb(units, k) for k in range(units + 1)], dtype=np.float64)

    chance = np.ones(1 << units)
    scale = kernels.scale_alone if units < _MANY_UNITS else kernels.scale_together
    scale(chance, entries.blocks.low_bits, np.maximum(layer, 1e-300) / states)
    return chance


class Steady:
    """Holds the chances of all states and improves them until they balance."""

    def __init__(self, entries: Entries, service: Floats) -> None:
        self.entries = entries
        self.service = service

        # Entries that no unit comes before have every call, and all own work, once.
        calls = float(entries.packed.rate[entries.packed.before == 0].sum())
        self.chance = starting_point(entries, service, calls)

        threads = numba.get_num_threads() if service.size >= _MANY_UNITS else 1
        self._together = threads > 1
        self._tallies = np.zeros((threads, service.size + 1, 4))
        self.sweeps = 0

    def sweep(self, relax: float) -> float:
        """Do one sweep; return the largest share by which a layer is out of balance."""
        entries = self.entries
        sweep = kernels.sweep_together if self._together else kernels.sweep_alone
        sweep(entries.blocks, relax, self.service, entries.packed, self.chance, self._tallies)

        mass, up, down, off = self._tallies.sum(axis=0).T
        if relax:
            self.sweeps += 1
            self._balance_layers(mass, up, down)

        flow = up + down
        return float(np.max(off / np.where(flow > 0, flow, np.inf), initial=0.0))

    def _balance_layers(self, mass: Floats, up: Floats, down: Floats) -> None:
        """Scale each layer to its share in the birth-death chain of the layers."""
        if not (np.all(mass > 0) and np.all(up[:-1] > 0) and np.all(down[1:] > 0)):
            return  # over-relaxation overshot for a moment; the next sweep puts it right

        share = birth_death(up[:-1] / mass[:-1], down[1:] / mass[1:])
        scale = kernels.scale_together if self._together else kernels.scale_alone
        scale(self.chance, self.entries.blocks.low_bits, share / mass)

    def solve(self, tolerance: float, max_sweeps: int) -> float:
        """Sweep until every layer balances to `tolerance`; return the imbalance that is left."""
        pace = Pace()
        errors: list[float] = []

        while self.sweeps < max_sweeps:
            errors.append(self.sweep(pace.factor))
            if errors[-1] <= tolerance:
                self.sweep(1.0)
                residual = self.sweep(0.0)
                if residual <= tolerance and self.chance.min() >= 0.0:
                    return residual
                errors.clear()
            pace.look(errors)

        residual = self.sweep(0.0)
        raise ConvergenceError(
            f"after {self.sweeps} sweeps the flows differ by {residual:.2g} of a layer's flow, not "
            f"{tolerance:.2g}; raise max_sweeps, or tolerance if that is near enough"
        )

    def count(self) -> tuple[Floats, Floats]:
        """Return the chances of the entries' slots and of each unit being busy, for total mass 1."""
        entries = self.entries
        threads = self._tallies.shape[0]
        shares = np.zeros((threads, entries.slots))
        busy = np.zeros((threads, self.service.size + 1))

        count = kernels.count_together if self._together else kernels.count_alone
        count(entries.blocks.low_bits, entries.packed, self.chance, shares, busy)

        # The last column counts the mass of all states.
        whole = busy.sum(axis=0)
        self.chance /= whole[-1]
        return shares.sum(axis=0) / whole[-1], whole[:-1] / whole[-1]
