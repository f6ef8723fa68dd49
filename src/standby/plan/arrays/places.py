"""Where: places, whom a number is about, and where each standard holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from standby._typing import Mask
from standby.plan.arrays.rows import CodeOf, codes_of
from standby.plan.arrays.sections import (
    MEASURES,
    ClassArrays,
    ForceArrays,
    KeyLocationArrays,
    PlaceArrays,
    ScopeArrays,
    StandardArrays,
    TypeArrays,
)
from standby.plan.schema.document import Standard, main_standard

PLACE_COLUMNS = ("id", "name", "force", "class", "lon", "lat", "island", "area_km2")
"""Columns of a table of places."""


def place_table(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the areas of a plan and, after them, its key locations: wherever somebody may have to come.

    Parameters
    ----------
    tables
        The plan's tables by name.

    Returns
    -------
    DataFrame
        One row each place: ``kind`` (``"area"`` or ``"key location"``), ``id``, ``name``, ``force``,
        ``class``, ``lon``, ``lat``, ``island`` and ``area_km2``, 0 for a key location: it is a point.
    """
    kinds = {"areas": "area", "key_locations": "key location"}
    parts = []
    for name, kind in kinds.items():
        if name in tables:
            extent = tables[name]["area_km2"] if name == "areas" else 0.0
            part = tables[name].assign(kind=kind, area_km2=extent)
            parts.append(part[["kind", *PLACE_COLUMNS]])
    return pd.concat(parts, ignore_index=True)


def located(frame: pd.DataFrame, force: str, codes: CodeOf) -> dict[str, Any]:
    """Return the fields of `Located` from a table; `force` is the column that names the force."""
    return {
        "ids": tuple(frame["id"]),
        "names": tuple(frame["name"]),
        "positions": frame[["lon", "lat"]].to_numpy(dtype=float),
        "classes": codes_of(frame["class"], codes["class"]),
        "forces": codes_of(frame[force], codes["force"]),
    }


def places_of(
    tables: Mapping[str, pd.DataFrame], forces: ForceArrays, classes: ClassArrays, codes: CodeOf
) -> PlaceArrays:
    """Return areas and key locations as places."""
    table = place_table(tables)
    fields = located(table, "force", codes)
    group = fields["forces"] * len(classes) + fields["classes"]
    return PlaceArrays(
        **fields,
        areas=int((table["kind"] == "area").sum()),
        group=np.where(forces.planned[fields["forces"]], group, -1),
        groups=len(forces) * len(classes),
    )


def scopes_of(forces: ForceArrays, classes: ClassArrays, places: PlaceArrays) -> ScopeArrays:
    """Return whom numbers are about: the planned forces, their settings and classes."""
    force, area_class = np.divmod(np.arange(places.groups), len(classes))
    is_planned = forces.planned[force]
    is_rural = classes.rural[area_class]
    planned_forces = [int(code) for code in np.flatnonzero(forces.planned)]

    # Groups are forces × classes; each scope is a set of them.
    groups: dict[tuple[str, str], Mask] = {("all", ""): is_planned}
    for code in planned_forces:
        groups["force", forces.ids[code]] = force == code

    for setting, in_setting in (("urban", ~is_rural), ("rural", is_rural)):
        groups["setting", setting] = is_planned & in_setting
        for code in planned_forces:
            groups["force setting", f"{forces.ids[code]} {setting}"] = (force == code) & in_setting

    for code, name in enumerate(classes.ids):
        groups["class", name] = is_planned & (area_class == code)

    # A place belongs to the scopes of its group; places of forces not planned for have none.
    members = np.array(list(groups.values()))
    has_group = places.group >= 0
    in_scope = members[:, np.maximum(places.group, 0)] & has_group
    return ScopeArrays(tuple(groups), members.astype(float), in_scope)


def standards_of(
    standards: Mapping[str, Standard],
    forces: ForceArrays,
    classes: ClassArrays,
    types: TypeArrays,
    places: PlaceArrays,
    key_locations: KeyLocationArrays,
) -> StandardArrays:
    """Return where standards hold."""
    within_min = np.full((len(standards), len(places)), np.nan)
    for row, standard in enumerate(standards.values()):
        holds = forces.planned[places.forces]
        if standard.classes:
            holds &= np.isin(places.classes, [classes.ids.index(name) for name in standard.classes])
        if standard.forces:
            holds &= np.isin(places.forces, [forces.ids.index(name) for name in standard.forces])
        is_for_key_locations = standard.of == "key_locations"
        holds[places.of_areas if is_for_key_locations else places.of_key_locations] = False
        within_min[row, holds] = standard.within_min

        # A key location may have minutes of its own for the first armed arrival.
        if is_for_key_locations and standard.measure == "first":
            here = places.of_key_locations
            own_min = key_locations.within_min
            own_min = np.where(np.isnan(own_min), standard.within_min, own_min)
            within_min[row, here] = np.where(holds[here], own_min, np.nan)

    type_codes = [types.ids.index(standard.incident_type) for standard in standards.values()]
    measures = [MEASURES.index(standard.measure) for standard in standards.values()]
    return StandardArrays(
        ids=tuple(standards),
        types=np.array(type_codes, dtype=np.int64),
        measures=np.array(measures, dtype=np.int64),
        of=tuple(standard.of for standard in standards.values()),
        within_min=within_min,
        main=list(standards).index(main_standard(standards)),
    )
