"""What an appraisal says in plain words; every number in a sentence stands in one of its tables."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from standby.appraise.criteria import DELIVERED, REACHED, STAFFED
from standby.appraise.variants import COUNTED_AS_FREE
from standby.plan import BASE
from standby.tables import column_of
from standby.words import (
    WEIGHED,
    Interval,
    Number,
    Phrase,
    Sentence,
    counted,
    kind_of_unit,
    phrase,
    quoted,
    sentence,
)

Tables = Mapping[str, pd.DataFrame]

POINT = 1.0
"""Smallest change of a share that the summary names [percentage points]."""

MINUTE = 1.0
"""Smallest change of a mean that the summary names [min]."""

SURE = 0.995
"""Share of the draws from which on nothing is said of an option whose posts are filled in them."""

MEANS = {"first": "mean first armed arrival", "full": "mean full attendance"}

KEYS: Mapping[str, tuple[str, ...]] = {
    "standards": ("option", "standard", "scope_kind", "scope"),
    "gap": ("option", "incident_type", "measure"),
    "need": ("standard", "forces", "forces_name", "sites"),
    "decision": ("option", "criterion"),
    "best": ("criterion", "option"),
    "moves": ("option", "standard"),
    "cost_summary": ("option",),
    "certainty": ("of",),
}
"""Columns that pick a row of a table, of those that it has."""


def sentences_of(tables: Tables, main: str, *, rule: str, cut: tuple[str, ...] = ()) -> tuple[Sentence, ...]:
    """Return the summary of an appraisal.

    Parameters
    ----------
    tables
        Tables of the appraisal.
    main
        Id of the main standard.
    rule
        What becomes of spare officers, in a sentence.
    cut
        What a time limit cut short, in sentences.
    """
    return (
        *_cover_now(tables, main),
        *_needs(tables, main),
        *_best_delivered(tables),
        *_best(tables, REACHED, "once every post is filled"),
        *_cannot_tell(tables),
        *_best_by_standard(tables, main),
        *_moves(tables),
        *_free(tables),
        *_ruled_out(tables),
        *(sentence("{said}", said=said, topic="basis") for said in cut),
        sentence("{rule}", rule=rule, topic="basis"),
        *_attacks(tables),
        *_certain(tables),
    )


def _cover_now(tables: Tables, main: str) -> list[Sentence]:
    """Return what share the main standard has today, expected and assured."""
    standards = tables["standards"]
    rows = standards[(standards["option"] == BASE) & (standards["standard"] == main)]
    rows = rows[rows["scope_kind"] == "all"]
    if not len(rows):
        return []

    row = rows.iloc[0]
    gap = _gap_now(tables["gap"], row["incident_type"])

    if not math.isfinite(row["share_expected"]):
        nobody = "no calls are expected" if row["of"] == "demand" else f"there are no {WEIGHED[row['of']]}"
        text = "The main standard, “{name}”, has no share: {nobody} that it is for."
        return [sentence(text, name=row["name"], nobody=nobody), *gap]

    over_doubt: str | Phrase = ""
    if math.isfinite(row["mean"]):
        over_doubt = phrase(
            "; over their doubt it is {mean}{interval}",
            mean=_number("standards", row, "mean"),
            interval=_interval("standards", row, "low", "high"),
        )

    where = {
        "people": "of the people live there",
        "demand": "of the calls come from such places",
        "key_locations": "of the key locations lie there",
    }
    assured = Phrase(
        " The standard itself counts places, whole, where the chance of being reached in time is at least "
        "{reliability}: {assured} {where}.",
        {
            "reliability": _number("standards", row, "reliability"),
            "assured": _number("standards", row, "share_assured"),
            "where": where[row["of"]],
        },
        optional=True,
    )
    said = sentence(
        "As things are, {expected} of the {what} that the main standard is for can be expected to be reached "
        "within {within} minutes{own}, on the plan's central figures{over_doubt}.{assured} The standard asks "
        "for {required} and is {met}.",
        expected=_number("standards", row, "share_expected"),
        over_doubt=over_doubt,
        assured=assured,
        **_asked(row),
    )
    return [said, *gap]


def _asked(row: pd.Series) -> dict[str, Any]:
    """Return what a standard asks for: of what, in how many minutes, how much, and whether it is met."""
    return {
        "what": WEIGHED[row["of"]],
        "within": _number("standards", row, "within_min"),
        "own": " (or the location's own time)" if row["of"] == "key_locations" else "",
        "required": _number("standards", row, "required"),
        "met": "met" if row["met"] else "not met",
    }


def standard_of_region(standards: pd.DataFrame, main: str) -> list[Sentence]:
    """Return what share the main standard has today over the figures' doubt, where no other is published.

    Parameters
    ----------
    standards
        Shares of the region with their ``mean`` over the draws, a row each option and standard.
    main
        Id of the main standard.
    """
    today = (standards["option"] == BASE) & (standards["standard"] == main)
    rows = standards[today & standards["mean"].notna()]
    return [
        sentence(
            "As things are, {mean} of the {what} that the main standard is for can be expected to be reached "
            "within {within} minutes{own}, on average over the figures' doubt. The standard asks for "
            "{required} and is {met}.",
            mean=_number("standards", row, "mean"),
            **_asked(row),
        )
        for _, row in rows.iterrows()
    ]


def _gap_now(gap: pd.DataFrame, incident_type: str) -> list[Sentence]:
    """Return when half of the calls are reached, in town and country.

    The half is of calls, spread evenly over the people and over the hours as calls come: an hour in which
    nobody is on duty counts as well.
    """
    if not len(gap):
        return []

    of_type = (gap["option"] == BASE) & (gap["incident_type"] == incident_type)
    rows = gap[of_type & (gap["measure"] == "first")]
    if not len(rows):
        return []

    row = rows.iloc[0]
    evenly = (
        "If every resident were as likely to call, and at the hours at which calls come, half of the calls "
    )
    if not math.isfinite(row["urban_p50_min"]):
        text = f"{evenly}in towns and cities would not see armed officers within the plan's limit."
        return [sentence(text)]

    town = _number("gap", row, "urban_p50_min")
    begin = f"{evenly}in towns and cities would see the first armed officers within {{town}} minutes"
    if not math.isfinite(row["rural_p50_min"]):
        text = f"{begin}; half of those in the country not within the plan's limit."
        return [sentence(text, town=town)]

    country = _number("gap", row, "rural_p50_min")
    return [
        sentence(f"{begin}, and half of those in the country within {{country}}.", town=town, country=country)
    ]


def need_of_region(need: pd.DataFrame, main: str) -> list[Sentence]:
    """Return what would meet the main standard in the whole region.

    Parameters
    ----------
    need
        Needs of the region, a row each standard and set of sites.
    main
        Id of the main standard.
    """
    if need.empty:
        return []

    rows = need[(need["sites"] == "existing") & (need["standard"] == main)]
    return [_need(row, "the main standard") for _, row in rows.iterrows()]


def _needs(tables: Tables, main: str) -> list[Sentence]:
    """Return what would meet the main standard, and every standard, for each group of forces."""
    need = tables["need"]
    if not len(need):
        return []

    today = need[need["sites"] == "existing"]
    found = []
    for _, rows in today.groupby("forces", sort=False):
        by_standard = {str(row["standard"]): row for _, row in rows.iterrows()}
        if main in by_standard:
            found.append(_need(by_standard[main], "the main standard"))
        if ALL_STANDARDS in by_standard and len(by_standard) > 2:
            found.append(_need(by_standard[ALL_STANDARDS], "every standard"))

    return found


ALL_STANDARDS = "all standards"

HELP = {"share_every_site": "from every listed site", "share_one_minute_more": "with one more minute"}
"""Columns that say what would help where a standard can't be met, and in which words."""


