"""Rebuild the unarmed response units in ``units.csv`` of the packaged plan ``south-west``.

How many response officers are on duty, and where, is not public. What is public is that 3.5% of all officers
were on response duty at one time (June 2010). The rule: each planned force has that share of its officers on
duty, in units of two; every existing site of the force has one unit, and each further unit goes to the site
that has most people a unit, people being those of the areas nearest to it. The rows are synthetic and say so.

Usage: ``python tools/build_south_west_response.py [PLAN_FOLDER]``
"""

from __future__ import annotations

import csv
import io
import sys
import tomllib
from pathlib import Path

import numpy as np
import pandas as pd

FOLDER = Path(__file__).resolve().parents[1] / "src" / "standby" / "examples" / "south-west"

ON_DUTY_SHARE = 0.035
"""Share of all officers on response duty at one time (source response-2010; 1.2% to 8% by force)."""

CREW = 2
NOTE = "synthetic: 3.5% of the force's officers on duty in twos, shared out over towns by people"


def rows(folder: Path) -> pd.DataFrame:
    """Return the response units, one row a site."""
    with (folder / "plan.toml").open("rb") as file:
        plan = tomllib.load(file)
    areas, sites = pd.read_csv(folder / "areas.csv"), pd.read_csv(folder / "sites.csv")
    parts = []
    for force in plan["plan"]["forces"]:
        officers = plan["forces"][force]["officers"]["value"]
        posts = sites[(sites["provider"] == force) & sites["existing"]].reset_index(drop=True)
        people = _people_nearest(areas[areas["force"] == force], posts)
        parts.append(posts.assign(count=share_out(people, int(officers * ON_DUTY_SHARE / CREW))))
    found = pd.concat(parts)
    return pd.DataFrame(
        {
            "id": found["id"] + "-response",
            "name": found["name"] + " response",
            "tier": "response",
            "site": found["id"],
            "provider": found["provider"],
            "count": found["count"],
            "hours": "always",
            "control": "own",
            "source": "response-2010",
            "note": NOTE,
        }
    )


def _people_nearest(areas: pd.DataFrame, posts: pd.DataFrame) -> np.ndarray:
    """Return the people of the areas whose nearest post it is, one a post."""
    shrink = np.cos(np.radians(posts["lat"].mean()))  # a degree of longitude against one of latitude
    east = (areas["lon"].to_numpy()[:, None] - posts["lon"].to_numpy()) * shrink
    north = areas["lat"].to_numpy()[:, None] - posts["lat"].to_numpy()
    nearest = np.hypot(east, north).argmin(axis=1)
    return np.bincount(nearest, weights=areas["population"], minlength=len(posts))


def share_out(people: np.ndarray, units: int) -> np.ndarray:
    """Return how many units each post has: one each, then one by one where most people a unit are."""
    if units < len(people):
        raise ValueError(f"{units} units can't give one to each of {len(people)} posts; use fewer posts")
    count = np.ones(len(people), dtype=int)
    for _ in range(units - len(people)):
        count[np.argmax(people / count)] += 1
    return count


def rewritten(folder: Path) -> str:
    """Return the text of ``units.csv`` with the response units made anew, after the others as they stand."""
    with (folder / "units.csv").open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        names = list(reader.fieldnames or [])
        others = [row for row in reader if row["tier"] != "response"]
    out = io.StringIO()
    writer = csv.DictWriter(out, names, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows([*others, *rows(folder).to_dict("records")])
    return out.getvalue()


def main() -> None:
    """Write the table."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    text = rewritten(folder)
    (folder / "units.csv").write_text(text, encoding="utf-8")
    sys.stdout.write(f"{folder / 'units.csv'}: {text.count(chr(10)) - 1} rows\n")


if __name__ == "__main__":
    main()
