"""What a hypercube gives back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from standby._checks import numbers
from standby._show import Shown
from standby.queueing._errors import QueueingInputError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from standby._typing import Floats

__all__ = ["Hypercube"]


@dataclass(frozen=True, eq=False)
class Hypercube(Shown):
    """Steady state of areas that call and units that answer.

    Attributes
    ----------
    busy
        Share of its time that each unit is busy, shape (units,).
    dispatch
        Calls of an area that go to a unit, as a fraction of all calls, calls that wait included; sums to 1 -
        `lost`, shape (areas, units).
    calls
        Calls of each area as a fraction of all calls, shape (areas,).
    lost
        Fraction of all calls that find no unit of their list free and are lost; 0 when calls wait.
    delayed
        Fraction of all calls that wait; 0 when calls are lost.
    lost_by_area
        Fraction of an area's own calls that are lost, 0 for an area without calls, shape (areas,).
    queue_length
        Mean number of calls waiting; 0 when calls are lost.
    wait
        Mean wait of all calls, those that do not wait included; 0 when calls are lost [time unit of the
        rates].
    states
        Chance of each set of busy units, bit n set when unit n is busy; calls waiting are part of the states
        in which their units are busy; None when it was not kept, shape (2^units,).
    residual
        Largest share, over layers of equal numbers of busy units, by which the flows into and out of the
        states differ; for an approximation the last change of a busy fraction.
    sweeps
        Number of sweeps or passes done.
    """

    busy: Floats
    dispatch: Floats
    calls: Floats
    lost: float
    delayed: float
    lost_by_area: Floats
    queue_length: float
    wait: float
    states: Floats | None
    residual: float
    sweeps: int

    def mean_response(self, times: ArrayLike) -> float:
        """Return the mean response of all calls that are answered.

        Parameters
        ----------
        times
            Response of each unit to each area, inf where it may not or cannot serve, shape (areas, units)
            [min].

        Returns
        -------
        float
            The mean over dispatches, waits in the queue left out; nan when every call is lost [min].

        Raises
        ------
        QueueingInputError
            When the shape is not that of `dispatch`, or a time is negative or not a number.
        """
        weighed = np.array([self._weigh(times).sum()])
        return float(_ratio(weighed, np.array([self.dispatch.sum()]))[0])

    def mean_response_by_area(self, times: ArrayLike) -> Floats:
        """Return the mean response to each area's answered calls, nan without any, shape (areas,) [min].

        `times` as for :meth:`mean_response`.
        """
        return _ratio(self._weigh(times).sum(axis=1), self.dispatch.sum(axis=1))

    def mean_response_by_unit(self, times: ArrayLike) -> Floats:
        """Return the mean response of each unit's dispatches, nan without any, shape (units,) [min].

        `times` as for :meth:`mean_response`.
        """
        return _ratio(self._weigh(times).sum(axis=0), self.dispatch.sum(axis=0))

    def reached(self, times: ArrayLike, limit: float) -> Floats:
        """Return the share of each area's calls reached within a limit, nan without any, shape (areas,).

        `times` as for :meth:`mean_response`; `limit` in the same unit [min]. Calls lost are not reached.
        With a queue the wait is left out.
        """
        within = self._check_times(times) <= limit
        return _ratio(np.where(within, self.dispatch, 0.0).sum(axis=1), self.calls)

    def _check_times(self, times: ArrayLike) -> Floats:
        """Refuse times that do not fit the areas and units."""
        matrix = numbers("times", times, refusal=QueueingInputError)
        if matrix.shape != self.dispatch.shape:
            raise QueueingInputError(
                f"times: shape {matrix.shape} is not (areas, units) = {self.dispatch.shape}",
                "transpose or fill it",
            )
        if np.isnan(matrix).any() or (matrix < 0).any():
            raise QueueingInputError(
                "times holds a number below 0 or that is none",
                "give numbers of at least 0, inf where a unit may not or cannot serve",
            )
        return matrix

    def _weigh(self, times: ArrayLike) -> Floats:
        """Weigh times with dispatches; what never happens weighs nothing, even if it takes for ever."""
        matrix = self._check_times(times)
        used = self.dispatch > 0
        weighed = np.zeros_like(self.dispatch)
        np.multiply(self.dispatch, matrix, out=weighed, where=used)
        return weighed


def _ratio(top: Floats, bottom: Floats) -> Floats:
    """Divide, nan where there is nothing to divide by."""
    ratio = np.full(top.shape, np.nan)
    np.divide(top, bottom, out=ratio, where=bottom > 0)
    return ratio
