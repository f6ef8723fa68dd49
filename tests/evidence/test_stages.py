"""People counted stage by stage: shares, intervals and rates."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from standby.evidence import allowed, stages

MET = [600, 285, 117]
"""Officers wanted, accepted for the course and deployed by 4 November 2016 (london.gov.uk 2016/4398)."""


def wilson(k, n, z):
    """Return Wilson's interval by its formula."""
    middle = (k + z * z / 2) / (n + z * z)
    half = z / (n + z * z) * math.sqrt(k * (n - k) / n + z * z / 4)
    return middle - half, middle + half


def test_an_uplift_under_way():
    """Of 600 wanted 285 (47.5%) were accepted and 117 of these (41%) deployed, with Wilson's intervals."""
    found = stages(MET, names=["wanted", "accepted", "deployed"])
    assert found.shares == pytest.approx([0.475, 117 / 285])
    z = stats.norm.ppf(0.95)
    for k in range(2):
        assert (found.low[k], found.high[k]) == pytest.approx(wilson(MET[k + 1], MET[k], z))
    assert np.isnan(found.chances).all()
    assert found.table["from"].tolist() == ["wanted", "accepted"]
    assert not found.table["fits"].any()


def test_beside_rates():
    """A chain of rates fits where each rate lies in the interval; chances are those of the exact test."""
    found = stages(MET, rates=[0.475, 7 / 12])
    assert found.table["fits"].tolist() == [True, False]
    assert found.chances[0] == pytest.approx(1.0)

    # Every number that is no likelier than 117 of 285 at 7 of 12, added up.
    chance = stats.binom.pmf(np.arange(286), 285, 7 / 12)
    assert found.chances[1] == pytest.approx(chance[chance <= chance[117] * (1 + 1e-7)].sum())


def test_share_that_is_deployable():
    """5,861 of 6,473 armed officers were deployable in March 2024 (Home Office): 91%, within 0.6 points."""
    found = stages([6473, 5861], names=["armed", "deployable"])
    assert found.shares[0] in allowed("91%")
    assert found.high[0] - found.low[0] == pytest.approx(0.012, abs=0.001)


@given(st.lists(st.integers(1, 500), min_size=2, max_size=5))
def test_a_share_lies_in_its_interval(counts):
    """Shares lie in their intervals, within 0 to 1; rates equal to the shares always fit."""
    counts = sorted(counts, reverse=True)
    found = stages(counts)
    assert (found.low <= found.shares + 1e-12).all()
    assert (found.shares <= found.high + 1e-12).all()
    assert (found.low >= 0).all()
    assert (found.high <= 1).all()
    assert np.prod(found.shares) == pytest.approx(counts[-1] / counts[0])


@pytest.mark.parametrize(
    ("counts", "given", "said"),
    [
        ([600], {}, "give two at least"),
        ([600, 700], {}, "700 reached the stage '2', and 600 the one before"),
        ([600, 0, 0], {}, "nobody is there to reach the stage '3'"),
        ([600, 2.5], {}, "give a whole number"),
        ([600, 285], {"rates": [0.4, 0.5]}, "give one for each of the 1 steps"),
        ([600, 285], {"rates": [40]}, "rates is 40"),
        ([600, 285], {"names": ["a"]}, "2 stages and 1 names"),
        ([600, 285], {"share": 1}, "share is 1"),
    ],
)
def test_what_are_no_stages(counts, given, said):
    """What can't be a chain of stages is refused in words."""
    with pytest.raises(ValueError, match=said):
        stages(counts, **given)
