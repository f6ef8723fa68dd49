"""Staffing and cost once more, from what the documentation says: slow, one force at a time, in plain numbers.

It shares no code with the rooms: it takes dictionaries and lists, and works with dictionaries by tier and one
number a year.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

HEADS = (
    "officers",
    "training",
    "vehicles",
    "sites",
    "kit",
    "residual_value",
    "overtime",
    "backfill",
    "response_forgone",
    "optimism_bias",
    "grant",
)


@dataclass
class Tier:
    """A tier as the plan has it."""

    crew: int
    armed: bool
    dual_role: bool
    accreditation: str
    course_weeks: float
    course_gbp: float
    refresher_days: float
    vehicle_gbp: float
    vehicle_running_gbp: float
    kit_gbp: float


@dataclass
class Force:
    """A force's terms, its people, and its officers with a CED in the base and with the option."""

    people: float
    strength: float
    relief_factor: float
    deployable_share: float
    pass_rate: float
    loss_rate: float
    spare_officers: str
    ced: tuple[float, float]


@dataclass
class Site:
    """A site and what it costs."""

    existing: bool
    capital_gbp: float
    running_gbp: float


@dataclass
class Unit:
    """A row of units, with its hours as 168 zeros and ones."""

    tier: str
    site: str
    force: str
    count: int
    hours: np.ndarray


@dataclass
class World:
    """A plan and one option."""

    years: int
    tiers: dict[str, Tier]
    forces: dict[str, Force]
    sites: dict[str, Site]
    before: list[Unit]
    after: list[Unit]
    prices: dict[str, float]
    capital_gbp: float
    running_gbp: float
    more_overtime_gbp: float
    grant_gbp: float
    touched: set[str]


@dataclass
class Filled:
    """Who fills the posts of one force, by tier."""

    found: float
    lacking: float
    spare: float
    taught: dict[str, float]
    retrained: dict[str, float]
    kept: dict[str, float]


@dataclass
class Book:
    """Money of one force by head and year."""

    world: World
    basis: str
    lines: dict[str, np.ndarray] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.lines = {head: np.zeros(self.world.years) for head in HEADS}
        self.capital_uplift, self.operating_uplift = (
            max(self.world.prices[f"optimism_bias_{kind}"] - 1, 0) for kind in ("capital", "operating")
        )

    def spend(self, head: str, money: np.ndarray | float) -> None:
        """Write running money; what is spent is taken as estimated too low, what is saved is not."""
        paid = money + np.zeros(self.world.years)
        self.lines[head] += paid
        self.lines["optimism_bias"] += self.operating_uplift * np.maximum(paid, 0)

    def buy(self, head: str, items: float, price_gbp: float, life_years: float) -> None:
        """Buy on the first day and whenever a life ends; what is left of the last one is worth its share."""
        years = self.world.years
        bought_on, bought = 0.0, np.zeros(years)
        while True:
            bought[int(bought_on + 1e-9)] += items * price_gbp
            if bought_on + life_years > years - 1e-9:
                break
            bought_on += life_years
        left = items * price_gbp * (bought_on + life_years - years) / life_years
        self.build(head, bought)
        self.lines["residual_value"][-1] -= (1 + self.capital_uplift) * left

    def build(self, head: str, money: np.ndarray) -> None:
        """Write capital."""
        self.lines[head] += money
        self.lines["optimism_bias"] += self.capital_uplift * money

    def take_from_response(self, officer_years: np.ndarray | float, share: float | None = None) -> None:
        """Write backfill of a share of officers' time, and the rest as response forgone; below 0: back."""
        worth = self.world.prices["officer_gbp"] * (officer_years + np.zeros(self.world.years))
        replaced = self.world.prices["backfill_share"] if share is None else share
        self.spend("backfill", replaced * worth)
        if self.basis == "economic":
            self.spend("response_forgone", (1 - replaced) * worth)


