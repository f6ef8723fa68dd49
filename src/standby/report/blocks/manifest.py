"""The manifest as a table: what would make the results again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from standby.report.blocks.blocks import Cell, Grid, Row


def manifest_grid(manifest: Mapping[str, Any]) -> Grid:
    """Return the plan with its hash, settings, versions and files; without hashes in the public edition.

    Parameters
    ----------
    manifest
        As `standby.evidence.Manifest.as_dict` gives it.
    """
    rows = [("Plan", manifest["plan"])]
    if manifest["plan_hash"]:
        rows.append(("Plan hash", manifest["plan_hash"]))
    for section, word in (("settings", "Setting"), ("versions", "Version"), ("files", "File")):
        rows += [(f"{word}: {key}", str(value)) for key, value in manifest[section].items()]

    made = tuple(Row((name,), (Cell(text, mark="code"),)) for name, text in rows)
    return Grid("Manifest: what would make these results again", ("What", "Value"), made, (False, False))
