"""The public edition: keeps the argument, shows no place where response is slow.

What may pass is listed (`standby.report.dictionary`); everything else stays internal. Small numbers are
withheld, and free text that names a place, a base or a unit is left out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import pandas as pd

from standby.appraise import Number, Sentence
from standby.plan import Plan
from standby.report._small import few, few_in, hidden_rows, mark, scope_sizes, too_small
from standby.report.content import WITHHELD_COLUMN, pick
from standby.report.dictionary import TABLES

LEFT_OUT_TEXT = "[Words that name a place or a unit are left out of this edition.]"
PEOPLE_COUNTS = ("establishment", "strength", "deployable")
POSTS = (
    "armed_posts",
    "officers_needed",
    "spare",
    "new_officers",
    "retrained",
    "target",
    "years_to_target",
    "armed_hours_year",
)
GAPS = ("gap_establishment", "gap_strength", "gap_deployable")
STANDARD_SHARES = ("share_if_free", "share_expected", "share_assured", "met", "mean", "se", "low", "high")
MINUTES = ("mean_min", "p50_min", "p90_min", "p95_min")
FORCE_COUNT = re.compile(r"forces\.[^.]+\.(officers|establishment|strength|ced_officers)")

WHAT_IS_LEFT_OUT = (
    "Results stand by force, by setting and by class of place; no place is ranked or has its response shown.",
    "Bases, units and key locations are not named, nor is free text that names one.",
    "Rows of the register that belong to one place or one unit are left out.",
    (
        "Numbers of parts with fewer than three places, and counts of fewer than five officers or people, "
        "are withheld and marked [c]; so is what would give them away."
    ),
)


class PublicEditionError(ValueError):
    """A plan whose public edition would name a base or a unit."""


def public_tables(plan: Plan, tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Return what the public edition may hold of the tables.

    Parameters
    ----------
    plan
        The base.
    tables
        Results by name.

    Raises
    ------
    PublicEditionError
        If the name of an option, a standard or the like names a base or a unit.
    """
    words = _Words(plan)
    allowed = {
        name: _allowed(name, frame)
        for name, frame in tables.items()
        if name in TABLES and not TABLES[name].internal
    }
    allowed["places"] = _places(plan)
    for name in ("register", "notes"):
        if name in allowed:
            key = "path" if name == "register" else "subject"
            allowed[name] = allowed[name][~allowed[name][key].str.contains("[", regex=False)].reset_index(
                drop=True
            )
    hidden = _withhold(plan, allowed)
    return {name: words.checked(name, hidden[name]) for name in TABLES if name in hidden}


def public_sentences(
    plan: Plan, sentences: tuple[Sentence, ...], tables: Mapping[str, pd.DataFrame]
) -> tuple[Sentence, ...]:
    """Return the sentences that name no place and whose numbers all stand in tables of the edition."""
    words = _Words(plan)
    return tuple(
        s for s in sentences if not words.names_one(s.text) and all(_stands(tables, n) for n in s.numbers)
    )


def _stands(tables: Mapping[str, pd.DataFrame], number: Number) -> bool:
    frame = tables.get(number.table)
    if frame is None or number.column not in frame:
        return False
    rows = pick(frame, number.key)
    hidden = WITHHELD_COLUMN in rows and any(
        number.column in names.split("|") for names in rows[WITHHELD_COLUMN]
    )
    return len(rows) > 0 and not hidden


