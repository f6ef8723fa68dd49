"""How much of what a standard counts is in its biggest place.

"Less than 10%" of people, of whom a fifth live in one city, says that the city is not reached. A standard is
shown where no place has more than the step to which shares are rounded: then no share says that of any place.
"""

from __future__ import annotations

from standby.attendance import standard_weights
from standby.demand import call_weights
from standby.plan import Plan, plan_arrays


def heaviest_places(plan: Plan) -> dict[str, float]:
    """Return, for each standard, the largest share of what it counts that a single place has.

    Parameters
    ----------
    plan
        The plan.
    """
    arrays = plan_arrays(plan)
    weights = standard_weights(arrays, arrays.standards, call_weights(arrays))

    totals = weights.sum(axis=1)
    largest = weights.max(axis=1, initial=0.0)

    # A standard that counts nothing has no place that is too heavy.
    return {
        name: float(most / total) if total > 0.0 else 0.0
        for name, most, total in zip(arrays.standards.ids, largest, totals, strict=True)
    }
