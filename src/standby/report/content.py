"""What an edition holds: tables, sentences and manifest, ready to be written in any format."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from standby._show import Shown
from standby.appraise import REACHED
from standby.disclosure import ALL_HEADS, Edition
from standby.evidence import Manifest
from standby.plan import Plan, main_standard
from standby.tables import TABLES, is_flag, kind_of, written_from
from standby.words import WEIGHED, Kind, Sentence, numbers

INTERNAL_MARKING = "OFFICIAL-SENSITIVE – INTERNAL"
"""Marking of what is for internal use, whatever the plan's own classification says."""

INVENTED = "bases and units are invented"
"""Said on every page, map, sheet and file of a plan whose bases are invented, whatever the edition."""


@dataclass(frozen=True, eq=False)
class Content(Shown):
    """What an edition holds.

    Parameters
    ----------
    edition
        ``public``, ``internal`` or ``full``.
    plan
        The base.
    tables
        Results by name, in the order of the dictionary.
    sentences
        The summary.
    manifest
        What the result was made from.
    draws, seed
        Draws of the doubt, and their seed.
    left_out
        What the edition leaves out, in sentences.
    public_page
        Path of the public edition's page beside a full one, empty where there is none.
    no_public_page
        Why the public edition can't be made, in words; empty where it can.
    """

    edition: Edition
    plan: Plan
    tables: Mapping[str, pd.DataFrame]
    sentences: tuple[Sentence, ...]
    manifest: Manifest
    draws: int
    seed: int
    left_out: tuple[str, ...] = ()
    public_page: str = ""
    no_public_page: str = ""

    @property
    def marking(self) -> str:
        """What stands at the top and the bottom of every page."""
        return marking_of(self.plan, self.edition)

    @property
    def of_invented_bases(self) -> str:
        """What stands behind the caption of a map; empty where bases may be real."""
        return f" ({INVENTED})" if self.plan.bases_are_invented else ""

    @property
    def limit_min(self) -> float:
        """Longest time that is told apart from never [min]."""
        return self.plan.document.travel.limit_min

    def table(self, name: str) -> pd.DataFrame:
        """Return a table; an empty one of the known columns when the edition has it not."""
        if name in self.tables:
            return self.tables[name]
        return pd.DataFrame(columns=[c.name for c in TABLES[name].columns])

    def notes_on(self, subject: str) -> tuple[str, ...]:
        """Return the notes on a subject; none in an edition without notes."""
        notes = self.table("notes")
        return tuple(notes.loc[notes["subject"] == subject, "text"])

    @property
    def reached(self) -> str:
        """Column of the share of a standard that is shown first: assured, or for the public expected.

        Where figures were drawn the public has the mean over the draws, as in all other tables, and no second
        number beside it that is rounded by itself.
        """
        if self.edition != "public":
            return "share_assured"
        return "mean" if "mean" in self.table("standards") else "share_expected"

    def writer(self, kind: Kind) -> Callable[[float], str]:
        """Return how numbers of a kind are written; where they were rounded, without idle digits."""
        return numbers.writer(kind, limit_min=self.limit_min, rounded=self.edition == "public")

    def minutes(self, value: float) -> str:
        """Return minutes as they are written in this plan."""
        return self.writer("minutes")(value)

    @property
    def counted(self) -> str:
        """What the first criterion counts: people, or key locations."""
        return self._criteria.get(REACHED, ("", "people"))[1]

    def counts_people(self, criterion: str) -> bool:
        """Return whether a criterion is a number of people."""
        return self._criteria.get(criterion, ("", ""))[1] == "people"

    def of_how_many(self, criterion: str) -> str:
        """Return how many people a number of people is out of: ``1,050,000 people``; empty for others."""
        total = self.people_in_all(criterion)
        return f"{numbers.people(total)} people" if total else ""

    def people_in_all(self, criterion: str) -> float | None:
        """Return how many people a number of people is out of; None where a criterion counts none."""
        if not self.counts_people(criterion):
            return None

        # Those that the main standard counts, which may be for some forces or classes alone.
        standard = self.plan.document.standards[main_standard(self.plan.document.standards)]

        areas = self.plan.table("areas")
        forces = [f for f in self.plan.forces if not standard.forces or f in standard.forces]
        kept = areas["force"].isin(forces)
        if standard.classes:
            kept &= areas["class"].isin(standard.classes)
        return float(areas.loc[kept, "population"].sum())

    def cost_by(self, by: str) -> pd.DataFrame:
        """Return cost summed by option and by year or head: ``option``, the other, and ``budget_gbp``."""
        cost = self.table("cost")

        # The public edition has both sums already, each rounded, and nothing to add up.
        if self.edition == "public":
            return cost[cost["year"].notna() if by == "year" else cost["head"] != ALL_HEADS]
        return cost.groupby(["option", by], sort=False)["budget_gbp"].sum().reset_index()

    def criterion_writer(self, criterion: str) -> Callable[[float], str]:
        """Return how numbers of a criterion are written."""
        return self.writer(self.criterion_kind(criterion))

    def criterion_kind(self, criterion: str) -> Kind:
        """Return what numbers of a criterion are."""
        return numbers.kind_of_unit(self._criteria.get(criterion, ("", ""))[1])

    @cached_property
    def _criteria(self) -> dict[str, tuple[str, str]]:
        """Name and unit of each criterion."""
        frame = self.table("criteria")
        return {
            str(c): (str(n), str(u))
            for c, n, u in zip(frame["criterion"], frame["name"], frame["unit"], strict=True)
        }

    def said(self, sentence: Sentence) -> str:
        """Return a sentence with its numbers written as the tables write them.

        Parameters
        ----------
        sentence
            A sentence of the appraisal.

        Raises
        ------
        ValueError
            If a number does not stand where the sentence says it does.
        """
        rounded = self.edition == "public"
        return sentence.said(written_from(self.tables, limit_min=self.limit_min, rounded=rounded))

    def shown(self, table: str, column: str, row: Mapping[str, Any]) -> str:
        """Return a cell as readers see it.

        Parameters
        ----------
        table, column
            Where it stands.
        row
            The whole row: the unit of a number can depend on it.
        """
        value = row[column]

        if is_flag(value):
            return "yes" if value else "no"
        if isinstance(value, str):
            if column == "of":
                return WEIGHED.get(value, value)
            return self.name_of(table, column, value)
        if value is None or value is pd.NA:
            return ""

        kind = kind_of(table, column, numeric=True)
        write = self.criterion_writer(str(row["criterion"])) if kind == "measure" else self.writer(kind)

        # What a planner stated keeps its digits; a change has a sign.
        declared = TABLES[table].column(column) if table in TABLES else None
        if declared is not None and declared.stated:
            write = numbers.stated(kind)
        if declared is not None and declared.signed:
            return numbers.change(float(value), write)
        is_level = kind == "measure" and column == "mean"  # a difference has no whole
        text = self._not_quite_all(row, float(value)) if is_level else ""
        return self._bounded(table, column, row, text or write(float(value)))

    def _not_quite_all(self, row: Mapping[str, Any], value: float) -> str:
        """Return bounds for people that were rounded to none or to all of them; nothing for others."""
        criterion = str(row["criterion"])
        everybody = self.people_in_all(criterion) if self.edition == "public" else None
        if not everybody:
            return ""

        half = numbers.COARSE_SHARE / 2.0
        if value < half * everybody:
            return f"< {numbers.coarse_people(half * everybody)}"
        if value > (1.0 - half) * everybody:
            return f"> {numbers.coarse_people((1.0 - half) * everybody)}"
        return ""

    def _bounded(self, table: str, column: str, row: Mapping[str, Any], text: str) -> str:
        """Return a number marked as a lower bound where its row says that it is one."""
        known = TABLES[table].column(column) if table in TABLES else None
        flag = row.get(known.bound) if known is not None and known.bound else None
        return numbers.at_least(text) if flag is not None and not pd.isna(flag) and bool(flag) else text

    def name_of(self, table: str, column: str, value: str) -> str:
        """Return the name that a reader sees for an id; the text itself when it is none."""
        if table in TABLES:
            known = TABLES[table].column(column)
            if known is None or known.kind != "name":
                return value
        return self.name(column, value)

    def name(self, what: str, key: str) -> str:
        """Return the name of an option, force, class, scope and so on.

        Parameters
        ----------
        what
            What the id is of: a column's name.
        key
            The id.
        """
        document = self.plan.document

        if what in ("option", "other"):
            return document.base.name if key == "base" else _named(document.options, key)
        if what == "criterion":
            return self._criteria.get(key, (key, ""))[0]
        if what == "scope":
            return self._scope(key)

        # A figure may rest on an assumption, which is no source of the plan.
        if what == "source":
            source = self.plan.sources.get(key)
            return source.title if source else key

        sections: dict[str, Mapping[str, Any]] = {
            "force": document.forces,
            "class": document.classes,
            "tier": document.tiers,
            "incident_type": document.incident_types,
            "standard": document.standards,
        }
        return _named(sections.get(what, {}), key)

    def _scope(self, key: str) -> str:
        """Return the name of a scope: the whole region, a setting, a class, a force, or a force's setting."""
        document = self.plan.document
        words = {"": "All", "urban": "Urban", "rural": "Rural"}
        if key in words:
            return words[key]

        # Ids have no space: one stands between a force and a setting of it.
        force, _, setting = key.partition(" ")
        if setting:
            return f"{_named(document.forces, force)}, {setting}"

        return _named(document.classes, key) if key in document.classes else _named(document.forces, key)


def marking_of(plan: Plan, edition: Edition) -> str:
    """Return what stands at the top and the bottom of every page of an edition, and in every table.

    Parameters
    ----------
    plan
        The plan.
    edition
        ``public``, ``internal`` or ``full``.
    """
    classification = plan.document.plan.classification
    marking = {
        "public": f"{classification} – PUBLIC EDITION",
        "internal": INTERNAL_MARKING,
        "full": f"{classification} – FULL EDITION",
    }[edition]
    return f"{marking} – {INVENTED}" if plan.bases_are_invented else marking


def _named(section: Mapping[str, Any], key: str) -> str:
    """Return the name of an entry of a section; the key itself where it is none."""
    return str(section[key].name) if key in section else key
