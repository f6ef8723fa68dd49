"""Resolved plans: every figure a place in one numeric table, so that a thousand draws rebuild nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from standby._refusals import Refusal
from standby._show import Shown
from standby.evidence import Draws, Figure, quantile
from standby.plan.plan import Plan
from standby.plan.schema.document import Costs, Tier, WorkforceTerms
from standby.plan.schema.figures import Placed, figures_of
from standby.plan.structure import Structure, structure_of

FORCE_COUNTS = ("population", "officers", "establishment", "strength", "ced_officers", "tax_base")
TERMS = tuple(name for name in WorkforceTerms.model_fields if name != "spare_officers")
TIER_FIGURES = tuple(name for name, info in Tier.model_fields.items() if info.annotation is Figure)
WORK_FIGURES = ("calls_per_hour", "minutes_per_call", "break_off", "break_off_min")
TYPE_FIGURES = ("per_100k_year", "authorisation_min", "rendezvous_min", "scene_min", "stand_down_share")
OPTION_FIGURES = ("capital_gbp", "running_gbp", "grant_gbp")
COST_FIGURES = tuple(name for name in Costs.model_fields if name != "horizon_years")


@dataclass(frozen=True, eq=False)
class Resolved(Shown):
    """A plan ready to compute with.

    ``resolved[slot]`` gives the numbers of a slot, e.g. ``resolved["tiers.turnout_min"]``, shape (tiers,), or
    (draws, tiers) when the plan holds a table of draws. NaN means that the plan does not say.

    Parameters
    ----------
    plan
        The plan, with its option laid over.
    structure
        Codes and masks.
    slots
        Places in the table of values by slot; any shape, 0 for "not said".
    figures
        One figure per value; the first is the placeholder for "not said".
    values
        Central values, shape (figures,), or draws, shape (draws, figures).
    """

    plan: Plan
    structure: Structure
    slots: dict[str, NDArray[np.int64]]
    figures: tuple[Placed | None, ...]
    values: NDArray[np.float64]

    def __getitem__(self, slot: str) -> NDArray[np.float64]:
        """Return the numbers of a slot, draws first."""
        return self.values[..., self.slots[slot]]

    @property
    def dimensions(self) -> tuple[str, ...]:
        """Names of the dimensions of the doubt, in order of first appearance."""
        names = (
            placed.dimension for placed in self.figures if placed is not None and not placed.figure.certain
        )
        return tuple(dict.fromkeys(names))

    def drawn(self, draws: Draws) -> Resolved:
        """Return the plan with a table of draws in place of the central values.

        Parameters
        ----------
        draws
            Uniform draws; must have every dimension of the plan.
        """
        if self.values.ndim != 1:
            raise Refusal("the plan is drawn already", "draw from the plan with central values")

        # What is certain is the same in every draw.
        table = np.tile(self.values, (draws.count, 1))
        for column, placed in enumerate(self.figures):
            if placed is not None and not placed.figure.certain:
                limits = {"lowest": placed.domain.lowest, "highest": placed.domain.highest}
                table[:, column] = quantile(placed.figure, draws.column(placed.dimension), **limits)
        return replace(self, values=table)

    def one(self, draw: int) -> Resolved:
        """Return the plan of one draw.

        Parameters
        ----------
        draw
            Number of the draw, from 0.
        """
        if self.values.ndim != 2:
            raise Refusal("the plan is not drawn", "ask for one of the draws of `drawn`")
        return replace(self, values=self.values[draw])


def dimensions_of(plans: Iterable[Resolved]) -> tuple[str, ...]:
    """Return the dimensions of several plans together, in order of first appearance.

    Parameters
    ----------
    plans
        The base and its options, so that one table of draws serves all.
    """
    return tuple(dict.fromkeys(name for plan in plans for name in plan.dimensions))


class _Slots:
    """Collects figures into one table and remembers where each slot's figures stand."""

    def __init__(self, plan: Plan) -> None:
        self.by_path = {placed.path: placed for placed in figures_of(plan.document, plan.tables)}
        self.figures: list[Placed | None] = [None]
        self.slots: dict[str, NDArray[np.int64]] = {}
        self._index: dict[str, int] = {}

    def _at(self, path: str | None) -> int:
        """Return the place of a figure in the table, 0 for one that the plan does not have."""
        if path is None or path not in self.by_path:
            return 0

        if path not in self._index:
            self._index[path] = len(self.figures)
            self.figures.append(self.by_path[path])
        return self._index[path]

    def put(self, slot: str, paths: Sequence[str | None] | str) -> None:
        """Fill a slot with the figures at paths; a path that the plan does not have is "not said"."""
        places = self._at(paths) if isinstance(paths, str) else [self._at(path) for path in paths]
        self.slots[slot] = np.asarray(places, dtype=np.int64)

    def put_table(self, slot: str, paths: Sequence[Sequence[str | None]]) -> None:
        """Fill a slot of two dimensions."""
        self.slots[slot] = np.array([[self._at(path) for path in row] for row in paths], dtype=np.int64)


