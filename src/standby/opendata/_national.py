"""Packaged figures that hold for every force, and their sources."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Literal

from standby.evidence import ASSUMPTION

Name = Literal["national.toml", "national_sources.toml", "standards.toml", "travel.toml"]


def national(name: Name) -> str:
    """Return a packaged text."""
    return (files("standby.opendata") / name).read_text(encoding="utf-8")


@cache
def reserved_sources() -> frozenset[str]:
    """Return the ids that the sources of national figures have, and that of assumptions."""
    return frozenset({ASSUMPTION, *tomllib.loads(national("national_sources.toml"))})


__all__ = ["national", "reserved_sources"]
