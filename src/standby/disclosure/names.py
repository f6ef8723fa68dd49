"""Names that may not be published: of bases and units anywhere, of places and forces beside results."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import pandas as pd

from standby._refusals import Refusal
from standby.disclosure.public_names import public_plan
from standby.plan import Plan


class PublicEditionError(Refusal):
    """A plan whose public edition would name a base or a unit; its subject is the name, and what has it."""

    code = "names-a-base"


def check_names(plan: Plan, names: Mapping[str, Sequence[str]]) -> None:
    """Refuse names that name a base or a unit; a name can't be left out.

    Parameters
    ----------
    plan
        The base.
    names
        Names by what they are of.

    Raises
    ------
    PublicEditionError
        If one does.
    """
    bases = _names_of_bases(plan)
    forces = any_of(names_of_forces(plan))
    for of, values in names.items():
        for value in dict.fromkeys(values):
            found = bases.search(forces.sub("", value))
            if found:
                raise PublicEditionError(
                    f"it names {found[0]!r}, a base or a unit, which the public edition may not",
                    "give it another name in the plan, or make the internal edition",
                    subject=f"{of} {value!r}",
                )


def names_of_choices(plan: Plan) -> list[str]:
    """Return names that are published as they are: of options, standards and the like."""
    document = plan.document
    return [
        document.base.name,
        *(option.name for option in document.options.values()),
        *(standard.name for standard in document.standards.values()),
        *(tier.name for tier in document.tiers.values()),
        *(incident.name for incident in document.incident_types.values()),
        *(area_class.name for area_class in document.classes.values()),
    ]


def names_of_forces(plan: Plan) -> list[str]:
    """Return names of forces and alliances, which are published but beside no result."""
    return [*(force.name for force in plan.document.forces.values()), *_alliances(plan)]


def _alliances(plan: Plan) -> list[str]:
    return [alliance.name for alliance in plan.document.alliances.values()]


def _names_of_bases(plan: Plan) -> re.Pattern[str]:
    """Return a pattern of the names of sites in any case, and of the names and ids of units as written."""
    options = plan.document.options.values()
    units = plan.table("units")
    sites = plan.table("sites")

    added_sites = [str(row.get("name") or "") for option in options for row in option.add.sites]
    bases = any_of([*sites["name"].astype(str), *added_sites])

    # A unit is often called what it is ("Specialist team"), so words in another case are not its name.
    rows = [row for option in options for row in (*option.add.units, *option.change.units)]
    named = [str(row.get(key) or "") for row in rows for key in ("name", "id")]
    crews = any_of([*units["name"].astype(str), *units["id"], *named])

    return re.compile(f"(?i:{bases.pattern})|{crews.pattern}")


def names_of_places(plan: Plan) -> re.Pattern[str]:
    """Return a pattern of the names of bases and units, and of areas and key locations in any case."""
    places = any_of([*plan.table("areas")["name"], *plan.table("key_locations")["name"]])
    return re.compile(f"{_names_of_bases(plan).pattern}|(?i:{places.pattern})")


def any_of(names: Sequence[str]) -> re.Pattern[str]:
    """Return a pattern of whole names, the longest first; of nothing when there are none."""
    wanted = sorted({name for name in names if name and name != "nan"}, key=lambda name: (-len(name), name))
    either = "|".join(map(re.escape, wanted))
    return re.compile(rf"(?<![\w-])(?:{either})(?![\w-])" if wanted else r"(?!)")


def refuse_named_bases(plan: Plan, tables: Mapping[str, pd.DataFrame]) -> None:
    """Refuse a title, a description or names in the tables that name a base or a unit."""
    document = plan.document
    names: dict[str, Sequence[str]] = {
        "plan.toml, plan.public_title": [public_plan(plan).title],
        "plan.toml, plan.public_summary": [document.plan.public_summary],
        "plan.toml, base.public_description": [document.base.public_description],
    }
    for key, option in document.options.items():
        names[f"plan.toml, options.{key}.public_description"] = [option.public_description]
    for table in ("options", "criteria", "standards", "need", "siting_standards"):
        if table in tables and "name" in tables[table]:
            names[f"{table.removeprefix('siting_')}, name"] = list(tables[table]["name"].astype(str))
    check_names(plan, names)
