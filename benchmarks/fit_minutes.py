"""Fit the travel model without roads again, measure its error and rewrite the package's data file.

    python benchmarks/fit_minutes.py --out src/standby/travel/car_minutes.toml
    python benchmarks/fit_minutes.py --compare

Reads the published files in the folder `shared` beside the checkout (see `--shared`). The five parts of
the destinations are drawn once: the first is held out, forms are compared on the other four only
(`--compare`), and the shipped parameters are those fitted without the first, so that the held-out errors are
errors of what is shipped.
"""

import argparse
import dataclasses
import datetime as dt
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from fit_minutes_candidates import CANDIDATES, fit_candidate
from standby.travel import TRAVEL_CLASSES, CarMinutesModel, classes_from_ruc2011, great_circle_km
from standby.travel.fit import destination_folds, fit_car_minutes, summarise_errors

SEED = 2022
SHARED = Path(__file__).resolve().parents[1].parent / "shared"
SOURCE = (
    "samuel-book/stroke_unit_demographics: car times from 34,752 small areas (LSOA 2011) of England and "
    "Wales to 125 hospitals, routed on OpenStreetMap in whole minutes x and put on the scale of "
    "Google's noon times (every published value is 5.80 + 1.074 x to within 0.05); classes: ONS rural-urban "
    "classification 2011, of a hospital that of the nearest small area; distances: great circle "
    "from population-weighted points"
)
CHECKS = (
    "force_centroids: M-O-P-D/popm (MIT), 2021, drive times between the centroids of 40 police force areas "
    "by another engine; 12 of them have a road distance below the great circle between our centroids, so the "
    "points differ; google_noon: Google's Wednesday noon times between hospitals, published beside the "
    "routed times"
)
HEADER = """\
# Minutes between two places from great-circle distance and the class of both ends, without a road file.
# Written by benchmarks/fit_minutes.py; do not edit by hand.
#
# minutes = start_min + 60 * km / far_kph + the sum over both ends of delay_min * (1 - exp(-km / reach_km))
"""


@dataclasses.dataclass(frozen=True)
class Trips:
    """Routed times from every small area to every hospital."""

    areas: pd.DataFrame
    hospitals: pd.DataFrame
    km: np.ndarray
    origin_classes: np.ndarray
    destination_classes: np.ndarray
    minutes: np.ndarray

    def part(self, columns):
        """Arguments of the fit for some of the destinations."""
        return (
            self.km[:, columns],
            self.origin_classes,
            self.destination_classes[columns],
            self.minutes[:, columns],
        )


def read_trips(shared):
    """Join the published matrix with the places it names."""
    folder = shared / "geo" / "traveltimes"
    with zipfile.ZipFile(folder / "lsoa_travel_time_matrix_calibrated.zip") as archive:
        matrix = pd.read_csv(archive.open("lsoa_travel_time_matrix_calibrated.csv"), index_col=0)
    areas = pd.read_csv(shared / "geo" / "national" / "lsoa2011_ew_master.csv")
    areas = areas.set_index(_plain_names(areas["LSOA11NM"])).loc[_plain_names(matrix.index)]
    hospitals = read_hospitals(shared).loc[matrix.columns]
    classes = classes_from_ruc2011(areas["RUC11CD"])
    return Trips(
        areas=areas,
        hospitals=hospitals,
        km=great_circle_km(areas[["lon", "lat"]], hospitals),
        origin_classes=classes,
        destination_classes=classes_of_nearest(hospitals, areas, classes),
        minutes=matrix.to_numpy(dtype=np.float64),
    )


def _plain_names(names):
    """One spelling for the district that the files write with and without commas and a second f."""
    return pd.Index(names).str.replace("Rhondda, Cynon, Taff", "Rhondda Cynon Taf")


def read_hospitals(shared):
    """Longitude and latitude of the hospitals by postcode."""
    table = pd.read_csv(shared / "geo" / "traveltimes" / "stroke_hospitals_2022.csv", encoding="cp1252")
    return table.set_index(table["Postcode"].str.replace(" ", ""))[["long", "lat"]]


def classes_of_nearest(places, areas, classes):
    """Class of the small area whose point is nearest to each place."""
    tree = cKDTree(_on_sphere(areas[["lon", "lat"]]))
    return classes[tree.query(_on_sphere(places))[1]]


def _on_sphere(lonlat):
    lon, lat = np.radians(np.asarray(lonlat)).T
    return np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])


