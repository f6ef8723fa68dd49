"""The command ``shifts``: a plan's units under a shift pattern, and the rules that the pattern breaks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pandas as pd

from standby._refusals import Refusal, shown
from standby.cli._cover_internal import print_hours
from standby.cli._edition import beyond_public, dump_result, edition_beyond_public, heading, named, opened
from standby.cli._out import check_out
from standby.cli._print import frame, lines
from standby.cli._status import errors_reported
from standby.tables import FEWEST_SHOWN

if TYPE_CHECKING:
    from standby.disclosure import Edition
    from standby.plan import Plan
    from standby.workforce import PatternCheck, ShiftCover, ShiftPattern

Value = TypeVar("Value")

NOT_PUBLIC = "shifts has no public edition: it says in which hours units are least surely crewed"

TABLES = ("shifts", "shifts_by_hour", "shifts_rules")
"""Tables that are printed and written, by their declared names."""

COLUMNS = (
    "force", "tier", "posts", "officers", "officers_by_hours", "officers_by_teams", "abstraction",
    "units_mean", "chance_complete", "worst_day", "worst_clock", "worst_chance", "overtime_hours",
)  # fmt: skip
RULES = ("rule", "sentence", "paragraph")

MOST_VIOLATIONS = 20
"""Violations that are printed; --json and --out have all."""

EXPLAINED = (
    "Officers by hours: their hours on duty are those of the units, overlaps counted. By teams: in equal",
    "teams, so many that enough are expected on duty at every moment. All crewed: share of the time in which",
    "every unit wanted has a full crew; officers left over make units beyond those wanted. Fewer than",
    f"{FEWEST_SHOWN} officers of a force and tier are not shown.",
)


def shifts(
    folder: Path,
    *,
    option: str | None,
    pattern: str,
    shifts_file: Path | None,
    officers: Sequence[str],
    abstraction: float | None,
    common_absence: float,
    single_crewing: bool,
    rules: Sequence[str],
    edition: Edition | None,
    out: Path | None,
    json: bool,
) -> None:
    """Print officers, the chance of the full complement by hour and broken rules; write them where asked."""
    from standby.disclosure import publish
    from standby.workforce import shift_cover

    with errors_reported(json=json):
        if out is not None:
            check_out(out, folder)
        plan = opened(folder, option)
        edition = edition_beyond_public(plan, edition, NOT_PUBLIC)
        roster, switched = _asked(officers, rules)
        found = shift_cover(
            plan,
            pattern=_pattern(pattern, shifts_file),
            officers=roster,
            abstraction=abstraction,
            common_absence=common_absence,
            single_crewing=single_crewing,
            rules=switched,
        )
        made = (found.table, found.by_hour, found.rules)
        tables = publish(dict(zip(TABLES, made, strict=True)), plan, edition)

        # Sentences are made from what is shown: of few officers none says how many.
        found = replace(found, table=tables["shifts"])
        files = [] if out is None else _write(plan, found, tables, out, edition)

    if json:
        content: dict[str, Any] = {
            "pattern": found.pattern.name,
            "codes": found.pattern.lines(),
            "notes": found.notes,
            "rules": _rules_asked(found.check),
            **tables,
        }
        if out is not None:
            content["files"] = [str(path) for path in files]
        dump_result(plan, edition, found.summary(), content, found.manifest.with_settings(edition=edition))
        return

    heading(plan, edition, option)
    _print(plan, found, tables, edition)
    if out is not None:
        lines([f"The files ({edition} edition): {out}"])


def _pattern(name: str, shifts_file: Path | None) -> ShiftPattern:
    """Return a pattern by its name, or from a file."""
    from standby.workforce import NAMED_PATTERNS, read_pattern

    if name in NAMED_PATTERNS:
        if shifts_file is not None:
            raise Refusal(f"--shifts is for a file, and {name!r} has shifts of its own", "leave it out")
        return NAMED_PATTERNS[name]

    if not name.strip():
        raise Refusal("--pattern is empty", f"choose from {', '.join(NAMED_PATTERNS)}, or a file")
    if not Path(name).suffix and not Path(name).exists():
        raise Refusal(
            f"there is no pattern {shown(name)}", f"choose from {', '.join(NAMED_PATTERNS)}, or a file"
        )
    return read_pattern(name, shifts=shifts_file)


def _asked(officers: Sequence[str], rules: Sequence[str]) -> tuple[dict[str, int], dict[str, bool | float]]:
    """Return officers by force, or force and tier, and rules that are switched; refuse all faults at once."""
    faults: list[Refusal] = []
    roster = _by_name(
        "--officers", officers, _number, "FORCE=N or FORCE:TIER=N, N being a whole number", faults
    )
    switched = _by_name("--rule", rules, _switch, "NAME=on, NAME=off or NAME=LIMIT", faults)

    if len(faults) == 1:
        raise faults[0]
    if faults:
        raise Refusal(f"{len(faults)} options can't be used\n" + "\n".join(map(str, faults)))
    return roster, switched


def _by_name(
    option: str,
    texts: Sequence[str],
    read: Callable[[str], Value | None],
    form: str,
    faults: list[Refusal],
) -> dict[str, Value]:
    """Return values by name from ``NAME=VALUE``; what can't be read, and a name given twice, are faults."""
    found: dict[str, Value] = {}
    for text in texts:
        name, _, written = text.partition("=")
        value = read(written)
        if not name or value is None:
            faults.append(Refusal(f"{option} is {shown(text)}", f"write {form}"))
        elif name in found:
            faults.append(Refusal(f"{option} has {shown(name)} twice", "give it once"))
        else:
            found[name] = value
    return found


