"""Expected cover by units that may be busy: bound, interchange and branch and bound, compiled.

The problem: place at most `places` units, between low[j] and high[j] at site j, so that sum_i weight[i] *
(1 - busy**n_i) is greatest, n_i being the units in reach of area i. Areas are rows of a compressed table of
the sites that reach them; the same table is given site by site.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Reals = NDArray[np.float64]
Wholes = NDArray[np.int64]

PHI, BOUND, VALUE, STALE = 0, 1, 2, 3
"""Places in `figures`: step length, best upper bound, incumbent's value, steps since the bound last fell."""


@njit(cache=True)
def copy_into(target: NDArray[np.generic], source: NDArray[np.generic]) -> None:
    """Copy an array; `target[:] = source` adds two seconds to the first compilation of a process."""
    for k in range(target.size):
        target[k] = source[k]


@njit(cache=True)
def worth(colptr: Wholes, area: Wholes, weight: Reals, busy: float, units: Wholes) -> float:
    """Value of a placement, units of shape (sites,)."""
    count = np.zeros(weight.size, np.int64)
    for j in range(units.size):
        if units[j] > 0:
            for e in range(colptr[j], colptr[j + 1]):
                count[area[e]] += units[j]
    total = 0.0
    for i in range(weight.size):
        if count[i] > 0:
            total += weight[i] * (1.0 - busy ** count[i])
    return total


@njit(cache=True)
def unserved(colptr: Wholes, area: Wholes, weight: Reals, busy: float, units: Wholes) -> Reals:
    """Weight of each area that finds nobody free, shape (areas,)."""
    left = weight.copy()
    for j in range(units.size):
        if units[j] > 0:
            for e in range(colptr[j], colptr[j + 1]):
                left[area[e]] *= busy ** units[j]
    return left


@njit(cache=True)
def in_reach(colptr: Wholes, area: Wholes, left: Reals, j: int) -> float:
    """Sum of `left` over the areas in reach of site j."""
    total = 0.0
    for e in range(colptr[j], colptr[j + 1]):
        total += left[area[e]]
    return total


@njit(cache=True)
def best_site(
    colptr: Wholes, area: Wholes, left: Reals, high: Wholes, units: Wholes, but: int
) -> tuple[int, float]:
    """Site with room where one more unit gains most, and what is in its reach; -1 if none gains."""
    best, pick = 0.0, -1
    for j in range(units.size):
        if j != but and units[j] < high[j]:
            total = in_reach(colptr, area, left, j)
            if total > best:
                best, pick = total, j
    return pick, best


@njit(cache=True)
def scale(colptr: Wholes, area: Wholes, left: Reals, j: int, factor: float) -> None:
    """Multiply `left` in the reach of site j; in place."""
    for e in range(colptr[j], colptr[j + 1]):
        left[area[e]] *= factor


@njit(cache=True)
def improve(
    colptr: Wholes, area: Wholes, weight: Reals, busy: float, low: Wholes, high: Wholes, places: int,
    units: Wholes, most: int,
) -> bool:  # fmt: skip
    """Add units where they gain most, at most `most` of them, then move each once where that gains.

    Changes `units` in place; returns whether another call may gain more. `busy` is above 0.
    """
    left = unserved(colptr, area, weight, busy, units)
    for _ in range(places - units.sum()):
        if most <= 0:
            return True
        most -= 1
        pick, _best = best_site(colptr, area, left, high, units, -1)
        if pick < 0:
            break
        units[pick] += 1
        scale(colptr, area, left, pick, busy)

    moved = False
    for a in range(units.size):
        if units[a] <= low[a]:
            continue
        scale(colptr, area, left, a, 1.0 / busy)
        pick, best = best_site(colptr, area, left, high, units, a)
        if pick < 0 or best <= in_reach(colptr, area, left, a) * (1.0 + 1e-12):
            pick = a
        scale(colptr, area, left, pick, busy)
        if pick != a:
            units[a] -= 1
            units[pick] += 1
            moved = True
    return moved


@njit(cache=True)
def priced(
    indptr: Wholes, site: Wholes, weight: Reals, busy: float, places: int, price: Reals, slope: Reals,
    earned: Reals,
) -> float:  # fmt: skip
    """Worth of the areas beyond the price of the units they take (counted in `slope`)."""
    total = 0.0
    for j in range(earned.size):
        earned[j] = 0.0
    for i in range(weight.size):
        gain = weight[i] * (1.0 - busy)
        taken = 0
        while gain > price[i] and taken < places:
            total += gain - price[i]
            taken += 1
            gain *= busy
        slope[i] = taken
        for e in range(indptr[i], indptr[i + 1]):
            earned[site[e]] += price[i]
    return total


