"""What the commands do: read, compute, print."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import typer

from standby import examples
from standby.cli._print import decision, dump, frame, lines, progress_bar
from standby.plan import PlanError, open_plan
from standby.plan import check as check_plan

if TYPE_CHECKING:
    from standby.plan import Plan

BAD_INPUT = 2
FAILED = 1


def _bad(message: str) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(BAD_INPUT)


@contextmanager
def _told() -> Iterator[None]:
    """Turn what a user can mend into a message and exit status 2, and what can't be done into 1."""
    try:
        yield
    except PlanError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(BAD_INPUT) from None
    except (FileExistsError, NotADirectoryError, PermissionError, ValueError) as error:
        typer.echo(f"standby: {error}", err=True)
        raise typer.Exit(BAD_INPUT) from None
    except (OSError, RuntimeError, ImportError) as error:
        typer.echo(f"standby: {error}", err=True)
        raise typer.Exit(FAILED) from None


def _open(folder: Path, option: str | None) -> Plan:
    plan = open_plan(folder)
    if option is None:
        return plan
    if option not in plan.document.options:
        known = ", ".join(plan.document.options) or "none"
        _bad(f"standby: there is no option {option!r}; the plan has: {known}")
    return plan.with_option(option)


def example(name: str | None, folder: Path | None, *, list_: bool, json: bool) -> None:
    """Copy a packaged plan, or list them."""
    if list_:
        titles = {known: open_plan(examples.path(known)).title for known in examples.names()}
        if json:
            dump({"examples": titles})
        else:
            lines(f"{known}: {title}" for known, title in titles.items())
        return
    name = name or "south-west"
    if name not in examples.names():
        _bad(f"standby: there is no example {name!r}; there are: {', '.join(examples.names())}")
    target = folder or Path(name)
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        _bad(f"standby: {target} is there already; name another folder")
    with _told():
        shutil.copytree(examples.path(name), target, dirs_exist_ok=True, copy_function=shutil.copyfile)
    if json:
        dump({"example": name, "folder": str(target)})
    else:
        lines(
            [
                f"The plan lies in {target}. Next: standby check {target}, standby appraise {target} --out report"
            ]
        )


def check(folder: Path, *, json: bool) -> None:
    """Print faults and notes; exit status 2 if there are faults."""
    found = check_plan(folder)
    if json:
        dump(
            {
                "ok": found.ok,
                "summary": found.summary(),
                "faults": [fault.as_dict() for fault in found.faults],
                "notes": [{"subject": note.subject, "text": note.text} for note in found.notes],
            }
        )
    else:
        lines([found.summary()])
        lines(f"  {fault}" for fault in found.faults)
        lines(f"  note: {note}" for note in found.notes)
    if not found.ok:
        raise typer.Exit(BAD_INPUT)


INTERNAL = ("areas", "key_locations", "units", "worst")


def cover(folder: Path, *, option: str | None, edition: str, json: bool) -> None:
    """Print shares inside the standards and minutes; places and units in the internal edition only."""
    from standby.cover import cover as cover_plan
    from standby.travel import travel_times

    with _told():
        plan = _open(folder, option)
        found = cover_plan(plan, travel_times(plan))
    tables = {
        "standards": found.standards,
        "minutes": found.minutes,
        "gap": found.gap,
        "build_up": found.build_up,
    }
    if edition == "internal":
        tables |= {name: getattr(found, name) for name in INTERNAL}
    if json:
        dump({"edition": edition, "summary": found.summary(), **tables, "manifest": found.manifest.as_dict()})
        return
    lines([f"{plan.title} ({plan.document.plan.classification}, {edition} edition)", ""])
    scopes = found.standards["scope_kind"].isin(["all", "force"])
    columns = ["name", "scope", "share_if_free", "share_expected", "share_assured", "required", "met"]
    frame(found.standards[scopes], columns, title="Share inside each standard")
    people = (found.minutes["weight"] == "people") & found.minutes["scope_kind"].isin(["all", "setting"])
    columns = ["incident_type", "measure", "scope", "mean_min", "p50_min", "p90_min", "p95_min"]
    limit = plan.document.travel.limit_min
    frame(found.minutes[people], columns, title="Minutes from the call, over people", limit_min=limit)
    if edition == "internal":
        columns = ["rank", "name", "force", "people", "first_mean_min", "chance_in_time"]
        frame(found.worst, columns, title="Worst served (internal)", limit_min=limit)


def need(folder: Path, *, option: str | None, sites: str, json: bool) -> None:
    """Print the units and officers that would meet the standards."""
    from standby.cover import need as need_of
    from standby.travel import travel_times

    with _told():
        plan = _open(folder, option)
        found = need_of(plan, travel_times(plan), sites="all" if sites == "all" else "existing")
    if json:
        dump({"summary": found.summary(), "need": found.table, "manifest": found.manifest.as_dict()})
        return
    columns = ["forces", "name", "required", "attainable_share", "crewed_units", "posts", "officers",
               "establishment", "strength", "deployable"]  # fmt: skip
    lines(
        [
            f"{plan.title}: what would meet the standards from {'every site' if sites == 'all' else 'today’s sites'}",
            "",
        ]
    )
    frame(found.table, columns, title="Need")
    lines([found.summary()])


def appraise(
    folder: Path, out: Path, *, draws: int | None, seed: int | None, edition: str, json: bool
) -> None:
    """Appraise, write the report and print the decision table."""
    with _told():
        plan = open_plan(folder)
        from standby.appraise import appraise as appraise_plan
        from standby.report import report

        own: dict[str, Any] = {k: v for k, v in (("draws", draws), ("seed", seed)) if v is not None}
        with progress_bar("Appraising the options") as told:
            appraisal = appraise_plan(plan, progress=told, **own)
        written = report(appraisal, out, edition="internal" if edition == "internal" else "public")
    if json:
        dump(
            {
                "edition": edition,
                "summary": appraisal.summary(),
                "decision": appraisal.table,
                "options": appraisal.tables["options"],
                "files": [str(path) for path in written.paths],
                "manifest": appraisal.manifest.as_dict(),
            }
        )
        return
    decision(appraisal)
    lines(["", *(sentence.text for sentence in appraisal.sentences), ""])
    lines([f"The report ({edition} edition) lies in {out / 'report.html'}"])
