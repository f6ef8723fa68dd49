"""Which cells of linked tables to withhold so that nobody can work out those that have to be withheld."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from standby import _deadline
from standby._deadline import checked_limit
from standby._refusals import MissingExtraError
from standby._show import Shown
from standby.disclosure.suppression.inputs import checked_problem
from standby.disclosure.suppression.problem import Problem
from standby.disclosure.suppression.verify import check_safe
from standby.words import gap

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from standby._typing import Codes, Mask

SuppressionStatus = Literal["optimal", "time_limit", "impossible"]


@dataclass(frozen=True, eq=False)
class Suppression(Shown):
    """Which cells to withhold, with proof that they are safe and how near they are to the least cost.

    Attributes
    ----------
    pattern : numpy.ndarray of bool
        True for cells to withhold, shape (cells,). Safe unless `status` is ``"impossible"``; then every cell
        that may be withheld is, and nothing of the table should be published.
    cost : float
        Cost of all cells withheld; inf if `status` is ``"impossible"``.
    bound : float
        No safe pattern costs less; inf if there is none.
    status : {"optimal", "time_limit", "impossible"}
        ``"optimal"``: no safe pattern costs less. ``"time_limit"``: safe, but perhaps not the cheapest.
        ``"impossible"``: no pattern protects the cells `unprotected`.
    gap : float
        ``(cost - bound) / cost``, 0 unless `status` is ``"time_limit"``.
    unprotected : numpy.ndarray of int
        Primary cells that no pattern protects, empty unless `status` is ``"impossible"``.
    seconds : float
        Wall time of the call [s].
    """

    pattern: Mask
    cost: float
    bound: float
    status: SuppressionStatus
    gap: float
    unprotected: Codes
    seconds: float

    def summary(self) -> str:
        """Return one sentence on the pattern and its proof."""
        if self.status == "impossible":
            cells = ", ".join(map(str, self.unprotected[:8].tolist()))
            return f"No pattern protects {self.unprotected.size} of the cells ({cells})."
        proof = (
            "the least possible"
            if self.status == "optimal"
            else f"within {gap(self.gap)} of the least possible"
        )
        withheld = f"{int(self.pattern.sum())} of {self.pattern.size} cells withheld"
        return f"{withheld} at a cost of {self.cost:.10g}, {proof}."


def suppress(
    values: ArrayLike,
    relations: Any,
    primary: ArrayLike,
    *,
    lower: ArrayLike = 0,
    upper: ArrayLike = np.inf,
    protect_below: ArrayLike | None = None,
    protect_above: ArrayLike | None = None,
    holder: Iterable[Any] | None = None,
    cost: ArrayLike | None = None,
    time_limit_s: float | None = 30,
) -> Suppression:
    """Choose the cheapest cells to withhold so that no primary cell can be worked out from the others.

    An attacker knows every published cell, the relations, `lower` and `upper` of each cell, and the cells it
    holds itself. A pattern is safe if for each primary cell such an attacker has to believe values as small
    as ``value - protect_below`` and as large as ``value + protect_above`` possible. Attackers are a reader
    who holds no cell and each holder by itself; holders who put their cells together aren't (give them one
    id).
    Values between those are possible as well if cells may be real numbers. For a table of counts an attacker
    may know more than that; `attack_bounds` with ``integer=True`` shows whether it helps.

    Parameters
    ----------
    values
        True values of all cells of all tables, totals too, shape (cells,).
    relations
        Shape (relations, cells), an array or a SciPy sparse matrix; the product with the values is 0. A total
        is a relation of 1 for each part and -1 for the total, a number printed twice one of 1 and -1.
    primary
        Cells that have to be withheld: booleans of shape (cells,), or cell numbers.
    lower, upper
        What an attacker knows in advance, for all cells or each, shape () or (cells,). A cell of 0 that
        everybody knows to be 0 has `upper` 0. With the default no value may be negative.
    protect_below, protect_above
        Distance by which each primary cell must stay uncertain, shape () or (cells,). Default: the cell
        can't be worked out exactly, which is 1 where all values are whole numbers, and else a tenth of the
        value (of the median size of the others for a value of 0), or as far as `lower` and `upper` let it be
        if that is less. A distance that is given isn't cut short: a cell that can't move so far is
        unprotected.
    holder
        An id of who knows each cell in advance, None, ``""``, NaN or -1 for nobody, length cells. A cell that
        one respondent makes up by itself is held by that respondent.
    cost
        What withholding each cell costs, shape () or (cells,); inf for cells that must be published. Default:
        the size of the value, so that totals stay and as little as possible of what was counted is withheld;
        1 makes the cells withheld few.
    time_limit_s
        When to stop looking for a cheaper pattern [s], None for no limit. The first safe pattern and the last
        check that a pattern is safe take the time they take.

    Returns
    -------
    Suppression
        The pattern, its cost, the bound and how the search ended.

    Raises
    ------
    Refusal
        If an argument can't be used: it says which and what would be right.
    SuppressionCheckError
        If an independent check finds the pattern unsafe; never expected.
    MissingExtraError
        If the solver isn't installed.

    Notes
    -----
    The master problem over patterns, the attackers' linear programs and the cuts from their dual values are
    those of Fischetti and Salazar [1]_; first patterns are in the spirit of Kelly, Golden and Assad [2]_.
    Bounds are computed from dual values, not taken from the solver. Every pattern is checked by linear
    programs of another solver, and what these find by multiplication.

    References
    ----------
    .. [1] M. Fischetti and J.J. Salazar (2001), Solving the cell suppression problem on tabular data with
       linear constraints, Management Science 47(7), 1008-1027.
    .. [2] J.P. Kelly, B.L. Golden and A.A. Assad (1992), Cell suppression: disclosure protection for
       sensitive tabular data, Networks 22(4), 397-417.

    Examples
    --------
    A row of three parts and its total: the 2 is confidential, and one more part has to go.

    >>> result = suppress([2, 30, 9, 41], [[1, 1, 1, -1]], [0])
    >>> result.pattern.tolist(), result.cost, result.status
    ([True, False, True, False], 11.0, 'optimal')
    """
    started = _deadline.clock()
    limit = checked_limit(time_limit_s)
    problem = checked_problem(
        values,
        relations,
        primary,
        lower=lower,
        upper=upper,
        protect_below=protect_below,
        protect_above=protect_above,
        holder=holder,
        cost=cost,
    )
    pattern, bound, unprotected = _found(problem, lambda: _deadline.clock() - started < limit)

    if unprotected.size:
        return Suppression(
            pattern=~problem.published,
            cost=np.inf,
            bound=np.inf,
            status="impossible",
            gap=0.0,
            unprotected=unprotected,
            seconds=_deadline.clock() - started,
        )

    check_safe(problem, pattern)
    total = float(problem.cost[pattern].sum())
    proven = bound >= total - 1e-9 * max(1.0, total)
    bound = total if proven else bound
    pattern.flags.writeable = False
    return Suppression(
        pattern=pattern,
        cost=total,
        bound=bound,
        status="optimal" if proven else "time_limit",
        gap=(total - bound) / total if total else 0.0,
        unprotected=unprotected,
        seconds=_deadline.clock() - started,
    )


def _found(problem: Problem, go_on: Callable[[], bool]) -> tuple[Mask, float, Codes]:
    """Return a safe pattern, a bound on the cost of all, and the cells that none protects."""
    if not len(problem.tasks):
        return problem.primary.copy(), float(problem.cost[problem.primary].sum()), np.empty(0, np.int64)

    try:
        from standby.disclosure.suppression import greedy, search  # noqa: PLC0415 - the solver is optional
    except ImportError as error:
        raise MissingExtraError("withholding cells needs the HiGHS solver", "locate") from error

    first = greedy.first_pattern(problem)
    if first.unprotected.size:
        return first.pattern, np.inf, first.unprotected

    # The first pattern is safe already; the search makes it cheaper while there is time.
    tree = search.Search(problem, first.pattern, go_on)
    tree.run()
    return greedy.slimmed(problem, tree.pattern, go_on), tree.bound, first.unprotected
