"""The base and its options, made ready."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from standby.appraise.sample import main_minutes
from standby.appraise.sentences import BASE
from standby.cover import Evaluated, evaluate_plan, expected_shares, main_standard
from standby.demand import call_rates
from standby.plan import Option, Plan, Resolved
from standby.plan.plan import held_back
from standby.travel import travel_times

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Variant:
    """The base or an option, made ready.

    Parameters
    ----------
    id
        ``"base"``, or the option's id.
    plan
        The plan with the option laid over it.
    option
        The option; None for the base.
    evaluated
        Its cover at central values.
    """

    id: str
    plan: Plan
    option: Option | None
    evaluated: Evaluated

    @property
    def resolved(self) -> Resolved:
        """The plan at its central values."""
        return self.evaluated.resolved

    @property
    def ranked(self) -> bool:
        """Whether it takes part in the ranking."""
        return self.option is None or self.option.status == "open"

    @property
    def main(self) -> tuple[int, int]:
        """Row and incident type of the main standard."""
        row = list(self.evaluated.standards).index(main_standard(self.evaluated.standards))
        return row, int(self.evaluated.setting.types[row])

    def row(self) -> dict[str, Any]:
        """Return its row of the table of options."""
        if self.option is None:
            base = self.plan.document.base
            own = {"name": base.name, "description": base.description, "status": "open", "reason": ""}
            return {"option": self.id, **own, "forces_ruled_out": ""}
        names = self.plan.document.forces
        held = [f"{names[f].name}: {self.option.forces[f].reason}" for f in sorted(held_back(self.option))]
        return {
            "option": self.id,
            "name": self.option.name,
            "description": self.option.description,
            "status": self.option.status,
            "reason": self.option.reason,
            "forces_ruled_out": "; ".join(held),
        }

    def in_main(self) -> NDArray[np.bool_]:
        """Return which areas the main standard is for, shape (areas,)."""
        row, _ = self.main
        return ~np.isnan(self.evaluated.setting.within_min[row, : len(self.resolved.structure.areas)])

    def central_cover(self) -> tuple[tuple[str, ...], int, Floats, Floats]:
        """Return standards, main row, shares and minutes at central values, as one draw of a sample."""
        e = self.evaluated
        row, _ = self.main
        shares = expected_shares(e, e.resolved, e.outcome)[None]
        return tuple(e.standards), row, shares, main_minutes(e, e.outcome, row)[None]

    def calls_in_time(self) -> float:
        """Return the share of the planned forces' calls inside the main standard, at central values."""
        e, s = self.evaluated, self.resolved.structure
        row, t = self.main
        rates = call_rates(e.resolved)[t] * s.planned[s.areas.forces]
        return float(rates @ e.outcome.reached[row, : len(s.areas)] / rates.sum())


def variants_of(plan: Plan) -> list[Variant]:
    """Return the base and every option of a plan, the base first."""
    variants = [Variant(BASE, plan, None, evaluate_plan(plan, travel_times(plan)))]
    for name, option in plan.document.options.items():
        laid = plan.with_option(name)
        variants.append(Variant(name, laid, option, evaluate_plan(laid, travel_times(laid))))
    return variants
