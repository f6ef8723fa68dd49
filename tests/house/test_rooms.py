"""The walls: which room may import which, what a kernel may import, who may print and touch files."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

KERNEL_IMPORTS = {"numpy", "numba", "math", "typing", "__future__"}  # typing: for a NamedTuple of arrays
MAY_TOUCH_FILES = {"cli", "report", "web", "plan", "opendata"}
EXCEPTIONS = {
    Path("_writing.py"),  # puts files in their places, whole or not at all
    Path("_memory.py"),  # asks the system how much memory is free
    Path("_files.py"),  # opens files of others for the readers, within limits
    Path("travel/roads/edge_table.py"),  # reads a table of edges
    Path("travel/roads/_files.py"),  # reads a road file, and keeps the graph that was made of it
    Path("_process.py"),  # runs a solver in a process of its own, to which the model goes by a pipe
    Path("locate/engine/highs.py"),  # the other end of that pipe, for siting
    Path("cover/_need_program.py"),  # and for need
}
PART_OF = {"pydantic-core": "pydantic", "markupsafe": "jinja2"}  # come with these, and only with these
FILE_CALLS = {
    "open", "read_text", "write_text", "read_bytes", "write_bytes", "mkdir", "unlink", "touch",
    "read_csv", "to_csv", "read_excel", "to_excel", "read_parquet", "to_parquet", "to_json",
    "read_file", "to_file", "savetxt", "loadtxt", "save", "savez", "dump",
}  # fmt: skip


def _parsed(folder: Path, pattern: str) -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted(folder.rglob(pattern)):
        yield path.relative_to(folder), ast.parse(path.read_text(encoding="utf-8"))


def _imported(tree: ast.Module) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add("." if node.level else (node.module or "").split(".")[0])
    return names


def test_import_contracts_hold(root: Path) -> None:
    """Rooms import only rooms below them, and only the outer rooms import what draws, prints or serves."""
    command = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True))"
    done = subprocess.run(
        [sys.executable, "-c", command], cwd=root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_picture_of_the_rooms_is_true(root: Path) -> None:
    """The contributor's guide shows the rooms in the order that the imports are held to, all of them."""
    guide = (root / "CONTRIBUTING.md").read_text(encoding="utf-8")
    picture = guide.partition("```text\n")[2].partition("```")[0]
    shown = [line.split()[0] for line in picture.splitlines() if not line.startswith("(")]
    contracts = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    layers = contracts["contracts"][0]["layers"]
    rooms = [name for layer in layers for name in re.findall(r"\w+", layer) if not name.startswith("_")]
    there = [name for name in rooms if (root / "src" / "standby" / name / "__init__.py").exists()]
    assert shown == there


def test_every_file_that_is_pointed_to_is_there(root: Path) -> None:
    """The page of twenty questions names files that exist."""
    page = (root / "docs" / "where-is.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| ") and "---" not in line]
    names = {name for line in rows for name in re.findall(r"`([^`\s]+)`", line) if "/" in name or "_" in name}
    assert len(rows) > 25
    assert [name for name in sorted(names) if not (root / "src" / "standby" / name).exists()] == []


def test_no_room_imports_what_another_keeps_to_itself(root: Path) -> None:
    """A module whose name begins with an underscore is imported in its own room alone; the ground by all."""
    faults = []
    for path, tree in _parsed(root / "src" / "standby", "*.py"):
        for node in ast.walk(tree):
            if not isinstance(node, ast.ImportFrom) or not (node.module or "").startswith("standby."):
                continue
            _, room, *inner = str(node.module).split(".")
            names = [*inner, *(alias.name for alias in node.names)]
            if room != path.parts[0] and any(re.match("_[a-z]", name) for name in names) and room[0] != "_":
                faults.append(f"{path}:{node.lineno} {node.module}")
    assert faults == []


def test_kernels_import_only_numpy_numba_and_math(root: Path) -> None:
    """A module of kernels imports numpy, numba, math and other kernels alone; there is at least one such."""
    found = {}
    for path, tree in _parsed(root / "src", "*kernels*.py"):
        ours = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        rooms = {name for name in ours if name and name.startswith("standby") and "kernels" not in name}
        found[str(path)] = (_imported(tree) - KERNEL_IMPORTS - {"standby"}) | rooms
    assert found
    assert {path: names for path, names in found.items() if names} == {}


def test_only_the_edges_touch_files(root: Path) -> None:
    """Outside the readers and writers no function opens, reads or writes a file."""
    faults = []
    for path, tree in _parsed(root / "src" / "standby", "*.py"):
        if path.parts[0] in MAY_TOUCH_FILES or path in EXCEPTIONS:
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                function = node.func
                name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
                if name in FILE_CALLS and "files(" not in ast.unparse(function):
                    faults.append(f"{path}:{node.lineno} {ast.unparse(function)}")
    assert faults == []


def test_only_the_edges_print(root: Path) -> None:
    """Nothing prints outside the command line, the report and the web."""
    faults = [
        f"{path}:{node.lineno}"
        for path, tree in _parsed(root / "src" / "standby", "*.py")
        if path.parts[0] not in {"cli", "report", "web"}
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]
    assert faults == []


def test_every_import_is_declared(root: Path) -> None:
    """What the package and its tests import is declared, so that a fresh installation has it."""
    data = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    lists = [data["project"]["dependencies"], *data["project"]["optional-dependencies"].values()]
    declared = {
        "src": _names(lists),
        "tests": _names([*lists, *(data["dependency-groups"][group] for group in ("test", "docs"))]),
    }
    distributions = packages_distributions()
    missing = []
    for folder, names in declared.items():
        own = {path.stem for path in (root / folder).rglob("*.py")} | {"standby"}
        for path, tree in _parsed(root / folder, "*.py"):
            for module in _imported(tree) - set(sys.stdlib_module_names) - own - {"."}:
                brought = {_canonical(name) for name in distributions.get(module, [module])}
                brought = {PART_OF.get(name, name) for name in brought}
                if not brought & names:
                    missing.append(f"{folder}/{path}: {module}")
    assert missing == []


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _names(lists: list[list[object]]) -> set[str]:
    rows = [row for listed in lists for row in listed if isinstance(row, str)]
    return {_canonical(re.split(r"[^\w.-]", row)[0]) for row in rows}
