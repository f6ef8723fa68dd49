"""The only place that puts files of ours where others look: whole or not at all.

New contents are made in a *stage*, a folder beside their place that only its owner may enter:
``.NAME.1a2b3c4d.standby``, with the new contents in ``new``. Two renames put them in place, the first of
which moves what stood there to ``old``, in the stage. A run that is stopped cleans up after itself. After one
that is killed, the next run for the same place does: it puts back what stood there, if its place is empty,
and removes the stage. A stage that is still being written is known by the lock on it.
"""

from __future__ import annotations

import errno
import os
import re
import secrets
import shutil
import signal
import stat
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from standby._refusals import Refusal

try:
    import fcntl
except ImportError:  # Windows has no such locks: there the last run to begin cleans up after all others
    fcntl = None  # type: ignore[assignment]

NEW, OLD = "new", "old"
"""Names in a stage: of what is made, and of what stood in its place."""

LONGEST_NAME = 200
"""Characters, and bytes, of a name that the name of its stage repeats: file systems take 255 bytes."""


class ChangedError(Refusal):
    """A file that was to be replaced was changed since it was read."""


@contextmanager
def whole_folder(
    place: Path, *, before_move: Callable[[Path], None] | None = None, private: bool = False
) -> Iterator[Path]:
    """Give an empty folder to write into, and move it to its place when all is written.

    What stood there is removed once the new folder is in place.

    Parameters
    ----------
    place
        Where the folder goes; a link to a folder is followed.
    before_move
        Called with the finished folder; if it raises, the place is left as it was.
    private
        Whether only its owner may enter it and read its files; otherwise they have the usual rights, given by
        the process's umask.

    Yields
    ------
    Path
        Where to write.
    """
    target = _real(place)
    with _stage_beside(target) as stage:
        made = stage / NEW
        made.mkdir()
        yield made

        if before_move is not None:
            before_move(made)
        if private:
            _for_owner_alone(made)
        _move(stage, target)


def _for_owner_alone(folder: Path) -> None:
    """Take all rights to a folder and what is in it from everybody but its owner."""
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o700 if path.is_dir() else 0o600)


def replace_file(path: Path, data: bytes, *, was: bytes) -> None:
    """Replace what is in a file in one step, unless somebody else changed it meanwhile.

    Parameters
    ----------
    path
        The file; a link to one is followed.
    data, was
        Its new contents, and those that it had when it was read.

    Raises
    ------
    ChangedError
        If it has other contents by now; it is left as it is.
    """
    target = _real(path)
    with _stage_beside(target) as stage:
        made = stage / NEW
        with made.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        shutil.copymode(target, made)

        with _alone_in(target.parent):
            if target.read_bytes() != was:
                what = f"{path} was changed meanwhile, by you or another run, and nothing was written"
                raise ChangedError(what, "try again")
            made.replace(target)


def check_replaceable(path: Path) -> None:
    """Refuse a file that can't be replaced, before anything is computed for it.

    Parameters
    ----------
    path
        A file that exists.

    Raises
    ------
    PermissionError
        If it, or its folder, may not be written to, or its disk can only be read.
    """
    target = _real(path)
    if not os.access(target, os.W_OK):
        raise PermissionError(f"{path} may not be written to; ask for the right to, or work on a copy")

    # A file is replaced by renaming another, which takes rights to its folder.
    if not os.access(target.parent, os.W_OK | os.X_OK):
        raise PermissionError(
            f"{target.parent} may not be written to; ask for the right to, or work on a copy"
        )


def check_place(place: Path) -> None:
    """Refuse a place where nothing can be made, before anything is computed for it.

    Parameters
    ----------
    place
        Where a folder is to go; the folders above it need not exist yet.

    Raises
    ------
    PermissionError
        If the system makes nothing there, as in ``/proc``.
    """
    parent = _real(place).parent
    while not parent.exists():
        parent = parent.parent

    # Its name is not that of a stage: a run that writes there would clean it away.
    probe = parent / f".{secrets.token_hex(8)}.standby-try"
    try:
        probe.mkdir(mode=0o700)
        probe.rmdir()
    except OSError as error:
        if error.errno in SENTENCES and error.errno != errno.ENOENT:
            raise
        raise PermissionError(f"nothing can be made in {parent}; {ANOTHER}") from None


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """Give a temporary folder that only its owner may enter, and remove it in the end."""
    with _stopped_in_order() as stop:
        folder = None
        try:
            folder = Path(tempfile.mkdtemp())
            yield folder
        finally:
            stop.must_wait = True
            if folder is not None:
                shutil.rmtree(folder, ignore_errors=True)


