"""How fast road times are, against plain SciPy Dijkstra rows on all points, and how that grows.

    python benchmarks/bench_roads.py EXTRACT.osm.pbf            # 6 × 6 tiles, 40 × 30,000 places, 60 minutes
    python benchmarks/bench_roads.py EXTRACT.osm.pbf --growth   # 1 to 13 × 12 tiles
    python benchmarks/bench_roads.py --small                    # a drawn town, for continuous integration

The extract (best the Isle of Wight, 26,408 points by car) is tiled, and neighbouring tiles are joined by
straight roads, so that a search crosses from one to the next. Both sides search the same speeds on the same
network in the same run; the peer is `scipy.sparse.csgraph.dijkstra` with the same limit, on all points of the
roads, as a matrix of points by points is what one would build without this package.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from pathlib import Path

import numpy as np
import osmium
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from standby.travel import read_profile, read_roads

SITES, AREAS, LIMIT_MIN, SEED = 40, 30_000, 60.0, 7
LINKS = 6
THROUGH = {"trunk", "primary", "secondary", "tertiary", "unclassified", "residential"}
GROWTH = ((1, 1), (2, 2), (4, 4), (6, 6), (13, 12))


def draw_town(path, side=60):
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
    """Return the most memory that this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def places(roads, profile, n, seed):
    """Draw points of the main network on which a place is put exactly, each the only one where it lies."""
    nodes = roads.nodes()
    alone = np.flatnonzero(~nodes.duplicated(["lon", "lat"], keep=False))
    lonlat = nodes[["lon", "lat"]].to_numpy()
    drawn = np.random.default_rng(seed).permutation(alone)[: 2 * n + 100]
    away = [roads.snap(lonlat[drawn], profile=profile, role=role)["km"] for role in ("origin", "destination")]
    drawn = drawn[(np.stack(away) < 1e-9).all(axis=0)][:n]
    return drawn, lonlat[drawn]


def plain_matrix(roads, profile):
    """Return all points of the roads as a matrix of minutes, for SciPy."""
    edges = roads.edges(profile=profile)
    n = len(roads.nodes())
    edges = edges.sort_values("minutes").drop_duplicates(["from_node", "to_node"])
    return csr_array((edges["minutes"], (edges["from_node"], edges["to_node"])), shape=(n, n))


def measure(path, sites, areas, *, peer):
    """Build, search, cost again; print one line."""
    profile = read_profile("blue_light").without_junctions()
    profile = profile.model_copy(update={"rules": profile.rules.model_copy(update={"closed_at": ()})})
    roads, build = timed(lambda: read_roads(path, store=False))
    _, prepare = timed(lambda: roads._costs_of(profile, None, None))
    hours = iter(range(20, 25))
    _, again = timed(lambda: roads._costs_of(profile, next(hours), None), 3)
    from_node, origins = places(roads, profile, sites, SEED)
    to_node, destinations = places(roads, profile, areas, SEED + 1)

    def ask():
        return roads.minutes(origins, destinations, profile=profile, limit_min=LIMIT_MIN)

    _, first = timed(ask)
    found, table = timed(ask, 5)
    memory = peak_mb()
    n = len(roads.nodes())
    print(
        f"{n:>9,} points {roads.graph.n_junctions:>9,} junctions | read and build {build:6.1f} s | profile "
        f"{prepare:5.2f} s | another hour {again:6.3f} s ({build / again:5.0f} times less than the build) | "
        f"{len(origins)} × {len(destinations):,} in {first:6.3f} s the first time (places put on roads), "
        f"then {table:6.3f} s | peak {memory:5.0f} MB",
        flush=True,
    )
    assert again < build / 10
    if peer:
        matrix, setup = timed(lambda: plain_matrix(roads, profile))
        expected, slow = timed(lambda: dijkstra(matrix, indices=from_node, limit=LIMIT_MIN)[:, to_node], 3)
        _, whole = timed(lambda: dijkstra(matrix, indices=from_node[:4]))
        whole *= len(from_node) / 4
        both = np.isfinite(expected) & np.isfinite(found)
        apart = np.abs(expected[both] - found[both]).max(initial=0.0) * 60
        print(
            f"          SciPy rows cut off alike {slow:6.2f} s ({slow / table:.1f} times ours, "
            f"{slow / first:.1f} the first time), whole rows {whole:6.1f} s "
            f"({whole / table:.0f} times); its matrix {setup:.1f} s; "
            f"largest difference {apart:.3f} s, {np.isfinite(found).mean():.1%} answered, "
            f"{(np.isfinite(expected) != np.isfinite(found)).sum()} answered by one alone",
            flush=True,
        )
    return table


def warm_up(folder):
    """Compile, so that no run pays for it."""
    path = folder / "warm.osm.pbf"
    draw_town(path, side=8)
    profile = read_profile("blue_light").without_junctions()
    read_roads(path, store=False).minutes([(0.0, 51.0)], [(0.01, 51.005)], profile=profile, limit_min=5)


def main():
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("extract", nargs="?", type=Path)
    parser.add_argument("--small", action="store_true")
    parser.add_argument("--growth", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        warm_up(folder)
        if given.small or given.extract is None:
            draw_town(folder / "town.osm.pbf")
            measure(folder / "town.osm.pbf", 10, 1000, peer=True)
            return
        ways = read_ways(given.extract)
        for columns, rows in GROWTH if given.growth else ((6, 6),):
            path = folder / f"{columns}x{rows}.osm.pbf"
            write_tiles(path, ways, columns, rows)
            measure(path, SITES, AREAS, peer=not given.growth or columns <= 6)
            path.unlink()


if __name__ == "__main__":
    main()
