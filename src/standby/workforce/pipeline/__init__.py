"""The pipeline: volunteers, courses, reaccreditation, absences and losses by month and role.

Mathematics that takes arrays and needs no plan. `parameters.py` is what a planner says, `inputs.py` checks
it, `_kernels.py` is the month, `project.py` the front door, `path.py` what it gives, `worth.py`
what more of something would bring.
"""

from standby.workforce.pipeline.parameters import (
    LEFT,
    UNARMED,
    Absence,
    Courses,
    Move,
    Pipeline,
    Reaccreditation,
    Volunteers,
)
from standby.workforce.pipeline.path import PipelinePath
from standby.workforce.pipeline.project import project_pipeline
from standby.workforce.pipeline.worth import (
    TurningPoint,
    Worth,
    intake_turning_point,
    worth_of_one_more,
)

__all__ = [
    "LEFT",
    "UNARMED",
    "Absence",
    "Courses",
    "Move",
    "Pipeline",
    "PipelinePath",
    "Reaccreditation",
    "TurningPoint",
    "Volunteers",
    "Worth",
    "intake_turning_point",
    "project_pipeline",
    "worth_of_one_more",
]
