"""What any test may ask for, and the rule that nothing is skipped where everything is installed."""

from __future__ import annotations

import os
import pickle
import shutil
from collections.abc import Callable, Generator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from standby.appraise import Appraisal
    from standby.plan import Plan

ROOT = Path(__file__).resolve().parents[1]
NO_SKIPS = os.environ.get("STANDBY_NO_SKIPS") == "1"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")

# A first example may compile a kernel, on a machine that does something else: no example is timed.
# Continuous integration tries the same examples each time; at a desk they are new ones.
settings.register_profile("standby", deadline=None, derandomize=NO_SKIPS, print_blob=True)
settings.load_profile("standby")


def _refuse_skip(report: Any) -> Any:
    """Turn a skip into a failure that gives the reason of the skip."""
    if NO_SKIPS and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        report.outcome = "failed"
        report.longrepr = f"{report.nodeid} was skipped, and STANDBY_NO_SKIPS=1 allows none.\n{reason}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, Any, Any]:
    """Count a skipped test as failed where everything is installed."""
    return _refuse_skip((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, Any, Any]:
    """Hold a file that is skipped as a whole to the same rule."""
    return _refuse_skip((yield))


@pytest.fixture(scope="session", autouse=True)
def _untried_releases() -> Iterator[None]:
    """Let public tables through without the attack, which takes a minute for a plan of real size.

    Tests of the gate call `standby.disclosure.release.require_release` itself.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("standby.disclosure.disclosure.require_release", lambda *_, **__: None)
        yield


@pytest.fixture(scope="session")
def root() -> Path:
    """Return the top of the checkout."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of facts and published cases that lies beside the checkout."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("the folder of facts and cases, ../shared, does not lie beside this checkout")
    return folder


@pytest.fixture(scope="session")
def tiny() -> Plan:
    """Return the example that can be checked by hand."""
    from standby import examples
    from standby.plan import open_plan

    return open_plan(examples.path("tiny"))


@pytest.fixture(scope="session")
def altered() -> Callable[[Plan, dict[str, Any]], Plan]:
    """Return a function that gives a plan with values changed by path, without a folder."""
    from standby.plan.options import changed_document
    from standby.plan.schema.document import Document

    def changed(plan: Plan, changes: dict[str, Any]) -> Plan:
        raw = changed_document(plan.raw, changes)
        return replace(plan, document=Document.model_validate(raw), raw=raw)

    return changed


@pytest.fixture(scope="session")
def region_appraised(tmp_path_factory: pytest.TempPathFactory) -> Appraisal:
    """Return an appraisal of the packaged region with few draws, which takes a minute.

    Workers leave it to one another in a file; if two begin at once both make it, and the same.
    """
    from standby import examples
    from standby.appraise import appraise
    from standby.plan import open_plan

    # Each worker has a folder of its own inside that of the run.
    own = tmp_path_factory.getbasetemp()
    file = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "region-appraised.pickle"
    if not file.exists():
        appraisal = appraise(open_plan(examples.path("south-west")), draws=32, seed=3)
        part = own / file.name
        part.write_bytes(pickle.dumps(appraisal))
        part.replace(file)
    return pickle.loads(file.read_bytes())  # type: ignore[no-any-return] # noqa: S301 - written by this run


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start a real browser without a window: the program STANDBY_BROWSER, else the first on the PATH."""
    named = os.environ.get("STANDBY_BROWSER")
    found = named or next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip("no Chromium on the PATH; install Debian's `chromium` or set STANDBY_BROWSER")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found,
            args=["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else [],
        )
        yield browser
        browser.close()
