"""The command ``locate``."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import pandas as pd
from rich.text import Text

from standby import words
from standby._deadline import Deadline
from standby._refusals import Refusal
from standby._writing import check_replaceable
from standby.cli._edition import (
    beyond_public,
    dump_result,
    edition_of,
    explain,
    heading,
    named,
    opened,
    shown_to,
    trying,
    with_names_of_classes,
)
from standby.cli._locate_options import as_asked
from standby.cli._out import check_out
from standby.cli._print import console_of, frame, lines
from standby.cli._status import BAD_INPUT, errors_reported, leave
from standby.plan import PLAN_FILE
from standby.words.numbers import NOTHING, fine_writer

if TYPE_CHECKING:
    from standby.disclosure import Edition
    from standby.locate import Located, PlanInfeasibleError, Progress
    from standby.plan import Plan

PROGRESS_EVERY_S = 1.0
"""How often progress is shown where there is no terminal [s]."""

SITES = ("name", "force", "units_today", "units")
GROUPS = ("scope", "share_today", "share", "gained", "lost")
STANDARDS = ("name", "share_expected_today", "share_expected", "required")
CURVE = ("units", "value", "bound", "marginal")
COMPLIANCE = ("units_free", "name", "share")
"""Columns of each table that are printed."""

NEWLY_HELD = {"name": "Hold these as well", "share": "In reach of all held"}
"""Headings of sites that a unit more holds as well: a row names these alone, beside the share of all held."""


def locate(
    folder: Path, given: dict[str, Any], *, out: Path | None, edition: Edition | None, json: bool
) -> None:
    """Print where units should stand by, with proof, against today; save it as an option where asked.

    Parameters
    ----------
    folder
        Folder of the plan.
    given
        Options of siting as they came from the command line, by name of the function's.
    out
        Folder for a page and tables.
    edition
        Who it is for.
    json
        Whether to print one JSON object.
    """
    save_as: str | None = given["option"]
    with errors_reported(json=json):
        if out is not None:
            check_out(out, folder)
        plan = opened(folder, None)
        edition = edition_of(plan, edition)
        if save_as is not None:
            _check_id(plan, save_as)
            if plan.folder is not None:
                check_replaceable(plan.folder / PLAN_FILE)

        found = _located(plan, edition, as_asked(given), json=json)
        tables, sentences = _edition(plan, found, edition)
        written = _write(plan, found, folder, out=out, save_as=save_as, edition=edition)

    if json:
        _dump(plan, found, tables, sentences, edition, written, save_as)
        return

    heading(plan, edition, None)
    plan = shown_to(plan, edition)
    lines([*(f"• {text}" for text in sentences), ""])
    _print(plan, tables, found, edition)
    explain(edition)
    if save_as is not None:
        lines([f"Saved as the option {save_as!r} of {folder}: standby appraise {folder} --out DIR"])
    if out is not None:
        lines([f"The page and its tables ({edition} edition): {out / 'siting.html'}"])


def _check_id(plan: Plan, save_as: str) -> None:
    """Refuse an option's id that can't be saved, before anything is computed."""
    from standby.plan import BASE, ID

    if not ID.fullmatch(save_as) or save_as == BASE:
        raise Refusal(f"{save_as!r} can't be an option's id", "use lower-case letters, digits, - and _")
    if save_as in plan.document.options:
        raise Refusal(f"the plan has an option {save_as!r} already", "choose another id")


def _located(plan: Plan, edition: Edition, asked: dict[str, Any], *, json: bool) -> Located:
    """Return the siting, its progress shown on standard error; leave with what can't be met."""
    from standby.locate import PlanInfeasibleError, refuse_large_plan
    from standby.locate import locate as locate_plan
    from standby.travel import travel_times

    time_limit: float | None = asked["time_limit_s"]
    if time_limit is not None and not time_limit >= 0:
        raise Refusal(f"--time-limit is {time_limit}", "give a number of seconds of 0 or more")
    refuse_large_plan(plan)

    # The minutes take part of the time; the siting gets what is left of it.
    deadline = Deadline(time_limit)
    times = travel_times(plan)
    if time_limit is not None:
        time_limit = deadline.left_s

    try:
        with _progress_shown(edition) as show:
            more = {"time_limit_s": time_limit, "progress": show, "on_interrupt": "return"}
            return locate_plan(plan, times, **{**asked, **more})
    except PlanInfeasibleError as error:
        _cannot_be_met(error, edition, json=json)


def _cannot_be_met(error: PlanInfeasibleError, edition: Edition, *, json: bool) -> NoReturn:
    """Leave with why the siting has no answer; beyond the public edition with places, classes and minutes."""
    if edition == "public":  # how many places of which class, and in how many minutes, would say where
        fix = "the internal edition says for whom, and what could be met (--edition internal)"
        leave(f"standby: what is asked can't be met from the sites allowed; {fix}", BAD_INPUT, json=json)

    message = f"standby: {error}".replace('unreachable="leave_out"', "--leave-out-unreachable")
    more: dict[str, Any] = {
        "smallest_with_units": error.smallest_with_units,
        "smallest_unlimited": error.smallest_unlimited,
    }
    if error.places:
        message += f"; these are {', '.join(error.places)}"
        more["places"] = list(error.places)
    leave(message, BAD_INPUT, json=json, **more)