def recover(place: Path) -> None:
    """Put back what a killed run took away from a place, and remove what it left beside it.

    Parameters
    ----------
    place
        Where it was to write. What a run is still writing is left alone, and so are files of other users.
    """
    with suppress(OSError):
        target = _real(place)
        if _stages(target):
            with _alone_in(target.parent):
                _clean(target)


# Stages


def _real(place: Path) -> Path:
    """Return a place with links followed; raise OSError for a link that leads in a circle."""
    try:
        return place.resolve()
    except RuntimeError:  # before Python 3.13
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(place)) from None


@contextmanager
def _stage_beside(target: Path) -> Iterator[Path]:
    """Give a new stage, and remove it in the end; if nothing took its place, what stood there is put back."""
    stage = target.parent / f"{_beginning(target)}{secrets.token_hex(4)}.standby"
    lock = None

    with _stopped_in_order() as stop:
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with _alone_in(target.parent):
                _clean(target)
                stage.mkdir(mode=0o700)
                lock = _locked(stage)

            yield stage
        finally:
            # A signal from here on waits: cleaning up must not be cut short.
            stop.must_wait = True
            with _alone_in(target.parent):  # between the two renames of another writer the place is empty
                _put_back(stage, target)
            shutil.rmtree(stage, ignore_errors=True)
            if lock is not None:
                os.close(lock)


def _beginning(target: Path) -> str:
    """Return how the names of a place's stages begin."""
    # Cut in bytes, since that is what file systems limit; a character that is cut in two is dropped.
    name = target.name[:LONGEST_NAME].encode()[:LONGEST_NAME].decode(errors="ignore")
    return f".{name}."


def _stages(target: Path) -> list[Path]:
    """Return the stages of a place: folders of our user with nothing in them but our two names."""
    if not target.parent.is_dir():
        return []

    name = re.compile(re.escape(_beginning(target)) + r"[0-9a-f]{8}\.standby")
    return sorted(path for path in target.parent.iterdir() if name.fullmatch(path.name) and _is_ours(path))


def _is_ours(stage: Path) -> bool:
    """Return whether a folder is our user's, and has nothing in it but our two names."""
    status = stage.lstat()
    is_own = not hasattr(os, "geteuid") or status.st_uid == os.geteuid()
    return is_own and stat.S_ISDIR(status.st_mode) and {path.name for path in stage.iterdir()} <= {NEW, OLD}


def _clean(target: Path) -> None:
    """Put back and remove what runs left that were killed."""
    for stage in _stages(target):
        lock = _locked(stage)
        if lock is None and fcntl is not None:
            continue  # a run is writing there

        try:
            _put_back(stage, target)
            shutil.rmtree(stage, ignore_errors=True)
        finally:
            if lock is not None:
                os.close(lock)


def _put_back(stage: Path, target: Path) -> None:
    """Put what stood in a place back there, unless something else stands there now."""
    old = stage / OLD
    if os.path.lexists(old) and not os.path.lexists(target):
        old.rename(target)


def _move(stage: Path, target: Path) -> None:
    """Put what was made in its place, and what stood there into the stage."""
    with _alone_in(target.parent):
        if os.path.lexists(target):
            target.rename(stage / OLD)

        try:
            (stage / NEW).rename(target)
        except OSError:
            _put_back(stage, target)
            raise


# Locks and signals


