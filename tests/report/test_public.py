"""The public edition: the whole region in round numbers, and nothing else in any of its files."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from standby.appraise import Appraisal
from standby.disclosure import WHAT_IS_LEFT_OUT, PublicEditionError, public_minutes, public_share, publish
from standby.plan import Plan, fingerprint_of_bases
from standby.report import content_of, report
from standby.tables import TABLES, column_of, kind_of
from standby.words import Number, sentence

BY_PART = {
    "force",
    "site",
    "site_name",
    "place",
    "area",
    "key_location",
    "lon",
    "lat",
    "hour",
    "class",
}
"""Columns that would tell one part of the region, or one hour, from another."""


@pytest.fixture(scope="module")
def secret(tiny: Plan, make: Callable[[Plan], Any]) -> Any:
    """Make an appraisal whose sites, units, places and free texts have words that stand nowhere else."""
    tables = {name: frame.copy() for name, frame in tiny.tables.items()}
    for name, column in (
        ("sites", "id"),
        ("sites", "name"),
        ("units", "id"),
        ("key_locations", "id"),
        ("key_locations", "name"),
    ):
        tables[name][column] = [f"qzx{name}{column}{i}" for i in range(len(tables[name]))]
    tables["units"]["site"] = [f"qzxsitesid{i % len(tables['sites'])}" for i in range(len(tables["units"]))]

    # Its towns are too few and too large for a public edition, were its bases real.
    about = tiny.document.plan
    fingerprint = fingerprint_of_bases(tiny.document, tables)
    about = about.model_copy(update={"bases_fingerprint": fingerprint})
    document = tiny.document.model_copy(update={"plan": about})
    made = make(replace(tiny, tables=tables, document=document))
    made.tables["options"]["description"] = "One more car at qzxdescription."
    made.tables["options"]["reason"] = "qzxreason"
    made.tables["register"]["note"] = "qzxnote"
    return made


@pytest.fixture(scope="module")
def public(secret: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write its public edition."""
    folder = tmp_path_factory.mktemp("public") / "out"
    report(secret, folder, edition="public")
    return folder


