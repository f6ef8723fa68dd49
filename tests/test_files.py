"""Files of others: what is opened, the limits that it is held to, and the deadline."""

from __future__ import annotations

import csv
import io
import os
import struct
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest

from standby import _deadline
from standby._deadline import Deadline
from standby._files import (
    Limits,
    UnreadableFileError,
    cells_within,
    check_shape,
    check_zip,
    open_regular,
    open_zip,
    read_member,
    read_regular,
)


class Clock:
    """A clock that goes on by a fixed step each time that it is looked at."""

    def __init__(self, step: float) -> None:
        self.now, self.step = 0.0, step

    def __call__(self) -> float:
        self.now += self.step
        return self.now


def packed(path: Path, members: dict[str, bytes]) -> Path:
    """Write an archive."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def test_a_regular_file_is_read_whole(tmp_path: Path) -> None:
    """A file and a link to it give their bytes."""
    (tmp_path / "a.csv").write_bytes(b"x" * 3_000_000)
    (tmp_path / "b.csv").symlink_to(tmp_path / "a.csv")
    assert read_regular(tmp_path / "a.csv") == read_regular(tmp_path / "b.csv") == b"x" * 3_000_000


def test_what_is_no_file_is_named(tmp_path: Path) -> None:
    """A folder, a pipe, a device, a missing file and an impossible name are refused in a sentence."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    for path, said in (
        (tmp_path, "is a folder, not a file"),
        (tmp_path / "pipe", "is a pipe (FIFO), not a file"),
        (Path("/dev/zero"), "is a device, not a file"),
        (tmp_path / "none.csv", f"there is no such file in {tmp_path}. Check"),
        (tmp_path / "none" / "a.csv", "there is no folder"),
        (tmp_path / "file" / "a.csv", "lies below something that is no folder"),
        (tmp_path / "loop", "can't be opened"),
        (tmp_path / ("x" * 300), "can't be opened"),
        (tmp_path / "a\x00b", "can't be opened"),
    ):
        with pytest.raises(UnreadableFileError) as caught:
            open_regular(path)
        assert said in str(caught.value)
        assert str(caught.value).startswith(str(path).replace("\x00", "\\x00"))
        assert "Errno" not in str(caught.value)


def test_what_may_not_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file without the right to read it is refused in a sentence."""

    def refused(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refused)
    with pytest.raises(UnreadableFileError, match="may not be read"):
        open_regular(tmp_path / "a")


def test_a_large_file_is_refused_by_its_size(tmp_path: Path) -> None:
    """A file of a terabyte, all of it holes, is refused unread; the message says how to raise the limit."""
    with (tmp_path / "a").open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(
        UnreadableFileError, match=r"1,099,511,627,776 bytes, and at most .*STANDBY_LIMIT_FILE_BYTES"
    ):
        read_regular(tmp_path / "a")


def test_limits_come_from_the_environment() -> None:
    """A variable overrides the default of a reader; what is no number above 0 is refused by name."""
    assert Limits.here({}, rows=5).rows == 5
    assert Limits.here({"STANDBY_LIMIT_ROWS": "7"}, rows=5).rows == 7
    assert Limits.here({"STANDBY_LIMIT_SECONDS": "0.5"}).seconds == 0.5
    for text in ("many", "0", "-3", "nan"):
        with pytest.raises(ValueError, match="STANDBY_LIMIT_SECONDS is"):
            Limits.here({"STANDBY_LIMIT_SECONDS": text})


def test_reading_ends_at_the_deadline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is still being read when the time is over is refused; a clock of the test decides."""
    (tmp_path / "a").write_bytes(b"x" * 5_000_000)
    monkeypatch.setattr(_deadline, "clock", Clock(4.0))
    with pytest.raises(UnreadableFileError, match=r"more than 10 seconds.*STANDBY_LIMIT_SECONDS"):
        read_regular(tmp_path / "a", deadline=Deadline(10.0))

    monkeypatch.setattr(_deadline, "clock", Clock(0.1))
    assert len(read_regular(tmp_path / "a", deadline=Deadline(10.0))) == 5_000_000


