"""What can go wrong in this room.

::

    QueueingError
    ├── QueueingInputError (also Refusal)         a rate, a list or a size that makes no sense
    │   └── UnstableQueueError                    work arrives faster than it can be done
    ├── MemoryLimitError (also MemoryError)       the model would not fit in memory
    └── ConvergenceError (also RuntimeError)      the iteration stopped before the asked precision
"""

from __future__ import annotations

from standby._refusals import Refusal, UnableError

__all__ = [
    "ConvergenceError",
    "MemoryLimitError",
    "QueueingError",
    "QueueingInputError",
    "UnstableQueueError",
]


class QueueingError(Exception):
    """Anything that this room refuses to answer."""


class QueueingInputError(QueueingError, Refusal):
    """A parameter makes no sense; the message names it and the fix."""


class UnstableQueueError(QueueingInputError):
    """Calls arrive at least as fast as they can be served, so a queue without limit has no steady state."""


class MemoryLimitError(QueueingError, MemoryError):
    """The model needs more memory than is allowed or free; the message says how much."""


class ConvergenceError(QueueingError, UnableError, RuntimeError):
    """The iteration did not reach the asked precision; the message says how far it came."""
