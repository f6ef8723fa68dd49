"""Classes of areas from the rural–urban classifications of 2011 and 2021."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import numpy as np

from standby._typing import Floats
from standby.plan import TravelClass


@dataclass(frozen=True)
class Class:
    """A class of areas in a plan.

    Parameters
    ----------
    id, name
        As in ``plan.toml``.
    setting
        Side of the urban–rural gap.
    travel_class
        Class of the travel model without roads.
    """

    id: str
    name: str
    setting: Literal["urban", "rural"]
    travel_class: TravelClass


CLASSES = MappingProxyType(
    {
        made.id: made
        for made in (
            Class("conurbation", "Conurbation", "urban", "urban_conurbation"),
            Class("town", "City and town", "urban", "urban_town"),
            Class("rural-town", "Rural town and fringe", "rural", "rural_town"),
            Class("village", "Village and countryside", "rural", "rural_village"),
            Class("remote-town", "Remote rural town", "rural", "rural_town"),
            Class("remote-village", "Remote village and countryside", "rural", "rural_village"),
        )
    }
)
"""Classes that a new plan may have, by id."""

CLASS_OF_CODE = MappingProxyType(
    {
        "A1": "conurbation",
        "B1": "conurbation",
        "C1": "town",
        "C2": "town",
        "D1": "rural-town",
        "D2": "remote-town",
        "E1": "village",
        "E2": "remote-village",
        "F1": "village",
        "F2": "remote-village",
        "UN1": "town",
        "UF1": "town",
        "RLN1": "rural-town",
        "RLF1": "remote-town",
        "RSN1": "village",
        "RSF1": "remote-village",
    }
)
"""Class by code: of 2011 (A1 to F2; 2 is a sparse setting) and of 2021 (U urban, RL larger and RS smaller
rural; N nearer to and F further from a major town or city). The classification of 2021 does not tell
conurbations from other towns; its urban areas are taken as towns."""

TOWN_DENSITY, RURAL_TOWN_DENSITY = 1000.0, 150.0
"""People a km² from which an area without a code is taken as a town, and as a rural town (an assumption)."""


def class_by_density(population: Floats, area_km2: Floats) -> list[str]:
    """Return a class for areas without a rural–urban code, from people a km² alone.

    Parameters
    ----------
    population
        Residents, shape (areas,).
    area_km2
        Extent, NaN where it is not known: such an area is taken as a town, shape (areas,) [km²].

    Examples
    --------
    >>> class_by_density(np.array([1500.0, 1500.0, 1500.0]), np.array([0.5, 5.0, 50.0]))
    ['town', 'rural-town', 'village']
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        density = population / area_km2
    levels = [~(density < TOWN_DENSITY), density >= RURAL_TOWN_DENSITY]
    return [str(name) for name in np.select(levels, ["town", "rural-town"], "village")]


__all__ = ["CLASSES", "CLASS_OF_CODE", "Class", "class_by_density"]
