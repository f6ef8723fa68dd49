"""How fast and how far the hypercube goes, beside SciPy's sparse solve and a layered NumPy solve.

Run ``python benchmarks/bench_hypercube.py`` on an otherwise idle machine, or with ``--small`` for a quick
check that everything still runs; ``--far 24`` adds one large exact solution; ``--errors`` prints instead
the table of the approximation's error that is in ``docs/queueing.md``. Peers solve the same system
to at least the same answer in the same run, set-up included; compiling is done before the clock starts.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from typing import TypeVar

import numpy as np
from scipy.sparse import coo_array, csc_array
from scipy.sparse.linalg import spsolve

from standby.queueing import hypercube, hypercube_approximate, hypercube_memory_gb

AREAS = 200
LOAD = 0.5
System = tuple[np.ndarray, np.ndarray, np.ndarray]
T = TypeVar("T")


def make_system(
    units: int, *, unequal: bool = False, areas: int = AREAS, seed: int = 5, load: float = LOAD
) -> System:
    """Units and areas anywhere in a square, nearest unit first, half of all units busy."""
    rng = np.random.default_rng(seed)
    homes, places = rng.random((units, 2)), rng.random((areas, 2))
    preference = np.argsort(np.abs(places[:, None] - homes[None]).sum(axis=2), axis=1)
    service = rng.uniform(0.7, 1.3, units) if unequal else np.ones(units)
    arrival = rng.random(areas)
    return arrival * load * service.sum() / arrival.sum(), preference, service


def clock(job: Callable[[], T], repeats: int = 1) -> tuple[float, T]:
    """Shortest of some runs, and the last answer."""
    best = np.inf
    for _ in range(repeats):
        began = time.perf_counter()
        answer = job()
        best = min(best, time.perf_counter() - began)
    return best, answer


def rates_by_state(system: System) -> np.ndarray:
    """Rate of calls to each unit in each state, shape (2^units, units), area by area with NumPy."""
    arrival, preference, service = system
    rates = np.zeros((1 << service.size, service.size))
    every = np.arange(1 << service.size)
    for rate, units in zip(arrival, preference, strict=True):
        left = every
        for n in units:
            busy = (left >> n) & 1 == 1
            rates[left[~busy], n] += rate
            left = left[busy]
    return rates


def solve_sparse(system: System) -> np.ndarray:
    """Solve the balance equations with SciPy's sparse direct solver; return busy fractions."""
    service = system[2]
    units, states = service.size, np.arange(1 << service.size)
    rates = rates_by_state(system)
    rows, columns, values = [], [], []
    for n in range(units):
        free = states[(states >> n) & 1 == 0]
        rows += [free | 1 << n, free]
        columns += [free, free | 1 << n]
        values += [rates[free, n], np.full(free.size, service[n])]
    flow = coo_array((np.concatenate(values), (np.concatenate(rows), np.concatenate(columns)))).tocsc()
    out = flow.sum(axis=0)
    keep = states[1:]  # chances relative to the state in which nobody is busy
    matrix = csc_array(flow - csc_array((out, (states, states))))[:, keep][keep, :]
    chance = np.concatenate(([1.0], spsolve(matrix, -flow[:, [0]].toarray()[keep, 0])))
    chance /= chance.sum()
    return np.array([chance[(states >> n) & 1 == 1].sum() for n in range(units)])


def solve_layers(system: System, tolerance: float) -> np.ndarray:
    """Sweep layer by layer with NumPy, each layer kept at Erlang's share; return busy fractions."""
    arrival, _, service = system
    units, states = service.size, np.arange(1 << service.size)
    rates = rates_by_state(system)
    leave = rates.copy()
    count = np.bitwise_count(states)
    for n in range(units):
        leave[(states >> n) & 1 == 1, n] = service[n]
    leave = leave.sum(axis=1)
    layers = []
    for k in range(units + 1):
        layer = states[count == k]
        masks = [((layer >> n) & 1).astype(bool) for n in range(units)]
        layers.append((layer, [(np.flatnonzero(m), np.flatnonzero(~m)) for m in masks]))
    share = np.cumprod(np.concatenate(([1.0], arrival.sum() / (service[0] * np.arange(1, units + 1)))))
    share /= share.sum()
    chance = share[count] / np.bincount(count)[count]
    change = np.inf
    while change > tolerance:
        change = 0.0
        for k, (layer, parts) in enumerate(layers):
            inflow = np.zeros(layer.size)
            for n, (busy, free) in enumerate(parts):
                below = layer[busy] ^ (1 << n)
                inflow[busy] += rates[below, n] * chance[below]
                inflow[free] += service[n] * chance[layer[free] | (1 << n)]
            fresh = inflow / leave[layer]
            fresh *= share[k] / fresh.sum()
            change += np.abs(fresh - chance[layer]).sum()
            chance[layer] = fresh
    return np.array([chance[(states >> n) & 1 == 1].sum() for n in range(units)])


