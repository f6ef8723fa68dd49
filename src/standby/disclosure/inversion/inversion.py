"""Model inversion: guess where units stand from what was published, and say how much that gave away.

What is counted is how many bases are named correctly, and how many of the places outside the main standard.
Beside it stand two kinds of guesses that a reader could make without what was published: the towns with most
people, and what the same search makes of numbers of other bases, which are drawn by people. The second say
how much is named by chance: a search for bases that fit some numbers ends elsewhere for each set of numbers,
and some of these ends are lucky.

The base and each option are looked at alone, and all of them together, so that a number says as much in a
small release as in a large one. Alone they are guessed at better: together, many more bases are sought in as
many steps. Places are those far from help in the base. Of an option they are not judged: how many are named
there swings by several from seed to seed, whichever numbers are given.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from standby._run import run
from standby._show import Shown
from standby._typing import Codes, Mask
from standby.appraise import REACHED
from standby.disclosure.inversion import _kernels as kernels
from standby.disclosure.inversion.known import Known, known_of
from standby.disclosure.rounding import MINUTES_STEP, SHARE_GRAINS, SHARE_STEP, grain_of
from standby.plan import BASE, Plan
from standby.tables import is_flag
from standby.travel import Times

SEEDS = tuple(range(10))
"""Guesses that are made with what was published, and without."""

STEPS = 100_000
"""Steps of each guess."""

NAMED = {"sites": "bases", "places": "places outside the main standard"}
"""What is counted, in words."""

SHARES_IN = {
    "standards": {"share_if_free": 0, "share_expected": 1, "share_assured": 2, "mean": 1},
    "moves": {"share_after": 1},
}
"""Columns of shares inside a standard, by table, and which of a standard's numbers each is."""

MINUTES_IN = {"minutes": {"mean_min": 0, "p50_min": 1, "p90_min": 2, "p95_min": 3}}
"""Columns of minutes, by table, and which of a row's numbers each is."""

CRITERIA_IN = ("decision", "best")
"""Tables with a mean over draws by criterion."""

MINUTES_OF = {"first_mean_min": "first", "full_mean_min": "full"}
"""Criteria that are mean minutes over people, of the main standard's incident type, and their attendance."""

MEANS = frozenset({"mean", "share_after"})
"""Columns that are means over draws."""

LOOKED_AT = ("minutes", "standards", "moves", "best", "decision")
"""Tables whose numbers say where units stand, the one that is missed least first."""

FINEST_SHARE = 0.02
"""Step below which the guesser, whose model is coarser than the real one, does not read shares."""

READ_SHARES = tuple(step for step in SHARE_GRAINS if step >= FINEST_SHARE)
"""Steps by which shares are read."""

READ_MINUTES = (MINUTES_STEP, 5.0, 2.0, 1.0)
"""Steps by which minutes are read [min]."""

SLACK = 0.25
"""Part of a band by which the guesser's coarser model may be off."""

SLACK_OF_A_MEAN = 0.5
"""The same for a mean over draws, which the guesser reads as the value at central figures."""

HOT, HOT_IF_FINE, COLD = 2.0, 100.0, 0.002
"""Temperatures at the start and at the end, in the unit of what is minimised.

Where every number is as coarse as the public has it, seeds end at the same guess from either, and starting
hotter only takes longer. Finer numbers are missed by many bands at first: there 100 ends at half the misfit.
"""

WEIGHT = 20.0
"""What a miss by one band counts, where a town with a tenth of the people counts 2.3."""

OTHER_BASES = 1
"""Second word of the seeds by which other bases are drawn, so that they are not those of the search."""


