"""What the public reads in place of a planner's ids, names and titles."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from standby.disclosure import public_manifest, public_plan, publish
from standby.disclosure.public_names import UNPUBLISHED_SOURCE, public_names
from standby.evidence import Manifest
from standby.examples import path
from standby.plan import Plan, open_plan
from standby.tables import TABLES
from standby.words import sentence

SPELLINGS = (
    "Harbour Lane",
    "HARBOUR LANE",
    "Harbour\u00a0Lane",
    "Harbour Lanes",
    "Ha\u0301rbour Lane",
    "harbour-lane",
)


@pytest.fixture(scope="module")
def named(altered: Callable[[Plan, dict[str, Any]], Plan]) -> Plan:
    """Return a plan of real bases whose every name and title has a word that nobody may read."""
    plan = open_plan(path("south-west"))
    document = plan.document
    changes: dict[str, Any] = {"plan.bases": "real", "plan.title": SPELLINGS[0], "base.name": SPELLINGS[1]}
    for k, option in enumerate(document.options):
        changes[f"options.{option}.name"] = f"{SPELLINGS[k % len(SPELLINGS)]} {k}"
    for k, standard in enumerate(document.standards):
        changes[f"standards.{standard}.name"] = f"{SPELLINGS[(k + 2) % len(SPELLINGS)]} standard {k}"
    for section in ("tiers", "classes", "incident_types"):
        for k, name in enumerate(getattr(document, section)):
            changes[f"{section}.{name}.name"] = f"{SPELLINGS[(k + 4) % len(SPELLINGS)]} {section} {k}"
    return altered(plan, changes)


def _frames(plan: Plan) -> dict[str, pd.DataFrame]:
    """Return small tables in which every id and name of the plan stands."""
    document = plan.document
    options = ["base", *document.options]
    standards = list(document.standards)
    return {
        "options": pd.DataFrame(
            {
                "option": options,
                "name": [document.base.name, *(o.name for o in document.options.values())],
                "description": "Harbour Lane",
                "status": "open",
                "reason": "Harbour Lane",
                "forces_ruled_out": "",
            }
        ),
        "criteria": pd.DataFrame(
            {
                "criterion": [f"share_{name}" for name in standards],
                "name": [f"Inside '{s.name}'" for s in document.standards.values()],
                "unit": "share",
                "better": "higher",
                "description": [f"Of {s.name}" for s in document.standards.values()],
            }
        ),
        "standards": pd.DataFrame(
            {
                "option": "base",
                "standard": standards,
                "name": [s.name for s in document.standards.values()],
                "incident_type": [s.incident_type for s in document.standards.values()],
                "measure": "first",
                "scope_kind": "all",
                "scope": "",
                "share_expected": 0.5,
                "required": 0.9,
            }
        ),
        "register": pd.DataFrame(
            {
                "path": [f"tiers.{next(iter(document.tiers))}.turnout_min", "travel.emergency_factor"],
                "value": 1.0,
                "source": next(iter(plan.sources)),
                "source_title": "Harbour Lane",
            }
        ),
        "sources": pd.DataFrame(
            {"source": list(plan.sources), "title": "Harbour Lane", "where": "Harbour Lane", "date": ""}
        ),
    }


def test_no_word_of_the_planner_is_in_any_table(named: Plan) -> None:
    """Names, titles, ids and sources pass in no spelling, in any table that the public gets."""
    shown = publish(_frames(named), named, "public")
    text = json.dumps({name: frame.astype(str).to_dict("records") for name, frame in shown.items()})
    for spelling in (*SPELLINGS, "arbour"):
        assert spelling not in text
    numbers = {f"standard-{k + 1}" for k in range(len(named.document.standards))}
    assert set(shown["standards"]["standard"]) == numbers
    assert set(shown["options"]["option"]) == {
        "base",
        *(f"option-{k + 1}" for k in range(len(named.document.options))),
    }
    assert list(shown["register"]["path"]) == ["tiers.tier-1.turnout_min", "travel.emergency_factor"]
    assert set(shown["sources"]["title"]) == {UNPUBLISHED_SOURCE}


def test_what_was_written_for_the_public_is_what_it_reads(
    named: Plan, altered: Callable[[Plan, dict[str, Any]], Plan]
) -> None:
    """Public fields stand as they were written; a standard without one is named by what it asks for."""
    first, *_ = named.document.options
    plan = altered(named, {"plan.public_title": "Our county", f"options.{first}.public_name": "One car more"})
    public = public_plan(plan)
    assert public.title == "Our county"
    assert next(iter(public.document.options.values())).name == "One car more"
    assert all(s.name.startswith("Standard ") for s in public.document.standards.values())
    assert public.hashes == {}
    assert public.folder is None


def test_sentences_say_public_names(named: Plan) -> None:
    """A name in a sentence is replaced, and so are the ids that pick the row of its number."""
    option = next(iter(named.document.options))
    said = sentence("“{name}” is best.", name=named.document.options[option].name)
    assert public_names(named).phrase(said).text == "“Option 1” is best."


def test_names_of_invented_plans_stay(tiny: Plan) -> None:
    """There is nothing to protect, so that a reader finds the plan's own words."""
    assert public_plan(tiny) is tiny
    shown = publish({"options": _frames(tiny)["options"]}, tiny, "public")
    assert list(shown["options"]["option"]) == ["base", *tiny.document.options]


def test_every_column_of_ids_is_known_to_be_one() -> None:
    """A public column of ids that nobody replaces would carry a planner's word: there is none.

    A force stands only in a row that it publishes of itself.
    """
    from standby.disclosure.public_names import SECTIONS

    known = {*SECTIONS, "criterion", "scope", "force"}
    ids = {c.name for table in TABLES.values() for c in table.public_columns if c.kind == "name"}
    assert ids <= known


def test_the_public_manifest_has_one_keyed_hash_and_no_other(
    named: Plan, altered: Callable[[Plan, dict[str, Any]], Plan]
) -> None:
    """Without a key there is no hash; with one it is not the plan's, and another key gives another."""
    manifest = Manifest(named.title, named.hash, {"plan.toml": "0" * 64}, {"draws": 4, "fixed": ["dc-1"]})
    plain = public_manifest(named, manifest)
    assert (plain.plan_hash, dict(plain.files)) == ("", {})
    assert dict(plain.settings) == {"draws": 4}

    keyed = {
        public_manifest(altered(named, {"plan.release_key": key * 16}), manifest).plan_hash for key in "ab"
    }
    assert len(keyed) == 2
    assert named.hash not in keyed