def test_members_are_unpacked_within_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Too many members, a large one, and more than the limit in all are refused by what they declare."""
    path = packed(tmp_path / "a.zip", {f"m{k}": b"0" * 1000 for k in range(30)})
    check_zip(path)
    for limits, said in (
        (Limits(members=20), "has 30 members, and at most 20 are read"),
        (Limits(member_bytes=999), "has 1,000 bytes in its member 'm0'"),
        (Limits(unpacked_bytes=29_999), "has 30,000 bytes when unpacked"),
    ):
        with pytest.raises(UnreadableFileError) as caught:
            check_zip(path, limits)
        assert said in str(caught.value)
    with open_zip(path) as archive, pytest.raises(UnreadableFileError, match="999"):
        read_member(path, archive, "m3", Limits(member_bytes=999))

    monkeypatch.setattr(_deadline, "clock", Clock(2.0))
    with open_zip(path) as archive, pytest.raises(UnreadableFileError, match="more than 1 seconds"):
        read_member(path, archive, "m3", deadline=Deadline(1.0))


def test_the_number_of_members_is_judged_before_they_are_listed(tmp_path: Path) -> None:
    """An archive of 70,000 members is refused by the number at its end."""
    path = packed(tmp_path / "a.zip", {f"{k}": b"" for k in range(70_000)})
    with pytest.raises(UnreadableFileError, match="has 70,000 members"):
        check_zip(path)
    data = bytearray(packed(tmp_path / "b.zip", {"a": b"1"}).read_bytes())
    struct.pack_into("<HH", data, len(data) - 14, 50_000, 50_000)
    (tmp_path / "b.zip").write_bytes(data)
    with pytest.raises(UnreadableFileError, match="has 50,000 members"):
        check_zip(tmp_path / "b.zip")


def test_damaged_archives_are_named(tmp_path: Path) -> None:
    """An archive cut anywhere, or with a byte changed anywhere, is read as it was or refused."""
    members = {"a": b"1,2\n" * 50, "b": os.urandom(200)}
    data = packed(tmp_path / "a.zip", members).read_bytes()
    path = tmp_path / "c.zip"
    read: set[bytes] = set()
    for k in range(len(data)):
        for made in (data[:k], data[:k] + bytes([data[k] ^ 0xFF]) + data[k + 1 :]):
            path.write_bytes(made)
            with suppress(UnreadableFileError), open_zip(path) as archive:
                read |= {read_member(path, archive, member) for member in archive.infolist()}
    assert read == set(members.values())


def test_a_cell_is_as_long_as_the_limit_says() -> None:
    """Cells longer than Python's reader takes by itself are read up to a limit that the refusal names."""
    text = "id,name\n1," + "x" * 200_000 + "\n"
    with cells_within("a.csv", Limits()):
        assert len(list(csv.reader(io.StringIO(text)))[1][1]) == 200_000
    with pytest.raises(UnreadableFileError) as caught, cells_within("a.csv", Limits(cell_characters=99)):
        list(csv.reader(io.StringIO(text)))
    assert "has a cell of more than 99 characters. Close the double quote" in str(caught.value)
    assert "STANDBY_LIMIT_CELL_CHARACTERS" in str(caught.value)
    assert csv.field_size_limit() == 131_072


def test_tables_have_a_shape_that_is_read() -> None:
    """Columns, rows and their product each have a limit."""
    check_shape("a.csv", 1_000_000, 20)
    for rows, columns, said in (
        (1, 1_000_000, "1,000,000 columns in sheet 'X'"),
        (5_000_000, 1, "5,000,000 rows"),
        (1_048_576, 9_999, "cells"),
    ):
        with pytest.raises(UnreadableFileError) as caught:
            check_shape("a.csv", rows, columns, of="in sheet 'X'")
        assert said in str(caught.value)