def _number(text: str) -> int | None:
    """Return a whole number, None for anything else."""
    return int(text) if text.isascii() and text.isdecimal() else None


def _switch(text: str) -> bool | float | None:
    """Return what a rule is set to, None for what says nothing."""
    if text in {"on", "off"}:
        return text == "on"
    try:
        return float(text)
    except ValueError:
        return None


def _rules_asked(check: PatternCheck) -> list[dict[str, Any]]:
    """Return each rule that is on with its limit, whether it was checked, and what of it could not be."""
    from standby.workforce import SHIFT_RULES

    checked = {rule.name: rule for rule in check.checked}
    rules = [checked.get(name, rule) for name, rule in SHIFT_RULES.items()]
    return [
        {
            "rule": rule.name,
            "paragraph": rule.paragraph,
            "limit": rule.limit,
            "unit": rule.unit,
            "checked": rule.name in checked,
            "why_not": check.not_checked.get(rule.name, ""),
        }
        for rule in rules
        if rule.name in checked or rule.name in check.not_checked
    ]


def _print(plan: Plan, found: ShiftCover, tables: Mapping[str, pd.DataFrame], edition: Edition) -> None:
    """Print the pattern, what the units take, when they are crewed, and rules."""
    from standby.workforce import measure_pattern, team_differences

    lines([found.pattern.summary(), *(f"  {line}" for line in found.pattern.lines())])
    lines([measure_pattern(found.pattern).summary(), team_differences(found.pattern).summary(), ""])

    by_name = named(plan, _with_tiers(plan, tables["shifts"]))
    frame("shifts", by_name, COLUMNS, title=beyond_public("Units under the shift pattern", edition))

    hours = named(plan, _with_tiers(plan, tables["shifts_by_hour"]))
    hours = hours.assign(
        force=[f"{force}, {tier}" for force, tier in zip(hours["force"], hours["tier"], strict=True)]
    )
    title = beyond_public("Chance that all units wanted are crewed, by hour", edition)
    print_hours("shifts_by_hour", hours, across="force", column="chance_complete", title=title)
    lines([*EXPLAINED, ""])

    lines([found.check.summary()])
    if len(tables["shifts_rules"]):
        shown_rules = tables["shifts_rules"].head(MOST_VIOLATIONS)
        frame("shifts_rules", shown_rules, RULES, title="Rules that the pattern breaks", once=("rule",))
        more = len(tables["shifts_rules"]) - len(shown_rules)
        if more:
            lines([f"and {more} more places; --json has all of them"])
    lines(f"Note: {note}." for note in found.notes)


def _with_tiers(plan: Plan, table: pd.DataFrame) -> pd.DataFrame:
    """Return a table with names of tiers in place of ids, and the size of crew where a tier has several."""
    from standby.workforce import tier_names

    names = {key: tier.name for key, tier in plan.document.tiers.items()}
    return table.assign(tier=tier_names(names, table))


def _write(
    plan: Plan, found: ShiftCover, tables: Mapping[str, pd.DataFrame], out: Path, edition: Edition
) -> list[Path]:
    """Write the tables and the pattern, whole or not at all."""
    from standby.report import MARKER, marking_of, whole_folder, write_pattern, write_table

    marking = marking_of(plan, edition)
    with whole_folder(out, private=edition == "internal", marking=marking) as made:
        for name, table in tables.items():
            write_table(table, made / f"{name}.csv", table=name, marking=marking)
        write_pattern(found.pattern, made / "pattern.xlsx", marking=marking)
        names = sorted(path.name for path in made.iterdir())
    return [out / name for name in (*names, MARKER)]
