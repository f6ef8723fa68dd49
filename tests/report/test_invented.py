"""A plan whose bases are invented: everything is shown, and every page, map, sheet and file says so."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas
import openpyxl
import pandas as pd
import pytest

from standby._refusals import Refusal
from standby.appraise import Appraisal
from standby.disclosure import default_edition
from standby.locate import locate
from standby.plan import Plan
from standby.report import INTERNAL_MARKING, content_of, html, report, write_siting
from standby.report.files.folder import MARKER
from standby.travel import travel_times

WORDS = "bases and units are invented"
PUBLIC = "public-edition"


def with_real_bases(plan: Plan) -> Plan:
    """Return a plan that declares nothing of its bases."""
    about = plan.document.plan.model_copy(update={"bases": "real"})
    return replace(plan, document=plan.document.model_copy(update={"plan": about}))


def of(made: Any, plan: Plan) -> Any:
    """Return the appraisal of another plan with the same results."""
    return type(made)(**{**vars(made), "plan": plan})


def texts(path: Path) -> Iterator[tuple[str, str]]:
    """Yield each part of a file that is looked at by itself (a sheet, a layer, a row), and its text."""
    if path.suffix == ".xlsx":
        for sheet in openpyxl.load_workbook(path):
            cells = "\n".join(str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value)
            yield f"{path.name}, {sheet.title}, cells", cells
            yield f"{path.name}, {sheet.title}, header", str(sheet.oddHeader.center.text)
    elif path.suffix == ".gpkg":
        for layer in geopandas.list_layers(path)["name"]:
            for marking in geopandas.read_file(path, layer=layer)["marking"]:
                yield f"{path.name}, {layer}", str(marking)
    elif path.suffix == ".csv":
        table = pd.read_csv(path)
        if table.empty:
            yield path.name, ", ".join(table)  # without rows there is the heading alone
        for marking in table["marking"] if len(table) else ():
            yield path.name, str(marking)
    else:
        yield path.name, path.read_text(encoding="utf-8")


def unmarked(paths: tuple[Path, ...], words: str) -> list[str]:
    """Return the parts of files in which some words do not stand."""
    parts = [part for path in paths for part in texts(path)]
    assert len(parts) > len(paths) / 2
    return [name for name, text in parts if words not in text]


@pytest.mark.parametrize("edition", [None, "full", "internal", "public"])
def test_it_stands_in_every_file(made: Any, tmp_path: Path, edition: Any) -> None:
    """Whatever the edition, the words stand in every file, sheet, layer and table of an invented plan."""
    done = report(made, tmp_path / "out", edition=edition)
    assert {path.suffix for path in done.paths} >= {".html", ".csv", ".json", ".xlsx"}
    assert unmarked(done.paths, WORDS) == []


def test_it_stands_in_every_file_of_a_real_appraisal(
    appraised: Mapping[str, Appraisal], tmp_path: Path
) -> None:
    """The same of the tables that a real appraisal gives, those without rows among them."""
    done = report(appraised["tiny"], tmp_path / "out")
    assert any(path.suffix == ".gpkg" for path in done.paths)
    assert unmarked(done.paths, WORDS) == []


def test_it_stands_in_every_file_of_a_siting(tiny: Plan, tmp_path: Path) -> None:
    """The page of a siting, its map and its tables say it, in either edition."""
    located = locate(tiny, travel_times(tiny), units=2)
    for edition in (None, "public"):
        done = write_siting(tiny, located, tmp_path / str(edition), edition=edition)  # type: ignore[arg-type]
        assert unmarked(done.paths, WORDS) == []
    page = (tmp_path / "None" / "siting.html").read_text(encoding="utf-8")
    assert f"Sites, and who gains and loses ({WORDS})" in page


def test_every_sheet_and_map_of_the_page_says_it(made: Any) -> None:
    """The words head and end the page, stand in the margins of each printed sheet, and name each map."""
    page = html(content_of(made, "full"))
    marking = f"OFFICIAL – FULL EDITION – {WORDS}"
    assert page.count(f">{marking}</div>") == 2
    assert f'@top-center {{ content: "{marking}"; }} @bottom-center {{ content: "{marking}"; }}' in page
    captions = page.count("<figcaption>Response by area")
    assert captions == page.count(f"<figcaption>Response by area ({WORDS})</figcaption>") == 1
    assert "Bases and units are invented.</strong> The county is made up" in page


def test_everything_is_shown(made: Any, tmp_path: Path) -> None:
    """What is made by default holds every table, the maps of minutes and the places served worst."""
    done = report(made, tmp_path / "out")
    assert done.edition == "full"
    assert set(content_of(made, "full").tables) == set(content_of(made, "internal").tables)
    assert {"areas.csv", "worst.csv", "units.csv"} <= {path.name for path in done.paths}
    assert (tmp_path / "out" / "results.gpkg").is_file()
    assert INTERNAL_MARKING not in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


def test_the_public_edition_lies_beside_it(made: Any, tmp_path: Path) -> None:
    """Beside a full edition lies what a force would publish, and the first page leads there."""
    done = report(made, tmp_path / "out")
    alone = report(made, tmp_path / "alone", edition="public")
    assert done.public_page == tmp_path / "out" / PUBLIC / "report.html"
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert f'<a href="{PUBLIC}/report.html">' in page

    beside = {p.relative_to(tmp_path / "out" / PUBLIC).as_posix(): p for p in done.paths if PUBLIC in p.parts}
    assert set(beside) == {p.relative_to(alone.folder).as_posix() for p in alone.paths} - {MARKER}
    assert all(p.read_bytes() == (alone.folder / name).read_bytes() for name, p in beside.items())


def test_public_alone_is_public(made: Any, tmp_path: Path) -> None:
    """A public edition that is asked for has no other beside it, and no map of places."""
    done = report(made, tmp_path / "out", edition="public")
    assert done.public_page is None
    assert not (tmp_path / "out" / PUBLIC).exists()
    assert {"areas.csv", "units.csv", "results.gpkg"}.isdisjoint(path.name for path in done.paths)


def test_no_public_edition_is_said(made: Any, tmp_path: Path) -> None:
    """Where the public edition is refused for a name, the full one is written and says why."""
    plan = made.plan
    options = dict(plan.document.options)
    options["quicker"] = options["quicker"].model_copy(update={"name": "Quicker from Eastport"})
    named = replace(plan, document=plan.document.model_copy(update={"options": options}))
    tables = {**made.tables, "options": made.tables["options"].copy()}
    tables["options"].loc[tables["options"]["option"] == "quicker", "name"] = "Quicker from Eastport"

    other = type(made)(**{**vars(made), "plan": named, "tables": tables})
    done = report(other, tmp_path / "out")
    assert done.public_page is None
    assert "Eastport" in done.no_public_edition
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "There is no public edition beside this one" in page


def test_real_bases_have_no_full_edition(appraised: Mapping[str, Appraisal], tmp_path: Path) -> None:
    """Without the declaration the default is public, a full edition is refused, and nothing says invented."""
    made = appraised["south-west"]
    real = replace(made, plan=with_real_bases(made.plan))
    assert default_edition(real.plan) == "public"
    with pytest.raises(Refusal, match="only while its bases are declared to be invented"):
        report(real, tmp_path / "full", edition="full")
    assert not (tmp_path / "full").exists()

    done = report(real, tmp_path / "out")
    assert done.edition == "public"
    assert len(unmarked(done.paths, "PUBLIC EDITION")) == 0
    assert all(WORDS not in text for path in done.paths for _, text in texts(path))


def test_the_internal_edition_is_marked_in_every_file(
    appraised: Mapping[str, Appraisal], tmp_path: Path
) -> None:
    """Every file, sheet and layer of an internal edition has its marking, tables without rows too."""
    real = replace(appraised["tiny"], plan=with_real_bases(appraised["tiny"].plan))
    done = report(real, tmp_path / "out", edition="internal")
    assert any(path.suffix == ".gpkg" for path in done.paths)
    assert unmarked(done.paths, INTERNAL_MARKING) == []


EDITIONS = ["public", "internal", "full"]


@pytest.mark.parametrize("first", EDITIONS)
@pytest.mark.parametrize("second", EDITIONS)
def test_one_folder_holds_one_edition(made: Any, tmp_path: Path, first: Any, second: Any) -> None:
    """An edition that is written over another replaces it whole, as if nothing had been there."""
    report(made, tmp_path / "out", edition=first, formats=["csv", "gpkg"])
    report(made, tmp_path / "out", edition=second, formats=["csv", "json"])
    report(made, tmp_path / "new", edition=second, formats=["csv", "json"])

    def files(folder: Path) -> dict[str, bytes]:
        return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}

    assert files(tmp_path / "out") == files(tmp_path / "new")
    private = (tmp_path / "out").stat().st_mode & 0o077 == 0
    assert private == (second == "internal")


def test_a_file_of_one_edition_moved_into_another_is_refused(made: Any, tmp_path: Path) -> None:
    """A file of the internal edition that somebody put into a public folder is not overlooked."""
    report(made, tmp_path / "inside", edition="internal", formats=["csv"])
    report(made, tmp_path / "out", edition="public", formats=["csv"])
    units = (tmp_path / "inside" / "csv" / "units.csv").read_bytes()
    (tmp_path / "out" / "csv" / "units.csv").write_bytes(units)
    with pytest.raises(Refusal, match=r"units\.csv"):
        report(made, tmp_path / "out", edition="public", formats=["csv"])


def test_the_list_of_files_says_the_marking(made: Any, tmp_path: Path) -> None:
    """The file that names the others says which edition they are."""
    report(made, tmp_path / "out", edition="internal", formats=["csv"])
    assert INTERNAL_MARKING in json.loads((tmp_path / "out" / MARKER).read_text(encoding="utf-8"))["marking"]
