"""How far a mean over draws may be from the mean of another seed.

The spread of independent scrambles shows it, except for events that few draws or none contain. Two
pseudo-draws like the most extreme draw are therefore added (the idea of adding two successes and two failures
to a proportion). And a place that comes inside a standard in one draw in a thousand moves a share when it
does, while a sample without such a draw has no spread to show for it. So two more pseudo-draws are added, in
which each place that lies near the edge of a standard, and crossed it in few draws or none, crosses it.

References
----------
Agresti, A. and Coull, B. A. (1998). Approximate is better than "exact" for interval estimation of binomial
proportions. The American Statistician 52(2), 119-126.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from scipy.stats import t as student

from standby._typing import Floats, Mask
from standby.appraise.criteria import DELIVERED, REACHED, STAFFED, YEARS
from standby.appraise.sample import Sample
from standby.attendance import standard_weights
from standby.cover import Evaluated
from standby.demand import call_rates

SIGMAS = 4.0
"""Standard errors within which the mean of another seed lies, and two means can't be put in order."""

CHANCE_BEYOND = 5e-4
"""Largest chance that it lies beyond them, where the means of scrambles are normal."""

FEW_CROSSINGS = 3
"""Draws that crossed the edge of a standard, or did not, up to which a place counts as rarely crossing."""

MARGIN = 0.5
"""How far outside the minutes seen in the draws, relative to their span, the edge may lie to be near."""

PSEUDO_DRAWS = 2.0
"""Pseudo-draws added for what the draws may have missed, after Agresti and Coull."""

SMALLEST_PART = 8.0
"""No standard error is shown below the smallest difference that matters, divided by this."""


def mean_error(
    samples: Floats, scrambles: int, floor: float | Floats = 0.0, *, matters: float = 0.0
) -> Floats:
    """Return the Monte Carlo standard error of the mean over draws.

    It comes from the spread of the scrambles' means, and is so wide that the mean of another seed, which has
    an error of its own, lies within four standard errors in all but one case in two thousand.

    Parameters
    ----------
    samples
        Values, shape (draws, ...), with the rows of one scramble adjacent.
    scrambles
        Number of scrambles.
    floor
        What rare events add that no draw may contain, shape (...); see `Floors`.
    matters
        The smallest difference that matters: unless all draws are equal, no error is smaller than an eighth
        of it.

    Returns
    -------
    ndarray
        Standard errors, shape (...), in the unit of the samples.
    """
    scramble_means = samples.reshape(scrambles, -1, *samples.shape[1:]).mean(axis=1)
    spread = scramble_means.std(axis=0, ddof=1) / np.sqrt(scrambles)

    # A pseudo-draw like the most extreme one would move the mean by its distance over the number of draws.
    mean = scramble_means.mean(axis=0)
    highest = samples.max(axis=0)
    lowest = samples.min(axis=0)
    farthest = np.maximum(highest - mean, mean - lowest)
    pseudo = PSEUDO_DRAWS * (farthest / len(samples)) ** 2

    # The means of few scrambles follow Student's t; the root of two allows for the other seed's own error.
    widening = np.sqrt(2.0) * student.isf(CHANCE_BEYOND / 2.0, scrambles - 1) / SIGMAS
    error = widening * np.sqrt(spread**2 + pseudo + np.square(floor))

    varies = highest > lowest
    return np.asarray(np.where(varies, np.maximum(error, matters / SMALLEST_PART), error))


