"""How names are listed and things are counted."""

from __future__ import annotations

from standby.words import counted, listed, quoted


def test_names_in_a_row() -> None:
    """One name stands alone; the last of several follows an "and"."""
    assert (listed(["Avon"]), listed(["Avon", "Dorset"])) == ("Avon", "Avon and Dorset")
    assert listed(["Avon", "Dorset", "Wiltshire"]) == "Avon, Dorset and Wiltshire"


def test_names_in_quotation_marks() -> None:
    """Names that may have commas are kept apart by semicolons."""
    assert quoted(["Cars, more", "A base"]) == "“Cars, more”; “A base”"


def test_things_have_their_nouns() -> None:
    """One has the noun of one."""
    assert (counted(1, "site"), counted(3, "site"), counted(2, "force", "forces")) == (
        "1 site",
        "3 sites",
        "2 forces",
    )
