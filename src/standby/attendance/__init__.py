"""Who can be where, when, and free? The one home of arrival."""

from standby.attendance._kernels_spread import SLACK_MIN
from standby.attendance.arrival import (
    arrival_minutes,
    before_min,
    chance_by,
    drive_factor,
    driving_min,
    factor_of,
    minutes_from_sites,
    ordinary_min,
    ready_min,
    varies,
    varying_minutes,
    without_variation,
)
from standby.attendance.availability import Availability, Available, availability, available
from standby.attendance.log import HOURS, LogFit, LoggedCalls, TooFewCallsError, fit_log, logged_calls
from standby.attendance.model import (
    AttendanceModel,
    Period,
    Positions,
    at_sites,
    attendance_model,
    period_by_hour,
)
from standby.attendance.nearest import SHOWN_MIN, Nearest, Sites, drive_minutes, nearest, nearest_sentences
from standby.attendance.outcome import BIN_MIN, Outcome, evaluate
from standby.attendance.reach import isochrones
from standby.attendance.standards import Setting, setting_of, standard_weights
from standby.attendance.values import WEIGHTS, Work, position_share, work_by, work_of
from standby.attendance.variation import single_tiers

__all__ = [
    "BIN_MIN",
    "HOURS",
    "SHOWN_MIN",
    "SLACK_MIN",
    "WEIGHTS",
    "AttendanceModel",
    "Availability",
    "Available",
    "LogFit",
    "LoggedCalls",
    "Nearest",
    "Outcome",
    "Period",
    "Positions",
    "Setting",
    "Sites",
    "TooFewCallsError",
    "Work",
    "arrival_minutes",
    "at_sites",
    "attendance_model",
    "availability",
    "available",
    "before_min",
    "chance_by",
    "drive_factor",
    "drive_minutes",
    "driving_min",
    "evaluate",
    "factor_of",
    "fit_log",
    "isochrones",
    "logged_calls",
    "minutes_from_sites",
    "nearest",
    "nearest_sentences",
    "ordinary_min",
    "period_by_hour",
    "position_share",
    "ready_min",
    "setting_of",
    "single_tiers",
    "standard_weights",
    "varies",
    "varying_minutes",
    "without_variation",
    "work_by",
    "work_of",
]
