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
from standby._refusals import Refusal
from standby._writing import sentence
from standby.cli._print import complain, dump
from standby.plan import PlanError

USERS = frozenset({errno.ENAMETOOLONG, errno.EROFS, errno.ELOOP, errno.EISDIR})
"""What a user can put right by naming another folder."""

HOME = Path(standby.__file__).parent
"""Where the package lies."""

MOST_SAID = 300
"""Characters of an unexpected error that are repeated."""

FAILED = 1
BAD_INPUT = 2


@contextmanager
def told(*, json: bool) -> Iterator[None]:
    """Turn what a user can put right into a message and status 2, what can't be done or is our defect into 1.

    Parameters
    ----------
    json
        Print the message as a JSON object as well.
    """
    try:
        yield
    except PlanError as error:
        faults = [fault.as_dict() for fault in error.faults]
        head, *rest = str(error).splitlines()
        _leave("\n".join([head, *map(printable, rest)]), BAD_INPUT, json=json, faults=faults)
    except Refusal as error:
        _leave(f"standby: {error}", BAD_INPUT, json=json)
    except MemoryError as error:
        _leave(f"standby: {memory(error)}", FAILED, json=json)
    except (FileExistsError, FileNotFoundError, NotADirectoryError, PermissionError) as error:
        _leave(f"standby: {sentence(error)}", BAD_INPUT, json=json)
    except (BrokenPipeError, typer.Exit):  # typer.Exit is a RuntimeError, and has its message behind it
        raise
    except OSError as error:
        status = BAD_INPUT if error.errno in USERS else FAILED
        _leave(f"standby: {sentence(error)}", status, json=json)
    except (ValueError, LookupError, TypeError, AttributeError, AssertionError) as error:
        _leave(f"standby: {defect(error)}", FAILED, json=json)
    except (RuntimeError, ImportError, ArithmeticError) as error:
        _leave(f"standby: {error}", FAILED, json=json)
    except KeyboardInterrupt:
        _leave("standby: stopped", FAILED, json=json)


def defect(error: Exception) -> str:
    """Return in a sentence that an error is a defect of Standby, with what its makers need to find it."""
    frames = [(Path(frame.filename), frame.lineno) for frame in traceback.extract_tb(error.__traceback__)]
    ours = [(path.relative_to(HOME), line) for path, line in frames if path.is_relative_to(HOME)]
    at = f", {ours[-1][0].as_posix()} line {ours[-1][1]}" if ours else ""
    said = printable((str(error).splitlines() or [""])[0][:MOST_SAID])
    return (
        f"this is a defect of Standby, not of what you gave it ({type(error).__name__}: {said}{at}); please "
        "report it with the command and, if you may, the plan"
    )


def memory(error: MemoryError) -> str:
    """Return in a sentence that there is too little memory, with what was asked for when that is known."""
    asked = f" ({error})" if str(error) else ""
    return (
        f"there is too little memory for this{asked}; end other programs, ask for fewer draws (--draws) and "
        "workers (--workers 1), or take a machine with more"
    )


def bad(message: str, *, json: bool) -> NoReturn:
    """Leave with a message and status 2."""
    _leave(f"standby: {message}", BAD_INPUT, json=json)


def _leave(message: str, status: int, *, json: bool, **more: Any) -> NoReturn:
    complain(message)
    if json:
        dump({"error": message, **more})
    raise typer.Exit(status) from None
