"""What an appraisal says in plain words; every number in a sentence stands in one of its tables."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
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
class Clause(Shown):
    """A part of a sentence that says nothing where rounding takes away the difference that it is about.

    Parameters
    ----------
    start, end
        Where it stands in the text.
    first, last
        Which numbers of the sentence tell: those from the first on, before the last. It says nothing when one
        is nought, or several are the same.
    instead
        What is true then.
    """

    start: int
    end: int
    first: int
    last: int
    instead: str


@dataclass(frozen=True)
class Sentence(Shown):
    """A sentence of the summary.

    Parameters
    ----------
    text
        The sentence.
    numbers
        Its numbers, in the order of the text.
    starts
        Where in the text each of them starts.
    clauses
        Its parts that rounding can empty.
    topic
        Which part of the summary it belongs to: ``""`` for what comes first, ``"standards"``, ``"moves"``
        or ``"basis"``.
    """

    text: str
    numbers: tuple[Number, ...] = ()
    starts: tuple[int, ...] = ()
    clauses: tuple[Clause, ...] = ()
    topic: str = ""


@dataclass(frozen=True)
class _Part:
    """Pieces, how many of their first numbers tell something, and what is true when rounding hides it."""

    pieces: tuple[str | Number, ...]
    telling: int
    instead: str


Tables = Mapping[str, pd.DataFrame]
Pieces = list[str | Number | _Part]

POINT, MINUTE = 1.0, 1.0
"""Smallest change of a share [percentage points] and of a mean [min] that the summary names."""

UNITS = {"people": "people", "demand": "calls", "key_locations": "key locations"}
MEANS = {"first": "mean first armed arrival", "full": "mean full attendance"}


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
        *_needs(tables, main),
        *_best(tables),
        *_cannot_tell(tables),
        *_best_by_standard(tables, main),
        *_moves(tables),
        *_ruled_out(tables),
        Sentence(rule, topic="basis"),
        *_attacks(tables),
        *_certain(tables),
    )


def _sentence(*pieces: str | Number | _Part, topic: str = "") -> Sentence:
    """Return a sentence made of words and numbers."""
    text, numbers, starts, clauses = "", list[Number](), list[int](), list[Clause]()
    for piece in pieces:
        start, first = len(text), len(numbers)
        for part in piece.pieces if isinstance(piece, _Part) else (piece,):
            if isinstance(part, Number):
                numbers.append(part)
                starts.append(len(text))
            text += part.text if isinstance(part, Number) else part
        if isinstance(piece, _Part):
            clauses.append(Clause(start, len(text), first, first + piece.telling, piece.instead))
    return Sentence(text, tuple(numbers), tuple(starts), tuple(clauses), topic)


def _cover_now(tables: Tables, main: str) -> list[Sentence]:
    standards = tables["standards"]
    rows = standards[(standards["option"] == BASE) & (standards["standard"] == main)]
    rows = rows[rows["scope_kind"] == "all"]
    if not len(rows):
        return []
    row = rows.iloc[0]
    what = UNITS[row["of"]]
    gap = _gap_now(tables["gap"], row["incident_type"])
    if not math.isfinite(row["share_expected"]):
        nobody = "no calls are expected" if row["of"] == "demand" else f"there are no {what}"
        return [Sentence(f"The main standard, “{row['name']}”, has no share: {nobody} that it is for."), *gap]

    def share(column: str) -> Number:
        return _number(_share(min(row[column], 1.0)), "standards", row, column, STANDARD_KEY)

    minutes = _number(_minutes(row["within_min"]), "standards", row, "within_min", STANDARD_KEY)
    own = " (or the location's own time)" if row["of"] == "key_locations" else ""
    pieces: Pieces = [
        "As things are, ",
        share("share_expected"),
        f" of the {what} that the main standard is ",
    ]
    pieces += ["for can be expected to be reached within ", minutes, f" minutes{own}, on the plan's central "]
    pieces += ["figures"]
    if math.isfinite(row["mean"]):
        pieces += ["; over their doubt it is ", share("mean"), " (", share("low"), " to ", share("high"), ")"]
    where = {"people": "live", "demand": "come from", "key_locations": "lie"}[row["of"]]
    pieces += [". The standard itself counts places, whole, where the chance of being reached in time is at "]
    surely = _number(_exactly(row["reliability"]), "standards", row, "reliability", STANDARD_KEY)
    pieces += ["least ", surely, ": ", share("share_assured"), f" of the {what} {where} "]
    pieces += [
        "there" if where != "come from" else "such places",
        "; it asks for ",
        share("required"),
        " and ",
    ]
    pieces += [f"is {'met' if row['met'] else 'not met'}."]
    return [_sentence(*pieces), *gap]


STANDARD_KEY = ("option", "standard", "scope_kind", "scope")


def _gap_now(gap: pd.DataFrame, incident_type: str) -> list[Sentence]:
    """Return when half of the calls are reached, in town and country.

    The half is of calls, spread evenly over the people and over the hours as calls come: an hour in which
    nobody is on duty counts as well.
    """
    if not len(gap):
        return []
    rows = gap[
        (gap["option"] == BASE) & (gap["measure"] == "first") & (gap["incident_type"] == incident_type)
    ]
    if not len(rows):
        return []
    row, key = rows.iloc[0], ("option", "incident_type", "measure")
    evenly = (
        "If every resident were as likely to call, and at the hours at which calls come, half of the calls "
    )
    if not math.isfinite(row["urban_p50_min"]):
        return [
            Sentence(f"{evenly}in towns and cities would not see armed officers within the plan's limit.")
        ]
    town = _number(_minutes(row["urban_p50_min"]), "gap", row, "urban_p50_min", key)
    begin: Pieces = [
        f"{evenly}in towns and cities would see the first armed officers within ",
        town,
        " minutes",
    ]
    if not math.isfinite(row["rural_p50_min"]):
        return [_sentence(*begin, "; half of those in the country not within the plan's limit.")]
    country = _number(_minutes(row["rural_p50_min"]), "gap", row, "rural_p50_min", key)
    return [_sentence(*begin, ", and half of those in the country within ", country, ".")]


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
    key = ("standard", "forces" if "forces" in row else "forces_name", "sites")

    def number(column: str, write: Callable[[float], str]) -> Number:
        return _number(write(row[column]), "need", row, column, key)

    who = row["forces_name"]
    if not row["attainable"]:
        pieces: Pieces = [f"No number of units at today's sites meets {what} in {who}"]
        if what == "the main standard" and math.isfinite(row["attainable_share"]):
            pieces += [": at most ", number("attainable_share", _share), " can be reached"]
            for column, where in HELP.items():
                if column in row and math.isfinite(row[column]):
                    pieces += [", ", number(column, _share), f" {where}"]
            pieces += [", and it asks for ", number("required", _share)]
    elif not math.isfinite(row["officers"]):
        pieces = [f"What {who} would need to meet {what} was not found in the time that was given"]
    else:
        pieces = [f"To meet {what} from today's sites {who} would need ", number("crewed_units", _count)]
        pieces += [
            " crewed units in the busiest hours, which takes ",
            number("officers", _count),
            " officers",
        ]
    if what == "the main standard" and math.isfinite(row["strength"]):
        pieces += ["; ", number("strength", _count), " are in post, of whom "]
        pieces += [number("deployable", _count), " can be deployed"]
    return _sentence(*pieces, ".")


def _names(tables: Tables) -> dict[str, str]:
    options = tables["options"]
    return dict(zip(options["option"], options["name"], strict=True))


def _counted(tables: Tables) -> str:
    """Return what the first criterion counts: people, or key locations."""
    criteria = tables["criteria"]
    return str(criteria.loc[criteria["criterion"] == REACHED, "unit"].iloc[0])


def _best(tables: Tables) -> list[Sentence]:
    """Return which option brings most inside the main standard, and what can't be told from it."""
    decision, what = tables["decision"], _counted(tables)
    own = decision[(decision["criterion"] == REACHED) & decision["chance_best"].notna()]
    ranked = tables["best"][tables["best"]["criterion"] == REACHED]
    if len(ranked) < 2:
        return []
    if own["difference_low"].eq(0).all() and own["difference_high"].eq(0).all():
        return [Sentence(f"No open option changes how many {what} are reached in time.")]

    best = ranked[ranked["best"]].iloc[0]
    draws = _number(_share(best["share_of_draws"]), "best", best, "share_of_draws", BEST_KEY)
    rest = _set_pieces(tables, ranked, what)
    if best["option"] == BASE:
        pieces: Pieces = [
            f"On {what} reached in time things as they are come out best on average, and best in "
        ]
        return [_sentence(*pieces, draws, " of the draws", *rest, ".")]

    row = own[own["option"] == best["option"]].iloc[0]
    more, low, high = (
        _number(_count(row[column]), "decision", row, column, ("option", "criterion"))
        for column in ("difference", "difference_low", "difference_high")
    )
    name = _names(tables)[best["option"]]
    gained = (": ", more, " more than today (", low, " to ", high, ")")
    pieces = [
        f"“{name}” brings most {what} inside the main standard on average",
        _Part(gained, 1, ", by fewer than rounded numbers can show"),
    ]
    pieces += [", and is best in ", draws, " of the draws", *rest, "."]
    return [_sentence(*pieces), *_price(tables["cost_summary"], best["option"])]


