"""What the tests of the repository itself look at: its files, its rooms, its modules and its pages."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "standby"
MADE = {
    ".git", ".venv", "build", "dist", "out", "_build", "generated", "vendor", "node_modules", "__pycache__",
    ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis", ".import_linter_cache",
}  # fmt: skip


def _tracked() -> list[Path]:
    """Files that git tracks; where this is no git checkout, all that was not made by a command."""
    git = shutil.which("git")
    if git and (ROOT / ".git").exists():
        command = [git, "-c", f"safe.directory={ROOT}", "ls-files", "-z"]
        listing = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode()
        return [ROOT / name for name in listing.split("\0") if name and (ROOT / name).is_file()]
    return [p for p in ROOT.rglob("*") if p.is_file() and not MADE.intersection(p.relative_to(ROOT).parts)]


def _dotted(file: Path) -> str:
    parts = file.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that asks for `room`, `module` or `page` once for each of them."""
    pages = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
    sets = {
        "room": sorted(p.parent.name for p in PACKAGE.glob("*/__init__.py")),
        "module": sorted(_dotted(p) for p in PACKAGE.rglob("*.py")),
        "page": sorted(p.relative_to(ROOT).as_posix() for p in pages),
    }
    for name, values in sets.items():
        if name in metafunc.fixturenames:
            metafunc.parametrize(name, values)


@pytest.fixture(scope="session")
def tracked() -> list[Path]:
    """Return the files of the repository."""
    return _tracked()
