"""Which option: every option over the same draws of the doubt."""

from standby.appraise.appraisal import Appraisal, appraise
from standby.appraise.backtest import Backtest, backtest
from standby.appraise.claims import verdict_sentence
from standby.appraise.criteria import (
    COST,
    DELIVERED,
    DELIVERED_COST,
    REACHED,
    STAFFED,
    YEARS,
    Criterion,
    Direction,
    criteria_of,
)
from standby.appraise.decision import (
    Difference,
    alike,
    best_table,
    chance_best,
    decision_table,
    difference_of,
    pairs_table,
)
from standby.appraise.error import mean_error
from standby.appraise.sentences import need_of_region, standard_of_region
from standby.appraise.staffed import Staffed, staffed
from standby.appraise.statements import statements_table

__all__ = [
    "COST",
    "DELIVERED",
    "DELIVERED_COST",
    "REACHED",
    "STAFFED",
    "YEARS",
    "Appraisal",
    "Backtest",
    "Criterion",
    "Difference",
    "Direction",
    "Staffed",
    "alike",
    "appraise",
    "backtest",
    "best_table",
    "chance_best",
    "criteria_of",
    "decision_table",
    "difference_of",
    "mean_error",
    "need_of_region",
    "pairs_table",
    "staffed",
    "standard_of_region",
    "statements_table",
    "verdict_sentence",
]
