"""The form of the model without roads: minutes are a concave function of distance and of both ends."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from standby._show import Shown
from standby._typing import Floats
from standby.travel._check import TravelInputError
from standby.travel.classes import TRAVEL_CLASSES


@dataclass(frozen=True, slots=True)
class CarMinutesModel(Shown):
    r"""Parameters of the model, and the model itself.

    For two places `km` apart, of classes `a` and `b`,

    .. math:: t = t_0 + 60\,km / v + d_a (1 - e^{-km/r_a}) + d_b (1 - e^{-km/r_b}).

    Far from both ends everybody drives at the speed `v`; each end adds a delay that grows to `d` minutes
    within a few of its reaches `r`. The minutes are positive at distance 0, smooth, concave, increasing in
    distance, and the same both ways.

    Parameters
    ----------
    start_min
        Minutes at distance 0, `t_0` above [min].
    far_kph
        Speed over the ground far from both ends, in a straight line, `v` [km/h].
    delay_min
        Most that an end of each class adds, in the order of `TRAVEL_CLASSES`, `d` [min].
    reach_km
        Distance within which an end of each class adds 63% of it, `r` [km].

    Raises
    ------
    TravelInputError
        If a parameter is outside its range, so that the minutes would not increase with distance.
    """

    start_min: float
    far_kph: float
    delay_min: tuple[float, ...]
    reach_km: tuple[float, ...]

    def __post_init__(self) -> None:
        if not (len(self.delay_min) == len(self.reach_km) == len(TRAVEL_CLASSES)):
            raise TravelInputError(
                "the model lacks a delay or a reach", f"give one of each for {list(TRAVEL_CLASSES)}"
            )

        values = np.array([self.start_min, self.far_kph, *self.delay_min, *self.reach_km])
        if not np.isfinite(values).all():
            raise TravelInputError(f"a parameter of the model is not finite: {self}", "give finite numbers")

        if self.start_min <= 0 or self.far_kph <= 0 or min(self.delay_min) < 0 or min(self.reach_km) <= 0:
            raise TravelInputError(
                f"a parameter of the model is too small: {self}",
                "give start_min, far_kph and reach_km above 0 and delay_min of at least 0",
            )

    def minutes(
        self,
        km: Floats,
        origin_codes: npt.NDArray[np.intp],
        destination_codes: npt.NDArray[np.intp],
    ) -> Floats:
        """Return minutes from distances and class codes that have already been checked.

        Parameters
        ----------
        km
            Distances, shape (n, m) [km].
        origin_codes
            Class of each origin, shape (n,).
        destination_codes
            Class of each destination, shape (m,).

        Returns
        -------
        numpy.ndarray
            Ordinary car driving times, shape (n, m) [min].
        """
        delay_min = np.array(self.delay_min)
        minus_per_km = -1 / np.array(self.reach_km)
        start = origin_codes[:, None]
        end = destination_codes[None, :]

        total = km * (60 / self.far_kph)
        total += self.start_min + delay_min[start] + delay_min[end]

        # The full delays are in the total; take d e^(-km/r) of each end away, in place to save memory.
        for ends in (start, end):
            not_yet_delayed = km * minus_per_km[ends]
            np.exp(not_yet_delayed, out=not_yet_delayed)
            not_yet_delayed *= delay_min[ends]
            total -= not_yet_delayed

        return total
