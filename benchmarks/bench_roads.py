"""How fast road times are, side by side with other engines on the same roads in one run, and how that grows.

    python benchmarks/bench_roads.py                # 6 × 6 tiles, 40 × 30,000 places, 60 minutes
    python benchmarks/bench_roads.py --growth       # 1 to 13 × 12 tiles
    python benchmarks/bench_roads.py --small        # a drawn town, for continuous integration
    python benchmarks/bench_roads.py EXTRACT.osm.pbf

Without an extract the Isle of Wight is taken from ``../shared`` beside the checkout, else a town is drawn
that is as large. It is tiled, and neighbouring tiles are joined by straight roads, so that a search crosses
from one to the next. Each size runs in a process of its own, whose highest memory is told before any peer
starts.

Peers, on the same speeds and with all points of the roads as their graph, as one builds it without this
package:

* ``scipy.sparse.csgraph.dijkstra``, row by row, cut off at the same limit;
* customizable contraction hierarchies of RoutingKit, if ``routingkit-cch`` is installed: exact as well, and
  with no limit; its order and its hierarchy are made once, and another hour is a customization.
"""

from __future__ import annotations

import argparse
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import osmium
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from standby.travel import read_profile, read_roads

try:
    import routingkit_cch
except ImportError:
    routingkit_cch = None

SITES, AREAS, LIMIT_MIN, SEED = 40, 30_000, 60.0, 7
LINKS = 6
THROUGH = {"trunk", "primary", "secondary", "tertiary", "unclassified", "residential"}
TILES = (6, 6)
GROWTH = ((1, 1), (2, 2), (4, 4), (6, 6), (13, 12))
SIDE = 160  # of the drawn town: 25,600 points, as many as the Isle of Wight has by car
EXTRACT = Path(__file__).resolve().parents[2] / "shared" / "geo" / "isle_of_wight" / "roads.osm.pbf"
MOST_FOR_CCH = 2_000_000  # points; its order takes minutes beyond
TICK_MIN = 1e-4 / 60  # unit of the peer that counts in whole numbers [min]


def draw_town(path, side=SIDE):
    """Write a town of straight streets, for a run without an extract."""
    with osmium.SimpleWriter(str(path), overwrite=True) as out:
        for row in range(side):
            for column in range(side):
                place = (column * 0.002, 51 + row * 0.0013)
                out.add_node(osmium.osm.mutable.Node(id=1 + row * side + column, location=place))
        for k in range(side):
            across = [1 + k * side + j for j in range(side)]
            along = [1 + j * side + k for j in range(side)]
            for number, refs in ((2 * k + 1, across), (2 * k + 2, along)):
                tags = {"highway": "primary" if k % 10 == 0 else "residential"}
                out.add_way(osmium.osm.mutable.Way(id=number, nodes=refs, tags=tags))


def read_ways(path):
    """Return the located ways with a highway tag, as lists of points with their tags."""
    ways = []
    for way in (
        osmium.FileProcessor(str(path)).with_locations().with_filter(osmium.filter.KeyFilter("highway"))
    ):
        if way.is_way():
            points = [(n.ref, n.lon, n.lat) for n in way.nodes if n.location.valid()]
            if len(points) > 1:
                ways.append((points, dict(way.tags)))
    return ways


