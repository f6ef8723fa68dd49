"""A figure: a number with its source and its doubt."""

from __future__ import annotations

import datetime as dt
import math
import re
import sys
from contextlib import suppress
from typing import Annotated, Any, Literal, Self, cast

import numpy as np
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from standby._refusals import Refusal, shown
from standby._show import Shown, short

Kind = Literal["measured", "stated", "opinion", "assumption", "unsupported"]
Range = Literal["p5-p95", "min-max"]
Shape = Literal["normal", "lognormal", "logitnormal", "uniform", "triangular", "pert"]

SHAPES_BY_RANGE: dict[Range, tuple[Shape, ...]] = {
    "p5-p95": ("normal", "lognormal", "logitnormal", "uniform"),
    "min-max": ("triangular", "pert", "uniform"),
}
"""Shapes that each pair of bounds can have."""

OFF_CENTRE = 1e-6
"""Share of its width by which a uniform figure's value may miss the middle (rounding)."""

EARLIEST_YEAR = 1800
"""No police force and no count of people is older than this: an earlier date is a slip."""

_DAY = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


def _day(value: object) -> dt.date:
    """Return a date from a date, or from text or a number with a year, a month or a day."""
    match = _DAY.fullmatch(str(value)) if type(value) in {str, int, dt.date} else None

    try:
        if match:
            year, month, day = match.groups(default="1")
            if int(year) >= EARLIEST_YEAR:
                return dt.date(int(year), int(month), int(day))
    except ValueError:  # the 31st of June
        pass
    raise PydanticCustomError("not_a_date", "is {given}, not a date", {"given": shown(value)})


def _number(value: object) -> float | None:
    """Return a finite number as it is, None for None; raise for anything else."""
    if value is None:
        return None

    kind = "not_a_number"
    if isinstance(value, (int, float, np.number)) and not isinstance(value, bool):
        with suppress(OverflowError, TypeError):  # more than a float can hold; complex
            number = float(cast("float", value))
            if math.isfinite(number):
                return number
        if is_too_large(value):
            kind = "too_large"
    raise PydanticCustomError(kind, "is {given}, not a finite number", {"given": shown(value)})


def is_too_large(value: object) -> bool:
    """Return whether a value is a whole number that no float holds: of 309 digits or more.

    Parameters
    ----------
    value
        Anything.
    """
    return isinstance(value, int) and abs(value) > sys.float_info.max


Day = Annotated[
    dt.date,
    BeforeValidator(_day),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "pattern": rf"^{_DAY.pattern}$"},
                {"type": "integer", "minimum": EARLIEST_YEAR, "maximum": 9999},
            ]
        }
    ),
]
"""A date; a bare year or year and month mean their first day."""

Number = Annotated[float, BeforeValidator(_number)]
"""A finite number; text, true and false are none."""


