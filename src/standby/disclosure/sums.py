"""What shares say of single places, by arithmetic alone: no model, only what everybody knows of people.

A share of people inside a standard is a sum over places, each of them inside or outside. Where few sums fit
the number that was printed, a place may be inside in all of them, or outside in all. Integer programs ask
whether it is: for each place, is there a way to make up the printed shares with it inside, and one with it
outside? An option that only adds units takes no place out of reach: that links its share to that of the base.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from standby._show import Shown
from standby._typing import Floats, Mask
from standby.attendance import standard_weights
from standby.demand import call_weights
from standby.disclosure.rounding import SHARE_GRAINS, grain_of
from standby.plan import BASE, Plan, plan_arrays
from standby.tables import is_flag

SHARE_COLUMNS: Mapping[str, Mapping[str, str | None]] = {
    "standards": {"share_if_free": None, "share_expected": None, "share_assured": None, "mean": None},
    "moves": {"share_before": BASE, "share_after": None},
}
"""Columns of shares by table, and whose each is if not that of the row's option."""

FEW_PLACES = 60
"""Places up to which each has a variable of its own."""

EVEN = 1e-9
"""Share by which a sum may miss an interval for rounding."""


@dataclass(frozen=True)
class Forced(Shown):
    """Of how many places something follows from printed shares.

    Parameters
    ----------
    places
        Times that a place has to be inside, or has to be outside, a standard in the base or an option.
    changes
        Times that an option has to change whether a place is inside.
    shares
        Shares that were looked at.
    """

    places: int
    changes: int
    shares: int


def forced_places(plan: Plan, tables: Mapping[str, pd.DataFrame]) -> Forced:
    """Count the places of which printed shares say whether a standard is kept there, and where that changes.

    Parameters
    ----------
    plan
        The plan, without an option laid over it unless the tables are of that option.
    tables
        Published tables by name, with the plan's own ids.

    Returns
    -------
    Forced
        Counts. Populations alone force nothing.
    """
    shares = _shares_in(tables)
    weights = {BASE: _weights(plan)}
    options = plan.document.options if plan.variant is None else {}

    places = changes = looked_at = 0
    for (standard, _), printed in shares.items():
        scenes = [scene for scene in printed if scene == BASE or scene in options]
        for scene in scenes:
            if scene not in weights:
                own = _has_other_places(plan, scene)
                weights[scene] = _weights(plan.with_option(scene)) if own else weights[BASE]
        if any(standard not in weights[scene] for scene in scenes):
            continue

        # Places of an option that has others can't be put beside those of the base: it stands alone.
        together = [s for s in scenes if len(weights[s][standard]) == len(weights[BASE][standard])]
        for group in [together, *([scene] for scene in scenes if scene not in together)]:
            if not group:
                continue
            ends = np.array([printed[scene] for scene in group])
            found = forced_by_sums(
                np.array([weights[scene][standard] for scene in group]),
                ends[:, 0],
                ends[:, 1],
                [scene != BASE and _only_adds_units(plan, scene) and group[0] == BASE for scene in group],
            )
            looked_at += len(group)
            places += found.places
            changes += found.changes
    return Forced(places, changes, looked_at)


def forced_by_sums(weight: Floats, low: Floats, high: Floats, adds: Sequence[bool]) -> Forced:
    """Count what intervals of sums force, by integer programs.

    Parameters
    ----------
    weight
        Share of the whole that each place is, shape (scenes, places); each row adds up to 1.
    low, high
        What the share of the places inside lies between, shape (scenes,).
    adds
        Whether every place that is inside in the first scene is inside in this one, shape (scenes,).

    Returns
    -------
    Forced
        Counts over scenes and places; nothing where no places inside fit the intervals at all.

    Notes
    -----
    With many places those that are no heavier than the narrowest interval share one variable: the weight of
    those inside. Nothing is lost by that in one scene. Put inside one after another, they make up sums from 0
    to their total in steps no larger than the interval, so that one of the sums lies in it whenever the
    interval meets that range. In scenes that are linked such sums have to be of nested places, and where
    intervals barely overlap a place may be forced that is not counted.

    Of the light places the heaviest is asked about first. If it is not forced, no lighter one is: without it
    the others reach less of the range than without a lighter one.
    """
    weight = np.asarray(weight, dtype=float)
    heaviest = weight.max(axis=0)
    counted = np.flatnonzero(heaviest > 0.0)
    by_weight = counted[np.argsort(-heaviest[counted], kind="stable")]
    narrowest = float((high - low).min())
    named = [p for p in by_weight if len(counted) <= FEW_PLACES or heaviest[p] > narrowest]

    places = changes = 0
    for place in by_weight:
        program = _Program(weight, low, high, adds, [*named, *([] if place in named else [place])])
        if place == by_weight[0] and not program.fits():
            return Forced(0, 0, len(weight))

        # Inside and outside must both be possible, and so must that nothing changes.
        forced_here = sum(
            not program.fits(at=(scene, place), inside=inside)
            for scene in range(len(weight))
            if weight[scene, place] > 0.0
            for inside in (False, True)
        )
        forced_changes = sum(
            not program.fits(at=(scene, place), as_first=True) for scene in range(1, len(weight))
        )
        if place not in named and not forced_here and not forced_changes:
            break
        places += forced_here
        changes += forced_changes
    return Forced(places, changes, len(weight))


