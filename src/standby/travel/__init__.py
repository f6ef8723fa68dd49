"""How many minutes from here to there."""

from standby.travel._check import TravelInputError
from standby.travel._crow import car_minutes, car_minutes_from_km
from standby.travel._fitted import CarMinutesFit, ErrorSummary, fitted
from standby.travel._great_circle import great_circle_km
from standby.travel._model import CarMinutesModel
from standby.travel._plan_roads import plan_roads
from standby.travel.classes import RUC2011_CLASSES, TRAVEL_CLASSES, class_codes, classes_from_ruc2011
from standby.travel.patrols import PatrolMinutes
from standby.travel.roads._errors import RoadsError
from standby.travel.roads.beat import Beat, BeatMinutes
from standby.travel.roads.edges import roads_from_edges
from standby.travel.roads.profile import Profile
from standby.travel.roads.profiles import read_profile
from standby.travel.roads.read import read_roads
from standby.travel.roads.reasons import REASONS, Reasons
from standby.travel.roads.roads import Roads
from standby.travel.times import Times, travel_times

__all__ = [
    "REASONS",
    "RUC2011_CLASSES",
    "TRAVEL_CLASSES",
    "Beat",
    "BeatMinutes",
    "CarMinutesFit",
    "CarMinutesModel",
    "ErrorSummary",
    "PatrolMinutes",
    "Profile",
    "Reasons",
    "Roads",
    "RoadsError",
    "Times",
    "TravelInputError",
    "car_minutes",
    "car_minutes_from_km",
    "class_codes",
    "classes_from_ruc2011",
    "fitted",
    "great_circle_km",
    "plan_roads",
    "read_profile",
    "read_roads",
    "roads_from_edges",
    "travel_times",
]