@njit(cache=True)
def dearest(earned: Reals, following: Reals, high: Wholes, chosen: Wholes) -> tuple[int, float]:
    """Site whose next unit is worth most, and its worth; -1 if none is worth anything."""
    best, pick = 0.0, -1
    for j in range(high.size):
        if chosen[j] < high[j]:
            value = min(earned[j], following[j])
            if value > best:
                best, pick = value, j
    return pick, best


@njit(cache=True)
def relaxed(
    indptr: Wholes, site: Wholes, weight: Reals, busy: float, alone: Reals, low: Wholes, high: Wholes,
    places: int, price: Reals, slope: Reals, chosen: Wholes, earned: Reals,
) -> tuple[float, float, float]:  # fmt: skip
    """Upper bound at `price`, the price of a unit in reach of each area.

    An area takes as many units as are worth their price; sites are paid for the units in their reach. The
    m-th unit at a site is worth at most what it earns, and at most what it would gain beside m - 1 others
    there and nobody else, which is `alone` times busy**(m - 1), as cover is submodular. Leaves the units
    chosen in `chosen`, the way down in `slope` and what a unit earns in `earned`; also returns the worth of
    the last unit let in and of the first kept out.
    """
    total = priced(indptr, site, weight, busy, places, price, slope, earned)
    counted = np.zeros(low.size, np.int64)
    following = alone.copy()
    for j in range(low.size):
        chosen[j] = low[j]
        for _ in range(low[j]):
            total += min(earned[j], following[j])
            counted[j] += earned[j] <= following[j]
            following[j] *= busy
    last_in = 0.0
    pick, best = dearest(earned, following, high, chosen)
    spare = places - low.sum()
    while spare > 0 and pick >= 0:
        total += best
        last_in = best
        chosen[pick] += 1
        counted[pick] += earned[pick] <= following[pick]
        following[pick] *= busy
        spare -= 1
        pick, best = dearest(earned, following, high, chosen)
    for i in range(weight.size):
        for e in range(indptr[i], indptr[i + 1]):
            slope[i] -= counted[site[e]]
    if spare > 0:
        return total, 0.0, 0.0
    return total, last_in, best


@njit(cache=True)
def fix(
    low: Wholes, high: Wholes, chosen: Wholes, earned: Reals, alone: Reals, busy: float, bound: float,
    last_in: float, first_out: float, target: float,
) -> None:  # fmt: skip
    """Raise `low` and lower `high` where the other side of a unit can't give more than `target`."""
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
def move_prices(weight: Reals, price: Reals, slope: Reals, heading: Reals, length: float) -> bool:
    """One deflected step down on the prices, kept from 0 to the weight; false: no way down."""
    inner, square = 0.0, 0.0
    for i in range(weight.size):
        if price[i] <= 0.0 and slope[i] < 0.0:
            slope[i] = 0.0
        inner += slope[i] * heading[i]
        square += heading[i] * heading[i]
    lean = -1.5 * inner / square if inner < 0.0 and square > 0.0 else 0.0
    norm = 0.0
    for i in range(weight.size):
        heading[i] = slope[i] + lean * heading[i]
        norm += heading[i] * heading[i]
    if norm <= 1e-30:
        return False
    for i in range(weight.size):
        price[i] = min(max(price[i] + length / norm * heading[i], 0.0), weight[i])
    return True


@njit(cache=True)
def keep_best(
    colptr: Wholes, area: Wholes, weight: Reals, busy: float, chosen: Wholes, before: Wholes,
    often: Reals, best: Wholes, figures: Reals,
) -> None:  # fmt: skip
    """Keep the relaxed choice if it is the best placement met; its mean goes on in `often`."""
    changed = False
    for j in range(chosen.size):
        often[j] += 0.08 * (chosen[j] - often[j])
        changed = changed or chosen[j] != before[j]
    if changed:
        copy_into(before, chosen)
        value = worth(colptr, area, weight, busy, chosen)
        if value > figures[VALUE]:
            figures[VALUE] = value
            copy_into(best, chosen)


