"""A change that holds in some hours of the week: the row is split, and nobody is on duty twice or never."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from standby import examples
from standby.plan import check, hours_of_week, open_plan
from standby.plan.schema.hours import HOURS_A_WEEK, hours_text


@pytest.fixture
def county(tmp_path: Path) -> Callable[[str], Path]:
    """Return a function that copies the tiny plan and appends an option with certain changed units."""

    def made(changes: str) -> Path:
        folder = Path(shutil.copytree(examples.path("tiny"), tmp_path / "county"))
        with (folder / "plan.toml").open("a", encoding="utf-8") as file:
            file.write(f'\n[options.shifted]\nname = "Elsewhere by night"\n{changes}\n')
        return folder

    return made


def test_a_unit_moves_for_part_of_the_week(county: Callable[[str], Path]) -> None:
    """On Friday and Saturday nights the car stands at Westham, in all other hours where it was."""
    folder = county('change.units = [{ id = "mid-arv", site = "westham", during = "fri-sat 18:00-04:00" }]')
    assert check(folder).ok
    plan = open_plan(folder)
    before = plan.table("units").set_index("id").loc["mid-arv"]
    after = plan.with_option("shifted").table("units").set_index("id")
    night = hours_of_week("fri-sat 18:00-04:00")

    assert after.loc["mid-arv", "site"] == before["site"] != "westham"
    assert after.loc["mid-arv:during", "site"] == "westham"
    stays, moves = (hours_of_week(after.loc[name, "hours"]) for name in ("mid-arv", "mid-arv:during"))
    assert (moves == (hours_of_week(before["hours"]) & night)).all()
    assert not (stays & moves).any()
    assert ((stays | moves) == hours_of_week(before["hours"])).all()
    assert len(after) == len(plan.table("units")) + 1


def test_a_change_for_all_the_hours_of_a_row_splits_nothing(county: Callable[[str], Path]) -> None:
    """Where the change holds whenever the row does, there is one row, changed."""
    folder = county('change.units = [{ id = "mid-arv", site = "westham", during = "always" }]')
    plan = open_plan(folder)
    units = plan.with_option("shifted").table("units")
    assert len(units) == len(plan.table("units"))
    assert units.set_index("id").loc["mid-arv", "site"] == "westham"


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ('change.units = [{ id = "mid-arv", site = "westham", during = "friday night" }]', "friday"),
        ('change.units = [{ id = "mid-night", site = "westham", during = "12:00-13:00" }]', "not count"),
        ('change.sites = [{ id = "westham", capacity = 3, during = "fri" }]', "some hours"),
        ('add.units = [{ id = "n", tier = "arv", site = "westham", provider = "home", during = "fri" }]',
         "not a column"),
    ],
)  # fmt: skip
def test_wrong_hours_are_named(county: Callable[[str], Path], changes: str, what: str) -> None:
    """Hours that can't be read, when the row does not count, or of a table without hours are faults."""
    faults = check(county(changes)).faults
    assert [(fault.field, what in str(fault)) for fault in faults] == [("during", True)]
    assert "options.shifted" in faults[0].where


@given(st.lists(st.booleans(), min_size=HOURS_A_WEEK, max_size=HOURS_A_WEEK).filter(any))
def test_any_hours_can_be_written_and_read(week: list[bool]) -> None:
    """Hours that are written as an expression are the same when they are read."""
    assert (hours_of_week(hours_text(np.array(week))) == np.array(week)).all()


@given(st.integers(0, HOURS_A_WEEK - 1), st.integers(1, HOURS_A_WEEK - 1))
def test_one_run_of_hours_can_be_written_and_read(start: int, length: int) -> None:
    """So are the hours of one run, wherever it starts and however long it is, past Sunday too."""
    week = np.zeros(HOURS_A_WEEK, dtype=bool)
    week[(start + np.arange(length)) % HOURS_A_WEEK] = True
    assert (hours_of_week(hours_text(week)) == week).all()


def test_no_hours_have_no_expression() -> None:
    """An expression names at least one hour."""
    with pytest.raises(ValueError, match="no hour of the week"):
        hours_text(np.zeros(HOURS_A_WEEK, dtype=bool))
