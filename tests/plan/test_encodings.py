"""A table in another encoding is one fault, and a number beyond all computing names its limit."""

from __future__ import annotations

from pathlib import Path

import pytest

from standby.plan import check
from standby.plan.files.text import decode, wide_encoding

WIDE = ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be")


@pytest.mark.parametrize("name", ["Caerdydd", "Trefyclo’", "Dŵr", "ẃ", "Ynys Môn"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
@pytest.mark.parametrize("encoding", WIDE)
def test_wide_table_is_one_fault(tiny: Path, encoding: str, separator: str, name: str) -> None:
    """UTF-16 and UTF-32, with a mark or without, as spreadsheets write it, bring the true fault alone."""
    text = (tiny / "areas.csv").read_text("utf-8").replace("Westham", name).replace(",", separator)
    (tiny / "areas.csv").write_bytes(text.replace("\n", "\r\n").encode(encoding))
    (fault,) = check(tiny).faults
    assert (fault.file, fault.where, fault.field, fault.code) == ("areas.csv", "", "", "encoding")
    assert fault.what == f"is not UTF-8 text but {encoding[:6].upper()}"


@pytest.mark.parametrize("encoding", WIDE)
def test_fault_in_a_wide_table_is_found_as_well(tiny: Path, encoding: str) -> None:
    """What is wrong in the cells is reported beside the encoding, in the right row."""
    text = (tiny / "areas.csv").read_text("utf-8").replace("60000", "many")
    (tiny / "areas.csv").write_bytes(text.encode(encoding))
    assert {(fault.where, fault.field) for fault in check(tiny).faults} == {("", ""), ("row 2", "population")}


def test_text_is_decoded_as_what_it_is() -> None:
    """Each encoding is told from the others, a cut-off character is left out, and UTF-8 is no fault."""
    text = "id,name\na,Dŵr\n"
    for encoding in WIDE:
        found, faults = decode("areas.csv", text.encode(encoding) + b"\x00")
        assert (found, len(faults)) == (text, 1)
    assert decode("areas.csv", text.encode()) == (text, [])
    assert wide_encoding(b"") is None


def test_bytes_that_are_zero_are_named_by_row(tiny: Path) -> None:
    """A few stray bytes of 0 in UTF-8 text are a fault of their row, and of no other encoding."""
    data = (tiny / "areas.csv").read_bytes()
    (tiny / "areas.csv").write_bytes(data.replace(b"Westham", b"West\0ham"))
    (fault,) = check(tiny).faults
    assert (fault.where, fault.what) == ("row 3", "is not UTF-8 text")


HUGE = "9" * 401


@pytest.mark.parametrize(
    ("file", "old", "new", "place", "fix"),
    [
        (
            "areas.csv",
            ",20000,",
            f",{HUGE},",
            "areas.csv, row 3, population",
            "at most 10,000,000,000 [people]",
        ),
        ("areas.csv", ",20000,", f",-{HUGE},", "areas.csv, row 3, population", "at least 0 [people]"),
        ("units.csv", "home,2,", f"home,{HUGE},", "units.csv, row 2, count", "at most 1,000,000 [number]"),
        (
            "plan.toml",
            "population = { value = 100000",
            f"population = {{ value = {HUGE}",
            "plan.toml, forces.home.population, value",
            "at most 10,000,000,000 [people]",
        ),
        (
            "plan.toml",
            "limit_min = ",
            f"limit_min = {HUGE} # ",
            "plan.toml, travel, limit_min",
            "at most 10,080",
        ),
        (
            "areas.csv",
            ",20000,",
            ",1e999,",
            "areas.csv, row 3, population",
            "at most 10,000,000,000 [people]",
        ),
    ],
)
def test_endless_number_is_too_large(tiny: Path, file: str, old: str, new: str, place: str, fix: str) -> None:
    """A number of 401 digits is a number that is too large: the one fault says so, with the limit."""
    text = (tiny / file).read_text("utf-8")
    if old == "limit_min = " and old not in text:
        old, new = "[travel]\n", f"[travel]\nlimit_min = {HUGE}\n"
    assert text.count(old) == 1
    (tiny / file).write_text(text.replace(old, new), "utf-8")
    (fault,) = check(tiny).faults
    assert (fault.subject, fault.code) == (place, "out-of-range")
    assert f"which is too {'small' if '-9' in new else 'large'}" in fault.what
    assert fault.fix == f"It must be {fix}"


def test_number_that_python_does_not_read_is_named_by_line(tiny: Path) -> None:
    """A number of thousands of digits in TOML is one fault, with its line and no word of Python's."""
    text = (tiny / "plan.toml").read_text("utf-8")
    (tiny / "plan.toml").write_text(text.replace("value = 100000", f"value = {'9' * 5000}"), "utf-8")
    (fault,) = check(tiny).faults
    line = text[: text.index("value = 100000")].count("\n") + 1
    assert fault.subject == f"plan.toml, line {line}"
    assert fault.what == "has a number of more than 4,300 digits, which is too large"


def test_impossible_population_is_not_added_up(tiny: Path) -> None:
    """A population beyond its limit is one fault: that the areas do not add up to it follows from that."""
    text = (tiny / "plan.toml").read_text("utf-8")
    (tiny / "plan.toml").write_text(text.replace("value = 100000", "value = 1e300"), "utf-8")
    (fault,) = check(tiny).faults
    assert fault.code == "out-of-range"
