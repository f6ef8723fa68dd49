"""The one door: what an edition may show of tables of results.

A table is internal until it is declared public in `standby.tables`, and so is a column. The model is open, so
every published number says something of where units stand: what passes is for the whole region, and rounded.
Words come from names and from fields that were written for the public.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import pandas as pd

from standby._refusals import Refusal
from standby._show import Shown
from standby.disclosure.names import refuse_named_bases
from standby.disclosure.officers import published_officers
from standby.disclosure.public_names import UNPUBLISHED_SOURCE, public_names, public_plan
from standby.disclosure.region import enough_places, whole_region
from standby.disclosure.release import require_release
from standby.disclosure.rounding import (
    kind_of_criterion,
    public_share_of_draws,
    rounded,
)
from standby.evidence import Manifest
from standby.plan import BASE, Plan, Standard, main_standard
from standby.tables import FEWEST_SHOWN, TABLES, Table, check_declared

Edition = Literal["public", "internal", "full"]
EDITIONS: tuple[Edition, ...] = ("public", "internal", "full")
"""Who a result is for: the public, the service itself, or everybody where bases and units are invented."""

WHAT_IS_LEFT_OUT = (
    (
        "Results are for the whole region: nothing is shown by place, site, unit or hour, and by force only "
        "the officers of forces that publish them."
    ),
    (
        "Shares are rounded to the nearest 20%, minutes to the nearest 10, people to the nearest fifth of "
        "those that the main standard is for, money and officers to two digits. "
        "A difference is that of the numbers shown; whether there is one at all was decided before rounding."
    ),
    (
        "A standard is left out that is for very few places, or of which one place has more than a fifth: "
        "its share would say whether that place is reached."
    ),
    "The model is open: finer numbers would let a reader work out where units stand, and where help is far.",
    "Descriptions are those that the plan gives for the public; other notes and reasons are left out.",
)


PUBLIC_SETTINGS = ("draws", "seed", "scrambles", "edition", "travel")
"""Settings of a run that the public may know; others can name an id, a file or a site."""


KINDS_OF_PLACES = frozenset({"share", "minutes", "people", "key_locations"})
"""Kinds of numbers that say something of where units stand, unlike money and officers."""


class DisclosureError(Refusal):
    """Tables that may not be published as they were given: one that a rule needs is missing."""


@dataclass(frozen=True)
class Asked(Shown):
    """What a siting was asked for, by which its tables are judged.

    Parameters
    ----------
    standard
        The standard as it was asked.
    changes
        Its answer as an option of ``plan.toml``: what the public must not find out.
    """

    standard: Standard
    changes: Mapping[str, Any] = field(default_factory=dict)


def publish(
    tables: Mapping[str, pd.DataFrame],
    plan: Plan,
    edition: Edition,
    *,
    asked: Asked | None = None,
    tried: bool = True,
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, pd.DataFrame]:
    """Return what an edition may show of tables of results.

    Parameters
    ----------
    tables
        Results by their declared names.
    plan
        The base.
    edition
        ``public``: declared columns, the whole region, rounded. ``internal``: everything that is declared.
        ``full``: the same, of a plan whose bases are invented. None of them shows a count of fewer than five
        calls of an area, a force or a class.
    asked
        What a siting was asked for; its tables are refused without it.
    tried
        Whether the public edition has to stand the attack of `require_release`. Only who tries files before
        they are released says no.
    progress
        Called after every guess of the attack that a public edition has to stand; see `require_release`.

    Returns
    -------
    dict of str to DataFrame
        The tables by name, in the order in which they are declared.

    Raises
    ------
    LookupError
        If a table or a column is not declared, which is a fault of the program.
    DisclosureError
        If a table comes without another that the rule for publishing it needs.
    ReleaseError
        If a reader could recover from them more of where units stand than they would guess.
    PublicEditionError
        If the title of the plan, or the name of an option, a standard or the like, names a base or a unit.
    Refusal
        If the full edition is asked for of a plan whose bases may be real.
    """
    check_edition(plan, edition)

    for name, given in tables.items():
        check_declared(name, given.columns)

    known = [table for table in TABLES.values() if table.name in tables]
    tables = {table.name: _without_few(table, tables[table.name]) for table in known}
    if edition != "public":
        return {table.name: tables[table.name] for table in known}

    if "decision" in tables:
        check_main_standard(plan)

    shown = {}
    for table in (table for table in known if table.public):
        _refuse_without(table, tables, asked)
        frame = _of_the_region(plan, table, tables[table.name], asked)
        if frame is not None:
            shown[table.name] = _rounded(plan, table, frame, tables)

    if "options" in shown:
        shown["options"] = _public_descriptions(plan, shown["options"])

    shown = {name: frame for name, frame in shown.items() if name not in plan.document.plan.withhold}
    if tried:
        require_release(plan, shown, proposed=asked.changes if asked else None, progress=progress)

    for name in {"register", "sources"} & set(shown):
        shown[name] = _published_sources(plan, shown[name])

    names = public_names(plan)
    shown = {name: names.frame(TABLES[name], frame) for name, frame in shown.items()}
    refuse_named_bases(plan, shown)
    return shown


def check_main_standard(plan: Plan) -> None:
    """Refuse a plan whose main standard can't be in a public edition, which is about it.

    Parameters
    ----------
    plan
        The plan.

    Raises
    ------
    DisclosureError
        If it is for too few places, or one of them has too much of what it counts.
    """
    main = main_standard(plan.document.standards)
    if not enough_places(plan, plan.document.standards[main]):
        raise DisclosureError(
            f"no public edition: the main standard {main!r} is for so few places, or one of them has so much "
            "of what it counts, that its share would say whether that place is reached",
            "mark another standard as main, or make the internal edition",
        )


def check_edition(plan: Plan, edition: Edition) -> None:
    """Refuse an edition that is not known, or that a plan does not have.

    Parameters
    ----------
    plan
        The plan.
    edition
        What was asked for.

    Raises
    ------
    Refusal
        If it is none, or if it is the full one and the plan's bases may be real.
    """
    if edition not in EDITIONS:
        raise Refusal(f"edition is {edition!r}", f"choose from {', '.join(EDITIONS)}")
    if edition == "full" and not plan.bases_are_invented:
        raise Refusal(
            "edition is 'full', which a plan has only while its bases are declared to be invented",
            "choose public, or internal for the service itself; standby check says more",
        )


def default_edition(plan: Plan) -> Edition:
    """Return the edition that is made when none is asked for: full where there is nothing to protect.

    Parameters
    ----------
    plan
        The plan.
    """
    return "full" if plan.bases_are_invented else "public"


def public_manifest(plan: Plan, manifest: Manifest) -> Manifest:
    """Return a manifest for the public: no hash of a file, and that of the plan only with a key.

    A reader could try inputs until a plain hash of one fits.

    Parameters
    ----------
    plan
        The plan that the result is of.
    manifest
        What the result was made from.

    Returns
    -------
    Manifest
        With HMAC-SHA256 of the plan's hash under ``plan.release_key``, by which the service itself can tell
        later what a release was made from; empty without such a key.
    """
    key = plan.document.plan.release_key
    keyed = hmac.new(key.encode(), plan.hash.encode(), "sha256").hexdigest() if key else ""
    settings = {name: value for name, value in manifest.settings.items() if name in PUBLIC_SETTINGS}
    if "variant" in manifest.settings:
        settings["variant"] = public_names(plan).id_of("option", str(manifest.settings["variant"]))
    return Manifest(public_plan(plan).title, keyed, {}, settings, manifest.versions)


def _without_few(table: Table, frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table without counts below `FEWEST_SHOWN`, and without what would give them away."""
    if not table.few or table.few[0] not in frame:
        return frame
    is_few = frame[table.few[0]] < FEWEST_SHOWN
    kinds = {column.name: column.kind for column in table.columns}
    blank = {
        name: frame[name].mask(is_few, "")
        if kinds[name] == "text"
        else frame[name].astype(float).mask(is_few)
        for name in table.few
        if name in frame
    }
    return frame.assign(**blank) if is_few.any() else frame


