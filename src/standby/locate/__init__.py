"""Where units should stand by, with proof.

Modules are imported when a name of theirs is first used, as ``standby --help`` reads the options of siting.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from standby.locate.errors import (
        InfeasibleError,
        NoAnswerYetError,
        PlanInfeasibleError,
        SitingCheckError,
        SitingInputError,
        SolverMissingError,
    )
    from standby.locate.models.bacop1 import bacop1
    from standby.locate.models.bacop2 import bacop2
    from standby.locate.models.compliance_table import ComplianceTable, compliance_table
    from standby.locate.models.cover_model import CoverPlan, cover_model
    from standby.locate.models.dsm import dsm
    from standby.locate.models.lscp import lscp
    from standby.locate.models.malp1 import malp1, units_for_reliability
    from standby.locate.models.malp2 import local_load, malp2
    from standby.locate.models.mclp import mclp
    from standby.locate.models.mexclp import mexclp
    from standby.locate.models.needs import Arrival, Fleet, Need, SiteRules
    from standby.locate.models.p_centre import p_centre
    from standby.locate.models.p_median import p_median
    from standby.locate.models.pareto import Curve, CurvePoint, pareto
    from standby.locate.result import Progress, Siting, SolveOptions
    from standby.locate.siting.locate import Located, locate, refuse_large_plan
    from standby.locate.siting.models import Yardstick
    from standby.locate.siting.options import LocateOptions

_HOMES = {
    "InfeasibleError": "errors",
    "NoAnswerYetError": "errors",
    "PlanInfeasibleError": "errors",
    "SitingCheckError": "errors",
    "SitingInputError": "errors",
    "SolverMissingError": "errors",
    "bacop1": "models.bacop1",
    "bacop2": "models.bacop2",
    "ComplianceTable": "models.compliance_table",
    "compliance_table": "models.compliance_table",
    "CoverPlan": "models.cover_model",
    "cover_model": "models.cover_model",
    "dsm": "models.dsm",
    "lscp": "models.lscp",
    "malp1": "models.malp1",
    "units_for_reliability": "models.malp1",
    "local_load": "models.malp2",
    "malp2": "models.malp2",
    "mclp": "models.mclp",
    "mexclp": "models.mexclp",
    "Arrival": "models.needs",
    "Fleet": "models.needs",
    "Need": "models.needs",
    "SiteRules": "models.needs",
    "p_centre": "models.p_centre",
    "p_median": "models.p_median",
    "Curve": "models.pareto",
    "CurvePoint": "models.pareto",
    "pareto": "models.pareto",
    "Progress": "result",
    "Siting": "result",
    "SolveOptions": "result",
    "Located": "siting.locate",
    "locate": "siting.locate",
    "refuse_large_plan": "siting.locate",
    "Yardstick": "siting.models",
    "LocateOptions": "siting.options",
}

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


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'standby.locate' has no attribute {name!r}")
    return getattr(import_module(f"standby.locate.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
