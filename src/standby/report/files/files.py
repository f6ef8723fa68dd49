"""The results for programs: CSV, JSON and GeoPackage, the same bytes for the same appraisal.

Conventions, written into every JSON file: numbers have nine significant digits, in the public edition those
that rounding leaves; an empty cell or ``null``
means that there is no number; infinite minutes ("may not or cannot serve", or beyond the limit) are ``inf``
in CSV and the text ``"inf"`` in JSON; CSV and GeoPackage have names beside ids, whole people and the
edition's marking in a last column. No file holds a time of day.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pandas as pd
from pyogrio import set_gdal_config_options

from standby.report.content import Content
from standby.report.files.spreadsheet import DIGITS, for_reading, marked, write_table
from standby.tables import TABLES
from standby.words import Number

DIGITS_OF = {
    "internal": "Numbers have nine significant digits.",
    "full": "Numbers have nine significant digits.",
    "public": "Results are rounded as left_out says; figures of the plan stand as they were written.",
}
CONVENTIONS = {
    "null": "There is no number: not known, or not meant to be.",
    "inf": "Infinite: no unit may or can serve, or the time lies beyond the plan's limit.",
    "units": "Columns ending in _min are minutes, in _gbp pounds of the price year; shares are 0 to 1.",
}
POINTS = ("areas", "key_locations", "units")
"""Tables with positions: layers of the GeoPackage, one for each option."""


def write_csv(content: Content, folder: Path) -> list[Path]:
    """Write a CSV file for each table into the folder ``csv``; return their paths."""
    target = folder / "csv"
    target.mkdir()

    return [
        write_table(
            for_reading(content, name, frame), target / f"{name}.csv", table=name, marking=content.marking
        )
        for name, frame in content.tables.items()
    ]


PARTS_OF_RESULTS = (
    "edition",
    "marking",
    "title",
    "conventions",
    "left_out",
    "sentences",
    "tables",
    "manifest",
)
"""What stands in ``results.json``: anything else in a release was added by somebody."""


def write_json(content: Content, folder: Path) -> list[Path]:
    """Write ``results.json``: tables, sentences and manifest; return its path."""
    path = folder / "results.json"

    result = {
        "edition": content.edition,
        "marking": content.marking,
        "title": content.plan.title,
        "conventions": {"digits": DIGITS_OF[content.edition], **CONVENTIONS},
        "left_out": list(content.left_out),
        "sentences": [_sentence(content.said(s), s.numbers) for s in content.sentences],
        "tables": {name: _table(name, frame) for name, frame in content.tables.items()},
        "manifest": tidy(manifest_of(content)),
    }

    path.write_text(
        json.dumps(result, ensure_ascii=False, indent=1, allow_nan=False) + "\n", encoding="utf-8"
    )
    return [path]


def manifest_of(content: Content) -> dict[str, Any]:
    """Return the manifest with the settings of the edition."""
    settings = {"draws": content.draws, "seed": content.seed, "edition": content.edition}
    return content.manifest.with_settings(**settings).as_dict()


def _sentence(text: str, found: Sequence[Number]) -> dict[str, Any]:
    where = [{"table": n.table, "row": dict(n.key), "column": n.column} for n in found]
    return {"text": text, "numbers": where}


def _table(name: str, frame: pd.DataFrame) -> dict[str, Any]:
    known = TABLES.get(name)
    return {
        "description": known.description if known else "",
        "columns": list(frame.columns),
        "rows": [[tidy(value) for value in row] for row in frame.itertuples(index=False, name=None)],
    }


def tidy(value: Any) -> Any:
    """Return a value that JSON can hold: see the conventions of this module."""
    if isinstance(value, Mapping):
        return {str(k): tidy(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [tidy(v) for v in value]
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, (float, np.floating)):
        return _number(float(value))
    return str(value)


def _number(value: float) -> float | int | str | None:
    if math.isnan(value):
        return None
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    rounded = float(f"{value:.{DIGITS}g}")
    return int(rounded) if rounded.is_integer() and abs(rounded) < 10**DIGITS else rounded


def write_geopackage(content: Content, folder: Path) -> list[Path]:
    """Write ``results.gpkg``: outlines and points in WGS 84 (EPSG:4326); return its path."""
    if content.edition == "public":
        return []  # a map would show places

    path = folder / "results.gpkg"
    day = content.plan.document.plan.as_of
    set_gdal_config_options(
        {"OGR_CURRENT_DATE": f"{day:%Y-%m-%d}T00:00:00Z"}
    )  # else the file holds a clock's time
    try:
        outlines = content.plan.outlines()
        if outlines is not None:
            frame = geopandas.GeoDataFrame.from_features(outlines["features"], crs="EPSG:4326")
            frame["name"] = [content.name("force", str(f)) for f in frame["force"]]
            _layer(content, frame[["force", "name", "geometry"]], "outlines", path)

        for name in POINTS:
            table = content.tables.get(name)
            if table is not None and len(table):
                for layer, rows in _by_option(content, name, table):
                    points = geopandas.points_from_xy(rows["lon"], rows["lat"], crs="EPSG:4326")
                    _layer(content, geopandas.GeoDataFrame(rows, geometry=points), layer, path)
    finally:
        set_gdal_config_options({"OGR_CURRENT_DATE": None})
    return [path] if path.exists() else []


def _by_option(content: Content, name: str, table: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield a layer's name and rows for each option: a map program lists them by the option's name."""
    frame = for_reading(content, name, table).replace([np.inf, -np.inf], np.nan)
    if "option" not in frame:
        yield name, frame
        return

    taken: set[str] = set()
    for option, rows in frame.groupby("option", sort=False):
        words = re.sub(r"[^\w ()-]+", " ", content.name("option", str(option)))
        layer = f"{name} - {' '.join(words.split())}"
        if layer.casefold() in taken:
            layer = f"{layer} ({option})"
        taken.add(layer.casefold())
        yield layer, rows


def _layer(content: Content, frame: geopandas.GeoDataFrame, name: str, path: Path) -> None:
    layer = geopandas.GeoDataFrame(marked(frame, content.marking))
    layer.to_file(path, layer=name, driver="GPKG", engine="pyogrio", DESCRIPTION=content.marking)
