"""Who is reached, by how many, how soon; and what would meet the standard."""

from standby.cover.cover import Cover, cover, cover_of
from standby.cover.evaluated import Evaluated, evaluate_plan, expected_shares, main_standard
from standby.cover.metrics import Scopes, minutes, percentiles, scopes_of, shares
from standby.cover.need import Need, need

__all__ = [
    "Cover",
    "Evaluated",
    "Need",
    "Scopes",
    "cover",
    "cover_of",
    "evaluate_plan",
    "expected_shares",
    "main_standard",
    "minutes",
    "need",
    "percentiles",
    "scopes_of",
    "shares",
]
