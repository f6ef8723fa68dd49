"""Distances over the sphere."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from standby.travel import TravelInputError, great_circle_km

POSITION = st.tuples(st.floats(-180, 180), st.floats(-90, 90))
BRITISH = st.tuples(st.floats(-8, 2), st.floats(49, 61))
RADIUS_M = 6371008.8


def naive_km(a, b):
    """Angle between two unit vectors, by the arctangent of cross and dot product."""
    lon_a, lat_a, lon_b, lat_b = (math.radians(x) for x in (*a, *b))
    u = (math.cos(lat_a) * math.cos(lon_a), math.cos(lat_a) * math.sin(lon_a), math.sin(lat_a))
    v = (math.cos(lat_b) * math.cos(lon_b), math.cos(lat_b) * math.sin(lon_b), math.sin(lat_b))
    cross = (u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0])
    return RADIUS_M / 1000 * math.atan2(math.hypot(*cross), sum(x * y for x, y in zip(u, v, strict=True)))


@given(POSITION, POSITION)
def test_agrees_with_vectors(a, b):
    """The haversine distance is the angle between the two unit vectors, anywhere on the globe."""
    assert great_circle_km([a], [b])[0, 0] == pytest.approx(naive_km(a, b), rel=1e-7, abs=1e-3)


@given(BRITISH, BRITISH)
def test_agrees_with_geodesics(a, b):
    """Within Britain the distance is PROJ's on the same sphere, and near PROJ's on the ellipsoid."""
    found = great_circle_km([a], [b])[0, 0]
    sphere = Geod(a=RADIUS_M, b=RADIUS_M).inv(*a, *b)[2] / 1000
    ellipsoid = Geod(ellps="WGS84").inv(*a, *b)[2] / 1000
    assert found == pytest.approx(sphere, rel=1e-7, abs=1e-6)
    assert found == pytest.approx(ellipsoid, rel=0.006, abs=1e-6)


@given(st.lists(BRITISH, min_size=1, max_size=5), st.lists(BRITISH, min_size=1, max_size=5))
def test_same_both_ways(some, others):
    """Turning origins and destinations around transposes the distances."""
    there = great_circle_km(some, others)
    assert there.shape == (len(some), len(others))
    np.testing.assert_allclose(there, great_circle_km(others, some).T, rtol=1e-12, atol=1e-12)


def test_known_distances():
    """A degree of latitude is 111.195 km, no way is 0 km and the poles are half the girth apart."""
    found = great_circle_km([(0.0, 50.0)], [(0.0, 51.0), (0.0, 50.0)])[0]
    assert found[0] == pytest.approx(math.pi * 6371.0088 / 180, rel=1e-12)
    assert found[1] == 0
    assert great_circle_km([(0.0, 90.0)], [(7.0, -90.0)])[0, 0] == pytest.approx(math.pi * 6371.0088)


def test_no_places():
    """No origins give no rows, and no destinations no columns."""
    assert great_circle_km([], [(0.0, 50.0)]).shape == (0, 1)
    assert great_circle_km([(0.0, 50.0)], np.zeros((0, 2))).shape == (1, 0)


@pytest.mark.parametrize(
    ("origins", "message"),
    [
        ([(0.0, math.nan)], r"origins: place 0 has no finite position \(1 such places\)"),
        ([(0.0, 50.0), (math.inf, 50.0)], "place 1 has no finite position"),
        ([(51.5, 100.0)], "longitude .* before latitude"),
        ([(181.0, 0.0)], "not on the globe"),
        ([(0.0, 50.0, 3.0)], r"give \(n, 2\)"),
        ((0.0, 50.0), r"shape \(2,\); give \(n, 2\), longitude before latitude"),
        ([("here", "there")], "are not numbers"),
    ],
)
def test_bad_positions(origins, message):
    """Positions that mean no place are refused with what to give instead."""
    with pytest.raises(TravelInputError, match=message):
        great_circle_km(origins, [(0.0, 50.0)])
