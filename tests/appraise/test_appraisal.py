"""The appraisal of the tiny example as a whole: its tables, its sentences, and that it repeats."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from standby.appraise import Appraisal, appraise
from standby.appraise.variants import notes_on_options, variants_of
from standby.plan import Plan
from standby.words import Sentence

Alter = Callable[[Plan, dict[str, Any]], Plan]

COLUMNS = {
    "options": "option name description status reason forces_ruled_out",
    "criteria": "criterion name unit better description",
    "decision": "option criterion mean se low high central difference difference_se difference_low "
    "difference_high chance_best alike",
    "pairs": "criterion option other chance_better difference alike",
    "standards": "option standard name incident_type measure of within_min scope_kind scope share_if_free "
    "share_expected share_assured required reliability met mean se low high",
    "minutes": "option incident_type measure weight scope_kind scope mean_min p50_min p90_min p95_min",
    "gap": "option incident_type measure urban_p50_min rural_p50_min gap_p50_min urban_p90_min rural_p90_min "
    "gap_p90_min",
    "areas": "option area name force class setting lon lat people calls_per_year nearest_min first_mean_min "
    "full_mean_min chance_in_time units_in_time chance_nearest_free",
    "key_locations": "option key_location name force class lon lat first_mean_min full_mean_min "
    "chance_in_time",
    "worst": "option rank area name force class people first_mean_min chance_in_time",
    "units": "option unit tier site site_name force lon lat count hours_per_week busy_share",
    "build_up": "option incident_type scope_kind scope minutes own shared neighbour",
    "need": "standard name sites attainable_share required crewed_units officers establishment strength "
    "deployable gap_establishment gap_strength gap_deployable bound proven",
    "staffing": "option force armed_posts officers_needed establishment strength deployable spare "
    "new_officers retrained target years_to_target highest_strength settled_strength armed_officers "
    "armed_share armed_hours_year",
    "cost": "option year head budget_gbp",
    "cost_summary": "option present_value_gbp present_value_se low high yearly_gbp yearly_se grant_gbp_year "
    "people_gained people_gained_se per_person_gbp per_person_se reason",
    "funding": "option force yearly_gbp band_d_gbp",
    "break_even": "option quantity value unit meaning",
    "statements": "statement said date source measure said_low said_high scenario model model_low model_high "
    "agrees assumptions reading",
    "register": "path value low high source kind drawn option",
    "sources": "source title date scope quality where note",
    "notes": "subject text",
}


def test_rule_for_spare_officers_is_said(appraisal: Appraisal) -> None:
    """The summary says what becomes of spare officers."""
    assert "Spare officers (workforce.spare_officers = 'fill posts')" in appraisal.summary()


@pytest.mark.parametrize("name", list(COLUMNS))
def test_tables_have_their_columns(appraisal: Appraisal, name: str) -> None:
    """Every table of the contract is there with its columns, and tables of options have the base first."""
    table = appraisal.tables[name]
    assert set(COLUMNS[name].split()) <= set(table.columns)
    if name in {"options", "decision", "standards", "minutes", "staffing", "cost_summary", "funding"}:
        assert list(dict.fromkeys(table["option"])) == ["base", "second-car", "quicker", "arm-all"]


def test_every_mean_has_its_error(appraisal: Appraisal) -> None:
    """No mean over the draws stands without a standard error that is a number."""
    for name, columns in {
        "decision": ["se", "difference_se"],
        "standards": ["se"],
        "cost_summary": ["present_value_se", "yearly_se", "people_gained_se"],
    }.items():
        errors = appraisal.tables[name][columns]
        assert (errors >= 0).all().all(), name


def test_intervals_hold_what_they_should(appraisal: Appraisal) -> None:
    """Low is at most high; differences of the base are nothing; chances of being best sum to 1."""
    table = appraisal.table
    assert (table["low"] <= table["high"]).all()
    assert (table["difference_low"] <= table["difference_high"]).all()
    base = table[table["option"] == "base"]
    assert not base[["difference", "difference_se", "difference_low", "difference_high"]].to_numpy().any()
    best = table.dropna(subset=["chance_best"]).groupby("criterion")["chance_best"].sum()
    assert np.allclose(best, 1)
    means = table.pivot_table(index="criterion", columns="option", values="mean")
    differences = table.pivot_table(index="criterion", columns="option", values="difference")
    expected = means.sub(means["base"], axis=0)
    near = 2e-6 * np.maximum(means.abs(), 1.0)  # less than that is rounding
    assert ((differences - expected).abs() <= near).all().all()


def test_ruled_out_options_are_shown_and_never_ranked(appraisal: Appraisal) -> None:
    """An option that is ruled out has its numbers and its reason, no chance of being best, and no pair."""
    rows = appraisal.table[appraisal.table["option"] == "arm-all"]
    assert rows["chance_best"].isna().all()
    assert rows["mean"].notna().all()
    assert "arm-all" not in set(appraisal.tables["pairs"][["option", "other"]].to_numpy().ravel())
    options = appraisal.tables["options"].set_index("option")
    assert options.loc["arm-all", "status"] == "ruled out"
    assert "routinely unarmed" in options.loc["arm-all", "reason"]
    assert any("Arm every officer" in s.text and "not ranked" in s.text for s in appraisal.sentences)


def test_central_values_are_those_of_the_cover_tables(appraisal: Appraisal) -> None:
    """The decision table's central column says what the tables of cover, staffing and cost say."""
    central = appraisal.table.set_index(["option", "criterion"])["central"]
    minutes = appraisal.tables["minutes"].query("weight == 'people' and scope_kind == 'all'")
    standards = appraisal.tables["standards"].query("scope_kind == 'all'").set_index(["option", "standard"])
    for option in ("base", "second-car"):
        own = minutes[minutes["option"] == option].set_index("measure")["mean_min"]
        assert central[option, "first_mean_min"] == pytest.approx(own["first"])
        assert central[option, "full_mean_min"] == pytest.approx(own["full"])
        share = standards.loc[(option, "first"), "share_expected"]
        assert central[option, "people_in_standard"] == pytest.approx(share * 100_000)
        cost = appraisal.tables["cost"].query(f"option == '{option}'").groupby("year")["budget_gbp"].sum()
        discounted = sum(money / 1.035**year for year, money in cost.items())
        assert central[option, "present_value_gbp"] == pytest.approx(discounted)
        funding = appraisal.tables["funding"].set_index("option").loc[option]
        assert funding["yearly_gbp"] == pytest.approx(cost.sum() / 10)
        assert funding["band_d_gbp"] == pytest.approx(cost.sum() / 10 / 40_000)


