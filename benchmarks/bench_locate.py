"""Siting on named instances, from matrix to proven answer, side by side with spopt in one run.

Instances: areas and candidate sites uniform in the unit square (seeds 0 to 4), weights 1 to 100,
a radius that covers 2% of the square, units 10 and 20.

    python benchmarks/bench_locate.py [--small] [--huge] [--graphs] [--cases FOLDER] [--no-spopt]
    python benchmarks/bench_locate.py --hard
    python benchmarks/bench_locate.py --overrun SECONDS

`--small` is for CI; `--huge` adds a million areas and p-median 10,000 × 300; `--graphs` adds random graphs as
large as OR-Library's largest; `--cases` adds the published instances. `--hard` alone sets hard covers beside
plain HiGHS on the same merged model, in processor time of one run. `--overrun` alone gives every model 50,000
areas × 500 sites and that time limit, and prints when it ended.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import re
import resource
import time
import warnings
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import shortest_path

from standby import examples, locate, open_plan
from standby.plan import plan_arrays
from standby.travel import travel_times

RADIUS = float(np.sqrt(0.02 / np.pi))


def instance(n_areas: int, n_sites: int, seed: int, kind: type = np.float64) -> tuple[np.ndarray, np.ndarray]:
    """Distances of shape (sites, areas) and weights."""
    rng = np.random.default_rng(seed)
    areas, sites = rng.random((n_areas, 2)), rng.random((n_sites, 2))
    weight = rng.integers(1, 101, n_areas).astype(float)
    distance = np.empty((n_sites, n_areas), kind)
    for j, (x, y) in enumerate(sites):
        distance[j] = np.hypot(areas[:, 0] - x, areas[:, 1] - y)
    return distance, weight


def timed(call, *args, **options):
    """Return the result and wall seconds."""
    begin = time.perf_counter()
    result = call(*args, **options)
    return result, time.perf_counter() - begin


def spopt_seconds(kind: str, distance: np.ndarray, weight: np.ndarray, units: int) -> tuple[float, float]:
    """Objective and seconds of spopt with the CBC that PuLP carries."""
    import pulp  # noqa: PLC0415 - the peer is optional
    from spopt.locate import MCLP, PMedian  # noqa: PLC0415 - the peer is optional

    warnings.simplefilter("ignore")
    begin = time.perf_counter()
    table = np.ascontiguousarray(distance.T)
    if kind == "mclp":
        model = MCLP.from_cost_matrix(table, weight, service_radius=RADIUS, p_facilities=units)
        model = model.solve(pulp.PULP_CBC_CMD(msg=False))
        value = pulp.value(model.problem.objective)
    else:
        model = PMedian.from_cost_matrix(table, weight, p_facilities=units)
        model = model.solve(pulp.PULP_CBC_CMD(msg=False, timeLimit=300))
        value = pulp.value(model.problem.objective)
    return float(value), time.perf_counter() - begin


def against_spopt(n_areas: int, n_sites: int, *, peer: bool) -> None:
    """MCLP for all seeds; the peer on seed 0 with 10 units."""
    for seed in range(5):
        distance, weight = instance(n_areas, n_sites, seed)
        for units in (10, 20):
            answer, seconds = timed(locate.mclp, distance, weight, RADIUS, units)
            assert answer.gap == 0.0
            line = f"MCLP {n_areas:,} × {n_sites}, seed {seed}, {units} units: "
            line += f"{seconds:.2f} s, {answer.objective:.0f} proven"
            if peer and seed == 0 and units == 10:
                value, other = spopt_seconds("mclp", distance, weight, units)
                assert abs(value - answer.objective) < 1e-6 * value
                line += f"; spopt {other:.1f} s, ratio {other / seconds:.0f}"
            print(line, flush=True)


def medians(n_areas: int, n_sites: int, seeds: int, limit: float | None = None) -> None:
    """p-median for some seeds."""
    for seed in range(seeds):
        distance, weight = instance(n_areas, n_sites, seed)
        for units in (10, 20):
            answer, seconds = timed(locate.p_median, distance, weight, units, time_limit_s=limit)
            print(
                f"p-median {n_areas:,} × {n_sites}, seed {seed}, {units} units: {seconds:.2f} s, "
                f"{answer.objective:.6g}, gap {answer.gap:.3%}",
                flush=True,
            )


def small_plan() -> None:
    """Solve a plan's size, 300 areas × 30 sites, over twenty instances: milliseconds a solve."""
    for name, call in (
        ("MCLP", lambda d, w: locate.mclp(d, w, 0.15, 8)),
        ("LSCP", lambda d, _: locate.lscp(d, float(d.min(axis=0).max()))),
        ("p-median", lambda d, w: locate.p_median(d, w, 8)),
        ("p-centre", lambda d, _: locate.p_centre(d, 8)),
        ("MEXCLP", lambda d, w: locate.mexclp(d, w, 0.15, 8, 0.3)),
    ):
        spent = []
        for seed in range(21):
            answer, seconds = timed(call, *instance(300, 30, seed))
            assert answer.gap == 0.0
            spent.append(1000 * seconds)
        print(
            f"{name} 300 × 30, 8 units: median {np.median(spent[1:]):.1f} ms, worst {max(spent[1:]):.1f} ms",
            flush=True,
        )


