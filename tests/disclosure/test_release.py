"""The gate before anything public, and the attacks of `standby disclose`."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from standby import examples
from standby.disclosure import ReleaseError, examine, inversion, publish
from standby.disclosure import release as gate
from standby.disclosure.heaviest import heaviest_places
from standby.disclosure.inversion import Inversion, Part, Score
from standby.plan import Plan, check
from standby.report import read_release

GUESSES = {"by_people": (Score(4, 60, 50, 0.0),), "by_chance": (Score(3, 59, 50, 0.0),)}
GOOD = Inversion((Part(("base",), 10, 75, (Score(5, 61, 3, 0.0),), **GUESSES),), 30, ())
BAD = Inversion((*GOOD.parts, Part(("more",), 10, 75, (Score(9, 70, 3, 0.0),), **GUESSES)), 30, ())
TABLES = {"standards": pd.DataFrame({"standard": ["first"], "share_expected": [0.6], "scope_kind": "all"})}
MINUTES = pd.DataFrame(
    {"incident_type": ["spontaneous"], "measure": "first", "weight": "people", "mean_min": 20.0}
)


@pytest.fixture
def real(tiny: Plan, altered: Callable[[Plan, dict[str, Any]], Plan]) -> Plan:
    """Return the tiny county as if its bases were real."""
    return altered(tiny, {"plan.bases": "real"})


def test_tables_that_give_bases_away_are_refused(real: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message has counts, names the table to leave out and how, and no base."""
    monkeypatch.setattr(inversion, "invert", lambda *_, **__: BAD)
    monkeypatch.setattr(inversion, "table_to_leave_out", lambda *_, **__: "standards")
    with pytest.raises(
        ReleaseError,
        match=r"9 of 10 bases of 'more', where guesses name 4 .*plan\.withhold = \['standards'\]",
    ) as refused:
        gate.require_release(real, {"minutes": MINUTES})
    for site in real.table("sites")["name"]:
        assert site not in str(refused.value)


