"""A plan's own table of minutes, instead of a travel model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from standby._files import UnreadableFileError, read_regular
from standby._refusals import Fault
from standby._typing import Floats
from standby.plan.arrays.places import place_table
from standby.plan.checking.against_schema import value_at
from standby.plan.faults import PlanError, rows_text
from standby.plan.files.folder import FORMATS, PLAN_FILE, Folder, is_there, outside
from standby.plan.files.frames import read_frame
from standby.plan.files.text import TextTable, read_csv
from standby.plan.plan import Plan

COLUMNS = ("site", "place", "minutes")
INFINITE = ("inf", "infinity")

NEEDED = "Give matrix = 'minutes.csv', a table with the columns site, place, minutes"


def read_matrix(plan: Plan, sites: tuple[str, ...], places: tuple[str, ...]) -> Floats:
    """Read the minutes that ``travel.matrix`` names.

    Parameters
    ----------
    plan
        A plan that was read from a folder.
    sites, places
        Ids of rows and columns.

    Returns
    -------
    ndarray
        Minutes of an ordinary drive, shape (sites, places) [min]; ``inf`` where the table says ``inf``.

    Raises
    ------
    PlanError
        If the file is missing or unreadable, has minutes that are no numbers or below 0, names a pair twice
        or lacks one, or if an area and a key location share an id, so that the table has one name for both.
    """
    name = plan.document.travel.matrix
    if name is None or plan.folder is None or not is_there(plan.folder / name):
        raise PlanError([_missing(name)])

    minutes, faults = _read(plan.folder / name)
    if minutes is not None and not faults:
        faults = _lacking(name, minutes, sites, places)
    if faults or minutes is None:
        raise PlanError(faults)

    pairs = pd.MultiIndex.from_product([list(sites), list(places)])
    return np.asarray(minutes.reindex(pairs), dtype=np.float64).reshape(len(sites), len(places))


def judge_matrix(
    folder: Folder, raw: Mapping[str, Any], tables: Mapping[str, pd.DataFrame]
) -> tuple[list[Fault], pd.Series[float] | None]:
    """Return what is wrong with the table of minutes of a plan that uses one, and the minutes of a good one.

    Parameters
    ----------
    folder, raw
        The folder, and the document as written.
    tables
        The tables whose sites and places it must hold; without areas and sites only the file is judged.
    """
    if value_at(raw, ("travel", "method")) != "matrix":
        return [], None

    name = value_at(raw, ("travel", "matrix"))
    if name is not None and not isinstance(name, str):
        return [], None  # a fault of the document
    if name is not None and outside(name):
        what = f"is {name!r}, which is not in the plan's folder"
        return [Fault(PLAN_FILE, "travel", "matrix", what, "Put the file into the folder", "bad-field")], None
    if name is None or not is_there(folder.path / name):
        return [_missing(name)], None
    if name not in folder.hashes:
        return [], None  # it can't be opened, which has a fault already

    minutes, faults = _read(folder.path / name)
    if faults or minutes is None or not {"areas", "sites"} <= set(tables):
        return faults, None

    # A judged table has all of its columns, whatever is wrong in it, so that places can be listed already.
    places = place_table(tables)
    lacking = _lacking(name, minutes, tables["sites"]["id"], places["id"])
    return lacking, None if lacking else minutes


def _missing(name: str | None) -> Fault:
    """Return the fault of a table of minutes that is not named, or not there."""
    if name is None:
        return Fault(PLAN_FILE, "travel", "matrix", "is missing", NEEDED, "missing-file")
    fix = "Add the file that travel.matrix names, or use the model: method = 'great-circle'"
    return Fault(name, "", "", "is missing", fix, "missing-file")


def _read(path: Path) -> tuple[pd.Series[float] | None, list[Fault]]:
    """Return the minutes by site and place, None when they can't be read."""
    if path.suffix in FORMATS and path.suffix != ".csv":
        text, faults = read_frame(path)
    else:
        try:
            text, faults = read_csv(path.name, read_regular(path))
        except UnreadableFileError as error:
            return None, [Fault(path.name, "", "", error.what, error.fix, "unreadable")]
    if text is None:
        return None, faults

    lacking = [column for column in COLUMNS if column not in text.columns]
    if lacking:
        row = f"row {text.heading}"
        fix = f"Use the columns {', '.join(COLUMNS)}"
        fault = Fault(path.name, row, ", ".join(lacking), "is missing", fix, "missing-column")
        return None, [*faults, fault]

    return _judged(text, faults)


def _judged(text: TextTable, faults: list[Fault]) -> tuple[pd.Series[float], list[Fault]]:
    """Return the minutes by site and place, and what is wrong with them beside the faults of the file."""
    cells = [row["minutes"] for row in text.rows]
    plain = pd.Series([c if c.lower() not in INFINITE else "inf" for c in cells], dtype="object")
    minutes = pd.to_numeric(plain, errors="coerce").to_numpy(dtype=float)

    # Written so that NaN is bad too.
    bad = [k for k, value in enumerate(minutes) if not value >= 0]
    if bad:
        what = f"is {cells[bad[0]]!r}, not minutes" if len(bad) == 1 else "is not a number of 0 or more"
        rows = rows_text([text.numbers[k] for k in bad])
        fix = "Write minutes, 0 or more, or inf where nobody can get through"
        faults.append(Fault(text.file, rows, "minutes", what, fix, "not-a-number"))

    site_ids = [row["site"] for row in text.rows]
    place_ids = [row["place"] for row in text.rows]
    pairs = pd.MultiIndex.from_arrays([site_ids, place_ids], names=["site", "place"])

    again = np.flatnonzero(pairs.duplicated())
    if again.size:
        rows = rows_text([text.numbers[k] for k in again])
        site, place = pairs[again[0]]
        fix = "Give each pair of site and place once"
        faults.append(Fault(text.file, rows, "", f"gives {site} to {place} again", fix, "duplicate-id"))

    return pd.Series(minutes, index=pairs), faults


def _lacking(
    name: str, minutes: pd.Series[float], sites: Iterable[str], places: Iterable[str]
) -> list[Fault]:
    """Return a fault for pairs that the table lacks, or for a place that it can't name."""
    counts = Counter(places)
    shared = sorted(place for place, count in counts.items() if count > 1)
    if shared:
        what = f"has one name for the area {shared[0]!r} and the key location of that id"
        return [Fault(name, "", "place", what, "Give one of them another id", "duplicate-id")]

    wanted = pd.MultiIndex.from_product([list(sites), list(counts)])
    absent = wanted[~wanted.isin(minutes.index)]
    if not len(absent):
        return []

    site, place = absent[0]
    pairs = "a pair," if len(absent) == 1 else f"{len(absent)} pairs, the first"
    what = f"lacks {pairs} {site} to {place}"
    fix = "Add them; write inf where nobody can get through"
    return [Fault(name, "", "", what, fix, "missing-value")]
