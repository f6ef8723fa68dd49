"""What the commands do: read, compute, print."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import typer

from standby import examples
from standby._refusals import Refusal
from standby._writing import check_place, recover, whole_folder
from standby.cli._print import dump, lines, progress_bar
from standby.cli._status import BAD_INPUT, bad, told
from standby.plan import check as check_plan
from standby.plan import open_plan
from standby.plan.faults import fault_lines

if TYPE_CHECKING:
    from standby.plan import Plan

FIRST_EXAMPLE = "south-west"


def opened(folder: Path, option: str | None, *, json: bool) -> Plan:
    """Return a plan with an option laid over it, or leave with what is wrong."""
    plan = open_plan(folder)
    if option is None:
        return plan
    if option not in plan.document.options:
        known = ", ".join(plan.document.options) or "none"
        bad(f"there is no option {option!r}; the plan has: {known}", json=json)
    return plan.with_option(option)


def example(name: str | None, folder: Path | None, *, list_: bool, json: bool) -> None:
    """Copy a packaged plan, or list them."""
    if list_:
        titles = {known: open_plan(examples.path(known)).title for known in examples.names()}
        if json:
            dump({"examples": titles})
        else:
            width = max(map(len, titles))
            lines(f"{known:{width}}  {title}" for known, title in titles.items())
        return
    name = name or FIRST_EXAMPLE
    if name not in examples.names():
        bad(f"there is no example {name!r}; there are: {', '.join(examples.names())}", json=json)
    target = folder or Path(name)
    with told(json=json):
        _copy(examples.path(name), target)
    if json:
        dump({"example": name, "folder": str(target)})
    else:
        lines(
            [
                f"The plan is in {target}. Look at plan.toml there; then:",
                f"  standby check {target}",
                f"  standby appraise {target} --out {target}-report",
            ]
        )


def _copy(source: Path, target: Path) -> None:
    """Copy the files of a plan into a new or an empty folder, all of them or none."""
    recover(target)
    _hold_empty(target)
    with whole_folder(target, before_move=lambda _: _hold_empty(target)) as made:
        for file in sorted(source.iterdir()):
            if file.is_file():
                shutil.copyfile(file, made / file.name)


def _hold_empty(folder: Path) -> None:
    """Raise FileExistsError when there is anything in a folder, or in its place."""
    if os.path.lexists(folder) and (not folder.is_dir() or any(folder.iterdir())):
        raise FileExistsError(f"{folder} is there already and not empty; name a new folder")


def check(folder: Path, *, json: bool) -> None:
    """Print faults and notes; exit status 2 if there are faults."""
    with told(json=json):
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


def appraise(
    folder: Path,
    out: Path,
    *,
    draws: int | None,
    seed: int | None,
    edition: Literal["public", "internal"],
    workers: int | None,
    json: bool,
) -> None:
    """Appraise, write the report and print the decision table."""
    with told(json=json):
        check_out(out, folder)
        plan = open_plan(folder)
        from standby.appraise import appraise as appraise_plan
        from standby.cli._decision import decision
        from standby.report import content_of, report

        own: dict[str, Any] = {k: v for k, v in (("draws", draws), ("seed", seed)) if v is not None}
        with progress_bar(f"Appraising {len(plan.document.options)} options") as step:
            appraisal = appraise_plan(plan, progress=step, workers=workers, **own)
        written = report(appraisal, out, edition=edition)
        content = content_of(appraisal, edition)
    if json:
        dump(
            {
                "edition": edition,
                "summary": " ".join(content.said(sentence) for sentence in content.sentences),
                "decision": content.tables["decision"],
                "options": content.tables["options"],
                "criteria": content.tables["criteria"],
                "files": [str(path) for path in written.paths],
                "manifest": content.manifest.as_dict(),
            }
        )
        return
    decision(content)
    lines(["", *(f"• {content.said(sentence)}" for sentence in content.sentences), ""])
    lines(content.left_out)
    lines([f"The report ({edition} edition): {written.page or written.folder}"])


def check_out(out: Path, folder: Path) -> None:
    """Refuse a folder for the report that can't be written, before anything is computed.

    Raises
    ------
    ValueError
        If it is the plan's own folder, or holds files that Standby did not write.
    PermissionError
        If it may not be written.
    """
    from standby.report.files.folder import check_folder

    real = Path(os.path.realpath(out))
    if real == Path(os.path.realpath(folder)):
        what = "is the plan's own folder, which Standby did not write"
        raise Refusal(f"{out} {what}", "name another for the report")
    check_folder(out)
    parent = real
    while not parent.exists():
        parent = parent.parent
    if not parent.is_dir():
        raise NotADirectoryError(f"{parent} is not a folder; name another for the report")
    for place in {parent, real.parent if real.exists() else parent}:
        if not os.access(place, os.W_OK | os.X_OK):
            raise PermissionError(f"{place} may not be written to; name another folder for the report")
    check_place(out)
