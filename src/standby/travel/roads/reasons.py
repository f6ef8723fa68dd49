"""Reasons why there is no answer: unreachable, beyond the limit, or too far from a road."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from standby._show import Shown
from standby._typing import Floats

REASONS: Final = (
    "answered",
    "beyond the limit",
    "unreachable",
    "origin too far from a road",
    "destination too far from a road",
)
"""What may be said of a pair of places; `Reasons.codes` holds positions in this tuple."""


@dataclass(frozen=True, slots=True, eq=False)
class Reasons(Shown):
    """Why each pair has an answer or none, and how far each place lies from its road.

    Parameters
    ----------
    codes
        Positions in `REASONS`, shape (n, m).
    origin_snap_km
        Distance of each origin from the road it was put on, ``inf`` if none is near enough, shape (n,) [km].
    destination_snap_km
        The same of each destination, shape (m,) [km].
    """

    codes: npt.NDArray[np.int8]
    origin_snap_km: Floats
    destination_snap_km: Floats

    @property
    def words(self) -> npt.NDArray[np.str_]:
        """The reason of each pair in words, shape (n, m)."""
        return np.array(REASONS)[self.codes]

    @property
    def table(self) -> pd.DataFrame:
        """One row for each pair without an answer: ``origin``, ``destination`` (numbers), ``reason``."""
        origin, destination = np.nonzero(self.codes)
        words = np.array(REASONS)[self.codes[origin, destination]]
        return pd.DataFrame({"origin": origin, "destination": destination, "reason": words})

    def summary(self) -> str:
        """Return one sentence."""
        counts = np.bincount(self.codes.ravel(), minlength=len(REASONS))
        parts = [f"{count} {name}" for name, count in zip(REASONS, counts.tolist(), strict=True) if count]

        n_origins_off = int((~np.isfinite(self.origin_snap_km)).sum())
        n_destinations_off = int((~np.isfinite(self.destination_snap_km)).sum())
        return (
            f"Of {self.codes.size} pairs: {', '.join(parts) or 'none'}; "
            f"{n_origins_off + n_destinations_off} places are too far from a road."
        )
