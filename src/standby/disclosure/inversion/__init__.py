"""Model inversion: how much of where units stand can be recovered from what was published."""

from standby.disclosure.inversion.inversion import (
    LOOKED_AT,
    NAMED,
    SEEDS,
    STEPS,
    Inversion,
    Part,
    Score,
    invert,
    table_to_leave_out,
)

__all__ = [
    "LOOKED_AT",
    "NAMED",
    "SEEDS",
    "STEPS",
    "Inversion",
    "Part",
    "Score",
    "invert",
    "table_to_leave_out",
]
