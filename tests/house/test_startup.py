"""What starting costs: nothing heavy is imported before a command needs it."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

# Not pydantic: Typer itself imports it, in 33 ms, to read the default of an option.
HEAVY = [
    "pandas", "numpy", "scipy", "geopandas", "shapely", "pyproj", "pyogrio", "numba", "pyarrow", "plotly",
    "jinja2", "xlsxwriter", "highspy",
]  # fmt: skip
RUN = """
import json, sys
sys.argv = ["standby", *{arguments}]
try:
    from standby.cli import main
    main()
except SystemExit as left:
    code = left.code or 0
print()
print(json.dumps([code, [name for name in {heavy} if name in sys.modules]]))
"""


@pytest.mark.parametrize("arguments", [["--help"], ["appraise", "--help"]])
def test_help_imports_nothing_heavy(arguments: list[str]) -> None:
    """Help is said without importing one of the libraries that a computation needs."""
    code = RUN.format(arguments=arguments, heavy=HEAVY)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    status, loaded = json.loads(done.stdout.splitlines()[-1])
    assert status == 0
    assert loaded == []


def test_top_imports_nothing_heavy() -> None:
    """`import standby` alone imports none of them either: rooms are loaded when they are asked for."""
    unasked = [*HEAVY, "importlib.metadata"]  # reading what is installed takes as long as all the rest
    code = f"import sys, standby; print([n for n in {unasked} if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