def _texts(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield every text of every file, the workbook included."""
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        name = path.relative_to(folder).as_posix()
        if path.suffix == ".xlsx":
            book = openpyxl.load_workbook(path)
            cells = (str(c) for sheet in book for row in sheet.iter_rows(values_only=True) for c in row)
            yield name, " ".join([*book.sheetnames, *cells])
        else:
            yield name, path.read_text(encoding="utf-8")


def _is_multiple(value: float, step: float) -> bool:
    return not math.isfinite(value) or abs(value / step - round(value / step)) < 1e-9 * max(1.0, abs(value))


def _assert_round(tables: dict[str, pd.DataFrame]) -> None:
    """Assert that every share and every time of the results is as coarse as the edition promises."""
    units = dict(zip(tables["criteria"]["criterion"], tables["criteria"]["unit"], strict=True))
    for name, frame in tables.items():
        if name in {"register", "sources"}:
            continue
        for column in frame.columns:
            if column_of(name, column).stated or not pd.api.types.is_numeric_dtype(frame[column]):
                continue
            kinds = [kind_of(name, column, numeric=True)] * len(frame)
            if kinds and kinds[0] == "measure":
                kinds = [{"share": "share", "min": "minutes"}.get(units[c], "") for c in frame["criterion"]]
            for kind, value in zip(kinds, frame[column].astype(float), strict=True):
                step = {"share": 0.2, "minutes": 10.0}.get(kind)
                step = 0.1 if column_of(name, column).rounding == "draws" else step
                assert step is None or _is_multiple(value, step), (name, column, value)


def test_no_site_unit_or_text_of_the_planner_in_any_file(public: Path) -> None:
    """Neither names and ids of sites, units and key locations nor free text stand in any public file."""
    texts = dict(_texts(public))
    assert {Path(name).suffix for name in texts} == {".html", ".csv", ".json", ".xlsx"}
    assert [name for name, text in texts.items() if "qzx" in text] == []


def test_the_search_would_find_them(secret: Any, tmp_path: Path) -> None:
    """The same search finds them in the files of the internal edition."""
    report(secret, tmp_path / "out", edition="internal", formats=["html", "csv", "json", "xlsx"])
    found = {Path(name).suffix for name, text in _texts(tmp_path / "out") if "qzx" in text}
    assert found == {".html", ".csv", ".json", ".xlsx"}


def test_only_what_is_declared_public_is(secret: Any) -> None:
    """Columns that nobody declared public stay inside; nothing public tells parts of the region apart."""
    content = content_of(secret, "public")
    for name, frame in content.tables.items():
        table = TABLES[name]
        free_text = {c.name for c in table.columns if c.kind == "words"}
        assert table.public
        assert set(frame) <= {c.name for c in table.public_columns} | free_text
        assert not set(frame) & BY_PART, name
        if "scope_kind" in frame:
            assert set(frame["scope_kind"]) <= {"all"}


@pytest.mark.parametrize("name", ["tiny", "south-west"])
def test_shares_and_minutes_are_round(appraised: Mapping[str, Appraisal], name: str) -> None:
    """In a packaged plan's public edition every share is a tenth, every time a multiple of five minutes."""
    _assert_round(dict(content_of(appraised[name], "public").tables))


@given(st.integers(0, 2**32 - 1))
def test_any_values_are_round(tiny: Plan, make: Callable[[Plan], Any], seed: int) -> None:
    """Whatever the results are, the public tables are as coarse as they promise."""
    made, rng = make(tiny), np.random.default_rng(seed)
    for frame in made.tables.values():
        for column in frame.select_dtypes("float").columns:
            frame[column] = rng.choice([0.0, 0.04, 0.05, 0.999, 12.4, 1e7, math.inf, math.nan], len(frame))
    _assert_round(publish(made.tables, tiny, "public"))


@pytest.mark.parametrize(
    ("value", "shown"), [(0.0, 0.0), (0.0999, 0.0), (0.1, 0.2), (0.6999, 0.6), (0.96, 1.0), (-0.17, -0.2)]
)
def test_shares_go_to_the_nearest_fifth(value: float, shown: float) -> None:
    """Shares are rounded to the nearest fifth, halves away from zero, differences likewise."""
    assert public_share(value) == shown


@pytest.mark.parametrize(("value", "shown"), [(4.9, 0.0), (5.0, 10.0), (20.14, 20.0), (math.inf, math.inf)])
def test_minutes_go_to_the_nearest_ten(value: float, shown: float) -> None:
    """Minutes are rounded to the nearest ten; "never" stays never."""
    assert public_minutes(value) == shown


def test_people_are_fifths_of_those_of_the_main_standard(tiny: Plan, make: Callable[[Plan], Any]) -> None:
    """Of 100,000 people of the planned county, 56,100 are shown as 60,000: three fifths."""
    made = make(tiny)
    people = made.tables["criteria"]["criterion"] == "share_in_time"
    made.tables["criteria"].loc[people, "unit"] = "people"
    rows = made.tables["decision"]["criterion"] == "share_in_time"
    made.tables["decision"].loc[rows, "mean"] = 56_100.0
    shown = content_of(made, "public").table("decision")
    assert set(shown.loc[shown["criterion"] == "share_in_time", "mean"]) == {60_000.0}


def test_no_hash_is_public(public: Path, secret: Any) -> None:
    """Neither the hash of the plan nor that of a file stands in any public file."""
    manifest = secret.manifest
    hashes = {manifest.plan_hash, *manifest.files.values()}
    assert hashes
    found = [name for name, text in _texts(public) if any(h in text for h in hashes)]
    assert found == []
    assert not re.search(r"\b[0-9a-f]{40,}\b", json.dumps(json.loads((public / "results.json").read_text())))


def test_descriptions_are_those_for_the_public(appraised: Mapping[str, Appraisal]) -> None:
    """Each option is described in the words written for the public, and no reason is given away."""
    appraisal = appraised["south-west"]
    options = content_of(appraisal, "public").table("options").set_index("option")
    document = appraisal.plan.document
    for name, option in document.options.items():
        assert options.loc[name, "description"] == option.public_description != ""
        assert options.loc[name, "reason"] == ""
    assert options.loc["base", "description"] == document.base.public_description


def test_the_page_says_what_is_left_out(public: Path) -> None:
    """A reader is told that the numbers are round, that parts are missing, and why."""
    page = (public / "report.html").read_text(encoding="utf-8")
    assert [text for text in WHAT_IS_LEFT_OUT if text not in page] == []
    assert "[c]" not in re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)


