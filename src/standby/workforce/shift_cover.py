"""A plan's units under a shift pattern: officers they take, and how surely they are crewed in each hour."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from standby._checks import single, slack
from standby._refusals import Refusal, shown
from standby._show import Shown
from standby.plan import DAYS, HOURS_A_WEEK, Plan, plan_arrays
from standby.tables import FEWEST_SHOWN, records
from standby.words import count, counted, listed, share
from standby.workforce.relief import officers_for_posts
from standby.workforce.shifts import (
    Abstraction,
    PatternCheck,
    ShiftPattern,
    chance_of_complete_weeks,
    check_pattern,
    crewed_units,
    even_teams,
    implied_abstraction,
    measure_pattern,
    officers_by_hour,
    relief_from_pattern,
)
from standby.workforce.shifts.crewed import MOST_ON_DUTY
from standby.workforce.shifts.pattern import refuse_all
from standby.workforce.shifts.relief import refuse_no_duty

if TYPE_CHECKING:
    from standby._typing import Codes
    from standby.evidence import Manifest


@dataclass(frozen=True, eq=False)
class ShiftCover(Shown):
    """A plan's units under a shift pattern.

    Parameters
    ----------
    table
        One row for each planned force, armed tier and size of crew that has units round the clock: see the
        table ``shifts`` of `standby.tables`.
    by_hour
        One row for each of these and each hour of the week: see ``shifts_by_hour``.
    rules
        One row for each place at which the pattern breaks a rule: see ``shifts_rules``.
    pattern
        The pattern.
    check
        The pattern held against rules.
    names
        Names of forces and tiers by id.
    notes
        What was left out, and what was assumed.
    manifest
        What makes it reproducible.
    """

    table: pd.DataFrame
    by_hour: pd.DataFrame
    rules: pd.DataFrame
    pattern: ShiftPattern
    check: PatternCheck
    names: dict[str, str]
    notes: tuple[str, ...]
    manifest: Manifest

    def summary(self) -> str:
        """Return the pattern, the rules it breaks, and a sentence for each force and tier."""
        parts = [self.pattern.summary(), self.check.summary()]
        tiers = tier_names(self.names, self.table)
        parts += [
            _sentence(self.names, tier, row) for tier, row in zip(tiers, records(self.table), strict=True)
        ]
        return " ".join(parts)


@dataclass(frozen=True, eq=False)
class _Group:
    """Units of a force and tier with crews of one size.

    Attributes
    ----------
    force, tier
        Ids.
    crew
        Officers in each unit.
    wanted
        Units wanted in each hour of the week, shape (168,).
    relief_factor
        The plan's officers for one post of the force.
    """

    force: str
    tier: str
    crew: int
    wanted: Codes
    relief_factor: float


def shift_cover(
    plan: Plan,
    *,
    pattern: ShiftPattern,
    officers: Mapping[str, int] | None = None,
    abstraction: float | None = None,
    common_absence: float = 0.0,
    single_crewing: bool = False,
    rules: Mapping[str, bool | float] | None = None,
) -> ShiftCover:
    """Return how many officers a plan's units take under a shift pattern, and how surely they are crewed.

    Units are those of armed tiers of the planned forces, at the plan's response level, where at least one of
    a force, tier and size of crew is on duty at all hours.

    Parameters
    ----------
    plan
        The plan, with an option laid over it or not.
    pattern
        The pattern that all of them work.
    officers
        Officers on the roster by force, or by ``force:tier``; those left out have as many as the plan's
        relief factor gives for their posts [officers].
    abstraction
        Share of rostered officers who aren't there; left out, what the plan's relief factor implies on 40
        hours a week.
    common_absence
        Correlation between officers' absences: see `crewed_units`.
    single_crewing
        Whether an officer who is left over is a unit.
    rules
        Rules to switch, or with other limits: see `check_pattern`.

    Returns
    -------
    ShiftCover
        Tables by force and tier, by hour, and of the rules that are broken.

    Raises
    ------
    Refusal
        If the plan has no such units, officers are given for others, or a number leaves its range.
    """
    groups, notes = _groups(plan)
    if not groups:
        raise Refusal(
            "the plan has no armed units round the clock", "a shift pattern is for units on duty at all hours"
        )
    given = dict(officers or {})
    _refuse_unknown(given, groups)
    refuse_no_duty(pattern)
    check = check_pattern(pattern, **(rules or {}))

    rows: list[dict[str, Any]] = []
    by_hour: list[pd.DataFrame] = []
    for group in groups:
        lost = _abstraction(group, abstraction)
        roster = _roster(group, given)
        try:
            row, hours = _of_group(
                group, pattern, roster, lost, common_absence=common_absence, single_crewing=single_crewing
            )
        except Refusal as refusal:
            raise Refusal(f"{group.force}, {group.tier}: {refusal.what}", refusal.fix) from refusal
        rows.append(row)
        by_hour.append(hours)

    if (measure_pattern(pattern).fewest_by_hour == 0).any():
        notes.append(
            "The pattern has moments without a team on duty: no number of officers in equal teams is enough"
        )
    if abstraction is None:
        notes.append(
            "Officers are away for the share that the plan's relief factor implies on 40 hours a week; "
            "an abstraction of your own takes its place"
        )
        training = [shift.code for k, shift in enumerate(pattern.shifts) if _is_training(pattern, k)]
        if training:
            notes.append(
                f"The plan's relief factor usually has training in it, and the pattern has training days "
                f"({listed(training)}): training may be counted twice; give an abstraction without it"
            )
    document = plan.document
    return ShiftCover(
        table=pd.DataFrame(rows),
        by_hour=pd.concat(by_hour, ignore_index=True),
        rules=_broken_rules(check),
        pattern=pattern,
        check=check,
        names={
            **{key: force.name for key, force in document.forces.items()},
            **{key: tier.name for key, tier in document.tiers.items()},
        },
        notes=tuple(notes),
        manifest=plan.manifest(
            pattern=pattern.name,
            pattern_digest=_digest(pattern),
            # Of few officers no result says how many there are.
            officers={name: n if n >= FEWEST_SHOWN else "few" for name, n in given.items()},
            abstraction=abstraction,
            common_absence=common_absence,
            single_crewing=single_crewing,
            rules={rule.name: rule.limit for rule in check.checked},
        ),
    )


def _groups(plan: Plan) -> tuple[list[_Group], list[str]]:
    """Return the units by force, tier and size of crew, and notes on those that are left out."""
    arrays = plan_arrays(plan)
    units = arrays.units
    relief = np.broadcast_to(arrays.workforce.relief_factor, len(arrays.forces))

    groups = []
    notes = []
    crewed_tiers = arrays.tiers.armed & ~arrays.tiers.carried_by_all
    armed_units = arrays.forces.planned[units.forces] & crewed_tiers[units.tiers]
    counts = armed_units & ~units.on_notice
    by_all = [arrays.tiers.ids[k] for k in np.flatnonzero(arrays.tiers.armed & arrays.tiers.carried_by_all)]
    if by_all:
        notes.append(f"Tiers of which every officer carries are left out: {listed(by_all)}")
    on_notice = [units.ids[k] for k in np.flatnonzero(armed_units & units.on_notice)]
    if on_notice:
        notes.append(f"Units that come with notice work no shifts and are left out: {listed(on_notice)}")
    keys = sorted(
        {(int(units.forces[k]), int(units.tiers[k]), int(units.crew[k])) for k in np.flatnonzero(counts)}
    )
    for force, tier, crew in keys:
        own = counts & (units.forces == force) & (units.tiers == tier) & (units.crew == crew)
        wanted = (units.count[own, np.newaxis] * units.hours[own]).sum(axis=0)
        force_id, tier_id = arrays.forces.ids[force], arrays.tiers.ids[tier]
        if wanted.min() == 0:
            several = len({other for at, of, other in keys if (at, of) == (force, tier)}) > 1
            group = f"{force_id}, {tier_id}, crew of {crew}" if several else f"{force_id}, {tier_id}"
            notes.append(f"{group} is left out: there are hours without a unit")
            continue
        groups.append(_Group(force_id, tier_id, crew, wanted.astype(np.int64), float(relief[force])))
    return groups, notes


def _digest(pattern: ShiftPattern) -> str:
    """Return what tells a pattern's shifts and days from those of any other, as hexadecimal digits."""
    shifts = [astuple(shift) for shift in pattern.shifts]
    text = json.dumps([shifts, pattern.codes.tolist()])
    return hashlib.sha256(text.encode()).hexdigest()


