"""The command ``new``: a plan folder from open data, and what became of each file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from standby._characters import printable
from standby._files import UnreadableFileError, open_regular
from standby._refusals import Refusal
from standby.cli._print import dump, grid, lines, put
from standby.cli._status import errors_reported
from standby.opendata import new_plan

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from standby.opendata import NewPlan


def new(
    folder: Path,
    *,
    force: str,
    areas: Sequence[Path],
    lookup: Path | None,
    boundaries: Path | None,
    crime: Sequence[Path],
    workforce: Path | None,
    firearms: Path | None,
    sites: Path | None,
    roads: Path | None,
    json: bool,
) -> None:
    """Write the plan, and print what was read from which file, and why another was not used."""
    with errors_reported(json=json):
        # Before anything is read: reading the first of them may take minutes.
        _check_files(
            {
                "--areas": areas,
                "--lookup": [lookup],
                "--boundaries": [boundaries],
                "--roads": [roads],
                "--crime": crime,
                "--workforce": [workforce],
                "--firearms": [firearms],
                "--sites": [sites],
            }
        )

        made = new_plan(
            folder,
            force=force,
            areas=list(areas),
            lookup=lookup,
            boundaries=boundaries,
            crime=list(crime),
            workforce=workforce,
            firearms=firearms,
            sites=sites,
            roads=roads,
            progress=lambda text: lines([f"{text} …"], stderr=True),
        )

    if json:
        dump(_content(made))
        return

    lines([made.summary(), ""])
    table = grid([("file", True), ("used as", True), ("what was read", True)])
    for row in made.table.itertuples():
        table.add_row(*(printable(str(cell)) for cell in (row.file, row.role, row.what)))
    put(table, "Files used")

    lines(f"not used: {item}" for item in made.unused)
    lines(f"note: {text}" for text in made.findings)

    lines(
        [
            "",
            "Sites, vehicles and officers are assumptions, marked in the files: put your own in their place.",
            "Until then its bases count as invented and everything is shown; after that, the public edition.",
            "Next:",
            f"  standby check {made.plan}",
            f"  standby appraise {made.plan} --out {made.plan}-report",
        ]
    )


def _check_files(files: Mapping[str, Sequence[Path | None]]) -> None:
    """Refuse files that can't be opened, all of them at once, each with the option that names it."""
    refused = []
    for option, paths in files.items():
        for path in paths:
            try:
                if path is not None:
                    open_regular(path).close()
            except UnreadableFileError as error:
                refused.append((option, error))

    # What is wrong and the fix of a single file stay apart; several are one text.
    if len(refused) == 1:
        option, only = refused[0]
        raise Refusal(only.what, only.fix, subject=f"{option} {only.subject}")

    if refused:
        raise Refusal("\n".join(f"{option} {one}" for option, one in refused))


def _content(made: NewPlan) -> dict[str, object]:
    """Return what was made, as an object for programs."""
    return {
        "plan": str(made.plan),
        "title": made.title,
        "summary": made.summary(),
        "areas": made.areas,
        "people": made.people,
        "sites": made.sites,
        "vehicles": made.vehicles,
        "files": made.table,
        "unused": [{"file": u.file, "role": u.role, "reason": u.reason} for u in made.unused],
        "findings": list(made.findings),
    }
