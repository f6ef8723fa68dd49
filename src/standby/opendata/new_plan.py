"""A complete plan folder from open data: every figure has its source, or is marked an assumption."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
import shapely

from standby._characters import printable
from standby._globe import KM_PER_DEGREE
from standby._show import Shown
from standby._typing import Floats
from standby._writing import scratch_folder
from standby.opendata._bases import Bases, bases_of
from standby.opendata._choose import areas_of, likelihood_of, with_classes
from standby.opendata._force_list import Force
from standby.opendata._gather import (
    Gathered,
    Progress,
    Unused,
    check_given,
    gather_areas,
    gather_crime,
    gather_forces,
    gather_rest,
    gather_roads,
    people_day,
    road_name,
)
from standby.opendata._noted import date_notes, odd_notes, thin_notes
from standby.opendata._text import Coverage, Facts, Published, plan_text, sources_text, units_table
from standby.opendata.areas import district_of
from standby.opendata.error import OpenDataError
from standby.opendata.forces import find_force, known_force
from standby.plan import fingerprint_of_bases, open_plan, write_plan
from standby.plan.checking import formula_notes
from standby.words import count, counted, fine_share

PathLike = str | Path
PARTIAL = 0.9
"""Share of a force's people (mid-2018) below which a plan covers a part of it."""

FEW = 0.97
"""Share below which it is noted that people are missing."""

GROWN = 1.3
"""Times a force's people of 2018 above which it is noted that the areas may be more than the force."""

OUTLINE_KM = 0.2
"""How far an outline may be from the boundary that it simplifies."""


@dataclass(frozen=True, eq=False)
class NewPlan(Shown):
    """A plan that was made from open data.

    Parameters
    ----------
    plan
        The folder.
    title
        Title of the plan.
    areas, people, sites, vehicles
        How many it has.
    table
        What was read from which file: ``file``, ``role``, ``what``, ``rows``, ``source`` (its id in
        ``sources.toml``) and ``sha256``.
    unused
        Files that were not used, each with the reason.
    findings
        What a reader should know of the data.
    """

    plan: Path
    title: str
    areas: int
    people: float
    sites: int
    vehicles: int
    table: pd.DataFrame
    unused: tuple[Unused, ...]
    findings: tuple[str, ...]

    def summary(self) -> str:
        """Return what was made, in a few sentences."""
        used = self.table["file"].nunique()
        files = f"{counted(used, 'file')} used, {len(self.unused)} not used."
        return (
            f"{self.title}: {counted(self.areas, 'area')} with {count(self.people)} people, "
            f"{counted(self.sites, 'site')} and {self.vehicles} armed response vehicles (assumed) in "
            f"{self.plan}. {files}"
        )


