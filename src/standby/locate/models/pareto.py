"""The whole curve of cover against units or money."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Unpack

import numpy as np
from scipy import sparse

from standby import _checks
from standby._refusals import shown
from standby._show import Shown
from standby.locate import verify
from standby.locate.engine.choose import grain_of
from standby.locate.engine.control import Control
from standby.locate.engine.mip import Mip
from standby.locate.engine.scale import with_ordinary_weights
from standby.locate.errors import SitingInputError
from standby.locate.inputs import checked_fee
from standby.locate.models.mclp import solve_mclp
from standby.locate.reach import checked_reach
from standby.locate.result import Siting, SolveOptions

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import ArrayLike

    from standby._typing import Codes, Floats, Mask
    from standby.locate.reach import Reach


@dataclass(frozen=True)
class CurvePoint(Shown):
    """One point of the curve.

    Attributes
    ----------
    units
        Units used.
    cost_gbp
        Money spent [GBP]; None on a curve against units.
    marginal
        Cover gained over the point before: per unit on a curve against units, per £ on a curve against money
        (inf where a gain is free).
    siting
        The answer with its proof.
    """

    units: int
    cost_gbp: float | None
    marginal: float
    siting: Siting


@dataclass(frozen=True)
class Curve(Shown):
    """Cover against units or money, from least to most.

    Attributes
    ----------
    points
        One for each number of units, or for each efficient spending.
    complete
        Whether every point is proven (its cover, and on a curve against money that none is cheaper) and none
        is missing.
    """

    points: tuple[CurvePoint, ...]
    complete: bool


@with_ordinary_weights
def pareto(
    minutes: ArrayLike,
    weight: ArrayLike,
    within: ArrayLike,
    *,
    units: int | None = None,
    cost_gbp: ArrayLike | None = None,
    budgets_gbp: Iterable[float] | None = None,
    fixed: Iterable[int] = (),
    closed: Iterable[int] = (),
    **options: Unpack[SolveOptions],
) -> Curve:
    """Most weight reached in time for every number of units, or for every amount of money worth spending.

    Against units the MCLP is solved for 0, 1, … `units`, each from the answer before. Against money
    (`cost_gbp` given) the efficient points are found from the dearest down: most cover within the budget,
    then least money for that cover, then a smaller budget (the epsilon-constraint method), so no efficient
    point is missed where costs are whole pounds; or one point for each of `budgets_gbp`.

    Parameters
    ----------
    minutes
        Travel minutes, an array or a sparse matrix of shape (sites, areas); ``inf`` or an unstored pair: may
        not serve [min].
    weight
        Demand of each area, shape (areas,), >= 0.
    within
        The standard, one number or one for each area [min].
    units
        Most units; default as many as sites.
    cost_gbp
        Cost of a unit at each site, shape (sites,); gives the curve against money [GBP].
    budgets_gbp
        Budgets to solve for instead of the whole curve [GBP].
    fixed, closed
        Sites that must, and may not, hold a unit.
    **options
        See `SolveOptions`; the time limit holds for the whole curve.

    Returns
    -------
    Curve
        Points from least to most, with the marginal value of each step.

    Raises
    ------
    SitingInputError
        If an argument is wrong.

    References
    ----------
    Church and ReVelle (1974) for the curve; Haimes, Lasdon and Wismer (1971) for the epsilon-constraint
    method.
    """
    control = Control(options)
    reach = checked_reach(
        minutes, weight=weight, within=within, units=units, per_site=1, fixed=fixed, closed=closed
    )
    if units is None:  # one at every site that may hold one
        reach = reach.with_units(int(reach.most.sum()))

    if cost_gbp is None:
        if budgets_gbp is not None:
            raise SitingInputError("budgets_gbp needs cost_gbp", "give the cost of a unit at each site")
        return _against_units(reach, control)

    curve = _AgainstMoney(reach, checked_fee(cost_gbp, reach.n_sites, "cost_gbp"), control)
    return curve.whole() if budgets_gbp is None else curve.at(_checked_budgets(budgets_gbp))


def _checked_budgets(budgets_gbp: Iterable[float]) -> list[float]:
    """Return budgets from least to most.

    Raises
    ------
    SitingInputError
        If they are no list of numbers >= 0.
    """
    try:
        given = list(budgets_gbp)
    except TypeError as error:
        raise SitingInputError(f"budgets_gbp is {shown(budgets_gbp)}", "give a list of budgets") from error

    budgets = _checks.number("budgets_gbp", given, finite=False, refusal=SitingInputError)
    if budgets.ndim != 1:
        raise SitingInputError(f"budgets_gbp has shape {budgets.shape}", "give a list of budgets")
    return [float(budget) for budget in np.sort(budgets)]


def _against_units(reach: Reach, control: Control) -> Curve:
    """Solve for every number of units, each from the answer before."""
    groups = reach.groups()
    points: list[CurvePoint] = []
    start: Mask | None = None
    for k in range(int(reach.least.sum()), reach.units + 1):
        if points and not control.go_on():
            return Curve(tuple(points), complete=False)

        siting = solve_mclp(reach.with_units(k), groups, control, start)
        before = points[-1].siting.objective if points else siting.objective
        points.append(CurvePoint(k, None, siting.objective - before, siting))
        start = np.zeros(reach.n_sites, np.bool_)
        start[siting.sites] = True
    return Curve(tuple(points), complete=all(p.siting.gap == 0 for p in points))


class _AgainstMoney:
    """Cover against money."""

    def __init__(self, reach: Reach, fee: Floats, control: Control) -> None:
        self.reach = reach
        self.fee = fee
        self.control = control
        self.groups = reach.groups()
        self.total = self.groups.total(reach.weight)
        self.complete = True

        # Steps of which every cover, and every spending, is a multiple.
        self.cover_step = grain_of(self.total[self.total > 0])
        self.spending_step = grain_of(fee[fee > 0])

    def _base(self) -> tuple[Mip, Codes, Codes]:
        """Return a model of who is covered, with the columns of units at sites and of groups covered."""
        reach = self.reach
        groups = self.groups
        model = Mip()
        x = model.columns(reach.n_sites, lower=reach.least, upper=reach.most)
        y = model.columns(groups.size, upper=1.0)
        model.rows((groups.matrix(reach.n_sites), x), (-sparse.eye(groups.size), y), lower=0.0)
        model.rows((np.ones((1, reach.n_sites)), x), upper=float(reach.units))
        return model, x, y

    def best(self, budget: float, known: Siting | None = None) -> Siting | None:
        """Return most cover within the budget, most cheaply.

        Parameters
        ----------
        budget
            What may be spent [GBP].
        known
            An answer within the budget, kept unless a better one is found.

        Returns
        -------
        Siting or None
            None if the budget allows nothing, or time is over before there is an answer.
        """
        model, x, y = self._base()
        model.recost(y, -self.total)
        slack = 1e-9 * max(1.0, budget)
        model.rows((self.fee[None, :], x), upper=budget + slack)
        self.control.show = lambda value: -value
        found = model.solve(self.control, grain=self.cover_step)
        if found.x is None:
            self.complete = self.complete and found.infeasible
            return None

        placed = found.x[x].astype(np.int64)
        proven = found.bound >= found.value
        cover = self.reach.covered_weight(placed)
        verify.no_worse(-found.value, cover, "pareto", larger_is_better=True, proven=proven)
        bound = cover if proven else -found.bound
        if known is not None and known.objective > cover:
            placed = np.zeros_like(placed)
            placed[known.sites] = known.units
            cover = known.objective

        placed = self._cheaper(placed, cover)
        verify.holds(self._spent(placed) <= budget + 1e-6 * max(1.0, budget), "the budget is kept")
        return verify.finished(
            self.reach,
            placed,
            objective=self.reach.covered_weight(placed),
            bound=bound,
            larger_is_better=True,
            control=self.control,
        )

    def _cheaper(self, placed: Codes, cover: float) -> Codes:
        """Return the cheapest units with at least this cover: those given, unless others cost less.

        A solve that is stopped may end with units that cost more, so that what it found is counted again.
        """
        if not self.control.go_on():
            self.complete = False
            return placed

        spent = self._spent(placed)
        model, x, y = self._base()
        model.recost(x, self.fee)
        model.rows((self.total[None, :], y), lower=cover - 1e-9 * max(1.0, cover))
        model.rows((self.fee[None, :], x), upper=spent + 1e-9 * max(1.0, spent))
        self.control.show = float
        found = model.solve(self.control, grain=self.spending_step)
        self.complete = self.complete and found.x is not None and found.bound >= found.value
        if found.x is None:
            return placed

        other = found.x[x].astype(np.int64)
        if self.reach.covered_weight(other) < cover - 1e-9 * max(1.0, cover):
            self.complete = False
            return placed
        return other if self._spent(other) < spent else placed

    def _spent(self, placed: Codes) -> float:
        """Return what the units at each site cost [GBP]."""
        return float(self.fee @ placed)

    def at(self, budgets: list[float]) -> Curve:
        """Return the curve of one point for each budget."""
        # Each budget begins from the answer of the one before, which it can pay for as well.
        found: list[Siting] = []
        for budget in budgets:
            siting = self.best(budget, found[-1] if found else None)
            if siting is None:
                self.complete = False
            else:
                found.append(siting)
        return self._curve(found)

    def whole(self) -> Curve:
        """Return the curve of every efficient point."""
        found: list[Siting] = []
        budget = float(self.fee.sum())
        while budget >= 0:
            siting = self.best(budget)
            if siting is None:
                break
            found.append(siting)
            if not self.control.go_on():
                self.complete = False
                break

            # The next point costs at least a step less.
            spent = float(self.fee[siting.sites].sum())
            budget = spent - (self.spending_step or max(1e-6, 1e-6 * spent))
        return self._curve(found[::-1])

    def _curve(self, found: list[Siting]) -> Curve:
        """Return the answers, from least to most, with what each pound more gains."""
        points: list[CurvePoint] = []
        for siting in found:
            cost = float(self.fee[siting.sites].sum())
            gain = 0.0
            extra = 0.0
            if points:
                gain = siting.objective - points[-1].siting.objective
                extra = cost - (points[-1].cost_gbp or 0.0)
            marginal = gain / extra if extra > 0 else (float("inf") if gain > 0 else 0.0)
            points.append(CurvePoint(int(siting.units.sum()), cost, marginal, siting))
        proven = all(point.siting.gap == 0 for point in points)
        return Curve(tuple(points), complete=self.complete and proven)
