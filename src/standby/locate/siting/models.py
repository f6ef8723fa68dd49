"""The siting models as a plan asks for them: how each is solved, and its value for any placement."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from standby._show import Shown
from standby._typing import Codes, Floats, Mask
from standby.attendance import SLACK_MIN
from standby.locate.errors import InfeasibleError, SitingCheckError, SitingInputError
from standby.locate.models.bacop1 import bacop1
from standby.locate.models.bacop2 import bacop2
from standby.locate.models.cover_model import cover_model
from standby.locate.models.dsm import dsm
from standby.locate.models.lscp import lscp
from standby.locate.models.malp1 import malp1, units_for_reliability
from standby.locate.models.mclp import mclp
from standby.locate.models.mexclp import mexclp
from standby.locate.models.needs import Arrival, Fleet, Need, SiteRules
from standby.locate.models.p_centre import p_centre
from standby.locate.models.p_median import p_median
from standby.locate.result import Siting, SolveOptions
from standby.locate.siting.options import LocateOptions
from standby.locate.siting.question import Placement, Question
from standby.words import WEIGHED, exactly, share

ALONE = ("mclp", "p_median", "p_centre", "lscp", "bacop1", "bacop2")
"""Models that put at most one unit at a site."""

REACH_ALL = ("p_median", "p_centre", "lscp", "bacop1", "dsm")
"""Models that have an answer only when every place can be reached."""


@dataclass(frozen=True)
class Yardstick(Shown):
    """What a model measures, and the measures of a placement.

    Attributes
    ----------
    words
        What it is, to follow a number.
    unit
        What the values are: ``share``, ``min`` or ``units``.
    today, chosen, bound
        Value of today's units, of the answer, and what no answer can beat; NaN where a placement does not
        meet the model's conditions.
    gap
        Relative difference between answer and bound; 0: proven best.
    """

    words: str
    unit: Literal["share", "min", "units"]
    today: float
    chosen: float
    bound: float
    gap: float


@dataclass(frozen=True, eq=False)
class Task:
    """A question, a model, and the choices that a solve needs.

    Attributes
    ----------
    question, request
        What is asked.
    model
        The model.
    busy
        Busy share that the model counts with.
    crews
        Units that must be able to come.
    fixed, closed
        Rows of the question's sites.
    """

    question: Question
    request: LocateOptions
    model: str
    busy: float
    crews: int
    fixed: tuple[int, ...]
    closed: tuple[int, ...]

    @property
    def per_site(self) -> Codes:
        """Most units of the tier at each site, shape (sites,)."""
        most = self.question.most
        return np.minimum(most, 1) if self.model in ALONE else most

    @property
    def room(self) -> int:
        """Places for units at all the sites that are open."""
        most = self.per_site.copy()
        most[list(self.closed)] = 0
        return int(most.sum())

    @property
    def minutes(self) -> Floats:
        """Minutes from the question's sites, then from each unit that stays beside, (rows, places) [min]."""
        beside = self.question.beside
        if self.question.units_beside == 0:
            return self.question.minutes
        return np.vstack([self.question.minutes, np.repeat(beside.minutes, beside.count, axis=0)])

    @property
    def per_row(self) -> Codes:
        """Most units of the tier at each of these rows, shape (rows,): a unit that stays has its own."""
        return np.concatenate([self.per_site, np.ones(self.question.units_beside, dtype=np.int64)])

    @property
    def fixed_rows(self) -> tuple[int, ...]:
        """Rows that must hold a unit: sites that are fixed, and the units that stay beside."""
        sites = self.question.sites.size
        return (*self.fixed, *range(sites, sites + self.question.units_beside))

    @property
    def crews_within(self) -> NDArray[np.float64]:
        """Time in which all the crews must be there, on the clock of the minutes, shape (places,) [min]."""
        q = self.question
        asked = self.request.crews_within
        if self.crews <= q.crews and asked is None:
            return q.within

        # Minutes of the first arrival: those of the rendezvous come off.
        limit = q.within if asked is None else np.full(q.places.size, asked + SLACK_MIN)
        return np.maximum(limit - q.later, 0.0)

    def soonest(self, sites: Mask) -> Floats:
        """Return the least minutes to each place from some sites, or a unit that stays, (places,) [min]."""
        of_sites = self.question.minutes[sites].min(axis=0, initial=np.inf)
        return np.asarray(np.minimum(of_sites, self.question.beside.nearest()))

    def inside(self, placed: Placement) -> Mask:
        """Return the places that the placement serves inside the standard if all units are free."""
        within = self.question.within
        crews = self.crews
        first = placed.in_reach(within) >= min(self.question.crews, crews)
        return first & (placed.in_reach(self.crews_within) >= crews)

    def solve(self, units: int, options: SolveOptions) -> Siting:
        """Return the model's answer with at most so many units besides those that stay."""
        siting = MODELS[self.model].solve(self, units + self.question.units_beside, options)

        # Units that stay stand in rows after those of the sites.
        sites = self.question.sites.size
        own = siting.sites < sites
        assignment = np.where(siting.assignment < sites, siting.assignment, -1)
        return replace(siting, sites=siting.sites[own], units=siting.units[own], assignment=assignment)

    def value(self, placed: Placement) -> float:
        """Return the model's value of any placement; NaN where it does not meet the model's conditions."""
        return MODELS[self.model].value(self, placed)

    def scaled(self, value: float) -> float:
        """Return a value of the model as a share, in minutes, or in units that do not stay."""
        model = MODELS[self.model]
        if model.unit == "units":
            return value - self.question.units_beside
        return value / float(self.question.weight.sum()) if model.by_weight else value

    def shut(self) -> tuple[int, ...]:
        """Return the sites that may hold no unit: closed, or full."""
        return tuple(sorted({*self.closed, *np.flatnonzero(self.per_site == 0).tolist()}))

    def words(self) -> str:
        """Return what the model measures."""
        q = self.question
        s = self.question.standard
        of = WEIGHED[s.of]
        of = f"{of}, weighted," if self.request.threat or self.request.rural_weight != 1.0 else of

        crews = "" if self.crews == 1 else f"by {self.crews} crews "
        time = f"{s.within_min:g} minutes"
        if self.crews > q.crews and self.request.crews_within is not None:
            time = f"{time}, {crews}inside {self.request.crews_within:g} minutes"
            crews = ""

        return MODELS[self.model].words.format(
            of=of, crews=crews, time=time, busy=share(self.busy), reliability=exactly(s.reliability),
            outer=f"{self.request.outer or 0:g}",
        )  # fmt: skip


