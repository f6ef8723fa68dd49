"""Files of the command ``times``: CSV, and GeoPackage and GeoJSON for a map."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd

from standby.report import MARKER, marked, whole_folder, write_table

if TYPE_CHECKING:
    from standby.evidence import Manifest

MAP_FILE = "times.gpkg"
POINTS = ("nearest_areas", "nearest_key_locations")
"""Tables with positions: layers of the GeoPackage."""


def write_times(
    tables: dict[str, pd.DataFrame],
    layers: dict[str, gpd.GeoDataFrame],
    out: Path,
    manifest: Manifest,
    marking: str,
    *,
    private: bool,
) -> list[Path]:
    """Write the files beside their place and move them there whole.

    Parameters
    ----------
    tables
        A CSV file each; those with positions become layers of the GeoPackage as well.
    layers
        Shapes: layers of the GeoPackage, and a GeoJSON file each.
    out
        The folder.
    manifest
        What they were made from.
    marking
        How the edition is marked: the last column of each table and layer.
    private
        Whether only their owner may look at them: the internal edition.

    Returns
    -------
    list of Path
        The files.
    """
    with whole_folder(out, private=private, marking=marking) as made:
        for name, table in tables.items():
            path = made / f"{name}.csv"
            write_table(table, path, table="times_minutes" if name == "minutes" else name, marking=marking)

        for name, found in layers.items():
            layer = gpd.GeoDataFrame(marked(found, marking))
            _layer(made, name, layer, marking)
            shapes = {**json.loads(layer.to_json(drop_id=True)), "marking": marking}
            text = json.dumps(shapes, ensure_ascii=False)
            (made / f"{name}.geojson").write_text(text + "\n", encoding="utf-8")

        # A map program takes no infinite number.
        for name in POINTS:
            if name in tables and len(tables[name]):
                table = marked(tables[name], marking).replace([np.inf, -np.inf], np.nan)
                points = gpd.points_from_xy(table["lon"], table["lat"], crs="EPSG:4326")
                _layer(made, name, gpd.GeoDataFrame(table, geometry=points), marking)

        text = json.dumps({"marking": marking, **manifest.as_dict()}, ensure_ascii=False, indent=1)
        (made / "manifest.json").write_text(text + "\n", encoding="utf-8")
        names = sorted(path.name for path in made.iterdir())

    return [out / name for name in (*names, MARKER)]


def _layer(folder: Path, name: str, layer: gpd.GeoDataFrame, marking: str) -> None:
    """Write a layer of the GeoPackage."""
    layer.to_file(folder / MAP_FILE, layer=name, driver="GPKG", engine="pyogrio", DESCRIPTION=marking)
