"""The only place that opens files of others: regular files alone, within limits that a user can raise.

A file is judged by what it declares (kind, size, members, rows, columns) before anything of it is unpacked,
and kept to the same limits while it is unpacked, because declarations may lie. Reading ends at a deadline,
which is a safety net: no result depends on it.
"""

from __future__ import annotations

import csv
import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields
from io import BufferedReader
from pathlib import Path
from typing import Self

from standby._characters import printable
from standby._deadline import Deadline
from standby._refusals import Refusal

ENVIRONMENT = "STANDBY_LIMIT_"
"""Beginning of the environment variables that raise limits, as in ``STANDBY_LIMIT_ROWS=50000000``."""

CHUNK = 1 << 20
"""Bytes that are read or unpacked between two checks of the limits."""


class UnreadableFileError(Refusal):
    """A file can't be read as it is.

    Parameters
    ----------
    path
        The file.
    what
        What is wrong with it, without its name.
    fix
        What to do.
    """

    def __init__(self, path: str | Path, what: str, fix: str) -> None:
        super().__init__(printable(what, keep="\n"), printable(fix, keep="\n"), subject=printable(str(path)))
        self.path = Path(path)


@dataclass(frozen=True)
class Limits:
    """The most that a reader accepts.

    The defaults are far above any file that is published for a country. A reader may have defaults of its
    own, and the environment overrides both: see `Limits.here`.

    Parameters
    ----------
    file_bytes
        Size of a file [bytes].
    unpacked_bytes
        What the members of an archive that are read unpack to, all together [bytes].
    member_bytes
        What one member of an archive unpacks to [bytes].
    members
        Members of an archive.
    columns
        Columns of a table.
    rows
        Rows of a table.
    cells
        Cells of a table, including empty ones: rows times columns.
    cell_characters
        Characters in one cell of a text file.
    memory_bytes
        Memory that a reader in a process of its own may take [bytes].
    seconds
        Time that reading one file may take [s].
    """

    file_bytes: int = 4 << 30
    unpacked_bytes: int = 4 << 30
    member_bytes: int = 1 << 30
    members: int = 10_000
    columns: int = 10_000
    rows: int = 2_000_000
    cells: int = 50_000_000
    cell_characters: int = 1_000_000
    memory_bytes: int = 6 << 30
    seconds: float = 300.0

    @classmethod
    def here(cls, environment: Mapping[str, str] | None = None, /, **defaults: float) -> Self:
        """Return the limits of this process.

        Parameters
        ----------
        environment
            Variables such as ``STANDBY_LIMIT_ROWS``; those of the process when left out.
        **defaults
            Limits of one reader that differ from the defaults of the class; a variable overrides them.

        Raises
        ------
        ValueError
            If a variable is no number above 0.

        Examples
        --------
        >>> Limits.here({"STANDBY_LIMIT_ROWS": "7"}, columns=3).rows
        7
        """
        environment = os.environ if environment is None else environment
        limits = dict(defaults)

        for field in fields(cls):
            variable = ENVIRONMENT + field.name.upper()
            text = environment.get(variable, "").strip().replace("_", "")
            if not text:
                continue

            try:
                number = float(text) if field.name == "seconds" else int(text)
            except ValueError:
                number = 0
            if not number > 0:
                raise Refusal(f"{variable} is {text!r}", f"write a number above 0, such as {field.default}")
            limits[field.name] = number

        return cls(**limits)  # type: ignore[arg-type]

    def check(self, path: str | Path, limit: str, found: float, noun: str) -> None:
        """Refuse a file that has more of something than its limit.

        Parameters
        ----------
        path
            The file.
        limit
            Name of the limit, as ``rows``.
        found
            How much it has.
        noun
            What is counted, as ``rows in sheet 'Data'``.

        Raises
        ------
        UnreadableFileError
            If it has more; the message names the limit and the variable that raises it.
        """
        most = getattr(self, limit)
        if found > most:
            raise UnreadableFileError(
                path, f"has {found:,.0f} {noun}, and at most {most:,} are read", raised(limit)
            )


