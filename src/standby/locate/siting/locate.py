"""The front door: where the units of a plan should stand by, with proof, against today."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from standby import words
from standby._show import Shown, points
from standby.attendance import available
from standby.cover import Cover, cover
from standby.evidence import Manifest
from standby.locate.engine.control import Control
from standby.locate.errors import InfeasibleError, NoAnswerYetError, SitingInputError
from standby.locate.inputs import BYTES_A_PAIR_OF_A_PLAN, refuse_too_large
from standby.locate.result import Progress, Siting
from standby.locate.siting.changes import changes_of, laid_over, with_standard
from standby.locate.siting.keywords import by_keyword
from standby.locate.siting.models import MODELS, Task, Yardstick, checked
from standby.locate.siting.options import LocateOptions, described
from standby.locate.siting.question import Question, code_of, question
from standby.locate.siting.refusal import reachable, refusal
from standby.locate.siting.sentences import sentences
from standby.locate.siting.tables import (
    compliance_frame,
    curve_table,
    group_table,
    place_table,
    site_table,
    standard_table,
)
from standby.plan import Plan, Standard
from standby.travel import Times

if TYPE_CHECKING:
    import geopandas


@dataclass(frozen=True, eq=False)
class Located(Shown):
    """Where the units of a plan should stand by, with proof, against today.

    Attributes
    ----------
    table
        One row each site with a unit today or then: ``site``, ``name``, ``force`` (of the unit there),
        ``existing``, ``lon``, ``lat``, ``units_today``, ``units`` and ``difference``. Units that stay where
        they are and count are in both numbers. For internal use.
    places
        One row each place that counts: who comes how soon today and then (``nearest_today_min``,
        ``nearest_min`` [min]), ``units_in_reach``, ``inside`` the standard if all are free, and ``change``
        (gains, loses, inside, outside). For internal use.
    groups
        The same summed by force, setting and class of place: ``total`` people, calls a year or weight,
        ``inside_today``, ``inside``, ``gained``, ``lost``, ``share_today``, ``share``, and the mean minutes
        to the nearest unit, those beyond the plan's limit counted as the limit [min].
    standards
        Shares inside each of the plan's standards by `standby.cover`, today and then; the yardstick's own
        standard stands there as it was asked for as well.
    curve
        If asked for: the model's best ``value``, ``bound`` and ``gap`` by number of ``units``, and what each
        unit adds (``marginal``). Numbers of units that the time limit left no time for are missing.
    compliance
        If asked for: the sites to hold with ``units_free`` free, and the ``share`` in reach of these; the
        sites of each number contain those of the one before. For internal use.
    yardstick
        What the model measures: today, in the answer, and the bound that nothing can beat.
    siting
        The answer of the array function; its sites are rows of `site_ids`. Its value and bound count units
        that stay beside as well.
    site_ids
        Sites that units might have stood at.
    model, standard, tier
        What was asked.
    as_asked
        The standard that served as yardstick, with the minutes, people and classes that were asked for.
    units_today, crews
        Units that were sited, as they stand today; units that must come.
    units_beside
        Units of the tier that stay where they are and count, as they are on duty in all of the hours.
    units_asked
        Units to place, if a number was asked for; None where it is that of today, or the answer.
    busy
        Busy share that the model counted with; NaN where it counts none.
    changes
        The answer as an option, as in ``plan.toml``: for `standby.plan.add_option`.
    sentences
        What a chief officer should know; no base or place is named.
    manifest
        What makes it reproducible.
    """

    # Tables.
    table: pd.DataFrame
    places: pd.DataFrame
    groups: pd.DataFrame
    standards: pd.DataFrame
    curve: pd.DataFrame | None
    compliance: pd.DataFrame | None

    # The answer and its value.
    yardstick: Yardstick
    siting: Siting
    site_ids: tuple[str, ...]

    # What was asked.
    model: str
    standard: str
    as_asked: Standard
    tier: str
    units_today: int
    units_beside: int
    units_asked: int | None
    crews: int
    busy: float

    # What becomes of it.
    changes: dict[str, Any]
    sentences: tuple[str, ...]
    manifest: Manifest

    def to_geodataframe(self, name: str = "table") -> geopandas.GeoDataFrame:
        """Return sites or places as points in WGS 84 (EPSG:4326).

        Parameters
        ----------
        name
            ``"table"`` for the sites with their units, ``"places"`` for who comes where how soon.

        Raises
        ------
        ValueError
            If that table has no positions.
        ImportError
            If geopandas is not installed.
        """
        return points(vars(self), name)

    def summary(self) -> str:
        """Return the answer, its proof, who gains and loses, and what the full model of cover says."""
        return " ".join(self.sentences)


@by_keyword(LocateOptions, described())
def locate(plan: Plan, times: Times, options: LocateOptions) -> Located:
    """Find where the units of a tier should stand by, and who gains and loses against today.

    Minutes are those of `standby.cover` at central values for a unit with nothing to break off: from the
    call, with authorisation, turnout, and the emergency drive from each site. Units serve the places of
    their own force and of those that share with it; neighbours' units are not counted. Units are taken to be
    at their sites: only the shares by `standby.cover`, today and then, count where they are on patrol.

    Parameters
    ----------
    plan
        The plan.
    times
        Minutes from `standby.travel.travel_times`.
    {options}

    Returns
    -------
    Located
        Sites, gains and losses, and the proof.

    Raises
    ------
    SitingInputError
        If an argument is wrong or does not fit the plan; the message names the fix.
    PlanInfeasibleError
        If the request can't be met: how many places of which class, and the smallest standard that could be.
    NoAnswerYetError
        If the time limit was over before there was any answer.
    """
    control = Control(options.solving())
    refuse_large_plan(plan)

    # The plan as arrays, and the model with its choices.
    ready = available(plan, times)
    task = reachable(_task(question(ready, times, options), options))
    wanted = _units(task)
    judged, judged_id = with_standard(plan, task.question, options)

    # The full model of cover can't be stopped: the time it takes for today is kept free for the answer.
    before = control.remaining
    full = _FullModel(judged, times, judged_id, today=cover(judged, times))
    control.keep_free(before - control.remaining)

    # The curve and the table of sites to hold have their share of the time that is left.
    parts = 1 + options.curve + options.compliance
    part = control.left(1 / parts)
    if options.progress is not None:
        part["progress"] = _by_the_yardstick(task, options.progress)

    try:
        siting = task.solve(wanted, part)
    except InfeasibleError as fault:
        raise refusal(task, wanted, str(fault), control) from fault
    return _located(plan, task, siting, wanted, full, control)


def _by_the_yardstick(task: Task, report: Callable[[Progress], None]) -> Callable[[Progress], None]:
    """Return a function that reports progress in the unit of the yardstick."""

    def report_scaled(p: Progress) -> None:
        """Pass progress on, in the unit of the yardstick."""
        incumbent = None if p.incumbent is None else task.scaled(p.incumbent)
        bound = None if p.bound is None else task.scaled(p.bound)
        report(Progress(incumbent, bound, p.gap, p.seconds))

    return report_scaled


def _task(q: Question, request: LocateOptions) -> Task:
    """Return the question with its model and its choices, checked against each other."""
    crews = q.crews if request.crews is None else request.crews
    model = request.model or ("mexclp" if crews == 1 else "cover")
    if crews > 1 and model != "cover":
        raise SitingInputError(
            f"{crews} crews must come, and {model} counts one", "choose model 'cover', or crews of 1"
        )
    if request.crews_within is not None and model != "cover":
        raise SitingInputError("crews_within is for several crews", "give crews, or leave it out")

    # Sites that are named, as rows of the question's.
    arrays = q.arrays
    row_of = {int(site): row for row, site in enumerate(q.sites)}
    named = {}
    for word in ("fixed", "closed"):
        sites = [
            code_of("site", name, arrays.sites.ids, arrays.sites.names) for name in getattr(request, word)
        ]
        outside = [arrays.sites.ids[j] for j in sites if j not in row_of]
        if outside and word == "fixed":
            raise SitingInputError(
                f"fixed names {', '.join(outside)}, where units of these forces may not stand",
                "share the neighbours' bases (share_neighbours), or use all sites",
            )
        named[word] = tuple(row_of[j] for j in sites if j in row_of)

    both = [arrays.sites.ids[q.sites[j]] for j in named["fixed"] if j in named["closed"]]
    if both:
        raise SitingInputError(f"{', '.join(both)} is both fixed and closed", "name it in one of the two")

    task = Task(q, request, model, _busy(q, request, model), crews, named["fixed"], named["closed"])
    full = [arrays.sites.ids[q.sites[j]] for j in task.fixed if task.per_site[j] == 0]
    if full:
        raise SitingInputError(f"{', '.join(full)} is fixed but has no room for a unit", "raise its capacity")
    return task


def _busy(q: Question, request: LocateOptions, model: str) -> float:
    """Return the busy share of a unit: the one asked for, else the plan's."""
    busy = q.busy if request.busy is None else request.busy
    if model in {"mexclp", "malp"} and np.isnan(busy):
        tier = q.arrays.tiers.ids[q.tier]
        raise SitingInputError(
            f"no unit of tier {tier!r} is on duty, so that how busy one would be is not known",
            "give busy, or choose mclp",
        )
    return busy


