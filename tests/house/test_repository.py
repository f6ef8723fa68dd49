"""The repository itself: its verbs, its versions, and what must never be in its files."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

import standby

VERBS = ["demo", "test", "test-long", "lint", "docs", "bench"]
LARGEST = 1_000_000  # bytes
REGISTRY_HOSTS = ["pypi" + ".org", "pythonhosted" + ".org", "registry.npmjs" + ".org", "anaconda" + ".org"]
ADDRESSES = re.compile(
    r'https?://\S+/(simple|packages)/|"resolved"\s*:|--(extra-)?index-url|--find-links[ =]\S*[:/]'
)
MACHINE_PATHS = re.compile(r"(?<![\w.])/(home|Users|root|work|tmp|opt|mnt)/\w")


def _project(root: Path) -> dict[str, object]:
    return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]  # type: ignore[no-any-return]


def _texts(tracked: list[Path]) -> list[tuple[Path, str]]:
    texts = []
    for path in tracked:
        data = path.read_bytes()
        if b"\0" not in data[:4096]:
            texts.append((path, data.decode("utf-8", "replace")))
    return texts


@pytest.mark.parametrize("verb", VERBS)
def test_makefile_has_the_verb(root: Path, verb: str) -> None:
    """Each verb that the guides name is a target of the Makefile, and make can plan it."""
    done = subprocess.run(["make", "--dry-run", verb], cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert re.search(rf"^{verb}:", (root / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_guides_name_the_commands(root: Path, name: str) -> None:
    """Readers and contributors find the commands that work from a fresh clone."""
    text = (root / name).read_text(encoding="utf-8")
    assert [v for v in ("make demo", "make test") if v not in text] == []


def test_ci_runs_the_readme_commands(root: Path) -> None:
    """Continuous integration runs what the README tells people to run, and may be started as a program."""
    script = root / ".ci" / "run"
    text = script.read_text(encoding="utf-8")
    assert script.stat().st_mode & 0o111
    assert "set -euo pipefail" in text
    assert [v for v in ("make demo", "make test", "make bench") if v not in text] == []


def test_version_and_changelog_agree(root: Path) -> None:
    """The newest released heading of the changelog is the version of the package."""
    changelog = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    headings = re.findall(r"^## \[?([^\]\s]+)\]?", changelog, re.MULTILINE)
    released = [h for h in headings if h.lower() != "unreleased"]
    assert released[0] == standby.__version__


def test_what_is_installed_has_the_same_version() -> None:
    """The installed package has the version that stands in the code."""
    from importlib.metadata import version

    assert version("standby") == standby.__version__


def test_constraints_pin_every_dependency_exactly(root: Path) -> None:
    """Every declared dependency, extras and groups included, has one exact pinned version and no address."""
    pins = {}
    for line in (root / "constraints.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            match = re.fullmatch(r"([A-Za-z0-9._-]+)==[0-9][\w.!+]*( ; .+)?", line)
            assert match, f"constraints.txt: {line!r} is not of the form name==version"
            pins[_canonical(match[1])] = line
    data = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    lists = [data["project"]["dependencies"], *data["project"]["optional-dependencies"].values()]
    lists += data["dependency-groups"].values()
    declared = {
        _canonical(re.split(r"[^\w.-]", row)[0]) for rows in lists for row in rows if isinstance(row, str)
    }
    assert sorted(declared - set(pins) - {"standby"}) == []


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_no_tracked_file_is_large(tracked: list[Path], root: Path) -> None:
    """No file of the repository is larger than a megabyte: data stays with its publisher."""
    assert [str(p.relative_to(root)) for p in tracked if p.stat().st_size > LARGEST] == []


def test_no_registry_addresses(tracked: list[Path], root: Path) -> None:
    """No file names a package registry: where packages come from is the installing machine's setting."""
    found = [
        str(path.relative_to(root))
        for path, text in _texts(tracked)
        if path != Path(__file__).resolve()
        and (ADDRESSES.search(text) or any(h in text for h in REGISTRY_HOSTS))
    ]
    assert found == []


def test_no_paths_of_one_machine(tracked: list[Path], root: Path) -> None:
    """No file holds a path that exists on its author's machine only."""
    found = [
        f"{path.relative_to(root)}: {match[0]}"
        for path, text in _texts(tracked)
        if path != Path(__file__).resolve() and (match := MACHINE_PATHS.search(text))
    ]
    assert found == []


def test_what_commands_make_is_not_tracked(tracked: list[Path], root: Path) -> None:
    """Fetched browser libraries, built pages and results are made by commands and never committed."""
    made = (
        "src/standby/report/assets/vendor/",
        "docs/_build/",
        "docs/reference/generated/",
        "out/",
        "build/",
        "dist/",
    )
    names = [p.relative_to(root).as_posix() for p in tracked]
    assert [n for n in names if n.startswith(made)] == []
