"""Every feature of the general cover model against enumeration."""

from __future__ import annotations

from itertools import combinations_with_replacement, permutations, product

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from standby import locate
from standby.locate import Arrival, Fleet, Need, SiteRules

SLOW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def row_placements(n_sites, units):
    """Every placement of at most `units` alike units."""
    for k in range(units + 1):
        for sites in combinations_with_replacement(range(n_sites), k):
            yield tuple(np.bincount(np.array(sites, int), minlength=n_sites))


def all_placements(n_sites, fleet):
    """Every placement of shape (periods, tiers, sites); fleet is units by period and tier."""
    cells = [list(row_placements(n_sites, units)) for period in fleet for units in period]
    for choice in product(*cells):
        yield np.array(choice).reshape(len(fleet), len(fleet[0]), n_sites)


def attended(units, wanted, stands_in):
    """Whether the wanted tiers can be told off to different units, by trying every order."""
    if len(units) < len(wanted):
        return False
    return any(
        all(w in ("", u) or w in stands_in.get(u, ()) for u, w in zip(chosen, wanted, strict=True))
        for chosen in permutations(units, len(wanted))
    )


def covers(need, tiers, stands_in, placed, i):
    """Whether area i is covered: every arrival is attended by units in its reach."""
    for arrival in need.arrivals:
        units = []
        for t, tier in enumerate(tiers):
            minutes = need.minutes[tier] if isinstance(need.minutes, dict) else need.minutes
            limit = np.broadcast_to(arrival.within, minutes.shape[1])[i]
            for j in np.nonzero(minutes[:, i] <= limit)[0]:
                units += [tier] * int(placed[t, j])
        asked = {"": arrival.units} if isinstance(arrival.units, int) else arrival.units
        wanted = [tier for tier, count in asked.items() for _ in range(count)]
        if not attended(units, wanted, stands_in):
            return False
    return True


def cover_of(need, tiers, stands_in, placement):
    """Areas covered."""
    placed = placement[need.period]
    return np.array([covers(need, tiers, stands_in, placed, i) for i in range(len(need.weight))])


def moves_of(placement, *, cyclic=True):
    """Units brought to a site from one period to the next."""
    last = len(placement) if cyclic and len(placement) > 1 else len(placement) - 1
    return sum(np.maximum(placement[(h + 1) % len(placement)] - placement[h], 0).sum() for h in range(last))


def instance(seed, n_sites=3, n_areas=4, tiers=1):
    """Random minutes for each tier and weights."""
    rng = np.random.default_rng(seed)
    minutes = rng.integers(1, 10, (tiers, n_sites, n_areas)).astype(float)
    minutes[rng.random(minutes.shape) < 0.1] = np.inf
    return minutes, rng.integers(1, 9, n_areas).astype(float), rng


seeds = st.integers(0, 2**32 - 1)


@SLOW
@given(seeds, st.integers(1, 3), st.integers(0, 3), st.booleans())
def test_tiers_substitution_first_arrival_and_full_attendance(seed, general, special, swaps):
    """A first arrival and a full attendance of two tiers is covered just when some order of units fits."""
    (arv, ctsfo), weight, rng = instance(seed, tiers=2)
    stands_in = {"ctsfo": ["arv"]} if swaps else {}
    wanted = [{"arv": 2}, {"arv": 1, "ctsfo": 1}, 2, {"arv": 2, "ctsfo": 1}][int(rng.integers(4))]
    first = Arrival(rng.integers(1, 8, 4).astype(float), 1)
    need = Need({"arv": arv, "ctsfo": ctsfo}, weight, (first, Arrival(8.0, wanted)))
    best = max(
        weight[cover_of(need, ["arv", "ctsfo"], stands_in, p)].sum()
        for p in all_placements(3, [[general, special]])
    )
    answer = locate.cover_model([need], Fleet({"arv": general, "ctsfo": special}, stands_in))
    assert answer.objective == pytest.approx(best)
    assert answer.gap == 0.0


@SLOW
@given(seeds, st.integers(1, 3), st.sampled_from([0.0, 0.5, 2.0]), st.booleans())
def test_periods_with_a_cost_of_moving(seed, units, penalty, cyclic):
    """Two periods with their own demand and fleet are weighed against the moves between them."""
    minutes, weight, rng = instance(seed)
    day = Need(minutes[0], weight, (Arrival(5.0),), period=0)
    night = Need(minutes[0], rng.permutation(weight), (Arrival(4.0),), period=1)
    fleet = [[units], [max(units - 1, 1)]]
    best = max(
        sum(np.array(n.weight)[cover_of(n, ["arv"], {}, p)].sum() for n in (day, night))
        - penalty * moves_of(p, cyclic=cyclic)
        for p in all_placements(3, fleet)
    )
    answer = locate.cover_model(
        [day, night], Fleet({"arv": [f[0] for f in fleet]}), move_penalty=penalty, cyclic=cyclic
    )
    assert answer.objective == pytest.approx(best)
    assert answer.moves == moves_of(answer.placement, cyclic=cyclic)