def write_tiles(path, ways, columns, rows):
    """Write columns × rows shifted copies, joined to their neighbours by straight roads."""
    places = {ref: (lon, lat) for points, _ in ways for ref, lon, lat in points}
    refs, lonlat = np.array(list(places)), np.array(list(places.values()))
    number = {int(ref): k for k, ref in enumerate(refs)}
    size = np.ptp(lonlat, axis=0) + 0.02
    through = {ref for points, tags in ways if tags["highway"] in THROUGH for ref, _, _ in points}
    on_road = np.array([k for k, ref in enumerate(refs) if int(ref) in through])
    order = [on_road[np.argsort(lonlat[on_road, k])] for k in range(2)]
    with osmium.SimpleWriter(str(path), overwrite=True) as out:
        for tile in range(columns * rows):
            shift = size * (tile % columns, tile // columns - rows / 2)
            for k, place in enumerate(lonlat + shift):
                node = osmium.osm.mutable.Node(id=1 + tile * refs.size + k, location=tuple(place))
                out.add_node(node)
        way_id = 1
        for tile in range(columns * rows):
            first = 1 + tile * refs.size
            for points, tags in ways:
                nodes = [first + number[ref] for ref, _, _ in points]
                out.add_way(osmium.osm.mutable.Way(id=way_id, nodes=nodes, tags=tags))
                way_id += 1
            joins = [(0, 1)] if tile % columns < columns - 1 else []
            joins += [(1, columns)] if tile // columns < rows - 1 else []
            for axis, step in joins:
                ends = zip(order[axis][-LINKS:], order[axis][:LINKS], strict=True)
                for high, low in ends:
                    nodes = [first + int(high), first + step * refs.size + int(low)]
                    road = osmium.osm.mutable.Way(id=way_id, nodes=nodes, tags={"highway": "primary"})
                    out.add_way(road)
                    way_id += 1


def timed(work, repeat=1):
    """Return the result and the shortest time of some runs."""
    best = np.inf
    for _ in range(repeat):
        start = time.perf_counter()
        result = work()
        best = min(best, time.perf_counter() - start)
    return result, best


def peak_mb():
    """Return the most memory that this process has held, not counting what started it."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(re.search(r"VmHWM:\s+(\d+)", status.read_text())[1]) / 1024
    unit = 1024**2 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def places(roads, profile, n, seed):
    """Draw points of the main network on which a place is put exactly, each the only one where it lies."""
    nodes = roads.nodes()
    alone = np.flatnonzero(~nodes.duplicated(["lon", "lat"], keep=False))
    lonlat = nodes[["lon", "lat"]].to_numpy()
    drawn = np.random.default_rng(seed).permutation(alone)[: 2 * n + 100]
    away = [roads.snap(lonlat[drawn], profile=profile, role=role)["km"] for role in ("origin", "destination")]
    drawn = drawn[(np.stack(away) < 1e-9).all(axis=0)][:n]
    return drawn, lonlat[drawn]


def fastest_edges(roads, profile, when=None):
    """Return the edges between all points of the roads, the fastest where several join the same two."""
    edges = roads.edges(profile=profile, when=when).sort_values("minutes")
    return edges.drop_duplicates(["from_node", "to_node"])


def on_one_core(work):
    """Return the shortest time of some runs on one core, None where a process can't be kept on one."""
    if not hasattr(os, "sched_setaffinity"):
        return None
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(allowed)})
    try:
        return timed(work, 3)[1]
    finally:
        os.sched_setaffinity(0, allowed)


def measure(path, sites, areas, *, peers):
    """Build, search, cost again; then the peers on the same places."""
    profile = read_profile("blue_light").without_junctions()
    profile = profile.model_copy(update={"rules": profile.rules.model_copy(update={"closed_at": ()})})
    roads, build = timed(lambda: read_roads(path, store=False))
    _, prepare = timed(lambda: roads._prepared.costs(profile, None, None))
    hours = iter(range(20, 25))
    _, again = timed(lambda: roads._prepared.costs(profile, next(hours), None), 3)
    from_node, origins = places(roads, profile, sites, SEED)
    to_node, destinations = places(roads, profile, areas, SEED + 1)

    def ask():
        return roads.minutes(origins, destinations, profile=profile, limit_min=LIMIT_MIN)

    _, first = timed(ask)
    found, table = timed(ask, 5)
    memory = peak_mb()
    alone = on_one_core(ask)
    print(
        f"{len(roads.nodes()):,} points, {roads.graph.n_junctions:,} junctions; "
        f"{len(origins)} × {len(destinations):,} places, cut off at {LIMIT_MIN:g} minutes, "
        f"{np.isfinite(found).mean():.1%} answered\n"
        f"  read and build {build:.1f} s, profile {prepare:.2f} s, another hour {again:.3f} s "
        f"({build / again:.0f} times less than the build)\n"
        f"  matrix {first:.3f} s the first time (places put on roads), then {table:.3f} s"
        + ("" if alone is None else f"; on one core {alone:.3f} s")
        + f"\n  highest memory {memory:,.0f} MB",
        flush=True,
    )
    assert again < build / 10
    if peers:
        edges = fastest_edges(roads, profile)
        against_scipy(edges, len(roads.nodes()), from_node, to_node, found, table, alone)
        _, unlimited = timed(lambda: roads.minutes(origins, destinations, profile=profile))
        against_cch(roads, profile, edges, from_node, to_node, found, table, unlimited)


def against_scipy(edges, n, from_node, to_node, found, table, alone):
    """Search the same places row by row with SciPy."""

    def build():
        return csr_array((edges["minutes"], (edges["from_node"], edges["to_node"])), shape=(n, n))

    matrix, setup = timed(build)
    expected, slow = timed(lambda: dijkstra(matrix, indices=from_node, limit=LIMIT_MIN)[:, to_node], 3)
    _, whole = timed(lambda: dijkstra(matrix, indices=from_node[:4]))
    whole *= len(from_node) / 4
    single = "" if alone is None else f", on one core {slow / alone:.1f} times"
    print(
        f"  SciPy rows cut off alike {slow:.2f} s: {slow / table:.1f} times ours{single}; "
        f"whole rows {whole:.1f} s; its matrix {setup:.1f} s; {differences(expected, found)}",
        flush=True,
    )


