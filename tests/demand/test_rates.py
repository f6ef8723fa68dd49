"""Calls by area and type against a plain loop, and their laws."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from standby.demand import area_rates
from standby.plan import HOURS_A_YEAR


def slow(per_year, per_100k, people, weight, forces, force_count):
    """Return the rates by going through types, forces and areas."""
    types, areas = weight.shape
    rates = np.zeros((types, areas))
    for t in range(types):
        for force in range(force_count):
            own = [a for a in range(areas) if forces[a] == force]
            count = per_year[t, force]
            if math.isnan(count):
                count = per_100k[t] / 100_000 * sum(people[a] for a in own)
            parts = sum(people[a] * weight[t, a] for a in own)
            for a in own:
                rates[t, a] = count * people[a] * weight[t, a] / parts / 8766 if parts else 0.0
    return rates


@st.composite
def questions(draw: st.DrawFn):
    types, areas, forces = draw(st.integers(1, 3)), draw(st.integers(1, 6)), draw(st.integers(1, 3))
    number = st.floats(0.1, 1e4)
    count = st.one_of(number, st.just(math.nan))
    return (
        np.array([[draw(count) for _ in range(forces)] for _ in range(types)]),
        np.array([draw(number) for _ in range(types)]),
        np.array([draw(number) for _ in range(areas)]),
        np.array([[draw(st.floats(0.1, 3.0)) for _ in range(areas)] for _ in range(types)]),
        np.array([draw(st.integers(0, forces - 1)) for _ in range(areas)]),
        forces,
    )


@given(questions())
def test_rates_are_those_of_the_loop(question) -> None:
    """Every type and area has the rate that going through them one by one gives."""
    *parts, forces = question
    assert area_rates(*parts, force_count=forces) == pytest.approx(slow(*parts, forces))


@given(questions(), st.integers(2, 4))
def test_draws_are_done_one_by_one(question, draws: int) -> None:
    """A table of draws gives what each draw gives by itself."""
    per_year, per_100k, people, weight, forces, count = question
    factor = 1.0 + np.arange(draws)
    together = area_rates(
        per_year * factor[:, None, None],
        per_100k * factor[:, None],
        people * factor[:, None],
        weight * factor[:, None, None],
        forces,
        force_count=count,
    )
    for k, one in enumerate(factor):
        alone = area_rates(
            per_year * one, per_100k * one, people * one, weight * one, forces, force_count=count
        )
        assert together[k] == pytest.approx(alone)


@given(questions())
def test_a_force_keeps_its_count(question) -> None:
    """The areas of a force with a count of its own add up to it, however its people and weights lie."""
    per_year, per_100k, people, weight, forces, count = question
    yearly = area_rates(per_year, per_100k, people, weight, forces, force_count=count) * HOURS_A_YEAR
    for force in set(forces.tolist()):
        known = ~np.isnan(per_year[:, force])
        assert yearly[:, forces == force].sum(axis=1)[known] == pytest.approx(per_year[known, force])


def test_incidents_with_nowhere_to_be_are_an_error() -> None:
    """A count is not lost in silence when none of the force's areas has people and weight."""
    with pytest.raises(ValueError, match="no area to put them in"):
        area_rates([[10.0]], [0.0], [500.0], [[0.0]], [0], force_count=1)
    with pytest.raises(ValueError, match="no area to put them in"):
        area_rates([[10.0]], [0.0], [0.0], [[1.0]], [0], force_count=1)


def test_a_force_without_areas_has_no_calls() -> None:
    """A neighbour's count without its areas brings no calls, and is no error."""
    assert area_rates([[10.0, 99.0]], [0.0], [500.0], [[1.0]], [0], force_count=2).sum() == pytest.approx(
        10 / HOURS_A_YEAR
    )