@njit(cache=True)
def tighten(
    indptr: Wholes, site: Wholes, colptr: Wholes, area: Wholes, weight: Reals, busy: float, alone: Reals,
    low: Wholes, high: Wholes, places: int, price: Reals, best_price: Reals, heading: Reals, often: Reals,
    best: Wholes, figures: Reals, slack: float, steps: int, patience: int,
) -> bool:  # fmt: skip
    """Lower the bound by steps against its slope, fixing units and keeping the best placement met.

    Goes on where `price`, `heading` and `figures` stand; returns whether more steps could help.
    """
    slope = np.empty(weight.size)
    chosen, before = np.zeros(low.size, np.int64), np.full(low.size, -1)
    earned = np.zeros(low.size)
    for _ in range(steps):
        bound, last_in, first_out = relaxed(
            indptr, site, weight, busy, alone, low, high, places, price, slope, chosen, earned
        )
        keep_best(colptr, area, weight, busy, chosen, before, often, best, figures)
        figures[STALE] += 1.0
        if bound < figures[BOUND]:
            if bound < figures[BOUND] - 1e-4 * (bound - figures[VALUE]):
                figures[STALE] = 0.0
            figures[BOUND] = bound
            copy_into(best_price, price)
        if figures[BOUND] <= figures[VALUE] + slack:
            return False
        fix(low, high, chosen, earned, alone, busy, bound, last_in, first_out, figures[VALUE] + slack)
        if figures[STALE] >= patience:
            figures[STALE] = 0.0
            figures[PHI] *= 0.5
            copy_into(price, best_price)
            for i in range(heading.size):
                heading[i] = 0.0
            if figures[PHI] < 1e-3:
                return False
        elif not move_prices(weight, price, slope, heading, figures[PHI] * (bound - figures[VALUE])):
            return False
    return True


@njit(cache=True)
def branch_site(low: Wholes, high: Wholes, often: Reals) -> int:
    """Pick the site whose mean of the relaxed choices is farthest from a whole number, or -1."""
    pick, best = -1, -1.0
    for j in range(low.size):
        if high[j] > low[j]:
            mean = min(max(often[j], low[j]), high[j])
            part = mean - np.floor(mean)
            score = min(part, 1.0 - part) + 1e-3 * mean
            if score > best:
                pick, best = j, score
    return pick


@njit(cache=True)
def settled(low: Wholes, high: Wholes, places: int) -> bool:
    """Tell whether nothing is left to choose: all units are placed, or every site is full."""
    used, room = 0, 0
    for j in range(low.size):
        used += low[j]
        room += high[j]
    return used >= places or room == used


@njit(cache=True)
def search(
    indptr: Wholes, site: Wholes, colptr: Wholes, area: Wholes, weight: Reals, busy: float, alone: Reals,
    places: int, best: Wholes, figures: Reals, slack: float, steps: int, patience: int, low: Wholes,
    high: Wholes, price: Reals, floor: Reals, often: Reals, depth: int, nodes: int,
) -> int:  # fmt: skip
    """Go on with a depth-first search for `nodes` nodes; returns the depth, -1 when the tree is empty.

    At depth d wait low[d], high[d], price[d] and floor[d], a bound; the deepest is taken first.
    """
    trial = np.empty(weight.size)
    while depth >= 0 and nodes > 0:
        if floor[depth] <= figures[VALUE] + slack:
            depth -= 1
            continue
        nodes -= 1
        under, over = low[depth].copy(), high[depth].copy()
        kept = price[depth].copy()
        copy_into(trial, kept)
        above = floor[depth]
        depth -= 1
        used = 0
        for j in range(under.size):
            used += under[j]
        if used > places:
            continue
        figures[PHI], figures[BOUND], figures[STALE] = 1.0, np.inf, 0.0
        tighten(
            indptr, site, colptr, area, weight, busy, alone, under, over, places, trial, kept,
            np.zeros(weight.size), often, best, figures, slack, steps, patience,
        )  # fmt: skip
        bound = min(figures[BOUND], above)
        if bound <= figures[VALUE] + slack:
            continue
        used = 0
        for j in range(under.size):
            used += under[j]
        if used > places:
            continue
        if settled(under, over, places):
            value = worth(colptr, area, weight, busy, under)
            if value > figures[VALUE]:
                figures[VALUE] = value
                copy_into(best, under)
            continue
        pick = branch_site(under, over, often)
        cut = min(max(int(np.floor(often[pick])), under[pick]), over[pick] - 1)  # at most cut, or more
        for side in range(2):
            depth += 1
            copy_into(low[depth], under)
            copy_into(high[depth], over)
            copy_into(price[depth], kept)
            floor[depth] = bound
            more = (side == 1) == (often[pick] - cut >= 0.5)  # the likelier side is taken first
            if more:
                low[depth, pick] = cut + 1
            else:
                high[depth, pick] = cut
    return depth
