"""The page in a real browser, opened from disk."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from standby.appraise import Appraisal
from standby.report import report

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
EDITIONS = ["public", "internal"]


@pytest.fixture(scope="module")
def pages(made: Any, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Write both editions."""
    folder = tmp_path_factory.mktemp("pages")
    done = {e: report(made, folder / e, edition=e, formats=["html"]) for e in EDITIONS}
    return {e: r.page for e, r in done.items() if r.page}


@pytest.fixture
def opened(
    browser: Browser, pages: dict[str, Path], edition: str, width: int
) -> Iterator[tuple[Page, list[str]]]:
    """Open an edition and collect what it asks for and what it complains of."""
    context = browser.new_context(
        viewport={"width": width, "height": 900}, offline=True, reduced_motion="reduce"
    )
    page = context.new_page()
    heard: list[str] = []
    page.on("request", lambda request: heard.append(request.url))
    page.on("console", lambda message: heard.append(message.text))
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.goto(pages[edition].as_uri())
    page.wait_for_selector("body[data-drawn]", state="attached")
    yield page, [line for line in heard if line != pages[edition].as_uri()]
    context.close()


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_is_asked_for_and_everything_is_drawn(
    opened: tuple[Page, list[str]], width: int, edition: str
) -> None:
    """With the network off the page asks for nothing, complains of nothing, draws all and fits."""
    page, heard = opened
    assert heard == []
    charts = page.locator(".chart")
    assert charts.count() > (2 if edition == "public" else 3)
    assert page.locator(".chart svg.main-svg").count() >= charts.count()
    assert page.locator(".map canvas").count() == (edition == "internal")
    assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize(("edition", "width"), [("public", 400), ("internal", 1280)])
def test_no_accessibility_violation(opened: tuple[Page, list[str]], width: int) -> None:
    """Axe finds nothing, with everything that can be unfolded unfolded."""
    from axe_playwright_python.sync_playwright import Axe

    page, _ = opened
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    assert [(v["id"], [n["html"][:150] for n in v["nodes"][:3]]) for v in found] == []


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("width", [1280])
def test_keys_reach_everything(opened: tuple[Page, list[str]], edition: str) -> None:
    """Keys reach everything: the link that skips, the map, the tables and what unfolds."""
    page, _ = opened
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    reached = set()
    for _ in range(150):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.className || document.activeElement.tagName"))
    kinds = " ".join(reached)
    assert "scroll" in kinds
    assert "SUMMARY" in kinds
    assert ("leaflet-container" in kinds) == (edition == "internal")


@pytest.mark.parametrize("edition", ["internal"])
@pytest.mark.parametrize("width", [1280])
def test_the_map_shows_the_option_that_is_chosen(opened: tuple[Page, list[str]]) -> None:
    """Choosing an option and a measure recolours the map and its legend; hovering tells the number."""
    page, heard = opened
    legend = page.locator(".map-figure > .legend")
    assert "up to 10 min" in legend.inner_text()
    before = page.locator(".map canvas").evaluate("c => c.toDataURL()")
    page.get_by_label("Option", exact=True).select_option("second-car")
    assert page.locator(".map canvas").evaluate("c => c.toDataURL()") != before
    page.get_by_label("Show", exact=True).select_option("chance_in_time")
    assert "over 95%" in legend.inner_text()
    assert heard == []


@pytest.mark.parametrize("edition", ["internal"])
@pytest.mark.parametrize("width", [1280])
def test_hovering_over_a_place_tells_of_it(opened: tuple[Page, list[str]]) -> None:
    """Pointing at a place shows its name, its people and its minutes."""
    page, _ = opened
    box = page.locator(".map")
    box.scroll_into_view_if_needed()
    area = box.bounding_box()
    assert area is not None
    at = box.evaluate("(b, place) => b.leaflet.latLngToContainerPoint(place)", [50.95, -3.90])  # Moor
    tip = page.locator(".leaflet-tooltip")
    for step in range(500):  # the map looks at the pointer now and then
        page.mouse.move(area["x"] + at["x"] + step % 3, area["y"] + at["y"])
        if tip.count():
            break
    assert "Moor" in tip.first.inner_text()
    assert "people" in tip.first.inner_text()
    assert " min" in tip.first.inner_text()


