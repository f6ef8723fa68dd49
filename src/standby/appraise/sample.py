"""Cover of one variant of a plan for every draw of the doubt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from standby._run import Progress, run
from standby.cover import Evaluated, Outcome, evaluate, expected_shares, main_standard, percentiles
from standby.cover.outcome import BIN_MIN
from standby.plan import Resolved

Floats = NDArray[np.float64]
Query = Callable[[Evaluated, Outcome], float]

CHUNK = 16
"""Draws evaluated in one task."""

SCOPES = ("all", "urban", "rural")
STATISTICS = ("mean", "p50", "p90")


@dataclass(frozen=True, eq=False)
class Sample:
    """What is kept of each draw.

    Parameters
    ----------
    standards
        Ids of the standards.
    main
        Row of the main standard.
    shares
        Expected share inside each standard by scope, shape (draws, standards, scopes of the model).
    minutes
        Arrival of the main standard's incident type over people: first and full, all, urban and rural, mean,
        median and 90th percentile, shape (draws, 2, 3, 3) [min].
    answers
        Answers to the queries, shape (draws, queries).
    in_main
        Areas that the main standard is for, shape (areas,).
    limit_min
        Limit of the plan's times [min].
    """

    standards: tuple[str, ...]
    main: int
    shares: Floats
    minutes: Floats
    answers: Floats
    in_main: NDArray[np.bool_]
    limit_min: float


def sample(
    evaluated: Evaluated,
    drawn: Resolved,
    *,
    queries: tuple[Query, ...] = (),
    progress: Progress | None = None,
) -> Sample:
    """Evaluate every draw of a variant.

    Parameters
    ----------
    evaluated
        The variant made ready, with its central answer to start from.
    drawn
        The same variant with a table of draws.
    queries
        Further questions to each draw.
    progress
        Told as the work goes on.
    """
    names = tuple(evaluated.standards)
    main = names.index(main_standard(evaluated.standards))
    count = drawn.values.shape[0]

    def work(first: int) -> tuple[list[Floats], list[Floats], list[list[float]]]:
        rows: tuple[list[Floats], list[Floats], list[list[float]]] = ([], [], [])
        for k in range(first, min(first + CHUNK, count)):
            one = drawn.one(k)
            outcome = evaluate(evaluated.model, one, evaluated.setting, start=evaluated.start.copy())
            rows[0].append(expected_shares(evaluated, one, outcome))
            rows[1].append(main_minutes(evaluated, outcome, main))
            rows[2].append([query(evaluated, outcome) for query in queries])
        return rows

    parts = run(range(0, count, CHUNK), work, progress=progress)
    areas = len(evaluated.model.structure.areas)
    return Sample(
        standards=names,
        main=main,
        shares=np.array([row for part in parts for row in part[0]]),
        minutes=np.array([row for part in parts for row in part[1]]),
        answers=np.array([row for part in parts for row in part[2]]).reshape(count, len(queries)),
        in_main=~np.isnan(evaluated.setting.within_min[main, :areas]),
        limit_min=evaluated.model.limit_min,
    )


def main_minutes(evaluated: Evaluated, outcome: Outcome, main: int) -> Floats:
    """Return mean, median and 90th percentile over people, shape (measures, scopes, statistics) [min]."""
    t = int(evaluated.setting.types[main])
    rows = [evaluated.scopes.row("all"), *(evaluated.scopes.row("setting", name) for name in SCOPES[1:])]
    histogram = np.einsum("sg,mgb->msb", evaluated.scopes.members[rows], outcome.histogram[t, :, 0])
    return arrival_statistics(histogram, evaluated.model.limit_min)


def arrival_statistics(histogram: Floats, limit_min: float) -> Floats:
    """Return mean, median and 90th percentile of gathered arrival times, shape (..., 3) [min]."""
    centre = np.minimum((np.arange(histogram.shape[-1]) + 0.5) * BIN_MIN, limit_min)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = histogram @ centre / histogram.sum(axis=-1)
    return np.concatenate([mean[..., None], percentiles(histogram, (0.5, 0.9))], axis=-1)
