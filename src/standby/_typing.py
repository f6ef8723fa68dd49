"""Types of arrays that every room uses."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
"""Numbers: minutes, shares, rates."""

Codes = NDArray[np.int64]
"""Whole numbers: rows of a table, counts."""

Mask = NDArray[np.bool_]
"""Yes or no."""

__all__ = ["Codes", "Floats", "Mask"]