def _need(row: pd.Series, what: str) -> Sentence:
    """Return what would meet a standard; how near units could come where none do."""
    is_main = what == "the main standard"
    if not row["attainable"]:
        text = "No number of units at today's sites meets {what} in {who}{near}"
    elif not math.isfinite(row["officers"]):
        text = "What {who} would need to meet {what} was not found in the time that was given"
    else:
        text = (
            "To meet {what} from today's sites {who} would need {units} crewed units in the busiest hours, "
            "which takes {officers} officers"
        )

    # The need of the whole region, as it is published, is without the share that can be reached.
    known = is_main and not row["attainable"] and math.isfinite(row.get("attainable_share", math.nan))
    in_post: str | Phrase = ""
    if is_main and math.isfinite(row["strength"]):
        in_post = phrase(
            "; {strength} are in post, of whom {deployable} can be deployed",
            strength=_number("need", row, "strength"),
            deployable=_number("need", row, "deployable"),
        )

    return sentence(
        text + "{in_post}.",
        what=what,
        who=row["forces_name"],
        near=_how_near(row) if known else "",
        units=_number("need", row, "crewed_units"),
        officers=_number("need", row, "officers"),
        in_post=in_post,
    )


def _how_near(row: pd.Series) -> Phrase:
    """Return what share can be reached of a standard that can't be met, and what would help."""
    helps = [
        phrase(f", {{share}} {where}", share=_number("need", row, column))
        for column, where in HELP.items()
        if column in row and math.isfinite(row[column])
    ]
    return phrase(
        ": at most {share} can be reached{helps}, and it asks for {required}",
        share=_number("need", row, "attainable_share"),
        helps=_joined(helps),
        required=_number("need", row, "required"),
    )


