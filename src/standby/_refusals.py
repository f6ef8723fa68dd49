"""Refusals say what is wrong and what would be right: the common base of all errors that a user can fix.

::

    Refusal (a ValueError)     input or a request that cannot be used as it is
    └── Fault                  one with a place: file, row, field

Rooms derive their own errors from `Refusal`. Any other ``ValueError``, NumPy's for example, is a defect of
Standby and not of the input; the command line says so.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Collection

Code = Literal[
    "missing-file", "unreadable", "encoding", "syntax", "empty-table", "missing-column", "unknown-column",
    "missing-value", "not-a-number", "not-whole", "bad-word", "out-of-range", "bad-figure", "bad-field",
    "bad-hours",
    "duplicate-id", "unknown-reference", "unknown-source", "swapped-position", "outside-extent", "population",
    "cyclic-substitution", "same-as-base", "bad-path", "overlap", "not-checked",
    "against-rule",
]  # fmt: skip
"""Kinds of fault, stable for programs."""

SHOWN_LENGTH = 60
"""Characters of a wrong value that a fault repeats."""

LONGEST_PLACE = 400
"""Characters of a place that a line shows: keys may be of any length."""

MOST_COMPARED = 500
"""Names up to which a wrong one is compared with all of them; of more, only with those that begin alike."""


class Refusal(ValueError):  # noqa: N818 - the word of the house, and of every error derived from it
    """Input or a request that cannot be used as it is.

    Parameters
    ----------
    what
        What is wrong, with the value that is.
    fix
        What would be right.
    subject
        What it is about: a file, a field, a parameter; empty where `what` says so itself.
    code
        Kind of refusal, stable for programs.
    """

    code: str = "refused"

    def __init__(self, what: str, fix: str = "", *, subject: str = "", code: str | None = None) -> None:
        super().__init__(what, fix)
        self.what = what
        self.fix = fix
        self.subject = subject
        self.code = type(self).code if code is None else code

    def __str__(self) -> str:
        """Return the refusal as one sentence, or two if the fix is a sentence of its own."""
        text = f"{self.subject}: {self.what}" if self.subject else self.what
        if not self.fix:
            return text
        if not self.fix[0].isupper():
            return f"{text}; {self.fix}"
        end = "" if self.fix.endswith((".", "?")) else "."
        return f"{text.removesuffix('.')}. {self.fix}{end}"


class UnknownNameError(Refusal, KeyError):
    """A name that is not among those there are."""


@dataclass(eq=True, unsafe_hash=True)
class Fault(Refusal):
    """One thing that is wrong with a file, and where.

    Parameters
    ----------
    file
        File in the plan's folder.
    where
        Row (``"row 7"``, counted as a spreadsheet does, the heading being row 1) or key.
    field
        Column or field; empty when the whole row or file is meant.
    what, fix
        What is wrong, and what would be right: a sentence of its own.
    code
        Kind of fault, stable for programs.
    """

    file: str
    where: str
    field: str
    what: str
    fix: str
    code: Code

    def __post_init__(self) -> None:
        places = (self.file, self.where, self.field)
        self.subject = ", ".join(cut_off(place, LONGEST_PLACE) for place in places if place)

    def __str__(self) -> str:
        """Return the fault as one line."""
        return f"{self.subject}: {self.what.removesuffix('.')}. {self.fix}"

    def __reduce__(self) -> tuple[type[Fault], tuple[str, ...]]:
        return type(self), (self.file, self.where, self.field, self.what, self.fix, self.code)

    def as_dict(self) -> dict[str, Any]:
        """Return plain containers, ready for JSON."""
        return {name: getattr(self, name) for name in ("file", "where", "field", "what", "fix", "code")}


def shown(value: object) -> str:
    """Return a wrong value as a fault shows it: text in quotes, long values cut off.

    Parameters
    ----------
    value
        What somebody wrote.
    """
    try:
        text = str(value).lower() if isinstance(value, bool) else repr(value)
    except ValueError:  # Python writes no whole number of thousands of digits
        text = "a number of thousands of digits"

    if isinstance(value, (dt.date, dt.time)):
        text = value.isoformat()
    if isinstance(value, dict):
        text = f"a table with {', '.join(map(str, value)) or 'nothing in it'}"

    return cut_off(text)


def cut_off(text: str, longest: int = SHOWN_LENGTH) -> str:
    """Return a text, cut off where it is too long to be repeated.

    Parameters
    ----------
    text
        The text.
    longest
        Characters that are kept.
    """
    return text if len(text) <= longest else f"{text[:longest]}…"


class UnableError(Exception):
    """What can't be done, though nothing is wrong with what was given: too little time, a part not installed.

    It is raised on purpose, with a message for whoever asked; any other exception but a `Refusal`, and those
    of the system, is a defect.
    """


class MissingExtraError(UnableError, ImportError):
    """A part of Standby that is installed on request is not there.

    Parameters
    ----------
    needed_for
        What needs it, as the beginning of a sentence.
    extra
        The optional part of the package.
    otherwise
        What the user can do without it, after "or".

    Attributes
    ----------
    what, fix
        What is wrong and what would be right, as a `Refusal` has them.
    """

    def __init__(self, needed_for: str, extra: str, otherwise: str = "") -> None:
        self.what = needed_for
        self.extra = extra
        self.otherwise = otherwise
        self.fix = f"I{install(extra)[1:]}" + (otherwise and f"; or {otherwise}")
        super().__init__(f"{needed_for}. {self.fix}")

    def __reduce__(self) -> tuple[type[MissingExtraError], tuple[str, str, str]]:
        return type(self), (self.what, self.extra, self.otherwise)


def install(extra: str) -> str:
    """Return how a part of Standby that is missing is installed, as a fix.

    Parameters
    ----------
    extra
        The optional part of the package.
    """
    return f"install the extra: pip install 'standby[{extra}]'"


def alike(name: str, known: Collection[str], *, cutoff: float = 0.6, most: int = 3) -> list[str]:
    """Return the known names that were probably meant, the likeliest first.

    Parameters
    ----------
    name
        What was written.
    known
        What might have been meant.
    cutoff
        How like it must be, from 0 to 1.
    most
        Names returned at most.
    """
    if len(known) > MOST_COMPARED:  # comparing letter by letter takes long
        known = [other for other in known if other[:1] == name[:1] and abs(len(other) - len(name)) <= 2]

    return get_close_matches(name, sorted(known)[:MOST_COMPARED], most, cutoff)


def closest(name: str, known: Collection[str], *, cutoff: float = 0.6) -> str | None:
    """Return the known name that was probably meant, None where none is like it; see `alike`."""
    return next(iter(alike(name, known, cutoff=cutoff, most=1)), None)


def meant(name: str, known: Collection[str], *, cutoff: float = 0.6) -> str:
    """Return ``Did you mean 'this'?``, or nothing where no known name is like it; see `alike`."""
    return did_you_mean(closest(name, known, cutoff=cutoff))


def did_you_mean(*names: str | None) -> str:
    """Return ``Did you mean 'this'?``, or nothing without a name; for who found the likely names already."""
    likely = [repr(name) for name in names if name]
    return f"Did you mean {', '.join(likely)}?" if likely else ""


__all__ = [
    "Code",
    "Fault",
    "MissingExtraError",
    "Refusal",
    "UnableError",
    "UnknownNameError",
    "alike",
    "closest",
    "cut_off",
    "did_you_mean",
    "install",
    "meant",
    "shown",
]
