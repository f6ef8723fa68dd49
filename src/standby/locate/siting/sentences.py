"""What a siting says in words: public, so no base or place is named, and few places are not counted."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from standby._typing import Codes
from standby.locate.result import Siting
from standby.locate.siting.models import Task, Yardstick
from standby.locate.siting.question import Question
from standby.plan import hours_of_week
from standby.tables import records
from standby.words import counted, fine_minutes, fine_share, gap, people

FEW = 3
"""Fewer places than this are not counted in words: a single one could be told from its class."""

NOTABLE = 0.01
"""Fall of another standard's share that is told."""

SAME = 0.0005
"""Shares closer than this are called the same."""


def measured(value: float, unit: str) -> str:
    """Return a value of a yardstick."""
    if np.isnan(value):
        return "not met"
    if unit == "share":
        return fine_share(value)
    return f"{fine_minutes(value)} minutes" if unit == "min" else counted(value, "unit")


def places_by_class(q: Question, places: Codes) -> str:
    """Return how many places, by class; those of fewer than three are not counted out."""
    arrays = q.arrays
    code = arrays.places.classes[places]
    classes = arrays.plan.document.classes
    count = {name: int((code == k).sum()) for k, name in enumerate(arrays.classes.ids)}
    if places.size < FEW:
        return f"fewer than {FEW} places"

    shown = [f"{classes[name].name}: {n}" for name, n in count.items() if n >= FEW]
    more = "" if sum(n for n in count.values() if n < FEW) == 0 else "others: few"
    return f"{places.size} places ({'; '.join([*shown, *filter(None, [more])])})"


def proof(siting: Siting) -> str:
    """Return how good an answer is proven to be, and why the solve ended."""
    ended = {
        "optimal": "",
        "time_limit": "; stopped at the time limit",
        "interrupted": "; stopped by hand",
    }[siting.status]

    good = "proven best" if siting.gap == 0.0 else f"proven within {gap(siting.gap)} of the best possible"
    good = good if np.isfinite(siting.gap) else "how good it is is not known"
    return f"{good}{ended}"


def sentences(
    task: Task,
    siting: Siting,
    yardstick: Yardstick,
    places: pd.DataFrame,
    standards: pd.DataFrame,
    asked: str,
) -> Iterable[str]:
    """Yield what a chief officer should know of a siting; `asked` is the standard's id in `standards`."""
    q = task.question
    units = int(siting.units.sum())
    tier = q.arrays.plan.document.tiers[q.arrays.tiers.ids[q.tier]].name
    now = q.units_today

    # The answer and its proof.
    yield f"Yardstick: {q.standard.name}."
    if yardstick.unit == "units":
        yield f"{units} units of {tier} {yardstick.words} ({proof(siting)}). Today there are {now} units."
    else:
        value, today = (measured(v, yardstick.unit) for v in (yardstick.chosen, yardstick.today))
        yield (
            f"{units} units of {tier} at {siting.sites.size} sites: {value} {yardstick.words} "
            f"({proof(siting)}). Today's {now} units: {today}."
        )
    if siting.gap > 0:
        yield f"No placement does better than {measured(yardstick.bound, yardstick.unit)}."

    # Who gains and loses, what is not counted, and what the full model says.
    yield _gains(task, places)
    yield from _asides(task, units)
    yield from _by_cover(task, yardstick, standards, asked)


def _gains(task: Task, places: pd.DataFrame) -> str:
    """Return how many come inside the standard and fall out of it, and the shares today and then."""
    total = places["total"]
    today, then = (float(total[places[column]].sum() / total.sum()) for column in ("inside_today", "inside"))
    gain, lose = (_part(task, places, change) for change in ("gains", "loses"))
    return (
        f"If every unit is free, {gain} come inside the standard that are outside today, and {lose} fall out "
        f"that are inside today: {fine_share(today)} today, {fine_share(then)} then."
    )


