"""The command ``locate``."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd
import typer
from rich.text import Text

from standby._writing import check_replaceable
from standby.cli._commands import check_out, opened
from standby.cli._cover import explain, heading, named
from standby.cli._locate_options import as_asked
from standby.cli._print import complain, console_of, dump, frame, lines
from standby.cli._status import BAD_INPUT, bad, told
from standby.plan import PLAN_FILE

if TYPE_CHECKING:
    from standby.locate import Located, Progress
    from standby.plan import Plan

Edition = Literal["public", "internal"]
TELL_EVERY_S = 1.0
"""How often progress is told where there is no terminal [s]."""

SITES = {"name": "Site", "force": "Force", "units_today": "Units\ntoday", "units": "Units\nthen"}
HELD = {"units_free": "Units\nfree", "name": "Hold these as well", "share": "In reach\nof all held"}
STANDARDS = {
    "name": "Standard",
    "share_expected_today": "Expected\ntoday",
    "share_expected": "Expected\nthen",
    "required": "Asked\nfor",
}
GROUPS = {"scope": "Where", "share_today": "Inside\ntoday", "share": "Inside\nthen"}
COUNTED = {"gained": "Gains", "lost": "Loses"}


def locate(folder: Path, given: dict[str, Any], *, out: Path | None, edition: Edition, json: bool) -> None:
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
    with told(json=json):
        if out is not None:
            check_out(out, folder)
        plan = opened(folder, None, json=json)
        _check_id(plan, save_as, json=json)
        if save_as is not None and plan.folder is not None:
            check_replaceable(plan.folder / PLAN_FILE)

        found = _located(plan, edition, as_asked(given), json=json)
        tables, sentences = _edition(plan, found, edition)
        written = _write(plan, found, folder, out=out, save_as=save_as, edition=edition)

    if json:
        _dump(found, tables, sentences, edition, written, save_as)
        return
    heading(plan, edition, None)
    lines([*(f"• {text}" for text in sentences), ""])
    _print(plan, tables, found, edition)
    explain(edition)
    if save_as is not None:
        lines([f"Saved as the option {save_as!r} of {folder}: standby appraise {folder} --out DIR"])
    if out is not None:
        lines([f"The page and its tables ({edition} edition): {out / 'siting.html'}"])


def _check_id(plan: Plan, save_as: str | None, *, json: bool) -> None:
    """Refuse an option's id that can't be saved, before anything is computed."""
    from standby.plan import BASE
    from standby.plan.schema.fields import ID

    if save_as is None:
        return
    if not ID.fullmatch(save_as) or save_as == BASE:
        bad(f"{save_as!r} can't be an option's id; use lower-case letters, digits, - and _", json=json)
    if save_as in plan.document.options:
        bad(f"the plan has an option {save_as!r} already; choose another id", json=json)


def _located(plan: Plan, edition: Edition, asked: dict[str, Any], *, json: bool) -> Located:
    """Return the siting, its progress told on standard error; leave with what can't be met."""
    from standby.locate import PlanInfeasibleError, refuse_large_plan
    from standby.locate import locate as locate_plan
    from standby.travel import travel_times

    time_limit: float | None = asked["time_limit_s"]
    if time_limit is not None and not time_limit >= 0:
        bad(f"--time-limit is {time_limit}; give a number of seconds of 0 or more", json=json)
    refuse_large_plan(plan)

    # The minutes take part of the time; the siting gets what is left of it.
    started = time.monotonic()
    times = travel_times(plan)
    if time_limit is not None:
        time_limit = max(time_limit - (time.monotonic() - started), 0.0)
    asked["time_limit_s"] = time_limit
    try:
        with _told_progress() as tell:
            return locate_plan(plan, times, **{**asked, "progress": tell, "on_interrupt": "return"})
    except PlanInfeasibleError as fault:
        message = f"standby: {fault}".replace('unreachable="leave_out"', "--leave-out-unreachable")
        more: dict[str, Any] = {
            "smallest_with_units": fault.smallest_with_units,
            "smallest_unlimited": fault.smallest_unlimited,
        }
        if edition == "internal" and fault.places:
            message += f"; these are {', '.join(fault.places)}"
            more["places"] = list(fault.places)
        complain(message)
        if json:
            dump({"error": message, **more})
        raise typer.Exit(BAD_INPUT) from None


@contextmanager
def _told_progress() -> Iterator[Callable[[Progress], None]]:
    """Give a function that tells incumbent, bound and gap: in place on a terminal, else a line a second."""
    console = console_of(stderr=True)
    last = time.monotonic()

    def text(p: Progress) -> str:
        """Put incumbent, bound and gap into a line."""
        shown = [f"{'none yet' if v is None else format(v, '.4g')}" for v in (p.incumbent, p.bound)]
        gap = "" if p.gap is None else f", gap {p.gap:.2%}"
        return f"Siting: best so far {shown[0]}, bound {shown[1]}{gap}, {p.seconds:.0f} s"

    if console.is_terminal:
        with console.status("Siting …") as status:
            yield lambda p: status.update(Text(text(p)))
        return

    def tell(p: Progress) -> None:
        """Print the line, if the last one is long enough ago."""
        nonlocal last
        if time.monotonic() - last >= TELL_EVERY_S:
            last = time.monotonic()
            console.print(Text(text(p)), soft_wrap=True)

    console.print(Text("Siting …"), soft_wrap=True)
    yield tell


