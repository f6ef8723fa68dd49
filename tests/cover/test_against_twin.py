"""The compiled evaluation against the slow twin that enumerates who is free."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from plans import commitment, tiny_rows, unit, write
from twin import twin

from standby.cover import evaluate_plan
from standby.plan import Plan
from standby.travel import Times

BUSY = 3e-6
"""The iteration stops at a change of 1e-7; far from overload it is then within a few times that."""


def with_team_and_response(document: dict[str, Any]) -> None:
    """Ask for tiers that stand in for each other, for crews, and for an unarmed car."""
    document["tiers"]["team"]["turnout_min"] = 12.0
    document["tiers"]["rifle"] = {
        "name": "A third tier", "crew": 1, "armed": True, "stands_in_for": ["team"], "turnout_min": 4.0,
    }  # fmt: skip
    document["incident_types"]["spontaneous"] |= {
        "rendezvous_min": 4.0,
        "stand_down_share": 0.25,
        "first": {"officers": 3, "tiers": ["arv", "rifle"]},
        "full": {"officers": 5, "units": {"arv": 1, "team": 1}},
    }
    document["incident_types"]["warrant"] = {
        "name": "Warrant", "stream": "planned", "per_100k_year": 900.0, "authorisation_min": 0.0,
        "scene_min": 180.0, "full": {"units": {"arv": 1, "response": 1}},
        "hours": [{"hours": "mon-fri 05:00-16:00", "weight": 3.0}],
    }  # fmt: skip
    document["standards"]["warrant"] = {
        "name": "Warrant", "incident_type": "warrant", "measure": "full", "within_min": 35.0, "share": 0.5,
    }  # fmt: skip
    document["standards"]["keys"] = {
        "name": "Keys", "incident_type": "spontaneous", "measure": "first", "within_min": 25.0, "share": 0.5,
        "of": "key_locations",
    }  # fmt: skip


def busy_alliance(document: dict[str, Any]) -> None:
    """Let two forces share, in a week full of calls."""
    document["alliances"] = {"both": {"name": "Both", "forces": ["home", "next"]}}
    document["incident_types"]["spontaneous"]["per_100k_year"] = 6000.0
    document["travel"]["limit_min"] = 45.0


def own_terms(document: dict[str, Any]) -> None:
    """Let the neighbour's units come sooner and more rarely than others would."""
    document["forces"]["next"]["mutual_aid"] = {"notice_min": 2.0, "share_available": 0.35}


def home_keeps(document: dict[str, Any]) -> None:
    """Let the home county's units never help the neighbour."""
    document["forces"]["home"]["mutual_aid"] = {"share_available": 0.0}


def nobody_lends(document: dict[str, Any]) -> None:
    """Let nobody's units come."""
    home_keeps(document)
    document["forces"]["next"]["mutual_aid"] = {"share_available": 0.0}


def two_key_standards() -> list[dict[str, Any]]:
    rows = tiny_rows("key_locations")
    rows[0]["within_min"] = "9"
    rows[1]["weight"] = "3"
    return rows


PLANS: dict[str, dict[str, Any]] = {
    "tiny": {},
    "tiers": {
        "change": with_team_and_response,
        "key_locations": two_key_standards(),
        "units": [
            unit("a", "midtown", count=2, hours="mon-fri 07:00-19:00"),
            unit("b", "westham", tier="team", crew=3, notice_min=7),
            unit("c", "westham", tier="rifle"),
            unit("d", "eastport", "next", hours="18:00-06:00"),
            unit("e", "midtown", tier="response", hours="06:00-20:00"),
        ],
    },
    "alliance": {
        "change": busy_alliance,
        "units": [
            unit("a", "midtown", control="pooled"),
            unit("b", "westham", hours="fri-sat 18:00-06:00"),
            unit("c", "eastport", "next", count=2, control="pooled"),
            unit("d", "eastport", "next"),
        ],
        "commitments": [
            commitment("event", 1.5, hours="sat-sun 10:00-18:00"),
            commitment("escort", 0.4, hours="mon-sat 08:00-16:00", weeks_per_year=26),
            commitment("patrol", 2, hours="sat 12:00-20:00", break_off="allowed", break_off_min=6),
            commitment("more", 3, provider="next", hours="sun", break_off="never", weeks_per_year=13),
        ],
    },
    "terms of a neighbour": {
        "change": own_terms,
        "units": [
            unit("a", "midtown"),
            unit("b", "eastport", "next", count=2),
            unit("c", "eastport", "next"),
        ],
    },
    "nobody on duty": {"units": [unit("a", "midtown", hours="mon-fri 07:00-19:00")]},
    "island": {
        "areas": [{**row, "island": "yes" if row["id"] == "moor" else ""} for row in tiny_rows("areas")]
    },
}


def compare(plan: Plan, times: Times) -> None:
    e = evaluate_plan(plan, times)
    arrays = e.arrays
    for outcome, if_free in ((e.outcome, False), (e.if_free, True)):
        slow = twin(e.arrays, times, e.standards, if_free=if_free)
        assert outcome.busy == pytest.approx(np.array(slow.busy), abs=BUSY)
        places = np.flatnonzero(e.arrays.places.group >= 0)
        for row, name in enumerate(e.standards):
            expected = [slow.reached[name, place] for place in places]
            assert outcome.reached[row, places] == pytest.approx(expected, abs=10 * BUSY), name
        for t in e.setting.measured:
            for m, measure in enumerate(("first", "full")):
                expected = [slow.mean[t, measure, place] for place in places]
                got = outcome.mean_min[t, m, places]
                assert got == pytest.approx(expected, abs=1e-3), (arrays.types.ids[t], measure)


@pytest.mark.parametrize("name", PLANS)
def test_evaluation_agrees_with_the_twin(name: str) -> None:
    """Busy shares, chances of being in time and mean minutes are those of enumerating who is free."""
    compare(*write(**PLANS[name]))


def test_a_neighbour_that_never_lends_is_as_if_its_units_were_not_there() -> None:
    """A force whose share is 0 adds nothing at the places of others, whatever the plan says of all."""
    own = [unit("a", "midtown"), unit("b", "westham")]
    more = [*own, unit("c", "eastport", "next", count=3)]
    alone = evaluate_plan(*write(units=own, change=home_keeps))
    beside = evaluate_plan(*write(units=more, change=nobody_lends))
    lending = evaluate_plan(*write(units=more, change=home_keeps))
    home = np.flatnonzero(alone.arrays.places.group >= 0)
    assert beside.outcome.reached[:, home] == pytest.approx(alone.outcome.reached[:, home], abs=1e-12)
    assert beside.outcome.mean_min[:, :, home] == pytest.approx(alone.outcome.mean_min[:, :, home], abs=1e-9)
    assert lending.outcome.mean_min[:, :, home].sum() < beside.outcome.mean_min[:, :, home].sum() - 1.0
