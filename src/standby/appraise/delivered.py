"""What an option brings while its posts are being filled, year by year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from standby._show import Shown
from standby._typing import Floats
from standby.appraise.sample import Sample
from standby.cost import OptionCost, combine, force_costs
from standby.plan import PlanArrays
from standby.workforce import Delivery, by_force, delivery


@dataclass(frozen=True, eq=False)
class Delivered(Shown):
    """An option as its posts are filled, over the draws.

    Parameters
    ----------
    delivery
        How far posts are filled, shape (..., forces, years).
    reached
        People inside the main standard, or key locations by weight, shape (draws, forces, years).
    budget
        Cost beyond the base as posts are filled, by id of the planned force.
    """

    delivery: Delivery
    reached: Floats
    budget: Mapping[str, OptionCost]

    @property
    def mean_reached(self) -> Floats:
        """People, or key locations by weight, of all forces, mean over the years, shape (draws,)."""
        return np.asarray(self.reached.sum(axis=1).mean(axis=-1))

    @property
    def present_value_gbp(self) -> Floats:
        """Cost beyond the base of all planned forces together, discounted [£]."""
        return combine(list(self.budget.values())).present_value_gbp()


def delivered(arrays: PlanArrays, base: PlanArrays, sample: Sample, base_sample: Sample) -> Delivered:
    """Return an option as its posts are filled, over the years of the appraisal.

    While posts are being filled, all that the option changes in a force holds for a share of the time, and
    what it gives up is given up for that share: who is reached there is that share of the way from the base
    to the option. Crews that are opened one by one, the most useful first, would reach more. What one force's
    crews do for people of another counts as the other's. The base's own posts are taken as
    crewed throughout, also where leavers are not replaced.

    Parameters
    ----------
    arrays, base
        The option and the base, both at central values or with the same table of draws.
    sample, base_sample
        Their cover, draw by draw.
    """
    years = arrays.plan.document.costs.horizon_years
    progress = delivery(arrays, base, years=years)

    after = sample.reached_by_force
    before = by_force(base_sample.reached_by_force, arrays)
    gained = (after - before)[..., np.newaxis] * progress.filled

    return Delivered(
        delivery=progress,
        reached=before[..., np.newaxis] + gained,
        budget=force_costs(arrays, base, basis="budget", delivered=progress),
    )
