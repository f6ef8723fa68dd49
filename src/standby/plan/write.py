"""Write a plan's folder: what was read comes back the same, and nothing is left half-written."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import pandas as pd
import tomlkit
from pydantic import ValidationError
from tomlkit.items import Item, Table
from tomlkit.toml_document import TOMLDocument

from standby._refusals import Refusal
from standby._writing import recover, replace_file, scratch_folder, whole_folder
from standby.evidence import Source
from standby.plan.checking.judge import judge
from standby.plan.faults import PlanError
from standby.plan.files.cells import Cells
from standby.plan.files.folder import OUTLINES_FILE, PLAN_FILE, SOURCES_FILE, travel_files
from standby.plan.files.frames import write_frame
from standby.plan.files.text import read_csv
from standby.plan.plan import Plan
from standby.plan.schema.fields import ID
from standby.plan.schema.tables import DOUBT_SUFFIXES, TABLES

TableFormat = Literal["csv", "gpkg", "geoparquet", "parquet"]
"""Formats of the tables of a plan."""


def write_plan(
    plan: Plan, folder: str | Path, *, tables: TableFormat = "csv", overwrite: bool = False
) -> Path:
    """Write a plan as a folder of ``plan.toml``, ``sources.toml`` and tables.

    Comments and order of files that the plan was read from are kept where it still says the same. The new
    folder is made beside its place, read back and judged, and only then moved there.

    Parameters
    ----------
    plan
        The plan; one with an option laid over is written as it is then, with that option left out.
    folder
        Where to write.
    tables
        Format of the tables. In ``gpkg`` and ``geoparquet`` areas, sites and key locations are points (WGS
        84), and keep their columns ``lon`` and ``lat``.
    overwrite
        Whether what is in the folder may be replaced, all of it.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    FileExistsError
        If the folder has something in it and ``overwrite`` is not given.
    PlanError
        If what was written would not be a plan without faults.
    MissingExtraError
        If a format needs pyarrow, which is an extra, and it is not installed.
    """
    folder = Path(folder)
    recover(folder)  # what an interrupted run left
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())) and not overwrite:
        raise FileExistsError(f"{folder} is not empty; name another folder, or ask for it to be overwritten")

    with whole_folder(folder, before_move=_refuse_faults) as made:
        _write_text(made / PLAN_FILE, _document_text(plan))
        _write_text(made / SOURCES_FILE, _sources_text(plan))

        for name, frame in plan.tables.items():
            if tables == "csv":
                _write_text(made / f"{name}.csv", _own_table(plan, name) or table_text(name, frame))
            else:
                write_frame(made / f"{name}.{tables}", frame[_columns(name, frame)])

        # Files that a plan only names are copied as they are.
        for extra in (OUTLINES_FILE, *travel_files(plan.raw)):
            if plan.folder is not None and (plan.folder / extra).is_file():
                (made / extra).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(plan.folder / extra, made / extra)

    return folder


def _refuse_faults(folder: Path) -> None:
    """Raise PlanError when a folder has faults."""
    faults = judge(folder).faults
    if faults:
        raise PlanError(faults)


def add_option(folder: str | Path, option: str, changes: Mapping[str, Any]) -> None:
    """Add an option to the ``plan.toml`` of a folder; all that stands there stays, comments included.

    Parameters
    ----------
    folder
        A plan's folder.
    option
        Id of the new option.
    changes
        The option as in ``plan.toml``: ``name``, and any of ``set``, ``add``, ``change``, ``remove``.

    Raises
    ------
    ValueError
        If the id is no id, or the plan has an option of that id.
    PlanError
        If the plan would have faults with it; nothing is written then.
    ChangedError
        If ``plan.toml`` was changed while this was done.
    """
    path = Path(folder) / PLAN_FILE if Path(folder).name != PLAN_FILE else Path(folder)
    if not ID.fullmatch(option):
        raise Refusal(f"{option!r} can't be an id", "use lower-case letters, digits, - and _")

    before = path.read_bytes()
    text = before.decode("utf-8-sig")
    document = tomlkit.parse(text)
    if option in document.get("options", {}):
        raise Refusal(f"the plan has an option {option!r} already", "choose another id")

    # Added at the end of the file, so that nothing above it is written anew.
    lines = tomlkit.dumps({"options": {option: _plain(changes)}}).removeprefix("[options]\n")
    end = "" if text.endswith("\n") else "\n"
    new_text = f"{text}{end}\n{lines}"
    _judge_with(path, new_text)
    replace_file(path, new_text.encode(), was=before)


def _judge_with(path: Path, text: str) -> None:
    """Raise PlanError when the folder would have faults with another ``plan.toml``."""
    with scratch_folder() as place:
        made = Path(shutil.copytree(path.parent, place / "plan"))
        _write_text(made / PLAN_FILE, text)
        _refuse_faults(made)


# Text of the files


def table_text(name: str, frame: pd.DataFrame) -> str:
    """Return a table as CSV: the columns that say something, whole numbers without a point.

    Parameters
    ----------
    name
        Its name in the data dictionary.
    frame
        The table of a plan.
    """
    shown = {column: [_cell(value) for value in frame[column].tolist()] for column in _columns(name, frame)}
    return pd.DataFrame(shown, dtype="object").to_csv(index=False, lineterminator="\n")


def _columns(name: str, frame: pd.DataFrame) -> list[str]:
    """Return the columns of a table that are needed or say something, in the order of the data dictionary."""
    columns = TABLES[name].columns
    needed = {column.name for column in columns if column.required}

    in_order = [column.name + end for column in columns for end in ("", *DOUBT_SUFFIXES)]
    return [
        name
        for name in in_order
        if name in frame and (name in needed or any(map(_cell, frame[name].tolist())))
    ]


def _own_table(plan: Plan, name: str) -> str | None:
    """Return the file that a table was read from, when it still says the same."""
    text = _own_text(plan, f"{name}.csv")
    read, faults = (None, []) if text is None else read_csv(f"{name}.csv", text.encode())
    if read is None or faults:
        return None

    written = Cells(TABLES[name], read).judge()
    return text if written.equals(plan.tables[name]) else None


def _cell(value: object) -> str:
    """Return a value as a cell of a file has it; what is missing is empty."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        if value != value:  # noqa: PLR0124 - NaN is not itself
            return ""
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return str(value)


