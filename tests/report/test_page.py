"""The page: one file, the marking, captions, and numbers of sentences that stand in its tables."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Any

import pytest

from standby.appraise import Appraisal
from standby.report import content_of, html
from standby.report.charts.look import PALETTE
from standby.report.pages.decision import _decision_cell
from standby.report.pages.evidence import statements
from standby.report.pages.page import _json, _script
from standby.report.pages.sections import sections

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
    appraised: Mapping[str, Appraisal], name: str, edition: Any
) -> None:
    """Each number that the summary shows is shown, in the same digits, in a cell of a table of the page."""
    page = _read(html(content_of(appraised[name], edition)))
    assert page.sentences
    cells = " ".join(page.cells)
    shown = set(NUMBER.findall(cells))
    shown |= {f"{low}%" for low in re.findall(r"(\d+)–\d+%", cells)}  # an interval has its unit once
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
    [
        ("public", "OFFICIAL – PUBLIC EDITION – bases and units are invented"),
        ("internal", "OFFICIAL-SENSITIVE – INTERNAL – bases and units are invented"),
        ("full", "OFFICIAL – FULL EDITION – bases and units are invented"),
    ],
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
    heads = re.findall(r'<section id="([\w-]+)"', html(content_of(made, "internal")))
    first = ["glance", "summary", "decision", "profile", "capability", "policy", "demand"]
    assert heads == [*first, "money", "statements", "register", "limits"]


def test_what_series_say_of_statements(appraised: dict[str, Appraisal]) -> None:
    """A statement on a series has its verdict in place of agreement, and no number without a base."""
    content = content_of(appraised["south-west"], "internal")
    rows = {row.cells[0].text: row for row in statements(content).blocks[0].rows}
    shown = [
        (row.cells[1].text, row.cells[3].text, row.cells[4].text)
        for row in rows.values()
        if row.cells[1].text.startswith("Series ")
    ]
    assert shown == [
        ("Series armed-officers", "−698", "stale"),
        ("Series vehicles-added", "–", "unsupported"),
        ("Series vehicles-added", "47.8%", "does not hold"),
    ]
    lost = rows["Over 1,300 firearms officers have been lost since 2010."]
    assert any(
        line.startswith("Stale: it held on 31 March 2016 (−1,337 officers)") for line in lost.cells[0].below
    )


def test_ruled_out_options_are_grey_with_their_reason(made: Any) -> None:
    """An option that is ruled out is shown with its reason, marked, and without a chance of being best."""
    text = html(content_of(made, "internal"))
    assert "Arm every officer (ruled out)" in text
    assert "the chief constable will not propose it." in text
    closed = re.findall(r'<td class="number closed">(.*?)</td>', text, re.DOTALL)
    assert closed
    assert [cell for cell in closed if "best" in cell] == []


def test_first_page_has_five_criteria_in_plain_words(appraised: Mapping[str, Appraisal]) -> None:
    """The first page has every option by five criteria, each number with a picture that is said in words."""
    text = html(content_of(appraised["south-west"], "internal"))
    first = text[text.index('<section id="glance"') : text.index('<section id="summary"')]
    heads = re.findall(r'<th scope="col"[^>]*>(.*?)<', first)
    assert heads == [
        "Option",
        "Reached in time",
        "While posts are filled",
        "Wait for armed officers",
        "Wait in the country",
        "Cost",
    ]
    options = appraised["south-west"].tables["options"]
    assert len(re.findall(r'<th scope="row"', first)) == len(options)
    drawn = (options["status"] != "ruled out").sum()
    pictures = re.findall(r'<svg class="bar"[^>]*role="img" aria-label="([^"]+)"', first)
    assert len(pictures) == 5 * drawn
    assert all(re.search(r"\d", words) for words in pictures)
    assert first.count("of 1,160,000 people") == 2 * len(options)
    assert "≈" not in first


def test_people_are_said_of_how_many(appraised: Mapping[str, Appraisal]) -> None:
    """The decision table says how many people the numbers of people are out of."""
    decision = next(s for s in sections(content_of(appraised["tiny"], "public")) if s.name == "decision")
    row = decision.blocks[0].rows[0]
    assert row.heads[0].startswith("People inside")
    assert row.below == "of 100,000 people"


def test_cells_of_the_decision_table_are_short(appraised: Mapping[str, Appraisal]) -> None:
    """A cell has a value and at most its difference and interval, and no number twice."""
    decision = next(
        s for s in sections(content_of(appraised["south-west"], "public")) if s.name == "decision"
    )
    cells = [cell for row in decision.blocks[0].rows for cell in row.cells]
    assert max(len(cell.below) for cell in cells) in {1, 2}
    for cell in cells:
        said = [cell.text, *cell.below]
        bare = [text.lstrip("+≈ ") for text in said if not text.startswith("(")]
        assert len(bare) == len(set(bare)), said


def test_nearly_never_stands_beside_an_interval_without_nought(appraised: Mapping[str, Appraisal]) -> None:
    """“≈” stands only where the interval of the difference holds nought."""
    nearly = []
    for appraisal in appraised.values():
        content = content_of(appraisal, "public")
        rows = appraisal.tables["decision"].to_dict("records")
        nearly += [row for row in rows if any("≈" in line for line in _decision_cell(content, row).below)]
    assert nearly
    assert [row for row in nearly if not row["difference_low"] <= 0 <= row["difference_high"]] == []


def test_colours_can_be_seen() -> None:
    """Every colour of the charts has a contrast of at least 3 to 1 on white."""

    def light(colour: str) -> float:
        parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    assert [colour for colour in PALETTE if 1.05 / (light(colour) + 0.05) < 3.0] == []
