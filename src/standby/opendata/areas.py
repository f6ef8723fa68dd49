"""Small areas: people, extent, rural–urban class, district, force and population-weighted point."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from standby.opendata._cells import codes, numbers
from standby.opendata._positions import areas_km2, positions_of
from standby.opendata._raw import Raw, plain, read_raw, year_of
from standby.opendata.classes import CLASS_OF_CODE
from standby.opendata.error import OpenDataError, fault, row_fault

AREA_COLUMNS = (
    "code", "name", "population", "area_km2", "ruc", "district_code", "district", "force_code", "force",
    "lon", "lat",
)  # fmt: skip
"""Columns of `read_small_areas`."""

TEXTS = ("code", "name", "ruc", "district_code", "district", "force_code", "force")

PATTERNS: dict[str, tuple[str, ...]] = {
    "code": (
        r"(lsoa|oa|msoa|soa|dz)\d{0,4}(cd|code)", r"lsoa\d{2}", r"geographycode", r"areacodes?", r"code",
    ),
    "name": (r"(lsoa|oa|msoa|soa|dz)\d{0,4}(nm|name)", r"lsoa", r"geographyname", r"areaname", r"name"),
    "population": (
        r"pop(\d{4})?", r"(midyear|mid)?(\d{4})?population(\d{4})?(estimates?)?", r"allages", r"allpersons",
        r"usualresidents", r"(total)?population(total)?", r"total",
    ),
    "area_km2": (r"area(sq)?km2?", r"areasqkm", r"areainsqkm", r"km2", r"sqkm", r"areakm\d?"),
    "ruc": (r"ruc\d{2,4}(cd|code)", r"ruralurbanclassification\d{0,4}code", r"ruccd"),
    "district_code": (r"(lad|la|lta|ltla)\d{0,4}(cd|code)", r"localauthority(district)?code"),
    "district": (r"(lad|la|ltla)\d{0,4}(nm|name)", r"localauthority(district)?(name)?"),
    "force_code": (r"pfa\d{0,4}(cd|code)", r"policeforce(area)?code"),
    "force": (r"pfa\d{0,4}(nm|name)", r"policeforce(area)?(name)?", r"force"),
}  # fmt: skip
"""Names of columns, in small letters and digits alone; the first that a file has is taken."""

MEND = "Give a table of small areas with a column of codes, such as LSOA11CD or LSOA21CD"

LSOA_NAME = re.compile(r"(?P<district>.+) \d{3}[A-Z]{0,2}")
"""Names of small areas: the district of their census, and a number."""


def read_small_areas(path: str | Path) -> pd.DataFrame:
    """Read small areas (output areas, LSOAs, MSOAs) from a table of any publisher.

    CSV, XLSX, ODS and GeoJSON are read, with the names of columns of the censuses of 2011 and 2021. Positions
    may be degrees (WGS 84) or metres (National Grid), told apart by names and values; polygons without
    columns of positions give a point inside each.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    pandas.DataFrame
        One row an area: ``code`` and ``name``, ``population`` [people], ``area_km2`` [km²], ``ruc`` (code of
        the rural–urban classification), ``district_code``, ``district``, ``force_code``, ``force``, ``lon``
        and ``lat`` [degrees]. What a file does not say is NaN, or empty text. ``attrs`` has ``file``,
        ``said`` (the columns that the file has), ``headed`` (the name of each in the file), ``how`` (of
        positions), ``sheet`` and ``others`` (of a workbook) and ``year`` (of the people, 0 if not told).

    Raises
    ------
    OpenDataError
        If the file is empty, damaged or no such table; a code is no code or there twice; a number is text; or
        positions are exchanged, on another grid, or outside the United Kingdom.
    """
    raw = read_raw(path, wanted=_is_heading, mend=MEND)
    found = columns_found(raw.frame.columns)
    code = found.pop("code")
    made: dict[str, Any] = {"code": codes(raw, code)}
    for name, column in found.items():
        made[name] = _column(raw, name, column)
    positions = positions_of(raw)
    how = ""
    if positions is not None:
        made["lon"], made["lat"], how = positions.lon, positions.lat, positions.how
    extent = None if "area_km2" in made else areas_km2(raw)
    if extent is not None:
        made["area_km2"] = extent
    if not set(made) - {"code", "name"}:
        mend = "Give a table with people, positions, a rural–urban class, a district or a force for each area"
        raise fault(raw.path, f"has codes of areas ({code!r}), but nothing about them that is known", mend)
    frame = pd.DataFrame(made).reindex(columns=list(AREA_COLUMNS))
    frame[list(TEXTS)] = frame[list(TEXTS)].astype(object).fillna("")
    frame.attrs = {
        "file": raw.path.name,
        "said": tuple(c for c in AREA_COLUMNS if c in made),
        "headed": {"code": code, **found},
        "how": how,
        "sheet": raw.sheet,
        "others": raw.others,
        "year": 0 if "population" not in found else year_of(found["population"]) or year_of(raw.sheet),
    }
    return frame


def columns_found(names: Iterable[str]) -> dict[str, str]:
    """Return the column of a file for each kind of content that it has.

    Examples
    --------
    >>> columns_found(["LSOA21CD", "Mid-2021 population", "Area Sq Km"])
    {'code': 'LSOA21CD', 'population': 'Mid-2021 population', 'area_km2': 'Area Sq Km'}
    """
    by_name: dict[str, str] = {}
    for name in names:
        by_name.setdefault(plain(str(name)), str(name))
    found = {}
    for kind, patterns in PATTERNS.items():
        for pattern in patterns:
            match = next((n for n in by_name if re.fullmatch(pattern, n)), None)
            if match is not None:
                found[kind] = by_name[match]
                break
    return found


def _is_heading(cells: Iterable[str]) -> bool:
    names = [plain(str(cell)) for cell in cells]
    return any(re.fullmatch(pattern, name) for name in names for pattern in PATTERNS["code"])


def _column(raw: Raw, name: str, column: str) -> Any:
    if name in {"population", "area_km2"}:
        return numbers(raw, column, least=0.0)
    if name != "ruc":
        return raw.frame[column].astype(str).to_numpy(dtype=object)
    given = raw.frame[column].astype(str).str.strip().str.upper()
    odd = [(raw.row(k), f"is {v!r}") for k, v in enumerate(given) if v and v not in CLASS_OF_CODE]
    if odd:
        raise row_fault(raw.path, column, odd, f"Use a code of 2011 or 2021: {', '.join(CLASS_OF_CODE)}")
    return given.to_numpy(dtype=object)


def combine_small_areas(tables: Sequence[pd.DataFrame]) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Put tables of small areas together that complete each other.

    The first table with people says which areas there are; for each column the first table that has it
    counts.

    Parameters
    ----------
    tables
        Results of `read_small_areas`.

    Returns
    -------
    pandas.DataFrame
        Columns of `read_small_areas`.
    tuple of str
        What a reader should know: areas of a table that fit no others, and where tables disagree.

    Raises
    ------
    OpenDataError
        If no table has people, or two have no area in common.
    """
    whole = next((t for t in tables if "population" in t.attrs["said"]), None)
    if whole is None:
        files = ", ".join(t.attrs["file"] for t in tables) or "none was given"
        raise OpenDataError(
            f"no table of areas says how many people live there ({files}). Add a table with people."
        )
    made = whole.set_index("code")
    notes: list[str] = []
    for other in tables:
        if other is not whole:
            notes += _lay(made, other, whole.attrs["file"])
    made["district"] = made["district"].where(made["district"] != "", made["name"].map(district_of))
    made = made.reset_index()[list(AREA_COLUMNS)]
    return made.astype(dict.fromkeys(TEXTS, object)), tuple(notes)


