"""Hashes of a plan's files of every common kind, by which somebody could try whether a file is the one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from standby._files import Limits, UnreadableFileError, open_regular
from standby.plan.files.folder import LARGEST_ROADS

ALGORITHMS = ("md5", "sha1", "sha224", "sha256", "sha384", "sha512")
"""Kinds of hashes that files are compared by."""


def digests_of(folder: Path, names: Iterable[str]) -> set[bytes]:
    """Return the hashes of files, of each kind; none of a file that is gone.

    Parameters
    ----------
    folder
        Where the files lie.
    names
        Their names in it.
    """
    digests = set()
    for name in names:
        for algorithm in ALGORITHMS:
            with (
                suppress(UnreadableFileError, OSError),
                open_regular(folder / name, Limits.here(file_bytes=LARGEST_ROADS)) as file,
            ):
                digests.add(hashlib.file_digest(file, algorithm).digest())
    return digests
