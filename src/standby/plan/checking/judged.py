"""What has been found in a plan folder so far."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from standby._refusals import Fault
from standby.evidence import Source
from standby.plan.faults import Note
from standby.plan.files.folder import Folder
from standby.plan.schema.document import Document


@dataclass
class Judged:
    """A plan folder after judgement.

    Parameters
    ----------
    folder
        What was found.
    document, tables, sources
        The parts that could be read.
    minutes
        Minutes by site and place of a plan that has a table of them without faults.
    faults, notes
        All that is wrong, and files that are not read.
    checkers
        What other rooms checked, each with the room.
    """

    folder: Folder
    document: Document | None = None
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)
    minutes: pd.Series[float] | None = None
    faults: list[Fault] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    checkers: list[str] = field(default_factory=list)
