"""Patrols as a planner writes them: what is wrong is named by file, row and field; options change them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from standby.evidence.draws import draw
from standby.plan import Fault, Plan, check, open_plan, plan_arrays
from standby.plan.schema.tables import TABLES

HEADING = "id,unit,provider,area,class,site,lon,lat,spread,share,share_low,share_high,turnout_min,source"
GOOD = "good,mid-arv,home,moor,,,,,,0.3,0.1,0.5,0,invented"
VILLAGES = {"id": "villages", "unit": "mid-arv", "provider": "home", "class": "village", "share": 0.25}


def with_rows(folder: Path, *rows: str) -> Path:
    """Write the patrols of a plan."""
    (folder / "patrols.csv").write_text("\n".join([HEADING, *rows, ""]), encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("row", "field", "said"),
    [
        ("p,mid-arv,home,,,,,,,0.3,,,,invented", "area", "is empty, and so are class, site, lon and lat"),
        ("p,mid-arv,home,moor,,westham,,,,0.3,,,,invented", "site", "is given beside area"),
        ("p,mid-arv,home,,village,,-3.5,50.7,,0.3,,,,invented", "lon, lat", "is given beside class"),
        ("p,mid-arv,home,,,,-3.5,,,0.3,,,,invented", "lat", "is missing beside lon"),
        ("p,mid-arv,home,,,,50.7,-3.5,,0.3,,,,invented", "lon, lat", "exchanged"),
        ("p,mid-arv,next,moor,,,,,,0.3,,,,invented", "provider", "is one of 'home'"),
        ("p,nobody,home,moor,,,,,,0.3,,,,invented", "unit", "'nobody', which is not known"),
        ("p,mid-arv,home,sea,,,,,,0.3,,,,invented", "area", "'sea', which is not known"),
        ("p,east-arv,next,,village,,,,,0.3,,,,invented", "class", "'next' has no area of that class"),
        ("p,mid-arv,home,moor,,,,,odd,0.3,,,,invented", "spread", "is 'odd'"),
        ("p,mid-arv,home,moor,,,,,,1.3,,,,invented", "share", "must be at most 1"),
        ("p,mid-arv,home,moor,,,,,,,,,,invented", "share", "is empty"),
        ("p,mid-arv,home,,village,,,,,0.8,,,,invented", "share", "to 110.0% of its time"),
        ("good,mid-arv,home,moor,,,,,,0.3,,,,invented", "id", "good"),
    ],
)
def test_what_is_wrong_is_named(tiny: Path, row: str, field: str, said: str) -> None:
    """A fault of a patrol has its file, its row and its field, and says what would be right."""
    assert check(with_rows(tiny, GOOD)).ok
    found = [
        f for f in check(with_rows(tiny, GOOD, row)).faults if f.file == "patrols.csv" and f.field == field
    ]
    assert found
    assert said in found[0].what + found[0].fix
    assert "3" in found[0].where
    assert found[0].fix


def test_all_faults_come_at_once(tiny: Path) -> None:
    """Several faulty patrols are all named."""
    rows = ["a,mid-arv,home,,,,,,,0.3,,,,invented", "b,mid-arv,next,moor,,,,,,0.3,,,,invented"]
    places = {(fault.where, fault.field) for fault in check(with_rows(tiny, *rows)).faults}
    assert len(places) == 2


def test_areas_without_people_are_shared_out_evenly(
    tiny: Path, edit: Callable[[str, str, str], Path]
) -> None:
    """A class in which nobody lives has to be patrolled evenly, and is told so."""
    edit("areas.csv", "eastport,Eastport,-2.90,50.70,50000,town", "eastport,Eastport,-2.90,50.70,50000,city")
    edit("areas.csv", "moor,Moor,-3.90,50.95,4000,village", "moor,Moor,-3.90,50.95,0,empty")
    edit("areas.csv", "northley,Northley,-3.50,50.95,8000", "northley,Northley,-3.50,50.95,12000")
    text = (tiny / "plan.toml").read_text(encoding="utf-8")
    for name in ("city", "empty"):
        text += f'\n[classes.{name}]\nname = "{name}"\nsetting = "rural"\ntravel_class = "rural_town"\n'
    (tiny / "plan.toml").write_text(text, encoding="utf-8")
    row = "p,mid-arv,home,,empty,,,,{},0.3,,,,invented"
    faults = check(with_rows(tiny, row.format("people"))).faults
    assert [(fault.field, fault.fix) for fault in faults if fault.file == "patrols.csv"] == [
        ("spread", "Write evenly")
    ]
    assert not [f for f in check(with_rows(tiny, row.format("evenly"))).faults if f.file == "patrols.csv"]


def test_a_table_of_minutes_needs_a_site(tiny: Path, edit: Callable[[str, str, str], Path]) -> None:
    """Where minutes come from a table, a patrol has to be at a site."""
    edit("plan.toml", "[travel]\n", '[travel]\nmethod = "matrix"\nmatrix = "minutes.csv"\n')
    sites, places = ("midtown", "westham", "eastport"), (
        "midtown", "westham", "northley", "moor", "coombe", "eastport", "market", "pier",
    )  # fmt: skip
    rows = [f"{s},{p},{10 * i + j}" for i, s in enumerate(sites) for j, p in enumerate(places)]
    (tiny / "minutes.csv").write_text("\n".join(["site,place,minutes", *rows]), encoding="utf-8")
    faults = check(with_rows(tiny, GOOD)).faults
    assert [fault.field for fault in faults] == ["site"]
    assert "no minutes from anywhere else" in faults[0].what
    assert check(with_rows(tiny, "p,mid-arv,home,,,westham,,,,0.3,,,,invented")).ok


def test_options_change_patrols(lay: Callable[..., Plan]) -> None:
    """An option adds patrols, and they are those of the unit in it alone."""
    plan = lay(add={"patrols": [VILLAGES]})
    arrays = plan_arrays(plan)
    assert arrays.patrols.ids == ("villages",)
    assert arrays.patrols.share.tolist() == [0.25]
    assert np.isnan(arrays.patrols.turnout_min).all()
    own = np.array([name == "mid-arv" for name in arrays.units.ids])
    assert (arrays.patrols.of_unit[:, 0] == own).all()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"add": {"patrols": [{**VILLAGES, "share": 0.8}]}}, "to 110.0% of its time"),
        ({"add": {"patrols": [{**VILLAGES, "area": "moor"}]}}, "is given beside area"),
        ({"remove": {"units": ["mid-arv"]}}, "where patrols still has good"),
        ({"change": {"patrols": [{"id": "good", "area": "sea"}]}}, "'sea', which is not known"),
    ],
)
def test_an_option_is_told_what_its_patrols_lack(
    tiny: Path, faults: Callable[..., list[Fault]], changes: dict[str, Any], said: str
) -> None:
    """An option whose patrols make no sense over the base is named with what is wrong."""
    with_rows(tiny, GOOD)
    found = faults(**changes)
    assert [fault for fault in found if said in fault.what], found
    assert all(fault.where.startswith("options.new") for fault in found)


def test_shares_are_figures(tiny: Path) -> None:
    """A share with bounds is drawn between them, together with the others unless a group says otherwise."""
    arrays = plan_arrays(open_plan(with_rows(tiny, GOOD)))
    assert "group:patrols.share" in arrays.dimensions
    drawn = arrays.drawn(draw(arrays.dimensions, 64, seed=1, scrambles=2))
    shares = drawn.patrols.share[:, 0]
    assert shares.std() > 0.05
    assert 0.0 <= shares.min() < 0.15
    assert 0.45 < shares.max() <= 1.0


def test_patrols_are_secret_and_may_be_left_out() -> None:
    """Where units are is as secret as their sites, and no older plan has the table."""
    assert TABLES["patrols"].secret
    assert TABLES["patrols"].optional


def test_hours_given_to_another_force(tiny: Path, faults: Callable[..., list[Fault]]) -> None:
    """A unit that is another force's during some hours can't keep the patrols of its own force in these."""
    with_rows(tiny, GOOD)
    change = {"id": "mid-arv", "provider": "next", "site": "eastport", "during": "fri-sat 18:00-04:00"}
    found = [fault for fault in faults(change={"units": [change]}) if "mid-arv:during" in fault.what]
    assert len(found) == 1
    assert "is 'home', but unit 'mid-arv:during' is one of 'next'" in found[0].what
    assert "Remove the patrol" in found[0].fix


def test_a_spread_that_is_not_used_is_noted(tiny: Path) -> None:
    """A spread is of the areas of a class: beside an area it does nothing, and that is said."""
    rows = [
        "a,mid-arv,home,moor,,,,,calls,0.1,,,,invented",
        "b,mid-arv,home,,village,,,,calls,0.1,,,,invented",
    ]
    found = [note for note in check(with_rows(tiny, *rows)).notes if "spread" in note.subject]
    assert [note.subject for note in found] == ["patrols[a].spread"]
    assert "is 'calls' and not used" in found[0].text
