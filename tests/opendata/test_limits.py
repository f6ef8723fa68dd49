"""Hostile and oversized files: refused by name, from what they declare, within limits that can be raised."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import xlsxwriter

from standby import _deadline
from standby._deadline import Deadline
from standby._files import Limits, UnreadableFileError
from standby.opendata import (
    OpenDataError,
    read_force_boundaries,
    read_points,
    read_police_workforce,
    read_small_areas,
    read_street_crime,
)
from standby.opendata import _raw as raw_module
from standby.opendata import _workbook as workbook_module

Write = Callable[..., Path]

ODS_HEAD = (
    '<?xml version="1.0"?><office:document-content '
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">'
    '<office:body><office:spreadsheet><table:table table:name="T">'
)
ODS_TAIL = "</table:table></office:spreadsheet></office:body></office:document-content>"
CELL = '<table:table-cell office:value-type="string"{}><text:p>{}</text:p></table:table-cell>'
EMPTY = "<table:table-cell{}/>"


def row(cells: str, times: int | str = 1) -> str:
    """Return a row of an ODS file that stands for many."""
    return f'<table:table-row table:number-rows-repeated="{times}">{cells}</table:table-row>'


def across(times: int | str) -> str:
    """Return the attribute of a cell that stands for many."""
    return f' table:number-columns-repeated="{times}"'


@pytest.fixture
def ods(tmp_path: Path) -> Callable[[str], Path]:
    """Return a function that writes an ODS file with rows as they are given."""

    def made(rows: str, *, tail: str = ODS_TAIL) -> Path:
        path = tmp_path / "bomb.ods"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
            archive.writestr("content.xml", ODS_HEAD + rows + tail)
            archive.writestr(
                "META-INF/manifest.xml",
                '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
            )
        return path

    return made


HEADING = row(CELL.format("", "LSOA21CD") + CELL.format("", "pop2022"))
AREA = row(CELL.format("", "E01000001") + CELL.format("", "5"))


@pytest.mark.parametrize("name", ["read_small_areas", "read_police_workforce"])
@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (row(CELL.format("", "x"), 4_000_000_000), "4,000,000,001 rows in sheet 'T'"),
        (row(CELL.format("", "x"), 10**19), "repeats a row or cell '10000000000000000000' times"),
        (row(CELL.format("", "x"), -1), "repeats a row or cell '-1' times"),
        (row(CELL.format("", "x"), "many"), "repeats a row or cell 'many' times"),
        (row(CELL.format(across(16_384), "x"), 1_048_576), "16,384 columns"),
        (row(CELL.format(across(9_000), "x"), 1_048_576), "cells"),
        (row(EMPTY.format(across(10**9)) + CELL.format("", "x")), "1,000,000,001 columns"),
        (row(EMPTY.format(""), 10**9) + row(CELL.format("", "x")), "1,000,000,002 rows"),
    ],
)
def test_repeated_rows_and_cells(ods: Callable[[str], Path], name: str, rows: str, said: str) -> None:
    """An ODS file of a kilobyte that stands for millions of cells is refused by what it repeats."""
    read = {"read_small_areas": read_small_areas, "read_police_workforce": read_police_workforce}[name]
    with pytest.raises(OpenDataError) as caught:
        read(ods(HEADING + rows))
    assert said in str(caught.value)
    assert str(caught.value).startswith("bomb.ods: ")


def test_empty_rows_that_fill_up_a_sheet_are_nothing(ods: Callable[[str], Path]) -> None:
    """Programs fill up a sheet with a million empty rows and cells: such a file is read."""
    filled = row(CELL.format("", "E01000002") + CELL.format("", "6") + EMPTY.format(across(16_382)))
    read = read_small_areas(ods(HEADING + AREA + filled + row(EMPTY.format(across(16_384)), 1_048_573)))
    assert read["population"].tolist() == [5, 6]


def test_an_ods_that_ends_within_a_cell(ods: Callable[..., Path]) -> None:
    """XML that is cut off within a cell or row is refused before the workbook is laid out."""
    for rest in ("<table:table-row>", '<table:table-row><table:table-cell office:value-type="string">'):
        with pytest.raises(OpenDataError, match="can't be read as a workbook"):
            read_small_areas(ods(HEADING + AREA + rest, tail=""))


def xlsx(path: Path, cells: dict[tuple[int, int], str]) -> Path:
    """Write a workbook with some cells."""
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet("Data")
        for (down, right), value in cells.items():
            page.write(down, right, value)
    return path


def test_a_cell_far_from_the_others(tmp_path: Path) -> None:
    """A workbook of two rows and one cell at XFD1048576 is refused by its place."""
    cells = {(0, 0): "LSOA21CD", (0, 1): "pop2022", (1, 0): "E01000001", (1, 1): "5"}
    path = xlsx(tmp_path / "far.xlsx", cells | {(1_048_575, 16_383): "x"})
    with pytest.raises(OpenDataError, match=r"16,384 columns in sheet 'sheet1.xml'.*STANDBY_LIMIT_COLUMNS"):
        read_small_areas(path)
    path = xlsx(tmp_path / "far.xlsx", cells | {(1_048_575, 900): "x"})
    with pytest.raises(OpenDataError, match=r"has 944,766,976 cells in sheet"):
        read_small_areas(path)


def test_limits_are_raised_by_a_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a limit refuses is read once the variable that the message names is higher."""
    path = tmp_path / "a.csv"
    path.write_text("LSOA21CD,pop2022\nE01000001,5\nE01000002,6\n", encoding="utf-8")
    monkeypatch.setenv("STANDBY_LIMIT_ROWS", "2")
    with pytest.raises(OpenDataError, match=r"has 3 rows, and at most 2 are read.*STANDBY_LIMIT_ROWS higher"):
        read_small_areas(path)
    monkeypatch.setenv("STANDBY_LIMIT_ROWS", "3")
    assert len(read_small_areas(path)) == 2
    monkeypatch.setenv("STANDBY_LIMIT_ROWS", "lots")
    with pytest.raises(ValueError, match="STANDBY_LIMIT_ROWS is 'lots'"):
        read_small_areas(path)


