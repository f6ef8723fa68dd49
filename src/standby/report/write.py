"""The front door: an appraisal, written for readers and for programs, in one edition."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal

from standby._refusals import Refusal
from standby._run import Progress
from standby.appraise import Appraisal
from standby.disclosure import (
    WHAT_IS_LEFT_OUT,
    Edition,
    PublicEditionError,
    default_edition,
    public_manifest,
    public_plan,
    public_sentences,
    publish,
)
from standby.report.content import Content
from standby.report.files.files import write_csv, write_geopackage, write_json
from standby.report.files.folder import MARKER, check_folder, whole_folder
from standby.report.files.workbook import write_workbook
from standby.report.pages.page import REPORT_PAGE, write_html
from standby.report.written import PUBLIC_FOLDER, Report

Format = Literal["html", "csv", "json", "xlsx", "gpkg"]

WRITERS: Mapping[Format, Callable[[Content, Path], list[Path]]] = {
    "html": write_html,
    "csv": write_csv,
    "json": write_json,
    "xlsx": write_workbook,
    "gpkg": write_geopackage,
}
FORMATS: tuple[Format, ...] = tuple(WRITERS)
"""What a report can be written as."""


def report(
    appraisal: Appraisal,
    folder: str | Path,
    *,
    edition: Edition | None = None,
    formats: Sequence[Format] = FORMATS,
    tried: bool = True,
    progress: Progress | None = None,
) -> Report:
    """Write an appraisal as a page, tables, workbook and map layers.

    The files are written beside the folder and moved there whole. A folder that Standby wrote is written
    anew; one with files of anybody else is refused.

    Parameters
    ----------
    appraisal
        What `standby.appraise.appraise` returned.
    folder
        Where to write; made when it does not exist.
    edition
        ``public``: the whole region in round numbers, nothing by force, place, site, unit or hour.
        ``internal``: everything, marked. ``full``: everything, of a plan whose bases are invented, with the
        public edition in the folder ``public-edition`` as what a force would publish. Left out: ``full``
        where bases are invented, ``public`` elsewhere.
    formats
        Which of ``html``, ``csv``, ``json``, ``xlsx`` and ``gpkg``.
    tried, progress
        As for `standby.disclosure.publish`.

    Returns
    -------
    Report
        Paths of the files.

    Raises
    ------
    ValueError
        If the edition or a format is not known.
    FolderError
        If the folder holds files that Standby did not write.
    PublicEditionError
        If the public edition would name a base or a unit, e.g. in the public name of an option.
    ReleaseError
        If a reader of the public edition could work out more of where units stand than they would guess.
    MissingLibraryError
        If the package was installed without the browser libraries that the page draws with.
    """
    unknown = [f for f in formats if f not in WRITERS]
    if unknown or not formats:
        raise Refusal(
            f"formats has {', '.join(map(repr, unknown)) or 'nothing'}", f"choose from {', '.join(FORMATS)}"
        )
    target = Path(folder)
    check_folder(target)  # before the work
    if edition is None:
        edition = default_edition(appraisal.plan)

    content = content_of(appraisal, edition, tried=tried, progress=progress)
    public: Content | None = None
    if edition == "full":
        try:
            public = content_of(appraisal, "public")
        except PublicEditionError as error:
            content = replace(content, no_public_page=str(error))
        else:
            content = replace(content, public_page=f"{PUBLIC_FOLDER}/{REPORT_PAGE}")

    with whole_folder(target, private=edition == "internal", marking=content.marking) as made:
        files = _write(content, formats, made)
        if public is not None:
            beside = made / PUBLIC_FOLDER
            beside.mkdir()
            files += _write(public, formats, beside)
        names = [path.relative_to(made) for path in files]
    paths = (*(target / name for name in names), target / MARKER)
    return Report(target, edition, paths, content.no_public_page)


def _write(content: Content, formats: Sequence[Format], folder: Path) -> list[Path]:
    """Write an edition in some formats, in the order in which they are listed; return the paths."""
    return [path for name in FORMATS if name in formats for path in WRITERS[name](content, folder)]


def content_of(
    appraisal: Appraisal, edition: Edition, *, tried: bool = True, progress: Progress | None = None
) -> Content:
    """Return what an edition of an appraisal holds.

    Parameters
    ----------
    appraisal
        What `standby.appraise.appraise` returned.
    edition
        ``public``, ``internal`` or ``full``.
    tried, progress
        As for `standby.disclosure.publish`.

    Raises
    ------
    ValueError
        If the edition is not known.
    PublicEditionError, ReleaseError
        If the public edition would name a base or a unit, or give away where they stand.
    """
    plan = appraisal.plan
    sentences = tuple(appraisal.sentences)
    manifest = appraisal.manifest
    left_out: tuple[str, ...] = ()
    tables = publish(appraisal.tables, plan, edition, tried=tried, progress=progress)

    if edition == "public":
        sentences = public_sentences(plan, sentences, tables)
        manifest = public_manifest(plan, manifest)
        left_out = WHAT_IS_LEFT_OUT
        plan = public_plan(plan)

    return Content(edition, plan, tables, sentences, manifest, appraisal.draws, appraisal.seed, left_out)