def test_cost_of_a_person_is_a_ratio_of_means(appraisal: Appraisal) -> None:
    """Cost a year over people gained, and a reason where the ratio would mislead."""
    rows = appraisal.tables["cost_summary"].set_index("option")
    second = rows.loc["second-car"]
    assert second["per_person_gbp"] == pytest.approx(second["yearly_gbp"] / second["people_gained"])
    assert second["reason"] == ""
    assert np.isnan(rows.loc["quicker", "per_person_gbp"])
    assert rows.loc["quicker", "reason"] == "the gain can't be told from nothing"
    assert rows.loc["base", "reason"] == "changes neither cost nor gain"


def value_at(appraisal: Appraisal, table: str, key: tuple[tuple[str, str], ...], column: str) -> float:
    """Return the one cell that a number of a sentence names."""
    rows = appraisal.tables[table]
    for name, value in key:
        rows = rows[rows[name].astype(str) == value]
    assert len(rows) == 1, (table, key)
    return float(rows[column].iloc[0])


def agrees(text: str, value: float) -> bool:
    """Return whether a number as it is written is its value, rounded as written."""
    if text in {"< 1%", "> 99%"}:
        return 0 < value < 0.005 if text == "< 1%" else 0.995 <= value < 1
    plain = text.replace(",", "").replace("−", "-").replace("£", "")
    scale = {"%": 0.01, "m": 1e6, "k": 1e3}.get(plain[-1], 1.0)
    digits = plain.rstrip("%mk")
    step = scale * 10.0 ** -len(digits.partition(".")[2])
    if "." not in digits and scale == 1.0 and len(digits.lstrip("+-")) > 3:  # three digits count
        step *= 10.0 ** (len(digits) - len(digits.rstrip("0")))
    return abs(float(digits) * scale - value) <= step / 2 * (1 + 1e-9)