@dataclass(frozen=True, eq=False)
class Edge:
    """Places of an option that rarely cross the edge of a standard.

    Parameters
    ----------
    standards
        Ids of the standards.
    places
        Ids of areas and key locations.
    main
        Row of the main standard.
    rare
        Whether a place rarely crosses, shape (standards, places).
    minutes
        Smallest and largest mean minutes over the draws, shape (2, standards, places) [min].
    weights
        Weight of each place in a standard's share, shape (standards, places).
    counted
        People, or key locations by weight, that the first criterion counts, shape (places,).
    members
        Whether a place belongs to a scope, shape (scopes, places).
    draws
        Number of draws.
    """

    standards: tuple[str, ...]
    places: tuple[str, ...]
    main: int
    rare: Mask
    minutes: Floats
    weights: Floats
    counted: Floats
    members: Mask
    draws: int

    def shares(self, rare: Mask) -> Floats:
        """Return the floor of every share's standard error, shape (standards, scopes).

        A pseudo-draw in which a place crosses moves the share by the place's weight over all weight and over
        the number of draws; places cross independently, so that their squares add up.
        """
        inside = self.members.T.astype(float)
        squared_weight = (self.weights**2 * rare) @ inside
        total_weight = self.weights @ inside

        floor = np.zeros_like(total_weight)
        moved = np.sqrt(PSEUDO_DRAWS * squared_weight)
        np.divide(moved, total_weight * self.draws, out=floor, where=total_weight > 0)
        return np.asarray(floor)

    def criterion(self, name: str, rare: Mask) -> float:
        """Return the floor of a criterion's standard error; 0 for those that have no edge."""
        if name in {REACHED, DELIVERED}:  # while posts are filled a place moves people by no more than then
            squared_count = (self.counted**2 * rare[self.main]).sum()
            return float(np.sqrt(PSEUDO_DRAWS * squared_count) / self.draws)

        standard = name.removeprefix("share_")
        if name == standard or standard not in self.standards:
            return 0.0

        # The first scope is all planned forces together.
        return float(self.shares(rare)[self.standards.index(standard), 0])


def edge_of(evaluated: Evaluated, sample: Sample) -> Edge:
    """Return which places of an option rarely cross the edge of a standard."""
    arrays = evaluated.arrays
    places = arrays.places
    standards = arrays.standards
    within_min = standards.within_min
    draws = sample.shares.shape[0]

    # A place rarely crosses if the edge lies near its minutes, and nearly all draws are on one side of it.
    # The minutes within are NaN where a standard is not for a place.
    margin_min = MARGIN * (sample.most_min - sample.least_min)
    with np.errstate(invalid="ignore"):
        is_near = (within_min >= sample.least_min - margin_min) & (within_min <= sample.most_min + margin_min)
    crosses_rarely = np.minimum(sample.crossed, draws - sample.crossed) <= FEW_CROSSINGS

    # What the first criterion counts: people, or key locations by weight.
    main = standards.main
    if standards.of[main] == "key_locations":
        counted = places.from_key_locations(arrays.key_locations.weight)
    else:
        counted = places.from_areas(arrays.areas.population)

    return Edge(
        standards=sample.standards,
        places=places.ids,
        main=main,
        rare=is_near & crosses_rarely,
        minutes=np.array([sample.least_min, sample.most_min]),
        weights=standard_weights(arrays, standards, call_rates(arrays)),
        counted=np.where(np.isnan(within_min[main]), 0.0, counted),
        members=arrays.scopes.places,
        draws=draws,
    )


@dataclass(frozen=True, eq=False)
class Floors:
    """What rare crossings add to the standard errors of options.

    Parameters
    ----------
    edges
        Edges by option; without any, every floor is 0.
    staffed
        Years until every post of a force is filled, by option, shape (..., forces).
    years
        Years within which they may be filled [years].
    """

    edges: Mapping[str, Edge]
    staffed: Mapping[str, Floats] = field(default_factory=dict)
    years: int = 0

    def of(self, option: str, criterion: str) -> float:
        """Return the floor of an option's mean."""
        edge = self.edges.get(option)
        if edge is None:
            return 0.0
        return edge.criterion(criterion, edge.rare) + self._staffed(criterion, edge.draws)

    def _staffed(self, criterion: str, draws: int) -> float:
        """Return the floor of how surely, and how soon, posts are filled: two draws that are otherwise."""
        most = {STAFFED: 1.0, YEARS: float(self.years)}.get(criterion, 0.0)
        return most * float(np.sqrt(PSEUDO_DRAWS)) / draws

    def between(self, one: str, other: str, criterion: str) -> float:
        """Return the floor of the difference of two options.

        Only places where the two differ count: where they do not, both cross the edge in the same draws.
        """
        if not self.edges or one == other:
            return 0.0

        # Options that are staffed in the same month of every draw take the same officers and courses.
        first = self.edges[one]
        second = self.edges[other]
        if criterion in {STAFFED, YEARS}:
            is_same = np.array_equal(self.staffed.get(one, np.nan), self.staffed.get(other, np.nan))
            return 0.0 if is_same else self._staffed(criterion, first.draws)
        if first.places != second.places:
            return float(np.hypot(self.of(one, criterion), self.of(other, criterion)))

        differs = ~np.isclose(first.minutes, second.minutes, rtol=1e-6).all(axis=0)
        return first.criterion(criterion, (first.rare | second.rare) & differs)