def fill(
    now: dict[str, float], before: dict[str, float], at_hand: float, accreditation: dict[str, str]
) -> Filled:
    """Fill posts with those at hand, who hold the accreditations of the base's posts in proportion."""
    posts, base_posts = sum(now.values()), sum(before.values())
    lacking = max(base_posts - at_hand, 0.0)
    found = max(posts - at_hand, 0.0) - lacking

    of_kind = {kind: [t for t in now if accreditation[t] == kind] for kind in set(accreditation.values())}
    wanted = {kind: sum(now[t] for t in tiers) for kind, tiers in of_kind.items()}
    pattern = {kind: sum(before[t] for t in tiers) for kind, tiers in of_kind.items()}
    if base_posts == 0:
        pattern = wanted
    total = sum(pattern.values()) or 1.0
    held = {kind: (at_hand + lacking) * pattern[kind] / total for kind in of_kind}
    short = {kind: max(wanted[kind] - held[kind], 0.0) for kind in of_kind}
    over = {kind: max(held[kind] - wanted[kind], 0.0) for kind in of_kind}

    all_short, all_over = sum(short.values()), sum(over.values())
    moved = all_short - max(found, 0.0)
    gone = moved + max(-found, 0.0)
    filled = Filled(found, lacking, max(at_hand + max(found, 0.0) - posts, 0.0), {}, {}, {})
    for kind, tiers in of_kind.items():
        more = _parts({t: max(now[t] - before[t], 0.0) for t in tiers}, {t: now[t] for t in tiers})
        fewer = _parts({t: before[t] for t in tiers}, {})
        change = short[kind] - (gone * over[kind] / all_over if all_over else 0.0)
        for t in tiers:
            filled.taught[t] = short[kind] * more[t]
            filled.retrained[t] = filled.taught[t] * (moved / all_short if all_short else 0.0)
            filled.kept[t] = max(change, 0.0) * more[t] + min(change, 0.0) * fewer[t]
    return filled


def _parts(first: dict[str, float], second: dict[str, float]) -> dict[str, float]:
    for parts in (first, second):
        if sum(parts.values()) > 0:
            return {name: part / sum(parts.values()) for name, part in parts.items()}
    return {name: 1 / len(first) for name in first}


def add(now: dict[str, float], before: dict[str, float], at_hand: float) -> Filled:
    """Take an officer more for every post more, as spare officers have other duties."""
    change, base_posts = {t: now[t] - before[t] for t in now}, sum(before.values())
    return Filled(
        sum(change.values()),
        max(base_posts - at_hand, 0.0),
        max(at_hand - base_posts, 0.0),
        {t: max(change[t], 0.0) for t in now},
        dict.fromkeys(now, 0.0),
        change,
    )


def officers(world: World, name: str, units: list[Unit]) -> dict[str, float]:
    """Return the officers that hold a force's posts, by tier."""
    relief = world.forces[name].relief_factor
    return {
        t: relief
        * sum(
            unit.count * tier.crew * unit.hours.sum() / 168
            for unit in units
            if (unit.tier, unit.force) == (t, name)
        )
        for t, tier in world.tiers.items()
    }


def staffed(world: World, name: str) -> tuple[Filled, dict[str, float], float]:
    """Return how a force's crews are filled, officers armed in their role more, and unarmed posts more."""
    force, tiers = world.forces[name], world.tiers
    now, before = officers(world, name, world.after), officers(world, name, world.before)
    crews = [t for t, tier in tiers.items() if tier.armed and not tier.dual_role]
    in_role = [t for t, tier in tiers.items() if tier.armed and tier.dual_role]

    at_hand = max(force.strength * force.deployable_share - sum(before[t] for t in in_role), 0.0)
    posts, base_posts = {t: now[t] for t in crews}, {t: before[t] for t in crews}
    filled = (
        fill(posts, base_posts, at_hand, {t: tiers[t].accreditation for t in crews})
        if force.spare_officers == "fill posts"
        else add(posts, base_posts, at_hand)
    )
    unarmed = sum(now[t] - before[t] for t, tier in tiers.items() if not tier.armed)
    return filled, {t: now[t] - before[t] for t in in_role}, unarmed


def force_cost(world: World, name: str, basis: str) -> np.ndarray:
    """Return a force's cost before grant, shape (years, heads)."""
    book, force, prices = Book(world, basis), world.forces[name], world.prices
    filled, role, unarmed = staffed(world, name)
    _pay(book, filled.found, sum(role.values()), unarmed)

    for t, tier in world.tiers.items():
        armed_in_role, retrained = role.get(t, 0.0), filled.retrained.get(t, 0.0)
        taught = filled.taught.get(t, 0.0) + max(armed_in_role, 0.0)
        kept = filled.kept.get(t, 0.0) + armed_in_role

        # Courses: once for who is taught, later for who replaces leavers; starters who fail included. Spare
        # officers on a course are missing from nothing.
        starters = np.full(world.years, kept * force.loss_rate / force.pass_rate)
        starters[0] = (taught - retrained) / force.pass_rate
        book.spend("training", starters * tier.course_gbp)
        book.take_from_response(starters * tier.course_weeks * 5 / prices["working_days"])
        again = np.zeros(world.years)
        again[0] = retrained / force.pass_rate * tier.course_gbp
        book.spend("training", again)
        book.take_from_response(armed_in_role * tier.refresher_days / prices["working_days"])

        book.buy("kit", taught, tier.kit_gbp, prices["kit_life_years"])
        vehicles = _fleet(world.after, name, t) - _fleet(world.before, name, t)
        book.buy("vehicles", max(vehicles, 0.0), tier.vehicle_gbp, prices["vehicle_life_years"])
        book.spend("vehicles", vehicles * tier.vehicle_running_gbp)

    _sites(book, name)
    _ced(book, force)
    sharing = world.touched or set(world.forces)
    part = force.people / sum(world.forces[f].people for f in sharing) if name in sharing else 0.0
    _open(book, world.capital_gbp * part, world.running_gbp * part)
    book.spend("overtime", world.more_overtime_gbp * part)
    return np.stack([book.lines[head] for head in HEADS], axis=1)


