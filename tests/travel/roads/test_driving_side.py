"""The side of the road: by the caller, else by the data, else by where they lie; always with a reason."""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib import resources
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from road_drawing import osm_text

from standby.travel import Roads, RoadsError, read_profile, read_roads, roads_from_edges
from standby.travel.roads._driving_side import LEFT_BOXES, LEFT_SHAPES, keeps_left

Draw = Callable[..., Roads]
TURN_MIN = read_profile("car").figures()["junctions.crossing_turn_s"].value / 60

LEFT = {
    "London": (-0.12, 51.51), "Dublin": (-6.26, 53.35), "Belfast": (-5.93, 54.6), "Dover": (1.31, 51.13),
    "Jersey": (-2.11, 49.19), "Lerwick": (-1.14, 60.15), "Valletta": (14.51, 35.9),
    "Nicosia": (33.38, 35.17), "Sydney": (151.21, -33.87), "Melbourne": (144.96, -37.81),
    "Auckland": (174.76, -36.85), "Singapore": (103.82, 1.35), "Kuala Lumpur": (101.69, 3.14),
    "Bangkok": (100.5, 13.75), "Mae Sot": (98.57, 16.71), "Nong Khai": (102.74, 17.87),
    "Jakarta": (106.83, -6.2), "Dili": (125.57, -8.56), "Tokyo": (139.69, 35.69), "Naha": (127.68, 26.21),
    "Wakkanai": (141.67, 45.41), "Nemuro": (145.58, 43.33), "Hong Kong": (114.17, 22.3),
    "Sheung Shui": (114.13, 22.5), "Macau": (113.543, 22.195), "Mumbai": (72.88, 19.08),
    "Srinagar": (74.8, 34.08), "Imphal": (93.94, 24.81), "Colombo": (79.86, 6.93), "Karachi": (67.0, 24.86),
    "Peshawar": (71.55, 34.01), "Kathmandu": (85.32, 27.71), "Cape Town": (18.42, -33.92),
    "Kitwe": (28.2, -12.81), "Kigoma": (29.63, -4.88), "Nairobi": (36.82, -1.29), "Maputo": (32.58, -25.97),
    "Oshakati": (15.7, -17.78), "Arua": (30.91, 3.02), "Kingston": (-76.79, 18.0),
    "Nassau": (-77.35, 25.06), "Saint Thomas": (-64.93, 18.34), "Bridgetown": (-59.6, 13.1),
    "Paramaribo": (-55.17, 5.85), "Stanley": (-57.85, -51.7), "Suva": (178.44, -18.14),
    "Folkestone, at the tunnel": (1.13, 51.095), "South Foreland": (1.37, 51.14), "Newry": (-6.34, 54.18),
    "Saint Croix": (-64.73, 17.73), "Taipa": (113.56, 22.156), "Lok Ma Chau": (114.066, 22.513),
    "the campus on Hengqin": (113.545, 22.128), "Mandera": (41.86, 3.94), "Albina": (-54.05, 5.5),
    "Lethem": (-59.8, 3.38), "Icacos": (-61.92, 10.04), "Apia": (-171.77, -13.83),
    "Port Moresby": (147.18, -9.44),
}  # fmt: skip