def resolve(plan: Plan) -> Resolved:
    """Return a plan ready to compute with, at its central values.

    Parameters
    ----------
    plan
        The plan, perhaps with an option or a scenario laid over it.

    Examples
    --------
    >>> from standby import examples, open_plan
    >>> tiny = resolve(open_plan(examples.path("tiny")))
    >>> tiny["tiers.turnout_min"].tolist()
    [2.0, 30.0, 2.0]
    """
    slots = _Slots(plan)
    structure = structure_of(plan)
    _put_forces(slots, structure)
    _put_tiers(slots, structure)
    _put_types(slots, structure)
    _put_rows(slots, structure)

    for name in ("notice_min", "share_available"):
        slots.put(f"mutual_aid.{name}", f"mutual_aid.{name}")
    for name in ("emergency_factor", "start_min", "model_factor"):
        slots.put(f"travel.{name}", f"travel.{name}")
    for name in COST_FIGURES:
        slots.put(f"costs.{name}", f"costs.{name}")
    for name in OPTION_FIGURES:
        slots.put(f"option.{name}", f"options.{plan.variant}.{name}")
    slots.put("demand_factor", f"response_levels.{plan.document.plan.response_level}.demand_factor")

    values = np.array([np.nan if placed is None else placed.figure.value for placed in slots.figures])
    return Resolved(plan, structure, slots.slots, tuple(slots.figures), values)


def _put_forces(slots: _Slots, structure: Structure) -> None:
    """Fill the slots of the forces: their people, and their terms, which are the common ones without own."""
    for name in FORCE_COUNTS:
        slots.put(f"forces.{name}", [f"forces.{force}.{name}" for force in structure.forces])

    for name in TERMS:
        own = [f"forces.{force}.workforce.{name}" for force in structure.forces]
        paths = [path if path in slots.by_path else f"workforce.{name}" for path in own]
        slots.put(f"workforce.{name}", paths)


def _put_tiers(slots: _Slots, structure: Structure) -> None:
    """Fill the slots of the tiers and their ordinary work."""
    for name in TIER_FIGURES:
        slots.put(f"tiers.{name}", [f"tiers.{tier}.{name}" for tier in structure.tiers])
    for name in WORK_FIGURES:
        slots.put(f"tiers.{name}", [f"tiers.{tier}.ordinary_work.{name}" for tier in structure.tiers])


def _put_types(slots: _Slots, structure: Structure) -> None:
    """Fill the slots of the incident types: figures of their own, by force and by class."""
    types = structure.types
    for name in TYPE_FIGURES:
        slots.put(f"types.{name}", [f"incident_types.{kind}.{name}" for kind in types])

    by_force = [[f"incident_types.{kind}.per_year.{force}" for force in structure.forces] for kind in types]
    slots.put_table("types.per_year", by_force)
    by_class = [
        [f"incident_types.{kind}.class_weight.{name}" for name in structure.classes] for kind in types
    ]
    slots.put_table("types.class_weight", by_class)


def _put_rows(slots: _Slots, structure: Structure) -> None:
    """Fill the slots of the tables, a figure each row."""
    for name in ("population", "likelihood"):
        slots.put(f"areas.{name}", [f"areas[{row}].{name}" for row in structure.areas.ids])
    for name in ("capital_gbp", "running_gbp"):
        slots.put(f"sites.{name}", [f"sites[{row}].{name}" for row in structure.sites.ids])
    slots.put("units.notice_min", [f"units[{row}].notice_min" for row in structure.units.ids])
    for name in ("units", "break_off_min"):
        slots.put(f"commitments.{name}", [f"commitments[{row}].{name}" for row in structure.commitments.ids])
