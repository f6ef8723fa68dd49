"""The size of the Earth, for whoever turns degrees into kilometres."""

import math
from typing import Final

EARTH_RADIUS_KM: Final = 6371.0088
"""Mean radius of the WGS 84 ellipsoid, (2a + b) / 3 [km]."""

KM_PER_DEGREE: Final = math.pi / 180 * EARTH_RADIUS_KM
"""Length of a degree of latitude, and of longitude on the equator [km]."""
