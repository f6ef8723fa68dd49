"""The description of the fit that the package carries."""

import dataclasses
import doctest
import importlib

import pytest

import standby.travel
from standby.travel import fitted


def test_read_once_and_frozen():
    """The data file is read once and cannot be changed by who reads it."""
    assert fitted() is fitted()
    with pytest.raises(dataclasses.FrozenInstanceError):
        fitted().seed = 1


def test_samples():
    """The four samples are there, a fifth of the destinations was held out, and nothing is short of pairs."""
    fit = fitted()
    assert {error.sample for error in fit.errors} == {
        "held_out",
        "cross_validated",
        "force_centroids",
        "google_noon",
    }
    assert 5 * fit.n_held_out == fit.n_destinations == fit.error(sample="cross_validated").n_destinations
    assert fit.error(minutes_range="all").n_destinations == fit.n_held_out
    assert fit.error(sample="cross_validated", minutes_range="all").n_pairs == fit.n_pairs
    assert fit.error(sample="force_centroids", minutes_range="all").n_pairs == 1560


def test_ranges_partition_the_pairs():
    """Under 10, 10 to 60 and over 60 predicted minutes are all pairs, and so are the pairs of ends."""
    fit = fitted()
    for sample in ("held_out", "cross_validated"):
        parts = ("predicted_under_10", "predicted_10_60", "predicted_over_60")
        total = sum(fit.error(sample=sample, minutes_range=part).n_pairs for part in parts)
        assert total == fit.error(sample=sample, minutes_range="all").n_pairs
    ends = [e.n_pairs for e in fit.errors if e.sample == "cross_validated" and e.ends]
    assert sum(ends) == fit.error(sample="cross_validated").n_pairs


def test_percentiles_in_order():
    """In every summary the percentiles stand in order and the correlation is one."""
    for error in fitted().errors:
        assert 0 < error.ratio_p5 <= error.ratio_p50 <= error.ratio_p95
        assert 0 < error.destination_p5 <= error.destination_p50 <= error.destination_p95
        assert -1 <= error.correlation <= 1
        assert error.r_squared <= 1


def test_errors_by_ends():
    """The errors of a pair of classes are found in either order, and a missing one says which there are."""
    one = fitted().error(ends=("urban_town", "rural_village"))
    assert one is fitted().error(ends=("rural_village", "urban_town"))
    with pytest.raises(KeyError, match="no errors are kept for"):
        fitted().error(ends=("rural_town", "rural_town"))


def test_exported_names():
    """Every name that the room offers exists."""
    assert [name for name in standby.travel.__all__ if not hasattr(standby.travel, name)] == []


@pytest.mark.parametrize("name", ["classes", "_great_circle", "_crow", "_fitted"])
def test_examples(name):
    """The examples in the documentation give what they say."""
    found = doctest.testmod(importlib.import_module(f"standby.travel.{name}"))
    assert found.attempted > 0
    assert found.failed == 0