def raised(limit: str) -> str:
    """Return how to raise a limit, in words."""
    return f"If it is meant to be so, set the environment variable {ENVIRONMENT}{limit.upper()} higher"


def check_time(path: str | Path, deadline: Deadline) -> None:
    """Refuse a file that is still being read when no time is left.

    Parameters
    ----------
    path
        The file, for the message.
    deadline
        The time by which reading has to be done.

    Raises
    ------
    UnreadableFileError
        If no time is left; the message names the limit and the variable that raises it.
    """
    if deadline.is_over:
        raise too_slow(path, deadline)


def too_slow(path: str | Path, deadline: Deadline) -> UnreadableFileError:
    """Return the refusal of a file that took longer to read than it may.

    Parameters
    ----------
    path, deadline
        As for `check_time`.
    """
    return UnreadableFileError(
        path, f"takes more than {deadline.limit_s:g} seconds to read", raised("seconds")
    )


KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe (FIFO)"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


def open_regular(path: str | Path, limits: Limits | None = None) -> BufferedReader:
    """Open a file for reading, if it is a regular file within the limit of its size.

    Parameters
    ----------
    path
        The file; a link to one will do.
    limits
        Of which ``file_bytes`` counts; those of the process when left out.

    Raises
    ------
    UnreadableFileError
        If it is not there, may not be read, is a folder, pipe, socket or device, or is too large.
    """
    limits = limits or Limits.here()

    # Opening a pipe to which nobody writes would wait for ever; O_NONBLOCK does not wait.
    try:
        number = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except (OSError, ValueError) as error:
        raise _not_opened(path, error) from None

    try:
        status = os.fstat(number)
        kind = next((words for is_kind, words in KINDS if is_kind(status.st_mode)), "")
        if kind:
            raise UnreadableFileError(path, f"is {kind}, not a file", "Name a file")  # noqa: TRY301
        limits.check(path, "file_bytes", status.st_size, "bytes")
        return os.fdopen(number, "rb")
    except BaseException:
        os.close(number)
        raise


def _not_opened(path: str | Path, error: OSError | ValueError) -> UnreadableFileError:
    """Return an error that says in a sentence why a file could not be opened."""
    if isinstance(error, FileNotFoundError):
        parent = Path(path).absolute().parent
        what = f"there is no such file in {parent}" if parent.is_dir() else f"there is no folder {parent}"
        return UnreadableFileError(path, what, "Check its name and folder")

    if isinstance(error, PermissionError):
        if Path(path).is_dir():  # Windows says so of a folder
            return UnreadableFileError(path, "is a folder, not a file", "Name a file")
        return UnreadableFileError(path, "may not be read", "Ask for the right to read it, or copy it")

    if isinstance(error, NotADirectoryError):
        return UnreadableFileError(
            path, "lies below something that is no folder", "Check its name and folder"
        )

    reason = getattr(error, "strerror", None) or str(error)
    return UnreadableFileError(path, f"can't be opened ({reason})", "Check its name and folder")


def read_regular(path: str | Path, limits: Limits | None = None, deadline: Deadline | None = None) -> bytes:
    """Return the content of a regular file.

    Parameters
    ----------
    path, limits
        As for `open_regular`.
    deadline
        Time by which it has to be read; ``limits.seconds`` from now when left out.

    Raises
    ------
    UnreadableFileError
        As `open_regular`; and if it can't be read to its end, is longer than it said or takes too long.
    """
    limits = limits or Limits.here()
    deadline = deadline or Deadline(limits.seconds)
    parts: list[bytes] = []
    size = 0

    with open_regular(path, limits) as file:
        while part := _next(path, file):
            parts.append(part)
            size += len(part)
            limits.check(path, "file_bytes", size, "bytes")
            check_time(path, deadline)

    return b"".join(parts)