@dataclass(frozen=True)
class Score(Shown):
    """What one guess named.

    Parameters
    ----------
    sites
        Bases named correctly.
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
class Part(Shown):
    """What was named of the bases of the base or of an option, or of the bases of all of them together.

    Parameters
    ----------
    scenes
        Whose bases they are: the base, or options.
    sites, places
        How many there are to be found; places, those of the base alone: 0 elsewhere, where none are judged.
    attack
        Scores with what was published.
    by_people
        Scores of guesses at the towns with most people.
    by_chance
        Scores of the same guesses as `attack`, with numbers of other bases in place of those published.
    """

    scenes: tuple[str, ...]
    sites: int
    places: int
    attack: tuple[Score, ...]
    by_people: tuple[Score, ...]
    by_chance: tuple[Score, ...]

    def most(self, what: str, *, beforehand: bool = False) -> int:
        """Return the most that any guess named.

        Parameters
        ----------
        what
            ``sites`` or ``places``.
        beforehand
            Of the guesses without what was published.
        """
        scores = (*self.by_people, *self.by_chance) if beforehand else self.attack
        return max((int(getattr(score, what)) for score in scores), default=0)

    def excess(self, what: str) -> int:
        """Return how many more were named with what was published than without.

        Parameters
        ----------
        what
            ``sites`` or ``places``.
        """
        if what == "places" and not self.places:
            return 0
        return self.most(what) - self.most(what, beforehand=True)

    @property
    def judges(self) -> bool:
        """Whether the attack can judge: not where the towns with most people are all the bases."""
        guessed = max((score.sites for score in self.by_people), default=0)
        return bool(self.by_people) and guessed < self.sites

    @property
    def passed(self) -> bool:
        """Whether what was published names at most one base and one place more than without it."""
        return not self.judges or max(self.excess("sites"), self.excess("places")) <= 1


@dataclass(frozen=True)
class Inversion(Shown):
    """What a reader could recover by inverting the model, beside what they would guess anyway.

    Parameters
    ----------
    parts
        The base, each option that something was published of, and all of them together.
    numbers
        How many published numbers were looked at.
    skipped
        Options whose numbers were not looked at.
    """

    parts: tuple[Part, ...]
    numbers: int
    skipped: tuple[str, ...]

    @property
    def judges(self) -> bool:
        """Whether the attack can judge any part."""
        return any(part.judges for part in self.parts)

    @property
    def passed(self) -> bool:
        """Whether no part gives away more than is guessed without what was published."""
        return all(part.passed for part in self.parts)

    def worst(self, what: str) -> Part:
        """Return the part that can be judged of which most was named beyond the guesses without the numbers.

        Parameters
        ----------
        what
            ``sites`` or ``places``.
        """
        # Places are counted in the base alone.
        judged = [part for part in self.parts if part.judges]
        judged = [part for part in judged if getattr(part, what)] or judged
        return max(judged, key=lambda part: (part.excess(what), bool(getattr(part, what))))

    def said(self, what: str) -> str:
        """Return the counts of the worst part in words: how many were named with the numbers, and without.

        Parameters
        ----------
        what
            ``sites`` or ``places``.
        """
        part = self.worst(what)
        found = part.most(what)
        guessed = part.most(what, beforehand=True)
        whose = f" of {part.scenes[0]!r}" if len(part.scenes) == 1 else " of the base and options together"
        return f"{found} of {getattr(part, what)} {NAMED[what]}{whose}, where guesses name {guessed}"


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
        The plan, and its minutes; with an option laid over it, the tables are of that option.
    releases
        Tables of the release by name, and of earlier ones, as if nothing had moved in between; those of
        `LOOKED_AT` are read.
    seeds, steps
        Guesses with and without what was published, and the steps of each.
    progress
        Called after every guess.

    Returns
    -------
    Inversion
        Counts of what was named, by part and seed.
    """
    known = known_of(plan, times, options=_options_in(releases))
    if known is None:
        return Inversion((), 0, ())

    # A scene of which nothing was published can't be attacked.
    told = [k for k, scene in enumerate(known.scenes) if any(_cells(known, releases, scene))] or [0]
    views = [_view(known.of_scenes([k]), releases) for k in told]
    if len(told) > 1:
        views.append(_view(known.of_scenes(told), releases))

    tasks = [(view, kind, seed) for view in views for kind in _KINDS for seed in seeds]
    if progress is not None:
        progress(0, len(tasks))
    guesses = run(tasks, lambda task: _guess(*task, steps), progress=progress)
    parts = []
    for view in views:
        scores: dict[str, list[Score]] = {kind: [] for kind in _KINDS}
        for (at, kind, _), (state, misfit) in zip(tasks, guesses, strict=True):
            if at is view:
                scores[kind].append(score_of(view.known, state, misfit))

        # Places are those that are far from help as things are.
        today = view.known.scenes == (BASE,) and plan.variant is None
        parts.append(
            Part(
                scenes=view.known.scenes,
                sites=len(set(view.known.truth.tolist())),
                places=int(view.known.outside.sum()) if today else 0,
                attack=tuple(scores[_PUBLISHED]),
                by_people=tuple(scores[_PEOPLE]),
                by_chance=tuple(scores[_CHANCE]),
            )
        )
    return Inversion(tuple(parts), len(views[-1].published.number), known.skipped)


