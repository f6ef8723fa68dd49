"""What becomes of a claim, in a sentence."""

from __future__ import annotations

import datetime as dt
import math

from standby.evidence import Allowed, Compared, Judgement, Series
from standby.words import change, count, factor, percent


def verdict_sentence(judged: Judgement, series: Series) -> str:
    """Return what becomes of a claim: the verdict, both values with their days, and the base.

    Parameters
    ----------
    judged
        The verdict.
    series
        The series that the claim was judged by.
    """
    verdict = judged.verdict
    compared = _compared(judged, series)

    if verdict == "unsupported":
        text = f"Unsupported: {compared}, and no base is given for a share of it."
    elif verdict == "stale" and judged.held is not None:
        before = _value(judged.held_value, judged.compared, series.unit)
        text = f"Stale: it held on {_day(judged.held.date)} ({before}), and holds no longer: {compared}."
    else:
        text = f"{verdict.capitalize()}: {compared}."

    if verdict != "holds" and judged.compared != "change" and series.counts == "added":
        text = f"{text} {_bases(judged.bases)}"
    return f"{text} Counted: {series.scope}." if series.scope else text


def _day(date: dt.date) -> str:
    """Return a day: ``31 March 2016``."""
    return f"{date.day} {date:%B %Y}"


def _compared(judged: Judgement, series: Series) -> str:
    """Return what a claim compares, with its numbers."""
    value = "" if math.isnan(judged.value) else _value(judged.value, judged.compared, series.unit)

    if judged.start is not None:
        start = f"{count(judged.start.value)} on {_day(judged.start.date)}"
        end = f"{count(judged.end.value)} on {_day(judged.end.date)}"
        return f"{value}, from {start} to {end}"

    # One vehicle or several, more or fewer: the number of them rose or fell.
    direction = "rose" if judged.end.value >= 0 else "fell"
    of_what = f" of {series.unit}" if series.unit else ""
    since = f" from {_day(series.since)}" if series.since is not None else ""
    added = (
        f"the number{of_what} {direction} by {count(abs(judged.end.value))}{since} to {_day(judged.end.date)}"
    )
    if judged.compared == "change" or not value:
        return added
    return f"{value} on a base of {count(judged.base)}, as {added}"


def _value(value: float, compared: Compared, unit: str) -> str:
    """Return a change, a share or a ratio."""
    if compared == "ratio":
        return f"{factor(value)} times"
    if compared == "change_share":
        return change(value, lambda share: percent(share, digits=1))

    # The unit is written as of several.
    written = change(value, count)
    return f"{written} ({unit})" if unit and abs(value) == 1 else f"{written} {unit}".strip()


def _bases(bases: Allowed | None) -> str:
    """Return which bases would make a claim true: whole numbers of units or people."""
    if bases is None:
        return "No base would make it true."

    least = math.floor(bases.low) + 1 if bases.above_low else math.ceil(bases.low)
    least = max(least, 1)
    if math.isinf(bases.high):
        return f"It needs a base of at least {count(least)}."

    most = math.ceil(bases.high) - 1 if bases.below_high else math.floor(bases.high)
    if least > most:
        return "No whole number as a base would make it true."
    if least == most:
        return f"It needs a base of {count(least)}."
    return f"It needs a base of {count(least)} to {count(most)}."


__all__ = ["verdict_sentence"]
