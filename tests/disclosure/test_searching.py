"""What `standby disclose` finds in the text of files: each trick by which something could be hidden there."""

from __future__ import annotations

import base64
import getpass
import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standby.disclosure.searching import searched
from standby.plan import Plan, open_plan
from standby.plan.files.digests import ALGORITHMS
from standby.plan.options import rows_of

FOLDER = "lists-of-plans"
KEY = "a-key-of-the-service-0123456789"
NAMES = "search for names"
POSITIONS = "search for positions"
HASHES = "hashes that inputs can be tried against"
TRACES = "metadata of the files"


@pytest.fixture(scope="module")
def real(root: Path) -> Plan:
    """Return the plan of three forces as if its bases were real, with bases of some names added."""
    plan = open_plan(root / "src" / "standby" / "examples" / "south-west")
    sites = plan.table("sites").copy()
    for row, name in enumerate(["Bath", "Dorset", "Wilt", "Devon"]):
        sites.loc[row, ["id", "name"]] = [f"base-{row}", name]
    about = plan.document.plan.model_copy(update={"bases": "real", "release_key": KEY})
    document = plan.document.model_copy(update={"plan": about})
    return replace(plan, tables={**plan.tables, "sites": sites}, document=document)


def _found(plan: Plan, text: str, name: str = "note.html") -> dict[str, int]:
    """Return what each search finds in a text."""
    return {finding.attack: finding.found for finding in searched(plan, {name: text})}


SPELLINGS = {
    "as written": "Swindon",
    "in capitals": "SWINDON",
    "plural": "two Swindons",
    "possessive": "Swindon's units",
    "typographic possessive": "Swindon\u2019s units",
    "two words, no-break space": "Newton\u00a0Abbot",
    "two words as one": "newtonAbbot",
    "id": "wi_swindon",
    "zero-width space": "Swin\u200bdon",
    "zero-width joiner": "S\u200dwindon",
    "soft hyphen": "Swin\u00addon",
    "word joiner": "Swin\u2060don",
    "combining accent": "Swi\u0301ndon",
    "full width": "Ｓwindon",
    "decimal entity": "&#83;windon",
    "hexadecimal entity": "&#x53;windon",
    "named entity": "Swin&shy;don",
    "entity twice": "&amp;#83;windon",
    "JSON escape": r"\u0053windon",
    "JavaScript escapes": r"\x53\u{77}indon",
    "percent": "%53windon",
    "letters apart": "S w i n d o n",
    "letters apart by no-break spaces": "\u00a0".join("Swindon"),
    "letters apart by points": "S.w.i.n.d.o.n",
    "in UTF-16": "S\0w\0i\0n\0d\0o\0n\0",
    "a tag between": "Swin<b>don</b>",
    "a comment between": "Swin<!-- -->don",
    "short": "from Bath.",
    "short, possessive": "Bath's",
    "short, with an entity": "&#66;ath",
    "short, inside the name of a force": "in Wilt only",
    "part of the name of a force": "Devon alone",
}


@pytest.mark.parametrize("how", SPELLINGS)
def test_a_name_is_found_however_it_is_written(real: Plan, how: str) -> None:
    """Spelling, hidden characters, entities and escapes hide no name of a base."""
    assert _found(real, f"<p>Units at {SPELLINGS[how]} today</p>")[NAMES] >= 1


@pytest.mark.parametrize(
    "text",
    [
        "a bath, and baths",  # a short name is searched for as it is written
        "Bathing and Wiltshire",
        "Devon and Cornwall share units with Dorset",
        "devon-cornwall",  # the id of a force
        "Dorset",  # a base that is named exactly like a force can't be told from it
        "pooled units",  # Poole
    ],
)
def test_what_is_no_name_is_not_found(real: Plan, text: str) -> None:
    """Common words, names of forces, and longer words give no false alarm."""
    assert _found(real, f"<p>{text}</p>")[NAMES] == 0


def test_the_name_of_a_file_is_searched(real: Plan) -> None:
    """A base may stand in the name of a file alone."""
    assert _found(real, "", "swindon.html")[NAMES] == 1