class _Program:
    """Which places are inside, scene by scene: 0 or 1 for each named place, and a weight for all others."""

    def __init__(
        self, weight: Floats, low: Floats, high: Floats, adds: Sequence[bool], named: Sequence[int]
    ) -> None:
        scenes = len(weight)
        self.named = list(named)
        self.width = len(named) + 1
        others = weight.sum(axis=1) - weight[:, self.named].sum(axis=1)

        rows = []
        lower = []
        upper = []
        for scene in range(scenes):
            row = np.zeros(scenes * self.width)
            row[scene * self.width : (scene + 1) * self.width] = [*weight[scene, self.named], 1.0]
            rows.append(row)
            lower.append(low[scene] - EVEN)
            upper.append(high[scene] + EVEN)

            # What is inside in the first scene stays inside.
            for column in range(self.width) if adds[scene] else ():
                row = np.zeros(scenes * self.width)
                row[column] = -1.0
                row[scene * self.width + column] = 1.0
                rows.append(row)
                lower.append(0.0)
                upper.append(np.inf)

        self.matrix = np.array(rows)
        self.lower = np.array(lower)
        self.upper = np.array(upper)
        self.most = np.ones((scenes, self.width))
        self.most[:, -1] = np.maximum(others, 0.0)
        self.whole: Mask = np.ones((scenes, self.width), dtype=bool)
        self.whole[:, -1] = False

    def fits(
        self, *, at: tuple[int, int] | None = None, inside: bool | None = None, as_first: bool = False
    ) -> bool:
        """Return whether some places inside fit all intervals, with one place held as asked."""
        from scipy.optimize import Bounds, LinearConstraint, milp  # noqa: PLC0415 - slow to import

        least = np.zeros(self.most.shape)
        most = self.most.copy()
        matrix = self.matrix
        lower = self.lower
        upper = self.upper
        if at is not None:
            scene = at[0]
            column = self.named.index(at[1])
            if inside is not None:
                least[scene, column] = most[scene, column] = float(inside)
            if as_first:
                same = np.zeros(least.size)
                same[column] = -1.0
                same[scene * self.width + column] = 1.0
                matrix = np.vstack([matrix, same])
                lower = np.append(lower, 0.0)
                upper = np.append(upper, 0.0)

        found = milp(
            np.zeros(least.size),
            integrality=self.whole.ravel().astype(int),
            bounds=Bounds(least.ravel(), most.ravel()),
            constraints=LinearConstraint(matrix, lower, upper),
        )
        # Only a proof that nothing fits counts; where the solver gives up, nothing has been shown.
        return int(found.status) != INFEASIBLE


INFEASIBLE = 2
"""What SciPy calls a program without a solution."""


def _shares_in(
    tables: Mapping[str, pd.DataFrame],
) -> dict[tuple[str, str], dict[str, tuple[float, float]]]:
    """Return what each share of the whole region lies between, by standard and column, and by scene."""
    shares: dict[tuple[str, str], dict[str, tuple[float, float]]] = {}
    for name, columns in SHARE_COLUMNS.items():
        for column, whose in columns.items() if name in tables else ():
            for scene, standard, value, step in _values(tables[name], column, whose):
                ends = max(value - 0.5 * step, 0.0), min(value + 0.5 * step, 1.0)
                key = standard, "share_after" if column == "share_before" else column
                shares.setdefault(key, {}).setdefault(scene, ends)

    # A standard that is met, or is not, has an assured share on one side of what it requires.
    for scene, standard, required, met in _verdicts(tables.get("standards")):
        ends = (required, 1.0) if met else (0.0, required)
        shares.setdefault((standard, "share_assured"), {}).setdefault(scene, ends)
    return shares


def _verdicts(table: pd.DataFrame | None) -> Iterator[tuple[str, str, float, bool]]:
    """Yield scene, standard, what it requires and whether it is met, for the whole region."""
    if table is None or not {"standard", "required", "met"} <= set(table):
        return
    whole = table[table["scope_kind"] == "all"] if "scope_kind" in table else table
    for row in whole.to_dict("records"):
        required = pd.to_numeric(row["required"], errors="coerce")
        if np.isfinite(required) and is_flag(row["met"]):
            yield str(row.get("option", BASE)), str(row["standard"]), float(required), bool(row["met"])


def _values(table: pd.DataFrame, column: str, whose: str | None) -> Iterator[tuple[str, str, float, float]]:
    """Yield scene, standard, value and rounding step of each finite share of the whole region."""
    if column not in table or "standard" not in table:
        return
    whole = table[table["scope_kind"] == "all"] if "scope_kind" in table else table
    step = grain_of(whole[column], SHARE_GRAINS)
    for row in whole.to_dict("records"):
        value = pd.to_numeric(row[column], errors="coerce")
        if np.isfinite(value):
            yield whose or str(row.get("option", BASE)), str(row["standard"]), float(value), step


def _weights(plan: Plan) -> dict[str, Floats]:
    """Return the share of what each standard counts that each place has, shape (places,)."""
    arrays = plan_arrays(plan)
    weights = standard_weights(arrays, arrays.standards, call_weights(arrays))
    return {
        name: row / row.sum()
        for name, row in zip(arrays.standards.ids, weights, strict=True)
        if row.sum() > 0.0
    }


def _has_other_places(plan: Plan, option: str) -> bool:
    """Return whether an option may change what standards count."""
    changes = plan.document.options[option]
    rows = (changes.add, changes.change, changes.remove)
    return bool(changes.set) or any(kind.areas or kind.key_locations for kind in rows)


def _only_adds_units(plan: Plan, option: str) -> bool:
    """Return whether an option adds units, and sites for them, and changes nothing else."""
    changes = plan.document.options[option]
    added_else = changes.add.areas or changes.add.key_locations or changes.add.commitments
    changed = any(bool(getattr(changes.change, table)) for table in type(changes.change).model_fields)
    removed = any(bool(getattr(changes.remove, table)) for table in type(changes.remove).model_fields)
    return not (changes.set or added_else or changed or removed)
