"""Compiled search for the nearest stretch of road, over a grid of squares."""

import math
from typing import NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray


@numba.njit(cache=True, nogil=True)
def grid_of(
    ends: NDArray[np.float64],
    cell: float,
    n_x: int,
    n_y: int,
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Return for each square the stretches whose bounding box touches it: starts and numbers.

    `ends` holds x, y of one end and x, y of the other, from the south-west corner of the grid, shape (n, 4).
    """
    n_stretches = ends.shape[0]
    box = np.empty((n_stretches, 4), np.int64)
    for s in range(n_stretches):
        box[s, 0] = int(min(ends[s, 0], ends[s, 2]) / cell)
        box[s, 1] = int(max(ends[s, 0], ends[s, 2]) / cell)
        box[s, 2] = int(min(ends[s, 1], ends[s, 3]) / cell)
        box[s, 3] = int(max(ends[s, 1], ends[s, 3]) / cell)

    # Count the stretches of each square, one place further on, and add up: that gives the starts.
    start = np.zeros(n_x * n_y + 1, np.int64)
    for s in range(n_stretches):
        for i in range(box[s, 0], box[s, 1] + 1):
            for j in range(box[s, 2], box[s, 3] + 1):
                start[i * n_y + j + 1] += 1
    for square in range(n_x * n_y):
        start[square + 1] += start[square]

    # Write each stretch into the next free place of every square that it touches.
    next_free = start[:-1].copy()
    stretch = np.empty(start[-1], np.int32)
    for s in range(n_stretches):
        for i in range(box[s, 0], box[s, 1] + 1):
            for j in range(box[s, 2], box[s, 3] + 1):
                square = i * n_y + j
                stretch[next_free[square]] = s
                next_free[square] += 1

    return start, stretch


class Grid(NamedTuple):
    """Stretches in squares, coordinates in km from the south-west corner.

    Parameters
    ----------
    ends
        x, y of one end of each stretch and x, y of the other, shape (n_stretches, 4) [km].
    cell
        Side of a square [km].
    n_x, n_y
        Number of squares from west to east and from south to north.
    start, stretch
        For each square the stretches that touch it: starts, shape (n_x n_y + 1,), and numbers.
    """

    ends: NDArray[np.float64]
    cell: float
    n_x: int
    n_y: int
    start: NDArray[np.int64]
    stretch: NDArray[np.int32]


class Nearest(NamedTuple):
    """The nearest stretch of each place for each rank, all of shape (n, ranks).

    Parameters
    ----------
    stretch
        Number of the stretch, -1 if none lies within the radius.
    share
        Where on it the place is nearest, from 0 at its start to 1 at its end.
    km
        Distance of the place from it [km].
    """

    stretch: NDArray[np.int32]
    share: NDArray[np.float64]
    km: NDArray[np.float64]


@numba.njit(cache=True, nogil=True)
def nearest(  # noqa: C901 - one loop on purpose: squares, roads, ranks
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    squeeze: NDArray[np.float64],
    grid: Grid,
    rank: NDArray[np.uint8],
    radius: float,
    found: Nearest,
) -> None:
    """Write into `found` for each point the nearest stretch of rank 1 or more, of rank 2 or more, and so on.

    `squeeze` is how much longer or shorter a unit of x is at the point than on the grid: meridians converge.
    """
    ends, cell, n_x, n_y, start, stretch = grid
    best_stretch, best_share, best_distance = found
    n_ranks = best_stretch.shape[1]
    most_rings = int(radius / cell / np.min(squeeze)) + 1 if x.size else 0

    for p in range(x.size):
        # Distances are squared until the end of the search.
        for k in range(n_ranks):
            best_stretch[p, k] = -1
            best_distance[p, k] = radius * radius

        own_i = math.floor(x[p] / cell)
        own_j = math.floor(y[p] / cell)
        east = x[p] - own_i * cell
        north = y[p] - own_j * cell
        margin = min(east, cell - east, north, cell - north)

        # Search the point's own square, then the ring of squares around it, then the next ring, …
        for ring in range(most_rings + 1):
            # All roads nearer than this lie in rings already searched: stop if the best are among them.
            searched = ((ring - 1) * cell + margin) * min(squeeze[p], 1.0)
            if (
                ring > 0
                and best_stretch[p, n_ranks - 1] >= 0
                and best_distance[p, n_ranks - 1] <= searched * searched
            ):
                break

            for i in range(max(own_i - ring, 0), min(own_i + ring, n_x - 1) + 1):
                # A column inside the ring touches it only at its two ends.
                step = 1 if abs(i - own_i) == ring or ring == 0 else 2 * ring
                for j in range(own_j - ring, own_j + ring + 1, step):
                    if j < 0 or j >= n_y:
                        continue

                    square = i * n_y + j
                    for m in range(start[square], start[square + 1]):
                        s = stretch[m]
                        if rank[s] == 0:
                            continue

                        # Project the point onto the stretch, and stay between its ends.
                        dx = (ends[s, 2] - ends[s, 0]) * squeeze[p]
                        dy = ends[s, 3] - ends[s, 1]
                        qx = (x[p] - ends[s, 0]) * squeeze[p]
                        qy = y[p] - ends[s, 1]
                        length = dx * dx + dy * dy
                        share = (qx * dx + qy * dy) / length if length > 0 else 0.0
                        share = min(max(share, 0.0), 1.0)
                        distance = (qx - share * dx) ** 2 + (qy - share * dy) ** 2

                        for k in range(min(rank[s], n_ranks)):
                            if distance < best_distance[p, k]:
                                best_stretch[p, k] = s
                                best_share[p, k] = share
                                best_distance[p, k] = distance

        for k in range(n_ranks):
            best_distance[p, k] = math.sqrt(best_distance[p, k])
