"""Rebuild ``outlines.geojson`` of the packaged plan ``south-west``: generalised outlines of its forces.

The borders of all 43 police force areas (ONS, already simplified to 200 m) are simplified together, so that
neighbours still meet, then the seven forces are kept, pieces smaller than 5 km² are left out and positions
rounded to 3 decimals (about 100 m). Good for a small map, not for telling on which side a house is.

Usage: ``python tools/build_south_west_outlines.py [SHARED [OUTLINES_GEOJSON]]``
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import geopandas as gpd
import shapely

HERE = Path(__file__).resolve().parent
OUTLINES = HERE.parent / "src" / "standby" / "examples" / "south-west" / "outlines.geojson"
SHARED = HERE.parent.parent / "shared"

FORCES = {
    "E23000035": "devon-cornwall",
    "E23000039": "dorset",
    "E23000038": "wiltshire",
    "E23000036": "avon-somerset",
    "E23000037": "gloucestershire",
    "E23000030": "hampshire",
    "E23000029": "thames-valley",
}

TOLERANCE_M = 1500.0
"""Side of a right triangle of the least area that a bend must enclose to be kept (Visvalingam–Whyatt) [m]."""

LEAST_KM2 = 5.0
"""Pieces (islands) smaller than this are left out [km²]."""

NOTICE = (
    "Police force areas 2019, generalised to about 1.5 km. Source: Office for National Statistics licensed "
    "under the Open Government Licence v.3.0. Contains OS data © Crown copyright and database right 2019."
)


def build(shared: Path) -> dict:
    """Return the outlines as a GeoJSON feature collection (longitude, latitude)."""
    everyone = gpd.read_file(shared / "geo" / "national" / "pfa2019_ew_s200.geojson").to_crs(27700)
    everyone.geometry = shapely.coverage_simplify(everyone.geometry.to_numpy(), TOLERANCE_M)
    ours = everyone[everyone["PFA19CD"].isin(FORCES)]
    ours = ours.assign(geometry=[_big_pieces(g) for g in ours.geometry]).to_crs(4326).set_index("PFA19CD")
    features = [
        {
            "type": "Feature",
            "properties": {"force": force, "code": code, "source": "ons-boundaries"},
            "geometry": _rounded(ours.geometry[code]),
        }
        for code, force in FORCES.items()
    ]
    return {"type": "FeatureCollection", "properties": {"notice": NOTICE}, "features": features}


def _big_pieces(geometry: shapely.Geometry) -> shapely.MultiPolygon:
    pieces = [p for p in shapely.get_parts(geometry) if p.area >= LEAST_KM2 * 1e6]
    return shapely.MultiPolygon([shapely.Polygon(p.exterior) for p in pieces])


def _rounded(geometry: shapely.MultiPolygon) -> dict:
    """Return a GeoJSON geometry with 3 decimals, outer rings anticlockwise (RFC 7946)."""
    rings = [
        [[round(x, 3), round(y, 3)] for x, y in shapely.geometry.polygon.orient(p).exterior.coords]
        for p in geometry.geoms
    ]
    return {"type": "MultiPolygon", "coordinates": [[ring] for ring in rings]}


def text(collection: dict) -> str:
    """Return the file's text: one feature a line."""
    features = ",\n".join(json.dumps(f, separators=(",", ":")) for f in collection["features"])
    head = json.dumps({k: v for k, v in collection.items() if k != "features"}, ensure_ascii=False)[:-1]
    return f'{head}, "features": [\n{features}\n]}}\n'


def main() -> None:
    """Write the file and say how large it is."""
    shared = Path(sys.argv[1]) if len(sys.argv) > 1 else SHARED
    target = Path(sys.argv[2]) if len(sys.argv) > 2 else OUTLINES
    target.write_text(text(build(shared)), encoding="utf-8")
    sys.stdout.write(f"{target}: {target.stat().st_size:,} bytes\n")


if __name__ == "__main__":
    main()
