"""Compiled loops for what varies from call to call: trips, turnout and authorisation.

A unit arrives a fixed part (the notice of mutual aid, the minutes of breaking off) and a random part (turnout
and drive) after it is sent. The random part is lognormal, with the mean that the plan gives and the standard
deviation of its parts together. Whoever sends units knows the means alone, so that units set out in the order
in which they are expected, and nobody else is sent for one who is late.

Everything follows from the chance that an attendance is complete by so many minutes. It is found for several
of them side by side (*columns*): those of the standards, where it is exact, and a grid evenly spaced in the
logarithm, from which come mean minutes and the histogram.

Authorisation is the same for all who come to a call. It is taken at three values with weights that have the
mean, the variance and the skewness of a normal distribution (Gauss and Hermite), of its logarithm.
"""

import math
from typing import NamedTuple

import numpy as np
from numba import njit

SQRT_2 = math.sqrt(2.0)
SLACK_MIN = 1e-9  # minutes: what is on time but for rounding is on time
SURE = 1.0 - 1e-9  # chance of being there in an earlier mode that leaves nothing to a later one
ENOUGH = 1e-8  # chance below which the rest of a walk along the units can't matter to a varying minute
SLIGHT = 1e-9  # chance below which a state is left where it is, incomplete

GRID = 24  # minutes of the grid
FAR = 4.0  # standard deviations below its mean from which on an arrival counts for the start of the grid
SHARP = 0.35  # standard deviation of the logarithm, in steps of the grid, below which an arrival is a point
POINT = 0.04  # the same in itself: where all arrivals are as sharp, minutes are those of the means

NORMAL_TO = 6.0  # standard deviations up to which the distribution function is in the table
NORMAL_PARTS = 128  # of each standard deviation in it; between them it is right to 2e-6
NORMAL = np.array(
    [
        0.5 * math.erfc(-k / NORMAL_PARTS / SQRT_2)
        for k in range(int(-NORMAL_TO * NORMAL_PARTS), int(NORMAL_TO * NORMAL_PARTS) + 1)
    ]
)

AUTHORISATION_Z = np.array([-math.sqrt(3.0), 0.0, math.sqrt(3.0)])
AUTHORISATION_WEIGHT = np.array([1.0 / 6.0, 2.0 / 3.0, 1.0 / 6.0])


class Spread(NamedTuple):
    """How arrivals vary; arrays of size 0 where nothing does.

    random_min: mean of the part that varies, (places, positions) [min]; sigma: standard deviation of its
    logarithm, (places, positions); late: minutes by which authorisation is later than its mean, (attendances,
    3) [min]; late_weight: the chance of each, (attendances, 3), 0 where a value is not needed.
    """

    random_min: np.ndarray
    sigma: np.ndarray
    late: np.ndarray
    late_weight: np.ndarray


class Columns(NamedTuple):
    """Minutes since units are sent at which chances are wanted at one place, and who has arrived by then.

    First come those of the standards, then the grid, last "some time".

    minutes: (columns,) [min]; row, attendance, weight: standard of each of the first ones, the attendance
    that it is of, and the weight of its value of authorisation, (columns,); grid: first column of the grid;
    quadrature: weight with which the chance not to be there yet adds to the mean, by minute of the grid, and
    that of the minutes before it, (GRID + 1,) [min]; in_time: chance that a unit has arrived, by mode,
    (modes, columns); known_min: minutes for which that was found, NaN: not yet, (modes,) [min].
    """

    minutes: np.ndarray
    row: np.ndarray
    attendance: np.ndarray
    weight: np.ndarray
    grid: int
    quadrature: np.ndarray
    in_time: np.ndarray
    known_min: np.ndarray


class Room(NamedTuple):
    """Room for one walk along the units, written over by each.

    state, absent: chance of each state, and the same without a unit, (states, columns); earlier_in_time:
    chance that a unit was in time in an earlier mode, if it came in one, by rank, (modes, columns); came:
    share in which a unit came in time so far, (units, columns).
    """

    state: np.ndarray
    absent: np.ndarray
    earlier_in_time: np.ndarray
    came: np.ndarray


@njit(cache=True, nogil=True, error_model="numpy")
def normal(z):
    """Return the standard normal distribution function."""
    return 0.5 * math.erfc(-z / SQRT_2)


@njit(cache=True, nogil=True, error_model="numpy")
def roughly_normal(z):
    """Return the standard normal distribution function to 2e-6, from a table."""
    at = (z + NORMAL_TO) * NORMAL_PARTS
    if at <= 0.0:
        return 0.0
    k = int(at)
    if k >= NORMAL.size - 1:
        return 1.0
    return NORMAL[k] + (at - k) * (NORMAL[k + 1] - NORMAL[k])


