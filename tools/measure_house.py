"""Measure how the house stands: rooms, parameters, fields, blank lines and comments inside functions.

    python tools/measure_house.py [CHECKOUT]

prints one table for the package of a checkout, this one when none is named. Two checkouts side by side show
what a change of the whole tree did; docs/design has such a table.
"""

from __future__ import annotations

import ast
import io
import sys
import tokenize
from collections import Counter
from pathlib import Path


def main() -> None:
    """Print the table."""
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parents[1]
    package = root / "src" / "standby"
    modules = {path.relative_to(package): path.read_text("utf-8") for path in sorted(package.rglob("*.py"))}

    print(f"lines in all: {sum(text.count(chr(10)) for text in modules.values()):,}")
    print(f"modules: {len(modules)}")

    rooms = Counter(path.parts[0] if len(path.parts) > 1 else "(ground)" for path in modules)
    depth = Counter[str]()
    for path in modules:
        depth[path.parts[0]] = max(depth[path.parts[0]], len(path.parts) - 1)
    functions, classes = [], []
    for path, text in modules.items():
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                functions.append((path, text, node))
            elif isinstance(node, ast.ClassDef):
                classes.append((path, node))

    print("\nroom           modules  depth  blank  comments")
    for room, count in sorted(rooms.items()):
        own = [one for one in functions if room == (one[0].parts[0] if len(one[0].parts) > 1 else "(ground)")]
        code, blank, comments = _inside(own)
        print(
            f"{room:15}{count:7}{depth[room]:7}"
            f"{100 * blank / max(code, 1):7.1f}{100 * comments / max(code, 1):10.1f}"
        )

    print("\nlongest lists of parameters")
    longest = sorted(functions, key=lambda one: -_parameters(one[2]))
    for path, _, node in longest[:8]:
        print(f"{_parameters(node):4}  {path}:{node.name}")

    print("\nlargest dataclasses")
    largest = sorted(classes, key=lambda one: -_fields(one[1]))
    for path, node in largest[:6]:
        print(f"{_fields(node):4}  {path}:{node.name}")

    code, blank, comments = _inside(functions)
    print("\ninside functions, as the columns of rooms")
    print(f"lines of code: {code:,}")
    print(f"blank lines per 100 lines of code: {100 * blank / code:.1f}")
    print(f"comments per 100 lines of code: {100 * comments / code:.1f}")


def _parameters(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    given = node.args
    return len(given.posonlyargs) + len(given.args) + len(given.kwonlyargs)


def _fields(node: ast.ClassDef) -> int:
    """Return the annotated fields of a dataclass, 0 for another class."""
    names = {ast.unparse(one).partition("(")[0].rpartition(".")[2] for one in node.decorator_list}
    return sum(isinstance(part, ast.AnnAssign) for part in node.body) if "dataclass" in names else 0


def _inside(functions: list[tuple[Path, str, ast.FunctionDef]]) -> tuple[int, int, int]:
    """Return the lines of code, blank lines and comments in the bodies of functions, docstrings left out."""
    kinds: dict[tuple[Path, int], str] = {}
    for path, text, node in functions:
        lines = text.splitlines()
        body = node.body
        is_documented = isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant)
        first = int(body[0].end_lineno or 0) + 1 if is_documented else body[0].lineno
        for number in range(first, int(node.end_lineno or 0) + 1):
            kinds[path, number] = "code" if lines[number - 1].strip() else "blank"
    for path, text in {path: text for path, text, _ in functions}.items():
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            alone = token.type == tokenize.COMMENT and token.line.strip().startswith("#")
            if alone and (path, token.start[0]) in kinds:
                kinds[path, token.start[0]] = "comment"
    count = Counter(kinds.values())
    return count["code"], count["blank"], count["comment"]


if __name__ == "__main__":
    main()
