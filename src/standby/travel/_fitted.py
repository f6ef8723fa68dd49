"""The fitted model, its sources and its errors, read once from the package's own data file."""

import datetime as dt
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from standby._show import Shown
from standby.travel._model import CarMinutesModel
from standby.travel.classes import TRAVEL_CLASSES


@dataclass(frozen=True, slots=True)
class ErrorSummary(Shown):
    """How far the model is off on one set of pairs that it was not fitted on.

    Parameters
    ----------
    sample
        Where the actual times come from: "held_out" (a fifth of the destinations, the fit has not seen
        them), "cross_validated" (every destination, each by a fit that has not seen it), "force_centroids"
        (drive times between police force areas) or "google_noon" (trips between hospitals).
    minutes_range
        "all", or which pairs were taken: "predicted_10_60", "predicted_under_10", "predicted_over_60" by the
        model's own minutes, which is what a planner knows; "actual_10_60" by the actual minutes, which
        shifts the ratios because late arrivals are cut off at one end and early ones at the other.
    ends
        The travel classes of the two ends, in either order, or empty for all pairs.
    n_pairs
        Number of pairs of places.
    n_destinations
        Number of destinations among them.
    bias_min
        Mean of predicted less actual [min].
    median_abs_error_min
        Median of the absolute difference [min].
    ratio_p5, ratio_p50, ratio_p95
        Percentiles over pairs of actual / predicted [-].
    destination_p5, destination_p50, destination_p95
        Percentiles over destinations of the median ratio at each: the part of the error that all trips to
        one place share and that does not average out [-].
    correlation
        Pearson correlation of predicted and actual [-].
    r_squared
        Share of the variance of the actual minutes that the prediction explains; negative if the mean of
        the actual minutes would have been nearer [-].
    """

    sample: str
    minutes_range: str
    ends: tuple[str, ...]
    n_pairs: int
    n_destinations: int
    bias_min: float
    median_abs_error_min: float
    ratio_p5: float
    ratio_p50: float
    ratio_p95: float
    destination_p5: float
    destination_p50: float
    destination_p95: float
    correlation: float
    r_squared: float


@dataclass(frozen=True, slots=True)
class CarMinutesFit(Shown):
    """The fitted model without roads with its sources and its errors.

    Parameters
    ----------
    model
        The parameters, callable on arrays.
    errors
        Summaries of the errors on pairs that the fit has not seen.
    source, licence
        Where the routed times come from and under which licence.
    checks
        Where the times of the other samples come from.
    fitted_on
        Day of the fit.
    seed
        Seed of the draw of the held-out destinations.
    n_origins, n_destinations, n_held_out, n_pairs
        Places in the routed times, how many of the destinations were held out, and pairs with a time.
    """

    model: CarMinutesModel
    errors: tuple[ErrorSummary, ...]
    source: str
    licence: str
    checks: str
    fitted_on: dt.date
    seed: int
    n_origins: int
    n_destinations: int
    n_held_out: int
    n_pairs: int

    def error(
        self, *, sample: str = "held_out", minutes_range: str = "predicted_10_60", ends: tuple[str, ...] = ()
    ) -> ErrorSummary:
        """Return one summary of the errors.

        Parameters
        ----------
        sample, minutes_range, ends
            As in `ErrorSummary`; the two ends may be given in either order.

        Returns
        -------
        ErrorSummary
            The summary of that sample, range and pair of ends.

        Raises
        ------
        KeyError
            If there is no such summary, as for ends of which no pair was held out.

        Examples
        --------
        >>> fitted().error(sample="held_out").n_destinations
        25
        """
        wanted = (sample, minutes_range, tuple(sorted(ends)))
        for summary in self.errors:
            if (summary.sample, summary.minutes_range, tuple(sorted(summary.ends))) == wanted:
                return summary

        known = sorted({(summary.sample, summary.minutes_range) for summary in self.errors})
        raise KeyError(
            f"no errors are kept for {wanted}; there are {known}, for all ends or pairs with enough trips"
        )


@cache
def fitted() -> CarMinutesFit:
    """Return the fitted model that `car_minutes` uses, with its sources and its errors.

    Returns
    -------
    CarMinutesFit
        Read from the package's data file on the first call.

    Examples
    --------
    >>> fitted().n_destinations
    125
    """
    text = resources.files("standby.travel").joinpath("car_minutes.toml").read_text(encoding="utf-8")
    return parse_fit(text)


def parse_fit(text: str) -> CarMinutesFit:
    """Return a fit from the text of a data file such as `car_minutes.toml`.

    Parameters
    ----------
    text
        TOML as `benchmarks/fit_minutes.py` writes it.

    Returns
    -------
    CarMinutesFit
        The model with its sources and errors.
    """
    data: dict[str, Any] = tomllib.loads(text)

    ends = [data["ends"][name] for name in TRAVEL_CLASSES]
    model = CarMinutesModel(
        start_min=data["start_min"],
        far_kph=data["far_kph"],
        delay_min=tuple(end["delay_min"] for end in ends),
        reach_km=tuple(end["reach_km"] for end in ends),
    )

    # TOML has lists only; the summary is hashable with tuples.
    errors = tuple(ErrorSummary(**{**row, "ends": tuple(row["ends"])}) for row in data["errors"])
    return CarMinutesFit(model=model, errors=errors, **data["fit"])
