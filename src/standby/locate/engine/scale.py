"""Weights of an ordinary size: the solvers' tolerances are absolute, and rates of calls can be tiny.

Weights are multiplied by a power of two, which changes no digit of them; what comes back is divided by it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar, cast

import numpy as np

from standby.locate.inputs import LARGEST_WEIGHT
from standby.locate.result import Siting

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from standby.locate.result import Progress, SolveOptions

F = TypeVar("F", bound=Callable[..., Any])

_LEAST_LARGEST, _MOST_LARGEST = 1.0, 2.0**40
"""Where the largest weight is between these, weights stay as they are."""

_EXPONENT = 20
"""Other weights are scaled so that the largest is just below two to this."""


def scale_of(*weights: ArrayLike | None) -> float:
    """Return the power of two that brings weights to an ordinary size; 1 where they are, or can't be used."""
    try:
        given = [np.asarray(weight, np.float64) for weight in weights if weight is not None]
        largest = max((float(array.max(initial=0.0)) for array in given), default=0.0)
    except (TypeError, ValueError):
        return 1.0  # refused with their own message

    if not 0 < largest <= LARGEST_WEIGHT or _LEAST_LARGEST <= largest <= _MOST_LARGEST:
        return 1.0
    return math.ldexp(1.0, min(_EXPONENT - math.frexp(largest)[1], 1000))


def scaled_progress(options: SolveOptions, scale: float) -> SolveOptions:
    """Return the options with progress reported in the caller's weights."""
    report = options.get("progress")
    if report is None:
        return options

    def report_divided(progress: Progress) -> None:
        """Report progress in the caller's weights."""
        incumbent = None if progress.incumbent is None else progress.incumbent / scale
        bound = None if progress.bound is None else progress.bound / scale
        report(replace(progress, incumbent=incumbent, bound=bound))

    return {**options, "progress": report_divided}


def with_ordinary_weights(solve: F) -> F:
    """Decorate a model of minutes and weights whose objective is in weights: it gets ordinary ones."""

    @wraps(solve)
    def solved(minutes: Any, weight: Any, *others: Any, **options: Any) -> Any:
        """Solve with weights of an ordinary size."""
        scale = scale_of(weight)
        if scale == 1.0:
            return solve(minutes, weight, *others, **options)

        larger = np.asarray(weight, np.float64) * scale
        answer = solve(minutes, larger, *others, **scaled_progress(cast("SolveOptions", options), scale))
        return divided(answer, scale)

    return cast("F", solved)


def divided(answer: Any, scale: float) -> Any:
    """Return a siting, a curve or a table of sites to hold in the caller's weights."""
    if isinstance(answer, Siting):
        return replace(answer, objective=answer.objective / scale, bound=answer.bound / scale)
    if hasattr(answer, "points"):
        points = [
            replace(point, marginal=point.marginal / scale, siting=divided(point.siting, scale))
            for point in answer.points
        ]
        return replace(answer, points=tuple(points))

    cover = tuple(value / scale for value in answer.cover)
    return replace(answer, cover=cover, objective=answer.objective / scale, bound=answer.bound / scale)
