"""What a source identifier means."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from standby._show import Shown
from standby.evidence.figure import Day

Quality = Literal["official", "published", "press", "secondary", "derived", "expert", "memory", "assumption"]

ASSUMPTION = "assumption"
"""The one source identifier that needs no entry: the planner's own assumption."""


class Source(Shown, BaseModel):
    """A source of figures: an entry of ``sources.toml``.

    Parameters
    ----------
    title
        What it is, so that a reader can find it.
    quality
        How good it is: official statistics, another publication, press, a secondary copy, arithmetic on other
        sources, an expert's word, memory, or an assumption.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    title: str = Field(min_length=1, description="What it is, so that a reader can find it.")
    date: Day | None = Field(None, description="When it was published.")
    scope: str | None = Field(None, description="Whom or what it covers.")
    quality: Quality = Field(description="How good it is.")
    where: str | None = Field(None, description="Address, page or table.")
    note: str | None = Field(None, description="Anything a reader should know before relying on it.")
    public: bool = Field(
        default=False,
        description="Whether title and address may stand in the public edition as they are written.",
    )
