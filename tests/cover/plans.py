"""Small plans written to a folder: the packaged tiny plan with other rows and other values."""

from __future__ import annotations

import csv
import tempfile
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import tomlkit

from standby import examples
from standby.plan import Plan, open_plan
from standby.travel import Times, travel_times

Row = dict[str, Any]
TINY = examples.path("tiny")


def tiny_rows(table: str) -> list[Row]:
    """Return the rows of a table of the tiny plan."""
    with (TINY / f"{table}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def tiny_document() -> dict[str, Any]:
    """Return ``plan.toml`` of the tiny plan, without its options and statements."""
    document = tomllib.loads((TINY / "plan.toml").read_text(encoding="utf-8"))
    return {key: value for key, value in document.items() if key not in {"options", "statements"}}


def write(
    *,
    change: Callable[[dict[str, Any]], None] | None = None,
    minutes: Callable[[str, str], float] | None = None,
    **tables: Sequence[Row],
) -> tuple[Plan, Times]:
    """Return the tiny plan with changes to its document, other rows, and minutes of one's own.

    Parameters
    ----------
    change
        Changes the document in place.
    minutes
        Ordinary drive from a site to a place; None: the model's.
    tables
        Rows in place of those of the tiny plan.
    """
    document = tiny_document()
    if "commitments" in tables:
        document["plan"]["without"] = []
    if change is not None:
        change(document)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "plan.toml").write_text(tomlkit.dumps(document), encoding="utf-8")
        (folder / "sources.toml").write_bytes((TINY / "sources.toml").read_bytes())
        for table in ("areas", "sites", "units", "patrols", "key_locations", "commitments"):
            own = None if table in {"patrols", "commitments"} else tiny_rows(table)
            rows = tables.get(table, own)
            if rows is not None:
                _write_rows(folder / f"{table}.csv", rows)
        plan = open_plan(folder)
    times = travel_times(plan)
    if minutes is not None:
        given = np.array([[minutes(site, place) for place in times.place_ids] for site in times.site_ids])
        times = replace(times, minutes=given, method="given")
    return plan, times


def _write_rows(path: Path, rows: Sequence[Row]) -> None:
    columns = list(dict.fromkeys(key for row in rows for key in row))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)


def unit(name: str, site: str, provider: str = "home", **more: Any) -> Row:
    """Return a row of units: one ARV round the clock unless told otherwise."""
    own = {"tier": "arv", "count": 1, "hours": "always", "control": "own", "source": "invented"}
    return {"id": name, "site": site, "provider": provider, **own, **more}


def patrol(name: str, of: str, share: float, **more: Any) -> Row:
    """Return a row of patrols: a unit of the home county, in the rural moor unless told otherwise."""
    own = {"provider": "home", "share": share, "source": "invented"}
    where = {} if {"area", "class", "site", "lon"} & set(more) else {"area": "moor"}
    return {"id": name, "unit": of, **own, **where, **more}


def commitment(name: str, units: float, **more: Any) -> Row:
    """Return a row of commitments: ARVs of the home county, round the clock, never broken off."""
    own = {"provider": "home", "tier": "arv", "hours": "always", "purpose": "event", "break_off": "never"}
    return {"id": name, "name": name, "units": units, **own, "source": "invented", **more}