@njit(cache=True, nogil=True, error_model="numpy")
def chance_by(minutes, mean, random_min, sigma):
    """Return the chance to have arrived by so many minutes, of a unit expected after ``mean`` minutes.

    random_min: mean of the part of it that varies [min]; sigma: standard deviation of its logarithm.
    """
    if sigma <= 0.0 or random_min <= 0.0:
        return 1.0 if mean <= minutes + SLACK_MIN else 0.0
    left = minutes + SLACK_MIN - (mean - random_min)
    if not left > 0.0:  # no number either: never in time
        return 0.0
    z = math.log(left / random_min) / sigma + 0.5 * sigma
    return normal(z)


@njit(cache=True, nogil=True, error_model="numpy")
def chances_by(minutes, mean, random_min, random_sd):
    """Return the same chance in arrays of one shape; random_sd: standard deviation of what varies."""
    chance = np.empty(minutes.size)
    for i in range(minutes.size):
        sigma = sigma_of(random_min[i], random_sd[i])
        chance[i] = chance_by(minutes[i], mean[i], random_min[i], sigma)
    return chance


@njit(cache=True, nogil=True, error_model="numpy")
def sigma_of(mean, sd):
    """Return the standard deviation of the logarithm of a lognormal with a mean and a standard deviation."""
    if mean <= 0.0 or sd <= 0.0:
        return 0.0
    ratio = sd / mean
    return math.sqrt(math.log1p(ratio * ratio))


@njit(cache=True, nogil=True, error_model="numpy")
def quadrature_of(first, step, weight):
    """Write the weights of the mean of minutes on a grid, the last one for the minutes before it.

    first: of the grid [min]; step: of its logarithm. The mean of a time T, or of a limit if that is sooner,
    is ∫ P(T > t) dt up to the limit; with u = log t that is ∫ P(T > t) e^u du. The trapezoid rule is as good
    as exact inside, and has the first term of Euler and Maclaurin at the ends, where the slope of P at the
    limit is taken from the last three minutes.
    """
    for j in range(GRID):
        weight[j] = step * first * math.exp(step * j)

    last = weight[GRID - 1]
    weight[0] *= 0.5 + step / 12.0
    weight[GRID - 1] = last * (0.5 - 0.125 - step / 12.0)
    weight[GRID - 2] += last / 6.0
    weight[GRID - 3] -= last / 24.0
    weight[GRID] = first


@njit(cache=True, nogil=True, error_model="numpy")
def lay_columns(place, travel, attendances, spread, yardsticks, columns):
    """Write the minutes of the columns at a place; return whether its arrivals are more than points.

    Positions where no unit ever is don't count. Written: columns, with nobody's arrival known yet.
    """
    at = 0
    for a in range(attendances.machine.size):
        for k in range(attendances.first_row[a], attendances.first_row[a + 1]):
            row = attendances.rows[k]
            within = yardsticks.within[row, place]
            for value in range(spread.late.shape[1]):
                columns.row[at] = row
                columns.attendance[at] = a
                columns.weight[at] = 0.0 if np.isnan(within) else spread.late_weight[a, value]
                columns.minutes[at] = within - attendances.extra_min[a] - spread.late[a, value]
                at += 1

    # From when hardly anybody can have come, to the limit.
    limit = yardsticks.limit_min
    first = limit
    widest = 0.0
    minutes = travel.minutes[place]
    for position in range(minutes.size):
        mean = minutes[position]
        if mean == np.inf or travel.share[place, position] <= 0.0:
            continue
        random_min = spread.random_min[place, position]
        sigma = spread.sigma[place, position]
        earliest = mean - random_min * -math.expm1(-FAR * sigma - 0.5 * sigma * sigma)
        first = min(first, earliest)
        if mean > 0.0:
            widest = max(widest, sigma * random_min / mean)
    first = min(max(first, 0.002 * limit), 0.5 * limit)

    step = math.log(limit / first) / (GRID - 1)
    for j in range(GRID):
        columns.minutes[columns.grid + j] = first * math.exp(step * j)
    columns.minutes[columns.grid + GRID - 1] = limit
    columns.minutes[columns.grid + GRID] = np.inf
    quadrature_of(first, step, columns.quadrature)
    columns.known_min[:] = np.nan
    return widest > POINT


