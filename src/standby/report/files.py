"""The results for programs: CSV, JSON and GeoPackage, the same bytes for the same appraisal.

Conventions, written into every JSON file: numbers have nine significant digits; an empty cell or ``null``
means that there is no number; infinite minutes ("may not or cannot serve", or beyond the limit) are ``inf``
in CSV and the text ``"inf"`` in JSON; the column ``withheld`` of the public edition names the columns of a
row that are left empty because the number is confidential. No file holds a time of day.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pandas as pd
from pyogrio import set_gdal_config_options

from standby.appraise import Number
from standby.report.content import Content
from standby.report.dictionary import TABLES

DIGITS = 9
"""Significant digits in CSV and JSON: fewer than a float has, so that the order of a sum does not show."""

CONVENTIONS = {
    "digits": "Numbers have nine significant digits.",
    "null": "There is no number: not known, or not meant to be.",
    "inf": "Infinite: no unit may or can serve, or the time lies beyond the plan's limit.",
    "withheld": "Public edition: columns of the row that are empty because the number is confidential.",
    "units": "Columns ending in _min are minutes, in _gbp pounds of the price year; shares are 0 to 1.",
}
POINTS = ("places", "areas", "key_locations", "units")
"""Tables with positions: layers of the GeoPackage."""


def write_csv(content: Content, folder: Path) -> list[Path]:
    """Write a CSV file for each table into the folder ``csv``; return their paths."""
    target = folder / "csv"
    target.mkdir()
    paths = []
    for name, frame in content.tables.items():
        path = target / f"{name}.csv"
        frame.to_csv(path, index=False, float_format=f"%.{DIGITS}g", encoding="utf-8", lineterminator="\n")
        paths.append(path)
    return paths


def write_json(content: Content, folder: Path) -> list[Path]:
    """Write ``results.json``: tables, sentences and manifest; return its path."""
    path = folder / "results.json"
    result = {
        "edition": content.edition,
        "marking": content.marking,
        "title": content.plan.title,
        "conventions": CONVENTIONS,
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
            frame[["force", "name", "geometry"]].to_file(
                path, layer="outlines", driver="GPKG", engine="pyogrio"
            )
        for name in POINTS:
            table = content.tables.get(name)
            if table is not None and len(table):
                _layer(table, name, path)
    finally:
        set_gdal_config_options({"OGR_CURRENT_DATE": None})
    return [path] if path.exists() else []


def _layer(table: pd.DataFrame, name: str, path: Path) -> None:
    frame = table.replace([np.inf, -np.inf], np.nan) if name != "places" else table
    points = geopandas.points_from_xy(frame["lon"], frame["lat"], crs="EPSG:4326")
    layer = geopandas.GeoDataFrame(frame, geometry=points)
    layer.to_file(path, layer=name, driver="GPKG", engine="pyogrio")
