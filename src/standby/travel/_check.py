"""Checks of what comes in from outside, made once at the front doors of this room."""

from typing import Final

import numpy as np
import numpy.typing as npt

from standby._refusals import Refusal
from standby._typing import Floats, Mask

BRITISH_ISLES: Final[tuple[float, float, float, float]] = (-11.0, 49.0, 2.5, 61.5)
"""West, south, east, north of the box in which the model without roads may be asked [degrees]."""


class TravelInputError(Refusal):
    """What was given cannot be turned into travel times; the message says how to fix it."""


def positions(given: npt.ArrayLike, *, label: str) -> Floats:
    """Return longitude and latitude as a checked array of shape (n, 2)."""
    try:
        lonlat = np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError) as err:
        raise TravelInputError(
            f"{label}: positions are not numbers ({err})", "give longitude, latitude"
        ) from err

    if lonlat.size == 0:
        return np.zeros((0, 2))

    if lonlat.ndim != 2 or lonlat.shape[1] != 2:
        raise TravelInputError(
            f"{label}: positions have the shape {lonlat.shape}", "give (n, 2), longitude before latitude"
        )

    missing = np.flatnonzero(~np.isfinite(lonlat).all(axis=1))
    if missing.size:
        raise TravelInputError(
            f"{label}: place {missing[0]} has no finite position ({missing.size} such places)",
            "every place needs a longitude and a latitude",
        )

    outside = np.flatnonzero((np.abs(lonlat[:, 0]) > 180) | (np.abs(lonlat[:, 1]) > 90))
    if outside.size:
        lon, lat = lonlat[outside[0]]
        raise TravelInputError(
            f"{label}: place {outside[0]} at ({lon:g}, {lat:g}) is not on the globe",
            "give longitude (-180 to 180) before latitude (-90 to 90), in degrees",
        )
    return lonlat


def in_british_isles(lonlat: Floats, *, label: str) -> None:
    """Refuse positions that are swapped or far from where the model without roads was fitted."""
    outside = np.flatnonzero(~_in_box(lonlat[:, 0], lonlat[:, 1]))
    if not outside.size:
        return

    lon, lat = lonlat[outside[0]]
    if _in_box(lat, lon):
        raise TravelInputError(
            f"{label}: place {outside[0]} at ({lon:g}, {lat:g}) looks like latitude, longitude",
            "give longitude first",
        )

    raise TravelInputError(
        f"{label}: place {outside[0]} at ({lon:g}, {lat:g}) lies outside the British Isles",
        "the minutes without roads were fitted in England and Wales. Give a travel matrix for other "
        "countries, or call car_minutes_from_km with the distances if the model is to be used all the same",
    )


def distances(given: npt.ArrayLike, shape: tuple[int, int]) -> Floats:
    """Return distances as a checked array of the required shape [km]."""
    km = np.asarray(given, dtype=np.float64)
    if km.shape != shape:
        raise TravelInputError(
            f"km has the shape {km.shape}", f"give {shape}: {shape[0]} origins and {shape[1]} destinations"
        )

    # Written so that NaN fails the comparison too.
    if km.size and not (km.min() >= 0 and km.max() < np.inf):
        row, column = np.argwhere(~((km >= 0) & (km < np.inf)))[0]
        raise TravelInputError(
            f"km[{row}, {column}] is {km[row, column]}",
            "distances must be finite and not negative. "
            "Mark pairs that may not be served after the minutes are computed",
        )
    return km


def positive(given: float, *, label: str) -> float:
    """Return a number that has been checked to be finite and above zero."""
    number = float(given)
    if not 0 < number < np.inf:
        raise TravelInputError(f"{label} is {given}", "it must be a finite number above 0")
    return number


def _in_box(lon: Floats, lat: Floats) -> Mask:
    """Return which positions lie in the box around the British Isles."""
    west, south, east, north = BRITISH_ISLES
    return (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