def _names(tables: Tables) -> dict[str, str]:
    """Return the names of the options, the base among them, by id."""
    options = tables["options"]
    return dict(zip(options["option"], options["name"], strict=True))


def _counted(tables: Tables) -> str:
    """Return what the first criterion counts: people, or key locations."""
    return _unit(tables, REACHED)


def _unit(tables: Tables, criterion: str) -> str:
    """Return the unit of a criterion."""
    criteria = tables["criteria"]
    return str(criteria.loc[criteria["criterion"] == criterion, "unit"].iloc[0])


def _best_delivered(tables: Tables) -> list[Sentence]:
    """Return which option brings most while posts are being filled, and how surely each is ever filled."""
    table = tables["delivery"]
    decision = tables["decision"]
    if not (decision["criterion"] == DELIVERED).any():
        return []

    years = counted(int(table["year"].max()), "year")
    best = _best(tables, DELIVERED, f"on average over the {years} in which courses fill the posts")

    # Options that are surely staffed say nothing here.
    staffed = decision[decision["criterion"] == STAFFED]
    today = staffed[staffed["option"] == BASE].iloc[0]
    is_unsure = staffed["option"].isin(tables["best"]["option"]) & (staffed["mean"] < SURE)
    names = _names(tables)
    unsure = [
        phrase(
            ", {chance} for “{name}”",
            chance=_number("decision", row, "mean", unit="share"),
            name=names[row["option"]],
        )
        for _, row in staffed[is_unsure & (staffed["option"] != BASE)].iterrows()
    ]
    if not is_unsure.any():
        return best

    said = sentence(
        "How often every post is filled at the end of them, of the draws: {today} as things are{chances}.",
        today=_number("decision", today, "mean", unit="share"),
        chances=_joined(unsure),
    )
    return [*best, said]


def _best(tables: Tables, criterion: str, when: str) -> list[Sentence]:
    """Return which option brings most inside the main standard, and what can't be told from it.

    Parameters
    ----------
    tables
        Tables of the appraisal.
    criterion
        Id of the criterion that counts those who are inside.
    when
        When they are: while posts are being filled, or once they are.
    """
    decision = tables["decision"]
    what = _counted(tables)
    own = decision[(decision["criterion"] == criterion) & decision["chance_best"].notna()]
    ranked = tables["best"][tables["best"]["criterion"] == criterion]
    if len(ranked) < 2:
        return []

    if own["difference_low"].eq(0).all() and own["difference_high"].eq(0).all():
        return [
            sentence(
                "No open option changes how many {what} are reached in time, {when}.", what=what, when=when
            )
        ]

    best = ranked[ranked["best"]].iloc[0]
    draws = _number("best", best, "share_of_draws")
    rest = _like_the_best(tables, ranked, what)

    if best["option"] == BASE:
        said = sentence(
            "On {what} reached in time, {when}, things as they are come out best on average, and best in "
            "{draws} of the draws{rest}.",
            what=what,
            when=when,
            draws=draws,
            rest=rest,
        )
        return [said]

    row = own[own["option"] == best["option"]].iloc[0]
    unit = _unit(tables, criterion)
    gained = Phrase(
        ": {more} more than today{interval}",
        {
            "more": _number("decision", row, "difference", unit=unit),
            "interval": _interval("decision", row, "difference_low", "difference_high", unit=unit),
        },
        tells=("more",),
        instead=", by fewer than rounded numbers can show",
    )
    said = sentence(
        "“{name}” brings most {what} inside the main standard, {when}{gained}. It is best in {draws} of the "
        "draws{rest}.",
        name=_names(tables)[best["option"]],
        what=what,
        when=when,
        gained=gained,
        draws=draws,
        rest=rest,
    )
    price = _price(tables["cost_summary"], best["option"]) if criterion == REACHED else []
    return [said, *price]


