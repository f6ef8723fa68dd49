"""What makes a result reproducible: hashes, versions, seed and settings.

The time of day is left out, so that the same run gives the same manifest.
"""

from __future__ import annotations

import platform
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.metadata import version
from typing import Any

from standby._show import Shown

LIBRARIES = ("standby", "numpy", "pandas", "scipy", "numba", "pydantic")
"""Libraries whose version may change a number."""


def library_versions() -> dict[str, str]:
    """Return the versions of Python and of the libraries that compute."""
    return {"python": platform.python_version(), **dict(_installed())}


@lru_cache(maxsize=1)
def _installed() -> tuple[tuple[str, str], ...]:
    """Return the versions of the libraries; looking them up takes time, and every result has a manifest."""
    return tuple((name, version(name)) for name in LIBRARIES)


@dataclass(frozen=True)
class Manifest(Shown):
    """What a result was made from.

    Parameters
    ----------
    plan
        Title of the plan.
    plan_hash
        SHA-256 over the names and contents of the plan's files.
    files
        SHA-256 by file name.
    settings
        The options of the call: draws, seed, edition and so on.
    versions
        Versions of Python and of the libraries that compute.
    """

    plan: str
    plan_hash: str
    files: Mapping[str, str]
    settings: Mapping[str, Any] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=library_versions)

    def with_settings(self, **settings: Any) -> Manifest:
        """Return a manifest with further settings."""
        return Manifest(self.plan, self.plan_hash, self.files, {**self.settings, **settings}, self.versions)

    def without_settings(self, *names: str) -> Manifest:
        """Return a manifest without some of the settings."""
        kept = {name: value for name, value in self.settings.items() if name not in names}
        return Manifest(self.plan, self.plan_hash, self.files, kept, self.versions)

    def as_dict(self) -> dict[str, Any]:
        """Return plain containers, ready for JSON."""
        return {
            "plan": self.plan,
            "plan_hash": self.plan_hash,
            "files": dict(self.files),
            "settings": dict(self.settings),
            "versions": dict(self.versions),
        }
