"""What is shipped: the archives carry the browser libraries; building from sources needs no network."""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

# Debian 12's Python 3.11.2 has no filters yet; later ones warn when none is given.
SAFELY: dict[str, Any] = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
VENDOR = "standby/report/assets/vendor/"


@pytest.fixture(scope="module")
def hook(root: Path) -> ModuleType:
    """Load the build hook as the module that it is."""
    spec = importlib.util.spec_from_file_location("hatch_build", root / "hatch_build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def tree(root: Path, tmp_path: Path) -> Path:
    """Copy what the hook looks at: the lock file and the libraries that the installation has fetched."""
    shutil.copytree(root / "assets", tmp_path / "assets")
    shutil.copytree(root / "src" / VENDOR, tmp_path / "src" / VENDOR)
    return tmp_path


@pytest.fixture(scope="module")
def archives(root: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Build a source distribution from a copy of the checkout, and the wheel from it."""
    copy = tmp_path_factory.mktemp("checkout") / "standby"
    made = (".git", ".venv", "build", "out", "dist", "_build", "generated", "__pycache__", ".*_cache")
    shutil.copytree(root, copy, ignore=shutil.ignore_patterns(*made))
    _hatchling(copy, "sdist")
    sources = next((copy / "dist").glob("*.tar.gz"))
    unpacked = tmp_path_factory.mktemp("unpacked")
    with tarfile.open(sources) as archive:
        archive.extractall(unpacked, **SAFELY)  # noqa: S202 - built a moment ago, here
    tree = next(unpacked.iterdir())
    _hatchling(tree, "wheel")
    return sources, next((tree / "dist").glob("*.whl"))


def _hatchling(folder: Path, target: str) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "--target", target]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_fetched_libraries_are_fresh(hook: ModuleType, root: Path) -> None:
    """The installation under test carries exactly what the lock file asks for."""
    assert hook.is_fresh(root)


def test_hook_asks_for_node_only_when_needed(hook: ModuleType, tree: Path) -> None:
    """With the libraries in place the build needs nothing; without one of them it asks for Node."""
    builder = hook.AssetsHook(str(tree), {}, None, None, "", "wheel")
    assert builder.dependencies() == []
    (tree / hook.VENDOR / "leaflet" / "leaflet.css").unlink()
    assert builder.dependencies() == [hook.NODE]


@pytest.mark.parametrize("damage", ["another version", "changed file", "no stamp", "broken stamp"])
def test_stale_libraries_are_noticed(hook: ModuleType, tree: Path, damage: str) -> None:
    """A new version in the lock, a changed file and a missing or broken stamp each ask for a new fetch."""
    stamp = tree / hook.VENDOR / hook.STAMP
    lock = tree / "assets" / "package-lock.json"
    if damage == "another version":
        text = json.loads(lock.read_text(encoding="utf-8"))
        text["packages"]["node_modules/leaflet"]["version"] = "1.9.3"
        lock.write_text(json.dumps(text), encoding="utf-8")
    elif damage == "changed file":
        (tree / hook.VENDOR / "leaflet" / "leaflet.js").write_text("// nothing", encoding="utf-8")
    elif damage == "no stamp":
        stamp.unlink()
    else:
        stamp.write_text("{", encoding="utf-8")
    assert not hook.is_fresh(tree)


def test_layout_of_the_lock_file_does_not_matter(hook: ModuleType, tree: Path) -> None:
    """Another indentation or line ending of the lock file fetches nothing again."""
    lock = tree / "assets" / "package-lock.json"
    text = json.dumps(json.loads(lock.read_text(encoding="utf-8")), indent=7)
    lock.write_bytes(text.replace("\n", "\r\n").encode())
    assert hook.is_fresh(tree)


def test_lock_file_holds_hashes_and_no_addresses(root: Path) -> None:
    """Every locked package has a hash of its contents and none says where it was fetched."""
    lock = json.loads((root / "assets" / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert packages
    assert [n for n, entry in packages.items() if "resolved" in entry or "integrity" not in entry] == []


def test_archives_carry_the_libraries_and_their_licences(
    hook: ModuleType, archives: tuple[Path, Path]
) -> None:
    """The source distribution, and the wheel built from it without Node, hold every carried file."""
    carried = sorted(VENDOR + name for files in hook.CARRIED.values() for name in files.values())
    with tarfile.open(archives[0]) as sources:
        in_sources = [name.split("/src/")[-1] for name in sources.getnames()]
    with zipfile.ZipFile(archives[1]) as wheel:
        in_wheel = wheel.namelist()
    assert [name for name in carried if name not in in_sources] == []
    assert [name for name in carried if name not in in_wheel] == []
    assert all(any(name.endswith("LICENSE") for name in files.values()) for files in hook.CARRIED.values())


def test_wheel_holds_the_package_alone(archives: tuple[Path, Path]) -> None:
    """The wheel carries the package with its data and nothing of tests, guides or asset sources."""
    with zipfile.ZipFile(archives[1]) as wheel:
        tops = {name.split("/")[0] for name in wheel.namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"standby"}


def test_wheel_holds_every_file_of_the_package(
    archives: tuple[Path, Path], tracked: list[Path], root: Path
) -> None:
    """Each file that git tracks inside the package, data files included, is in the wheel."""
    with zipfile.ZipFile(archives[1]) as wheel:
        shipped = set(wheel.namelist())
    inside = [p.relative_to(root / "src").as_posix() for p in tracked if p.is_relative_to(root / "src")]
    assert [name for name in inside if name not in shipped] == []
