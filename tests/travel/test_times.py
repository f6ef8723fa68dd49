"""Minutes of a plan: those of named sites."""

from __future__ import annotations

import numpy as np
import pytest

from standby import examples, open_plan
from standby._refusals import Refusal
from standby.travel import travel_times


def test_rows_are_those_of_the_named_sites() -> None:
    """Rows come in the order asked for; a site without minutes is a refusal, and a name that is not there."""
    times = travel_times(open_plan(examples.path("tiny")))
    first, last = times.site_ids[0], times.site_ids[-1]
    assert np.array_equal(times.rows((last, first)), times.minutes[[-1, 0]])

    with pytest.raises(Refusal, match="no travel times from nosite; make them with travel_times") as told:
        times.rows((first, "nosite"))
    assert isinstance(told.value, KeyError)