def _next(path: str | Path, file: BufferedReader) -> bytes:
    """Return the next piece of a file, nothing at its end."""
    try:
        return file.read(CHUNK) or b""
    except OSError as error:
        what = f"can't be read to its end ({error.strerror or error})"
        raise UnreadableFileError(path, what, "Copy it again") from None


DAMAGED = "is a zip that is cut off or damaged"
AGAIN = "Download it again, and don't save it from another program"

ZIP_ERRORS = (
    zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError,
    OverflowError, struct.error,
)  # fmt: skip
"""What reading a damaged archive raises; RuntimeError when it is encrypted."""


@contextmanager
def open_zip(path: str | Path, limits: Limits | None = None) -> Iterator[zipfile.ZipFile]:
    """Open an archive whose members, as far as it declares them, are within the limits.

    What it unpacks to is not judged here, since not every member is read: `check_members` does so, and
    `read_member` while it unpacks.

    Parameters
    ----------
    path, limits
        As for `open_regular`.

    Raises
    ------
    UnreadableFileError
        If it is no whole archive, or has too many members.
    """
    limits = limits or Limits.here()
    with open_regular(path, limits) as file:
        # ZipFile reads the whole directory of an archive at once, so its members are counted before.
        limits.check(path, "members", _declared_members(file), "members")
        try:
            archive = zipfile.ZipFile(file)
        except ZIP_ERRORS as error:
            raise UnreadableFileError(path, f"{DAMAGED} ({_reason(error)})", AGAIN) from None

        with archive:
            limits.check(path, "members", len(archive.infolist()), "members")
            yield archive