def _document_text(plan: Plan) -> str:
    """Return ``plan.toml`` of a plan; what is laid over it is part of the base then."""
    raw = _plain(plan.raw)

    if plan.variant is not None:
        for kind in ("options", "scenarios"):
            raw.get(kind, {}).pop(plan.variant, None)
            if not raw.get(kind, True):
                del raw[kind]

        # An option may have brought a table that the base is without.
        about = raw.get("plan", {})
        about["without"] = [name for name in about.get("without", []) if name not in plan.tables]

    return _kept(plan, PLAN_FILE, raw)


def _sources_text(plan: Plan) -> str:
    """Return ``sources.toml`` of a plan: the file that was read, when it still says the same."""
    text = _own_text(plan, SOURCES_FILE)
    if text is not None:
        try:
            written = {k: Source.model_validate(v) for k, v in tomlkit.parse(text).unwrap().items()}
        except ValidationError:
            written = {}
        if written == dict(plan.sources):
            return text

    return tomlkit.dumps(
        {name: source.model_dump(exclude_none=True) for name, source in plan.sources.items()}
    )


def _own_text(plan: Plan, name: str) -> str | None:
    """Return the text of a file that the plan was read from, None where there is none."""
    if plan.folder is None or not (plan.folder / name).is_file():
        return None
    return (plan.folder / name).read_bytes().decode("utf-8-sig").replace("\r\n", "\n")


def _kept(plan: Plan, name: str, wanted: dict[str, Any]) -> str:
    """Return a document that says what is wanted, in the words of the file that it was read from."""
    text = _own_text(plan, name)
    if text is not None:
        document = tomlkit.parse(text)
        _overlay(document, wanted)
        written = tomlkit.dumps(document)
        if _plain(tomlkit.parse(written)) == wanted:
            return written

    return tomlkit.dumps(wanted)


def _overlay(document: TOMLDocument | Table | Any, wanted: dict[str, Any]) -> None:
    """Change a parsed document, in place, to say what is wanted; what says it already is not touched."""
    for key in [key for key in document if key not in wanted]:
        del document[key]

    for key, value in wanted.items():
        there = document.get(key)
        if there is not None and _plain(there) == value:
            continue
        if isinstance(value, dict) and isinstance(there, dict):
            _overlay(there, value)
        else:
            document[key] = value


def _plain(value: Any) -> Any:
    """Return plain containers, without what TOML Kit remembers."""
    if isinstance(value, Item | TOMLDocument):
        value = value.unwrap()
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items() if item is not None}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


# Files


def _write_text(path: Path, text: str) -> None:
    """Write text as UTF-8 with line feeds, on whatever system."""
    path.write_text(text, encoding="utf-8", newline="\n")


__all__ = ["add_option", "table_text", "write_plan"]
