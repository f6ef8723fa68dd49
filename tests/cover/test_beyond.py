"""Calls that are never reached: their share, and the means that are lower bounds because of them."""

from __future__ import annotations

import numpy as np
import pytest
from plans import tiny_rows, write

from standby.cover import beyond_by_place, beyond_share, cover, evaluate_plan, is_bound


def test_share_beyond_by_hand() -> None:
    """The last bin over all of them; nothing where there is no weight."""
    histogram = np.array([[1.0, 2.0, 1.0], [0.0, 0.0, 0.0], [3.0, 0.0, 0.0]])
    np.testing.assert_array_equal(beyond_share(histogram), [0.25, np.nan, 0.0])


@pytest.mark.parametrize(
    ("beyond", "bound"), [(0.0, False), (2e-4, False), (3e-4, True), (1.0, True), (np.nan, False)]
)
def test_a_mean_is_a_bound_when_it_would_show(beyond: float, *, bound: bool) -> None:
    """Calls counted as 180 minutes make a mean a bound when they move it by a twentieth of a minute."""
    assert bool(is_bound(beyond, 180.0)) is bound


def test_where_nobody_comes_the_mean_is_a_bound() -> None:
    """An island is never reached: its mean, and that of all people, are at least what they say."""
    areas = [{**row, "island": "yes" if row["id"] == "moor" else ""} for row in tiny_rows("areas")]
    plan, times = write(areas=areas)
    found = cover(plan, times)
    place = found.areas.set_index("area")
    assert bool(place.loc["moor", "first_at_least"])
    assert bool(place.loc["moor", "full_at_least"])
    e = evaluate_plan(plan, times)
    beyond = beyond_by_place(e, 0)
    assert beyond[0, list(e.arrays.areas.ids).index("moor")] == 1
    people = found.areas["people"].to_numpy()
    all_people = found.minutes.query("weight == 'people' and scope_kind == 'all' and measure == 'first'")
    expected = (people @ beyond[0, : people.size]) / people.sum()
    assert all_people["beyond_share"].iloc[0] == pytest.approx(expected, abs=1e-6)
    assert all_people["at_least"].iloc[0]


def test_where_all_are_reached_the_mean_is_none() -> None:
    """With units that are never busy every call is reached, and no mean is a bound."""

    def idle(document: dict) -> None:
        document["tiers"]["arv"]["ordinary_work"]["calls_per_hour"] = 0
        document["incident_types"]["spontaneous"]["per_100k_year"] = 0.001

    found = cover(*write(change=idle))
    assert not found.minutes["at_least"].any()
    assert not found.areas[["first_at_least", "full_at_least"]].any(axis=None)
    assert not found.worst["first_at_least"].any()
