"""The tables and sentences of a siting, by edition."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from standby.locate import Located
from standby.plan import Plan, Standard
from standby.report._small import hidden_rows, mark, scope_sizes, too_small
from standby.report.content import Edition
from standby.report.public import PublicEditionError, _Words

COLUMNS: Mapping[str, tuple[str, str]] = {
    "site": ("Site", "Id of the site."),
    "name": ("Name", "Name of the site, place or standard."),
    "force": ("Force", "Force of the units there, or that polices the place."),
    "existing": ("In use today", "Whether the site is in use today."),
    "lon": ("Longitude", "Longitude [degrees]."),
    "lat": ("Latitude", "Latitude [degrees]."),
    "units_today": ("Units today", "Units of the tier that stand there today and were sited."),
    "units": ("Units", "Units in the answer; in the curve, the most that could be placed."),
    "difference": ("Difference", "Units in the answer less units today."),
    "place": ("Place", "Id of the area or key location."),
    "kind": ("Kind", "Area or key location."),
    "class": ("Class", "Class of the place."),
    "setting": ("Setting", "Urban or rural."),
    "total": ("Counted", "People, calls a year or weight, as the standard counts."),
    "within_min": ("Within", "Minutes of the standard there [min]."),
    "nearest_today_min": (
        "Nearest today",
        "Minutes from the call until the nearest unit comes, today [min].",
    ),
    "nearest_min": ("Nearest then", "The same in the answer [min]."),
    "units_in_reach_today": ("In reach today", "Units inside the standard's time, today."),
    "units_in_reach": ("In reach then", "The same in the answer."),
    "inside_today": (
        "Inside today",
        "Inside the standard today, if all units are free: yes or no, or how many.",
    ),
    "inside": ("Inside then", "The same in the answer."),
    "change": ("Change", "gains, loses, inside (both) or outside (both)."),
    "scope_kind": ("Part", "All, force, setting, force setting or class."),
    "scope": ("Which", "Which force, setting or class."),
    "places": ("Places", "How many places."),
    "gained": ("Gained", "Counted at places that gain."),
    "lost": ("Lost", "Counted at places that lose."),
    "share_today": ("Share today", "Share inside the standard today, if all units are free."),
    "share": ("Share then", "The same in the answer; in the table of sites to hold, with these sites only."),
    "mean_today_min": (
        "Mean today",
        "Mean minutes to the nearest unit today, at most the plan's limit [min].",
    ),
    "mean_min": ("Mean then", "The same in the answer [min]."),
    "standard": ("Standard", "Id of the standard."),
    "required": ("Asked for", "Share that the standard asks for."),
    "share_if_free_today": (
        "If free, today",
        "Share inside by the model of cover if no unit were busy, today.",
    ),
    "share_if_free": ("If free, then", "The same in the answer."),
    "share_expected_today": ("Expected today", "Expected share inside, counting that units are busy, today."),
    "share_expected": ("Expected then", "The same in the answer."),
    "share_assured_today": ("Assured today", "Share reached with the standard's reliability, today."),
    "share_assured": ("Assured then", "The same in the answer."),
    "value": ("Best", "Best value of the siting model with so many units."),
    "bound": ("Bound", "What no placement of so many units can beat."),
    "gap": ("Gap", "Relative difference of the two; 0: proven best."),
    "marginal": ("Adds", "What the last unit adds to the value."),
    "units_used": ("Units used", "Units that the answer places."),
    "units_free": ("Units free", "How many units are free."),
    "withheld": ("Withheld", "Columns of the row that the public edition withholds."),
}
"""Heading and meaning of every column of a siting's tables."""

SHARES = ("share_if_free", "share_expected", "share_assured")


