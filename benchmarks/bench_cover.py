"""How fast one draw of a plan's cover is evaluated, beside the same steps in plain Python.

The plain twin lines up the units at each place and walks along them with a dictionary of states, at the busy
shares that the kernels found; finding these as well is the kernels' work alone. Both answers are compared
before anything is printed. Times are of the thread's own processor time, so that other work on the machine
changes them less.

    python benchmarks/bench_cover.py            the packaged plan of three forces
    python benchmarks/bench_cover.py --small    the made-up county, for continuous integration
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from itertools import pairwise

import numpy as np

from standby import examples
from standby.attendance import SLACK_MIN, Outcome, arrival_minutes, before_min, evaluate, held_and_delay
from standby.attendance._kernels import GONE
from standby.cover import Evaluated, evaluate_plan, expected_shares, minutes
from standby.evidence.draws import draw
from standby.plan import HOURS_A_WEEK, PlanArrays, open_plan
from standby.travel import travel_times

Line = list[tuple[float, int, float]]


def walk(
    e: Evaluated, machine: int, line: Line, free: list[float], cut: float
) -> list[tuple[float, int, float, float]]:
    """Return minutes, number, chance to help and chance to complete of each unit that can matter."""
    machines = e.model.machines
    last = int(machines.sizes[machine]) - 1
    states, waiting, found = {0: 1.0}, 1.0, []
    for when, unit, may in line:
        if waiting < cut:
            break
        kind = int(machines.kind[machine, unit])
        helped = completed = 0.0
        after: dict[int, float] = {}
        for state, chance in states.items():
            target = state if kind < 0 else int(machines.next_state[machine, kind, state])
            moved = chance * may * free[unit] if target != state else 0.0
            helped += chance if target != state else 0.0
            after[state] = after.get(state, 0.0) + chance - moved
            if target == last:
                completed += moved
            elif moved:
                after[target] = after.get(target, 0.0) + moved
        states, waiting = after, waiting - completed
        found.append((when, unit, helped * may, completed))
    return found


def plain(e: Evaluated, arrays: PlanArrays, outcome: Outcome) -> np.ndarray:
    """Return chances of being in time, step by step, at the busy shares of an outcome."""
    model, setting = e.model, e.setting
    congestion = model.congestion
    sent, lend = arrival_minutes(model, arrays)
    _, delay = held_and_delay(model, arrays)
    before = before_min(arrays)
    reached = np.zeros(setting.within_min.shape)

    for p, period in enumerate(model.periods):
        on_duty = np.flatnonzero(period.on_duty)
        lines: list[Line] = [
            sorted(
                (float(sent[u, i] + delay[p, u]), int(u), float(lend[u, arrays.places.forces[i]]))
                for u in on_duty
            )
            for i in range(len(arrays.places))
        ]
        lines = [[one for one in line if one[0] < np.inf] for line in lines]

        for row, (t, m) in enumerate(zip(setting.types, setting.measures, strict=True)):
            share = period.hours * period.weight[t] / HOURS_A_WEEK
            for place in np.flatnonzero(~np.isnan(setting.within_min[row])):
                group = congestion.place[place]
                for node in range(congestion.first[group], congestion.first[group + 1]):
                    part = share * outcome.node_weight[p, node]
                    free = outcome.free[p, node].tolist()
                    walked = walk(e, int(model.machines.of[m, t]), lines[place], free, GONE)
                    for when, _, _, completed in walked:
                        if when + before[m, t] <= setting.within_min[row, place] + SLACK_MIN:
                            reached[row, place] += part * completed
    return reached


def timed(run: Callable[[], object], rounds: int) -> float:
    """Return the shortest time of a thread's own for one call, of several calls [ms]."""
    times = [time.thread_time()]
    for _ in range(rounds):
        run()
        times.append(time.thread_time())
    return 1e3 * min(after - before for before, after in pairwise(times))


def compare(e: Evaluated, title: str, rounds: int) -> None:
    """Check the plain twin's answer and print the ratio of times."""
    outcome = evaluate(e.model, e.arrays, e.setting)
    began = time.thread_time()
    reached = plain(e, e.arrays, outcome)
    slow = 1e3 * (time.thread_time() - began)
    assert np.allclose(reached, outcome.reached, atol=1e-8)
    fast = timed(lambda: evaluate(e.model, e.arrays, e.setting), rounds)
    size = f"{len(e.model.periods)} periods × {len(e.arrays.places)} places × {len(e.model.rows)} units"
    print(f"{title} ({size}): {fast:.2f} ms, plain Python {slow:,.0f} ms: {slow / fast:,.0f} times as long")


def per_draw(e: Evaluated, count: int) -> None:
    """Print what a draw of the doubt costs."""
    drawn = e.arrays.drawn(draw(e.arrays.dimensions, count, seed=1, scrambles=2))
    ones = [drawn.one(k) for k in range(count)]

    def all_draws() -> None:
        for one in ones:
            outcome = evaluate(e.model, one, e.setting, start=e.start)
            expected_shares(one, outcome)

    free = timed(lambda: evaluate(e.model, e.arrays, e.setting, if_free=True), 9)
    statistics = timed(lambda: minutes(e.model, e.scopes, e.outcome), 9)
    print(
        f"a draw, with its shares: {timed(all_draws, 3) / count:.2f} ms; if every unit is free: {free:.2f} ms"
    )
    print(f"mean and percentiles of every scope: {statistics:.2f} ms")


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--small", action="store_true", help="the made-up county only")
    small = parser.parse_args().small
    for name, option in (("tiny", None),) if small else (("south-west", None), ("south-west", "arm-all")):
        plan = open_plan(examples.path(name))
        plan = plan if option is None else plan.with_option(option)
        e = evaluate_plan(plan, travel_times(plan))
        compare(e, name if option is None else f"{name}, {option}", 5 if small else 20)
        per_draw(e, 8 if small else 64)


if __name__ == "__main__":
    main()