def check_sentences(appraisal: Appraisal) -> None:
    """Hold each number of each sentence to the cell that it names, in the order of the text."""
    for sentence in appraisal.sentences:
        rest = sentence.text
        for number in sentence.numbers:
            text = number.written(number.value)
            before, found, rest = rest.partition(text)
            assert found, (sentence.text, number)
            assert not any(c.isdigit() for c in before.replace("“", "")) or "“" in before, (
                before,
                sentence.text,
            )
            value = value_at(appraisal, number.table, number.key, number.column)
            assert agrees(text, value), (sentence.text, number, value)


def test_numbers_of_sentences_stand_in_their_tables(appraisal: Appraisal) -> None:
    """Each number in a sentence is the cell that it names, as written, and each digit belongs to a number."""
    assert sum(len(s.numbers) for s in appraisal.sentences) > 10
    check_sentences(appraisal)


def texts(sentences: tuple[Sentence, ...]) -> str:
    """Return the sentences as one text."""
    return " ".join(sentence.text for sentence in sentences)


def test_what_can_t_be_told_apart_is_said(tiny: Plan, altered: Alter, appraisal: Appraisal) -> None:
    """Options that are alike on people reached in time are named, and so are two that are like each other."""
    assert "can't be told apart from things as they are: “Quicker turnout”" in texts(appraisal.sentences)
    twin = tiny.raw["options"]["second-car"] | {"name": "Its twin", "running_gbp": 1}
    plan = altered(tiny, {f"options.twin.{key}": value for key, value in twin.items()})
    found = appraise(plan, draws=32, seed=1)
    assert "from each other: “A second car in the west” and “Its twin”" in texts(found.sentences)
    best = found.table.query("criterion == 'people_in_standard'").set_index("option")["chance_best"]
    assert best["second-car"] == best["twin"] == pytest.approx(0.5)
    check_sentences(found)


def test_options_that_change_no_cover(tiny: Plan, altered: Alter) -> None:
    """Where no open option changes who is reached, this is said and none is called best."""
    plan = altered(tiny, {"options.o.name": "Paint", "options.o.capital_gbp": 1})
    for name in ("second-car", "quicker"):
        plan.document.options.pop(name)
    found = appraise(plan, draws=8, seed=1)
    no_change = "No open option changes how many people are reached in time, once every post is filled."
    assert no_change in texts(found.sentences)
    assert "most often" not in texts(found.sentences)


def test_plan_without_options(tiny: Plan, altered: Alter) -> None:
    """A plan without options is appraised: the base alone, nobody compared."""
    plan = altered(tiny, {})
    plan.document.options.clear()
    found = appraise(plan, draws=8, seed=1)
    assert set(found.table["option"]) == {"base"}
    assert "told apart" not in texts(found.sentences)
    check_sentences(found)


def test_attacks_rank_nothing(tiny: Plan, altered: Alter) -> None:
    """Rare attacks bring the sentence that their number ranks no option, and keep nobody busy."""
    attack = {
        "name": "Attack",
        "stream": "attack",
        "per_100k_year": 0.01,
        "authorisation_min": 1,
        "scene_min": 600,
    }
    plan = altered(tiny, {f"incident_types.attack.{key}": value for key, value in attack.items()})
    found, before = appraise(plan, draws=8, seed=1), appraise(tiny, draws=8, seed=1)
    assert "too rare" in texts(found.sentences)
    assert "too rare" not in texts(before.sentences)
    pd.testing.assert_frame_equal(found.tables["units"], before.tables["units"])