def new_plan(
    folder: PathLike,
    *,
    force: str,
    areas: PathLike | Sequence[PathLike],
    lookup: PathLike | None = None,
    boundaries: PathLike | None = None,
    crime: PathLike | Sequence[PathLike] = (),
    workforce: PathLike | None = None,
    firearms: PathLike | None = None,
    sites: PathLike | None = None,
    roads: PathLike | None = None,
    overwrite: bool = False,
    progress: Progress | None = None,
) -> NewPlan:
    """Write a complete plan folder from open data: a starting point that checks clean and appraises.

    Areas, their people and classes, and what else a file says are taken from the files. Incident rates, costs
    and terms of work are national figures with their public sources. Where units stand, how many there are
    and how many officers crew them are assumptions, marked as such: one armed response vehicle for 250,000
    people, at least two, about two to a site, at the sites nearest to most people.

    Parameters
    ----------
    folder
        Where to write; nothing is left there on failure.
    force
        Name or code of the police force.
    areas
        Tables of small areas that complete each other (see `read_small_areas`).
    lookup
        Which district belongs to which force.
    boundaries
        Boundaries of forces; they say which areas are a force's where no table does, and give the plan
        its outline.
    crime
        Street-level crime (zip or CSV of data.police.uk): a spatial proxy of where calls come from.
    workforce
        Police workforce tables of the Home Office.
    firearms
        Firearms operations by force and year.
    sites
        Points that can be sites, such as police stations; the most populous places when left out.
    roads
        Road file, read and copied into the plan; without one, times come from distances.
    overwrite
        Whether what is in the folder may be replaced, all of it.
    progress
        Called with a few words at each step.

    Returns
    -------
    NewPlan
        The folder, what was read from which file, and the files that were not used.

    Raises
    ------
    OpenDataError
        If a file can't be opened, the force is not known, or the files do not say who lives where and which
        areas are the force's.
    FileExistsError
        If the folder has something in it and ``overwrite`` is not given.
    """
    target = Path(folder)
    show_step = progress or (lambda _: None)
    if target.exists() and (not target.is_dir() or any(target.iterdir())) and not overwrite:
        what = "is not empty" if target.is_dir() else "is a file"
        raise FileExistsError(f"{target} {what}; name another folder")

    given = {
        "areas": _paths(areas),
        "lookup": _paths(lookup),
        "boundaries": _paths(boundaries),
        "crime": _paths(crime),
        "workforce": _paths(workforce),
        "firearms": _paths(firearms),
        "sites": _paths(sites),
        "roads": _paths(roads),
    }
    check_given(given)

    # Read the files; only the areas are needed, and a file that can't be used is noted with its reason.
    gathered = Gathered()
    gather_areas(gathered, given["areas"], show_step)
    gather_forces(gathered, _path(lookup), _path(boundaries), show_step)
    owner = find_force(force, districts=_districts(gathered))
    gather_crime(gathered, given["crime"], owner.name, show_step)
    gather_rest(
        gathered,
        workforce=_path(workforce),
        firearms=_path(firearms),
        sites=_path(sites),
        progress=show_step,
    )

    # Find the force's own areas, and what is near them.
    chosen = with_classes(areas_of(gathered, owner), gathered)
    gather_roads(gathered, _path(roads), chosen[["lon", "lat"]].to_numpy(dtype=float), show_step)
    likelihood = likelihood_of(chosen, gathered)
    bases = bases_of(chosen, gathered, owner.id)
    gathered.findings += odd_notes(bases)

    # Cells that a spreadsheet would run as a formula are noted, not changed.
    texts = {"areas.csv": chosen[["name"]], "sites.csv": bases.sites[["name"]]}
    gathered.findings += [f"{file} {text}" for file, text in formula_notes(texts)]

    facts = _facts(gathered, owner, chosen, bases, has_proxy=likelihood is not None)
    show_step("writing the plan")
    _write(target, gathered, facts, _area_rows(chosen, likelihood, facts), overwrite=overwrite)
    return _result(target, gathered, facts, len(chosen))


def _result(target: Path, gathered: Gathered, facts: Facts, areas: int) -> NewPlan:
    table = pd.DataFrame(
        [(u.path.name, u.role, u.what, u.rows, u.source, u.sha256) for u in gathered.used],
        columns=["file", "role", "what", "rows", "source", "sha256"],
    )
    return NewPlan(
        plan=target,
        title=printable(facts.title),
        areas=areas,
        people=facts.people.value,
        sites=len(facts.bases.sites),
        vehicles=facts.vehicles,
        table=table,
        unused=tuple(gathered.unused),
        findings=tuple(map(printable, gathered.findings)),
    )


def _path(given: PathLike | None) -> Path | None:
    return None if given is None else Path(given)


def _paths(given: PathLike | Sequence[PathLike] | None) -> list[Path]:
    if given is None:
        return []
    return [Path(given)] if isinstance(given, (str, Path)) else [Path(item) for item in given]


def _districts(gathered: Gathered) -> dict[str, str]:
    """Return the force of each district that a table names, also in the names of its areas."""
    named = gathered.areas.assign(district=gathered.areas["name"].map(district_of))
    tables = [gathered.areas, named] if gathered.lookup is None else [gathered.areas, named, gathered.lookup]
    pairs = pd.concat([t[["district", "force"]] for t in tables]).drop_duplicates()
    return {d: f for d, f in zip(pairs["district"], pairs["force"], strict=True) if d and f}


