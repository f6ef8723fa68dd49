"""The page: one file, the marking, captions, and numbers of sentences that stand in its tables."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import Any

import pytest

from standby.appraise import Appraisal
from standby.report import content_of, html
from standby.report.page import _json, _script

NUMBER = re.compile(r"[−]?£?\d[\d,]*(?:\.\d+)?(?:%|m\b|k\b|bn\b)?")


class Page(HTMLParser):
    """Reads the sentences of the summary, the cells of tables, and the attributes that ask for a file."""

    def __init__(self) -> None:
        super().__init__()
        self.sentences: list[str] = []
        self.cells: list[str] = []
        self.asked: list[str] = []
        self.ids: list[str] = []
        self.tables = self.captions = 0
        self._into: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.ids += [str(found["id"])] if "id" in found else []
        self.asked += [str(found[name]) for name in ("src", "srcset", "data") if name in found]
        if tag == "link":
            self.asked.append(str(found.get("href")))
        self.tables += tag == "table"
        self.captions += tag == "caption"
        if tag == "p" and found.get("class") == "sentence":
            self.sentences.append("")
            self._into = self.sentences
        elif tag in ("td", "th"):
            self.cells.append("")
            self._into = self.cells
        elif tag == "span" and self._into is self.cells:
            self.cells.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("p", "td", "th"):
            self._into = None

    def handle_data(self, data: str) -> None:
        if self._into is not None:
            self._into[-1] += data


def _read(text: str) -> Page:
    page = Page()
    page.feed(re.sub(r"<script>.*?</script>", "", text, flags=re.DOTALL))
    return page


@pytest.mark.parametrize("name", ["tiny", "south-west"])
@pytest.mark.parametrize("edition", ["public", "internal"])
def test_each_number_of_a_sentence_stands_in_a_table(
    appraised: dict[str, Appraisal], name: str, edition: Any
) -> None:
    """Each number that the summary shows is shown, in the same digits, in a cell of a table of the page."""
    page = _read(html(content_of(appraised[name], edition)))
    assert page.sentences
    cells = " ".join(page.cells)
    shown = set(NUMBER.findall(cells))
    missing = {
        number: sentence
        for sentence in page.sentences
        for number in NUMBER.findall(_without_free_text(appraised[name], sentence))
        if number not in shown
    }
    assert missing == {}
    assert any(NUMBER.search(sentence) for sentence in page.sentences)


def _without_free_text(appraisal: Appraisal, sentence: str) -> str:
    """Take out what the planner wrote: names of options and reasons are quoted, not worked out."""
    for option in appraisal.plan.document.options.values():
        for text in (option.name, option.reason, *(s.reason for s in option.forces.values())):
            sentence = sentence.replace(text, "") if text else sentence
    return sentence


def test_the_search_for_numbers_can_fail() -> None:
    """A number that is in no cell is found out."""
    page = _read("<p class='sentence'>It takes 23 min and £1.2m.</p><table><tr><td>23 min</td></tr></table>")
    shown = set(NUMBER.findall(" ".join(page.cells)))
    assert [n for n in NUMBER.findall(page.sentences[0]) if n not in shown] == ["£1.2m"]


@pytest.mark.parametrize("edition", ["public", "internal"])
def test_one_file_that_asks_for_nothing(made: Any, edition: Any) -> None:
    """No element names a file, and the page forbids its scripts and styles to ask for one."""
    text = html(content_of(made, edition))
    assert _read(text).asked == []
    assert "default-src 'none'" in text
    assert "url(http" not in text
    assert "@import" not in text


@pytest.mark.parametrize(
    ("edition", "marking"),
    [("public", "OFFICIAL – PUBLIC EDITION"), ("internal", "OFFICIAL-SENSITIVE – INTERNAL")],
)
def test_marking_stands_first_and_last(made: Any, edition: Any, marking: str) -> None:
    """The marking is the first and the last thing on the page, and on every sheet of paper."""
    text = html(content_of(made, edition))
    body = text[text.index("<body") : text.index('<script type="application/json"')]
    words = [w.strip() for w in re.sub(r"<[^>]+>", "\n", body).split("\n") if w.strip()]
    assert words[1] == marking  # after the link that skips to the report
    assert words[-1] == marking
    assert f'@top-center {{ content: "{marking}"; }}' in text


@pytest.mark.parametrize("edition", ["public", "internal"])
def test_ids_are_unique_and_tables_have_captions(made: Any, edition: Any) -> None:
    """Every id names one element; every table has its caption."""
    page = _read(html(content_of(made, edition)))
    assert len(page.ids) == len(set(page.ids))
    assert page.tables == page.captions > 10


def test_words_of_a_planner_are_never_markup(make: Any, tiny: Any) -> None:
    """Text that looks like HTML or ends a script stays text, in the page and in its data."""
    made = make(tiny)
    bad = "</script><script>alert(1)</script><img src=x onerror=alert(1)>"
    made.tables["options"].loc[1, ["name", "description"]] = bad
    made.tables["areas"]["name"] = bad
    text = html(content_of(made, "internal"))
    assert "<img src=x" not in text
    assert "<script>alert" not in text
    data = re.findall(r'<script type="application/json" id="data">(.*?)</script>', text, re.DOTALL)[0]
    assert bad in json.dumps(json.loads(data), ensure_ascii=False)


def test_data_in_a_script_can_not_end_it() -> None:
    """Signs that HTML could read are escaped in data; a library that holds an end of a script is refused."""
    assert "<" not in _json({"a": "</script>&\u2028"})
    assert json.loads(_json({"a": "</script>&\u2028"})) == {"a": "</script>&\u2028"}
    with pytest.raises(RuntimeError, match="another version"):
        _script("a = '</SCRIPT>'")


def test_sections_follow_what_an_assessment_informs(made: Any) -> None:
    """The decision, then profile, capability, policy and training, demand; then money and evidence."""
    heads = re.findall(r'<section id="([\w-]+)"', html(content_of(made, "public")))
    first = ["summary", "decision", "profile", "capability", "policy", "demand"]
    assert heads == [*first, "money", "statements", "register", "limits"]


def test_ruled_out_options_are_grey_with_their_reason(made: Any) -> None:
    """An option that is ruled out is shown with its reason, marked, and without a chance of being best."""
    text = html(content_of(made, "public"))
    assert "Arm every officer (ruled out)" in text
    assert "the chief constable will not propose it." in text
    closed = re.findall(r'<td class="number closed">(.*?)</td>', text, re.DOTALL)
    assert closed
    assert [cell for cell in closed if "best" in cell] == []
