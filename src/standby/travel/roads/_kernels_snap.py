"""Compiled search for the nearest stretch of road, over a grid of squares."""

import math

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
    """Return for each square the stretches whose box touches it: starts and numbers.

    `ends` holds x, y of one end and x, y of the other, from the south-west corner of the grid, shape (n, 4).
    """
    start = np.zeros(n_x * n_y + 1, np.int64)
    for s in range(ends.shape[0]):
        for i in range(int(min(ends[s, 0], ends[s, 2]) / cell), int(max(ends[s, 0], ends[s, 2]) / cell) + 1):
            for j in range(
                int(min(ends[s, 1], ends[s, 3]) / cell), int(max(ends[s, 1], ends[s, 3]) / cell) + 1
            ):
                start[i * n_y + j + 1] += 1
    for c in range(n_x * n_y):
        start[c + 1] += start[c]
    fill = start[:-1].copy()
    stretch = np.empty(start[-1], np.int32)
    for s in range(ends.shape[0]):
        for i in range(int(min(ends[s, 0], ends[s, 2]) / cell), int(max(ends[s, 0], ends[s, 2]) / cell) + 1):
            for j in range(
                int(min(ends[s, 1], ends[s, 3]) / cell), int(max(ends[s, 1], ends[s, 3]) / cell) + 1
            ):
                c = i * n_y + j
                stretch[fill[c]] = s
                fill[c] += 1
    return start, stretch


@numba.njit(cache=True, nogil=True)
def nearest(  # noqa: C901 - one loop on purpose: squares, roads, ranks
    px: NDArray[np.float64],
    py: NDArray[np.float64],
    squeeze: NDArray[np.float64],
    ends: NDArray[np.float64],
    rank: NDArray[np.uint8],
    cell: float,
    n_x: int,
    n_y: int,
    start: NDArray[np.int64],
    stretch: NDArray[np.int32],
    radius: float,
    out_stretch: NDArray[np.int32],
    out_share: NDArray[np.float64],
    out_distance: NDArray[np.float64],
) -> None:
    """Write for each point the nearest stretch of rank 1 or more, the nearest of 2 or more, and so on.

    Outputs have the shape (n, ranks): stretch (-1 if none lies within the radius), share of its length,
    distance.
    `squeeze` is how much longer or shorter a unit of x is at the point than on the grid.
    """
    ranks = out_stretch.shape[1]
    rings = int(radius / cell / np.min(squeeze)) + 1 if px.size else 0
    for p in range(px.size):
        for k in range(ranks):
            out_stretch[p, k] = -1
            out_distance[p, k] = radius * radius
        ci, cj = math.floor(px[p] / cell), math.floor(py[p] / cell)
        east, north = px[p] - ci * cell, py[p] - cj * cell
        margin = min(east, cell - east, north, cell - north)
        for ring in range(rings + 1):
            seen = ((ring - 1) * cell + margin) * min(
                squeeze[p], 1.0
            )  # all roads so near have been looked at
            if ring > 0 and out_stretch[p, ranks - 1] >= 0 and out_distance[p, ranks - 1] <= seen * seen:
                break
            for i in range(max(ci - ring, 0), min(ci + ring, n_x - 1) + 1):
                step = 1 if abs(i - ci) == ring or ring == 0 else 2 * ring
                for j in range(cj - ring, cj + ring + 1, step):
                    if j < 0 or j >= n_y:
                        continue
                    c = i * n_y + j
                    for m in range(start[c], start[c + 1]):
                        s = stretch[m]
                        if rank[s] == 0:
                            continue
                        dx, dy = (ends[s, 2] - ends[s, 0]) * squeeze[p], ends[s, 3] - ends[s, 1]
                        qx, qy = (px[p] - ends[s, 0]) * squeeze[p], py[p] - ends[s, 1]
                        length = dx * dx + dy * dy
                        share = (qx * dx + qy * dy) / length if length > 0 else 0.0
                        share = min(max(share, 0.0), 1.0)
                        away = (qx - share * dx) ** 2 + (qy - share * dy) ** 2
                        for k in range(min(rank[s], ranks)):
                            if away < out_distance[p, k]:
                                out_stretch[p, k] = s
                                out_share[p, k] = share
                                out_distance[p, k] = away
        for k in range(ranks):
            out_distance[p, k] = math.sqrt(out_distance[p, k])
