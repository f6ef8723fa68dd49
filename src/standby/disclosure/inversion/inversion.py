"""Model inversion: guess where units stand from what was published, and say how much that gave away.

The guess is compared with one made without looking at anything published: the towns with most people. What is
counted is how many bases are named correctly, and how many of the places outside the main standard.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from standby._run import run
from standby._show import Shown
from standby._typing import Codes, Mask
from standby.disclosure.inversion import _kernels as kernels
from standby.disclosure.inversion.known import Known, known_of
from standby.disclosure.rounding import MINUTES_STEP, SHARE_STEP
from standby.plan import BASE, Plan
from standby.travel import Times

SEEDS = tuple(range(10))
"""Guesses that are made with what was published, and without."""

STEPS = 100_000
"""Steps of each guess."""

LOOKED_AT = ("standards", "minutes")
"""Tables whose numbers say where units stand."""

SLACK = 0.25
"""Part of a band by which the guesser's coarser model may be off."""

SLACK_OF_A_MEAN = 0.5
"""The same for a mean over draws, which the guesser reads as the value at central figures."""

HOT, COLD = 2.0, 0.002
"""Temperatures at the start and at the end, in the unit of what is minimised."""

WEIGHT = 20.0
"""What a miss by one band counts, where a town with a tenth of the people counts 2.3."""


@dataclass(frozen=True)
class Score(Shown):
    """What one guess named.

    Parameters
    ----------
    sites
        Bases named correctly, of those that stand today and of those that options propose.
    places
        Places outside the main standard named correctly.
    wrong
        Places named that are inside it.
    misfit
        Bands by which the guess misses what was published, all numbers together.
    """

    sites: int
    places: int
    wrong: int
    misfit: float


@dataclass(frozen=True)
class Inversion(Shown):
    """What a reader could recover by inverting the model, beside what they would guess anyway.

    Parameters
    ----------
    sites, places
        How many there are to be found.
    attack, baseline
        Scores by seed, with and without what was published.
    numbers
        How many published numbers were looked at.
    skipped
        Options whose numbers were not looked at.
    """

    sites: int
    places: int
    attack: tuple[Score, ...]
    baseline: tuple[Score, ...]
    numbers: int
    skipped: tuple[str, ...]

    def most(self, what: str, *, beforehand: bool = False) -> int:
        """Return the most that any guess named.

        Parameters
        ----------
        what
            ``sites`` or ``places``.
        beforehand
            Of the guesses without what was published.
        """
        scores = self.baseline if beforehand else self.attack
        return max((getattr(score, what) for score in scores), default=0)

    @property
    def judges(self) -> bool:
        """Whether the attack can judge: not where the guess beforehand finds every base."""
        return bool(self.baseline) and self.most("sites", beforehand=True) < self.sites

    @property
    def passed(self) -> bool:
        """Whether what was published names at most one base and one place more than the guess beforehand."""
        if not self.judges:
            return True
        return all(self.most(what) <= self.most(what, beforehand=True) + 1 for what in ("sites", "places"))


def invert(
    plan: Plan,
    times: Times,
    releases: Sequence[Mapping[str, pd.DataFrame]],
    *,
    seeds: tuple[int, ...] = SEEDS,
    steps: int = STEPS,
    progress: Callable[[int, int], None] | None = None,
) -> Inversion:
    """Guess where the bases of a plan are from published tables.

    Parameters
    ----------
    plan, times
        The plan, without an option laid over it, and its minutes.
    releases
        Tables of the release by name, and of earlier ones, as if nothing had moved in between:
        ``standards`` and ``minutes`` are looked at.
    seeds, steps
        Guesses with and without what was published, and the steps of each.
    progress
        Called after every guess with what was published.

    Returns
    -------
    Inversion
        Counts of what was named, by seed.
    """
    known = known_of(plan, times)
    if known is None:
        return Inversion(0, 0, (), (), 0, ())
    published = published_of(known, releases)

    def guess(task: tuple[int, float]) -> Score:
        seed, weight = task
        state, misfit = kernels.anneal(
            np.random.default_rng(seed),
            steps,
            weight,
            HOT,
            COLD,
            known.travel,
            known.units,
            known.others,
            known.questions,
            published,
            known.choice,
        )
        return score_of(known, state, float(misfit))

    # Where the guess beforehand finds everything, or nothing was published, there is nothing to attack.
    baseline = run([(seed, 0.0) for seed in seeds], guess)
    finds_all = max(score.sites for score in baseline) == len(known.truth)
    if finds_all or not len(published.number):
        attack = baseline
    else:
        attack = run([(seed, WEIGHT) for seed in seeds], guess, progress=progress)
    return Inversion(
        sites=len(known.truth),
        places=int(known.outside.sum()),
        attack=tuple(attack),
        baseline=tuple(baseline),
        numbers=len(published.number),
        skipped=known.skipped,
    )