def _units(task: Task) -> int:
    """Return the most units that may be placed."""
    q = task.question
    request = task.request
    if task.model == "lscp":
        return task.room if request.units is None else request.units

    units = q.units_today if request.units is None else request.units
    if units == 0:
        raise SitingInputError(
            f"no unit of tier {q.arrays.tiers.ids[q.tier]!r} is on duty in the hours {request.hours!r} today",
            "say how many units, or other hours",
        )

    if units > task.room:
        # A site that units which stay have filled has no place left, and is no site with one.
        if task.room == 0:
            each = "every site is full or closed"
        elif int(task.per_site.max(initial=0)) == 1:
            each = "one at a site"
        else:
            each = "by the sites' capacity"
        raise SitingInputError(
            f"there are {units} units but only {task.room} places for them ({each})",
            "lower units, close fewer sites, or raise their capacity",
        )

    if task.crews > units + q.units_beside:
        raise SitingInputError(
            f"{task.crews} crews must come, but there are {units + q.units_beside} units",
            "raise units or lower crews",
        )

    if len(task.fixed) > units:
        raise SitingInputError(
            f"{len(task.fixed)} sites are fixed but there are {units} units", "raise units or fix fewer"
        )
    return units


def refuse_large_plan(plan: Plan) -> None:
    """Raise if the sites and places of a plan will not fit into memory, before anything is computed.

    Parameters
    ----------
    plan
        The plan.

    Raises
    ------
    SitingInputError
        With the size, what is free, and what to do.
    """
    places = len(plan.table("areas")) + len(plan.table("key_locations"))
    refuse_too_large(
        "locate", len(plan.table("sites")), places, bytes_a_pair=BYTES_A_PAIR_OF_A_PLAN, areas="places"
    )


