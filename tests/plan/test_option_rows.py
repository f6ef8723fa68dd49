"""Options that add, change and remove rows, and what does not fit."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from laying import NEW_SITE, NEW_UNIT, row

from standby.plan import Fault, Plan, open_plan, plan_arrays

Lay = Callable[..., Plan]


# Rows


def test_rows_are_added_changed_and_removed(lay: Lay) -> None:
    """An option adds a site with a unit, changes a unit and removes another; types of columns stay."""
    laid = lay(
        add={"sites": [NEW_SITE], "units": [NEW_UNIT]},
        change={
            "units": [{"id": "mid-arv", "count": 1, "hours": "mon-fri 07:00-19:00"}],
            "sites": [{"id": "westham", "existing": True}],
        },
        remove={"units": ["mid-night"]},
    )
    units, sites = laid.tables["units"], laid.tables["sites"]
    assert units["id"].tolist() == ["mid-arv", "mid-response", "west-response", "east-arv", "new-unit"]
    assert row(laid, "units", "mid-arv")[["count", "hours", "tier"]].tolist() == [
        1.0,
        "mon-fri 07:00-19:00",
        "arv",
    ]
    assert row(laid, "units", "new-unit")[["count", "hours", "control"]].tolist() == [1.0, "always", "own"]
    assert sites["existing"].tolist() == [True, True, True, False]
    base = open_plan(laid.folder or "")
    assert laid.tables["units"].dtypes.equals(base.tables["units"].dtypes)
    assert sites.dtypes.equals(base.tables["sites"].dtypes)
    plan_arrays(laid)


def test_a_changed_number_loses_the_doubt_and_the_source_of_the_old(lay: Lay, tiny: Path) -> None:
    """A new number without bounds and source is certain and has no source; the old ones were another's."""
    path = tiny / "areas.csv"
    text = path.read_text(encoding="utf-8").replace("source\n", "source,likelihood_low,likelihood_high\n")
    text = text.replace("0.5,invented\n", "0.5,invented,0.2,0.9\n")
    path.write_text(
        "\n".join(line if line.count(",") == 10 else line + ",," for line in text.splitlines()),
        encoding="utf-8",
    )
    laid = lay(change={"areas": [{"id": "moor", "likelihood": 2}]})
    moor = row(laid, "areas", "moor")
    assert moor["likelihood"] == 2
    assert np.isnan(moor["likelihood_low"])
    assert np.isnan(moor["likelihood_high"])
    assert moor["source"] == ""
    assert row(laid, "areas", "coombe")["source"] == "invented"


def test_bounds_may_be_changed_alone(lay: Lay) -> None:
    """Doubt may be put on a number of the base, in a table that had none."""
    laid = lay(change={"areas": [{"id": "moor", "population_low": 3000, "population_high": 5000}]})
    assert row(laid, "areas", "moor")[["population", "population_low", "population_high"]].tolist() == [
        4000,
        3000,
        5000,
    ]
    assert np.isnan(row(laid, "areas", "coombe")["population_low"])
    placed = [p for p in plan_arrays(laid).figures.placed if p.path == "areas[moor].population"]
    assert not placed[0].figure.certain


def test_an_empty_cell_means_what_it_means_in_a_file(lay: Lay) -> None:
    """An empty text in a change takes the column's default, as an empty cell does."""
    laid = lay(change={"units": [{"id": "mid-night", "hours": ""}]})
    assert row(laid, "units", "mid-night")["hours"] == "always"


def test_rows_for_a_table_that_the_base_is_without(lay: Lay) -> None:
    """An option may add the first commitments."""
    laid = lay(
        add={
            "commitments": [
                {
                    "id": "x",
                    "name": "X",
                    "provider": "home",
                    "tier": "arv",
                    "units": 1,
                    "purpose": "event",
                    "break_off": "never",
                }
            ]
        }
    )
    assert plan_arrays(laid).commitments.ids == ("x",)


