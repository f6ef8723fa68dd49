"""Compiled loop that gathers where a unit on patrol may be, place by place.

For one place it matters when a unit arrives, not from where. Positions from which it arrives at about the
same time are one arrival there, with their weights together, though they may lie on different sides of it.
"""

from __future__ import annotations

import numpy as np
from numba import njit

NEAR_MIN = 20.0
"""Minutes within which drives are told apart about evenly; beyond, the less the longer they are [min]."""


@njit(cache=True, nogil=True, error_model="numpy")
def gather(minutes, weight, most, gathered_minutes, gathered_weight):
    """Gather positions at every place into a few arrivals.

    minutes: from each position, (positions, places) [min], ``inf`` for never; weight: of the positions,
    (positions,); most: arrivals at a place, 2 or more. Written: gathered_minutes and gathered_weight, (most,
    places), by time of arrival, weight 0 for those that are not needed; mean minutes of what is reached stay.

    Neighbours in time are merged, those first that add least to the variance (Ward 1963) on a scale on which
    long drives lie close together, 1 / (minutes + `NEAR_MIN`)², as standards ask for short ones. What is
    never reached is an arrival of its own.
    """
    positions = weight.size
    start = np.empty(positions)
    own = np.empty(positions)
    scale = np.empty(positions)
    for place in range(minutes.shape[1]):
        gathered_minutes[:, place] = np.inf
        gathered_weight[:, place] = 0.0

        size = 0
        never = 0.0
        for position in np.argsort(minutes[:, place]):
            if weight[position] <= 0.0:
                continue
            if minutes[position, place] == np.inf:
                never += weight[position]
                continue
            start[size] = minutes[position, place]
            own[size] = weight[position]
            scale[size] = -1.0 / (start[size] + NEAR_MIN) ** 2
            size += 1

        room = most - 1 if never > 0.0 else most
        while size > room:
            best = 0
            least = np.inf
            for at in range(size - 1):
                gap = scale[at + 1] - scale[at]
                loss = own[at] * own[at + 1] / (own[at] + own[at + 1]) * gap * gap
                if loss < least:
                    least = loss
                    best = at
            together = own[best] + own[best + 1]
            start[best] = (own[best] * start[best] + own[best + 1] * start[best + 1]) / together
            scale[best] = (own[best] * scale[best] + own[best + 1] * scale[best + 1]) / together
            own[best] = together
            size -= 1
            for at in range(best + 1, size):
                start[at] = start[at + 1]
                own[at] = own[at + 1]
                scale[at] = scale[at + 1]

        gathered_minutes[:size, place] = start[:size]
        gathered_weight[:size, place] = own[:size]
        if never > 0.0:
            gathered_weight[most - 1, place] = never