def _edition(plan: Plan, found: Located, edition: Edition) -> tuple[dict[str, pd.DataFrame], tuple[str, ...]]:
    """Return tables and sentences that the edition may show."""
    from standby.report.pages.siting_tables import siting_sentences, siting_tables

    return siting_tables(plan, found, edition), siting_sentences(plan, found, edition)


def _write(
    plan: Plan, found: Located, folder: Path, *, out: Path | None, save_as: str | None, edition: Edition
) -> list[Path]:
    """Save the option, then the page: the option only if the plan has no fault with it."""
    from standby.plan import add_option
    from standby.report.pages.siting import write_siting

    if save_as is not None:
        add_option(folder, save_as, found.changes)
    return [] if out is None else list(write_siting(plan, found, out, edition=edition).paths)


def _dump(
    found: Located,
    tables: dict[str, pd.DataFrame],
    sentences: tuple[str, ...],
    edition: Edition,
    written: list[Path],
    save_as: str | None,
) -> None:
    """Print one object; in the public edition round numbers of the whole region alone."""
    siting, y = found.siting, found.yardstick
    content: dict[str, Any] = {
        "edition": edition,
        "summary": " ".join(sentences),
        "model": found.model,
        "standard": found.standard,
        "tier": found.tier,
        "crews": found.crews,
    }
    answer: dict[str, Any] = {"status": siting.status, "units": int(siting.units.sum())}
    measured: dict[str, float | None] = {"today": y.today, "chosen": y.chosen}
    words, manifest = y.words, found.manifest

    if edition == "internal":
        content |= {"units_today": found.units_today, "busy": found.busy}
        measured |= {"bound": y.bound, "gap": y.gap}
        answer |= {
            "objective": siting.objective,
            "bound": siting.bound,
            "gap": siting.gap,
            "seconds": siting.seconds,
            "sites": int(siting.sites.size),
            "units_at": {found.site_ids[j]: int(n) for j, n in zip(siting.sites, siting.units, strict=True)},
            "option": found.changes,
        }
    else:
        from standby.disclosure import public_manifest
        from standby.report.pages.siting_tables import asked_of, public_words

        words = public_words(y)
        few = "groups" not in tables
        measured = {
            name: None if few or value is None else asked_of(found).value(value)
            for name, value in measured.items()
        }
        manifest = public_manifest(manifest.without_settings("fixed", "closed"))

    content["yardstick"] = {"words": words, "unit": y.unit, **measured}
    content["siting"] = answer
    content |= tables
    if written:
        content["files"] = [str(path) for path in written]
    if save_as is not None:
        content["saved_as"] = save_as
    dump({**content, "manifest": manifest.as_dict()})


def _print(plan: Plan, tables: dict[str, pd.DataFrame], found: Located, edition: Edition) -> None:
    """Print the tables of an edition."""
    if "sites" in tables:
        frame(named(plan, tables["sites"]), SITES, title="Sites (internal)", once=("force",))
    if "groups" in tables:
        groups = tables["groups"]
        groups = named(plan, groups[groups["scope_kind"].isin(["all", "force", "setting", "class"])])
        classes = {key: c.name for key, c in plan.document.classes.items()}
        groups["scope"] = [classes.get(scope, scope) for scope in groups["scope"]]
        more = COUNTED if "gained" in groups else {}
        title = "Inside the standard, if all units are free"
        frame(groups, {**GROUPS, **more}, title=title, rounded=edition == "public")
    standards = tables["standards"][tables["standards"]["scope_kind"] == "all"]
    title = "Expected share inside each standard, by the full model of cover"
    frame(standards, STANDARDS, title=title, rounded=edition == "public")
    if "curve" in tables:
        _curve(tables["curve"], found.yardstick.unit, edition)
    if "compliance" in tables:
        from standby.report.pages.siting_tables import newly_held

        frame(newly_held(found), HELD, title="Sites to hold when only some units are free (internal)")


def _curve(curve: pd.DataFrame, unit: str, edition: Edition) -> None:
    """Print the best value for each number of units, and what the last unit adds.

    What a unit adds is the difference of the values as printed, so that the column adds up; the public
    edition's values are too round to say it.
    """
    digits = 0 if edition == "public" else 1
    scale = 100 if unit == "share" else 1
    form = f"{{:.{digits}f}}" + ("%" if unit == "share" else "")

    headings = {"units": "Units", "value": "Best", "bound": "Bound", "marginal": "The last\nunit adds"}
    headings = {column: heading for column, heading in headings.items() if column in curve}
    shown = curve[["units"]].astype(str)
    printed = (scale * curve[[column for column in ("value", "bound") if column in curve]]).round(digits)
    if "marginal" in headings:
        printed["marginal"] = printed["value"].diff()
    for column in printed:
        # Adding nought makes a minus nought plain.
        shown[column] = ["–" if pd.isna(v) else form.format(v + 0.0) for v in printed[column]]
    title = "What each unit adds" if "marginal" in headings else "Best by number of units"
    frame(shown, headings, title=title)