_KINDS = _PEOPLE, _PUBLISHED, _CHANCE = "people", "published", "chance"
"""Guesses at the towns with most people, with what was published, and with numbers of other bases."""


class _View(NamedTuple):
    """Scenes that are guessed at together, what was published of them, and what that asks for."""

    known: Known
    published: kernels.Published
    questions: kernels.Questions


def _view(known: Known, releases: Sequence[Mapping[str, pd.DataFrame]]) -> _View:
    published = published_of(known, releases)
    return _View(known, published, known.asked_for(published.number))


def _guess(view: _View, kind: str, seed: int, steps: int) -> tuple[Codes, float]:
    """Return the candidates at which the bases are guessed, shape (groups,), and the misfit."""
    known = view.known
    published = view.published
    if kind == _CHANCE:
        drawn = np.random.default_rng([seed, OTHER_BASES])
        published = numbers_of_other_bases(known, view.questions, published, drawn)

    of_shares = published.number < kernels.SHARES * len(known.standards)
    coarsest = np.where(of_shares, READ_SHARES[0], READ_MINUTES[0])
    state, misfit = kernels.anneal(
        np.random.default_rng(seed),
        steps,
        0.0 if kind == _PEOPLE else WEIGHT,
        HOT if (published.step >= coarsest).all() else HOT_IF_FINE,
        COLD,
        known.travel,
        known.units,
        known.others,
        view.questions,
        published,
        known.choice,
    )
    return state, float(misfit)


def numbers_of_other_bases(
    known: Known, questions: kernels.Questions, published: kernels.Published, rng: np.random.Generator
) -> kernels.Published:
    """Return the numbers that would have been published if bases were others, which are drawn by people.

    Parameters
    ----------
    known
        What the guesser has.
    questions
        What is asked for.
    published
        What was published: which numbers, and how coarse.
    rng
        Draws the bases: in each force different candidates, each as likely as it has people.
    """
    bases = np.full(len(known.truth), -1, dtype=np.int64)
    for force in np.unique(known.force):
        groups = np.flatnonzero(known.force == force)
        first = known.choice.first[groups[0]]
        last = known.choice.last[groups[0]]
        people = np.exp(-known.choice.against[first:last])
        chosen = rng.choice(last - first, len(groups), replace=False, p=people / people.sum())
        bases[groups] = first + chosen

    numbers = np.empty(kernels.SHARES * len(known.standards) + kernels.STATISTICS * len(known.rows))
    value = np.empty(len(published.number))
    for scene in range(len(known.scenes)):
        cells = slice(published.first[scene], published.first[scene + 1])
        kernels.numbers_of(scene, bases, known.travel, known.units, known.others, questions, numbers)
        value[cells] = np.minimum(numbers[published.number[cells]], questions.limit_min)

    # As coarse, and with as much slack, as what was published.
    half = 0.5 * (published.high - published.low)
    rounded = np.floor(value / published.step + 0.5) * published.step
    low = rounded - half
    high = rounded + half

    # Of a standard that is met or not, there is the side of what it requires alone.
    slack = SLACK * published.step
    met = np.isinf(published.high)
    missed = np.isinf(published.low)
    required = np.where(met, published.low + slack, published.high - slack)
    enough = value >= required
    low = np.where(met | missed, np.where(enough, required - slack, -np.inf), low)
    high = np.where(met | missed, np.where(enough, np.inf, required + slack), high)
    return published._replace(low=low, high=high)


