"""What the public files say: readers of small areas, forces, crime and officers; a plan made from them."""

from standby.opendata._gather import Unused
from standby.opendata.areas import combine_small_areas, read_small_areas
from standby.opendata.crime import read_street_crime
from standby.opendata.error import OpenDataError
from standby.opendata.forces import FORCES, Force, find_force, read_force_boundaries, read_force_lookup
from standby.opendata.new_plan import NewPlan, new_plan
from standby.opendata.points import read_points
from standby.opendata.rows import read_rows
from standby.opendata.workforce import read_firearms_operations, read_firearms_tactics, read_police_workforce

__all__ = [
    "FORCES",
    "Force",
    "NewPlan",
    "OpenDataError",
    "Unused",
    "combine_small_areas",
    "find_force",
    "new_plan",
    "read_firearms_operations",
    "read_firearms_tactics",
    "read_force_boundaries",
    "read_force_lookup",
    "read_points",
    "read_police_workforce",
    "read_rows",
    "read_small_areas",
    "read_street_crime",
]