@njit(cache=True, nogil=True, error_model="numpy")
def find_in_time(place, mode, mean, spread, columns):
    """Write the chance that a unit has arrived in a mode by the minutes of each column.

    mean: its expected minutes [min]. On the grid a sharp arrival is a point that lies between two of its
    minutes, with shares that keep its mean. Updated: columns.
    """
    in_time = columns.in_time[mode]
    random_min = spread.random_min[place, mode // 2]
    sigma = spread.sigma[place, mode // 2]
    for column in range(columns.grid):
        in_time[column] = chance_by(columns.minutes[column], mean, random_min, sigma)

    end = columns.grid + GRID
    in_time[end] = 1.0
    columns.known_min[mode] = mean

    step = math.log(columns.minutes[end - 1] / columns.minutes[columns.grid]) / (GRID - 1)
    if sigma * random_min > SHARP * step * mean:
        fixed = mean - random_min
        middle = 0.5 * sigma - math.log(random_min) / sigma
        for column in range(columns.grid, end):
            left = columns.minutes[column] - fixed
            in_time[column] = roughly_normal(math.log(left) / sigma + middle) if left > 0.0 else 0.0
        return

    # What the chances not to be there yet have to add up to.
    left = mean - columns.quadrature[GRID]
    for j in range(GRID):
        weight = columns.quadrature[j]
        waiting = min(max(left / weight, 0.0), 1.0)
        in_time[columns.grid + j] = 1.0 - waiting
        left -= weight


@njit(cache=True, nogil=True, error_model="numpy")
def find_all_in_time(line, place, spread, columns, room):
    """Write who has arrived by the minutes of each column, for all units in line at a place.

    Updated: columns. Written: room.earlier_in_time.
    """
    size = columns.minutes.size
    for rank in range(line.length[place]):
        mode = line.mode[place, rank]
        unit = line.unit[place, rank]
        mean = line.minutes[place, rank]
        if columns.known_min[mode] != mean:
            find_in_time(place, mode, mean, spread, columns)
        room.came[unit, :] = 0.0

    for rank in range(line.length[place]):
        unit = line.unit[place, rank]
        in_time = columns.in_time[line.mode[place, rank]]
        earlier = line.earlier[place, rank]
        here = line.here[place, rank]
        if earlier > 0.0:
            for column in range(size):
                room.earlier_in_time[rank, column] = room.came[unit, column] / earlier
        for column in range(size):
            room.came[unit, column] += here * in_time[column]


@njit(cache=True, nogil=True, error_model="numpy")
def take_out(state, absent, earlier, earlier_in_time, next_state, last):
    """Write the chances of the states as if a unit had not come in its earlier modes.

    next_state: of its kind, (states,); earlier: the chance that it came, of which ``earlier_in_time`` in
    time, (columns,). Whoever is late is lost from the incomplete states. Written: absent.
    """
    size = earlier_in_time.size
    scale = 1.0 / (1.0 - earlier)
    for row in range(last):
        for column in range(size):
            absent[row, column] = state[row, column]

    # States grow with every arrival that helps: what came from a lower state is known before it is needed.
    some_time = size - 1
    for row in range(last):
        target = next_state[row]
        if target == row or absent[row, some_time] < SLIGHT:
            continue
        own = absent[row]
        for column in range(size):
            own[column] = max(own[column], 0.0) * scale
        if target < last:
            other = absent[target]
            for column in range(size):
                other[column] -= own[column] * earlier * earlier_in_time[column]


@njit(cache=True, nogil=True, error_model="numpy")
def completed_by(line, place, columns, pools, nodes, machines, machine, room, by):
    """Write the chance that an attendance is complete with everybody sent in time, by column.

    It is the mean over the nodes of the place's group of forces. Who is sent is decided by the means; one who
    is late makes the attendance late. Written: by, (columns,).
    """
    free, node_weight = nodes
    unit_kind = machines.kind[machine]
    last = machines.sizes[machine] - 1
    some_time = columns.minutes.size - 1
    by[:] = 0.0

    group = pools.place[place]
    for node in range(pools.first[group], pools.first[group + 1]):
        weight = node_weight[node]
        if weight <= 0.0:
            continue

        room.state[:last] = 0.0
        room.state[0] = 1.0
        incomplete = 1.0
        for rank in range(line.length[place]):
            if weight * incomplete < ENOUGH:
                break
            unit = line.unit[place, rank]
            kind = unit_kind[unit]
            earlier = line.earlier[place, rank] * free[node, unit]
            if kind < 0 or earlier > SURE:
                continue

            next_state = machines.next_state[machine, kind]
            before = room.state
            if earlier > 0.0:
                before = room.absent
                take_out(room.state, before, earlier, room.earlier_in_time[rank], next_state, last)

            # States grow with every arrival that helps, so that going through them downwards moves each once.
            chance = line.here[place, rank] * free[node, unit]
            in_time = columns.in_time[line.mode[place, rank]]
            for row in range(last - 1, -1, -1):
                target = next_state[row]
                if target == row or before[row, some_time] < SLIGHT:
                    continue
                here = before[row]
                state = room.state[row]
                if target == last:
                    incomplete -= here[some_time] * chance
                    for column in range(by.size):
                        moved = here[column] * chance
                        state[column] -= moved
                        by[column] += weight * moved * in_time[column]
                else:
                    after = room.state[target]
                    for column in range(by.size):
                        moved = here[column] * chance
                        state[column] -= moved
                        after[column] += moved * in_time[column]


@njit(cache=True, nogil=True, error_model="numpy")
def tally_reached(place, columns, completed, reached):
    """Add the chances of the standards at a place; completed: by attendance, (attendances, columns)."""
    for column in range(columns.grid):
        if columns.weight[column] > 0.0:
            reached[columns.row[column], place] += (
                columns.weight[column] * completed[columns.attendance[column], column]
            )


@njit(cache=True, nogil=True, error_model="numpy")
def mean_to(limit, minutes, by, share, quadrature):
    """Return the mean of the minutes to an arrival or to a limit, whichever is sooner, times a share.

    limit: at most the last minute of the grid [min]; minutes: of the grid, (GRID,) [min]; by: share that has
    arrived by each, (GRID,); share: of all. What has arrived by the first minute counts as there at once.
    """
    mean = quadrature[GRID] * (share - by[0])
    for j in range(GRID):
        mean += quadrature[j] * (share - by[j])

    # Less what lies between the limit and the end of the grid, where the chances are taken as straight.
    for j in range(GRID - 1, 0, -1):
        if minutes[j] <= limit:
            return mean
        begin = max(minutes[j - 1], limit)
        slope = (by[j] - by[j - 1]) / (minutes[j] - minutes[j - 1])
        middle = by[j - 1] + slope * (0.5 * (begin + minutes[j]) - minutes[j - 1])
        mean -= (minutes[j] - begin) * (share - middle)
    return mean - (minutes[0] - limit) * (share - by[0]) if minutes[0] > limit else mean


@njit(cache=True, nogil=True, error_model="numpy")
def spread_over_bins(before, minutes, by, share, bin_min, by_bin):
    """Add to bins what arrives between the minutes of the grid, evenly; the last bin takes what is beyond.

    before: minutes that pass before anybody is sent and after the last has arrived [min]; minutes: of the
    grid, (GRID,) [min]; by: share that has arrived by each, (GRID,); share: of all. Updated: by_bin.
    """
    last = by_bin.size - 1
    column = min(int(before / bin_min), last)
    by_bin[column] += by[0]
    by_bin[last] += share - by[0]

    for j in range(1, GRID):
        begin = before + minutes[j - 1]
        end = before + minutes[j]
        density = (by[j] - by[j - 1]) / (end - begin)
        column = int(begin / bin_min)
        while begin < end and column < last:
            edge = min((column + 1) * bin_min, end)
            by_bin[column] += density * (edge - begin)
            by_bin[last] -= density * (edge - begin)
            begin = edge
            column += 1


@njit(cache=True, nogil=True, error_model="numpy")
def tally_minutes(place, a, columns, completed, share, attendances, spread, yardsticks, histogram):
    """Add an attendance at a place to the histogram; return its mean minutes times its share.

    completed: share of calls whose attendance is complete by column, (columns,); share: of all of them. What
    is beyond the limit counts as the limit in the mean. Updated: histogram.
    """
    group, weight, _, limit_min, bin_min = yardsticks
    incident_type = attendances.type[a]
    minutes = columns.minutes[columns.grid : columns.grid + GRID]
    by = completed[columns.grid : columns.grid + GRID]

    by_bin = np.zeros(histogram.shape[4])
    mean = 0.0
    for value in range(spread.late.shape[1]):
        part = spread.late_weight[a, value]
        before = attendances.extra_min[a] + spread.late[a, value]
        left = max(limit_min - before, 0.0)
        mean += part * (
            share * min(before, limit_min) + mean_to(left, minutes, by, share, columns.quadrature)
        )
        spread_over_bins(before, minutes, part * by, part * share, bin_min, by_bin)

    for w in range(weight.shape[1]):
        own = weight[incident_type, w, place]
        if own != 0.0:
            for column in range(by_bin.size):
                histogram[incident_type, attendances.measure[a], w, group[place], column] += (
                    own * by_bin[column]
                )
    return mean
