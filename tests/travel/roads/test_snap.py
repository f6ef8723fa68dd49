"""Places are put on the nearest road, held to a slow search over all roads."""

from __future__ import annotations

import numpy as np

from standby.travel import Roads


def test_nearest_road_equals_a_search_over_all(extract: Roads) -> None:
    """Random places are put on the nearest road, or on the main network if that is at most 250 m more."""
    west, south, east, north = extract.graph.bounds
    rng = np.random.default_rng(11)
    lonlat = rng.uniform((west - 0.02, south - 0.02), (east + 0.02, north + 0.02), size=(200, 2))
    _, search = extract._prepared.costs("blue_light", None, None)
    on = search.destination_rank > 0
    main = search.destination_rank[on] == 3
    g = extract.graph
    a, b = g.stretch_from[on], g.stretch_to[on]
    found = extract.snap(lonlat)["km"].to_numpy()
    for place, km in zip(lonlat, found, strict=True):
        scale = np.pi / 180 * 6371.0088 * np.array([np.cos(np.radians(place[1])), 1.0])
        p = (np.stack([g.lon[a], g.lat[a]], axis=1) - place) * scale
        d = (np.stack([g.lon[b], g.lat[b]], axis=1) - place) * scale - p
        share = np.clip(-(p * d).sum(axis=1) / np.maximum((d * d).sum(axis=1), 1e-30), 0, 1)
        away = np.hypot(*(p + share[:, None] * d).T)
        nearest, nearest_main = away.min(), away[main].min()
        tries = {float(away[search.destination_rank[on] >= rank].min(initial=np.inf)) for rank in (1, 2, 3)}
        if nearest > 1.0:
            assert np.isinf(km)
        else:
            assert any(abs(km - expected) < 1e-9 for expected in tries)
            assert km <= nearest_main + 1e-9
            if nearest_main <= min(nearest + 0.25, 1.0):
                assert abs(km - nearest_main) < 1e-9
