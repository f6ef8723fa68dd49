"""The pages beside the report, of a siting and of a fit, held to what the report is held to."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from standby.attendance import fit_log
from standby.locate import locate
from standby.plan import Plan
from standby.report import write_log_page, write_siting
from standby.travel import travel_times

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser
PAGES = ["siting, public", "siting, internal", "fit"]


@pytest.fixture(scope="module")
def written(tiny: Plan, logged: Plan, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Write each page."""
    folder = tmp_path_factory.mktemp("pages")
    located = locate(tiny, travel_times(tiny), units=2, within=25, curve=True, compliance=True)
    made = {}
    for edition in ("public", "internal"):
        write_siting(tiny, located, folder / edition, edition=edition)
        made[f"siting, {edition}"] = folder / edition / "siting.html"
    made["fit"] = write_log_page(logged, fit_log(logged), folder / "fit.html")
    return made


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("width", [1280, 400])
def test_page_holds_what_the_report_holds(
    written: dict[str, Path], browser: Browser, name: str, width: int
) -> None:
    """With the network off it asks for nothing, complains of nothing, fits, and axe finds nothing."""
    from axe_playwright_python.sync_playwright import Axe

    context = browser.new_context(viewport={"width": width, "height": 900}, offline=True)
    page, heard = context.new_page(), []
    page.on("request", lambda request: heard.append(request.url))
    page.on("console", lambda message: heard.append(message.text))
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.goto(written[name].as_uri())
    page.wait_for_selector("body[data-drawn]", state="attached")
    assert [line for line in heard if line != written[name].as_uri()] == []
    assert page.evaluate("document.documentElement.scrollWidth") == width
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    assert [(v["id"], [n["html"][:150] for n in v["nodes"][:3]]) for v in found] == []
    context.close()
