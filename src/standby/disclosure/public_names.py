"""Names for the public: those that were written for it, and else names made from what a thing is.

A planner's ids, names and titles may hold the name of a base in any spelling, and no filter of words can be
trusted to find it. So none of them passes: what a reader sees comes from the fields ``public_title`` and
``public_name``, or from this module. Where bases are invented names stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import pandas as pd

from standby._show import Shown
from standby.evidence import ASSUMPTION
from standby.plan import BASE, Plan, Standard
from standby.tables import Table
from standby.words import Number, Phrase

TITLE = "A plan for armed response"
"""Title of a plan that has none for the public."""

BASE_NAME = "As it is"

STREAMS = {"spontaneous": "Spontaneous calls", "planned": "Planned operations", "attack": "Attacks"}
"""What incident types are called that have no name for the public."""

UNPUBLISHED_SOURCE = "A source that is not published"
"""Title of a source that the planner did not mark as public."""

OURS = frozenset({"", BASE, "all standards", ASSUMPTION})
"""Ids in the tables that no planner chose."""

AS_ASKED = "-as-asked"
"""End of the id of a standard that a siting was asked for with other minutes, people or classes."""

SECTIONS = {
    "option": "options",
    "other": "options",
    "standard": "standards",
    "incident_type": "incident_types",
    "tier": "tiers",
    "class": "classes",
    "source": "sources",
}
"""Columns of ids, and the section of a plan that each is of."""


AnyPhrase = TypeVar("AnyPhrase", bound=Phrase)


@dataclass(frozen=True)
class PublicNames(Shown):
    """What the public reads in place of a planner's ids and names.

    Parameters
    ----------
    ids
        For each section of a plan, its ids and what stands in their place.
    names
        Names, and what stands in their place in a text.
    by_id
        For each section but the sources, its ids and their public names.
    """

    ids: Mapping[str, Mapping[str, str]]
    names: Mapping[str, str]
    by_id: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def id_of(self, column: str, value: str) -> str:
        """Return what stands in place of an id.

        Parameters
        ----------
        column
            The column that it stands in.
        value
            The id.

        Raises
        ------
        LookupError
            If nobody knows what it is of, which is a fault of the program.
        """
        if value in OURS or column == "scope":
            return value
        if column == "criterion":
            standard = value.removeprefix("share_")
            public = self.ids["standards"].get(standard)
            return value if public is None else f"share_{public}"

        known = self.ids[SECTIONS[column]]
        own = value.removesuffix(AS_ASKED)  # a standard that a siting was asked for otherwise
        return known[value] if value in known else f"{known[own]}{AS_ASKED}"

    def text(self, words: str) -> str:
        """Return a text of ours with the planner's names in it replaced.

        Parameters
        ----------
        words
            The text.
        """
        private = sorted((name for name in self.names if name), key=len, reverse=True)
        if not private:
            return words

        # The longest first, so that a name that begins like another is not cut short.
        either = "|".join(map(re.escape, private))
        return re.sub(rf"(?<!\w)(?:{either})(?!\w)", lambda found: self.names[found[0]], words)

    def path(self, path: str) -> str:
        """Return the path of a figure with the planner's ids in it replaced.

        Parameters
        ----------
        path
            A path of the register, such as ``tiers.arv.turnout_min``.
        """
        section, *rest = path.split(".")

        known = self.ids.get(section, {})
        public = [known[rest[0]], *rest[1:]] if rest and rest[0] in known else rest
        classes = self.ids["classes"]  # weights by class
        return ".".join([section, *(classes.get(part, part) for part in public)])

    def phrase(self, phrase: AnyPhrase) -> AnyPhrase:
        """Return a phrase or a sentence with names and ids replaced.

        Parameters
        ----------
        phrase
            The phrase.
        """
        holes: dict[str, Any] = {}
        for name, hole in phrase.holes.items():
            if isinstance(hole, Number):
                holes[name] = self._number(hole)
            elif isinstance(hole, Phrase):
                holes[name] = self.phrase(hole)
            elif isinstance(hole, str):
                holes[name] = self.text(hole)
            else:
                holes[name] = replace(hole, low=self._number(hole.low), high=self._number(hole.high))
        return replace(phrase, holes=holes)

    def _number(self, number: Number) -> Number:
        """Return a number whose place in the tables is named by public ids."""
        key = []
        for column, value in number.key:
            is_id = column in SECTIONS or column == "criterion"
            key.append((column, self.id_of(column, value) if is_id else value))
        return replace(number, key=tuple(key))

    def frame(self, table: Table, frame: pd.DataFrame) -> pd.DataFrame:
        """Return a table with names and ids replaced.

        Parameters
        ----------
        table
            Its declaration.
        frame
            Its rows.
        """
        if not self.by_id:
            return frame

        # A name beside an id is that of the id; elsewhere names stand in texts of ours.
        frame = frame.copy()
        beside = next((column for column in ("standard", "option") if column in frame), None)
        if "name" in frame and beside is not None:
            named = frame[beside].map(self.by_id[SECTIONS[beside]])
            frame["name"] = named.where(named.notna(), frame["name"])

        for column in table.columns:
            if column.name not in frame or pd.api.types.is_numeric_dtype(frame[column.name]):
                continue

            values = frame[column.name]
            if column.name == "path":
                frame["path"] = values.map(self.path)
            elif column.name in SECTIONS or column.name == "criterion":
                frame[column.name] = [self.id_of(column.name, str(v)) if v is not None else v for v in values]
            else:
                frame[column.name] = [
                    self.text(value) if isinstance(value, str) else value for value in values
                ]
        return frame


def public_names(plan: Plan) -> PublicNames:
    """Return what the public reads in place of a planner's ids and names.

    Parameters
    ----------
    plan
        The plan, without an option laid over it.
    """
    document = plan.document
    sections: dict[str, Mapping[str, Any]] = {
        "options": document.options,
        "standards": document.standards,
        "incident_types": document.incident_types,
        "tiers": document.tiers,
        "classes": document.classes,
        "sources": plan.sources,
    }

    # Nothing to hide: every id stands for itself.
    if plan.bases_are_invented:
        return PublicNames({name: {id_: id_ for id_ in section} for name, section in sections.items()}, {})

    # Ids are numbers in the order of the plan: option-1, incident-type-2.
    ids = {}
    by_id = {}
    for section, entries in sections.items():
        one = section.removesuffix("es") if section == "classes" else section.removesuffix("s")
        ids[section] = {id_: f"{one.replace('_', '-')}-{k}" for k, id_ in enumerate(entries, start=1)}
        if section != "sources":
            by_id[section] = {
                id_: _name_of(section, k, entries[id_]) for k, id_ in enumerate(entries, start=1)
            }

    # In a sentence a name that two sections have is the first one's: options and standards come first.
    names = {document.base.name: _base_name(plan)}
    for section, known in by_id.items():
        for id_, public in known.items():
            names.setdefault(sections[section][id_].name, public)

    by_id["options"][BASE] = _base_name(plan)
    return PublicNames(ids, names, by_id)


def public_plan(plan: Plan) -> Plan:
    """Return a plan as the public may know it: with public names and texts, and no hash or folder.

    Parameters
    ----------
    plan
        The plan, without an option laid over it.

    Returns
    -------
    Plan
        For headings and names; its tables of places are still the plan's.
    """
    if plan.bases_are_invented:
        return plan

    names = public_names(plan)
    document = plan.document

    def renamed(section: str, **changes: Any) -> dict[str, Any]:
        """Return a section by public ids, with public names and whatever else changes of an entry."""
        entries: Mapping[str, Any] = getattr(document, section)
        return {
            names.ids[section][id_]: entry.model_copy(
                update={
                    "name": names.by_id[section][id_],
                    **{name: change(entry) for name, change in changes.items()},
                }
            )
            for id_, entry in entries.items()
        }

    about = document.plan
    public = document.model_copy(
        update={
            "plan": about.model_copy(
                update={"title": about.public_title or TITLE, "summary": about.public_summary}
            ),
            "base": document.base.model_copy(
                update={"name": _base_name(plan), "description": document.base.public_description}
            ),
            "options": renamed("options", description=lambda o: o.public_description, reason=lambda _: ""),
            "standards": renamed(
                "standards", incident_type=lambda s: names.ids["incident_types"][s.incident_type]
            ),
            "incident_types": renamed("incident_types"),
        }
    )

    # A source that isn't marked as public stays in the list, without a word on what it is.
    unpublished = {"title": UNPUBLISHED_SOURCE, "where": None, "scope": None, "note": None}
    sources = {
        names.ids["sources"][id_]: source if source.public else source.model_copy(update=unpublished)
        for id_, source in plan.sources.items()
    }

    return replace(plan, document=public, sources=sources, hashes={}, folder=None)


def _base_name(plan: Plan) -> str:
    return plan.document.base.public_name or BASE_NAME


def _name_of(section: str, number: int, entry: Any) -> str:
    """Return the name that was written for the public, else one made from what an entry is."""
    if entry.public_name:
        return str(entry.public_name)

    if section == "standards":
        return f"Standard {number}: {_made_of(entry)}"
    if section == "incident_types":
        return f"{STREAMS[entry.stream]} ({number})"

    kinds = {"options": "Option", "tiers": "Tier", "classes": "Class of place"}
    return f"{kinds[section]} {number}"


def _made_of(standard: Standard) -> str:
    """Return what a standard asks for, in words."""
    what = "first armed officers" if standard.measure == "first" else "full attendance"
    return f"{what} in {standard.within_min:g} minutes"
