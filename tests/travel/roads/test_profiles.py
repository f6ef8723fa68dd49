"""Profiles: data that are checked, figures with sources, faults named together."""

from __future__ import annotations

import tomllib
from importlib import resources
from pathlib import Path
from typing import get_args

import numpy as np
import pytest

from standby.travel import RoadsError, read_profile
from standby.travel.roads import _codes
from standby.travel.roads import profile as module


def _text(name: str) -> str:
    return resources.files("standby.travel").joinpath("profiles", f"{name}.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", module.PROFILES)
def test_every_number_has_a_source(name: str) -> None:
    """Each figure of a packaged profile that is not zero has a source or is marked an assumption."""
    figures = read_profile(name).figures()
    assert len(figures) > 50
    assert [path for path, figure in figures.items() if figure.value and not figure.source] == []


def test_vocabularies_agree() -> None:
    """The words that a profile may use are those of the graph."""
    assert get_args(module.ClassName) == _codes.CLASSES
    assert get_args(module.AccessName) == _codes.ACCESS
    assert set(get_args(module.NodeName)) < set(_codes.NODE_KINDS)


def test_own_profile_file(tmp_path: Path) -> None:
    """A profile of one's own is a file; a draw of its figures is another profile."""
    path = tmp_path / "mine.toml"
    path.write_text(_text("car").replace('name = "car"', 'name = "mine"'), encoding="utf-8")
    mine = read_profile(path)
    assert mine.name == "mine"
    assert mine.at({"limits.share": 0.9}).figures()["limits.share"].value == 0.9
    assert mine.at({"limits.share": 0.9}).figures()["limits.share"].certain
    with pytest.raises(RoadsError, match="no figures"):
        mine.at({"limits.shear": 1})


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("value = 68, low = 55", "value = 0, low = 0", "speeds.primary.open_kph is 0"),
        ("[speeds.track]", "[speeds.trail]", "trail"),
        ('access = ["open"', 'access = ["anyone"', "access"),
        ("exceed_kph = 0", "exceed_kph = -5", "exceed_kph is -5"),
        ('source = "dft_travel_times"', 'source = "hearsay"', "hearsay"),
        ("weekday = [0.92,", "weekday = [", "24 numbers"),
        ("share = { value = 0.85", "shares = { value = 0.85", "limits.share"),
    ],
)  # fmt: skip
def test_faults_of_a_profile(tmp_path: Path, old: str, new: str, said: str) -> None:
    """A zero speed, an unknown word, an unexplained source: each is named by its path."""
    text = _text("car")
    assert old in text
    (tmp_path / "p.toml").write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(RoadsError, match=said):
        read_profile(tmp_path / "p.toml")


def test_faults_come_together(tmp_path: Path) -> None:
    """Two faults are named in one message; a file that is no TOML says where."""
    text = (
        _text("car").replace("exceed_kph = 0", "exceed_kph = -5").replace("[speeds.track]", "[speeds.trail]")
    )
    (tmp_path / "p.toml").write_text(text, encoding="utf-8")
    with pytest.raises(RoadsError, match=r"(?s)trail.*exceed_kph|exceed_kph.*trail"):
        read_profile(tmp_path / "p.toml")
    (tmp_path / "q.toml").write_text("[rules", encoding="utf-8")
    with pytest.raises(RoadsError, match="TOML"):
        read_profile(tmp_path / "q.toml")


@pytest.mark.parametrize("name", module.PROFILES)
def test_hours(name: str) -> None:
    """A packaged profile has a factor for each of the 168 hours, near one on average over a day."""
    document = tomllib.loads(_text(name))["hours"]
    hours = read_profile(name).hours
    assert hours is not None
    assert [hours.factor(h) for h in range(24)] == document["weekday"]
    assert hours.factor(5 * 24 + 9) == document["saturday"][9]
    assert hours.factor(167) == document["sunday"][23]
    assert abs(np.mean(document["weekday"]) - 1) < 0.05
