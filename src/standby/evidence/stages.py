"""People counted stage by stage, beside a chain of rates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats

from standby._checks import number, single, whole
from standby._refusals import Refusal
from standby._show import Shown
from standby._typing import Floats
from standby.evidence.trend import SHARE


@dataclass(frozen=True, eq=False)
class Stages(Shown):
    """Shares from stage to stage, with their intervals, and the rates that they are compared with.

    Parameters
    ----------
    names
        The stages.
    counts
        People who reached each, shape (stages,).
    shares, low, high
        Share of each stage that reached the next, and Wilson's interval, shape (stages - 1,).
    rates
        Rates that were given, shape (stages - 1,); NaN where none were.
    chances
        Chance of a number at least as unlikely as the one that was counted, at these rates, shape
        (stages - 1,); NaN where none were given.
    """

    names: tuple[str, ...]
    counts: Floats
    shares: Floats
    low: Floats
    high: Floats
    rates: Floats
    chances: Floats

    @property
    def table(self) -> pd.DataFrame:
        """A row for each step: from, to, share, low, high, rate, chance, fits."""
        fits = (self.low <= self.rates) & (self.rates <= self.high)
        return pd.DataFrame(
            {
                "from": self.names[:-1],
                "to": self.names[1:],
                "share": self.shares,
                "low": self.low,
                "high": self.high,
                "rate": self.rates,
                "chance": self.chances,
                "fits": fits,
            }
        )


def stages(
    counts: Sequence[int],
    *,
    names: Sequence[str] = (),
    rates: ArrayLike | None = None,
    share: float = SHARE,
) -> Stages:
    """Return the share of each stage that reached the next, with Wilson's interval, beside given rates.

    The counts are of one day, as announcements have them. People who are still under way count as not having
    reached the next stage, so that a share is how far they are and **not a pass rate**: it equals one only
    when nobody is under way any more.

    Parameters
    ----------
    counts
        People who have reached each stage, from the first; none larger than the one before.
    names
        Names of the stages; left out, their numbers.
    rates
        A rate for each step, which the counts are compared with.
    share
        Share of the interval, 0 to 1.

    Raises
    ------
    ValueError
        If there are fewer than two stages, one is larger than the one before or nobody is in one that others
        follow, or names or rates are of another number.

    References
    ----------
    Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference. Journal of the
    American Statistical Association 22, 209-212.

    Examples
    --------
    >>> met = stages([600, 285, 117], names=["wanted", "accepted", "deployed"])
    >>> met.shares.round(3).tolist()
    [0.475, 0.411]
    """
    share = single("share", share, above=True, high=1.0, below=True)
    people = [whole("counts", count) for count in counts]
    if len(people) < 2:
        raise Refusal(f"there are {len(people)} stages", "give two at least")
    names = tuple(names) or tuple(str(place) for place in range(1, len(people) + 1))
    if len(names) != len(people):
        raise Refusal(f"there are {len(people)} stages and {len(names)} names", "give a name for each")

    for name, before, after in zip(names[1:], people, people[1:], strict=False):
        if before == 0:
            raise Refusal(f"nobody is there to reach the stage {name!r}", "give the stages that have people")
        if after > before:
            raise Refusal(
                f"{after} reached the stage {name!r}, and {before} the one before",
                "give people who went through both, stage by stage",
            )

    steps = len(people) - 1
    given = np.full(steps, np.nan) if rates is None else number("rates", rates, high=1.0)
    if given.shape != (steps,):
        raise Refusal(f"rates have shape {given.shape}", f"give one for each of the {steps} steps")

    low = np.empty(steps)
    high = np.empty(steps)
    chances = np.full(steps, np.nan)
    for k, (before, after) in enumerate(pairwise(people)):
        test = stats.binomtest(after, before, 0.5 if rates is None else float(given[k]))
        interval = test.proportion_ci(confidence_level=share, method="wilson")
        low[k] = interval.low
        high[k] = interval.high
        if rates is not None:
            chances[k] = test.pvalue

    reached = np.array(people, dtype=float)
    return Stages(names, reached, reached[1:] / reached[:-1], low, high, given, chances)


__all__ = ["Stages", "stages"]
