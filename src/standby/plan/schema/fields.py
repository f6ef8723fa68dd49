"""Field types of the plan: what a number may be, in which unit, and whether it may carry doubt.

Each alias is a `Figure` with a domain. The domain decides which values are faults and which shape of doubt
is the natural one.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    WithJsonSchema,
)
from pydantic_core import CoreSchema, PydanticCustomError

from standby._refusals import Refusal
from standby._show import Shown
from standby.evidence import Figure, as_figure
from standby.plan.schema.hours import hours_of_week


@dataclass(frozen=True)
class Domain:
    """What values a figure can take, and its unit.

    Parameters
    ----------
    unit
        Unit, as the nomenclature page has it.
    lowest, highest
        The least and greatest value that is possible; doubt is drawn within them.
    open_below
        Whether the least value itself is impossible (a crew of 0, a factor of 0).
    most
        The greatest value that a plan may give where none is impossible: what is larger is a slip.
    """

    unit: str
    lowest: float = 0.0
    highest: float = np.inf
    open_below: bool = False
    most: float = np.inf

    @property
    def greatest(self) -> float:
        """The greatest value that is taken."""
        return min(self.highest, self.most)

    def fault(self, figure: Figure) -> tuple[str, str] | None:
        """Return what is wrong with a figure in this field, and the fix; None if nothing is.

        The value comes first; a bound of its doubt that alone is wrong is named.
        """
        parts = (("is", figure.value), ("has a low of", figure.low), ("has a high of", figure.high))
        for words, number in parts:
            if number is not None and self.excludes(number):
                return f"{words} {number:,.12g}", self.allowed(number)
        return None

    def excludes(self, number: float) -> bool:
        """Return whether a number is impossible here, or beyond anything that is meant."""
        too_low = number <= self.lowest if self.open_below else number < self.lowest
        return too_low or number > self.greatest

    def allowed(self, number: float) -> str:
        """Return what would be right in place of a number that is excluded, as "it must be …".

        For a share that was written as a percentage the share is named.
        """
        if number <= self.lowest:
            least = "above" if self.open_below else "at least"
            return f"it must be {least} {self.lowest:,.12g} [{self.unit}]"

        if self.highest == 1:
            percent = share_of_percent(number)
            if percent is not None:
                return f"it must be at most 1: write {percent:g} for {number:g}%"
        return f"it must be at most {self.greatest:,.12g} [{self.unit}]"

    def check(self, figure: Figure) -> Figure:
        """Return the figure, or raise Refusal when it leaves the domain."""
        wrong = self.fault(figure)
        if wrong is not None:
            raise Refusal(*wrong, code="out-of-range")
        return figure

    def bounds(self) -> dict[str, float]:
        """Return the limits in the words of JSON Schema."""
        least = "exclusiveMinimum" if self.open_below else "minimum"
        limits = {least: self.lowest, "maximum": self.greatest}
        return {name: limit for name, limit in limits.items() if np.isfinite(limit)}

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Describe the field: a plain number within the limits, or a figure."""
        return {"anyOf": [{"type": "number", **self.bounds()}, handler(core)], "x-unit": self.unit}


def share_of_percent(given: float) -> float | None:
    """Return the share that was probably meant by a number above 1, None when it is no percentage."""
    return float(f"{given / 100:.12g}") if 1 < given <= 100 else None


def _field(domain: Domain) -> tuple[BeforeValidator, AfterValidator, Domain]:
    return BeforeValidator(as_figure), AfterValidator(domain.check), domain


# The greatest values are far beyond anything that is meant: what is larger is a slip, or a wrong unit, and
# would end as an infinity in the middle of a computation.
LONGEST_MIN = 5_256_000
"""Ten years [min]."""
LONGEST_LIMIT_MIN = 10_080
"""A week: no standard and no printed time is longer [min]."""
MOST_CALLS = 1e9
MOST_GBP = 1e11
MOST_PEOPLE = 1e10
LARGEST_FACTOR = 1e6

MINUTES = Domain("min", most=LONGEST_MIN)
CHANCE = Domain("chance, 0–1", highest=1.0)
COUNT = Domain("number", most=1e9)
FACTOR = Domain("factor", open_below=True, most=LARGEST_FACTOR)
WEIGHT = Domain("factor", most=LARGEST_FACTOR)
VARIATION = Domain("coefficient of variation", highest=3.0)
PER_YEAR = Domain("per year", most=MOST_CALLS)
PER_HOUR = Domain("per hour", most=MOST_CALLS)
GBP = Domain("£, price year of the plan", most=MOST_GBP)
PEOPLE = Domain("people", most=MOST_PEOPLE)

