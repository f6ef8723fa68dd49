"""How coarse the public may have a number: by its kind, and beside what a standard requires."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from standby.disclosure.region import counted
from standby.plan import Plan, main_standard
from standby.words.numbers import COARSE_SHARE, kind_of_unit

SHARE_STEP = COARSE_SHARE
"""Shares are rounded to the nearest fifth: what model inversion finds then is no more than a guess finds."""

MINUTES_STEP = 10.0
"""Minutes are rounded to the nearest ten [min]."""

SHARE_GRAINS = (SHARE_STEP, 0.1, 0.05, 0.02, 0.01)
"""How coarse shares may be in a release that was not made by these rules."""

DRAWS_STEP = 0.1
"""Shares of draws, which say nothing of a place, are rounded to the nearest tenth."""

DIGITS = 2
"""Money and counts of officers are rounded to so many significant digits."""


def public_share(value: float) -> float:
    """Return a share as the public edition says it, to the nearest fifth.

    Parameters
    ----------
    value
        The share.
    """
    return _to_step(value, SHARE_STEP) if math.isfinite(value) else value


def public_share_of_draws(value: float) -> float:
    """Return a share of draws as the public edition says it, to the nearest tenth.

    Parameters
    ----------
    value
        The share.
    """
    return _to_step(value, DRAWS_STEP) if math.isfinite(value) else value


def public_minutes(value: float) -> float:
    """Return minutes as the public edition says them, to the nearest ten [min].

    Parameters
    ----------
    value
        The time [min].
    """
    return _to_step(value, MINUTES_STEP) if math.isfinite(value) else value


def kind_of_criterion(unit: str) -> str:
    """Return the kind of number that a criterion's unit asks for; key locations are rounded like people."""
    return "key_locations" if unit == "key locations" else kind_of_unit(unit)


def rounded(plan: Plan, kind: str, value: float) -> float:
    """Return one number as coarse as the public may have it; infinite and unknown ones stay so."""
    if not math.isfinite(value) or value == 0.0:
        return value
    if kind == "share":
        return public_share(value)
    if kind == "minutes":
        return public_minutes(value)

    # People and key locations are shares of everybody, as coarse as shares are.
    if kind in {"people", "key_locations"}:
        whole = everybody(plan, kind)
        return _to_step(value / whole, SHARE_STEP) * whole if whole else 0.0

    if kind == "count":
        value = _to_step(value, 1.0)
    return float(f"{value:.{DIGITS}g}")


def everybody(plan: Plan, kind: str) -> float:
    """Return the people, or the weight of the key locations, of the main standard, to three digits."""
    table, column = ("areas", "population") if kind == "people" else ("key_locations", "weight")
    standards = plan.document.standards
    places = plan.table(table)[counted(plan, standards[main_standard(standards)], table)]
    return float(f"{places[column].sum():.3g}")  # as the page says it


def grain_of(values: Iterable[Any], grains: Sequence[float]) -> float:
    """Return how coarse numbers are: the largest of some steps that all of them are multiples of.

    Parameters
    ----------
    values
        The numbers; those that are missing or infinite are not looked at.
    grains
        Steps, the largest first.

    Returns
    -------
    float
        The last step where the numbers are finer than all.
    """
    numbers = pd.to_numeric(pd.Series(list(values), dtype=object), errors="coerce").to_numpy(dtype=float)
    numbers = numbers[np.isfinite(numbers)]
    for step in grains:
        if np.allclose(numbers / step, np.round(numbers / step), rtol=0.0, atol=1e-6):
            return step
    return grains[-1]


def _to_step(value: float, step: float) -> float:
    """Round to the nearest multiple of a step, halves away from zero."""
    steps = math.floor(abs(value) / step + 0.5)
    return math.copysign(round(steps * step, 10), value) if steps else 0.0