def test_same_seed_same_result(tiny: Plan, appraisal: Appraisal) -> None:
    """The same seed gives the same tables to the last digit, with any number of workers."""
    for workers in (1, 3):
        again = appraise(tiny, draws=64, seed=11, workers=workers)
        assert texts(again.sentences) == texts(appraisal.sentences)
        for name, table in appraisal.tables.items():
            pd.testing.assert_frame_equal(again.tables[name], table, check_exact=True)
    assert again.manifest == appraisal.manifest


def test_draws_are_rounded_up(tiny: Plan) -> None:
    """Draws go up to a multiple of the scrambles times a power of two, and the manifest says how many."""
    found = appraise(tiny, draws=33, seed=1)
    assert (found.draws, found.scrambles, found.seed) == (64, 32, 1)
    assert found.manifest.settings == {"draws": 64, "scrambles": 32, "seed": 1}
    few = appraise(tiny, draws=2, seed=1)  # as few as a standard error can be had from
    assert (few.draws, few.scrambles) == (2, 2)


def test_progress_ends_with_all(tiny: Plan) -> None:
    """Progress is told over all options together and ends at the whole."""
    told: list[tuple[int, int]] = []
    appraise(tiny, draws=8, seed=1, progress=lambda done, total: told.append((done, total)))
    assert told[-1][0] == told[-1][1] == told[0][1]
    assert [done for done, _ in told] == sorted(done for done, _ in told)


def test_refusals(tiny: Plan, altered: Alter) -> None:
    """One draw, an option laid over the plan, and an option that moves the goalposts are refused by name."""
    with pytest.raises(ValueError, match="draws is 1"):
        appraise(tiny, draws=1)
    with pytest.raises(ValueError, match="'quicker' is laid over this plan"):
        appraise(tiny.with_option("quicker"))
    plan = altered(tiny, {"options.o.name": "o", "options.o.set": {"standards.first.within_min": 60}})
    with pytest.raises(ValueError, match=r"options\.o changes standards\.first"):
        appraise(plan, draws=8)


def notes_of(plan: Plan, altered: Alter, **option: object) -> str:
    """Return what is noted of an option that is added to a plan."""
    laid = altered(plan, {"options.o": {"name": "o", **option}})
    found = notes_on_options(variants_of(laid))
    return "\n".join(note["text"] for note in found if note["subject"] == "options.o")


CREW = {"id": "new", "tier": "arv", "site": "midtown", "provider": "home"}


def test_notes_on_how_options_are_counted(tiny: Plan, altered: Alter, appraisal: Appraisal) -> None:
    """What the count of an option leaves out is said: free training, and facts that an option sets."""
    notes = appraisal.tables["notes"].set_index("subject")["text"]
    assert "264 officers are trained for tiers.response" in notes["options.arm-all"]
    assert "forces.home.strength is set" in notes_of(tiny, altered, set={"forces.home.strength": 50})


def test_a_tier_without_prices_is_said_to_be_free(tiny: Plan, altered: Alter) -> None:
    """Officers and vehicles of a tier without prices are named, though money for other tiers is counted."""
    found = notes_of(tiny, altered, add={"units": [CREW | {"tier": "team"}]})
    assert "24 officers are trained for tiers.team" in found
    assert "course_gbp, course_weeks and kit_gbp: counted as free" in found
    assert "1 more vehicle of tiers.team, which does not say vehicle_gbp" in found
    assert notes_of(tiny, altered, add={"units": [CREW]}) == ""


