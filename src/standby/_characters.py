r"""Characters that do something instead of being read: where they may stand, and how they are shown.

Three kinds matter. Characters that a terminal obeys, or that hide or reverse text, are printed spelled out
(`printable`). Of these, controls and overrides of direction stand in no text in good faith: a plan that has
them is refused, and what is made from files of others is written without them (`without_controls`). Text that
a spreadsheet program would take for a formula is reported, or gets an apostrophe (`is_formula`).
"""

from __future__ import annotations

import re

UNPRINTABLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e0fff]"
)
"""C0 and C1 controls and delete; soft hyphen; marks and overrides of direction; characters that join others,
are invisible or end lines; halves of characters; tags."""

CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""C0 controls except tab and line feed, delete, C1 controls; embeddings, overrides, isolates of direction."""

FORMULA_SIGNS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
"""Characters at the start of a text that make a spreadsheet take it for a formula."""

BLANKS = ("\t", "\n")
"""Characters that a spreadsheet drops at the start of a cell, so that a formula may follow."""


def printable(text: str, *, keep: str = "") -> str:
    r"""Return a text in which characters that a terminal would obey are spelled out, as ``\x1b``.

    Parameters
    ----------
    text
        A text from any source.
    keep
        Characters that are meant to do what they do: the line ends of a heading or a message.

    Examples
    --------
    >>> print(printable(f"a{chr(27)}[31m"))
    a\x1b[31m
    """

    def spell_out(match: re.Match[str]) -> str:
        character = match[0]
        return character if character in keep else repr(character)[1:-1]

    return UNPRINTABLE.sub(spell_out, text)


def controls_in(text: str) -> list[str]:
    """Return the controls in a text by their names in Unicode, each once.

    Examples
    --------
    >>> controls_in(f"a{chr(27)}[31m"), controls_in("Castell-nedd")
    (['U+001B'], [])
    """
    return [f"U+{ord(character):04X}" for character in dict.fromkeys(CONTROLS.findall(text))]


def without_controls(text: str) -> str:
    """Return a text without its controls.

    Examples
    --------
    >>> without_controls(f"Swansea{chr(0x202E)}{chr(7)}")
    'Swansea'
    """
    return CONTROLS.sub("", text)


def is_formula(text: str) -> bool:
    """Return whether a spreadsheet program would take a text for a formula.

    Examples
    --------
    >>> is_formula("=1+1"), is_formula(" @A1"), is_formula("Stoke-on-Trent")
    (True, True, False)
    """
    return text.startswith(BLANKS) or text.lstrip().startswith(FORMULA_SIGNS)


__all__ = ["CONTROLS", "UNPRINTABLE", "controls_in", "is_formula", "printable", "without_controls"]