def _like_the_best(tables: Tables, ranked: pd.DataFrame, what: str) -> Phrase:
    """Return who is like the best, what each costs, the cheapest, and what could have been shown."""
    same = ranked[ranked["alike"] & ~ranked["best"]]
    if not len(same):
        return phrase("; it can be told from every other open option and from things as they are")

    names = _names(tables)
    alike = [
        phrase(
            "{name} ({cost})",
            name=_called(names, row["option"]),
            cost="no cost" if row["option"] == BASE else _number("best", row, "present_value_gbp"),
        )
        for _, row in same.iterrows()
    ]

    cheapest = ranked[ranked["cheapest"]].iloc[0]
    least = same.iloc[int(same["smallest_difference"].to_numpy().argmax())]
    unit = _unit(tables, str(least["criterion"]))
    lead = Phrase(
        "; a lead of less than {small} {of} could not have been shown",
        {
            "small": _number("best", least, "smallest_difference", unit=unit),
            "of": f"of the {what}" if unit == "share" else what,
        },
        tells=("small",),
        instead="; the smallest lead that could have been shown is too small for rounded numbers",
    )
    return phrase(
        "; at these draws and doubts it can't be told from {alike}. The cheapest of these is "
        "{cheapest}{lead}",
        alike=_joined(alike, ", "),
        cheapest=_called(names, cheapest["option"]),
        lead=lead,
    )


def _called(names: Mapping[str, str], option: str) -> str:
    """Return an option as it is called within a sentence."""
    return "things as they are" if option == BASE else f"“{names[option]}”"


def _best_by_standard(tables: Tables, main: str) -> list[Sentence]:
    """Return, for each standard, the options at the top that can't be told apart, and what they cost."""
    standards = tables["standards"]
    whole = standards[(standards["option"] == BASE) & (standards["scope_kind"] == "all")]
    names = _names(tables)

    found: list[Sentence] = []
    like_base: list[str] = []
    for _, standard in whole.iterrows():
        if standard["standard"] == main and standard["of"] != "demand":
            continue  # the first criterion says it

        best = tables["best"]
        ranked = best[best["criterion"] == f"share_{standard['standard']}"]
        if len(ranked) < 2:
            continue

        if ranked.loc[ranked["option"] == BASE, "alike"].any():
            like_base.append(str(standard["name"]))
            continue

        top = ranked[ranked["best"]].iloc[0]
        said = sentence(
            "On “{standard}” “{option}” ({cost}) is best on average, and best in {draws} of the draws{rest}.",
            standard=standard["name"],
            option=names[top["option"]],
            cost=_number("best", top, "present_value_gbp"),
            draws=_number("best", top, "share_of_draws"),
            rest=_like_the_best(tables, ranked, WEIGHED[standard["of"]]),
            topic="standards",
        )
        found.append(said)

    if like_base:
        text = "Things as they are can't be told from the best open option on {standards}."
        found.append(sentence(text, standards=quoted(like_base), topic="standards"))
    return found


