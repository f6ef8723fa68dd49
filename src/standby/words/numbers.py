"""How numbers are written for readers: one rule for each kind, on a terminal, on a page and in a sentence.

Tables for programs (CSV, JSON) keep the numbers themselves; see `standby.report.files.files`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Literal

MINUS = "−"
NOTHING = "–"
"""Shown where there is no number."""

Writer = Callable[[float], str]

Kind = Literal[
    "text",
    "name",
    "words",
    "flag",
    "minutes",
    "share",
    "money",
    "count",
    "number",
    "measure",
    "year",
    "years",
    "people",
]
"""What a column holds.

``name`` is an id that a reader sees as the name of what it stands for; ``words`` is text that the planner
wrote freely; ``measure`` is a number in the unit of the row's criterion; ``year`` is a year of the
calendar or of the appraisal, ``years`` is how long something takes.
"""


def _signed(text: str) -> str:
    return text.replace("-", MINUS)


def count(value: float) -> str:
    """Return a number of people, officers, units or years: ``1,234``, ``3.4``.

    Parameters
    ----------
    value
        The number.
    """
    if not math.isfinite(value):
        return _not_finite(value)

    # From 9.95 a decimal would round to 10.0; sums of counts may miss a whole number by rounding.
    is_whole = abs(value) >= 9.95 or abs(value - round(value)) < 5e-10 * max(1.0, abs(value))
    return _zero(_signed(f"{round(value):,d}" if is_whole else f"{value:.1f}"))


def people(value: float) -> str:
    """Return a number of people that was worked out: whole, in three digits, ``749,000``.

    Parameters
    ----------
    value
        The number.
    """
    if not math.isfinite(value):
        return count(value)

    rounded = round(value) if abs(value) < 1000 else float(f"{value:.3g}")
    return count(rounded)


def coarse_people(value: float) -> str:
    """Return a number of people that was rounded to a fifth of some whole: in two digits, ``230,000``.

    Parameters
    ----------
    value
        The number.
    """
    return count(float(f"{value:.2g}")) if math.isfinite(value) else count(value)


def share(value: float) -> str:
    """Return a chance or share: ``84%``; ``< 1%`` and ``> 99%`` rather than a false 0 or 100.

    Parameters
    ----------
    value
        The share.
    """
    if not math.isfinite(value):
        return _not_finite(value)

    # What would round to 0 or 100 is neither; a sum that misses 1 by rounding is 1.
    if 0 < value < 0.005:
        return "< 1%"
    if 0.995 <= value < 1 - 1e-12:
        return "> 99%"
    return _zero(_signed(f"{100 * value:.0f}%"))


COARSE_SHARE = 0.2
"""Step to which the public edition rounds shares."""


def coarse_share(value: float) -> str:
    """Return a share that was rounded to a fifth: ``< 10%`` and ``> 90%`` where it need not be 0 or 1."""
    half = COARSE_SHARE / 2.0
    return {0.0: f"< {half:.0%}", 1.0: f"> {1.0 - half:.0%}"}.get(value) or share(value)


def without_noughts(text: str) -> str:
    """Return a rounded number without noughts at the end of its decimals: ``£14m`` for ``£14.0m``."""
    return re.sub(r"(\.\d*?)0+(?!\d)", lambda digits: digits[1].rstrip("."), text)


def percent(value: float, *, digits: int) -> str:
    """Return a share as a percentage with decimals: ``91.1%``.

    Parameters
    ----------
    value
        The share.
    digits
        Decimals.
    """
    return _zero(_signed(f"{100 * value:.{digits}f}%")) if math.isfinite(value) else _not_finite(value)


def fine_share(value: float) -> str:
    """Return a share whose small differences count, in sitings: ``84.3%``, never a false 0 or 100.

    Parameters
    ----------
    value
        The share.
    """
    if 0 < value < 0.0005:
        return "< 0.1%"
    if 0.9995 <= value < 1 - 1e-12:
        return "> 99.9%"
    return percent(value, digits=1)


def fine_minutes(value: float) -> str:
    """Return minutes whose small differences count, where the unit stands beside them: ``23.4``.

    Parameters
    ----------
    value
        The time [min].
    """
    return _zero(_signed(f"{value:.1f}")) if math.isfinite(value) else minutes_alone(value)


def fine_writer(unit: str) -> Writer:
    """Return how values of a unit are written where small differences count, as in the curve of a siting.

    Parameters
    ----------
    unit
        As `kind_of_unit` takes it: ``share``, ``min`` or ``units``.
    """
    return {"share": fine_share, "minutes": fine_minutes}.get(kind_of_unit(unit), count)


def gap(value: float) -> str:
    """Return how far an answer may be from the best possible, relative to it: ``0.25%``; ``< 0.01%``.

    Parameters
    ----------
    value
        The relative difference, 0 where it is proven best.
    """
    return "< 0.01%" if 0 < value < 0.00005 else percent(value, digits=2)


def factor(value: float) -> str:
    """Return how many times something is something else: ``1.23``.

    Parameters
    ----------
    value
        The factor.
    """
    return _signed(f"{value:.2f}") if math.isfinite(value) else _not_finite(value)


def correlation(value: float) -> str:
    """Return a correlation: ``0.93``.

    Parameters
    ----------
    value
        From -1 to 1.
    """
    return _zero(_signed(f"{value:.2f}")) if math.isfinite(value) else _not_finite(value)


def gigabytes(size_bytes: float) -> str:
    """Return an amount of memory: ``1.5 GB``.

    Parameters
    ----------
    size_bytes
        The amount [bytes].
    """
    return f"{plain(float(f'{size_bytes / 1e9:.3g}'))} GB"


def degrees(value: float) -> str:
    """Return a longitude or latitude as one says roughly where something lies: ``-3.53``.

    Parameters
    ----------
    value
        The angle [degrees].
    """
    return f"{value:.2f}"


def exactly(value: float) -> str:
    """Return a share that somebody wrote down, with as many digits as it has: ``99.9999%``.

    Parameters
    ----------
    value
        The share.
    """
    return _zero(_signed(f"{100 * value:.10g}%")) if math.isfinite(value) else _not_finite(value)


def minutes(value: float, *, limit: float = math.inf) -> str:
    """Return minutes: ``23 min``, ``8.4 min`` under ten, ``> 180 min`` beyond the limit.

    Parameters
    ----------
    value
        The time [min].
    limit
        Longest time that is told apart from never [min].
    """
    text = minutes_alone(value, limit=limit)
    return f"{text} min" if any(c.isdigit() for c in text) else text


def minutes_alone(value: float, *, limit: float = math.inf) -> str:
    """Return minutes where the unit stands beside them already, in a heading or a sentence: ``23``.

    Parameters
    ----------
    value
        The time [min].
    limit
        Longest time that is told apart from never [min].
    """
    if math.isnan(value):
        return NOTHING

    # A change from never to some time, and the other way round, are beyond the limit on either side.
    if value == -math.inf:
        return f"< {MINUS}{limit:g}" if math.isfinite(limit) else "beyond the limit"
    if value > limit or math.isinf(value):
        return f"> {limit:g}" if math.isfinite(limit) else "beyond the limit"

    return _zero(_signed(f"{value:.1f}" if abs(value) < 9.95 else f"{value:.0f}"))


def years(value: float) -> str:
    """Return years until something is there: ``2.2``; ``never`` when it never will be.

    Parameters
    ----------
    value
        The time [years].
    """
    return "never" if value == math.inf else count(value)


def at_least(text: str) -> str:
    """Return a number as a lower bound: ``≥ 41 min``; one that is a bound already stays as it is.

    Parameters
    ----------
    text
        The number in writing.
    """
    return text if text[:1] in {">", "≥", NOTHING} else f"≥ {text}"


def money(value: float) -> str:
    """Return an amount: ``£1.2m``, ``£950k``, ``£4,310``, ``£3.42``.

    Parameters
    ----------
    value
        The amount [£].
    """
    if not math.isfinite(value):
        return _not_finite(value)

    # Each bound is where the next smaller form would round up to the larger one: £999.5k is £1.0m.
    size = abs(value)
    sign = MINUS if value < 0 else ""
    if size >= 999.5e6:
        return f"{sign}£{size / 1e9:.2f}bn"
    if size >= 999_500:
        return f"{sign}£{size / 1e6:.1f}m"
    if size >= 9_999.5:
        return f"{sign}£{size / 1e3:.0f}k"
    if size >= 99.995:
        return f"{sign}£{size:,.0f}"

    return "£0" if size < 0.005 else f"{sign}£{size:.2f}"


def plain(value: float) -> str:
    """Return a number as a planner wrote it: up to four significant digits, no trailing noughts.

    Parameters
    ----------
    value
        The number.
    """
    if not math.isfinite(value):
        return _not_finite(value)
    if abs(value) >= 1000:
        return _signed(f"{value:,.0f}")
    return _zero(_signed(f"{value:.4g}"))


def year(value: float) -> str:
    """Return a year of the calendar or of the appraisal: ``2031``."""
    return f"{value:.0f}" if math.isfinite(value) else plain(value)


def writer(
    kind: Kind, *, limit_min: float = math.inf, rounded: bool = False, unit_beside: bool = False
) -> Writer:
    """Return how numbers of a kind are written.

    Parameters
    ----------
    kind
        What they are.
    limit_min
        Longest time that is told apart from never [min].
    rounded
        Whether they were rounded as the public edition does: no digit more than that leaves is written, and a
        share of 0 or 1 need not be quite that.
    unit_beside
        Whether the words around them say that they are minutes.
    """
    if kind == "minutes":
        write: Writer = partial(minutes_alone if unit_beside else minutes, limit=limit_min)
    elif kind == "share" and rounded:
        return coarse_share
    elif kind == "people" and rounded:
        return coarse_people
    else:
        write = _WRITERS.get(kind, plain)

    return (lambda value: without_noughts(write(value))) if rounded and kind in _DECIMALS else write


def stated(kind: Kind, *, unit_beside: bool = False) -> Writer:
    """Return how numbers of a kind are written that a planner stated: with all of their digits.

    Parameters
    ----------
    kind
        What they are.
    unit_beside
        Whether the words around them say that they are minutes.
    """
    if kind == "share":
        return exactly
    if kind == "minutes":
        return lambda value: without_noughts(f"{value:.10g}" + ("" if unit_beside else " min"))
    return writer(kind)


def kind_of_unit(unit: str) -> Kind:
    """Return what numbers of a unit are.

    Parameters
    ----------
    unit
        As a criterion names it: ``share``, ``min``, ``people``, ``years``, ``£``.
    """
    word = unit.strip().lower()
    if word == "years":
        return "years"
    if word in {"min", "minutes"}:
        return "minutes"
    if word == "people":
        return "people"
    if word in {"share", "chance", "%"}:
        return "share"
    return "money" if word.startswith(("£", "gbp")) else "count"


def is_nought(text: str) -> bool:
    """Return whether a number as it is written shows nothing but noughts.

    Parameters
    ----------
    text
        The number in writing.
    """
    return not any(digit in "123456789" for digit in text)


def change(value: float, write: Writer) -> str:
    """Return a difference with its sign: ``+2.1 min``, ``−£1.2m``, ``0 min``; shares in points.

    Parameters
    ----------
    value
        Difference in the unit of the measure.
    write
        How the measure itself is written.
    """
    if math.isnan(value):
        return NOTHING

    # A change of a share is one of percentage points, in tenths unless it was rounded to tens.
    if write is share or write is coarse_share:
        text = _zero(_signed(f"{100 * value:.1f}")) + " pts" if math.isfinite(value) else _not_finite(value)
        text = without_noughts(text) if write is coarse_share else text
    else:
        text = write(value)

    return text if value <= 0 or is_nought(text) or text.startswith(">") else f"+{text}"


def interval(low: float, high: float, write: Writer) -> str:
    """Return bounds: ``79–88%``, ``−2.0 to −0.5 min``; nothing when a bound is missing.

    Parameters
    ----------
    low, high
        The bounds.
    write
        How a single number of that measure is written.
    """
    if math.isnan(low) or math.isnan(high):
        return ""

    first = write(low)
    last = write(high)
    if first == last:
        return first

    # A dash between numbers with signs would be read as another sign.
    has_signs = any(sign in first + last for sign in "<>" + MINUS + "+")

    # The unit is said once, after the last of them.
    for unit in (" min", " pts", "%"):
        if first.endswith(unit) and last.endswith(unit) and first[0] not in "<>":
            first = first.removesuffix(unit)
            break
    return f"{first} to {last}" if has_signs else f"{first}–{last}"


def with_interval(value: float, low: float, high: float, write: Writer) -> str:
    """Return a number with its bounds: ``84% (79–88%)``.

    Parameters
    ----------
    value, low, high
        The number and its bounds.
    write
        How a single number of that measure is written.
    """
    text = write(value)
    bounds = interval(low, high, write)
    return f"{text} ({bounds})" if bounds and bounds != text else text


def change_writer(write: Writer) -> Writer:
    """Return the writer of differences of what another writer writes.

    Parameters
    ----------
    write
        How the measure itself is written.
    """
    return lambda value: change(value, write)


def _not_finite(value: float) -> str:
    if math.isnan(value):
        return NOTHING
    return "no limit" if value > 0 else f"{MINUS}no limit"


def _zero(text: str) -> str:
    """Take the sign off a nought: −0.0 is 0."""
    digits = [c for c in text if c.isdigit()]
    return text.replace(MINUS, "") if digits and set(digits) == {"0"} else text


_WRITERS: Mapping[Kind, Writer] = {
    "share": share,
    "money": money,
    "count": count,
    "people": people,
    "years": years,
    "year": year,
}
_DECIMALS = frozenset({"minutes", "money"})
"""Kinds that are written with decimals of which rounding can leave noughts."""
