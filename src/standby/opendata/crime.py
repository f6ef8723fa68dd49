"""Street-level crime of police.uk by small area: where crime is, not where armed officers are needed.

Published positions are moved to a nearby point of the map, and many crimes have no area. A count says where
people meet the police at all; it is a spatial proxy, and no measure of armed demand.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from standby.opendata._cells import GSS
from standby.opendata._raw import MENDS, read_bytes, text_of
from standby.opendata.error import fault, row_fault
from standby.opendata.forces import find_force, known_force

CRIME_COLUMNS = ("code", "month", "crime_type", "force", "crimes")
"""Columns of `read_street_crime`."""

NEEDED = ("Month", "Falls within", "LSOA code", "Crime type")
MONTH = re.compile(r"\d{4}-\d{2}")
MEMBER = re.compile(r"\d{4}-\d{2}-(?P<force>[a-z-]+)-street\.csv")

PROXY_TYPES = ("Violence and sexual offences", "Robbery", "Possession of weapons")
"""Categories that `new_plan` counts: those nearest to what armed officers are sent to, by assumption."""


def read_street_crime(path: str | Path, *, force: str | None = None) -> pd.DataFrame:
    """Count street-level crimes by small area, month and category.

    Parameters
    ----------
    path
        A zip as downloaded from data.police.uk, or one of its ``…-street.csv``.
    force
        Read only the files of this force of the zip; of a single file, only the crimes that fall within it.

    Returns
    -------
    pandas.DataFrame
        ``code`` of the small area (empty for crimes without one), ``month`` (``2019-02``), ``crime_type``,
        ``force`` (that it falls within) and ``crimes`` [number].

    Raises
    ------
    OpenDataError
        If the file is damaged or not from data.police.uk, or has nothing of the force.
    """
    path = Path(path)
    wanted = None if force is None else find_force(force)
    data = read_bytes(path)
    parts = []
    for name, content in _tables(path, data, None if wanted is None else wanted.name):
        counted = _count(path, name, content)
        if wanted is not None:
            counted = counted[[_is(given, wanted.name) for given in counted["force"]]]
        parts.append(counted)
    if not parts or all(part.empty for part in parts):
        of = "" if wanted is None else f" of {wanted.name}"
        raise fault(
            path, f"has no street-level crime{of}", "Download that force's months from data.police.uk"
        )
    keys = list(CRIME_COLUMNS[:-1])
    return pd.concat(parts).groupby(keys)["crimes"].sum().reset_index()


def _is(given: str, force: str) -> bool:
    found = known_force(given)
    return found is not None and found.name == force


def _tables(path: Path, data: bytes, force: str | None) -> Iterator[tuple[str, bytes]]:
    """Yield the tables of street-level crime in a file, by name."""
    if data[:2] != b"PK":
        yield path.name, data
        return
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = [name for name in archive.namelist() if name.endswith("-street.csv")]
            if not names:
                raise fault(
                    path, "is a zip without any …-street.csv", "Give the zip of data.police.uk as downloaded"
                )
            for name in names:
                match = MEMBER.fullmatch(name.rsplit("/", 1)[-1])
                if force is None or match is None or _is(match["force"].replace("-", " "), force):
                    yield name, archive.read(name)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        raise fault(path, f"is a zip that is cut off or damaged ({error})", MENDS["again"]) from error


def _count(path: Path, name: str, content: bytes) -> pd.DataFrame:
    place = path if name == path.name else Path(f"{path.name}, {name}")
    text = text_of(place, content)
    try:
        head = pd.read_csv(io.StringIO(text), nrows=0).columns
        lacking = [column for column in NEEDED if column not in head]
        if lacking:
            what = f"lacks the column {', '.join(map(repr, lacking))} of street-level crime"
            raise fault(place, what, "Give a …-street.csv of data.police.uk")
        frame = pd.read_csv(io.StringIO(text), usecols=list(NEEDED), dtype=str, keep_default_na=False)
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise fault(place, f"is not a whole CSV table ({str(error).strip()})", MENDS["again"]) from error
    _judge(place, frame)
    _whole(place, text, len(head))
    frame = frame.rename(
        columns={"LSOA code": "code", "Month": "month", "Crime type": "crime_type", "Falls within": "force"}
    )
    return frame.groupby(list(CRIME_COLUMNS[:-1]), as_index=False).size().rename(columns={"size": "crimes"})


def _whole(place: Path, text: str, width: int) -> None:
    """Raise when the last row has fewer cells than the heading: the file is cut off."""
    rows = text.rstrip("\r\n").splitlines()
    last = next(csv.reader(rows[-1:]), [])
    if len(last) != width:
        what = f"row {len(rows)}, the last, has {len(last)} cells where the heading has {width}"
        raise fault(place, what, MENDS["again"])


def _judge(place: Path, frame: pd.DataFrame) -> None:
    """Raise when rows are cut off, or months or codes of areas are none."""
    short = frame[frame.isna().any(axis=1)].index.tolist()
    if short:
        named = [(k + 2, "has fewer cells than the heading") for k in short]
        raise row_fault(place, ", ".join(NEEDED), named, MENDS["again"])
    for column, pattern, right in (("Month", MONTH, "2019-02"), ("LSOA code", GSS, "E01000001")):
        values = frame[column].unique()
        odd = {v for v in values if not pattern.fullmatch(v) and not (v == "" and column == "LSOA code")}
        if odd:
            at = [(k + 2, f"is {v!r}") for k, v in enumerate(frame[column]) if v in odd]
            raise row_fault(place, column, at, f"{MENDS['again']}; a value such as {right} is needed")


__all__ = ["CRIME_COLUMNS", "PROXY_TYPES", "read_street_crime"]
