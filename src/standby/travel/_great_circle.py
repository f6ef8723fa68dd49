"""Distances over the sphere."""

from typing import Final

import numpy as np
import numpy.typing as npt

from standby.travel._check import positions

EARTH_RADIUS_KM: Final = 6371.0088
"""Mean radius of the WGS 84 ellipsoid, (2a + b) / 3 [km]."""


def great_circle_km(origins: npt.ArrayLike, destinations: npt.ArrayLike) -> npt.NDArray[np.float64]:
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
    start = np.radians(positions(origins, label="origins"))
    end = np.radians(positions(destinations, label="destinations"))

    # The haversine of the central angle: sin²(Δlat / 2) + cos(lat₁) cos(lat₂) sin²(Δlon / 2).
    half_lon = np.sin((end[None, :, 0] - start[:, None, 0]) / 2)
    half_lat = np.sin((end[None, :, 1] - start[:, None, 1]) / 2)
    cosines = np.cos(start[:, None, 1]) * np.cos(end[None, :, 1])
    haversine = half_lat * half_lat + cosines * half_lon * half_lon

    # Rounding may carry the haversine of antipodes just above 1.
    return np.asarray(2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.minimum(haversine, 1.0))))
