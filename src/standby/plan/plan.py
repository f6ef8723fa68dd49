"""The plan as it was written: free of faults, with options to lay over it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from standby._refusals import Refusal, UnknownNameError, meant
from standby._show import Shown, points, short
from standby.evidence import Manifest, Source
from standby.plan.files.cells import empty_table
from standby.plan.files.fingerprint import fingerprint_of_bases
from standby.plan.files.folder import OUTLINES_FILE
from standby.plan.options import (
    as_written,
    changed_document,
    changed_tables,
    forces_opted_out,
    with_cells,
)
from standby.plan.schema.changes import UNCHANGEABLE, Changes
from standby.plan.schema.document import Document
from standby.plan.schema.tables import TABLES

if TYPE_CHECKING:
    import geopandas


@dataclass(frozen=True, eq=False)
class Plan(Shown):
    """A plan without faults; made by `open_plan`.

    Parameters
    ----------
    document
        ``plan.toml``.
    tables
        Tables by name, one row each place, unit and so on; every column of the data dictionary, numbers as
        float with NaN for empty cells.
    sources
        Sources by id.
    raw
        ``plan.toml`` as it was written, for options and for writing.
    hashes
        SHA-256 by file name.
    folder
        Where it was read from.
    variant
        Id of the option or scenario that is laid over the base; None for the base.
    base_is_invented
        Whether the base below what is laid over has invented bases; nothing is asked of it in the base.
    """

    document: Document
    tables: Mapping[str, pd.DataFrame]
    sources: Mapping[str, Source]
    raw: Mapping[str, Any] = field(repr=False)
    hashes: Mapping[str, str] = field(default_factory=dict, repr=False)
    folder: Path | None = None
    variant: str | None = None
    base_is_invented: bool = field(default=False, repr=False)

    def __repr__(self) -> str:
        """Return title and sizes."""
        sizes = [f"{len(table)} {name.replace('_', ' ')}" for name, table in self.tables.items()]
        options = f"{len(self.document.options)} options"
        laid = f", with {self.variant!r} laid over it" if self.variant else ""
        return f"<Plan {short(self.title)}: {', '.join([*sizes, options])}{laid}>"

    @property
    def title(self) -> str:
        """Title of the plan."""
        return self.document.plan.title

    @property
    def forces(self) -> tuple[str, ...]:
        """Ids of the forces planned for."""
        return tuple(self.document.plan.forces)

    @property
    def hash(self) -> str:
        """SHA-256 over the names and contents of the files."""
        return hashlib.sha256(json.dumps(dict(sorted(self.hashes.items()))).encode()).hexdigest()

    @property
    def bases_are_invented(self) -> bool:
        """Whether sites and units are declared to be invented, and are still those that were declared."""
        if self.variant is not None:
            return self.base_is_invented
        about = self.document.plan
        return about.bases == "invented" and about.bases_fingerprint == fingerprint_of_bases(
            self.document, self.tables
        )

    def table(self, name: str) -> pd.DataFrame:
        """Return a table; without rows when the plan is without it.

        Raises
        ------
        KeyError
            If plans have no table of that name.
        """
        if name not in TABLES:
            raise UnknownNameError(
                f"there is no table {name!r}",
                f"{meant(name, TABLES)} A plan has: {', '.join(TABLES)}".strip(),
            )
        return self.tables[name] if name in self.tables else empty_table(name)

    def to_geodataframe(self, name: str = "areas") -> geopandas.GeoDataFrame:
        """Return a table of places as points in WGS 84 (EPSG:4326).

        Parameters
        ----------
        name
            ``"areas"``, ``"sites"``, ``"key_locations"`` or ``"incidents"``.

        Raises
        ------
        ValueError
            If the plan has no such table, or it has no positions.
        ImportError
            If geopandas is not installed.
        """
        return points(self.tables, name)

    def with_option(self, name: str) -> Plan:
        """Return the plan with an option laid over the base.

        Raises
        ------
        KeyError
            If there is no such option.
        """
        option = self.document.options.get(name)
        if option is None:
            known = ", ".join(self.document.options) or "none"
            raise UnknownNameError(f"there is no option {name!r}", f"the plan has: {known}")
        return self._with(name, option)

    def with_scenario(self, name: str) -> Plan:
        """Return the plan with a scenario laid over the base.

        Raises
        ------
        KeyError
            If there is no such scenario.
        """
        scenario = self.document.scenarios.get(name)
        if scenario is None:
            known = ", ".join(self.document.scenarios) or "none"
            raise UnknownNameError(f"there is no scenario {name!r}", f"the plan has: {known}")
        return self._with(name, scenario)

    def _with(self, name: str, changes: Changes) -> Plan:
        if self.variant is not None:
            raise Refusal(f"{self.variant!r} is laid over this plan already", "start from the base")

        # Nothing that was read is read again where the option leaves it as it is.
        opted_out = forces_opted_out(changes)
        raw = changed_document(self.raw, changes.set, opted_out) if changes.set else self.raw
        document = _laid_over(self.document, raw) if changes.set else self.document
        tables = changed_tables(self.tables, changes, opted_out)
        return replace(
            self,
            document=document,
            tables=tables,
            raw=raw,
            variant=name,
            base_is_invented=self.bases_are_invented,
        )

    def with_values(self, values: Mapping[str, Any]) -> Plan:
        """Return the plan with other values in its base, such as those that a log gives.

        Parameters
        ----------
        values
            Numbers, figures or entries by path: ``tiers.arv.turnout_min`` of ``plan.toml``, or
            ``areas[exeter].likelihood`` of a table, whose ``_low`` and ``_high`` the figure's bounds are.

        Returns
        -------
        Plan
            The new plan; `standby.plan.write_plan` writes it as a folder.

        Raises
        ------
        KeyError
            If a table has no such row or column.
        ValueError
            If an option is laid over the plan, or a value can't be where it is put.
        """
        if self.variant is not None:
            raise Refusal(f"{self.variant!r} is laid over this plan already", "start from the base")

        in_document = {path: as_written(value) for path, value in values.items() if "[" not in path}
        raw = changed_document(self.raw, in_document)
        return replace(
            self,
            raw=raw,
            document=_laid_over(self.document, raw),
            tables=with_cells(self.tables, {p: v for p, v in values.items() if "[" in p}),
        )

    def manifest(self, **settings: Any) -> Manifest:
        """Return what a result from this plan is made from."""
        own = {"variant": self.variant} if self.variant else {}
        return Manifest(self.title, self.hash, self.hashes, {**own, **settings})

    def outlines(self) -> dict[str, Any] | None:
        """Return the outlines of the forces for maps (GeoJSON), None when the plan has none."""
        if self.folder is None or OUTLINES_FILE not in self.hashes:
            return None

        content: dict[str, Any] = json.loads((self.folder / OUTLINES_FILE).read_text(encoding="utf-8"))
        return content


def _laid_over(document: Document, raw: Mapping[str, Any]) -> Document:
    """Return the document of a base with changes; what no option can change is taken over unread."""
    kept = {name: getattr(document, name) for name in UNCHANGEABLE if name in document.model_fields_set}

    base = Document.model_validate({key: value for key, value in raw.items() if key not in UNCHANGEABLE})
    return base.model_copy(update=kept)
