"""Compiled loops for what varies from call to call: trips, turnout and authorisation.

A unit arrives a fixed part (the notice of mutual aid, the minutes of breaking off) and a random part (turnout
and drive) after it is sent. The random part is lognormal, with the mean that the plan gives and the standard
deviation of its parts together. Whoever sends units knows the means alone, so that units set out in the order
in which they are expected.

Authorisation is the same for all who come to a call. It is taken at three values with weights that have the
mean, the variance and the skewness of a normal distribution (Gauss and Hermite), of its logarithm.
"""

import math
from typing import NamedTuple

import numpy as np
from numba import njit

SQRT_2 = math.sqrt(2.0)
SLACK_MIN = 1e-9  # minutes: what is on time but for rounding is on time
APART = 3.5  # standard deviations between two arrivals beyond which the later one is known
FAR = 6.0  # standard deviations beyond which nothing is left of a distribution

AUTHORISATION_Z = np.array([-math.sqrt(3.0), 0.0, math.sqrt(3.0)])
AUTHORISATION_WEIGHT = np.array([1.0 / 6.0, 2.0 / 3.0, 1.0 / 6.0])

GOLDEN = 0.6180339887498949  # multiples of it, less their whole part, are spread evenly over 0 to 1
SPREAD_OVER = 4  # values that stand for an arrival in the histogram, at other quantiles at every place


class Spread(NamedTuple):
    """How arrivals vary; arrays of size 0 where nothing does.

    random_min: mean of the part that varies, (places, positions) [min]; sigma: standard deviation of its
    logarithm, (places, positions); late: minutes by which authorisation is later than its mean, (attendances,
    3) [min]; authorisation_sd: its standard deviation, (attendances,) [min]; normal: quantiles of the normal
    distribution at the midpoints of equal parts, (parts,).
    """

    random_min: np.ndarray
    sigma: np.ndarray
    late: np.ndarray
    authorisation_sd: np.ndarray
    normal: np.ndarray


@njit(cache=True, nogil=True, error_model="numpy")
def normal(z):
    """Return the standard normal distribution function."""
    return 0.5 * math.erfc(-z / SQRT_2)


@njit(cache=True, nogil=True, error_model="numpy")
def chance_by(minutes, mean, random_min, sigma):
    """Return the chance to have arrived by so many minutes, of a unit expected after ``mean`` minutes.

    random_min: mean of the part of it that varies [min]; sigma: standard deviation of its logarithm.
    """
    if sigma <= 0.0 or random_min <= 0.0:
        return 1.0 if mean <= minutes + SLACK_MIN else 0.0
    left = minutes + SLACK_MIN - (mean - random_min)
    if not left > 0.0:  # no number either: never in time
        return 0.0
    z = math.log(left / random_min) / sigma + 0.5 * sigma
    return normal(z)


@njit(cache=True, nogil=True, error_model="numpy")
def chances_by(minutes, mean, random_min, random_sd):
    """Return the same chance in arrays of one shape; random_sd: standard deviation of what varies."""
    chance = np.empty(minutes.size)
    for i in range(minutes.size):
        sigma = sigma_of(random_min[i], random_sd[i])
        chance[i] = chance_by(minutes[i], mean[i], random_min[i], sigma)
    return chance


@njit(cache=True, nogil=True, error_model="numpy")
def capped_mean(mean, random_min, sigma, limit):
    """Return the mean of the arrival or a limit, whichever is sooner [min]: the lognormal's partial mean."""
    if sigma <= 0.0 or random_min <= 0.0:
        return min(mean, limit)
    fixed = mean - random_min
    left = limit - fixed
    if left <= 0.0:
        return limit
    z = math.log(left / random_min) / sigma + 0.5 * sigma
    if z > FAR:
        return mean
    within = normal(z)
    within_mean = random_min * normal(z - sigma)
    return fixed * within + within_mean + limit * (1.0 - within)


@njit(cache=True, nogil=True, error_model="numpy")
def sigma_of(mean, sd):
    """Return the standard deviation of the logarithm of a lognormal with a mean and a standard deviation."""
    if mean <= 0.0 or sd <= 0.0:
        return 0.0
    ratio = sd / mean
    return math.sqrt(math.log1p(ratio * ratio))


@njit(cache=True, nogil=True, error_model="numpy")
def later_of(mean, sd, other_mean, other_sd):
    """Return mean and standard deviation of the later of two independent lognormal arrivals [min].

    With logarithms of means μ and variances σ², a² = σ₁² + σ₂² and d = μ₁ − μ₂, the k-th moment of the later
    one is E[X₁ᵏ] Φ((d + k σ₁²) / a) + E[X₂ᵏ] Φ((−d + k σ₂²) / a), as in the value of an exchange option
    (Margrabe 1978).
    """
    if mean <= 0.0 or other_mean <= 0.0 or (sd <= 0.0 and other_sd <= 0.0):
        return (mean, sd) if mean > other_mean else (other_mean, other_sd)
    sigma = sigma_of(mean, sd)
    other_sigma = sigma_of(other_mean, other_sd)
    variance = sigma * sigma
    other_variance = other_sigma * other_sigma

    spread = math.sqrt(variance + other_variance)
    gap = math.log(mean / other_mean) - 0.5 * (variance - other_variance)
    if gap > APART * spread:
        return mean, sd
    if gap < -APART * spread:
        return other_mean, other_sd

    later = mean * normal((gap + variance) / spread) + other_mean * normal((other_variance - gap) / spread)
    square = (mean * mean + sd * sd) * normal((gap + 2.0 * variance) / spread)
    square += (other_mean * other_mean + other_sd * other_sd) * normal((2.0 * other_variance - gap) / spread)
    return later, math.sqrt(max(square - later * later, 0.0))


@njit(cache=True, nogil=True, error_model="numpy")
def sample(mean, random_min, sigma, place, rank, number, numbers, normal_quantiles):
    """Return one of so many values that stand for an arrival [min].

    They lie in equal parts of the distribution, each at a point that differs from place to place, so that
    over many places all quantiles are there.
    """
    if sigma <= 0.0 or random_min <= 0.0:
        return mean
    offset = (place + 1) * GOLDEN + (rank + 1) * GOLDEN * GOLDEN
    offset -= math.floor(offset)
    quantile = (number + offset) / numbers
    z = normal_quantiles[min(int(quantile * normal_quantiles.size), normal_quantiles.size - 1)]
    return mean - random_min + random_min * math.exp(sigma * z - 0.5 * sigma * sigma)
