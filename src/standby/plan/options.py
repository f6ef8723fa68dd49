"""Options: named changes of values and rows, laid over the base."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from standby.evidence import as_figure
from standby.plan._cells import ROW, Cells, empty_table
from standby.plan._document import judge_document
from standby.plan._files import TextTable
from standby.plan._links import judge_row_references
from standby.plan._positions import judge_positions
from standby.plan.document import Changes
from standby.plan.faults import Fault
from standby.plan.tables import TABLES

CHANGEABLE = ("areas", "sites", "units", "key_locations", "commitments")
"""Tables whose rows an option may change."""

FORCE_COLUMN = {
    "areas": "force",
    "key_locations": "force",
    "sites": "provider",
    "units": "provider",
    "commitments": "provider",
}
"""Column that says whose row it is, so that a force's status can hold the change back."""

PLAN_FILE = "plan.toml"


def flatten(changes: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """Yield (path, value) of a ``set``; nested tables are paths, a table with a value is a figure."""
    for key, value in changes.items():
        path = f"{before}.{key}" if before else key
        if isinstance(value, dict) and "value" not in value:
            yield from flatten(value, path)
        else:
            yield path, value


def changed_document(
    raw: dict[str, Any], changes: Mapping[str, Any], held_back: frozenset[str] = frozenset()
) -> dict[str, Any]:
    """Return the raw document with new values by path.

    Parameters
    ----------
    raw
        The base document; not changed.
    changes
        The option's ``set``.
    held_back
        Forces that ruled the option out: their values stay.
    """
    new = copy.deepcopy(raw)
    for path, value in flatten(changes):
        keys = path.split(".")
        if len(keys) > 1 and keys[0] == "forces" and keys[1] in held_back:
            continue
        place = new
        for key in keys[:-1]:
            following = place.get(key)
            if not isinstance(following, dict):
                following = place[key] = {}
            place = following
        place[keys[-1]] = value
    return new


def changed_tables(
    tables: Mapping[str, pd.DataFrame], changes: Changes, held_back: frozenset[str] = frozenset()
) -> dict[str, pd.DataFrame]:
    """Return the tables with rows added, changed and removed; the changes must be free of faults."""
    new = dict(tables)
    for name in CHANGEABLE:
        added, changed, removed = (
            getattr(part, name) for part in (changes.add, changes.change, changes.remove)
        )
        if added or changed or removed:
            base = new[name] if name in new else empty_table(name)
            new[name] = _changed(name, base, added, changed, removed, held_back)
    return new


def _changed(
    name: str,
    base: pd.DataFrame,
    added: list[dict[str, Any]],
    changed: list[dict[str, Any]],
    removed: list[str],
    held_back: frozenset[str],
) -> pd.DataFrame:
    force = FORCE_COLUMN[name]
    frame = base.set_index("id", drop=False)
    if changed:
        updates, _ = _rows(name, changed, partial=True)
        frame = frame.astype({c: "object" for c in frame.columns if frame[c].dtype == bool})
        for row, given in zip(updates.to_dict("records"), changed, strict=True):
            if frame.loc[row["id"], force] not in held_back:
                for column in given:
                    if column not in frame:
                        frame[column] = float("nan") if TABLES[name].column(column) is None else ""
                    frame.loc[row["id"], column] = row[column]
        frame = frame.astype({c: "bool" for c in base.columns if base[c].dtype == bool})
    frame = frame[
        [not (i in removed and f not in held_back) for i, f in zip(frame["id"], frame[force], strict=True)]
    ]
    if added:
        rows, _ = _rows(name, added, partial=False)
        rows = rows[~rows[force].isin(held_back)]
        if len(rows):
            frame = pd.concat([frame, rows], ignore_index=True) if len(frame) else rows
    return frame.reset_index(drop=True)


def _rows(
    name: str, rows: list[dict[str, Any]], *, partial: bool, places: list[str] | None = None
) -> tuple[pd.DataFrame, Cells]:
    columns = tuple(dict.fromkeys(key for row in rows for key in row))
    if not partial:
        required = [c.name for c in TABLES[name].columns if c.required]
        columns = tuple(dict.fromkeys([*required, *columns]))
    text = TextTable(
        PLAN_FILE, columns, [{k: _text(v) for k, v in row.items()} for row in rows], [0] * len(rows)
    )
    cells = Cells(TABLES[name], text, places or [""] * len(rows))
    return cells.judge(partial=partial), cells


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def judge_changes(
    kind: str, name: str, changes: Changes, raw: dict[str, Any], tables: Mapping[str, pd.DataFrame],
    names: dict[str, set[str] | None], extent: list[float] | None,
) -> list[Fault]:  # fmt: skip
    """Return what is wrong with an option's or a scenario's changes, judged against the base.

    Parameters
    ----------
    kind, name
        ``"options"`` or ``"scenarios"``, and its id.
    changes
        The changes.
    raw, tables
        The base.
    names
        Names that can be referred to.
    extent
        Extent of the plan, None when not known.
    """
    faults = _judge_set(f"{kind}.{name}.set", changes.set, raw)
    for table in CHANGEABLE:
        added, changed, removed = (
            getattr(part, table) for part in (changes.add, changes.change, changes.remove)
        )
        known = names.get(table)
        names_now = _with_added(names, changes)
        for verb, rows in (("add", added), ("change", changed)):
            places = [f"{kind}.{name}.{verb}.{table}[{k}]" for k in range(1, len(rows) + 1)]
            faults += _judge_rows(table, rows, places, verb, known, names_now, extent)
        for row in removed:
            if known is not None and row not in known:
                mend = f"Name a row of {table}"
                faults.append(
                    Fault(
                        PLAN_FILE,
                        f"{kind}.{name}.remove",
                        table,
                        f"names {row!r}, which is not known",
                        mend,
                        "unknown-reference",
                    )
                )
    if not faults and same_as_base(changes, raw, tables):
        mend = "Give it a change (set, add, change or remove), or remove it"
        faults.append(Fault(PLAN_FILE, f"{kind}.{name}", "", "is equal to the base", mend, "same-as-base"))
    return faults


def _with_added(names: dict[str, set[str] | None], changes: Changes) -> dict[str, set[str] | None]:
    added = {table: {str(row.get("id")) for row in getattr(changes.add, table)} for table in CHANGEABLE}
    return {key: known if known is None else known | added.get(key, set()) for key, known in names.items()}


def _judge_rows(
    table: str, rows: list[dict[str, Any]], places: list[str], verb: str, known: set[str] | None,
    names: dict[str, set[str] | None], extent: list[float] | None,
) -> list[Fault]:  # fmt: skip
    if not rows:
        return []
    frame, cells = _rows(table, rows, partial=verb == "change", places=places)
    judge_row_references(cells, frame, names)
    if extent is not None and verb == "add" and "lon" in frame:
        judge_positions(cells, frame, extent)
    for row, given in enumerate(rows):
        name = str(given.get("id", ""))
        if verb == "change" and known is not None and name not in known:
            cells.fault(
                row,
                "id",
                f"names {name!r}, which is not known",
                f"Name a row of {table}",
                "unknown-reference",
            )
        if verb == "add" and known is not None and name in known:
            cells.fault(
                row, "id", f"is {name!r}, which the base has", "Use change, or another id", "duplicate-id"
            )
    return cells.faults()


def _judge_set(place: str, changes: Mapping[str, Any], raw: dict[str, Any]) -> list[Fault]:
    if not changes:
        return []
    before = {location for location, _ in judge_document(raw)[1]}
    paths = [path for path, _ in flatten(changes)]
    faults: dict[str, Fault] = {}
    for location, fault in judge_document(changed_document(raw, changes))[1]:
        if location in before:
            continue
        spelled = ".".join(str(key) for key in location)
        blamed = next(
            (p for p in paths if spelled == p or spelled.startswith(f"{p}.") or p.startswith(spelled)), None
        )
        if blamed is not None and blamed not in faults:
            code = "bad-path" if fault.code == "unknown-column" else fault.code
            faults[blamed] = Fault(PLAN_FILE, place, blamed, fault.what, fault.mend, code)
    return list(faults.values())


def same_as_base(changes: Changes, raw: dict[str, Any], tables: Mapping[str, pd.DataFrame]) -> bool:
    """Return whether the changes leave everything, money included, as it is in the base."""
    money = [getattr(changes, name, None) for name in ("capital_gbp", "running_gbp", "grant_gbp")]
    if any(figure is not None and figure.value != 0 for figure in money):
        return False
    if any(not _same_value(_at(raw, path), value) for path, value in flatten(changes.set)):
        return False
    if any(getattr(changes.add, table) for table in CHANGEABLE) or any(
        getattr(changes.remove, table) for table in CHANGEABLE
    ):
        return False
    new = changed_tables(tables, changes)
    return all(
        new[t].drop(columns=ROW).equals(tables[t].drop(columns=ROW)) for t in CHANGEABLE if t in tables
    )


def _at(raw: Any, path: str) -> Any:
    for key in path.split("."):
        raw = raw.get(key) if isinstance(raw, dict) else None
    return raw


def _same_value(old: object, new: object) -> bool:
    if old == new and type(old) is type(new):
        return True
    try:
        return bool(as_figure(old) == as_figure(new))
    except ValueError:
        return False
