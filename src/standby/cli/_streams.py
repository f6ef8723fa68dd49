"""Standard output and error as commands find them: closed, full, cut off, or without all letters."""

from __future__ import annotations

import codecs
import errno
import io
import os
import sys
import unicodedata
from typing import TextIO

PLAIN = {
    "•": "*", "–": "-", "—": "-", "−": "-", "‘": "'", "’": "'", "“": '"', "”": '"', "…": "...", "£": "GBP ",
    "≈": "~", "→": "->", "×": "x", "≥": ">=", "≤": "<=", "±": "+/-", "²": "2", "·": ".",
}  # fmt: skip
"""What stands for a character where the output's encoding has no such one."""

HANDLER = "standby.plain"


def plain(error: UnicodeError) -> tuple[str, int]:
    """Return what to write for characters that an encoding does not have: something like them, or their code.

    Parameters
    ----------
    error
        As `codecs.register_error` describes it.
    """
    if not isinstance(error, UnicodeEncodeError):
        raise error

    texts = []
    for character in error.object[error.start : error.end]:
        like = PLAIN.get(character) or unicodedata.normalize("NFKD", character)
        ascii_like = like.encode("ascii", "ignore").decode()
        texts.append(ascii_like or character.encode("ascii", "backslashreplace").decode())

    return "".join(texts), error.end


class _Output(io.FileIO):
    """A file descriptor for output that goes on when nobody takes it; the first failure is remembered."""

    failed: OSError | None = None

    def write(self, data: bytes) -> int:  # type: ignore[override]
        """Write, or drop what can't be written."""
        if self.failed is None:
            try:
                return super().write(data) or 0
            except OSError as error:
                self.failed = error
        return len(memoryview(data).cast("B"))


def open_streams() -> None:
    """Make standard output and error such that printing never fails.

    A command does its work and leaves with its usual status whatever becomes of what it prints: a pipe that
    nobody reads any more, a closed output, a full disk. The last is reported on standard error.
    """
    codecs.register_error(HANDLER, plain)

    # A closed descriptor would be given to the next file that is opened, and be printed into.
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDONLY if number == 0 else os.O_WRONLY)  # takes the lowest that is free

    sys.stdout = _opened(sys.stdout, 1)
    sys.stderr = _opened(sys.stderr, 2)


def _opened(stream: TextIO | None, number: int) -> TextIO:
    """Return a stream for a descriptor that goes on when nobody takes it; a terminal's as it is."""
    encoding = getattr(stream, "encoding", None) or "utf-8"

    # A terminal is never closed under a command, and a stream of a test is not ours to replace.
    if stream is not None and (stream.isatty() or not isinstance(stream, io.TextIOWrapper)):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=HANDLER)
        return stream

    if stream is not None:
        stream.flush()
    raw: io.RawIOBase = _Output(number, "w", closefd=False)
    return io.TextIOWrapper(
        io.BufferedWriter(raw), encoding=encoding, errors=HANDLER, line_buffering=number == 2
    )


def close_streams() -> None:
    """Write out what is printed, and say on standard error when the disk took less than all of it."""
    for stream in (sys.stdout, sys.stderr):
        stream.flush()

    raw = getattr(getattr(sys.stdout, "buffer", None), "raw", None)
    failed = raw.failed if isinstance(raw, _Output) else None
    if failed is not None and failed.errno != errno.EPIPE:
        sys.stderr.write(f"standby: not all of the output could be written: {failed.strerror}\n")
        sys.stderr.flush()
