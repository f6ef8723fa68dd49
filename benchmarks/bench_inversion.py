"""What model inversion names in the public numbers of an appraisal, and what guesses name without them.

    python benchmarks/bench_inversion.py [--small] [PLAN ...]

Takes the packaged plans, and any other plans that are named, as if their bases were real. For each: the
numbers as the public edition has them, and the same numbers unrounded, which show that the attack has teeth.
Full size is the ten seeds of 100,000 steps that a release has to stand; `--small` two seeds of 10,000. The
time of a step stands beside that of one evaluation by `standby.attendance`, in the same run.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import replace
from pathlib import Path

import pandas as pd

from standby import examples
from standby.appraise import appraise
from standby.attendance import available, evaluate
from standby.disclosure import DisclosureError, publish
from standby.disclosure.inversion import LOOKED_AT, SEEDS, STEPS, Inversion, inversion
from standby.disclosure.public_names import public_names
from standby.plan import Plan, open_plan
from standby.travel import travel_times

DRAWS = 64
"""Draws of each appraisal."""


def as_real(plan: Plan) -> Plan:
    """Return a plan as if its bases were real."""
    about = plan.document.plan.model_copy(update={"bases": "real"})
    return replace(plan, document=plan.document.model_copy(update={"plan": about}))


def released(plan: Plan, tables: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Return the tables as the public has them, with the plan's own ids."""
    own: dict[str, str] = {}
    for section, ids in public_names(plan).ids.items():
        own |= {public: private for private, public in ids.items()}
        if section == "standards":
            own |= {f"share_{public}": f"share_{private}" for private, public in ids.items()}
    shown = publish(tables, plan, "public", tried=False)
    return {name: shown[name].replace(own) for name in LOOKED_AT if name in shown}


def show(what: str, found: Inversion, seconds: float, steps: int) -> None:
    """Print the most that any seed named of each part, with and without the numbers."""
    verdict = "passes" if found.passed else "is refused"
    guesses = sum(len(part.attack) + len(part.by_chance) for part in found.parts)
    per_step = 1e6 * seconds / steps / max(guesses, 1)
    verdict = verdict if found.judges else "can't be judged: a guess finds every base"
    print(f"  {what}: {found.numbers} numbers, {verdict}; {per_step:.0f} µs a step", flush=True)
    for part in found.parts:
        named = [
            f"{part.most(kind)} of {getattr(part, kind)} {kind} ("
            f"{max(getattr(score, kind) for score in part.by_people)} by people, "
            f"{max(getattr(score, kind) for score in part.by_chance)} by chance)"
            for kind in ("sites", "places")
            if getattr(part, kind)
        ]
        whose = part.scenes[0] if len(part.scenes) == 1 else "all together"
        print(f"    {whose}: {', '.join(named)}{'' if part.passed else ' REFUSED'}", flush=True)


def main() -> None:
    """Print what is named in the public numbers and in fine ones, for each plan."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--small", action="store_true")
    parser.add_argument("plans", nargs="*", type=Path)
    asked = parser.parse_args()
    seeds, steps = (SEEDS[:2], 10_000) if asked.small else (SEEDS, STEPS)

    for folder in (examples.path("south-west"), examples.path("tiny"), *asked.plans):
        plan = as_real(open_plan(folder))
        times = travel_times(plan)
        tables = dict(appraise(plan, draws=DRAWS).tables)
        print(f"{plan.title}: {len(seeds)} seeds of {steps:,} steps", flush=True)

        try:
            begin = time.process_time()
            public = inversion.invert(plan, times, [released(plan, tables)], seeds=seeds, steps=steps)
            show("public", public, time.process_time() - begin, steps)
        except DisclosureError as error:
            print(f"  public: none: {error}", flush=True)
        begin = time.process_time()
        fine = inversion.invert(plan, times, [tables], seeds=seeds, steps=steps)
        show("fine", fine, time.process_time() - begin, steps)

        ready = available(plan, times)
        begin = time.process_time()
        evaluate(ready.model, ready.arrays, ready.setting)
        print(f"  one evaluation by standby.attendance: {1e6 * (time.process_time() - begin):.0f} µs")


if __name__ == "__main__":
    main()