def test_a_million_columns(tmp_path: Path) -> None:
    """A table of a million columns is refused by their number, whatever is in them."""
    path = tmp_path / "wide.csv"
    path.write_text("LSOA21CD" + ",x" * 1_000_000 + "\nE01000001" + ",1" * 1_000_000 + "\n", encoding="utf-8")
    for read in (read_small_areas, read_points, read_street_crime):
        with pytest.raises(OpenDataError, match="has 1,000,001 columns"):
            read(path)


def test_archives_with_much_in_them(tmp_path: Path) -> None:
    """20,000 members, and a member of 3 GB in 3 MB, are refused by the directory of the archive."""
    many = tmp_path / "many.zip"
    with zipfile.ZipFile(many, "w") as archive:
        for k in range(20_000):
            archive.writestr(f"2024-01/2024-01-force{k}-street.csv", "")
    for read in (read_street_crime, read_small_areas, read_police_workforce):
        with pytest.raises(OpenDataError, match="has 20,000 members, and at most 10,000 are read"):
            read(many)

    # The directory declares 3 GB; nothing is unpacked to find out.
    large = tmp_path / "large.xlsx"
    with zipfile.ZipFile(large, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 1000)
    data = bytearray(large.read_bytes())
    at = data.rindex(b"PK\x01\x02")
    data[at + 24 : at + 28] = (3_000_000_000).to_bytes(4, "little")
    large.write_bytes(data)
    with pytest.raises(OpenDataError, match=r"3,000,000,000 bytes in its member 'xl/worksheets/sheet1.xml'"):
        read_small_areas(large)


@pytest.mark.parametrize("part", ["sharedStrings.xml", "worksheets/sheet1.xml", "styles.xml"])
def test_a_member_that_is_larger_than_it_says(part: str, tmp_path: Path) -> None:
    """A workbook whose directory says less than a part of it unpacks to is damaged, whichever part it is."""
    path = tmp_path / "lies.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("Data").write_row(0, 0, ["LSOA21CD", "pop2022", "x" * 30_000])
    data = bytearray(path.read_bytes())
    at = data.rindex(f"xl/{part}".encode()) - 46
    data[at + 24 : at + 28] = (10).to_bytes(4, "little")
    path.write_bytes(data)
    with pytest.raises(OpenDataError, match="is a zip that is cut off or damaged"):
        read_small_areas(path)


