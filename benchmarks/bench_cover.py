"""How fast one draw of a plan's cover is evaluated, beside the same steps in plain Python.

The plain twin adds the units at each place one by one, each with its chance of being free and in time, to a
dictionary of states, at the busy shares that the kernels found; finding these as well is the kernels' work
alone, and so are minutes. Both answers are compared before anything is printed. Times are of the thread's own
processor time, so that other work on the machine changes them less.

    python benchmarks/bench_cover.py            the packaged plan of three forces
    python benchmarks/bench_cover.py --small    the made-up county, for continuous integration
    python benchmarks/bench_cover.py --overrun SECONDS [--areas N] [--sites N]
        by how much `need` overruns such a time limit, 50,000 areas × 500 sites unless told otherwise, and the
        memory that it took beside what it says beforehand
"""

from __future__ import annotations

import argparse
import csv
import tempfile
import time
import tomllib
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import tomlkit

from standby import examples
from standby.attendance import SLACK_MIN, Outcome, arrival_minutes, before_min, evaluate, work_of
from standby.cover import Evaluated, evaluate_plan, expected_shares, minutes, need
from standby.evidence.draws import draw
from standby.plan import HOURS_A_WEEK, Plan, PlanArrays, open_plan
from standby.travel import Times, travel_times


def chance_complete(e: Evaluated, machine: int, chances: list[tuple[int, float]]) -> float:
    """Return the chance that an attendance is complete by units that each come in time with a chance."""
    machines = e.model.machines
    last = int(machines.sizes[machine]) - 1
    states = {0: 1.0}
    for unit, comes in chances:
        kind = int(machines.kind[machine, unit])
        after: dict[int, float] = {}
        for state, chance in states.items():
            target = state if kind < 0 or state == last else int(machines.next_state[machine, kind, state])
            moved = chance * comes if target != state else 0.0
            after[state] = after.get(state, 0.0) + chance - moved
            if moved:
                after[target] = after.get(target, 0.0) + moved
        states = after
    return states.get(last, 0.0)


def plain(e: Evaluated, arrays: PlanArrays, outcome: Outcome) -> np.ndarray:
    """Return chances of being in time, unit by unit, at the busy shares of an outcome."""
    model, setting = e.model, e.setting
    congestion = model.congestion
    sent, lend = arrival_minutes(model, arrays)
    work = work_of(model, arrays)
    before = before_min(arrays)
    reached = np.zeros(setting.within_min.shape)

    for p, period in enumerate(model.periods):
        on_duty = np.flatnonzero(period.on_duty).tolist()
        at_work = work.breakable_share[p].tolist()
        break_off = work.break_off_min[p].tolist()

        for row, (t, m) in enumerate(zip(setting.types, setting.measures, strict=True)):
            share = period.hours * period.weight[t] / HOURS_A_WEEK
            for place in np.flatnonzero(~np.isnan(setting.within_min[row])):
                left = setting.within_min[row, place] - before[m, t] + SLACK_MIN
                may = lend[:, arrays.places.forces[place]]

                # Chance that a unit that is free may come and is in time, with nothing to do or off its work.
                able = []
                for unit in on_duty:
                    in_time = (1.0 - at_work[unit]) * (sent[unit, place] <= left)
                    in_time += at_work[unit] * (sent[unit, place] + break_off[unit] <= left)
                    if in_time > 0.0:
                        able.append((unit, float(may[unit] * in_time)))

                group = congestion.place[place]
                for node in range(congestion.first[group], congestion.first[group + 1]):
                    part = share * outcome.node_weight[p, node]
                    free = outcome.free[p, node].tolist()
                    chances = [(unit, comes * free[unit]) for unit, comes in able]
                    reached[row, place] += part * chance_complete(e, int(model.machines.of[m, t]), chances)
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
    assert np.allclose(reached, outcome.reached, atol=1e-7)
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
    statistics = timed(lambda: minutes(e.scopes, e.outcome), 9)
    print(
        f"a draw, with its shares: {timed(all_draws, 3) / count:.2f} ms; if every unit is free: {free:.2f} ms"
    )
    print(f"mean and percentiles of every scope: {statistics:.2f} ms")


