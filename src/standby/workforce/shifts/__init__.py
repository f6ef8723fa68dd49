"""Shift patterns: what they give, how many officers they take, and the rules they keep; no plan is seen.

`pattern.py` says what a pattern is, `named.py` has those that are widely known, `measures.py` says what one
gives, `relief.py` how many officers a post takes, `crewed.py` how many crewed units the officers on a roster
make, `rules.py` which rules a pattern breaks, `calendar.py` what a team's diary says. `design.py`
finds one for the units that are wanted by hour, with `standby.workforce.cyclic_pattern`.
"""

from standby.workforce.shifts.calendar import calendar_text
from standby.workforce.shifts.crewed import CrewedUnits, Skill, chance_of_complete_weeks, crewed_units
from standby.workforce.shifts.design import DesignedPattern, design_pattern
from standby.workforce.shifts.measures import (
    PatternMeasures,
    TeamDifferences,
    measure_pattern,
    team_differences,
)
from standby.workforce.shifts.named import NAMED_PATTERNS
from standby.workforce.shifts.pattern import (
    OFF,
    Shift,
    ShiftPattern,
    even_teams,
    officers_by_hour,
    shift_between,
    staggered_pattern,
)
from standby.workforce.shifts.relief import (
    Abstraction,
    PatternRelief,
    implied_abstraction,
    relief_from_pattern,
)
from standby.workforce.shifts.rules import SHIFT_RULES, PatternCheck, ShiftRule, Violation, check_pattern

__all__ = [
    "NAMED_PATTERNS",
    "OFF",
    "SHIFT_RULES",
    "Abstraction",
    "CrewedUnits",
    "DesignedPattern",
    "PatternCheck",
    "PatternMeasures",
    "PatternRelief",
    "Shift",
    "ShiftPattern",
    "ShiftRule",
    "Skill",
    "TeamDifferences",
    "Violation",
    "calendar_text",
    "chance_of_complete_weeks",
    "check_pattern",
    "crewed_units",
    "design_pattern",
    "even_teams",
    "implied_abstraction",
    "measure_pattern",
    "officers_by_hour",
    "relief_from_pattern",
    "shift_between",
    "staggered_pattern",
    "team_differences",
]
