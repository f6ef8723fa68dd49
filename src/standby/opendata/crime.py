"""Street-level crime of police.uk by small area: where crime is, not where armed officers are needed.

Published positions are moved to a nearby point of the map, and many crimes have no area. A count says where
people meet the police at all; it is a spatial proxy, and no measure of armed demand.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from standby._deadline import Deadline
from standby._files import (
    AGAIN,
    Limits,
    cells_within,
    check_members,
    check_shape,
    open_regular,
    open_zip,
    read_member,
)
from standby.opendata._cells import GSS, nation_of
from standby.opendata._raw import read_bytes, text_of
from standby.opendata.error import as_open_data, fault, quoted, row_fault
from standby.opendata.forces import find_force, known_force
from standby.words import counted

CRIME_COLUMNS = ("code", "month", "crime_type", "force", "crimes")
"""Columns of `read_street_crime`."""

MEMBER_BYTES = 256 << 20
"""Size of the table of one force and month, at most; London's has 25 MB [bytes]."""

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

    parts = []
    elsewhere = 0
    for name, content in _tables(path, None if wanted is None else wanted.name):
        crimes, others = _count(path, name, content)
        elsewhere += others

        if wanted is not None:
            own = {given for given in crimes["force"].unique() if _is(given, wanted.name)}
            crimes = crimes[crimes["force"].isin(own)]
        parts.append(crimes)

    if not parts or all(part.empty for part in parts):
        of = "" if wanted is None else f" of {wanted.name}"
        raise fault(
            path, f"has no street-level crime{of}", "Download that force's months from data.police.uk"
        )

    keys = list(CRIME_COLUMNS[:-1])
    table = pd.concat(parts).groupby(keys)["crimes"].sum().reset_index()
    table.attrs["notes"] = (f"{counted(elsewhere, 'crime')} in other nations left out",) if elsewhere else ()
    return table


def _is(given: str, force: str) -> bool:
    """Return whether a name in a file is that of a force."""
    found = known_force(given)
    return found is not None and found.name == force


def _tables(path: Path, force: str | None) -> Iterator[tuple[str, bytes]]:
    """Yield the tables of street-level crime in a file, by name, each unpacked in its turn."""
    limits = Limits.here(member_bytes=MEMBER_BYTES)
    deadline = Deadline(limits.seconds)
    with as_open_data():
        with open_regular(path, limits) as file:
            is_zip = file.read(2) == b"PK"
        if not is_zip:
            yield path.name, read_bytes(path)
            return

        with open_zip(path, limits) as archive:
            tables = [member for member in archive.infolist() if member.filename.endswith("-street.csv")]
            if not tables:
                raise fault(
                    path, "is a zip without any …-street.csv", "Give the zip of data.police.uk as downloaded"
                )

            own = [member for member in tables if _may_be_of(member.filename, force)]
            check_members(path, own, limits)
            for member in own:
                yield member.filename, read_member(path, archive, member, limits, deadline)


def _may_be_of(name: str, force: str | None) -> bool:
    """Return whether a member of an archive may hold crimes of a force, by its name."""
    match = MEMBER.fullmatch(name.rsplit("/", 1)[-1])
    return force is None or match is None or _is(match["force"].replace("-", " "), force)


def _count(path: Path, name: str, content: bytes) -> tuple[pd.DataFrame, int]:
    """Return the crimes of a table by area, month, category and force, and how many are of other nations."""
    member = name.rpartition("/")[2]
    place = path if name == path.name else Path(f"{path.name}, {member}")
    text = text_of(place, content)

    # The size of the table is bounded before it is read.
    rows = text.count("\n")
    columns = text.partition("\n")[0].count(",") + 1
    with as_open_data():
        check_shape(place, rows, columns, Limits.here())

    # One known form and millions of rows, so pandas reads it, and only the columns that are needed.
    try:
        head = pd.read_csv(io.StringIO(text), nrows=0).columns

        # pandas names the second column of a name "name.1".
        repeated = [column for column in NEEDED if f"{column}.1" in head]
        if repeated:
            what = f"has the column {', '.join(map(repr, repeated))} more than once"
            raise fault(place, what, "Give a …-street.csv of data.police.uk")

        lacking = [column for column in NEEDED if column not in head]
        if lacking:
            what = f"lacks the column {', '.join(map(repr, lacking))} of street-level crime"
            raise fault(place, what, "Give a …-street.csv of data.police.uk")

        frame = pd.read_csv(io.StringIO(text), usecols=list(NEEDED), dtype=str, keep_default_na=False)
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise fault(place, f"is not a whole CSV table ({str(error).strip()})", AGAIN) from error
    _judge(place, frame)
    _whole(place, text, len(head))

    frame = frame.rename(
        columns={"LSOA code": "code", "Month": "month", "Crime type": "crime_type", "Falls within": "force"}
    )
    elsewhere = {code for code in frame["code"].unique() if nation_of(code)}
    others = frame["code"].isin(elsewhere)
    counts = frame[~others].groupby(list(CRIME_COLUMNS[:-1]), as_index=False).size()
    return counts.rename(columns={"size": "crimes"}), int(others.sum())


def _whole(place: Path, text: str, width: int) -> None:
    """Raise when the last row has fewer cells than the heading: the file is cut off."""
    rows = text.rstrip("\r\n").splitlines()
    with as_open_data(), cells_within(place):
        last = next(csv.reader(rows[-1:]), [])
    if len(last) != width:
        what = f"row {len(rows)}, the last, has {len(last)} cells where the heading has {width}"
        raise fault(place, what, AGAIN)


def _judge(place: Path, frame: pd.DataFrame) -> None:
    """Raise when rows are cut off, or months or codes of areas are none."""
    if frame.empty:
        raise fault(place, "has a heading and no rows below it", AGAIN)

    short = frame[frame.isna().any(axis=1)].index.tolist()
    if short:
        named = [(k + 2, "has fewer cells than the heading") for k in short]
        raise row_fault(place, ", ".join(NEEDED), named, AGAIN)

    for column, pattern, right in (("Month", MONTH, "2019-02"), ("LSOA code", GSS, "E01000001")):
        odd = {value for value in frame[column].unique() if not pattern.fullmatch(value)}
        if column == "LSOA code":  # crimes without an area have none, and those elsewhere are left out
            odd = {value for value in odd if value and not nation_of(value)}
        if odd:
            at = [(k + 2, f"is {quoted(v)}") for k, v in enumerate(frame[column]) if v in odd]
            raise row_fault(place, column, at, f"{AGAIN}; a value such as {right} is needed")


__all__ = ["CRIME_COLUMNS", "PROXY_TYPES", "read_street_crime"]
