"""A law: with loss, exponential service per unit and nearest lists, another unit lowers no area's reach."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from standby.queueing import hypercube


@settings(max_examples=100, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    units=st.integers(1, 7),
    load=st.floats(0.05, 3.0),
    unequal=st.booleans(),
)
def test_another_unit_lowers_no_share_reached(seed, units, load, unequal):
    """Whatever the places, rates and the new unit's speed, no area is reached less within any time."""
    rng = np.random.default_rng(seed)
    places, homes = rng.random((6, 2)), rng.random((units + 1, 2))
    times = np.linalg.norm(places[:, None] - homes[None], axis=2)
    service = rng.uniform(0.3, 2.0, units + 1) if unequal else np.ones(units + 1)
    arrival = rng.random(6) * load * units / 4
    before = hypercube(arrival, np.argsort(times[:, :-1], axis=1), service[:-1])
    after = hypercube(arrival, np.argsort(times, axis=1), service)
    for limit in np.unique(times):
        less = before.reached(times[:, :-1], limit)
        more = after.reached(times, limit)
        assert (more >= less - 1e-10).all()
