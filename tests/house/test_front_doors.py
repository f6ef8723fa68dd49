"""What a room takes from another is what the other offers: a name in its `__all__`, or one of a side door."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path

SIDE_DOORS = {
    "locate.siting.options": "the command line reads the options of siting before NumPy is loaded",
    "plan.checking": "what a room takes that checks a file of a plan: see plan/checking/other_rooms.py",
    "plan.files": "what a room takes that reads a file of a plan",
    "queueing.kernels_congestion": "kernels of attendance are compiled together with these",
    "travel.roads.edge_table": "tables of edges, which a new plan reads and judges as a check does",
    "words.numbers": "writers of numbers, for modules that use many: `numbers.share`, `numbers.minutes`",
}
"""Modules inside a room all of whose public names others may take, and why they are not in its `__all__`."""


def taken(source: str) -> Iterator[tuple[int, str, str]]:
    """Yield line, module and name of each import from a room; the name is empty where all of it is taken."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and not node.level and node.module:
            package, _, module = node.module.partition(".")
            if package == "standby" and module:
                yield from ((node.lineno, module, alias.name) for alias in node.names)
        elif isinstance(node, ast.Import):
            for alias in node.names:
                package, _, module = alias.name.partition(".")
                if package == "standby" and "." in module:
                    yield node.lineno, module, ""


def is_offered(module: str, name: str) -> bool:
    """Return whether a room offers a name that is taken from one of its modules, or from the room itself."""
    if module in SIDE_DOORS:
        return re.match("_[a-z]", name) is None
    room = module.partition(".")[0]
    offered = importlib.import_module(f"standby.{room}").__all__
    return name in offered or f"{module}.{name}" in SIDE_DOORS


def test_rooms_take_what_is_offered(root: Path) -> None:
    """No room imports a name that another neither lists in its `__all__` nor has at a side door."""
    package = root / "src" / "standby"
    faults = []
    for path in sorted(package.rglob("*.py")):
        own = path.relative_to(package).parts[0]
        for line, module, name in taken(path.read_text(encoding="utf-8")):
            room = module.partition(".")[0]
            is_ground = room.startswith("_")
            if room != own and not is_ground and not is_offered(module, name):
                faults.append(f"{path.relative_to(package)}:{line} {module} {name}")
    assert faults == []


def test_every_side_door_is_used_and_known(root: Path) -> None:
    """Each side door is used by another room, and the contributor's guide names it."""
    package = root / "src" / "standby"
    used = set()
    for path in package.rglob("*.py"):
        own = path.relative_to(package).parts[0]
        for _, module, name in taken(path.read_text(encoding="utf-8")):
            if module.partition(".")[0] != own:
                used |= {module, f"{module}.{name}"} & set(SIDE_DOORS)
    assert used == set(SIDE_DOORS)

    guide = (root / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert [door for door in SIDE_DOORS if f"`{door}`" not in guide] == []


def test_the_search_tells_offered_names_from_others() -> None:
    """Names of a front door and of a side door pass; others do not, in whatever way they are imported."""
    offered = (
        "from standby.plan import Plan",
        "from standby.plan.plan import Plan",
        "from standby.plan.checking import Judged",
        "from standby.words import numbers",
        "from standby.words.numbers import NOTHING",
    )
    for source in offered:
        assert all(is_offered(module, name) for _, module, name in taken(source)), source

    others = (
        "from standby.plan import options",
        "from standby.plan.options import flatten",
        "def f():\n    from standby.cost.plan_cost import HEADS_OF",
        "import standby.plan.options",
        "from standby.words.numbers import _signed",
    )
    for source in others:
        assert not any(is_offered(module, name) for _, module, name in taken(source)), source
