"""The front door: patterns, proofs and conflicts by hand, laws on random cases, tiny ones tried through."""

from __future__ import annotations

import dataclasses
import itertools
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from standby._deadline import Deadline
from standby._refusals import MissingExtraError, Refusal
from standby.workforce import CyclicPattern, PatternCheckError, cyclic_pattern
from standby.workforce.patterns.inputs import checked_rules
from standby.workforce.patterns.rules import ARGUMENTS
from standby.workforce.patterns.search import find

Judge = Callable[..., list[str]]
Asked = dict[str, Any]
SLOW = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])

FIVE_AND_TWO: Asked = {
    "requirements": [[1, 1, 1, 1, 1, 0, 0]],
    "crews": 1,
    "work_block": (5, 5),
    "days_off": (2, 2),
    "shift_block": [(5, 5)],
    "forbidden": [],
}
FOUR_AND_FOUR: Asked = {
    "requirements": [[2] * 7, [2] * 7],
    "crews": 8,
    "work_block": (4, 4),
    "days_off": (4, 4),
    "shift_block": [(2, 2), (2, 2)],
    "forbidden": [(1, 0, 0)],
}


def _limits(longest: int) -> st.SearchStrategy[tuple[int, int]]:
    return st.tuples(st.integers(1, longest), st.integers(0, longest)).map(lambda pair: (pair[0], sum(pair)))


@st.composite
def asked(draw: st.DrawFn, most_crews: int, most_shifts: int = 3) -> Asked:
    """Return something to ask: requirements of days made up at random, so that some can be met."""
    crews, shifts = draw(st.integers(1, most_crews)), draw(st.integers(1, most_shifts))
    block = st.tuples(st.integers(0, shifts - 1), st.integers(1, 4), st.integers(0, 3))
    days: list[int] = []
    while len(days) < 7 * crews:
        shift, worked, off = draw(block)
        days += [shift] * worked + [-1] * off
    weeks = np.array(days[: 7 * crews]).reshape(crews, 7)
    weeks[0, 0] = 0  # somebody works

    any_shift = st.integers(0, shifts - 1)
    return {
        "requirements": [(weeks == shift).sum(axis=0).tolist() for shift in range(shifts)],
        "crews": crews,
        "work_block": draw(_limits(4)),
        "days_off": draw(_limits(3)),
        "shift_block": [draw(_limits(3)) for _ in range(shifts)],
        "forbidden": draw(st.lists(st.tuples(any_shift, any_shift, st.integers(0, 2)), max_size=2)),
    }


def _every_pattern(wanted: Asked) -> list[Any]:
    """Return every pattern that meets the requirements, day by day in every order; none if they are many."""
    columns = []
    for day in zip(*wanted["requirements"], strict=True):
        works = [shift for shift, crews in enumerate(day) for _ in range(crews)]
        off = [-1] * (wanted["crews"] - len(works))
        columns.append(sorted(set(itertools.permutations(works + off))))
    if np.prod([len(column) for column in columns]) > 3_000:
        return []
    return [list(zip(*chosen, strict=True)) for chosen in itertools.product(*columns)]


def test_five_days_and_two_off() -> None:
    """One crew that works from Monday to Friday has one pattern."""
    result = cyclic_pattern(**FIVE_AND_TWO)
    assert (result.status, result.conflicts) == ("found", ())
    assert result.pattern is not None
    assert result.pattern.tolist() == [[0, 0, 0, 0, 0, -1, -1]]
    assert result.summary() == "A pattern of 1 week meets the requirements exactly and keeps every rule."


def test_blocks_run_on_from_week_to_week(faults: Judge) -> None:
    """Two days, two nights and four days off take eight days, so that they shift by a day each week."""
    result = cyclic_pattern(**FOUR_AND_FOUR)
    assert result.pattern is not None
    assert faults(result.pattern, **FOUR_AND_FOUR) == []
    days = "".join("DN-"[shift] for shift in result.pattern.reshape(-1))
    assert "DDNN----" * 7 in days * 2


def test_results_are_records() -> None:
    """Neither the result nor its pattern can be changed."""
    result = cyclic_pattern(**FIVE_AND_TWO)
    with pytest.raises(dataclasses.FrozenInstanceError):
        result.status = "impossible"  # type: ignore[misc]
    assert result.pattern is not None
    with pytest.raises(ValueError, match="read-only"):
        result.pattern[0, 0] = -1


def test_the_same_question_has_the_same_answer() -> None:
    """A second call gives the same pattern."""
    first, second = cyclic_pattern(**FOUR_AND_FOUR), cyclic_pattern(**FOUR_AND_FOUR)
    np.testing.assert_array_equal(first.pattern, second.pattern)


