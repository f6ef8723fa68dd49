"""The exact hypercube against a plain event loop: two ways to the same number."""

from __future__ import annotations

import numpy as np
import pytest
from event_loop import run
from hypercube_systems import random_case
from scipy.stats import chi2

from standby.queueing import hypercube

SYSTEMS = 30
BATCHES = 60


@pytest.fixture(scope="module")
def scores() -> dict[str, np.ndarray]:
    """z-scores and relative standard errors of thirty systems.

    Seeds were fixed before the first run, the number of calls by the standard error alone.
    """
    rows: dict[str, list[tuple[float, float]]] = {"busy": [], "stuck": []}
    for seed in range(SYSTEMS):
        rng = np.random.default_rng([65, seed])
        queue = seed % 3 == 2
        case = random_case(
            rng,
            units=int(rng.integers(2, 7)),
            areas=int(rng.integers(3, 15)),
            load=rng.uniform(0.7, 0.8) if queue else rng.uniform(0.8, 1.2),
            unequal=seed % 2 == 0,
            ties=seed % 4 >= 2,
            partial=seed % 3 == 1,
        )
        tied = np.zeros(case.preference.shape, dtype=bool) if case.tied is None else case.tied
        exact = hypercube(case.arrival, case.preference, case.service, tied=case.tied, queue=queue)
        busy, stuck = run(case.arrival, case.preference, tied, case.service, queue, 25_000, BATCHES, rng)
        unit = int(exact.busy.argmax())
        for name, sample, truth in (
            ("busy", busy[:, unit], exact.busy[unit]),
            ("stuck", stuck, exact.delayed if queue else exact.lost),
        ):
            error = sample.std(ddof=1) / np.sqrt(BATCHES)
            rows[name].append(((sample.mean() - truth) / error, error / truth))
    return {name: np.array(pairs) for name, pairs in rows.items()}


@pytest.mark.parametrize("name", ["busy", "stuck"])
def test_event_loop_agrees(scores, name):
    """Busy fractions, and calls lost or delayed: error under 0.5%, chi-square passed, none beyond 4.5."""
    z, relative = scores[name].T
    assert relative.max() < 0.005
    assert np.abs(z).max() < 4.5
    # batch means give Student's t, whose square has the mean (b - 1) / (b - 3)
    assert chi2.sf((z**2).sum() * (BATCHES - 3) / (BATCHES - 1), SYSTEMS) > 0.001
