"""Small OpenStreetMap files, written by hand."""

from __future__ import annotations

from xml.sax.saxutils import quoteattr

Way = tuple[list[int], dict[str, str]]
Relation = tuple[list[tuple[str, int, str]], dict[str, str]]


def osm_text(
    nodes: dict[int, tuple[float, float]],
    ways: list[Way],
    *,
    node_tags: dict[int, dict[str, str]] | None = None,
    relations: list[Relation] | None = None,
) -> str:
    """Write an OpenStreetMap file by hand: nodes by longitude and latitude, ways numbered from 1."""
    tags = node_tags or {}

    def tagged(given: dict[str, str]) -> str:
        return "".join(f"<tag k={quoteattr(k)} v={quoteattr(v)}/>" for k, v in given.items())

    lines = ["<?xml version='1.0' encoding='UTF-8'?><osm version='0.6'>"]
    lines += [
        f"<node id='{n}' lon='{x}' lat='{y}'>{tagged(tags.get(n, {}))}</node>" for n, (x, y) in nodes.items()
    ]
    for number, (refs, given) in enumerate(ways, start=1):
        points = "".join(f"<nd ref='{ref}'/>" for ref in refs)
        lines.append(f"<way id='{number}'>{points}{tagged(given)}</way>")
    for number, (members, given) in enumerate(relations or [], start=1):
        rows = "".join(f"<member type='{kind}' ref='{ref}' role='{role}'/>" for kind, ref, role in members)
        lines.append(f"<relation id='{number}'>{rows}{tagged(given)}</relation>")
    return "".join([*lines, "</osm>"])