def test_an_option_named_after_a_base_is_refused(tiny: Plan, make: Callable[[Plan], Any]) -> None:
    """A name can't be left out, so the public edition is refused with the name and the fix."""
    made = make(tiny)
    made.tables["options"].loc[1, "name"] = "A second car at westham"
    with pytest.raises(PublicEditionError, match=r"'A second car at westham'.*'westham'.*another name"):
        content_of(made, "public")


def test_a_title_named_after_a_base_is_refused(tiny: Plan, make: Callable[[Plan], Any]) -> None:
    """The title of a plan stands on every page, so it may not name a base either."""
    about = tiny.document.plan.model_copy(update={"title": "Cover from Westham"})
    plan = replace(tiny, document=tiny.document.model_copy(update={"plan": about}))
    with pytest.raises(PublicEditionError, match=r"'Cover from Westham'.*'Westham'"):
        content_of(make(plan), "public")


def test_sentences_have_public_numbers_alone(tiny: Plan, make: Callable[[Plan], Any]) -> None:
    """A sentence goes when it names a place, repeats a reason, or has a number that is not public."""
    made = make(tiny)
    key = (("option", "base"), ("rank", "1"))
    number = Number(60.0, "minutes", "worst", key, "first_mean_min")
    reason = tiny.document.options["arm-all"].reason
    made.sentences += [
        sentence("The slowest place waits {time} minutes.", time=number),
        sentence("The slowest place waits 60 minutes."),
        sentence("Moor is far away."),
        sentence("It is ruled out. {reason}", reason=reason),
    ]
    content = content_of(made, "public")
    first, *needs = [content.said(s) for s in content.sentences]
    assert first == "As it is, 80% of people are inside the main standard."
    assert [text for text in needs if "the whole region" not in text] == []


def test_a_standard_of_few_places_is_left_out(
    tiny: Plan, altered: Callable[[Plan, dict[str, Any]], Plan], make: Callable[[Plan], Any]
) -> None:
    """The two towns are too few places to speak of: what is said of their standard stays inside."""
    made = make(altered(tiny, {"standards.full.classes": ["town"]}))
    for table in ("standards", "need"):
        assert set(content_of(made, "public").table(table)["standard"]) == {"first"}
        assert set(content_of(made, "internal").table(table)["standard"]) == {"first", "full"}


@pytest.mark.parametrize("name", ["tiny", "south-west"])
def test_real_public_editions_name_no_unit(
    appraised: Mapping[str, Appraisal], tmp_path: Path, name: str
) -> None:
    """Ids of units, and of sites that are no areas, stand in no file of a packaged plan's public edition."""
    plan = appraised[name].plan
    report(appraised[name], tmp_path / "out", edition="public")
    ids = set(plan.table("units")["id"]) | (set(plan.table("sites")["id"]) - set(plan.table("areas")["id"]))
    assert ids
    found = {file: ids & set(re.findall(r"[\w-]+", text)) for file, text in _texts(tmp_path / "out")}
    assert {file: names for file, names in found.items() if names} == {}