def _part(task: Task, places: pd.DataFrame, change: str) -> str:
    """Return how many gain or lose; of fewer than three places nothing is counted."""
    of = {"people": "people", "demand": "calls a year", "key_locations": "of the key locations' weight"}
    part = places[places["change"] == change]
    if 0 < len(part) < FEW:
        return f"fewer than {FEW} places"
    return f"{people(float(part['total'].sum()))} {of[task.question.standard.of]}"


def _asides(task: Task, units: int) -> Iterable[str]:
    """Yield what the answer leaves aside: units that add nothing or stay, and places out of reach."""
    q = task.question
    asked = task.request
    if asked.units is not None and units < asked.units:
        yield (
            f"{asked.units - units} of the {asked.units} units would add nothing by this yardstick: they "
            "have no site here, and an option saved from this answer does not have them."
        )

    if q.units_beside:
        stay = "unit of the tier stays" if q.units_beside == 1 else "units of the tier stay"
        yield (
            f"{q.units_beside} more {stay} in place and {'is' if q.units_beside == 1 else 'are'} counted, on "
            "duty in all of these hours."
        )

    sites_kept = set(q.arrays.units.sites[q.staying].tolist())
    if sites_kept & {int(q.sites[j]) for j in task.fixed}:
        yield (
            "A site that is fixed holds one of the units that are sited, also where another one of the tier "
            "stays."
        )

    if q.aside:
        stay = "unit of the tier stays" if q.aside == 1 else "units of the tier stay"
        yield (
            f"{q.aside} more {stay} in place, not on duty in all of these hours or with a notice of their "
            "own; this yardstick does not count them."
        )

    if q.arrays.patrols.of_unit[q.rows].any():
        yield (
            "The yardstick has every unit at its site, today's as well; the full model of cover counts where "
            "they are on patrol, and a unit that moves keeps its patrols."
        )

    if q.left_out.size:
        yield f"Left out, as no site allowed reaches them in time: {places_by_class(q, q.left_out)}."
    else:
        beyond = np.flatnonzero(task.soonest(task.per_site > 0) > q.within)
        if beyond.size:
            yield f"No site allowed reaches in time: {places_by_class(q, q.places[beyond])}."


def _by_cover(task: Task, yardstick: Yardstick, standards: pd.DataFrame, asked: str) -> Iterable[str]:
    """Yield what the full model of cover says, and whether it disagrees with the siting model."""
    row = standards[(standards["standard"] == asked) & (standards["scope_kind"] == "all")].iloc[0]
    before = float(row["share_expected_today"])
    after = float(row["share_expected"])
    whole_week = (
        "" if hours_of_week(task.request.hours).all() else ", over the whole week and not these hours"
    )
    yield (
        f"By the full model of cover ({row['name']}{whole_week}): {fine_share(before)} expected today, "
        f"{fine_share(after)} then. It counts each unit's own busy share, commitments, the delay of "
        "breaking off other work, neighbours' help, and units on duty part of the week; the siting model "
        "counts none of these but, where it says so, one busy share for all."
    )
    yield from _other_standards(standards, asked)

    # Shares are better if more, minutes if fewer; numbers of units are not compared, nor is what is not met.
    if yardstick.unit == "share":
        better = yardstick.chosen > yardstick.today
    else:
        better = yardstick.unit == "min" and yardstick.chosen < yardstick.today
    if better and after < before - SAME:
        yield (
            "The two disagree: by the yardstick of the siting model this placement is better than today's, "
            "by the full model it is worse. Do not take it on the siting model alone; try another standard, "
            "time or model."
        )


def _other_standards(standards: pd.DataFrame, asked: str) -> Iterable[str]:
    """Say which of the plan's other standards fall, by the full model of cover."""
    others = standards[(standards["scope_kind"] == "all") & (standards["standard"] != asked)]
    worse = others[others["share_expected"] < others["share_expected_today"] - NOTABLE]
    for r in records(worse):
        before = fine_share(r["share_expected_today"])
        after = fine_share(r["share_expected"])
        yield f"Another standard falls by that model: {r['name']}, {before} today, {after} then."
