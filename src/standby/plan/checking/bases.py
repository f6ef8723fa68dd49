"""Bases that a plan declares to be invented: by which rule they were placed, and whether that is so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from standby._globe import KM_PER_DEGREE
from standby._refusals import Fault
from standby.evidence import ASSUMPTION
from standby.plan.faults import Note
from standby.plan.files.cells import Cells
from standby.plan.files.fingerprint import fingerprint_of_bases
from standby.plan.files.folder import PLAN_FILE
from standby.plan.options import changed_tables
from standby.plan.schema.document import Document
from standby.tables import records
from standby.words import count

NEAR_KM = 0.2
"""How far from the centre of an area a site of the rule ``area-centres`` may stand [km]."""

PUBLIC = 'The public edition is the default of every command until then; or write bases = "real"'


def judge_bases(
    document: Document, cells: Mapping[str, Cells], tables: Mapping[str, pd.DataFrame], *, clean: bool
) -> tuple[list[Fault], list[Note]]:
    """Return what is wrong with a declaration that bases are invented, and whether it holds no more.

    Parameters
    ----------
    document
        ``plan.toml``.
    cells
        Texts of the tables, which keep faults of their rows.
    tables
        The tables that could be read.
    clean
        Whether the plan has no other fault, so that its options can be laid over it.
    """
    about = document.plan
    if about.bases != "invented":
        return [], []

    faults = list(_unsaid(document))
    if not {"areas", "sites", "units"} <= set(tables):
        return faults, []

    now = fingerprint_of_bases(document, tables)
    if not about.bases_fingerprint:
        what = "is missing, and with it what tells whether sites and units are still the invented ones"
        fix = f'Write bases_fingerprint = "{now}"' if about.bases_rule != "open-data" else ONLY_NEW
        return [*faults, _fault("bases_fingerprint", what, fix)], []

    if about.bases_fingerprint != now:
        return faults, [Note("plan.bases", _lapsed(document, now))]

    faults += _against_the_rule(document, cells, tables, clean=clean)
    return faults, []


ONLY_NEW = (
    "Only `standby new` writes a plan by the rule open-data; declare another plan by the rule area-centres"
)


def _lapsed(document: Document, now: str) -> str:
    """Return in words that bases are invented no more, and how they can be declared anew."""
    text = (
        "are no longer taken as invented: sites, units, key locations or commitments are not those that were "
        "declared, in the base or in an option, so the public edition is the default again"
    )
    if document.plan.bases_rule == "open-data":
        return text
    return f'{text}; if they are still invented by the same rule, write bases_fingerprint = "{now}"'


def _unsaid(document: Document) -> Iterator[Fault]:
    """Yield what a declaration leaves out."""
    about = document.plan
    if about.bases_rule is None:
        what = "is missing: bases are said to be invented, but not by which rule"
        yield _fault("bases_rule", what, f'Write bases_rule = "area-centres". {PUBLIC}')
    if not about.bases_statement.strip():
        what = "is missing: bases are said to be invented, but not in words how sites and units were placed"
        yield _fault("bases_statement", what, f"Say in a sentence how they were placed. {PUBLIC}")


def _fault(field: str, what: str, fix: str) -> Fault:
    return Fault(PLAN_FILE, "plan", field, what, fix, "bad-field")


def _against_the_rule(
    document: Document, cells: Mapping[str, Cells], tables: Mapping[str, pd.DataFrame], *, clean: bool
) -> Iterator[Fault]:
    """Yield each site or unit of the base, and of what is laid over it, that the rule does not allow."""
    rule = document.plan.bases_rule
    table = "units" if rule == "open-data" else "sites"
    breaks = _units_not_assumed if rule == "open-data" else _sites_off_centre
    fix = f'Correct it, or write bases = "real" in plan.toml: by the rule {rule}, {RULES[rule or ""]}'

    base = breaks(tables)
    for row, (name, what) in base.items():
        cells[table].fault(row, "", f"({name!r}) {what}", fix, "against-rule")
    yield from cells[table].faults()
    if not clean:
        return

    was = {name for name, _ in base.values()}
    for kind, entries in (("options", document.options), ("scenarios", document.scenarios)):
        for key, changes in entries.items():
            laid = changed_tables(tables, changes)
            for name, what in breaks(laid).values():
                if name not in was:
                    broken = f"{table}[{name}] {what}"
                    yield Fault(PLAN_FILE, f"{kind}.{key}", "", broken, fix, "against-rule")


RULES = {
    "area-centres": f"every site stands within {NEAR_KM:g} km of the centre of an area of its own force",
    "open-data": f"every unit has the source {ASSUMPTION!r}",
}
"""What each rule says of every site or unit."""


def _sites_off_centre(tables: Mapping[str, pd.DataFrame]) -> dict[int, tuple[str, str]]:
    """Return sites that stand at no centre of an area of their force: by row, the id and what is wrong."""
    sites = tables["sites"]
    areas = tables["areas"]
    found = {}
    for row, site in enumerate(records(sites)):
        own = areas[areas["force"] == site["provider"]]
        north_km = (own["lat"] - site["lat"]) * KM_PER_DEGREE
        east_km = (own["lon"] - site["lon"]) * KM_PER_DEGREE * np.cos(np.radians(site["lat"]))
        nearest_km = np.hypot(north_km, east_km).min()

        if np.isnan(nearest_km):
            found[row] = (str(site["id"]), "has a force without areas, so it stands at the centre of none")
        elif nearest_km > NEAR_KM:
            away = f"stands {count(nearest_km)} km from the nearest centre of an area"
            found[row] = (str(site["id"]), away)
    return found


def _units_not_assumed(tables: Mapping[str, pd.DataFrame]) -> dict[int, tuple[str, str]]:
    """Return units that name a source other than an assumption: by row, the id and what is wrong."""
    units = tables["units"]
    return {
        row: (str(unit["id"]), f"has the source {unit['source'] or 'none'!r}")
        for row, unit in enumerate(records(units))
        if unit["source"] != ASSUMPTION
    }
