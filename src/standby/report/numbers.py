"""How numbers are written for readers: one rule for each kind, used by pages, charts and the workbook.

Tables for programs (CSV, JSON) keep the numbers themselves; see `standby.report.files`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable

MINUS = "−"
NOTHING = "–"
"""Shown where there is no number."""

Writer = Callable[[float], str]


def _signed(text: str) -> str:
    return text.replace("-", MINUS)


def count(value: float) -> str:
    """Return a number of people, officers, units or years: ``1,234``, ``3.4``."""
    if not math.isfinite(value):
        return _not_finite(value)
    whole = abs(value) >= 9.95 or abs(value - round(value)) < 5e-10 * max(1.0, abs(value))
    return _zero(_signed(f"{round(value):,d}" if whole else f"{value:.1f}"))


def people(value: float) -> str:
    """Return a number of people that was worked out: whole, in three digits, ``749,000``."""
    if not math.isfinite(value):
        return count(value)
    return count(round(value) if abs(value) < 1000 else float(f"{value:.3g}"))


def share(value: float) -> str:
    """Return a chance or share: ``84%``; ``< 1%`` and ``> 99%`` rather than a false 0 or 100."""
    if not math.isfinite(value):
        return _not_finite(value)
    if 0 < value < 0.005:
        return "< 1%"
    if 0.995 <= value < 1 - 1e-12:
        return "> 99%"
    return _zero(_signed(f"{100 * value:.0f}%"))


def coarse_share(value: float) -> str:
    """Return a share that was rounded to a tenth: ``< 5%`` and ``> 95%`` where it need not be 0 or 1."""
    return {0.0: "< 5%", 1.0: "> 95%"}.get(value) or share(value)


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


def minutes(value: float, *, limit: float = math.inf) -> str:
    """Return minutes: ``23 min``, ``8.4 min`` under ten, ``> 180 min`` beyond the limit.

    Parameters
    ----------
    value
        The time [min].
    limit
        Longest time that is told apart from never [min].
    """
    if math.isnan(value):
        return NOTHING
    if value == -math.inf:  # less than any time that is told apart from never
        return f"< {MINUS}{limit:g} min" if math.isfinite(limit) else "beyond the limit"
    if value > limit or math.isinf(value):
        return f"> {limit:g} min" if math.isfinite(limit) else "beyond the limit"
    return _zero(_signed(f"{value:.1f} min" if abs(value) < 9.95 else f"{value:.0f} min"))


def years(value: float) -> str:
    """Return years until something is there: ``2.2``; ``never`` when it never will be."""
    return "never" if value == math.inf else count(value)


def at_least(text: str) -> str:
    """Return a number as a lower bound: ``≥ 41 min``; one that is a bound already stays as it is."""
    return text if text[:1] in {">", "≥", NOTHING} else f"≥ {text}"


def money(value: float) -> str:
    """Return an amount: ``£1.2m``, ``£950k``, ``£4,310``, ``£3.42``."""
    if not math.isfinite(value):
        return _not_finite(value)
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
    """Return a number as a planner wrote it: up to four significant digits, no trailing noughts."""
    if not math.isfinite(value):
        return _not_finite(value)
    if abs(value) >= 1000:
        return _signed(f"{value:,.0f}")
    return _zero(_signed(f"{value:.4g}"))


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
    if write is share or write is coarse_share:
        text = _zero(_signed(f"{100 * value:.1f}")) + " pts" if math.isfinite(value) else _not_finite(value)
        text = without_noughts(text) if write is coarse_share else text
    else:
        text = write(value)
    nought = not any(c in "123456789" for c in text)
    return text if value <= 0 or nought or text.startswith(">") else f"+{text}"


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
    first, last = write(low), write(high)
    if first == last:
        return first
    plain_text = not any(c in first + last for c in "<>" + MINUS + "+")
    for unit in (" min", " pts", "%"):
        if first.endswith(unit) and last.endswith(unit) and first[0] not in "<>":
            first = first.removesuffix(unit)
            break
    return f"{first}–{last}" if plain_text else f"{first} to {last}"


def with_interval(value: float, low: float, high: float, write: Writer) -> str:
    """Return a number with its bounds: ``84% (79–88%)``.

    Parameters
    ----------
    value, low, high
        The number and its bounds.
    write
        How a single number of that measure is written.
    """
    text, bounds = write(value), interval(low, high, write)
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