HIDDEN = st.sampled_from(["", "\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u0301", "&shy;"])
WRITTEN = st.sampled_from(
    [
        lambda c: c,
        str.upper,
        lambda c: f"&#{ord(c)};",
        lambda c: f"&#x{ord(c):X};",
        lambda c: f"\\u{ord(c):04x}",
        lambda c: f"\\u{{{ord(c):x}}}",
        lambda c: f"\\x{ord(c):02x}",
        lambda c: f"%{ord(c):02X}",
        lambda c: chr(ord(c) + 0xFEE0),  # full width
    ]
)


@settings(max_examples=60)
@given(
    st.sampled_from(["swindon", "salisbury", "barnstaple", "weymouth"]),
    st.lists(st.tuples(HIDDEN, WRITTEN), min_size=10, max_size=10),
    st.sampled_from(["", "s", "'s", "\u2019s"]),
)
def test_any_mixture_of_spellings_is_found(real: Plan, name: str, how: list[Any], end: str) -> None:
    """Every letter may be written another way, with something unseen before it."""
    letters = [hidden + write(letter) for letter, (hidden, write) in zip(name, how, strict=False)]
    assert _found(real, f"at {''.join(letters)}{end}, today")[NAMES] >= 1


@settings(max_examples=20)
@given(
    st.sampled_from(["swindon", "salisbury"]), st.sampled_from([" ", ".", "-", "_", "\u00a0", ", ", " / "])
)
def test_letters_apart_are_found(real: Plan, name: str, between: str) -> None:
    """Letters that stand alone one after another are read together."""
    assert _found(real, f"at {between.join(name)} today")[NAMES] >= 1


# Swindon stands at -1.78116, 51.55797 in the table of sites.
POSITIONS_WRITTEN = {
    "as in the table": "-1.78116,51.55797",
    "latitude first": "51.55797, -1.78116",
    "GeoJSON": '"coordinates": [-1.78116, 51.55797]',
    "a digit cut": "-1.7811 51.5579",
    "rounded": "-1.7812 51.558",
    "two digits": "(51.56, -1.78)",
    "noughts added": "-1.781160 51.557970",
    "another minus": "\u22121.78116 51.55797",
    "in cells": "<td>-1.78116</td><td>51.55797</td>",
    "with entities": "&#45;1.78116, 51.55797",
    "named": '{"lon": -1.78116, "lat": 51.55797}',
}


@pytest.mark.parametrize("how", POSITIONS_WRITTEN)
def test_a_position_is_found(real: Plan, how: str) -> None:
    """Both numbers of a base close together are found in either order, also cut short."""
    assert _found(real, f"<p>{POSITIONS_WRITTEN[how]}</p>")[POSITIONS] >= 1


def test_where_units_are_on_patrol_is_found(real: Plan) -> None:
    """The name of a patrol and its position are as secret as those of a base; its id may be a common word."""
    row = {
        "id": "villages", "name": "Round of Nowhere", "unit": "dc-exeter-arv", "provider": "devon-cornwall",
        "lon": -3.61234, "lat": 50.71234, "share": 0.3, "source": "assumption",
    }  # fmt: skip
    frame, _ = rows_of("patrols", [row])
    plan = replace(real, tables={**real.tables, "patrols": frame})
    assert _found(plan, "<p>the round of nowhere</p>")["search for names"] == 1
    assert _found(plan, "<p>villages</p>")["search for names"] == 0
    assert _found(plan, "<p>-3.61234, 50.71234</p>")[POSITIONS] == 1
    assert _found(real, "<p>-3.61234, 50.71234</p>")[POSITIONS] == 0


@pytest.mark.parametrize(
    "text",
    [
        "-1.78116 alone",
        "51.55797 alone",
        "-1.78116" + " and so on" * 10 + " 51.55797",
        "-1.8, 51.6",
        "1.78.116, 51.55.797",
        "-1.78117, 51.55798",
    ],
)
def test_what_is_no_position_is_not_found(real: Plan, text: str) -> None:
    """One number alone, numbers far apart, and others give no false alarm."""
    assert _found(real, text)[POSITIONS] == 0


