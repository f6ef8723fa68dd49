"""Touch files, for all modules of the roads: their hash, the store, profiles of the planner's own."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import os
import tempfile
import tomllib
import zipfile
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pandas as pd

from standby._refusals import MissingExtraError
from standby.travel.roads._errors import RoadsError
from standby.travel.roads._graph import FORMAT, RoadGraph
from standby.travel.roads.edge_table import read_edge_table


def file_hash(path: Path, options: str) -> str:
    """Return the SHA-256 of a file's contents, of how it is read, and of the layout of a stored graph.

    Raises
    ------
    RoadsError
        If the file is missing, empty or cannot be opened.
    """
    if path.is_dir():
        raise RoadsError(f"{path} is a folder", "give the road file in it")

    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256")
            if file.tell() == 0:
                raise RoadsError(f"{path.name} is empty (0 bytes)", "download it again")
    except FileNotFoundError as err:
        raise RoadsError(f"{path} does not exist", "check the name and the folder") from err
    except OSError as err:
        raise RoadsError(
            f"{path} cannot be read: {err.strerror or err}", "check it, and your right to read it"
        ) from err

    # A change of how files are read, or of what is stored, gives another name.
    digest.update(f"|format {FORMAT}|{options}".encode())
    return digest.hexdigest()


def content_hash(path: Path) -> str:
    """Return the SHA-256 of a file, made as a plan makes those of its files."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def default_store() -> Path:
    """Return the folder for stored graphs: STANDBY_CACHE, else the user's folder for such files."""
    if given := os.environ.get("STANDBY_CACHE"):
        return Path(given) / "roads"

    if os.name == "nt":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")

    return base / "standby" / "roads"


def load_graph(store: Path, name: str) -> RoadGraph | None:
    """Return a stored graph, None if there is none or it is damaged."""
    try:
        with (store / f"{name}.npz").open("rb") as file, np.load(file, allow_pickle=False) as stored:
            return RoadGraph.of_arrays({key: stored[key] for key in stored.files})
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None


def store_graph(store: Path, name: str, graph: RoadGraph) -> bool:
    """Store a graph, whole or not at all, and return whether that was possible."""
    temporary = None
    try:
        # Written beside its place and then moved there, so that nobody reads half of it.
        store.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=store, suffix=".part", delete=False) as file:
            temporary = Path(file.name)
            np.savez(file, **graph.arrays())  # type: ignore[arg-type] # the stub takes a keyword for arrays
        temporary.replace(store / f"{name}.npz")
    except OSError:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
        return False
    return True


def profile_document(path: Path) -> dict[str, Any]:
    """Return the document of a profile file.

    Raises
    ------
    RoadsError
        If it cannot be read or is not TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as err:
        raise RoadsError(f"profile {path} does not exist", "check the name and the folder") from err
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as err:
        raise RoadsError(f"profile {path} cannot be read as TOML: {err}", "fix the file") from err


def unpacked(path: Path) -> BinaryIO:
    """Return an open file, unpacked on the way if its name says that it is packed."""
    name = path.name.lower()
    if name.endswith(".gz"):
        return gzip.open(path, "rb")  # type: ignore[return-value] # a file all the same
    return bz2.BZ2File(path) if name.endswith(".bz2") else path.open("rb")  # type: ignore[return-value]


def edge_table(path: Path) -> pd.DataFrame:
    """Return a table of edges from CSV, Parquet or a GeoPackage.

    Raises
    ------
    MissingExtraError
        If it is Parquet, and the extra ``parquet`` is not installed.
    RoadsError
        If it cannot be read.
    """
    try:
        return read_edge_table(path)
    except ImportError as err:
        raise MissingExtraError("reading Parquet needs the extra named parquet", "parquet") from err
    except (OSError, ValueError, pd.errors.ParserError) as err:
        reason = (str(err) or type(err).__name__).splitlines()[0][:200]
        raise RoadsError(
            f"{path.name} cannot be read as a table of edges ({reason})", "write the table again"
        ) from err
