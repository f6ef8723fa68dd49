"""Expected cover by units that may be busy: bound, interchange and branch and bound, compiled.

The problem: place at most ``places`` units, between low[j] and high[j] at site j, so that sum_i weight[i] *
(1 - busy**n_i) is greatest, n_i being the units in reach of area i (Daskin 1983).

The bound gives a unit in reach of each area a price. An area takes as many units as are worth their price,
and a site's unit is worth the prices of the areas in its reach; what areas gain beyond their prices, and the
worth of the units that can be placed, is no less than any placement's value.

The arrays that loops share travel together: the problem (`Cover`), what may stand where (`Room`), what has
been found (`Met`), where the prices are (`Prices`), and how hard to try (`Effort`).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from standby.locate.engine._kernels_search import (
    MEMORY,
    NO_WAY,
    SHORTEST_STEP,
    Effort,
    copy_into,
    deflect,
    fill,
)

Reals = NDArray[np.float64]
Wholes = NDArray[np.int64]

STEP, BOUND, VALUE, STALE = 0, 1, 2, 3
"""Places in `Met.figures`: step length, best upper bound, the best placement's value, and the steps since the
bound last fell."""

GAIN = 1e-12
"""Share by which a move must gain, to be more than rounding."""


class Cover(NamedTuple):
    """Areas, the sites that reach them, and how busy a unit is.

    indptr, site: the sites that reach each area, a compressed table; colptr, area: the same site by site;
    weight: of each area, (areas,); busy: chance that a unit is, above 0; alone: what the first unit at each
    site gains if there is no other, (sites,); places: most units of all.
    """

    indptr: Wholes
    site: Wholes
    colptr: Wholes
    area: Wholes
    weight: Reals
    busy: float
    alone: Reals
    places: int


class Room(NamedTuple):
    """Least and most units at each site, each of shape (sites,)."""

    low: Wholes
    high: Wholes


class Met(NamedTuple):
    """What the search has met so far.

    best: the best placement, (sites,); often: mean of the relaxed choices, the newest weighing most,
    (sites,); figures: see `STEP`, `BOUND`, `VALUE` and `STALE`.
    """

    best: Wholes
    often: Reals
    figures: Reals


class Prices(NamedTuple):
    """Prices of a unit in reach of each area: those now, the best so far, and the last way they took."""

    now: Reals
    best: Reals
    heading: Reals


class Tree(NamedTuple):
    """What waits at each depth of a depth-first search, the deepest to be taken first.

    low, high: the room of the node, (depths, sites); prices: to begin with, (depths, areas); floor: an upper
    bound of the node above, (depths,).
    """

    low: Wholes
    high: Wholes
    prices: Reals
    floor: Reals


@njit(cache=True)
def worth(cover: Cover, units: Wholes) -> float:
    """Return the value of a placement, units of shape (sites,)."""
    colptr = cover.colptr
    area = cover.area
    weight = cover.weight
    count = np.zeros(weight.size, np.int64)
    for j in range(units.size):
        if units[j] > 0:
            for e in range(colptr[j], colptr[j + 1]):
                count[area[e]] += units[j]

    total = 0.0
    for i in range(weight.size):
        if count[i] > 0:
            total += weight[i] * (1.0 - cover.busy ** count[i])
    return total


@njit(cache=True)
def unserved(cover: Cover, units: Wholes) -> Reals:
    """Return the weight of each area that finds nobody free, shape (areas,)."""
    left = cover.weight.copy()
    for j in range(units.size):
        if units[j] > 0:
            scale(cover, left, j, cover.busy ** units[j])
    return left


@njit(cache=True)
def in_reach(cover: Cover, left: Reals, j: int) -> float:
    """Return the sum of `left` over the areas in reach of site j."""
    area = cover.area
    total = 0.0
    for e in range(cover.colptr[j], cover.colptr[j + 1]):
        total += left[area[e]]
    return total


@njit(cache=True)
def scale(cover: Cover, left: Reals, j: int, factor: float) -> None:
    """Multiply `left` in the reach of site j; in place."""
    area = cover.area
    for e in range(cover.colptr[j], cover.colptr[j + 1]):
        left[area[e]] *= factor


@njit(cache=True)
def best_site(cover: Cover, left: Reals, high: Wholes, units: Wholes, but: int) -> tuple[int, float]:
    """Return the site with room where one more unit gains most, and what is in its reach; -1 if none gains.

    Site `but` is passed over.
    """
    best = 0.0
    pick = -1
    for j in range(units.size):
        if j != but and units[j] < high[j]:
            total = in_reach(cover, left, j)
            if total > best:
                best = total
                pick = j
    return pick, best


@njit(cache=True)
def improve(cover: Cover, room: Room, units: Wholes, most: int) -> bool:
    """Add units where they gain most, at most `most` of them, then move each once where that gains.

    Changes `units` in place; returns whether another call may gain more.
    """
    left = unserved(cover, units)
    for _ in range(cover.places - units.sum()):
        if most <= 0:
            return True
        most -= 1
        pick, _best = best_site(cover, left, room.high, units, -1)
        if pick < 0:
            break
        units[pick] += 1
        scale(cover, left, pick, cover.busy)

    # A unit is taken away, and put where it gains most without itself.
    moved = False
    for a in range(units.size):
        if units[a] <= room.low[a]:
            continue
        scale(cover, left, a, 1.0 / cover.busy)
        pick, best = best_site(cover, left, room.high, units, a)
        if pick < 0 or best <= in_reach(cover, left, a) * (1.0 + GAIN):
            pick = a
        scale(cover, left, pick, cover.busy)
        if pick != a:
            units[a] -= 1
            units[pick] += 1
            moved = True
    return moved


@njit(cache=True)
def priced(cover: Cover, price: Reals, slope: Reals, earned: Reals) -> float:
    """Return what the areas gain beyond the price of the units they take.

    Leaves the number of these units in `slope`, and what a unit at each site earns in `earned`.
    """
    indptr = cover.indptr
    site = cover.site
    weight = cover.weight
    busy = cover.busy
    total = 0.0
    fill(earned, 0.0)
    for i in range(weight.size):
        # The first unit gains weight * (1 - busy), each further one busy times as much.
        gain = weight[i] * (1.0 - busy)
        taken = 0
        while gain > price[i] and taken < cover.places:
            total += gain - price[i]
            taken += 1
            gain *= busy
        slope[i] = taken
        for e in range(indptr[i], indptr[i + 1]):
            earned[site[e]] += price[i]
    return total


@njit(cache=True)
def dearest(earned: Reals, following: Reals, high: Wholes, chosen: Wholes) -> tuple[int, float]:
    """Return the site whose next unit is worth most, and its worth; -1 if none is worth anything."""
    best = 0.0
    pick = -1
    for j in range(high.size):
        if chosen[j] < high[j]:
            value = min(earned[j], following[j])
            if value > best:
                best = value
                pick = j
    return pick, best


@njit(cache=True)
def relaxed(
    cover: Cover, room: Room, price: Reals, slope: Reals, chosen: Wholes, earned: Reals
) -> tuple[float, float, float]:
    """Return the upper bound at `price`, and the worth of the last unit let in and of the first kept out.

    The m-th unit at a site is worth at most what it earns, and at most what it would gain beside m - 1 others
    there and nobody else, which is `alone` times busy**(m - 1), as cover is submodular. Leaves the units
    chosen in `chosen`, the way down in `slope` and what a unit earns in `earned`.
    """
    indptr = cover.indptr
    site = cover.site
    busy = cover.busy
    total = priced(cover, price, slope, earned)

    # Units that have to be there; `counted` are those that are worth what they earn.
    counted = np.zeros(room.low.size, np.int64)
    following = cover.alone.copy()
    for j in range(room.low.size):
        chosen[j] = room.low[j]
        for _ in range(room.low[j]):
            total += min(earned[j], following[j])
            counted[j] += earned[j] <= following[j]
            following[j] *= busy

    # The others are placed one by one where they are worth most.
    last_in = 0.0
    pick, best = dearest(earned, following, room.high, chosen)
    spare = cover.places - room.low.sum()
    while spare > 0 and pick >= 0:
        total += best
        last_in = best
        chosen[pick] += 1
        counted[pick] += earned[pick] <= following[pick]
        following[pick] *= busy
        spare -= 1
        pick, best = dearest(earned, following, room.high, chosen)

    for i in range(cover.weight.size):
        for e in range(indptr[i], indptr[i + 1]):
            slope[i] -= counted[site[e]]
    if spare > 0:
        return total, 0.0, 0.0
    return total, last_in, best


@njit(cache=True)
def fix(
    cover: Cover, room: Room, chosen: Wholes, earned: Reals, bounds: tuple[float, float, float], target: float
) -> None:
    """Raise ``room.low`` and lower ``room.high`` where the other side of a unit can't pass `target`.

    `bounds` is what `relaxed` returned.
    """
    low = room.low
    high = room.high
    alone = cover.alone
    busy = cover.busy
    bound, last_in, first_out = bounds
    for j in range(low.size):
        while high[j] > chosen[j]:
            value = min(earned[j], alone[j] * busy ** chosen[j])  # of the first unit not chosen
            if bound - last_in + value > target:
                break
            high[j] = chosen[j]
        while low[j] < chosen[j]:
            value = min(earned[j], alone[j] * busy ** low[j])  # of the first unit that would leave
            if bound - value + first_out > target:
                break
            low[j] += 1


@njit(cache=True)
def move_prices(weight: Reals, price: Reals, slope: Reals, heading: Reals, push: float) -> bool:
    """Move the prices one deflected step down; returns whether there was a way to go.

    `heading` is the direction of the step before. A price stays between 0 and the weight.
    """
    for i in range(weight.size):
        if price[i] <= 0.0 and slope[i] < 0.0:
            slope[i] = 0.0

    norm = deflect(slope, heading)
    if norm <= NO_WAY:
        return False

    for i in range(weight.size):
        price[i] = min(max(price[i] + push / norm * heading[i], 0.0), weight[i])
    return True


@njit(cache=True)
def keep_best(cover: Cover, met: Met, chosen: Wholes, before: Wholes) -> None:
    """Keep the relaxed choice if it is the best placement met; its mean goes on in ``met.often``."""
    changed = False
    for j in range(chosen.size):
        met.often[j] += MEMORY * (chosen[j] - met.often[j])
        changed = changed or chosen[j] != before[j]
    if not changed:
        return

    copy_into(before, chosen)
    value = worth(cover, chosen)
    if value > met.figures[VALUE]:
        met.figures[VALUE] = value
        copy_into(met.best, chosen)


@njit(cache=True)
def tighten(cover: Cover, room: Room, prices: Prices, met: Met, effort: Effort) -> bool:
    """Lower the bound by steps against its slope, fixing units and keeping the best placement met.

    Goes on where `prices` and ``met.figures`` stand; returns whether more steps could help.
    """
    figures = met.figures
    slack = effort.slack
    slope = np.empty(cover.weight.size)
    chosen = np.zeros(room.low.size, np.int64)
    before = np.full(room.low.size, -1)
    earned = np.zeros(room.low.size)
    for _ in range(effort.steps):
        bounds = relaxed(cover, room, prices.now, slope, chosen, earned)
        bound = bounds[0]
        keep_best(cover, met, chosen, before)

        # A bound that hardly falls doesn't renew the patience.
        figures[STALE] += 1.0
        if bound < figures[BOUND]:
            if bound < figures[BOUND] - 1e-4 * (bound - figures[VALUE]):
                figures[STALE] = 0.0
            figures[BOUND] = bound
            copy_into(prices.best, prices.now)
        if figures[BOUND] <= figures[VALUE] + slack:
            return False
        fix(cover, room, chosen, earned, bounds, figures[VALUE] + slack)

        # Out of patience: from the best prices again, in shorter steps.
        if figures[STALE] >= effort.patience:
            figures[STALE] = 0.0
            figures[STEP] *= 0.5
            copy_into(prices.now, prices.best)
            fill(prices.heading, 0.0)
            if figures[STEP] < SHORTEST_STEP:
                return False
        else:
            push = figures[STEP] * (bound - figures[VALUE])
            if not move_prices(cover.weight, prices.now, slope, prices.heading, push):
                return False
    return True


@njit(cache=True)
def branch_site(room: Room, often: Reals) -> int:
    """Return the site whose mean of the relaxed choices is farthest from a whole number, or -1."""
    pick = -1
    best = -1.0
    for j in range(room.low.size):
        if room.high[j] > room.low[j]:
            mean = min(max(often[j], room.low[j]), room.high[j])
            part = mean - np.floor(mean)
            score = min(part, 1.0 - part) + 1e-3 * mean
            if score > best:
                pick = j
                best = score
    return pick


@njit(cache=True)
def settled(room: Room, places: int) -> bool:
    """Return whether nothing is left to choose: all units are placed, or every site is full."""
    used = 0
    most = 0
    for j in range(room.low.size):
        used += room.low[j]
        most += room.high[j]
    return used >= places or most == used


@njit(cache=True)
def total_of(units: Wholes) -> int:
    """Return the number of units in all."""
    total = 0
    for j in range(units.size):
        total += units[j]
    return total


@njit(cache=True)
def search(cover: Cover, tree: Tree, met: Met, effort: Effort, depth: int, nodes: int) -> int:
    """Go on with a depth-first search for `nodes` nodes; returns the depth, -1 when the tree is empty."""
    figures = met.figures
    slack = effort.slack
    trial = np.empty(cover.weight.size)
    while depth >= 0 and nodes > 0:
        above = tree.floor[depth]
        if above <= figures[VALUE] + slack:
            depth -= 1
            continue

        # Take the deepest node off.
        nodes -= 1
        room = Room(tree.low[depth].copy(), tree.high[depth].copy())
        kept = tree.prices[depth].copy()
        copy_into(trial, kept)
        depth -= 1
        if total_of(room.low) > cover.places:
            continue

        # Bound it.
        figures[STEP] = 1.0
        figures[BOUND] = np.inf
        figures[STALE] = 0.0
        tighten(cover, room, Prices(trial, kept, np.zeros(cover.weight.size)), met, effort)
        bound = min(figures[BOUND], above)
        if bound <= figures[VALUE] + slack or total_of(room.low) > cover.places:
            continue
        if settled(room, cover.places):
            value = worth(cover, room.low)
            if value > figures[VALUE]:
                figures[VALUE] = value
                copy_into(met.best, room.low)
            continue

        # At most `cut` units at one site, or more; the likelier side is put on top, to be taken first.
        pick = branch_site(room, met.often)
        cut = min(max(int(np.floor(met.often[pick])), room.low[pick]), room.high[pick] - 1)
        for side in range(2):
            depth += 1
            copy_into(tree.low[depth], room.low)
            copy_into(tree.high[depth], room.high)
            copy_into(tree.prices[depth], kept)
            tree.floor[depth] = bound
            more = (side == 1) == (met.often[pick] - cut >= 0.5)
            if more:
                tree.low[depth, pick] = cut + 1
            else:
                tree.high[depth, pick] = cut
    return depth
