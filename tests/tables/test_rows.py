"""Rows and cells of result tables."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from standby.plan import Plan
from standby.report import Content
from standby.tables import is_flag


@pytest.mark.parametrize("value", [True, False, np.True_, np.False_, np.array([True])[0]])
def test_every_kind_of_boolean_is_a_flag(value: object) -> None:
    """NumPy's boolean is none of Python's, and is yes or no all the same."""
    assert is_flag(value)


@pytest.mark.parametrize("value", [0, 1, 1.0, np.float64(0.0), np.int64(1), "yes", None, float("nan")])
def test_numbers_and_words_are_no_flags(value: object) -> None:
    """A 1 is a number, whatever it equals."""
    assert not is_flag(value)


def test_a_boolean_of_numpy_reads_as_yes_or_no(tiny: Plan) -> None:
    """A cell that NumPy made is written as one that Python made, and not as a number."""
    from standby.evidence import Manifest

    manifest = Manifest("", "", {}, {}, {})
    content = Content("internal", tiny, {}, (), manifest, 0, 0)
    for value in (True, np.True_):
        assert content.shown("standards", "met", {"met": value}) == "yes"
    assert content.shown("standards", "met", pd.Series({"met": np.False_}).to_dict()) == "no"
