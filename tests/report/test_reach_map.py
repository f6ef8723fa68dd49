"""The map of what is reached over roads: in the internal edition of a plan with roads, and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from shapely.geometry import Point, shape

from standby import examples
from standby.appraise import appraise
from standby.plan import Plan, open_plan, write_plan
from standby.report import Content, content_of, html, report
from standby.report.maps.reach import STEPS_MIN, reach_map

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="module")
def on_roads(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plan]:
    """Return the tiny plan over an invented grid of roads, two kilometres apart."""
    folder = write_plan(open_plan(examples.path("tiny")), tmp_path_factory.mktemp("roads") / "plan")
    east, north = [-4.24 + 0.03 * k for k in range(46)], [50.58 + 0.02 * k for k in range(20)]
    ways = [(x, y, x + 0.03, y) for x in east for y in north] + [
        (x, y, x, y + 0.02) for x in east for y in north
    ]
    lines = [
        "from_lon,from_lat,to_lon,to_lat,kph",
        *(f"{a:.5f},{b:.5f},{c:.5f},{d:.5f},60" for a, b, c, d in ways),
    ]
    (folder / "roads.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    text = (folder / "plan.toml").read_text(encoding="utf-8")
    text = text.replace("[travel]", '[travel]\nmethod = "roads"\nroads = "roads.csv"', 1)
    (folder / "plan.toml").write_text(text, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STANDBY_CACHE", str(folder.parent / "cache"))
        yield open_plan(folder)


@pytest.fixture(scope="module")
def internal(on_roads: Plan) -> Content:
    """Return the internal edition of its appraisal."""
    return content_of(appraise(on_roads, draws=32), "internal")


def test_longer_drives_reach_more(internal: Content) -> None:
    """What is reached grows with the minutes, holds the sites, and its square kilometres are in the table."""
    drawn = reach_map(internal)
    assert drawn is not None
    assert drawn.grid is not None
    areas = [shape(area["geometry"]) for area in drawn.data["areas"]]
    assert len(areas) == len(STEPS_MIN)
    assert [a.area for a in areas] == sorted((a.area for a in areas), reverse=True)
    assert all(areas[0].buffer(0.02).contains(Point(p["lon"], p["lat"])) for p in drawn.data["points"])
    for row in drawn.grid.rows:
        km2 = [float(cell.text.replace(",", "")) for cell in row.cells]
        assert km2 == sorted(km2)
        assert km2[0] > 0


def test_public_edition_has_none(on_roads: Plan) -> None:
    """The public edition shows neither bases nor what they reach."""
    page = html(content_of(appraise(on_roads, draws=32), "public"))
    assert "Reached over roads" not in page


def test_without_roads_there_is_none(tiny: Plan) -> None:
    """A plan by distances has no such map."""
    assert reach_map(content_of(appraise(tiny, draws=32), "internal")) is None


def test_in_a_browser(on_roads: Plan, tmp_path: Path, browser: Browser) -> None:
    """The page draws it without an error and asks no host for anything."""
    done = report(appraise(on_roads, draws=32), tmp_path / "out", edition="internal", formats=["html"])
    assert done.page is not None
    page, asked, errors = browser.new_page(), [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(done.page.as_uri())
    page.wait_for_selector("#profile-1.leaflet-container canvas")
    assert [url for url in asked if not url.startswith(("file:", "blob:", "data:"))] == []
    assert errors == []
    page.close()
