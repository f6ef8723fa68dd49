"""Exit status and messages: 0 done, 1 failed, 2 bad input."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import typer

from standby.cli._print import dump
from standby.plan import PlanError

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
        _leave(str(error), BAD_INPUT, json=json, faults=faults)
    except (FileExistsError, FileNotFoundError, NotADirectoryError, PermissionError, ValueError) as error:
        _leave(f"standby: {error}", BAD_INPUT, json=json)
    except (BrokenPipeError, typer.Exit):  # typer.Exit is a RuntimeError, and has its message behind it
        raise
    except (OSError, RuntimeError, ImportError, ArithmeticError, MemoryError) as error:
        _leave(f"standby: {error}", FAILED, json=json)
    except KeyboardInterrupt:
        _leave("standby: stopped", FAILED, json=json)


def bad(message: str, *, json: bool) -> NoReturn:
    """Leave with a message and status 2."""
    _leave(f"standby: {message}", BAD_INPUT, json=json)


def _leave(message: str, status: int, *, json: bool, **more: Any) -> NoReturn:
    typer.echo(message, err=True)
    if json:
        dump({"error": message, **more})
    raise typer.Exit(status) from None
