"""How results are shown: short in a terminal, as a sentence and the head of a table in a notebook."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from standby._refusals import Refusal

LONGEST_VALUE = 60
"""Longest text of one value [characters]."""

LONGEST = 400
"""Longest text of all values together [characters]."""

HEAD_ROWS = 5
"""Rows of the main table that a notebook shows."""

HEAD_COLUMNS = 12
"""Columns of the main table that a notebook shows."""


class Shown:
    """A result that shows itself in a few lines: sizes stand for tables and arrays.

    A notebook shows the sentence of its ``summary``, where it has one, and the head of its main table.
    """

    __slots__ = ()

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)

        # A dataclass writes a __repr__ of every value unless the class itself has one.
        if "__repr__" not in cls.__dict__:
            cls.__repr__ = Shown.__repr__  # type: ignore[method-assign]

    def __repr__(self) -> str:
        text = ""
        for name, value in _values(self):
            part = f"{name}={short(value)}"
            if len(text) + len(part) > LONGEST:
                return f"{type(self).__name__}({text}, …)"
            text = f"{text}, {part}" if text else part
        return f"{type(self).__name__}({text})"

    def _repr_html_(self) -> str:
        """Return what a notebook shows."""
        from html import escape  # noqa: PLC0415 - only a notebook needs it, and every command imports this

        summary = getattr(self, "summary", None)
        if callable(summary):
            sentence = f"<p>{escape(summary())}</p>"
        else:
            sentence = f"<p><code>{escape(repr(self))}</code></p>"

        frame = self._main_table()
        if frame is None or not len(frame):
            return sentence

        head = frame.iloc[:HEAD_ROWS, :HEAD_COLUMNS]
        table = head.to_html(escape=True, float_format="{:.4g}".format, border=0, na_rep="")

        rows, columns = frame.shape
        shown = []
        if rows > HEAD_ROWS:
            shown.append(f"{HEAD_ROWS} of {rows:,} rows")
        if columns > HEAD_COLUMNS:
            shown.append(f"{HEAD_COLUMNS} of {columns:,} columns")
        note = f"<p>{', '.join(shown)}.</p>" if shown else ""
        return f"{sentence}{table}{note}"

    def _main_table(self) -> Any:
        """Return the table that a notebook shows the head of: ``table``, else the first of the tables."""
        own = getattr(self, "table", None)
        tables = [own, *(value for _, value in _values(self))]
        return next((value for value in tables if _is_table(value)), None)


def points(tables: Mapping[str, Any], name: str) -> Any:
    """Return one of several tables as points for map programs.

    Parameters
    ----------
    tables
        Tables by name; those with the columns ``lon`` and ``lat`` [degrees, WGS 84] can be mapped.
    name
        Which one.

    Returns
    -------
    geopandas.GeoDataFrame
        Its rows with points in EPSG:4326.

    Raises
    ------
    ValueError
        If the table is not there or has no positions; those that have are named.
    ImportError
        If geopandas is not installed.
    """
    mapped = [key for key, table in tables.items() if _is_table(table) and {"lon", "lat"} <= {*table.columns}]
    if name not in mapped:
        raise Refusal(f"{name!r} is no table with places", f"choose from {', '.join(mapped) or 'none'}")

    try:
        import geopandas  # noqa: PLC0415 - slow to import, and only maps need it
    except ImportError as error:
        raise ImportError("maps need geopandas, which is not installed: pip install geopandas") from error

    frame = tables[name].reset_index(drop=True)
    geometry = geopandas.points_from_xy(frame["lon"], frame["lat"])
    return geopandas.GeoDataFrame(frame, geometry=geometry, crs="EPSG:4326")


def _values(thing: Any) -> Iterator[tuple[str, Any]]:
    """Yield name and value of each field that a dataclass or a pydantic model shows."""
    if dataclasses.is_dataclass(thing):
        names = [field.name for field in dataclasses.fields(thing) if field.repr]
    else:
        fields = getattr(type(thing), "__pydantic_fields__", {})
        names = [name for name, field in fields.items() if field.repr]
    yield from ((name, getattr(thing, name)) for name in names)


def _is_table(value: Any) -> bool:
    """Return whether a value is a pandas table, by its attributes, so that pandas need not be imported."""
    return hasattr(value, "to_html") and hasattr(value, "iloc") and hasattr(value, "columns")


def short(value: Any) -> str:
    """Return a value in a few characters: a small one as it is, a large one by its size.

    Parameters
    ----------
    value
        Anything.
    """
    if getattr(value, "shape", None) == () and hasattr(value, "dtype"):
        value = value.item()  # an array of one number is shown as the number

    if _is_table(value):
        rows, columns = value.shape
        return f"<{rows} rows × {columns} columns>"

    if getattr(value, "shape", ()) and hasattr(value, "dtype"):
        return f"<{' × '.join(map(str, value.shape))} {value.dtype}>"

    if isinstance(value, str):
        return repr(value if len(value) <= LONGEST_VALUE else f"{value[: LONGEST_VALUE - 1]}…")

    if isinstance(value, Mapping):
        keys = ", ".join(map(str, list(value)[:HEAD_ROWS]))
        return _if_short(f"<{len(value)}: {keys}>", f"<{len(value)}>")

    if isinstance(value, Collection) and not isinstance(value, bytes):
        if len(value) > HEAD_ROWS:
            return f"<{len(value)}>"
        inside = ", ".join(short(item) for item in value)
        comma = "," if len(value) == 1 else ""
        return _if_short(f"({inside}{comma})", f"<{len(value)}>")

    if hasattr(value, "__dict__") or dataclasses.is_dataclass(value):
        return _if_short(repr(value), f"<{type(value).__name__}>")
    return _if_short(repr(value), f"{repr(value)[: LONGEST_VALUE - 1]}…")


def _if_short(text: str, otherwise: str) -> str:
    """Return a text if it is short enough and in one line, else the other."""
    return text if text and len(text) <= LONGEST_VALUE and "\n" not in text else otherwise
