"""Greedy start and interchange (Teitz and Bart 1968; the fast form of Whitaker 1983), compiled."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from standby.locate.engine._kernels_search import OPEN, SHUT, fill

GAIN = 1e-12
"""Change in value that is more than rounding."""

NO_SITE = -1


class BySite(NamedTuple):
    """The pairs of a `Problem` site by site: which areas each site may serve, and their costs."""

    indptr: np.ndarray
    area: np.ndarray
    cost: np.ndarray


class Serving(NamedTuple):
    """Who serves each area while sites open and close.

    first: the cheapest open site, -1 if the area pays its spare, (areas,); low, second: what the area pays,
    and would pay without that site, (areas,); loss: what the areas would pay more if an open site closed,
    (sites,); change: how `loss` changes when a certain site opens, (sites,).
    """

    first: np.ndarray
    low: np.ndarray
    second: np.ndarray
    loss: np.ndarray
    change: np.ndarray


@njit(cache=True)
def nearest_two(problem, is_open, first, low, second):
    """Find for each area the cheapest open site (-1: none, it pays its spare), its cost and the second cost.

    Leaves them in `first`, `low` and `second`, each of shape (areas,).
    """
    indptr = problem.indptr
    site = problem.site
    cost = problem.cost
    spare = problem.spare
    for i in range(spare.size):
        first[i] = NO_SITE
        low[i] = spare[i]
        second[i] = spare[i]
        for e in range(indptr[i], indptr[i + 1]):
            if is_open[site[e]]:
                if first[i] < 0:
                    first[i] = site[e]
                    low[i] = cost[e]
                else:
                    second[i] = cost[e]
                    break


@njit(cache=True)
def greedy(problem, by_site, status, places, is_open, low):
    """Open the best site one after another until `places` are open; returns whether no other would pay.

    `is_open` and `low`, what each area pays, are carried on from the sites that are open.
    """
    fee = problem.fee
    indptr = by_site.indptr
    area = by_site.area
    cost = by_site.cost
    n_open = np.sum(is_open)
    while n_open < places:
        pick = NO_SITE
        best = 0.0
        for j in range(fee.size):
            if is_open[j] or status[j] == SHUT:
                continue
            gain = -fee[j]
            for e in range(indptr[j], indptr[j + 1]):
                if cost[e] < low[area[e]]:
                    gain += low[area[e]] - cost[e]
            if gain > best:
                pick = j
                best = gain
        if pick < 0:
            return True

        is_open[pick] = True
        n_open += 1
        for e in range(indptr[pick], indptr[pick + 1]):
            low[area[e]] = min(low[area[e]], cost[e])
    return False


@njit(cache=True)
def best_exchange(fee, by_site, status, is_open, serving, j, room):
    """Return the least change in value from opening `j`, and the site to close for it (-1 none).

    A site may open without another closing only where there is `room`.
    """
    area = by_site.area
    cost = by_site.cost
    first = serving.first
    low = serving.low
    second = serving.second
    change = serving.change

    # What the areas of j save, and by how much that makes the closing of their present sites cheaper.
    gain = -fee[j]
    fill(change, 0.0)
    for e in range(by_site.indptr[j], by_site.indptr[j + 1]):
        i = area[e]
        c = cost[e]
        if c < low[i]:
            gain += low[i] - c
            if first[i] >= 0:
                change[first[i]] -= second[i] - low[i]
        elif c < second[i] and first[i] >= 0:
            change[first[i]] -= second[i] - c

    best = np.inf
    shut = NO_SITE - 1
    if room:
        best = -gain
        shut = NO_SITE
    for k in range(fee.size):
        if is_open[k] and status[k] != OPEN:
            value = serving.loss[k] + change[k] - fee[k] - gain
            if value < best:
                best = value
                shut = k
    return best, shut


@njit(cache=True)
def serve(problem, is_open, serving):
    """Find who serves each area, and what the closing of each open site would cost its areas."""
    first = serving.first
    low = serving.low
    second = serving.second
    loss = serving.loss
    nearest_two(problem, is_open, first, low, second)
    fill(loss, 0.0)
    for i in range(first.size):
        if first[i] >= 0:
            loss[first[i]] += second[i] - low[i]


@njit(cache=True)
def interchange(problem, by_site, status, is_open, begin, end):
    """Go through the sites from `begin` to `end`; swap, open or close each where it lowers the value.

    Returns whether any was. Rounds taken in several parts end as if they were taken in one.
    """
    fee = problem.fee
    n_areas = problem.spare.size
    serving = Serving(
        np.empty(n_areas, np.int64),
        np.empty(n_areas),
        np.empty(n_areas),
        np.zeros(fee.size),
        np.zeros(fee.size),
    )
    serve(problem, is_open, serving)
    n_open = np.sum(is_open)
    changed = False
    for j in range(begin, end):
        if is_open[j]:
            if status[j] == OPEN or serving.loss[j] - fee[j] >= -GAIN:
                continue
            is_open[j] = False
            n_open -= 1

        # One that may not open is passed over, any other opens if that pays.
        elif status[j] == SHUT:
            continue
        else:
            room = n_open < problem.places
            value, shut = best_exchange(fee, by_site, status, is_open, serving, j, room)
            if value >= -GAIN:
                continue
            is_open[j] = True
            if shut >= 0:
                is_open[shut] = False
            else:
                n_open += 1

        changed = True
        serve(problem, is_open, serving)
    return changed
