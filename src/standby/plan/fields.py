"""Field types of the plan: what a number may be, in which unit, and whether it may carry doubt.

Each alias is a `Figure` with a domain. The domain decides which values are faults and which shape of doubt
is the natural one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np
from pydantic import AfterValidator, BeforeValidator, Field

from standby.evidence import Figure, as_figure


@dataclass(frozen=True)
class Domain:
    """What values a figure can take, and its unit.

    Parameters
    ----------
    unit
        Unit, as the nomenclature page has it.
    lowest, highest
        The least and greatest value that is possible.
    open_below
        Whether the least value itself is impossible (a crew of 0, a factor of 0).
    """

    unit: str
    lowest: float = 0.0
    highest: float = np.inf
    open_below: bool = False

    def fault(self, figure: Figure) -> str | None:
        """Return what is wrong with a figure in this field and the mend, or None."""
        given = [x for x in (figure.value, figure.low, figure.high) if x is not None]
        worst_low, worst_high = min(given), max(given)
        if worst_low < self.lowest or (self.open_below and worst_low <= self.lowest):
            bound = "above" if self.open_below else "at least"
            return f"is {worst_low:g}; it must be {bound} {self.lowest:g} [{self.unit}]"
        if worst_high > self.highest:
            return f"is {worst_high:g}; it must be at most {self.highest:g} [{self.unit}]"
        return None

    def check(self, figure: Figure) -> Figure:
        """Return the figure, or raise ValueError when it leaves the domain."""
        wrong = self.fault(figure)
        if wrong:
            raise ValueError(wrong)
        return figure


def _field(domain: Domain) -> tuple[BeforeValidator, AfterValidator, Domain]:
    return BeforeValidator(as_figure), AfterValidator(domain.check), domain


MINUTES = Domain("min")
CHANCE = Domain("chance, 0–1", highest=1.0)
COUNT = Domain("number")
FACTOR = Domain("factor", open_below=True)
PER_YEAR = Domain("per year")
PER_HOUR = Domain("per hour")
GBP = Domain("£, price year of the plan")
WEEKS = Domain("weeks")
DAYS_A_YEAR = Domain("days per year", highest=366.0)
YEARS = Domain("years", open_below=True)
OFFICERS = Domain("officers")
PEOPLE = Domain("people")

Minutes = Annotated[Figure, *_field(MINUTES)]
Chance = Annotated[Figure, *_field(CHANCE)]
Factor = Annotated[Figure, *_field(FACTOR)]
PerYear = Annotated[Figure, *_field(PER_YEAR)]
PerHour = Annotated[Figure, *_field(PER_HOUR)]
Gbp = Annotated[Figure, *_field(GBP)]
Weeks = Annotated[Figure, *_field(WEEKS)]
DaysAYear = Annotated[Figure, *_field(DAYS_A_YEAR)]
Years = Annotated[Figure, *_field(YEARS)]
Officers = Annotated[Figure, *_field(OFFICERS)]
People = Annotated[Figure, *_field(PEOPLE)]
Count = Annotated[Figure, *_field(COUNT)]

TravelClass = Literal["urban_conurbation", "urban_town", "rural_town", "rural_village"]
"""Classes of the travel model without roads (ONS rural-urban classification 2011, in four groups)."""

Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$", description="Lower-case identifier.")]