def _locked(folder: Path) -> int | None:
    """Return a descriptor that locks a folder until it is closed or its process ends; None if it is taken."""
    if fcntl is None:
        return None

    number = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(number)
        return None
    return number


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Wait until no other run moves anything in a folder, which takes a moment, and keep others waiting."""
    number = None
    if fcntl is not None:
        with suppress(OSError):  # some network drives have no locks; there the last run to move wins
            number = os.open(folder, os.O_RDONLY)
            fcntl.flock(number, fcntl.LOCK_EX)

    try:
        yield
    finally:
        if number is not None:
            os.close(number)


@dataclass
class _Stop:
    """How a request to end is handled.

    Parameters
    ----------
    must_wait
        Whether a request waits, because cleaning up is under way.
    waiting
        Number of the signal that waits, 0 when none does.
    """

    must_wait: bool = False
    waiting: int = 0


@contextmanager
def _stopped_in_order() -> Iterator[_Stop]:
    """Leave with the usual clean-up when the process is asked to end, while something is being written.

    At other times there is nothing to clean up, and the process ends at once as ever.
    """
    stop = _Stop()

    # Python sets handlers in the main thread only; those that somebody else has set are left alone.
    handled = []
    if threading.current_thread() is threading.main_thread():
        for name in ("SIGTERM", "SIGHUP"):
            number = getattr(signal, name, None)  # Windows has no SIGHUP
            if number is not None and signal.getsignal(number) is signal.SIG_DFL:
                handled.append(number)

    def leave(number: int, _frame: Any) -> None:
        """Leave with the usual clean-up, or once the clean-up that is under way is done."""
        if stop.must_wait:
            stop.waiting = number
            return
        stop.must_wait = True
        raise SystemExit(128 + number)  # the exit status that a shell gives a process ended by a signal

    for number in handled:
        signal.signal(number, leave)
    try:
        yield stop
    finally:
        for number in handled:
            signal.signal(number, signal.SIG_DFL)

    if stop.waiting:
        raise SystemExit(128 + stop.waiting)


# Sentences

ANOTHER = "name another folder"
SENTENCES: dict[int, str] = {
    errno.ENOSPC: f"the disk is full; free some space, or {ANOTHER}, on another disk",
    errno.EROFS: f"the disk can only be read; {ANOTHER}",
    errno.EACCES: f"it may not be written to or read; ask for the right to, or {ANOTHER}",
    errno.EPERM: f"it may not be changed; ask for the right to, or {ANOTHER}",
    errno.ENAMETOOLONG: "the name is too long for this disk; give a shorter one",
    errno.ENOENT: "it is not there, or was moved away meanwhile; look for it, and try again",
    errno.ENOTDIR: "a part of the path is a file, not a folder; check its name",
    errno.EISDIR: "it is a folder, not a file; check its name",
    errno.ELOOP: "it is a link that leads in a circle; name the folder itself",
    errno.ENOTEMPTY: f"something else was put there meanwhile; look at it, or {ANOTHER}",
    errno.EEXIST: f"something else is there already; look at it, or {ANOTHER}",
    errno.EBUSY: f"it is in use, or is a disk of its own; name a folder inside it, or {ANOTHER}",
    errno.EXDEV: f"it lies on two disks; {ANOTHER}",
    errno.EMFILE: "too many files are open; end other programs, or ask for fewer workers (--workers 1)",
    errno.ENFILE: "too many files are open; end other programs",
    errno.EIO: "the disk did not answer; check it, and try again",
    errno.EINVAL: f"the system does not take such a name; {ANOTHER}",
}
"""What went wrong and what to do, by the system's number of the error."""

if hasattr(errno, "EDQUOT"):
    SENTENCES[errno.EDQUOT] = f"your share of the disk is full; free some space, or {ANOTHER}"


def sentence(error: OSError) -> str:
    """Return an error of the system as a sentence that names the file and says what to do.

    Parameters
    ----------
    error
        As Python raised it; one that has a sentence of ours already is returned as it is.
    """
    if error.errno is None:
        return str(error)

    words = SENTENCES.get(error.errno, f"{error.strerror}; check it, or {ANOTHER}")
    file = error.filename2 if error.filename2 is not None else error.filename
    if file is None:
        return words
    if isinstance(file, (str, bytes)):
        file = _shown(os.fsdecode(file))
    return f"{file}: {words}"


def _shown(path: str) -> str:
    """Return a path as its user knows it: the place that a stage is for, in place of the stage."""
    path = re.sub(r"(^|[\\/])\.([^\\/]+)\.[0-9a-f]{8}\.standby([\\/](new|old))?(?=[\\/]|$)", r"\1\2", path)
    return path if len(path) <= 300 else f"{path[:150]}…{path[-100:]}"


__all__ = [
    "ChangedError",
    "check_place",
    "check_replaceable",
    "recover",
    "replace_file",
    "scratch_folder",
    "sentence",
    "whole_folder",
]