@SLOW
@given(seeds, st.integers(1, 3), st.sampled_from(["expected", "worst"]))
def test_scenarios(seed, units, risk):
    """One placement serves all scenarios, best on average or in the worst of them."""
    minutes, weight, rng = instance(seed, tiers=2)
    needs = [
        Need(minutes[0], weight, (Arrival(5.0),), scenario=0),
        Need(minutes[1], rng.permutation(weight), (Arrival(5.0),), scenario=1),
    ]
    chance = np.array([0.25, 0.75])
    values = []
    for p in all_placements(3, [[units]]):
        sums = np.array([np.array(n.weight)[cover_of(n, ["arv"], {}, p)].sum() for n in needs])
        values.append(sums.min() if risk == "worst" else chance @ sums)
    answer = locate.cover_model(needs, Fleet({"arv": units}), chance=chance, risk=risk)
    assert answer.objective == pytest.approx(max(values))


@SLOW
@given(seeds, st.integers(1, 3))
def test_fixed_closed_new_and_capacitated_sites_within_a_budget(seed, units):
    """Fixed, closed and new sites, capacities and a budget over sites, units and moves all hold at once."""
    minutes, weight, rng = instance(seed, n_sites=4)
    capacity = rng.integers(1, 3, 4)
    site_cost = rng.integers(0, 6, 4).astype(float)
    rules = SiteRules(
        fixed=[0], closed=[3] if rng.random() < 0.5 else [], capacity=capacity, new=[1, 2], most_new=1,
        site_cost_gbp=site_cost, unit_cost_gbp={"arv": 2.0}, move_cost_gbp=1.0, budget_gbp=14.0,
    )  # fmt: skip
    needs = [
        Need(minutes[0], weight, (Arrival(5.0),), period=0),
        Need(minutes[0], rng.permutation(weight), (Arrival(6.0, 2),), period=1),
    ]
    values = []
    for p in all_placements(4, [[units], [units]]):
        held = p.sum(axis=1)
        used = held.max(axis=0) > 0
        money = site_cost[used].sum() + 2.0 * p.sum() + moves_of(p)
        legal = (
            (held[:, 0] >= 1).all() and (held <= capacity).all() and used[1:3].sum() <= 1 and money <= 14.0
        )
        if legal and not any(used[j] for j in rules.closed):
            values.append(sum(np.array(n.weight)[cover_of(n, ["arv"], {}, p)].sum() for n in needs))
    if not values:
        with pytest.raises(locate.InfeasibleError):
            locate.cover_model(needs, Fleet({"arv": units}), rules=rules)
        return
    answer = locate.cover_model(needs, Fleet({"arv": units}), rules=rules)
    assert answer.objective == pytest.approx(max(values))
    assert answer.cost_gbp <= 14.0


@SLOW
@given(seeds, st.sampled_from([0.0, 0.5, 0.8]))
def test_least_money_for_a_required_cover(seed, share):
    """The least money buys the share asked for and the areas that must be covered."""
    minutes, weight, rng = instance(seed)
    must = rng.random(4) < 0.3
    site_cost = rng.integers(1, 9, 3).astype(float)
    need = Need(minutes[0], weight, (Arrival(6.0),), must=must, share=share)
    values = []
    for p in all_placements(3, [[3]]):
        good = cover_of(need, ["arv"], {}, p)
        if good[must].all() and weight[good].sum() >= share * weight.sum() - 1e-9:
            values.append(site_cost[p.sum(axis=(0, 1)) > 0].sum() + 1.0 * p.sum())
    rules = SiteRules(site_cost_gbp=site_cost, unit_cost_gbp={"arv": 1.0})
    if not values:
        with pytest.raises(locate.InfeasibleError):
            locate.cover_model([need], Fleet({"arv": 3}), rules=rules, aim="money")
        return
    answer = locate.cover_model([need], Fleet({"arv": 3}), rules=rules, aim="money")
    assert answer.objective == pytest.approx(min(values))


@SLOW
@given(seeds, st.integers(1, 2))
def test_threat_and_remoteness_are_factors_on_the_weight(seed, units):
    """Factors give the same optimum as the multiplied weights."""
    minutes, weight, rng = instance(seed)
    threat, remoteness = rng.integers(0, 4, 4).astype(float), rng.integers(1, 4, 4).astype(float)
    need = Need(minutes[0], weight, (Arrival(5.0),), threat=threat, remoteness=remoteness)
    plain = locate.mclp(minutes[0], weight * threat * remoteness, 5.0, min(units, 3))
    answer = locate.cover_model([need], Fleet({"arv": units}))
    assert answer.objective == pytest.approx(plain.objective)


