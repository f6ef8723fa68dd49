"""The cost of an option by year and head."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from standby._checks import whole
from standby._refusals import Refusal
from standby._show import Shown
from standby.cost import _lines
from standby.cost._paths import as_figure
from standby.cost.discount import GREEN_BOOK, Schedule, equivalent_annual_cost, present_value
from standby.cost.heads import HEADS, Basis, Head

if TYPE_CHECKING:
    from collections.abc import Sequence

    from standby._typing import Floats
    from standby.cost.inputs import Assets, Grant, OptimismBias, Overtime, SiteCost, Staffing, Training


@dataclass(frozen=True)
class OptionCost(Shown):
    """Cost of an option by year and head, in one of the two views.

    Parameters
    ----------
    basis
        Whose cost this is.
    price_year
        Year in whose prices the money is stated, as the caller gave it.
    by_head_gbp
        Cost by year and head, in the order of `HEADS`; a grant is negative; shape (..., years, heads)
        [GBP/year].
    capital_gbp
        Part of the year's cost that is capital, with optimism bias, and less the residual value in the last
        year, shape (..., years) [GBP/year].
    """

    basis: Basis
    price_year: int | None
    by_head_gbp: Floats
    capital_gbp: Floats

    @property
    def years(self) -> int:
        """Length of the horizon, from year 0 [years]."""
        return int(self.by_head_gbp.shape[-2])

    @property
    def net_gbp(self) -> Floats:
        """All heads together, after the grant, shape (..., years) [GBP/year]."""
        return np.asarray(self.by_head_gbp.sum(axis=-1))

    @property
    def gross_gbp(self) -> Floats:
        """All heads but the grant, shape (..., years) [GBP/year]."""
        return np.asarray(self.net_gbp - self.head(Head.GRANT))

    @property
    def operating_gbp(self) -> Floats:
        """Cost before grant that is not capital, shape (..., years) [GBP/year]."""
        return np.asarray(self.gross_gbp - self.capital_gbp)

    @property
    def total_by_head_gbp(self) -> Floats:
        """Sum over the years, not discounted, shape (..., heads) [GBP]."""
        return np.asarray(self.by_head_gbp.sum(axis=-2))

    def head(self, head: Head | str) -> Floats:
        """Return the cost under one head, shape (..., years) [GBP/year].

        Parameters
        ----------
        head
            The head.

        Returns
        -------
        ndarray
            Its cost in each year.

        Raises
        ------
        ValueError
            If there is no such head.
        """
        return np.asarray(self.by_head_gbp[..., HEADS.index(Head(head))])

    def present_value_gbp(self, *, schedule: Schedule = GREEN_BOOK) -> Floats:
        """Return the net cost discounted to year 0, shape (...) [GBP].

        Parameters
        ----------
        schedule
            Bands of the discount rate.

        Returns
        -------
        ndarray
            Present value of the net cost.

        Raises
        ------
        ValueError
            If the horizon is longer than the schedule.
        """
        return present_value(self.net_gbp, schedule=schedule)

    def equivalent_annual_gbp(self, *, schedule: Schedule = GREEN_BOOK) -> Floats:
        """Return the level cost over the same years with the same present value, shape (...) [GBP/year].

        Parameters
        ----------
        schedule
            Bands of the discount rate.

        Returns
        -------
        ndarray
            Level yearly cost.

        Raises
        ------
        ValueError
            If the horizon is longer than the schedule.
        """
        value = self.present_value_gbp(schedule=schedule)
        return equivalent_annual_cost(value, years=self.years, schedule=schedule)


def option_cost(
    *,
    years: int,
    basis: Basis | str,
    staffing: Staffing | None = None,
    training: Training | None = None,
    vehicles: Sequence[Assets] = (),
    sites: Sequence[SiteCost] = (),
    kit: Sequence[Assets] = (),
    overtime: Overtime | None = None,
    optimism_bias: OptimismBias | None = None,
    grant: Grant | None = None,
    price_year: int | None = None,
) -> OptionCost:
    """Return the cost of an option by year and head.

    Officers taken from unarmed response (moved, abstracted, or away on the initial course) appear under two
    heads: the share that is backfilled is paid in both views; the rest is *response forgone*, which costs the
    budget nothing and counts in the economic view only. A grant counts in the budget view only. All flows are
    real.

    Parameters
    ----------
    years
        Horizon, years 0 to ``years - 1`` [years].
    basis
        ``"budget"`` or ``"economic"``.
    staffing
        Armed officers by where they come from.
    training
        Initial courses and refreshers.
    vehicles
        Fleets, each with its price and life.
    sites
        Bases.
    kit
        Kinds of kit, each with its price and life.
    overtime
        Hours beyond the contract.
    optimism_bias
        Uplifts of capital and operating cost; response forgone counts as operating.
    grant
        Money from elsewhere.
    price_year
        Year in whose prices all the money is stated; costs in different prices can't be combined.

    Returns
    -------
    OptionCost
        Cost by year and head, in the broadcast shape of the draws.

    Raises
    ------
    ValueError
        If a number leaves its range, shapes do not fit, or an input that a cost needs is missing.
    """
    horizon = whole("years", years, low=1)
    view = Basis(basis)
    nothing = np.zeros(horizon)

    taken = _lines.taken_from_response(staffing, training, horizon)
    backfill, forgone = _lines.response_flows(staffing, taken)
    operating = {
        Head.OFFICERS: nothing if staffing is None else _lines.officer_flow(staffing, horizon),
        Head.TRAINING: nothing if training is None else _lines.training_flow(training, horizon),
        Head.OVERTIME: nothing if overtime is None else _lines.overtime_flow(overtime, horizon),
        Head.BACKFILL: backfill,
        Head.RESPONSE_FORGONE: forgone if view is Basis.ECONOMIC else nothing,
    }

    flows_by_head = {
        Head.VEHICLES: [_lines.asset_flows(fleet, horizon) for fleet in vehicles],
        Head.SITES: [_lines.site_flows(site, horizon) for site in sites],
        Head.KIT: [_lines.asset_flows(item, horizon) for item in kit],
    }
    capital: dict[Head, Floats] = {}
    residual = nothing
    for head, flows in flows_by_head.items():
        capital[head] = sum((flow.capital for flow in flows), nothing)
        operating[head] = sum((flow.operating for flow in flows), nothing)
        residual = sum((flow.residual for flow in flows), residual)

    return _assemble(view, price_year, capital, operating, residual, optimism_bias, grant)


def _assemble(
    view: Basis,
    price_year: int | None,
    capital: dict[Head, Floats],
    operating: dict[Head, Floats],
    residual: Floats,
    optimism_bias: OptimismBias | None,
    grant: Grant | None,
) -> OptionCost:
    """Return the cost with optimism bias and grant added, the heads side by side."""
    nothing = np.zeros_like(operating[Head.OFFICERS])
    by_head = {head: operating[head] + capital.get(head, nothing) for head in operating}

    # What costs more than was thought is also worth more in the end, so the residual value rises as well.
    all_capital = sum(capital.values(), nothing)
    uplift = nothing
    if optimism_bias is not None:
        capital_rate = as_figure("capital", optimism_bias.capital)
        operating_rate = as_figure("operating", optimism_bias.operating)
        capital_uplift = all_capital * capital_rate
        operating_uplift = sum(operating.values(), nothing) * operating_rate
        all_capital = all_capital + capital_uplift
        uplift = capital_uplift + operating_uplift
        residual = residual * (1.0 + capital_rate)
    by_head[Head.OPTIMISM_BIAS] = uplift

    # A grant pays for what is spent, whatever that will still be worth in the end.
    spending = np.asarray(sum(by_head.values(), nothing))
    received = nothing if grant is None else _lines.grant_flow(grant, spending)
    by_head[Head.RESIDUAL_VALUE] = residual
    by_head[Head.GRANT] = -received if view is Basis.BUDGET else np.zeros_like(received)

    # Adding 0 turns negative zeros into zeros, so that no table shows "-0".
    columns = np.broadcast_arrays(*(by_head[head] for head in HEADS))
    table = np.stack(columns, axis=-1) + 0.0
    return OptionCost(
        basis=view,
        price_year=price_year,
        by_head_gbp=np.asarray(table),
        capital_gbp=np.broadcast_to(np.asarray(all_capital + residual), table.shape[:-1]),
    )


def _require_same_terms(costs: Sequence[OptionCost]) -> None:
    """Refuse costs that do not share one view, one horizon and one price year."""
    if not costs:
        raise Refusal("there is no cost to combine", "give at least one")

    terms = (
        ("basis", {str(cost.basis) for cost in costs}),
        ("horizon", {cost.years for cost in costs}),
        ("price year", {cost.price_year for cost in costs}),
    )
    for name, values in terms:
        if len(values) > 1:
            given = ", ".join(sorted(str(value) for value in values))
            raise Refusal(
                f"costs must share one {name}, but these have {given}", "work them out on the same terms"
            )


def combine(costs: Sequence[OptionCost]) -> OptionCost:
    """Return the cost of all parts of one option, such as armed response vehicles and a Taser uplift.

    Parameters
    ----------
    costs
        Costs in the same view, horizon and price year.

    Returns
    -------
    OptionCost
        Their sum, head by head.

    Raises
    ------
    ValueError
        If there are none or they are on different terms.
    """
    _require_same_terms(costs)
    return OptionCost(
        basis=costs[0].basis,
        price_year=costs[0].price_year,
        by_head_gbp=np.asarray(sum(cost.by_head_gbp for cost in costs)),
        capital_gbp=np.asarray(sum(cost.capital_gbp for cost in costs)),
    )


def difference(option: OptionCost, base: OptionCost) -> OptionCost:
    """Return the cost of an option beyond that of the base, draw by draw.

    Parameters
    ----------
    option, base
        Costs in the same view, horizon and price year, over the same draws.

    Returns
    -------
    OptionCost
        Option less base, head by head; negative where the option saves.

    Raises
    ------
    ValueError
        If they are on different terms.
    """
    _require_same_terms([option, base])
    return OptionCost(
        basis=option.basis,
        price_year=option.price_year,
        by_head_gbp=np.asarray(option.by_head_gbp - base.by_head_gbp),
        capital_gbp=np.asarray(option.capital_gbp - base.capital_gbp),
    )
