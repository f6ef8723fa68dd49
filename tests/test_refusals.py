"""What is refused says what is wrong and what would be right, in one form."""

from __future__ import annotations

import pickle

import pytest

from standby._refusals import Fault, MissingExtraError, Refusal, UnknownNameError, alike, closest, meant

FAULT = Fault("areas.csv", "row 7", "population", "is -3", "Write a number of people", "out-of-range")


@pytest.mark.parametrize(
    ("refusal", "text"),
    [
        (Refusal("km is -1"), "km is -1"),
        (Refusal("is -1", "give a distance", subject="km"), "km: is -1; give a distance"),
        (Refusal("is no table", "Give a table", subject="a.csv"), "a.csv: is no table. Give a table."),
        (Refusal("there is no 'x'", "Did you mean 'y'?"), "there is no 'x'. Did you mean 'y'?"),
        (FAULT, "areas.csv, row 7, population: is -3. Write a number of people"),
    ],
)
def test_a_refusal_is_a_sentence(refusal: Refusal, text: str) -> None:
    """A fix that begins small stands behind a semicolon, a sentence of its own behind a full stop."""
    assert str(refusal) == text


def test_faults_are_alike_when_they_say_the_same() -> None:
    """Faults can be compared, counted in sets, sent to another process and raised."""
    again = pickle.loads(pickle.dumps(FAULT))  # noqa: S301 - our own
    assert again == FAULT
    assert len({again, FAULT}) == 1
    assert again.as_dict()["fix"] == "Write a number of people"
    with pytest.raises(Refusal, match="row 7"):
        raise again


def test_what_is_caught_as_python_names_it() -> None:
    """A refusal is a ValueError, a name that is not there a KeyError, a missing part an ImportError."""
    for kind, error in [
        (ValueError, Refusal("x")),
        (KeyError, UnknownNameError("there is no 'x'", "use y")),
        (ImportError, MissingExtraError("maps need a library", "maps")),
    ]:
        with pytest.raises(kind):
            raise error
    assert str(UnknownNameError("there is no 'x'", "use y")) == "there is no 'x'; use y"
    assert "pip install 'standby[maps]'" in str(MissingExtraError("maps need a library", "maps"))


def test_names_that_were_meant() -> None:
    """The likeliest name comes first; nothing is suggested where nothing is like it."""
    known = {"population", "position", "name"}
    assert closest("populaton", known) == "population"
    assert alike("postion", known)[0] == "position"
    assert meant("populaton", known) == "Did you mean 'population'?"
    assert (closest("zzz", known), meant("zzz", known)) == (None, "")


def test_a_wrong_name_among_very_many_is_found_soon() -> None:
    """Of very many names only those that begin alike are compared."""
    known = {f"area-{k}" for k in range(100_000)}
    assert closest("area-77x", known) in known
