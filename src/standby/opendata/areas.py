"""Small areas: people, extent, rural–urban class, district, force and population-weighted point."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from standby.opendata._cells import codes, numbers, refuse_cells, texts, without_others
from standby.opendata._headings import Patterns, candidates, choose, year_in
from standby.opendata._positions import areas_km2, positions_of
from standby.opendata._raw import Raw, plain, read_raw, year_of
from standby.opendata.classes import CLASS_OF_CODE
from standby.opendata.error import OpenDataError, fault, quoted

AREA_COLUMNS = (
    "code", "name", "population", "area_km2", "ruc", "district_code", "district", "force_code", "force",
    "lon", "lat",
)  # fmt: skip
"""Columns of `read_small_areas`."""

TEXTS = ("code", "name", "ruc", "district_code", "district", "force_code", "force")

YEAR = r"(\d{4})?"
LOWER = rf"lower(layer)?superoutputareas?(lowerlayer)?{YEAR}"
MIDDLE = rf"middle(layer)?superoutputareas?(middlelayer)?{YEAR}"

CODES = (
    rf"oa\d{{0,4}}(cd|code)|outputareas?{YEAR}code{YEAR}",
    rf"(lsoa|soa|dz|datazone)\d{{0,4}}(cd|code){YEAR}|lsoa\d{{2}}|{LOWER}code{YEAR}",
    rf"msoa\d{{0,4}}(cd|code){YEAR}|{MIDDLE}code{YEAR}",
    r"geographycode|mnemonic",
    r"areacodes?",
    r"code",
)
"""Columns of codes of small areas, the smallest areas first."""

PATTERNS: Patterns = {
    "name": (
        rf"oa\d{{0,4}}(nm|name)|outputareas?{YEAR}(name)?{YEAR}",
        rf"(lsoa|soa|dz|datazone)\d{{0,4}}(nm|name){YEAR}|{LOWER}(name)?{YEAR}",
        rf"msoa\d{{0,4}}(nm|name){YEAR}|{MIDDLE}(name)?{YEAR}",
        rf"{YEAR}superoutputareas?(lower|middle)layer",
        r"lsoa", r"geographyname", r"geography", r"areaname", r"name",
    ),
    "population": (
        rf"pop{YEAR}",
        rf"(midyear|mid)?{YEAR}(usual)?(resident)?population{YEAR}(estimates?)?",
        rf"totalpopulationmid{YEAR}(excludingprisoners)?",
        rf"(mid)?{YEAR}(allages|allpersons|allpeople){YEAR}",
        r"(residencetype|age|sex|variable|total)?allusualresidents(measuresvalue)?",
        r"allcategories(age|sex|residencetype)(measuresvalue)?",
        r"(residencetype|age|sex)(total|allpersons|allpeople|allages)(measuresvalue)?",
        r"usualresidents",
        r"(total)?population(total)?",
        rf"(mid)?{YEAR}persons",
        r"total",
    ),
    "area_km2": (
        r"area(sq)?km2?", r"areasqkm", r"areainsqkm", r"areasquarekilomet(re|er)s", r"km2", r"sqkm",
        r"areakm\d?", r"(area)?(in)?hectares", r"areaha", r"areal?hect",
    ),
    "ruc": (
        r"ruc\d{2,4}(cd|code)", rf"ruralurbanclassification{YEAR}code{YEAR}", r"ruc(cd|code)",
    ),
    "district_code": (
        r"(lad|la|lta|ltla)\d{0,4}(cd|code)",
        rf"localauthority(district)?{YEAR}code{YEAR}", rf"lowertierlocalauthorit(y|ies){YEAR}code",
        r"districtcode",
    ),
    "district": (
        r"(lad|la|ltla)\d{0,4}(nm|name)", rf"localauthority(district)?{YEAR}(name)?{YEAR}",
        rf"lowertierlocalauthorit(y|ies){YEAR}(name)?", r"district(name)?",
    ),
    "force_code": (r"pfa\d{0,4}(cd|code)", rf"policeforce(area)?{YEAR}code"),
    "force": (r"pfa\d{0,4}(nm|name)", rf"policeforce(area)?{YEAR}(name)?", r"force(name)?"),
}  # fmt: skip
"""Names of columns: of those that a table has, that of the newest year, then the most specific."""

HECTARES = re.compile(r".*(hectares?|ha|hect)")
"""Extent in hectares, of which a square kilometre has 100."""

MOST_PEOPLE = 1e7
"""More people than this are in no small area, nor in any district."""

MOST_KM2 = 1e6
"""More than the extent of the United Kingdom [km²]."""

WORDS = {
    "code": "codes", "name": "names", "population": "people", "area_km2": "extent",
    "ruc": "rural–urban class", "district_code": "codes of districts", "district": "districts",
    "force_code": "codes of forces", "force": "forces",
}  # fmt: skip
"""What a column holds, for messages."""

DATES = {"date", "year", "datename", "mid", "period"}
"""Columns that say of what year a row is."""

FIX = "Give a table of small areas with a column of codes, such as LSOA11CD or LSOA21CD"

LSOA_NAME = re.compile(r"(?P<district>.+) \d{3}[A-Z]{0,2}")
"""Names of small areas: the district of their census, and a number."""


def read_small_areas(path: str | Path) -> pd.DataFrame:
    """Read small areas (output areas, LSOAs, MSOAs) from a table of any publisher.

    CSV, XLSX, ODS and GeoJSON are read, with the names of columns of the censuses of 2011 and 2021. Positions
    may be degrees (WGS 84) or metres (National Grid), told apart by names and values; polygons without
    columns of positions give a point inside each. Where several columns fit, the newest year counts, then the
    most specific name; codes are those of the smallest areas. Rows of Scotland, Northern Ireland and the
    islands, and of larger areas than the others, are left out.

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
        positions), ``sheet`` and ``others`` (of a workbook), ``year`` (of the people, 0 if not known) and
        ``notes`` (which of several columns was taken and why, and rows that were left out).

    Raises
    ------
    OpenDataError
        If the file is empty, damaged, too large or no such table; a code is no code or there twice; a number
        is text; columns that fit equally well differ; or positions are exchanged, on another grid, or outside
        the United Kingdom.
    """
    raw = read_raw(path, wanted=_is_heading, fix=FIX)
    raw, code = _choose_codes(raw)
    raw, year = _newest_rows(raw, code)

    headed = {"code": code}
    for kind in PATTERNS:
        if kind == "name":
            raw, column = _choose_names(raw, code)
        else:
            raw, column = choose(raw, WORDS[kind], PATTERNS[kind])
        if column is not None:
            headed[kind] = column

    columns: dict[str, Any] = {"code": codes(raw, code)}
    for kind, column in headed.items():
        if kind != "code":
            columns[kind] = _column(raw, kind, column)

    positions = positions_of(raw)
    if positions is not None:
        columns["lon"] = positions.lon
        columns["lat"] = positions.lat

    extent = None if "area_km2" in columns else areas_km2(raw)
    if extent is not None:
        columns["area_km2"] = extent

    if not set(columns) - {"code", "name"}:
        raise fault(
            raw.path,
            f"has codes of areas ({quoted(code)}), but nothing about them that is known",
            "Give a table with people, positions, a rural–urban class, a district or a force for each area",
        )

    frame = pd.DataFrame(columns).reindex(columns=list(AREA_COLUMNS))
    frame[list(TEXTS)] = frame[list(TEXTS)].astype(object).fillna("")

    # The people are of the year in their own heading, else in a column of dates, else in the sheet's name.
    year_of_people = 0
    if "population" in headed:
        year_of_people = year_in(headed["population"]) or year or year_of(raw.sheet)
    frame.attrs = {
        "file": raw.path.name,
        "said": tuple(name for name in AREA_COLUMNS if name in columns),
        "headed": headed,
        "how": "" if positions is None else positions.how,
        "sheet": raw.sheet,
        "others": raw.others,
        "year": year_of_people,
        "notes": raw.notes,
    }
    return frame


def _choose_codes(raw: Raw) -> tuple[Raw, str]:
    """Return a table with the rows of England and Wales, and its column of codes."""
    raw, code = choose(raw, WORDS["code"], CODES, size_first=True)
    assert code is not None  # noqa: S101 - it is what the heading was recognised by
    return without_others(raw, code), code


def _newest_rows(raw: Raw, code: str) -> tuple[Raw, int]:
    """Return the rows of the newest year of a table with a row for each area and year, and the year."""
    column = next((c for c in raw.frame.columns if plain(c) in DATES), None)
    if column is None:
        return raw, 0

    years = np.array([year_of(cell) for cell in texts(raw, column)])
    newest = int(years.max(initial=0))
    if (years == newest).all():
        return raw, newest

    # Different years without an area twice are no series: every row counts, and no year is that of all.
    if not raw.frame[code].duplicated().any():
        return raw, 0

    older = ", ".join(str(year) for year in sorted(set(years.tolist()) - {newest}))
    raw = raw.only(years == newest)
    return raw.noted(f"rows of {newest}, the newest year, and not of {older}"), newest


def _choose_names(raw: Raw, code: str) -> tuple[Raw, str | None]:
    """Return the column of names that belongs to a column of codes, with a note when it is another."""
    stem = _stem(code)
    own = [c.column for c in candidates(raw.frame.columns, PATTERNS["name"]) if _stem(c.column) == stem]
    return (raw, own[0]) if own else choose(raw, WORDS["name"], PATTERNS["name"])


def _stem(column: str) -> str:
    """Return what the names of columns of codes and of names have in common.

    Examples
    --------
    >>> _stem("LSOA 2021 Code") == _stem("LSOA 2021 Name"), _stem("geography code")
    (True, 'geography')
    """
    return re.sub(r"(codes?|cd|names?|nm)(\d{4})?$", r"\2", plain(column))


def columns_found(names: Iterable[str]) -> dict[str, str]:
    """Return the column of a file for each kind of content that it has, by name alone.

    Examples
    --------
    >>> columns_found(["LSOA21CD", "Mid-2021 population", "Mid-2011 population", "Area Sq Km"])
    {'code': 'LSOA21CD', 'population': 'Mid-2021 population', 'area_km2': 'Area Sq Km'}
    """
    given = [str(name) for name in names]
    ranked = {"code": candidates(given, CODES, size_first=True)}
    ranked |= {kind: candidates(given, patterns) for kind, patterns in PATTERNS.items()}
    return {kind: found[0].column for kind, found in ranked.items() if found}


def _is_heading(cells: Iterable[str]) -> bool:
    return bool(candidates(map(str, cells), CODES))


def _column(raw: Raw, kind: str, column: str) -> Any:
    """Return what a column holds: numbers, text, or codes of the rural–urban classification."""
    if kind == "population":
        return numbers(raw, column, least=0.0, most=MOST_PEOPLE)

    if kind == "area_km2":
        km2 = 0.01 if HECTARES.fullmatch(plain(column)) else 1.0
        return km2 * numbers(raw, column, least=0.0, most=MOST_KM2 / km2)

    if kind == "ruc":
        classes = texts(raw, column).str.strip().str.upper()
        is_odd = (classes != "") & ~classes.isin(list(CLASS_OF_CODE))
        refuse_cells(raw, column, is_odd, f"Use a code of 2011 or 2021: {', '.join(CLASS_OF_CODE)}")
        return classes.to_numpy(dtype=object)

    return texts(raw, column).to_numpy(dtype=object)


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
            f"no table of areas says how many people live there ({files})", "Add a table with people"
        )

    combined = whole.set_index("code")
    notes: list[str] = []
    for other in tables:
        if other is not whole:
            notes += _fill_from(combined, other, whole.attrs["file"])

    by_name = combined["name"].map(district_of)
    combined["district"] = combined["district"].where(combined["district"] != "", by_name)
    combined = combined.reset_index()[list(AREA_COLUMNS)]
    return combined.astype(dict.fromkeys(TEXTS, object)), tuple(notes)


def district_of(name: str) -> str:
    """Return the district in the name of a small area, empty when there is none.

    Examples
    --------
    >>> district_of("Isle of Wight 001A")
    'Isle of Wight'
    """
    match = LSOA_NAME.fullmatch(name)
    return match["district"] if match else ""


def _fill_from(combined: pd.DataFrame, other: pd.DataFrame, base: str) -> list[str]:
    """Fill what is missing in a table from another, in place, and return what a reader should know."""
    file = other.attrs["file"]
    rest = other.set_index("code")
    common = combined.index.intersection(rest.index)
    if common.empty:
        raise OpenDataError(
            f"{file} and {base} have no area in common: their codes are {rest.index[0]} … and "
            f"{combined.index[0]} …",
            "Give tables of the same kind of area and the same census.",
        )

    notes = []
    lacking = len(combined) - len(common)
    if lacking > 0 and len(common) < len(rest):
        notes.append(
            f"{file}: {lacking:,} of the {len(combined):,} areas of {base} are not in it, and "
            f"{len(rest) - len(common):,} of its {len(rest):,} are not in {base} (perhaps another census)"
        )
    elif lacking > 0:
        notes.append(f"{file}: {lacking:,} of the {len(combined):,} areas of {base} are not in it")

    rows = rest.reindex(combined.index)
    for name in AREA_COLUMNS[1:]:
        if name not in other.attrs["said"]:
            continue

        given = rows[name].fillna("") if name in TEXTS else rows[name]
        is_empty = combined[name] == "" if name in TEXTS else combined[name].isna()
        combined[name] = combined[name].where(~is_empty, given)

        if name == "population":
            both = combined[name].notna() & given.notna()
            differ = int((both & (np.abs(combined[name] - given) > 0.5)).sum())
            if differ:
                notes.append(
                    f"{file}: has other people than {base} in {differ:,} areas; those of {base} count"
                )

    return notes


__all__ = ["AREA_COLUMNS", "combine_small_areas", "district_of", "read_small_areas"]
