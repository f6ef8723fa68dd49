"""Who may see what: the only door to anything published."""

from standby.disclosure.disclosure import (
    EDITIONS,
    WHAT_IS_LEFT_OUT,
    Asked,
    DisclosureError,
    Edition,
    check_edition,
    check_main_standard,
    default_edition,
    public_manifest,
    publish,
)
from standby.disclosure.examination import Examination, examine
from standby.disclosure.examined import Finding, FoundTable, Release
from standby.disclosure.names import PublicEditionError
from standby.disclosure.public_names import public_names, public_plan
from standby.disclosure.region import ALL_HEADS, enough_places
from standby.disclosure.release import ReleaseError
from standby.disclosure.rounding import public_minutes, public_share
from standby.disclosure.sentences import public_sentences
from standby.disclosure.suppression import (
    AttackBounds,
    Suppression,
    SuppressionCheckError,
    attack_bounds,
    suppress,
)

__all__ = [
    "ALL_HEADS",
    "EDITIONS",
    "WHAT_IS_LEFT_OUT",
    "Asked",
    "AttackBounds",
    "DisclosureError",
    "Edition",
    "Examination",
    "Finding",
    "FoundTable",
    "PublicEditionError",
    "Release",
    "ReleaseError",
    "Suppression",
    "SuppressionCheckError",
    "attack_bounds",
    "check_edition",
    "check_main_standard",
    "default_edition",
    "enough_places",
    "examine",
    "public_manifest",
    "public_minutes",
    "public_names",
    "public_plan",
    "public_sentences",
    "public_share",
    "publish",
    "suppress",
]
