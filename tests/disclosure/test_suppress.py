"""Cell suppression: patterns are safe by an independent check, and cheapest where they say so."""

from __future__ import annotations

import csv
import itertools
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from standby._refusals import Refusal
from standby.disclosure import attack_bounds, suppress

Floats = NDArray[np.float64]


def with_totals(inner: Any) -> tuple[Floats, Floats, NDArray[np.int64]]:
    """Return values and relations of a table of any dimension with all its totals, and the cell numbers."""
    table = np.asarray(inner, float)
    for axis in range(table.ndim):
        table = np.concatenate([table, table.sum(axis, keepdims=True)], axis)

    number = np.arange(table.size).reshape(table.shape)
    rows = []
    for axis in range(table.ndim):
        for line in np.moveaxis(number, axis, -1).reshape(-1, table.shape[axis]):
            row = np.zeros(table.size)
            row[line[:-1]], row[line[-1]] = 1.0, -1.0
            rows.append(row)
    return table.reshape(-1), np.array(rows), number


def bounds_of(
    values: Floats,
    relations: Any,
    withheld: NDArray[np.bool_],
    cell: int,
    lower: Any = 0.0,
    upper: Any = np.inf,
) -> tuple[float, float]:
    """Return what a reader can bound a cell to, from the whole table and nothing else."""
    low = np.where(withheld, np.broadcast_to(lower, values.shape), values)
    high = np.where(withheld, np.broadcast_to(upper, values.shape), values)
    objective = np.zeros(values.size)
    ends = []
    for sign in (1.0, -1.0):
        objective[cell] = sign
        found = linprog(
            objective, A_eq=relations, b_eq=np.zeros(relations.shape[0]), bounds=np.column_stack([low, high])
        )
        assert found.status in {0, 3}, found.message
        ends.append(sign * found.fun if found.status == 0 else -sign * np.inf)
    return ends[0], ends[1]


def safe(
    values: Floats,
    relations: Any,
    pattern: NDArray[np.bool_],
    primary: Sequence[int],
    *,
    below: float = 1.0,
    above: float = 1.0,
    holder: Sequence[Any] | None = None,
    upper: float = np.inf,
) -> bool:
    """Return whether each primary cell keeps its distance from every reader and holder."""
    owners = np.array([None] * values.size if holder is None else holder, object)
    for cell in primary:
        for who in {None, *owners} - ({owners[cell]} if owners[cell] is not None else set()):
            unknown = pattern if who is None else pattern & (owners != who)
            low, high = bounds_of(values, relations, unknown, cell, 0.0, upper)
            down, up = min(below, values[cell]), min(above, upper - values[cell])
            if low > values[cell] - down + 1e-5 or high < values[cell] + up - 1e-5:
                return False
    return True


def cheapest(values: Floats, relations: Any, primary: Sequence[int], cost: Floats, **asked: Any) -> float:
    """Return the least cost by trying every pattern, the cheap ones first; inf if none is safe."""
    others = [cell for cell in range(values.size) if cell not in set(primary)]
    patterns = [set(chosen) for n in range(len(others) + 1) for chosen in itertools.combinations(others, n)]
    patterns.sort(key=lambda chosen: sum(cost[cell] for cell in chosen))
    for chosen in patterns:
        pattern = np.zeros(values.size, bool)
        pattern[[*primary, *chosen]] = True
        if safe(values, relations, pattern, primary, **asked):
            return float(cost[pattern].sum())
    return np.inf


@pytest.fixture(scope="module")
def known(shared: Path) -> tuple[Path, dict[str, Any]]:
    """Return the folder of published cases, and what is known of them."""
    folder = shared / "cases" / "cell_suppression"
    return folder, json.loads((folder / "expected.json").read_text(encoding="utf-8"))


