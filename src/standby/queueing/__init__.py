"""How often nobody is free: the mathematics."""

from __future__ import annotations

from standby.queueing._errors import (
    ConvergenceError,
    MemoryLimitError,
    QueueingError,
    QueueingInputError,
    UnstableQueueError,
)
from standby.queueing.erlang import MMc, erlang_b, erlang_c, mmc
from standby.queueing.pools import (
    FiniteSource,
    finite_source,
    mg1_wait,
    mg_infinity,
    preemptive_wait,
    priority_wait,
)

__all__ = [
    "ConvergenceError",
    "FiniteSource",
    "MMc",
    "MemoryLimitError",
    "QueueingError",
    "QueueingInputError",
    "UnstableQueueError",
    "erlang_b",
    "erlang_c",
    "finite_source",
    "mg1_wait",
    "mg_infinity",
    "mmc",
    "preemptive_wait",
    "priority_wait",
]
