"""Numbers that are possible and hardly meant: a note for each, and none for what a force may well have."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import tomlkit

from standby import examples
from standby.evidence import Figure
from standby.plan import check
from standby.plan.options import changed_document
from standby.plan.schema.document import Document, Section
from standby.plan.schema.plausible import Plausible
from standby.plan.schema.tables import TABLES

WORDS = "would be plausible"


@pytest.fixture
def doubts(tiny: Path) -> Callable[..., dict[str, str]]:
    """Return a function that changes `tiny` by path and gives the notes on implausible numbers by subject."""

    def found(changes: dict[str, Any], option: dict[str, Any] | None = None) -> dict[str, str]:
        file = tiny / "plan.toml"
        raw = changed_document(tomlkit.parse(file.read_text("utf-8")).unwrap(), changes)
        if option is not None:
            raw["options"]["odd"] = {"name": "Odd", **option}
        file.write_text(tomlkit.dumps(raw), "utf-8")

        checked = check(tiny)
        assert checked.ok, checked.faults
        return {note.subject: note.text for note in checked.notes if WORDS in note.text}

    return found


@pytest.mark.parametrize("name", examples.names())
def test_nothing_in_a_packaged_plan_is_hardly_meant(name: str) -> None:
    """Packaged plans hold no number outside its plausible range."""
    assert [str(note) for note in check(examples.path(name)).notes if WORDS in note.text] == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("tiers.arv.turnout_min", 1e6),
        ("incident_types.spontaneous.per_100k_year", 1e9),
        ("incident_types.spontaneous.per_year.home", 1e9),
        ("incident_types.spontaneous.scene_min", 5e6),
        ("tiers.arv.crew", 1_000_000),
        ("tiers.arv.speed_factor", 1e6),
        ("travel.emergency_factor", 1e-3),
        ("travel.limit_min", 10_080),
        ("workforce.relief_factor", 20),
        ("workforce.pass_rate", 0.01),
        ("forces.home.workforce.loss_rate", 0.95),
        ("costs.officer_gbp", 1e11),
        ("costs.horizon_years", 100),
        ("standards.first.reliability", 0.999999),
    ],
)
def test_possible_and_hardly_meant_is_a_note(
    doubts: Callable[..., dict[str, str]], path: str, value: float
) -> None:
    """A number that is possible and absurd is noted with its place, the number and what is plausible."""
    standard = next(
        iter(tomlkit.parse((examples.path("tiny") / "plan.toml").read_text("utf-8"))["standards"])
    )
    path = path.replace("standards.first", f"standards.{standard}")
    found = doubts({path: value})
    assert list(found) == [path]
    assert found[path].startswith(f"is {value:,.12g}, where ")


@pytest.mark.parametrize(("part", "words"), [("low", "has a low of 0.001"), ("high", "has a high of 1,000")])
def test_bound_that_is_hardly_meant_is_a_note(
    doubts: Callable[..., dict[str, str]], part: str, words: str
) -> None:
    """A bound of the doubt is held to the same range as the value."""
    figure = {"value": 0.9, "low": 0.8, "high": 1.0} | ({"low": 0.001} if part == "low" else {"high": 1000})
    found = doubts({"travel.emergency_factor": figure})
    assert list(found) == ["travel.emergency_factor"]
    assert found["travel.emergency_factor"].startswith(f"{words}, where 0.3 to 2 would")


def test_options_are_looked_at(doubts: Callable[..., dict[str, str]]) -> None:
    """What an option sets, adds or changes is noted with its place in the option, and so is its own money."""
    option = {
        "capital_gbp": 9e10,
        "set": {"tiers.arv.turnout_min": 1e6, "tiers.team.turnout_min": {"value": 30, "as_of": 2019}},
        "change": {"units": [{"id": "mid-arv", "notice_min": 1e6}]},
    }
    assert set(doubts({}, option)) == {
        "options.odd.capital_gbp",
        "options.odd.set.tiers.arv.turnout_min",
        "options.odd.change.units[mid-arv].notice_min",
    }


def test_rows_of_a_column_are_one_note(tiny: Path) -> None:
    """Many rows of a column are one note that counts them and names the first; one row is named itself."""
    text = (tiny / "units.csv").read_text("utf-8")
    (tiny / "units.csv").write_text(
        text.replace(",home,", ",home,90000", 1).replace("900002,", "90000,"), "utf-8"
    )
    found = [note for note in check(tiny).notes if WORDS in note.text]
    assert [(note.subject, note.text[:10]) for note in found] == [("units[mid-arv].count", "is 90,000,")]

    (tiny / "units.csv").write_text(text.replace(",home,", ",home,9000"), "utf-8")
    (note,) = [note for note in check(tiny).notes if WORDS in note.text]
    rows = text.count(",home,")
    assert note.subject == "units.count"
    assert note.text.startswith(f"is hardly meant in {rows} rows; the first, units[mid-arv].count, is 90,002")


def test_more_ordinary_work_than_there_is_time_is_noted(tiny: Path) -> None:
    """Jobs that alone take an hour or more of each hour are noted, jobs that leave time are not."""
    file = tiny / "plan.toml"
    raw = tomlkit.parse(file.read_text("utf-8")).unwrap()
    minutes = raw["tiers"]["arv"]["ordinary_work"]["minutes_per_call"]["value"]

    def noted(calls: float) -> list[str]:
        change = {"tiers.arv.ordinary_work.calls_per_hour": calls}
        file.write_text(tomlkit.dumps(changed_document(raw, change)), "utf-8")
        return [note.subject for note in check(tiny).notes if "none would ever be free" in note.text]

    assert noted(60 / minutes) == ["tiers.arv.ordinary_work"]
    assert noted(59 / minutes) == []


def _fields(model: type[Section], seen: set[type]) -> list[tuple[str, Any]]:
    """Return the fields of a section and of the sections in it that hold a figure."""
    found: list[tuple[str, Any]] = []
    for name, field in model.model_fields.items():
        text = repr(field.annotation)
        if field.annotation is Figure or "Figure" in text:
            found.append((f"{model.__name__}.{name}", field))
        for inner in Section.__subclasses__():
            if inner not in seen and (inner is field.annotation or f".{inner.__name__}" in text):
                seen.add(inner)
                found += _fields(inner, seen)
    return found


def test_every_figure_names_its_range() -> None:
    """Each figure of the document that is no share, and each number of a row, names a plausible range."""
    shares = {
        "MutualAid.share_available",
        "LendingTerms.share_available",
        "OrdinaryWork.break_off",
        "Tier.ced_share",
        "IncidentType.stand_down_share",
        "Costs.backfill_share",
    }
    found = _fields(Document, set())
    assert len(found) > 50
    without = {name for name, field in found if not any(isinstance(m, Plausible) for m in field.metadata)}
    assert without == shares

    own_limits = {"lon", "lat", "weeks_per_year", "share", "value"}
    columns = {
        c.name for table in TABLES.values() for c in table.columns if c.numeric and c.plausible is None
    }
    assert columns == own_limits
