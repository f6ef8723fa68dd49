"""What an appraisal says in plain words; every number in a sentence stands in one of its tables."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from standby._show import Shown
from standby.appraise.criteria import REACHED
from standby.plan import BASE


@dataclass(frozen=True)
class Number(Shown):
    """A number of a sentence and where it stands.

    Parameters
    ----------
    text
        As the sentence shows it.
    table, key, column
        Table, the columns and values that pick its row, and the column.
    """

    text: str
    table: str
    key: tuple[tuple[str, str], ...]
    column: str


@dataclass(frozen=True)
class Sentence(Shown):
    """A sentence of the summary.

    Parameters
    ----------
    text
        The sentence.
    numbers
        Its numbers, in the order of the text.
    """

    text: str
    numbers: tuple[Number, ...] = ()


Tables = Mapping[str, pd.DataFrame]


def sentences_of(tables: Tables, main: str, *, rule: str) -> tuple[Sentence, ...]:
    """Return the summary of an appraisal.

    Parameters
    ----------
    tables
        Tables of the appraisal.
    main
        Id of the main standard.
    rule
        What becomes of spare officers, in a sentence.
    """
    return (
        *_cover_now(tables, main),
        *_needs(tables),
        Sentence(rule),
        *_best(tables),
        *_cannot_tell(tables),
        *_attacks(tables),
        *_ruled_out(tables),
    )


def _cover_now(tables: Tables, main: str) -> list[Sentence]:
    standards = tables["standards"]
    rows = standards[(standards["option"] == BASE) & (standards["standard"] == main)]
    rows = rows[rows["scope_kind"] == "all"]
    if not len(rows):
        return []
    row, key = rows.iloc[0], ("option", "standard", "scope_kind", "scope")
    expected, assured, asked = (
        _number(_share(row[column]), "standards", row, column, key)
        for column in ("share_expected", "share_assured", "required")
    )
    surely = _number(_exactly(row["reliability"]), "standards", row, "reliability", key)
    mean, low, high = (
        _number(_share(row[column]), "standards", row, column, key) for column in ("mean", "low", "high")
    )
    minutes = _number(_minutes(row["within_min"]), "standards", row, "within_min", key)
    what = {"people": "people", "demand": "calls", "key_locations": "key locations"}[row["of"]]
    own = " (or the location's own time)" if row["of"] == "key_locations" else ""
    text = (
        f"As things are, {expected.text} of the {what} that the main standard is for can be expected to be "
        f"reached within {minutes.text} minutes{own}, on the plan's central figures; over their doubt it is "
        f"{mean.text} ({low.text} to {high.text}). Counting only places where the chance of being reached is "
        f"at least {surely.text}, it is {assured.text}; the standard asks for {asked.text} and is "
        f"{'met' if row['met'] else 'not met'}."
    )
    now = Sentence(text, (expected, minutes, mean, low, high, surely, assured, asked))
    return [now, *_gap_now(tables["gap"], row["incident_type"])]


def _gap_now(gap: pd.DataFrame, incident_type: str) -> list[Sentence]:
    if not len(gap):
        return []
    rows = gap[
        (gap["option"] == BASE) & (gap["measure"] == "first") & (gap["incident_type"] == incident_type)
    ]
    if not len(rows):
        return []
    row, key = rows.iloc[0], ("option", "incident_type", "measure")
    if not math.isfinite(row["urban_p50_min"]):
        return [Sentence("Half of the people can't expect armed officers within the plan's limit.")]
    town = _number(_minutes(row["urban_p50_min"]), "gap", row, "urban_p50_min", key)
    begin = "Half of the people of towns and cities can expect the first armed officers within "
    begin += f"{town.text} minutes"
    if not math.isfinite(row["rural_p50_min"]):
        return [Sentence(f"{begin}; half of the people of the country not within the plan's limit.", (town,))]
    country = _number(_minutes(row["rural_p50_min"]), "gap", row, "rural_p50_min", key)
    return [Sentence(f"{begin}; half of the people of the country within {country.text}.", (town, country))]


def _needs(tables: Tables) -> list[Sentence]:
    need = tables["need"]
    rows = need[(need["standard"] == "all standards") & (need["sites"] == "existing")]
    return [_need(row) for _, row in rows.iterrows()]


def _need(row: pd.Series) -> Sentence:
    key = ("standard", "forces", "sites")
    if not row["attainable"]:
        share = _number(_share(row["attainable_share"]), "need", row, "attainable_share", key)
        text = (
            f"Not every standard can be met from today's sites in {row['forces_name']}, whatever the number "
        )
        text += f"of units: for the one furthest away {share.text} can be reached"
        numbers = [share]
        if pd.notna(row["share_every_site"]):
            every = _number(_share(row["share_every_site"]), "need", row, "share_every_site", key)
            longer = _number(_share(row["share_one_minute_more"]), "need", row, "share_one_minute_more", key)
            text += f", {every.text} from every listed site, {longer.text} with one more minute"
            numbers += [every, longer]
        return Sentence(f"{text}.", tuple(numbers))
    if not row["solved"]:
        return Sentence(f"What every standard would need in {row['forces_name']} was {row['reason']}.")
    units = _number(_count(row["crewed_units"]), "need", row, "crewed_units", key)
    officers = _number(_count(row["officers"]), "need", row, "officers", key)
    numbers = [units, officers]
    text = f"To meet every standard from today's sites {row['forces_name']} would need {units.text} crewed "
    text += f"units in the busiest hours, which takes {officers.text} officers"
    if pd.notna(row["strength"]):
        have = _number(_count(row["strength"]), "need", row, "strength", key)
        fit = _number(_count(row["deployable"]), "need", row, "deployable", key)
        numbers += [have, fit]
        text += f"; {have.text} are in post, of whom {fit.text} can be deployed"
    return Sentence(f"{text}.", tuple(numbers))


def _names(tables: Tables) -> dict[str, str]:
    options = tables["options"]
    return dict(zip(options["option"], options["name"], strict=True))


def _counted(tables: Tables) -> str:
    """Return what the first criterion counts: people, or key locations."""
    criteria = tables["criteria"]
    return str(criteria.loc[criteria["criterion"] == REACHED, "unit"].iloc[0])


def _best(tables: Tables) -> list[Sentence]:
    decision, what = tables["decision"], _counted(tables)
    rows = decision[(decision["criterion"] == REACHED) & decision["chance_best"].notna()]
    if len(rows) < 2:
        return []
    if rows["difference_low"].eq(0).all() and rows["difference_high"].eq(0).all():
        return [Sentence(f"No open option changes how many {what} are reached in time.")]
    row, key = rows.iloc[int(rows["chance_best"].to_numpy().argmax())], ("option", "criterion")
    chance = _number(_share(row["chance_best"]), "decision", row, "chance_best", key)
    if row["option"] == BASE:
        text = (
            f"On {what} reached in time things as they are come out best most often ({chance.text} of draws)."
        )
        return [Sentence(text, (chance,))]
    name = _names(tables)[row["option"]]
    if row["alike"] or row["difference"] <= 0:
        text = f"“{name}” comes out best on {what} reached in time most often ({chance.text} of draws)."
        return [Sentence(text, (chance,))]
    more, low, high = (
        _number(_count(row[column]), "decision", row, column, key)
        for column in ("difference", "difference_low", "difference_high")
    )
    text = (
        f"“{name}” most often brings most {what} inside the main standard: {more.text} more than today "
        f"({low.text} to {high.text}), and is best on that count with a chance of {chance.text}."
    )
    return [Sentence(text, (more, low, high, chance)), *_price(tables["cost_summary"], row["option"])]


def _price(summary: pd.DataFrame, option: str) -> list[Sentence]:
    row = summary[summary["option"] == option].iloc[0]
    if not row["present_value_gbp"] > 0:
        return [Sentence("It costs no more than things as they are.")]
    value, low, high = (
        _number(_money(row[column]), "cost_summary", row, column, ("option",))
        for column in ("present_value_gbp", "low", "high")
    )
    text = f"It costs {value.text} more than today in present value ({low.text} to {high.text})."
    return [Sentence(text, (value, low, high))]


def _cannot_tell(tables: Tables) -> list[Sentence]:
    decision, names, what = tables["decision"], _names(tables), _counted(tables)
    ranked = set(tables["options"].query("status == 'open'")["option"]) - {BASE}
    if not ranked:
        return []
    rows = decision[(decision["criterion"] == REACHED) & decision["option"].isin(ranked)]
    same = list(rows.loc[rows["alike"].astype(bool), "option"])
    found = []
    if same:
        listed = "; ".join(f"“{names[option]}”" for option in same)
        text = f"On {what} reached in time these can't be told apart from things as they are: {listed}."
        found.append(Sentence(text))
    pairs = tables["pairs"]
    mine = pairs[(pairs["criterion"] == REACHED) & pairs["alike"].astype(bool)]
    both = [
        f"“{names[one]}” and “{names[other]}”"
        for one, other in zip(mine["option"], mine["other"], strict=True)
        if {one, other} <= ranked and not {one, other} <= set(same)
    ]
    if both:
        found.append(
            Sentence(f"On {what} reached in time these can't be told from each other: {'; '.join(both)}.")
        )
    if not found:
        text = f"On {what} reached in time every open option can be told apart from things as they are"
        found.append(Sentence(f"{text}{' and from the others' if len(ranked) > 1 else ''}."))
    return found


def _attacks(tables: Tables) -> list[Sentence]:
    """Return the sentence that says that attacks are too rare for their number to rank the options."""
    demand = tables["demand"]
    rows = demand[(demand["stream"] == "attack") & demand["planned"]]
    if not len(rows) or rows["per_year"].sum() >= 1.0:
        return []
    return [
        Sentence(
            "Attacks are kept apart: they are too rare, and how often they come too little known, for their "
            "number to rank the options. What is told is how soon help could come."
        )
    ]


def _ruled_out(tables: Tables) -> list[Sentence]:
    found = []
    for _, row in tables["options"].iterrows():
        if row["status"] == "ruled out":
            text = f"“{row['name']}” is ruled out and shown for its size only, not ranked. {row['reason']}"
            found.append(Sentence(text.strip()))
        elif row["forces_ruled_out"]:
            text = f"“{row['name']}” leaves out forces that ruled it out. {row['forces_ruled_out']}"
            found.append(Sentence(text.strip()))
    return found


def _number(text: str, table: str, row: pd.Series, column: str, key: tuple[str, ...]) -> Number:
    return Number(text, table, tuple((k, str(row[k])) for k in key), column)


def _share(value: float) -> str:
    if 0 < value < 0.005:
        return "< 1%"
    return "> 99%" if 0.995 <= value < 1 - 1e-12 else f"{value:.0%}"


def _exactly(value: float) -> str:
    """Return a share that somebody wrote down, with as many digits as it has: ``99.9999%``."""
    return f"{100.0 * value:.10g}%"


def _minutes(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0") if value < 9.95 else f"{value:.0f}"


def _count(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 9.95 else f"{value:,.1f}".removesuffix(".0")


def _money(value: float) -> str:
    sign, size = ("−" if value < 0 else ""), abs(value)
    return f"{sign}£{size / 1e6:,.1f}m" if size >= 999_500 else f"{sign}£{size / 1e3:,.0f}k"
