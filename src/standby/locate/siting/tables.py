"""What a siting changes: by site, by place, by force and class, and by the full model of cover."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from standby._typing import Codes, Floats
from standby.cover import Cover
from standby.locate.engine.control import Control
from standby.locate.errors import InfeasibleError, NoAnswerYetError
from standby.locate.models.compliance_table import compliance_table
from standby.locate.result import Siting, SolveOptions, relative_gap
from standby.locate.siting.models import MODELS, Task
from standby.locate.siting.question import Placement, Question

CURVE_BEYOND = 3
"""Units more than asked for that a curve goes to."""

SITE_COLUMNS = ("site", "name", "force", "existing", "lon", "lat", "units_today", "units", "difference")
PLACE_COLUMNS = (
    "place", "name", "kind", "force", "class", "setting", "lon", "lat", "total", "within_min",
    "nearest_today_min", "nearest_min", "units_in_reach_today", "units_in_reach",
    "inside_today", "inside", "change",
)  # fmt: skip
GROUP_COLUMNS = (
    "scope_kind", "scope", "places", "total", "inside_today", "inside", "gained", "lost",
    "share_today", "share", "mean_today_min", "mean_min",
)  # fmt: skip
STANDARD_COLUMNS = (
    "standard", "name", "scope_kind", "scope", "required", "share_if_free_today", "share_if_free",
    "share_expected_today", "share_expected", "share_assured_today", "share_assured",
)  # fmt: skip


def site_table(q: Question, count: Codes) -> pd.DataFrame:
    """Return the sites with a unit today or in the answer; units that stay and count are in both."""
    arrays = q.arrays
    staying = np.zeros(len(arrays.sites), dtype=np.int64)
    np.add.at(staying, arrays.units.sites[q.staying], arrays.units.count[q.staying])

    today = staying.copy()
    np.add.at(today, arrays.units.sites[q.rows], arrays.units.count[q.rows])
    chosen = staying.copy()
    chosen[q.sites] += count

    # A unit at a shared base may be of another force than the base.
    force = arrays.sites.forces.copy()
    force[q.sites] = q.provider

    rows = np.flatnonzero(today + chosen)
    frame = pd.DataFrame(
        {
            "site": [arrays.sites.ids[j] for j in rows],
            "name": [arrays.sites.names[j] for j in rows],
            "force": [arrays.forces.ids[force[j]] for j in rows],
            "existing": arrays.sites.existing[rows],
            "lon": arrays.sites.positions[rows, 0],
            "lat": arrays.sites.positions[rows, 1],
            "units_today": today[rows],
            "units": chosen[rows],
            "difference": chosen[rows] - today[rows],
        },
        columns=list(SITE_COLUMNS),
    )
    return frame.sort_values(["force", "site"], kind="stable").reset_index(drop=True)


def place_table(task: Task, placed: Placement) -> pd.DataFrame:
    """Return the places that count, each with who comes how soon today and then."""
    q = task.question
    arrays = q.arrays
    places = q.arrays.places
    area_class = places.classes[q.places]
    before = task.inside(q.today)
    after = task.inside(placed)
    change = np.select(
        [after & ~before, before & ~after, after], ["gains", "loses", "inside"], default="outside"
    )

    return pd.DataFrame(
        {
            "place": np.array(places.ids)[q.places],
            "name": np.array(places.names)[q.places],
            "kind": np.where(q.places < places.areas, "area", "key location"),
            "force": np.array(arrays.forces.ids)[places.forces[q.places]],
            "class": np.array(arrays.classes.ids)[area_class],
            "setting": np.where(arrays.classes.rural[area_class], "rural", "urban"),
            "lon": places.positions[q.places, 0],
            "lat": places.positions[q.places, 1],
            "total": q.total,
            "within_min": np.round(q.within, 6),
            "nearest_today_min": q.today.nearest(),
            "nearest_min": placed.nearest(),
            "units_in_reach_today": q.today.in_reach(q.within),
            "units_in_reach": placed.in_reach(q.within),
            "inside_today": before,
            "inside": after,
            "change": change,
        },
        columns=list(PLACE_COLUMNS),
    )


def group_table(q: Question, places: pd.DataFrame) -> pd.DataFrame:
    """Return what changes for all, by force, setting and class: unweighted people, calls or key locations."""
    scopes = q.arrays.scopes
    limit = q.arrays.travel.limit_min
    rows = []
    for (kind, name), member in zip(scopes.names, scopes.places, strict=True):
        part = places[member[q.places]]
        if part.empty:
            continue

        total = part["total"].to_numpy()
        total_inside = {
            key: float(total[part[key].to_numpy(dtype=bool)].sum()) for key in ("inside_today", "inside")
        }
        row: dict[str, object] = {
            "scope_kind": kind,
            "scope": name,
            "places": len(part),
            "total": total.sum(),
            **total_inside,
            "share_today": total_inside["inside_today"] / total.sum(),
            "share": total_inside["inside"] / total.sum(),
        }

        # Who changes sides, and mean minutes, those beyond the plan's limit counted as the limit.
        for column, word in (("gained", "gains"), ("lost", "loses")):
            row[column] = float(total[(part["change"] == word).to_numpy()].sum())
        for column, source in (("mean_today_min", "nearest_today_min"), ("mean_min", "nearest_min")):
            row[column] = float(total @ np.minimum(part[source], limit) / total.sum())
        rows.append(row)
    return pd.DataFrame(rows, columns=list(GROUP_COLUMNS))


def standard_table(today: Cover, then: Cover) -> pd.DataFrame:
    """Return the shares of `standby.cover` side by side."""
    keys = ["standard", "name", "scope_kind", "scope", "required"]
    shares = ["share_if_free", "share_expected", "share_assured"]
    before = today.standards[[*keys, *shares]].rename(columns={name: f"{name}_today" for name in shares})

    scope = ["standard", "scope_kind", "scope"]
    both = before.merge(then.standards[[*scope, *shares]], on=scope)
    return both[list(STANDARD_COLUMNS)]


def curve_table(task: Task, units: int, control: Control) -> tuple[pd.DataFrame, str]:
    """Return the model's best value for each number of units, and what each unit adds.

    Also returns what is to be said of numbers that there was no time for, "" if none. An answer that was
    stopped and is worse than that of fewer units gives way to it: units may be left over.
    """
    counts = range(max(1, len(task.fixed)), min(units + CURVE_BEYOND, task.room) + 1)

    # Shares are better if more, minutes and units if fewer.
    sign = 1.0 if MODELS[task.model].unit == "share" else -1.0
    best: Siting | None = None
    before = np.nan
    rows: list[dict[str, object]] = []
    missing: list[int] = []
    for k in counts:
        if not control.go_on():
            missing.append(k)
            continue

        # What is still to be solved shares the time that is left.
        still_to_solve = len(counts) - counts.index(k) + task.request.compliance
        try:
            siting = task.solve(k, control.left(1 / still_to_solve))
        except InfeasibleError:
            continue
        except NoAnswerYetError:
            missing.append(k)
            continue

        if best is None or sign * siting.objective >= sign * best.objective:
            best = siting
        value = task.scaled(best.objective)
        rows.append(
            {
                "units": k,
                "value": value,
                "bound": task.scaled(siting.bound),
                "gap": relative_gap(best.objective, siting.bound),
                "marginal": value - before,
                "units_used": int(best.units.sum()),
            }
        )
        before = value
        if siting.status == "interrupted":
            missing.extend(c for c in counts if c > k)
            break

    table = pd.DataFrame(rows, columns=["units", "value", "bound", "gap", "marginal", "units_used"])
    return table, _missing(missing, table)


def _missing(missing: list[int], table: pd.DataFrame) -> str:
    """Say which numbers of units the curve leaves out, and that some of it may be proven in part only."""
    stopped = int((table["gap"] > 0).sum())
    said = (
        f"{stopped} points of the curve were stopped: their bounds say how good they are. " if stopped else ""
    )

    if missing:
        said += (
            f"The curve leaves out {missing[0]} units"
            if len(missing) == 1
            else f"The curve leaves out {len(missing)} numbers of units, from {missing[0]} to {missing[-1]}"
        )
        said += ": there was no time for them."
    return said.strip()


def compliance_frame(task: Task, count: Codes, options: SolveOptions) -> tuple[pd.DataFrame, float]:
    """Return which of the chosen sites to hold when k units are free, and the proven gap of that.

    Numbers of free units weigh with their chances, each unit busy independently of the others, and a
    hundredth more, so that rows for very few are good ones as well.
    """
    q = task.question
    rows = np.flatnonzero(count)

    # Chance of 1, 2, … sites that can be held: with more units free than sites, all of them.
    busy = 0.0 if np.isnan(task.busy) else task.busy
    free = binomial(int(count.sum()), 1.0 - busy)[1:]
    chance = np.append(free[: rows.size - 1], free[rows.size - 1 :].sum())
    chance = (chance + 0.01 / rows.size) / (1.0 + 0.01)

    found = compliance_table(q.minutes[rows], q.weight, q.within, rows.size, chance=chance, **options)

    arrays = q.arrays
    total = float(q.weight.sum())
    table = pd.DataFrame(
        [
            {
                "units_free": k,
                "site": arrays.sites.ids[q.sites[rows[j]]],
                "name": arrays.sites.names[q.sites[rows[j]]],
                "share": cover / total,
            }
            for k, (sites, cover) in enumerate(zip(found.rows, found.cover, strict=True), 1)
            for j in sites
        ],
        columns=["units_free", "site", "name", "share"],
    )
    return table, found.gap


def binomial(n: int, chance: float) -> Floats:
    """Return the chance of each number of successes, shape (n + 1,)."""
    found: NDArray[np.float64] = np.ones(1)
    for _ in range(n):
        found = np.convolve(found, [1.0 - chance, chance])
    return found