def test_a_published_table_of_three_by_three(known: tuple[Path, dict[str, Any]]) -> None:
    """Both protections of the published example give the published optimum and pattern."""
    case = known[1]["fs3x3"]
    values, relations, number = with_totals(case["table"])

    result = suppress(values, relations, [number[1, 0]])
    assert (result.status, result.cost, result.bound) == ("optimal", case["value"], case["value"])
    assert sorted(values[result.pattern]) == sorted(case["pattern"])

    wider = suppress(values, relations, [number[1, 2]], protect_below=10, protect_above=10)
    assert (wider.status, wider.cost) == ("optimal", case["LPL10_UPL10_on_22"]["value"])
    assert sorted(values[wider.pattern]) == sorted(case["LPL10_UPL10_on_22"]["pattern"])


def test_published_linked_relations(known: tuple[Path, dict[str, Any]]) -> None:
    """The published optimum of the table of 27 cells is found with its pattern, from sparse relations too."""
    with (known[0] / "prior-constraints.tsv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    values = np.array([float(row["counts"]) for row in rows])
    names = [name for name in rows[0] if name.startswith("NS")]
    relations = np.array([[float(row[name]) for row in rows] for name in names])
    published = [row["suppress_pattern"] == "1" for row in rows]

    for given_relations in (relations, sparse.csr_matrix(relations), sparse.coo_array(relations)):
        result = suppress(values, given_relations, (values >= 1) & (values <= 4))
        assert (result.status, result.cost) == ("optimal", known[1]["prior_constraints_27"]["value"])
        assert result.pattern.tolist() == published


def test_a_pattern_that_looks_safe_and_is_not(known: tuple[Path, dict[str, Any]]) -> None:
    """The one cell that can be worked out in the published trap is, and the known fix closes it."""
    case = known[1]["trap: recoverable cell"]
    values, relations, number = with_totals(case["inner"])

    def cell(name: str) -> int:
        return int(number["wxyz".index(name[0]), "abcd".index(name[1])])

    withheld = [cell(name) for name in case["suppressed"]]
    for integer in (False, True):
        bounds = attack_bounds(values, relations, withheld, integer=integer)
        assert bounds.proven.all()
        exact = {name for name in case["suppressed"] if bounds.width[cell(name)] < 1e-6}
        assert exact == set(case["recoverable"])
        assert bounds.low[cell("wb")] == case["recoverable"]["wb"]

    fixed = attack_bounds(values, relations, [*withheld, cell("xd")])
    assert [fixed.low[cell("wb")], fixed.high[cell("wb")]] == pytest.approx(case["wb_interval_after"])

    # With these cells withheld at no cost, the search closes the gap as cheaply.
    cost = values.copy()
    cost[withheld] = 0.0
    result = suppress(values, relations, [*withheld], cost=cost)
    assert result.status == "optimal"
    assert result.cost == values[cell("xd")]


@pytest.mark.parametrize("seed", range(8))
def test_cheapest_of_all_patterns(seed: int) -> None:
    """On tiny tables the cost is that of the cheapest of all patterns, with holders and with limits too."""
    rng = np.random.default_rng(seed)
    values, relations, number = with_totals(rng.integers(0, 7, (2, 2)))
    primary = rng.choice(number[:2, :2].reshape(-1), 1 + seed % 2, replace=False).tolist()
    cost = np.abs(values) if seed % 4 else rng.integers(1, 5, values.size).astype(float)
    distance = 1.0 + seed % 3
    holder = [str(k % 4) if k in number[:2, :2] else None for k in range(values.size)] if seed >= 4 else None
    upper = float(values.max() + 2) if seed % 2 else np.inf
    down = np.minimum(distance, values)
    up = np.minimum(distance, upper - values)

    result = suppress(
        values,
        relations,
        primary,
        upper=upper,
        protect_below=down,
        protect_above=up,
        holder=holder,
        cost=cost,
    )
    least = cheapest(
        values, relations, primary, cost, below=distance, above=distance, holder=holder, upper=upper
    )
    assert result.status == ("optimal" if np.isfinite(least) else "impossible")
    assert result.cost == pytest.approx(least)


def test_three_dimensions_against_all_patterns() -> None:
    """In a cube of two by two by one the cheapest of all patterns is found."""
    values, relations, number = with_totals([[[3], [1]], [[4], [9]]])
    primary = [int(number[0, 1, 0])]
    result = suppress(values, relations, primary, cost=1)
    few = np.ones(values.size)

    # Every cell stands twice, in the table and in the total over the last dimension.
    assert result.cost == 8.0
    assert safe(values, relations, result.pattern, primary)
    assert suppress(values, relations, primary, cost=few).cost == 8.0


def least_by_one_program(
    values: Floats, relations: Floats, primary: NDArray[np.int64], upper: float, distance: float
) -> float:
    """Return the least cost by one integer program: a pattern, and a deviation for each cell and side."""
    size = values.size
    tasks = [(cell, sign) for cell in primary.tolist() for sign in (-1.0, 1.0)]
    columns = size * (1 + len(tasks))
    low, high = np.zeros(columns), np.ones(columns)
    low[primary] = 1.0
    low[size:], high[size:] = -np.inf, np.inf

    eye = sparse.eye_array(size)
    constraints = []
    for k, (cell, sign) in enumerate(tasks, 1):
        at = np.zeros((1, 1 + len(tasks)))
        at[0, k] = 1.0
        pattern = np.zeros((1, 1 + len(tasks)))
        pattern[0, 0] = 1.0
        zero = np.zeros(relations.shape[0])
        constraints.append(LinearConstraint(sparse.kron(at, relations).tocsr(), zero, zero))
        for side, room in ((1.0, upper - values), (-1.0, values)):
            beyond = sparse.kron(at, side * eye) - sparse.kron(pattern, sparse.diags_array(room))
            constraints.append(LinearConstraint(beyond.tocsr(), -np.inf, 0.0))
        need = min(distance, values[cell] if sign < 0 else upper - values[cell])
        low[size * k + cell] = need if sign > 0 else -np.inf
        high[size * k + cell] = -need if sign < 0 else np.inf
    cost, whole = np.zeros(columns), np.zeros(columns)
    cost[:size], whole[:size] = values, 1
    found = milp(cost, constraints=constraints, bounds=Bounds(low, high), integrality=whole)
    assert found.status == 0, found.message
    return float(found.fun)


@pytest.mark.parametrize(("shape", "seed"), [((3, 4), 1), ((4, 5), 2), ((2, 3, 2), 3), ((3, 3, 2), 4)])
def test_cheapest_by_one_integer_program(shape: tuple[int, ...], seed: int) -> None:
    """The cost is that of another formulation: one program with a deviation for each cell and side."""
    values, relations, _ = with_totals(np.random.default_rng(seed).integers(0, 15, shape))
    primary = np.flatnonzero((values > 0) & (values < 5))[:3]
    upper, distance = float(values.max() + 3), 3.0
    result = suppress(
        values,
        relations,
        primary,
        upper=upper,
        protect_below=np.minimum(values, distance),
        protect_above=np.minimum(upper - values, distance),
    )
    assert result.status == "optimal"
    assert result.cost == pytest.approx(least_by_one_program(values, relations, primary, upper, distance))


@st.composite
def tables(draw: st.DrawFn) -> tuple[Floats, Floats, list[int]]:
    """Draw a table of two or three dimensions, or two that share a margin, and its primary cells."""
    kind = draw(st.sampled_from(["flat", "cube", "linked"]))
    count = st.integers(0, 12)
    if kind == "cube":
        inner = draw(st.lists(count, min_size=8, max_size=8))
        values, relations, number = with_totals(np.reshape(inner, (2, 2, 2)))
    else:
        rows, columns = draw(st.integers(2, 4)), draw(st.integers(2, 4))
        inner = draw(st.lists(count, min_size=rows * columns, max_size=rows * columns))
        values, relations, number = with_totals(np.reshape(inner, (rows, columns)))

    if kind == "linked":
        # The same rows again by another division: the margins are the same numbers.
        split = [draw(st.integers(0, int(total))) for total in values[number[:-1, -1]]]
        other = [[part, total - part] for part, total in zip(split, values[number[:-1, -1]], strict=True)]
        more, its_relations, its_number = with_totals(other)
        same = np.zeros((number.shape[0], values.size + more.size))
        for k in range(number.shape[0]):
            same[k, number[k, -1]] = 1.0
            same[k, values.size + its_number[k, -1]] = -1.0
        relations = np.vstack(
            [
                np.hstack([relations, np.zeros((relations.shape[0], more.size))]),
                np.hstack([np.zeros((its_relations.shape[0], values.size)), its_relations]),
                same,
            ]
        )
        values = np.concatenate([values, more])
    primary = draw(st.lists(st.integers(0, values.size - 1), max_size=4, unique=True))
    return values, relations, primary


@settings(max_examples=40)
@given(
    table=tables(),
    distance=st.sampled_from([1.0, 2.5]),
    held=st.sampled_from(["nobody", "five"]),
    limit=st.sampled_from([0, 30]),
)
def test_every_pattern_is_safe(
    table: tuple[Floats, Floats, list[int]], distance: float, held: str, limit: float
) -> None:
    """Whatever the table and the time, the pattern is safe, and no cell of it can be worked out."""
    values, relations, primary = table
    holder = [k % 5 for k in range(values.size)] if held == "five" else None
    below = np.minimum(distance, values)
    result = suppress(
        values,
        relations,
        np.array(primary, int),
        protect_below=below,
        protect_above=distance,
        holder=holder,
        time_limit_s=limit,
    )
    assert result.pattern[primary].all()
    assert result.bound <= result.cost
    whole = np.ones(values.size, bool)
    if result.status == "impossible":
        for cell in result.unprotected:
            assert cell in primary
            assert not safe(values, relations, whole, [cell], below=distance, above=distance, holder=holder)
    else:
        assert result.cost == pytest.approx(values[result.pattern].sum())
        assert safe(values, relations, result.pattern, primary, below=distance, above=distance, holder=holder)
        assert (attack_bounds(values, relations, result.pattern).width[result.pattern] > 0.0).all()


def test_a_holder_works_out_its_only_neighbour() -> None:
    """Two cells of a row that two forces hold are no secret between them; a third has to be withheld."""
    values, relations, primary = np.array([3.0, 4.0, 50.0, 57.0]), np.array([[1.0, 1.0, 1.0, -1.0]]), [0, 1]
    assert suppress(values, relations, primary).cost == 7.0

    holder = ["here", "there", None, None]
    result = suppress(values, relations, primary, holder=holder)
    assert (result.cost, result.status) == (57.0, "optimal")
    assert safe(values, relations, result.pattern, primary, holder=holder)


def test_when_nothing_protects() -> None:
    """A cell that knowledge in advance or its relation gives away is named, and everything is withheld."""
    known_before = suppress([3, 5, 8], [[1, 1, -1]], [0, 1], upper=[3, np.inf, np.inf], lower=[3, 0, 0])
    assert known_before.status == "impossible"
    assert known_before.unprotected.tolist() == [0]
    assert known_before.pattern.all()
    assert "0" in known_before.summary()

    alone = suppress([0, 2, 2], [[1, 0, 0], [0, 1, -1]], [0])
    assert (alone.status, alone.unprotected.tolist()) == ("impossible", [0])

    # A distance that is asked for isn't cut short.
    assert suppress([1, 5, 6], [[1, 1, -1]], [0], protect_below=2).status == "impossible"

    # The other cells must be published.
    assert suppress([3, 5, 8], [[1, 1, -1]], [0], cost=[1, np.inf, np.inf]).status == "impossible"


def test_zeros_negatives_and_copies() -> None:
    """Zeros can only grow, cells below 0 need a lower limit, and a number printed twice is withheld twice."""
    # The 0 can't fall, so that the 1 can only fall with it.
    with_zero = suppress([1, 0, 6, 7], [[1, 1, 1, -1]], [0])
    assert with_zero.cost == 7.0
    assert with_zero.pattern.tolist() == [True, False, True, False]

    # Where a reader knows that there is nothing, a cell of 0 is of no use, and isn't withheld for nothing.
    fixed = suppress([1, 0, 6, 7], [[1, 1, 1, -1]], [0], upper=[np.inf, 0, np.inf, np.inf])
    assert fixed.pattern.tolist() == with_zero.pattern.tolist()

    below_zero = suppress([-3, 5, 2], [[1, 1, -1]], [0], lower=-np.inf)
    assert below_zero.cost == 5.0
    with pytest.raises(Refusal, match="lower is above the value of cell 0"):
        suppress([-3, 5, 2], [[1, 1, -1]], [0])

    twice = suppress([3, 3, 4, 7], [[1, -1, 0, 0], [0, 1, 1, -1]], [0])
    assert twice.pattern.tolist() == [True, True, True, False]


def test_what_uncertain_means_by_default() -> None:
    """By default a cell stays uncertain by 1 in a table of whole numbers, and by a tenth of it in another."""
    relation = [[1, 1, -1]]
    assert suppress([30, 1, 31], relation, [0]).cost == 31.0
    assert suppress([30.5, 1, 31.5], relation, [0]).cost == 62.0  # 1 can't fall by 3.05


def test_nothing_to_protect() -> None:
    """Without primary cells everything is published, with proof, and without relations only these aren't."""
    nothing = suppress([1, 2, 3], [[1, 1, -1]], np.zeros(3, bool))
    assert (nothing.cost, nothing.status, nothing.pattern.any()) == (0.0, "optimal", False)
    assert suppress([], np.zeros((0, 0)), []).status == "optimal"
    assert suppress([4, 5, 6], np.zeros((0, 3)), [1]).pattern.tolist() == [False, True, False]


def test_a_result_is_a_record() -> None:
    """Neither the result nor its pattern can be changed."""
    result = suppress([2, 30, 9, 41], [[1, 1, 1, -1]], [0])
    with pytest.raises(AttributeError):
        result.cost = 0.0  # type: ignore[misc]
    with pytest.raises(ValueError, match="read-only"):
        result.pattern[0] = False


@pytest.fixture(scope="module")
def cube() -> tuple[Floats, Floats, list[int], float]:
    """Return a table of three dimensions that takes some branching, its primary cells and its least cost."""
    rng = np.random.default_rng(3)
    values, relations, _ = with_totals(rng.integers(0, 30, (4, 4, 3)))
    primary = np.flatnonzero((values > 0) & (values < 6))
    whole = suppress(values, relations, primary, time_limit_s=None)
    assert whole.status == "optimal"
    return values, relations, primary.tolist(), whole.cost


@pytest.mark.parametrize("looks", [0, 1, 2, 5, 10, 20, 40])
def test_stopped_at_any_look(
    looks: int, cube: tuple[Floats, Floats, list[int], float], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whenever time is out, the pattern is safe, and the least cost lies between its bound and its cost."""
    values, relations, primary, best = cube
    seconds = itertools.count()
    monkeypatch.setattr("standby._deadline.clock", lambda: float(next(seconds)))
    result = suppress(values, relations, primary, time_limit_s=looks + 0.5)

    assert result.status in {"optimal", "time_limit"}
    assert result.bound <= best <= result.cost
    assert safe(values, relations, result.pattern, primary)
    assert result.gap == pytest.approx((result.cost - result.bound) / result.cost)


def test_relations_that_do_not_hold_are_named() -> None:
    """Every relation that the values break is named with what it gives."""
    with pytest.raises(Refusal, match="relation 0 gives -1, relation 2 gives 4"):
        suppress([1, 2, 4], [[1, 1, -1], [2, -1, 0], [0, 0, 1]], [0])


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"values": [1, np.nan, 3]}, "cell 1 are missing"),
        ({"relations": [[1, 1]]}, r"shape \(1, 2\)"),
        ({"primary": [3]}, "names cell 3"),
        ({"primary": [0.5]}, "primary is"),
        ({"primary": [True]}, "shape"),
        ({"upper": 2}, "upper is below the value of cell 2"),
        ({"protect_below": -1}, "protect_below of cells 0, 1, 2 is negative"),
        ({"protect_below": 0, "protect_above": 0}, "both 0 for cell 0"),
        ({"cost": [1, -1, 1]}, "cost of cell 1 is negative"),
        ({"cost": np.inf}, "which is primary"),
        ({"cost": [1, 2]}, "one for each of 3 cells"),
        ({"holder": ["a"]}, "holder has 1 ids"),
        ({"time_limit_s": -1}, "time_limit_s is -1"),
    ],
)
def test_what_can_not_be_used_is_refused(asked: dict[str, Any], message: str) -> None:
    """An argument that can't be used is named."""
    given_arguments = {"values": [1, 2, 3], "relations": [[1, 1, -1]], "primary": [0], **asked}
    with pytest.raises(Refusal, match=message):
        suppress(**given_arguments)


def test_whole_numbers_tell_more() -> None:
    """A reader who knows that cells are whole can know more than the linear programs say."""
    # Of all real numbers with 2 a + 3 b = 7, only a = 2 and b = 1 are whole.
    real = attack_bounds([2, 1, 7], [[2, 3, -1]], [0, 1])
    whole = attack_bounds([2, 1, 7], [[2, 3, -1]], [0, 1], integer=True)
    assert real.high[0] == pytest.approx(3.5)
    assert [whole.low[0], whole.high[0]] == [2.0, 2.0]
    with pytest.raises(Refusal, match=r"cell 0 is 1\.5"):
        attack_bounds([1.5, 1.5], [[1, -1]], [0], integer=True)


@settings(max_examples=15)
@given(table=tables())
def test_attack_bounds_are_those_of_the_whole_table(table: tuple[Floats, Floats, list[int]]) -> None:
    """Bounds agree with linear programs over all cells; with whole numbers they are whole and no wider."""
    values, relations, chosen = table
    pattern = np.zeros(values.size, bool)
    pattern[chosen] = True
    pattern[::2] = True
    real = attack_bounds(values, relations, pattern)
    whole = attack_bounds(values, relations, pattern, integer=True)
    for cell in np.flatnonzero(pattern)[:4]:
        assert (real.low[cell], real.high[cell]) == pytest.approx(bounds_of(values, relations, pattern, cell))
    assert (whole.low >= real.low - 1e-6).all()
    assert (whole.high <= real.high + 1e-6).all()
    assert (whole.low <= values).all()
    assert (whole.high >= values).all()
    assert np.array_equal(whole.low, np.rint(whole.low))
    assert attack_bounds(values, relations, pattern, time_limit_s=0).proven[~pattern].all()


def hierarchy(regions: int, places: int, kinds: int, seed: int) -> tuple[Floats, sparse.csr_array]:
    """Return places within regions by kind, with all totals."""
    rng = np.random.default_rng(seed)
    inner = np.floor(np.exp(rng.normal(2.5, 1.3, (regions, places, kinds))))
    table = np.concatenate([inner, inner.sum(1, keepdims=True)], 1)
    table = np.concatenate([table, table.sum(2, keepdims=True)], 2)
    number = np.arange(table.size).reshape(table.shape)
    whole = np.arange(table.size, table.size + kinds + 1)
    lines = [line for region in number for line in (*region, *region.T)]
    lines += [np.append(number[:, -1, kind], whole[kind]) for kind in range(kinds + 1)]
    relations = sparse.lil_array((len(lines), table.size + kinds + 1))
    for row, line in enumerate(lines):
        for cell in line[:-1]:
            relations[row, cell] = 1.0
        relations[row, line[-1]] = -1.0
    return np.concatenate([table.reshape(-1), table[:, -1].sum(0)]), sparse.csr_array(relations)


def test_two_thousand_cells_with_proof() -> None:
    """A table of 1,932 cells in a hierarchy with 229 small counts is solved with proof."""
    values, relations = hierarchy(10, 15, 11, 1)
    result = suppress(values, relations, (values > 0) & (values <= 2), time_limit_s=300)
    assert values.size == 1932
    assert result.status == "optimal"
    assert result.cost == result.bound
