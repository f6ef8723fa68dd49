"""What a planner should know of a new plan before it is used: thin or odd sites, old and mismatched dates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from standby.opendata._bases import Bases
from standby.opendata._positions import grid_of
from standby.words import count, counted, share

PEOPLE_A_SITE = 150_000
"""People for each site above which sites are thin (an assumption)."""

FAR_KM = 15.0
"""Straight distance beyond which people live far from every site [km]."""

FAR_SHARE = 0.1
"""Share of people far from every site from which it is noted."""

MANY_AT_ONE = 0.4
"""Share of the vehicles at one site from which it is noted."""

GAP_YEARS = 3
"""Years between two dates from which they are noted as not going together."""

NAMED = 5
"""Sites that a note names."""


def thin_notes(bases: Bases, areas: pd.DataFrame) -> Iterator[str]:
    """Yield whether the sites of a plan are few for its people, and far from them; no site is named.

    Parameters
    ----------
    bases
        Sites, and vehicles at each.
    areas
        Areas of the plan.
    """
    sites = bases.sites
    people = areas["population"].to_numpy(dtype=float)

    each = people.sum() / len(sites)
    if each > PEOPLE_A_SITE:
        yield (
            f"sites are thin: {counted(len(sites), 'site')} for {count(people.sum())} people, one for "
            f"{count(each)}; units can be placed nowhere else, so add those that are missing"
        )

    nearest_m, _ = cKDTree(grid_of(sites)).query(grid_of(areas))
    km = np.asarray(nearest_m) / 1000.0
    far = people[km > FAR_KM].sum() / people.sum()
    if far >= FAR_SHARE:
        yield f"{share(far)} of the people live more than {FAR_KM:g} km, in a straight line, from every site"


def odd_notes(bases: Bases) -> Iterator[str]:
    """Yield which sites are no police stations, and where many vehicles stand.

    Parameters
    ----------
    bases
        Sites, and vehicles at each.
    """
    number = len(bases.odd)
    if number:
        named = "; ".join(bases.odd[:NAMED]) + (f"; and {number - NAMED} more" if number > NAMED else "")
        what = "is no police station" if number == 1 else "are no police stations"
        yield f"{counted(number, 'site')} {what} by name or kind: {named}"

    names = dict(zip(bases.sites["id"], bases.sites["name"], strict=True))
    total = sum(bases.counts.values())
    for site, number in bases.counts.items():
        is_odd = names[site] in bases.odd
        if is_odd or (number > 2 and number >= MANY_AT_ONE * total):
            which = ", which is no police station by name or kind" if is_odd else ""
            yield f"{number} of the {total} vehicles are assumed to stand at {names[site]}{which}"


def date_notes(dates: Mapping[str, str], as_of: dt.date) -> Iterator[str]:
    """Yield which inputs are old for the day of a plan, and that inputs are of different years.

    Parameters
    ----------
    dates
        ISO date of each input by what it is, empty where it is not known.
    as_of
        The day whose structure the plan describes.
    """
    days = {what: dt.date.fromisoformat(day) for what, day in dates.items() if day}
    for what, day in days.items():
        years = (as_of - day).days / 365.25
        if years >= GAP_YEARS:
            yield f"{what} of {day} stand in a plan of {as_of}: {count(round(years))} years older"

    undated = [what for what, day in dates.items() if not day]
    if undated and days:
        yield f"no file says of what year the {' and '.join(undated)} are"

    if len(days) > 1 and (max(days.values()) - min(days.values())).days / 365.25 >= GAP_YEARS:
        in_order = sorted(days.items(), key=lambda item: item[1])
        listed = ", ".join(f"{what} {day.year}" for what, day in in_order)
        yield f"the files are of different years, and what changed between them is in no figure: {listed}"


__all__ = ["date_notes", "odd_notes", "thin_notes"]