class Figure(Shown, BaseModel):
    """A number that people may argue about: its value, its doubt and where it comes from.

    Parameters
    ----------
    value
        The central estimate: the median for the shapes of a ``p5-p95`` range, the most likely value for
        ``triangular`` and ``pert``.
    low, high
        The bounds of the doubt; both or neither. Without them the figure is taken as certain.
    range
        What the bounds are: the 5th and 95th percentile, or the least and greatest possible value.
    shape
        The distribution through value, low and high. Left out, it is chosen from the range and from what
        values the field can take (see `standby.evidence.quantile`).
    source
        Identifier of a source in ``sources.toml``, or ``"assumption"``.
    scope
        Whom or what the number counts, so that 1,351 and 874 are not mixed.
    as_of
        The day the number was true.
    kind
        How it is known: measured, stated, opinion, assumption or unsupported (said, but not borne out).
    group
        Figures of one group are drawn together: all high, or all low.

    Examples
    --------
    >>> Figure(value=2, low=1, high=4, source="assumption").certain
    False
    >>> Figure.of(6)
    Figure(value=6.0)
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    value: Number = Field(description="The central estimate.")
    low: Number | None = Field(None, description="Lower bound of the doubt.")
    high: Number | None = Field(None, description="Upper bound of the doubt.")
    range: Range = Field("p5-p95", description="What low and high are: percentiles, or the extremes.")
    shape: Shape | None = Field(None, description="Distribution; chosen from the range when left out.")
    source: str | None = Field(None, description="Source id in sources.toml, or 'assumption'.")
    scope: str | None = Field(None, description="Whom or what the number counts.")
    as_of: Day | None = Field(None, description="The day the number was true.")
    kind: Kind | None = Field(None, description="How it is known.")
    group: str | None = Field(None, description="Figures of one group are drawn together.")
    note: str | None = Field(None, description="Anything a reader of the number should know.")

    @model_validator(mode="after")
    def _bounds_make_sense(self) -> Self:
        """Refuse bounds that contradict each other, the value or the shape."""
        if (self.low is None) != (self.high is None):
            raise Refusal("has only one of low and high", "give both, or neither to take it as certain")

        if self.low is None or self.high is None:
            for name in ("shape", "range"):
                if name in self.model_fields_set and getattr(self, name) is not None:
                    raise Refusal(f"has a {name} but no low and high", f"give both bounds or drop the {name}")
            return self

        if self.low > self.high:
            raise Refusal(f"has low {self.low:g} above high {self.high:g}", "exchange them")
        if not self.low <= self.value <= self.high:
            raise Refusal(
                f"has value {self.value:g} outside low {self.low:g} to high {self.high:g}",
                "widen the bounds",
            )
        self._shape_fits(self.low, self.high)
        return self

    def _shape_fits(self, low: float, high: float) -> None:
        """Refuse a shape that the range, the bounds or the value do not allow."""
        if self.shape is None:
            return

        allowed = SHAPES_BY_RANGE[self.range]
        if self.shape not in allowed:
            raise Refusal(
                f"has shape {self.shape!r} with range {self.range!r}",
                f"there use one of {', '.join(allowed)}",
            )

        # Logarithm and logit have no value at or beyond these bounds.
        if self.shape == "lognormal" and low <= 0:
            raise Refusal(
                "is lognormal with a bound at or below 0", "raise low above 0 or use shape 'normal'"
            )
        if self.shape == "logitnormal" and not (low > 0 and high < 1):
            raise Refusal("is logitnormal with a bound outside 0 to 1", "keep low above 0 and high below 1")

        middle = (low + high) / 2
        if self.shape == "uniform" and abs(self.value - middle) > OFF_CENTRE * (high - low):
            other = "triangular" if self.range == "min-max" else "normal"
            raise Refusal(
                f"is uniform, but its value {self.value:g} is not in the middle",
                f"write value {middle:g}, or use shape {other!r}",
            )

    @classmethod
    def of(cls, value: float | Figure | dict[str, Any]) -> Figure:
        """Return a figure from a figure, a plain number (certain, no source) or a table of its fields."""
        return value if isinstance(value, Figure) else cls.model_validate(as_figure(value))

    @property
    def certain(self) -> bool:
        """Whether the figure is taken as certain: no bounds, or bounds that coincide."""
        return self.low is None or self.low == self.high

    def __repr__(self) -> str:
        """Show the fields that were given."""
        given = {name: getattr(self, name) for name in type(self).model_fields}
        if self.low is None:
            del given["range"]  # a default that says nothing without bounds
        fields = [f"{name}={short(value)}" for name, value in given.items() if value is not None]
        return f"Figure({', '.join(fields)})"

    __str__ = __repr__


def as_figure(value: object) -> object:
    """Turn a plain number into the table form; leave everything else for validation to judge.

    Parameters
    ----------
    value
        What stands in the field.

    Raises
    ------
    ValueError
        If it is true, false or a number that is not finite.
    """
    if isinstance(value, bool):
        raise PydanticCustomError("not_a_number", "is {given}, not a number", {"given": shown(value)})
    return {"value": _number(value)} if isinstance(value, (int, float, np.number)) else value
