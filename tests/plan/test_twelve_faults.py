"""A plan broken in many ways at once gets each of those faults and none that only follows from another."""

from __future__ import annotations

import tempfile
from pathlib import Path
from random import Random

import pytest
from breakages import ALL
from breaking import PLANS, TWELVE, Breakage, break_plan
from hypothesis import given, settings
from hypothesis import strategies as st

from standby.plan import Fault, PlanError, check, open_plan


def _match(breakage: Breakage, fault: Fault, plan: str) -> bool:
    code, file, where, field = breakage.expected(PLANS[plan])
    return (fault.code, fault.file) == (code, file) and where in fault.where and field in fault.field


def _told(broken: list[Breakage], faults: tuple[Fault, ...], plan: str) -> str:
    """Return what is wrong with the faults, nothing when each breakage has its own and no other is there."""
    left = list(faults)
    for breakage in broken:
        found = next((fault for fault in left if _match(breakage, fault, plan)), None)
        if found is None:
            return f"{breakage.name} was not told, among:\n" + "\n".join(map(str, faults))
        left.remove(found)
    return "" if not left else "follows from another:\n" + "\n".join(map(str, left))


@pytest.mark.parametrize("breakage", ALL, ids=lambda b: b.name)
def test_each_way_alone_gives_its_one_fault(breakage: Breakage, tmp_path: Path) -> None:
    """A plan broken in one place gets exactly the fault of that place, with what is wrong and the fix."""
    found = check(break_plan(tmp_path / "plan", "tiny", [breakage])).faults
    assert _told([breakage], found, "tiny") == ""
    assert found[0].what
    assert len(found[0].fix) > 5


def _one_of_each(seed: int) -> list[Breakage]:
    """Return one breakage of each of the twelve kinds that can be told beside each other."""
    random = Random(seed)  # noqa: S311 - chooses tests
    while True:
        chosen: list[Breakage] = []
        for code in TWELVE:
            ways = [b for b in ALL if b.code == code and b.fits(chosen) and not _clash(b, chosen)]
            if not ways:
                break
            chosen.append(random.choice(ways))
        else:
            return chosen


def _alike(field: str, other: str) -> bool:
    return field == other or bool(field and other and (field in other or other in field))


def _clash(breakage: Breakage, chosen: list[Breakage]) -> bool:
    """Two ways that write one key can't be told apart, and a row that is repeated repeats its faults."""
    _, file, where, field = breakage.expected(PLANS["tiny"])
    for other in chosen:
        _, its_file, its_where, its_field = other.expected(PLANS["tiny"])
        if file == its_file and (
            _alike(field, its_field) or ("broken" in where and where[:14] == its_where[:14])
        ):
            return True
        if breakage.tables.keys() & other.tables.keys() and "duplicate-id" in {breakage.code, other.code}:
            return True
    return False


@pytest.mark.parametrize("plan", PLANS)
@pytest.mark.parametrize("seed", range(4))
def test_twelve_at_once(plan: str, seed: int, tmp_path: Path) -> None:
    """A plan broken in the twelve ways at once gets those twelve faults and no other."""
    broken = _one_of_each(seed)
    folder = break_plan(tmp_path / "plan", plan, broken)
    found = check(folder).faults
    assert _told(broken, found, plan) == ""
    with pytest.raises(PlanError) as error:
        open_plan(folder)
    assert error.value.faults == found
    assert "12 faults" in str(error.value)


@st.composite
def _some(draw: st.DrawFn) -> list[Breakage]:
    chosen: list[Breakage] = []
    for breakage in draw(st.lists(st.sampled_from(ALL), min_size=2, max_size=14, unique_by=lambda b: b.name)):
        if breakage.fits(chosen) and not _clash(breakage, chosen):
            chosen.append(breakage)
    return chosen


@settings(max_examples=40)
@given(broken=_some())
def test_any_of_them_together(broken: list[Breakage]) -> None:
    """Whatever is broken together, each place gets its fault and nothing else does."""
    with tempfile.TemporaryDirectory() as place:
        folder = break_plan(Path(place) / "plan", "tiny", broken)
        assert _told(broken, check(folder).faults, "tiny") == ""
