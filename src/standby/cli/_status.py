"""Exit status and messages: 0 done, 1 failed, 2 bad input."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import typer

from standby._characters import printable
from standby._writing import sentence
from standby.cli._print import complain, dump
from standby.plan import PlanError

USERS = frozenset({errno.ENAMETOOLONG, errno.EROFS, errno.ELOOP, errno.EISDIR})
"""What a user can put right by naming another folder."""

FAILED = 1
BAD_INPUT = 2


@contextmanager
def told(*, json: bool) -> Iterator[None]:
    """Turn what a user can mend into a message and status 2, and what can't be done into status 1.

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
    except MemoryError as error:
        _leave(f"standby: {memory(error)}", FAILED, json=json)
    except (FileExistsError, FileNotFoundError, NotADirectoryError, PermissionError, ValueError) as error:
        _leave(f"standby: {_words(error)}", BAD_INPUT, json=json)
    except (BrokenPipeError, typer.Exit):  # typer.Exit is a RuntimeError, and has its message behind it
        raise
    except OSError as error:
        status = BAD_INPUT if error.errno in USERS else FAILED
        _leave(f"standby: {_words(error)}", status, json=json)
    except (RuntimeError, ImportError, ArithmeticError) as error:
        _leave(f"standby: {error}", FAILED, json=json)
    except KeyboardInterrupt:
        _leave("standby: stopped", FAILED, json=json)


def _words(error: Exception) -> str:
    """Return an error in a sentence, one of the system's with its remedy."""
    return sentence(error) if isinstance(error, OSError) else str(error)


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