def test_what_passed_is_not_tried_again(real: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same numbers of the same plan are tried once; other numbers are tried."""
    tried = []
    monkeypatch.setattr(inversion, "invert", lambda *_, **__: tried.append(1) or GOOD)
    monkeypatch.setattr(gate, "_PASSED", set())
    for minutes in (20.0, 20.0, 30.0):
        gate.require_release(real, {"minutes": MINUTES.assign(mean_min=minutes)})
    assert len(tried) == 2


def test_invented_bases_need_no_attack(tiny: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is tried where there is nothing to protect."""
    monkeypatch.setattr(inversion, "invert", lambda *_, **__: pytest.fail("it was tried"))
    gate.require_release(tiny, TABLES)


def test_publish_goes_through_the_gate(real: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    """No table passes `publish` that the gate refuses; the internal edition needs none."""

    def refuse(*_: object, **__: object) -> None:
        raise ReleaseError("refused")

    monkeypatch.setattr("standby.disclosure.disclosure.require_release", refuse)
    frame = pd.DataFrame({"standard": ["first"], "scope_kind": "all", "scope": "", "share_expected": [0.61]})
    with pytest.raises(ReleaseError):
        publish({"standards": frame}, real, "public")
    assert "standards" in publish({"standards": frame}, real, "internal")
    assert "standards" in publish({"standards": frame}, real, "public", tried=False)


def test_a_table_can_be_withheld(real: Plan, altered: Callable[[Plan, dict[str, Any]], Plan]) -> None:
    """`plan.withhold` leaves a table out of the public edition alone."""
    frame = pd.DataFrame({"standard": ["first"], "scope_kind": "all", "scope": "", "share_expected": [0.61]})
    plan = altered(real, {"plan.withhold": ["standards"]})
    assert publish({"standards": frame}, plan, "public") == {}
    assert "standards" in publish({"standards": frame}, plan, "internal")


def test_what_is_withheld_has_to_be_a_table(tmp_path: Path) -> None:
    """A slip in `plan.withhold` is a fault with the name that was meant; it would leave nothing out."""
    folder = tmp_path / "tiny"
    shutil.copytree(examples.path("tiny"), folder)
    file = folder / "plan.toml"
    text = file.read_text("utf-8")
    file.write_text(text.replace("[plan]", '[plan]\nwithhold = ["standard"]', 1), "utf-8")
    (fault,) = check(folder).faults
    assert (fault.file, fault.where, fault.field) == ("plan.toml", "plan", "withhold")
    assert "'standard'" in fault.what
    assert "Did you mean 'standards'?" in fault.fix


def test_a_standard_with_one_big_place_is_left_out(real: Plan, tiny: Plan) -> None:
    """One town has so much of the tiny county that 0% or 100% would say whether it is reached."""
    assert max(heaviest_places(real).values()) > 0.2
    frame = pd.DataFrame({"standard": ["first"], "scope_kind": "all", "scope": "", "share_expected": [0.5]})
    assert publish({"standards": frame}, real, "public")["standards"].empty
    assert len(publish({"standards": frame}, tiny, "public")["standards"]) == 1


@pytest.fixture
def released(tmp_path: Path) -> Path:
    """Return a folder with a public table."""
    folder = tmp_path / "release"
    (folder / "csv").mkdir(parents=True)
    TABLES["standards"].to_csv(folder / "csv" / "standards.csv", index=False)
    return folder


def test_what_is_named_by_chance_is_no_finding() -> None:
    """Guesses with numbers of other bases count like those at big towns; more than one beyond is too much."""
    part = GOOD.parts[0]
    lucky = replace(part, attack=(Score(6, 60, 3, 0.0),))
    assert not lucky.passed
    assert replace(lucky, by_chance=(Score(5, 59, 50, 0.0),)).passed
    assert not replace(part, attack=(Score(4, 62, 3, 0.0),)).passed
    assert replace(part, attack=(Score(10, 75, 0, 0.0),), by_people=(Score(10, 75, 0, 0.0),)).passed
    assert not Inversion((part, lucky), 30, ()).passed


def _failed(plan: Plan, folder: Path, **more: Any) -> set[str]:
    """Return the attacks that refuse a release."""
    found = examine(plan, read_release(folder), seeds=(0,), steps=200, **more)
    return {finding.attack for finding in found.findings if not finding.passed}


def test_a_clean_release_passes(real: Plan, released: Path) -> None:
    """Nothing is found in a round number of minutes; what can't be judged says so."""
    (released / "csv" / "standards.csv").unlink()
    MINUTES.to_csv(released / "csv" / "minutes.csv", index=False)
    assert _failed(real, released) == set()
    found = examine(real, read_release(released), seeds=(0,), steps=200)
    assert found.passed
    assert "can't judge" in found.summary()
    assert "nothing to protect" not in found.summary()


def test_where_bases_are_invented_nothing_is_refused(tiny: Plan, released: Path) -> None:
    """The names of invented bases may stand in the files; the summary says so before it has the counts."""
    names = " ".join(tiny.table("sites")["name"])
    (released / "note.html").write_text(f"<p>{names}</p>", encoding="utf-8")
    found = examine(tiny, read_release(released), seeds=(0,), steps=200)
    assert found.passed
    assert found.summary().startswith("The bases of this plan are invented, so there is nothing to protect")
    assert next(f for f in found.findings if f.attack == "search for names").found > 0


def test_what_is_added_to_a_release_refuses_it(real: Plan, tiny: Plan, released: Path) -> None:
    """A column that nobody declared and a number that is too fine refuse by themselves, if bases are real."""
    (released / "csv" / "standards.csv").unlink()
    MINUTES.assign(mean_min=23.4, base="somewhere").to_csv(released / "csv" / "minutes.csv", index=False)
    attacks = {"what the public edition does not have", "numbers finer than the rules"}
    assert _failed(real, released) == attacks
    assert _failed(tiny, released) == set()


def test_shares_that_say_whether_a_place_is_reached_are_refused(real: Plan) -> None:
    """All people are inside: so is each place, whatever the model says; the gate asks no guess for that."""
    standard = next(iter(real.document.standards))
    all_inside = TABLES["standards"].assign(standard=standard, share_expected=1.0)
    with pytest.raises(ReleaseError, match=r"whether a single place is reached.*'standards'"):
        gate.require_release(real, {"standards": all_inside})


@pytest.mark.parametrize("spelling", ["{}", "{} ARVs", "at {}!"])
def test_names_are_found_in_any_spelling(real: Plan, released: Path, spelling: str) -> None:
    """Case, accents, punctuation and kinds of space hide no name of a base or a unit."""
    unit = str(real.table("units")["id"].iloc[0])
    text = spelling.format(unit.upper().replace("-", "\u00a0"))
    (released / "note.html").write_text(f"<p>{text}</p>", encoding="utf-8")
    assert "search for names" in _failed(real, released)


def test_a_hash_of_the_plan_is_found_inside_a_packed_file(real: Plan, released: Path) -> None:
    """Files inside a workbook are searched as well."""
    import zipfile

    with zipfile.ZipFile(released / "results.xlsx", "w") as packed:
        packed.writestr("docProps/core.xml", f"<hash>{next(iter(real.hashes.values()))}</hash>")
    assert any("hashes" in attack for attack in _failed(real, released))


def test_an_earlier_release_that_was_finer_is_said(tiny: Plan, released: Path, tmp_path: Path) -> None:
    """What was published finer before can't be taken back: it is counted, and tried as well."""
    before = tmp_path / "before" / "csv"
    before.mkdir(parents=True)
    TABLES["standards"].assign(share_expected=0.57).to_csv(before / "standards.csv", index=False)
    found = examine(
        tiny, read_release(released), earlier=[read_release(before.parent)], seeds=(0,), steps=200
    )
    said = next(f for f in found.findings if f.attack.startswith("differences"))
    assert said.found == 1