BEST_KEY = ("criterion", "option")


def _set_pieces(tables: Tables, ranked: pd.DataFrame, what: str) -> Pieces:
    """Return who is like the best, what each costs, the cheapest, and what could have been shown."""
    same = ranked[ranked["alike"] & ~ranked["best"]]
    if not len(same):
        return ["; it can be told from every other open option and from things as they are"]
    names = _names(tables)
    pieces: Pieces = ["; at these draws and doubts it can't be told from "]
    for k, (_, row) in enumerate(same.iterrows()):
        name = "things as they are" if row["option"] == BASE else f"“{names[row['option']]}”"
        pieces += [", " if k else "", f"{name} ("]
        pieces += ["no cost" if row["option"] == BASE else _best_cost(row), ")"]
    cheapest = ranked[ranked["cheapest"]].iloc[0]
    pieces += [". The cheapest of these is ", _called(names, cheapest["option"])]
    least = same.iloc[int(same["smallest_difference"].to_numpy().argmax())]
    written = _share if _is_share(tables, str(least["criterion"])) else _count
    small = _number(written(least["smallest_difference"]), "best", least, "smallest_difference", BEST_KEY)
    of = f" of the {what}" if written is _share else f" {what}"
    shown = ("; a lead of less than ", small, f"{of} could not have been shown")
    return [
        *pieces,
        _Part(shown, 1, "; the smallest lead that could have been shown is too small for rounded numbers"),
    ]


