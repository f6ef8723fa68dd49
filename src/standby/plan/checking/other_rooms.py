"""What only another room can check: each kind of file, and the room that knows it.

A room is loaded when a plan has such a file, and not before, because `standby.plan` stands below the rooms
that it asks. A room that has something to check is added to `CHECKERS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from standby._refusals import Fault
from standby.plan.checking.against_schema import value_at
from standby.plan.checking.judged import Judged
from standby.plan.faults import Note
from standby.plan.files.folder import PLAN_FILE
from standby.plan.plan import Plan

Check = Callable[[Judged], tuple[list[Fault], list[Note]]]
"""What a room offers: from a plan folder that has been read to faults and notes."""


@dataclass(frozen=True)
class Checker:
    """A check that another room makes.

    Parameters
    ----------
    of
        What it checks, in words.
    when
        Fields of ``plan.toml`` with which it is needed: the value that each must have, None for any.
    module, function
        Where it is; the function is a `Check`.
    """

    of: str
    when: Mapping[str, str | None]
    module: str
    function: str

    @property
    def room(self) -> str:
        """The room that makes the check."""
        return ".".join(self.module.split(".")[:2])

    def is_needed(self, raw: Mapping[str, Any]) -> bool:
        """Return whether a document has what this checks."""
        given = {field: value_at(raw, tuple(field.split("."))) for field in self.when}
        return all(
            given[field] is not None if wanted is None else given[field] == wanted
            for field, wanted in self.when.items()
        )


CHECKERS = (
    Checker("road file", {"travel.method": "roads"}, "standby.travel.plan_files", "check_roads"),
    Checker(
        "driving profile",
        {"travel.method": "roads", "travel.profile": None},
        "standby.travel.plan_files",
        "check_profile",
    ),
    Checker("table of minutes", {"travel.method": "matrix"}, "standby.travel.plan_files", "check_minutes"),
)
"""Everything that another room checks in a plan."""


NOTERS = (("standby.workforce.notes", "notes_on_officers"),)
"""Modules and functions of other rooms that know what to note of a plan without faults."""


def notes_of_other_rooms(plan: Plan) -> list[Note]:
    """Return what other rooms note of a plan that can be used.

    Parameters
    ----------
    plan
        The plan, free of faults.
    """
    notes: list[Note] = []
    for module, function in NOTERS:
        notes += getattr(import_module(module), function)(plan)
    return notes


def ask_other_rooms(judged: Judged, raw: Mapping[str, Any]) -> None:
    """Have each file checked by the room that knows it, and keep what was found and who was asked.

    Parameters
    ----------
    judged
        What has been found so far; faults, notes and checkers are added to it.
    raw
        The document as written.
    """
    for checker in CHECKERS:
        if not checker.is_needed(raw):
            continue
        try:
            check: Check = getattr(import_module(checker.module), checker.function)
        except (ImportError, AttributeError) as error:
            judged.faults.append(_not_loaded(checker, error))
            continue

        faults, notes = check(judged)
        judged.faults += faults
        judged.notes += notes
        judged.checkers.append(f"{checker.of} ({checker.room})")


def _not_loaded(checker: Checker, error: Exception) -> Fault:
    section, _, field = next(iter(checker.when)).rpartition(".")
    what = f"asks for a check of the {checker.of}, and {checker.room} can't be loaded ({error})"
    fix = "Install Standby again, with all of its dependencies"
    return Fault(PLAN_FILE, section, field, what, fix, "not-checked")