def against_cch(roads, profile, edges, from_node, to_node, found, table, unlimited):
    """Search the same places with customizable contraction hierarchies."""
    if len(roads.nodes()) > MOST_FOR_CCH:
        return
    if routingkit_cch is None:
        print("  routingkit-cch is not installed here: no run against contraction hierarchies", flush=True)
        return
    nodes = roads.nodes()
    tail, head = edges["from_node"].tolist(), edges["to_node"].tolist()
    lat, lon = nodes["lat"].tolist(), nodes["lon"].tolist()

    def ticks(when=None):
        wanted = edges if when is None else fastest_edges(roads, profile, when)
        wanted = wanted.set_index(["from_node", "to_node"])["minutes"]
        pairs = list(zip(tail, head, strict=True))
        return np.rint(wanted.reindex(pairs).to_numpy() / TICK_MIN).astype(np.int64).tolist()

    order, ordering = timed(lambda: routingkit_cch.compute_order_inertial(len(nodes), tail, head, lat, lon))
    cch, build = timed(lambda: routingkit_cch.CCH(order, tail, head, filter_always_inf_arcs=False))
    weights, other = ticks(), ticks(20)
    metric, customise = timed(lambda: routingkit_cch.CCHMetric(cch, weights))
    pinned, pin = timed(lambda: routingkit_cch.CCHOneToMany(metric, to_node.tolist()))

    def ask(pinned=pinned):
        rows = [pinned.distances_from(int(node)) for node in from_node]
        return np.array([[np.inf if d is None else d for d in row] for row in rows]) * TICK_MIN

    expected, slow = timed(ask, 3)
    del pinned, ask  # another hour is refused while anything holds the old one
    _, again = timed(lambda: metric.reset(other))
    expected[expected > LIMIT_MIN] = np.inf
    until = ordering + build + customise + pin + slow
    print(
        f"  routingkit-cch {slow:.2f} s, which has no limit: {slow / table:.1f} times ours with the limit, "
        f"{slow / unlimited:.2f} times ours without ({unlimited:.2f} s)\n"
        f"    its order {ordering:.1f} s, hierarchy {build:.1f} s, first weights {customise:.2f} s, places "
        f"{pin:.2f} s: {until:.1f} s until the first matrix; another hour {again:.2f} s; "
        f"{differences(expected, found)}",
        flush=True,
    )


def differences(expected, found):
    """Say how far two tables are apart."""
    both = np.isfinite(expected) & np.isfinite(found)
    apart = np.abs(expected[both] - found[both]).max(initial=0.0) * 60
    alone = (np.isfinite(expected) != np.isfinite(found)).sum()
    return f"largest difference {apart:.3f} s, {alone} pairs answered by one alone"


def warm_up(folder):
    """Compile, so that no run pays for it."""
    path = folder / "warm.osm.pbf"
    draw_town(path, side=8)
    profile = read_profile("blue_light").without_junctions()
    read_roads(path, store=False).minutes([(0.0, 51.0)], [(0.01, 51.005)], profile=profile, limit_min=5)


def run(extract, tiles, sites, areas, *, peers):
    """Measure one size in this process."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        warm_up(folder)
        if tiles is not None:
            extract = tile_apart(extract, tiles, folder)
        measure(extract, sites, areas, peers=peers)


def tile_apart(extract, tiles, folder):
    """Write the tiles in a process of its own, so that they don't count as memory of the search."""
    path = folder / "tiles.osm.pbf"
    words = [sys.executable, __file__, str(extract), "--tiles", *map(str, tiles), "--write", str(path)]
    subprocess.run(words, check=True)
    return path


def parsed():
    """Return what the command line asks for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("extract", nargs="?", type=Path)
    parser.add_argument("--small", action="store_true")
    parser.add_argument("--growth", action="store_true")
    parser.add_argument("--tiles", nargs=2, type=int, help=argparse.SUPPRESS)
    parser.add_argument("--write", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


def main():
    """Run what the command line asks for."""
    given = parsed()
    if given.write is not None:
        write_tiles(given.write, read_ways(given.extract), *given.tiles)
        return
    if given.tiles is not None:
        run(given.extract, given.tiles, SITES, AREAS, peers=True)
        return
    with tempfile.TemporaryDirectory() as temporary:
        extract = given.extract or (EXTRACT if EXTRACT.exists() and not given.small else None)
        if extract is None:
            extract = Path(temporary) / "town.osm.pbf"
            draw_town(extract, side=60 if given.small else SIDE)
        if given.small:
            run(extract, None, 10, 1000, peers=True)
            return
        print(
            "the Isle of Wight or what was given, tiled" if extract.name != "town.osm.pbf" else "a drawn town"
        )
        for tiles in GROWTH if given.growth else (TILES,):
            words = [sys.executable, __file__, str(extract), "--tiles", *map(str, tiles)]
            subprocess.run(words, check=True)


if __name__ == "__main__":
    main()