@pytest.mark.parametrize("edition", ["internal"])
@pytest.mark.parametrize("width", [1280])
def test_print_has_charts_and_a_still_map(opened: tuple[Page, list[str]]) -> None:
    """On paper the map is a still picture, and charts keep within the sheet."""
    page, _ = opened
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 690, "height": 900})  # what A4 leaves between its margins
    assert page.locator(".map").first.is_hidden()
    assert page.locator(".still svg").first.is_visible()
    assert page.locator("nav").is_hidden()
    drawings = page.locator(".chart svg.main-svg")
    assert max(drawings.evaluate_all("all => all.map(s => s.getBoundingClientRect().right)")) <= 690
    assert page.pdf(prefer_css_page_size=True)[:4] == b"%PDF"


@pytest.fixture(scope="module")
def packaged(appraised: Mapping[str, Appraisal], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Write the packaged plan's report in both editions: many options, long names, wide tables."""
    folder = tmp_path_factory.mktemp("packaged")
    done = {e: report(appraised["south-west"], folder / e, edition=e, formats=["html"]) for e in EDITIONS}
    return {e: r.page for e, r in done.items() if r.page}


@pytest.fixture
def phone(browser: Browser, packaged: dict[str, Path], edition: str) -> Iterator[Page]:
    """Open the packaged plan's report on a phone."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, offline=True)
    page = context.new_page()
    page.goto(packaged[edition].as_uri())
    page.wait_for_selector("body[data-drawn]", state="attached")
    yield page
    context.close()


@pytest.mark.parametrize("edition", EDITIONS)
def test_on_a_phone_only_tables_scroll_sideways(phone: Page) -> None:
    """The page itself never scrolls sideways, with everything that can be unfolded unfolded."""
    phone.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    assert phone.evaluate("document.documentElement.scrollWidth") == 390


@pytest.mark.parametrize("edition", EDITIONS)
def test_on_a_phone_the_head_and_the_first_column_stay(phone: Page) -> None:
    """When the decision table is scrolled, down and sideways, its head and the criteria stay in sight."""
    box = phone.locator("#decision .scroll").first
    box.scroll_into_view_if_needed()
    found = box.evaluate(
        """box => {
            box.scrollTo(200, 300);
            const at = one => { const r = one.getBoundingClientRect(), b = box.getBoundingClientRect();
                                return [r.left - b.left, r.top - b.top]; };
            const row = box.querySelectorAll("tbody tr")[8];
            return { moved: [box.scrollLeft, box.scrollTop], head: at(box.querySelectorAll("thead th")[3])[1],
                     corner: at(box.querySelector("thead th")), first: at(row.querySelector("th"))[0] };
        }"""
    )
    assert found["moved"] == [200, 300]
    assert abs(found["head"]) < 1
    assert max(map(abs, found["corner"])) < 1
    assert abs(found["first"]) < 1


@pytest.mark.parametrize("edition", EDITIONS)
def test_on_a_phone_words_have_room(phone: Page) -> None:
    """Tables of words, the statements among them, are cards: no cell is narrower than two thirds of it."""
    phone.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    cells = phone.locator("#statements td, #register .cards td, #summary .cards td")
    widths = cells.evaluate_all("all => all.map(c => c.getBoundingClientRect().width)")
    assert len(widths) > 20
    assert min(widths) > 260
    glance = phone.locator(".glance td")
    assert glance.first.bounding_box()["width"] > 150  # type: ignore[index]
    assert glance.evaluate_all("all => all.filter(c => c.scrollWidth > c.clientWidth + 1).length") == 0


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_first_number_is_on_the_first_screen(phone: Page) -> None:
    """On a phone the first number of the first page is seen without scrolling."""
    box = phone.locator(".glance td .value").first.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] < 844


@pytest.mark.parametrize("edition", EDITIONS)
def test_on_a_phone_no_label_hides_a_marker(phone: Page) -> None:
    """Names above rows of a chart overlap no marker and no bar."""
    found = phone.locator(".chart").evaluate_all(
        """charts => charts.flatMap(chart => {
            const boxes = what => [...chart.querySelectorAll(what)].map(e => e.getBoundingClientRect());
            const labels = boxes(".annotation-text");
            const marks = [...boxes(".scatterlayer .point"), ...boxes(".barlayer .point path")];
            return labels.flatMap((a, k) => marks.filter(b => b.width > 0 &&
                a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1
            ).map(b => [chart.id, k, Math.min(a.bottom - b.top, b.bottom - a.top)]));
        })"""
    )
    assert found == []
    assert phone.locator(".chart .annotation-text").count() > 5


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("width", [390, 1280])
def test_no_interval_is_broken(browser: Browser, packaged: dict[str, Path], edition: str, width: int) -> None:
    """An interval stands in one line in the tables and in the sentences, on a phone and on a desk."""
    context = browser.new_context(viewport={"width": width, "height": 900}, offline=True)
    page = context.new_page()
    page.goto(packaged[edition].as_uri())
    lines = "all => all.filter(e => e.getClientRects().length > 1).map(e => e.textContent)"
    kept = page.locator(".keep")
    assert kept.evaluate_all(lines) == []
    texts = page.locator("#decision td .below").all_text_contents()
    assert edition == "public" or any(text.startswith("(+") for text in texts)  # it has no intervals
    loose = page.locator("#decision td .below:not(:has(.keep))").all_text_contents()
    assert not any(character.isdigit() for text in loose for character in text)  # words alone may be broken
    context.close()


@pytest.mark.parametrize("edition", EDITIONS)
def test_no_sheet_is_nearly_empty(browser: Browser, packaged: dict[str, Path], edition: str) -> None:
    """On paper each sheet has more than the marking and a line or two; only the decision lies across."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, offline=True)
    page = context.new_page()
    page.goto(packaged[edition].as_uri())
    page.wait_for_selector("body[data-drawn]", state="attached")
    sheets = _sheets(page.pdf(prefer_css_page_size=True))
    context.close()
    assert [k for k, (signs, _) in enumerate(sheets[:-1], start=1) if signs < 350] == []
    across = [k for k, (_, wide) in enumerate(sheets) if wide]
    assert across == list(range(across[0], across[0] + len(across)))
    assert 0 < len(across) < len(sheets) - 2


def _sheets(pdf: bytes) -> list[tuple[int, bool]]:
    """Return, for each sheet of a PDF by Chromium, the signs set on it, and whether it lies across."""
    parts = {int(m[1]): m[2] for m in re.finditer(rb"(\d+) 0 obj\s*(.*?)endobj", pdf, re.DOTALL)}
    found = []
    for body in parts.values():
        if not re.search(rb"/Type\s*/Page\b", body):
            continue
        content = parts[int(re.search(rb"/Contents (\d+) 0 R", body)[1])]  # type: ignore[index]
        stream = re.search(rb"stream\r?\n(.*?)\r?\nendstream", content, re.DOTALL)
        box = re.search(rb"/MediaBox\s*\[\s*0\s+0\s+([\d.]+)\s+([\d.]+)", body)
        assert stream is not None
        assert box is not None
        signs = len(re.findall(rb"\bT[jJ]\b", zlib.decompressobj().decompress(stream[1])))
        found.append((signs, float(box[1]) > float(box[2])))
    return found


def test_without_scripts_the_map_is_a_still_picture(browser: Browser, pages: dict[str, Path]) -> None:
    """Where scripts are off, the map is there as a picture and the numbers as tables."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(pages["internal"].as_uri())
    assert page.locator(".still svg").first.is_visible()
    assert page.locator(".map").first.is_hidden()
    context.close()
