"""A wide standard for all, a short one for most, and twice: the double standard model (DSM)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn, Unpack

import numpy as np

from standby.locate import verify
from standby.locate.engine.choose import grain_of
from standby.locate.engine.control import Control
from standby.locate.engine.levels import Level, LevelModel, checked_siting, placed_units
from standby.locate.engine.scale import with_ordinary_weights
from standby.locate.errors import InfeasibleError, SitingInputError
from standby.locate.inputs import checked_share
from standby.locate.models.p_centre import refuse_standard_for_all
from standby.locate.reach import checked_reach
from standby.locate.result import Siting, SolveOptions

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import ArrayLike, NDArray

    from standby.locate.reach import Reach


@with_ordinary_weights
def dsm(
    minutes: ArrayLike,
    weight: ArrayLike,
    within: ArrayLike,
    outer: ArrayLike,
    share: float,
    units: int,
    *,
    per_site: ArrayLike | None = None,
    fixed: Iterable[int] = (),
    closed: Iterable[int] = (),
    **options: Unpack[SolveOptions],
) -> Siting:
    """Place units by the double standard model: a wide standard for all, a short one for most, and twice.

    Maximise ``sum_i weight_i u_i`` subject to ``sum_{j in outer reach} x_j >= 1``, ``y_i + u_i <= sum_{j in
    reach} x_j``, ``u_i <= y_i``, ``sum_i weight_i y_i >= share * sum_i weight_i``, ``sum_j x_j <= units``,
    ``x_j <= per_site_j``; x whole, y and u binary. Two units at one site back each other up.

    Parameters
    ----------
    minutes
        Travel minutes, an array or a sparse matrix of shape (sites, areas); ``inf`` or an unstored pair: may
        not serve [min].
    weight
        Demand of each area, shape (areas,), >= 0.
    within, outer
        Inner and outer standard, one number or one for each area, outer no shorter [min].
    share
        Share of the weight that must be reached within the inner standard, between 0 and 1.
    units
        At most this many units.
    per_site
        Most units at a site; default no limit.
    fixed, closed
        Sites that must, and may not, hold a unit.
    **options
        See `SolveOptions`.

    Returns
    -------
    Siting
        `objective` is the weight with two units within the inner standard.

    Raises
    ------
    InfeasibleError
        If the outer standard or the share can't be met: which areas, and what could be met.
    SitingInputError
        If an argument is wrong.

    References
    ----------
    Gendreau, Laporte and Semet (1997), Solving an ambulance location model by tabu search, Location Science
    5, 75-88.
    """
    control = Control(options)
    share = checked_share(share, "share")
    reach = checked_reach(
        minutes, weight=weight, within=within, units=units, per_site=per_site, fixed=fixed, closed=closed
    )
    outer_within = reach.minutes.standard(outer, "outer")
    if (outer_within < reach.within).any():
        raise SitingInputError("outer is shorter than within for some areas", "give outer >= within")
    double = _DoubleStandard(reach, outer_within, share)
    soonest = reach.refuse_unreachable("dsm", outer_within)

    model = double.model()
    answer = model.solve(control, grain_of(reach.weight[reach.weight > 0]))
    if answer.infeasible:
        double.refuse(soonest, control)

    placed = placed_units(model, answer, "dsm")
    count = reach.count(placed)
    once = float(reach.weight[count >= 1].sum())
    wanted = double.wanted
    verify.holds(
        bool((reach.count(placed, outer_within) >= 1).all()), "every area is within the outer standard"
    )
    verify.holds(once >= wanted - 1e-6 * max(1.0, wanted), "the share is within the inner standard")

    value = float(reach.weight[count >= 2].sum())
    return checked_siting(reach, placed, answer, objective=value, control=control, what="dsm")


@dataclass(frozen=True, eq=False)
class _DoubleStandard:
    """The problem of the inner standard, the outer standard of each area, and the share asked for."""

    reach: Reach
    outer: NDArray[Any]
    share: float

    @property
    def wanted(self) -> float:
        """Weight that must be reached within the inner standard."""
        return self.share * float(self.reach.weight.sum())

    def model(self) -> LevelModel:
        """Return the double standard model."""
        inner, outer = self.reach.minutes.groups(self.reach.within, self.outer)
        total = inner.total(self.reach.weight)
        one_unit = np.ones(inner.size, np.int64)
        levels = [Level(one_unit, np.zeros(inner.size)), Level(one_unit, total)]
        model = LevelModel(self.reach, inner, levels)

        model.must_reach(outer)
        wanted = self.wanted
        model.mip.rows((total[None, :], model.met[0]), lower=wanted - 1e-9 * max(1.0, wanted))
        return model

    def refuse(self, soonest: NDArray[Any], control: Control) -> NoReturn:
        """Say which of the two standards can't be met.

        Parameters
        ----------
        soonest
            Least minutes to each area from a usable site, shape (areas,) [min].
        control
            The clock of the call.

        Raises
        ------
        InfeasibleError
            Always.
        """
        # The most weight within the inner standard while everyone is within the outer one.
        reach = self.reach
        inner, outer = reach.minutes.groups(reach.within, self.outer)
        total = inner.total(reach.weight)
        model = LevelModel(reach, inner, [Level(np.ones(total.size, np.int64), total)])
        model.must_reach(outer)
        most = model.solve(control, 0.0)
        if most.infeasible:
            refuse_standard_for_all("dsm (outer)", reach, soonest, control)

        all_weight = float(reach.weight.sum())
        greatest = ""
        if most.x is not None:
            proven = most.bound >= most.value
            words = "the greatest share" if proven else "the greatest share found in the time given that"
            greatest = f"{words} these {reach.units} units can reach is {-most.value / all_weight:.6g}, "
        unlimited = float(reach.weight[soonest <= reach.within].sum() / reach.weight.sum())
        raise InfeasibleError(
            f"dsm: a share of {self.share:g} can't be reached within the inner standard",
            f"{greatest}with units at every site {unlimited:.6g}",
        )
