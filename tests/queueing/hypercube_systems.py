"""Random systems of areas and units, and a slow solver that writes every equation down."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Case:
    """A system to solve: rates, lists, ties, own work."""

    arrival: np.ndarray
    preference: np.ndarray
    service: np.ndarray
    tied: np.ndarray | None = None
    initiated: np.ndarray | None = None

    @property
    def units(self) -> int:
        return self.service.size


def random_case(
    rng: np.random.Generator,
    *,
    units: int,
    areas: int,
    load: float,
    unequal: bool = False,
    ties: bool = False,
    partial: bool = False,
    initiated: bool = False,
) -> Case:
    """Units and areas anywhere, rates drawn, lists in random order."""
    preference = np.array([rng.permutation(units) for _ in range(areas)])
    service = rng.uniform(0.4, 2.0, units) if unequal else np.full(units, rng.uniform(0.5, 2.0))
    arrival = rng.uniform(0.05, 1.0, areas)
    arrival *= load * service.sum() / arrival.sum()
    if partial:
        for row, keep in zip(preference, rng.integers(1, units + 1, areas), strict=True):
            row[keep:] = -1
    tied = None
    if ties:
        tied = rng.random(preference.shape) < 0.5
        tied[:, 0] = False
    own = rng.uniform(0, 0.3, units) if initiated else None
    return Case(arrival, preference, service, tied, own)


def shares(case: Case, area: int, busy: int) -> dict[int, float]:
    """Who gets a call of an area, by unit, when the units in `busy` are busy; nobody when none is free."""
    group: list[int] = []
    for k, unit in enumerate(case.preference[area]):
        if unit < 0:
            break
        if case.tied is None or not case.tied[area, k]:
            free = [n for n in group if not busy >> n & 1]
            if free:
                break
            group = []
        group.append(int(unit))
    free = [n for n in group if not busy >> n & 1]
    return {n: 1 / len(free) for n in free}


def dense(case: Case) -> dict:
    """Solve the loss system from its full matrix of flows."""
    size = 1 << case.units
    flow = np.zeros((size, size))
    own = np.zeros(case.units) if case.initiated is None else case.initiated
    gives = {}
    for state in range(size):
        for n in range(case.units):
            if state >> n & 1:
                flow[state, state ^ 1 << n] += case.service[n]
            else:
                flow[state, state | 1 << n] += own[n]
        for area, rate in enumerate(case.arrival):
            gives[state, area] = shares(case, area, state)
            for n, share in gives[state, area].items():
                flow[state, state | 1 << n] += rate * share
    generator = flow - np.diag(flow.sum(axis=1))
    system = np.vstack([generator.T[:-1], np.ones(size)])
    chance = np.linalg.solve(system, np.eye(1, size, size - 1)[0])
    dispatch = np.zeros((case.arrival.size, case.units))
    for (state, area), share in gives.items():
        for n, part in share.items():
            dispatch[area, n] += chance[state] * part * case.arrival[area] / case.arrival.sum()
    bits = (np.arange(size)[:, None] >> np.arange(case.units)) & 1
    return {"states": chance, "busy": chance @ bits, "dispatch": dispatch, "lost": 1 - dispatch.sum()}


def dense_queue(case: Case, waiting: int) -> dict:
    """Solve the system with a queue from its full matrix, cut off at a number of calls waiting.

    Only for lists that name every unit. Waiting calls go, first come first served, to the next unit free.
    """
    size = 1 << case.units
    full = size - 1
    total = case.arrival.sum()
    flow = np.zeros((size + waiting, size + waiting))
    for state in range(size):
        for n in range(case.units):
            if state >> n & 1:
                flow[state, state ^ 1 << n] += case.service[n]
            elif case.initiated is not None:
                flow[state, state | 1 << n] += case.initiated[n]
        for area, rate in enumerate(case.arrival):
            for n, share in shares(case, area, state).items():
                flow[state, state | 1 << n] += rate * share
    for k in range(waiting):
        lower = full if k == 0 else size + k - 1
        flow[lower, size + k] += total
        flow[size + k, lower] += case.service.sum()
    generator = flow - np.diag(flow.sum(axis=1))
    chance = np.linalg.solve(
        np.vstack([generator.T[:-1], np.ones(size + waiting)]),
        np.eye(1, size + waiting, size + waiting - 1)[0],
    )
    delayed = chance[full:].sum()
    dispatch = np.outer(case.arrival / total, delayed * case.service / case.service.sum())
    for state in range(full):
        for area, rate in enumerate(case.arrival):
            for n, share in shares(case, area, state).items():
                dispatch[area, n] += chance[state] * share * rate / total
    bits = (np.arange(size)[:, None] >> np.arange(case.units)) & 1
    states = chance[:size].copy()
    states[full] = delayed
    length = float(chance[size:] @ np.arange(1, waiting + 1))
    return {
        "states": states,
        "busy": states @ bits,
        "dispatch": dispatch,
        "delayed": delayed,
        "queue": length,
    }
