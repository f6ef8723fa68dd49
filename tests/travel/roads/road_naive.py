"""Slow and obvious searches that the compiled ones are held to."""

from __future__ import annotations

import heapq

import numpy as np

from standby.travel import Profile, Roads
from standby.travel.roads._codes import NODE_KINDS


def neighbours(roads: Roads, profile: Profile) -> list[list[tuple[int, float]]]:
    """Return for each node where one can drive next, and the minutes."""
    out: list[list[tuple[int, float]]] = [[] for _ in range(len(roads.nodes()))]
    table = roads.edges(profile=profile)
    for a, b, minutes in zip(table["from_node"], table["to_node"], table["minutes"], strict=True):
        out[a].append((b, minutes))
    return out


def dijkstra(graph: list[list[tuple[int, float]]], origin: int) -> np.ndarray:
    """Return the minutes from a node to all nodes."""
    best = [np.inf] * len(graph)
    best[origin] = 0.0
    heap = [(0.0, origin)]
    while heap:
        d, node = heapq.heappop(heap)
        if d > best[node]:
            continue
        for other, minutes in graph[node]:
            if d + minutes < best[other]:
                best[other] = d + minutes
                heapq.heappush(heap, (d + minutes, other))
    return np.array(best)


class TurnByTurn:
    """Search over directed stretches, with everything that a junction may cost or forbid."""

    def __init__(self, roads: Roads, profile: Profile) -> None:
        g, self.profile = roads.graph, profile
        self.graph = g
        closed = roads.edges(profile=profile)
        minutes = {}
        for a, b, m in zip(closed["from_node"], closed["to_node"], closed["minutes"], strict=True):
            minutes.setdefault((a, b), []).append(m)
        self.arcs: list[tuple[int, int, int, float]] = []  # from, to, edge of the road graph, minutes
        self.out: dict[int, list[int]] = {}
        for c in range(g.n_chains):
            rows = range(int(g.chain_start[c]), int(g.chain_start[c + 1]))
            for k, order in ((0, rows), (1, reversed(rows))):
                for s in order:
                    ends = int(g.stretch_from[s]), int(g.stretch_to[s])
                    a, b = ends if k == 0 else ends[::-1]
                    if (a, b) in minutes:
                        self.out.setdefault(a, []).append(len(self.arcs))
                        self.arcs.append((a, b, 2 * c + k, min(minutes[a, b])))
        self.roads_at = np.bincount(np.concatenate([g.chain_from, g.chain_to]), minlength=g.n_junctions)
        self.no = {tuple(pair) for pair in g.turns_no.tolist()}
        self.only: dict[int, set[int]] = {}
        for come, go in g.turns_only.tolist():
            self.only.setdefault(come, set()).add(go)

    def heading(self, a: int, b: int) -> float:
        """Direction from a node to another."""
        g = self.graph
        dx = (g.lon[b] - g.lon[a]) * np.cos(np.radians(g.lat[a]))
        return float(np.arctan2(g.lat[b] - g.lat[a], dx))

    def turn(self, come: int, go: int) -> float:
        """Minutes between two stretches, inf if that is not allowed."""
        a, v, edge_in, _ = self.arcs[come]
        _, b, edge_out, _ = self.arcs[go]
        if v >= self.graph.n_junctions:
            return 0.0 if edge_in == edge_out else np.inf
        rules, costs = self.profile.rules, self.profile.junctions
        kind = NODE_KINDS[self.graph.node_kind[v]]
        if kind in rules.closed_at:
            return np.inf
        if rules.turn_restrictions:
            if (edge_in, edge_out) in self.no:
                return np.inf
            if edge_in in self.only and edge_out not in self.only[edge_in]:
                return np.inf
        seconds = 0.0 if kind == "plain" else getattr(costs, f"{kind}_s").value
        bend = np.degrees(self.heading(v, b) - self.heading(a, v))
        bend = (bend + 180) % 360 - 180
        across = -bend if self.graph.left_hand else bend
        busy = self.roads_at[v] >= 3
        if edge_out == edge_in ^ 1 or (busy and abs(bend) >= 170):
            seconds += costs.u_turn_s.value
        elif busy and 45 < across < 170:
            seconds += costs.crossing_turn_s.value
        return seconds / 60

    def from_node(self, origin: int) -> np.ndarray:
        """Return the minutes from a node, free to leave in any direction, to all nodes."""
        best = np.full(len(self.arcs), np.inf)
        node = np.full(self.graph.lon.size, np.inf)
        node[origin] = 0.0
        heap = [(self.arcs[arc][3], arc) for arc in self.out.get(origin, [])]
        heapq.heapify(heap)
        while heap:
            d, arc = heapq.heappop(heap)
            if d >= best[arc]:
                continue
            best[arc] = d
            v = self.arcs[arc][1]
            node[v] = min(node[v], d)
            for go in self.out.get(v, []):
                cost = self.turn(arc, go)
                if cost < np.inf:
                    heapq.heappush(heap, (d + cost + self.arcs[go][3], go))
        return node
