"""Greedy start and interchange (Teitz and Bart 1968; the fast form of Whitaker 1983), compiled."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True)
def nearest_two(indptr, site, cost, spare, is_open, first, low, second):
    """For each area the nearest open site (-1 the spare), its cost and the second cost."""
    for i in range(spare.size):
        first[i] = -1
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
def greedy(colptr, area, gain_cost, fee, status, places, is_open, low):
    """Open the best site one after another until `places` are open; returns whether no other would pay.

    `is_open` and `low`, what each area pays, are carried on from the sites that are open.
    """
    n_open = np.sum(is_open)
    while n_open < places:
        pick, best = -1, 0.0
        for j in range(fee.size):
            if is_open[j] or status[j] == 2:
                continue
            gain = -fee[j]
            for e in range(colptr[j], colptr[j + 1]):
                if gain_cost[e] < low[area[e]]:
                    gain += low[area[e]] - gain_cost[e]
            if gain > best:
                pick, best = j, gain
        if pick < 0:
            return True
        is_open[pick] = True
        n_open += 1
        for e in range(colptr[pick], colptr[pick + 1]):
            low[area[e]] = min(low[area[e]], gain_cost[e])
    return False


@njit(cache=True)
def best_exchange(colptr, area, gain_cost, fee, status, is_open, first, low, second, loss, j, room, change):
    """Least change in value from opening `j`, and the site to close (-1 none)."""
    gain = -fee[j]
    for k in range(change.size):
        change[k] = 0.0
    for e in range(colptr[j], colptr[j + 1]):
        i = area[e]
        c = gain_cost[e]
        if c < low[i]:
            gain += low[i] - c
            if first[i] >= 0:
                change[first[i]] -= second[i] - low[i]
        elif c < second[i] and first[i] >= 0:
            change[first[i]] -= second[i] - c
    best, shut = np.inf, -2
    if room:
        best, shut = -gain, -1
    for k in range(fee.size):
        if is_open[k] and status[k] != 1:
            value = loss[k] + change[k] - fee[k] - gain
            if value < best:
                best, shut = value, k
    return best, shut


@njit(cache=True)
def closing_loss(first, low, second, loss):
    """Add up what each open site's closing would cost its areas."""
    for k in range(loss.size):
        loss[k] = 0.0
    for i in range(first.size):
        if first[i] >= 0:
            loss[first[i]] += second[i] - low[i]


@njit(cache=True)
def interchange(
    indptr, site, cost, colptr, area, gain_cost, spare, fee, status, places, is_open, tolerance, begin, end
):  # fmt: skip
    """Go through the sites from `begin` to `end`; swap, open or close each where it lowers the value.

    Returns whether any was. Rounds taken in several parts end as if they were taken in one.
    """
    n = spare.size
    first = np.empty(n, np.int64)
    low = np.empty(n)
    second = np.empty(n)
    loss = np.zeros(fee.size)
    change = np.zeros(fee.size)
    nearest_two(indptr, site, cost, spare, is_open, first, low, second)
    closing_loss(first, low, second, loss)
    n_open = np.sum(is_open)
    changed = False
    for j in range(begin, end):
        if is_open[j]:
            if status[j] == 1 or loss[j] - fee[j] >= -tolerance:
                continue
            is_open[j] = False
            n_open -= 1
        elif status[j] == 2:
            continue
        else:
            value, shut = best_exchange(
                colptr,
                area,
                gain_cost,
                fee,
                status,
                is_open,
                first,
                low,
                second,
                loss,
                j,
                n_open < places,
                change,
            )
            if value >= -tolerance:
                continue
            is_open[j] = True
            if shut >= 0:
                is_open[shut] = False
            else:
                n_open += 1
        changed = True
        nearest_two(indptr, site, cost, spare, is_open, first, low, second)
        closing_loss(first, low, second, loss)
    return changed
