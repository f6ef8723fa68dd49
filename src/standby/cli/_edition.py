"""What every command shows of a plan: which edition it is, names in place of ids, and sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from standby._refusals import Refusal
from standby.cli._print import complain, dump, lines, progress_bar
from standby.plan import Plan, open_plan
from standby.tables import written_from
from standby.words import Sentence, listed

if TYPE_CHECKING:
    from standby.disclosure import Edition
    from standby.evidence import Manifest
    from standby.travel import Times

MEASURES = {"first": "first armed officers", "full": "full attendance"}
"""Measures of attendance, in words."""

BEYOND_PUBLIC: Mapping[Edition, str] = {"internal": "internal", "full": "invented"}
"""Word that marks a table which the public edition does not have."""


def opened(folder: Path, option: str | None) -> Plan:
    """Return a plan, with an option laid over it where one is asked for.

    Raises
    ------
    PlanError
        If the plan has faults.
    Refusal
        If it has no such option.
    """
    plan = open_plan(folder)

    # Whoever changed a packaged plan would else wonder where the maps have gone.
    if plan.document.plan.bases == "invented" and not plan.bases_are_invented:
        complain(
            f"note: the bases of {folder} are no longer taken as invented, since sites or units are others "
            "than those that were declared: the full edition is not made of it; standby check says more"
        )

    if option is None:
        return plan

    if option not in plan.document.options:
        known = ", ".join(plan.document.options) or "none"
        raise Refusal(f"there is no option {option!r}", f"the plan has: {known}")
    return plan.with_option(option)


def edition_of(plan: Plan, asked: Edition | None) -> Edition:
    """Return the edition that was asked for; otherwise full where bases are invented, and public elsewhere.

    Parameters
    ----------
    plan
        The plan.
    asked
        What ``--edition`` says; None where it was left out.

    Raises
    ------
    Refusal
        If the full edition is asked for of a plan whose bases may be real.
    """
    from standby.disclosure import check_edition, default_edition

    edition = default_edition(plan) if asked is None else asked
    check_edition(plan, edition)
    return edition


def edition_beyond_public(plan: Plan, asked: Edition | None, why_not_public: str) -> Edition:
    """Return the edition of a command that has no public one: full where bases are invented, else internal.

    Parameters
    ----------
    plan
        The plan.
    asked
        What ``--edition`` says; None where it was left out.
    why_not_public
        Which command has no public edition, and why, in words.

    Raises
    ------
    Refusal
        If the public edition is asked for, or the full one of a plan whose bases may be real.
    """
    if asked is None:
        return "full" if plan.bases_are_invented else "internal"
    if asked == "public":
        raise Refusal(why_not_public, "use --edition internal, for the service itself")
    return edition_of(plan, asked)


def beyond_public(title: str, edition: Edition) -> str:
    """Return the title of a table that the public edition does not have, marked as such."""
    return f"{title} ({BEYOND_PUBLIC[edition]})"


def shown_to(plan: Plan, edition: Edition) -> Plan:
    """Return a plan as the readers of an edition may know it: the public by public names.

    Parameters
    ----------
    plan
        The plan.
    edition
        Who it is for.
    """
    from standby.disclosure import public_plan

    return public_plan(plan) if edition == "public" else plan


@contextmanager
def trying() -> Iterator[Callable[[int, int], None]]:
    """Give a function that shows how far the attack on a public edition is, from when there is one to try."""
    bars: list[Callable[[int, int], None]] = []
    with ExitStack() as until_done:

        def show(done: int, total: int) -> None:
            """Begin the bar with the first call, and move it."""
            if not bars:
                bars.append(until_done.enter_context(progress_bar("Trying what a reader could recover")))
            bars[0](done, total)

        yield show


def heading(plan: Plan, edition: Edition, option: str | None) -> None:
    """Print what the numbers below are about, and how they are marked."""
    from standby.disclosure import public_names
    from standby.report import marking_of

    # In the public edition ids are numbers, the option's too.
    shown = shown_to(plan, edition)
    if option is not None and edition == "public":
        option = public_names(plan).id_of("option", option)
    laid = "" if option is None else f": {shown.document.options[option].name}"

    level = plan.document.plan.response_level
    lines([f"{shown.title}{laid}", f"{marking_of(plan, edition)}; response level: {level}"])
    lines([plan.document.plan.bases_statement, ""] if edition == "full" else [""])


def summary_of(
    sentences: Iterable[Sentence], tables: Mapping[str, pd.DataFrame], plan: Plan, edition: Edition
) -> str:
    """Return sentences with the numbers that the tables of an edition have."""
    write = written_from(tables, limit_min=plan.document.travel.limit_min, rounded=edition == "public")
    return " ".join(sentence.said(write) for sentence in sentences)


def dump_result(
    plan: Plan, edition: Edition, summary: str, content: Mapping[str, Any], manifest: Manifest
) -> None:
    """Print a result as one JSON object: first what it is and how it is marked, last what it was made from.

    Parameters
    ----------
    plan, edition
        The plan, and who the result is for.
    summary
        The result in sentences.
    content
        All else, in order.
    manifest
        What the edition may say that it was made from.
    """
    from standby.report import marking_of

    about = {"edition": edition, "marking": marking_of(plan, edition), "summary": summary}
    dump({**about, **content, "manifest": manifest.as_dict()})


def public_notes(times: Times) -> tuple[str, ...]:
    """Return that there are sites or places without minutes, but neither which nor how many."""
    if times.findings.empty:
        return ()
    return (
        "Some sites or places have no minutes and count as not reached: the internal edition names them.",
    )


def explain(edition: Edition) -> None:
    """Print what the public edition leaves out, and where it is."""
    if edition == "public":
        from standby.disclosure import WHAT_IS_LEFT_OUT

        lines(["", *WHAT_IS_LEFT_OUT[:3], "Everything else: --edition internal."])


def named(plan: Plan, table: pd.DataFrame) -> pd.DataFrame:
    """Return a table with names in place of ids."""
    document = plan.document
    forces = {key: force.name for key, force in document.forces.items()}
    table = table.copy()

    if "scope" in table:
        words = {"": "All", "urban": "urban", "rural": "rural", **forces}
        table["scope"] = [words.get(str(scope), str(scope)) for scope in table["scope"]]
    if "force" in table:
        table["force"] = table["force"].map(forces)
    if "forces" in table:
        table["forces"] = [listed(forces[key] for key in text.split(" + ")) for text in table["forces"]]
    if "incident_type" in table:
        table["incident_type"] = [document.incident_types[key].name for key in table["incident_type"]]
    if "measure" in table:
        table["measure"] = table["measure"].map(MEASURES)

    return table


def with_names_of_classes(plan: Plan, table: pd.DataFrame) -> pd.DataFrame:
    """Return a table in which a part of the plan that is a class of places has the name of the class."""
    classes = {key: area_class.name for key, area_class in plan.document.classes.items()}
    is_class = table["scope_kind"] == "class"
    scopes = zip(table["scope"], is_class, strict=True)
    return table.assign(scope=[classes.get(str(scope), scope) if known else scope for scope, known in scopes])