def table_to_leave_out(
    plan: Plan, times: Times, tables: Mapping[str, pd.DataFrame], *, steps: int = STEPS
) -> str:
    """Return the table that gives away most when it is published alone.

    Parameters
    ----------
    plan, times, tables, steps
        As for `invert`.
    """
    beyond = {}
    for name in LOOKED_AT:
        if name in tables:
            alone = invert(plan, times, [{name: tables[name]}], seeds=SEEDS[:3], steps=steps)
            judged = [part for part in alone.parts if part.judges]
            beyond[name] = max(
                (part.excess("sites") + part.excess("places") for part in judged), default=-len(tables)
            )
    return max(beyond, key=lambda name: beyond[name])


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
    if len(known.scenes) > 1:
        return Score(sites, 0, 0, misfit)

    outside = guessed_outside(known, state)
    return Score(
        sites=sites,
        places=int((outside & known.outside[0]).sum()),
        wrong=int((outside & ~known.outside[0]).sum()),
        misfit=misfit,
    )


def guessed_outside(known: Known, state: Codes) -> Mask:
    """Return the places that the main standard would not reach if bases were as guessed, shape (places,).

    Parameters
    ----------
    known
        What the guesser has of one scene.
    state
        The candidate that each base is guessed at, shape (groups,).
    """
    standard = known.main
    places = known.outside.shape[1]
    if standard < 0:
        return np.zeros(places, dtype=bool)
    reached = np.zeros(places)
    kernels.reached_by(0, state, standard, known.travel, known.units, known.others, known.questions, reached)
    counted = known.questions.standard_weight[standard] > 0.0
    return np.asarray(counted & (reached < known.questions.reliability[standard]))


Cell = tuple[int, float, float, float]
"""A published number: which of the kernel's it is, the ends of its band with slack, and the band's width.

Whether a standard is met is a band with one end.
"""


def published_of(known: Known, releases: Sequence[Mapping[str, pd.DataFrame]]) -> kernels.Published:
    """Return the published numbers that say something of where units stand, as bands.

    Parameters
    ----------
    known
        What the guesser has.
    releases
        Tables by name, one mapping a release.
    """
    # A number that stands in two tables is one number.
    cells = [list(dict.fromkeys(_cells(known, releases, scene))) for scene in known.scenes]
    flat = np.array([cell for of_scene in cells for cell in of_scene], dtype=float).reshape(-1, 4)
    number, low, high, step = np.ascontiguousarray(flat.T)
    return kernels.Published(
        first=np.cumsum([0, *map(len, cells)]),
        number=number.astype(np.int64),
        low=low,
        high=high,
        step=step,
    )


def _cells(known: Known, releases: Sequence[Mapping[str, pd.DataFrame]], scene: str) -> Iterator[Cell]:
    """Yield the numbers of a scene in every table that has some."""
    for tables in releases:
        for name, columns in SHARES_IN.items():
            yield from _shares(known, tables.get(name), columns, scene)
        yield from _met(known, tables.get("standards"), scene)
        for name, columns in MINUTES_IN.items():
            yield from _minutes(known, tables.get(name), columns, scene)
        for name in CRITERIA_IN:
            yield from _criteria(known, tables.get(name), scene)


def _shares(
    known: Known, table: pd.DataFrame | None, columns: Mapping[str, int], scene: str
) -> Iterator[Cell]:
    """Yield the shares of a scene; a mean over draws is read as at central figures, with more slack."""
    rows = _rows(table, scene)
    for column, which in columns.items():
        step = grain_of([row.get(column) for row in rows], READ_SHARES)
        slack = SLACK_OF_A_MEAN if column in MEANS else SLACK
        for row in rows:
            if row["standard"] in known.standards:
                at = kernels.SHARES * known.standards.index(row["standard"])
                yield from _cell(at + which, row.get(column), step, slack)


