"""Lagrangian bound and depth-first branch and bound for choosing sites, compiled.

The problem: open at most `places` sites so that sum_j fee[j] open_j + sum_i min(spare[i], min_{j open}
cost[i, j]) is least. Areas are rows of a compressed table with their sites in order of rising cost; a pair
that never pays (cost >= spare) is left out. MCLP (cost 0, spare = weight), p-median (spare = the greatest
cost) and set cover (spare = the cheapest fee) are the same problem.
"""

from __future__ import annotations

import numpy as np
from numba import njit

FREE, OPEN, SHUT = 0, 1, 2
PHI, LOWER, UPPER = 0, 1, 2  # places in `figures`: step length, best lower bound, incumbent's value


@njit(cache=True)
def copy_into(target, source):
    """Copy an array; `target[:] = source` adds two seconds to the first compilation of a process."""
    for k in range(target.size):
        target[k] = source[k]


@njit(cache=True)
def fill(target, value):
    """Set an array to one value."""
    for k in range(target.size):
        target[k] = value


@njit(cache=True)
def largest(values, count):
    """Largest of the first `count` values."""
    found = values[0]
    for k in range(1, count):
        found = max(found, values[k])
    return found


@njit(cache=True)
def serve_cost(indptr, site, cost, spare, fee, is_open):
    """Value of a set of open sites [cost]."""
    total = 0.0
    for j in range(is_open.size):
        if is_open[j]:
            total += fee[j]
    for i in range(spare.size):
        best = spare[i]
        for e in range(indptr[i], indptr[i + 1]):
            if is_open[site[e]]:
                best = cost[e]
                break
        total += best
    return total


