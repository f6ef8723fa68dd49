"""Units alike that calls keep busy together: what is taken, and what is refused."""

from __future__ import annotations

import pytest

from standby.queueing import QueueingInputError
from standby.queueing.congestion import all_away, congestion


@pytest.mark.parametrize(
    ("load", "units", "words"),
    [
        ("2", 5, "load is '2'; give a number"),
        (float("nan"), 5, "load is nan; give a number"),
        (float("inf"), 5, "load must be finite"),
        (-1.0, 5, "load is -1; give a number of at least 0"),
        ([1.0, 2.0], 5, r"load has shape \(2,\); give one number"),
        (2.4, 2.5, "units is 2.5; give a whole number"),
        (2.4, "5", "units is '5'; give a whole number"),
        (2.4, -1, "units is -1; give a whole number of at least"),
    ],
)
def test_wrong_loads_and_units_are_refused(load, units, words):
    """A load or a number of units that makes no sense is refused by name, with its range."""
    with pytest.raises(QueueingInputError, match=words):
        congestion(load, units)
    with pytest.raises(QueueingInputError, match=words):
        all_away(load, units)


@pytest.mark.parametrize(
    ("units", "options", "words"),
    [
        (0, {}, "units is 0; give a whole number of at least 1"),
        (5, {"committed_share": 2}, "committed_share is 2; give a number of at least 0 and at most 1"),
        (5, {"committed_share": -0.1}, "committed_share is -0.1; give a number of at least 0"),
        (5, {"committed_share": float("nan")}, "committed_share is nan; give a number"),
        (5, {"committed_share": "half"}, "committed_share is 'half'; give a number"),
        (5, {"peak": 0}, "peak is 0; give a number of at least 1"),
        (5, {"peak": float("inf")}, "peak must be finite"),
    ],
)
def test_wrong_commitments_are_refused(units, options, words):
    """No units at all, shares outside 0 to 1 and calls of less than a unit are refused by name."""
    with pytest.raises(QueueingInputError, match=words):
        congestion(2.4, units, **options)


def test_the_ends_of_the_ranges_are_taken():
    """Without load nobody is away; where all are committed, everybody is; of no units all are away."""
    assert congestion(0, 1).all_away == 0.0
    assert congestion(2.4, 5, committed_share=1).all_away == 1.0
    assert congestion(2.4, 5, committed_share=1 + 1e-15).busy.tolist() == [1.0]
    assert all_away(2.4, 0) == 1.0
