"""Find what OpenStreetMap files in XML say besides roads: remarks, deletions, several versions.

Objects that an editor deleted stay in its file with ``action="delete"``; a history marks them with
``visible="false"`` and lists each version. A server that stopped early says so in a remark. The reader of the
roads passes over all of that, so it is searched for here.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final
from xml.parsers import expat

from standby.travel.roads._files import unpacked

CHUNK: Final = 1 << 20
"""Bytes that are searched in one step."""

LONGEST_REMARK: Final = 300
"""Characters of a remark that are quoted."""

_WORDS: Final = re.compile(rb"visible\s*=|action\s*=|<remark|<osmChange|<nd\b[^>]*\b(?:lat|lon)\s*=")
_LONGEST_WORD: Final = 200
_OBJECTS: Final = ("node", "way", "relation")


@dataclass(slots=True)
class TextFile:
    """What a file in XML says besides its roads.

    Parameters
    ----------
    remarks
        What the server that made the file says about it.
    deleted_nodes, deleted_ways, deleted_relations
        Numbers of the objects that were deleted.
    several_versions
        Whether an object is there in more than one version, or the file is one of changes.
    ways_carry_positions
        Whether the points of ways have their positions beside them.
    """

    remarks: list[str] = field(default_factory=list)
    deleted_nodes: set[int] = field(default_factory=set)
    deleted_ways: set[int] = field(default_factory=set)
    deleted_relations: set[int] = field(default_factory=set)
    several_versions: bool = False
    ways_carry_positions: bool = False

    def quoted(self) -> str:
        """Return the remarks as a part of a sentence."""
        return "".join(f", and its server remarks {remark!r}" for remark in self.remarks)

    def findings(self) -> list[str]:
        """Return what a user should know of a file whose roads are used all the same."""
        found = [f"the file may be incomplete: its server remarks {remark!r}" for remark in self.remarks]
        deleted = len(self.deleted_nodes) + len(self.deleted_ways) + len(self.deleted_relations)
        if deleted:
            found.append(f"{deleted} objects of the file are marked as deleted and were left out")
        return found


def look_through(path: Path) -> TextFile:
    """Return what an XML file says besides its roads; damage to it is left to the reader of the roads."""
    found = TextFile()
    try:
        # A quick search for telling words first: most files have none and need not be parsed.
        with unpacked(path) as file:
            words = {word for chunk in _overlapping(file) for word in _WORDS.findall(chunk)}

        found.ways_carry_positions = any(word.startswith(b"<nd") for word in words)
        if any(not word.startswith(b"<nd") for word in words):
            with unpacked(path) as file:
                _parse(file, found)
    except (OSError, EOFError, ValueError, zlib.error, expat.ExpatError):
        pass
    return found


def _overlapping(file: BinaryIO) -> Iterator[bytes]:
    """Yield a file in chunks that each begin with the end of the one before, so that no word is cut."""
    end = b""
    while chunk := file.read(CHUNK):
        yield end + chunk
        end = chunk[-_LONGEST_WORD:]


def _parse(file: BinaryIO, found: TextFile) -> None:
    """Write into `found` what the elements of a file say."""
    versions: dict[tuple[str, str], str] = {}
    deleted = {
        "node": found.deleted_nodes,
        "way": found.deleted_ways,
        "relation": found.deleted_relations,
    }
    remark: list[str] | None = None

    def start(name: str, attributes: dict[str, str]) -> None:
        """Note what the beginning of an element says."""
        nonlocal remark
        if name == "osmChange":
            found.several_versions = True
        elif name == "remark":
            remark = []
        elif name in _OBJECTS:
            number = attributes.get("id", "")
            version = attributes.get("version", "")
            if versions.setdefault((name, number), version) != version:
                found.several_versions = True
            if attributes.get("visible") == "false" or attributes.get("action") == "delete":
                deleted[name].add(int(number))

    def text(data: str) -> None:
        """Collect the words of a remark."""
        if remark is not None:
            remark.append(data)

    def end(name: str) -> None:
        """Keep a remark that is complete."""
        nonlocal remark
        if name == "remark" and remark is not None:
            if words := " ".join("".join(remark).split()):
                found.remarks.append(words[:LONGEST_REMARK])
            remark = None

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.CharacterDataHandler = text
    parser.EndElementHandler = end
    parser.ParseFile(file)
