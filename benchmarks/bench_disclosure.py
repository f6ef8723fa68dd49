"""Cell suppression on tables made here, side by side with two peers in one run.

Counts are lognormal, a tenth of them 0; those of 1 or 2 are confidential; withholding costs the value. Seeds
are fixed. `flat` is a table of two dimensions with totals, `hierarchy` one of places within regions by
kind, `linked` three tables of two dimensions that share their margins, `cube` one of three dimensions.

    python benchmarks/bench_disclosure.py [--small] [--limit SECONDS] [--cube]

The peers: one integer program for all (a pattern, and a deviation for each primary cell and side), and the
deviation of least cost for each primary cell, one after another, which is what simple programs do. `--small`
takes the smallest tables, `--cube` adds cubes of 6 and of 11, which are seldom proven, and `--limit` is the
time limit of each search and each peer [s].
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from standby.disclosure import suppress

Table = tuple[np.ndarray, sparse.csr_array]


def related(lines: list[np.ndarray], cells: int) -> sparse.csr_array:
    """Return relations: the last cell of each line is the sum of the others."""
    row = np.repeat(np.arange(len(lines)), [line.size for line in lines])
    sign = np.concatenate([np.append(np.ones(line.size - 1), -1.0) for line in lines])
    return sparse.csr_array((sign, (row, np.concatenate(lines))), shape=(len(lines), cells))


def counts(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """Return counts of which a tenth are 0."""
    drawn = np.floor(np.exp(rng.normal(2.5, 1.3, shape)))
    drawn[rng.random(shape) < 0.1] = 0.0
    return drawn


def with_totals(table: np.ndarray) -> np.ndarray:
    """Return a table with a total at the end of each dimension."""
    for axis in range(table.ndim):
        table = np.concatenate([table, table.sum(axis, keepdims=True)], axis)
    return table


def lines_of(number: np.ndarray) -> list[np.ndarray]:
    """Return the lines of a table in each dimension."""
    return [
        line
        for axis in range(number.ndim)
        for line in np.moveaxis(number, axis, -1).reshape(-1, number.shape[axis])
    ]


def grid(shape: tuple[int, ...], seed: int) -> Table:
    """Return a table of any dimension."""
    table = with_totals(counts(np.random.default_rng(seed), shape))
    number = np.arange(table.size).reshape(table.shape)
    return table.reshape(-1), related(lines_of(number), table.size)


def hierarchy(regions: int, places: int, kinds: int, seed: int) -> Table:
    """Return places within regions by kind."""
    inner = counts(np.random.default_rng(seed), (regions, places, kinds))
    table = np.stack([with_totals(region) for region in inner])
    whole = table[:, -1].sum(0)
    number = np.arange(table.size).reshape(table.shape)
    of_whole = np.arange(table.size, table.size + whole.size)

    lines = [line for region in number for line in lines_of(region)]
    lines += [np.append(number[:, -1, kind], of_whole[kind]) for kind in range(whole.size)]
    values = np.concatenate([table.reshape(-1), whole])
    return values, related(lines, values.size)


def linked(first: int, second: int, third: int, seed: int) -> Table:
    """Return the three tables of two dimensions of one cube, which share their margins."""
    rng = np.random.default_rng(seed)
    cube = np.floor(np.exp(rng.normal(-1.5, 1.3, (first, second, third))))
    tables = [with_totals(cube.sum(axis)) for axis in (2, 1, 0)]
    values = np.concatenate([table.reshape(-1) for table in tables])
    starts = np.cumsum([0, *(table.size for table in tables)])
    numbers = [
        start + np.arange(table.size).reshape(table.shape)
        for start, table in zip(starts, tables, strict=False)
    ]

    a, b, c = numbers
    same = [(a[:, -1], b[:, -1]), (a[-1], c[:, -1]), (b[-1], c[-1])]
    lines = [line for number in numbers for line in lines_of(number)]
    lines += [np.array(pair) for one, other in same for pair in zip(one, other, strict=True)]
    return values, related(lines, values.size)


def one_program(table: Table, primary: np.ndarray, limit: float) -> tuple[float, float]:
    """Return cost and bound of one integer program for all."""
    values, relations = table
    size, most = values.size, float(values.max())
    tasks = [(cell, sign) for cell in primary for sign in (-1.0, 1.0)]
    low = np.concatenate([np.isin(np.arange(size), primary).astype(float), np.full(size * len(tasks), -most)])
    high = np.concatenate([np.ones(size), np.full(size * len(tasks), most)])
    for k, (cell, sign) in enumerate(tasks, 1):
        at = size * k + cell
        low[at], high[at] = (1.0, most) if sign > 0 else (-most, -1.0)

    # Deviations of all tasks, one after another: they satisfy the relations, within what the pattern opens.
    each, count = sparse.eye_array(len(tasks)), np.ones((len(tasks), 1))
    blocks = [
        (
            sparse.hstack(
                [sparse.csr_array((relations.shape[0] * len(tasks), size)), sparse.kron(each, relations)]
            ),
            0.0,
        )
    ]
    for side, room in ((1.0, np.full(size, most)), (-1.0, values)):
        opened = sparse.kron(count, sparse.diags_array(room))
        blocks.append((sparse.hstack([-opened, side * sparse.eye_array(size * len(tasks))]), -np.inf))
    rules = [LinearConstraint(block.tocsr(), least, 0.0) for block, least in blocks]
    cost = np.concatenate([values, np.zeros(size * len(tasks))])
    whole = np.concatenate([np.ones(size), np.zeros(size * len(tasks))])
    found = milp(
        cost, constraints=rules, bounds=Bounds(low, high), integrality=whole, options={"time_limit": limit}
    )
    return (np.inf if found.fun is None else found.fun), (found.mip_dual_bound or 0.0)


def one_by_one(table: Table, primary: np.ndarray, limit: float) -> tuple[float, float]:
    """Return the cost of the deviation of least cost for each primary cell and side, one after another."""
    values, relations = table
    begin = time.perf_counter()
    withheld = np.isin(np.arange(values.size), primary)
    both = sparse.hstack([relations, -relations]).tocsr()
    for cell in primary:
        for up in (True, False):
            if time.perf_counter() - begin > limit:
                return np.inf, 0.0
            weight = np.where(withheld, 0.0, values)
            bounds = np.column_stack(
                [np.zeros(2 * values.size), np.append(np.full(values.size, np.inf), values)]
            )
            forward, back = (cell, cell + values.size) if up else (cell + values.size, cell)
            bounds[forward], bounds[back] = 1.0, 0.0
            found = linprog(np.append(weight, weight), A_eq=both, b_eq=np.zeros(both.shape[0]), bounds=bounds)
            withheld |= np.abs(found.x[: values.size] - found.x[values.size :]) > 1e-9
    return float(values[withheld].sum()), 0.0


def timed(call: Callable[..., tuple[float, float]], *args: object) -> tuple[float, float, float]:
    """Return cost, bound and wall seconds."""
    begin = time.perf_counter()
    cost, bound = call(*args)
    return cost, bound, time.perf_counter() - begin


def main() -> None:
    """Print a line for each table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--small", action="store_true")
    parser.add_argument("--cube", action="store_true")
    parser.add_argument("--limit", type=float, default=120.0)
    asked = parser.parse_args()

    tables = {"flat 8 × 9": grid((8, 9), 1), "hierarchy 3 × 4 × 4": hierarchy(3, 4, 4, 1)}
    tables |= {"cube 4": grid((4, 4, 4), 1), "linked 6 × 7 × 8": linked(6, 7, 8, 1)}
    if not asked.small:
        tables |= {f"flat 40 × 48, seed {seed}": grid((40, 48), seed) for seed in (1, 2)}
        tables |= {f"hierarchy 10 × 15 × 11, seed {seed}": hierarchy(10, 15, 11, seed) for seed in (1, 2)}
        tables |= {f"linked 24 × 25 × 26, seed {seed}": linked(24, 25, 26, seed) for seed in (1, 2)}
    if asked.cube:
        tables |= {"cube 6": grid((6, 6, 6), 1), "cube 11": grid((11, 11, 11), 1)}

    for name, table in tables.items():
        values, relations = table
        primary = np.flatnonzero((values > 0) & (values <= 2))
        result = suppress(values, relations, primary, time_limit_s=asked.limit)
        print(f"{name}: {values.size} cells, {primary.size} primary")
        show("standby", result.cost, result.bound, result.seconds, 1.0)

        cost, bound, seconds = timed(one_by_one, table, primary, asked.limit)
        show("one by one", cost, bound, seconds, seconds / result.seconds)
        if values.size > 200:
            continue  # the integer program has a column for each cell and task
        cost, bound, seconds = timed(one_program, table, primary, asked.limit)
        show("one program", cost, bound, seconds, seconds / result.seconds)
        assert cost >= result.bound - 1e-6
        assert result.cost >= bound - 1e-6


def show(who: str, cost: float, bound: float, seconds: float, ratio: float) -> None:
    """Print what one method found."""
    print(f"  {who:<12} cost {cost:8.0f}  bound {bound:8.1f}  {seconds:7.2f} s = {ratio:6.1f} ×", flush=True)


if __name__ == "__main__":
    main()