def _called(names: Mapping[str, str], option: str) -> str:
    return "things as they are" if option == BASE else f"“{names[option]}”"


def _best_cost(row: pd.Series) -> Number:
    return _number(_money(row["present_value_gbp"]), "best", row, "present_value_gbp", BEST_KEY)


def _is_share(tables: Tables, criterion: str) -> bool:
    criteria = tables["criteria"]
    return bool((criteria.loc[criteria["criterion"] == criterion, "unit"] == "share").all())


def _best_by_standard(tables: Tables, main: str) -> list[Sentence]:
    """Return, for each standard, the options at the top that can't be told apart, and what they cost."""
    standards = tables["standards"]
    whole = standards[(standards["option"] == BASE) & (standards["scope_kind"] == "all")]
    names, found = _names(tables), list[Sentence]()
    with_base: list[str] = []
    for _, standard in whole.iterrows():
        if standard["standard"] == main and standard["of"] != "demand":
            continue  # the first criterion says it
        best = tables["best"]
        ranked = best[best["criterion"] == f"share_{standard['standard']}"]
        if len(ranked) < 2:
            continue
        if ranked.loc[ranked["option"] == BASE, "alike"].any():
            with_base.append(f"“{standard['name']}”")
            continue
        top = ranked[ranked["best"]].iloc[0]
        draws = _number(_share(top["share_of_draws"]), "best", top, "share_of_draws", BEST_KEY)
        pieces: Pieces = [f"On “{standard['name']}” “{names[top['option']]}” ("]
        pieces += [_best_cost(top), ") is best on average, and best in ", draws, " of the draws"]
        rest = _set_pieces(tables, ranked, UNITS[standard["of"]])
        found.append(_sentence(*pieces, *rest, ".", topic="standards"))
    if with_base:
        text = f"Things as they are can't be told from the best open option on {'; '.join(with_base)}."
        found.append(Sentence(text, topic="standards"))
    return found


def _moves(tables: Tables) -> list[Sentence]:
    """Return, for every open option, the standards that it moves and by how much."""
    options, moves = tables["options"], tables["moves"]
    found = []
    for _, option in options[(options["status"] == "open") & (options["option"] != BASE)].iterrows():
        begin: Pieces = [f"“{option['name']}”", *_cost_beside(tables["cost_summary"], option["option"])]
        items, said = list[Pieces](), set[tuple[str, float, float]]()
        for _, row in moves[moves["option"] == option["option"]].iterrows():
            mean = (str(row["measure"]), float(row["before_min"]), float(row["after_min"]))
            if item := _move(row, with_minutes=mean not in said):
                items.append(item)
                said.add(mean)

        if not items:
            end = " moves no standard by a percentage point, nor its mean minutes by a minute, that could be"
            found.append(_sentence(*begin, f"{end} told.", topic="moves"))
            continue
        pieces: Pieces = [*begin, " moves "]
        for k, item in enumerate(items):
            pieces += [*(["; "] if k else []), *item]
        found.append(_sentence(*pieces, ".", topic="moves"))
    return found


