"""The small vocabularies of a road graph: classes, access, surfaces, kinds of node.

Everything that a profile may decide on is one of these words, so that the graph itself decides nothing: it
keeps a private road, a bus lane and a gate, and a profile says who may use them and how fast.
"""

from typing import Final

from standby.travel.roads.edge_table import ROAD_CLASSES

CLASSES: Final = ROAD_CLASSES
"""Classes of road, in OpenStreetMap's words; ``ferry`` and ``shuttle_train`` carry cars."""

CLASS_CODE: Final = {name: code for code, name in enumerate(CLASSES)}
"""Position of each class in `CLASSES`."""

ACCESS: Final = ("open", "destination", "private", "agricultural", "bus", "foot", "emergency", "no")
"""Who may drive on a road, from everybody to nobody."""

ACCESS_CODE: Final = {name: code for code, name in enumerate(ACCESS)}
"""Position of each kind of access in `ACCESS`."""

SURFACES: Final = ("paved", "unpaved", "rough")
"""How good the surface is; without a tag a road counts as paved, a track as unpaved."""

SURFACE_CODE: Final = {name: code for code, name in enumerate(SURFACES)}
"""Position of each kind of surface in `SURFACES`."""

NODE_KINDS: Final = (
    "plain", "traffic_signals", "mini_roundabout", "level_crossing", "toll", "gate", "locked_gate",
    "bollard", "bus_gate",
)  # fmt: skip
"""What may stand at a point of a road. A profile says how long each takes, or that it is closed."""

NODE_CODE: Final = {name: code for code, name in enumerate(NODE_KINDS)}
"""Position of each kind of node in `NODE_KINDS`."""

SIDES: Final = ("", "left", "right")
"""Side to which traffic keeps; the first is for roads that do not say."""

STREETS: Final = ("residential", "living_street")
"""Classes of road that lie where people live, and so show that a place is built up."""

MPH_KPH: Final = 1.609344
"""Kilometres in a statute mile."""

KNOT_KPH: Final = 1.852
"""Kilometres in a nautical mile."""
