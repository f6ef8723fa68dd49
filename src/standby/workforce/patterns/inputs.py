"""What a caller gives, checked: every fault is named at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from standby._checks import whole
from standby._refusals import Refusal
from standby.workforce.patterns.rules import DAYS, BlockDays, Forbidden, PatternRules

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from standby._typing import Codes

MOST_CREWS = 1_000
"""Most crews: with more, sums in proofs might not fit into 64 bits."""

MOST_NAMED = 3
"""Entries of one argument that a refusal names at most."""

Given = TypeVar("Given")


def checked_rules(
    requirements: ArrayLike, *, crews: Any, work_block: Any, days_off: Any, shift_block: Any, forbidden: Any
) -> PatternRules:
    """Return the rules that a caller describes; see `cyclic_pattern`.

    Raises
    ------
    Refusal
        If an argument can't be used; all faults are named.
    """
    faults: list[Refusal] = []

    def taken(check: Callable[[], Given], otherwise: Given) -> Given:
        """Return what a check returns; note its refusal."""
        try:
            return check()
        except Refusal as fault:
            faults.append(fault)
            return otherwise

    wanted = taken(lambda: _requirements(requirements), np.empty((0, DAYS), np.int64))
    n_crews = taken(lambda: _number_of_crews(crews), 1)
    work = taken(lambda: _limits("work_block", work_block), BlockDays(1, 1))
    free = taken(lambda: _limits("days_off", days_off), BlockDays(1, 1))

    no_blocks: tuple[BlockDays, ...] = ()
    none_forbidden: frozenset[Forbidden] = frozenset()

    # Without requirements it isn't known how many shifts there are.
    n_shifts = wanted.shape[0] or None
    blocks = taken(lambda: _shift_blocks(shift_block, n_shifts), no_blocks)
    sequences = taken(lambda: _forbidden(forbidden, n_shifts), none_forbidden)

    if len(faults) == 1:
        raise faults[0]
    if faults:
        raise Refusal(f"{len(faults)} arguments can't be used\n" + "\n".join(map(str, faults)))
    return PatternRules(wanted, n_crews, work, free, blocks, sequences)


def _requirements(given: ArrayLike) -> Codes:
    """Return the crews wanted, shape (shifts, 7)."""
    fix = f"give one row for each shift, with whole numbers for the {DAYS} days from Monday on"
    try:
        array = np.asarray(given)
    except ValueError as error:
        raise Refusal("requirements have rows of different lengths", fix) from error
    if array.ndim != 2 or array.shape[1] != DAYS or not array.size:
        raise Refusal(f"requirements have the shape {array.shape}", fix)
    if array.dtype == bool or not np.issubdtype(array.dtype, np.number) or np.iscomplexobj(array):
        raise Refusal(f"requirements are of the kind {array.dtype}", fix)

    values = array.astype(np.float64)
    wrong = np.argwhere(~((values >= 0) & (values <= MOST_CREWS) & (values == np.rint(values))))
    if wrong.size:
        named = ", ".join(f"{values[s, d]:g} in shift {s} on day {d}" for s, d in wrong[:MOST_NAMED].tolist())
        more = f" and {len(wrong) - MOST_NAMED} more" if len(wrong) > MOST_NAMED else ""
        raise Refusal(f"requirements are {named}{more}", f"give whole numbers from 0 to {MOST_CREWS:,}")
    if not values.any():
        raise Refusal("requirements want nobody at work", "give at least one crew in one shift")
    return values.astype(np.int64)


def _number_of_crews(given: Any) -> int:
    """Return the number of crews."""
    crews = whole("crews", given, low=1)
    if crews > MOST_CREWS:
        raise Refusal(f"crews is {crews}", f"give a whole number up to {MOST_CREWS:,}")
    return crews


def _limits(name: str, given: Any) -> BlockDays:
    """Return the fewest and most days of a block."""
    fix = "give two whole numbers of days, (least, most), with 0 <= least <= most and most of at least 1"
    try:
        least, most = (whole(name, days) for days in given)
    except (TypeError, ValueError) as error:
        raise Refusal(f"{name} is {given!r}", fix) from error
    if most < max(least, 1):
        raise Refusal(f"{name} is {given!r}", fix)
    return BlockDays(max(least, 1), most)  # a block has a day


def _shift_blocks(given: Any, n_shifts: int | None) -> tuple[BlockDays, ...]:
    """Return the fewest and most consecutive days of each shift."""
    try:
        pairs = list(given)
    except TypeError as error:
        raise Refusal(f"shift_block is {given!r}", "give a pair (least, most) for each shift") from error
    if n_shifts is not None and len(pairs) != n_shifts:
        raise Refusal(
            f"shift_block has {len(pairs)} entries and requirements {n_shifts} rows",
            "give a pair (least, most) for each shift",
        )
    return tuple(_limits(f"shift_block of shift {shift}", pair) for shift, pair in enumerate(pairs))


def _forbidden(given: Any, n_shifts: int | None) -> frozenset[Forbidden]:
    """Return the sequences that are forbidden."""
    fix = "give (before, after, gap): two shifts by number and the exact days off between them"
    try:
        sequences = [tuple(sequence) for sequence in given]
    except TypeError as error:
        raise Refusal(f"forbidden is {given!r}", fix) from error

    found = set()
    for sequence in sequences:
        try:
            before, after, gap = (whole("forbidden", part) for part in sequence)
        except (TypeError, ValueError) as error:
            raise Refusal(f"forbidden has {sequence!r}", fix) from error
        if n_shifts is not None and max(before, after) >= n_shifts:
            raise Refusal(f"forbidden has {sequence!r}", f"shifts have numbers from 0 to {n_shifts - 1}")
        found.add(Forbidden(before, after, gap))
    return frozenset(found)