def _moves(tables: Tables) -> list[Sentence]:
    """Return, for every open option, the standards that it moves and by how much."""
    options = tables["options"]
    moves = tables["moves"]

    found = []
    for _, option in options[(options["status"] == "open") & (options["option"] != BASE)].iterrows():
        # Standards of one measure and the same people have the same minutes, which are said once.
        items: list[Phrase] = []
        said: set[tuple[str, float, float]] = set()
        for _, row in moves[moves["option"] == option["option"]].iterrows():
            mean = (str(row["measure"]), float(row["before_min"]), float(row["after_min"]))
            if (item := _move(row, with_minutes=mean not in said)) is not None:
                items.append(item)
                said.add(mean)

        text = "“{name}”{cost} moves {items}."
        if not items:
            text = (
                "“{name}”{cost} moves no standard by a percentage point, nor its mean minutes by a minute, "
                "that could be told."
            )
        found.append(
            sentence(
                text,
                name=option["name"],
                cost=_cost_beside(tables["cost_summary"], option["option"]),
                items=_joined(items, "; "),
                topic="moves",
            )
        )

    return found


def _move(row: pd.Series, *, with_minutes: bool) -> Phrase | None:
    """Return what an option does to one standard; None where that is too small or can't be told."""
    reach: str | Phrase = ""
    if row["reach_moved"] and abs(row["points"]) >= POINT:
        way = "up" if row["points"] > 0 else "down"
        reach = Phrase(
            " from {before} to {after}{interval}",
            {
                "before": _number("moves", row, "share_before"),
                "after": _number("moves", row, "share_after"),
                "interval": _interval("moves", row, "points_low", "points_high", says="points", signed=True),
            },
            tells=("before", "after"),
            instead=f" {way} by less than rounded numbers show",
        )

    mean: str | Phrase = ""
    if with_minutes and row["minutes_moved"] and abs(row["change_min"]) >= MINUTE:
        before, after = ("at least " if row[f"{when}_at_least"] else "" for when in ("before", "after"))

        # Beside a share, minutes that rounding makes alike are no more worth a word.
        way = "down" if row["change_min"] < 0 else "up"
        alone = f": {MEANS[row['measure']]} {way}, by an amount that this edition does not show"
        mean = Phrase(
            f"{', ' if reach else ': '}{MEANS[row['measure']]} from {before}{{before}} to {after}{{after}} "
            "minutes{interval}",
            {
                "before": _number("moves", row, "before_min"),
                "after": _number("moves", row, "after_min"),
                "interval": _interval("moves", row, "change_low_min", "change_high_min", signed=True),
            },
            tells=("before", "after"),
            instead="" if reach else alone,
            optional=True,
        )

    if not reach and not mean:
        return None
    return phrase("“{name}”{reach}{mean}", name=row["name"], reach=reach, mean=mean)


def _cost_beside(summary: pd.DataFrame, option: str) -> Phrase:
    """Return what an option costs, in brackets."""
    row = summary[summary["option"] == option].iloc[0]
    if not row["present_value_gbp"] > 0:
        return phrase(" (no dearer than today)")
    return phrase(" ({cost} more than today)", cost=_number("cost_summary", row, "present_value_gbp"))


def _price(summary: pd.DataFrame, option: str) -> list[Sentence]:
    """Return what an option costs, in a sentence."""
    row = summary[summary["option"] == option].iloc[0]
    if not row["present_value_gbp"] > 0:
        return [sentence("It costs no more than things as they are.")]

    said = sentence(
        "It costs {cost} more than today in present value{interval}.",
        cost=_number("cost_summary", row, "present_value_gbp"),
        interval=_interval("cost_summary", row, "low", "high"),
    )
    return [said]


def _cannot_tell(tables: Tables) -> list[Sentence]:
    """Return which options can't be told from things as they are, or from each other."""
    decision = tables["decision"]
    names = _names(tables)
    what = _counted(tables)
    ranked = set(tables["options"].query("status == 'open'")["option"]) - {BASE}
    if not ranked:
        return []

    found = []
    rows = decision[(decision["criterion"] == REACHED) & decision["option"].isin(ranked)]
    same = list(rows.loc[rows["alike"].astype(bool), "option"])
    if same:
        text = "On {what} reached in time these can't be told apart from things as they are: {options}."
        found.append(sentence(text, what=what, options=quoted(names[option] for option in same)))

    # Pairs are named unless both are like things as they are, which the sentence before has said.
    pairs = tables["pairs"]
    alike = pairs[(pairs["criterion"] == REACHED) & pairs["alike"].astype(bool)]
    both = [
        f"“{names[one]}” and “{names[other]}”"
        for one, other in zip(alike["option"], alike["other"], strict=True)
        if {one, other} <= ranked and not {one, other} <= set(same)
    ]
    if both:
        text = "On {what} reached in time these can't be told from each other: {pairs}."
        found.append(sentence(text, what=what, pairs="; ".join(both)))

    if not found:
        text = (
            "On {what} reached in time every open option can be told apart from things as they are{others}."
        )
        others = " and from the others" if len(ranked) > 1 else ""
        found.append(sentence(text, what=what, others=others))

    return found


