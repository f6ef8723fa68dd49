"""Which figures of a plan the numbers of a section are, and how draws of them take their places."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from itertools import product
from string import Formatter
from typing import Any, get_type_hints

import numpy as np

from standby._show import Shown
from standby._typing import Codes, Floats
from standby.evidence import Draws, quantile
from standby.plan.plan import Plan
from standby.plan.schema.figures import Placed, figures_of

NOT_SAID = -1
"""Number of the figure where the plan has none: its value is NaN."""


@dataclass(frozen=True)
class At:
    """Where the figures of a section's field stand in the plan.

    Parameters
    ----------
    path
        Their path, e.g. ``tiers.{tier}.turnout_min``. The field has an axis for each name in braces, with all
        the ids of that name; ``{option}`` and ``{level}`` are those of the plan, and have none.
    or_else
        Path of the figure that holds where there is none at `path`, if there is such.
    """

    path: str
    or_else: str = ""


@dataclass(frozen=True, eq=False)
class Figures(Shown):
    """The figures that the sections of a plan take their numbers from.

    Parameters
    ----------
    placed
        Each figure once. The order of the sections and their fields is theirs, and so that of the draws.
    slots
        By section and field the numbers of its figures, in the shape of the field; `NOT_SAID` for none.
    """

    placed: tuple[Placed, ...]
    slots: Mapping[type, Mapping[str, Codes]]

    @property
    def dimensions(self) -> tuple[str, ...]:
        """Names of the dimensions of the doubt, in order of first appearance."""
        in_doubt = (placed.dimension for placed in self.placed if not placed.figure.certain)
        return tuple(dict.fromkeys(in_doubt))

    def central(self, slots: Codes) -> Floats:
        """Return the central values of figures, NaN where there is none, in the shape of their numbers."""
        values = np.array([*(placed.figure.value for placed in self.placed), np.nan])
        return np.asarray(values[..., slots])  # the last one stands for `NOT_SAID`

    def quantiles(self, draws: Draws) -> dict[int, Floats]:
        """Return the draws of every figure in doubt by its number, each of shape (draws,)."""
        return {
            number: quantile(
                placed.figure,
                draws.column(placed.dimension),
                lowest=placed.domain.lowest,
                highest=placed.domain.highest,
            )
            for number, placed in enumerate(self.placed)
            if not placed.figure.certain
        }


class FigureReader:
    """Reads figures for sections that are being made, and remembers which were read for what.

    Parameters
    ----------
    plan
        The plan.
    ids
        Ids by the name that stands for them in paths, e.g. ``{"tier": ("arv", "fso")}``.
    """

    def __init__(self, plan: Plan, ids: Mapping[str, tuple[str, ...]]) -> None:
        self._ids = ids
        self._constants = {"option": plan.variant, "level": plan.document.plan.response_level}
        self._by_path = {placed.path: placed for placed in figures_of(plan.document, plan.tables)}
        self._number_by_path: dict[str, int] = {}
        self._slots: dict[type, dict[str, Codes]] = {}

    @property
    def figures(self) -> Figures:
        """What has been read so far."""
        return Figures(tuple(self._by_path[path] for path in self._number_by_path), self._slots)

    def of(self, section: type) -> dict[str, Any]:
        """Return the fields of a section that are figures, at their central values."""
        hints = get_type_hints(section, include_extras=True)
        slots = {}
        for field in fields(section):
            at = _at(hints[field.name])
            if at is not None:
                slots[field.name] = self._slots_at(at)

        self._slots[section] = slots
        figures = self.figures
        return {name: figures.central(numbers) for name, numbers in slots.items()}

    def _slots_at(self, at: At) -> Codes:
        """Return the numbers of the figures at a path, with an axis for each name in it."""
        names = [name for _, name, _, _ in Formatter().parse(at.path) if name and name in self._ids]
        axes = [self._ids[name] for name in names]
        numbers = []
        for ids in product(*axes):
            path = at.path.format(**self._constants, **dict(zip(names, ids, strict=True)))
            numbers.append(self._number(path if path in self._by_path else at.or_else))
        return np.array(numbers, dtype=np.int64).reshape([len(axis) for axis in axes])

    def _number(self, path: str) -> int:
        """Return the number of the figure at a path; a new one where it was not read before."""
        if path not in self._by_path:
            return NOT_SAID
        return self._number_by_path.setdefault(path, len(self._number_by_path))


def _at(hint: Any) -> At | None:
    """Return where the figures of a field stand; None for a field that is none."""
    return next((item for item in getattr(hint, "__metadata__", ()) if isinstance(item, At)), None)
