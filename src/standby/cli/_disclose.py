"""The command ``disclose``: what a reader could recover from the public edition."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import typer

from standby.cli._edition import opened, trying
from standby.cli._print import dump, lines, progress_bar
from standby.cli._status import BAD_INPUT, errors_reported


def disclose(
    folder: Path, *, release: Path | None, earlier: list[Path], draws: int | None, json: bool
) -> None:
    """Print what each attack finds in the files of a public edition, as counts; status 2 where one fails."""
    with errors_reported(json=json):
        plan = opened(folder, None)

        from standby.appraise import appraise
        from standby.disclosure import examine
        from standby.report import INTERNAL_MARKING, read_release, report

        with TemporaryDirectory(prefix="standby-") as scratch:
            files = release
            if files is None:
                files = Path(scratch) / "release"
                own: dict[str, int] = {} if draws is None else {"draws": draws}
                with progress_bar(f"Appraising {len(plan.document.options)} options") as step:
                    appraisal = appraise(plan, progress=step, **own)
                report(appraisal, files, edition="public", tried=False)
            with trying() as step:
                found = examine(
                    plan, read_release(files), earlier=list(map(read_release, earlier)), progress=step
                )

    if json:
        dump(
            {
                "marking": INTERNAL_MARKING,
                "passed": found.passed,
                "bases_are_invented": found.invented,
                "findings": [vars(finding) for finding in found.findings],
            }
        )
    else:
        lines([INTERNAL_MARKING, "", *found.summary().splitlines(), "", VERDICT[found.passed]])
    if not found.passed:
        raise typer.Exit(BAD_INPUT)


VERDICT = {True: "These files may be released.", False: "These files are not to be released."}
