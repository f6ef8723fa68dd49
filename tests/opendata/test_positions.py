"""Laws of positions: there and back again, and exchanged degrees are always told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from standby.opendata import OpenDataError, read_points
from standby.opendata._positions import LAND, to_degrees, to_grid

Write = Callable[..., Path]
PLACES = st.lists(st.tuples(st.floats(-6.5, 1.9), st.floats(49.8, 60.5)), min_size=1, max_size=8)
FEW = settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])


def _on_land(places: list[tuple[float, float]]) -> np.ndarray:
    kept = [
        p for p in places if shapely.contains_xy(LAND, *p) and shapely.contains_xy(LAND.buffer(-0.05), *p)
    ]
    assume(kept)
    return np.array(kept)


@given(PLACES)
@FEW
def test_there_and_back_again(places: list[tuple[float, float]]) -> None:
    """Degrees turned into metres and back are the same place, to a decimetre."""
    lonlat = _on_land(places)
    back = np.column_stack(to_degrees(*to_grid(lonlat[:, 0], lonlat[:, 1])))
    assert_allclose(back, lonlat, atol=1e-6)


@given(PLACES)
@FEW
def test_degrees_and_grid_are_read_the_same(write: Write, places: list[tuple[float, float]]) -> None:
    """The same places under x and y, in degrees or on the grid, are read as the same."""
    lonlat = _on_land(places)
    grid = np.column_stack(to_grid(lonlat[:, 0], lonlat[:, 1]))
    for values in (lonlat, grid):
        read = read_points(write("p.csv", pd.DataFrame(values, columns=["x", "y"])))
        assert_allclose(read[["lon", "lat"]], lonlat, atol=1e-6)


@given(PLACES)
@FEW
def test_exchanged_degrees_are_always_told(write: Write, places: list[tuple[float, float]]) -> None:
    """Latitude where longitude should be is refused, whatever the places, and called an exchange."""
    turned = pd.DataFrame(_on_land(places)[:, ::-1], columns=["lon", "lat"])
    with pytest.raises(OpenDataError, match="in the wrong order"):
        read_points(write("p.csv", turned))