def siting_tables(plan: Plan, located: Located, edition: Edition) -> dict[str, pd.DataFrame]:
    """Return the tables of a siting that an edition may show.

    Parameters
    ----------
    plan
        The plan.
    located
        What `standby.locate.locate` found.
    edition
        ``public``: shares by force, setting and class in whole percent, parts with few places withheld, no
        site and no place. ``internal``: everything.

    Returns
    -------
    dict of str to DataFrame
        By name: ``groups`` and ``standards``, ``curve`` if there is one, and in the internal edition
        ``sites``, ``places`` and ``compliance``.

    Raises
    ------
    PublicEditionError
        If the name of a standard names a base or a unit, in the public edition.
    """
    curve = {} if located.curve is None else {"curve": located.curve}
    if edition == "internal":
        held = {} if located.compliance is None else {"compliance": located.compliance}
        own = {"sites": located.table, "places": located.places}
        return {"groups": located.groups, "standards": located.standards, **curve, **own, **held}
    digits = 2 if located.yardstick.unit == "share" else 1
    groups = located.groups[["scope_kind", "scope", "share_today", "share"]].round(2)
    known, of = plan.document.standards, located.as_asked
    hidden = _hidden(plan, of)
    shown = mark(groups, hidden_rows(groups, lambda _: hidden), ["share_today", "share"])
    by_standard = {
        name: _hidden(plan, known.get(name, of)) for name in located.standards["standard"].unique()
    }
    standards = located.standards.round(2)
    columns = [f"{name}{end}" for name in SHARES for end in ("_today", "")]
    standards = mark(standards, hidden_rows(standards, lambda row: by_standard[row["standard"]]), columns)
    words = _Words(plan)
    for name in standards["name"].unique():
        if words.names_one(name):
            raise PublicEditionError(
                f"the standard {name!r} names a place, a base or a unit, which the public edition may not; "
                "give it another name in the plan, or make the internal edition"
            )
    told = {} if withheld_whole(plan, located) else {k: t.round(digits) for k, t in curve.items()}
    for table in told.values():  # what a unit adds is the difference of the rounded values: it adds up
        table["marginal"] = table["value"].diff().round(digits)
    return {"groups": shown, "standards": standards, **told}


def counted(located: Located) -> str:
    """Return what the places of a siting are: key locations, or areas with their people."""
    return "key_locations" if (located.places["kind"] == "key location").all() else "people"


def _hidden(plan: Plan, standard: Standard) -> set[tuple[str, str]]:
    table = "key_locations" if standard.of == "key_locations" else "areas"
    return too_small(plan, scope_sizes(plan, table, standard))


def withheld_whole(plan: Plan, located: Located) -> bool:
    """Return whether the yardstick is for so few places that the public edition says nothing of it.

    Parameters
    ----------
    plan
        The plan.
    located
        What `standby.locate.locate` found.
    """
    return ("all", "") in _hidden(plan, located.as_asked)


def siting_sentences(plan: Plan, located: Located, edition: Edition) -> tuple[str, ...]:
    """Return what an edition says of a siting; the public one leaves out what names a place or a base.

    Parameters
    ----------
    plan
        The plan.
    located
        What `standby.locate.locate` found.
    edition
        ``public`` or ``internal``.
    """
    if edition == "internal":
        return located.sentences
    words, known, of = _Words(plan), plan.document.standards, located.as_asked
    if withheld_whole(plan, located):
        return ("The standard is for so few places that this edition withholds what is said of it.",)
    names = dict(zip(located.standards["standard"], located.standards["name"], strict=True))
    few = [name for key, name in names.items() if ("all", "") in _hidden(plan, known.get(key, of))]
    return tuple(
        text for text in located.sentences if not words.names_one(text) and not any(n in text for n in few)
    )


def newly_held(located: Located) -> pd.DataFrame:
    """Return which sites are held as well with each unit more that is free: for internal use.

    Parameters
    ----------
    located
        What `standby.locate.locate` found, with its compliance table.

    Returns
    -------
    pandas.DataFrame
        One row each number of free units: ``units_free``, ``name`` (of the sites that are new) and ``share``
        in reach of all that are held.
    """
    before: set[str] = set()
    rows = []
    held = located.compliance if located.compliance is not None else pd.DataFrame(columns=["units_free"])
    for free, part in held.groupby("units_free"):
        names = [name for site, name in zip(part["site"], part["name"], strict=True) if site not in before]
        before |= set(part["site"])
        rows.append({"units_free": free, "name": ", ".join(names) or "–", "share": part["share"].iloc[0]})
    return pd.DataFrame(rows, columns=["units_free", "name", "share"])
