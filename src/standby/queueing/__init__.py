"""How often nobody is free: the mathematics."""

from __future__ import annotations

from standby.queueing._errors import (
    ConvergenceError,
    MemoryLimitError,
    QueueingError,
    QueueingInputError,
    UnstableQueueError,
)
from standby.queueing._result import Hypercube
from standby.queueing.approximate import hypercube_approximate
from standby.queueing.congestion import NODES, Congestion, all_away, congestion
from standby.queueing.erlang import MMc, erlang_b, erlang_c, mmc
from standby.queueing.exact import hypercube, hypercube_memory_gb
from standby.queueing.multiple import HypercubeMultiple, hypercube_multiple
from standby.queueing.patrol import HypercubePatrol, hypercube_patrol
from standby.queueing.pools import (
    FiniteSource,
    finite_source,
    mg1_wait,
    mg_infinity,
    preemptive_wait,
    priority_wait,
)

__all__ = [
    "NODES",
    "Congestion",
    "ConvergenceError",
    "FiniteSource",
    "Hypercube",
    "HypercubeMultiple",
    "HypercubePatrol",
    "MMc",
    "MemoryLimitError",
    "QueueingError",
    "QueueingInputError",
    "UnstableQueueError",
    "all_away",
    "congestion",
    "erlang_b",
    "erlang_c",
    "finite_source",
    "hypercube",
    "hypercube_approximate",
    "hypercube_memory_gb",
    "hypercube_multiple",
    "hypercube_patrol",
    "mg1_wait",
    "mg_infinity",
    "mmc",
    "preemptive_wait",
    "priority_wait",
]
