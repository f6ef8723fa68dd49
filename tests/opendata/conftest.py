"""Small invented files with the names of columns that publishers use."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pandas as pd
import pytest
import xlsxwriter
from pyproj import Transformer

ROWS = 24
FROM_GRID = Transformer.from_crs(27700, 4326, always_xy=True)
RUC = ["C1", "C1", "D1", "E1", "E2", "C1"]
DORSET, WILTSHIRE = ("E23000039", "Dorset"), ("E23000038", "Wiltshire")


@pytest.fixture
def areas() -> pd.DataFrame:
    """Return 24 invented areas: 18 of Dorset, 6 of Wiltshire north of them."""
    rows = []
    for k in range(ROWS):
        mine = k < 18
        east = 370_000.0 + 4_000 * (k % 6)
        north = 82_000.0 + 4_000 * (k // 6) + (0 if mine else 40_000)
        lon, lat = FROM_GRID.transform(east, north)
        district = ("E06000059", "Dorset") if mine else ("E06000054", "Wiltshire")
        force = DORSET if mine else WILTSHIRE
        rows.append(
            {
                "LSOA11CD": f"E019{k:05d}",
                "LSOA11NM": f"{'West Dorset' if mine else 'Salisbury'} {k // 3 + 1:03d}{'ABC'[k % 3]}",
                "pop2018": 1_000 + 37 * k,
                "area_km2": 0.5 + k,
                "RUC11CD": RUC[k % 6],
                "LAD19CD": district[0],
                "LAD19NM": district[1],
                "PFA19CD": force[0],
                "PFA19NM": force[1],
                "E": east,
                "N": north,
                "lon": round(lon, 6),
                "lat": round(lat, 6),
            }
        )
    return pd.DataFrame(rows)


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes a table as a file; the ending says which kind."""

    def made(name: str, content: pd.DataFrame | str | bytes | dict[str, Any], **options: Any) -> Path:
        path = tmp_path / name
        if isinstance(content, bytes):
            path.write_bytes(content)
        elif isinstance(content, str):
            path.write_text(content, encoding="utf-8", newline="")
        elif isinstance(content, dict):
            path.write_text(json.dumps(content), encoding="utf-8")
        elif name.endswith(".xlsx"):
            xlsx(path, {"Contents": [["Contents"]], "Data": sheet(content, **options)})
        elif name.endswith(".ods"):
            ods(path, {"Data": sheet(content, **options)})
        else:
            content.to_csv(path, index=False, **options)
        return path

    return made


def sheet(frame: pd.DataFrame, *, title: str = "A table of invented numbers") -> list[list[Any]]:
    """Return the rows of a sheet, with a title above the heading as publishers have it."""
    return [[title], [], list(frame.columns), *frame.astype(object).to_numpy().tolist()]


def xlsx(path: Path, sheets: dict[str, list[list[Any]]]) -> None:
    """Write a workbook as XLSX."""
    with xlsxwriter.Workbook(path) as book:
        for name, rows in sheets.items():
            page = book.add_worksheet(name)
            for k, row in enumerate(rows):
                page.write_row(k, 0, row)