def checked(task: Task, siting: Siting) -> Codes:
    """Return the units at each of the question's sites, after valuing them without the model's solver.

    Raises
    ------
    SitingCheckError
        If the values differ.
    """
    count = np.zeros(task.question.sites.size, dtype=np.int64)
    count[siting.sites] = siting.units

    found = task.value(task.question.placed(count))
    if not abs(found - siting.objective) <= 1e-6 * max(1.0, abs(siting.objective)):
        raise SitingCheckError(
            f"{task.model}: the answer is worth {siting.objective!r}, the plan's minutes give {found!r}; "
            "please report this plan"
        )
    return count


@dataclass(frozen=True)
class _Model:
    """One model: how to solve it, its value of a placement, and what that is."""

    solve: Callable[[Task, int, SolveOptions], Siting]
    value: Callable[[Task, Placement], float]
    words: str
    unit: Literal["share", "min", "units"] = "share"
    by_weight: bool = True


# How each model is solved, and behind it what a placement is worth by it, from the minutes alone.


def _gained(task: Task, placed: Placement, crews: int) -> float:
    """Return the weight of the places with so many units in reach."""
    q = task.question
    return float(q.weight[placed.in_reach(q.within) >= crews].sum())


def _mexclp(task: Task, units: int, options: SolveOptions) -> Siting:
    q = task.question
    return mexclp(
        task.minutes, q.weight, q.within, units, task.busy,
        per_site=task.per_row, fixed=task.fixed_rows, closed=task.shut(), **options,
    )  # fmt: skip


def _expected(task: Task, placed: Placement) -> float:
    """Return the weight expected to find a free unit: of n in reach one is free with chance 1 - busy**n."""
    q = task.question
    count = placed.in_reach(q.within)
    return float((q.weight * np.where(count > 0, 1.0 - task.busy**count, 0.0)).sum())


def _mclp(task: Task, units: int, options: SolveOptions) -> Siting:
    q = task.question
    return mclp(task.minutes, q.weight, q.within, units, fixed=task.fixed_rows, closed=task.shut(), **options)


def _malp(task: Task, units: int, options: SolveOptions) -> Siting:
    q = task.question
    return malp1(
        task.minutes, q.weight, q.within, units, task.busy, q.standard.reliability,
        per_site=task.per_row, fixed=task.fixed_rows, closed=task.shut(), **options,
    )  # fmt: skip


def _reliable(task: Task, placed: Placement) -> float:
    """Return the weight of the places with as many units in reach as make it reliable that one is free."""
    return _gained(task, placed, units_for_reliability(task.busy, task.question.standard.reliability))


def _p_median(task: Task, units: int, options: SolveOptions) -> Siting:
    q = task.question
    return p_median(task.minutes, q.weight, units, fixed=task.fixed_rows, closed=task.shut(), **options)


def _travelled(task: Task, placed: Placement) -> float:
    """Return the weighted minutes to the nearest unit; NaN if a place has none."""
    value = float(task.question.weight @ placed.nearest())
    return value if np.isfinite(value) else np.nan


def _p_centre(task: Task, units: int, options: SolveOptions) -> Siting:
    return p_centre(task.minutes, units, fixed=task.fixed_rows, closed=task.shut(), **options)


