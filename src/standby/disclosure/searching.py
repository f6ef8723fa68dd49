"""What a search of the text of every file finds: names, positions, hashes, and traces of who made them.

The front is `searched`. A text is read as it is written, with its escapes undone, and without its tags; what
is hidden between letters is taken out first.
"""

from __future__ import annotations

import base64
import contextlib
import getpass
import html
import itertools
import math
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

from standby.disclosure.examined import Finding
from standby.disclosure.names import names_of_forces
from standby.plan import Plan
from standby.plan.files import digests_of

HASH = re.compile(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")
"""A SHA-256 as it is written."""

ENOUGH_OF_A_HASH = 16
"""Characters of a hash by which an input can be told from others: one that was cut short is still found."""

FEWEST_LETTERS = 3
"""Letters of the shortest name that is searched for."""

MOST_COMMON = 4
"""Letters up to which a name can be a common word: it is searched for as it is written alone."""

CLOSE = 60
"""Most characters between the two numbers of a position."""

FIELDS = r"author|creator|owner|user(?:name)?|(?:last[ _-]?)?modified[ _-]?by|created[ _-]?by"
"""Fields of metadata that say who made a file."""

ESCAPE = re.compile(r"\\u\{([0-9a-fA-F]{1,6})\}|\\u([0-9a-fA-F]{4})|\\x([0-9a-fA-F]{2})")
"""A character as JSON and JavaScript escape it."""

TAG = re.compile(r"<[^<>]*>")
"""A tag or a comment of HTML or XML."""

NUMBER = re.compile(r"(?<![\w.])([-−+]?)(\d{1,3}\.\d+)(?![\w.]*\.\d)")
"""A number with decimals, no part of a version or a word."""

UNSEEN = re.compile(
    "[\u00ad\u034f\u115f\u1160\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)
"""Characters that no reader sees."""


@dataclass(frozen=True)
class Views:
    """How one file is read.

    Parameters
    ----------
    raw
        As it is written.
    written
        The same with escapes undone, and without what no reader sees.
    words
        The ways to read it as words with single spaces, in the case as written.
    """

    raw: str
    written: str
    words: tuple[str, ...]


class SecretName(NamedTuple):
    """A name that is searched for.

    Parameters
    ----------
    first
        How its first word begins, as text is looked through for it.
    pattern
        The name in words with single spaces.
    squeezed
        Its letters without spaces, for letters that are spaced out; empty for a short name.
    """

    first: str
    pattern: re.Pattern[str]
    squeezed: str


def searched(plan: Plan, files: Mapping[str, str]) -> Iterator[Finding]:
    """Yield what a search of every file, and of what is inside it, finds.

    Parameters
    ----------
    plan
        The plan.
    files
        Text by the name of the file; the name is searched as well.
    """
    views = {name: _views(f"{name}\n{text}") for name, text in files.items()}
    yield _named(plan, views)
    yield _placed(plan, views)
    yield _hashed(plan, views)
    yield _traced(plan, views)


def _views(raw: str) -> Views:
    """Return a text in the ways in which it is read."""
    written = _without_unseen(_unescaped(raw))
    readings = dict.fromkeys([_without_unseen(raw), written, TAG.sub("", written)])
    return Views(raw, written, tuple(dict.fromkeys(f" {_words(text)} " for text in readings)))


def _unescaped(text: str) -> str:
    """Return a text with entities, escapes of JSON and JavaScript and percent signs undone, also twice."""
    for _ in range(3):
        before = text
        text = ESCAPE.sub(lambda found: _character(next(filter(None, found.groups()))), text)
        text = unquote(html.unescape(text), errors="replace")
        if text == before:
            break
    return text


def _character(digits: str) -> str:
    """Return the character of a code; nothing for a half of a pair or no code."""
    code = int(digits, 16)
    return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else ""


def _without_unseen(text: str) -> str:
    """Return a text without characters that no reader sees."""
    return text if text.isascii() else UNSEEN.sub("", text)


def _words(text: str) -> str:
    """Return a text as words with single spaces: without accents, punctuation, or kinds of space."""
    if not text.isascii():
        text = text.translate({ord(c): _plain(c) for c in set(text) if not c.isascii()})
    return re.sub(r"[\W_]+", " ", text).strip()


def _plain(character: str) -> str:
    """Return a character without accents and the like; nothing for one that is only an accent."""
    parts = unicodedata.normalize("NFKD", character)
    return "".join(part for part in parts if unicodedata.category(part) not in {"Mn", "Me", "Cf"})


def _named(plan: Plan, files: Mapping[str, Views]) -> Finding:
    """Return how many names or ids of bases, units and key locations stand in the files."""
    secret = _secret_names(plan)
    forces = _forces(plan)
    found: set[str] = set()
    for view in files.values():
        for words in view.words:
            # What is part of a force's full name says nothing of a base.
            as_written = forces.sub(" ¦", words)
            folded = as_written.casefold()
            spaced = "|".join(run.replace(" ", "") for run in SPACED_OUT.findall(folded))
            found |= {
                name
                for name, how in secret.items()
                if name not in found
                and (
                    _stands(how, folded if how.squeezed else as_written)
                    or (how.squeezed and how.squeezed in spaced)
                )
            }

    says = f"{len(found)} names or ids of bases, units and key locations stand in the files."
    fix = "rename in the public fields" if found else ""
    return Finding("search for names", len(found), 0, says, not found, fix)


SPACED_OUT = re.compile(r"(?<= )(?:[^\W\d_] ){4,}[^\W\d_](?= )")
"""Five or more letters that stand alone one after another."""


def _stands(name: SecretName, words: str) -> bool:
    """Return whether a name stands in a text; the quick question first."""
    return name.first in words and name.pattern.search(words) is not None


def _secret_names(plan: Plan) -> dict[str, SecretName]:
    """Return names and ids of bases, units and key locations, and how each is searched for.

    Of patrols the names alone: an id is often that of a class or an area, which the public may read.
    """
    options = plan.document.options.values()
    kinds = [(o.add.units, o.add.sites, o.change.units) for o in options]
    rows = [row for option in kinds for kind in option for row in kind]
    names = [str(row.get(key) or "") for row in rows for key in ("id", "name")]
    of_patrols = [row for o in options for row in (*o.add.patrols, *o.change.patrols)]
    names += [*(str(row.get("name") or "") for row in of_patrols), *plan.table("patrols")["name"].astype(str)]
    for table in ("sites", "units", "key_locations"):
        frame = plan.table(table)
        names += [*frame["id"].dropna().astype(str), *frame["name"].dropna().astype(str)]

    # A base that is named exactly like a force can't be told from it.
    excused = {_words(name).casefold() for name in names_of_forces(plan)}
    secret = {}
    for name in names:
        words = _words(name)
        if words.casefold() in excused:
            continue
        if len(words) > MOST_COMMON:
            secret[words.casefold()] = _in_any_case(words.casefold())
        elif len(words) >= FEWEST_LETTERS and words[0].isupper():
            secret[words] = SecretName(f" {words}", re.compile(rf" {re.escape(words)}(?: ?e?s)?(?= )"), "")
    return secret


def _in_any_case(words: str) -> SecretName:
    """Return how a name of several letters is searched for: also as one word, as a plural, and possessive."""
    parts = words.split()
    pattern = re.compile(rf" {' ?'.join(map(re.escape, parts))}(?: ?e?s)?(?= )")
    return SecretName(f" {parts[0]}", pattern, "".join(parts))


def _forces(plan: Plan) -> re.Pattern[str]:
    """Return a pattern of the full names and ids of forces and alliances, the longest first, in any case."""
    document = plan.document
    names = {_words(name) for name in [*names_of_forces(plan), *document.forces, *document.alliances]}
    either = "|".join(map(re.escape, sorted(names - {""}, key=lambda name: (-len(name), name))))
    return re.compile(rf" (?:{either})(?= )" if either else r"(?!)", re.IGNORECASE)


def _placed(plan: Plan, files: Mapping[str, Views]) -> Finding:
    """Return how many positions of bases and key locations stand in the files, in either order."""
    places = _positions(plan)
    longitudes, latitudes = (
        (_written_as(which) for which in zip(*places, strict=True)) if places else ({}, {})
    )

    found: set[int] = set()
    for view in files.values():
        numbers = [
            (match.start(), match.end(), _number(*match.groups())) for match in NUMBER.finditer(view.written)
        ]
        known = [number for number in numbers if number[2] in longitudes or number[2] in latitudes]
        for (_, end, first), (start, _, second) in _close(known):
            if start - end <= CLOSE:
                found |= longitudes.get(first, set()) & latitudes.get(second, set())
                found |= latitudes.get(first, set()) & longitudes.get(second, set())

    says = f"{len(found)} positions of bases or key locations stand in the files."
    fix = "take out longitude and latitude" if found else ""
    return Finding("search for positions", len(found), 0, says, not found, fix)


Seen = tuple[int, int, str]
"""A number: where it begins and ends in a text, and how it is written."""

NEIGHBOURS = 4
"""How many numbers further the other one of a position is looked for."""


def _close(numbers: list[Seen]) -> Iterator[tuple[Seen, Seen]]:
    """Yield numbers with those that come soon after them."""
    for at, number in enumerate(numbers):
        for other in itertools.islice(numbers, at + 1, at + 1 + NEIGHBOURS):
            yield number, other


def _positions(plan: Plan) -> list[tuple[float, float]]:
    """Return longitude and latitude of every base, patrol and key location of the plan and its options."""
    laid = [part for option in plan.document.options.values() for part in (option.add, option.change)]
    rows = [row for part in laid for row in part.patrols]
    rows += [row for option in plan.document.options.values() for row in option.add.sites]
    places = [(row.get("lon"), row.get("lat")) for row in rows]
    for table in ("sites", "patrols", "key_locations"):
        frame = plan.table(table)
        places += list(zip(frame["lon"], frame["lat"], strict=True))
    known = [(float(lon), float(lat)) for lon, lat in places if lon is not None and lat is not None]
    return sorted({place for place in known if all(map(math.isfinite, place))})


def _written_as(coordinates: tuple[float, ...]) -> dict[str, set[int]]:
    """Return which places a coordinate is of, by the ways to write it: to two digits or more."""
    ways: dict[str, set[int]] = {}
    for place, value in enumerate(coordinates):
        exact = Decimal(repr(value))
        digits = max(2, -int(exact.as_tuple().exponent))
        for wanted in range(2, digits + 1):
            for rounding in (ROUND_DOWN, ROUND_HALF_UP):
                text = str(exact.quantize(Decimal(1).scaleb(-wanted), rounding))
                ways.setdefault(_number("-" if text[0] == "-" else "", text.lstrip("-")), set()).add(place)
    return ways


def _number(sign: str, digits: str) -> str:
    """Return a number as it is compared: with its sign, and without noughts at the end beyond two digits."""
    whole, _, decimals = digits.partition(".")
    minus = "-" if sign in {"-", "−"} else ""
    return f"{minus}{int(whole)}.{decimals[:2]}{decimals[2:].rstrip('0')}"


def _hashed(plan: Plan, files: Mapping[str, Views]) -> Finding:
    """Return how many hashes of the plan or its files stand in the files, also cut, split or as Base64."""
    in_hex, as_written = _fingerprints(plan)
    found: set[str] = set()
    like = 0
    for view in files.values():
        # Whitespace, colons and the like between digits hide nothing.
        letters = re.sub(r"[^0-9A-Za-z]+", "", view.written)
        digits = letters.casefold()
        found |= {name for name in in_hex if name in digits}
        found |= {name for name in as_written if name in letters}
        like += len(HASH.findall(view.written.casefold()))

    says = f"{len(found)} hashes or keys of the plan or its files, beside {like} texts like a SHA-256."
    fix = "take them out" if found else ""
    return Finding("hashes that inputs can be tried against", len(found), 0, says, not found, fix)


def _fingerprints(plan: Plan) -> tuple[set[str], set[str]]:
    """Return beginnings of hashes in hexadecimal digits, and of those and of keys in letters as written."""
    digests = {bytes.fromhex(text) for text in (plan.hash, *plan.hashes.values())}
    if plan.folder is not None:
        digests |= digests_of(plan.folder, plan.hashes)

    in_hex = {digest.hex()[:ENOUGH_OF_A_HASH] for digest in digests}
    in_base64 = {base64.b64encode(text) for digest in digests for text in (digest, digest.hex().encode())}
    as_written = {_letters(text.decode())[:ENOUGH_OF_A_HASH] for text in in_base64}

    about = plan.document.plan
    keys = {_letters(text) for text in (about.bases_fingerprint, about.release_key)}
    return in_hex, as_written | {key for key in keys if len(key) >= ENOUGH_OF_A_HASH // 2}


def _letters(text: str) -> str:
    """Return the letters and digits of a text."""
    return re.sub(r"[^0-9A-Za-z]+", "", text)


def _traced(plan: Plan, files: Mapping[str, Views]) -> Finding:
    """Return how many files hold the plan's folder, or the home or account of who made them."""
    traces = [_path(path) for path in _folders(plan)]
    with contextlib.suppress(OSError, KeyError, ImportError):
        account = re.escape(getpass.getuser())
        field = rf"(?i:\b(?:{FIELDS}))\W{{1,12}}(?:content\W{{1,6}})?{account}(?!\w)"
        traces.append(re.compile(field))

    left = sorted(
        name
        for name, view in files.items()
        if any(trace.search(text) for trace in traces for text in (view.raw, view.written))
    )
    says = f"{len(left)} files hold the plan's folder, or the home or the account of who made them."
    fix = f"write {', '.join(left[:3])} again from another folder" if left else ""
    return Finding("metadata of the files", len(left), 0, says, not left, fix)


def _folders(plan: Plan) -> set[Path]:
    """Return the plan's folder and the home of who runs this, without one that is the root of everything."""
    folders = {Path.home()}
    if plan.folder is not None:
        folders |= {plan.folder.absolute(), plan.folder.resolve()}
    return {folder for folder in folders if folder.name}


def _path(folder: Path) -> re.Pattern[str]:
    """Return a pattern of a folder's path, whichever way its parts are parted; its parts are common words."""
    parts = [part.strip("/\\") for part in folder.parts]
    path = r"[/\\]+".join(map(re.escape, parts))  # the root of everything is an empty part
    return re.compile(rf"(?<![\w.-]){path}(?![\w-])")