def _declared_members(file: BufferedReader) -> int:
    """Return how many members the end of an archive makes possible, 0 where it has no such end."""
    # The end has 22 bytes and a comment of up to 65,535; a locator of 20 bytes may stand before it.
    size = file.seek(0, os.SEEK_END)
    file.seek(max(size - 65_557 - 20, 0))
    tail = file.read()
    file.seek(0)

    # End of central directory: entries in all at 10 (2 bytes), size of the directory at 12 (4 bytes).
    end_at = tail.rfind(b"PK\x05\x06")
    if end_at < 0 or len(tail) < end_at + 22:
        return 0
    members, directory_bytes = struct.unpack_from("<HI", tail, end_at + 10)

    # What does not fit there stands in the end of ZIP64: entries at 32, size at 40 (8 bytes each).
    locator = tail[max(end_at - 20, 0) : end_at]
    if locator[:4] == b"PK\x06\x07" and len(locator) == 20:
        place = struct.unpack_from("<Q", locator, 8)[0]
        if place + 56 <= size:
            file.seek(place)
            end = file.read(56)
            file.seek(0)
            if end[:4] == b"PK\x06\x06":
                members, directory_bytes = struct.unpack_from("<QQ", end, 32)

    # A directory that declares too few is read by its size all the same; an entry has 46 bytes and a name.
    return int(max(members, min(directory_bytes, size) // 1000))


def check_members(path: str | Path, members: list[zipfile.ZipInfo], limits: Limits | None = None) -> None:
    """Refuse an archive whose members, by what it declares, unpack to more than the limits.

    Parameters
    ----------
    path, limits
        As for `open_regular`.
    members
        Those that will be read.

    Raises
    ------
    UnreadableFileError
        If one of them, or all together, are too large, or one is encrypted.
    """
    limits = limits or Limits.here()

    for member in members:
        limits.check(path, "member_bytes", member.file_size, f"bytes in its member {member.filename!r}")
        if member.flag_bits & 1:  # encrypted
            what = f"its member {member.filename!r} is encrypted"
            raise UnreadableFileError(path, what, "Save it without a password")

    unpacked_bytes = sum(member.file_size for member in members)
    limits.check(path, "unpacked_bytes", unpacked_bytes, "bytes when unpacked")


def unpack_member(
    path: str | Path,
    archive: zipfile.ZipFile,
    member: zipfile.ZipInfo | str,
    limits: Limits | None = None,
    deadline: Deadline | None = None,
) -> Iterator[bytes]:
    """Yield the content of a member in pieces, kept to the limits while it is unpacked.

    Parameters
    ----------
    path, limits, deadline
        As for `read_regular`.
    archive
        As `open_zip` gives it.
    member
        Which one.

    Raises
    ------
    UnreadableFileError
        If it is damaged or encrypted, is larger than the limit, or takes too long.
    """
    limits = limits or Limits.here()
    deadline = deadline or Deadline(limits.seconds)
    name = member if isinstance(member, str) else member.filename
    size = 0

    try:
        with archive.open(member) as file:
            while part := file.read(CHUNK):
                size += len(part)
                limits.check(path, "member_bytes", size, f"bytes in its member {name!r}")
                check_time(path, deadline)
                yield part
    except UnreadableFileError:
        raise
    except KeyError:
        raise UnreadableFileError(path, f"has no member {name!r}", AGAIN) from None
    except ZIP_ERRORS as error:
        raise UnreadableFileError(path, f"{DAMAGED} ({_reason(error)})", AGAIN) from None


def read_member(
    path: str | Path,
    archive: zipfile.ZipFile,
    member: zipfile.ZipInfo | str,
    limits: Limits | None = None,
    deadline: Deadline | None = None,
) -> bytes:
    """Return the whole content of a member; see `unpack_member`."""
    return b"".join(unpack_member(path, archive, member, limits, deadline))


def check_zip(path: str | Path, limits: Limits | None = None) -> None:
    """Refuse an archive that is damaged, or whose members are too many or too large by what it declares.

    Parameters
    ----------
    path, limits
        As for `open_regular`.

    Raises
    ------
    UnreadableFileError
        As `open_zip` and `check_members` for all of its members.
    """
    limits = limits or Limits.here()
    with open_zip(path, limits) as archive:
        check_members(path, archive.infolist(), limits)


@contextmanager
def cells_within(path: str | Path, limits: Limits | None = None) -> Iterator[None]:
    """Let Python's reader of CSV take cells as long as the limit says, and refuse longer ones.

    Parameters
    ----------
    path
        The file, for the message.
    limits
        Of which ``cell_characters`` counts; those of the process when left out.

    Raises
    ------
    UnreadableFileError
        If a cell is longer, most often because a double quote is not closed; it names the limit.
    """
    limits = limits or Limits.here()

    # The limit is one for the whole process: put it back afterwards.
    before = csv.field_size_limit(limits.cell_characters)
    try:
        yield
    except csv.Error as error:
        if "field larger than field limit" not in str(error):
            raise
        what = f"has a cell of more than {limits.cell_characters:,} characters"
        fix = f"Close the double quote before it. {raised('cell_characters')}"
        raise UnreadableFileError(path, what, fix) from None
    finally:
        csv.field_size_limit(before)


def check_shape(
    path: str | Path, rows: int, columns: int, limits: Limits | None = None, *, of: str = ""
) -> None:
    """Refuse a table that is too large.

    Parameters
    ----------
    path, limits
        As for `open_regular`.
    rows, columns
        How many it has, or declares to have.
    of
        Which table of the file, as ``in sheet 'Data'``.

    Raises
    ------
    UnreadableFileError
        If it has more rows, columns or cells than the limits.
    """
    limits = limits or Limits.here()
    counts = {"columns": columns, "rows": rows, "cells": rows * columns}
    for limit, count in counts.items():
        limits.check(path, limit, count, f"{limit} {of}".strip())


def _reason(error: BaseException) -> str:
    """Return the first line of an error, its kind where it says nothing."""
    lines = str(error).splitlines()
    return lines[0][:200] if lines else type(error).__name__


__all__ = [
    "AGAIN",
    "Limits",
    "UnreadableFileError",
    "cells_within",
    "check_members",
    "check_shape",
    "check_time",
    "check_zip",
    "open_regular",
    "open_zip",
    "read_member",
    "read_regular",
    "too_slow",
    "unpack_member",
]