def table_to_leave_out(
    plan: Plan, times: Times, tables: Mapping[str, pd.DataFrame], *, steps: int = STEPS
) -> str:
    """Return the table that gives away most when it is published alone.

    Parameters
    ----------
    plan, times, tables, steps
        As for `invert`.
    """
    named = {}
    for name in LOOKED_AT:
        if name in tables:
            alone = invert(plan, times, [{name: tables[name]}], seeds=SEEDS[:3], steps=steps)
            named[name] = max((score.sites + score.places for score in alone.attack), default=0)
    return max(named, key=lambda name: named[name])


def score_of(known: Known, state: Codes, misfit: float) -> Score:
    """Return what a guess names correctly.

    Parameters
    ----------
    known
        What the guesser has, and the truth.
    state
        The candidate that each base is guessed at, shape (groups,).
    misfit
        By how much it misses what was published.
    """
    # Bases are alike, so a guess is right if any base of the force is there.
    sites = len(set(state.tolist()) & set(known.truth.tolist()))

    outside = guessed_outside(known, state)
    return Score(
        sites=sites,
        places=int((outside & known.outside).sum()),
        wrong=int((outside & ~known.outside).sum()),
        misfit=misfit,
    )


def guessed_outside(known: Known, state: Codes) -> Mask:
    """Return the places that the main standard would not reach if bases were as guessed, shape (places,)."""
    standard = known.main
    if standard < 0:
        return np.zeros(known.outside.shape, dtype=bool)
    reached = np.zeros(known.outside.shape)
    kernels.reached_by(0, state, standard, known.travel, known.units, known.others, known.questions, reached)
    counted = known.questions.standard_weight[standard] > 0.0
    return np.asarray(counted & (reached < known.questions.reliability[standard]))


Cell = tuple[int, float, float, float]
"""A published number: which of the kernel's it is, the ends of its band with slack, and the band's width."""


def published_of(known: Known, releases: Sequence[Mapping[str, pd.DataFrame]]) -> kernels.Published:
    """Return the published numbers that say something of where units stand, as bands.

    Parameters
    ----------
    known
        What the guesser has.
    releases
        Tables by name, one mapping a release.
    """
    cells = [
        [
            *(cell for tables in releases for cell in _shares(known, tables.get("standards"), scene)),
            *(cell for tables in releases for cell in _minutes(known, tables.get("minutes"), scene)),
        ]
        for scene in known.scenes
    ]
    flat = np.array([cell for of_scene in cells for cell in of_scene], dtype=float).reshape(-1, 4)
    number, low, high, step = np.ascontiguousarray(flat.T)
    return kernels.Published(
        first=np.cumsum([0, *map(len, cells)]),
        number=number.astype(np.int64),
        low=low,
        high=high,
        step=step,
    )


def _shares(known: Known, table: pd.DataFrame | None, scene: str) -> Iterator[Cell]:
    """Yield the shares of a scene; a mean over draws is read as at central figures, with more slack."""
    for row in _rows(table, scene):
        if row["standard"] not in known.standards:
            continue
        at = kernels.SHARES * known.standards.index(row["standard"])
        for which, column in enumerate(("share_if_free", "share_expected", "share_assured")):
            yield from _cell(at + which, row.get(column), SHARE_STEP)
        yield from _cell(at + 1, row.get("mean"), SHARE_STEP, SLACK_OF_A_MEAN)


def _minutes(known: Known, table: pd.DataFrame | None, scene: str) -> Iterator[Cell]:
    """Yield the minutes of a scene."""
    for row in _rows(table, scene):
        key = row["incident_type"], row["measure"], row["weight"]
        if key not in known.rows:
            continue
        at = kernels.SHARES * len(known.standards) + kernels.STATISTICS * known.rows.index(key)
        for which, column in enumerate(("mean_min", "p50_min", "p90_min", "p95_min")):
            yield from _cell(at + which, row.get(column), MINUTES_STEP)


def _cell(number: int, value: Any, step: float, slack: float = SLACK) -> Iterator[Cell]:
    """Yield a number as a band; nothing where the release has none."""
    if value is not None and np.isfinite(value):
        half = (0.5 + slack) * step
        yield number, value - half, value + half, step


def _rows(table: pd.DataFrame | None, scene: str) -> list[dict[Hashable, Any]]:
    """Return the rows of a scene about the whole region; a table of the base has no column of options."""
    if table is None:
        return []
    whole = [row for row in table.to_dict("records") if row.get("scope_kind", "all") == "all"]
    return [row for row in whole if row.get("option", BASE) == scene]
