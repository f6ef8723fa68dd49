"""The tables and sentences of a siting, by edition."""

from __future__ import annotations

import math
import re
from collections.abc import Callable

import pandas as pd

from standby.disclosure import Asked, Edition, enough_places, public_names, publish
from standby.locate import Located, Yardstick
from standby.plan import Plan
from standby.words import numbers


def siting_tables(
    plan: Plan,
    located: Located,
    edition: Edition,
    *,
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, pd.DataFrame]:
    """Return the tables of a siting that an edition may show.

    Parameters
    ----------
    plan
        The plan.
    located
        What `standby.locate.locate` found.
    edition
        ``public``: the whole region, shares to the nearest 20% and minutes to the nearest 10. ``internal``
        and ``full``: everything.
    progress
        As for `standby.disclosure.publish`.

    Returns
    -------
    dict of str to DataFrame
        By name: ``standards``, ``groups`` unless the standard is for too few places, ``curve`` if there is
        one, and beyond the public edition ``sites``, ``places`` and ``compliance``.

    Raises
    ------
    PublicEditionError
        If the name of a standard names a base or a unit, in the public edition.
    """
    tables = {"groups": located.groups, "standards": located.standards}
    tables |= {} if located.curve is None else {"curve": located.curve}
    tables |= {"sites": located.table, "places": located.places}
    tables |= {} if located.compliance is None else {"compliance": located.compliance}

    declared = {f"siting_{name}": frame for name, frame in tables.items()}
    shown = publish(declared, plan, edition, asked=siting_asked(located), progress=progress)
    return {name.removeprefix("siting_"): frame for name, frame in shown.items()}


def siting_asked(located: Located) -> Asked:
    """Return what a siting was asked for, by which its tables are judged.

    Parameters
    ----------
    located
        What `standby.locate.locate` found.
    """
    of_one_place = located.model == "p_centre"  # the minutes of the place that is farthest
    return Asked(located.as_asked, located.yardstick.unit, located.changes, of_one_place)


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
        ``public``, ``internal`` or ``full``.
    """
    if edition != "public":
        return located.sentences
    if not enough_places(plan, located.as_asked):
        return ("The standard is for so few places that this edition leaves out what is said of it.",)

    y, siting = located.yardstick, located.siting
    words = yardstick_words(y)
    names = public_names(plan)
    tier = names.text(plan.document.tiers[located.tier].name)
    words = names.text(words)
    asked = f"Yardstick: {names.text(located.as_asked.name)}."
    ended = "" if siting.status == "optimal" else " The search was stopped before it was proven best."
    if y.unit == "units":
        return (asked, f"{siting.units.sum()} units of {tier} {words}.{ended}")

    if siting_asked(located).of_one_place:
        left_out = "What the model measures is the minutes of a single place, which this edition leaves out."
        return (asked, f"{siting.units.sum()} units of {tier}. {left_out}{ended}")

    chosen, today = (_measured(siting_asked(located).value(value), y.unit) for value in (y.chosen, y.today))
    value = f"{siting.units.sum()} units of {tier}: {chosen} {words}; as it is, {today}.{ended}"
    return (asked, value)


def yardstick_words(yardstick: Yardstick) -> str:
    """Return what a yardstick measures, without the busy share that it counts with.

    Parameters
    ----------
    yardstick
        The yardstick of a siting.
    """
    return re.sub(r", each unit busy [^,]* of the time", "", yardstick.words)


def _measured(value: float, unit: str) -> str:
    """Return a rounded value of a yardstick in words."""
    if math.isnan(value):
        return "no value, as it does not meet the conditions"

    write = numbers.writer(numbers.kind_of_unit(unit), rounded=True, unit_beside=True)
    text = write(value)
    if unit == "min" and math.isfinite(value):
        text += " minutes"
    return text if text[0] in "<>" else f"about {text}"


def curve_writer(unit: str, edition: Edition) -> numbers.Writer:
    """Return how values of a yardstick are written in the curve of a siting, where small differences count.

    Parameters
    ----------
    unit
        Unit of the yardstick: ``share``, ``min`` or ``units``.
    edition
        ``public``, whose values are rounded already, ``internal`` or ``full``.
    """
    kind = numbers.kind_of_unit(unit)
    if edition == "public":
        return numbers.writer(kind, rounded=True, unit_beside=True)
    return {"share": numbers.fine_share, "minutes": numbers.fine_minutes}.get(kind, numbers.count)


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
    compliance = pd.DataFrame(columns=["units_free"]) if located.compliance is None else located.compliance
    for free, part in compliance.groupby("units_free"):
        names = [name for site, name in zip(part["site"], part["name"], strict=True) if site not in before]
        before |= set(part["site"])
        rows.append({"units_free": free, "name": ", ".join(names) or "–", "share": part["share"].iloc[0]})
    return pd.DataFrame(rows, columns=["units_free", "name", "share"])
