"""Compiled search for units that fit published numbers: a cover model of few lines, and annealing over it.

The model is coarser than `standby.attendance`: units are busy independently of each other, at one share of
the week. Published numbers are coarser still, so that it reads them as well as the real one would.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

ENOUGH = 1e-3
"""Chance that nobody has come yet, below which units further away are not looked at."""

MOST_MISFIT = 5.0
"""Bands by which one number may be missed: an infinite time beside a finite one must not end the search."""

STATISTICS = 4
"""Numbers of a row of minutes: mean, median, 90th and 95th percentile."""

SHARES = 3
"""Numbers of a standard: share if every unit were free, expected share, assured share."""


class Travel(NamedTuple):
    """Minutes from being sent to arriving, and the chance that a unit may go.

    Shapes (kinds, candidates, places) [min] and (kinds, places).
    """

    minutes: np.ndarray
    lent: np.ndarray


class Units(NamedTuple):
    """Units whose place is guessed, by scene; rows beyond ``number`` are empty.

    ``group`` is the base that a unit stands at, ``kind`` its row in `Travel`, ``on_duty`` the share of the
    week and ``busy`` the share of its time on duty, each of shape (scenes, units).
    """

    number: np.ndarray
    group: np.ndarray
    kind: np.ndarray
    on_duty: np.ndarray
    busy: np.ndarray


class Others(NamedTuple):
    """Units of forces that are not planned for, taken as known, nearest first.

    Each of shape (scenes, needs, places, others): ``minutes`` [min] is ``inf`` where there are no more;
    ``sure`` and ``free`` are the chances of coming if it were free, and as it is.
    """

    minutes: np.ndarray
    sure: np.ndarray
    free: np.ndarray


class Questions(NamedTuple):
    """What numbers are asked for.

    ``counts``: whether a kind counts for a need, shape (needs, kinds); ``needed``: units that must be there,
    shape (needs,); ``asked``: whether a number is asked for that a place counts in, shape (needs, places).
    Standards: ``standard_need`` and ``reliability``, shape (standards,); ``standard_weight`` and
    ``within_min`` after the call was authorised, shape (standards, places), [min] and NaN where it does not
    hold. Rows of minutes: ``row_need``, shape (rows,), -1 for one that is not asked for, ``row_weight``,
    shape (rows, places), and ``before_min`` until a unit is sent, shape (rows,) [min]. Weights add up to 1.
    """

    counts: np.ndarray
    needed: np.ndarray
    asked: np.ndarray
    standard_need: np.ndarray
    reliability: np.ndarray
    standard_weight: np.ndarray
    within_min: np.ndarray
    row_need: np.ndarray
    row_weight: np.ndarray
    before_min: np.ndarray
    limit_min: float


class Published(NamedTuple):
    """Published numbers, those of a scene side by side from ``first[scene]`` to ``first[scene + 1]``.

    ``number`` says which of `numbers_of` each is; it was between ``low`` and ``high``, and ``step`` is the
    width of its band.
    """

    first: np.ndarray
    number: np.ndarray
    low: np.ndarray
    high: np.ndarray
    step: np.ndarray


class Choice(NamedTuple):
    """Where a base may be, and how likely that is before anything is published.

    Candidates ``first[group]`` to ``last[group]``; ``against``: what speaks against each, as it has few
    people; ``in_scene``: whether a scene has units of a group, shape (scenes, groups).
    """

    first: np.ndarray
    last: np.ndarray
    against: np.ndarray
    in_scene: np.ndarray


class Coming(NamedTuple):
    """Room for who may come to a place: minutes, and the chances of coming if free and as it is."""

    minutes: np.ndarray
    sure: np.ndarray
    free: np.ndarray


@njit(cache=True, nogil=True)
def gather(scene, need, place, state, travel, units, others, questions, coming):
    """Fill who may come to a place within the limit; return how many."""
    size = 0
    for other in range(others.minutes.shape[3]):
        if others.minutes[scene, need, place, other] < questions.limit_min:
            coming.minutes[size] = others.minutes[scene, need, place, other]
            coming.sure[size] = others.sure[scene, need, place, other]
            coming.free[size] = others.free[scene, need, place, other]
            size += 1

    for unit in range(units.number[scene]):
        kind = units.kind[scene, unit]
        minutes = travel.minutes[kind, state[units.group[scene, unit]], place]
        if questions.counts[need, kind] and minutes < questions.limit_min:
            coming.minutes[size] = minutes
            coming.sure[size] = units.on_duty[scene, unit] * travel.lent[kind, place]
            coming.free[size] = coming.sure[size] * (1.0 - units.busy[scene, unit])
            size += 1
    return size


@njit(cache=True, nogil=True)
def arrive(fewer, chance):
    """Let one more unit come with a chance; return the chance that it is the last one needed.

    ``fewer[k]``: chance that k have come, for every k below the number needed.
    """
    completes = fewer[-1] * chance
    for count in range(len(fewer) - 1, 0, -1):
        fewer[count] = fewer[count] * (1.0 - chance) + fewer[count - 1] * chance
    fewer[0] *= 1.0 - chance
    return completes


@njit(cache=True, nogil=True)
def numbers_of(scene, state, travel, units, others, questions, numbers):
    """Fill the numbers that a guess would have published.

    Standards come first, `SHARES` numbers each, then rows of minutes, `STATISTICS` each.
    """
    standards, places = questions.standard_weight.shape
    rows = len(questions.row_need)
    minutes_at = SHARES * standards
    most = units.group.shape[1] + others.minutes.shape[3]
    coming = Coming(np.empty(most), np.empty(most), np.empty(most))
    histogram = np.zeros((rows, int(np.ceil(questions.limit_min)) + 1))
    in_time = np.empty((standards, 2))
    numbers[:] = 0.0

    for need in range(len(questions.needed)):
        fewer_sure = np.empty(questions.needed[need])
        fewer_free = np.empty(questions.needed[need])

        for place in range(places):
            if not questions.asked[need, place]:
                continue
            size = gather(scene, need, place, state, travel, units, others, questions, coming)
            fewer_sure[:] = 0.0
            fewer_free[:] = 0.0
            fewer_sure[0] = 1.0
            fewer_free[0] = 1.0
            in_time[:] = 0.0

            # The nearest first, until it is all but sure that enough have come.
            while size > 0 and fewer_free.sum() > ENOUGH:
                nearest = coming.minutes[:size].argmin()
                arrival = coming.minutes[nearest]
                completes_sure = arrive(fewer_sure, coming.sure[nearest])
                completes_free = arrive(fewer_free, coming.free[nearest])
                for standard in range(standards):
                    if arrival <= questions.within_min[standard, place]:
                        in_time[standard, 0] += completes_sure
                        in_time[standard, 1] += completes_free
                for row in range(rows):
                    if questions.row_need[row] == need:
                        mass = questions.row_weight[row, place] * completes_free
                        after_call = min(arrival + questions.before_min[row], questions.limit_min)
                        numbers[minutes_at + STATISTICS * row] += mass * after_call
                        histogram[row, int(after_call)] += mass

                # The last one takes its place.
                size -= 1
                coming.minutes[nearest] = coming.minutes[size]
                coming.sure[nearest] = coming.sure[size]
                coming.free[nearest] = coming.free[size]

            add_place(need, place, in_time, fewer_free.sum(), questions, histogram, numbers)

    for row in range(rows):
        at = minutes_at + STATISTICS * row + 1
        for which, part in enumerate((0.5, 0.9, 0.95)):
            numbers[at + which] = _percentile(histogram[row], part)


@njit(cache=True, nogil=True)
def add_place(need, place, in_time, never, questions, histogram, numbers):
    """Add a place to the shares, and to the minutes the chance that too few come to it: as the limit."""
    standards = len(questions.standard_need)
    for standard in range(standards):
        weight = questions.standard_weight[standard, place]
        if questions.standard_need[standard] == need and weight > 0.0:
            numbers[SHARES * standard] += weight * in_time[standard, 0]
            numbers[SHARES * standard + 1] += weight * in_time[standard, 1]
            if in_time[standard, 1] >= questions.reliability[standard]:
                numbers[SHARES * standard + 2] += weight

    for row in range(len(questions.row_need)):
        if questions.row_need[row] == need:
            mass = questions.row_weight[row, place] * never
            numbers[SHARES * standards + STATISTICS * row] += mass * questions.limit_min
            histogram[row, histogram.shape[1] - 1] += mass


@njit(cache=True, nogil=True)
def _percentile(histogram, part):
    """Return the minutes by which a part of the weight has come; infinite in the last bin."""
    so_far = 0.0
    for minute in range(len(histogram) - 1):
        inside = histogram[minute]
        if inside > 0.0 and so_far + inside >= part:
            return minute + (part - so_far) / inside
        so_far += inside
    return np.inf


@njit(cache=True, nogil=True)
def misfit_of(scene, numbers, published):
    """Return by how many bands a guess misses what was published of a scene, all its numbers together."""
    total = 0.0
    for cell in range(published.first[scene], published.first[scene + 1]):
        value = numbers[published.number[cell]]
        miss = max(published.low[cell] - value, value - published.high[cell], 0.0)
        total += min(miss / published.step[cell], MOST_MISFIT)
    return total


@njit(cache=True, nogil=True)
def anneal(rng, steps, weight, hot, cold, travel, units, others, questions, published, choice):
    """Search for the bases that fit best; return the best guess, shape (groups,), and its misfit.

    One base a step moves to another candidate of its force. What is minimised is what speaks against the
    guess beforehand, plus `weight` times the misfit; with a weight of 0 nothing published is looked at.
    """
    groups = len(choice.first)
    scenes = len(published.first) - 1
    standards = len(questions.standard_need)
    numbers = np.empty(SHARES * standards + STATISTICS * len(questions.row_need))

    # A start at random, no two bases of a force in one place.
    state = np.empty(groups, np.int64)
    against = 0.0
    for group in range(groups):
        state[group] = _free_candidate(rng, group, state[:group], choice)
        against += choice.against[state[group]]

    misfit = np.zeros(scenes)
    looked_at = np.zeros(scenes, np.bool_)
    for scene in range(scenes):
        looked_at[scene] = weight > 0.0 and published.first[scene + 1] > published.first[scene]
        if looked_at[scene]:
            numbers_of(scene, state, travel, units, others, questions, numbers)
            misfit[scene] = misfit_of(scene, numbers, published)

    value = against + weight * misfit.sum()
    best = state.copy()
    best_value = value
    best_misfit = misfit.sum()
    new_misfit = misfit.copy()

    # When it is cold few moves are taken, and the same ones are tried again: what a move would miss is kept
    # until one is taken.
    taken = 0
    kept = np.empty((scenes, groups, len(choice.against)))
    kept_at = np.full((scenes, groups, len(choice.against)), -1)

    for step in range(steps):
        temperature = hot * (cold / hot) ** (step / steps)
        group = rng.integers(0, groups)
        before = state[group]
        after = _free_candidate(rng, group, state, choice)
        state[group] = after

        # Decide first how bad the new guess may be: most are given up before every scene is looked at.
        allowed = value - temperature * np.log(1.0 - rng.random())
        new_against = against - choice.against[before] + choice.against[after]
        new_misfit[:] = misfit
        touched = looked_at & choice.in_scene[:, group]
        new_value = new_against + weight * misfit[~touched].sum()
        for scene in range(scenes):
            if touched[scene] and new_value <= allowed:
                if kept_at[scene, group, after] != taken:
                    numbers_of(scene, state, travel, units, others, questions, numbers)
                    kept[scene, group, after] = misfit_of(scene, numbers, published)
                    kept_at[scene, group, after] = taken
                new_misfit[scene] = kept[scene, group, after]
                new_value += weight * new_misfit[scene]

        if new_value > allowed:
            state[group] = before
            continue
        taken += 1
        value = new_value
        against = new_against
        misfit[:] = new_misfit
        if value < best_value:
            best_value = value
            best_misfit = misfit.sum()
            best[:] = state
    return best, best_misfit


@njit(cache=True, nogil=True)
def _free_candidate(rng, group, state, choice):
    """Return a candidate of a base where no base stands."""
    while True:
        candidate = rng.integers(choice.first[group], choice.last[group])
        if not (state == candidate).any():
            return candidate


@njit(cache=True, nogil=True)
def reached_by(scene, state, standard, travel, units, others, questions, reached):
    """Fill the chance that a standard is kept at each place, shape (places,), if bases are as guessed."""
    need = questions.standard_need[standard]
    most = units.group.shape[1] + others.minutes.shape[3]
    coming = Coming(np.empty(most), np.empty(most), np.empty(most))
    fewer = np.empty(questions.needed[need])

    for place in range(len(reached)):
        size = gather(scene, need, place, state, travel, units, others, questions, coming)
        fewer[:] = 0.0
        fewer[0] = 1.0
        reached[place] = 0.0
        for unit in range(size):
            if coming.minutes[unit] <= questions.within_min[standard, place]:
                reached[place] += arrive(fewer, coming.free[unit])
