"""What was said of a series, and whether it holds: words, verdicts, and bases that are not said."""

import csv
import datetime as dt
import math
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from standby._refusals import Refusal
from standby.evidence import FRACTIONS, QUANTITY_OF, Allowed, Series, allowed, judge_claim

BEGIN = dt.date(2010, 3, 31)
ARMED = Series.of(
    "armed",
    {
        "2010-03-31": 6976,
        "2013-03-31": 6091,
        "2015-03-31": 5647,
        "2016-03-31": 5639,
        "2017-03-31": 6278,
        "2018-03-31": 6459,
    },
)
"""Armed officers of the 43 forces of England and Wales at 31 March (Home Office releases and Hansard)."""

VEHICLES = Series.of("arvs", {"2017-04-19": 41, "2018-04-01": 55}, counts="added", since="2016-04-01")
"""Armed response vehicles added in any 24 hours (chief officers' releases of April 2017 and May 2018)."""

MAY_2018 = dt.date(2018, 5, 16)


@pytest.mark.parametrize(
    ("words", "low", "high"),
    [
        ("41", 40.5, 41.5),
        ("1,300", 1299.5, 1300.5),
        ("about 1,300", 1250, 1350),
        ("Around 640", 635, 645),
        ("nearly 1,300", 1250, 1300),
        ("over 1,300", 1300, math.inf),
        ("fewer than 10", -math.inf, 10),
        ("at least 3", 3, math.inf),
        ("up to 60", -math.inf, 60),
        ("27%", 0.265, 0.275),
        ("27 per cent", 0.265, 0.275),
        ("11.5%", 0.1145, 0.1155),
        ("about 30%", 0.25, 0.35),
        ("more than 25%", 0.25, math.inf),
        ("a quarter", 9 / 40, 7 / 24),
        ("more than a quarter", 0.25, math.inf),
        ("half", 5 / 12, 7 / 12),
        ("doubled", 1.75, 2.25),
        ("more than doubling", 2, math.inf),
        ("halved", 5 / 12, 7 / 12),
        ("more than halved", -math.inf, 0.5),
        ("nearly halved", 0.5, 7 / 12),
    ],
)
def test_what_words_allow(words, low, high):
    """Words allow what would be rounded to them."""
    found = allowed(words)
    assert (found.low, found.high) == pytest.approx((low, high), rel=1e-12)


def test_ends_that_words_leave_out():
    """Over, under and nearly leave the number itself out; at least and up to take it in."""
    assert [1300 in allowed(w) for w in ("over 1,300", "under 1,300", "nearly 1,300")] == [False] * 3
    assert [1300 in allowed(w) for w in ("at least 1,300", "up to 1,300", "about 1,300")] == [True] * 3


@pytest.mark.parametrize(
    "words", ["", "many", "over", "1,30", "27 %%", "three", "about about 3", "1e3", "nan"]
)
def test_words_that_are_not_understood(words):
    """Words that are no such number are refused, never guessed."""
    with pytest.raises(ValueError, match="is no number that is understood"):
        allowed(words)


@given(st.sampled_from(sorted(FRACTIONS)), st.fractions(0, 1, max_denominator=1000))
def test_a_fraction_is_the_nearest_that_people_say(words, share: Fraction):
    """A share is called by the fraction that it is nearest to, and by no other."""
    own = abs(FRACTIONS[words] - share)
    others = min(abs(value - share) for value in (0, 1, *FRACTIONS.values()) if value != FRACTIONS[words])
    if own < others - 1e-9:
        assert float(share) in allowed(words)
    elif own > others + 1e-9:
        assert float(share) not in allowed(words)


@given(st.integers(1, 10**7), st.sampled_from(["", "about ", "up to ", "at least "]))
def test_a_number_is_allowed_by_itself(number, qualifier):
    """Any number is what it was rounded to itself, with commas and without."""
    assert number in allowed(f"{qualifier}{number}")
    assert allowed(f"{qualifier}{number:,}") == allowed(f"{qualifier}{number}")


def test_a_loss_is_a_change_below_nought():
    """A loss of over 1,300 is a change of less than -1,300, its end left out."""
    assert allowed("over 1,300").lost() == Allowed(-math.inf, -1300, below_high=True)
    assert allowed("nearly 1,300").lost() == Allowed(-1300, -1250, above_low=True)


