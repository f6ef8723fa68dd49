"""Lagrangian bound and depth-first branch and bound for choosing sites, compiled.

The problem: open at most ``places`` sites so that sum_j fee[j] open_j + sum_i min(spare[i], min_{j open}
cost[i, j]) is least. MCLP (cost 0, spare = weight), p-median (spare = the greatest cost) and set cover (spare
= the cheapest fee) are the same problem.

The bound gives each area a price. The areas pay their prices, and a site is worth its fee less what its areas
would save below their prices; any choice of sites costs at least the prices and the least worth that `places`
sites can have. Subgradient steps raise it (Cornuéjols, Fisher and Nemhauser 1977).

The arrays that loops share travel together: the problem (`Problem`), what is settled (`Fixings`), what has
been found (`Found`), how hard to try (`Effort`), and what waits to be searched (`Tree`).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

FREE, OPEN, SHUT = 0, 1, 2
"""What a site may still be: either, open, or shut."""

STEP, LOWER, UPPER = 0, 1, 2
"""Places in `Found.figures`: length of the steps, best lower bound, value of the best set."""

TO_BOUND, FIRST_SIDE, SECOND_SIDE, TO_LEAVE = 0, 1, 2, 3
"""What comes next at a depth of the `Tree`."""

NO_WAY = 1e-30
"""Square of a direction's length below which the prices have nowhere to go."""

MEMORY = 0.08
"""Weight of the newest relaxed choice in the mean of all."""

SHORTEST_STEP = 1e-3
"""Length of steps below which more of them can't help."""


class Problem(NamedTuple):
    """Areas, the sites that may serve them, and what these cost.

    indptr, site, cost: each area's useful sites in order of rising cost, a compressed table; a pair that
    never pays (cost >= spare) is left out; spare: what an area pays at most, (areas,); fee: of an open site,
    (sites,); places: most sites that may be open.
    """

    indptr: np.ndarray
    site: np.ndarray
    cost: np.ndarray
    spare: np.ndarray
    fee: np.ndarray
    places: int


class Fixings(NamedTuple):
    """Sites that are settled, and in which order they were, so that it can be undone.

    status: free, open or shut, (sites,); trail: sites settled, in order; length: of the trail, (1,).
    """

    status: np.ndarray
    trail: np.ndarray
    length: np.ndarray


class Found(NamedTuple):
    """What the search has found so far.

    is_open: the best set, (sites,); often: mean of the relaxed choices, the newest weighing most, (sites,);
    figures: see `STEP`, `LOWER` and `UPPER`.
    """

    is_open: np.ndarray
    often: np.ndarray
    figures: np.ndarray


class Effort(NamedTuple):
    """How hard to try.

    slack: how much below the best set another must be to count as better; steps: most steps of the prices;
    patience: steps without a better bound after which they become shorter.
    """

    slack: float
    steps: int
    patience: int


class Tree(NamedTuple):
    """What waits at each depth of a depth-first search.

    prices: the best, (depths, areas); floor: the bound; branch: the site branched on; first: its first
    setting; kept: length of the trail once bounded; phase: see `TO_BOUND`; place: depth (-1 when the tree is
    empty) and nodes done, (2,).
    """

    prices: np.ndarray
    floor: np.ndarray
    branch: np.ndarray
    first: np.ndarray
    kept: np.ndarray
    phase: np.ndarray
    place: np.ndarray


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
    """Return the largest of the first `count` values."""
    found = values[0]
    for k in range(1, count):
        found = max(found, values[k])
    return found


@njit(cache=True)
def serve_cost(problem, is_open):
    """Return the value of a set of open sites: their fees, and what each area pays."""
    indptr = problem.indptr
    site = problem.site
    cost = problem.cost
    spare = problem.spare
    total = 0.0
    for j in range(is_open.size):
        if is_open[j]:
            total += problem.fee[j]

    # Sites are in order of cost, so that the first open one is the cheapest.
    for i in range(spare.size):
        paid = spare[i]
        for e in range(indptr[i], indptr[i + 1]):
            if is_open[site[e]]:
                paid = cost[e]
                break
        total += paid
    return total