def _digests(plan: Plan) -> dict[str, str]:
    """Return ways to write hashes of a plan's files, by what they are."""
    assert plan.folder is not None
    data = (plan.folder / "units.csv").read_bytes()
    ways = {name: hashlib.new(name, data).hexdigest() for name in ALGORITHMS}
    digest = hashlib.sha256(data).digest()
    return {
        **ways,
        "in capitals": digest.hex().upper(),
        "of the plan": plan.hash,
        "Base64": base64.b64encode(digest).decode(),
        "Base64 for addresses": base64.urlsafe_b64encode(digest).decode().rstrip("="),
        "Base64 of the digits": base64.b64encode(digest.hex().encode()).decode(),
        "split by spaces": digest.hex(" "),
        "split by colons": digest.hex(":", 4),
        "over two lines": f"{digest.hex()[:32]}\n    {digest.hex()[32:]}",
        "with a prefix": f"sha256{digest.hex()}",
        "cut short": digest.hex()[:20],
        "zero-width spaces": digest.hex("-", 8).replace("-", "\u200b"),
        "of the bases": plan.document.plan.bases_fingerprint,
        "the key": KEY,
        "the key in JSON": json.dumps(KEY),
    }


WAYS = [*ALGORITHMS, "in capitals", "of the plan", "Base64", "Base64 for addresses", "Base64 of the digits"]
WAYS += ["split by spaces", "split by colons", "over two lines", "with a prefix", "cut short"]
WAYS += ["zero-width spaces", "of the bases", "the key", "the key in JSON"]


@pytest.mark.parametrize("how", WAYS)
def test_a_hash_of_the_plan_is_found(real: Plan, how: str) -> None:
    """Whatever hash it is and however it is written, an input could be tried against it."""
    assert _found(real, f"made from {_digests(real)[how]}.")[HASHES] >= 1


def test_every_way_to_write_a_hash_is_tried(real: Plan) -> None:
    """The list above has every way."""
    assert set(WAYS) == set(_digests(real))


def test_other_hashes_are_not_found(real: Plan) -> None:
    """The keyed hash of the manifest, and hashes of libraries, say nothing of the plan."""
    assert _found(real, hashlib.sha256(b"a library").hexdigest())[HASHES] == 0


def _traces(plan: Plan) -> dict[str, str]:
    """Return traces of who made a file, by what they are."""
    account = getpass.getuser()
    return {
        "folder": f"read from {plan.folder}",
        "folder in a list": f'"{plan.folder}"',
        "file in the folder": f"{plan.folder}/plan.toml",
        "address of a file": f"file://{quote(str(plan.folder))}",
        "backslashes": str(plan.folder).replace("/", "\\\\"),
        "home": f"in {Path.home()}.",
        "home of a file": f"{Path.home()}/somewhere",
        "creator of a workbook": f"<dc:creator>{account}</dc:creator>",
        "author of a page": f'<meta name="author" content="{account}">',
        "owner in JSON": json.dumps({"owner": account}),
        "changed by": f"<cp:lastModifiedBy>{account}</cp:lastModifiedBy>",
    }


@pytest.mark.parametrize(
    "how",
    [
        "folder",
        "folder in a list",
        "file in the folder",
        "address of a file",
        "backslashes",
        "home",
        "home of a file",
        "creator of a workbook",
        "author of a page",
        "owner in JSON",
        "changed by",
    ],
)
def test_a_trace_of_who_made_a_file_is_found(real: Plan, how: str) -> None:
    """The plan's folder, the home folder, and the account as a field of metadata."""
    assert _found(real, f"<p>{_traces(real)[how]}</p>")[TRACES] == 1


def test_the_account_is_a_common_word_elsewhere(real: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    """Outside a field of metadata the name of an account says nothing, and parts of paths do not."""
    monkeypatch.setattr(getpass, "getuser", lambda: "plan")
    text = f"<p>the plan of the service, by its author the planner, {FOLDER}{real.folder}-two</p>"
    assert _found(real, text)[TRACES] == 0
    assert _found(real, '<meta name="author" content="plan">')[TRACES] == 1


def test_a_release_without_a_folder_is_searched(tiny: Plan, altered: Callable[..., Plan]) -> None:
    """A plan that was not read from a folder has its hashes only."""
    plan = replace(altered(tiny, {"plan.bases": "real"}), folder=None)
    assert _found(plan, plan.hash)[HASHES] == 1
    assert _found(plan, "nothing") == {NAMES: 0, POSITIONS: 0, HASHES: 0, TRACES: 0}
