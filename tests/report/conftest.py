"""An appraisal made by hand, of the shape that `standby.appraise` gives: the report is tested alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from standby.appraise import Appraisal, appraise
from standby.plan import Plan, figures_of, open_plan
from standby.words import Number, sentence

CRITERIA = [
    ("share_in_time", "People inside the main standard", "share", "higher"),
    ("first_p50", "Median minutes to the first armed arrival", "min", "lower"),
    ("present_value", "Present value of the cost", "£", "lower"),
    ("armed_share", "Share of officers armed", "share", ""),
]
LEVELS = {"share_in_time": 0.72, "first_p50": 19.0, "present_value": 4.2e6, "armed_share": 0.08}


def _options(plan: Plan) -> pd.DataFrame:
    rows = [("base", plan.document.base.name, "Nothing changes.", "open", "", "")]
    rows += [(k, o.name, o.description, o.status, o.reason, "") for k, o in plan.document.options.items()]
    columns = ["option", "name", "description", "status", "reason", "forces_ruled_out"]
    return pd.DataFrame(rows, columns=columns)


def _decision(options: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for i, option in enumerate(options["option"]):
        for criterion, _, _, better in CRITERIA:
            level = LEVELS[criterion]
            step = 0.03 * level * i
            ranked = better and options["status"].iloc[i] == "open"
            rows.append(
                {
                    "option": option,
                    "criterion": criterion,
                    "mean": level + step,
                    "se": level * 0.001,
                    "low": 0.9 * level + step,
                    "high": 1.1 * level + step,
                    "central": level + step,
                    "difference": step,
                    "difference_se": level * 0.0005,
                    "difference_low": step - 0.04 * level if i else 0.0,
                    "difference_high": step + 0.04 * level if i else 0.0,
                    "chance_best": 1 / (i + 2) if ranked else np.nan,
                    "alike": i < 2,
                }
            )
    return pd.DataFrame(rows)


def _scopes(plan: Plan) -> list[tuple[str, str]]:
    forces = [("force", f) for f in plan.forces]
    split = [("force setting", f"{f} {s}") for f in plan.forces for s in ("urban", "rural")]
    classes = [("class", c) for c in plan.document.classes]
    return [("all", ""), *forces, ("setting", "urban"), ("setting", "rural"), *split, *classes]


def _by_scope(plan: Plan, options: pd.DataFrame, rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    standards, minutes, gap, build_up = [], [], [], []
    types = plan.document.incident_types
    for option in options["option"]:
        for name, s in plan.document.standards.items():
            for kind, scope in _scopes(plan):
                free = rng.uniform(0.7, 1)
                standards.append(
                    {
                        "option": option,
                        "standard": name,
                        "name": s.name,
                        "incident_type": s.incident_type,
                        "measure": s.measure,
                        "of": s.of,
                        "within_min": s.within_min,
                        "scope_kind": kind,
                        "scope": scope,
                        "share_if_free": free,
                        "share_expected": free * 0.95,
                        "share_assured": free * 0.9,
                        "required": s.share,
                        "reliability": s.reliability,
                        "met": bool(free * 0.9 >= s.share),
                    }
                )
        for incident in types:
            for measure in ("first", "full"):
                for weight in ("people", "demand", "key_locations"):
                    for kind, scope in _scopes(plan):
                        p50 = rng.uniform(8, 30)
                        p95 = np.inf if measure == "full" else 2 * p50
                        minutes.append(
                            (option, incident, measure, weight, kind, scope, 1.1 * p50, p50, 1.7 * p50, p95)
                        )
                u, r = rng.uniform(8, 12), rng.uniform(20, 30)
                gap.append((option, incident, measure, u, r, r - u, 1.5 * u, 1.5 * r, 1.5 * (r - u)))
            for kind, scope in _scopes(plan)[: 1 + len(plan.forces)]:
                build_up += [
                    (option, incident, kind, scope, float(t), t / 10, t / 20, max(0, t - 30) / 10)
                    for t in range(0, 125, 5)
                ]
    gaps = [f"{a}_{p}_min" for p in ("p50", "p90") for a in ("urban", "rural", "gap")]
    of = ["option", "incident_type"]
    return {
        "standards": pd.DataFrame(standards),
        "minutes": pd.DataFrame(
            minutes,
            columns=[
                *of,
                "measure",
                "weight",
                "scope_kind",
                "scope",
                "mean_min",
                "p50_min",
                "p90_min",
                "p95_min",
            ],
        ),
        "gap": pd.DataFrame(gap, columns=[*of, "measure", *gaps]),
        "build_up": pd.DataFrame(
            build_up, columns=[*of, "scope_kind", "scope", "minutes", "own", "shared", "neighbour"]
        ),
    }


def _places(plan: Plan, options: pd.DataFrame, rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    areas, key = plan.table("areas"), plan.table("key_locations")
    areas = areas[areas["force"].isin(plan.forces)]
    settings = {k: c.setting for k, c in plan.document.classes.items()}
    out = []
    for option in options["option"]:
        frame = areas[["id", "name", "force", "class", "lon", "lat"]].rename(columns={"id": "area"})
        frame.insert(0, "option", option)
        frame["setting"] = frame["class"].map(settings)
        frame["people"] = areas["population"]
        frame["calls_per_year"] = areas["population"] / 2500
        frame["nearest_min"] = rng.uniform(5, 70, len(frame))
        frame["first_mean_min"] = frame["nearest_min"] * 1.2
        frame["full_mean_min"] = np.where(frame["nearest_min"] > 60, np.inf, frame["nearest_min"] * 1.6)
        frame["chance_in_time"] = np.clip(1.4 - frame["nearest_min"] / 40, 0, 1)
        frame["units_in_time"] = frame["chance_in_time"] * 2
        frame["chance_nearest_free"] = 0.9
        out.append(frame)
    table = pd.concat(out, ignore_index=True)
    worst = table.sort_values(["option", "first_mean_min"], ascending=[True, False]).groupby("option").head(5)
    worst = worst.assign(rank=worst.groupby("option").cumcount() + 1)
    shown = ["option", "rank", "area", "name", "force", "class", "people", "first_mean_min", "chance_in_time"]
    locations = []
    for option in options["option"]:
        frame = key[["id", "name", "force", "class", "lon", "lat"]].rename(columns={"id": "key_location"})
        frame.insert(0, "option", option)
        locations.append(
            frame.assign(
                incident_type=next(iter(plan.document.incident_types)),
                within_min=np.nan,
                first_mean_min=12.5,
                full_mean_min=31.0,
                chance_in_time=0.7,
            )
        )
    return {
        "areas": table,
        "worst": worst[shown].reset_index(drop=True),
        "key_locations": pd.concat(locations, ignore_index=True),
    }


def _units(plan: Plan, options: pd.DataFrame) -> pd.DataFrame:
    units = plan.table("units").merge(
        plan.table("sites"), left_on="site", right_on="id", suffixes=("", "_site")
    )
    frame = pd.DataFrame(
        {
            "unit": units["id"],
            "tier": units["tier"],
            "site": units["site"],
            "site_name": units["name_site"],
            "force": units["provider"],
            "lon": units["lon"],
            "lat": units["lat"],
            "count": units["count"],
            "hours_per_week": 168.0,
            "busy_share": 0.15,
        }
    )
    return pd.concat([frame.assign(option=o) for o in options["option"]], ignore_index=True)


def _means(plan: Plan, options: pd.DataFrame) -> dict[str, pd.DataFrame]:
    need = [
        (
            k,
            s.name,
            "planned forces",
            "existing",
            0.99,
            True,
            s.share,
            7.5,
            4.0,
            48.0,
            40.0,
            36.0,
            33.0,
            8.0,
            12.0,
            15.0,
            4.0,
            True,
        )
        for k, s in plan.document.standards.items()
    ]
    staffing, cost, summary, funding, even = [], [], [], [], []
    for i, option in enumerate(options["option"]):
        for force in plan.forces:
            staffing.append(
                (
                    option,
                    force,
                    8.0 + 2 * i,
                    48.0 + 12 * i,
                    40.0,
                    36.0,
                    33.0,
                    0.0,
                    15.0 + 12 * i,
                    0.0,
                    51.0 + 12 * i,
                    np.inf if i > 3 else 1.5 * i,
                    60.0,
                    60.0,
                    36.0 + i,
                    0.12,
                    17_000.0,
                )
            )
            funding.append((option, force, 310e3 * i, 2.1 * i))
        for year in range(11):
            for head, gbp in (
                ("officers", 600e3),
                ("training", 90e3 / (1 + year)),
                ("vehicles", 50e3 * (year % 4 == 0)),
            ):
                cost.append((option, year, head, gbp * i))
        summary.append(
            (
                option,
                4.2e6 * i,
                3.1e6 * i,
                5.5e6 * i,
                610e3 * i,
                0.0,
                4.2 * i,
                312.5 * i if i else np.nan,
                "" if i else "The base costs nothing more.",
            )
        )
        if i:
            even.append(
                (
                    option,
                    "incidents prevented a year",
                    0.6 * i,
                    "incidents",
                    "It pays if it prevents so many.",
                )
            )
    people = ["establishment", "strength", "deployable"]
    return {
        "need": pd.DataFrame(
            need,
            columns=[
                "standard",
                "name",
                "forces_name",
                "sites",
                "attainable_share",
                "attainable",
                "required",
                "posts",
                "crewed_units",
                "officers",
                *people,
                "gap_establishment",
                "gap_strength",
                "gap_deployable",
                "bound",
                "proven",
            ],
        ),
        "staffing": pd.DataFrame(
            staffing,
            columns=[
                "option",
                "force",
                "armed_posts",
                "officers_needed",
                *people,
                "spare",
                "new_officers",
                "retrained",
                "target",
                "years_to_target",
                "highest_strength",
                "settled_strength",
                "armed_officers",
                "armed_share",
                "armed_hours_year",
            ],
        ),
        "cost": pd.DataFrame(cost, columns=["option", "year", "head", "budget_gbp"]),
        "cost_summary": pd.DataFrame(
            summary,
            columns=[
                "option",
                "present_value_gbp",
                "low",
                "high",
                "yearly_gbp",
                "grant_gbp_year",
                "band_d_gbp",
                "per_person_gbp",
                "reason",
            ],
        ).drop(columns="band_d_gbp"),
        "funding": pd.DataFrame(funding, columns=["option", "force", "yearly_gbp", "band_d_gbp"]),
        "break_even": pd.DataFrame(even, columns=["option", "quantity", "value", "unit", "meaning"]),
    }


def _evidence(plan: Plan) -> dict[str, pd.DataFrame]:
    statements = [
        {
            "statement": k,
            "said": s.said,
            "date": str(s.date),
            "source": s.source,
            "measure": s.measure,
            "said_low": s.low,
            "said_high": s.high,
            "scenario": s.scenario or "base",
            "model": 1.1 * s.high,
            "model_low": s.low,
            "model_high": 1.3 * s.high,
            "agrees": True,
            "series": s.series or "",
            "verdict": "holds" if s.series else "",
            "finding": "",
            "assumptions": s.assumptions,
            "reading": s.reading,
        }
        for k, s in plan.document.statements.items()
    ]
    register = [
        {
            "path": p.path,
            "value": p.figure.value,
            "low": p.figure.low,
            "high": p.figure.high,
            "range": p.figure.range,
            "shape": p.figure.shape or "",
            "unit": p.domain.unit,
            "kind": p.figure.kind or "",
            "source": p.figure.source or "",
            "source_title": getattr(plan.sources.get(p.figure.source or ""), "title", ""),
            "source_date": "",
            "scope": p.figure.scope or "",
            "as_of": str(p.figure.as_of or ""),
            "group": p.figure.group or "",
            "drawn": not p.figure.certain,
            "note": p.figure.note or "",
            "option": "",
        }
        for p in figures_of(plan.document, plan.tables)
        if p.given
    ]
    sources = [
        {
            "source": k,
            "title": s.title,
            "date": str(s.date or ""),
            "scope": s.scope or "",
            "quality": s.quality,
            "where": s.where or "",
            "note": s.note or "",
        }
        for k, s in plan.sources.items()
    ]
    notes = pd.DataFrame([("travel", "Minutes are without roads.")], columns=["subject", "text"])
    return {
        "statements": pd.DataFrame(statements),
        "register": pd.DataFrame(register),
        "sources": pd.DataFrame(sources),
        "notes": notes,
    }


def make_appraisal(plan: Plan) -> Any:
    """Return tables of plausible numbers for a plan, the same at every call."""
    rng = np.random.default_rng(7)
    options = _options(plan)
    criteria = pd.DataFrame(CRITERIA, columns=["criterion", "name", "unit", "better"]).assign(description="")
    tables = {
        "options": options,
        "criteria": criteria,
        "decision": _decision(options),
        **_by_scope(plan, options, rng),
        **_places(plan, options, rng),
        "units": _units(plan, options),
        **_means(plan, options),
        **_evidence(plan),
    }
    sentences = [
        sentence(
            "As it is, {share} of people are inside the main standard.",
            share=Number(
                value=0.72,
                kind="share",
                table="decision",
                key=(("option", "base"), ("criterion", "share_in_time")),
                column="mean",
            ),
        )
    ]
    return SimpleNamespace(
        plan=plan,
        tables=tables,
        sentences=sentences,
        manifest=plan.manifest(draws=64, seed=1),
        draws=64,
        scrambles=32,
        seed=1,
    )


@pytest.fixture(scope="session")
def tiny(root: Path) -> Plan:
    """Open the packaged plan of six places."""
    return open_plan(root / "src" / "standby" / "examples" / "tiny")


@pytest.fixture(scope="session")
def south_west(root: Path) -> Plan:
    """Open the packaged plan of a region."""
    return open_plan(root / "src" / "standby" / "examples" / "south-west")


@pytest.fixture(scope="session")
def made(tiny: Plan) -> Any:
    """Make an appraisal of six places by hand."""
    return make_appraisal(tiny)


@pytest.fixture(scope="session")
def make() -> Callable[[Plan], Any]:
    """Return the maker of appraisals."""
    return make_appraisal


class Appraised(Mapping[str, Appraisal]):
    """Appraisals of the packaged plans with few draws, each made when a test first asks for it."""

    def __init__(self, make: dict[str, Callable[[], Appraisal]]) -> None:
        self.make = {name: cache(one) for name, one in make.items()}

    def __getitem__(self, name: str) -> Appraisal:
        """Return the appraisal of a plan."""
        return self.make[name]()

    def __iter__(self) -> Iterator[str]:
        """Yield the names of the plans."""
        return iter(self.make)

    def __len__(self) -> int:
        """Return how many plans there are."""
        return len(self.make)


@pytest.fixture(scope="session")
def appraised(tiny: Plan, request: pytest.FixtureRequest) -> Mapping[str, Appraisal]:
    """Return appraisals of both packaged plans, made when asked for: that of the region takes a minute."""
    return Appraised(
        {
            "tiny": lambda: appraise(tiny, draws=4),
            "south-west": lambda: request.getfixturevalue("region_appraised"),
        }
    )


@pytest.fixture(scope="session")
def logged(tiny: Plan) -> Plan:
    """Return the plan with an invented log of forty calls."""
    rng = np.random.default_rng(2)
    areas = tiny.table("areas").query("id != 'midtown'").iloc[rng.integers(5, size=40)]
    log = pd.DataFrame(
        {
            "id": [f"c{k}" for k in range(40)],
            "time": [f"2024-01-{1 + k % 28:02d}T{k % 24:02d}:00" for k in range(40)],
            "lon": areas["lon"].to_numpy(),
            "lat": areas["lat"].to_numpy(),
            "authorised_min": 3.0,
            "turnout_min": rng.gamma(4.0, 0.5, 40),
            "first_armed_min": 40.0 * np.exp(0.2 * rng.standard_normal(40)),
            "scene_min": np.nan,
            "unit_site": "midtown",
        }
    )
    log = log.assign(incident_type="spontaneous", source="", note="")
    log = log.reindex(columns=tiny.table("incidents").columns)
    return replace(tiny, tables={**tiny.tables, "incidents": log})
