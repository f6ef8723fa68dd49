"""The base and its options, made ready."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from standby._refusals import Refusal
from standby._typing import Floats
from standby.cost import site_changes, site_prices
from standby.cost.plan_cost import fleet
from standby.cover import Evaluated, evaluate_plan, main_standard
from standby.demand import call_rates
from standby.plan import BASE, Option, Plan, Resolved
from standby.plan.options import held_back, laid_over
from standby.travel import Times, travel_times
from standby.words import listed
from standby.workforce import moves
from standby.workforce.moves import NOBODY

SCALE = (
    ("plan", "forces"),
    ("plan", "price_year"),
    ("costs", "horizon_years"),
    ("travel", "limit_min"),
)
"""Section and field of what every option is counted by."""

FREE_IF_NOT_SAID = ("course_gbp", "course_weeks", "kit_gbp")
"""Prices of a tier without which who is taught is trained and equipped for nothing."""

PRICES_OF_A_TIER = (*FREE_IF_NOT_SAID, "refresher_days", "vehicle_gbp", "vehicle_running_gbp")
"""What an officer or a vehicle of a tier costs."""

ACTS_ON_ALL = ("overtime_gbp", "relief_factor", "deployable_share", "spare_officers", "harm_gbp")
"""Terms of money and staffing that an option changes for everybody, and not for what it adds alone."""


@dataclass(frozen=True, eq=False)
class Variant:
    """The base or an option, made ready.

    Parameters
    ----------
    id
        ``"base"``, or the option's id.
    plan
        The plan with the option laid over it.
    option
        The option; None for the base.
    evaluated
        Its cover at central values.
    times
        Minutes between its places.
    """

    id: str
    plan: Plan
    option: Option | None
    evaluated: Evaluated
    times: Times

    @property
    def resolved(self) -> Resolved:
        """The plan at its central values."""
        return self.evaluated.resolved

    @property
    def ranked(self) -> bool:
        """Whether it takes part in the ranking."""
        return self.option is None or self.option.status == "open"

    def row(self) -> dict[str, Any]:
        """Return its row of the table of options."""
        if self.option is None:
            base = self.plan.document.base
            own = {"name": base.name, "description": base.description, "status": "open", "reason": ""}
            return {"option": self.id, **own, "forces_ruled_out": ""}
        names = self.plan.document.forces
        held = [f"{names[f].name}: {self.option.forces[f].reason}" for f in sorted(held_back(self.option))]
        return {
            "option": self.id,
            "name": self.option.name,
            "description": self.option.description,
            "status": self.option.status,
            "reason": self.option.reason,
            "forces_ruled_out": "; ".join(held),
        }


def variants_of(plan: Plan) -> list[Variant]:
    """Return the base and every option of a plan, the base first.

    Raises
    ------
    ValueError
        If an option changes a standard, or for whom, over how many years or up to which limit options are
        counted: they are compared on one scale.
    """
    times = travel_times(plan)
    variants = [Variant(BASE, plan, None, evaluate_plan(plan, times), times)]
    for name, option in plan.document.options.items():
        laid = plan.with_option(name)
        for standard in {**plan.document.standards, **laid.document.standards}:
            if laid.document.standards.get(standard) != plan.document.standards.get(standard):
                raise Refusal(
                    f"options.{name} changes standards.{standard}, and options are compared by the same "
                    "standards",
                    "write it as a standard of the base, beside the one there is",
                )
        for section, field in SCALE:
            one, other = (getattr(getattr(p.document, section), field) for p in (plan, laid))
            if one != other:
                raise Refusal(
                    f"options.{name} changes {section}.{field}, and options are compared by the same one",
                    "change it in the plan itself, or appraise a copy of the plan with it",
                )
        times = travel_times(laid)
        variants.append(Variant(name, laid, option, evaluate_plan(laid, times), times))
    return variants


def newly_in_time(variant: Variant, base: Variant) -> float:
    """Return the base's calls that an option newly brings inside the main standard [per hour].

    By the base's calls where both have the same areas, else the difference of what each reaches.
    """
    after, before = _chances(variant), _chances(base)
    now, then = (_calls(v) for v in (variant, base))
    if variant.resolved.structure.areas.ids == base.resolved.structure.areas.ids:
        return float(then @ (after - before))
    return float(now @ after - then @ before)


def _chances(variant: Variant) -> Floats:
    e = variant.evaluated
    row = list(e.standards).index(main_standard(e.standards))
    return np.minimum(e.outcome.reached[row, : len(e.model.structure.areas)], 1.0)


def _calls(variant: Variant) -> Floats:
    """Return calls of the main standard's type by area, of planned forces [per hour]."""
    e = variant.evaluated
    s, row = e.model.structure, list(e.standards).index(main_standard(e.standards))
    return np.asarray(call_rates(e.resolved)[int(e.setting.types[row])] * s.planned[s.areas.forces])