def _allowed(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    return frame[[c.name for c in TABLES[name].columns if c.name in frame]].copy()


def _places(plan: Plan) -> pd.DataFrame:
    areas = plan.table("areas")
    areas = areas[areas["force"].isin(plan.forces)]
    setting = areas["class"].map({k: c.setting for k, c in plan.document.classes.items()})
    frame = pd.DataFrame(
        {
            "force": areas["force"],
            "name": areas["name"],
            "class": areas["class"],
            "setting": setting,
            "people": areas["population"],
            "lon": areas["lon"],
            "lat": areas["lat"],
        }
    )
    frame = frame.sort_values(["force", "name"], kind="stable").reset_index(drop=True)
    return mark(frame, few(frame["people"]), ["people"])


def _withhold(plan: Plan, tables: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    areas = too_small(plan, scope_sizes(plan, "areas"))
    key_locations = too_small(plan, scope_sizes(plan, "key_locations"))
    by_standard = {
        name: too_small(plan, scope_sizes(plan, "key_locations" if s.of == "key_locations" else "areas", s))
        for name, s in plan.document.standards.items()
    }
    done = dict(tables)
    if "standards" in done:
        rows = hidden_rows(done["standards"], lambda row: by_standard.get(row["standard"], areas))
        done["standards"] = mark(done["standards"], rows, STANDARD_SHARES)
    if "backup" in done:
        rows = hidden_rows(done["backup"], lambda row: by_standard.get(row["standard"], areas))
        done["backup"] = mark(done["backup"], rows, ["share_two_if_free", "share_two_expected"])
    if "minutes" in done:
        rows = hidden_rows(
            done["minutes"], lambda row: key_locations if row["weight"] == "key_locations" else areas
        )
        done["minutes"] = mark(done["minutes"], rows, MINUTES)
    if "nearest" in done:
        rows = hidden_rows(done["nearest"], lambda _: areas)
        done["nearest"] = mark(done["nearest"], rows, [*MINUTES, "share_without"])
    if "gap" in done:
        rows = pd.Series(("setting", "urban") in areas, index=done["gap"].index)
        done["gap"] = mark(done["gap"], rows, [c.name for c in TABLES["gap"].columns if c.kind == "minutes"])
    return _withhold_people(plan, done)


def _withhold_people(plan: Plan, done: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    if "staffing" in done:
        done["staffing"] = staffing = _staffing(plan, done["staffing"])
        if "decision" in done:
            done["decision"] = _totals(done["decision"], staffing)
        if "build_up" in done:
            done["build_up"] = _build_up(done["build_up"], staffing)
    if "need" in done:
        done["need"] = mark(done["need"], few_in(done["need"], PEOPLE_COUNTS), [*PEOPLE_COUNTS, *GAPS])
        done["need"] = mark(done["need"], few_in(done["need"], ["officers"]), ["officers", *GAPS])
    if "register" in done:
        register = done["register"]
        counts = register["path"].str.fullmatch(FORCE_COUNT.pattern)
        done["register"] = mark(
            register, counts & few_in(register, ["value", "low", "high"]), ["value", "low", "high"]
        )
    if "statements" in done:
        said = done["statements"]
        agrees = said["agrees"].map(lambda value: value is True or value == 1)
        rows = (said["measure"] == "armed_on_duty") & few(said["model"]) & ~agrees
        done["statements"] = mark(said, rows, ["model", "model_low", "model_high"])
    return done


def _staffing(plan: Plan, frame: pd.DataFrame) -> pd.DataFrame:
    frame = mark(
        frame,
        few_in(frame, PEOPLE_COUNTS),
        [*PEOPLE_COUNTS, *GAPS, "spare", "new_officers", "target", "armed_officers", "armed_share"],
    )
    frame = mark(frame, few_in(frame, ["armed_officers"]), ["armed_officers", "armed_share"])
    crew = min((t.crew for t in plan.document.tiers.values() if t.armed), default=1)
    posts = few_in(frame, ["officers_needed"]) | few(frame["armed_posts"] * crew)
    return mark(frame, _with_companions(frame, posts), POSTS)


def _with_companions(frame: pd.DataFrame, rows: pd.Series) -> pd.Series:
    """Return the rows of forces that are withheld in any option, with what would give one away.

    A force that is withheld in one option and shown in another could be worked out from what the options
    say of themselves; a force that alone is withheld, from the total.
    """
    posts = frame.groupby("force", sort=False)["armed_posts"].min().sort_values(kind="stable")
    hidden = set(frame.loc[rows, "force"])
    if len(hidden) == 1 < len(posts):
        hidden.add(next(force for force in posts.index if force not in hidden))
    return frame["force"].isin(hidden)


def _totals(frame: pd.DataFrame, staffing: pd.DataFrame) -> pd.DataFrame:
    """Withhold totals over forces that are no more than what is withheld."""
    hidden = staffing[WITHHELD_COLUMN].str.contains("armed_posts")
    if not hidden.all():
        return frame
    rows = frame["criterion"].isin(["officers_needed", "armed_hours_year"])
    return mark(frame, rows, [c.name for c in TABLES["decision"].columns if c.kind == "measure"])


def _build_up(frame: pd.DataFrame, staffing: pd.DataFrame) -> pd.DataFrame:
    """Withhold curves that end at a number of posts that is withheld."""
    posts = staffing[WITHHELD_COLUMN].str.contains("armed_posts")
    if not posts.any():
        return mark(frame, pd.Series(data=False, index=frame.index), [])
    kept = frame["scope_kind"] == "all"
    if len(staffing["force"].unique()) == 1:
        kept = kept & ~frame["option"].isin(staffing.loc[posts, "option"])
    return mark(frame, ~kept, ["own", "shared", "neighbour"])


class _Words:
    """Text that names places, bases, units or key locations of a plan."""

    def __init__(self, plan: Plan) -> None:
        document = plan.document
        options = [
            row for o in document.options.values() for row in (*o.add.units, *o.add.sites, *o.change.units)
        ]
        units, sites = plan.table("units"), plan.table("sites")
        own = (
            {str(row.get("name") or "") for row in options}
            | set(units["name"].astype(str))
            | set(sites["name"])
        )
        ids = {str(row.get("id") or "") for row in options} | set(units["id"])
        places = set(plan.table("areas")["name"]) | set(plan.table("key_locations")["name"])
        masked = sorted(
            {f.name for f in document.forces.values()} | {a.name for a in document.alliances.values()}
        )
        self._forces = _any_of(masked)
        self._bases = _any_of(own | ids)
        self._all = _any_of(own | ids | places)

    def names_one(self, text: str) -> bool:
        """Whether a text names a place, base, unit or key location; names of forces are none."""
        return self._all.search(self._forces.sub("", text)) is not None

    def cleared(self, text: str) -> str:
        """Return a text without the sentences that name one."""
        parts = re.split(r"(?<=[.;!?])\s+", text)
        kept = [part for part in parts if not self.names_one(part)]
        return text if len(kept) == len(parts) else " ".join([*kept, LEFT_OUT_TEXT])

    def checked(self, name: str, frame: pd.DataFrame) -> pd.DataFrame:
        """Return a table with its free text cleared; refuse names that name a base."""
        if name in {"places", "sources"}:  # names of towns and titles of publications are public
            free = ["note", "scope"] if name == "sources" else []
        else:
            free = [c.name for c in TABLES[name].columns if c.kind == "words"]
        frame = frame.copy()
        for column in free:
            if column in frame:
                frame[column] = [
                    self.cleared(text) if isinstance(text, str) else text for text in frame[column]
                ]
        for column in ("option", "name", "criterion", "standard", "quantity"):
            if column in frame and name != "places":
                self._refuse(name, column, frame[column])
        return frame

    def _refuse(self, table: str, column: str, values: pd.Series) -> None:
        for value in dict.fromkeys(values.astype(str)):
            found = self._bases.search(self._forces.sub("", value))
            if found:
                raise PublicEditionError(
                    f"{table}, {column} {value!r}: it names {found[0]!r}, a base or a unit, which the public "
                    "edition may not; give it another name in the plan, or make the internal edition"
                )


def _any_of(names: set[str] | list[str]) -> re.Pattern[str]:
    """Return a pattern of whole names, the longest first; one that finds nothing when there are none."""
    wanted = sorted({n for n in names if n and n != "nan"}, key=lambda n: (-len(n), n))
    return re.compile(
        r"(?<![\w-])(?:" + "|".join(map(re.escape, wanted)) + r")(?![\w-])" if wanted else r"(?!)"
    )
