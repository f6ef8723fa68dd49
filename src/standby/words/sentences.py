"""Sentences as templates with typed holes: whoever shows one writes its numbers, and nobody reads them back.

A hole holds text, a number with the place where it stands in the tables, the two ends of an interval, or a
phrase with holes of its own. Terminal, page and file fill the same template with the same writers.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from string import Formatter
from typing import Self

from standby._show import Shown
from standby.words import numbers
from standby.words.numbers import Kind


@dataclass(frozen=True)
class Number(Shown):
    """A number of a sentence, what it is, and where it stands.

    Parameters
    ----------
    value
        The number.
    kind
        What it is, which says how it is written.
    table, key, column
        Table, the columns and values that pick its row, and the column.
    signed
        Whether a rise is written with its sign.
    stated
        Whether a planner stated it: it is rounded in no edition, and written with all of its digits.
    """

    value: float
    kind: Kind
    table: str
    key: tuple[tuple[str, str], ...]
    column: str
    signed: bool = False
    stated: bool = False

    def written(self, value: float, *, limit_min: float = math.inf, rounded: bool = False) -> str:
        """Return the number as a sentence has it; the sentence itself says that minutes are minutes.

        Parameters
        ----------
        value
            The number as the reader's edition has it.
        limit_min
            Longest time that is told apart from never [min].
        rounded
            Whether it was rounded as the public edition does.
        """
        if self.stated:
            return numbers.stated(self.kind, unit_beside=True)(value)

        write = numbers.writer(self.kind, limit_min=limit_min, rounded=rounded, unit_beside=True)
        return numbers.change(value, write) if self.signed else write(value)


Write = Callable[[Number], str]
"""Writes a number of a sentence, as one edition has it."""


def _own_value(number: Number) -> str:
    """Write a number with its own value, unrounded."""
    return number.written(number.value)


@dataclass(frozen=True)
class Interval(Shown):
    """The ends of an interval, in brackets after a number; nothing where they are written alike.

    Parameters
    ----------
    low, high
        The ends.
    unit
        Said after them, e.g. ``points``.
    """

    low: Number
    high: Number
    unit: str = ""

    def said(self, write: Write) -> str:
        """Return the interval in words.

        Parameters
        ----------
        write
            Writes a number.
        """
        low, high = (_in_words(write(end)) for end in (self.low, self.high))
        unit = f" {self.unit}" if self.unit else ""
        return "" if low == high else f" ({low} to {high}{unit})"


@dataclass(frozen=True)
class Phrase(Shown):
    """A template and what fills its holes.

    Parameters
    ----------
    template
        Words, with the name of each hole in braces.
    holes
        What fills them.
    tells
        Holes whose numbers say something together. Where rounding empties them, so that one is nought or
        several are alike, the phrase gives way.
    instead
        What is true then.
    optional
        Whether what it is part of stays true without it, for a reader who may not have its numbers.
    """

    template: str
    holes: Mapping[str, str | Number | Interval | Phrase] = field(default_factory=dict)
    tells: tuple[str, ...] = ()
    instead: str = ""
    optional: bool = False

    @property
    def numbers(self) -> tuple[Number, ...]:
        """Its numbers, in the order of the text."""
        return tuple(self._numbers())

    def _gives_way(self, write: Write) -> bool:
        """Return whether rounding empties what the phrase tells."""
        telling = (self.holes[name] for name in self.tells)
        written = [write(number) for number in telling if isinstance(number, Number)]
        return bool(self.tells) and _says_nothing(written)

    def _numbers(self) -> Iterator[Number]:
        """Yield the numbers that stand in the text, in its order."""
        if self._gives_way(_own_value):
            return

        for _, hole in self._pieces():
            if isinstance(hole, Number):
                yield hole
            elif isinstance(hole, Interval):
                if hole.said(_own_value):  # else it is not in the text
                    yield from (hole.low, hole.high)
            elif isinstance(hole, Phrase):
                yield from hole._numbers()

    def said(self, write: Write) -> str:
        """Return the phrase with its holes filled.

        Parameters
        ----------
        write
            Writes a number.
        """
        if self._gives_way(write):
            return self.instead

        text = ""
        for words, hole in self._pieces():
            text += words
            if isinstance(hole, Number):
                text += _in_words(write(hole))
            elif isinstance(hole, str):
                text += hole
            elif hole is not None:
                text += hole.said(write)
        return text

    def only(self, stands: Callable[[Number], bool]) -> Self:
        """Return the phrase without intervals and optional parts whose numbers a reader may not have.

        Parameters
        ----------
        stands
            Whether the reader may have a number.
        """
        holes = dict(self.holes)
        for name, hole in self.holes.items():
            if isinstance(hole, Interval) and not (stands(hole.low) and stands(hole.high)):
                holes[name] = ""
            elif isinstance(hole, Phrase):
                part = hole.only(stands)
                holes[name] = part.instead if part.optional and not all(map(stands, part.numbers)) else part
        return replace(self, holes=holes)

    @property
    def words(self) -> str:
        """What stands around its numbers, with a space for each of them."""
        return "".join(self._words())

    def _words(self) -> Iterator[str]:
        """Yield what stands around the numbers, and a space for each of them."""
        for words, hole in self._pieces():
            yield words
            if isinstance(hole, str):
                yield hole
            elif isinstance(hole, Phrase):
                yield from hole._words()
            elif hole is not None:
                yield " "

    def _pieces(self) -> Iterator[tuple[str, str | Number | Interval | Phrase | None]]:
        """Yield the words before each hole, and the hole; None after the last words."""
        for words, name, _, _ in Formatter().parse(self.template):
            yield words, None if name is None else self.holes[name]


@dataclass(frozen=True)
class Sentence(Phrase):
    """A sentence of a summary.

    Parameters
    ----------
    topic
        Which part of the summary it belongs to: ``""`` for what comes first, ``"standards"``, ``"moves"``
        or ``"basis"``.
    """

    topic: str = ""

    @property
    def text(self) -> str:
        """The sentence with its own numbers, unrounded."""
        return self.said(_own_value)


def phrase(template: str, **holes: str | Number | Interval | Phrase) -> Phrase:
    """Return a phrase.

    Parameters
    ----------
    template
        Words, with the name of each hole in braces.
    **holes
        What fills them.
    """
    return Phrase(template, holes)


def sentence(template: str, *, topic: str = "", **holes: str | Number | Interval | Phrase) -> Sentence:
    """Return a sentence.

    Parameters
    ----------
    template
        Words, with the name of each hole in braces.
    topic
        Which part of the summary it belongs to.
    **holes
        What fills them.
    """
    return Sentence(template, holes, topic=topic)


def _in_words(number: str) -> str:
    """Return a number of a sentence with words for signs of comparison."""
    return number.replace("< ", "less than ").replace("> ", "more than ")


def _says_nothing(texts: list[str]) -> bool:
    """Return whether numbers show no difference: one is nought or nearly, or several are alike."""
    if len(texts) == 1:
        return texts[0].startswith("<") or numbers.is_nought(texts[0])

    return len(set(texts)) == 1
