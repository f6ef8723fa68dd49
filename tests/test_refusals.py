"""What is refused says what is wrong and what would be right, in one form."""

from __future__ import annotations

import pickle
import re
from pathlib import Path

import pytest

import standby
from standby import locate
from standby._refusals import (
    Fault,
    MissingExtraError,
    Refusal,
    UnknownNameError,
    alike,
    closest,
    did_you_mean,
    meant,
)

FAULT = Fault("areas.csv", "row 7", "population", "is -3", "Write a number of people", "out-of-range")


@pytest.mark.parametrize(
    ("refusal", "text"),
    [
        (Refusal("km is -1"), "km is -1"),
        (Refusal("is -1", "give a distance", subject="km"), "km: is -1; give a distance"),
        (Refusal("is no table", "Give a table", subject="a.csv"), "a.csv: is no table. Give a table."),
        (Refusal("there is no 'x'", "Did you mean 'y'?"), "there is no 'x'. Did you mean 'y'?"),
        (FAULT, "areas.csv, row 7, population: is -3. Write a number of people"),
        (Refusal("Two things are wrong.", "Change one"), "Two things are wrong. Change one."),
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
    assert did_you_mean("name", "position") == "Did you mean 'name', 'position'?"
    assert (closest("zzz", known), meant("zzz", known)) == (None, "")


def test_a_wrong_name_among_very_many_is_found_soon() -> None:
    """Of very many names only those that begin alike are compared."""
    known = {f"area-{k}" for k in range(100_000)}
    assert closest("area-77x", known) in known


def test_a_missing_extra_goes_from_process_to_process():
    """It says what is wrong and the fix apart, as a refusal does, and is the same after pickling."""
    told = MissingExtraError("areas.parquet needs pyarrow", "parquet", "keep the table as CSV")
    again = pickle.loads(pickle.dumps(told))  # noqa: S301 - our own bytes
    assert (again.what, again.fix, str(again)) == (told.what, told.fix, str(told))
    assert told.what == "areas.parquet needs pyarrow"
    assert told.fix == "Install the extra: pip install 'standby[parquet]'; or keep the table as CSV"


def test_a_missing_extra_has_one_class():
    """Rooms raise no other error for a part that is not installed; the exported one is of that kind."""
    assert issubclass(locate.SolverMissingError, MissingExtraError)

    package = Path(standby.__file__).parent
    by_hand = [
        f"{path.relative_to(package)}: {line.strip()}"
        for path in package.rglob("*.py")
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.search(r"raise (ImportError|ModuleNotFoundError)|pip install .?standby\[", line)
    ]

    # The one that writes them all, and a library that comes with Standby and is no extra of it.
    assert [line.partition(":")[0] for line in sorted(by_hand)] == ["_refusals.py", "_show.py"]
