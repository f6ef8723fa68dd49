"""Turn chosen units into a checked `Siting`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from standby.locate import _check
from standby.locate._result import Siting, relative_gap

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from standby.locate._control import Control
    from standby.locate._times import Times


def finished(
    times: Times,
    placed: NDArray[np.int64],
    *,
    objective: float,
    bound: float,
    larger_is_better: bool,
    control: Control,
    within: NDArray[Any] | None,
) -> Siting:
    """Build the answer from `placed`, the units at every site, and an independent `objective`."""
    sites = np.nonzero(placed)[0].astype(np.int64)
    bound = _check.bound_side(objective, bound, larger_is_better=larger_is_better)
    gap = relative_gap(objective, bound)
    return Siting(
        sites=sites,
        units=placed[sites].astype(np.int64),
        objective=objective,
        bound=objective if gap == 0.0 else bound,
        gap=gap,
        status="optimal" if gap == 0.0 else control.status,
        seconds=control.seconds,
        assignment=_check.nearest(times, sites, within)[0],
    )