def test_only_regular_files_are_read(tmp_path: Path) -> None:
    """A pipe to which nobody writes, a device and a folder are refused at once."""
    os.mkfifo(tmp_path / "pipe.csv")
    refused = {tmp_path / "pipe.csv": "is a pipe", Path("/dev/zero"): "is a device", tmp_path: "is a folder"}
    readers = (
        read_small_areas, read_points, read_street_crime, read_police_workforce, read_force_boundaries,
    )  # fmt: skip
    for read in readers:
        for path, said in refused.items():
            with pytest.raises(OpenDataError, match=said):
                read(path)


def test_a_reader_stops_at_its_deadline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that reads a workbook for ever is ended at the deadline."""
    path = xlsx(tmp_path / "a.xlsx", {(0, 0): "x"})
    monkeypatch.setattr(workbook_module, "PROCESS", tmp_path / "process.py")
    (tmp_path / "process.py").write_text("while True: pass", encoding="utf-8")
    now = [0.0]
    monkeypatch.setattr(_deadline, "clock", lambda: now[0])
    deadline = Deadline(50.0)
    now[0] = 49.9  # a tenth of a second is left
    with pytest.raises(UnreadableFileError, match="takes more than 50 seconds"):
        workbook_module.sheets_of(path, Limits(), deadline)


def test_a_process_that_fails_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the process that reads workbooks crashes or lacks memory, the file is refused."""
    path = xlsx(tmp_path / "a.xlsx", {(0, 0): "x"})
    process = tmp_path / "process.py"
    monkeypatch.setattr(workbook_module, "PROCESS", process)
    for code, said in (
        ("import os; os.abort()", "within 6 GB of memory"),
        ("raise MemoryError", "within 6 GB of memory"),
        ("raise ValueError('no sheet')", r"as a workbook \(no sheet\)"),
    ):
        process.write_text(code, encoding="utf-8")
        with pytest.raises(UnreadableFileError, match=said):
            workbook_module.sheets_of(path, Limits(), Deadline(60.0))


def test_memory_of_a_workbook_is_limited(tmp_path: Path) -> None:
    """A short file whose cells all refer to one long text needs much memory: refused, not run out of it."""
    path = xlsx(tmp_path / "a.xlsx", {(k, j): "x" * 30_000 for k in range(300) for j in range(30)})
    with pytest.raises(UnreadableFileError, match=r"within 0.25 GB of memory"):
        workbook_module.sheets_of(path, Limits(memory_bytes=1 << 28), Deadline(60.0))


def test_other_workbooks(tmp_path: Path) -> None:
    """A binary workbook and a password-protected one are refused with what to do."""
    path = tmp_path / "a.xlsb"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.bin", b"")
    with pytest.raises(OpenDataError, match=r"is a binary workbook .* Save it as XLSX or CSV"):
        read_small_areas(path)
    nested = io.BytesIO()
    with zipfile.ZipFile(nested, "w") as archive:
        archive.write(path, "inner.xlsx")
    (tmp_path / "b.xlsx").write_bytes(nested.getvalue())
    with pytest.raises(OpenDataError, match="is a zip archive and no workbook"):
        read_small_areas(tmp_path / "b.xlsx")


def test_sheets_that_fit_equally_well(tmp_path: Path) -> None:
    """Of sheets of one year that of everybody counts; sheets that nothing tells apart are refused by name."""
    path = tmp_path / "a.xlsx"
    for names, said in (
        (("Mid-2022 Females", "Mid-2022 Persons", "Mid-2021 Persons"), "Mid-2022 Persons"),
        (("Mid-2022 A", "Mid-2022 B"), None),
    ):
        with xlsxwriter.Workbook(path) as book:
            for name in names:
                page = book.add_worksheet(name)
                page.write_row(0, 0, ["LSOA21CD", "Total"])
                page.write_row(1, 0, ["E01000001", 5])
        if said is not None:
            assert read_small_areas(path).attrs["sheet"] == said
            continue
        with pytest.raises(OpenDataError, match="several sheets that fit: 'Mid-2022 A', 'Mid-2022 B'"):
            read_small_areas(path)


