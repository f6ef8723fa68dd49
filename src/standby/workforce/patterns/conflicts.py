"""Which of the arguments can't be kept together, where no pattern keeps them all."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from standby._deadline import UnfinishedError
from standby.workforce.patterns.rules import ARGUMENTS, PatternRules
from standby.workforce.patterns.search import find

if TYPE_CHECKING:
    from standby._deadline import Deadline


def smallest_conflict(rules: PatternRules, deadline: Deadline) -> tuple[tuple[str, ...], bool]:
    """Return as few arguments as possible that no pattern keeps together.

    Small sets are tried first, those that come first in the order of the arguments before others of the same
    size. A pattern found for one set answers for all sets of arguments that it happens to keep.

    Parameters
    ----------
    rules
        Rules that no pattern keeps.
    deadline
        When to stop.

    Returns
    -------
    arguments
        Their names; all of them where the time was up.
    is_smallest
        Whether it is proven that any smaller set can be kept.
    """
    kept_together: list[set[str]] = []
    try:
        for size in range(1, len(ARGUMENTS)):
            for names in combinations(ARGUMENTS, size):
                if any(together.issuperset(names) for together in kept_together):
                    continue
                pattern = find(rules.only(names), deadline)
                if pattern is None:
                    return names, True
                kept_together.append(set(ARGUMENTS) - set(rules.broken(pattern)))
    except UnfinishedError:
        return ARGUMENTS, False
    return ARGUMENTS, True
