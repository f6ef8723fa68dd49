"""How spreadsheet programs write the numbers of a column: formats from what it was declared to hold."""

from __future__ import annotations

from collections.abc import Mapping

from standby.words import Kind

FORMATS: Mapping[Kind, str] = {
    "minutes": "0.0",
    "share": "0%",
    "money": "£#,##0",
    "count": "#,##0.##",
    "people": "#,##0",
    "number": "0.####",
    "measure": "0.####",
    "year": "0",
    "years": "0.0",
}
"""Formats by kind."""

WHOLE: Mapping[Kind, str] = {"count": "#,##0", "number": "0", "measure": "0"}
"""Formats of whole numbers, where the other would leave a point behind them."""

ROUNDED: Mapping[Kind, str] = {"minutes": "0"}
"""Formats where numbers were rounded as the public edition does: no digit behind the point."""

STATED: Mapping[Kind, str] = {"minutes": "0.##########", "share": "0.##########%"}
"""Formats of what a planner stated, which keeps all of its digits."""

STATED_WHOLE: Mapping[Kind, str] = {"minutes": "0", "share": "0%"}
"""The same for whole minutes and whole percentages."""


def excel_format(
    kind: Kind, value: float, *, rounded: bool = False, stated: bool = False, signed: bool = False
) -> str | None:
    """Return the number format of a cell, as spreadsheet programs write it; None for what is no number.

    Parameters
    ----------
    kind
        What the cell holds; of a measure, the kind of its criterion.
    value
        The number: whole ones are written without a point.
    rounded
        Whether it was rounded as the public edition does.
    stated
        Whether it repeats what the planner stated, and is rounded in no edition.
    signed
        Whether it is a change, whose rise is written with its sign.

    Examples
    --------
    >>> excel_format("share", 0.925), excel_format("share", 0.925, stated=True)
    ('0%', '0.##########%')
    >>> excel_format("minutes", 2.5, signed=True)
    '+0.0;-0.0;0.0'
    """
    if stated and kind in STATED:
        size = 100.0 * value if kind == "share" else value
        return (STATED_WHOLE if abs(size - round(size)) < 1e-9 else STATED)[kind]

    text = FORMATS.get(kind)
    if float(value).is_integer():
        text = WHOLE.get(kind, text)
    if rounded:
        text = ROUNDED.get(kind, text)
    if text is None or not signed:
        return text

    # Changes of a share are small: they keep a decimal, unless rounding left none.
    if kind == "share" and not rounded:
        text = "0.0%"
    return f"+{text};-{text};{text}"
