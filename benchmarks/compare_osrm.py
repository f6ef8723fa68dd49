"""Compare minutes with OSRM run on the same speeds without turn costs.

OSRM is another program (`osrm-bindings` brings it to Python 3.12 and later on Linux), so this runs in two
environments:

    python benchmarks/compare_osrm.py export EXTRACT.osm.pbf DIR [car|blue_light]   # here
    python benchmarks/compare_osrm.py route DIR                                     # there

The first writes speeds, places and our minutes, the second OSRM's minutes and how far they are apart. Places
are points of the main network: one on a track that hangs on nothing has no answer here, and OSRM moves it.
"""

# ruff: noqa: PLC0415 - each half runs in an environment that lacks what the other imports

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np

PLACES = 150
SEED = 20

LUA = """
api_version = 4
local ways, closed = {{ {ways} }}, {{ {closed} }}
function setup()
  return {{ properties = {{ weight_name = 'duration', use_turn_restrictions = false,
    u_turn_penalty = 0, max_speed_for_map_matching = 60, continue_straight_at_waypoint = false }} }}
end
function process_node(profile, node, result, relations)
  if closed[node:id()] then result.barrier = true end
end
function process_way(profile, way, result, relations)
  local s = ways[way:id()]
  if not s then return end
  if s[1] > 0 then result.forward_mode = mode.driving; result.forward_speed = s[1] end
  if s[2] > 0 then result.backward_mode = mode.driving; result.backward_speed = s[2] end
  if s[3] then result.duration = s[3] end
end
function process_turn(profile, turn) turn.duration = 0; turn.weight = 0 end
return {{
  setup = setup, process_node = process_node, process_way = process_way, process_turn = process_turn
}}
"""


def flat_profile(name):
    """Return a profile that costs nothing at junctions and goes by classes alone, not by built-up areas."""
    from standby.travel import read_profile

    profile = read_profile(name).without_junctions()
    figures = profile.figures()
    same = {p: figures[p.replace("built_up", "open")].value for p in figures if p.endswith("built_up_kph")}
    return profile.at(same)


def export(extract, folder, name="car"):
    """Write the speeds of every way as an OSRM profile, and our minutes between random places."""
    from standby.travel import read_roads
    from standby.travel.roads._codes import NODE_KINDS
    from standby.travel.roads._graph import attribute_rows
    from standby.travel.roads._osm import read_osm
    from standby.travel.roads._speeds import speeds

    profile, raw = flat_profile(name), read_osm(Path(extract))
    kph = speeds(attribute_rows(raw.attributes), profile)[:, 0, raw.way_attributes]
    backwards = _reversed_ways(extract)
    rows = []
    for way, forward, backward, minutes in zip(raw.way_id, *kph, raw.way_min, strict=True):
        pair = (backward, forward) if int(way) in backwards else (forward, backward)
        own = f",{minutes * 60:.1f}" if np.isfinite(minutes) else ""
        rows.append(f"[{way}]={{{pair[0]:.6f},{pair[1]:.6f}{own}}}")
    closed = [n for n, kind in raw.node_kinds.items() if NODE_KINDS[kind] in profile.rules.closed_at]
    folder.mkdir(parents=True, exist_ok=True)
    lua = LUA.format(ways=",".join(rows), closed=",".join(f"[{n}]=true" for n in closed))
    (folder / "same.lua").write_text(lua)
    shutil.copyfile(extract, folder / "roads.osm.pbf")
    roads = read_roads(extract, store=False)
    lonlat = _places(roads, profile)
    found = roads.minutes(lonlat[:PLACES], lonlat[PLACES:], profile=profile)
    np.savez(folder / "ours.npz", lonlat=lonlat, minutes=found)


def _reversed_ways(extract):
    import osmium

    ways = osmium.FileProcessor(str(extract), osmium.osm.WAY).with_filter(osmium.filter.KeyFilter("oneway"))
    return {way.id for way in ways if way.tags["oneway"] in {"-1", "reverse"}}


def _places(roads, profile):
    """Draw points of the main network that are no junctions, so that both engines stand on the same road."""
    nodes = roads.nodes()
    lonlat = nodes.loc[~nodes["junction"], ["lon", "lat"]].to_numpy()
    drawn = lonlat[np.random.default_rng(SEED).permutation(len(lonlat))[: 6 * PLACES]]
    away = [roads.snap(drawn, profile=profile, role=role)["km"] for role in ("origin", "destination")]
    on_it = (np.stack(away) < 1e-9).all(axis=0)
    drawn = drawn[on_it]
    joined = np.isfinite(roads.minutes(drawn, drawn, profile=profile))
    return drawn[(joined.mean(axis=0) > 0.5) & (joined.mean(axis=1) > 0.5)][: 2 * PLACES]


def route(folder):
    """Run OSRM on the exported speeds and print how far apart the minutes are."""
    import osrm

    tools = Path(osrm.__file__).parent / "bin"
    for tool, *options in (
        ("osrm-extract", "-p", "same.lua", "roads.osm.pbf"),
        ("osrm-contract", "roads.osrm"),
    ):
        subprocess.run([tools / tool, *options], cwd=folder, check=True, capture_output=True)
    ours = np.load(folder / "ours.npz")
    engine = osrm.OSRM(
        storage_config=str(folder / "roads.osrm"),
        algorithm="CH",
        use_shared_memory=False,
        max_locations_distance_table=10_000,
    )
    n = len(ours["minutes"])
    k = len(ours["lonlat"])
    query = osrm.TableParameters(
        coordinates=[tuple(map(float, p)) for p in ours["lonlat"]],
        sources=list(range(n)),
        destinations=list(range(n, k)),
    )
    durations = engine.Table(query)["durations"]
    seconds = [[np.nan if value is None else float(value) for value in row] for row in durations]
    theirs = np.array(seconds) / 60
    both = np.isfinite(theirs) & np.isfinite(ours["minutes"]) & (theirs > 1)
    apart = np.abs(ours["minutes"][both] / theirs[both] - 1) * 100
    one = (np.isfinite(theirs) != np.isfinite(ours["minutes"])).sum()
    p50, p95, p99 = np.percentile(apart, [50, 95, 99])
    print(
        f"{folder.name}: {both.sum()} pairs, apart by {p50:.3f}% in the median, "
        f"{p95:.3f}% at p95, {p99:.3f}% at p99, "
        f"ratio {np.median(ours['minutes'][both] / theirs[both]):.5f}; {one} pairs answered by one alone"
    )


if __name__ == "__main__":
    if sys.argv[1] == "export":
        export(sys.argv[2], Path(sys.argv[3]), *sys.argv[4:])
    else:
        route(Path(sys.argv[2]))