def _refuse_without(table: Table, tables: Mapping[str, pd.DataFrame], asked: Asked | None) -> None:
    """Refuse a table without what the rule for publishing it looks at."""
    missing = [f"the table {name!r}" for name in table.beside if name not in tables]
    if table.of_a_siting and asked is None:
        missing.append("what the siting was asked for")
    if missing:
        raise DisclosureError(
            f"the table {table.name!r} can't be published without {' and '.join(missing)}", "pass both"
        )


def _of_the_region(plan: Plan, table: Table, frame: pd.DataFrame, asked: Asked | None) -> pd.DataFrame | None:
    """Return the rows and columns of a table that may be shown; None where it is about too little."""
    if table.of_a_siting and asked is not None:
        if not table.has("standard") and not enough_places(plan, asked.standard):
            return None
        frame = _standards_of_enough_places(plan, frame, asked)

    # A share at central figures and its mean over draws, each rounded by itself, can seem a fifth apart.
    if table.name == "standards" and "mean" in frame and frame["mean"].notna().any():
        frame = frame.drop(columns="share_expected")

    if table.name == "staffing":
        frame = published_officers(plan, frame)
        if frame.empty:
            return None
    frame = whole_region(plan, table.name, frame).reset_index(drop=True)
    allowed = frame[[column.name for column in table.public_columns if column.name in frame]]

    # Text that the planner wrote for colleagues is left out, and its columns stay for the pages.
    free_text = [c.name for c in table.columns if c.kind == "words" and c.name in frame]
    blank = {column: "" for column in free_text if column not in allowed}
    return allowed.assign(**blank)


