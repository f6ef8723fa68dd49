"""Plans with units on patrol: rows of patrols laid over a plan that was read, with their minutes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from plans import Row

from standby.plan import Plan
from standby.plan.options import rows_of
from standby.travel import Times, travel_times

SEED = 35
"""Seed of patrols at random; they are drawn from it and the plan's own number."""


def patrolled(plan: Plan, rows: list[Row]) -> tuple[Plan, Times]:
    """Return a plan whose patrols are these, with its minutes."""
    frame, cells = rows_of("patrols", rows)
    assert not cells.faults(), cells.faults()
    with_patrols = replace(plan, tables={**plan.tables, "patrols": frame})
    return with_patrols, travel_times(with_patrols)


def random_patrols(plan: Plan, number: int) -> list[Row]:
    """Return patrols of about two thirds of the units of a plan, one or two each."""
    rng = np.random.default_rng([SEED, number])
    rows = list[Row]()
    for unit in plan.table("units").to_dict("records"):
        areas = plan.table("areas")
        own = areas[areas["force"] == unit["provider"]]
        left = 1.0
        for _ in range(int(rng.integers(0, 3))):
            share = round(float(rng.uniform(0.1, 1.0)) * left, 3)
            left -= share
            how: dict[str, Any] = {"area": str(rng.choice(areas["id"]))}
            if rng.random() < 0.4 and len(own):
                spread = str(rng.choice(["people", "calls", "evenly"]))
                how = {"class": str(rng.choice(own["class"])), "spread": spread}
            if rng.random() < 0.5:
                how["turnout_min"] = 0
            rows.append({
                "id": f"p{len(rows)}", "unit": unit["id"], "provider": unit["provider"], "share": share,
                "source": "invented", **how,
            })  # fmt: skip
    return rows


def south_west_patrols(plan: Plan) -> list[Row]:
    """Return patrols of every ARV of a plan: 40% of its time over the towns of its force, in the car."""
    units = plan.table("units")
    return [
        {
            "id": f"{unit['id']}-patrol", "unit": unit["id"], "provider": unit["provider"], "class": "town",
            "share": 0.4, "turnout_min": 0, "source": "assumption",
        }
        for unit in units[units["tier"] == "arv"].to_dict("records")
    ]  # fmt: skip
