"""Much of one thing: the work grows no faster than the plan, and many like faults are few lines."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from standby import examples
from standby._refusals import closest
from standby.plan import PlanError, check, open_plan

TURNOUT = '"tiers.arv.turnout_min" = { value = 5, source = "invented" }'


def good_options(number: int) -> str:
    """Return so many options that are each an option."""
    return "".join(f'[options.o{k}]\nname = "O"\nset = {{ {TURNOUT} }}\n' for k in range(number))


def misspelt_options(number: int) -> str:
    """Return so many options with a wrong key each."""
    return "".join(f'[options.o{k}]\nnmae = "O"\nset = {{ {TURNOUT} }}\n' for k in range(number))


def options_of_strangers(number: int) -> str:
    """Return so many options that set a value of an entry that is not there."""
    return "".join(
        f'[options.o{k}]\nname = "O"\nset = {{ "tiers.t{k}.turnout_min" = 1 }}\n' for k in range(number)
    )


def many_paths(number: int) -> str:
    """Return one option that sets so many values that are no values."""
    paths = ", ".join(f'"workforce.wrong{k}" = 1' for k in range(number))
    return f'[options.long]\nname = "O"\nset = {{ {paths} }}\n'


def many_removals(number: int) -> str:
    """Return one option that removes so many areas that are not there."""
    names = ", ".join(f'"area{k}"' for k in range(number))
    return f'[options.long]\nname = "O"\nremove.areas = [{names}]\n'


def many_changes(number: int) -> str:
    """Return one option that changes so many units that are not there."""
    rows = ", ".join(f'{{ id = "unit{k}", count = 2 }}' for k in range(number))
    return f'[options.long]\nname = "O"\nchange.units = [{rows}]\n'


def folder_with(place: Path, text: str) -> Path:
    """Return a copy of the tiny plan with text at the end of its plan.toml."""
    folder = Path(shutil.copytree(examples.path("tiny"), place))
    with (folder / "plan.toml").open("a", encoding="utf-8") as file:
        file.write(f"\n{text}")
    return folder


def calls_of(work: Callable[[], object]) -> int:
    """Return how many functions are called to do some work."""
    count = 0

    def counted(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(counted)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize(
    "made", [good_options, misspelt_options, options_of_strangers, many_paths, many_removals, many_changes]
)
def test_work_grows_with_the_plan_and_no_faster(made: Callable[[int], str], tmp_path: Path) -> None:
    """Twice as many entries take twice the work of checking, not four times, whatever is wrong with them."""
    check(examples.path("tiny"))  # what is done once is done before counting
    few, many = (folder_with(tmp_path / f"{n}", made(n)) for n in (60, 120))
    assert calls_of(lambda: check(many)) < 2.2 * calls_of(lambda: check(few))


def test_an_option_is_laid_over_without_the_others(tmp_path: Path) -> None:
    """Laying one option over its base takes hardly more work when there are ten times as many others."""
    few, many = (open_plan(folder_with(tmp_path / f"{n}", good_options(n))) for n in (12, 120))
    few.with_option("o1")
    assert calls_of(lambda: many.with_option("o2")) < 1.5 * calls_of(lambda: few.with_option("o2"))


def test_an_option_that_is_laid_over_keeps_the_others(tmp_path: Path) -> None:
    """What is laid over the base keeps the options, scenarios and statements that the plan has."""
    plan = open_plan(folder_with(tmp_path / "plan", good_options(3)))
    laid = plan.with_option("o1")
    assert laid.document.options == plan.document.options
    assert laid.document.statements == plan.document.statements
    assert laid.document.model_fields_set == plan.document.model_fields_set
    assert laid.document.tiers["arv"].turnout_min.value == 5


def test_one_bad_column_is_one_fault_and_hides_no_other(tmp_path: Path) -> None:
    """Different wrong cells of one column are one fault with rows and their number; another fault is seen."""
    folder = Path(shutil.copytree(examples.path("tiny"), tmp_path / "plan"))
    rows = "".join(f"a{k},Area {k},-3.6,50.8,{k} people,town,home,1,invented\n" for k in range(685))
    with (folder / "areas.csv").open("a", encoding="utf-8") as file:
        file.write(rows + "last,Last,-3.6,50.8,5,twon,home,1,invented\n")
    bad, other = check(folder).faults
    assert bad.where == "rows 8, 9, 10, 11, 12 … (685 rows)"
    assert (bad.field, bad.code) == ("population", "not-a-number")
    assert bad.what.startswith("is '0 people', not a number")
    assert (other.where, other.field) == ("row 693", "class")


def test_few_bad_cells_are_each_said(tmp_path: Path) -> None:
    """Up to five different faults of a column are told one by one."""
    folder = Path(shutil.copytree(examples.path("tiny"), tmp_path / "plan"))
    text = (folder / "areas.csv").read_text(encoding="utf-8")
    for k, word in enumerate(["20000", "8000", "4000"]):
        text = text.replace(f",{word},", f",{k} people,")
    (folder / "areas.csv").write_text(text, encoding="utf-8")
    said = [fault.what for fault in check(folder).faults]
    assert len(said) > 1
    assert said == [f"is '{k} people', not a number" for k in range(len(said))]


def test_a_message_of_many_faults_is_short(tmp_path: Path) -> None:
    """The error names the first five faults of a kind and how many more there are; programs get all."""
    text = misspelt_options(100) + "[options.other]\nname = 5\n"
    with pytest.raises(PlanError) as error:
        open_plan(folder_with(tmp_path / "plan", text))
    lines = str(error.value).splitlines()
    assert len(error.value.faults) == 101
    assert lines[0] == "the plan has 101 faults:"
    assert lines[6] == "  plan.toml, options: … and 95 more faults of this kind (unknown-column)"
    assert lines[7].startswith("  plan.toml, options.other, name: is 5, not text")
    assert len(lines) == 8


def test_what_was_meant_is_found_among_many() -> None:
    """A slip is put right among thousands of names as well, and a name like none of them has no neighbour."""
    names = [f"site-{k:05}" for k in range(20_000)] + ["exeter-airport"]
    assert closest("exeter-airprot", names) == "exeter-airport"
    assert closest("zzz", names) is None