@SLOW
@given(seeds, st.integers(1, 3))
def test_the_simple_models_are_special_cases(seed, units):
    """MCLP and backup cover come out the same from the general model as from their own functions."""
    minutes, weight, _ = instance(seed, n_sites=4, n_areas=6)
    single = SiteRules(capacity=1)
    general = locate.cover_model(
        [Need(minutes[0], weight, (Arrival(6.0),))], Fleet({"arv": units}), rules=single
    )
    assert general.objective == pytest.approx(locate.mclp(minutes[0], weight, 6.0, units).objective)
    twice = locate.cover_model(
        [Need(minutes[0], weight, (Arrival(6.0, 2),))], Fleet({"arv": units}), rules=single
    )
    own = locate.bacop2(minutes[0], weight, 6.0, units, theta=0.0)
    assert twice.objective == pytest.approx(own.objective)


def test_two_incident_types_share_the_fleet():
    """Needs with their own attendance in one period add up: one unit here or two units there."""
    minutes = np.array([[1.0, 9.0], [9.0, 1.0]])
    light = Need(minutes, [3.0, 3.0], (Arrival(5.0, 1),))
    heavy = Need(minutes, [5.0, 1.0], (Arrival(5.0, 2),))
    answer = locate.cover_model([light, heavy], Fleet({"arv": 2}))
    assert answer.objective == 8.0  # both at site 0: 3 + 5; one at each: 3 + 3
    assert answer.cover == (3.0, 5.0)
    assert answer.sites.tolist() == [0]
    assert answer.units.tolist() == [2]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"fleet": Fleet({"arv": -1})}, "whole numbers >= 0"),
        ({"fleet": Fleet({})}, "names no tier"),
        ({"fleet": Fleet({"arv": 1}, {"arv": ["dog"]})}, "dog"),
        ({"rules": SiteRules(fixed=[0], closed=[0])}, "both fixed and closed"),
        ({"rules": SiteRules(unit_cost_gbp={"dog": 1.0})}, "dog"),
        ({"rules": SiteRules(budget_gbp=float("nan"))}, "budget_gbp"),
        ({"rules": SiteRules(new=[7])}, "new names sites 7"),
        ({"chance": [0.5]}, "together 1"),
        ({"risk": "best"}, "expected"),
        ({"move_penalty": -1.0}, "move_penalty is -1; give a number of at least 0"),
        ({"move_penalty": "x"}, "move_penalty is 'x'; give a number"),
        ({"move_penalty": np.nan}, "move_penalty is nan; give a number"),
        ({"cyclic": "no"}, "cyclic is 'no'; give True or False"),
        ({"needs": "x"}, "needs is 'x'; give a list of Need"),
        ({"needs": 5}, "needs is 5; give a list of Need"),
        ({"fleet": 5}, "fleet is 5; give a Fleet"),
        ({"fleet": Fleet(3)}, "units of the fleet is 3; give a number by tier"),
        ({"fleet": Fleet({"arv": "many"})}, "fleet, tier 'arv', is 'many'; give a number"),
        ({"fleet": Fleet({"arv": np.nan})}, "whole numbers >= 0"),
        ({"needs": []}, "at least one Need"),
        ({"needs": [Need(np.ones((2, 2)), [1.0, 1.0], ())]}, "no arrivals"),
        ({"needs": [Need(np.ones((2, 2)), [1.0, 1.0], (Arrival(1.0, {"dog": 1}),))]}, "dog"),
        ({"needs": [Need(np.ones((2, 2)), [1.0, 1.0], (Arrival(1.0, 0),))]}, "at least 1"),
        ({"needs": [Need(np.ones((2, 2)), [1.0, 1.0], (Arrival(1.0),), share=2.0)]}, "share"),
        ({"needs": [Need(np.ones((2, 2)), [1.0, 1.0], (Arrival(1.0),), must=[True])]}, "must has shape"),
        ({"needs": [Need({"dog": np.ones((2, 2))}, [1.0, 1.0], (Arrival(1.0),))]}, "no minutes for tiers"),
        ({"needs": [Need(np.ones((2, 2)), [1.0, 1.0], (Arrival(1.0),), period=-1)]}, "period is -1"),
        ({"needs": [Need(np.ones((2, 2)), [1.0, 1.0], (Arrival(1.0),), scenario=0.5)]}, "scenario is 0.5"),
        (
            {"needs": [Need(np.ones((2, 2)), [1.0, 1.0], (Arrival(1.0),), scenario=1)]},
            "of scenario 0; number",
        ),
    ],
)
def test_bad_input_is_named(change, words):
    """Each wrong argument gives an error that names it."""
    given_ = {"needs": [Need(np.ones((2, 2)), [1.0, 1.0], (Arrival(1.0),))], "fleet": Fleet({"arv": 1})}
    with pytest.raises(locate.SitingInputError, match=words):
        locate.cover_model(**(given_ | change))


def test_areas_that_must_be_covered_but_cannot_are_named():
    """An area out of every site's reach that must be covered is named."""
    need = Need(np.array([[1.0, 9.0]]), [1.0, 1.0], (Arrival(5.0),), must=[True, True])
    with pytest.raises(locate.InfeasibleError, match=r"areas 1 \(1 in all\)"):
        locate.cover_model([need], Fleet({"arv": 1}))
