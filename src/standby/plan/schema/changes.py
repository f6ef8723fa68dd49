"""The schema of what is laid over a plan: options and scenarios, and the statements they are put beside."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from standby._refusals import Refusal
from standby.evidence import COMPARED, Day
from standby.plan.schema import plausible
from standby.plan.schema.fields import MOST_GBP, ZERO, Gbp, Id, Ids, RowId, Section
from standby.plan.schema.tables import TABLES

UNCHANGEABLE = ("options", "scenarios", "statements")
"""Sections of ``plan.toml`` that no option can change."""

CHANGEABLE = tuple(name for name, table in TABLES.items() if table.of_force)
"""Tables whose rows an option may change."""

Said = Annotated[float, Field(ge=-MOST_GBP, le=MOST_GBP)]
"""A number that was said, or that a statement computes with."""


NEEDED_INPUTS: dict[str, tuple[str, ...]] = {
    "officers_for_units": ("units", "crew", "relief", "hours_a_day"),
    "unarmed_share": ("armed", "officers"),
}
"""Numbers that an arithmetic statement can't do without."""


class TableChanges(Section):
    """Rows that an option adds, changes or removes."""

    areas: list[dict[str, Any]] = Field(default=[], description="Rows of areas.")
    sites: list[dict[str, Any]] = Field(default=[], description="Rows of sites.")
    units: list[dict[str, Any]] = Field(default=[], description="Rows of units.")
    patrols: list[dict[str, Any]] = Field(default=[], description="Rows of patrols.")
    key_locations: list[dict[str, Any]] = Field(default=[], description="Rows of key locations.")
    commitments: list[dict[str, Any]] = Field(default=[], description="Rows of commitments.")


class Removals(Section):
    """Ids of rows that an option removes."""

    areas: list[RowId] = Field(default=[], description="Ids of areas.")
    sites: list[RowId] = Field(default=[], description="Ids of sites.")
    units: list[RowId] = Field(default=[], description="Ids of units.")
    patrols: list[RowId] = Field(default=[], description="Ids of patrols.")
    key_locations: list[RowId] = Field(default=[], description="Ids of key locations.")
    commitments: list[RowId] = Field(default=[], description="Ids of commitments.")


class Changes(Section):
    """Named changes to the base: of values by path, and of rows."""

    set: dict[str, Any] = Field(default={}, description="New values by path, e.g. 'tiers.arv.turnout_min'.")
    add: TableChanges = Field(default=TableChanges(), description="New rows, in full.")
    change: TableChanges = Field(
        default=TableChanges(), description="Rows by id, with the fields that change."
    )
    remove: Removals = Field(default=Removals(), description="Rows to take away, by id.")


class Status(Section):
    """Whether an option is open, and if not why."""

    status: Literal["open", "ruled out"] = Field("open", description="Open options are ranked; others shown.")
    reason: str = Field("", description="Why it is ruled out, and by whom (office, not person).")
    source: Id | None = Field(None, description="Where that was said.")


class Option(Changes):
    """An option: a named set of changes to the base."""

    name: str = Field(min_length=1, description="Name.")
    public_name: str = Field("", description="Name for the public edition; empty: its number.")
    description: str = Field("", description="What it is, in plain words.")
    public_description: str = Field(
        "", description="What it is, in words for the public edition: no base, unit or place."
    )
    status: Literal["open", "ruled out"] = Field("open", description="Open options are ranked; others shown.")
    reason: str = Field("", description="Why it is ruled out, and by whom (office, not person).")
    source: Id | None = Field(None, description="Where it was proposed or ruled out.")
    capital_gbp: Annotated[Gbp, plausible.OPTION_GBP] = Field(
        ZERO, description="One-off cost, e.g. of a base."
    )
    running_gbp: Annotated[Gbp, plausible.OPTION_GBP] = Field(ZERO, description="Further cost a year.")
    grant_gbp: Annotated[Gbp, plausible.OPTION_GBP] = Field(ZERO, description="Grant a year towards it.")
    forces: dict[Id, Status] = Field(
        default={}, description="Status by force; rows of a force that ruled it out are left as they are."
    )


class Scenario(Changes):
    """Another structure, at another date, that a statement is compared with; not an option."""

    name: str = Field(min_length=1, description="Name.")
    description: str = Field("", description="What was different.")
    date: Day | None = Field(None, description="The date whose structure it describes.")


class Statement(Section):
    """Something said in public, to be put beside what the model says."""

    said: str = Field(min_length=1, description="What was said, in our words.")
    date: Day = Field(description="When.")
    source: Id = Field(description="Where.")
    measure: Literal[
        "first_min",
        "full_min",
        "officers_for_units",
        "armed_on_duty",
        "sum",
        "unarmed_share",
        "change",
        "change_share",
        "ratio",
    ] = Field(description="What the model, or a series, is asked for.")
    low: Said = Field(description="Lower end of what was said.")
    high: Said = Field(description="Upper end of what was said.")
    scenario: Id | None = Field(None, description="Scenario of that date; none: the base.")
    incident_type: Id | None = Field(None, description="Incident type, for minutes.")
    statistic: Literal["median", "mean", "p90", "p95", "highest"] = Field(
        "median", description="Which statistic over people, for minutes."
    )
    forces: Ids = Field(default=[], description="Forces; none: all planned forces.")
    settings: list[Literal["urban", "rural"]] = Field(default=[], description="Settings; none: both.")
    inputs: dict[str, Said] = Field(
        default={},
        description="Numbers of an arithmetic statement; base: how many there were before some were added.",
    )
    series: RowId | None = Field(None, description="Series, for a change, its share or a ratio.")
    since: Day | None = Field(
        None, description="Day of the series' value that the last one is compared with."
    )
    assumptions: str = Field("", description="What was assumed, fixed before the comparison.")
    reading: str = Field("", description="Why it differs, when it does.")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.low > self.high:
            raise Refusal(f"has low {self.low:g} above high {self.high:g}", "exchange them")
        return self

    @model_validator(mode="after")
    def _can_be_computed(self) -> Self:
        needed = NEEDED_INPUTS.get(self.measure, ())
        lacking = [name for name in needed if name not in self.inputs]
        if lacking:
            raise Refusal(f"has no {' and no '.join(lacking)} for {self.measure!r}", "give them in inputs")
        if self.measure == "unarmed_share" and not self.inputs["officers"] > 0:
            raise Refusal("has no officers to take a share of", "give inputs.officers above 0")
        return self

    @model_validator(mode="after")
    def _series_and_measure_fit(self) -> Self:
        if self.measure in COMPARED and self.series is None:
            raise Refusal(f"has no series for {self.measure!r}", "name one of series.csv")
        if self.measure not in COMPARED and (self.series is not None or self.since is not None):
            field = "series" if self.series is not None else "since"
            raise Refusal(
                f"has {field}, of which {self.measure!r} makes no use",
                f"take it out, or use one of {', '.join(COMPARED)}",
            )

        # Whom a series counts is its scope: a statement can't choose among them.
        choices = ("scenario", "incident_type", "forces", "settings")
        unused = [name for name in choices if getattr(self, name)]
        if self.measure in COMPARED and unused:
            raise Refusal(
                f"has {', '.join(unused)}, of which {self.measure!r} makes no use",
                "take it out, or name a series of that scope",
            )

        others = sorted(set(self.inputs) - {"base"})
        if self.measure in COMPARED and others:
            raise Refusal(f"has inputs {', '.join(others)} for {self.measure!r}", "give base alone, or none")
        return self
