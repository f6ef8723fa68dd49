"""Who is reached, by how many, how soon; and what would meet the standard."""

from standby.cover._need_group import TooLargeError
from standby.cover.beyond import beyond_by_place, beyond_share, is_bound
from standby.cover.by_hour import ByHour, cover_by_hour, hours_together
from standby.cover.cover import Cover, cover, cover_of, standard_sentences
from standby.cover.evaluated import Evaluated, evaluate_plan, expected_shares
from standby.cover.metrics import minutes, percentiles, shares
from standby.cover.need import Need, need, need_of, need_sentences, units_or_why_not

__all__ = [
    "ByHour",
    "Cover",
    "Evaluated",
    "Need",
    "TooLargeError",
    "beyond_by_place",
    "beyond_share",
    "cover",
    "cover_by_hour",
    "cover_of",
    "evaluate_plan",
    "expected_shares",
    "hours_together",
    "is_bound",
    "minutes",
    "need",
    "need_of",
    "need_sentences",
    "percentiles",
    "shares",
    "standard_sentences",
    "units_or_why_not",
]