def _facts(gathered: Gathered, force: Force, areas: pd.DataFrame, bases: Bases, *, has_proxy: bool) -> Facts:
    """Return what the plan says, and add to the findings what a reader should know of it."""
    people = Published(
        value=float(areas["population"].sum()),
        source=gathered.used_for(gathered.areas.attrs["file"]),
        as_of=people_day(gathered.areas.attrs["year"]),
    )
    people_then = count(force.population)
    share = people.value / force.population
    is_part = people.value < PARTIAL * force.population
    if is_part or share < FEW:
        gathered.findings.append(
            f"the areas have {count(people.value)} people, {fine_share(share)} of the {people_then} that "
            f"{force.name} had in 2018"
        )
    if people.value > GROWN * force.population:
        gathered.findings.append(
            f"the areas have {count(people.value)} people, and {force.name} had {people_then} in 2018: "
            "are other places among them?"
        )

    officers = _officers(gathered, force, is_part=is_part)
    operations = _operations(gathered, force, is_part=is_part)

    # The plan is of the newest day that an input is of.
    dates = {"people": people.as_of}
    if officers is not None:
        dates["officers"] = officers.as_of
    if operations is not None:
        dates["firearms operations"] = operations.as_of
    if gathered.crime is not None:
        dates["street-level crime"] = _last_day(gathered.crime["month"].max())
    newest = max(filter(None, dates.values()), default="")
    if not newest:
        gathered.findings.append("no file says of what year it is; the plan is dated 1 January of this year")
    as_of = dt.date.fromisoformat(newest) if newest else _this_year()

    noted = (*thin_notes(bases, areas), *date_notes(dates, as_of))
    gathered.findings += noted

    coverage = Coverage(
        force=force,
        is_part=is_part,
        classes=tuple(sorted(set(areas["class"]))),
        extent=_extent(areas, bases.sites),
    )
    return Facts(
        title=_title(coverage, areas),
        as_of=as_of,
        coverage=coverage,
        people=people,
        officers=officers,
        operations=operations,
        has_proxy=has_proxy,
        roads=None if gathered.roads is None else road_name(gathered.roads),
        bases=bases,
        noted=noted,
        findings=tuple(gathered.findings),
    )


def _last_day(month: str) -> str:
    """Return the last day of a month, as ISO 8601 has it."""
    return str((pd.Timestamp(month + "-01") + pd.offsets.MonthEnd(0)).date())


def _this_year() -> dt.date:
    return dt.datetime.now(tz=dt.UTC).date().replace(month=1, day=1)


def _title(coverage: Coverage, areas: pd.DataFrame) -> str:
    """Return the title of the plan: of a part of a force with its districts, if they are few."""
    name = coverage.force.name
    if coverage.is_part:
        districts = [district for district in areas["district"].unique() if district]
        where = ", ".join(districts) if 0 < len(districts) <= 3 else counted(len(areas), "area")
        name = f"{where} (a part of {coverage.force.name})"
    return f"{name}: a starting point from open data"


def _officers(gathered: Gathered, force: Force, *, is_part: bool) -> Published | None:
    """Return the officers of a force on the newest day; drop the file, with the reason, if it has none."""
    if gathered.workforce is None:
        return None

    table = gathered.workforce
    rows = table[
        (table["force_code"] == force.code)
        & (table["measure"] == "police officers")
        & (table["unit"] == "full-time equivalent")
        & table["number"].notna()
    ].sort_values("as_of")

    reason = ""
    if is_part:
        reason = "counts the officers of the whole force, and the plan covers a part of it"
    elif rows.empty:
        reason = f"has no full-time equivalent officers of {force.name}"
    else:
        newest = rows[rows["as_of"] == rows["as_of"].iloc[-1]]
        if len(set(newest["number"])) > 1:
            tables = ", ".join(sorted(set(newest["table"])))
            reason = f"has different numbers of officers of {force.name} for one day (tables {tables})"
    if reason:
        gathered.drop("workforce", reason)
        return None

    last = rows.iloc[-1]
    return Published(float(last["number"]), gathered.source("workforce"), str(last["as_of"]))


def _operations(gathered: Gathered, force: Force, *, is_part: bool) -> Published | None:
    """Return the operations of a force in its last year; drop the file, with the reason, if it has none."""
    if gathered.firearms is None:
        return None

    table = gathered.firearms
    rows = table[(table["force_code"] == force.code) & table["operations"].notna()]

    reason = ""
    if is_part:
        reason = "counts the operations of the whole force, and the plan covers a part of it"
    elif rows.empty:
        reason = f"has no operations of {force.name}"
    if reason:
        gathered.drop("firearms", reason)
        return None

    last = rows.sort_values("year").iloc[-1]
    year = str(last["year"])
    gathered.findings.append(
        f"firearms operations of {force.name}: {count(last['operations'])} in the year {year}, the "
        "last that the file has"
    )

    # A year such as 2012-13 ends in March of the next.
    end = int(year[:4]) + (1 if len(year) > 4 else 0)
    return Published(float(last["operations"]), gathered.source("firearms"), f"{end}-03-31")