def notes_on_roads(base: Variant) -> list[dict[str, str]]:
    """Return notes on places to which no road leads, and on the road file: a sentence each.

    A note on one place has its row as the subject; the numbers of such places stand beside it.
    """
    tables = {"site": "sites", "area": "areas", "key location": "key_locations"}
    times = base.times
    named = [
        {"subject": f"{tables[str(kind)]}[{key}]", "text": f"{name} has {reason}"}
        for kind, key, name, reason in times.findings[["kind", "id", "name", "reason"]].itertuples(
            index=False
        )
    ]
    return [*named, *({"subject": "travel", "text": text} for text in (*times.counts, *times.road_notes))]


def notes_on_options(variants: list[Variant]) -> list[dict[str, str]]:
    """Return what a reader should know of how the options are counted: ``subject`` and ``text``."""
    return [note for variant in variants[1:] for note in _notes(variant, variants[0])]


def _notes(variant: Variant, base: Variant) -> list[dict[str, str]]:
    subject, found = f"options.{variant.id}", []
    now, before = variant.resolved, base.resolved
    for k, force in enumerate(now.structure.forces):
        for what, follows in (("strength", "staffing starts from the base's"), ("officers", "no cost does")):
            one, other = (float(plan[f"forces.{what}"][k]) for plan in (now, before))
            if one != other and not (np.isnan(one) and np.isnan(other)):
                found.append(
                    f"forces.{force}.{what} is set, and {follows}: change units, and state other money in "
                    "running_gbp"
                )
    found += _price_notes(variant, base)
    found += _terms_note(variant, base)
    found += _sites_note(variant, base)
    return [{"subject": subject, "text": text} for text in found]


def _sites_note(variant: Variant, base: Variant) -> list[str]:
    """Return a note when the sites that an option opens have no price, or may be paid for twice."""
    now = variant.resolved
    opened = site_changes(now, base.resolved).opened[now.structure.planned]
    number = int(np.count_nonzero(opened.any(axis=0)))
    if not number:
        return []
    priced = any(float((price * opened).sum()) > 0 for price in site_prices(now))
    stated = any(float(np.nan_to_num(now[f"option.{name}"])) > 0 for name in ("capital_gbp", "running_gbp"))
    sites = f"opens {number} site{'' if number == 1 else 's'}"
    if priced and stated:
        return [
            f"{sites} at the plan's price and states capital_gbp or running_gbp besides: both are counted"
        ]
    if priced or stated:
        return []
    how = "costs.site_capital_gbp and site_running_gbp, or the site's own"
    return [f"{sites} and the plan gives no price of that ({how}): counted as free"]


def _price_notes(variant: Variant, base: Variant) -> list[str]:
    """Return notes on tiers without a price, whose officers or vehicles an option adds for nothing."""
    now, before = variant.resolved, base.resolved
    s, tiers = now.structure, variant.plan.document.tiers
    planned = np.flatnonzero(s.planned)
    taught = moves(now, before).taught[planned].sum(axis=0)
    found = []
    for tier, name in enumerate(s.tiers):
        free = [part for part in FREE_IF_NOT_SAID if part not in tiers[name].model_fields_set]
        if taught[tier] > NOBODY and free:
            found.append(
                f"{taught[tier]:,.0f} officers are trained for tiers.{name}, which does not say "
                f"{listed(free)}: counted as free"
            )
        more = sum(max(fleet(now, int(k), tier) - fleet(before, int(k), tier), 0) for k in planned)
        if more and "vehicle_gbp" not in tiers[name].model_fields_set:
            found.append(
                f"{more} more vehicle{'' if more == 1 else 's'} of tiers.{name}, which does not say "
                "vehicle_gbp: counted as free"
            )
    return found


def _terms_note(variant: Variant, base: Variant) -> list[str]:
    """Return a note when an option sets prices or terms that hold for what it adds alone."""
    option, tiers = variant.option, base.plan.document.tiers
    laid = [] if option is None else laid_over(option.set, held_back(option))
    terms = []
    for path, _ in laid:
        match path.split("."):
            case ["costs" | "workforce", term, *_] | ["forces", _, "workforce", term, *_]:
                counts = term not in ACTS_ON_ALL
            case ["tiers", tier, term, *_]:
                counts = term in PRICES_OF_A_TIER and tier in tiers and tiers[tier].armed
            case _:
                counts = False
        if counts:
            terms.append(path)
    if not terms:
        return []
    text = (
        f"sets {listed(terms)}, and its cost counts that for what it adds and gives up alone: what is saved "
        "or spent by it on officers, vehicles and sites that are there already is not counted"
    )
    return [text]
