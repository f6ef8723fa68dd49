"""Plans at random: forces and their places, cars, work, commitments and calls, from light to heavy load."""

from __future__ import annotations

from typing import Any

import numpy as np
from plans import Row, commitment, unit, write

from standby.plan import HOURS_A_YEAR, Plan
from standby.travel import Times

SEED = 12
"""Seed of all plans; a plan is drawn from it and its own number."""

HOURS = ["always", "always", "always", "fri-sat 18:00-04:00", "07:00-19:00"]
BLOCKS = ["sat-sun 10:00-18:00", "fri 16:00-23:00", "mon-fri 08:00-16:00", "always", "fri-sat 20:00-04:00"]


def random_plan(number: int, *, places: int = 30, cars: int = 8) -> tuple[Plan, Times]:
    """Return one of the plans, with its minutes.

    Parameters
    ----------
    number
        Which one.
    places
        Most areas of a plan, at least 5.
    cars
        Most cars of a force.
    """
    rng = np.random.default_rng([SEED, number])
    forces = [f"f{k}" for k in range(int(rng.integers(2, 5)))]

    # Forces lie side by side, 30 km wide each.
    areas = list[Row]()
    for k in range(int(rng.integers(5, places + 1))):
        force = k % len(forces)
        is_town = k < 2 * len(forces) or rng.random() < 0.3
        setting = "town" if is_town else "village"
        people = rng.lognormal(10.5 if is_town else 8.5, 0.6)
        areas.append({
            "id": f"a{k}", "name": f"Area {k}", "force": forces[force], "class": setting,
            "lon": round(-4.0 + 0.43 * (force + rng.random()), 4), "lat": round(50.5 + 0.6 * rng.random(), 4),
            "population": int(people), "likelihood": 1, "source": "invented",
        })  # fmt: skip
    key = {**areas[0], "id": "key", "name": "Key", "weight": 1}
    del key["population"], key["likelihood"]

    # One or two cars a site; sites are centres of areas.
    sites = [{
        "id": f"s-{area['id']}", "name": area["name"], "lon": area["lon"], "lat": area["lat"],
        "class": area["class"], "provider": area["force"], "existing": "true", "source": "invented",
    } for area in areas]  # fmt: skip
    units = list[Row]()
    for force in forces:
        own = [site["id"] for site in sites if site["provider"] == force]
        rng.shuffle(own)
        left = int(rng.integers(1, cars + 1))
        while left > 0:
            count = min(int(rng.integers(1, 3)), left)
            site = own[len(units) % len(own)]
            hours = "always" if not any(u["provider"] == force for u in units) else str(rng.choice(HOURS))
            control = "pooled" if rng.random() < 0.7 else "own"
            units.append(unit(f"u{len(units)}", site, force, count=count, hours=hours, control=control))
            left -= count

    commitments = list[Row]()
    for force in forces:
        for _ in range(int(rng.integers(0, 4))):
            how = {"break_off": "never"}
            if rng.random() < 0.5:
                how = {"break_off": "allowed", "break_off_min": int(rng.integers(1, 16))}
            commitments.append(commitment(
                f"c{len(commitments)}", round(float(rng.uniform(0.2, 1.5)), 1), provider=force,
                hours=str(rng.choice(BLOCKS)), weeks_per_year=int(rng.choice([6, 26, 52])), **how,
            ))  # fmt: skip

    change = _change(rng, forces, units)
    tables: dict[str, Any] = {"commitments": commitments} if commitments else {}
    return write(change=change, areas=areas, sites=sites, units=units, key_locations=[key], **tables)


def _change(rng: np.random.Generator, forces: list[str], units: list[Row]) -> Any:
    """Return the change of the document: who plans and shares, work, calls, standards."""
    planned = forces[: int(rng.integers(1, len(forces) + 1))]
    allied = forces[: int(rng.integers(2, len(forces) + 1))] if rng.random() < 0.6 else []
    minutes_per_job = float(rng.uniform(20.0, 60.0))
    work = {
        "calls_per_hour": float(rng.uniform(0.02, 0.35)) * 60.0 / minutes_per_job,
        "minutes_per_call": minutes_per_job,
        "break_off": float(rng.uniform(0.3, 1.0)),
        "break_off_min": float(rng.integers(1, 9)),
    }

    # Every call takes two cars for so many minutes and about 20 on the way.
    scene_min = float(rng.uniform(30.0, 90.0))
    load = float(np.exp(rng.uniform(np.log(0.005), np.log(0.7))))
    calls = {}
    for force in forces:
        count = sum(u["count"] for u in units if u["provider"] == force)
        calls[force] = load * count / (2.0 * (scene_min + 20.0) / 60.0) * HOURS_A_YEAR
    kind = {
        "per_year": calls, "scene_min": scene_min, "authorisation_min": float(rng.integers(0, 5)),
        "rendezvous_min": float(rng.integers(0, 6)), "stand_down_share": float(rng.choice([0.0, 0.3])),
        "hours": [{"hours": "fri-sat 20:00-04:00", "weight": float(rng.uniform(1.0, 2.5))}],
        "full": {"units": {"arv": 2}},
    }  # fmt: skip
    lend = {"notice_min": float(rng.integers(0, 11)), "share_available": float(rng.uniform(0.2, 1.0))}
    turnout_min = float(rng.integers(1, 4))
    within = {"first": (10, 20, 30), "full": (20, 35)}

    def change(document: dict[str, Any]) -> None:
        document["forces"] = {force: {"name": force} for force in forces}
        document["plan"]["forces"] = planned
        document["mutual_aid"] = lend
        if allied:
            document["alliances"] = {"some": {"name": "Some", "forces": allied}}
        document["tiers"]["arv"] |= {"turnout_min": turnout_min, "ordinary_work": work}
        document["incident_types"]["spontaneous"] |= kind
        document["standards"] = {
            f"{measure}-{minutes}": {
                "name": f"{measure} in {minutes}", "incident_type": "spontaneous", "measure": measure,
                "within_min": minutes, "share": 0.8, "reliability": 0.9,
                "main": (measure, minutes) == ("first", 20),
            }
            for measure, several in within.items() for minutes in several
        }  # fmt: skip

    return change
