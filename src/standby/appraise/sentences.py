"""What an appraisal says in plain words; every number in a sentence stands in one of its tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

BASE = "base"


@dataclass(frozen=True)
class Number:
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
class Sentence:
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


def sentences_of(tables: Mapping[str, pd.DataFrame], main: str) -> tuple[Sentence, ...]:
    """Return the summary of an appraisal.

    Parameters
    ----------
    tables
        Tables of the appraisal.
    main
        Id of the main standard.
    """
    return (
        *_cover_now(tables, main),
        *_needs(tables),
        *_best(tables),
        *_cannot_tell(tables),
        *_ruled_out(tables),
    )


def _cover_now(tables: Mapping[str, pd.DataFrame], main: str) -> list[Sentence]:
    row = _pick(tables["standards"], option=BASE, standard=main, scope_kind="all")
    share = _number(f"{row['share_expected']:.0%}", "standards", row, "share_expected", _STANDARD)
    asked = _number(f"{row['required']:.0%}", "standards", row, "required", _STANDARD)
    minutes = _number(f"{row['within_min']:g}", "standards", row, "within_min", _STANDARD)
    what = {"people": "people", "demand": "calls", "key_locations": "key locations"}[row["of"]]
    text = (
        f"As things are, {share.text} of the {what} that the main standard is for can be expected to be "
        f"reached within {minutes.text} minutes; it asks for {asked.text}, reached reliably, and is "
        f"{'met' if row['met'] else 'not met'}."
    )
    return [Sentence(text, (share, minutes, asked)), *_gap_now(tables["gap"], row["incident_type"])]


def _gap_now(gap: pd.DataFrame, incident_type: str) -> list[Sentence]:
    if not len(gap):
        return []
    rows = gap[
        (gap["option"] == BASE) & (gap["measure"] == "first") & (gap["incident_type"] == incident_type)
    ]
    if not len(rows):
        return []
    row, key = rows.iloc[0], ("option", "incident_type", "measure")
    town = _number(f"{row['urban_p50_min']:.0f}", "gap", row, "urban_p50_min", key)
    country = _number(f"{row['rural_p50_min']:.0f}", "gap", row, "rural_p50_min", key)
    text = (
        f"Half of the people of towns and cities can expect the first armed officers within {town.text} "
        f"minutes, half of the people of the country within {country.text}."
    )
    return [Sentence(text, (town, country))]


def _needs(tables: Mapping[str, pd.DataFrame]) -> list[Sentence]:
    need = tables["need"]
    rows = need[(need["standard"] == "all standards") & (need["sites"] == "existing")]
    found = []
    for _, row in rows.iterrows():
        key = ("standard", "forces", "sites")
        units = _number(f"{row['crewed_units']:.0f}", "need", row, "crewed_units", key)
        officers = _number(f"{row['officers']:.0f}", "need", row, "officers", key)
        numbers = [units, officers]
        text = f"To meet every standard from today's sites {row['forces_name']} would need "
        text += f"{units.text} crewed units, {officers.text} officers"
        if pd.notna(row["strength"]):
            have = _number(f"{row['strength']:.0f}", "need", row, "strength", key)
            fit = _number(f"{row['deployable']:.0f}", "need", row, "deployable", key)
            numbers += [have, fit]
            text += f"; {have.text} are in post, of whom {fit.text} can be deployed"
        text += "." if row["attainable"] else "; even so, not every standard can be met from there."
        found.append(Sentence(text, tuple(numbers)))
    return found


def _names(tables: Mapping[str, pd.DataFrame]) -> dict[str, str]:
    options = tables["options"]
    return dict(zip(options["option"], options["name"], strict=True))


def _best(tables: Mapping[str, pd.DataFrame]) -> list[Sentence]:
    decision, names = tables["decision"], _names(tables)
    rows = decision[(decision["criterion"] == "people_in_standard") & decision["chance_best"].notna()]
    if not len(rows):
        return []
    row, key = rows.iloc[int(rows["chance_best"].to_numpy().argmax())], ("option", "criterion")
    chance = _number(f"{row['chance_best']:.0%}", "decision", row, "chance_best", key)
    if row["option"] == BASE:
        text = (
            f"On people reached in time nothing is surer to be best than things as they are ({chance.text})."
        )
        return [Sentence(text, (chance,))]
    more, low, high = (
        _number(f"{row[column]:,.0f}", "decision", row, column, key)
        for column in ("difference", "difference_low", "difference_high")
    )
    text = (
        f"“{names[row['option']]}” brings most people inside the main standard: {more.text} more than today "
        f"({low.text} to {high.text}), and is best on that count with a chance of {chance.text}."
    )
    return [Sentence(text, (more, low, high, chance))]


def _cannot_tell(tables: Mapping[str, pd.DataFrame]) -> list[Sentence]:
    decision, names = tables["decision"], _names(tables)
    open_options = set(tables["options"].query("status == 'open'")["option"])
    rows = decision[(decision["criterion"] == "people_in_standard") & (decision["option"] != BASE)]
    same = [o for o, like in zip(rows["option"], rows["alike"], strict=True) if like and o in open_options]
    found = []
    if same:
        listed = "; ".join(f"“{names[option]}”" for option in same)
        text = f"On people reached in time these can't be told apart from things as they are: {listed}."
        found.append(Sentence(text))
    pairs = tables["pairs"]
    if len(pairs):
        mine = pairs[(pairs["criterion"] == "people_in_standard") & pairs["alike"]]
        for one, other in zip(mine["option"], mine["other"], strict=True):
            if BASE not in {one, other} and not {one, other} <= set(same):
                both = f"“{names[one]}” and “{names[other]}”"
                found.append(Sentence(f"{both} can't be told apart on people reached in time."))
    if not found and open_options - {BASE}:
        found.append(
            Sentence("On people reached in time every option can be told apart from things as they are.")
        )
    return found


def _ruled_out(tables: Mapping[str, pd.DataFrame]) -> list[Sentence]:
    options = tables["options"]
    return [
        Sentence(
            f"“{row['name']}” is ruled out and shown for its size only, not ranked. {row['reason']}".strip()
        )
        for _, row in options[options["status"] == "ruled out"].iterrows()
    ]


_STANDARD = ("option", "standard", "scope_kind", "scope")


def _pick(table: pd.DataFrame, **key: str) -> pd.Series:
    rows = table
    for column, value in key.items():
        rows = rows[rows[column] == value]
    return rows.iloc[0]


def _number(text: str, table: str, row: pd.Series, column: str, key: tuple[str, ...]) -> Number:
    return Number(text, table, tuple((k, str(row[k])) for k in key), column)
