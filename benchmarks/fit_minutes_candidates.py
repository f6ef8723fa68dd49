"""Forms of the minutes that were tried beside the one that the package uses."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import least_squares

from standby.travel import TRAVEL_CLASSES
from standby.travel.fit import ROBUST_SCALE, median_cells

N = len(TRAVEL_CLASSES)
KNOTS_KM = np.array([0, 1, 2, 4, 7, 11, 16, 24, 35, 50, 75, 120, 200, 400, 800.0])
STEPS = KNOTS_KM.size - 1


@dataclass(frozen=True)
class Candidate:
    """A form: minutes from parameters, distance and the classes of both ends."""

    curve: Callable
    guess: np.ndarray


def grow(km, reach):
    """Rise from 0 to 1 within a few reaches."""
    return -np.expm1(-km / reach)


def broken_line(slopes, km):
    """Line through the origin with a slope between each pair of knots."""
    return np.interp(km, KNOTS_KM, np.concatenate([[0.0], np.cumsum(slopes * np.diff(KNOTS_KM))]))


def linear(p, km, _a, _b):
    """Use a start and one speed."""
    return p[0] + p[1] * km


def saturating(p, km, _a, _b):
    """Use one speed and a growing delay."""
    return p[0] + p[1] * km + p[2] * grow(km, p[3])


def saturating_twice(p, km, a, b):
    """Use one speed and two growing delays."""
    return saturating(p, km, a, b) + p[4] * grow(km, p[5])


def power(p, km, _a, _b):
    """Use a start and a power of distance."""
    return p[0] + p[1] * km ** p[2]


def power_by_ends(p, km, a, b):
    """Use a power of distance by class."""
    return p[0] + (p[1 + a] + p[1 + b]) * km ** ((p[5 + a] + p[5 + b]) / 2)


def factor_by_ends(p, km, a, b):
    """Use two growing delays, times a factor for the class of each end."""
    return saturating_twice(p, km, a, b) * p[6 + a] * p[6 + b]


def ends_one_reach(p, km, a, b):
    """Use a delay for the class of each end, all with one reach."""
    return p[0] + p[1] * km + (p[2 + a] + p[2 + b]) * grow(km, p[6])


def ends(p, km, a, b):
    """Use a delay and a reach for the class of each end: what the package uses."""
    return p[0] + p[1] * km + p[2 + a] * grow(km, p[6 + a]) + p[2 + b] * grow(km, p[6 + b])


def ends_and_middle(p, km, a, b):
    """Do the same and a delay in the middle."""
    return ends(p, km, a, b) + p[10] * grow(km, p[11])


def broken_lines_by_ends(p, km, a, b):
    """Use an increasing broken line by class, averaged over the ends."""
    out = np.full_like(km, p[0])
    for code, slopes in enumerate(p[1:].reshape(N, STEPS)):
        out += broken_line(slopes, km) * ((a == code) * 0.5 + (b == code) * 0.5)
    return out


def broken_lines_by_pair(p, km, a, b):
    """Use an increasing broken line by pair of classes."""
    out = np.full_like(km, p[0])
    low, high = np.minimum(a, b), np.maximum(a, b)
    pairs = [(i, j) for i in range(N) for j in range(i, N)]
    for (i, j), slopes in zip(pairs, p[1:].reshape(len(pairs), STEPS), strict=True):
        mask = (low == i) & (high == j)
        out[mask] += broken_line(slopes, km[mask])
    return out


CANDIDATES = [
    Candidate(linear, np.array([6.0, 0.8])),
    Candidate(power, np.array([6.0, 2.0, 0.8])),
    Candidate(saturating, np.array([6.0, 0.7, 10.0, 15.0])),
    Candidate(saturating_twice, np.array([6.0, 0.7, 5.0, 3.0, 15.0, 40.0])),
    Candidate(
        power_by_ends,
        np.array([6.0, *[1.0] * N, *[0.8] * N]),
    ),
    Candidate(
        factor_by_ends,
        np.array([6.0, 0.7, 5.0, 3.0, 15.0, 40.0, *[1.0] * N]),
    ),
    Candidate(
        ends_one_reach,
        np.array([6.0, 0.7, *[5.0] * N, 15.0]),
    ),
    Candidate(ends, np.array([6.0, 0.7, *[5.0] * N, *[15.0] * N])),
    Candidate(
        ends_and_middle,
        np.array([6.0, 0.7, *[5.0] * N, *[15.0] * N, 5.0, 60.0]),
    ),
    Candidate(
        broken_lines_by_ends,
        np.array([6.0, *[0.9] * N * STEPS]),
    ),
    Candidate(
        broken_lines_by_pair,
        np.array([6.0, *[0.9] * (N * (N + 1) // 2) * STEPS]),
    ),
]


def fit_candidate(candidate, km, first, last, minutes):
    """Fit a form in the way the package fits its own and return the function of pairs."""
    cells = median_cells(km, first, last, minutes)
    weight, target = cells.weight(), np.log(cells.minutes)

    def residuals(p):
        return weight * (np.log(candidate.curve(p, cells.km, cells.one, cells.other)) - target)

    found = least_squares(
        residuals,
        candidate.guess,
        bounds=(1e-3, 300.0),
        x_scale=candidate.guess,
        loss="soft_l1",
        f_scale=ROBUST_SCALE,
    )
    return lambda d, a, b: candidate.curve(found.x, d, a, b)