def packaged_plan() -> None:
    """Solve the packaged plan's own minutes, best of fifteen: milliseconds from matrix to proven answer."""
    plan = open_plan(examples.path("south-west"))
    times, arrays = travel_times(plan), plan_arrays(plan)
    areas, sites = (arrays.forces.planned[rows.forces] for rows in (arrays.areas, arrays.sites))
    minutes = times.rows(arrays.sites.ids)[sites][:, arrays.places.of_areas][:, areas]
    served = np.isfinite(minutes).any(axis=0)  # the Isles of Scilly aren't
    minutes, weight = minutes[:, served], arrays.areas.population[areas][served]
    for name, call in (
        ("MCLP", lambda: locate.mclp(minutes, weight, 25, 12)),
        ("MEXCLP", lambda: locate.mexclp(minutes, weight, 25, 12, 0.2)),
        ("LSCP", lambda: locate.lscp(minutes, 60)),
        ("p-median", lambda: locate.p_median(minutes, weight, 12)),
        ("p-centre", lambda: locate.p_centre(minutes, 12)),
    ):
        spent = []
        for _ in range(15):
            answer, seconds = timed(call)
            assert answer.gap == 0.0
            spent.append(1000 * seconds)
        sites_areas = f"{minutes.shape[1]} areas × {minutes.shape[0]} sites"
        print(f"{name}, packaged plan, {sites_areas}, 12 units: {min(spent):.1f} ms", flush=True)


