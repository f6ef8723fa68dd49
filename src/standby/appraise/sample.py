"""Cover of one variant of a plan, for every draw of the figures in doubt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from standby._refusals import Refusal
from standby._run import Progress, run
from standby._typing import Codes, Floats
from standby.attendance import WEIGHTS, Outcome, evaluate
from standby.cover import Evaluated, beyond_share, expected_shares, percentiles
from standby.plan import PlanArrays

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
        People inside the main standard, or key locations by weight where it is for these, shape (draws,).
    reached_by_force
        The same by force in which they are, shape (draws, forces).
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
        Smallest and largest mean minutes over the draws of what a standard measures, shape (standards,
        places) [min].
    """

    standards: tuple[str, ...]
    shares: Floats
    reached: Floats
    reached_by_force: Floats
    minutes: Floats
    beyond: Floats
    standard_min: Floats
    standard_beyond: Floats
    answers: Floats
    crossed: Codes
    least_min: Floats
    most_min: Floats


def sample(
    evaluated: Evaluated,
    drawn: PlanArrays,
    *,
    queries: tuple[Query, ...] = (),
    progress: Progress | None = None,
    workers: int | None = None,
    look: Callable[[], object] | None = None,
) -> Sample:
    """Return the cover of a variant for every draw.

    Parameters
    ----------
    evaluated
        The variant made ready, with its central answer to start from.
    drawn
        The same variant with a table of draws.
    queries
        Further questions asked of each draw.
    progress
        Called as the work goes on.
    workers
        See `standby._run.run`.
    look
        Called now and then; what it raises ends the work, which is how a caller keeps to a time limit.
    """
    if drawn.draws is None:
        raise Refusal("the plan is not drawn", "give it a table of draws with `drawn`")
    count = drawn.draws

    def work(first: int) -> Sample:
        """Return the draws of one task, evaluated."""
        parts = []
        for k in range(first, min(first + CHUNK, count)):
            arrays = drawn.one(k)
            outcome = evaluate(evaluated.model, arrays, evaluated.setting, start=evaluated.start, look=look)
            parts.append(_of_one_draw(evaluated, arrays, outcome, queries))
        return _joined(parts)

    return _joined(run(range(0, count, CHUNK), work, progress=progress, workers=workers))


def central_sample(evaluated: Evaluated) -> Sample:
    """Return the plan at its central values as a sample of one draw."""
    return _of_one_draw(evaluated, evaluated.arrays, evaluated.outcome, ())


def _of_one_draw(
    evaluated: Evaluated, arrays: PlanArrays, outcome: Outcome, queries: tuple[Query, ...]
) -> Sample:
    """Return a sample of one draw."""
    names = tuple(evaluated.standards)
    main = arrays.standards.main

    shares = np.minimum(expected_shares(arrays, outcome), 1.0)
    reached_by_force = _reached_by_force(arrays, outcome)
    minutes, beyond = main_minutes(evaluated, outcome, main)
    standard_min, standard_beyond = standard_minutes(evaluated, outcome)
    mean_min = outcome.mean_min[evaluated.setting.types, evaluated.setting.measures]
    answers = [query(evaluated, outcome) for query in queries]

    # The new axis is that of the draws.
    return Sample(
        standards=names,
        shares=shares[np.newaxis],
        reached=np.array([reached_by_force.sum()]),
        reached_by_force=reached_by_force[np.newaxis],
        minutes=minutes[np.newaxis],
        beyond=beyond[np.newaxis],
        standard_min=standard_min[np.newaxis],
        standard_beyond=standard_beyond[np.newaxis],
        answers=np.array(answers).reshape(1, len(queries)),
        crossed=(outcome.reached >= 0.5).astype(np.int64),
        least_min=mean_min,
        most_min=mean_min,
    )


def _joined(parts: list[Sample]) -> Sample:
    """Return samples one after another as one sample."""
    by_draw = (
        "shares",
        "reached",
        "reached_by_force",
        "minutes",
        "beyond",
        "standard_min",
        "standard_beyond",
        "answers",
    )
    joined = {name: np.concatenate([getattr(part, name) for part in parts]) for name in by_draw}

    return Sample(
        standards=parts[0].standards,
        **joined,
        crossed=np.sum([part.crossed for part in parts], axis=0),
        least_min=np.min([part.least_min for part in parts], axis=0),
        most_min=np.max([part.most_min for part in parts], axis=0),
    )


def _reached_by_force(arrays: PlanArrays, outcome: Outcome) -> Floats:
    """Return people, or key locations by weight, inside the main standard, shape (forces,)."""
    places = arrays.places
    main = arrays.standards.main
    chance = np.minimum(outcome.reached[main], 1.0)

    if arrays.standards.of[main] == "key_locations":
        forces = arrays.key_locations.forces
        reached = arrays.key_locations.weight * chance[places.of_key_locations]
    else:
        forces = arrays.areas.forces
        reached = arrays.areas.population * chance[places.of_areas]
    return np.bincount(forces, weights=reached, minlength=len(arrays.forces)).astype(float)


def main_minutes(evaluated: Evaluated, outcome: Outcome, main: int) -> tuple[Floats, Floats]:
    """Return minutes of arrival over people by measure and scope, and the share beyond the limit.

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
    scopes = evaluated.scopes
    settings = SCOPES[1:]
    rows = [scopes.row("all"), *(scopes.row("setting", setting) for setting in settings)]
    members = scopes.members[rows]

    # From groups g to scopes s, by measure m and bin b of minutes; the weights at 0 are people.
    incident_type = int(evaluated.setting.types[main])
    histogram = np.einsum("sg,mgb->msb", members, outcome.histogram[incident_type, :, 0])
    weighted_min = outcome.weighted_min[incident_type, :, 0] @ members.T

    mean = mean_minutes(histogram, weighted_min)
    median_and_p90 = np.minimum(percentiles(histogram, (0.5, 0.9)), evaluated.arrays.travel.limit_min)
    minutes = np.concatenate([mean[..., np.newaxis], median_and_p90], axis=-1)
    return minutes, beyond_share(histogram)


def standard_minutes(evaluated: Evaluated, outcome: Outcome) -> tuple[Floats, Floats]:
    """Return mean minutes over those whom each standard is for, and the share beyond the limit.

    Returns
    -------
    mean, beyond
        Both shape (standards,), the first in minutes, those beyond the limit counted as the limit; NaN where
        a standard is for nobody.
    """
    setting = evaluated.setting
    group = evaluated.arrays.places.group
    mean = np.empty(len(setting.types))
    beyond = np.empty(len(setting.types))

    for row, standard in enumerate(evaluated.standards.values()):
        # A standard is for whole classes and forces, that is, for whole groups of places.
        groups = np.unique(group[~np.isnan(setting.within_min[row])])
        type_measure_weight = (
            int(setting.types[row]),
            int(setting.measures[row]),
            WEIGHTS.index(standard.of),
        )

        histogram = outcome.histogram[type_measure_weight][groups].sum(axis=0)
        weighted_min = outcome.weighted_min[type_measure_weight][groups].sum()
        mean[row] = mean_minutes(histogram, weighted_min)
        beyond[row] = beyond_share(histogram)

    return mean, beyond


def mean_minutes(histogram: Floats, weighted_min: Floats) -> Floats:
    """Return mean minutes: the weighted sum of minutes over the histogram's weight, NaN without weight."""
    weight = np.asarray(histogram.sum(axis=-1))
    mean = np.full(weight.shape, np.nan)
    np.divide(weighted_min, weight, out=mean, where=weight > 0)
    return mean
