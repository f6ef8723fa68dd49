"""What model inversion names in the public numbers of cover, and what a guess names without them.

    python benchmarks/bench_inversion.py [--small] [PLAN ...]

Takes the packaged plan of three forces, and any other plans that are named. For each: the numbers as the
public edition has them, and the same numbers to half a percent and half a minute, which show that the attack
has teeth. Full size is the ten seeds of 100,000 steps that a release has to stand; `--small` two seeds of
10,000. The time of a step stands beside that of one evaluation by `standby.attendance`, in the same run.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from unittest import mock

import pandas as pd

from standby import examples
from standby.attendance import available, evaluate
from standby.cover import cover
from standby.disclosure import publish
from standby.disclosure.inversion import SEEDS, STEPS, Inversion, inversion
from standby.disclosure.public_names import public_names
from standby.plan import BASE, Plan, open_plan
from standby.travel import Times, travel_times

FINE = {"SHARE_STEP": 0.005, "MINUTES_STEP": 0.5}
"""Steps of the numbers that are not rounded for the public."""


def tables_of(plan: Plan, times: Times) -> dict[str, pd.DataFrame]:
    """Return the tables of cover of the base and of every option."""
    found: dict[str, list[pd.DataFrame]] = {"standards": [], "minutes": []}
    for name in (BASE, *plan.document.options):
        laid = plan if name == BASE else plan.with_option(name)
        own = set(laid.table("sites")["id"]) <= set(times.site_ids)
        result = cover(laid, times if own else travel_times(laid))
        found["standards"].append(result.standards.assign(option=name))
        found["minutes"].append(result.minutes.assign(option=name))
    return {name: pd.concat(frames, ignore_index=True) for name, frames in found.items()}


def released(plan: Plan, tables: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Return the tables as the public has them, with the plan's own ids."""
    own: dict[str, str] = {}
    for ids in public_names(plan).ids.values():
        own |= {public: private for private, public in ids.items()}
    shown = publish(tables, plan, "public", tried=False)
    return {name: frame.replace(own) for name, frame in shown.items()}


def show(what: str, found: Inversion, seconds: float, steps: int) -> None:
    """Print the most that any seed named, with and without the numbers."""
    if not found.judges:
        print(f"  {what:<8} can't judge: a guess finds all {found.sites} bases", flush=True)
        return
    named = ", ".join(
        f"{found.most(kind)} of {total} {kind} ({found.most(kind, beforehand=True)} without)"
        for kind, total in (("sites", found.sites), ("places", found.places))
    )
    verdict = "passes" if found.passed else "is refused"
    per_step = 1e6 * seconds / steps / len(found.attack)
    print(f"  {what:<8} {found.numbers:4d} numbers: {named}; {verdict}; {per_step:.0f} µs a step", flush=True)


def main() -> None:
    """Print a line for the public numbers and one for fine ones, for each plan."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--small", action="store_true")
    parser.add_argument("plans", nargs="*", type=Path)
    asked = parser.parse_args()
    seeds, steps = (SEEDS[:2], 10_000) if asked.small else (SEEDS, STEPS)

    for folder in (examples.path("south-west"), *asked.plans):
        plan = open_plan(folder)
        times = travel_times(plan)
        tables = tables_of(plan, times)
        print(f"{plan.title}: {len(seeds)} seeds of {steps:,} steps")

        begin = time.process_time()
        public = inversion.invert(plan, times, [released(plan, tables)], seeds=seeds, steps=steps)
        show("public", public, time.process_time() - begin, steps)
        with mock.patch.multiple(inversion, **FINE):
            begin = time.process_time()
            fine = inversion.invert(plan, times, [tables], seeds=seeds, steps=steps)
            show("fine", fine, time.process_time() - begin, steps)

        ready = available(plan, times)
        begin = time.process_time()
        evaluate(ready.model, ready.arrays, ready.setting)
        print(f"  one evaluation by standby.attendance: {1e6 * (time.process_time() - begin):.0f} µs")


if __name__ == "__main__":
    main()