def graphs() -> None:
    """Random graphs as large as OR-Library's pmed21 to pmed40: p-median and p-centre, seconds."""
    total = 0.0
    for n, numbers in (
        (500, (5, 10, 50, 100, 167)),
        (600, (5, 10, 60, 120, 200)),
        (700, (5, 10, 70, 140)),
        (800, (5, 10, 80)),
        (900, (5, 10, 90)),
    ):
        for k, p in enumerate(numbers):
            rng = np.random.default_rng(1000 * n + k)
            edges = np.zeros((n, n))
            path = rng.permutation(n)
            edges[path[:-1], path[1:]] = rng.integers(1, 101, n - 1)
            ends = rng.integers(0, n, (2, n * n // 50))
            edges[ends[0], ends[1]] = rng.integers(1, 101, n * n // 50)
            np.fill_diagonal(edges, 0)
            distance = shortest_path(csr_matrix(edges), directed=False)
            median, first = timed(locate.p_median, distance, np.ones(n), p)
            centre, second = timed(locate.p_centre, distance, p)
            assert median.gap == centre.gap == 0.0
            total += first + second
            print(f"graph of {n} nodes, p={p}: p-median {first:.1f} s, p-centre {second:.1f} s", flush=True)
    print(f"graphs in all: {total:.0f} s", flush=True)


def million() -> None:
    """Solve a million areas × 500 sites in single precision (2 GB): time, memory beyond the input."""
    for units in (10, 20):
        distance, weight = instance(1_000_000, 500, 0, np.float32)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
        answer, seconds = timed(locate.mclp, distance, weight, RADIUS, units)
        after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
        print(
            f"MCLP 1,000,000 × 500, {units} units: {seconds:.1f} s, gap {answer.gap:.3%}, "
            f"peak memory {after:.1f} GB ({after - before:.1f} GB more)",
            flush=True,
        )


def orlib(folder: Path) -> None:
    """All of pmed1 to pmed20, and the longest published covers that the tests leave out."""
    answers = json.loads((folder / "pmed" / "expected.json").read_text())["instances"]
    total = 0.0
    for name, answer in answers.items():
        numbers = (folder / "pmed" / "data" / f"{name}.txt").read_text().split()
        n, _, p = (int(v) for v in numbers[:3])
        distance = np.full((n, n), np.inf)
        for i, j, c in np.array(numbers[3:], int).reshape(-1, 3):
            distance[i - 1, j - 1] = distance[j - 1, i - 1] = c
        np.fill_diagonal(distance, 0)
        for k in range(n):
            np.minimum(distance, distance[:, k : k + 1] + distance[k], out=distance)
        median, first = timed(locate.p_median, distance, np.ones(n), p)
        centre, second = timed(locate.p_centre, distance, p)
        assert (median.objective, median.gap) == (answer["p_median_optimum"], 0.0)
        assert (centre.objective, centre.gap) == (answer["p_center_optimum"], 0.0)
        total += first + second
    print(f"{len(answers)} OR-Library instances, p-median and p-centre proven: {total:.1f} s in all")
    covers(folder)


def covers(folder: Path) -> None:
    """Hard maximal covers and set covers."""
    table = np.loadtxt(folder / "mclp_sjc" / "SJC500.txt", skiprows=1)
    distance = np.hypot(*(table[:, None, :2] - table[None, :, :2]).transpose(2, 0, 1))
    results = json.loads((folder / "mclp_sjc" / "expected.json").read_text())["results"]["SJC500"]
    for units in (7, 8):
        answer, seconds = timed(locate.mclp, distance, table[:, 2], 800.0, units)
        assert (answer.objective, answer.gap) == (results[f"r=800,p={units}"]["obj"], 0.0)
        print(f"SJC500 p={units}: {seconds:.1f} s")
    rows = [r.split() for r in (folder / "mclp_bds" / "BDS10000.txt").read_text().splitlines()[1:] if r]
    sites = np.array([r[2:4] for r in rows if r[0] == "F"], float)
    customers = np.array([r[2:5] for r in rows if r[0] == "C"], float)
    distance = np.hypot(*(sites[:, None] - customers[None, :, :2]).transpose(2, 0, 1))
    results = json.loads((folder / "mclp_bds" / "expected.json").read_text())["results"]["BDS10000.txt"]
    for key, known in results.items():
        match = re.fullmatch(r"MCLP R=(6.25) B=(\d+)", key)
        if match:
            answer, seconds = timed(locate.mclp, distance, customers[:, 2], float(match[1]), int(match[2]))
            assert (answer.objective, answer.gap) == (known["obj"], 0.0)
            print(f"BDS10000 {key}: {seconds:.1f} s")
    optimum = json.loads((folder / "scp" / "expected.json").read_text())["optimum"]
    for path in sorted((folder / "scp").glob("scp*.txt")):
        numbers = [int(v) for v in path.read_text().split()]
        reach = np.zeros((numbers[1], numbers[0]), bool)
        at = 2 + numbers[1]
        for row in range(numbers[0]):
            reach[np.array(numbers[at + 1 : at + 1 + numbers[at]]) - 1, row] = True
            at += numbers[at] + 1
        answer, seconds = timed(locate.lscp, reach, 0.0, cost=np.array(numbers[2 : 2 + numbers[1]], float))
        assert (answer.objective, answer.gap) == (optimum[path.stem], 0.0)
        print(f"{path.stem}: {seconds:.1f} s")


def published_cover(n_customers: int) -> tuple[np.ndarray, np.ndarray]:
    """Distances and demand of BDS instances of any size, as their generator makes them (glibc's rand)."""
    libc = ctypes.CDLL("libc.so.6")
    libc.srand(1)
    points = np.array([[libc.rand() / 2147483647 * 30 for _ in range(2)] for _ in range(100 + n_customers)])
    points = points.round(6)
    for _ in range(100):  # costs of the sites
        libc.rand()
    demand = np.array([libc.rand() % 100 + 1 for _ in range(n_customers)], float)
    return np.hypot(*(points[:100, None] - points[None, 100:]).transpose(2, 0, 1)), demand


def plain_highs(distance: np.ndarray, demand: np.ndarray, radius: float, units: int) -> tuple[float, float]:
    """Weight covered and processor seconds of HiGHS on the merged model, solver only."""
    import highspy  # noqa: PLC0415 - the peer

    reach, member = np.unique(distance <= radius, axis=1, return_inverse=True)
    demand = np.bincount(member.ravel(), demand)[reach.any(axis=0)]
    reach = reach[:, reach.any(axis=0)]
    model = highspy.Highs()
    for name, value in (("output_flag", False), ("threads", 1), ("mip_rel_gap", 0.0), ("mip_abs_gap", 0.999)):
        model.setOptionValue(name, value)
    n_sites, n_groups = reach.shape
    for _ in range(n_sites):
        model.addVar(0.0, 1.0)
    for group in range(n_groups):
        model.addVar(0.0, 1.0)
        model.changeColCost(n_sites + group, -float(demand[group]))
    for site in range(n_sites):
        model.changeColIntegrality(site, highspy.HighsVarType.kInteger)
    every = np.arange(n_sites, dtype=np.int32)
    model.addRow(0.0, float(units), n_sites, every, np.ones(n_sites))
    for group in range(n_groups):
        near = np.append(np.nonzero(reach[:, group])[0], n_sites + group).astype(np.int32)
        model.addRow(0.0, highspy.kHighsInf, near.size, near, np.append(np.ones(near.size - 1), -1.0))
    begin = time.process_time()
    model.run()
    return -model.getInfo().objective_function_value, time.process_time() - begin


def hard_covers() -> None:
    """Hard covers beside plain HiGHS: processor seconds and their ratio."""
    for n_customers, radius, units in (
        (10_000, 5.0, 15),
        (10_000, 6.25, 10),
        (50_000, 6.0, 10),
        (50_000, 6.25, 10),
    ):
        distance, demand = published_cover(n_customers)
        begin = time.process_time()
        answer = locate.mclp(distance, demand, radius, units)
        seconds = time.process_time() - begin
        value, other = plain_highs(distance, demand, radius, units)
        assert answer.gap == 0.0
        assert abs(value - answer.objective) < 1e-6 * value
        print(
            f"BDS{n_customers} R={radius} B={units}: Standby {seconds:.1f} s, plain HiGHS {other:.1f} s of "
            f"processor time, ratio {seconds / other:.2f}",
            flush=True,
        )


def overrun(limit: float) -> None:
    """Give 50,000 areas × 500 sites to every model with a time limit; print the overrun."""
    distance, weight = instance(50_000, 500, 0)
    distance *= np.random.default_rng(1).random(distance.shape) * 0.4 + 0.8  # roads: hardly any areas alike
    radius = 0.15
    need = locate.Need(distance, weight, (locate.Arrival(radius), locate.Arrival(2 * radius, 2)))
    for name, call in (
        ("mclp", lambda **o: locate.mclp(distance, weight, radius, 30, **o)),
        ("mexclp", lambda **o: locate.mexclp(distance, weight, radius, 30, 0.3, **o)),
        ("p_median", lambda **o: locate.p_median(distance, weight, 30, **o)),
        ("p_centre", lambda **o: locate.p_centre(distance, 30, **o)),
        ("lscp", lambda **o: locate.lscp(distance, radius, **o)),
        ("malp1", lambda **o: locate.malp1(distance, weight, radius, 30, 0.3, **o)),
        ("bacop2", lambda **o: locate.bacop2(distance, weight, radius, 30, **o)),
        ("cover_model", lambda **o: locate.cover_model([need], locate.Fleet({"arv": 30}), **o)),
    ):
        begin = time.perf_counter()
        try:
            answer = call(time_limit_s=limit)
            said = f"gap {answer.gap:.2%}, {answer.status}"
        except locate.NoAnswerYetError as fault:
            said = str(fault)
        spent = time.perf_counter() - begin
        print(f"{name} 50,000 × 500, limit {limit:g} s: {spent:.1f} s; {said}", flush=True)


def main() -> None:
    """Run the instances asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true", help="minutes of CI, not of patience")
    parser.add_argument("--huge", action="store_true", help="a million areas, and p-median 10,000 × 300")
    parser.add_argument("--graphs", action="store_true", help="p-median and p-centre on 500 to 900 nodes")
    parser.add_argument("--cases", type=Path, help="folder of published cases")
    parser.add_argument("--no-spopt", action="store_true", help="leave the peer out")
    parser.add_argument("--hard", action="store_true", help="only hard covers beside plain HiGHS")
    parser.add_argument(
        "--overrun", type=float, metavar="SECONDS", help="only by how much limits are overrun"
    )
    asked = parser.parse_args()
    distance, weight = instance(50, 10, 0)
    locate.mclp(distance, weight, RADIUS, 2)  # compile before timing
    locate.p_median(distance, weight, 2)
    locate.mexclp(distance, weight, RADIUS, 2, 0.3)
    locate.p_centre(distance, 2)
    if asked.hard:
        hard_covers()
        return
    if asked.overrun is not None:
        overrun(asked.overrun)
        return
    small_plan()
    packaged_plan()
    if asked.small:
        against_spopt(1_000, 50, peer=not asked.no_spopt)
        medians(300, 30, 2)
        return
    against_spopt(30_000, 300, peer=not asked.no_spopt)
    medians(2_000, 150, 5)
    if asked.graphs:
        graphs()
    if asked.cases:
        orlib(asked.cases)
    if asked.huge:
        million()
        medians(10_000, 300, 2, limit=300.0)


if __name__ == "__main__":
    main()