def compare(name: str, units: int, peer: Callable[[System], np.ndarray], accuracy: float) -> None:
    """Solve one system with a peer and with Standby, and print the ratio."""
    system = make_system(units)
    peer_seconds, expected = clock(lambda: peer(system))
    seconds, answer = clock(lambda: hypercube(*system), 3)
    assert np.abs(answer.busy - expected).max() < accuracy
    ratio = peer_seconds / seconds
    print(f"{name}, {units} units: {peer_seconds:.3f} s, Standby {seconds:.4f} s: {ratio:.0f} times")


def report_exact(units: int, *, unequal: bool, repeats: int) -> None:
    """Print the time and residual of one exact solution."""
    system = make_system(units, unequal=unequal)
    seconds, answer = clock(lambda: hypercube(*system), repeats)
    assert answer.residual <= 1e-12
    kind = "unequal" if unequal else "equal"
    print(
        f"exact, {kind} rates, {AREAS} areas, {units} units: {seconds:.2f} s, {answer.sweeps} sweeps, "
        f"{hypercube_memory_gb(units):.2f} GB, residual {answer.residual:.0e}"
    )


def report_approximate(units: int) -> None:
    """Print the time of the approximation."""
    system = make_system(units, unequal=True)
    seconds, answer = clock(lambda: hypercube_approximate(*system), 5)
    assert answer.residual <= 1e-11
    print(f"approximate, {AREAS} areas, {units} units: {seconds * 1e3:.1f} ms, {answer.sweeps} passes")


def errors(units: int, load: float, systems: int = 20) -> dict[str, float]:
    """Largest errors of the approximation over some random systems of 60 areas with unequal rates.

    `busy` and `lost` are absolute, `response` is relative; `half_` is for lists of the nearer half of the
    units, `queue_` for calls that wait. The response of the k-th unit of a list is k.
    """
    worst: dict[str, float] = {}
    for seed in range(systems):
        arrival, preference, service = make_system(units, unequal=True, areas=60, seed=seed, load=load)
        times = np.empty(preference.shape)
        np.put_along_axis(times, preference, np.arange(1.0, units + 1)[None], axis=1)
        half = np.where(np.arange(units) < (units + 1) // 2, preference, -1)
        for kind, lists, queue in (
            ("", preference, False),
            ("half_", half, False),
            ("queue_", preference, True),
        ):
            exact = hypercube(arrival, lists, service, queue=queue)
            near = hypercube_approximate(arrival, lists, service, queue=queue)
            found = {
                "busy": np.abs(near.busy - exact.busy).max(),
                "response": abs(near.mean_response(times) / exact.mean_response(times) - 1),
                "lost": abs(near.lost - exact.lost),
            }
            for name, error in found.items():
                worst[kind + name] = max(worst.get(kind + name, 0.0), float(error))
    return worst


def error_row(units: int, load: float) -> str:
    """One row of the table in the documentation, in percent or percentage points."""
    found = errors(units, load)
    names = (
        "busy",
        "response",
        "lost",
        "half_busy",
        "half_response",
        "half_lost",
        "queue_busy",
        "queue_response",
    )
    return f"| {units} | {load:.1f} | " + " | ".join(f"{100 * found[name]:.1f}" for name in names) + " |"


def main() -> None:
    """Run the comparisons."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true", help="small sizes, to see that it runs")
    parser.add_argument("--far", type=int, metavar="UNITS", help="also solve one system of this size exactly")
    parser.add_argument("--errors", action="store_true", help="print the table of the approximation's error")
    options = parser.parse_args()
    if options.errors:
        for units in (2, 4, 8, 12, 16):
            for load in (0.1, 0.3, 0.5, 0.7, 0.9):
                print(error_row(units, load), flush=True)
        return
    for units in (3, 18):  # compile both the single and the parallel sweeps
        hypercube(*make_system(units, areas=3))
    hypercube_approximate(*make_system(3))
    small = options.small
    report_exact(12 if small else 20, unequal=False, repeats=1 if small else 2)
    report_exact(10 if small else 16, unequal=True, repeats=3)
    report_approximate(40 if small else 300)
    compare("SciPy sparse solve", 9 if small else 13, solve_sparse, 1e-10)
    compare("layered NumPy solve", 11 if small else 20, lambda system: solve_layers(system, 1e-8), 1e-7)
    if options.far:
        report_exact(options.far, unequal=False, repeats=1)


if __name__ == "__main__":
    main()
