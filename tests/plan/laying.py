"""What tests of options and scenarios share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import tomlkit

from standby.plan import Plan

NEW_SITE = {
    "id": "new-site",
    "name": "N",
    "lon": -3.6,
    "lat": 50.8,
    "class": "town",
    "provider": "home",
    "existing": False,
}
NEW_UNIT = {"id": "new-unit", "tier": "arv", "site": "new-site", "provider": "home"}


def append(folder: Path, base: str, more: dict[str, Any]) -> None:
    """Put text, and then tables, at the end of a folder's plan.toml."""
    path = folder / "plan.toml"
    text = tomlkit.dumps(more)
    path.write_text(f"{path.read_text(encoding='utf-8')}\n{base}\n{text}", encoding="utf-8")


def row(plan: Plan, table: str, name: str) -> pd.Series:
    """Return a row by its id."""
    return plan.tables[table].set_index("id").loc[name]