def _extent(areas: pd.DataFrame, sites: pd.DataFrame) -> tuple[float, float, float, float]:
    """Return west, south, east and north of all places, a tenth of a degree or more beyond them."""
    lon = np.concatenate([areas["lon"], sites["lon"]])
    lat = np.concatenate([areas["lat"], sites["lat"]])
    west, south = (round(float(np.floor(v.min() * 10 - 1)) / 10, 1) for v in (lon, lat))
    east, north = (round(float(np.ceil(v.max() * 10 + 1)) / 10, 1) for v in (lon, lat))
    return west, south, east, north


def _area_rows(areas: pd.DataFrame, likelihood: Floats | None, facts: Facts) -> pd.DataFrame:
    """Return the rows of ``areas.csv``."""
    rows = pd.DataFrame(
        {
            "id": areas["code"],
            "name": areas["name"].where(areas["name"] != "", areas["code"]),
            "lon": areas["lon"].round(6),
            "lat": areas["lat"].round(6),
            "population": areas["population"].map(lambda p: f"{p:g}" if p < 1e5 else str(round(p))),
            "class": areas["class"],
            "force": facts.force.id,
        }
    )
    if likelihood is not None:
        rows["likelihood"] = np.round(likelihood, 4)
    rows["area_km2"] = areas["area_km2"].round(4)
    rows["island"] = areas["island"]
    rows["source"] = facts.people.source
    rows["note"] = areas["note"]
    return rows


def _write(target: Path, gathered: Gathered, facts: Facts, areas: pd.DataFrame, *, overwrite: bool) -> None:
    """Write the plan elsewhere, judge it, and only then put it in its place."""
    with scratch_folder() as place:
        made = place / "plan"
        made.mkdir()

        (made / "plan.toml").write_text(plan_text(facts), encoding="utf-8", newline="\n")
        (made / "sources.toml").write_text(sources_text(gathered), encoding="utf-8", newline="\n")

        # Columns in which nothing stands are left out.
        units = pd.DataFrame(list(units_table(facts.bases, facts.force.id)))
        for name, frame in (("areas", areas), ("sites", facts.bases.sites), ("units", units)):
            is_filled = [bool((frame[column].notna() & (frame[column] != "")).any()) for column in frame]
            frame.loc[:, is_filled].to_csv(made / f"{name}.csv", index=False, lineterminator="\n")

        outline = _outline(gathered, facts)
        if outline is not None:
            (made / "outlines.geojson").write_text(outline, encoding="utf-8", newline="\n")
        if gathered.roads is not None and facts.roads is not None:
            shutil.copyfile(gathered.roads, made / facts.roads)

        # The declaration that bases are invented holds for sites and units as they are written here.
        plan = open_plan(made)
        about = {**plan.raw["plan"], "bases_fingerprint": fingerprint_of_bases(plan.document, plan.tables)}
        declared = replace(plan, raw={**plan.raw, "plan": about})
        write_plan(declared, target, overwrite=overwrite)


def _outline(gathered: Gathered, facts: Facts) -> str | None:
    """Return the force's boundary for maps, simplified; None when no file has it."""
    if gathered.boundaries is None:
        return None

    own = [
        row.geometry
        for row in gathered.boundaries.itertuples()
        if row.force_code == facts.force.code or known_force(row.force) == facts.force
    ]
    shape = shapely.set_precision(shapely.simplify(shapely.union_all(own), OUTLINE_KM / KM_PER_DEGREE), 0.001)
    if shape.is_empty:
        return None

    feature = {
        "type": "Feature",
        "properties": {
            "force": facts.force.id,
            "code": facts.force.code,
            "source": gathered.source("boundaries"),
        },
        "geometry": json.loads(shapely.to_geojson(shape)),
    }
    return json.dumps({"type": "FeatureCollection", "features": [feature]}) + "\n"


__all__ = ["NewPlan", "OpenDataError", "new_plan"]
