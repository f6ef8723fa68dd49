"""Documentation that stays true: what its pages show is run, and what they list is held to the code.

A page is run from top to bottom in an empty folder. Blocks marked `console` hold commands after `$ ` and, if
anything, all that they print on standard output (`...` stands for what may differ); a command that should
fail ends in a comment, `# exit status 2`. Blocks marked `pycon` are doctests that share their names. A block
whose first line is a comment `append to FILE` or `new file FILE` is what the reader is told to write, and is
written. Blocks marked `python` are run whole, but for those that say in their first line that they take files
of the reader's own.
"""

from __future__ import annotations

import doctest
import importlib
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

FENCE = re.compile(
    r"^(?P<fence>`{3,})(?P<info>[^\n`]*)\n(?P<body>.*?)^(?P=fence)[ \t]*$", re.MULTILINE | re.DOTALL
)
WRITES = re.compile(r"^# (?P<how>append to|new file) (?P<file>\S+)\n")
OWN_FILES = "# with files of your own"
SAME = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
RUN = {"standby"}  # other commands in `console` blocks install things or start a browser


@dataclass(frozen=True)
class Block:
    """A fenced block of a page.

    Parameters
    ----------
    language, body, line
        Language after the fence, what is inside, and where it starts.
    """

    language: str
    body: str
    line: int


def _blocks(text: str) -> Iterator[Block]:
    for match in FENCE.finditer(text):
        yield Block(match["info"].strip(), match["body"], text[: match.start()].count("\n") + 1)


def _commands(body: str) -> Iterator[tuple[str, str]]:
    """Split a console block into commands, each with the output that is shown for it."""
    for part in re.split(r"^\$ ", body.replace("\\\n", " "), flags=re.MULTILINE)[1:]:
        command, _, shown = part.partition("\n")
        yield command, shown


def _run_console(block: Block, folder: Path) -> None:
    scripts = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    environment = {**os.environ, "PATH": scripts, "NO_COLOR": "1", "COLUMNS": "100"}
    for command, shown in _commands(block.body):
        words = shlex.split(command, comments=True)
        if words[0] not in RUN:
            continue
        status = re.search(r"# exit status (\d)", command)
        expected = int(status[1]) if status else 0
        done = subprocess.run(words, cwd=folder, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == expected, f"line {block.line}: {command}\n{done.stdout}{done.stderr}"
        if shown.strip():
            same = doctest.OutputChecker().check_output(shown, done.stdout, SAME)
            assert same, f"line {block.line}: {command}\nshown:\n{shown}\nprinted:\n{done.stdout}"


def _run_python(block: Block, names: dict[str, object], page: str) -> None:
    test = doctest.DocTestParser().get_doctest(block.body, names, page, page, block.line)
    said: list[str] = []
    result = doctest.DocTestRunner(optionflags=SAME).run(test, out=said.append, clear_globs=False)
    names.update(test.globs)
    assert result.failed == 0, "".join(said)


def test_page_does_what_it_says(
    root: Path, page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every command and every line of Python that a page shows runs, and prints what the page shows."""
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    for block in _blocks((root / page).read_text(encoding="utf-8")):
        if write := WRITES.match(block.body):
            mode = "a" if write["how"] == "append to" else "w"
            with (tmp_path / write["file"]).open(mode, encoding="utf-8") as file:
                file.write("\n" + block.body[write.end() :])
        elif block.language == "console":
            _run_console(block, tmp_path)
        elif block.language == "pycon" or ">>> " in block.body:
            _run_python(block, names, page)
        elif block.language == "python" and not block.body.startswith(OWN_FILES):
            exec(compile(block.body, f"{page}, line {block.line}", "exec"), names)  # noqa: S102


def test_examples_in_docstrings_run(module: str) -> None:
    """Every example in a docstring, of public and private modules alike, prints what it says."""
    if module.endswith("__main__"):
        return
    said: list[str] = []
    runner = doctest.DocTestRunner(optionflags=SAME)
    for test in doctest.DocTestFinder().find(importlib.import_module(module), module):
        runner.run(test, out=said.append)
    assert runner.summarize(verbose=False).failed == 0, "".join(said)


def test_links_between_files_lead_somewhere(root: Path, page: str) -> None:
    """Every relative link in a page leads to a file of the repository, or to a page made from the code."""
    text = FENCE.sub("", (root / page).read_text(encoding="utf-8"))
    targets = [t.split("#")[0] for t in re.findall(r"\]\(([^)\s]+)\)", text) if not re.match(r"[a-z]+:", t)]
    missing = [
        t for t in targets if t and "generated/" not in t and not (root / page).parent.joinpath(t).exists()
    ]
    assert missing == []


def test_every_room_has_its_reference_page(root: Path, room: str) -> None:
    """The reference lists the page of every room, and of the command line."""
    text = (root / "docs" / "reference" / "index.md").read_text(encoding="utf-8")
    name = {"cli": "command-line"}.get(room, room)
    assert len(re.findall(rf"generated/{name}(?:\.md\)|$)", text, re.MULTILINE)) == 2


def test_every_design_note_is_dated(root: Path) -> None:
    """Every design note has a number and a date."""
    notes = [p for p in (root / "docs" / "design").glob("*.md") if p.name != "index.md"]
    assert notes
    bad = [
        p.name
        for p in notes
        if not re.match(r"\d{4}-", p.name)
        or not re.search(r"\b20\d\d-\d\d-\d\d\b", p.read_text(encoding="utf-8"))
    ]
    assert bad == []


def test_built_pages_ask_no_host(root: Path) -> None:
    """No built page loads a script, style, font or picture from elsewhere."""
    built = root / "docs" / "_build" / "html"
    if not (built / "index.html").is_file():
        pytest.skip("the documentation is not built; run `make docs`")
    elsewhere = r"""["'](?:https?:)?//"""
    loads = re.compile(rf"<(?:script|img|iframe|source)[^>]*\ssrc={elsewhere}|<link[^>]*\shref={elsewhere}")
    styles = re.compile(r"""(?:@import\s+|url\()["']?(?:https?:)?//""")
    asks = [p.name for p in built.rglob("*.html") if loads.search(p.read_text(encoding="utf-8"))]
    asks += [p.name for p in built.rglob("*.css") if styles.search(p.read_text(encoding="utf-8"))]
    assert asks == []