@njit(cache=True)
def part_smallest(values, size, count):
    """Reorder the first `size` values in place so that the `count` smallest stand first; the next is `count`.

    Hoare's selection (1961), by hand: NumPy's own partition takes six times as long to compile as the rest.
    """
    left = 0
    right = size - 1
    while left < right:
        pivot = values[(left + right) // 2]
        low = left
        high = right
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
def relaxed(problem, status, price, worth, chosen):
    """Return the Lagrangian bound at `price`, and the worth of the last site let in and first kept out.

    The two are for fixing sites. Leaves each site's worth (its fee less what its areas save) in `worth`, and
    the sites of least worth, below 0, in `chosen`.
    """
    indptr = problem.indptr
    site = problem.site
    cost = problem.cost
    copy_into(worth, problem.fee)
    total = 0.0
    for i in range(price.size):
        limit = price[i]
        total += limit
        for e in range(indptr[i], indptr[i + 1]):
            if cost[e] >= limit:
                break
            worth[site[e]] -= limit - cost[e]

    # Sites that must be open are counted whatever they are worth.
    n_open = 0
    n_free = 0
    values = np.empty(worth.size)
    for j in range(worth.size):
        chosen[j] = False
        if status[j] == OPEN:
            chosen[j] = True
            total += worth[j]
            n_open += 1
        elif status[j] == FREE:
            values[n_free] = worth[j]
            n_free += 1

    # The places left go to the free sites of least worth.
    room = problem.places - n_open
    last_in = 0.0
    first_out = 0.0
    if n_free > 0 and room > 0:
        if n_free > room:
            part_smallest(values, n_free, room)
            cut = values[room]
            first_out = min(cut, 0.0)
            last_in = largest(values, room)
        else:
            cut = np.inf

        # Those below the cut come first, and ties at the cut fill what is left.
        taken = 0
        for strict in range(2):
            for j in range(worth.size):
                fits = worth[j] < cut or (strict == 1 and worth[j] == cut)
                if fits and taken < room and status[j] == FREE and not chosen[j] and worth[j] < 0.0:
                    chosen[j] = True
                    total += worth[j]
                    taken += 1
        last_in = min(last_in, 0.0) if taken == room else 0.0
    return total, last_in, first_out


@njit(cache=True)
def settle(fixings, j, setting):
    """Open or shut a site, and note it on the trail."""
    fixings.status[j] = setting
    fixings.trail[fixings.length[0]] = j
    fixings.length[0] += 1


@njit(cache=True)
def fix_by_worth(fixings, chosen, worth, bound, last_in, first_out, target):
    """Settle every free site whose other setting can't give a value below `target`.

    Without a site that was chosen the first one kept out takes its place; with one that was not, the last one
    let in gives way.
    """
    for j in range(fixings.status.size):
        if fixings.status[j] != FREE:
            continue
        if chosen[j]:
            if bound - worth[j] + first_out >= target:
                settle(fixings, j, OPEN)
        elif bound + worth[j] - last_in >= target:
            settle(fixings, j, SHUT)


@njit(cache=True)
def deflect(slope, heading):
    """Turn the direction of the step before towards the new slope; returns its squared length.

    Where the slope points against that direction, half as much again of that part is taken off (Camerini,
    Fratta and Maffioli 1975).
    """
    inner = 0.0
    square = 0.0
    for i in range(slope.size):
        inner += slope[i] * heading[i]
        square += heading[i] * heading[i]

    lean = -1.5 * inner / square if inner < 0.0 and square > 0.0 else 0.0
    norm = 0.0
    for i in range(slope.size):
        heading[i] = slope[i] + lean * heading[i]
        norm += heading[i] * heading[i]
    return norm


@njit(cache=True)
def move_prices(problem, chosen, price, heading, push):
    """Move the prices one deflected subgradient step; returns whether there was a way to go.

    `heading` is the direction of the step before. A price stays between the area's least cost and its spare.
    """
    indptr = problem.indptr
    site = problem.site
    cost = problem.cost
    spare = problem.spare
    slope = np.empty(price.size)

    # The slope of an area is 1 less the chosen sites that would serve it below its price.
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

    norm = deflect(slope, heading)
    if norm <= NO_WAY:
        return False

    step = push / norm
    for i in range(price.size):
        first = cost[indptr[i]] if indptr[i + 1] > indptr[i] else spare[i]
        price[i] = min(max(price[i] + step * heading[i], first), spare[i])
    return True


@njit(cache=True)
def tighten(problem, found, fixings, price, best_price, effort):
    """Raise the bound by subgradient steps from `price`, settling sites and keeping the best set met.

    Leaves the best prices in `best_price`, and step length, bound and value in ``found.figures``.
    """
    fee = problem.fee
    figures = found.figures
    often = found.often
    worth = np.empty(fee.size)
    chosen = np.zeros(fee.size, np.bool_)
    before = np.zeros(fee.size, np.bool_)
    heading = np.zeros(price.size)
    figures[LOWER] = -np.inf
    stale = 0
    for _ in range(effort.steps):
        bound, last_in, first_out = relaxed(problem, fixings.status, price, worth, chosen)
        changed = False
        for j in range(fee.size):
            often[j] += MEMORY * ((1.0 if chosen[j] else 0.0) - often[j])
            if chosen[j] != before[j]:
                changed = True
                before[j] = chosen[j]

        # A bound that hardly rises doesn't renew the patience.
        if bound > figures[LOWER]:
            if bound > figures[LOWER] + 1e-4 * max(figures[UPPER] - bound, 0.0):
                stale = 0
            figures[LOWER] = bound
            copy_into(best_price, price)
            if changed:
                value = serve_cost(problem, chosen)
                if value < figures[UPPER]:
                    figures[UPPER] = value
                    copy_into(found.is_open, chosen)
        else:
            stale += 1

        target = figures[UPPER] - effort.slack
        if figures[LOWER] >= target:
            break
        fix_by_worth(fixings, chosen, worth, bound, last_in, first_out, target)

        # Out of patience: from the best prices again, in shorter steps.
        if stale >= effort.patience:
            stale = 0
            figures[STEP] *= 0.5
            copy_into(price, best_price)
            fill(heading, 0.0)
            if figures[STEP] < SHORTEST_STEP:
                break
            continue
        if not move_prices(problem, chosen, price, heading, figures[STEP] * (figures[UPPER] - bound)):
            break


@njit(cache=True)
def branch_site(status, often):
    """Return the free site whose share in the relaxed choices is nearest one half, or -1."""
    pick = -1
    best = -1.0
    for j in range(status.size):
        if status[j] == FREE:
            score = min(often[j], 1.0 - often[j]) + 1e-3 * often[j]
            if score > best:
                best = score
                pick = j
    return pick


@njit(cache=True)
def leaf_value(problem, status, trial):
    """Return whether nothing is left to choose, and the value then; `trial` holds the open sites."""
    n_open = 0
    n_free = 0
    paid = False
    for j in range(status.size):
        trial[j] = status[j] == OPEN
        if status[j] == OPEN:
            n_open += 1
        elif status[j] == FREE:
            n_free += 1
            paid = paid or problem.fee[j] > 0.0
    if n_open > problem.places:
        return True, np.inf

    # Free sites that cost nothing and all have a place may as well be open.
    if n_free > 0 and n_open < problem.places:
        if paid or n_open + n_free > problem.places:
            return False, np.inf
        for j in range(status.size):
            trial[j] = status[j] != SHUT
    return True, serve_cost(problem, trial)


@njit(cache=True)
def search(problem, found, fixings, tree, effort, nodes):
    """Go on with a depth-first search for `nodes` more nodes; returns those left over.

    One function and not several, as each more that calls `tighten` takes seconds to compile.
    """
    figures = found.figures
    trial = np.zeros(problem.fee.size, np.bool_)
    price = np.empty(problem.spare.size)
    while tree.place[0] >= 0:
        d = tree.place[0]

        # Bound the node, and choose the site to branch on unless it is done with.
        if tree.phase[d] == TO_BOUND:
            if nodes <= 0:
                break
            nodes -= 1
            tree.place[1] += 1
            copy_into(price, tree.prices[d])
            figures[STEP] = 1.0
            tighten(problem, found, fixings, price, tree.prices[d], effort)
            tree.floor[d] = figures[LOWER] if d == 0 else max(figures[LOWER], tree.floor[d - 1])
            tree.phase[d] = TO_LEAVE
            if tree.floor[d] < figures[UPPER] - effort.slack:
                done, value = leaf_value(problem, fixings.status, trial)
                if done and value < figures[UPPER]:
                    figures[UPPER] = value
                    copy_into(found.is_open, trial)
                if not done:
                    tree.phase[d] = FIRST_SIDE
                    tree.kept[d] = fixings.length[0]
                    tree.branch[d] = branch_site(fixings.status, found.often)
                    tree.first[d] = OPEN if found.often[tree.branch[d]] >= 0.5 else SHUT

        # Go back up where both sides are done, or nothing better can be below.
        elif tree.phase[d] == TO_LEAVE or tree.floor[d] >= figures[UPPER] - effort.slack:
            tree.place[0] = d - 1

        # Go down one side of the branch, and then the other; what was settled below is free again.
        else:
            while fixings.length[0] > tree.kept[d]:
                fixings.length[0] -= 1
                fixings.status[fixings.trail[fixings.length[0]]] = FREE
            first = tree.first[d]
            settle(fixings, tree.branch[d], first if tree.phase[d] == FIRST_SIDE else OPEN + SHUT - first)
            tree.phase[d] += 1
            copy_into(tree.prices[d + 1], tree.prices[d])
            tree.phase[d + 1] = TO_BOUND
            tree.place[0] = d + 1
    return nodes
