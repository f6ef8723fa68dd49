"""What several tests of the packaged plans use."""

from __future__ import annotations

import importlib.util
import sys
import tomllib
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from standby import examples

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def folder() -> Path:
    """Return the packaged plan's folder."""
    return examples.path("south-west")


@pytest.fixture(scope="session")
def written(folder: Path) -> dict[str, Any]:
    """Return ``plan.toml`` as it was written."""
    with (folder / "plan.toml").open("rb") as file:
        return tomllib.load(file)


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of public files beside the checkout, which is not part of the repository."""
    found = ROOT.parent / "shared"
    if not (found / "geo" / "national" / "lsoa2011_ew_master.csv").is_file():
        pytest.skip("the public files that the rows are derived from are not beside the checkout")
    return found


def script(name: str) -> ModuleType:
    """Load a script of ``tools/``, which is not a package that is installed."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def areas_script() -> ModuleType:
    """Return the script that rebuilds areas.csv."""
    return script("build_south_west_areas")


@pytest.fixture(scope="session")
def outlines_script() -> ModuleType:
    """Return the script that rebuilds outlines.geojson."""
    return script("build_south_west_outlines")


@pytest.fixture(scope="session")
def response_script() -> ModuleType:
    """Return the script that rebuilds the response units."""
    return script("build_south_west_response")