@pytest.mark.parametrize(
    ("on", "verdict", "value", "held"),
    [
        (dt.date(2014, 6, 1), "does not hold", -885, None),
        (dt.date(2016, 6, 1), "holds", -1337, dt.date(2016, 3, 31)),
        (dt.date(2017, 6, 1), "stale", -698, dt.date(2016, 3, 31)),
    ],
)
def test_1300_lost_since_2010(on, verdict, value, held):
    """Over 1,300 lost since 2010 is true to March 2016 (1,337), and stale in June 2017 (698)."""
    judged = judge_claim(ARMED, allowed("over 1,300").lost(), compared="change", since=BEGIN, on=on)
    assert (judged.verdict, judged.value) == (verdict, value)
    assert (judged.held.date if judged.held else None) == held
    assert judged.start == (BEGIN, 6976)


def test_down_and_up_again():
    """6,976 to 5,639 is a fall of 19%, and 6,459 a rise of 15% from there."""
    low = dt.date(2016, 3, 31)
    fall = judge_claim(ARMED, allowed("19%").lost(), compared="change_share", since=BEGIN, on=low)
    rise = judge_claim(ARMED, "15%", compared="change_share", since=low, on=MAY_2018)
    assert (fall.verdict, rise.verdict) == ("holds", "holds")
    assert fall.value == pytest.approx(-1337 / 6976)
    assert rise.value == pytest.approx(820 / 5639)
    assert rise.base == 5639


@pytest.mark.parametrize("before", [15_705, 15_809])
def test_operations_of_a_year(before):
    """Operations rose by 19% in the year to March 2018, from the first and the revised number alike.

    15,705 were published first, 15,809 is what the statistics of the next year have (Home Office).
    """
    operations = Series.of("operations", {"2017-03-31": before, "2018-03-31": 18_746}, counts="period")
    since = dt.date(2017, 3, 31)
    day = dt.date(2018, 7, 26)
    rose = judge_claim(operations, "19%", compared="change_share", since=since, on=day)
    doubled = judge_claim(operations, "doubled", compared="ratio", since=since, on=day)
    assert (rose.verdict, doubled.verdict) == ("holds", "does not hold")
    assert doubled.value == pytest.approx(1 + rose.value)


@pytest.mark.parametrize(
    ("words", "least", "most"),
    [("27%", 200, 55 / 0.265), ("a quarter", 55 / (7 / 24), 55 / (9 / 40)), ("more than 25%", 0, 220)],
)
def test_a_share_of_nothing_said_is_unsupported(words, least, most):
    """55 vehicles added are no share of anything until a base is given; the bases that would do are said."""
    judged = judge_claim(VEHICLES, words, compared="change_share", on=MAY_2018)
    assert judged.verdict == "unsupported"
    assert math.isnan(judged.value)
    assert (judged.bases.low, judged.bases.high) == pytest.approx((least, most))


@pytest.mark.parametrize(
    ("base", "words", "verdict"),
    [
        (204, "27%", "holds"),
        (220, "a quarter", "holds"),
        (220, "more than 25%", "does not hold"),
        (219, "more than 25%", "holds"),
        (115, "27%", "does not hold"),
        (115, "48%", "holds"),
    ],
)
def test_the_base_decides(base, words, verdict):
    """27% needs a base of about 204, a quarter one of about 220; the published 115 gives 48%."""
    judged = judge_claim(VEHICLES, words, compared="change_share", on=MAY_2018, base=base)
    assert (judged.verdict, judged.base) == (verdict, base)
    assert (base in judged.bases) == (verdict == "holds")


def test_added_is_no_stock():
    """41 and 55 are vehicles added since April 2016: from one to the other is no rise of 34%."""
    judged = judge_claim(VEHICLES, "55", compared="change", on=MAY_2018)
    assert (judged.verdict, judged.value, judged.start) == ("holds", 55, None)
    assert judge_claim(VEHICLES, "41", compared="change", on=MAY_2018).verdict == "stale"
    with pytest.raises(ValueError, match="since 2017-04-19, series 'arvs' since 2016-04-01"):
        judge_claim(VEHICLES, "34%", compared="change_share", on=MAY_2018, since=dt.date(2017, 4, 19))


