"""Who pays: reserves, then the precept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from standby._checks import number
from standby._refusals import Refusal
from standby._show import Shown
from standby.cost._paths import as_path
from standby.cost.heads import Basis

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from standby._typing import Floats
    from standby.cost.option import OptionCost


@dataclass(frozen=True)
class Funding(Shown):
    """How a budget cost is paid in each year.

    Parameters
    ----------
    reserves_used_gbp
        Money drawn from reserves, shape (..., years) [GBP/year].
    reserves_left_gbp
        Reserves left at each year's end, shape (..., years) [GBP].
    precept_gbp
        Left for the precept; negative where the option saves, shape (..., years) [GBP/year].
    band_d_gbp
        The same for each Band D equivalent property, shape (..., years) [GBP/year].
    """

    reserves_used_gbp: Floats
    reserves_left_gbp: Floats
    precept_gbp: Floats
    band_d_gbp: Floats


def fund(cost: OptionCost, *, tax_base: ArrayLike, reserves_gbp: ArrayLike = 0.0) -> Funding:
    """Pay a budget cost from reserves while they last and from the precept after that.

    The precept is what would have to be raised in each year, all else equal; limits on its increase are not
    considered.

    Parameters
    ----------
    cost
        Cost in the budget view, or the difference of two.
    tax_base
        Band D equivalent properties; path, more than 0 [properties].
    reserves_gbp
        Reserves set aside for the cost; scalar or shape (draws,) [GBP].

    Returns
    -------
    Funding
        Reserves used and left, precept, and precept per Band D equivalent, by year.

    Raises
    ------
    ValueError
        If the cost is in the economic view, for which nobody is billed, or a number leaves its range.
    """
    if cost.basis is not Basis.BUDGET:
        raise Refusal(
            "only a cost on the budget basis is paid by somebody", "work it out with basis='budget'"
        )

    net = cost.net_gbp
    reserves = number("reserves_gbp", reserves_gbp)
    used = np.zeros((*np.broadcast_shapes(net.shape[:-1], reserves.shape), cost.years))
    left = np.zeros_like(used)

    # A year that saves money puts nothing into the reserves: the saving lowers that year's precept.
    for year in range(cost.years):
        used[..., year] = np.minimum(reserves, np.maximum(net[..., year], 0.0))
        reserves = reserves - used[..., year]
        left[..., year] = reserves

    precept = np.asarray(net - used)
    return Funding(
        reserves_used_gbp=used,
        reserves_left_gbp=left,
        precept_gbp=precept,
        band_d_gbp=precept_per_band_d(precept, tax_base=tax_base),
    )


def precept_per_band_d(precept_gbp: ArrayLike, *, tax_base: ArrayLike) -> Floats:
    """Return yearly money for each property of the tax base.

    Parameters
    ----------
    precept_gbp
        Money to raise in each year, shape (..., years) [GBP/year].
    tax_base
        Band D equivalent properties, more than 0: a scalar, shape (years,), (draws, years) or (draws, 1)
        [properties].

    Returns
    -------
    ndarray
        Money for each Band D equivalent, shape (..., years) [GBP/year].

    Raises
    ------
    ValueError
        If the tax base is not positive or shapes do not fit.
    """
    money = np.atleast_1d(number("precept_gbp", precept_gbp, low=-np.inf))
    base = as_path("tax_base", number("tax_base", tax_base, above=True), money.shape[-1])
    return np.asarray(money / base)
