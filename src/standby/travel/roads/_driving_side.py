"""Decide on which side traffic keeps: what the data say, else where they lie.

The territories are those in which traffic keeps to the left, drawn by hand with few corners: good to some
tens of kilometres along land borders, and to a few in the Strait of Dover, around Hong Kong and among the
islands of the Caribbean. The list of territories agrees with the ``driving_side`` that
OpenStreetMap gives to countries (wiki.openstreetmap.org/wiki/Key:driving_side). Samoa changed to the left in
2009. Everywhere else traffic keeps to the right.
"""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np
import shapely

from standby._typing import Floats, Mask
from standby.travel.roads._codes import SIDES
from standby.travel.roads._graph import Longs
from standby.words import degrees, fine_share, plain

Corners = tuple[tuple[float, float], ...]

MOST_LOOKED_UP: Final = 20_000
"""Most stretches of road whose place is looked up: of a larger network every second, third, …"""

TAGGED_SHARE: Final = 0.1
"""Share of the length of roads that must say their side before that counts for the whole network. Roads that
say it are exceptions otherwise, by the meaning of the tag."""

LEFT_BOXES: Final = {
    "Malta": (14.1, 35.7, 14.7, 36.2),
    "Cyprus": (32.2, 34.5, 34.7, 35.8),
    "the Channel Islands": (-2.8, 49.1, -1.98, 49.8),
    "the Maldives and Lakshadweep": (71.5, -1.0, 74.0, 13.0),
    "the Andaman and Nicobar Islands": (92.0, 6.5, 94.3, 13.8),
    "Australia": (112.0, -44.5, 154.5, -9.9),
    "New Zealand": (165.5, -53.0, 180.0, -33.8),
    "the Chatham Islands": (-177.5, -44.6, -175.5, -43.5),
    "Lord Howe Island": (158.9, -31.9, 159.4, -31.4),
    "Norfolk Island": (167.7, -29.3, 168.2, -28.9),
    "Christmas Island": (105.3, -10.8, 105.9, -10.3),
    "the Cocos Islands": (96.6, -12.4, 97.1, -11.7),
    "Fiji": (176.5, -21.2, 180.0, -12.3),
    "Fiji, east of the date line": (-180.0, -21.2, -178.3, -15.4),
    "Tonga": (-176.4, -22.5, -173.6, -15.4),
    "Samoa": (-172.9, -14.2, -171.3, -13.3),
    "the Cook Islands": (-166.0, -22.2, -157.2, -8.8),
    "Niue": (-170.1, -19.2, -169.7, -18.9),
    "Tokelau": (-172.7, -9.6, -171.1, -8.5),
    "Tuvalu": (176.0, -11.0, 180.0, -5.5),
    "Nauru": (166.8, -0.6, 167.1, -0.4),
    "Kiribati": (172.7, -3.0, 177.0, 3.6),
    "the Phoenix Islands": (-174.7, -4.8, -170.5, -2.6),
    "the Line Islands": (-160.6, -11.7, -150.0, 4.8),
    "the Pitcairn Islands": (-131.0, -25.2, -124.6, -23.8),
    "Mauritius": (57.2, -20.7, 57.9, -19.8),
    "Rodrigues": (63.2, -19.9, 63.6, -19.6),
    "Seychelles": (46.0, -10.6, 56.6, -3.5),
    "Saint Helena": (-5.9, -16.2, -5.5, -15.8),
    "Ascension": (-14.5, -8.1, -14.2, -7.8),
    "Tristan da Cunha": (-12.8, -37.6, -12.1, -37.0),
    "the Falkland Islands": (-61.6, -52.6, -57.6, -50.9),
    "South Georgia": (-38.6, -55.1, -35.4, -53.8),
    "Bermuda": (-65.0, 32.2, -64.6, 32.5),
    "the Turks and Caicos Islands": (-72.6, 21.0, -71.0, 22.1),
    "the Cayman Islands": (-81.6, 19.1, -79.6, 19.9),
    "Jamaica": (-78.5, 17.6, -76.1, 18.6),
    "the Virgin Islands": (-65.13, 17.6, -64.2, 18.8),
    "Anguilla": (-63.6, 18.15, -62.9, 18.7),
    "Saint Kitts and Nevis": (-62.9, 17.05, -62.5, 17.45),
    "Antigua and Barbuda": (-62.4, 16.9, -61.6, 17.8),
    "Montserrat": (-62.3, 16.6, -62.1, 16.85),
    "Dominica": (-61.6, 15.15, -61.2, 15.7),
    "Saint Lucia": (-61.15, 13.65, -60.8, 14.2),
    "Saint Vincent and Grenada": (-61.9, 11.9, -61.0, 13.45),
    "Barbados": (-59.75, 13.0, -59.3, 13.4),
    "Trinidad and Tobago": (-61.82, 9.95, -60.4, 11.45),
    "the south-west of Trinidad": (-61.95, 9.95, -61.82, 10.3),
}
"""Territories that fit in a box of their own: west, south, east, north [degrees]."""

