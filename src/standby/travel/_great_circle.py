"""Distances over the sphere."""

import numpy as np
import numpy.typing as npt

from standby._globe import EARTH_RADIUS_KM
from standby._typing import Floats
from standby.travel._check import positions


def great_circle_km(origins: npt.ArrayLike, destinations: npt.ArrayLike) -> Floats:
    """Return great-circle distances between all origins and all destinations, by the haversine formula.

    Within 0.6% of the distance over the WGS 84 ellipsoid everywhere.

    Parameters
    ----------
    origins
        Longitude and latitude, one row per place, shape (n, 2) [degrees].
    destinations
        The same, shape (m, 2) [degrees].

    Returns
    -------
    numpy.ndarray
        Distances, shape (n, m) [km].

    Raises
    ------
    TravelInputError
        If a position is missing, not on the globe or the shape is wrong.

    References
    ----------
    R. W. Sinnott, "Virtues of the Haversine", Sky and Telescope 68(2), 1984, page 159.

    Examples
    --------
    >>> exeter, truro = (-3.53, 50.72), (-5.05, 50.26)
    >>> great_circle_km([exeter], [truro]).round(1).tolist()
    [[119.1]]
    """
    start = positions(origins, label="origins")[:, None, :]
    end = positions(destinations, label="destinations")[None, :, :]
    return pairs_km(start[..., 0], start[..., 1], end[..., 0], end[..., 1])


def pairs_km(lon_a: Floats, lat_a: Floats, lon_b: Floats, lat_b: Floats) -> Floats:
    """Return the great-circle distance of each pair of positions [km].

    Parameters
    ----------
    lon_a, lat_a, lon_b, lat_b
        The positions, of shapes that broadcast [degrees].
    """
    lon_a, lat_a, lon_b, lat_b = (np.radians(degrees) for degrees in (lon_a, lat_a, lon_b, lat_b))

    # The haversine of the central angle: sin²(Δlat / 2) + cos(lat₁) cos(lat₂) sin²(Δlon / 2).
    half_lon = np.sin((lon_b - lon_a) / 2)
    half_lat = np.sin((lat_b - lat_a) / 2)
    haversine = half_lat * half_lat + np.cos(lat_a) * np.cos(lat_b) * half_lon * half_lon

    # Rounding may carry the haversine of antipodes just above 1.
    return np.asarray(2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.minimum(haversine, 1.0))))