@pytest.mark.parametrize(
    ("option", "code", "where", "field"),
    [
        ({"remove": {"sites": ["midtown"]}}, "unknown-reference", "options.new.remove", "sites"),
        ({"remove": {"units": ["mid-avr"]}}, "unknown-reference", "options.new.remove", "units"),
        ({"remove": {"units": ["mid-arv", "mid-arv"]}}, "overlap", "options.new.remove", "units"),
        (
            {"remove": {"units": ["mid-arv"]}, "change": {"units": [{"id": "mid-arv", "count": 1}]}},
            "overlap",
            "options.new.remove",
            "units",
        ),
        ({"remove": {"commitments": ["x"]}}, "unknown-reference", "options.new.remove", "commitments"),
        (
            {"remove": {"areas": ["eastport"]}, "set": {"plan.forces": ["home", "next"]}},
            "empty-table",
            "options.new",
            "force",
        ),
        (
            {"change": {"units": [{"id": "mid-avr", "count": 1}]}},
            "unknown-reference",
            "change.units[1]",
            "id",
        ),
        ({"change": {"units": [{"count": 1}]}}, "missing-value", "change.units[1]", "id"),
        ({"change": {"units": [{"id": "mid-arv", "tier": ""}]}}, "missing-value", "change.units[1]", "tier"),
        (
            {"change": {"units": [{"id": "mid-arv", "cuont": 1}]}},
            "unknown-column",
            "change.units[1]",
            "cuont",
        ),
        (
            {"change": {"units": [{"id": "mid-arv", "count": 1}, {"id": "mid-arv", "count": 3}]}},
            "duplicate-id",
            "change.units[2]",
            "id",
        ),
        (
            {"change": {"units": [{"id": "mid-arv", "count": 1}, {"id": "mid-night", "count": 1.5}]}},
            "not-whole",
            "change.units[2]",
            "count",
        ),
        (
            {"change": {"units": [{"id": "mid-arv", "notice_min_low": 1, "notice_min_high": 2}]}},
            "bad-figure",
            "change.units[1]",
            "notice_min",
        ),
        (
            {"change": {"areas": [{"id": "moor", "population_low": 4500, "population_high": 5000}]}},
            "bad-figure",
            "change.areas[1]",
            "population",
        ),
        (
            {"change": {"areas": [{"id": "moor", "lat": -3.9, "lon": 50.95}]}},
            "swapped-position",
            "change.areas[1]",
            "lon, lat",
        ),
        ({"change": {"areas": [{"id": "moor", "lat": 65}]}}, "outside-extent", "change.areas[1]", "lon, lat"),
        (
            {"change": {"areas": [{"id": "moor", "population": 1000}]}},
            "population",
            "options.new",
            "forces.home.population",
        ),
        (
            {"change": {"commitments": [{"id": "x", "units": 1}]}},
            "unknown-reference",
            "change.commitments[1]",
            "id",
        ),
        ({"add": {"units": [{**NEW_UNIT, "site": "nowhere"}]}}, "unknown-reference", "add.units[1]", "site"),
        (
            {"add": {"units": [{"id": "x", "teir": "arv", "site": "midtown", "provider": "home"}]}},
            "unknown-column",
            "add.units[1]",
            "teir",
        ),
        (
            {"add": {"units": [{"id": "x", "site": "midtown", "provider": "home"}]}},
            "missing-value",
            "add.units[1]",
            "tier",
        ),
        (
            {"add": {"units": [{"id": "x y", "tier": "arv", "site": "midtown", "provider": "home"}]}},
            "bad-word",
            "add.units[1]",
            "id",
        ),
        ({"add": {"unit": [NEW_UNIT]}}, "unknown-column", "options.new.add", "unit"),
        ({"add": {"units": NEW_UNIT}}, "bad-field", "options.new.add", "units"),
        ({"status": "closed", "set": {"tiers.arv.crew": 3}}, "bad-word", "options.new", "status"),
        (
            {"forces": {"nowhere": {"status": "ruled out"}}, "set": {"tiers.arv.crew": 3}},
            "unknown-reference",
            "options.new.forces",
            "nowhere",
        ),
    ],
)
def test_rows_that_do_not_fit(
    option: dict[str, Any], code: str, where: str, field: str, faults: Callable[..., list[Fault]]
) -> None:
    """A row that does not fit the base is one fault that names the row as the option counts it."""
    found = faults(**option)
    assert [(fault.code, fault.field) for fault in found] == [(code, field)], "\n".join(map(str, found))
    assert where in found[0].where
    assert found[0].fix


def test_faults_of_an_option_with_other_faults_are_told_too(faults: Callable[..., list[Fault]]) -> None:
    """A wrong field of the option does not hide what is wrong with its rows and values."""
    found = faults(capital_gbp=-1, set={"tiers.arv.crew": "two"}, remove={"units": ["mid-avr"]})
    assert sorted(fault.code for fault in found) == ["not-a-number", "out-of-range", "unknown-reference"]
