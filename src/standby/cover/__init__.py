"""Who is reached, by how many, how soon; and what would meet the standard."""

from standby.cover.cover import Cover, cover, cover_of
from standby.cover.evaluated import Evaluated, evaluate_plan, expected_shares, main_standard
from standby.cover.metrics import Scopes, minutes, percentiles, scopes_of, shares, standard_weights
from standby.cover.model import CoverModel, Period, cover_model
from standby.cover.need import Need, need
from standby.cover.outcome import Outcome, Setting, evaluate, setting_of

__all__ = [
    "Cover",
    "CoverModel",
    "Evaluated",
    "Need",
    "Outcome",
    "Period",
    "Scopes",
    "Setting",
    "cover",
    "cover_model",
    "cover_of",
    "evaluate",
    "evaluate_plan",
    "expected_shares",
    "main_standard",
    "minutes",
    "need",
    "percentiles",
    "scopes_of",
    "setting_of",
    "shares",
    "standard_weights",
]
