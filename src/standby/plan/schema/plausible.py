"""Plausible ranges: from where to where each number of a plan ordinarily lies.

A number outside its range is possible, so it is a note and no fault; what is impossible is refused by the
field's own limits (`standby.plan.schema.fields`). The ranges are wide: they are for a missing point, a wrong
unit or a slip of a key, and not for an unusual force. Fields and columns name theirs where they are declared.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from standby._typing import Floats, Mask


@dataclass(frozen=True)
class Plausible:
    """A range in which a number ordinarily lies.

    Parameters
    ----------
    least, most
        Its ends, in the unit of the field; both are plausible.
    """

    least: float
    most: float

    def outside(self, values: Floats) -> Mask:
        """Return which values lie outside; a missing one does not.

        Parameters
        ----------
        values
            Numbers, any shape; NaN where nothing is given.
        """
        return np.asarray((values < self.least) | (values > self.most))

    def doubt(self, parts: Iterable[tuple[str, float | None]]) -> str | None:
        """Return what a note says of the first part of a figure that lies outside, None if none does.

        Parameters
        ----------
        parts
            Words before the number (``"is"``, ``"has a low of"``), and the number; None or NaN where nothing
            is given.
        """
        for words, number in parts:
            if number is not None and (number < self.least or number > self.most):
                return (
                    f"{words} {number:,.12g}, where {self.least:,.12g} to {self.most:,.12g} would be "
                    "plausible: is it meant, and in the right unit?"
                )
        return None


# Minutes
TURNOUT_MIN = Plausible(0, 240)
"""Turnout, and the notice of a team on standby."""
AUTHORISATION_MIN = Plausible(0, 120)
RENDEZVOUS_MIN = Plausible(0, 240)
SCENE_MIN = Plausible(0, 4_320)
"""A siege may last three days."""
TASK_MIN = Plausible(0, 1_440)
"""Ordinary work: a day."""
BREAK_OFF_MIN = Plausible(0, 240)
BORDER_MIN = Plausible(0, 240)
"""Notice when a unit that is not shared crosses a border."""
START_MIN = Plausible(0, 20)
STANDARD_MIN = Plausible(1, 480)
LIMIT_MIN = Plausible(10, 1_440)
ATTENDED_MIN = Plausible(0, 1_440)
"""Minutes of a past call up to full attendance."""

# Calls
A_YEAR_PER_100K = Plausible(0, 100_000)
"""One a year for everybody: several times all calls to the police."""
A_YEAR_IN_A_FORCE = Plausible(0, 10_000_000)
"""More than all emergency calls of the largest force."""
TASKS_AN_HOUR = Plausible(0, 12)
HOUR_WEIGHT = Plausible(0, 100)
CLASS_WEIGHT = Plausible(0.01, 100)
AREA_WEIGHT = Plausible(0, 1_000)
DEMAND_FACTOR = Plausible(0.1, 20)

# Driving
SPEED_FACTOR = Plausible(0.1, 10)
"""From a helicopter to a patrol on foot."""
EMERGENCY_FACTOR = Plausible(0.3, 2)
MODEL_FACTOR = Plausible(0.3, 3)

VARIATION = Plausible(0, 1)
"""Of single trips about a quarter; a coefficient of 1 is that of a purely random time."""

# People
PEOPLE_OF_A_FORCE = Plausible(0, 20_000_000)
PEOPLE_OF_AN_AREA = Plausible(0, 2_000_000)
OFFICERS = Plausible(0, 60_000)
"""The largest force of the United Kingdom has about 35,000."""
CREW = Plausible(1, 20)
UNITS = Plausible(0, 500)
ATTENDING_OFFICERS = Plausible(0, 100)
ATTENDING_UNITS = Plausible(1, 30)
RELIEF_FACTOR = Plausible(2, 12)
"""A post round the clock is 168 hours a week; an officer works 40, less leave, courses and sickness."""
DEPLOYABLE_SHARE = Plausible(0.2, 1)
SEATS = Plausible(0, 200)
COURSES_A_YEAR = Plausible(0, 104)
PASS_RATE = Plausible(0.1, 1)
LOSS_RATE = Plausible(0, 0.5)
VOLUNTEERS_A_YEAR = Plausible(0, 10_000)
COURSE_WEEKS = Plausible(0, 52)
DAYS_A_YEAR = Plausible(0, 80)
WORKING_DAYS = Plausible(150, 280)

# Standards
RELIABILITY = Plausible(0.5, 0.999)

# Money, in pounds of the plan's price year [£]
BAND_D = Plausible(1_000, 10_000_000)
COURSE_GBP = Plausible(0, 500_000)
VEHICLE_GBP = Plausible(0, 2_000_000)
"""An armoured carrier is dear; a boat or a helicopter more so."""
VEHICLE_RUNNING_GBP = Plausible(0, 2_000_000)
KIT_GBP = Plausible(0, 100_000)
SITE_GBP = Plausible(0, 200_000_000)
OFFICER_GBP = Plausible(10_000, 300_000)
OPTION_GBP = Plausible(0, 2_000_000_000)
HARM_GBP = Plausible(0, 100_000_000)

# Spans
HORIZON_YEARS = Plausible(1, 60)
LIFE_YEARS = Plausible(1, 30)
OPTIMISM = Plausible(0.5, 4)
"""The Green Book's greatest uplift triples a cost."""

# Places
AREA_KM2 = Plausible(0, 30_000)
"""The largest council area of the United Kingdom has 26,000 km²."""