def _attacks(tables: Tables) -> list[Sentence]:
    """Return the sentence that says that attacks are too rare for their number to rank the options."""
    demand = tables["demand"]
    rows = demand[(demand["stream"] == "attack") & demand["planned"]]
    if not len(rows) or rows["per_year"].sum() >= 1.0:
        return []

    said = sentence(
        "Attacks are kept apart: they are too rare, and how often they come too little known, for their "
        "number to rank the options. What is shown is how soon help could come.",
        topic="basis",
    )
    return [said]


def _free(tables: Tables) -> list[Sentence]:
    """Return which options add something that the plan has no price for, so that their cost is too low.

    What that is stands in the notes; the sentence names no place and holds in every edition.
    """
    notes = tables["notes"]
    subjects = set(notes.loc[notes["text"].str.endswith(COUNTED_AS_FREE), "subject"])

    text = "“{name}” adds something that the plan gives no price of: in its cost that is {free}."
    return [
        sentence(text, name=row["name"], free=COUNTED_AS_FREE)
        for _, row in tables["options"].iterrows()
        if f"options.{row['option']}" in subjects
    ]


def _ruled_out(tables: Tables) -> list[Sentence]:
    """Return which options are ruled out, by all or by some forces, and why."""
    found = []
    for _, row in tables["options"].iterrows():
        if row["status"] == "ruled out":
            text = "“{name}” is ruled out and shown for its size only, not ranked."
            found.append(sentence(text, name=row["name"]))
            if row["reason"]:
                why = "Why “{name}” is ruled out: {reason}"
                found.append(sentence(why, name=row["name"], reason=row["reason"], topic="basis"))
        elif row["forces_ruled_out"]:
            text = "“{name}” leaves out forces that ruled it out. {why}"
            found.append(sentence(text, name=row["name"], why=row["forces_ruled_out"].strip()))

    return found


def _certain(tables: Tables) -> list[Sentence]:
    """Return how many figures stand behind the results, and how many of them were taken as certain."""
    rows = tables["certainty"]
    if not len(rows):
        return []

    columns = ("figures", "drawn", "certain", "without_source")
    said = sentence(
        "Behind these results stand {figures} figures of the plan and its options: the doubt of {drawn} was "
        "drawn, {certain} were taken as certain, and {without_source} have no source.",
        **{column: _number("certainty", rows.iloc[0], column) for column in columns},
        topic="basis",
    )
    return [said]


def _number(table: str, row: pd.Series, column: str, *, unit: str = "", signed: bool = False) -> Number:
    """Return a number of a sentence, as its column is declared; a measure by the unit of its criterion."""
    declared = column_of(table, column)
    kind = kind_of_unit(unit) if declared.kind == "measure" else declared.kind
    key = tuple((name, str(row[name])) for name in KEYS[table] if name in row)
    return Number(float(row[column]), kind, table, key, column, signed, declared.stated)


def _interval(
    table: str, row: pd.Series, low: str, high: str, *, unit: str = "", says: str = "", signed: bool = False
) -> Interval:
    """Return the ends of an interval; `says` is what is said after them."""
    first, last = (_number(table, row, column, unit=unit, signed=signed) for column in (low, high))
    return Interval(first, last, says)


def _joined(phrases: list[Phrase], between: str = "") -> Phrase:
    """Return phrases one after the other."""
    holes = {f"part_{k}": part for k, part in enumerate(phrases)}
    return Phrase(between.join(f"{{{name}}}" for name in holes), holes)
