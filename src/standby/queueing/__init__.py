"""How often nobody is free: the mathematics."""

from __future__ import annotations

from standby.queueing._errors import (
    ConvergenceError,
    MemoryLimitError,
    QueueingError,
    QueueingInputError,
    UnstableQueueError,
)
from standby.queueing._kernels_attendance import SLACK_MIN
from standby.queueing._result import Hypercube
from standby.queueing.approximate import hypercube_approximate
from standby.queueing.availability import Availability, Available, availability, available
from standby.queueing.congestion import Congestion, congestion
from standby.queueing.erlang import MMc, erlang_b, erlang_c, mmc
from standby.queueing.exact import hypercube, hypercube_memory_gb
from standby.queueing.model import MEASURES, AttendanceModel, Period, attendance_model
from standby.queueing.multiple import HypercubeMultiple, hypercube_multiple
from standby.queueing.outcome import BIN_MIN, Outcome, evaluate
from standby.queueing.patrol import HypercubePatrol, hypercube_patrol
from standby.queueing.pools import (
    FiniteSource,
    finite_source,
    mg1_wait,
    mg_infinity,
    preemptive_wait,
    priority_wait,
)
from standby.queueing.standards import Setting, setting_of, standard_weights
from standby.queueing.values import WEIGHTS, arrival_minutes, before_min, held_and_delay, held_by, scene_min

__all__ = [
    "BIN_MIN",
    "MEASURES",
    "SLACK_MIN",
    "WEIGHTS",
    "AttendanceModel",
    "Availability",
    "Available",
    "Congestion",
    "ConvergenceError",
    "FiniteSource",
    "Hypercube",
    "HypercubeMultiple",
    "HypercubePatrol",
    "MMc",
    "MemoryLimitError",
    "Outcome",
    "Period",
    "QueueingError",
    "QueueingInputError",
    "Setting",
    "UnstableQueueError",
    "arrival_minutes",
    "attendance_model",
    "availability",
    "available",
    "before_min",
    "congestion",
    "erlang_b",
    "erlang_c",
    "evaluate",
    "finite_source",
    "held_and_delay",
    "held_by",
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
    "scene_min",
    "setting_of",
    "standard_weights",
]
