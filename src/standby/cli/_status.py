"""Exit status and messages: 0 done, 1 failed, 2 bad input."""

from __future__ import annotations

import errno
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

import typer

import standby
from standby._characters import printable
from standby._refusals import Refusal, UnableError
from standby._writing import sentence
from standby.cli._print import complain, dump
from standby.plan import PlanError

CAN_BE_FIXED = frozenset({errno.ENAMETOOLONG, errno.EROFS, errno.ELOOP, errno.EISDIR})
"""Errors of the system that a user fixes by naming another folder."""

HOME = Path(standby.__file__).parent
"""Where the package lies."""

LONGEST_ERROR = 300
"""Characters of an unexpected error that are repeated."""

FAILED = 1
BAD_INPUT = 2


@contextmanager
def errors_reported(*, json: bool) -> Iterator[None]:
    """Turn what a user can fix into a message and status 2, what can't be done or is our defect into 1.

    Parameters
    ----------
    json
        Print the message as a JSON object as well; of a refusal, what is wrong and the fix stand apart there.
    """
    try:
        yield
    except PlanError as error:
        faults = [fault.as_dict() for fault in error.faults]
        head, *rest = str(error).splitlines()
        leave("\n".join([head, *map(printable, rest)]), BAD_INPUT, json=json, faults=faults)
    except Refusal as error:
        parts = {"subject": error.subject, "what": error.what, "fix": error.fix, "code": error.code}
        leave(f"standby: {error}", BAD_INPUT, json=json, **parts)
    except MemoryError as error:
        leave(f"standby: {memory(error)}", FAILED, json=json)

    # What the system refuses has a sentence of its own.
    except (FileExistsError, FileNotFoundError, NotADirectoryError, PermissionError) as error:
        leave(f"standby: {sentence(error)}", BAD_INPUT, json=json)
    except (BrokenPipeError, typer.Exit):  # typer.Exit is a RuntimeError, and has its message behind it
        raise
    except OSError as error:
        status = BAD_INPUT if error.errno in CAN_BE_FIXED else FAILED
        leave(f"standby: {sentence(error)}", status, json=json)

    except UnableError as error:
        leave(f"standby: {error}", FAILED, json=json)
    except KeyboardInterrupt:
        leave("standby: stopped", FAILED, json=json)

    # Whatever else comes so far was not meant to.
    except Exception as error:  # noqa: BLE001
        leave(f"standby: {defect(error)}", FAILED, json=json)


def defect(error: Exception) -> str:
    """Return in a sentence that an error is a defect of Standby, with what its makers need to find it."""
    frames = [(Path(frame.filename), frame.lineno) for frame in traceback.extract_tb(error.__traceback__)]
    ours = [(path.relative_to(HOME), line) for path, line in frames if path.is_relative_to(HOME)]
    at = f", {ours[-1][0].as_posix()} line {ours[-1][1]}" if ours else ""

    first_line = (str(error).splitlines() or [""])[0]
    text = printable(first_line[:LONGEST_ERROR])
    return (
        f"this is a defect of Standby, not of what you gave it ({type(error).__name__}: {text}{at}); please "
        "report it with the command and, if you may, the plan"
    )


def memory(error: MemoryError) -> str:
    """Return in a sentence that there is too little memory, with what was asked for when that is known."""
    asked = f" ({error})" if str(error) else ""
    return (
        f"there is too little memory for this{asked}; end other programs, ask for fewer draws (--draws) and "
        "workers (--workers 1), or take a machine with more"
    )


def leave(message: str, status: int, *, json: bool, **more: Any) -> NoReturn:
    """Leave with a message on standard error, and as a JSON object on standard output where asked.

    Parameters
    ----------
    message
        What is wrong, and the fix.
    status
        Exit status.
    json
        Whether to print the object.
    **more
        What else the object holds.
    """
    complain(message)
    if json:
        dump({"error": message, **more})
    raise typer.Exit(status) from None