def _is_training(pattern: ShiftPattern, number: int) -> bool:
    """Return whether a shift is worked and is no duty."""
    return not pattern.shifts[number].is_duty and bool((pattern.codes == number).any())


def _refuse_unknown(given: Mapping[str, int], groups: list[_Group]) -> None:
    """Refuse officers of a force or tier that has no units here, or of a force that has several tiers."""
    by_name: dict[str, int] = {}
    for group in groups:
        for name in (group.force, f"{group.force}:{group.tier}"):
            by_name[name] = by_name.get(name, 0) + 1

    faults = []
    for name in given:
        force, _, tier = name.partition(":")
        if by_name.get(name, 0) == 0:
            what = f"officers are given for {shown(name)}"
            faults.append(Refusal(what, f"choose from {', '.join(by_name)}"))
        elif by_name[name] > 1:
            what = f"officers are given for {shown(name)}, which has several tiers or sizes of crew"
            fix = "give force:tier; crews of one tier that differ in size can't be told apart"
            faults.append(Refusal(what, fix))
        elif tier and force in given:
            what = f"officers are given for {shown(force)} and for {shown(name)}"
            faults.append(Refusal(what, "give one of the two"))
    refuse_all(faults, "the officers")


def _abstraction(group: _Group, given: float | None) -> float:
    """Return the share of a group's rostered officers who aren't there."""
    if given is not None:
        return single("abstraction", given, high=1.0, below=True)
    try:
        return implied_abstraction(group.relief_factor)
    except Refusal as refusal:
        raise Refusal(f"{group.force}: {refusal.what}", "give an abstraction") from refusal


