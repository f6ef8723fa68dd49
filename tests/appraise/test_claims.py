"""Statements that a series decides: the verdict beside the others of the plan, and in a sentence."""

from __future__ import annotations

import json
import math
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from standby import examples
from standby.appraise import statements_table, verdict_sentence
from standby.evidence import Series, allowed, draw, judge_claim
from standby.plan import dimensions_of, open_plan, plan_arrays
from standby.tables import TABLES

SERIES = """id,series,date,value,unit,scope,counts,since,source
a10,armed,2010-03-31,6976,officers,England and Wales,,,invented
a16,armed,2016-03-31,5639,officers,England and Wales,,,invented
a17,armed,2017-03-31,6278,officers,England and Wales,,,invented
a18,armed,2018-03-31,6459,officers,England and Wales,,,invented
v17,cars,2017-04-19,41,vehicles,England and Wales,added,2016-04-01,invented
v18,cars,2018-04-01,55,vehicles,England and Wales,added,2016-04-01,invented
"""

LOST = {"measure": "change", "series": "armed", "since": "2010-03-31", "low": -9999, "high": -1300}
SHARE = {"measure": "change_share", "series": "cars", "date": "2018-05", "low": 0.265, "high": 0.275}
STATEMENTS: dict[str, dict[str, Any]] = {
    "lost-2016": {**LOST, "date": "2016-06"},
    "lost-2017": {**LOST, "date": "2017-06"},
    "again": {
        "measure": "change_share",
        "series": "armed",
        "since": "2016-03-31",
        "date": "2018-07",
        "low": 0.145,
        "high": 0.155,
    },
    "share": SHARE,
    "share-204": {**SHARE, "inputs": {"base": 204}},
    "share-115": {**SHARE, "inputs": {"base": 115}},
    "twice": {**SHARE, "measure": "ratio", "low": 2, "high": 9999, "inputs": {"base": 115}},
}


def _plan(folder: Path) -> Any:
    """Return `tiny` with series, and with statements on them."""
    folder = Path(shutil.copytree(examples.path("tiny"), folder / "tiny"))
    (folder / "series.csv").write_text(SERIES, encoding="utf-8")
    text = (folder / "plan.toml").read_text(encoding="utf-8")
    for name, statement in STATEMENTS.items():
        text += f'\n[statements.{name}]\nsaid = "As somebody said."\nsource = "invented"\n'
        for key, value in statement.items():
            written = f"{{ base = {value['base']} }}" if isinstance(value, dict) else json.dumps(value)
            text += f"{key} = {written}\n"
    (folder / "plan.toml").write_text(text, encoding="utf-8")
    return open_plan(folder)


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    """Return the statements of the plan, by id."""
    plan = _plan(tmp_path_factory.mktemp("series"))
    design = draw(dimensions_of([plan_arrays(plan)]), 64, seed=2)
    return statements_table(plan, design).set_index("statement")


def test_verdicts_stand_beside_the_model(table: pd.DataFrame) -> None:
    """A statement on a series has its verdict and agrees only where it holds; another one has no verdict."""
    assert table.loc[list(STATEMENTS), "verdict"].tolist() == [
        "holds",
        "stale",
        "holds",
        "unsupported",
        "holds",
        "does not hold",
        "does not hold",
    ]
    assert (table["agrees"] == (table["verdict"] == "holds"))[list(STATEMENTS)].all()
    assert table.loc["half-hour", ["series", "verdict", "finding"]].tolist() == ["", "", ""]


def test_what_the_series_says(table: pd.DataFrame) -> None:
    """The number beside what was said is that of the series; of an unsupported share there is none."""
    said = table.loc[list(STATEMENTS), "model"].tolist()
    expected = [-1337, -698, 820 / 5639, math.nan, 55 / 204, 55 / 115, 170 / 115]
    assert said == pytest.approx(expected, nan_ok=True)


def test_columns_are_those_declared(table: pd.DataFrame) -> None:
    """The table has the columns that are declared for it, none of them public."""
    assert set(table.columns) | {"statement"} == {column.name for column in TABLES["statements"].columns}
    assert not TABLES["statements"].public_columns


FINDINGS = {
    "lost-2016": "Holds: −1,337 officers, from 6,976 on 31 March 2010 to 5,639 on 31 March 2016.",
    "lost-2017": (
        "Stale: it held on 31 March 2016 (−1,337 officers), and holds no longer: −698 officers, from 6,976 "
        "on 31 March 2010 to 6,278 on 31 March 2017."
    ),
    "again": "Holds: +14.5%, from 5,639 on 31 March 2016 to 6,459 on 31 March 2018.",
    "share": (
        "Unsupported: the number of vehicles rose by 55 from 1 April 2016 to 1 April 2018, and no base "
        "is given for a share of it. It needs a base of 200 to 207."
    ),
    "share-204": (
        "Holds: +27.0% on a base of 204, as the number of vehicles rose by 55 "
        "from 1 April 2016 to 1 April 2018."
    ),
    "share-115": (
        "Does not hold: +47.8% on a base of 115, as the number of vehicles rose by 55 from 1 April 2016 "
        "to 1 April 2018. It needs a base of 200 to 207."
    ),
    "twice": (
        "Does not hold: 1.48 times on a base of 115, as the number of vehicles rose by 55 from 1 April 2016 "
        "to 1 April 2018. It needs a base of 1 to 55."
    ),
}


@pytest.mark.parametrize("name", FINDINGS)
def test_findings_in_words(table: pd.DataFrame, name: str) -> None:
    """The finding says the verdict, the values with their days, and the base or what it would have to be."""
    assert table.loc[name, "finding"] == f"{FINDINGS[name]} Counted: England and Wales."


@pytest.mark.parametrize(
    ("added", "words", "finding"),
    [
        (1, "1", "Holds: the number of cars rose by 1 from 1 April 2016 to 1 April 2018."),
        (-55, "55", "Holds: the number of cars fell by 55 from 1 April 2016 to 1 April 2018."),
    ],
)
def test_one_and_fewer_in_words(added: int, words: str, finding: str) -> None:
    """One car more and several fewer are said as anybody would."""
    series = Series.of("cars", {"2018-04-01": added}, unit="cars", counts="added", since="2016-04-01")
    claim = allowed(words) if added > 0 else allowed(words).lost()
    judged = judge_claim(series, claim, compared="change", on="2018-05-01")
    assert verdict_sentence(judged, series) == finding


def test_bases_of_a_loss_in_words() -> None:
    """Of 55 fewer, more than a quarter needs 55 to 219 to begin with."""
    series = Series.of("cars", {"2018-04-01": -55}, unit="cars", counts="added", since="2016-04-01")
    judged = judge_claim(series, allowed("over 25%").lost(), compared="change_share", on="2018-05-01")
    assert verdict_sentence(judged, series).endswith("It needs a base of 55 to 219.")


@pytest.mark.parametrize(
    ("words", "ending"),
    [
        ("over 25%", "It needs a base of 1 to 219."),
        ("less than a quarter", "It needs a base of at least 221."),
        ("27.45%", "No whole number as a base would make it true."),
    ],
)
def test_bases_in_words(words: str, ending: str) -> None:
    """Bases are whole numbers of vehicles, the ends that a claim leaves out left out."""
    series = Series.of("cars", {"2018-04-01": 55}, unit="vehicles", counts="added", since="2016-04-01")
    judged = judge_claim(series, words, compared="change_share", on=series.dates[0])
    assert verdict_sentence(judged, series).endswith(ending)