def _met(known: Known, table: pd.DataFrame | None, scene: str) -> Iterator[Cell]:
    """Yield, of each standard that is said to be met or not, on which side of what it requires it is."""
    for row in _rows(table, scene):
        required = _as_number(row.get("required"))
        if not np.isfinite(required) or not is_flag(row.get("met")) or row["standard"] not in known.standards:
            continue

        assured = kernels.SHARES * known.standards.index(row["standard"]) + 2
        if row["met"]:
            yield assured, required - SLACK * SHARE_STEP, np.inf, SHARE_STEP
        else:
            yield assured, -np.inf, required + SLACK * SHARE_STEP, SHARE_STEP


def _minutes(
    known: Known, table: pd.DataFrame | None, columns: Mapping[str, int], scene: str
) -> Iterator[Cell]:
    """Yield the minutes of a scene."""
    rows = _rows(table, scene)
    for column, which in columns.items():
        step = grain_of([row.get(column) for row in rows], READ_MINUTES)
        for row in rows:
            key = row["incident_type"], row["measure"], row["weight"]
            if key in known.rows:
                yield from _cell(_at_row(known, key) + which, row.get(column), step, SLACK)


def _criteria(known: Known, table: pd.DataFrame | None, scene: str) -> Iterator[Cell]:
    """Yield the means of a scene by criterion: shares, mean minutes, and people inside the main standard."""
    shares: list[tuple[int, Any]] = []
    minutes: list[tuple[int, Any]] = []
    for row in _rows(table, scene):
        criterion = str(row["criterion"])
        mean = row.get("mean")
        standard = criterion.removeprefix("share_")
        key = known.main_type, MINUTES_OF.get(criterion, ""), "people"
        if standard in known.standards and criterion != standard:
            shares.append((kernels.SHARES * known.standards.index(standard) + 1, mean))
        elif criterion == REACHED and known.main >= 0 and known.main_total > 0.0:
            shares.append((kernels.SHARES * known.main + 1, round(_as_number(mean) / known.main_total, 6)))
        elif key in known.rows:
            minutes.append((_at_row(known, key), mean))

    for found, grains in ((shares, READ_SHARES), (minutes, READ_MINUTES)):
        step = grain_of([value for _, value in found], grains)
        for number, value in found:
            yield from _cell(number, value, step, SLACK_OF_A_MEAN)


def _at_row(known: Known, key: tuple[str, str, str]) -> int:
    """Return which number the mean of a row of minutes is."""
    return kernels.SHARES * len(known.standards) + kernels.STATISTICS * known.rows.index(key)


def _cell(number: int, value: Any, step: float, slack: float) -> Iterator[Cell]:
    """Yield a number as a band; nothing where the release has none."""
    exact = _as_number(value)
    if np.isfinite(exact):
        half = (0.5 + slack) * step
        yield number, exact - half, exact + half, step


def _as_number(value: Any) -> float:
    """Return what a cell of a release says; NaN where it is empty, or holds a text that is no number."""
    return float(pd.to_numeric(pd.Series([value], dtype=object), errors="coerce").iloc[0])


def _rows(table: pd.DataFrame | None, scene: str) -> list[dict[Hashable, Any]]:
    """Return the rows of a scene about the whole region; a table of the base has no column of options."""
    if table is None:
        return []
    whole = [row for row in table.to_dict("records") if row.get("scope_kind", "all") == "all"]
    return [row for row in whole if row.get("option", BASE) == scene]


def _options_in(releases: Sequence[Mapping[str, pd.DataFrame]]) -> set[str]:
    """Return the options that stand in the tables that are read."""
    tables = [tables[name] for tables in releases for name in LOOKED_AT if name in tables]
    return {str(option) for table in tables if "option" in table for option in table["option"]}
