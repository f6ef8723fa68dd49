"""What the page on queueing says is so."""

from __future__ import annotations

import doctest
import importlib
import importlib.util
import re
from pathlib import Path

import numpy as np
import pytest

from standby import queueing

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "queueing.md").read_text(encoding="utf-8")


def test_example_runs():
    """The example on the page runs and its parts add up."""
    names: dict = {}
    exec(re.search(r"```python\n(.*?)```", PAGE, re.DOTALL)[1], names)  # noqa: S102 the page's own example
    result = names["result"]
    assert result.dispatch.sum() + result.lost == pytest.approx(1.0)
    assert 4.0 < result.mean_response(names["times"]) < 21.0
    assert np.all(result.reached(names["times"], 10.0) < 1.0)


def test_every_function_is_named():
    """Every public function of the room is on the page."""
    functions = [name for name in queueing.__all__ if name[0].islower()]
    missing = [name for name in functions if f"`{name}`" not in PAGE]
    assert missing == []
    assert all(hasattr(queueing, name) for name in queueing.__all__)


def test_table_of_errors_is_what_is_measured():
    """Rows of the table for up to eight units are those that the benchmark computes, to a tenth."""
    spec = importlib.util.spec_from_file_location("bench", ROOT / "benchmarks" / "bench_hypercube.py")
    bench = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(bench)
    rows = [row for row in PAGE.splitlines() if re.match(r"\| \d+ \| 0\.\d \|", row)]
    assert len(rows) == 25
    for row in rows:
        cells = [float(cell) for cell in row.strip("|").split("|")]
        if cells[0] <= 8 and cells[1] in {0.1, 0.5, 0.9}:
            fresh = [float(cell) for cell in bench.error_row(int(cells[0]), cells[1]).strip("|").split("|")]
            assert fresh == pytest.approx(cells, abs=0.11)


@pytest.mark.parametrize("module", ["approximate", "erlang", "exact", "multiple", "patrol", "pools"])
def test_examples_in_docstrings(module):
    """Every example in a docstring gives what it says."""
    result = doctest.testmod(importlib.import_module(f"standby.queueing.{module}"))
    assert result.attempted > 0
    assert result.failed == 0
