"""What makes a plan wrong, and what another room takes to check the files that it alone understands."""

from standby.plan.checking.against_schema import value_at
from standby.plan.checking.judged import Judged
from standby.plan.checking.notes import formula_notes

__all__ = ["Judged", "formula_notes", "value_at"]
