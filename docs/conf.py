"""Settings of the documentation site. Built by `make docs`; it needs no network and the pages ask no host."""

from __future__ import annotations

import sys
from importlib.metadata import version as installed_version
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

project = "Standby"
author = "The Standby maintainers"
copyright = "The Standby maintainers, Apache-2.0"
release = version = installed_version("standby")

extensions = [
    "myst_parser",
    "numpydoc",
    "sphinx.ext.autodoc",
    "mathml",  # docs/_ext: formulas as MathML, because MathJax would be fetched from another host
    "pages",  # docs/_ext: the reference pages that are made from the code
]
exclude_patterns = ["_build"]
root_doc = "index"

html_theme = "furo"
html_title = f"Standby {release}"
html_static_path = ["_static"]
html_css_files = ["standby.css"]
html_math_renderer = "mathml"
html_copy_source = False
html_show_sphinx = False

myst_enable_extensions = ["colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3

autodoc_typehints = "none"  # numpydoc's sections say it in words, with units
numpydoc_show_class_members = False
numpydoc_class_members_toctree = False
