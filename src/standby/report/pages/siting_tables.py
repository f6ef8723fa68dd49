"""The tables and sentences of a siting, by edition."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from standby.disclosure import Asked, Edition, enough_places, public_names, publish
from standby.locate import Located
from standby.plan import Plan
from standby.words import counted as number_of


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
        ``public``: the standards of the whole region, shares to the nearest 20%. ``internal`` and ``full``:
        everything.
    progress
        As for `standby.disclosure.publish`.

    Returns
    -------
    dict of str to DataFrame
        By name: ``standards``, and beyond the public edition ``groups``, ``sites``, ``places``, and
        ``curve`` and ``compliance`` if they were asked for.

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
    return Asked(located.as_asked, located.changes)


def counted(located: Located) -> str:
    """Return what the places of a siting are: key locations, or areas with their people."""
    return "key_locations" if (located.places["kind"] == "key location").all() else "people"


def siting_sentences(plan: Plan, located: Located, edition: Edition) -> tuple[str, ...]:
    """Return what an edition says of a siting; the public one what was asked, and no number of the answer.

    What the answer does to each standard stands in the table of the standards, by the full model.

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

    names = public_names(plan)
    tier = names.text(plan.document.tiers[located.tier].name)
    asked = f"Yardstick: {names.text(located.as_asked.name)}."
    ended = "" if located.siting.status == "optimal" else " The search was stopped before it was proven best."

    # A number that was not asked for is that of today, or follows from where units stand today.
    units = "units" if located.units_asked is None else number_of(located.units_asked, "unit")
    return (asked, f"Places for {units} of {tier}, which this edition leaves out.{ended}")


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
