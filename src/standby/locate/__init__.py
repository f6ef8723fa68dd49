"""Where units should stand by, with proof."""

from standby.locate._backup import bacop1, bacop2, dsm
from standby.locate._busy import local_load, malp1, malp2, mexclp, units_for_reliability
from standby.locate._compliance import ComplianceTable, compliance_table
from standby.locate._covering import lscp, mclp
from standby.locate._distance import p_centre, p_median
from standby.locate._general import CoverPlan, cover_model
from standby.locate._need import Arrival, Fleet, Need, SiteRules
from standby.locate._pareto import Curve, CurvePoint, pareto
from standby.locate._plan import Located, LocateOptions, locate, refuse_large_plan
from standby.locate._plan_models import Yardstick
from standby.locate._plan_request import PlanInfeasibleError
from standby.locate._result import (
    InfeasibleError,
    NoAnswerYetError,
    Progress,
    Siting,
    SitingCheckError,
    SitingInputError,
    SolveOptions,
    SolverMissingError,
)

__all__ = [
    "Arrival",
    "ComplianceTable",
    "CoverPlan",
    "Curve",
    "CurvePoint",
    "Fleet",
    "InfeasibleError",
    "LocateOptions",
    "Located",
    "Need",
    "NoAnswerYetError",
    "PlanInfeasibleError",
    "Progress",
    "SiteRules",
    "Siting",
    "SitingCheckError",
    "SitingInputError",
    "SolveOptions",
    "SolverMissingError",
    "Yardstick",
    "bacop1",
    "bacop2",
    "compliance_table",
    "cover_model",
    "dsm",
    "local_load",
    "locate",
    "lscp",
    "malp1",
    "malp2",
    "mclp",
    "mexclp",
    "p_centre",
    "p_median",
    "pareto",
    "refuse_large_plan",
    "units_for_reliability",
]