def read_force_pairs(shared, trips):
    """Great-circle distance, classes and drive minutes between the centroids of force areas."""
    pairs = pd.read_csv(shared / "facts" / "force_centroid_drive_times.csv")
    forces = pd.read_csv(shared / "facts" / "force_areas.csv").set_index("name")
    merged = {
        "Beds Cambs Herts": ["Bedfordshire", "Cambridgeshire", "Hertfordshire"],
        "W Midlands W Mercia": ["West Midlands", "West Mercia"],
    }
    centroids = forces[["centroid_lon", "centroid_lat"]].copy()
    for name, members in merged.items():  # the centroid of a union is the mean of the centroids by area
        weights = forces.loc[members, "area_km2"]
        centroids.loc[name] = centroids.loc[members].mul(weights, axis=0).sum() / weights.sum()
    start, end = (centroids.loc[pairs[column]] for column in ("from_force", "to_force"))
    ends = [classes_of_nearest(places, trips.areas, trips.origin_classes) for places in (start, end)]
    return (
        _km_by_row(start, end),
        *ends,
        pairs["drive_minutes"].to_numpy(),
        pd.factorize(pairs["to_force"])[0],
    )


def read_google_pairs(shared, trips):
    """Great-circle distance, classes and Google's noon minutes of the trips between two hospitals."""
    pairs = pd.read_csv(shared / "geo" / "traveltimes" / "calibration_minutes.csv")
    pairs.columns = ["start", "end", "osm_min", "google_min"]
    hospitals = read_hospitals(shared)
    pairs["start"], pairs["end"] = (pairs[column].str.replace(" ", "") for column in ("start", "end"))
    pairs = pairs[pairs["start"].isin(hospitals.index) & pairs["end"].isin(hospitals.index)]
    start, end = hospitals.loc[pairs["start"]], hospitals.loc[pairs["end"]]
    ends = [classes_of_nearest(places, trips.areas, trips.origin_classes) for places in (start, end)]
    return _km_by_row(start, end), *ends, pairs["google_min"].to_numpy(float), pd.factorize(pairs["end"])[0]


def _km_by_row(start, end):
    return np.array([great_circle_km([a], [b])[0, 0] for a, b in zip(start.values, end.values, strict=True)])


def predict_rows(model, km, first, last):
    """Minutes for single pairs."""
    rows = zip(km, first, last, strict=True)
    return np.array([model.minutes(np.array([[d]]), np.array([a]), np.array([b]))[0, 0] for d, a, b in rows])


def rounded(model):
    """Parameters as they are written, so that errors are those of the written numbers."""
    return CarMinutesModel(
        start_min=round(model.start_min, 3),
        far_kph=round(model.far_kph, 3),
        delay_min=tuple(round(value, 3) for value in model.delay_min),
        reach_km=tuple(round(value, 3) for value in model.reach_km),
    )


def tables_by_range(predicted, actual, destination, *, sample):
    """Error summaries by range of minutes."""
    masks = {
        "all": np.ones(actual.size, dtype=bool),
        "predicted_10_60": (predicted >= 10) & (predicted < 60),
        "actual_10_60": (actual >= 10) & (actual < 60),
        "predicted_under_10": predicted < 10,
        "predicted_over_60": predicted >= 60,
    }
    found = (
        summarise_errors(predicted[m], actual[m], destination[m], sample=sample, minutes_range=name)
        for name, m in masks.items()
    )
    return [summary for summary in found if summary]


def tables_by_ends(predicted, actual, destination, first, last, *, sample):
    """Error summaries of predicted 10 to 60 minutes by the classes of the two ends."""
    rows = []
    near = (predicted >= 10) & (predicted < 60)
    for low, name in enumerate(TRAVEL_CLASSES):
        for high in range(low, len(TRAVEL_CLASSES)):
            mask = near & (np.minimum(first, last) == low) & (np.maximum(first, last) == high)
            rows.append(
                summarise_errors(
                    predicted[mask],
                    actual[mask],
                    destination[mask],
                    sample=sample,
                    minutes_range="predicted_10_60",
                    ends=(name, TRAVEL_CLASSES[high]),
                )
            )
    return [summary for summary in rows if summary]


def unseen(trips, models, folds):
    """Give predicted and actual minutes, destination and classes of pairs that each model has not seen."""
    parts = []
    for model, columns in zip(models, folds, strict=True):
        km, first, last, actual = trips.part(columns)
        predicted = model.minutes(km, first, last)
        known = np.isfinite(actual)
        grids = (columns[None, :], first[:, None], last[None, :])
        parts.append(
            [predicted[known], actual[known], *(np.broadcast_to(g, known.shape)[known] for g in grids)]
        )
    return [np.concatenate(arrays) for arrays in zip(*parts, strict=True)]


