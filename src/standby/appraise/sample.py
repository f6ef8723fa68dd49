"""Cover of one variant of a plan for every draw of the doubt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from standby._run import Progress, run
from standby._typing import Floats
from standby.attendance import WEIGHTS, Outcome, evaluate
from standby.cover import Evaluated, beyond_share, expected_shares, main_standard, percentiles
from standby.plan import Resolved

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
    shares
        Expected share inside each standard by scope, shape (draws, standards, scopes of the model).
    reached
        People inside the main standard, or key locations by their weight where it is for these, shape
        (draws,).
    minutes
        Arrival of the main standard's incident type over people: first and full, all, urban and rural, mean,
        median and 90th percentile, those beyond the limit counted as the limit, shape (draws, 2, 3, 3) [min].
    beyond
        Share of these calls beyond the limit, or never reached, shape (draws, 2, 3).
    standard_min
        Mean minutes of each standard's incident type and measure over those whom it is for, those beyond the
        limit counted as the limit, shape (draws, standards) [min].
    standard_beyond
        Share of these calls beyond the limit, or never reached, shape (draws, standards).
    answers
        Answers to the queries, shape (draws, queries).
    crossed
        Draws in which a place is inside a standard more likely than not, shape (standards, places).
    least_min, most_min
        Least and most mean minutes over the draws of what a standard is about, shape (standards, places)
        [min].
    """

    standards: tuple[str, ...]
    shares: Floats
    reached: Floats
    minutes: Floats
    beyond: Floats
    standard_min: Floats
    standard_beyond: Floats
    answers: Floats
    crossed: NDArray[np.int64]
    least_min: Floats
    most_min: Floats


def sample(
    evaluated: Evaluated,
    drawn: Resolved,
    *,
    queries: tuple[Query, ...] = (),
    progress: Progress | None = None,
    workers: int | None = None,
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
    workers
        See `standby._run.run`.
    """
    count = drawn.values.shape[0]

    def work(first: int) -> Sample:
        """Evaluate the draws of one task."""
        found = []
        for k in range(first, min(first + CHUNK, count)):
            one = drawn.one(k)
            outcome = evaluate(evaluated.model, one, evaluated.setting, start=evaluated.start)
            found.append(_of(evaluated, one, outcome, queries))
        return _joined(found)

    return _joined(run(range(0, count, CHUNK), work, progress=progress, workers=workers))


def central_sample(evaluated: Evaluated) -> Sample:
    """Return what is kept of a draw for the plan at its central values, as one draw."""
    return _of(evaluated, evaluated.resolved, evaluated.outcome, ())


def _of(evaluated: Evaluated, one: Resolved, outcome: Outcome, queries: tuple[Query, ...]) -> Sample:
    names = tuple(evaluated.standards)
    main = names.index(main_standard(evaluated.standards))
    mean = outcome.mean_min[evaluated.setting.types, evaluated.setting.measures]
    minutes, beyond = main_minutes(evaluated, outcome, main)
    standard_min, standard_beyond = standard_minutes(evaluated, outcome)
    return Sample(
        standards=names,
        shares=np.minimum(expected_shares(evaluated, one, outcome), 1.0)[None],
        reached=np.array([_reached(evaluated, one, outcome, main)]),
        minutes=minutes[None],
        beyond=beyond[None],
        standard_min=standard_min[None],
        standard_beyond=standard_beyond[None],
        answers=np.array([[query(evaluated, outcome) for query in queries]]).reshape(1, len(queries)),
        crossed=(outcome.reached >= 0.5).astype(np.int64),
        least_min=mean,
        most_min=mean,
    )


def _joined(parts: list[Sample]) -> Sample:
    fields = ("shares", "reached", "minutes", "beyond", "standard_min", "standard_beyond", "answers")
    together = {name: np.concatenate([getattr(part, name) for part in parts]) for name in fields}
    return Sample(
        parts[0].standards,
        **together,
        crossed=np.sum([part.crossed for part in parts], axis=0),
        least_min=np.min([part.least_min for part in parts], axis=0),
        most_min=np.max([part.most_min for part in parts], axis=0),
    )


def _reached(evaluated: Evaluated, one: Resolved, outcome: Outcome, main: int) -> float:
    """Return people, or key locations by weight, inside the main standard."""
    s = evaluated.model.structure
    areas, chance = len(s.areas), np.minimum(outcome.reached[main], 1.0)
    if evaluated.standards[list(evaluated.standards)[main]].of == "key_locations":
        return float(s.key_weight @ chance[areas:])
    return float(one["areas.population"] @ chance[:areas])


def main_minutes(evaluated: Evaluated, outcome: Outcome, main: int) -> tuple[Floats, Floats]:
    """Return arrival over people by measure and scope, and the share of it beyond the limit.

    Parameters
    ----------
    evaluated, outcome
        The variant made ready, and its evaluation.
    main
        Row of the main standard.

    Returns
    -------
    minutes, beyond
        Mean, median and 90th percentile, shape (measures, scopes, statistics) [min], and the share beyond the
        limit, shape (measures, scopes). NaN where a scope has no people.
    """
    t = int(evaluated.setting.types[main])
    rows = [evaluated.scopes.row("all"), *(evaluated.scopes.row("setting", name) for name in SCOPES[1:])]
    members = evaluated.scopes.members[rows]
    histogram = np.einsum("sg,mgb->msb", members, outcome.histogram[t, :, 0])
    mean = mean_minutes(histogram, outcome.weighted_min[t, :, 0] @ members.T)
    within = np.minimum(percentiles(histogram, (0.5, 0.9)), evaluated.model.limit_min)
    return np.concatenate([mean[..., None], within], axis=-1), beyond_share(histogram)


def standard_minutes(evaluated: Evaluated, outcome: Outcome) -> tuple[Floats, Floats]:
    """Return mean minutes over those whom each standard is for, and the share beyond the limit.

    Returns
    -------
    mean, beyond
        Both shape (standards,), the first in minutes, those beyond the limit counted as the limit; NaN where
        a standard is for nobody.
    """
    setting, group = evaluated.setting, evaluated.model.group
    mean, beyond = np.empty(len(setting.types)), np.empty(len(setting.types))
    for row, standard in enumerate(evaluated.standards.values()):
        # A standard is for whole classes and forces, that is, for whole groups of places.
        groups = np.unique(group[~np.isnan(setting.within_min[row])])
        at = int(setting.types[row]), int(setting.measures[row]), WEIGHTS.index(standard.of)
        histogram = outcome.histogram[at][groups].sum(axis=0)
        mean[row] = mean_minutes(histogram, outcome.weighted_min[at][groups].sum())
        beyond[row] = beyond_share(histogram)
    return mean, beyond


def mean_minutes(histogram: Floats, weighted_min: Floats) -> Floats:
    """Return mean minutes from a histogram's weight and the weighted sum of minutes; NaN without weight."""
    weight = np.asarray(histogram.sum(axis=-1))
    mean = np.full(weight.shape, np.nan)
    np.divide(weighted_min, weight, out=mean, where=weight > 0)
    return mean