# Terms of people and money: limits that no force comes near, so that a slip of the pen is refused where it is
# written, and so that whatever passes can be computed with. They leave each other room: whoever trains the
# most days a year still trains no more days than the fewest that anybody works.
RELIEF = Domain("factor", lowest=1.0, highest=20.0)
PASS_RATE = Domain("chance, 0–1", lowest=0.01, highest=1.0)
LOSS_RATE = Domain("chance, 0–1", highest=0.95)
SEATS = Domain("number", highest=1000.0)
COURSES = Domain("per year", highest=1000.0)
VOLUNTEERS = Domain("per year", highest=1e6)
OFFICERS = Domain("officers", highest=1e6)
OFFICERS_OF_A_FORCE = Domain("officers", lowest=1.0, highest=1e6)
BAND_D = Domain("number", lowest=1.0, highest=1e8)
WEEKS = Domain("weeks", highest=104.0)
TRAINING_DAYS = Domain("days per year", highest=100.0)
WORKING_DAYS = Domain("days per year", lowest=100.0, highest=366.0)
LIFE_YEARS = Domain("years", lowest=0.5, highest=100.0)
OPTIMISM = Domain("factor", lowest=0.1, highest=10.0)

Minutes = Annotated[Figure, *_field(MINUTES)]
Chance = Annotated[Figure, *_field(CHANCE)]
Factor = Annotated[Figure, *_field(FACTOR)]
Variation = Annotated[Figure, *_field(VARIATION)]
PerYear = Annotated[Figure, *_field(PER_YEAR)]
PerHour = Annotated[Figure, *_field(PER_HOUR)]
Gbp = Annotated[Figure, *_field(GBP)]
People = Annotated[Figure, *_field(PEOPLE)]
ReliefFactor = Annotated[Figure, *_field(RELIEF)]
PassRate = Annotated[Figure, *_field(PASS_RATE)]
LossRate = Annotated[Figure, *_field(LOSS_RATE)]
Seats = Annotated[Figure, *_field(SEATS)]
CoursesAYear = Annotated[Figure, *_field(COURSES)]
VolunteersAYear = Annotated[Figure, *_field(VOLUNTEERS)]
Officers = Annotated[Figure, *_field(OFFICERS)]
OfficersOfAForce = Annotated[Figure, *_field(OFFICERS_OF_A_FORCE)]
BandD = Annotated[Figure, *_field(BAND_D)]
Weeks = Annotated[Figure, *_field(WEEKS)]
TrainingDays = Annotated[Figure, *_field(TRAINING_DAYS)]
WorkingDays = Annotated[Figure, *_field(WORKING_DAYS)]
LifeYears = Annotated[Figure, *_field(LIFE_YEARS)]
Optimism = Annotated[Figure, *_field(OPTIMISM)]

TravelClass = Literal["urban_conurbation", "urban_town", "rural_town", "rural_village"]
"""Classes of the travel model without roads (ONS rural-urban classification 2011, in four groups)."""

ID = re.compile(r"[a-z0-9][a-z0-9_-]*")
"""Identifiers in ``plan.toml``, which are typed by hand and named in paths."""

ROW_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:/-]*")
"""Identifiers of rows, which may come from elsewhere, such as a census code."""


def is_hours(text: str) -> str:
    """Return hours of the week as they were written, or raise Refusal when they can't be read."""
    hours_of_week(text)
    return text


def _pattern(expression: re.Pattern[str]) -> dict[str, str]:
    return {"type": "string", "pattern": f"^{expression.pattern}$"}


def _is_id(text: str) -> str:
    if not ID.fullmatch(text):
        raise PydanticCustomError("not_an_id", "is {given}, not an identifier", {"given": repr(text)})
    return text


def _is_row_id(text: str) -> str:
    if not ROW_ID.fullmatch(text):
        raise PydanticCustomError("not_an_id", "is {given}, not an identifier", {"given": repr(text)})
    return text


def _each_once(names: list[str]) -> list[str]:
    twice = sorted(name for name, times in Counter(names).items() if times > 1)
    if twice:
        raise Refusal(f"names {twice[0]!r} twice", "name each once")
    return names


Id = Annotated[
    str, AfterValidator(_is_id), Field(description="Lower-case identifier."), WithJsonSchema(_pattern(ID))
]
RowId = Annotated[str, AfterValidator(_is_row_id), WithJsonSchema(_pattern(ROW_ID))]
Ids = Annotated[list[Id], AfterValidator(_each_once)]
"""Identifiers, each named once."""

Hours = Annotated[str, AfterValidator(is_hours)]
"""Hours of the week."""

Whole = Annotated[int, Field(le=1_000_000)]
"""A whole number that machines can count to."""

ZERO = Figure(value=0)
ONE = Figure(value=1)


class Section(Shown, BaseModel):
    """A table of ``plan.toml``: unknown keys are faults."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)
