"""What somebody said of a series, and whether it is borne out.

A claim allows an interval, which its words round: "27%" is anything from 26.5% to 27.5%, "over 1,300" is
anything above that. It holds if the series' last value up to the day of the claim lies in it. It is *stale*
if an earlier one did and the last does not. A share of nothing that is known is *unsupported*: what the base
would have to be is said instead.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from standby._checks import one_of, single
from standby._refusals import Refusal, shown
from standby._show import Shown
from standby.evidence.series import Dated, Series, as_day

Compared = Literal["change", "change_share", "ratio"]
"""How two values of a series are compared: their difference, that as a share of the first, their ratio."""

COMPARED: tuple[Compared, ...] = ("change", "change_share", "ratio")
"""All of `Compared`."""

Quantity = Literal["number", "share", "multiple"]
"""What the words of a claim are of: a number of units, a share of the base by which it changed, or how many
times the base there are now."""

QUANTITIES: tuple[Quantity, ...] = ("number", "share", "multiple")
"""All of `Quantity`."""

QUANTITY_OF: dict[Compared, Quantity] = {"change": "number", "change_share": "share", "ratio": "multiple"}
"""What a claim on each of `Compared` is of."""

Verdict = Literal["holds", "does not hold", "stale", "unsupported"]

FRACTIONS = {
    "a tenth": 1 / 10,
    "a fifth": 1 / 5,
    "a quarter": 1 / 4,
    "a third": 1 / 3,
    "half": 1 / 2,
    "two thirds": 2 / 3,
    "three quarters": 3 / 4,
}
"""Fractions that people say; what lies nearer to another of them would have been called that."""

MULTIPLES = {"halved": 0.5, "doubled": 2.0, "trebled": 3.0, "tripled": 3.0, "quadrupled": 4.0}
"""Ratios that people say; they are rounded to halves, "halved" as the fraction is."""

_ABOUT = ("about", "around", "roughly", "approximately", "some", "circa")
_MORE = ("more than", "over", "above")
_LESS = ("less than", "fewer than", "under", "below")
_NEARLY = ("nearly", "almost")
_AT_LEAST = ("at least",)
_AT_MOST = ("at most", "up to")
_QUALIFIER = re.compile(rf"({'|'.join((*_ABOUT, *_MORE, *_LESS, *_NEARLY, *_AT_LEAST, *_AT_MOST))}) (.+)")
_NUMBER = re.compile(r"(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?\s*(%|per ?cent)?")

_NO_MORE_DIGITS = 12
"""Digits to which ends of intervals are rounded, so that half of 0.01 from 0.27 is 0.265."""


@dataclass(frozen=True)
class Allowed(Shown):
    """The values that a claim allows.

    Parameters
    ----------
    low, high
        The ends.
    above_low, below_high
        Whether the end itself is not allowed.
    of
        What the ends are.
    """

    low: float
    high: float
    above_low: bool = False
    below_high: bool = False
    of: Quantity = "number"

    def __post_init__(self) -> None:
        one_of("of", self.of, QUANTITIES)
        if math.isnan(self.low) or math.isnan(self.high) or self.low > self.high:
            raise Refusal(f"a claim allows {self.low:g} to {self.high:g}", "give the lower end first")

    def __contains__(self, value: float) -> bool:
        """Return whether a value is allowed."""
        is_above = value > self.low if self.above_low else value >= self.low
        is_below = value < self.high if self.below_high else value <= self.high
        return is_above and is_below

    def lost(self) -> Allowed:
        """Return what a loss of that size allows as a change: the same below nought.

        Raises
        ------
        ValueError
            Of a multiple, which says by itself which way it goes.
        """
        if self.of == "multiple":
            raise Refusal("a multiple is no loss", "leave out lost: 'halved' is below 1 by itself")
        return self._mirrored()

    def _mirrored(self) -> Allowed:
        """Return the interval on the other side of nought."""
        return Allowed(
            -self.high, -self.low, above_low=self.below_high, below_high=self.above_low, of=self.of
        )

    def compared_as(self, compared: Compared) -> Allowed:
        """Return what is allowed of a change, of one as a share, or of a ratio.

        A ratio is one more than the change as a share: doubled is 100% more, halved 50% less.

        Parameters
        ----------
        compared
            What is compared.

        Raises
        ------
        ValueError
            If a number is to be a share or a ratio, or the other way round.
        """
        one_of("compared", compared, COMPARED)
        wanted = QUANTITY_OF[compared]
        if self.of == wanted:
            return self

        if "number" in {self.of, wanted}:
            fix = (
                "compare change, or write a percentage, a fraction or a multiple"
                if self.of == "number"
                else "compare change_share or ratio"
            )
            raise Refusal(f"the claim is of a {self.of}, and {compared} is compared", fix)

        more = 1.0 if wanted == "multiple" else -1.0
        low, high = (round(end + more, _NO_MORE_DIGITS) for end in (self.low, self.high))
        return Allowed(low, high, above_low=self.above_low, below_high=self.below_high, of=wanted)


def allowed(words: str) -> Allowed:
    """Return what the words of a claim allow, as they round.

    ======================== ===============================================================
    ``41``, ``27%``          half a unit of its last digit on either side
    ``about 1,300``          half a unit of its last digit that is not nought on either side
    ``nearly 1,300``         the lower half of that, the number itself left out
    ``over``, ``more than``  anything above
    ``under``, ``less than`` anything below
    ``at least``, ``up to``  the number and anything above, or below
    ``a quarter``, ``half``  to half way to the next fraction that people say (`FRACTIONS`)
    ``doubled``              1.75 to 2.25 times, and the like for `MULTIPLES`
    ``more than halved``     anything below half: "more" is of the fall
    ======================== ===============================================================

    A percentage or a fraction is of the change: "half" is half more (or less, with `Allowed.lost`), and what
    fell to half was "halved".

    Parameters
    ----------
    words
        The number and what qualifies it; nothing else.

    Returns
    -------
    Allowed
        The interval, and what it is of: a share for percentages and fractions, a multiple for "doubled" and
        the like, else a number.

    Raises
    ------
    ValueError
        If they are not of this form.

    Examples
    --------
    >>> allowed("27%")
    Allowed(low=0.265, high=0.275, above_low=False, below_high=False, of='share')
    >>> 1337 in allowed("over 1,300"), 698 in allowed("over 1,300")
    (True, False)
    """
    if not isinstance(words, str):
        raise Refusal(f"words is {shown(words)}, which is no text", f"write {shown(str(words))}")
    text = " ".join(words.lower().split())
    match = _QUALIFIER.fullmatch(text)
    qualifier, quantity = match.groups() if match else ("", text)
    value, near = _quantity(quantity, is_rounded=qualifier in (*_ABOUT, *_NEARLY), words=words)

    # What more than halved fell further, to less than half: its qualifiers are those of the fall.
    if near.of == "multiple" and value < 1.0:
        return _qualified(qualifier, -value, near._mirrored())._mirrored()
    return _qualified(qualifier, value, near)


def _qualified(qualifier: str, value: float, near: Allowed) -> Allowed:
    """Return what a number and its qualifier allow; `near` is what would be rounded to the number."""
    if qualifier in _MORE:
        return replace(near, low=value, high=math.inf, above_low=True)
    if qualifier in _LESS:
        return replace(near, low=-math.inf, high=value, below_high=True)
    if qualifier in _AT_LEAST:
        return replace(near, low=value, high=math.inf)
    if qualifier in _AT_MOST:
        return replace(near, low=-math.inf, high=value)
    if qualifier in _NEARLY:
        return replace(near, high=value, below_high=True)
    return near


def _quantity(text: str, *, is_rounded: bool, words: str) -> tuple[float, Allowed]:
    """Return a number in words or digits, and what would be rounded to it."""
    if text in FRACTIONS:
        value = FRACTIONS[text]
        return value, _between_neighbours(value, of="share")

    multiple = text.replace("halving", "halved").replace("ling", "led")
    if multiple == "halved":
        return 0.5, _between_neighbours(0.5, of="multiple")
    if multiple in MULTIPLES:
        value = MULTIPLES[multiple]
        return value, Allowed(value - 0.25, value + 0.25, of="multiple")

    match = _NUMBER.fullmatch(text)
    if match is None:
        known = ", ".join(map(repr, (*FRACTIONS, *MULTIPLES)))
        raise Refusal(
            f"{shown(words)} is no number that is understood",
            f"write e.g. 'over 1,300', '27%' or 'about 640', or one of {known}",
        )

    whole, decimals, percent = match.groups(default="")
    digits = whole.replace(",", "")
    value = float(digits + decimals)
    if math.isinf(value):
        raise Refusal(f"{shown(words)} is too large a number", "write a smaller one")

    # "About 1,300" is rounded to hundreds; a plain 1,300 is taken as it stands.
    places = -len(decimals.removeprefix("."))
    if is_rounded and not decimals:
        places = len(digits) - len(digits.rstrip("0")) if value else 0
    scale = 0.01 if percent else 1.0
    half = 0.5 * 10.0**places

    low, middle, high = (round(scale * end, _NO_MORE_DIGITS) for end in (value - half, value, value + half))
    return middle, Allowed(low, high, of="share" if percent else "number")


def _between_neighbours(value: float, *, of: Quantity) -> Allowed:
    """Return what is nearer to a fraction that people say than to any other of them, nought and all."""
    fractions = sorted({0.0, 1.0, *FRACTIONS.values()})
    place = fractions.index(value)
    low, high = ((first + second) / 2 for first, second in pairwise(fractions[place - 1 : place + 2]))
    return Allowed(low, high, of=of)


@dataclass(frozen=True)
class Judgement(Shown):
    """What becomes of a claim beside a series.

    Parameters
    ----------
    verdict
        ``holds``; ``does not hold``; ``stale``: it held at an earlier date of the series, and the last one on
        or before the day of the claim says otherwise; ``unsupported``: it needs a base, and none is given.
    compared
        What the claim is about.
    value
        Change, share or ratio at the last date; NaN where unsupported.
    start, end
        The value compared with, and the last one on or before the day of the claim. Of what was added there
        is no start: None.
    base
        What a share or a ratio is one of; NaN where there is none.
    held
        The last value that the claim was true of, with its date; None where there is none.
    held_value
        Change, share or ratio there; NaN where there is none.
    bases
        Bases that would make the claim true of what was added; None where the series has its own, and where
        no base would.
    """

    verdict: Verdict
    compared: Compared
    value: float
    start: Dated | None
    end: Dated
    base: float = math.nan
    held: Dated | None = None
    held_value: float = math.nan
    bases: Allowed | None = None


def judge_claim(
    series: Series,
    claim: Allowed | str,
    *,
    compared: Compared,
    on: dt.date | str,
    since: dt.date | str | None = None,
    base: float | None = None,
) -> Judgement:
    """Return whether a claim holds, does not hold, is stale or is unsupported.

    Parameters
    ----------
    series
        The counts.
    claim
        What the claim allows, or its words: see `allowed`. A loss is a change below nought: `Allowed.lost`.
        Shares and multiples are turned into each other where the other is compared: see
        `Allowed.compared_as`.
    compared
        Whether it is of the change, of the change as a share, or of the ratio.
    on
        Day of the claim, or its text, ``2017-06-01``: later values are not looked at.
    since
        Day of the value that is compared with; left out for what was added, whose first day the series has.
    base
        How many there were to begin with, for shares and ratios of what was added. A series of stocks has its
        own.

    Raises
    ------
    ValueError
        If the claim is of what is not compared, levels are compared, a day is none, `since` is missing or has
        no value, there is no value after it up to `on`, a base is given that is not needed, or the base is
        not above nought or less than what it lost.

    Examples
    --------
    >>> officers = Series.of("armed", {"2010-03-31": 6976, "2016-03-31": 5639, "2017-03-31": 6278})
    >>> lost = allowed("over 1,300").lost()
    >>> begin = dt.date(2010, 3, 31)
    >>> judged = judge_claim(officers, lost, compared="change", since=begin, on=dt.date(2017, 6, 1))
    >>> judged.verdict, judged.value, judged.held.date.isoformat()
    ('stale', -698.0, '2016-03-31')
    """
    if not isinstance(claim, Allowed | str):
        raise Refusal(f"claim is {shown(claim)}", "give its words, or what it allows (Allowed)")
    claim = (allowed(claim) if isinstance(claim, str) else claim).compared_as(compared)
    on = as_day("on", on)
    since = None if since is None else as_day("since", since)
    start, first_base = _start(series, compared, since, base)

    begin = start.date if start is not None else None
    dated = [
        Dated(date, value)
        for date, value in zip(series.dates, series.values.tolist(), strict=True)
        if date <= on and (begin is None or date > begin)
    ]
    if not dated:
        after = f" after {begin}" if begin is not None else ""
        raise Refusal(
            f"series {series.name!r} has no value{after} up to {on}", "give one, or claims of another day"
        )
    end = dated[-1]

    # Nobody loses more than there were.
    most_lost = -min(one.value for one in dated)
    if series.counts == "added" and first_base < most_lost:
        raise Refusal(
            f"the base is {first_base:g}, and series {series.name!r} lost {most_lost:g}",
            "give how many there were before the loss",
        )
    bases = _bases(end.value, claim, compared) if series.counts == "added" else None

    # A share of what is not known is not true or false.
    if compared != "change" and math.isnan(first_base):
        return Judgement("unsupported", compared, math.nan, start, end, bases=bases)

    compared_values = [_compare(series, one, first_base, compared) for one in dated]
    judged = Judgement("does not hold", compared, compared_values[-1], start, end, first_base, bases=bases)
    if compared_values[-1] in claim:
        return replace(judged, verdict="holds", held=end, held_value=judged.value)

    earlier = [k for k, value in enumerate(compared_values) if value in claim]
    if not earlier:
        return judged
    last = earlier[-1]
    return replace(judged, verdict="stale", held=dated[last], held_value=compared_values[last])


def _start(
    series: Series, compared: Compared, since: dt.date | None, base: float | None
) -> tuple[Dated | None, float]:
    """Return what a claim compares with: a value of the series, if it has one, and the base in its unit."""
    if series.counts == "level":
        raise Refusal(f"series {series.name!r} is one of levels", "they have an order, and no differences")

    if series.counts != "added":
        if since is None:
            raise Refusal(f"a claim on series {series.name!r} says nothing of since when", "give since")
        if base is not None:
            raise Refusal(f"a base is given, and series {series.name!r} has its own", "take it out")
        start = series.at(since)
        if compared != "change" and not start.value > 0:
            raise Refusal(f"series {series.name!r} is 0 on {since}", "no share of that can be taken")
        return start, start.value

    if since is not None and since != series.since:
        raise Refusal(
            f"a claim is of what was added since {since}, series {series.name!r} since {series.since}",
            "give the day of the series, or none",
        )
    if base is not None and compared == "change":
        raise Refusal("a base is given for a change", "take it out: a change needs none")
    return None, math.nan if base is None else single("base", base, above=True)


def _compare(series: Series, one: Dated, base: float, compared: Compared) -> float:
    """Return how a value compares with the base."""
    change = one.value if series.counts == "added" else one.value - base
    if compared == "change":
        return change
    share = change / base
    return share if compared == "change_share" else 1.0 + share


def _bases(added: float, claim: Allowed, compared: Compared) -> Allowed | None:
    """Return the bases of which an addition is the share that a claim allows, None where there are none."""
    if compared == "change" or added == 0:
        return None

    share = claim.compared_as("change_share")
    if added < 0:
        share = share.lost()
    if share.high <= 0:
        return None
    least = abs(added) / share.high
    most = abs(added) / share.low if share.low > 0 else math.inf
    is_above_least = share.below_high

    # There were as many to begin with as were lost, at least.
    if added < 0 and least < -added:
        least = -added
        is_above_least = False
    if least > most or (least == most and (is_above_least or share.above_low)):
        return None
    return Allowed(least, most, above_low=is_above_least, below_high=share.above_low)


__all__ = [
    "COMPARED",
    "FRACTIONS",
    "MULTIPLES",
    "QUANTITIES",
    "QUANTITY_OF",
    "Allowed",
    "Compared",
    "Judgement",
    "Quantity",
    "Verdict",
    "allowed",
    "judge_claim",
]