def large_plan(areas: int, sites: int) -> tuple[Plan, Times]:
    """Return a made-up plan of so many areas and sites, and minutes by which hardly any areas are alike."""
    tiny = examples.path("tiny")
    rng = np.random.default_rng(1)
    document = tomllib.loads((tiny / "plan.toml").read_text(encoding="utf-8"))
    document = {key: value for key, value in document.items() if key not in {"options", "statements"}}
    document["plan"]["without"] = ["commitments", "key_locations"]
    document["forces"]["home"]["population"]["value"] = 60 * areas

    def rows(prefix: str, count: int, **more: object) -> list[dict[str, object]]:
        lon, lat = rng.uniform(-4.5, -2.5, count), rng.uniform(50.4, 51.6, count)
        return [
            {"id": f"{prefix}{k}", "name": f"{prefix}{k}", "lon": round(float(lon[k]), 5),
             "lat": round(float(lat[k]), 5), "class": "town", "source": "invented", **more}
            for k in range(count)
        ]  # fmt: skip

    unit = {"tier": "arv", "provider": "home", "hours": "always", "control": "own", "source": "invented"}
    tables = {
        "areas": rows("a", areas, population=60, force="home", likelihood=1),
        "sites": rows("s", sites, provider="home", existing="true"),
        "units": [{"id": f"u{k}", "site": f"s{k}", "count": 1, **unit} for k in range(min(sites, 60))],
    }
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "plan.toml").write_text(tomlkit.dumps(document), encoding="utf-8")
        (folder / "sources.toml").write_bytes((tiny / "sources.toml").read_bytes())
        for table, listed in tables.items():
            with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, list(listed[0]))
                writer.writeheader()
                writer.writerows(listed)
        plan = open_plan(folder)
    times = travel_times(plan)
    return plan, replace(times, minutes=times.minutes * rng.uniform(0.8, 1.2, times.minutes.shape))


def peak_gb() -> float:
    """Return the most memory that the process took since the peak was forgotten [GB]."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return float(status.split("VmHWM:")[1].split()[0]) / 1e6


def overrun(limit: float, areas: int, sites: int) -> None:
    """Print by how much `need` of a large plan overruns a time limit, and the memory that it took."""
    tiny = open_plan(examples.path("tiny"))
    need(tiny, travel_times(tiny))  # compile before timing
    plan, times = large_plan(areas, sites)
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # forget the peak until now
    before = peak_gb()

    begin = time.perf_counter()
    found = need(plan, times, time_limit_s=limit)
    spent = time.perf_counter() - begin

    after = peak_gb()
    solved = int(found.table["solved"].sum()) if len(found.table) else 0
    print(
        f"need, {areas:,} areas × {sites} sites, limit {limit:g} s: {spent:.1f} s, {solved} of "
        f"{len(found.table)} rows solved, memory {after:.1f} GB ({after - before:.1f} GB more)"
    )


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--small", action="store_true", help="the made-up county only")
    parser.add_argument("--overrun", type=float, metavar="SECONDS", help="only by how much need overruns")
    parser.add_argument("--areas", type=int, default=50_000, help="areas of that plan")
    parser.add_argument("--sites", type=int, default=500, help="sites of that plan")
    asked = parser.parse_args()
    if asked.overrun is not None:
        overrun(asked.overrun, asked.areas, asked.sites)
        return

    small = asked.small
    for name, option in (("tiny", None),) if small else (("south-west", None), ("south-west", "arm-all")):
        plan = open_plan(examples.path(name))
        plan = plan if option is None else plan.with_option(option)
        e = evaluate_plan(plan, travel_times(plan))
        compare(e, name if option is None else f"{name}, {option}", 5 if small else 20)
        per_draw(e, 8 if small else 64)


if __name__ == "__main__":
    main()
