"""The command ``staff``: whether the plan and its options can be staffed, when, and what it would take."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from standby.cli._edition import beyond_public, dump_result, edition_beyond_public, heading, named, opened
from standby.cli._out import check_out
from standby.cli._print import frame, lines
from standby.cli._status import errors_reported
from standby.plan import Plan

if TYPE_CHECKING:
    from standby.disclosure import Edition

NOT_PUBLIC = "staff has no public edition: the officers of a force follow from how fast its posts are filled"

OFFICERS = (
    "option", "force", "officers_needed", "strength", "deployable", "spare", "retrained", "new_officers",
)  # fmt: skip
FILLED = ("option", "scope", "filled", "chance_staffed", "strength", "strength_low", "strength_high")
COURSES = (
    "option", "force", "required", "seats", "volunteers", "passed", "years_to_staff", "seats_needed", "limit",
)  # fmt: skip


def staff(
    folder: Path,
    *,
    years: int | None,
    draws: int | None,
    edition: Edition | None,
    out: Path | None,
    json: bool,
) -> None:
    """Print how surely every option is staffed, and the officers and seats behind that."""
    from standby.appraise import staffed
    from standby.disclosure import publish
    from standby.report import marking_of, whole_folder, write_table

    with errors_reported(json=json):
        if out is not None:
            check_out(out, folder)
        plan = opened(folder, None)
        edition = edition_beyond_public(plan, edition, NOT_PUBLIC)
        asked = {} if draws is None else {"draws": draws}
        found = staffed(plan, years=years, **asked)
        tables = publish(
            {
                "staffing": found.staffing,
                "staff_delivery": found.delivery,
                "staff_courses": found.courses,
            },
            plan,
            edition,
        )
        written = []
        if out is not None:
            marking = marking_of(plan, edition)
            with whole_folder(out, private=edition == "internal", marking=marking) as made:
                for name, table in tables.items():
                    write_table(table, made / f"{name}.csv", table=name, marking=marking)
            written = [str(out / f"{name}.csv") for name in tables]

    if json:
        content = {"statements": list(found.statements), **tables}
        if out is not None:
            content["files"] = written
        dump_result(plan, edition, found.summary(), content, found.manifest.with_settings(edition=edition))
        return

    heading(plan, edition, None)
    lines([*(f"• {text}" for text in found.statements), ""])
    _print(plan, found.names, tables, edition)
    if out is not None:
        lines(["", f"The tables ({edition} edition): {out}"])


def _print(plan: Plan, names: Mapping[str, str], tables: dict[str, pd.DataFrame], edition: Edition) -> None:
    """Print officers, posts filled at the end, and seats."""
    tables = {
        name: named(plan, table).assign(option=table["option"].map(names)) for name, table in tables.items()
    }
    delivery = tables["staff_delivery"]
    last = int(delivery["year"].max())

    frame(
        "staffing", tables["staffing"], OFFICERS,
        title=beyond_public("Officers for the posts, and those there are", edition), once=("option",),
    )  # fmt: skip
    frame(
        "staff_delivery", delivery[delivery["year"] == last], FILLED,
        title=beyond_public(f"Posts filled in year {last}, and whether all are at its end", edition),
        once=("option",),
    )  # fmt: skip
    frame(
        "staff_courses", tables["staff_courses"], COURSES,
        title=beyond_public("Seats and volunteers a year, at central values", edition), once=("option",),
    )  # fmt: skip
    lines(["Every year stands in --json, and in the tables that --out writes."])