def _roster(group: _Group, given: Mapping[str, int]) -> int:
    """Return the officers on a group's roster: those given, or what the relief factor gives."""
    for name in (f"{group.force}:{group.tier}", group.force):
        if name in given:
            return given[name]

    posts = float(group.wanted.mean())
    return int(officers_for_posts(posts, group.crew, group.relief_factor).officers)


def _of_group(
    group: _Group,
    pattern: ShiftPattern,
    roster: int,
    lost: float,
    *,
    common_absence: float,
    single_crewing: bool,
) -> tuple[dict[str, Any], pd.DataFrame]:
    """Return the row of a group, and its rows by hour."""
    sizes = even_teams(pattern, roster)
    on_roster = officers_by_hour(pattern, sizes)
    most = int(on_roster.max())
    if most > MOST_ON_DUTY:
        raise Refusal(
            f"{counted(most, 'officer')} of {count(roster)} are on the roster of one hour",
            f"give fewer officers, or a pattern with at most {count(MOST_ON_DUTY)} of them at a time",
        )
    units = crewed_units(
        on_roster,
        abstraction=lost,
        crew=group.crew,
        wanted=group.wanted,
        common_absence=common_absence,
        single_crewing=single_crewing,
    ).over_weeks()
    weeks = chance_of_complete_weeks(
        pattern,
        sizes,
        abstraction=lost,
        crew=group.crew,
        wanted=group.wanted,
        common_absence=common_absence,
    )

    relief = relief_from_pattern(pattern, [Abstraction("all", share=lost)])
    by_hours = officers_for_posts(float(group.wanted.mean()), group.crew, relief.by_hours)
    worst = int(units.chance_complete.round(12).argmin())  # of hours alike the first
    of_group = {"force": group.force, "tier": group.tier, "crew": group.crew, "officers": roster}
    row = {
        **of_group,
        "posts": float(group.wanted.mean()),
        "officers_by_hours": float(by_hours.officers),
        "officers_by_teams": _in_equal_teams(group, pattern, lost),
        "abstraction": lost,
        "units_mean": float(units.mean.mean()),
        "chance_complete": float(units.chance_complete.mean()),
        "worst_day": DAYS[worst // 24],
        "worst_clock": worst % 24,
        "worst_chance": float(units.chance_complete[worst]),
        "chance_complete_week": float(weeks.mean()),
        "overtime_hours": float(units.overtime_hours),
    }

    hours = np.arange(HOURS_A_WEEK)
    table = pd.DataFrame(
        {
            **{name: [value] * HOURS_A_WEEK for name, value in of_group.items()},
            "day": [DAYS[hour // 24] for hour in hours],
            "clock": hours % 24,
            "hour": hours,
            "wanted": group.wanted,
            "units_mean": units.mean,
            "single_crewed": units.single_crewed,
            "chance_complete": units.chance_complete,
            "officers_short": units.officers_short,
        }
    )
    return row, table


def _in_equal_teams(group: _Group, pattern: ShiftPattern, lost: float) -> float:
    """Return officers in equal teams of whom enough are expected at every moment; NaN if no number does."""
    fewest = measure_pattern(pattern).fewest_by_hour
    if (fewest == 0).any():
        return np.nan
    each = (group.wanted * group.crew / (fewest * (1.0 - lost))).max()
    return float(np.ceil(each - slack(np.asarray(each))) * pattern.teams)


def _broken_rules(check: PatternCheck) -> pd.DataFrame:
    """Return the violations as a table."""
    units = {rule.name: rule.unit for rule in check.checked}
    rows = [
        {
            "rule": violation.rule,
            "paragraph": violation.paragraph,
            "team": violation.team,
            "cycle_day": violation.day or np.nan,
            "week": violation.week or np.nan,
            "found": violation.found,
            "limit": violation.limit,
            "unit": units[violation.rule],
            "sentence": violation.sentence,
        }
        for violation in check.violations
    ]
    columns = ("rule", "paragraph", "team", "cycle_day", "week", "found", "limit", "unit", "sentence")
    return pd.DataFrame(rows, columns=list(columns))


def tier_names(names: Mapping[str, str], table: pd.DataFrame) -> list[str]:
    """Return the names of the tiers of rows, with the size of crew where a force has several in the tier.

    Parameters
    ----------
    names
        Names of tiers by id.
    table
        Rows with ``force``, ``tier`` and ``crew``.
    """
    sizes = table.groupby(["force", "tier"])["crew"].transform("nunique")
    return [
        f"{names[tier]}, crew of {crew}" if several > 1 else names[tier]
        for tier, crew, several in zip(table["tier"], table["crew"], sizes, strict=True)
    ]


def _sentence(names: Mapping[str, str], tier: str, row: Mapping[str, Any]) -> str:
    """Return what becomes of a group's units in a sentence."""
    name = f"{names[row['force']]}, {tier}"
    if np.isnan(row["officers"]):
        return f"{name}: not shown, as there are fewer than five officers."
    when = f"{row['worst_day']} {int(row['worst_clock']):02d}:00"
    return (
        f"{name}: with {counted(row['officers'], 'officer')} all units wanted are crewed for "
        f"{share(row['chance_complete'])} of the time, least often {when} "
        f"({share(row['worst_chance'])}); {count(row['overtime_hours'])} hours of overtime a week would "
        "close the gap."
    )
