"""Officers of forces that publish their own: those of the others don't follow from the total."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standby.disclosure import attack_bounds, publish
from standby.disclosure.officers import UNCERTAIN, published_officers
from standby.plan import Plan


def _plan(tiny: Plan, publishes: list[bool]) -> Plan:
    """Return a plan of as many forces, some of which publish their own officers."""
    one = next(iter(tiny.document.forces.values()))
    forces = {
        f"force-{k}": one.model_copy(update={"publishes_officers": own}) for k, own in enumerate(publishes)
    }
    return replace(tiny, document=tiny.document.model_copy(update={"forces": forces}))


def _staffing(strength: list[float]) -> pd.DataFrame:
    """Return a table of staffing of the base, and of an option that adds ten officers to each."""
    base = pd.DataFrame(
        {
            "option": "base",
            "force": [f"force-{k}" for k in range(len(strength))],
            "establishment": np.array(strength) + 5.0,
            "strength": strength,
            "officers_needed": 12.0,
        }
    )
    return pd.concat([base, base.assign(option="more", strength=base["strength"] + 10.0)])


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(10, 400), st.booleans()), min_size=1, max_size=6))
def test_no_force_that_keeps_its_officers_to_itself_is_bounded(forces: list[tuple[int, bool]]) -> None:
    """Neither by a reader, nor by another force that knows its own, closer than a fifth on both sides."""
    from standby.examples import path
    from standby.plan import open_plan

    strength, publishes = [float(n) for n, _ in forces], [own for _, own in forces]
    shown = published_officers(_plan(open_plan(path("tiny")), publishes), _staffing(strength))
    visible = np.array([f"force-{k}" in set(shown["force"]) for k in range(len(forces))])
    assert not (visible & ~np.array(publishes)).any()
    assert set(shown["option"]) <= {"base"}
    if not visible.any():  # the sum alone, as it was published before
        return

    relations = [[*[1.0] * len(forces), -1.0]]
    for column in ("establishment", "strength"):
        values = _staffing(strength).query("option == 'base'")[column].to_numpy()
        cells = np.append(values, values.sum())
        for knows in (None, *np.flatnonzero(~visible)):
            unknown = np.append(~visible, False)
            unknown[[knows] if knows is not None else []] = False
            bounds = attack_bounds(cells, relations, unknown)
            for force in np.flatnonzero(unknown[:-1] & ~np.array(publishes)):
                assert bounds.high[force] >= values[force] * (1.0 + UNCERTAIN) - 1e-6
                assert bounds.low[force] <= values[force] * (1.0 - UNCERTAIN) + 1e-6


@pytest.mark.parametrize(
    ("publishes", "visible"),
    [
        ([True, True, True], [0, 1, 2]),
        ([False, False, False], []),
        ([True, True, False], []),  # to hide one from a force that knows its own takes all three
        ([True, True, True, False], [0]),  # the largest may be shown
    ],
)
def test_who_is_shown(tiny: Plan, publishes: list[bool], visible: list[int]) -> None:
    """With one force that keeps its own to itself, two more are left out: each of them knows its own."""
    strength = [150.0, 67.0, 30.0, 20.0][: len(publishes)]
    shown = published_officers(_plan(tiny, publishes), _staffing(strength))
    assert list(shown["force"]) == [f"force-{k}" for k in visible]


def test_a_public_edition_has_them_in_round_numbers(tiny: Plan) -> None:
    """Two digits like all officers; nothing of options, and no column that follows from units."""
    plan = _plan(tiny, [True, True])
    shown = publish({"staffing": _staffing([153.0, 67.0])}, plan, "public")["staffing"]
    assert list(shown.columns) == ["option", "force", "establishment", "strength"]
    assert shown["strength"].tolist() == [150.0, 67.0]
    assert publish({"staffing": _staffing([153.0, 67.0])}, _plan(tiny, [False, False]), "public") == {}
