"""How far a mean over draws may be from that of another seed.

The spread of independent scrambles tells it, but for what few draws or none have shown. Two more draws like
the most extreme one are therefore counted in (the idea of adding two successes and two failures to a
proportion). And as a place that comes inside a standard in one draw in a thousand moves a share when it does,
while a sample without such a draw has no spread to tell of it, two more draws are counted in that take across
the edge of a standard each place that lies near it and crossed it in few draws or none.

References
----------
Agresti, A. and Coull, B. A. (1998). Approximate is better than "exact" for interval estimation of binomial
proportions. The American Statistician 52(2), 119-126.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.stats import t as student

from standby._typing import Floats, Mask
from standby.appraise.criteria import REACHED
from standby.appraise.sample import Sample
from standby.attendance import standard_weights
from standby.cover import Evaluated, main_standard
from standby.demand import call_rates

SIGMAS = 4.0
"""Standard errors within which the mean of another seed lies, and two means can't be put in order."""

BEYOND = 5e-4
"""Chance that it lies beyond them, at most, where the means of scrambles are normal."""

FEW = 3
"""Draws that crossed the edge of a standard, or did not, up to which a place counts as rarely crossing."""

BESIDE = 0.5
"""How far beyond the minutes that the draws showed, relative to their span, the edge may lie."""

MORE = 2.0
"""Draws that are counted in besides."""

LEAST = 8.0
"""Part of the smallest difference that matters below which no error is told."""


def mean_error(
    samples: Floats, scrambles: int, floor: float | Floats = 0.0, *, matters: float = 0.0
) -> Floats:
    """Return the Monte Carlo standard error of the mean over draws.

    From the spread of the scrambles' means, and so wide that the mean of another seed, which has an error of
    its own, lies within four of them but for one time in two thousand.

    Parameters
    ----------
    samples
        Values, shape (draws, ...), rows of one scramble adjacent.
    scrambles
        Number of scrambles.
    floor
        What rare events that no draw may have shown add, shape (...); see `Floors`.
    matters
        The smallest difference that is one: no error is told that is smaller than an eighth of it, unless all
        draws are equal.

    Returns
    -------
    ndarray
        Standard errors, shape (...), in the unit of the samples.
    """
    means = samples.reshape(scrambles, -1, *samples.shape[1:]).mean(axis=1)
    spread = means.std(axis=0, ddof=1) / np.sqrt(scrambles)
    far = np.maximum(samples.max(axis=0) - means.mean(axis=0), means.mean(axis=0) - samples.min(axis=0))
    wide = np.sqrt(2.0) * student.isf(BEYOND / 2.0, scrambles - 1) / SIGMAS
    error = wide * np.sqrt(spread**2 + MORE * (far / len(samples)) ** 2 + np.square(floor))
    varies = samples.max(axis=0) > samples.min(axis=0)
    return np.asarray(np.where(varies, np.maximum(error, matters / LEAST), error))


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
        Least and most mean minutes over the draws, shape (2, standards, places).
    weights
        What each standard's share is a share of, shape (standards, places).
    counted
        People, or key locations by weight, that the first criterion counts, shape (places,).
    members
        Places of each scope, shape (scopes, places).
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
        """Return the floor of every share's standard error, shape (standards, scopes)."""
        inside = self.members.T.astype(float)
        squares, total = (self.weights**2 * rare) @ inside, self.weights @ inside
        floor = np.zeros_like(total)
        np.divide(np.sqrt(MORE * squares), total * self.draws, out=floor, where=total > 0)
        return np.asarray(floor)

    def criterion(self, name: str, rare: Mask) -> float:
        """Return the floor of a criterion's standard error; 0 for those that have no edge."""
        if name == REACHED:
            return float(np.sqrt(MORE * (self.counted**2 * rare[self.main]).sum()) / self.draws)
        standard = name.removeprefix("share_")
        if name == standard or standard not in self.standards:
            return 0.0
        return float(self.shares(rare)[self.standards.index(standard), 0])


def edge_of(evaluated: Evaluated, sample: Sample) -> Edge:
    """Return which places of an option rarely cross the edge of a standard."""
    e, s = evaluated, evaluated.model.structure
    within, draws = e.setting.within_min, sample.shares.shape[0]
    span = sample.most_min - sample.least_min
    with np.errstate(invalid="ignore"):  # NaN: not for this standard
        near = (within >= sample.least_min - BESIDE * span) & (within <= sample.most_min + BESIDE * span)
    few = np.minimum(sample.crossed, draws - sample.crossed) <= FEW
    people, areas = e.resolved["areas.population"], len(s.areas)
    main = sample.standards.index(main_standard(e.standards))
    counted = np.zeros(within.shape[1])
    if e.standards[sample.standards[main]].of == "key_locations":
        counted[areas:] = s.key_weight
    else:
        counted[:areas] = people
    return Edge(
        standards=sample.standards,
        places=(*s.areas.ids, *s.key_locations.ids),
        main=main,
        rare=near & few,
        minutes=np.array([sample.least_min, sample.most_min]),
        weights=standard_weights(e.model, e.setting, e.standards, people, call_rates(e.resolved)),
        counted=np.where(np.isnan(within[main]), 0.0, counted),
        members=e.scopes.places,
        draws=draws,
    )


@dataclass(frozen=True, eq=False)
class Floors:
    """What rare crossings add to the standard errors of options.

    Parameters
    ----------
    edges
        By option; without any, every floor is 0.
    """

    edges: Mapping[str, Edge]

    def of(self, option: str, criterion: str) -> float:
        """Return the floor of an option's mean."""
        edge = self.edges.get(option)
        return 0.0 if edge is None else edge.criterion(criterion, edge.rare)

    def between(self, one: str, other: str, criterion: str) -> float:
        """Return the floor of the difference of two options: by the places where they differ at all."""
        if not self.edges or one == other:
            return 0.0
        first, second = self.edges[one], self.edges[other]
        if first.places != second.places:
            return float(np.hypot(self.of(one, criterion), self.of(other, criterion)))
        apart = ~np.isclose(first.minutes, second.minutes, rtol=1e-6).all(axis=0)
        return first.criterion(criterion, (first.rare | second.rare) & apart)