@pytest.mark.parametrize(
    ("geometry", "said"),
    [
        ('{"type":"Point","coordinates":[1' + "0" * 400 + ",50]}", "geometry that can't be read"),
        ('{"type":"Point","coordinates":[NaN,50]}', "a position that is no number"),
        ('{"type":"Point","coordinates":["a",50]}', "geometry that can't be read"),
        ('{"type":"Point","coordinates":[' + "9" * 5000 + ",50]}", "is not whole GeoJSON"),
        ("[1, 2]", "geometry that can't be read"),
        ('{"type":"GeometryCollection","geometries":' * 900 + "[]" + "}" * 900, "nested|can't be read"),
    ],
)
def test_wrong_geometries(write: Write, geometry: str, said: str) -> None:
    """Huge integers, NaN, text and deep nesting in a geometry are refused by the number of the feature."""
    text = (
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"LSOA21CD":"E01000001",'
        f'"pop2022":5}},"geometry":{geometry}}}]}}'
    )
    with pytest.raises(OpenDataError, match=said):
        read_small_areas(write("a.geojson", text))


@pytest.mark.parametrize("value", ["[1,2]", '{"a":1}', "1" + "0" * 300, '"many"', "true", "-5"])
def test_wrong_types_in_geojson(write: Write, value: str) -> None:
    """Lists, objects, huge integers and words where people should be are refused."""
    text = (
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"LSOA21CD":"E01000001",'
        f'"pop2022":{value}}},"geometry":null}}]}}'
    )
    with pytest.raises(OpenDataError, match="'pop2022'"):
        read_small_areas(write("a.geojson", text))


def test_deep_nesting_is_refused(write: Write) -> None:
    """JSON nested a hundred thousand deep is refused, not a traceback."""
    for text in ("[" * 100_000, '{"features":' * 100_000):
        with pytest.raises(OpenDataError, match=r"nested too deeply|none of the columns"):
            read_small_areas(write("a.geojson", text))


def test_many_unknown_forces_are_no_hang(write: Write) -> None:
    """A column with 200,000 names that are no force is read in one pass, without looking for near ones."""
    rows = "\n".join(f"E01{k:06d},5,Force {k}" for k in range(200_000))
    read = read_small_areas(write("a.csv", f"LSOA21CD,pop2022,PFA23NM\n{rows}\n"))
    assert len(read) == 200_000
    assert np.isclose(read["population"].sum(), 1e6)


def test_the_limits_of_tables_are_lower_than_of_archives() -> None:
    """A table is held in memory as text: at most 10 million cells and half a gigabyte, packed or not."""
    most = raw_module.limits()
    assert (most.cells, most.file_bytes, most.member_bytes) == (10_000_000, 512 << 20, 512 << 20)


def test_long_cells_are_no_hang(tmp_path: Path) -> None:
    """Cells of 30,000 digits, brackets or spaces are looked at in one pass, and what is wrong is named."""
    path = tmp_path / "a.csv"
    for cell in ("9" * 30_000 + "x", "9" * 30_000, " " * 30_000 + "y", "(" * 30_000):
        path.write_text(f"LSOA21CD,pop2022\nE01000001,{cell}\n", encoding="utf-8")
        with pytest.raises(OpenDataError, match="row 2 is"):
            read_small_areas(path)
    book = tmp_path / "a.xlsx"
    for cell in ("Table 1: " + "(" * 30_000, "1" * 30_000 + "x", "1 " * 15_000 + "x"):
        xlsx(book, {(0, 0): cell, (1, 1): "2019-03-31", (2, 0): cell})
        with pytest.raises(OpenDataError, match="no table by police force area"):
            read_police_workforce(book)


def test_messages_have_no_control_characters(tmp_path: Path) -> None:
    """Colours and reversals that a file has in its name, headings and cells do not reach the terminal."""
    path = tmp_path / "a\x1b[31m.csv"
    path.write_text("LSOA21CD,pop\x1b[2J2022\u202e\nE01000001,5\n", encoding="utf-8")
    for read, given in ((read_small_areas, path), (read_points, path), (read_points, tmp_path / "\x1b.csv")):
        with pytest.raises(OpenDataError) as caught:
            read(given)
        assert str(caught.value).isprintable()
