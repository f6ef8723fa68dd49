"""What the planner wrote: the plan folder, its schema, its faults and its options."""

from standby._refusals import Fault
from standby.plan.checking.matrix import read_matrix
from standby.plan.faults import Note, PlanError
from standby.plan.files.fingerprint import fingerprint_of_bases
from standby.plan.files.folder import PLAN_FILE
from standby.plan.open import Check, check, open_plan
from standby.plan.options import BASE
from standby.plan.plan import Plan
from standby.plan.register import RegisterCounts, register, register_counts
from standby.plan.resolve import Resolved, dimensions_of, resolve
from standby.plan.schema.changes import Option, Scenario, Statement
from standby.plan.schema.document import Document, Standard
from standby.plan.schema.figures import Placed, figures_of
from standby.plan.schema.hours import HOURS_A_WEEK, hours_of_week
from standby.plan.schema.json_schema import json_schema
from standby.plan.schema.moments import LocalTimes, WrongTimeError, local_times
from standby.plan.structure import Structure
from standby.plan.write import add_option, write_plan

__all__ = [
    "BASE",
    "HOURS_A_WEEK",
    "PLAN_FILE",
    "Check",
    "Document",
    "Fault",
    "LocalTimes",
    "Note",
    "Option",
    "Placed",
    "Plan",
    "PlanError",
    "RegisterCounts",
    "Resolved",
    "Scenario",
    "Standard",
    "Statement",
    "Structure",
    "WrongTimeError",
    "add_option",
    "check",
    "dimensions_of",
    "figures_of",
    "fingerprint_of_bases",
    "hours_of_week",
    "json_schema",
    "local_times",
    "open_plan",
    "read_matrix",
    "register",
    "register_counts",
    "resolve",
    "write_plan",
]