def test_more_than_doubling():
    """More than doubling needs a base below what was added; exactly twice is not more."""
    judged = judge_claim(VEHICLES, "more than doubled", compared="ratio", on=MAY_2018)
    assert (judged.verdict, judged.bases.low, judged.bases.high) == ("unsupported", 0, 55)
    for base, verdict in ((54, "holds"), (55, "does not hold"), (115, "does not hold")):
        found = judge_claim(VEHICLES, "more than doubled", compared="ratio", on=MAY_2018, base=base)
        assert found.verdict == verdict


def test_no_base_makes_a_rise_a_loss():
    """Where no base would make a claim true, none is named."""
    judged = judge_claim(VEHICLES, allowed("27%").lost(), compared="change_share", on=MAY_2018)
    assert (judged.verdict, judged.bases) == ("unsupported", None)


@given(
    added=st.integers(-500, 500).filter(bool),
    base=st.integers(1, 5000),
    low=st.floats(-0.9, 3),
    width=st.floats(0, 2),
    compared=st.sampled_from(["change_share", "ratio"]),
)
def test_bases_are_those_that_make_it_true(added, base, low, width, compared):
    """A base lies in the interval of bases exactly where the claim holds with it (but for rounding)."""
    series = Series.of("x", {"2018-04-01": added}, counts="added", since="2016-04-01")
    claim = Allowed(low, low + width, of=QUANTITY_OF[compared])
    assume(base >= -added)
    judged = judge_claim(series, claim, compared=compared, on=MAY_2018, base=base)
    if min(abs(judged.value - claim.low), abs(judged.value - claim.high)) < 1e-9:
        return
    is_named = judged.bases is not None and base in judged.bases
    assert is_named == (judged.verdict == "holds")


@pytest.mark.parametrize(
    ("series", "given", "said"),
    [
        (ARMED, {}, "says nothing of since when"),
        (ARMED, {"since": dt.date(2010, 4, 1)}, "its nearest is of 2010-03-31"),
        (ARMED, {"since": BEGIN, "base": 3}, "has its own"),
        (ARMED, {"since": BEGIN, "on": BEGIN}, "no value after 2010-03-31 up to 2010-03-31"),
        (VEHICLES, {"base": 0}, "base is 0"),
        (VEHICLES, {"base": 204, "compared": "change"}, "a change needs none"),
        (VEHICLES, {"on": dt.date(2017, 1, 1)}, "no value up to 2017-01-01"),
        (VEHICLES, {"compared": "sum"}, "choose from change, change_share, ratio"),
        (Series.of("t", {"2017-01-01": 4}, counts="level"), {"since": BEGIN}, "an order, and no differences"),
        (Series.of("n", {"2010-03-31": 0, "2011-03-31": 4}), {"since": BEGIN}, "is 0 on 2010-03-31"),
    ],
)
def test_what_can_not_be_judged(series, given, said):
    """A comparison that means nothing is refused, not answered."""
    words = "27" if given.get("compared") == "change" else "27%"
    with pytest.raises(ValueError, match=said):
        judge_claim(series, words, **{"compared": "change_share", "on": MAY_2018, **given})


@pytest.mark.parametrize(
    ("last", "words", "compared", "verdict"),
    [
        (200, "doubled", "ratio", "holds"),
        (200, "doubled", "change_share", "holds"),
        (200, "more than doubled", "change_share", "does not hold"),
        (200, "100%", "change_share", "holds"),
        (200, "100%", "ratio", "holds"),
        (200, "100", "change", "holds"),
        (150, "half", "ratio", "holds"),
        (127, "27%", "ratio", "holds"),
        (127, "28%", "ratio", "does not hold"),
        (50, "halved", "ratio", "holds"),
        (50, "halved", "change_share", "holds"),
        (50, "half", "change_share", "does not hold"),
        (40, "more than halved", "change_share", "holds"),
        (60, "more than halved", "change_share", "does not hold"),
        (55, "nearly halved", "change_share", "holds"),
    ],
)
def test_shares_and_multiples_are_the_same_change(last, words, compared, verdict):
    """From 100 to 200 is doubled and 100% more, whichever of the two is compared."""
    series = Series.of("x", {"2017-03-31": 100, "2018-03-31": last})
    judged = judge_claim(series, words, compared=compared, since="2017-03-31", on="2018-03-31")
    assert judged.verdict == verdict