def district_of(name: str) -> str:
    """Return the district in the name of a small area, empty when there is none.

    Examples
    --------
    >>> district_of("Isle of Wight 001A")
    'Isle of Wight'
    """
    match = LSOA_NAME.fullmatch(name)
    return match["district"] if match else ""


def _lay(made: pd.DataFrame, other: pd.DataFrame, base: str) -> list[str]:
    """Fill what is missing in a table from another, and return what a reader should know."""
    file, rest = other.attrs["file"], other.set_index("code")
    common = made.index.intersection(rest.index)
    if common.empty:
        raise OpenDataError(
            f"{file} and {base} have no area in common: their codes are {rest.index[0]} … and "
            f"{made.index[0]} …. Give tables of the same kind of area and the same census."
        )
    notes = []
    lacking = len(made) - len(common)
    if lacking > 0 and len(common) < len(rest):
        notes.append(
            f"{file}: {lacking:,} of the {len(made):,} areas of {base} are not in it, and "
            f"{len(rest) - len(common):,} of its {len(rest):,} are not in {base} (perhaps another census)"
        )
    elif lacking > 0:
        notes.append(f"{file}: {lacking:,} of the {len(made):,} areas of {base} are not in it")
    rows = rest.reindex(made.index)
    for name in AREA_COLUMNS[1:]:
        if name not in other.attrs["said"]:
            continue
        given = rows[name].fillna("") if name in TEXTS else rows[name]
        empty = made[name] == "" if name in TEXTS else made[name].isna()
        made[name] = made[name].where(~empty, given)
        if name == "population":
            both = made[name].notna() & given.notna()
            differ = int((both & (np.abs(made[name] - given) > 0.5)).sum())
            if differ:
                notes.append(
                    f"{file}: has other people than {base} in {differ:,} areas; those of {base} count"
                )
    return notes


__all__ = ["AREA_COLUMNS", "combine_small_areas", "district_of", "read_small_areas"]
