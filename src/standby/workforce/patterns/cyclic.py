"""A cyclic shift pattern that meets requirements exactly and keeps rules, or the proof that there is none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from standby import _deadline
from standby._deadline import Deadline, UnfinishedError, checked_limit
from standby._refusals import MissingExtraError
from standby._show import Shown
from standby.words import counted, listed
from standby.workforce.patterns.inputs import checked_rules

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from standby._typing import Codes

PatternStatus = Literal["found", "impossible", "time_limit"]


class PatternCheckError(RuntimeError):
    """A pattern that the search takes for right breaks a rule when it is read day by day: never expected."""


@dataclass(frozen=True, eq=False)
class CyclicPattern(Shown):
    """A cyclic shift pattern, or why there is none.

    Attributes
    ----------
    pattern
        Shift worked on each day of each week, -1 for a day off, shape (crews, 7). Each crew begins with a row
        of its own and goes on with the next a week later, after the last with the first. None unless `status`
        is ``"found"``.
    status
        ``"found"``, ``"impossible"`` (it is proven that there is no pattern) or ``"time_limit"`` (neither
        found nor proven).
    seconds
        Wall time of the call [s].
    conflicts
        Names of arguments that no pattern keeps together, whatever the others are; empty unless `status` is
        ``"impossible"``. To let go of `crews` is to have any number of crews.
    conflicts_are_smallest
        Whether every smaller set of arguments can be kept together. False where the time was up before that
        was proven; `conflicts` then are all arguments.
    """

    pattern: Codes | None
    status: PatternStatus
    seconds: float
    conflicts: tuple[str, ...] = ()
    conflicts_are_smallest: bool = False

    def summary(self) -> str:
        """Return one or two sentences on the pattern, or on what stands against it."""
        if self.pattern is not None:
            weeks = counted(self.pattern.shape[0], "week")
            return f"A pattern of {weeks} meets the requirements exactly and keeps every rule."
        if self.status == "time_limit":
            return "No pattern was found in the time given, nor proof that there is none."

        names = f"{listed(self.conflicts)} can't be kept together"
        if not self.conflicts_are_smallest:
            return f"There is no pattern: {names}. The time was up before fewer of them could be named."
        return f"There is no pattern: {names}, whatever the other arguments are. Any fewer could be."


def cyclic_pattern(
    requirements: ArrayLike,
    *,
    crews: int,
    work_block: tuple[int, int],
    days_off: tuple[int, int],
    shift_block: Sequence[tuple[int, int]],
    forbidden: Iterable[tuple[int, int, int]],
    time_limit_s: float | None = None,
) -> CyclicPattern:
    """Find a cyclic shift pattern that meets requirements exactly and keeps rules, or prove there is none.

    Each crew begins in a week of its own and goes through all weeks in turn, so that blocks run on from
    Sunday to Monday and from the last week to the first. A block that never ends, such as work on every day,
    is longer than any limit.

    Parameters
    ----------
    requirements
        Crews in each shift on each day, Monday first, shape (shifts, 7): met exactly, by neither more nor
        fewer. Shifts have the numbers of the rows, from 0 on.
    crews
        Number of crews, and of weeks of the pattern.
    work_block
        Fewest and most consecutive days of work, of whatever shift.
    days_off
        Fewest and most consecutive days off.
    shift_block
        Fewest and most consecutive days of the same shift, a pair for each shift. A day off or another shift
        ends a block.
    forbidden
        Sequences that may not be, each ``(before, after, gap)``: a day in shift `before`, then exactly `gap`
        days off, then a day in shift `after`. A gap of 0 is the next day.
    time_limit_s
        When to stop [s]; None for no limit. A single linear program may take longer.

    Returns
    -------
    CyclicPattern
        The pattern, or the proof that there is none with a smallest set of arguments in conflict.

    Raises
    ------
    Refusal
        If arguments can't be used: it says which, all at once, and what would be right.
    PatternCheckError
        If the pattern breaks a rule when it is read day by day; never expected.
    MissingExtraError
        If the solver isn't installed.

    Notes
    -----
    The problem is that of Musliu, Gärtner and Slany [1]_, known as rotating workforce scheduling. Weeks
    are walks through the states of an automaton that knows the rules; crews are a flow through its days,
    with the requirements as rows; and a flow of one piece is a pattern, by Euler's theorem. The flow is
    found by branch and bound over linear programs. Every branch is closed by a sum of rows in whole numbers
    that contradicts the limits, so the proof doesn't rest on the solver's word.

    References
    ----------
    .. [1] N. Musliu, J. Gärtner and W. Slany (2002), Efficient generation of rotating workforce schedules,
       Discrete Applied Mathematics 118, 85-98.

    Examples
    --------
    Days and nights with two crews on each, on for four days and off for four, days before nights:

    >>> rules = {"work_block": (4, 4), "days_off": (4, 4), "shift_block": [(2, 2), (2, 2)]}
    >>> result = cyclic_pattern([[2] * 7, [2] * 7], crews=8, forbidden=[(1, 0, 0)], **rules)
    >>> result.status, result.pattern.shape
    ('found', (8, 7))

    Seven crews would have 21 days off in their seven weeks, which are no blocks of four:

    >>> cyclic_pattern([[2] * 7, [2] * 7], crews=7, forbidden=[(1, 0, 0)], **rules).conflicts
    ('requirements', 'crews', 'days_off')
    """
    started = _deadline.clock()
    limit = checked_limit(time_limit_s)
    rules = checked_rules(
        requirements,
        crews=crews,
        work_block=work_block,
        days_off=days_off,
        shift_block=shift_block,
        forbidden=forbidden,
    )
    try:
        from standby.workforce.patterns import conflicts, search  # noqa: PLC0415 - the solver is optional
    except ImportError as error:
        raise MissingExtraError("shift patterns need the HiGHS solver", "locate") from error

    deadline = Deadline(limit)
    try:
        pattern = search.find(rules, deadline)
    except UnfinishedError:
        return CyclicPattern(None, "time_limit", _deadline.clock() - started)

    if pattern is None:
        names, are_smallest = conflicts.smallest_conflict(rules, deadline)
        return CyclicPattern(None, "impossible", _deadline.clock() - started, names, are_smallest)

    broken = rules.broken(pattern)
    if broken:
        raise PatternCheckError(f"the pattern breaks {listed(broken)}; please report this")
    pattern.flags.writeable = False
    return CyclicPattern(pattern, "found", _deadline.clock() - started)
