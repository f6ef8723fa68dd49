"""From a chance to a value: each shape passes through what the planner gave and stays in its field."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from standby.evidence import Figure, quantile, shape_of

Z95 = 1.6448536269514722
GRID = np.concatenate([[1e-9, 1e-6, 1e-3], np.linspace(0.005, 0.995, 199), [1 - 1e-3, 1 - 1e-6, 1 - 1e-9]])
DOMAINS = [(-np.inf, np.inf), (0.0, np.inf), (0.0, 1.0), (0.0, 366.0)]
SHAPES = ["normal", "lognormal", "logitnormal", "uniform", "triangular", "pert", None]


@st.composite
def figures(draw: st.DrawFn) -> tuple[Figure, tuple[float, float]]:
    """Return a figure with doubt and the domain of its field."""
    lowest, highest = draw(st.sampled_from(DOMAINS))
    numbers = st.floats(max(lowest, -1e3), min(highest, 1e3), allow_nan=False).map(lambda x: round(x, 4))
    low, value, high = sorted(draw(st.tuples(numbers, numbers, numbers)))
    assume(high > low)
    shape = draw(st.sampled_from(SHAPES))
    extremes = shape in {"triangular", "pert"} or (shape in {"uniform", None} and draw(st.booleans()))
    if shape == "uniform":
        value = (low + high) / 2
    assume(not (shape == "lognormal" and low <= 0))
    assume(not (shape == "logitnormal" and not (low > 0 and high < 1)))
    kind = "min-max" if extremes else "p5-p95"
    return Figure(value=value, low=low, high=high, range=kind, shape=shape), (lowest, highest)  # type: ignore[arg-type]


@given(figures())
def test_percentiles_are_reproduced_exactly(given_figure: tuple[Figure, tuple[float, float]]) -> None:
    """With percentiles, the 5th is low, the median is the value and the 95th is high, whatever the shape."""
    figure, (lowest, highest) = given_figure
    assume(figure.range == "p5-p95")
    found = quantile(figure, [0.05, 0.5, 0.95], lowest=lowest, highest=highest)
    np.testing.assert_allclose(found, [figure.low, figure.value, figure.high], rtol=1e-9, atol=1e-9)


@given(figures())
def test_no_draw_leaves_the_field_and_none_goes_back(
    given_figure: tuple[Figure, tuple[float, float]],
) -> None:
    """Draws stay in the field's domain (no chance above 1, no minutes below 0) and rise with the chance."""
    figure, (lowest, highest) = given_figure
    found = quantile(figure, GRID, lowest=lowest, highest=highest)
    assert np.isfinite(found).all()
    assert ((found >= lowest) & (found <= highest)).all()
    assert (np.diff(found) >= -1e-9 * max(1.0, float(np.abs(found).max()))).all()


@given(figures())
def test_extremes_hold_every_draw(given_figure: tuple[Figure, tuple[float, float]]) -> None:
    """With least and greatest values, no draw lies outside them, and the ends are approached."""
    figure, (lowest, highest) = given_figure
    assume(figure.range == "min-max")
    assert figure.low is not None
    assert figure.high is not None
    found = quantile(figure, GRID, lowest=lowest, highest=highest)
    width = figure.high - figure.low
    assert (found >= figure.low - 1e-9 * width).all()
    assert (found <= figure.high + 1e-9 * width).all()


@pytest.mark.parametrize(
    ("fields", "frozen"),
    [
        ({"value": 10, "low": 5, "high": 15, "shape": "normal"}, stats.norm(10, 5 / Z95)),
        ({"value": 2, "low": 1, "high": 4, "shape": "lognormal"}, stats.lognorm(np.log(2) / Z95, scale=2)),
        ({"value": 5, "low": 0.5, "high": 9.5, "shape": "uniform"}, stats.uniform(0, 10)),
        ({"value": 3, "low": 1, "high": 9, "range": "min-max"}, stats.triang(0.25, 1, 8)),
        ({"value": 3, "low": 1, "high": 9, "range": "min-max", "shape": "pert"}, stats.beta(2, 4, 1, 8)),
    ],
)  # fmt: skip
def test_shapes_agree_with_scipy(fields: dict[str, Any], frozen: Any) -> None:
    """A symmetric figure gives the distribution of its name, as another library has it."""
    chance = np.linspace(0.01, 0.99, 99)
    np.testing.assert_allclose(quantile(Figure(**fields), chance), frozen.ppf(chance), rtol=1e-8)


def test_pert_mean_is_the_formula() -> None:
    """The mean of a PERT figure is (low + 4 value + high) / 6."""
    figure = Figure(value=3, low=1, high=9, range="min-max", shape="pert")
    chance = (np.arange(200_000) + 0.5) / 200_000
    assert quantile(figure, chance).mean() == pytest.approx((1 + 4 * 3 + 9) / 6, rel=1e-4)


def test_a_tail_is_cut_off_not_piled_up() -> None:
    """Beyond the percentile, a tail that would leave the field fills what is left of it without a lump."""
    figure = Figure(value=0.9, low=0.7, high=0.98, shape="normal")
    tail = quantile(figure, np.linspace(0.951, 0.9999, 400), highest=1.0, lowest=0.0)
    assert (np.diff(tail) > 0).all()
    assert tail[-1] < 1.0


@pytest.mark.parametrize(
    ("fields", "domain", "shape"),
    [
        ({"low": 0.2, "high": 0.9}, (0.0, 1.0), "logitnormal"),
        ({"low": 0.0, "high": 0.9}, (0.0, 1.0), "normal"),
        ({"low": 0.2, "high": 1.0}, (0.0, 1.0), "normal"),
        ({"low": 0.2, "high": 9}, (0.0, np.inf), "lognormal"),
        ({"low": 0, "high": 9}, (0.0, np.inf), "normal"),
        ({"low": -1, "high": 9}, (-np.inf, np.inf), "normal"),
        ({"low": 0.2, "high": 9, "range": "min-max"}, (0.0, np.inf), "triangular"),
        ({"low": 0.2, "high": 0.8, "shape": "uniform"}, (0.0, 1.0), "uniform"),
    ],
)
def test_shape_follows_range_and_field(
    fields: dict[str, Any], domain: tuple[float, float], shape: str
) -> None:
    """A figure without a shape gets the one that is natural for its range and field."""
    assert shape_of(Figure(value=0.5, **fields), *domain) == shape


def test_certain_figures_do_not_vary() -> None:
    """A figure without doubt has its value at every chance, in the shape of the chances."""
    assert (quantile(Figure(value=3), np.full((4, 2), 0.3)) == np.full((4, 2), 3.0)).all()
