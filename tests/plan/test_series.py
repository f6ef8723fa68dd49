"""Dated counts as a planner writes them: what is wrong is named by row and field, all of it at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standby.plan import check, open_plan, series_of, write_plan
from standby.plan.checking.series import judge_series
from standby.plan.files.cells import Cells
from standby.plan.files.text import TextTable
from standby.plan.schema.tables import TABLES

HEADING = "id,series,date,value,unit,scope,counts,since,kind,source,note"
GOOD = (
    "a1,armed,2016-03-31,5639,officers,43 forces,,,measured,invented,",
    "a0,armed,2010-03-31,6976,officers,43 forces,stock,,,invented,series high",
    "v1,cars,2018-04-01,55,vehicles,43 forces,added,2016-04-01,stated,invented,",
    "t1,threat,2017-05-23,5,level,United Kingdom,level,,,invented,",
)
STATEMENT = """
[statements.lost]
said = "Over 1,300 officers lost since 2010."
date = "2017-06"
source = "invented"
measure = "change"
series = "armed"
since = 2010-03-31
low = -9999
high = -1300
"""


def with_rows(folder: Path, *rows: str) -> Path:
    """Write the series of a plan."""
    (folder / "series.csv").write_text("\n".join([HEADING, *rows, ""]), encoding="utf-8")
    return folder


def with_statement(folder: Path, **changes: str) -> Path:
    """Add a statement on a series to a plan, with fields of it replaced; empty ones are left out."""
    lines = dict(line.split(" = ", 1) for line in STATEMENT.strip().splitlines()[1:])
    lines |= changes
    text = "".join(f"{name} = {value}\n" for name, value in lines.items() if value)
    document = folder / "plan.toml"
    document.write_text(
        f"{document.read_text(encoding='utf-8')}\n[statements.lost]\n{text}", encoding="utf-8"
    )
    return folder


def test_series_of_a_plan(tiny: Path) -> None:
    """Rows become series by name, in the order of their dates, with unit, scope and what is counted."""
    series = series_of(open_plan(with_rows(tiny, *GOOD)).table("series"))
    assert set(series) == {"armed", "cars", "threat"}
    assert series["armed"].values.tolist() == [6976, 5639]
    assert [series[name].counts for name in ("armed", "cars", "threat")] == ["stock", "added", "level"]
    assert series["cars"].since is not None
    assert (series["armed"].unit, series["armed"].scope) == ("officers", "43 forces")


def test_a_plan_without_series(tiny: Path) -> None:
    """A plan may be without series, and says nothing of it."""
    assert series_of(open_plan(tiny).table("series")) == {}


@pytest.mark.parametrize(
    ("row", "field", "said"),
    [
        ("x,armed,2017-02-30,1,officers,43 forces,,,,invented,", "date", "is no day"),
        ("x,armed,2017,1,officers,43 forces,,,,invented,", "date", "is no day. Write e.g. 2016-03-31"),
        ("x,armed,2016-W13-4,1,officers,43 forces,,,,invented,", "date", "is no day"),
        ("x,armed,1017-03-31,1,officers,43 forces,,,,invented,", "date", "is in the year 1017"),
        ("x,armed,2016-03-31,1,officers,43 forces,,,,invented,", "date", "has a value of that day"),
        (
            "x,armed,2018-03-31,874,officers,forces with a grant,,,,invented,",
            "scope",
            "begins with '43 forces'",
        ),
        ("x,armed,2018-03-31,874,people,43 forces,,,,invented,", "unit", "begins with 'officers'"),
        ("x,armed,2018-03-31,874,officers,43 forces,period,,,invented,", "counts", "begins with 'stock'"),
        ("x,cars,2019-04-01,60,vehicles,43 forces,added,2017-04-01,,invented,", "since", "'2016-04-01'"),
        ("x,other,2019-04-01,60,vehicles,43 forces,added,,,invented,", "since", "is empty"),
        ("x,other,2019-04-01,60,vehicles,43 forces,added,2019-04-01,,invented,", "since", "before the value"),
        ("x,other,2019-04-01,60,vehicles,43 forces,,2019-03-01,,invented,", "since", "write counts = added"),
        ("x,other,2019-04-01,-6,vehicles,43 forces,,,,invented,", "value", "is -6"),
        ("x,threat,2019-04-01,6,level,United Kingdom,level,,,invented,", "value", "5 for critical"),
        ("x,armed,2018-03-31,many,officers,43 forces,,,,invented,", "value", "not a number"),
        ("x,armed,2018-03-31,1,officers,,,,,invented,", "scope", "is empty"),
        ("x,armed,2018-03-31,1,officers,43 forces,,,guess,invented,", "kind", "opinion"),
        ("x,armed,2018-03-31,1,officers,43 forces,,,,nowhere,", "source", "is not known"),
        ("a0,armed,2018-03-31,1,officers,43 forces,,,,invented,", "id", "again"),
    ],
)
def test_what_is_wrong_is_named(tiny: Path, row: str, field: str, said: str) -> None:
    """A fault of a series has its file, its row and its field, and says what would be right."""
    assert check(with_rows(tiny, *GOOD)).ok
    faults = check(with_rows(tiny, *GOOD, row)).faults
    assert [(fault.file, fault.field, fault.where) for fault in faults] == [("series.csv", field, "row 6")]
    assert said in f"{faults[0].what}. {faults[0].fix}"


CELLS = {
    "series": st.sampled_from(["a", "b", "", "a b"]),
    "date": st.sampled_from(["2016-03-31", "2017-03-31", "2018-03-31", "2016-W13-4", "", "0001-01-01"]),
    "value": st.sampled_from(["0", "3", "-3", "5.5", "1e300", "", "x"]),
    "unit": st.sampled_from(["officers", "officers", "vehicles", ""]),
    "scope": st.sampled_from(["43 forces", "43 forces", ""]),
    "counts": st.sampled_from(["", "stock", "period", "added", "level", "sum"]),
    "since": st.sampled_from(["", "", "2016-03-31", "2015-03-31", "2015"]),
}


@settings(max_examples=300)
@given(st.lists(st.fixed_dictionaries(CELLS), max_size=4))
def test_what_has_no_fault_is_a_series(rows: list[dict[str, str]]) -> None:
    """Whatever stands in the cells, rows without a fault become series, each value in one of them."""
    written = [{"id": str(number), **row} for number, row in enumerate(rows)]
    text = TextTable("series.csv", ("id", *CELLS), written, list(range(2, len(rows) + 2)))
    cells = Cells(TABLES["series"], text)
    frame = cells.judge()
    for found in judge_series(frame):
        cells.fault(*found)

    if not cells.faults():
        assert sum(len(series.dates) for series in series_of(frame).values()) == len(rows)


def test_all_faults_come_at_once(tiny: Path) -> None:
    """Faulty rows are all named, and statements on a faulty series are left until it is right."""
    bad = (
        "x,armed,2018-02-30,1,officers,43 forces,,,,invented,",
        "y,armed,2018-03-31,874,officers,others,,,,invented,",
        "z,cars,2016-01-01,3,vehicles,43 forces,added,2016-04-01,,nowhere,",
    )
    faults = check(with_statement(with_rows(tiny, *GOOD, *bad))).faults
    assert {fault.field for fault in faults} == {"date", "scope", "since", "source"}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"series": '"army"'}, "names 'army', which is no series"),
        ({"series": ""}, "has no series for 'change'"),
        ({"since": "2010-01-01"}, "Its nearest is of 2010-03-31"),
        ({"since": ""}, "says nothing of since when"),
        ({"date": '"2010"'}, "no value after 2010-03-31 up to 2010-01-01"),
        ({"series": '"threat"'}, "They have an order, and no differences"),
        ({"inputs": "{ bsae = 204 }"}, "has inputs bsae for 'change'"),
        ({"series": '"cars"', "since": "", "inputs": "{ base = 204 }"}, "a change needs none"),
        ({"forces": '["home"]'}, "has forces, of which 'change' makes no use"),
        ({"measure": '"sum"'}, "has series, of which 'sum' makes no use"),
    ],
)
def test_statements_that_can_not_be_judged(tiny: Path, changes: dict[str, str], said: str) -> None:
    """A statement that its series can't answer is a fault of plan.toml, before anything is computed."""
    faults = check(with_statement(with_rows(tiny, *GOOD), **changes)).faults
    assert len(faults) == 1
    assert "lost" in faults[0].subject
    assert said in str(faults[0])