LEFT_SHAPES: Final[dict[str, Corners]] = {
    "Great Britain and Ireland": (
        (-6.6, 49.7), (-2.9, 49.85), (-1.0, 50.3), (0.5, 50.5), (1.25, 50.85), (1.48, 51.0), (2.0, 51.3),
        (2.5, 52.5), (2.0, 53.6), (0.5, 55.0), (-0.3, 61.2), (-9.0, 61.1), (-11.3, 58.0), (-11.3, 51.0),
    ),
    "South Asia": (
        (61.5, 24.9), (61.65, 25.3), (61.8, 26.2), (63.2, 26.7), (63.3, 27.2), (62.75, 27.4), (62.75, 28.3),
        (61.77, 28.7), (61.37, 29.3), (60.87, 29.86), (62.55, 29.32), (63.55, 29.47), (64.15, 29.34),
        (65.05, 29.47), (66.35, 29.89), (66.4, 30.9), (66.94, 31.3), (67.68, 31.3), (68.56, 31.71),
        (69.26, 31.9), (69.32, 32.5), (70.1, 33.3), (69.7, 34.0), (71.09, 34.1), (71.15, 34.35),
        (71.1, 34.75), (71.6, 35.2), (71.5, 35.65), (71.26, 36.07), (71.85, 36.51), (72.92, 36.72),
        (74.07, 36.84), (74.58, 37.03), (75.42, 36.85), (76.2, 35.9), (77.8, 35.5), (78.3, 34.6),
        (78.9, 33.5), (79.2, 32.7), (78.75, 32.0), (78.74, 31.5), (79.7, 30.9), (81.1, 30.2), (81.5, 30.42),
        (82.33, 30.12), (83.3, 29.5), (83.9, 29.32), (84.23, 28.84), (85.0, 28.64), (85.4, 28.28),
        (85.97, 27.97), (86.95, 27.97), (88.12, 27.88), (88.73, 28.09), (88.83, 27.39), (89.0, 27.3),
        (89.5, 28.1), (90.4, 28.1), (91.26, 28.04), (91.7, 27.77), (92.5, 27.9), (93.41, 28.64),
        (94.57, 29.28), (95.4, 29.03), (96.12, 29.45), (96.59, 28.83), (97.33, 28.26), (97.05, 27.7),
        (97.13, 27.08), (96.17, 27.23), (95.12, 26.57), (95.16, 26.0), (94.6, 25.16), (94.55, 24.68),
        (94.32, 24.24), (94.1, 23.85), (93.33, 24.08), (93.29, 23.04), (93.06, 22.7), (93.17, 22.28),
        (92.67, 22.04), (92.65, 21.32), (92.3, 20.85), (92.4, 20.5), (85.0, 17.0), (82.5, 8.0), (82.2, 5.5),
        (79.0, 5.5), (77.0, 7.5), (72.0, 17.0), (67.0, 22.0),
    ),
    "Thailand, Malaysia and Singapore": (
        (100.08, 20.36), (99.88, 20.44), (99.5, 20.36), (99.0, 20.05), (98.25, 19.7), (97.8, 18.63),
        (97.38, 18.45), (97.86, 17.57), (98.52, 16.7), (98.9, 16.18), (98.54, 15.31), (98.19, 15.12),
        (98.43, 14.62), (99.1, 13.83), (99.21, 13.27), (99.6, 11.89), (99.04, 10.96), (98.57, 9.98),
        (97.5, 9.5), (97.5, 6.5), (99.0, 3.0), (103.3, 1.1), (104.6, 1.1), (104.6, 6.0), (101.8, 8.5),
        (102.5, 11.4), (102.9, 11.65), (102.6, 12.19), (102.35, 13.3), (102.55, 13.66), (102.99, 14.23),
        (104.28, 14.42), (105.22, 14.27), (105.5, 14.6), (105.5, 15.1), (105.59, 15.57), (104.78, 16.44),
        (104.74, 16.6), (104.81, 17.4), (103.96, 18.24), (103.2, 18.31), (102.67, 17.93), (102.11, 18.11),
        (101.06, 17.51), (101.04, 18.41), (101.28, 19.46), (100.61, 19.51), (100.55, 20.11), (100.41, 20.27),
    ),
    "Indonesia, Borneo and New Guinea": (
        (94.5, 6.5), (99.0, 3.0), (104.0, 1.2), (104.6, 6.0), (109.5, 5.2), (113.0, 5.2), (115.5, 7.3),
        (117.2, 7.6), (118.2, 6.3), (118.4, 5.95), (119.3, 5.1), (119.2, 4.5), (121.0, 4.0), (125.0, 4.9),
        (127.2, 5.3), (130.0, 1.5), (142.0, -0.5), (150.0, -1.0), (156.0, -3.0), (161.0, -4.3), (170.0, -9.0),
        (170.0, -12.7), (166.0, -12.2), (160.0, -13.5), (150.0, -13.0), (131.0, -10.0), (124.0, -11.5),
        (114.0, -9.8), (104.0, -7.5), (97.0, -1.5), (94.5, 4.0),
    ),
    "Hong Kong": (
        (113.82, 22.13), (113.82, 22.42), (113.93, 22.43), (114.0, 22.49), (114.06, 22.515), (114.12, 22.533),
        (114.155, 22.555), (114.22, 22.553), (114.3, 22.57), (114.44, 22.56), (114.52, 22.45),
        (114.52, 22.13),
    ),
    "Macau": (
        (113.525, 22.17), (113.527, 22.186), (113.532, 22.197), (113.535, 22.207), (113.537, 22.2165),
        (113.61, 22.2165), (113.61, 22.1), (113.55, 22.1), (113.55, 22.12), (113.54, 22.122),
        (113.54, 22.136), (113.546, 22.14), (113.546, 22.16),
    ),
    "Japan": (
        (122.6, 23.8), (122.6, 25.4), (127.0, 29.0), (128.0, 32.0), (128.0, 33.1), (128.95, 34.3),
        (129.25, 34.85), (130.6, 35.4), (132.5, 36.8), (136.0, 38.5), (138.8, 39.8), (138.9, 42.5),
        (140.5, 45.7), (142.0, 45.7), (143.5, 44.9), (145.35, 44.45), (145.2, 43.9), (145.35, 43.6),
        (145.85, 43.42), (146.1, 43.1), (144.5, 34.0), (144.5, 23.8),
    ),
    "East and southern Africa": (
        (41.6, -1.75), (41.0, -0.86), (40.99, 2.78), (41.9, 3.97), (41.17, 3.92), (39.85, 3.84),
        (39.56, 3.42), (39.05, 3.53), (38.12, 3.6), (36.86, 4.45), (36.16, 4.45), (35.8, 4.9), (34.6, 4.9),
        (34.0, 4.25), (33.4, 3.8), (32.1, 3.55), (31.2, 3.75), (30.85, 3.5), (30.77, 2.35), (31.17, 2.2),
        (30.47, 1.58), (30.09, 1.06), (29.88, 0.6), (29.72, 0.05), (29.59, -0.6), (29.58, -1.34),
        (29.9, -1.45), (30.42, -1.13), (30.77, -1.02), (30.82, -1.7), (30.76, -2.29), (30.47, -2.41),
        (30.75, -3.36), (30.12, -4.09), (29.75, -4.45), (29.34, -4.5), (29.42, -5.94), (29.62, -6.52),
        (30.2, -7.08), (30.74, -8.34), (30.35, -8.24), (29.0, -8.41), (28.73, -8.53), (28.45, -9.16),
        (28.67, -9.61), (28.5, -10.79), (28.37, -11.79), (28.64, -11.97), (29.34, -12.36), (29.62, -12.18),
        (29.7, -13.26), (28.93, -13.25), (28.52, -12.7), (28.16, -12.27), (27.39, -12.13), (27.16, -11.61),
        (26.55, -11.92), (25.75, -11.78), (25.42, -11.33), (24.78, -11.24), (24.31, -11.26), (24.26, -10.95),
        (23.91, -10.93), (24.02, -11.24), (23.9, -12.17), (24.08, -12.19), (23.93, -12.57), (24.02, -12.91),
        (21.93, -12.9), (21.89, -16.08), (22.56, -16.9), (23.22, -17.52), (21.38, -17.93), (18.96, -17.79),
        (18.26, -17.31), (14.21, -17.35), (14.06, -17.42), (13.46, -16.97), (12.81, -16.94), (11.7, -17.25),
        (11.2, -17.3), (13.0, -25.0), (17.0, -36.0), (29.0, -36.0), (36.5, -27.0), (41.5, -17.0),
        (41.2, -10.5), (40.5, -5.0),
    ),
    "Guyana and Suriname": (
        (-59.9, 8.5), (-60.55, 7.78), (-60.64, 7.41), (-60.3, 7.04), (-60.54, 6.86), (-61.16, 6.7),
        (-61.14, 6.23), (-61.41, 5.96), (-60.73, 5.2), (-60.21, 5.24), (-59.98, 5.01), (-60.11, 4.57),
        (-59.77, 4.42), (-59.54, 3.96), (-59.82, 3.55), (-59.815, 3.37), (-59.97, 2.76),
        (-59.72, 2.25), (-59.65, 1.79),
        (-59.03, 1.32), (-58.54, 1.27), (-58.43, 1.46), (-58.11, 1.51), (-57.66, 1.68), (-57.34, 1.95),
        (-56.78, 1.86), (-56.54, 1.9), (-56.0, 1.82), (-55.9, 2.02), (-56.07, 2.22), (-55.97, 2.51),
        (-55.57, 2.42), (-55.1, 2.52), (-54.52, 2.31), (-54.27, 2.73), (-54.18, 3.19), (-54.01, 3.62),
        (-54.4, 4.21), (-54.48, 4.9), (-54.345, 5.16), (-54.042, 5.5),
        (-53.99, 5.76), (-54.0, 6.5), (-57.0, 6.8), (-58.0, 8.0), (-59.5, 8.9),
    ),
    "the Bahamas": (
        (-79.6, 27.6), (-76.5, 27.6), (-72.6, 22.9), (-72.6, 20.8), (-74.0, 20.8), (-75.8, 21.9),
        (-77.2, 22.7), (-80.6, 23.5), (-80.6, 24.1), (-79.6, 24.6),
    ),
}  # fmt: skip
"""The other territories: corners, longitude and latitude [degrees]."""


