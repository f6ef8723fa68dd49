"""Refit the model without roads and measure its error, from arrays of routed times.

`benchmarks/fit_minutes.py` feeds the published files to these functions and writes the package's data
file. The fit sees only medians: of all trips between two classes of place in a narrow band of distance. A
median does not move when some of the trips go around an estuary, and a cell is weighted by how many
destinations it has, not by how many small areas lie around a few of them.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.optimize import least_squares

from standby._typing import Floats
from standby.travel._check import TravelInputError, distances
from standby.travel._fitted import ErrorSummary
from standby.travel._model import CarMinutesModel
from standby.travel.classes import TRAVEL_CLASSES, class_codes

__all__ = ["MedianCells", "destination_folds", "fit_car_minutes", "median_cells", "summarise_errors"]

Codes = npt.NDArray[np.intp]

NEAR_KM: Final = 70.0
"""Distance that 10 to 60 minutes reach; beyond it the weight falls with the square of distance [km]."""
BAND_EDGES_KM: Final = np.concatenate([[0.0], np.geomspace(0.5, 700.0, 100)])
"""Edges of the bands of distance within which medians are taken, each 7.6% wide [km]."""
MIN_CELL_PAIRS: Final = 5
"""Cells with fewer trips are left out of the fit."""
MIN_SUMMARY_PAIRS: Final = 20
"""Errors over fewer pairs are not summarised."""
ROBUST_SCALE: Final = 0.3
"""Weighted residuals well above this count linearly, not squared (soft L1 loss)."""

_N: Final = len(TRAVEL_CLASSES)
_GUESS: Final = np.array([6.0, 0.7, *[5.0] * _N, *[15.0] * _N])
_LOWEST: Final = np.array([0.1, 0.2, *[0.0] * _N, *[1.0] * _N])
_HIGHEST: Final = np.array([60.0, 5.0, *[120.0] * _N, *[200.0] * _N])


@dataclass(frozen=True, slots=True)
class MedianCells:
    """Trips between two classes in a narrow band of distance, one cell a row.

    Parameters
    ----------
    one, other
        Classes of the two ends, the lower code first, shape (k,).
    km
        Mean distance, shape (k,) [km].
    minutes
        Median time, shape (k,) [min].
    n_destinations
        How many destinations the trips of the cell have, shape (k,).
    """

    one: Codes
    other: Codes
    km: Floats
    minutes: Floats
    n_destinations: Codes

    def weight(self) -> Floats:
        """Return the weight of each cell's residual: by destinations, and less beyond `NEAR_KM`.

        Returns
        -------
        numpy.ndarray
            Square roots of the weights of the squared residuals, shape (k,).
        """
        return np.asarray(np.sqrt(self.n_destinations) * np.minimum(1.0, NEAR_KM / self.km))


def fit_car_minutes(
    km: npt.ArrayLike,
    origin_classes: npt.ArrayLike,
    destination_classes: npt.ArrayLike,
    minutes: npt.ArrayLike,
) -> CarMinutesModel:
    """Return the model without roads, fitted to routed times.

    Least squares with soft L1 loss on the logarithm of the median minutes of each cell (unordered pair of
    classes, band of distance), weighted by its number of destinations, and beyond `NEAR_KM` by the inverse
    square of distance.

    Parameters
    ----------
    km
        Great-circle distances, shape (n, m) [km].
    origin_classes
        Travel class of each origin, shape (n,).
    destination_classes
        Travel class of each destination, shape (m,).
    minutes
        Routed car times, shape (n, m); NaN where there is none [min].

    Returns
    -------
    CarMinutesModel
        The fitted parameters.

    Raises
    ------
    TravelInputError
        If the input is wrong (see `median_cells`), or no cell has trips that begin or end in some class.
    """
    cells = median_cells(km, origin_classes, destination_classes, minutes)

    seen = np.union1d(cells.one, cells.other)
    unseen = [name for code, name in enumerate(TRAVEL_CLASSES) if code not in seen]
    if unseen:
        raise TravelInputError(f"no trips begin or end in {unseen}", "give some of each class")

    weight = cells.weight()
    log_minutes = np.log(cells.minutes)

    def residuals(parameters: Floats) -> Floats:
        """Return the weighted differences of the logarithms of minutes."""
        return np.asarray(weight * (np.log(_curve(parameters, cells)) - log_minutes))

    fit = least_squares(
        residuals, _GUESS, bounds=(_LOWEST, _HIGHEST), x_scale=_GUESS, loss="soft_l1", f_scale=ROBUST_SCALE
    )

    # The vector: minutes at the start, minutes per km far away, then a delay and a reach for each class.
    return CarMinutesModel(
        start_min=float(fit.x[0]),
        far_kph=float(60 / fit.x[1]),
        delay_min=tuple(float(value) for value in fit.x[2 : 2 + _N]),
        reach_km=tuple(float(value) for value in fit.x[2 + _N :]),
    )


def destination_folds(n_destinations: int, *, n_folds: int = 5, seed: int) -> list[Codes]:
    """Return the destinations dealt at random into equal parts; the first is the one to hold out.

    Parameters
    ----------
    n_destinations
        How many there are.
    n_folds
        How many parts.
    seed
        Seed of the draw.

    Returns
    -------
    list of numpy.ndarray
        Sorted column numbers of each part.
    """
    order = np.random.default_rng(seed).permutation(n_destinations)
    return [np.sort(part) for part in np.array_split(order, n_folds)]


def summarise_errors(
    predicted: Floats,
    actual: Floats,
    destination: Codes,
    *,
    sample: str,
    minutes_range: str,
    ends: tuple[str, ...] = (),
) -> ErrorSummary | None:
    """Return a summary of how far predictions are off.

    Parameters
    ----------
    predicted
        Predicted times, shape (k,) [min].
    actual
        Actual times, shape (k,) [min].
    destination
        Number of the destination of each pair, shape (k,).
    sample, minutes_range, ends
        Labels of the summary.

    Returns
    -------
    ErrorSummary or None
        None if there are fewer than `MIN_SUMMARY_PAIRS` pairs.
    """
    if predicted.size < MIN_SUMMARY_PAIRS:
        return None

    ratio = actual / predicted
    error_min = predicted - actual
    p5, p50, p95 = (float(value) for value in np.percentile(ratio, [5, 50, 95]))

    # The median at each destination keeps the part of the error that all trips to it share.
    destinations = np.unique(destination)
    median_ratios = [float(np.median(ratio[destination == number])) for number in destinations]
    destination_p5, destination_p50, destination_p95 = (
        float(value) for value in np.percentile(median_ratios, [5, 50, 95])
    )

    return ErrorSummary(
        sample=sample,
        minutes_range=minutes_range,
        ends=ends,
        n_pairs=int(predicted.size),
        n_destinations=int(destinations.size),
        bias_min=float(error_min.mean()),
        median_abs_error_min=float(np.median(np.abs(error_min))),
        ratio_p5=p5,
        ratio_p50=p50,
        ratio_p95=p95,
        destination_p5=destination_p5,
        destination_p50=destination_p50,
        destination_p95=destination_p95,
        correlation=float(np.corrcoef(predicted, actual)[0, 1]),
        r_squared=float(1 - np.mean(error_min**2) / np.var(actual)),
    )


def median_cells(
    km: npt.ArrayLike,
    origin_classes: npt.ArrayLike,
    destination_classes: npt.ArrayLike,
    minutes: npt.ArrayLike,
) -> MedianCells:
    """Return routed times gathered into cells, with the median of each.

    Parameters
    ----------
    km, origin_classes, destination_classes, minutes
        As in `fit_car_minutes`.

    Returns
    -------
    MedianCells
        Those cells that have at least `MIN_CELL_PAIRS` trips.

    Raises
    ------
    TravelInputError
        If the shapes do not agree, a distance is missing, a time is not above 0, or no cell has enough trips.
    """
    start_class = class_codes(origin_classes, label="origin_classes")
    end_class = class_codes(destination_classes, label="destination_classes")
    all_km = distances(km, (start_class.size, end_class.size))
    all_minutes = np.asarray(minutes, dtype=np.float64)
    if all_minutes.shape != all_km.shape:
        raise TravelInputError(
            f"minutes has the shape {all_minutes.shape}", f"give that of the distances, {all_km.shape}"
        )
    if np.any(all_minutes <= 0):
        raise TravelInputError("minutes must be above 0", "give NaN where a time is missing")

    # A cell is an unordered pair of classes and a band of distance, as one number.
    known = np.isfinite(all_minutes)
    lower_class = np.minimum(start_class[:, None], end_class)
    higher_class = np.maximum(start_class[:, None], end_class)
    class_pair = lower_class * _N + higher_class
    n_bands = BAND_EDGES_KM.size + 1
    cell = (class_pair * n_bands + np.digitize(all_km, BAND_EDGES_KM))[known]

    destination = np.broadcast_to(np.arange(end_class.size), all_km.shape)[known]
    trip_km = all_km[known]
    trip_minutes = all_minutes[known]

    # Sorted by cell and time, a cell is a run of trips.
    order = np.lexsort((trip_minutes, cell))
    cells, start, count = np.unique(cell[order], return_index=True, return_counts=True)
    enough = count >= MIN_CELL_PAIRS
    if not enough.any():
        raise TravelInputError(f"no cell of the fit has {MIN_CELL_PAIRS} trips", "give more routed times")

    # The median of a run is the mean of its two middle trips, which are one where the count is odd.
    lower_middle = trip_minutes[order[start + (count - 1) // 2]]
    upper_middle = trip_minutes[order[start + count // 2]]
    median_min = (lower_middle + upper_middle) / 2

    # Each pair of cell and destination counts once, however many trips it has.
    cells_of_destinations = np.unique(cell * end_class.size + destination) // end_class.size
    n_destinations = np.bincount(cells_of_destinations)[cells]

    mean_km = np.add.reduceat(trip_km[order], start) / count
    one, other = np.divmod(cells[enough] // n_bands, _N)
    return MedianCells(one, other, mean_km[enough], median_min[enough], n_destinations[enough])


def _curve(parameters: Floats, cells: MedianCells) -> Floats:
    """Return the model's minutes for each cell, from the vector that the optimiser moves."""
    delay_min = parameters[2 : 2 + _N]
    reach_km = parameters[2 + _N :]

    end_delays = (
        delay_min[code] * -np.expm1(-cells.km / reach_km[code]) for code in (cells.one, cells.other)
    )
    return np.asarray(parameters[0] + parameters[1] * cells.km + sum(end_delays))
