"""Say it: tables, pictures and pages, public, internal, or full where bases are invented."""

from standby.report.content import INTERNAL_MARKING, INVENTED, Content, marking_of
from standby.report.files.folder import FolderError, whole_folder
from standby.report.files.released import read_release
from standby.report.files.spreadsheet import write_table
from standby.report.pages.log import write_log_page
from standby.report.pages.page import MissingLibraryError, html
from standby.report.pages.siting import write_siting
from standby.report.picture import picture
from standby.report.write import FORMATS, Format, content_of, report
from standby.report.written import Report

__all__ = [
    "FORMATS",
    "INTERNAL_MARKING",
    "INVENTED",
    "Content",
    "FolderError",
    "Format",
    "MissingLibraryError",
    "Report",
    "content_of",
    "html",
    "marking_of",
    "picture",
    "read_release",
    "report",
    "whole_folder",
    "write_log_page",
    "write_siting",
    "write_table",
]