RIGHT = {
    "Boston": (-71.06, 42.36), "Miami": (-80.2, 25.77), "San Juan": (-66.1, 18.45),
    "Culebra": (-65.3, 18.31), "Honolulu": (-157.86, 21.31), "Paris": (2.35, 48.86),
    "Berlin": (13.4, 52.52), "Calais": (1.85, 50.95), "Boulogne": (1.61, 50.73), "Dunkirk": (2.37, 51.03),
    "Cherbourg": (-1.62, 49.64), "Bergen": (5.32, 60.39), "Torshavn": (-6.77, 62.01),
    "Gibraltar": (-5.35, 36.14), "Istanbul": (28.98, 41.01), "Zahedan": (60.86, 29.5),
    "Kandahar": (65.71, 31.61), "Lhasa": (91.11, 29.65), "Yangon": (96.16, 16.87),
    "Myawaddy": (98.49, 16.69), "Vientiane": (102.6, 17.975), "Phnom Penh": (104.92, 11.56),
    "Shenzhen": (114.06, 22.54), "Zhuhai": (113.55, 22.25), "Taipei": (121.56, 25.04),
    "Busan": (129.08, 35.18), "Seoul": (126.98, 37.57), "Yuzhno-Sakhalinsk": (142.74, 46.96),
    "Zamboanga": (122.08, 6.91), "Manila": (120.98, 14.6), "Noumea": (166.44, -22.27),
    "Port Vila": (168.32, -17.73), "Pago Pago": (-170.7, -14.28), "Lubumbashi": (27.48, -11.66),
    "Goma": (29.23, -1.68), "Kigali": (30.06, -1.95), "Mogadishu": (45.32, 2.05), "Luanda": (13.23, -8.84),
    "Ondjiva": (15.7, -17.07), "Antananarivo": (47.52, -18.88), "Havana": (-82.38, 23.13),
    "Santo Domingo": (-69.93, 18.49), "Marigot": (-63.08, 18.07), "Fort-de-France": (-61.07, 14.6),
    "Coquelles, at the tunnel": (1.81, 50.93), "Cap Gris-Nez": (1.584, 50.87), "Gongbei": (113.549, 22.22),
    "Wanzai": (113.53, 22.205), "Hengqin": (113.53, 22.13), "La Linea": (-5.347, 36.167),
    "Vieques": (-65.44, 18.12), "Bonfim": (-59.83, 3.36), "Saint-Laurent": (-54.03, 5.5),
    "Macuro": (-61.94, 10.65), "Beled Hawo": (41.88, 3.93),
    "Cayenne": (-52.33, 4.92), "Guiria": (-62.3, 10.57), "Rio de Janeiro": (-43.2, -22.91),
}  # fmt: skip

LEFT_COUNTRIES = (
    "AG AI AU BB BD BM BN BS BT BW CC CK CX CY DM FJ FK GB GD GG GS GY HK ID IE IM IN JE JM JP KE KI KN "
    "KY LC LK LS MO MS MT MU MV MW MY MZ NA NF NP NR NU NZ PG PK PN SB SC SG SH SR SZ TC TH TK TL TO TT "
    "TV TZ UG VC VG VI WS ZA ZM ZW "
)  # fmt: skip


def _crossroads(lon: float, lat: float) -> tuple[dict[int, tuple[float, float]], list[object]]:
    """Draw four arms around a place."""
    steps = [(0, 0), (-0.01, 0), (0.01, 0), (0, 0.01), (0, -0.01)]
    nodes = {k + 1: (lon + x, lat + y) for k, (x, y) in enumerate(steps)}
    return nodes, [([1, k], {"highway": "primary", "maxspeed": "30 mph"}) for k in range(2, 6)]


def _crossing_turns(roads: Roads, lon: float, lat: float) -> tuple[float, float]:
    """Return what the left and the right turn from the west cost beyond each other's, by car [min]."""
    south, north = (lon, lat - 0.01), (lon, lat + 0.01)
    left, right = roads.minutes([(lon - 0.01, lat)], [north, south], profile="car")[0]
    return left - min(left, right), right - min(left, right)


@pytest.mark.parametrize("place", [*LEFT, *RIGHT])
def test_the_place_decides(draw: Draw, place: str) -> None:
    """A city's roads are driven on its own side, whatever the unit of its limits, and a finding says why."""
    lon, lat = LEFT.get(place) or RIGHT[place]
    roads = draw(*_crossroads(lon, lat))
    side = "left" if place in LEFT else "right"
    assert roads.driving_side == side
    assert any(f"keeps to the {side}: decided by where" in finding for finding in roads.findings)
    left, right = _crossing_turns(roads, lon, lat)
    assert (right if side == "left" else left) == pytest.approx(TURN_MIN, abs=2e-3)


def test_the_named_place_of_every_time_zone() -> None:
    """The 400 and more places after which the world's time zones are named lie on their country's side."""
    pytest.importorskip("tzdata")
    text = (resources.files("tzdata") / "zoneinfo" / "zone.tab").read_text(encoding="utf-8")
    checked = 0
    for line in text.splitlines():
        country, place, name = [*line.split("\t"), "", ""][:3]
        if line.startswith("#") or name.startswith("Antarctica"):
            continue
        lat, lon = (_degrees(part) for part in re.findall(r"[+-]\d+", place))
        assert keeps_left(np.array([lon]), np.array([lat]))[0] == (country in LEFT_COUNTRIES.split()), name
        checked += 1
    assert checked > 400


