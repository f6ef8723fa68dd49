"""A docstring has one form: a name on its own line, what it is below; its type stands in the annotation."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

TYPED = re.compile(r"^\*{0,2}\w+(?:, \*{0,2}\w+)* ?: ")
SECTIONS = ("Parameters", "Attributes")
LATER = "disclosure/suppression"
"""The folder whose docstrings still say types."""


def typed_in(docstring: str) -> Iterator[str]:
    """Yield the lines of a docstring that say the type of a parameter or attribute."""
    section = ""
    lines = docstring.splitlines()
    for line, below in pairwise([*lines, ""]):
        if below and set(below) == {"-"}:
            section = line
        elif section in SECTIONS and TYPED.match(line):
            yield line


def test_types_stand_in_annotations_alone(root: Path) -> None:
    """No docstring repeats a type, which nothing would hold to the annotation."""
    package = root / "src" / "standby"
    found = set()
    for path in package.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                typed = list(typed_in(ast.get_docstring(node) or ""))
                if typed and LATER not in path.as_posix():
                    found.add(f"{path.relative_to(package)}: {node.name}: {typed[0]}")
    assert found == set()


def test_a_type_in_a_docstring_is_seen() -> None:
    """A type is found beside one name and beside several, and a description with a colon is none."""
    text = "Add.\n\nParameters\n----------\na, b : float\n    Say: numbers.\n*more : int\n    Others."
    assert list(typed_in(text)) == ["a, b : float", "*more : int"]