@njit(cache=True)
def part_smallest(values, size, count):
    """Reorder the first `size` values in place so that the `count` smallest stand first; the next is `count`.

    Hoare's selection (1961), by hand: NumPy's own partition takes six times as long to compile as the rest.
    """
    left, right = 0, size - 1
    while left < right:
        pivot = values[(left + right) // 2]
        low, high = left, right
        while low <= high:
            while values[low] < pivot:
                low += 1
            while values[high] > pivot:
                high -= 1
            if low <= high:
                values[low], values[high] = values[high], values[low]
                low += 1
                high -= 1

        # Only the side that holds place `count` needs to be looked at again.
        if high < count:
            left = low
        if count < low:
            right = high


@njit(cache=True)
def relaxed(indptr, site, cost, fee, status, places, price, rho, chosen):
    """Compute the Lagrangian value at `price`.

    Leaves each site's reduced value in `rho` and the relaxed choice in
    `chosen`.

    Also gives the value of the last site let in and of the first kept out, for fixing by reduced value.
    """
    copy_into(rho, fee)
    total = 0.0
    for i in range(price.size):
        limit = price[i]
        total += limit
        for e in range(indptr[i], indptr[i + 1]):
            if cost[e] >= limit:
                break
            rho[site[e]] -= limit - cost[e]
    n_open = 0
    n_free = 0
    values = np.empty(rho.size)
    for j in range(rho.size):
        chosen[j] = False
        if status[j] == OPEN:
            chosen[j] = True
            total += rho[j]
            n_open += 1
        elif status[j] == FREE:
            values[n_free] = rho[j]
            n_free += 1
    room = places - n_open
    last_in, first_out = 0.0, 0.0
    if n_free > 0 and room > 0:
        if n_free > room:
            part_smallest(values, n_free, room)
            cut = values[room]
            first_out = min(cut, 0.0)
            last_in = largest(values, room)
        else:
            cut = np.inf
        taken = 0
        for strict in range(2):
            for j in range(rho.size):
                fits = rho[j] < cut or (strict == 1 and rho[j] == cut)
                if fits and taken < room and status[j] == FREE and not chosen[j] and rho[j] < 0.0:
                    chosen[j] = True
                    total += rho[j]
                    taken += 1
        last_in = min(last_in, 0.0) if taken == room else 0.0
    return total, last_in, first_out


@njit(cache=True)
def fix_by_value(status, chosen, rho, lower, last_in, first_out, target, trail, n_trail):
    """Open or shut every free site whose other setting cannot give a value below `target`."""
    for j in range(status.size):
        if status[j] != FREE:
            continue
        if chosen[j]:
            if lower - rho[j] + first_out >= target:
                status[j] = OPEN
                trail[n_trail] = j
                n_trail += 1
        elif lower + rho[j] - last_in >= target:
            status[j] = SHUT
            trail[n_trail] = j
            n_trail += 1
    return n_trail


@njit(cache=True)
def move_prices(indptr, site, cost, spare, chosen, price, heading, step_share, gap):
    """One deflected subgradient step on the prices, kept between the first useful cost and the spare cost."""
    inner = 0.0
    square = 0.0
    slope = np.empty(price.size)
    for i in range(price.size):
        count = 1.0
        first = spare[i]
        for e in range(indptr[i], indptr[i + 1]):
            if e == indptr[i]:
                first = cost[e]
            if cost[e] >= price[i]:
                break
            if chosen[site[e]]:
                count -= 1.0
        if (count > 0.0 and price[i] >= spare[i]) or (count < 0.0 and price[i] <= first):
            count = 0.0
        slope[i] = count
        inner += count * heading[i]
        square += heading[i] * heading[i]
    lean = -1.5 * inner / square if inner < 0.0 and square > 0.0 else 0.0
    norm = 0.0
    for i in range(price.size):
        heading[i] = slope[i] + lean * heading[i]
        norm += heading[i] * heading[i]
    if norm <= 1e-30:
        return False
    step = step_share * gap / norm
    for i in range(price.size):
        first = cost[indptr[i]] if indptr[i + 1] > indptr[i] else spare[i]
        price[i] = min(max(price[i] + step * heading[i], first), spare[i])
    return True


@njit(cache=True)
def tighten(
    indptr,
    site,
    cost,
    spare,
    fee,
    status,
    places,
    price,
    best_price,
    often,
    best_open,
    figures,
    slack,
    trail,
    n_trail,
    steps,
    patience,
):
    """Raise the bound by subgradient steps from `price`, fixing sites and keeping the best set met.

    Returns the number of entries on the trail; `figures` carries step length, best bound and the incumbent's
    value.
    """
    rho = np.empty(fee.size)
    chosen = np.zeros(fee.size, np.bool_)
    before = np.zeros(fee.size, np.bool_)
    heading = np.zeros(price.size)
    figures[LOWER] = -np.inf
    stale = 0
    for _ in range(steps):
        lower, last_in, first_out = relaxed(indptr, site, cost, fee, status, places, price, rho, chosen)
        changed = False
        for j in range(fee.size):
            often[j] += 0.08 * ((1.0 if chosen[j] else 0.0) - often[j])
            if chosen[j] != before[j]:
                changed = True
                before[j] = chosen[j]
        if lower > figures[LOWER]:
            if lower > figures[LOWER] + 1e-4 * max(figures[UPPER] - lower, 0.0):
                stale = 0
            figures[LOWER] = lower
            copy_into(best_price, price)
            if changed:
                value = serve_cost(indptr, site, cost, spare, fee, chosen)
                if value < figures[UPPER]:
                    figures[UPPER] = value
                    copy_into(best_open, chosen)
        else:
            stale += 1
        target = figures[UPPER] - slack
        if figures[LOWER] >= target:
            break
        n_trail = fix_by_value(status, chosen, rho, lower, last_in, first_out, target, trail, n_trail)
        if stale >= patience:
            stale = 0
            figures[PHI] *= 0.5
            copy_into(price, best_price)
            fill(heading, 0.0)
            if figures[PHI] < 1e-3:
                break
            continue
        if not move_prices(
            indptr, site, cost, spare, chosen, price, heading, figures[PHI], figures[UPPER] - lower
        ):
            break
    return n_trail


@njit(cache=True)
def branch_site(status, often):
    """Pick the free site whose share in the relaxed choices is nearest one half, or -1."""
    pick, best = -1, -1.0
    for j in range(status.size):
        if status[j] == FREE:
            score = min(often[j], 1.0 - often[j]) + 1e-3 * often[j]
            if score > best:
                best = score
                pick = j
    return pick


@njit(cache=True)
def leaf_value(indptr, site, cost, spare, fee, status, places, trial):
    """Tell whether the fixings leave nothing to choose, and the value (`trial` holds the open sites)."""
    n_open, n_free = 0, 0
    paid = False
    for j in range(status.size):
        trial[j] = status[j] == OPEN
        if status[j] == OPEN:
            n_open += 1
        elif status[j] == FREE:
            n_free += 1
            paid = paid or fee[j] > 0.0
    if n_open > places:
        return True, np.inf
    if n_free > 0 and n_open < places:
        if paid or n_open + n_free > places:
            return False, np.inf
        for j in range(status.size):
            trial[j] = status[j] != SHUT
    return True, serve_cost(indptr, site, cost, spare, fee, trial)


@njit(cache=True)
def search(
    indptr, site, cost, spare, fee, status, places, best_open, figures, slack, steps, patience, prices, often,
    floor, pick, side, phase, kept, trail, state, nodes,
):  # fmt: skip
    """Go on with a depth-first search for `nodes` more nodes.

    state = (depth, -1 when the tree is empty; trail's length; nodes done). At depth d: `prices[d]` the best
    prices, `floor[d]` the bound, `pick[d]` the site branched on, `side[d]` its first setting, `kept[d]` the
    trail's length once bounded and `phase[d]` what comes next (0 bound it, 1 first branch, 2 second branch, 3
    leave).
    """
    trial = np.zeros(fee.size, np.bool_)
    price = np.empty(spare.size)
    while state[0] >= 0:
        d = state[0]
        if phase[d] == 0:
            if nodes <= 0:
                break
            nodes -= 1
            state[2] += 1
            copy_into(price, prices[d])
            figures[PHI] = 1.0
            state[1] = tighten(
                indptr, site, cost, spare, fee, status, places, price, prices[d], often, best_open, figures,
                slack, trail, state[1], steps, patience,
            )  # fmt: skip
            floor[d] = figures[LOWER] if d == 0 else max(figures[LOWER], floor[d - 1])
            phase[d] = 3
            if floor[d] < figures[UPPER] - slack:
                done, value = leaf_value(indptr, site, cost, spare, fee, status, places, trial)
                if done and value < figures[UPPER]:
                    figures[UPPER] = value
                    copy_into(best_open, trial)
                if not done:
                    phase[d] = 1
                    kept[d] = state[1]
                    pick[d] = branch_site(status, often)
                    side[d] = OPEN if often[pick[d]] >= 0.5 else SHUT
        elif phase[d] == 3 or floor[d] >= figures[UPPER] - slack:
            state[0] = d - 1
        else:
            while state[1] > kept[d]:
                state[1] -= 1
                status[trail[state[1]]] = FREE
            status[pick[d]] = side[d] if phase[d] == 1 else OPEN + SHUT - side[d]
            trail[state[1]] = pick[d]
            state[1] += 1
            phase[d] += 1
            copy_into(prices[d + 1], prices[d])
            phase[d + 1] = 0
            state[0] = d + 1
    return nodes