@cache
def _territories() -> tuple[tuple[str, ...], np.ndarray]:
    """Return the names and the shapes of the territories that keep to the left."""
    names = (*LEFT_BOXES, *LEFT_SHAPES)
    shapes = np.array(
        [
            *(shapely.box(*box) for box in LEFT_BOXES.values()),
            *map(shapely.Polygon, LEFT_SHAPES.values()),
        ]
    )
    shapely.prepare(shapes)
    return names, shapes


def keeps_left(lon: Floats, lat: Floats) -> Mask:
    """Return at which positions traffic keeps to the left, shape (n,)."""
    _, shapes = _territories()
    return np.asarray(shapely.contains_xy(shapes[:, None], lon[None, :], lat[None, :]).any(axis=0))


def left_hand_of(
    lon: Floats,
    lat: Floats,
    km: Floats,
    side: Longs,
    *,
    country_sides: frozenset[int] = frozenset(),
    given: bool | None = None,
) -> tuple[bool, list[str]]:
    """Return on which side a network is driven, and why.

    What the caller gives wins; then what a country in the data says, or roads that say it for a good part of
    the network; then where the network lies.

    Parameters
    ----------
    lon, lat, km
        Places of stretches, and their lengths, shape (n,) [degrees; km].
    side
        What they say themselves, as positions in `SIDES`.
    country_sides
        What countries in the data say.
    given
        What the caller gives: True for left.

    Returns
    -------
    left, findings
        The side, and sentences on how it was found.
    """
    # An average needs some weight, even of roads without length.
    km = np.maximum(km, 1e-9)
    if given is not None:
        return given, [f"traffic keeps to the {_word(given)}: as was given by driving_side"]

    if len(country_sides) == 1:
        left = SIDES[next(iter(country_sides))] == "left"
        return left, [f"traffic keeps to the {_word(left)}: a country in the file says so by driving_side"]

    _, left_km, right_km = np.bincount(side, weights=km, minlength=len(SIDES))
    if left_km + right_km >= TAGGED_SHARE * km.sum():
        left = bool(left_km > right_km)
        return left, [f"traffic keeps to the {_word(left)}: roads in the file say so by driving_side"]

    # Where the network lies, by its length; a sample of a large one.
    step = -(-lon.size // MOST_LOOKED_UP)
    sample = slice(None, None, step)
    left_share = float(np.average(keeps_left(lon[sample], lat[sample]), weights=km[sample]))
    left = left_share > 0.5
    findings = [
        f"traffic keeps to the {_word(left)}: decided by where the roads lie ({_where(lon, lat, km, left)})"
    ]

    if 0 < left_share < 1:
        other_share = 1 - left_share if left else left_share
        findings.append(
            f"{fine_share(other_share)} of the length of the roads lie where traffic keeps to the "
            f"{_word(not left)}, by a rough map; turns there are judged by the wrong side: read the parts "
            "from files of their own"
        )

    other_km = right_km if left else left_km
    if other_km:
        findings.append(f"{plain(other_km)} km of road say that traffic keeps to the {_word(not left)} there")
    return left, findings


def _word(left: bool) -> str:  # noqa: FBT001 - inner function
    """Return the side as a word."""
    return "left" if left else "right"


def _where(lon: Floats, lat: Floats, km: Floats, left: bool) -> str:  # noqa: FBT001 - inner function
    """Return in words where a network lies."""
    names, shapes = _territories()
    if left:
        # The territory that holds the most of about a thousand places.
        step = -(-lon.size // 1000)
        inside = shapely.contains_xy(shapes[:, None], lon[None, ::step], lat[None, ::step]).sum(axis=1)
        return f"{names[int(inside.argmax())]}"

    middle_lon = float(np.average(lon, weights=km))
    middle_lat = float(np.average(lat, weights=km))
    return (
        f"around {degrees(middle_lat)}, {degrees(middle_lon)}, outside the territories that keep to the left"
    )