def _pay(book: Book, found: float, in_role: float, unarmed: float) -> None:
    """Write pay: a post that stays a post, armed or not, moves its officers with it."""
    unarmed += _made_good(in_role, unarmed)
    converted = _made_good(found, unarmed)
    hired = unarmed + converted
    book.spend("officers", hired * book.world.prices["officer_gbp"])
    book.take_from_response(found - converted)
    book.take_from_response(converted, share=0.0)
    if book.basis == "economic":  # the response of posts that are given up; nothing is spent on it
        book.lines["response_forgone"] += max(-hired, 0.0) * book.world.prices["officer_gbp"]


def _made_good(one: float, other: float) -> float:
    return float(np.sign(one) * min(abs(one), abs(other))) if one * other < 0 else 0.0


def _fleet(units: list[Unit], name: str, tier: str) -> float:
    rows = [unit.count * unit.hours for unit in units if (unit.tier, unit.force) == (tier, name)]
    return float(np.sum(rows, axis=0).max()) if rows else 0.0


def _open(book: Book, capital_gbp: float, running_gbp: float) -> None:
    first_year = np.arange(book.world.years) == 0
    book.build("sites", capital_gbp * first_year)
    book.spend("sites", running_gbp)


def _sites(book: Book, name: str) -> None:
    """Write the sites that armed crews, or the first units at a new one, open and leave, by equal shares."""
    world = book.world
    for site_id, site in world.sites.items():
        before, after = (_use(world, units, site_id) for units in (world.before, world.after))
        opened, closed = (
            one["openers"] if one["openers"] and not other[one["by"]] else set()
            for one, other in ((after, before), (before, after))
        )
        if name in opened:
            _open(book, site.capital_gbp / len(opened), site.running_gbp / len(opened))
        if name in closed:
            _open(book, 0.0, -site.running_gbp / len(closed))


def _use(world: World, units: list[Unit], site_id: str) -> dict:
    there = [unit for unit in units if unit.site == site_id]
    anybody = {unit.force for unit in there}
    armed = {
        u.force for u in there if world.tiers[u.tier].armed and not world.tiers[u.tier].dual_role
    }  # crews that do nothing else
    new = set() if world.sites[site_id].existing else anybody
    return {
        "openers": armed or new,
        "by": "armed" if armed else "anybody",
        "armed": armed,
        "anybody": anybody,
    }


def _ced(book: Book, force: Force) -> None:
    """Write devices and training days of officers with a CED."""
    prices, more = book.world.prices, force.ced[1] - force.ced[0]
    days = np.full(
        book.world.years, prices["ced_refresher_days"] + prices["ced_training_days"] * force.loss_rate
    )
    days[0] = prices["ced_refresher_days"] + (prices["ced_training_days"] if more > 0 else 0.0)
    book.take_from_response(more * days / prices["working_days"])
    book.buy("kit", max(more, 0.0), prices["ced_gbp"], prices["kit_life_years"])


def cost(world: World, basis: str) -> dict[str, np.ndarray]:
    """Return each force's cost, shape (years, heads); a grant is shared by what each spends."""
    found = {name: force_cost(world, name, basis) for name in world.forces}
    if basis == "budget":
        residual, grant = HEADS.index("residual_value"), HEADS.index("grant")
        for year in range(world.years):
            spent = {name: money[year].sum() - money[year, residual] for name, money in found.items()}
            paid = min(max(sum(spent.values()), 0.0), world.grant_gbp)
            whole = sum(max(part, 0.0) for part in spent.values())
            for name, money in found.items():
                money[year, grant] -= paid * max(spent[name], 0.0) / whole if whole else 0.0
    return found
