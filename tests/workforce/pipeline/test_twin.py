"""The compiled months against the plain twin: to the digit in expected values, draw for draw by chance."""

import numpy as np
import pytest

from standby import workforce as wf
from standby.workforce.pipeline.path import RECORDED

MONTHS = 60


def together(walked, name):
    """Return a stock or flow of the twin, months first."""
    return np.array([month[name] for month in walked])


@pytest.mark.parametrize("whole", [False, True])
def test_every_stock_and_flow_is_that_of_the_twin(force, walk, whole):
    """Each stock, flow and bottleneck of five roles is the twin's, month by month, for every draw."""
    draws = 8
    path = wf.project_pipeline(force, months=MONTHS, draws=draws, whole_officers=whole, seed=11)
    key = np.uint64(np.random.SeedSequence(11).generate_state(1, np.uint64)[0])

    for draw in range(draws if whole else 1):
        walked = walk(force, MONTHS, key=key if whole else None, draw=draw)
        for name in (*RECORDED, "away", "unarmed", "gone", "estate_used", "bound"):
            found = getattr(path, name)[draw]
            np.testing.assert_allclose(found, together(walked, name), rtol=1e-9, atol=1e-9, err_msg=name)