@pytest.mark.parametrize(
    ("path", "value", "times"),
    [
        ("costs.officer_gbp", 60_000, 1),
        ("workforce.loss_rate", 0.05, 1),
        ("forces.home.workforce.pass_rate", 0.9, 1),
        ("tiers.arv.vehicle_running_gbp", 9_000, 1),
        ("tiers.response.course_gbp", 4_000, 0),
        ("tiers.arv.turnout_min", 1, 0),
        ("workforce.relief_factor", 5.5, 0),
        ("costs.overtime_gbp", 1_000, 0),
    ],
)
def test_terms_that_hold_for_what_is_added_alone_are_noted(
    tiny: Plan, altered: Alter, path: str, value: float, times: int
) -> None:
    """An option that sets a price or a rate says that who is there already is not counted by it."""
    found = notes_of(tiny, altered, set={path: value})
    assert found.count(f"sets {path}, and its cost counts that for what it adds") == times


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("plan.forces", ["home", "next"]),
        ("plan.price_year", 2020),
        ("costs.horizon_years", 20),
        ("travel.limit_min", 90),
    ],
)
def test_option_that_changes_the_scale_is_refused(
    tiny: Plan, altered: Alter, path: str, value: object
) -> None:
    """Options are counted for the same forces, years and prices, and up to the same limit."""
    plan = altered(tiny, {"options.o": {"name": "o", "set": {path: value}}})
    with pytest.raises(ValueError, match=rf"options\.o changes {path}, and options are compared"):
        appraise(plan, draws=8, seed=1)


def test_main_standard_of_calls_counts_people(tiny: Plan, altered: Alter) -> None:
    """Where the main standard is about calls, the first criterion still counts people, not calls."""
    plan = altered(
        tiny, {"standards.first.of": "demand", "incident_types.spontaneous.class_weight.village": 9}
    )
    found = appraise(plan, draws=8, seed=1)
    central = found.table.set_index(["option", "criterion"])["central"]
    areas = found.tables["areas"].query("option == 'base'")
    assert central["base", "people_in_standard"] == pytest.approx(
        (areas["people"] * areas["chance_in_time"]).sum()
    )
    assert central["base", "share_first"] < 0.5  # villages have most of the calls
    check_sentences(found)


def test_main_standard_of_key_locations(tiny: Plan, altered: Alter) -> None:
    """Where the main standard is about key locations they are what is counted, and the sentences say so."""
    plan = altered(tiny, {"standards.first.of": "key_locations"})
    found = appraise(plan, draws=8, seed=1)
    assert found.tables["criteria"].iloc[0]["unit"] == "key locations"
    values = found.table.query("criterion == 'people_in_standard'").set_index("option")
    assert 0.9 < values.loc["base", "central"] < 1.01  # the market, not the pier
    assert "key locations" in texts(found.sentences)
    check_sentences(found)


def test_one_setting_alone(tiny: Plan, altered: Alter) -> None:
    """A plan without rural people has no rural criterion and no gap, and is appraised without a warning."""
    plan = altered(tiny, {"classes.village.setting": "urban"})
    plan.document.statements.clear()
    found = appraise(plan, draws=8, seed=1)
    assert not {"first_rural_p90_min", "gap_p50_min"} & set(found.tables["criteria"]["criterion"])
    assert found.table["mean"].notna().all()


def test_break_even(tiny: Plan, altered: Alter) -> None:
    """Harms to be averted are the level yearly cost over the cost of one, beside calls newly in time."""
    plan = altered(tiny, {"costs.harm_gbp": 2_000_000})
    found = appraise(plan, draws=8, seed=1)
    rows = found.tables["break_even"].set_index(["option", "quantity"])["value"]
    central = found.table.set_index(["option", "criterion"])["central"]
    value = central["second-car", "economic_value_gbp"]
    level = value / sum(1.035**-year for year in range(10))
    assert rows["second-car", "harms_averted_year"] == pytest.approx(level / 2e6)
    areas = found.tables["areas"].set_index(["option", "area"])
    gained = areas.loc["second-car", "chance_in_time"] - areas.loc["base", "chance_in_time"]
    calls = (areas.loc["base", "calls_per_year"] * gained).sum()
    assert rows["second-car", "calls_newly_in_time_year"] == pytest.approx(calls)
    assert rows["second-car", "harms_per_call"] == pytest.approx(level / 2e6 / calls)
    assert "quicker" not in set(found.tables["break_even"]["option"])  # it costs nothing
