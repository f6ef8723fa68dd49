"""Draws: one balanced table of chances, and the standard error of what is computed from it."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from standby.evidence import SCRAMBLES, Figure, draw, quantile, standard_error

NAMES = [f"figure-{k}" for k in range(12)]


def test_one_seed_gives_one_table() -> None:
    """The same seed gives the same chances to the last bit; another seed gives others."""
    first, again, other = draw(NAMES, 256, seed=3), draw(NAMES, 256, seed=3), draw(NAMES, 256, seed=4)
    assert first.uniforms.tobytes() == again.uniforms.tobytes()
    assert not (first.uniforms == other.uniforms).any()


@pytest.mark.parametrize(("asked", "given"), [(2, 2), (32, 32), (33, 64), (1000, 1024), (1024, 1024), (5, 5)])
def test_draws_are_rounded_up_to_what_is_balanced(asked: int, given: int) -> None:
    """As many draws as asked for or more: scrambles times a power of two; never a chance of 0 or 1."""
    table = draw(NAMES, asked, seed=1)
    assert table.count == given
    assert table.scrambles == min(SCRAMBLES, asked)
    assert ((table.uniforms > 0) & (table.uniforms < 1)).all()


def test_each_scramble_is_balanced() -> None:
    """In every scramble and dimension, each of the equal intervals holds exactly one draw."""
    table = draw(NAMES, 32 * 64, seed=5)
    for block in table.uniforms.reshape(table.scrambles, 64, -1):
        cells = np.sort((block * 64).astype(int), axis=0)
        assert (cells == np.arange(64)[:, None]).all()


def test_pairs_of_dimensions_are_balanced() -> None:
    """The first two dimensions fill the squares of an 8 by 8 grid evenly, a (0, 2)-sequence's property."""
    table = draw(NAMES, 32 * 64, seed=6)
    for block in table.uniforms.reshape(table.scrambles, 64, -1):
        squares = (block[:, 0] * 8).astype(int) * 8 + (block[:, 1] * 8).astype(int)
        assert np.unique(squares).size == 64


def test_scrambles_are_independent() -> None:
    """The errors of different scrambles are uncorrelated: their mean shrinks as independent errors do."""
    errors = []
    for seed in range(40):
        table = draw(NAMES[:3], 32 * 8, seed=seed)
        means = (table.uniforms.prod(axis=1) - 1 / 8).reshape(table.scrambles, -1).mean(axis=1)
        errors.append(means)
    errors = np.array(errors)
    within, between = errors.var(axis=1, ddof=1).mean() / errors.shape[1], errors.mean(axis=1).var(ddof=1)
    # 39 and 1,240 degrees of freedom; the ratio is beyond these percentiles once in 1,000
    assert stats.f.ppf(0.0005, 39, 1240) < between / within < stats.f.ppf(0.9995, 39, 1240)


INTEGRANDS = {
    "sum": (lambda u: u.sum(axis=1), 2.5),
    "product": (lambda u: (2 * u).prod(axis=1), 1.0),
    "kink": (lambda u: np.maximum(u.mean(axis=1) - 0.5, 0) + u[:, 0], None),
    "step": (lambda u: (u[:, 0] + u[:, 1] > 1.2).astype(float), 0.32),
    "lognormal": (lambda u: np.exp(stats.norm.ppf(u[:, 0])), np.exp(0.5)),
}


@pytest.mark.parametrize("name", INTEGRANDS)
def test_standard_error_covers_the_truth(name: str) -> None:
    """The mean lies within two standard errors of the known integral about as often as it should."""
    function, truth = INTEGRANDS[name]
    if truth is None:
        truth = float(function(np.random.default_rng(0).random((400_000, 5))).mean())
    scores = []
    for seed in range(60):
        table = draw(NAMES[:5], 32 * 16, seed=seed)
        values = function(table.uniforms)
        scores.append((values.mean() - truth) / max(float(standard_error(values, table.scrambles)), 1e-12))
    z = np.abs(scores)
    assert (z <= 2).mean() >= 0.85  # at least 90% in truth: fewer than 51 of 60 once in 1,000
    assert (z <= 4.5).all()


def test_quasi_random_beats_chance() -> None:
    """On a smooth function the error is far below that of as many independent draws."""
    table = draw(NAMES[:3], 1024, seed=2)
    values = table.uniforms.sum(axis=1)
    assert standard_error(values, table.scrambles) < 0.1 * values.std() / np.sqrt(table.count)


def test_standard_error_by_hand() -> None:
    """With two scrambles it is half the distance of their means, widened for so few."""
    widen = -stats.t.ppf(stats.norm.sf(4), 1) / 4
    assert standard_error(np.array([1.0, 3.0, 4.0, 6.0]), 2) == pytest.approx(1.5 * widen, rel=1e-4)


def test_standard_error_of_many_columns() -> None:
    """Each column has its own, the same as alone."""
    table = draw(NAMES, 256, seed=8)
    together = standard_error(table.uniforms, table.scrambles)
    alone = [standard_error(column, table.scrambles) for column in table.uniforms.T]
    np.testing.assert_allclose(together, alone, rtol=1e-12)


def test_infinite_samples_have_no_standard_error() -> None:
    """Where a sample is infinite the standard error is not a number, without a warning."""
    samples = np.array([[1.0, np.inf, -np.inf], [2.0, 1.0, np.inf], [3.0, 2.0, 1.0], [4.0, 2.0, 1.0]])
    assert np.isnan(standard_error(samples, 2)).tolist() == [False, True, True]


def test_figures_of_one_group_move_together() -> None:
    """Figures on one dimension have rank correlation 1 whatever their shapes, on two hardly any."""
    table = draw(["group:town", "other"], 1024, seed=1)
    town, other = table.column("group:town"), table.column("other")
    first = quantile(Figure(value=2, low=1, high=9), town, lowest=0)
    second = quantile(Figure(value=0.5, low=0.2, high=0.6, range="min-max"), town)
    third = quantile(Figure(value=0.5, low=0.2, high=0.6, range="min-max"), other)
    assert stats.spearmanr(first, second).statistic == pytest.approx(1.0)
    assert abs(stats.spearmanr(first, third).statistic) < 0.05


@pytest.mark.parametrize(
    ("names", "count", "scrambles", "said"),
    [(["a"], 1, 32, "at least 2"), (["a"], 8, 1, "at least 2"), (["a", "a"], 8, 8, "twice")],
)
def test_bad_requests_are_refused(names: list[str], count: int, scrambles: int, said: str) -> None:
    """Too few draws or scrambles, or a dimension named twice, are errors that say so."""
    with pytest.raises(ValueError, match=said):
        draw(names, count, seed=0, scrambles=scrambles)


def test_draws_of_an_unknown_figure_are_refused() -> None:
    """Asking for a dimension that was not drawn names it."""
    with pytest.raises(KeyError, match="no draws of 'b'"):
        draw(["a"], 8, seed=0).column("b")


def test_samples_that_are_no_scrambles_are_refused() -> None:
    """Samples that can't be split into the scrambles are an error, not a wrong number."""
    with pytest.raises(ValueError, match="not 3 scrambles"):
        standard_error(np.ones(8), 3)


def test_nothing_uncertain_draws_nothing() -> None:
    """A plan without doubt has draws without dimensions."""
    assert draw([], 64, seed=0).uniforms.shape == (64, 0)