def test_a_statement_that_can_be_judged(tiny: Path) -> None:
    """A statement on a series is no fault, and what is in doubt of the series is noted."""
    rows = (*GOOD, "o,asked,2017-09-01,32366,answers,members,,,opinion,,")
    found = check(with_statement(with_rows(tiny, *rows)))
    assert found.ok
    notes = set(map(str, found.notes))
    assert "series[o]: is recorded as opinion, but statements are judged by it" in notes
    assert "series.value: has no source in 1 rows" in notes


def test_series_are_written_and_read_again(tiny: Path, tmp_path: Path) -> None:
    """A plan that is written has its series."""
    plan = open_plan(with_statement(with_rows(tiny, *GOOD)))
    write_plan(plan, tmp_path / "copy")
    again = open_plan(tmp_path / "copy")
    assert again.table("series").equals(plan.table("series"))


@pytest.mark.parametrize(
    ("figure", "faults"),
    [
        ('{ value = 500, source = "invented", kind = "opinion" }', ["volunteers_per_year"]),
        ('{ value = 500, low = 20, high = 900, source = "invented", kind = "opinion" }', []),
        ('{ value = 500, source = "invented", kind = "measured" }', []),
    ],
)
def test_an_opinion_is_no_measured_share(
    edit: Callable[[str, str, str], Path], figure: str, faults: list[str]
) -> None:
    """What people say that they might do is no number of volunteers without a range of its own.

    55.2% of self-selected respondents to a conditional question would carry a firearm (2017): an opinion.
    """
    plan = edit("plan.toml", "[workforce]\n", f"[workforce]\nvolunteers_per_year = {figure}\n")
    assert [fault.field for fault in check(plan).faults] == faults


@pytest.mark.parametrize(
    ("low", "high", "noted"),
    [("26.5", "27.5", 1), ("-27.5", "-26.5", 1), ("0.265", "0.275", 0), ("2", "9999", 0)],
)
def test_a_percentage_in_place_of_a_share_is_noted(tiny: Path, low: str, high: str, noted: int) -> None:
    """A change of 2,650% is probably meant as 26.5%, and a note says so."""
    statement = {"measure": '"change_share"', "low": low, "high": high}
    found = check(with_statement(with_rows(tiny, *GOOD), **statement))
    assert found.ok
    assert sum("not as 27 for 27%" in note.text for note in found.notes) == noted
