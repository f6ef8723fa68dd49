"""How the room of the plan is built: no module leads back to itself."""

from __future__ import annotations

import ast
from graphlib import TopologicalSorter
from pathlib import Path

ROOM = "standby.plan"


def _imports(path: Path, modules: set[str]) -> set[str]:
    """Return the modules of the room that a file imports, in functions and for types alone too."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= inner & modules or {node.module}
    return {name for name in found if name == ROOM or name.startswith(f"{ROOM}.")}


def test_no_module_of_the_room_leads_back_to_itself(root: Path) -> None:
    """Plan, check, matrix, plan was a circle: a reader could begin nowhere. Now there is an order."""
    folder = root / "src" / "standby" / "plan"
    files = {
        ".".join(("standby", *path.relative_to(folder.parent).with_suffix("").parts)): path
        for path in folder.rglob("*.py")
        if path.name != "__init__.py"
    }
    leads_to = {name: _imports(path, set(files)) for name, path in files.items()}
    assert len(leads_to) > 20
    assert {name: found - set(files) for name, found in leads_to.items() if found - set(files)} == {}
    assert set(TopologicalSorter(leads_to).static_order()) == set(files)  # raises CycleError at a circle