def _longest(task: Task, placed: Placement) -> float:  # noqa: ARG001 - as the other values
    """Return the most minutes to the nearest unit [min]; NaN if a place has none."""
    value = float(placed.nearest().max())
    return value if np.isfinite(value) else np.nan


def _lscp(task: Task, units: int, options: SolveOptions) -> Siting:
    q = task.question
    siting = lscp(task.minutes, q.within, fixed=task.fixed_rows, closed=task.shut(), **options)

    # With a number of units the question is whether they are enough.
    if task.request.units is not None and siting.bound > units:
        raise InfeasibleError(
            f"{task.scaled(units):g} units can't reach every place in time",
            f"at least {task.scaled(siting.bound):g} can",
        )
    return siting


def _sites_used(task: Task, placed: Placement) -> float:
    """Return the number of units; NaN if they don't reach every place."""
    everyone = bool((placed.in_reach(task.question.within) >= 1).all())
    return float(placed.count.sum()) if everyone else np.nan


def _bacop1(task: Task, units: int, options: SolveOptions) -> Siting:
    q = task.question
    return bacop1(
        task.minutes, q.weight, q.within, units, fixed=task.fixed_rows, closed=task.shut(), **options
    )


def _twice_if_all(task: Task, placed: Placement) -> float:
    """Return the weight with two units in reach; NaN if a place has none."""
    everyone = bool((placed.in_reach(task.question.within) >= 1).all())
    return _gained(task, placed, 2) if everyone else np.nan


def _bacop2(task: Task, units: int, options: SolveOptions) -> Siting:
    q = task.question
    return bacop2(
        task.minutes, q.weight, q.within, units, fixed=task.fixed_rows, closed=task.shut(), **options
    )


def _half_and_half(task: Task, placed: Placement) -> float:
    """Return the weight with a unit in reach and that with two, half of each."""
    return 0.5 * _gained(task, placed, 1) + 0.5 * _gained(task, placed, 2)


def _dsm(task: Task, units: int, options: SolveOptions) -> Siting:
    q = task.question
    if task.request.outer is None:
        raise SitingInputError("dsm has two standards", "give the wider one as outer")

    return dsm(
        task.minutes, q.weight, q.within, np.full(q.places.size, task.request.outer), q.standard.share, units,
        per_site=task.per_row, fixed=task.fixed_rows, closed=task.shut(), **options,
    )  # fmt: skip


def _twice_of_most(task: Task, placed: Placement) -> float:
    """Return the weight with two units in reach; NaN where the wide standard or the share isn't met."""
    q = task.question
    wide = bool((placed.in_reach(np.full(q.places.size, task.request.outer or 0.0)) >= 1).all())
    enough = _gained(task, placed, 1) >= q.standard.share * q.weight.sum() * (1 - 1e-9)
    return _gained(task, placed, 2) if wide and enough else np.nan


def _cover(task: Task, units: int, options: SolveOptions) -> Siting:
    q = task.question

    # Where more crews are asked for than the standard needs, its own come in its own time.
    arrivals = [Arrival(task.crews_within, task.crews)]
    if task.crews > q.crews:
        arrivals.insert(0, Arrival(q.within, q.crews))

    rules = SiteRules(fixed=task.fixed_rows, closed=task.shut(), capacity=task.per_row)
    return cover_model(
        [Need(task.minutes, q.weight, tuple(arrivals))], Fleet({"unit": units}), rules=rules, **options
    )


def _attended(task: Task, placed: Placement) -> float:
    """Return the weight of the places that all crews reach in time."""
    return float(task.question.weight[task.inside(placed)].sum())


MODELS: dict[str, _Model] = {
    "mexclp": _Model(
        _mexclp, _expected,
        "of {of} expected to find a free unit inside {time}, each unit busy {busy} of the time",
    ),
    "mclp": _Model(_mclp, lambda task, placed: _gained(task, placed, 1), "of {of} inside {time}"),
    "malp": _Model(
        _malp, _reliable,
        "of {of} with a unit free inside {time} at least {reliability} of the time",
    ),
    "p_median": _Model(_p_median, _travelled, "to the nearest unit, mean over {of}", "min"),
    "p_centre": _Model(
        _p_centre, _longest, "to the place that is farthest from a unit", "min", by_weight=False
    ),
    "lscp": _Model(_lscp, _sites_used, "reach every place inside {time}", "units", by_weight=False),
    "bacop1": _Model(_bacop1, _twice_if_all, "of {of} with two units inside {time}, everyone with one"),
    "bacop2": _Model(
        _bacop2, _half_and_half,
        "of {of} inside {time}, half for the first unit and half for a second",
    ),
    "dsm": _Model(
        _dsm, _twice_of_most,
        "of {of} with two units inside {time}, everyone with one inside {outer} minutes",
    ),
    "cover": _Model(_cover, _attended, "of {of} reached {crews}inside {time}"),
}  # fmt: skip
"""The models by name."""
