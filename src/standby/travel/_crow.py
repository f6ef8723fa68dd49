"""Front doors of the model without roads."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from standby.travel._check import distances, in_british_isles, positions, positive
from standby.travel._fitted import fitted
from standby.travel._great_circle import great_circle_km
from standby.travel.classes import class_codes


def car_minutes(
    origins: npt.ArrayLike,
    origin_classes: Sequence[str] | npt.ArrayLike,
    destinations: npt.ArrayLike,
    destination_classes: Sequence[str] | npt.ArrayLike,
    *,
    factor: float = 1.0,
) -> npt.NDArray[np.float64]:
    """Ordinary car driving times between all origins and destinations, without a road file.

    Made from the great-circle distance and the class of both ends alone, so it knows no estuary, island,
    moor or motorway: a place across the water comes out far too near. `fitted().errors` says how far off it
    is. Below about 2 km the minutes are mostly a fixed part that the source puts on every trip, too long for
    a neighbour.

    Parameters
    ----------
    origins
        Longitude and latitude, shape (n, 2) [degrees].
    origin_classes
        Travel class of each origin by name or code (see `TRAVEL_CLASSES`), shape (n,).
    destinations
        Longitude and latitude, shape (m, 2) [degrees].
    destination_classes
        Travel class of each destination, shape (m,).
    factor
        Multiplies all minutes, for emergency driving or a draw of the doubt [-].

    Returns
    -------
    numpy.ndarray
        Driving times, shape (n, m) [min].

    Raises
    ------
    TravelInputError
        If a position is missing, swapped or outside the British Isles, a class is unknown, counts differ, or
        the factor is not a finite number above 0.

    Examples
    --------
    >>> exeter, truro = (-3.53, 50.72), (-5.05, 50.26)
    >>> minutes = car_minutes([exeter], ["urban_town"], [truro], ["urban_town"])
    >>> minutes.shape
    (1, 1)
    """
    start, end = positions(origins, label="origins"), positions(destinations, label="destinations")
    in_british_isles(start, label="origins")
    in_british_isles(end, label="destinations")
    return car_minutes_from_km(
        great_circle_km(start, end), origin_classes, destination_classes, factor=factor
    )


def car_minutes_from_km(
    km: npt.ArrayLike,
    origin_classes: Sequence[str] | npt.ArrayLike,
    destination_classes: Sequence[str] | npt.ArrayLike,
    *,
    factor: float = 1.0,
) -> npt.NDArray[np.float64]:
    """Ordinary car driving times from great-circle distances that are known already.

    The minutes scale with the factor: compute them once with factor 1 and multiply for each draw.

    Parameters
    ----------
    km
        Great-circle distances, shape (n, m) [km].
    origin_classes
        Travel class of each origin by name or code (see `TRAVEL_CLASSES`), shape (n,).
    destination_classes
        Travel class of each destination, shape (m,).
    factor
        Multiplies all minutes, for emergency driving or a draw of the doubt [-].

    Returns
    -------
    numpy.ndarray
        Driving times, shape (n, m) [min].

    Raises
    ------
    TravelInputError
        If a distance is negative or missing, a class is unknown, counts differ, or the factor is not a finite
        number above 0.

    Examples
    --------
    >>> near, far = car_minutes_from_km([[5.0, 50.0]], ["rural_town"], ["urban_town", "urban_town"])[0]
    >>> bool(0 < near < far)
    True
    """
    first = class_codes(origin_classes, label="origin_classes")
    last = class_codes(destination_classes, label="destination_classes")
    minutes = fitted().model.minutes(distances(km, (first.size, last.size)), first, last)
    minutes *= positive(factor, label="factor")
    return minutes
