"""What the planner wrote: the plan folder, its schema, its faults and its options."""

from standby._refusals import Fault
from standby.plan.arrays.arrays import PlanArrays, dimensions_of, plan_arrays
from standby.plan.arrays.places import place_table
from standby.plan.arrays.sections import MEASURES, Requirement, ScopeArrays, StandardArrays, UnitArrays
from standby.plan.checking.matrix import read_matrix
from standby.plan.faults import Note, PlanError, fault_lines, rows_text
from standby.plan.files.fingerprint import fingerprint_of_bases
from standby.plan.files.folder import PLAN_FILE
from standby.plan.open import Check, check, open_plan
from standby.plan.options import BASE, forces_opted_out, laid_over
from standby.plan.plan import Plan
from standby.plan.register import RegisterCounts, register, register_counts
from standby.plan.schema.changes import Option, Scenario, Statement
from standby.plan.schema.document import Document, Standard, main_standard
from standby.plan.schema.fields import ID, TravelClass
from standby.plan.schema.figures import Placed, figures_of
from standby.plan.schema.hours import DAYS, HOURS_A_WEEK, HOURS_A_YEAR, hours_of_week, hours_text
from standby.plan.schema.json_schema import json_schema
from standby.plan.schema.moments import LocalTimes, WrongTimeError, local_times
from standby.plan.series import judge_statement, series_of
from standby.plan.write import add_option, write_plan

__all__ = [
    "BASE",
    "DAYS",
    "HOURS_A_WEEK",
    "HOURS_A_YEAR",
    "ID",
    "MEASURES",
    "PLAN_FILE",
    "Check",
    "Document",
    "Fault",
    "LocalTimes",
    "Note",
    "Option",
    "Placed",
    "Plan",
    "PlanArrays",
    "PlanError",
    "RegisterCounts",
    "Requirement",
    "Scenario",
    "ScopeArrays",
    "Standard",
    "StandardArrays",
    "Statement",
    "TravelClass",
    "UnitArrays",
    "WrongTimeError",
    "add_option",
    "check",
    "dimensions_of",
    "fault_lines",
    "figures_of",
    "fingerprint_of_bases",
    "forces_opted_out",
    "hours_of_week",
    "hours_text",
    "json_schema",
    "judge_statement",
    "laid_over",
    "local_times",
    "main_standard",
    "open_plan",
    "place_table",
    "plan_arrays",
    "read_matrix",
    "register",
    "register_counts",
    "rows_text",
    "series_of",
    "write_plan",
]
