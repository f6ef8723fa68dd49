"""Open a plan folder, or say all that is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from standby._refusals import Fault
from standby._show import Shown
from standby.plan.checking.judge import judge
from standby.plan.checking.judged import Judged
from standby.plan.checking.notes import notes_on
from standby.plan.checking.other_rooms import notes_of_other_rooms
from standby.plan.faults import Note, PlanError
from standby.plan.plan import Plan


@dataclass(frozen=True)
class Check(Shown):
    """What `check` found.

    Parameters
    ----------
    faults
        What has to be fixed before the plan can be used.
    notes
        What a reader should know: figures without a source, clashes of scope or date.
    checkers
        What other rooms checked, each with its room: the road file and the driving profile of a plan that
        goes by roads, say. Empty where the plan has nothing that another room knows.
    """

    faults: tuple[Fault, ...]
    notes: tuple[Note, ...]
    checkers: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether the plan can be used."""
        return not self.faults

    def summary(self) -> str:
        """Return one sentence."""
        if self.ok:
            return f"The plan can be used; {_count(len(self.notes), 'note')}."
        return f"The plan has {_count(len(self.faults), 'fault')} to be fixed."


def _count(number: int, noun: str) -> str:
    """Return a number with its noun."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def open_plan(path: str | Path) -> Plan:
    """Read a plan folder.

    Parameters
    ----------
    path
        The folder that holds ``plan.toml``, or that file.

    Raises
    ------
    PlanError
        If it has faults; all of them, each with file, row or key, field and fix.
    """
    judged = judge(Path(path))
    if judged.faults:
        raise PlanError(judged.faults)
    return _plan(judged)


def _plan(judged: Judged) -> Plan:
    """Return the plan of a folder that was judged and has no faults."""
    if judged.document is None or judged.folder.document is None:
        raise RuntimeError("a plan without faults has a document")
    return Plan(
        document=judged.document,
        tables=judged.tables,
        sources=judged.sources,
        raw=judged.folder.document,
        hashes=judged.folder.hashes,
        folder=judged.folder.path,
    )


def check(plan: str | Path | Plan) -> Check:
    """Return every fault of a plan at once, and notes on its figures.

    Parameters
    ----------
    plan
        A plan folder, or a plan that was opened (its folder is read again when it has one).
    """
    if isinstance(plan, Plan):
        if plan.folder is None:
            return Check((), tuple(_notes(plan)))
        plan = plan.folder

    judged = judge(Path(plan))
    if judged.faults:
        return Check(tuple(judged.faults), (), tuple(judged.checkers))

    files = {name: text.file for name, text in judged.folder.tables.items()}
    return Check((), (*judged.notes, *_notes(_plan(judged), files)), tuple(judged.checkers))


def _notes(plan: Plan, files: Mapping[str, str] | None = None) -> list[Note]:
    """Return the notes on a plan without faults; `files` names the file of each table."""
    own = notes_on(plan.document, plan.tables, plan.sources, files)

    # Options are laid over the base, so a plan that has one laid over it is not asked again.
    return [*own, *notes_of_other_rooms(plan)] if plan.variant is None else own