def _move(row: pd.Series, *, with_minutes: bool) -> Pieces:
    """Return what an option does to one standard; nothing where that is too small or can't be told."""

    def number(column: str, text: str) -> Number:
        return _number(text, "moves", row, column, ("option", "standard"))

    def minutes(column: str) -> Number:
        return number(column, _minutes(row[column]))

    def interval(low: str, high: str, write: Callable[[float], str]) -> list[str | Number]:
        """Return the ends of a change, each with its sign."""
        pieces: list[str | Number] = []
        for column in (low, high):
            pieces += [
                " to " if pieces else " (",
                "+" if row[column] > 0 else "",
                number(column, write(row[column])),
            ]
        return pieces

    pieces: Pieces = []
    if row["reach_moved"] and abs(row["points"]) >= POINT:
        reach: list[str | Number] = [" from ", number("share_before", _share(row["share_before"]))]
        reach += [" to ", number("share_after", _share(row["share_after"]))]
        reach += [*interval("points_low", "points_high", _count), " points)"]
        way = "up" if row["points"] > 0 else "down"
        pieces.append(_Part(tuple(reach), 2, f" {way} by less than rounded numbers show"))

    if with_minutes and row["minutes_moved"] and abs(row["change_min"]) >= MINUTE:
        before, after = ("at least " if row[f"{when}_at_least"] else "" for when in ("before", "after"))
        mean: list[str | Number] = [", " if pieces else ": ", MEANS[row["measure"]]]
        mean += [f" from {before}", minutes("before_min"), f" to {after}", minutes("after_min"), " minutes"]
        mean += [*interval("change_low_min", "change_high_min", _minutes), ")"]

        # Beside a share, minutes that rounding makes alike are no more worth a word.
        way = "down" if row["change_min"] < 0 else "up"
        instead = "" if pieces else f": {MEANS[row['measure']]} {way} by less than rounded numbers show"
        pieces.append(_Part(tuple(mean), 2, instead))
    return [f"“{row['name']}”", *pieces] if pieces else []


def _cost_beside(summary: pd.DataFrame, option: str) -> Pieces:
    """Return what an option costs, in brackets."""
    row = summary[summary["option"] == option].iloc[0]
    if not row["present_value_gbp"] > 0:
        return [" (no dearer than today)"]
    value = _number(_money(row["present_value_gbp"]), "cost_summary", row, "present_value_gbp", ("option",))
    return [" (", value, " more than today)"]


def _price(summary: pd.DataFrame, option: str) -> list[Sentence]:
    row = summary[summary["option"] == option].iloc[0]
    if not row["present_value_gbp"] > 0:
        return [Sentence("It costs no more than things as they are.")]
    value, low, high = (
        _number(_money(row[column]), "cost_summary", row, column, ("option",))
        for column in ("present_value_gbp", "low", "high")
    )
    return [_sentence("It costs ", value, " more than today in present value (", low, " to ", high, ").")]


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
            "number to rank the options. What is shown is how soon help could come.",
            topic="basis",
        )
    ]


def _ruled_out(tables: Tables) -> list[Sentence]:
    found = []
    for _, row in tables["options"].iterrows():
        if row["status"] == "ruled out":
            found.append(Sentence(f"“{row['name']}” is ruled out and shown for its size only, not ranked."))
            why = f"Why “{row['name']}” is ruled out: {row['reason']}"
            found += [Sentence(why, topic="basis")] if row["reason"] else []
        elif row["forces_ruled_out"]:
            text = f"“{row['name']}” leaves out forces that ruled it out. {row['forces_ruled_out']}"
            found.append(Sentence(text.strip()))
    return found


def _certain(tables: Tables) -> list[Sentence]:
    """Return how many figures stand behind the results, and how many of them were taken as certain."""
    rows = tables["certainty"]
    if not len(rows):
        return []
    row = rows.iloc[0]
    figures, drawn, certain, without = (
        _number(f"{int(row[column]):,d}", "certainty", row, column, ("of",))
        for column in ("figures", "drawn", "certain", "without_source")
    )
    pieces: Pieces = [
        "Behind these results stand ",
        figures,
        " figures of the plan and its options: the doubt of ",
    ]
    pieces += [drawn, " was drawn, ", certain, " were taken as certain, and ", without, " have no source."]
    return [_sentence(*pieces, topic="basis")]


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
    text = f"{value:.1f}".removesuffix(".0") if abs(value) < 9.95 else f"{value:.0f}"
    return _signed(text)


def _count(value: float) -> str:
    return _signed(f"{value:,.0f}" if abs(value) >= 9.95 else f"{value:,.1f}".removesuffix(".0"))


def _signed(text: str) -> str:
    """Return a number with a minus sign for a hyphen, and no sign at a nought."""
    return text.replace("-", "−") if any(c in "123456789" for c in text) else text.replace("-", "")


def _money(value: float) -> str:
    sign, size = ("−" if value < 0 else ""), abs(value)
    return f"{sign}£{size / 1e6:,.1f}m" if size >= 999_500 else f"{sign}£{size / 1e3:,.0f}k"
