"""Pages as one HTML file each that opens from disk with the network off; the report is one."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from standby._refusals import UnableError
from standby.report.blocks.blocks import Block, Chart, Charts, Map, Section
from standby.report.content import Content
from standby.report.pages.sections import sections as sections_of

REPORT_PAGE = "report.html"
"""Name of the report's page."""

LONGEST_UNBROKEN = 32
"""Longest text with a number that is kept in one line [characters]."""

INTERVAL = re.compile(rf"(\((?=[^()]*\d)[^()]{{1,{LONGEST_UNBROKEN}}}\))")
"""Brackets that hold an interval."""


@dataclass(frozen=True)
class Page:
    """A page: what it is, what it is about, how it is marked, and its sections.

    Parameters
    ----------
    kind, title
        What it is, in small type above its title.
    facts
        Labels and values below the title.
    edition
        ``"public"``, ``"internal"`` or ``"full"``.
    marking
        Its marking, at the head and foot of each page.
    sections
        What it says.
    bases
        How invented bases and units were placed, in words; empty where they may be real, and in the public
        edition.
    public_page, no_public_page
        As in `standby.report.Content`.
    """

    kind: str
    title: str
    facts: tuple[tuple[str, str], ...]
    edition: str
    marking: str
    sections: tuple[Section, ...]
    bases: str = ""
    public_page: str = ""
    no_public_page: str = ""


class MissingLibraryError(UnableError, RuntimeError):
    """A browser library that the report draws with is not in the package."""


@dataclass(frozen=True)
class Drawn:
    """A chart or map as the page's script gets it."""

    name: str
    kind: str
    spec: dict[str, Any]


def write_html(content: Content, folder: Path) -> list[Path]:
    """Write ``report.html``; return its path."""
    path = folder / REPORT_PAGE
    path.write_text(html(content), encoding="utf-8")
    return [path]


def html(content: Content) -> str:
    """Return the report as one page: styles, scripts and data inside it, and no host asked.

    Parameters
    ----------
    content
        The edition.

    Raises
    ------
    MissingLibraryError
        If the package was installed without the browser libraries.
    """
    about = content.plan.document.plan
    facts = (
        ("Forces", ", ".join(content.name("force", f) for f in content.plan.forces)),
        ("As of", f"{about.as_of.day} {about.as_of:%B %Y}"),
        ("Prices of", str(about.price_year)),
        ("Edition", content.edition),
        ("Draws of the doubt", f"{content.draws:,}, seed {content.seed}"),
    )

    kind = "Armed response cover: options appraisal"
    return render(page_of(content, kind, facts, sections_of(content)))


def page_of(
    content: Content, kind: str, facts: tuple[tuple[str, str], ...], sections: tuple[Section, ...]
) -> Page:
    """Return a page of an edition, with its marking and with what is to be said of its bases.

    Parameters
    ----------
    content
        The edition.
    kind, facts, sections
        As in `Page`.
    """
    about = content.plan.document.plan
    says_bases = content.edition != "public" and content.plan.bases_are_invented
    return Page(
        kind,
        about.title,
        facts,
        content.edition,
        content.marking,
        sections,
        bases=about.bases_statement if says_bases else "",
        public_page=content.public_page,
        no_public_page=content.no_public_page,
    )


def render(page: Page) -> str:
    """Return a page with styles, scripts and data inside it; it asks no host for anything.

    Parameters
    ----------
    page
        The page.

    Raises
    ------
    MissingLibraryError
        If the package was installed without the browser libraries.
    """
    # The template knows a block by its identity, as two blocks may be alike.
    names = {id(block): name for name, block in _numbered(page.sections)}

    style = Markup(_asset("vendor/leaflet/leaflet.css") + _asset("report.css"))  # noqa: S704 - our own files
    scripts = [_script(text) for text in (*libraries(), _asset("report.js"))]

    # Charts and maps are drawn by the script, from data that stand in the page.
    data = {d.name: {"kind": d.kind, **d.spec} for d in _drawn(page.sections)}

    template = _environment().get_template("page.html")
    return template.render(page=page, names=names, style=style, scripts=scripts, data=_json(data))


def libraries() -> tuple[str, ...]:
    """Return the browser libraries that stand in every page, letter by letter.

    Raises
    ------
    MissingLibraryError
        If the package was installed without them.
    """
    return _asset("vendor/leaflet/leaflet.js"), _plotly()


def _numbered(found: tuple[Section, ...]) -> list[tuple[str, Block]]:
    """Return every block with a name that no other has."""
    named: list[tuple[str, Block]] = []
    for section in found:
        for i, block in enumerate(section.blocks):
            name = f"{section.name}-{i}"
            named.append((name, block))

            if isinstance(block, Charts):
                named += [(f"{name}-{k}", chart) for k, chart in enumerate(block.charts)]
            if isinstance(block, (Chart, Map)) and block.grid is not None:
                named.append((f"{name}-table", block.grid))
    return named


def _drawn(found: tuple[Section, ...]) -> list[Drawn]:
    """Return the charts and maps of a page, as its script gets them."""
    drawn = []
    for name, block in _numbered(found):
        if isinstance(block, Chart):
            spec = {"traces": list(block.traces), "layout": block.layout, "height": block.height}
            drawn.append(Drawn(name, "chart", spec))
        elif isinstance(block, Map):
            drawn.append(Drawn(name, "map", block.data))

    return drawn


def _json(value: Any) -> Markup:
    """Return JSON that can stand inside a script element: no character that could end it."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)  # noqa: S704 - every sign that HTML could read is escaped


def _script(text: str) -> Markup:
    """Return a library that can stand inside a script element; refuse one that would end it too early."""
    if "</script" in text.lower():
        raise MissingLibraryError(
            "a browser library holds '</script' and can't be put into a page; use another version"
        )

    return Markup(text)  # noqa: S704 - libraries of the package


@lru_cache
def _environment() -> Environment:
    """Return the environment of templates: what is put into them is escaped, a missing name is an error."""
    made = Environment(
        loader=PackageLoader("standby.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )

    made.filters["identity"] = id
    made.filters["unbroken"] = unbroken
    return made


def unbroken(text: str) -> Markup:
    """Return a text in which no line breaks inside a short pair of brackets with numbers, or a short number.

    Parameters
    ----------
    text
        The text; it is escaped.
    """
    whole = len(text) <= LONGEST_UNBROKEN and any(c.isdigit() for c in text)

    # `split` gives the text between brackets at even places, the brackets at odd ones.
    parts = [(text, whole)] if whole else [(part, k % 2 == 1) for k, part in enumerate(INTERVAL.split(text))]
    return Markup("").join(
        Markup('<span class="keep">{}</span>').format(part) if kept else escape(part) for part, kept in parts
    )


@lru_cache
def _asset(name: str) -> str:
    """Return a text of the package, such as a style or a script."""
    path = resources.files("standby.report") / "assets" / name
    if not path.is_file():
        raise MissingLibraryError(
            f"the package lacks {name}; install it where the build can fetch it: pip install --editable ."
        )

    return path.read_text(encoding="utf-8")


@lru_cache
def _plotly() -> str:
    """Return the script of Plotly, which the package of that name carries."""
    path = resources.files("plotly") / "package_data" / "plotly.min.js"
    if not path.is_file():
        raise MissingLibraryError("the installed plotly package lacks plotly.min.js; install plotly again")

    return path.read_text(encoding="utf-8")
