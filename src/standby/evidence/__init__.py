"""What was said, by whom, and how sure it is: figures, sources, draws and the manifest."""

from standby.evidence.draws import SCRAMBLES, Draws, draw, standard_error
from standby.evidence.figure import Day, Figure, Kind, Range, Shape, as_figure, is_too_large
from standby.evidence.manifest import Manifest, library_versions
from standby.evidence.quantiles import quantile, shape_of
from standby.evidence.source import ASSUMPTION, Quality, Source

__all__ = [
    "ASSUMPTION",
    "SCRAMBLES",
    "Day",
    "Draws",
    "Figure",
    "Kind",
    "Manifest",
    "Quality",
    "Range",
    "Shape",
    "Source",
    "as_figure",
    "draw",
    "is_too_large",
    "library_versions",
    "quantile",
    "shape_of",
    "standard_error",
]