@dataclass(frozen=True, eq=False)
class _FullModel:
    """What the full model of cover says of a placement, beside the siting model.

    Attributes
    ----------
    plan
        The plan with the standard as it was asked for.
    times
        Its minutes.
    standard
        Id of that standard.
    today
        Cover by today's units.
    """

    plan: Plan
    times: Times
    standard: str
    today: Cover

    def standards(self, option: str, changes: dict[str, Any]) -> pd.DataFrame:
        """Return the shares inside each standard, today and with the option."""
        return standard_table(self.today, cover(laid_over(self.plan, option, changes), self.times))


def _located(
    plan: Plan, task: Task, siting: Siting, wanted: int, full: _FullModel, control: Control
) -> Located:
    """Value the answer without its solver, set it against today, and put it into words."""
    q = task.question
    options = task.request

    # The answer by the yardstick, and as an option of the plan.
    count = checked(task, siting)
    yardstick = _measure(task, siting)
    places = place_table(task, q.placed(count))
    changes = changes_of(plan, q, options, count, _words(task, siting, yardstick))

    # What was asked for besides; the time limit may leave no time for it.
    curve, left_out = curve_table(task, wanted, control) if options.curve else (None, "")
    compliance = None
    no_table = ""
    if options.compliance and siting.sites.size:
        compliance, no_table = _sites_to_hold(task, count, control)

    # The full model has the last word.
    standards = full.standards(options.option, changes)
    said = [*sentences(task, siting, yardstick, places, standards, full.standard), left_out, no_table]
    settings = {**options.settings(), "model": task.model, "standard": q.standard_id, "units": wanted}
    return Located(
        table=site_table(q, count),
        places=places,
        groups=group_table(q, places),
        standards=standards,
        curve=curve,
        compliance=compliance,
        yardstick=yardstick,
        siting=siting,
        site_ids=tuple(q.arrays.sites.ids[j] for j in q.sites),
        model=task.model,
        standard=q.standard_id,
        as_asked=q.standard,
        tier=q.arrays.tiers.ids[q.tier],
        units_today=q.units_today,
        units_beside=q.units_beside,
        units_asked=options.units,
        crews=task.crews,
        busy=task.busy if task.model in {"mexclp", "malp"} else float("nan"),
        changes=changes,
        sentences=tuple(filter(None, said)),
        manifest=plan.manifest(**settings, travel=full.times.method),
    )


def _sites_to_hold(task: Task, count: NDArray[np.int64], control: Control) -> tuple[pd.DataFrame | None, str]:
    """Return the table of sites to hold, and what is to be said of it: why there is none, or how good."""
    try:
        table, gap = compliance_frame(task, count, control.left())
    except NoAnswerYetError:
        return None, "The table of sites to hold is left out: the time limit was over before there was one."

    if gap == 0:
        return table, ""
    return (
        table,
        f"The table of sites to hold was stopped; it is within {words.gap(gap)} of the best possible.",
    )


def _measure(task: Task, siting: Siting) -> Yardstick:
    """Return what the model measures, of today's units and of the answer."""
    today = task.value(task.question.today)
    return Yardstick(
        words=task.words(),
        unit=MODELS[task.model].unit,
        today=task.scaled(today),
        chosen=task.scaled(siting.objective),
        bound=task.scaled(siting.bound),
        gap=siting.gap,
    )


def _words(task: Task, siting: Siting, yardstick: Yardstick) -> tuple[str, str]:
    """Return name and description of the option; no base and no place is named."""
    q = task.question
    units = int(siting.units.sum())
    new = int((~q.arrays.sites.existing[q.sites[siting.sites]]).sum())

    what = {"share": "most ", "min": "fewest minutes ", "units": "fewest units that "}[yardstick.unit]
    what += yardstick.words.removeprefix("of " if yardstick.unit == "share" else "")

    text = f"{units} units stand by where they do best by the model {task.model}: {what}."
    if new:
        text += (
            f" {new} of the sites are not in use today; what they cost is not counted until capital_gbp and "
            "running_gbp are given."
        )

    return f"Siting: {units} units ({task.model}, {q.standard.within_min:g} minutes)", text
