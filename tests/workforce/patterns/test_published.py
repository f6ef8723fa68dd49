"""Published cases: each is found, and judged day by day, or proven impossible."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from standby.workforce import cyclic_pattern

Judge = Callable[..., list[str]]

LIMIT_S = 60.0
"""Every case has to be done within a minute [s]."""


def of_16_crews(folder: Path) -> dict[str, Any]:
    """Return the case of 16 crews as arguments."""
    case = json.loads((folder / "rotating_16_crews.json").read_text(encoding="utf-8"))
    return {
        "requirements": case["temporalRequirements"],
        "crews": case["nWorkers"],
        "work_block": (case["workBlockLength"]["min"], case["workBlockLength"]["max"]),
        "days_off": (case["daysOff"]["min"], case["daysOff"]["max"]),
        "shift_block": [(shift["blockMin"], shift["blockMax"]) for shift in case["shifts"]],
        "forbidden": [(rule["before"], rule["after"], rule["daysOff"]) for rule in case["forbids"]],
    }


def of_csplib(folder: Path, name: str) -> dict[str, Any]:
    """Return a case of CSPLib 087 as arguments, but for its rule that Saturdays are as Sundays.

    A case has rows by day, of days off and three shifts. Two or three days each of a shift in a row, and two
    or three days off; shifts only get later until the next day off, so that nine days of work are the most.
    """
    text = (folder / "rotating_xcsp25" / name).read_text(encoding="utf-8")
    numbers = dict(re.findall(r"letting (\w+) = (.+)", text))
    rows = np.array(ast.literal_eval(numbers["shiftRequirements"]))
    block = (int(numbers["s_min"]), int(numbers["s_max"]))
    return {
        "requirements": rows[:, 1:].T,
        "crews": int(numbers["numberOfWeeks"]),
        "work_block": (block[0], 3 * block[1]),
        "days_off": block,
        "shift_block": [block] * 3,
        "forbidden": [(1, 0, 0), (2, 0, 0), (2, 1, 0)],
    }


@pytest.fixture(scope="module")
def folder(shared: Path) -> Path:
    """Return the folder of the published patterns."""
    return shared / "cases" / "shift_patterns"


def test_sixteen_crews(folder: Path, faults: Judge) -> None:
    """The case of 16 crews, three shifts and seven forbidden sequences has a pattern."""
    case = of_16_crews(folder)
    result = cyclic_pattern(**case, time_limit_s=LIMIT_S)
    assert result.status == "found"
    assert faults(result.pattern, **case) == []


@pytest.mark.parametrize("weeks", ["008", "012", "020", "036", "044", "052"])
def test_cases_of_csplib_that_are_possible(folder: Path, faults: Judge, weeks: str) -> None:
    """Six of the seven cases have a pattern."""
    case = of_csplib(folder, f"{weeks}-2-3")
    result = cyclic_pattern(**case, time_limit_s=LIMIT_S)
    assert result.status == "found"
    assert faults(result.pattern, **case) == []


def test_a_case_of_csplib_that_is_impossible(folder: Path) -> None:
    """That of 28 weeks has none, even without the rule of Saturdays and Sundays."""
    result = cyclic_pattern(**of_csplib(folder, "028-2-3"), time_limit_s=LIMIT_S)
    assert result.status == "impossible"
    assert result.conflicts == ("requirements", "crews", "days_off", "shift_block", "forbidden")
    assert result.conflicts_are_smallest
