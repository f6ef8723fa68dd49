"""Can it be staffed: posts, officers, courses and the years to a target.

Every function takes scalars or one number for each draw, shape (draws,), and returns the broadcast shape;
months, years or grades, where there are any, are on the last axis. Results are expected values.
`cyclic_pattern` is apart: it takes requirements by shift and day of the week, and finds a shift pattern.
So is `project_pipeline`: it takes stocks and monthly rates by draw and role, and gives stocks and flows by
draw, month and role, of whole officers or of expected values.
"""

from standby.workforce.delivery import Delivery, delivery
from standby.workforce.flow import StrengthPath, monthly_staying, project_strength, strength_path
from standby.workforce.grades import (
    expected_service,
    steady_shares,
    steady_stocks,
    stocks,
    stocks_at_size,
    wastage,
)
from standby.workforce.intake import Intake, course_intake, month_shares
from standby.workforce.moves import NOBODY, Moves, moves
from standby.workforce.patterns import (
    CyclicPattern,
    PatternCheckError,
    PatternStatus,
    cyclic_pattern,
)
from standby.workforce.pipeline import (
    LEFT,
    UNARMED,
    Absence,
    Courses,
    IntakePlan,
    Move,
    Pipeline,
    PipelinePath,
    PlanStatus,
    Reaccreditation,
    Relief,
    TurningPoint,
    Volunteers,
    Worth,
    intake_turning_point,
    plan_intake,
    project_pipeline,
    worth_of_one_more,
)
from standby.workforce.relief import (
    HOURS_PER_WEEK,
    OfficersNeeded,
    UnitsSustained,
    officers_for_posts,
    officers_per_unit,
    posts_from_officers,
    relief_factor,
)
from standby.workforce.spare import Filled, add_to_posts, fill_posts
from standby.workforce.staff import (
    Staff,
    Staffing,
    by_force,
    by_force_and_tier,
    crew_by_tier,
    spare_rule,
    staff,
    staffing,
    staffing_table,
)
from standby.workforce.strength import StaffingGap, deployable, gap, strength_for_deployable
from standby.workforce.target import SeatsNeeded, TargetTime, seats_needed, years_to_target
from standby.workforce.training import COURSE_DAYS_A_WEEK, training_table

__all__ = [
    "COURSE_DAYS_A_WEEK",
    "HOURS_PER_WEEK",
    "LEFT",
    "NOBODY",
    "UNARMED",
    "Absence",
    "Courses",
    "CyclicPattern",
    "Delivery",
    "Filled",
    "Intake",
    "IntakePlan",
    "Move",
    "Moves",
    "OfficersNeeded",
    "PatternCheckError",
    "PatternStatus",
    "Pipeline",
    "PipelinePath",
    "PlanStatus",
    "Reaccreditation",
    "Relief",
    "SeatsNeeded",
    "Staff",
    "Staffing",
    "StaffingGap",
    "StrengthPath",
    "TargetTime",
    "TurningPoint",
    "UnitsSustained",
    "Volunteers",
    "Worth",
    "add_to_posts",
    "by_force",
    "by_force_and_tier",
    "course_intake",
    "crew_by_tier",
    "cyclic_pattern",
    "delivery",
    "deployable",
    "expected_service",
    "fill_posts",
    "gap",
    "intake_turning_point",
    "month_shares",
    "monthly_staying",
    "moves",
    "officers_for_posts",
    "officers_per_unit",
    "plan_intake",
    "posts_from_officers",
    "project_pipeline",
    "project_strength",
    "relief_factor",
    "seats_needed",
    "spare_rule",
    "staff",
    "staffing",
    "staffing_table",
    "steady_shares",
    "steady_stocks",
    "stocks",
    "stocks_at_size",
    "strength_for_deployable",
    "strength_path",
    "training_table",
    "wastage",
    "worth_of_one_more",
    "years_to_target",
]
