"""A figure: a number with its source and its doubt."""

from __future__ import annotations

import datetime as dt
import math
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

Kind = Literal["measured", "stated", "opinion", "assumption", "unsupported"]
Range = Literal["p5-p95", "min-max"]
Shape = Literal["normal", "lognormal", "logitnormal", "uniform", "triangular", "pert"]

SHAPES_BY_RANGE: dict[Range, tuple[Shape, ...]] = {
    "p5-p95": ("normal", "lognormal", "logitnormal", "uniform"),
    "min-max": ("triangular", "pert", "uniform"),
}
"""Which shapes can be read from which pair of bounds."""


def _month_as_day(value: object) -> object:
    """Read ``2017`` and ``2017-06`` as the first day that they name."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if isinstance(value, str) and value.replace("-", "").isdigit() and len(value) in (4, 7):
        return f"{value}-01-01"[:10] if len(value) == 4 else f"{value}-01"
    return value


Day = Annotated[dt.date, BeforeValidator(_month_as_day)]
"""A date; a bare year or year and month mean their first day."""


class Figure(BaseModel):
    """A number that may be argued about: its value, its doubt and where it comes from.

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

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    value: float = Field(description="The central estimate.")
    low: float | None = Field(None, description="Lower bound of the doubt.")
    high: float | None = Field(None, description="Upper bound of the doubt.")
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
        if (self.low is None) != (self.high is None):
            raise ValueError("has only one of low and high; give both, or neither to take it as certain")
        if self.low is None or self.high is None:
            if self.shape is not None:
                raise ValueError("has a shape but no low and high; give both bounds or drop the shape")
            return self
        if self.low > self.high:
            raise ValueError(f"has low {self.low:g} above high {self.high:g}; exchange them")
        if not self.low <= self.value <= self.high:
            raise ValueError(
                f"has value {self.value:g} outside low {self.low:g} to high {self.high:g}; widen the bounds"
            )
        self._shape_fits(self.low, self.high)
        return self

    def _shape_fits(self, low: float, high: float) -> None:
        if self.shape is None:
            return
        allowed = SHAPES_BY_RANGE[self.range]
        if self.shape not in allowed:
            raise ValueError(
                f"has shape {self.shape!r} with range {self.range!r}; there use one of {', '.join(allowed)}"
            )
        if self.shape == "lognormal" and low <= 0:
            raise ValueError(
                "is lognormal with a bound at or below 0; raise low above 0 or use shape 'normal'"
            )
        if self.shape == "logitnormal" and not (low > 0 and high < 1):
            raise ValueError("is logitnormal with a bound outside 0 to 1; keep low above 0 and high below 1")

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
        shown = ", ".join(
            f"{k}={getattr(self, k)!r}"
            for k in type(self).model_fields
            if getattr(self, k) is not None and not (k == "range" and self.low is None)
        )
        return f"Figure({shown})"


def as_figure(value: object) -> object:
    """Turn a plain number into the table form; leave everything else for validation to judge."""
    if isinstance(value, bool):
        raise ValueError("must be a number, not true or false")  # noqa: TRY004 - pydantic reports ValueError only
    if isinstance(value, (int, float)):
        if not math.isfinite(value):
            raise ValueError("must be a finite number")
        return {"value": float(value)}
    return value
