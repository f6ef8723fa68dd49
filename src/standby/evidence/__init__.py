"""What was said, by whom, and how sure it is: figures, sources, draws, dated series and the manifest."""

from standby.evidence.claims import (
    COMPARED,
    FRACTIONS,
    MULTIPLES,
    QUANTITIES,
    QUANTITY_OF,
    Allowed,
    Compared,
    Judgement,
    Quantity,
    Verdict,
    allowed,
    judge_claim,
)
from standby.evidence.draws import SCRAMBLES, Draws, draw, standard_error
from standby.evidence.figure import Day, Figure, Kind, Range, Shape, as_figure, is_too_large
from standby.evidence.manifest import Manifest, library_versions
from standby.evidence.quantiles import quantile, shape_of
from standby.evidence.series import COUNTS, THREAT_LEVELS, Counts, Dated, Series, Spell
from standby.evidence.source import ASSUMPTION, Quality, Source
from standby.evidence.stages import Stages, stages
from standby.evidence.trend import TargetDate, Trend, target_date, trend

__all__ = [
    "ASSUMPTION",
    "COMPARED",
    "COUNTS",
    "FRACTIONS",
    "MULTIPLES",
    "QUANTITIES",
    "QUANTITY_OF",
    "SCRAMBLES",
    "THREAT_LEVELS",
    "Allowed",
    "Compared",
    "Counts",
    "Dated",
    "Day",
    "Draws",
    "Figure",
    "Judgement",
    "Kind",
    "Manifest",
    "Quality",
    "Quantity",
    "Range",
    "Series",
    "Shape",
    "Source",
    "Spell",
    "Stages",
    "TargetDate",
    "Trend",
    "Verdict",
    "allowed",
    "as_figure",
    "draw",
    "is_too_large",
    "judge_claim",
    "library_versions",
    "quantile",
    "shape_of",
    "stages",
    "standard_error",
    "target_date",
    "trend",
]
