"""The command ``shifts``: a plan's units under a shift pattern, and the rules that the pattern breaks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from standby._refusals import Refusal, shown
from standby.cli._cover_internal import print_hours
from standby.cli._edition import beyond_public, dump_result, edition_of, heading, named, opened
from standby.cli._out import check_out
from standby.cli._print import frame, lines
from standby.cli._status import errors_reported
from standby.tables import FEWEST_SHOWN

if TYPE_CHECKING:
    from standby.disclosure import Edition
    from standby.plan import Plan
    from standby.workforce import ShiftCover, ShiftPattern

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
        edition = _edition_of(plan, edition)
        found = shift_cover(
            plan,
            pattern=_pattern(pattern, shifts_file),
            officers=_officers(officers),
            abstraction=abstraction,
            common_absence=common_absence,
            single_crewing=single_crewing,
            rules=_rules(rules),
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


def _edition_of(plan: Plan, asked: Edition | None) -> Edition:
    """Return the edition: full where bases are invented, internal elsewhere; there is no public one."""
    if asked is None:
        return "full" if plan.bases_are_invented else "internal"
    if asked == "public":
        raise Refusal(
            "shifts has no public edition: it says in which hours units are least surely crewed",
            "use --edition internal, for the service itself",
        )
    return edition_of(plan, asked)


def _pattern(name: str, shifts_file: Path | None) -> ShiftPattern:
    """Return a pattern by its name, or from a file."""
    from standby.workforce import NAMED_PATTERNS, read_pattern

    if name in NAMED_PATTERNS:
        if shifts_file is not None:
            raise Refusal(f"--shifts is for a file, and {name!r} has shifts of its own", "leave it out")
        return NAMED_PATTERNS[name]

    if not Path(name).suffix and not Path(name).exists():
        raise Refusal(
            f"there is no pattern {shown(name)}", f"choose from {', '.join(NAMED_PATTERNS)}, or a file"
        )
    return read_pattern(name, shifts=shifts_file)


def _officers(texts: Sequence[str]) -> dict[str, int]:
    """Return officers by force, or by force and tier, from ``FORCE=N`` and ``FORCE:TIER=N``."""
    found = {}
    for text in texts:
        name, _, number = text.partition("=")
        if not name or not number.isascii() or not number.isdecimal():
            raise Refusal(
                f"--officers is {shown(text)}", "write FORCE=N or FORCE:TIER=N, N being a whole number"
            )
        found[name] = int(number)
    return found


def _rules(texts: Sequence[str]) -> dict[str, bool | float]:
    """Return rules that are switched or have another limit: ``NAME=on``, ``NAME=off``, ``NAME=LIMIT``."""
    found: dict[str, bool | float] = {}
    for text in texts:
        name, _, value = text.partition("=")
        if value in {"on", "off"}:
            found[name] = value == "on"
            continue
        try:
            found[name] = float(value)
        except ValueError:
            raise Refusal(f"--rule is {shown(text)}", "write NAME=on, NAME=off or NAME=LIMIT") from None
    return found


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
    """Return a table with names of tiers in place of ids."""
    names = {key: tier.name for key, tier in plan.document.tiers.items()}
    return table.assign(tier=table["tier"].map(names))


def _write(
    plan: Plan, found: ShiftCover, tables: Mapping[str, pd.DataFrame], out: Path, edition: Edition
) -> list[Path]:
    """Write the tables and the pattern, whole or not at all."""
    from standby.report import MARKER, marking_of, whole_folder, write_pattern, write_table

    marking = marking_of(plan, edition)
    with whole_folder(out, private=edition == "internal", marking=marking) as made:
        for name, table in tables.items():
            write_table(table, made / f"{name}.csv", table=name, marking=marking)
        write_pattern(found.pattern, made / "pattern.xlsx")
        names = sorted(path.name for path in made.iterdir())
    return [out / name for name in (*names, MARKER)]
