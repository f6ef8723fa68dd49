"""The tables and sentences of a siting, by edition."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

import pandas as pd

from standby.locate import Located, Yardstick
from standby.plan import Plan
from standby.report.content import Edition
from standby.report.public import check_names, enough_places, public_minutes, public_share

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
    "marking": ("Marking", "How the edition is marked."),
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
        ``public``: the whole region, shares to the nearest 10% and minutes to the nearest 5. ``internal``:
        everything.

    Returns
    -------
    dict of str to DataFrame
        By name: ``standards``, ``groups`` unless the standard is for too few places, ``curve`` if there is
        one, and in the internal edition ``sites``, ``places`` and ``compliance``.

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
    check_names(plan, {"standards, name": list(located.standards["name"].astype(str))})
    groups = located.groups[["scope_kind", "scope", "share_today", "share"]]
    columns = [f"{name}{end}" for name in SHARES for end in ("_today", "")]
    standards = located.standards[["standard", "name", "scope_kind", "scope", "required", *columns]]
    standards = standards[
        standards["standard"].map(lambda key: _enough(plan, located, str(key))).astype(bool)
    ]

    tables = {"standards": _coarse(standards, columns)}
    if _enough(plan, located):
        tables["groups"] = _coarse(groups, ["share_today", "share"])
        if located.curve is not None:
            tables["curve"] = located.curve[["units"]].assign(
                value=[public_value(value, located.yardstick.unit) for value in located.curve["value"]]
            )
    return tables


def public_value(value: float, unit: str) -> float:
    """Return a value of a yardstick as the public edition says it."""
    if unit == "share":
        return public_share(value)
    return public_minutes(value) if unit == "min" else value


def _coarse(frame: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Return the rows of the whole region, with shares to the nearest tenth."""
    frame = frame[frame["scope_kind"] == "all"].reset_index(drop=True)
    return frame.assign(**{column: [public_share(value) for value in frame[column]] for column in columns})


def _enough(plan: Plan, located: Located, standard: str | None = None) -> bool:
    """Return whether a standard of a siting, or its yardstick, is for enough places of the whole region."""
    of = plan.document.standards.get(standard or "", located.as_asked)
    return enough_places(plan, of)


def counted(located: Located) -> str:
    """Return what the places of a siting are: key locations, or areas with their people."""
    return "key_locations" if (located.places["kind"] == "key location").all() else "people"


def siting_sentences(plan: Plan, located: Located, edition: Edition) -> tuple[str, ...]:
    """Return what an edition says of a siting; the public one in round numbers of the whole region.

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
    if not _enough(plan, located):
        return ("The standard is for so few places that this edition leaves out what is said of it.",)

    y, siting = located.yardstick, located.siting
    words = public_words(y)
    tier = plan.document.tiers[located.tier].name
    asked = f"Yardstick: {located.as_asked.name}."
    ended = "" if siting.status == "optimal" else " The search was stopped before it was proven best."
    if y.unit == "units":
        return (asked, f"{siting.units.sum()} units of {tier} {words}.{ended}")

    chosen, today = (_measured(public_value(value, y.unit), y.unit) for value in (y.chosen, y.today))
    value = f"{siting.units.sum()} units of {tier}: about {chosen} {words}; as it is, about {today}.{ended}"
    return (asked, value)


def public_words(yardstick: Yardstick) -> str:
    """Return what a yardstick measures, without the busy share that it counts with."""
    return re.sub(r", each unit busy [^,]* of the time", "", yardstick.words)


def _measured(value: float, unit: str) -> str:
    """Return a rounded value of a yardstick in words."""
    if math.isnan(value):
        return "no value, as it does not meet the conditions"
    return f"{value:.0%}" if unit == "share" else f"{value:.0f} minutes"


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
