"""A plan's files, read and written, and what another room takes to read those that it alone understands."""

from standby.plan.files.digests import digests_of
from standby.plan.files.folder import (
    LARGEST_FILE,
    LARGEST_ROADS,
    PLAN_FILE,
    Folder,
    is_there,
    outside,
    parse_toml,
)

__all__ = [
    "LARGEST_FILE",
    "LARGEST_ROADS",
    "PLAN_FILE",
    "Folder",
    "digests_of",
    "is_there",
    "outside",
    "parse_toml",
]
