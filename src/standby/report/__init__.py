"""Say it: tables, pictures and pages, public, internal, or full where bases are invented."""

from standby.report.content import INTERNAL_MARKING, INVENTED, Content, marking_of
from standby.report.files.folder import MARKER, FolderError, check_folder, whole_folder
from standby.report.files.json_schema import results_schema
from standby.report.files.pattern import write_pattern
from standby.report.files.released import read_release
from standby.report.files.spreadsheet import marked, write_table
from standby.report.pages.log import write_log_page
from standby.report.pages.page import MissingLibraryError, html
from standby.report.pages.siting import write_siting
from standby.report.pages.siting_tables import (
    newly_held,
    siting_asked,
    siting_sentences,
    siting_tables,
)
from standby.report.picture import picture
from standby.report.write import FORMATS, Format, content_of, report
from standby.report.written import Report

__all__ = [
    "FORMATS",
    "INTERNAL_MARKING",
    "INVENTED",
    "MARKER",
    "Content",
    "FolderError",
    "Format",
    "MissingLibraryError",
    "Report",
    "check_folder",
    "content_of",
    "html",
    "marked",
    "marking_of",
    "newly_held",
    "picture",
    "read_release",
    "report",
    "results_schema",
    "siting_asked",
    "siting_sentences",
    "siting_tables",
    "whole_folder",
    "write_log_page",
    "write_pattern",
    "write_siting",
    "write_table",
]
