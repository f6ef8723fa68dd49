"""What an edition holds: tables, sentences and manifest, ready to be written in any format."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, cast

import pandas as pd

from standby._refusals import Refusal
from standby._show import Shown
from standby.appraise import Sentence
from standby.cover import main_standard
from standby.evidence import Manifest
from standby.plan import Plan
from standby.report import numbers
from standby.report.dictionary import TABLES, Kind, kind_of

Edition = Literal["public", "internal"]
EDITIONS: tuple[Edition, ...] = ("public", "internal")

INTERNAL_MARKING = "OFFICIAL-SENSITIVE – INTERNAL"
"""Marking of what is for internal use, whatever the plan's own classification says."""

AS_WRITTEN = {"within_min", "required", "reliability", "year", "sites"}
"""Columns that repeat what the plan's standards ask for, and are rounded in no edition."""

ALL_HEADS = "all heads"
"""Head of cost by year in the public edition, which has no cost by year and head."""

NO_WIDTH = re.compile(r" \(([^()]+) to \1(?: points)?\)")
"""An interval of no width: it says no more than the number before it."""

CHANGES = ("difference", "gap_", "change_", "behind")
"""How the names of columns start that hold changes: they are written with their sign."""


@dataclass(frozen=True, eq=False)
class Content(Shown):
    """What an edition holds.

    Parameters
    ----------
    edition
        ``public`` or ``internal``.
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
    """

    edition: Edition
    plan: Plan
    tables: Mapping[str, pd.DataFrame]
    sentences: tuple[Sentence, ...]
    manifest: Manifest
    draws: int
    seed: int
    left_out: tuple[str, ...] = ()

    @property
    def marking(self) -> str:
        """What stands at the top and the bottom of every page."""
        return marking_of(self.plan, self.edition)

    @property
    def limit_min(self) -> float:
        """Longest time that is told apart from never [min]."""
        return self.plan.document.travel.limit_min

    def table(self, name: str) -> pd.DataFrame:
        """Return a table; an empty one of the known columns when the edition has it not."""
        if name in self.tables:
            return self.tables[name]
        return pd.DataFrame(columns=[c.name for c in TABLES[name].columns])

    def writer(self, kind: Kind) -> Callable[[float], str]:
        """Return how numbers of a kind are written; where they were rounded, without idle digits."""
        if self.edition == "public" and kind == "share":
            return numbers.coarse_share
        if self.edition == "public" and kind == "money":
            return lambda value: numbers.without_noughts(numbers.money(value))
        return self._exact_writer(kind)

    def _exact_writer(self, kind: Kind) -> Callable[[float], str]:
        return {
            "minutes": self.minutes,
            "share": numbers.share,
            "money": numbers.money,
            "count": numbers.count,
            "people": numbers.people,
            "years": numbers.years,
            "year": lambda value: f"{value:.0f}" if math.isfinite(value) else numbers.plain(value),
        }.get(kind, numbers.plain)

    def minutes(self, value: float) -> str:
        """Return minutes as they are written in this plan."""
        text = numbers.minutes(value, limit=self.limit_min)
        return numbers.without_noughts(text) if self.edition == "public" else text

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
        if self.edition == "public":
            return cost[cost["year"].notna() if by == "year" else cost["head"] != ALL_HEADS]
        return cost.groupby(["option", by], sort=False)["budget_gbp"].sum().reset_index()

    def criterion_writer(self, criterion: str) -> Callable[[float], str]:
        """Return how numbers of a criterion are written."""
        return self.writer(self.criterion_kind(criterion))

    def criterion_kind(self, criterion: str) -> Kind:
        """Return what numbers of a criterion are."""
        return _kind_of_unit(self._criteria.get(criterion, ("", ""))[1])

    @cached_property
    def _criteria(self) -> dict[str, tuple[str, str]]:
        """Name and unit of each criterion."""
        frame = self.table("criteria")
        return {
            str(c): (str(n), str(u))
            for c, n, u in zip(frame["criterion"], frame["name"], frame["unit"], strict=True)
        }

    def unit_writer(self, unit: str) -> Callable[[float], str]:
        """Return how numbers of a unit are written."""
        return self.writer(_kind_of_unit(unit))

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
        starts = starts_of(sentence)
        texts = []
        for number, start in zip(sentence.numbers, starts, strict=True):
            rows = pick(self.table(number.table), number.key)
            if start < 0 or rows.empty:
                raise Refusal(f"{number.text!r} of {sentence.text!r} does not stand in {number.table}")
            text = self.shown(number.table, number.column, records(rows)[0])
            texts.append(text.lstrip("+≥ ").removesuffix(" min"))

        # A clause whose numbers, as they are written here, say nothing gives way to words.
        clauses = [c for c in getattr(sentence, "clauses", ()) if _says_nothing(texts[c.first : c.last])]
        parts = [(c.start, c.end, c.instead) for c in clauses]
        for number, start, text in zip(sentence.numbers, starts, texts, strict=True):
            if not any(c.start <= start < c.end for c in clauses):
                parts.append((start, start + len(number.text), text))

        done, at = "", 0
        for start, end, text in sorted(parts):
            done += sentence.text[at:start]
            if not any(c in "123456789" for c in text):
                done = done.removesuffix("+")  # no sign at a nought
            already = done.endswith("less than ")
            done += text.replace("< ", "" if already else "less than ").replace("> ", "more than ")
            at = end
        return NO_WIDTH.sub("", done + sentence.text[at:])

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
        if isinstance(value, bool) or type(value).__name__ == "bool_":
            return "yes" if value else "no"
        if isinstance(value, str):
            if column == "of":
                return {"demand": "calls"}.get(value, value.replace("_", " "))
            return self.name_of(table, column, value)
        if value is None or value is pd.NA:
            return ""
        kind = kind_of(table, column, numeric=True)
        write = self.criterion_writer(str(row["criterion"])) if kind == "measure" else self.writer(kind)
        if column in AS_WRITTEN:
            write = self._exact_writer(kind)
        if column.startswith(CHANGES) and kind in ("measure", "minutes", "count"):
            return numbers.change(float(value), write)
        return self._bounded(table, column, row, write(float(value)))

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
        document = self.plan.document
        words = {"": "All", "urban": "Urban", "rural": "Rural"}
        if key in words:
            return words[key]
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
        ``public`` or ``internal``.
    """
    if edition == "internal":
        return INTERNAL_MARKING
    return f"{plan.document.plan.classification} – PUBLIC EDITION"


def starts_of(sentence: Sentence) -> Sequence[int]:
    """Return where each number of a sentence starts; found one after the other when it does not say."""
    if getattr(sentence, "starts", ()):
        return sentence.starts
    found, at = list[int](), 0
    for number in sentence.numbers:
        start = sentence.text.find(number.text, at)
        found.append(start)
        at = start + len(number.text)
    return found


def _says_nothing(texts: Sequence[str]) -> bool:
    """Return whether numbers show no difference: one is nought or nearly, or several are alike."""
    if len(texts) == 1:
        return texts[0].startswith("<") or not any(c in "123456789" for c in texts[0])
    return len(set(texts)) == 1


def pick(frame: pd.DataFrame, key: Sequence[tuple[str, str]]) -> pd.DataFrame:
    """Return the rows of a table whose columns have certain values."""
    for column, value in key:
        frame = frame[frame[column] == value] if column in frame else frame.iloc[:0]
    return frame


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table, each by the names of its columns."""
    return cast("list[dict[str, Any]]", frame.to_dict("records"))


def _kind_of_unit(unit: str) -> Kind:
    """Return what numbers of a unit are."""
    word = unit.strip().lower()
    if word in {"min", "minutes"}:
        return "minutes"
    if word == "people":
        return "people"
    if word in {"share", "chance", "%"}:
        return "share"
    return "money" if word.startswith(("£", "gbp")) else "count"


def _named(section: Mapping[str, Any], key: str) -> str:
    return str(section[key].name) if key in section else key