def fit_all(trips, folds):
    """One model per part of the destinations, fitted on all the others."""
    everything = np.arange(trips.minutes.shape[1])
    return [rounded(fit_car_minutes(*trips.part(np.setdiff1d(everything, fold)))) for fold in folds]


def measure(shared, trips, models, folds):
    """Every error summary that the data file keeps."""
    errors = []
    for sample, n_parts in (("held_out", 1), ("cross_validated", len(folds))):
        predicted, actual, destination, first, last = unseen(trips, models[:n_parts], folds[:n_parts])
        errors += tables_by_range(predicted, actual, destination, sample=sample)
        errors += tables_by_ends(predicted, actual, destination, first, last, sample=sample)
    for sample, read in (("force_centroids", read_force_pairs), ("google_noon", read_google_pairs)):
        km, first, last, actual, destination = read(shared, trips)
        errors += tables_by_range(
            predict_rows(models[0], km, first, last), actual, destination, sample=sample
        )
    return errors


def to_toml(model, errors, trips, folds, today):
    """Text of the data file."""
    fit = {
        "source": SOURCE,
        "licence": "MIT (times), Open Government Licence v3.0 (places and classes)",
        "checks": CHECKS,
        "fitted_on": today,
        "seed": SEED,
        "n_origins": trips.minutes.shape[0],
        "n_destinations": trips.minutes.shape[1],
        "n_held_out": folds[0].size,
        "n_pairs": int(np.isfinite(trips.minutes).sum()),
    }
    lines = [HEADER, f"start_min = {model.start_min}", f"far_kph = {model.far_kph}", "errors = ["]
    lines += [
        "  { " + ", ".join(f"{k} = {_value(v)}" for k, v in dataclasses.asdict(e).items()) + " },"
        for e in errors
    ]
    lines += ["]", ""]
    for name, delay, reach in zip(TRAVEL_CLASSES, model.delay_min, model.reach_km, strict=True):
        lines += [f"[ends.{name}]", f"delay_min = {delay}", f"reach_km = {reach}", ""]
    lines += ["[fit]", *(f"{key} = {_value(value)}" for key, value in fit.items()), ""]
    return "\n".join(lines)


def _value(value):
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, tuple):
        return "[" + ", ".join(f'"{item}"' for item in value) + "]"
    if isinstance(value, float):
        return f"{value:.3f}"
    return str(value)


def print_errors(errors):
    """Print the summaries as a table."""
    titles = ("sample", "minutes", "ends", "pairs", "dest", "bias", "MdAE")
    ratios = ("p5", "p50", "p95 of actual/predicted", "p5", "p50", "p95 of destinations", "corr", "R2")
    print(" | ".join(titles + ratios))
    for error in errors:
        row = dataclasses.asdict(error) | {"ends": " ".join(error.ends)}
        print(" | ".join(f"{v:.3f}" if isinstance(v, float) else str(v) for v in row.values()))


def compare(trips, folds):
    """Print the errors of every candidate form; the held-out destinations are not touched."""
    training = np.concatenate(folds[1:])
    for candidate in CANDIDATES:
        parts = []
        for fold in folds[1:]:
            predict = fit_candidate(candidate, *trips.part(np.setdiff1d(training, fold)))
            km, first, last, actual = trips.part(fold)
            known = np.isfinite(actual)
            one, other, where = (
                np.broadcast_to(grid, km.shape)[known] for grid in (first[:, None], last, fold)
            )
            parts.append([predict(km[known], one, other), actual[known], where])
        predicted, actual, destination = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
        print(f"\n{candidate.curve.__name__} ({candidate.guess.size} parameters): {candidate.curve.__doc__}")
        print_errors(tables_by_range(predicted, actual, destination, sample="other_four_fifths"))


def main():
    """Fit, measure, print, and write if asked to."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--shared", type=Path, default=SHARED, help="folder with geo/ and facts/")
    parser.add_argument("--out", type=Path, help="write the data file here")
    parser.add_argument("--date", type=dt.date.fromisoformat, default=dt.date.today())  # noqa: DTZ011 - a label
    parser.add_argument("--compare", action="store_true", help="compare candidate forms instead")
    options = parser.parse_args()
    trips = read_trips(options.shared)
    folds = destination_folds(trips.minutes.shape[1], seed=SEED)
    if options.compare:
        compare(trips, folds)
        return
    models = fit_all(trips, folds)
    errors = measure(options.shared, trips, models, folds)
    print(models[0])
    print_errors(errors)
    if options.out:
        options.out.write_text(to_toml(models[0], errors, trips, folds, options.date), encoding="utf-8")


if __name__ == "__main__":
    main()
