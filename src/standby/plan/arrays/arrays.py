"""The plan as arrays: built once, and drawn a thousand times without building anything."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from standby._refusals import Refusal
from standby._show import Shown
from standby._typing import Codes, Floats
from standby.evidence import Draws
from standby.plan.arrays import rows
from standby.plan.arrays.figures import FigureReader, Figures
from standby.plan.arrays.places import located, places_of, scopes_of, standards_of
from standby.plan.arrays.sections import (
    AreaArrays,
    ClassArrays,
    CommitmentArrays,
    CostArrays,
    ForceArrays,
    KeyLocationArrays,
    LevelArrays,
    MutualAidArrays,
    OptionArrays,
    PatrolArrays,
    PlaceArrays,
    ScopeArrays,
    SiteArrays,
    StandardArrays,
    TierArrays,
    TravelArrays,
    TypeArrays,
    UnitArrays,
    WorkforceArrays,
)
from standby.plan.plan import Plan
from standby.plan.schema.document import Standard


@dataclass(frozen=True, eq=False)
class PlanArrays(Shown):
    """A plan ready to compute with, in sections.

    ``arrays.tiers.turnout_min`` has shape (tiers,), or (draws, tiers) once a table of draws is in its place.
    NaN means that the plan does not say. Fields that are no figures are the same for every draw.

    Parameters
    ----------
    plan
        The plan, with its option laid over.
    figures
        The figures that the sections have their numbers from.
    draws
        Number of draws; None at central values, or for one draw.
    forces, workforce, classes, tiers, types
        Who and what there is.
    areas, key_locations, places, sites
        Where; places are areas, and key locations after them.
    units, patrols, commitments
        Rows that count at the plan's response level; patrols may be of units that do not.
    standards, scopes
        Where each standard holds, and whom a number is about.
    mutual_aid, travel, costs, option, level
        Terms that hold for the plan as a whole.
    """

    plan: Plan
    figures: Figures
    draws: int | None
    forces: ForceArrays
    workforce: WorkforceArrays
    classes: ClassArrays
    tiers: TierArrays
    types: TypeArrays
    areas: AreaArrays
    key_locations: KeyLocationArrays
    places: PlaceArrays
    sites: SiteArrays
    units: UnitArrays
    patrols: PatrolArrays
    commitments: CommitmentArrays
    standards: StandardArrays
    scopes: ScopeArrays
    mutual_aid: MutualAidArrays
    travel: TravelArrays
    costs: CostArrays
    option: OptionArrays
    level: LevelArrays

    @property
    def dimensions(self) -> tuple[str, ...]:
        """Names of the dimensions of the doubt, in order of first appearance."""
        return self.figures.dimensions

    def standards_of(self, standards: Mapping[str, Standard]) -> StandardArrays:
        """Return where other standards than those of the plan would hold.

        Parameters
        ----------
        standards
            The standards by id.
        """
        return standards_of(standards, self.forces, self.classes, self.types, self.places, self.key_locations)

    def drawn(self, draws: Draws) -> PlanArrays:
        """Return the plan with a table of draws in place of the central values.

        Parameters
        ----------
        draws
            Uniform draws; must have every dimension of the plan.

        Raises
        ------
        ValueError
            If the plan is drawn already, or a figure was replaced after it had been read from the plan.
        """
        if self.draws is not None:
            raise Refusal("the plan is drawn already", "draw from the plan with central values")
        quantiles = self.figures.quantiles(draws)

        def draws_of(central: Floats, slots: Codes) -> Floats:
            """Return the draws of a field; one that is certain is shown once for each draw, not copied."""
            if not np.array_equal(central, self.figures.central(slots), equal_nan=True):
                raise ValueError("a field is not what its figures say: it was replaced, and can't be drawn")

            values = np.broadcast_to(central, (draws.count, *central.shape))
            in_doubt = [(place, int(slot)) for place, slot in np.ndenumerate(slots) if int(slot) in quantiles]
            if in_doubt:
                values = values.copy()
            for place, number in in_doubt:
                values[(slice(None), *place)] = quantiles[number]
            return values

        return self._with(draws_of, draws.count)

    def one(self, draw: int) -> PlanArrays:
        """Return the plan of one draw.

        Parameters
        ----------
        draw
            Number of the draw, from 0.

        Raises
        ------
        ValueError
            If the plan is not drawn.
        """
        if self.draws is None:
            raise Refusal("the plan is not drawn", "ask for one of the draws of `drawn`")
        return self._with(lambda values, _: values[draw, ...], None)

    def _with(self, numbers_of: Callable[[Floats, Codes], Floats], draws: int | None) -> PlanArrays:
        """Return the sections with other numbers in the fields that are figures."""
        sections: dict[str, Any] = {}
        for name, section in vars(self).items():
            slots = self.figures.slots.get(type(section))
            if slots is None:
                continue
            numbers = {field: numbers_of(getattr(section, field), own) for field, own in slots.items()}
            sections[name] = replace(section, **numbers)
        return replace(self, draws=draws, **sections)


def plan_arrays(plan: Plan) -> PlanArrays:
    """Return a plan as arrays, at its central values.

    Parameters
    ----------
    plan
        The plan, perhaps with an option or a scenario laid over it.

    Examples
    --------
    >>> from standby import examples, open_plan
    >>> tiny = plan_arrays(open_plan(examples.path("tiny")))
    >>> tiny.tiers.turnout_min.tolist()
    [2.0, 30.0, 2.0]
    """
    document = plan.document
    areas, sites, keys = (plan.table(name) for name in ("areas", "sites", "key_locations"))
    patrols = plan.table("patrols")
    units, commitments = (rows.at_level(plan, plan.table(name)) for name in ("units", "commitments"))

    ids = {
        "force": tuple(document.forces),
        "class": tuple(document.classes),
        "tier": tuple(document.tiers),
        "type": tuple(document.incident_types),
        "area": tuple(areas["id"]),
        "site": tuple(sites["id"]),
        "unit": tuple(units["id"]),
        "patrol": tuple(patrols["id"]),
        "commitment": tuple(commitments["id"]),
    }
    codes = {name: {row_id: code for code, row_id in enumerate(own)} for name, own in ids.items()}
    read = FigureReader(plan, ids)

    # The order in which sections are read is that of the dimensions of the draws.
    forces = ForceArrays(
        ids=ids["force"],
        planned=np.array([name in document.plan.forces for name in ids["force"]]),
        shares=rows.shares_of(document, codes["force"]),
        **read.of(ForceArrays),
    )
    workforce = WorkforceArrays(
        spare_fill_posts=np.array([rows.fills_posts(document, name) for name in ids["force"]]),
        **read.of(WorkforceArrays),
    )
    tiers = TierArrays(
        ids=ids["tier"],
        armed=np.array([tier.armed for tier in document.tiers.values()]),
        dual_role=np.array([tier.dual_role for tier in document.tiers.values()]),
        carried_by_all=np.array([tier.carried_by == "every officer" for tier in document.tiers.values()]),
        crew=np.array([tier.crew for tier in document.tiers.values()]),
        accreditations=rows.accreditations_of(document),
        serves=rows.serves_of({name: tier.stands_in_for for name, tier in document.tiers.items()}),
        **read.of(TierArrays),
    )
    incident_types = document.incident_types.values()
    types = TypeArrays(
        ids=ids["type"],
        streams=tuple(kind.stream for kind in incident_types),
        hour_weight=np.array([rows.hour_weight_of(kind.hours) for kind in incident_types]),
        first=rows.requirement_of(document, [kind.first for kind in incident_types], codes["tier"]),
        full=rows.requirement_of(document, [kind.full for kind in incident_types], codes["tier"]),
        **read.of(TypeArrays),
    )
    classes = ClassArrays(
        ids=ids["class"],
        rural=np.array([entry.setting == "rural" for entry in document.classes.values()]),
        **read.of(ClassArrays),
    )

    area_arrays = AreaArrays(**located(areas, "force", codes), **read.of(AreaArrays))
    site_arrays = SiteArrays(
        **located(sites, "provider", codes),
        existing=sites["existing"].to_numpy(dtype=bool),
        capacity=sites["capacity"].fillna(np.inf).to_numpy(dtype=float),
        **read.of(SiteArrays),
    )
    key_locations = KeyLocationArrays(
        **located(keys, "force", codes),
        weight=keys["weight"].to_numpy(dtype=float),
        within_min=keys["within_min"].to_numpy(dtype=float),
    )
    places = places_of(plan.tables, forces, classes, codes)

    return PlanArrays(
        plan=plan,
        draws=None,
        forces=forces,
        workforce=workforce,
        classes=classes,
        tiers=tiers,
        types=types,
        areas=area_arrays,
        key_locations=key_locations,
        places=places,
        sites=site_arrays,
        units=UnitArrays(ids=ids["unit"], **rows.units_of(units, tiers, codes), **read.of(UnitArrays)),
        patrols=PatrolArrays(
            ids=ids["patrol"], of_unit=rows.patrols_of(units, patrols), **read.of(PatrolArrays)
        ),
        commitments=CommitmentArrays(
            ids=ids["commitment"],
            **rows.commitments_of(commitments, codes),
            **read.of(CommitmentArrays),
        ),
        standards=standards_of(document.standards, forces, classes, types, places, key_locations),
        scopes=scopes_of(forces, classes, places),
        mutual_aid=MutualAidArrays(**read.of(MutualAidArrays)),
        travel=TravelArrays(limit_min=document.travel.limit_min, **read.of(TravelArrays)),
        costs=CostArrays(**read.of(CostArrays)),
        option=OptionArrays(**read.of(OptionArrays)),
        level=LevelArrays(**read.of(LevelArrays)),
        figures=read.figures,
    )


def dimensions_of(plans: Iterable[PlanArrays]) -> tuple[str, ...]:
    """Return the dimensions of several plans together, in order of first appearance.

    Parameters
    ----------
    plans
        The base and its options, so that one table of draws serves all.
    """
    return tuple(dict.fromkeys(name for plan in plans for name in plan.dimensions))
