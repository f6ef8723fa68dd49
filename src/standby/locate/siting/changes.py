"""A siting as an option of the plan: units that stay, move, are added or taken away."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from standby._typing import Codes
from standby.locate.siting.options import LocateOptions
from standby.locate.siting.question import Question
from standby.plan import Document, Plan

NOTE = "chosen by standby locate"


@dataclass
class _Rows:
    """Rows of units.csv that change."""

    add: list[dict[str, Any]] = field(default_factory=list)
    change: dict[str, dict[str, Any]] = field(default_factory=dict)
    remove: list[str] = field(default_factory=list)


def changes_of(
    plan: Plan, question: Question, request: LocateOptions, count: Codes, words: tuple[str, str]
) -> dict[str, Any]:
    """Return the option that puts the units at the sites of an answer, as in ``plan.toml``.

    A row whose only unit leaves its site moves to a site of the same force that needs one; a row of several
    is made smaller; what is still missing is added. Nothing but units changes, and with shared neighbours
    the alliance.

    Parameters
    ----------
    plan
        The base.
    question, request
        What was asked.
    count
        Units at each of the question's sites, shape (sites,).
    words
        Name and description of the option.
    """
    arrays = question.arrays
    missing = dict(zip(question.sites.tolist(), count.tolist(), strict=True))  # units, by site
    force = dict(zip(question.sites.tolist(), question.provider.tolist(), strict=True))

    # Units that stay where they are.
    rows = _Rows()
    leaving = []
    for row in question.rows.tolist():
        site = int(arrays.units.sites[row])
        units = int(arrays.units.count[row])
        same_force = force.get(site) == int(arrays.units.forces[row])
        staying = min(units, missing.get(site, 0)) if same_force else 0
        missing[site] = missing.get(site, 0) - staying
        if staying == 0:
            leaving.append(row)
        elif staying < units:
            rows.change[arrays.units.ids[row]] = {"count": staying}

    # Those that move, are taken away or are added.
    _move(question, rows, leaving, missing, force)
    _add(plan, question, request, rows, missing, force)
    if request.share_neighbours:
        _share(plan, question, request, rows)

    # Only the sections that the option needs.
    changes: dict[str, Any] = {"name": words[0], "description": words[1]}
    if rows.change:
        changes["change"] = {"units": [{"id": name, **cells} for name, cells in rows.change.items()]}
    if rows.remove:
        changes["remove"] = {"units": rows.remove}
    if rows.add:
        changes["add"] = {"units": rows.add}
    alliance = _alliance(question, request)
    if alliance:
        changes["set"] = {f"alliances.{request.option}": alliance}
    return changes


def _move(
    question: Question, rows: _Rows, leaving: list[int], missing: dict[int, int], force: dict[int, int]
) -> None:
    """Send each row that has to leave its site, whole, to the first site of its force that wants so many."""
    arrays = question.arrays
    for row in leaving:
        units = int(arrays.units.count[row])
        wanting = [j for j, n in missing.items() if n >= units and force[j] == int(arrays.units.forces[row])]
        if not wanting:
            rows.remove.append(arrays.units.ids[row])
            continue

        site = wanting[0]
        missing[site] -= units
        rows.change[arrays.units.ids[row]] = {
            "site": arrays.sites.ids[site],
            "name": f"{_tier(question)} at {arrays.sites.names[site]}",
            "note": NOTE,
        }


def _add(
    plan: Plan,
    question: Question,
    request: LocateOptions,
    rows: _Rows,
    missing: dict[int, int],
    force: dict[int, int],
) -> None:
    """Add units where some are missing still."""
    arrays = question.arrays
    taken = set(plan.table("units")["id"])
    pooled = dict(zip(question.sites.tolist(), question.pooled.tolist(), strict=True))
    for site, units in missing.items():
        if units <= 0:
            continue

        # An id of the option's own, that no unit has.
        name = f"{request.option}-{arrays.sites.ids[site]}"
        while name in taken:
            name += "-2"
        taken.add(name)

        rows.add.append(
            {
                "id": name,
                "name": f"{_tier(question)} at {arrays.sites.names[site]}",
                "tier": arrays.tiers.ids[question.tier],
                "site": arrays.sites.ids[site],
                "provider": arrays.forces.ids[force[site]],
                "count": units,
                "hours": request.hours,
                "control": "pooled" if pooled[site] else "own",
                "note": NOTE,
            }
        )


def _tier(question: Question) -> str:
    """Return the name of the tier that is sited."""
    return question.arrays.plan.document.tiers[question.arrays.tiers.ids[question.tier]].name


def _share(plan: Plan, question: Question, request: LocateOptions, rows: _Rows) -> None:
    """Put the units of the tier that stay under the control that the shared bases ask for."""
    if _alliance(question, request) is None:
        return

    # Units of the forces asked about, of the tier that is sited, and not shared so far.
    arrays = question.arrays
    table = plan.table("units")
    own = table["provider"].isin(
        [f for f, inside in zip(arrays.forces.ids, question.scope, strict=True) if inside]
    )
    own &= (table["tier"] == arrays.tiers.ids[question.tier]) & (table["control"] == "own")
    for name in table["id"][own]:
        if name not in rows.remove:
            rows.change.setdefault(name, {})["control"] = "pooled"


def _alliance(question: Question, request: LocateOptions) -> dict[str, Any] | None:
    """Return the alliance that shared bases need, None when the forces share already."""
    arrays = question.arrays
    scope = np.flatnonzero(question.scope)
    if not request.share_neighbours or arrays.forces.shares[np.ix_(scope, scope)].all():
        return None
    return {"name": "Forces that share bases", "forces": [arrays.forces.ids[f] for f in scope]}


def laid_over(plan: Plan, option: str, changes: dict[str, Any]) -> Plan:
    """Return the plan with a new option laid over it, as it would be once it were saved.

    Parameters
    ----------
    plan
        The base, or a plan that an option is laid over.
    option
        Id of the new option.
    changes
        The option as in ``plan.toml``.
    """
    raw = {**plan.raw, "options": {**plan.raw.get("options", {}), option: changes}}
    document = Document.model_validate(raw)
    return replace(plan, raw=raw, document=document, variant=None).with_option(option)


def with_standard(plan: Plan, question: Question, request: LocateOptions) -> tuple[Plan, str]:
    """Return the plan with the standard as it was asked for, and its id: its own where nothing was changed.

    Parameters
    ----------
    plan
        The base.
    question, request
        What was asked.
    """
    if request.within is None and request.of is None and not request.forces:
        return plan, question.standard_id

    # An id that no standard has.
    name = f"{question.standard_id}-as-asked"
    while name in plan.document.standards:
        name += "-2"

    given = plan.raw["standards"][question.standard_id]
    arrays = question.arrays
    asked = question.standard
    changed = {
        **given,
        "name": asked.name,
        "measure": asked.measure,
        "within_min": asked.within_min,
        "of": asked.of,
        "classes": list(asked.classes),
        "forces": list(asked.forces),
        "main": False,
    }
    if request.forces:
        wanted = {arrays.forces.ids[force] for force in np.flatnonzero(question.scope)}
        changed["forces"] = sorted(wanted.intersection(asked.forces or wanted))

    raw = {**plan.raw, "standards": {**plan.raw["standards"], name: changed}}
    return replace(plan, raw=raw, document=Document.model_validate(raw)), name