@pytest.mark.parametrize(
    ("changes", "conflicts"),
    [
        # Three are wanted on a Monday and there are two.
        ({"requirements": [[3, 1, 1, 1, 1, 0, 0]], "crews": 2}, ("requirements", "crews")),
        # Two days off each week are no blocks of three.
        ({"days_off": (3, 3)}, ("requirements", "crews", "days_off")),
        # From Monday to Friday are no blocks of two, with any number of crews.
        ({"shift_block": [(2, 2)]}, ("requirements", "shift_block")),
        # Five days of work are no blocks of two, whatever is wanted.
        ({"requirements": [[10] * 7], "crews": 14, "shift_block": [(2, 2)]}, ("work_block", "shift_block")),
        # Work on every day is a block that never ends, and longer than any limit.
        (
            {"requirements": [[1] * 7], "work_block": (5, 7), "shift_block": [(1, 7)]},
            ("requirements", "crews", "work_block"),
        ),
        # With one crew, two days after Friday comes the same shift again.
        ({"forbidden": [(0, 0, 2)]}, ("requirements", "crews", "forbidden")),
    ],
)
def test_conflicts_by_hand(changes: Asked, conflicts: tuple[str, ...]) -> None:
    """What can't be kept together is named, and nothing else."""
    result = cyclic_pattern(**FIVE_AND_TWO | changes)
    assert (result.status, result.pattern) == ("impossible", None)
    assert (result.conflicts, result.conflicts_are_smallest) == (conflicts, True)
    assert "can't be kept together, whatever the other arguments are" in result.summary()


def test_a_gap_is_exact_and_goes_round_the_cycle() -> None:
    """Nights then two days off then days is forbidden, and neither one nor three days off between is."""
    week: Asked = {
        "requirements": [[1, 1, 0, 0, 0, 0, 0], [0, 0, 0, 1, 1, 0, 0]],
        "crews": 1,
        "work_block": (2, 2),
        "days_off": (1, 2),
        "shift_block": [(2, 2), (2, 2)],
    }
    for gap, status in ((1, "found"), (2, "impossible"), (3, "found")):
        assert cyclic_pattern(**week, forbidden=[(1, 0, gap)]).status == status


def test_a_pattern_is_one_cycle() -> None:
    """Weeks that only their own crew could go on with are no pattern, though each keeps every rule."""
    apart: Asked = {
        "requirements": [[1, 1, 1, 1, 1, 0, 0], [1, 1, 1, 1, 1, 0, 0]],
        "crews": 2,
        "work_block": (5, 5),
        "days_off": (2, 2),
        "shift_block": [(5, 5), (5, 5)],
    }
    assert cyclic_pattern(**apart, forbidden=[]).status == "found"
    result = cyclic_pattern(**apart, forbidden=[(0, 1, 2)])
    assert result.status == "impossible"
    assert result.conflicts == ("requirements", "crews", "shift_block", "forbidden")


def test_time_is_up() -> None:
    """Without time there is no answer, and it is said that there is no proof."""
    result = cyclic_pattern(**FIVE_AND_TWO, time_limit_s=0)
    assert (result.status, result.pattern, result.conflicts) == ("time_limit", None, ())
    assert result.summary() == "No pattern was found in the time given, nor proof that there is none."


