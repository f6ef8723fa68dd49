"""The command ``check``: every fault of a plan, with its fix."""

from __future__ import annotations

from pathlib import Path

import typer

from standby.cli._print import dump, lines
from standby.cli._status import BAD_INPUT, errors_reported
from standby.plan import check as check_plan
from standby.plan import fault_lines


def check(folder: Path, *, json: bool) -> None:
    """Print faults and notes; exit status 2 if there are faults."""
    with errors_reported(json=json):
        found = check_plan(folder)

    if json:
        dump(
            {
                "ok": found.ok,
                "summary": found.summary(),
                "faults": [fault.as_dict() for fault in found.faults],
                "notes": [{"subject": note.subject, "text": note.text} for note in found.notes],
                "checkers": list(found.checkers),
            }
        )
    else:
        lines([found.summary()])
        lines(f"  {line}" for line in fault_lines(found.faults))
        lines(f"  note: {note.subject} {note.text}" for note in found.notes)

    if not found.ok:
        raise typer.Exit(BAD_INPUT)
