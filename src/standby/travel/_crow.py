"""Ordinary car minutes without a road file: the public functions of the model without roads."""

from collections.abc import Sequence

import numpy.typing as npt

from standby._typing import Floats
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
) -> Floats:
    """Return ordinary car driving times between all origins and destinations, without a road file.

    The minutes depend only on the great-circle distance and the class of both ends, so the model knows of no
    estuary, island, moor or motorway: a place across the water comes out far too near. `fitted().errors` says
    how far off it is. Below about 2 km the minutes are mostly a fixed part that the source adds to every
    trip, which is too long for a close neighbour.

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
    start = positions(origins, label="origins")
    end = positions(destinations, label="destinations")
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
) -> Floats:
    """Return ordinary car driving times from great-circle distances that are already known.

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
    start_class = class_codes(origin_classes, label="origin_classes")
    end_class = class_codes(destination_classes, label="destination_classes")
    checked_km = distances(km, (start_class.size, end_class.size))

    minutes = fitted().model.minutes(checked_km, start_class, end_class)
    minutes *= positive(factor, label="factor")
    return minutes