def ods(path: Path, sheets: dict[str, list[list[Any]]]) -> None:
    """Write a workbook as ODS, the least that the format asks for."""
    spaces = {
        "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
        "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
        "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    }
    head = " ".join(f'xmlns:{name}="{where}"' for name, where in spaces.items())
    tables = "".join(
        f'<table:table table:name="{name}">{"".join(_ods_row(row) for row in rows)}</table:table>'
        for name, rows in sheets.items()
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {head} office:version="1.2">'
        f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("mimetype"), kind)
        archive.writestr("content.xml", content)
        archive.writestr(
            "META-INF/manifest.xml",
            '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest '
            'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
            f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
            '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
            "</manifest:manifest>",
        )


def _ods_row(row: Sequence[Any]) -> str:
    cells = []
    for value in row or [""]:
        shown = escape(str(value))
        if isinstance(value, (int, float)):
            cells.append(
                f'<table:table-cell office:value-type="float" office:value="{value}">'
                f"<text:p>{shown}</text:p></table:table-cell>"
            )
        else:
            cells.append(
                f'<table:table-cell office:value-type="string"><text:p>{shown}</text:p></table:table-cell>'
            )
    return f"<table:table-row>{''.join(cells)}</table:table-row>"


def workforce_sheets() -> dict[str, list[list[Any]]]:
    """Return tables of officers as the Home Office lays them out; a region has the name of a force."""
    heading = ["", "2019-03-31", "2019-09-30", "number", "%"]
    rows = [
        ["Table 1: Police officers1 by police force area, England and Wales"],
        [""],
        ["England and Wales", "", "", "", "Full-time equivalents"],
        ["", "As at:", "", "Change in 6 months"],
        heading,
        ["West Midlands", 10867.57, 11058.3, 190.7, 1.8],
        ["West Midlands", 6494.7, 6405.06, -89.6, -1.4],
        ["Avon & Somerset2", 2676.09, 2691.22, 15.1, 0.6],
        ["Dorset", 1223.24, 1228.9, 5.7, 0.5],
        ["London, City of", "..", 753.2, "..", ".."],
        ["Total 43 forces", 123170.9, 124784.0, 1613.1, 1.3],
        [""],
        ["1. Not all of them."],
    ]
    return {
        "Index": [["Police Workforce, England and Wales"], ["Table 1", "Police officers"]],
        "Table_1": rows,
    }


@pytest.fixture
def workforce(tmp_path: Path) -> Path:
    """Return an invented workbook of officers (ODS)."""
    path = tmp_path / "workforce.ods"
    ods(path, workforce_sheets())
    return path


CRIME_HEAD = (
    "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,Crime type,"
    "Last outcome category,Context\n"
)


def crimes(codes: Sequence[str], *, month: str = "2019-01", force: str = "Dorset Police") -> str:
    """Return street-level crime: one robbery and one burglary in each area, and one crime without an area."""
    rows = [
        f'x{k},{month},{force},{force},-2.4,50.7,"On or near, a street",{code},Some 001A,{kind},Under way,\n'
        for k, code in enumerate(codes)
        for kind in ("Robbery", "Burglary")
    ]
    return CRIME_HEAD + "".join(rows) + f"y,{month},{force},{force},,,No Location,,,Robbery,Under way,\n"


@pytest.fixture
def crime_zip(tmp_path: Path, areas: pd.DataFrame) -> Path:
    """Return a zip laid out as data.police.uk does, of two forces and two months."""
    path = tmp_path / "crime.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for month in ("2019-01", "2019-02"):
            archive.writestr(f"{month}/{month}-dorset-outcomes.csv", "Crime ID,Month\n")
            archive.writestr(
                f"{month}/{month}-dorset-street.csv", crimes(areas["LSOA11CD"][:18], month=month)
            )
            text = crimes(areas["LSOA11CD"][18:], month=month, force="Wiltshire Police")
            archive.writestr(f"{month}/{month}-wiltshire-street.csv", text)
    return path


@pytest.fixture
def boundaries() -> dict[str, Any]:
    """Return boundaries of two forces as GeoJSON: squares around the invented areas."""
    return {
        "type": "FeatureCollection",
        "features": [_square(*DORSET, 366, 78, 396, 97), _square(*WILTSHIRE, 366, 130, 396, 150)],
    }


def _square(code: str, name: str, west: int, south: int, east: int, north: int) -> dict[str, Any]:
    corners = [(west, south), (east, south), (east, north), (west, north), (west, south)]
    ring = [list(FROM_GRID.transform(x * 1000, y * 1000)) for x, y in corners]
    return {
        "type": "Feature",
        "properties": {"PFA16CD": code, "PFA16NM": name},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