def _degrees(text: str) -> float:
    """Return ±DDMM, ±DDDMM, ±DDMMSS or ±DDDMMSS as degrees."""
    digits = text[1:]
    whole = len(digits) - (2 if len(digits) < 6 else 4)
    minutes, seconds = int(digits[whole : whole + 2]), int(digits[whole + 2 :] or 0)
    return (1 if text[0] == "+" else -1) * (int(digits[:whole]) + minutes / 60 + seconds / 3600)


def test_the_territories_are_sound() -> None:
    """Boxes have their corners in order, and shapes do not cross themselves."""
    import shapely

    assert all(west < east and south < north for west, south, east, north in LEFT_BOXES.values())
    assert [name for name, corners in LEFT_SHAPES.items() if not shapely.Polygon(corners).is_valid] == []


@pytest.mark.parametrize("given", ["left", "right"])
def test_the_caller_wins(tmp_path: Path, given: str) -> None:
    """What the caller says holds over tags and place, for maps and tables of edges, and is said."""
    nodes, ways = _crossroads(*LEFT["London"])
    ways = [(refs, tags | {"driving_side": "left"}) for refs, tags in ways]
    (tmp_path / "a.osm").write_text(osm_text(nodes, ways), encoding="utf-8")
    rows = [(*nodes[a], *nodes[b]) for (a, b), _ in ways]
    table = pd.DataFrame(rows, columns=["from_lon", "from_lat", "to_lon", "to_lat"])
    for roads in (
        read_roads(tmp_path / "a.osm", store=False, driving_side=given),
        roads_from_edges(table.assign(road_class="primary", oneway=False), driving_side=given),
    ):
        assert roads.driving_side == given
        assert f"traffic keeps to the {given}: as was given by driving_side" in roads.findings
        left, right = _crossing_turns(roads, *LEFT["London"])
        assert (right if given == "left" else left) == pytest.approx(TURN_MIN, abs=2e-3)
    with pytest.raises(RoadsError, match="driving_side"):
        roads_from_edges(table.assign(road_class="primary"), driving_side="middle")


def test_a_table_of_edges_goes_by_its_place() -> None:
    """A table of edges in France is driven on the right."""
    row = {"from_lon": 2.3, "from_lat": 48.8, "to_lon": 2.4, "to_lat": 48.8, "road_class": "primary"}
    assert roads_from_edges(pd.DataFrame([row])).driving_side == "right"


def test_what_the_data_say_wins_over_the_place(draw: Draw) -> None:
    """Roads or a country that say their side are believed; countries that differ leave it to the place."""
    nodes, ways = _crossroads(*RIGHT["Boston"])
    tagged = [(refs, tags | {"driving_side": "left"}) for refs, tags in ways]
    assert draw(nodes, tagged).driving_side == "left"

    def country(side: str) -> tuple[list[object], dict[str, str]]:
        return [("way", 1, "outer")], {"type": "boundary", "boundary": "administrative", "driving_side": side}

    roads = draw(nodes, ways, relations=[country("left")])
    assert roads.driving_side == "left"
    assert any("a country in the file says so" in finding for finding in roads.findings)
    assert draw(nodes, ways, relations=[country("left"), country("right")]).driving_side == "right"


def test_a_single_road_that_says_otherwise_is_an_exception(draw: Draw) -> None:
    """One short road on the other side, such as the court of an hotel, turns no town round, but is said."""
    nodes, ways = _crossroads(*LEFT["London"])
    nodes |= {9: (nodes[1][0] + 0.0002, nodes[1][1] + 0.0002)}
    roads = draw(nodes, [*ways, ([1, 9], {"highway": "service", "driving_side": "right"})])
    assert roads.driving_side == "left"
    assert any("km of road say that traffic keeps to the right there" in text for text in roads.findings)


def test_roads_on_both_sides_of_a_border_are_said(draw: Draw) -> None:
    """A file with Dover and a little of Calais is driven on the left, and the share on the right is said."""
    dover, calais = LEFT["Dover"], RIGHT["Calais"]
    nodes = {1: dover, 2: (dover[0] - 0.2, dover[1]), 3: calais, 4: (calais[0] + 0.02, calais[1])}
    roads = draw(nodes, [([1, 2], {"highway": "primary"}), ([3, 4], {"highway": "primary"})])
    assert roads.driving_side == "left"
    assert any("lie where traffic keeps to the right" in finding for finding in roads.findings)
