"""A fingerprint of bases and units: whether they are still those that a plan declared to be invented."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import pandas as pd

from standby.plan.schema.document import Document
from standby.plan.schema.tables import TABLES
from standby.tables import records

PROTECTED = tuple(name for name, table in TABLES.items() if table.secret)
"""Tables that a service would not show: where units stand, what they do, and what they watch over."""

DIGITS = 16
"""Length of a fingerprint [hexadecimal digits]: short enough to copy, long enough not to be met by chance."""


def fingerprint_of_bases(document: Document, tables: Mapping[str, pd.DataFrame]) -> str:
    """Return the fingerprint of what a service would not show, in the base and in what is laid over it.

    It is that of the rule by which bases are said to be placed; where none is said, of ``area-centres``.
    The order of rows and columns does not count, and neither does a cell that is empty or says the default,
    so that a table may be written in another format.

    Parameters
    ----------
    document
        ``plan.toml`` of the base.
    tables
        Its tables, as `standby.plan.Plan` has them.
    """
    base = {name: _rows(name, tables[name]) for name in PROTECTED if name in tables}

    laid = {}
    for kind, entries in (("options", document.options), ("scenarios", document.scenarios)):
        for name, changes in entries.items():
            parts = {"add": changes.add, "change": changes.change, "remove": changes.remove}
            rows = {
                f"{what}.{table}": getattr(part, table)
                for what, part in parts.items()
                for table in PROTECTED
                if getattr(part, table)
            }
            if rows:
                laid[f"{kind}.{name}"] = rows

    # Of another rule it is another one: that of bases placed at centres of areas is no word for open data.
    rule = document.plan.bases_rule or "area-centres"
    text = json.dumps([rule, base, laid], sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:DIGITS]


def _rows(name: str, frame: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """Return what a table says, by id of the row."""
    defaults = {column.name: column.default for column in TABLES[name].columns}
    return {
        str(row["id"]): {
            str(column): value
            for column, value in row.items()
            if not (pd.isna(value) or value in ("", defaults.get(str(column))))
        }
        for row in records(frame)
    }
