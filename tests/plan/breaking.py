"""What breaks a copy of a packaged plan: one thing broken, and the hands that break it."""

from __future__ import annotations

import csv
import io
import shutil
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import tomlkit

from standby import examples

Rows = list[list[str]]
Names = dict[str, str]

TWELVE = (
    "missing-file", "unknown-reference", "out-of-range", "bad-figure", "swapped-position", "duplicate-id",
    "not-a-number", "unknown-source", "same-as-base", "cyclic-substitution", "empty-table", "encoding",
)  # fmt: skip
"""The twelve kinds of fault, by code."""

PLANS: dict[str, Names] = {
    "tiny": {
        "unit": "mid-arv", "unit2": "east-arv", "site": "eastport", "site2": "midtown", "area": "moor",
        "area2": "coombe", "key": "pier", "force": "home", "tier": "arv", "tier2": "team",
        "tier3": "response", "type": "spontaneous", "standard": "first", "option": "second-car",
        "source": "invented",
    },
    "south-west": {
        "unit": "dc-exeter-arv", "unit2": "dc-plymouth-arv", "site": "dc-torquay", "site2": "dc-exeter",
        "area": "dc-ashburton", "area2": "dc-axminster", "key": "exeter-airport", "force": "dorset",
        "tier": "arv", "tier2": "specialist", "tier3": "response", "type": "spontaneous",
        "standard": "urban-10", "option": "more-arvs", "source": "assumption",
    },
}  # fmt: skip
"""What the breakages name in each packaged plan."""


@dataclass(frozen=True)
class Breakage:
    """One thing broken.

    Parameters
    ----------
    name, code
        What it is, and the code of its fault.
    fault
        File, a part of where, and field of the fault.
    toml
        Changes the document.
    tables
        Changes rows of a table, heading first.
    last
        Changes files when all else is done.
    needs
        Files without which the fault can't be told; the ones that are changed are needed anyway.
    spoils
        Files that are no longer there, or have nothing in them.
    """

    name: str
    code: str
    fault: tuple[str, str, str]
    toml: Callable[[dict[str, Any], Names], None] | None = None
    tables: dict[str, Callable[[Rows, Names], None]] = field(default_factory=dict)
    last: Callable[[Path], None] | None = None
    needs: frozenset[str] = frozenset()
    spoils: frozenset[str] = frozenset()

    @property
    def touched(self) -> frozenset[str]:
        """Files that have to be there and readable."""
        own = {f"{table}.csv" for table in self.tables} | ({"plan.toml"} if self.toml else set())
        return (self.needs | own) - self.spoils

    def expected(self, names: Names) -> tuple[str, str, str, str]:
        """Return code, file, part of where, and field."""
        file, where, place = (part.format(**names) for part in self.fault)
        return self.code, file, where, place

    def fits(self, others: Iterable[Breakage]) -> bool:
        """Return whether it can be told beside others, which are of other kinds."""
        return all(
            not (self.spoils & (o.touched | o.spoils)) and not (o.spoils & self.touched) for o in others
        )


def break_plan(folder: Path, plan: str, breakages: Iterable[Breakage]) -> Path:
    """Copy a packaged plan and break the copy."""
    names = PLANS[plan]
    breakages = list(breakages)
    shutil.copytree(examples.path(plan), folder)
    document = tomllib.loads((folder / "plan.toml").read_text(encoding="utf-8"))
    for breakage in breakages:
        if breakage.toml is not None:
            breakage.toml(document, names)
    (folder / "plan.toml").write_text(tomlkit.dumps(document), encoding="utf-8")
    for table in sorted({table for breakage in breakages for table in breakage.tables}):
        path = folder / f"{table}.csv"
        rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"))))
        for breakage in breakages:
            if table in breakage.tables:
                breakage.tables[table](rows, names)
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows(rows)
        path.write_text(out.getvalue(), encoding="utf-8")
    for breakage in breakages:
        if breakage.last is not None:
            breakage.last(folder)
    return folder


# Hands that break


def cell(column: str, value: str, row: str) -> Callable[[Rows, Names], None]:
    """Put a value into the row of an id, adding the column when there is none."""

    def change(rows: Rows, names: Names) -> None:
        if column not in rows[0]:
            for k, line in enumerate(rows):
                line.append("" if k else column)
        place = rows[0].index(column)
        next(line for line in rows[1:] if line[0] == names[row])[place] = value.format(**names)

    return change


def both(*changes: Callable[[Rows, Names], None]) -> Callable[[Rows, Names], None]:
    """Do one after the other."""

    def change(rows: Rows, names: Names) -> None:
        for one in changes:
            one(rows, names)

    return change


def swap(row: str | None) -> Callable[[Rows, Names], None]:
    """Exchange longitude and latitude in one row, or in all."""

    def change(rows: Rows, names: Names) -> None:
        lon, lat = rows[0].index("lon"), rows[0].index("lat")
        for line in rows[1:]:
            if row is None or line[0] == names[row]:
                line[lon], line[lat] = line[lat], line[lon]

    return change


def repeat(row: str) -> Callable[[Rows, Names], None]:
    """Add a row with an id that is there already."""

    def change(rows: Rows, names: Names) -> None:
        rows.append(list(next(line for line in rows[1:] if line[0] == names[row])))

    return change


def put(path: str, value: object) -> Callable[[dict[str, Any], Names], None]:
    """Put a value into the document; the names of the plan stand in braces."""

    def filled(item: object, names: Names) -> Any:
        if isinstance(item, str):
            return item.format(**names)
        if isinstance(item, list):
            return [filled(part, names) for part in item]
        if isinstance(item, dict):
            return {filled(key, names): filled(part, names) for key, part in item.items()}
        return item

    def change(document: dict[str, Any], names: Names) -> None:
        *parents, last = path.format(**names).split("/")
        for key in parents:
            document = document.setdefault(key, {})
        document[last] = filled(value, names)

    return change


def option(kind: str, /, **changes: object) -> Callable[[dict[str, Any], Names], None]:
    """Add an option."""
    return put(f"options/broken-{kind}", {"name": "Broken", **changes})


def remove(file: str) -> Callable[[Path], None]:
    """Remove a file."""
    return lambda folder: (folder / file).unlink()


def overwrite(file: str, data: bytes) -> Callable[[Path], None]:
    """Put other bytes into a file."""
    return lambda folder: (folder / file).write_bytes(data) and None


def heading_only(file: str) -> Callable[[Path], None]:
    """Leave nothing but the heading, and a blank line."""
    return lambda folder: (
        (folder / file).write_bytes((folder / file).read_bytes().split(b"\n")[0] + b"\n\n") and None
    )


def recode(file: str, encoding: str) -> Callable[[Path], None]:
    """Save a file in another encoding."""

    def change(folder: Path) -> None:
        text = (folder / file).read_text(encoding="utf-8")
        (folder / file).write_bytes(text.encode(encoding, errors="replace"))

    return change


def latin(file: str) -> Callable[[Path], None]:
    """Put one Latin-1 letter into the first text that stands in quotes or in a cell of names."""

    def change(folder: Path) -> None:
        data = (folder / file).read_bytes()
        if file == "units.csv":  # it need not have a column of names
            (folder / file).write_bytes(data.replace(b"caf\xc3\xa9", b"caf\xe9"))
            return
        if file.endswith(".toml"):
            at = data.index(b'title = "') + len(b'title = "')
        else:
            at = data.index(b"\n") + 1
            at = data.index(b",", at) + 1  # the cell after the id
            at += data[at : at + 1] == b'"'
        (folder / file).write_bytes(data[:at] + b"\xe9" + data[at:])

    return change