@pytest.mark.parametrize(
    ("words", "compared"),
    [
        ("100%", "change"),
        ("half", "change"),
        ("doubled", "change"),
        ("100", "change_share"),
        ("100", "ratio"),
        (Allowed(0.265, 0.275), "change_share"),
    ],
)
def test_a_number_is_no_share(words, compared):
    """A number of units is not taken for a share or a multiple, nor one of these for a number."""
    series = Series.of("x", {"2017-03-31": 100, "2018-03-31": 200})
    with pytest.raises(Refusal, match=f"and {compared} is compared; .*compare change"):
        judge_claim(series, words, compared=compared, since="2017-03-31", on="2018-03-31")


def test_a_multiple_is_no_loss():
    """Halved is below one by itself: a loss of it would mean nothing."""
    with pytest.raises(Refusal, match="a multiple is no loss"):
        allowed("halved").lost()


FEWER = Series.of("cars", {"2018-04-01": -55}, counts="added", since="2016-04-01")
"""55 fewer (invented)."""


def test_nobody_loses_more_than_there_were():
    """Of 55 fewer a share above a quarter needs a base of 55 to 219; no base makes it more than all."""
    judged = judge_claim(FEWER, allowed("over 25%").lost(), compared="change_share", on=MAY_2018)
    assert judged.bases == Allowed(55, 220, below_high=True)
    for words in ("over 100%", "150%"):
        lost = allowed(words).lost()
        assert judge_claim(FEWER, lost, compared="change_share", on=MAY_2018).bases is None
    with pytest.raises(Refusal, match="the base is 54, and series 'cars' lost 55"):
        judge_claim(FEWER, "half", compared="change_share", on=MAY_2018, base=54)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: judge_claim(FEWER, "5", compared="change", on="1 May"), "on is '1 May', which is no date"),
        (
            lambda: judge_claim(FEWER, "5", compared="change", on=dt.datetime(2018, 5, 1, tzinfo=dt.UTC)),
            "on is 2018-05-01T",
        ),
        (lambda: judge_claim(FEWER, "5", compared="change", on=MAY_2018, since=3), "since is 3"),
        (lambda: judge_claim(FEWER, 2, compared="change", on=MAY_2018), "claim is 2"),
        (lambda: allowed(27), "words is 27, which is no text; write '27'"),
        (lambda: allowed("1" * 400), "is too large a number"),
    ],
)
def test_what_is_no_claim_is_refused(call, said):
    """Days, claims and words of another type are refused with the fix, and no error of Python's is raised."""
    with pytest.raises(Refusal, match=said):
        call()


def test_days_may_be_text():
    """A day may be its text, as in the series."""
    judged = judge_claim(ARMED, "698", compared="change", since="2010-03-31", on="2017-06-01")
    assert judged == judge_claim(ARMED, "698", compared="change", since=BEGIN, on=dt.date(2017, 6, 1))


def test_a_claim_against_its_slow_twin():
    """The verdict is that of a plain walk over the values, for many claims and days."""
    days = [dt.date(year, 6, 1) for year in range(2013, 2019)]
    for on in days:
        changes = [v - 6976 for d, v in zip(ARMED.dates, ARMED.values, strict=True) if BEGIN < d <= on]
        for lost in range(400, 1500, 50):
            verdict = "does not hold"
            if any(change < -lost for change in changes):
                verdict = "stale"
            if changes[-1] < -lost:
                verdict = "holds"
            claim = allowed(f"over {lost}").lost()
            assert judge_claim(ARMED, claim, compared="change", since=BEGIN, on=on).verdict == verdict


def test_the_record(shared: Path):
    """The numbers of these tests stand in the record of facts, each with the day that it has here."""
    with (shared / "facts" / "timeline.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))

    def recorded(name):
        return {dt.date.fromisoformat(r["date"]): float(r["value"]) for r in rows if r["series"] == name}

    armed = recorded("armed_officers_AFO")
    assert {day: armed[day] for day in ARMED.dates} == dict(zip(ARMED.dates, ARMED.values, strict=True))
    assert recorded("additional_ARVs_in_any_24h_since_April_2016") == dict(
        zip(VEHICLES.dates, VEHICLES.values, strict=True)
    )
