"""Where units should stand by, with proof."""

from standby.locate._covering import lscp, mclp
from standby.locate._distance import p_centre, p_median
from standby.locate._result import (
    InfeasibleError,
    Progress,
    Siting,
    SitingCheckError,
    SitingInputError,
    SolveOptions,
    SolverMissingError,
)

__all__ = [
    "InfeasibleError",
    "Progress",
    "Siting",
    "SitingCheckError",
    "SitingInputError",
    "SolveOptions",
    "SolverMissingError",
    "lscp",
    "mclp",
    "p_centre",
    "p_median",
]
