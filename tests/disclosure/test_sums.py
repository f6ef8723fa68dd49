"""What printed shares force of single places, against trying every set of places."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standby.disclosure import sums
from standby.disclosure.sums import forced_by_sums, forced_places
from standby.plan import Plan


def _by_trying(weight: np.ndarray, low: np.ndarray, high: np.ndarray, adds: list[bool]) -> tuple[int, int]:
    """Count what is forced by trying every way in which places may be inside, scene by scene."""
    scenes, places = weight.shape
    fitting = []
    for way in product((0, 1), repeat=scenes * places):
        inside = np.array(way).reshape(scenes, places)
        total = (weight * inside).sum(axis=1)
        stays = all((inside[0] <= inside[s]).all() for s in range(scenes) if adds[s])
        if stays and (total >= low - 1e-9).all() and (total <= high + 1e-9).all():
            fitting.append(inside)
    if not fitting:
        return 0, 0

    ways = np.array(fitting)
    counted = (weight > 0.0)[None].repeat(len(ways), axis=0)
    known = (ways.min(axis=0) == ways.max(axis=0)) & counted[0]
    changed = (ways[:, 1:] != ways[:, :1]).all(axis=0) & (weight.max(axis=0) > 0.0)
    return int(known.sum()), int(changed.sum())


@settings(max_examples=30)
@given(st.integers(0, 2**32 - 1), st.sampled_from([0.05, 0.2, 0.4]))
def test_what_is_forced_is_what_every_set_of_places_has(seed: int, step: float) -> None:
    """On small systems of one or two scenes, with places of very different sizes."""
    rng = np.random.default_rng(seed)
    linked = bool(rng.integers(2))
    scenes, places = int(rng.integers(1, 3)), int(rng.integers(1, 6))
    weight = np.repeat(rng.dirichlet(np.full(places, 0.5))[None], scenes, axis=0)
    inside = rng.random((scenes, places)) < rng.random()
    if linked and scenes == 2:
        inside[1] |= inside[0]
    total = np.round((weight * inside).sum(axis=1) / step) * step
    low, high = np.maximum(total - step / 2, 0.0), np.minimum(total + step / 2, 1.0)
    adds = [False, linked][:scenes]

    found = forced_by_sums(weight, low, high, adds)
    assert (found.places, found.changes) == _by_trying(weight, low, high, adds)


@settings(max_examples=15)
@given(st.integers(0, 2**32 - 1))
def test_many_light_places_are_one_variable(seed: int) -> None:
    """With the light places of a scene in one variable the counts are the same as with one for each."""
    rng = np.random.default_rng(seed)
    heavy, light = int(rng.integers(0, 3)), 12
    weight = np.concatenate([rng.uniform(0.2, 0.6, heavy), rng.uniform(0.0, 0.1, light)])
    weight = (weight / weight.sum())[None]
    step = 0.2
    total = np.round((weight * (rng.random(weight.shape) < rng.random())).sum(axis=1) / step) * step
    low, high = np.maximum(total - step / 2, 0.0), np.minimum(total + step / 2, 1.0)

    each = forced_by_sums(weight, low, high, [False])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sums, "FEW_PLACES", 0)
        together = forced_by_sums(weight, low, high, [False])
    assert together == each


def test_a_big_place_is_forced_where_a_share_is_at_its_end() -> None:
    """0% to the nearest fifth is less than 10%: a place with 15% of the people is not reached."""
    weight = np.array([[0.15, *np.full(17, 0.05)]])
    at_the_end = forced_by_sums(weight, np.array([0.0]), np.array([0.1]), [False])
    assert (at_the_end.places, at_the_end.changes) == (1, 0)
    assert forced_by_sums(weight, np.array([0.3]), np.array([0.5]), [False]).places == 0


def test_two_shares_together_say_more_than_each() -> None:
    """Two places of 0.4 and 0.6: from 40% to all, an option that only adds units has to reach the second."""
    weight = np.array([[0.4, 0.6], [0.4, 0.6]])
    found = forced_by_sums(weight, np.array([0.35, 0.95]), np.array([0.45, 1.0]), [False, True])
    assert (found.places, found.changes) == (4, 1)


def test_shares_of_a_plan_are_read(tiny: Plan) -> None:
    """In the tiny county half of the people live in one town, so that a fine share says where units reach."""
    standard = next(iter(tiny.document.standards))
    table = pd.DataFrame(
        {"standard": [standard], "scope_kind": "all", "option": "base", "share_expected": [1.0]}
    )
    assert forced_places(tiny, {"standards": table}).places > 0
    assert forced_places(tiny, {}).shares == 0


@pytest.mark.parametrize("verdict", [{"met": True, "required": 0.9}, {"met": False, "required": 0.1}])
def test_whether_a_standard_is_met_is_a_share_as_well(tiny: Plan, verdict: dict[str, float]) -> None:
    """Half of the people live in one town: met at 90% it is inside, and missed at 10% it is outside."""
    standard = next(iter(tiny.document.standards))
    row = {"standard": standard, "scope_kind": "all", "option": "base", **verdict}
    found = forced_places(tiny, {"standards": pd.DataFrame([row])})
    assert found.shares == 1
    assert found.places > 0


def test_a_verdict_that_is_none_says_nothing(tiny: Plan) -> None:
    """A standard for nobody is neither met nor missed, and a text in its place is no verdict."""
    standard = next(iter(tiny.document.standards))
    row = {"standard": standard, "scope_kind": "all", "option": "base", "required": 0.9}
    rows = [{**row, "met": met} for met in (np.nan, None, "no")]
    for one in (*rows, {**row, "met": True, "required": "90%"}):
        assert forced_places(tiny, {"standards": pd.DataFrame([one])}).shares == 0
