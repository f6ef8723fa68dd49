"""Numbers that people read are rounded in one room: no other module has a format of its own for them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

EXCEPTIONS = {
    "_files.py": "sizes beside a limit, in the ground, which stands below the words",
    "_show.py": "the head of a table in a notebook, in the ground",
    "attendance/outcome.py": "how near an iteration came to its tolerance",
    "cover/_need_solve.py": "an answer that was counted again and is wrong: a defect, with all digits",
    "disclosure/rounding.py": "rounds numbers, and writes none",
    "locate/models/dsm.py": "a share that can be asked for as it is printed",
    "queueing/_inputs.py": "mathematics: memory that a model needs",
    "queueing/_independent.py": "mathematics: rates of calls as they were given",
    "queueing/_relaxed.py": "mathematics: how near an iteration came to its tolerance",
    "queueing/_steady.py": "mathematics: how near an iteration came to its tolerance",
    "queueing/approximate.py": "mathematics: how near an iteration came to its tolerance",
    "queueing/exact.py": "mathematics: a line of the log",
    "queueing/multiple.py": "mathematics: how near an iteration came to its tolerance",
    "queueing/patrol.py": "mathematics: how near an iteration came to its tolerance",
    "queueing/pools.py": "mathematics: loads as they were given",
    "report/files/files.py": "significant digits of numbers for programs",
    "workforce/notes.py": "armed officers beside all officers, which may differ by a tenth of one",
}
"""Modules beside the room of words that round a number as they write it, and why."""

EXACT_DIGITS = 9
"""Significant digits from which a number is not rounded for a reader, but shown as it was given."""

PRECISION = re.compile(r"\.(\d+|\{\})([efg%]?)$")
IN_TEXT = re.compile(r"(?<=[:%])[,+ ]*\.\d+[efg%]")


def rounded_in(source: str) -> Iterator[str]:
    """Yield the formats in a module that round a number to decimals or digits."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FormattedValue) and node.format_spec is not None:
            parts = node.format_spec.values if isinstance(node.format_spec, ast.JoinedStr) else []
            text = "".join(part.value if isinstance(part, ast.Constant) else "{}" for part in parts)
            found = PRECISION.search(text)
            is_exact = found and found[2] == "g" and found[1].isdigit() and int(found[1]) >= EXACT_DIGITS
            if found and not is_exact:
                yield text
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from IN_TEXT.findall(node.value)
        elif isinstance(node, ast.Call) and ast.unparse(node.func) == "format":
            yield ast.unparse(node)


def test_numbers_are_rounded_by_the_words_alone(root: Path) -> None:
    """A module that rounds a number as it writes it is the room of words, or stands in the list."""
    package = root / "src" / "standby"
    rounding = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if any(rounded_in(path.read_text(encoding="utf-8")))
    }
    others = {name for name in rounding if not name.startswith("words/")}
    assert others == set(EXCEPTIONS)
    assert "words/numbers.py" in rounding


def test_the_search_finds_formats() -> None:
    """Decimals, digits and percentages are found in every spelling; what is shown as given is not."""
    rounding = (
        'f"{x:.1f}"', 'f"{x:,.0f}"', 'f"{x:.0%}"', 'f"{x:.{n}f}"', '"{:.2f}"', '"%.3g"', 'format(x, ".4g")',
    )  # fmt: skip
    for source in rounding:
        assert list(rounded_in(source)), source

    as_given = (
        'f"{x:g}"', 'f"{x:,}"', 'f"{x:02d}"', 'f"{x:.12g}"', 'f"{day:%Y-%m-%d}"', 'f"{x:{width}}"',
    )  # fmt: skip
    for source in as_given:
        assert not list(rounded_in(source)), source
