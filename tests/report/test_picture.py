"""Pictures of results, for notebooks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from standby import words
from standby.appraise import Appraisal
from standby.attendance import fit_log
from standby.cover import cover, need
from standby.locate import locate
from standby.plan import Plan
from standby.report import picture
from standby.travel import travel_times
from standby.workforce import NAMED_PATTERNS, shift_cover


def _values(figure: Any, name: str) -> list[float]:
    return [list(trace.x) for trace in figure.data if trace.name == name][0]  # noqa: RUF015 - one by its name


def test_cover_is_drawn_by_standard(tiny: Plan) -> None:
    """A bar each standard and share, in per cent, with the standards' names."""
    found = cover(tiny, travel_times(tiny))
    figure = picture(found)
    rows = found.standards[found.standards["scope_kind"] == "all"]
    np.testing.assert_allclose(_values(figure, "Expected"), 100 * rows["share_expected"])
    np.testing.assert_allclose(_values(figure, "Required"), 100 * rows["required"])
    assert figure.layout.title.text == "Share inside each standard"


def test_need_is_drawn_beside_the_officers_in_post(tiny: Plan) -> None:
    """A bar each standard for the officers needed and those in post."""
    found = need(tiny, travel_times(tiny))
    figure = picture(found)
    np.testing.assert_allclose(
        np.array(_values(figure, "Officers needed"), dtype=float), found.table["officers"].astype(float)
    )
    np.testing.assert_allclose(_values(figure, "Strength"), found.table["strength"])


def test_siting_is_drawn_by_site(tiny: Plan) -> None:
    """A bar each site for today and for the answer."""
    found = locate(tiny, travel_times(tiny), units=2, within=25)
    figure = picture(found)
    assert _values(figure, "Units then") == found.table["units"].tolist()


def test_times_are_drawn_as_a_share_of_places(tiny: Plan) -> None:
    """The curve rises to the share of places that any site reaches."""
    times = travel_times(tiny)
    cut = replace(times, minutes=np.where(np.arange(len(times.place_ids)) == 0, np.inf, times.minutes))
    figure = picture(cut)
    assert figure.data[0].y[-1] == pytest.approx(100 * (len(times.place_ids) - 1) / len(times.place_ids))
    assert list(figure.data[0].x) == sorted(figure.data[0].x)
    said = [
        f"{words.share(share / 100)} of places within {words.minutes(within)}"
        for share, within in zip(figure.data[0].y, figure.data[0].x, strict=True)
    ]
    assert list(figure.data[0].text) == said
    with pytest.raises(ValueError, match="nothing to draw"):
        picture(replace(times, minutes=np.full_like(times.minutes, np.inf)))


def test_appraisal_is_drawn_by_option(appraised: Mapping[str, Appraisal]) -> None:
    """A dot each option for its difference by the first criterion."""
    made = appraised["tiny"]
    figure = picture(made)
    first = made.tables["criteria"]["criterion"].iloc[0]
    decision = made.tables["decision"]
    rows = decision[(decision["criterion"] == first) & (decision["option"] != "base")]
    np.testing.assert_allclose(list(figure.data[0].x), rows["difference"])


def test_a_fit_is_drawn_call_by_call(logged: Plan) -> None:
    """A point each call that was used, and the line on which logged and fitted are equal."""
    fit = fit_log(logged)
    figure = picture(fit)
    assert sum(len(trace.x) for trace in figure.data if trace.mode == "markers") == len(fit.calls)
    assert figure.data[-1].name == "equal"
    said = {text for trace in figure.data if trace.mode == "markers" for text in trace.text}
    calls = zip(fit.calls["fitted_min"], fit.calls["logged_min"], strict=True)
    assert said == {
        f"fitted {words.fine_minutes(fitted)} min, logged {words.fine_minutes(logged)} min"
        for fitted, logged in calls
    }


def test_shifts_are_drawn_by_hour(tiny: Plan) -> None:
    """A line each force and tier over the hours of the week; of few officers there is none."""
    found = shift_cover(tiny, pattern=NAMED_PATTERNS["12-hour"])
    figure = picture(found)
    np.testing.assert_allclose(figure.data[0].y, 100 * found.by_hour["chance_complete"])
    assert list(figure.data[0].x) == list(range(168))
    assert figure.data[0].text[0].startswith("mon 00:00, 2 wanted: ")
    few = shift_cover(tiny, pattern=NAMED_PATTERNS["12-hour"], officers={"home": 4})
    with pytest.raises(ValueError, match="nothing to draw"):
        picture(few)


def test_no_picture_of_anything_else(tiny: Plan) -> None:
    """What has no picture is refused with what has one."""
    with pytest.raises(TypeError, match="no picture of a Plan; there is one of Appraisal, Cover"):
        picture(tiny)  # type: ignore[arg-type]
