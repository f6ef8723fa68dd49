"""How many minutes from here to there."""

from standby.travel._check import TravelInputError
from standby.travel._crow import car_minutes, car_minutes_from_km
from standby.travel._fitted import CarMinutesFit, ErrorSummary, fitted
from standby.travel._great_circle import great_circle_km
from standby.travel._model import CarMinutesModel
from standby.travel.classes import RUC2011_CLASSES, TRAVEL_CLASSES, class_codes, classes_from_ruc2011
from standby.travel.times import Times, travel_times

__all__ = [
    "RUC2011_CLASSES",
    "TRAVEL_CLASSES",
    "CarMinutesFit",
    "CarMinutesModel",
    "ErrorSummary",
    "Times",
    "TravelInputError",
    "car_minutes",
    "car_minutes_from_km",
    "class_codes",
    "classes_from_ruc2011",
    "fitted",
    "great_circle_km",
    "travel_times",
]
