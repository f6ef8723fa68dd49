"""Draws of the doubt: one numeric table for all figures and all options.

The same draw of a figure is used for every option (common random numbers), so that the difference between
two options is not blurred by luck. The table is a randomised quasi-Monte Carlo design: several independent
scrambles of the Sobol sequence, whose spread gives the standard error of every mean. Each scramble is a
random linear matrix and a digital shift (Matousek 1998), with the same mean square discrepancy as Owen's.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.stats import qmc, t

from standby._checks import whole
from standby._refusals import Refusal
from standby._show import Shown
from standby._typing import Floats

SCRAMBLES = 32
"""Independent scrambles in a design; enough that their spread is known to about one part in eight."""

BITS = 30
"""Binary digits of a point; 2³⁰ points a scramble are the most that can be drawn."""

HALF_CELL = 2.0 ** -(BITS + 1)
"""Distance from a point to the middle of its cell: moved there, no chance is 0 and the median is kept."""

FOUR_SIGMA = 3.1671e-05
"""One-sided chance beyond four standard deviations of a normal; used to correct for few scrambles."""


@dataclass(frozen=True, eq=False)
class Draws(Shown):
    """Uniform draws for named dimensions.

    Parameters
    ----------
    uniforms
        Chances strictly between 0 and 1, shape (draws, dimensions); rows of one scramble are adjacent.
    names
        One per dimension: a figure's path in the plan, or its group.
    scrambles
        Number of independent scrambles; the number of draws is a multiple of it.
    seed
        The seed that made them.
    """

    uniforms: Floats
    names: tuple[str, ...]
    scrambles: int
    seed: int

    @property
    def count(self) -> int:
        """Number of draws."""
        return int(self.uniforms.shape[0])

    def column(self, name: str) -> Floats:
        """Return the uniforms of one dimension, shape (draws,).

        Raises
        ------
        KeyError
            If the table was drawn without it.
        """
        if name not in self._places:
            raise KeyError(f"no draws of {name!r}; draw with the dimensions of every plan compared")
        return self.uniforms[:, self._places[name]]

    def first(self, per_scramble: int) -> Draws:
        """Return the first draws of every scramble; a power of two of them is a design of its own.

        Parameters
        ----------
        per_scramble
            How many of each scramble, at most as many as there are.
        """
        columns = len(self.names)
        by_scramble = self.uniforms.reshape(self.scrambles, -1, columns) if columns else None
        if by_scramble is None:
            uniforms = np.empty((self.scrambles * per_scramble, 0))
        else:
            uniforms = by_scramble[:, :per_scramble].reshape(-1, columns)
        return Draws(uniforms, self.names, self.scrambles, self.seed)

    @cached_property
    def _places(self) -> dict[str, int]:
        """Column of each dimension by its name."""
        return {name: place for place, name in enumerate(self.names)}


def draw(names: list[str] | tuple[str, ...], count: int, *, seed: int, scrambles: int = SCRAMBLES) -> Draws:
    """Draw a scrambled Sobol design.

    Parameters
    ----------
    names
        Names of the dimensions.
    count
        Draws asked for; rounded up to ``scrambles`` times a power of two, the size at which the Sobol
        sequence is balanced.
    seed
        Seed; the same seed gives the same table.
    scrambles
        Independent scrambles.

    Raises
    ------
    ValueError
        If fewer than two draws or scrambles are asked for, the seed is negative or no whole number, there are
        more dimensions than the sequence has, or one stands there twice.

    References
    ----------
    Matousek, J. (1998). On the L2-discrepancy for anchored boxes. Journal of Complexity 14(4), 527-556.
    Owen, A. B. (1997). Scrambled net variance for integrals of smooth functions. Annals of Statistics 25(4).
    """
    # One scramble has no standard error, and one draw no spread.
    scrambles = whole("scrambles", scrambles, low=2)
    count = whole("draws", count, low=2)
    seed = whole("seed", seed)
    if len(set(names)) != len(names):
        raise Refusal("a dimension is named twice", "name each once")
    if len(names) > qmc.Sobol.MAXDIM:
        raise Refusal(
            f"{len(names)} uncertain figures", f"a Sobol sequence has {qmc.Sobol.MAXDIM}: group some"
        )

    # The Sobol sequence is balanced at powers of two.
    scrambles = min(scrambles, count)
    points = 1 << max(0, int(np.ceil(np.log2(count / scrambles))))
    if not names:
        return Draws(np.empty((scrambles * points, 0)), (), scrambles, seed)

    blocks = []
    for stream in np.random.SeedSequence(seed).spawn(scrambles):
        sequence = qmc.Sobol(len(names), scramble=True, bits=BITS, rng=np.random.default_rng(stream))
        blocks.append(sequence.random(points))
    return Draws(np.vstack(blocks) + HALF_CELL, tuple(names), scrambles, seed)


def standard_error(samples: Floats, scrambles: int) -> Floats:
    """Return the Monte Carlo standard error of the mean over draws, from the spread between scrambles.

    The plain standard error of ``scrambles`` means is widened by the ratio of Student's t to the normal at
    four standard errors, so that "four standard errors" keeps its meaning with few scrambles.

    Parameters
    ----------
    samples
        Values, shape (draws, ...), rows of one scramble adjacent.
    scrambles
        Number of scrambles.

    Returns
    -------
    ndarray
        Standard errors, shape (...), in the unit of the samples; NaN where a sample is not finite.

    Raises
    ------
    ValueError
        If the draws can't be split into the scrambles.
    """
    if scrambles < 2 or not len(samples) or len(samples) % scrambles:
        raise Refusal(f"{len(samples)} draws are not {scrambles} scrambles of one size", "give both as drawn")

    with np.errstate(invalid="ignore"):
        means = samples.reshape(scrambles, -1, *samples.shape[1:]).mean(axis=1)
        plain_error = means.std(axis=0, ddof=1) / np.sqrt(scrambles)

    # Student's quantile of that chance over the normal's, which is 4.
    widening = -t.ppf(FOUR_SIGMA, scrambles - 1) / 4.0
    return np.asarray(plain_error * widening)