def test_time_is_up_before_conflicts_are_few(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proof that came in time stays one; the conflicts are then all arguments, and that is said."""
    ticks = itertools.chain([0.0] * 4, itertools.repeat(100.0))
    monkeypatch.setattr("standby._deadline.clock", lambda: next(ticks))
    result = cyclic_pattern(**FIVE_AND_TWO | {"shift_block": [(2, 2)]}, time_limit_s=50)
    assert (result.status, result.conflicts, result.conflicts_are_smallest) == (
        "impossible",
        ARGUMENTS,
        False,
    )
    assert "The time was up before" in result.summary()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"requirements": [[1] * 6]}, r"requirements have the shape \(1, 6\); give one row for each shift"),
        ({"requirements": [1] * 7}, "shape"),
        ({"requirements": [[1] * 7, [1] * 6]}, "different lengths"),
        ({"requirements": [["x"] * 7]}, "kind"),
        ({"requirements": [[1.5, -1, np.nan, np.inf, 0, 0, 0]]}, "1.5 in shift 0 on day 0, -1 .* and 1 more"),
        ({"requirements": [[0] * 7]}, "nobody"),
        ({"crews": 0}, "crews is 0; give a whole number of at least 1"),
        ({"crews": 1.5}, "crews is 1.5"),
        ({"crews": 1_001}, "crews is 1001"),
        ({"work_block": (3, 2)}, r"work_block is \(3, 2\); give two whole numbers"),
        ({"work_block": 5}, "work_block is 5"),
        ({"days_off": (0, 0)}, "days_off"),
        ({"days_off": (-1, 2)}, "days_off"),
        ({"days_off": (1, 2, 3)}, "days_off"),
        ({"shift_block": [(1, 5), (1, 5)]}, "shift_block has 2 entries and requirements 1 rows"),
        ({"shift_block": 5}, "shift_block is 5"),
        ({"shift_block": [(2.5, 5)]}, "shift_block of shift 0"),
        ({"forbidden": [(0, 1, 0)]}, r"forbidden has \(0, 1, 0\); shifts have numbers from 0 to 0"),
        ({"forbidden": [(0, 0)]}, "forbidden has"),
        ({"forbidden": [(0, 0, -1)]}, "forbidden has"),
        ({"forbidden": 3}, "forbidden is 3"),
        ({"time_limit_s": -1}, "time_limit_s is -1"),
        ({"time_limit_s": "soon"}, "time_limit_s"),
        ({"time_limit_s": True}, "time_limit_s"),
    ],
)
def test_bad_input_is_refused(changes: Asked, words: str) -> None:
    """Each argument that can't be used is refused with what would be right."""
    with pytest.raises(Refusal, match=words):
        cyclic_pattern(**FIVE_AND_TWO | changes)


def test_all_faults_are_named_at_once() -> None:
    """One refusal names every argument that can't be used."""
    with pytest.raises(Refusal) as refused:
        cyclic_pattern(
            [[1] * 5], crews=0, work_block=(2, 1), days_off=(2,), shift_block=[(0, 0)], forbidden=[1]
        )
    for name in ARGUMENTS:
        assert name in str(refused.value)
    assert str(refused.value).startswith("6 arguments can't be used\n")


def test_a_pattern_that_breaks_a_rule_is_not_returned(monkeypatch: pytest.MonkeyPatch) -> None:
    """Should the search be wrong, the pattern is refused with the rules that it breaks."""
    wrong = np.array([[0, 0, 0, 0, -1, -1, -1]])
    monkeypatch.setattr("standby.workforce.patterns.search.find", lambda *_: wrong)
    with pytest.raises(PatternCheckError, match="requirements, work_block, days_off and shift_block"):
        cyclic_pattern(**FIVE_AND_TWO)


def test_a_least_of_0_is_no_limit() -> None:
    """A block has a day in any case, so that a least of 0 days is kept by all."""
    assert cyclic_pattern(**FIVE_AND_TWO | {"days_off": (0, 2), "shift_block": [(0, 5)]}).status == "found"


def test_the_solver_is_named_where_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without HiGHS the error names the extra."""
    for name in [name for name in sys.modules if name.startswith("standby.workforce.patterns.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "highspy", None)
    monkeypatch.delattr("standby.workforce.patterns.conflicts", raising=False)
    monkeypatch.delattr("standby.workforce.patterns.search", raising=False)
    with pytest.raises(MissingExtraError, match=r"standby\[locate\]"):
        cyclic_pattern(**FIVE_AND_TWO)


@given(asked(most_crews=3))
@SLOW
def test_tiny_cases_agree_with_trying_everything(faults: Judge, wanted: Asked) -> None:
    """A pattern is found exactly if one of all that meet the requirements keeps the rules."""
    patterns = _every_pattern(wanted)
    if not patterns:
        return
    there_is_one = any(faults(pattern, **wanted) == [] for pattern in patterns)
    assert cyclic_pattern(**wanted).status == ("found" if there_is_one else "impossible")


@given(asked(most_crews=12))
@SLOW
def test_what_is_found_keeps_every_rule(faults: Judge, wanted: Asked) -> None:
    """A pattern that is found has no fault, and what is impossible has its conflicts."""
    result = cyclic_pattern(**wanted)
    if result.status == "found":
        assert faults(result.pattern, **wanted) == []
    else:
        assert (result.status, result.conflicts_are_smallest) == ("impossible", True)
        assert set(result.conflicts) <= set(ARGUMENTS)


@given(asked(most_crews=4))
@SLOW
def test_rules_that_a_pattern_keeps_are_possible(wanted: Asked) -> None:
    """Limits that the days made up at random keep are possible, unless nobody ever has a day off."""
    loose = wanted | {"work_block": (1, 28), "days_off": (1, 28), "forbidden": []}
    loose["shift_block"] = [(1, 28)] * len(wanted["requirements"])
    total = np.sum(wanted["requirements"])
    result = cyclic_pattern(**loose)
    assert result.status == ("found" if total < 7 * wanted["crews"] else "impossible")


@given(asked(most_crews=6))
@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
def test_conflicts_can_be_kept_without_any_one_of_them(wanted: Asked) -> None:
    """No pattern keeps the conflicts together, and one keeps every smaller set of arguments."""
    result: CyclicPattern = cyclic_pattern(**wanted)
    if result.status == "found":
        return
    rules = checked_rules(**wanted)
    assert find(rules.only(result.conflicts), Deadline()) is None
    for names in itertools.combinations(ARGUMENTS, len(result.conflicts) - 1):
        some = rules.only(names)
        pattern = find(some, Deadline())
        assert pattern is not None
        assert some.broken(pattern) == ()


@given(asked(most_crews=6))
@SLOW
def test_time_may_run_backwards(wanted: Asked) -> None:
    """The same question with the days of the week and the sequences turned round has the same answer."""
    back = wanted | {
        "requirements": [row[::-1] for row in wanted["requirements"]],
        "forbidden": [(after, before, gap) for before, after, gap in wanted["forbidden"]],
    }
    one, other = cyclic_pattern(**wanted), cyclic_pattern(**back)
    assert (one.status, one.conflicts) == (other.status, other.conflicts)
