"""Shift patterns that are widely known, by name."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from standby.workforce.shifts.pattern import ShiftPattern, codes_of, shift_between, staggered_pattern

_HOURS = "Its hours of the day are an assumption."

_TEN_DAYS = staggered_pattern(
    "2-2-2-4",
    [
        shift_between("E", "07:00", "16:30", break_min=50),
        shift_between("L", "14:00", "23:30", break_min=50),
        shift_between("N", "22:00", "07:30", break_min=50),
    ],
    "EELLNN····",
    teams=5,
    note="Two earlies, two lates, two nights, four days off; five teams. The Police Federation calls 2×2×2 "
    f"one of the two patterns that the Home Office recommends. {_HOURS}",
)

_DAY = shift_between("D", "07:00", "19:00", break_min=60)
_NIGHT = shift_between("N", "19:00", "07:00", break_min=60)

_TWO_TWO_THREE = "DD··DDD··DD···"
"""Two on, two off, three on, two off, two on, three off."""

_PITMAN_ROWS = np.stack(
    [
        codes_of(list(days), (_DAY, _NIGHT))
        for days in (
            _TWO_TWO_THREE,
            _TWO_TWO_THREE.replace("D", "N"),
            _TWO_TWO_THREE[7:] + _TWO_TWO_THREE[:7],
            (_TWO_TWO_THREE[7:] + _TWO_TWO_THREE[:7]).replace("D", "N"),
        )
    ]
)

_PITMAN = ShiftPattern(
    "2-2-3",
    (_DAY, _NIGHT),
    _PITMAN_ROWS,
    note="Also called Pitman: two on, two off, three on, two off, two on, three off, in 12-hour shifts; two "
    "of the four teams have days and two nights, always. As described by vendors of rostering programs.",
)

_PITMAN_ROTATING = staggered_pattern(
    "2-2-3 rotating",
    (_DAY, _NIGHT),
    _TWO_TWO_THREE + _TWO_TWO_THREE.replace("D", "N"),
    teams=4,
    note="The same with two weeks of days and two of nights in turn for each of the four teams.",
)

_TWELVE_HOURS = staggered_pattern(
    "12-hour",
    (_DAY, _NIGHT),
    "DDNN····",
    teams=4,
    note=f"Two days, two nights, four days off; four teams. A common pattern, an assumption. {_HOURS}",
)

_EIGHT_HOURS = staggered_pattern(
    "8-hour",
    [
        shift_between("E", "06:00", "14:00", break_min=45),
        shift_between("L", "14:00", "22:00", break_min=45),
        shift_between("N", "22:00", "06:00", break_min=45),
    ],
    "EELLNNN··EELLLNN··EEELLNN···",
    teams=4,
    note="Continental: two or three each of earlies, lates and nights, then two or three days off; four "
    f"teams. As described by vendors of rostering programs. {_HOURS}",
)

NAMED_PATTERNS: Mapping[str, ShiftPattern] = {
    pattern.name: pattern for pattern in (_TEN_DAYS, _PITMAN, _PITMAN_ROTATING, _TWELVE_HOURS, _EIGHT_HOURS)
}
"""Patterns by name; `note` says where each is from. Other hours: make the shifts anew, on the same days."""
