"""Tables kept as GeoPackage, GeoParquet or Parquet: read as text like every other table, and written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from standby._files import Limits, UnreadableFileError, check_shape, open_regular
from standby._refusals import Fault, MissingExtraError
from standby.plan.files.text import TextTable

PYARROW = "needs pyarrow, which is not installed"
OTHERWISE = "keep the table as CSV"


def read_frame(path: Path, limits: Limits | None = None) -> tuple[TextTable | None, list[Fault]]:
    """Return the cells of a file, None when it can't be read.

    Rows are counted from 2, as if the file had a heading. Points become the columns ``lon`` and ``lat``.

    Parameters
    ----------
    path
        The file.
    limits
        Most rows and columns; those of the process when left out.
    """
    limits = limits or Limits.here()
    try:
        open_regular(path, limits).close()  # a pipe or a device is not handed to a library
        frame = _read_gpkg(path, limits) if path.suffix == ".gpkg" else _read_parquet(path, limits)
    except ImportError:
        missing = MissingExtraError(PYARROW, "parquet", OTHERWISE)
        return None, [Fault(path.name, "", "", missing.what, missing.fix, "unreadable")]
    except UnreadableFileError as error:
        return None, [Fault(path.name, "", "", error.what, error.fix, "unreadable")]
    except Exception as error:  # noqa: BLE001 - readers raise what their libraries raise; the fault names it
        what = f"can't be read: {str(error).splitlines()[0] if str(error) else type(error).__name__}"
        return None, [Fault(path.name, "", "", what, "Write the file again", "unreadable")]

    names = [str(name) for name in frame.columns]
    nested = [name for k, name in enumerate(names) if any(map(_is_nested, frame.iloc[:, k].tolist()))]
    if nested:
        faults = [
            Fault(
                path.name, "", name, "has lists or tables in its cells", "Write one value a cell", "bad-field"
            )
            for name in nested
        ]
        return None, faults

    columns = [[as_text(value) for value in frame.iloc[:, k].tolist()] for k in range(len(names))]
    rows = [dict(zip(names, cells, strict=True)) for cells in zip(*columns, strict=True)]
    return TextTable(path.name, tuple(names), rows, list(range(2, len(rows) + 2))), []


def _is_nested(value: object) -> bool:
    return isinstance(value, (list, tuple, set, dict, np.ndarray))


def _read_gpkg(path: Path, limits: Limits) -> pd.DataFrame:
    import geopandas  # noqa: PLC0415 - heavy; only for plans that keep tables in this format
    import pyogrio  # noqa: PLC0415

    # A map program may have added layers: the table's own is the one of its name, or the only one.
    layers = [str(name) for name in pyogrio.list_layers(path)[:, 0]]
    own = path.stem if path.stem in layers else layers[0] if len(layers) == 1 else None
    if own is None:
        listed = ", ".join(map(repr, layers[:6])) or "none"
        fix = f"Name the layer of the table {path.stem!r}"
        raise UnreadableFileError(path, f"has several layers or none: {listed}", fix)

    info = pyogrio.read_info(path, layer=own)
    check_shape(path, max(int(info["features"]), 0), len(info["fields"]), limits)
    return _positions_as_columns(geopandas.read_file(path, layer=own))


def _read_parquet(path: Path, limits: Limits) -> pd.DataFrame:
    import pyarrow.parquet as pq  # noqa: PLC0415 - an extra

    # What the file declares is judged before anything of it is unpacked.
    described = pq.read_metadata(path)
    check_shape(path, described.num_rows, described.num_columns, limits)
    unpacked = sum(described.row_group(k).total_byte_size for k in range(described.num_row_groups))
    limits.check(path, "unpacked_bytes", unpacked, "bytes when unpacked")

    if b"geo" in (described.metadata or {}):
        import geopandas  # noqa: PLC0415 - heavy; only for plans that keep tables in this format

        return _positions_as_columns(geopandas.read_parquet(path))
    return pd.read_parquet(path)


def _positions_as_columns(frame: Any) -> pd.DataFrame:
    if not hasattr(frame, "geometry"):  # a layer without geometry
        return pd.DataFrame(frame)
    points = frame.geometry.to_crs(4326) if frame.crs is not None else frame.geometry
    plain = pd.DataFrame(frame.drop(columns=frame.geometry.name))
    if "lon" not in plain and "lat" not in plain:
        centre = points.representative_point()
        plain["lon"] = centre.x
        plain["lat"] = centre.y
    return plain


def as_text(value: object) -> str:
    """Return a cell as text; what is missing is empty, a whole number has no point."""
    if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and pd.isna(value)):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def write_frame(path: Path, frame: pd.DataFrame) -> None:
    """Write a table in the format that the file's name ends in; places become points where it has geometry.

    Parameters
    ----------
    path
        File that ends in ``.gpkg``, ``.geoparquet`` or ``.parquet``.
    frame
        The table; with ``lon`` and ``lat`` it is one of places.

    Raises
    ------
    MissingExtraError
        If pyarrow is not installed, and the format needs it.
    """
    try:
        if path.suffix == ".parquet":
            frame.to_parquet(path, index=False)
            return
        made = _points(frame)
        if path.suffix == ".gpkg":
            import pyogrio  # noqa: PLC0415 - heavy; only for plans that keep tables in this format

            pyogrio.write_dataframe(made, path, layer=path.stem, driver="GPKG")
        else:
            made.to_parquet(path, index=False)
    except ImportError as error:
        raise MissingExtraError(f"{path.name} {PYARROW}", "parquet", OTHERWISE) from error


def _points(frame: pd.DataFrame) -> Any:
    """Return a table of places with a point each, another table as it is."""
    if not {"lon", "lat"} <= set(frame.columns):
        return frame
    import geopandas  # noqa: PLC0415 - heavy; only for plans that keep tables in this format

    points = geopandas.points_from_xy(frame["lon"], frame["lat"])
    return geopandas.GeoDataFrame(frame, geometry=points, crs=4326)