def _standards_of_enough_places(plan: Plan, frame: pd.DataFrame, asked: Asked) -> pd.DataFrame:
    """Return the rows of a siting's table whose standard is for enough places of the whole region."""
    if "standard" not in frame:
        return frame
    standards = plan.document.standards
    enough = [enough_places(plan, standards.get(str(key), asked.standard)) for key in frame["standard"]]
    return frame[pd.Series(enough, index=frame.index, dtype=bool)]


def _rounded(
    plan: Plan, table: Table, frame: pd.DataFrame, tables: Mapping[str, pd.DataFrame]
) -> pd.DataFrame:
    """Return a table with every result rounded by its kind; figures that somebody stated stay as they are."""
    if table.stated:
        return frame

    units = {}
    if "criteria" in tables:
        units = dict(zip(tables["criteria"]["criterion"], tables["criteria"]["unit"], strict=True))

    frame = frame.copy()
    for column in table.columns:
        if column.name not in frame or column.rounding in {"stated", "difference"}:
            continue
        values = frame[column.name]
        if not pd.api.types.is_numeric_dtype(values) or values.dtype == bool:
            continue

        if column.rounding == "draws":
            coarse = [public_share_of_draws(float(value)) for value in values]
        elif column.kind == "measure":
            kinds = [kind_of_criterion(str(units[criterion])) for criterion in frame["criterion"]]
            coarse = [rounded(plan, kind, float(v)) for kind, v in zip(kinds, values, strict=True)]
        else:
            coarse = [rounded(plan, column.kind, float(value)) for value in values]
        frame[column.name] = coarse

    if table.name == "decision":
        of_places = [kind_of_criterion(str(units[c])) in KINDS_OF_PLACES for c in frame["criterion"]]
        frame.loc[of_places, ["low", "high"]] = np.nan
    return _with_differences(table, frame)


def _with_differences(table: Table, frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table whose differences are those of the numbers shown.

    Rounded by itself a difference would contradict them, and give away what it is the difference of.
    """
    if table.name == "decision":
        base = frame[frame["option"] == BASE].set_index("criterion")["mean"]
        frame["difference"] = frame["mean"] - frame["criterion"].map(base).astype(float)
    elif table.name == "moves":
        frame["points"] = 100.0 * (frame["share_after"] - frame["share_before"])
    elif table.name == "need":
        for gap in (str(column) for column in frame if str(column).startswith("gap_")):
            frame[gap] = frame["officers"] - frame[gap.removeprefix("gap_")]
    return frame


def _published_sources(plan: Plan, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the register or the sources without the titles and addresses of sources that are not public."""
    if plan.bases_are_invented:
        return frame
    public = frame["source"].map(lambda source: source in plan.sources and plan.sources[source].public)
    instead = {"title": UNPUBLISHED_SOURCE, "source_title": UNPUBLISHED_SOURCE, "where": ""}
    return frame.assign(
        **{column: frame[column].where(public, text) for column, text in instead.items() if column in frame}
    )


def _public_descriptions(plan: Plan, options: pd.DataFrame) -> pd.DataFrame:
    """Return the options with the descriptions that were written for the public."""
    document = plan.document
    written = {BASE: document.base.public_description}
    written |= {name: option.public_description for name, option in document.options.items()}
    return options.assign(description=[written.get(option, "") for option in options["option"]])