@contextmanager
def _progress_shown(edition: Edition) -> Iterator[Callable[[Progress], None]]:
    """Give a function that shows how far the siting is: in place on a terminal, else a line a second."""
    console = console_of(stderr=True)
    if console.is_terminal:
        with console.status("Siting …") as status:
            yield lambda progress: status.update(Text(_progress_line(progress, edition)))
        return

    last = time.monotonic()

    def show(progress: Progress) -> None:
        """Print the line, if the last one is long enough ago."""
        nonlocal last
        if time.monotonic() - last >= PROGRESS_EVERY_S:
            last = time.monotonic()
            console.print(Text(_progress_line(progress, edition)), soft_wrap=True)

    console.print(Text("Siting …"), soft_wrap=True)
    yield show


def _progress_line(progress: Progress, edition: Edition) -> str:
    """Return incumbent, bound and gap in a line; in the public edition the seconds alone."""
    seconds = f"{words.count(round(progress.seconds))} s"
    if edition == "public":
        return f"Siting: {seconds}"
    best, bound = (
        "none yet" if value is None else words.plain(value) for value in (progress.incumbent, progress.bound)
    )
    gap = "" if progress.gap is None else f", gap {words.gap(progress.gap)}"
    return f"Siting: best so far {best}, bound {bound}{gap}, {seconds}"


def _edition(plan: Plan, found: Located, edition: Edition) -> tuple[dict[str, pd.DataFrame], tuple[str, ...]]:
    """Return tables and sentences that the edition may show."""
    from standby.report import siting_sentences, siting_tables

    with trying() as step:
        tables = siting_tables(plan, found, edition, progress=step)
    return tables, siting_sentences(plan, found, edition)


def _write(
    plan: Plan, found: Located, folder: Path, *, out: Path | None, save_as: str | None, edition: Edition
) -> list[Path]:
    """Save the option, then the page: the option only if the plan has no fault with it."""
    from standby.plan import add_option
    from standby.report import write_siting

    if save_as is not None:
        add_option(folder, save_as, found.changes)
    return [] if out is None else list(write_siting(plan, found, out, edition=edition).paths)


def _dump(
    plan: Plan,
    found: Located,
    tables: dict[str, pd.DataFrame],
    sentences: tuple[str, ...],
    edition: Edition,
    written: list[Path],
    save_as: str | None,
) -> None:
    """Print one object; in the public edition round numbers of the whole region alone."""
    siting = found.siting
    y = found.yardstick
    content: dict[str, Any] = {
        "model": found.model,
        "standard": found.standard,
        "tier": found.tier,
        "crews": found.crews,
    }
    answer: dict[str, Any] = {"status": siting.status, "units_asked": found.units_asked}
    manifest = found.manifest

    if edition != "public":
        content |= {"units_today": found.units_today, "units_beside": found.units_beside, "busy": found.busy}
        content["yardstick"] = {
            "words": y.words,
            "unit": y.unit,
            "today": y.today,
            "chosen": y.chosen,
            "bound": y.bound,
            "gap": y.gap,
        }
        answer |= {
            "units": int(siting.units.sum()),
            "objective": siting.objective,
            "bound": siting.bound,
            "gap": siting.gap,
            "seconds": siting.seconds,
            "sites": int(siting.sites.size),
            "units_at": {found.site_ids[j]: int(n) for j, n in zip(siting.sites, siting.units, strict=True)},
            "option": found.changes,
        }
    else:  # what the siting is for, and nothing of where
        from standby.disclosure import public_manifest, public_names

        manifest = public_manifest(plan, manifest)
        names = public_names(plan)
        content |= {column: names.id_of(column, content[column]) for column in ("standard", "tier")}

    content["siting"] = answer
    content |= tables
    if written:
        content["files"] = [str(path) for path in written]
    if save_as is not None:
        content["saved_as"] = save_as
    dump_result(plan, edition, " ".join(sentences), content, manifest)


def _print(plan: Plan, tables: dict[str, pd.DataFrame], found: Located, edition: Edition) -> None:
    """Print the tables of an edition."""
    rounded = edition == "public"
    if "sites" in tables:
        sites = named(plan, tables["sites"])
        frame("siting_sites", sites, SITES, title=beyond_public("Sites", edition), once=("force",))

    if "groups" in tables:
        groups = tables["groups"]
        groups = named(plan, groups[groups["scope_kind"].isin(["all", "force", "setting", "class"])])
        title = beyond_public("Inside the standard, if all units are free", edition)
        frame("siting_groups", with_names_of_classes(plan, groups), GROUPS, title=title)

    if "standards" in tables:
        standards = tables["standards"][tables["standards"]["scope_kind"] == "all"]
        title = "Expected share inside each standard, by the full model of cover"
        frame("siting_standards", standards, STANDARDS, title=title, rounded=rounded)

    if "curve" in tables:
        _curve(tables["curve"], found.yardstick.unit, edition)
    if "compliance" in tables:
        from standby.report import newly_held

        title = beyond_public("Sites to hold when only some units are free", edition)
        frame("siting_compliance", newly_held(found), COMPLIANCE, title=title, headings=NEWLY_HELD)


def _curve(curve: pd.DataFrame, unit: str, edition: Edition) -> None:
    """Print the best value for each number of units, and what the last unit adds.

    What a unit adds is the difference of the values as printed, so that the column adds up.
    """
    title = beyond_public("What each unit adds", edition)

    # One decimal of a percentage, a minute or a unit is printed.
    decimals = 3 if unit == "share" else 1
    printed = curve[list(CURVE)].round({"value": decimals, "bound": decimals})
    printed["marginal"] = printed["value"].diff().round(decimals)

    write = fine_writer(unit)
    for column in ("value", "bound", "marginal"):
        # Adding nought makes a minus nought plain.
        printed[column] = [NOTHING if pd.isna(value) else write(value + 0.0) for value in printed[column]]
    frame("siting_curve", printed, CURVE, title=title)
