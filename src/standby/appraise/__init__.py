"""Which option: every option over the same draws of the doubt."""

from standby.appraise.appraisal import Appraisal, appraise
from standby.appraise.criteria import REACHED, Criterion, criteria_of
from standby.appraise.decision import alike, chance_best, decision_table, pairs_table
from standby.appraise.error import mean_error
from standby.appraise.sentences import Number, Sentence
from standby.appraise.statements import statements_table

__all__ = [
    "REACHED",
    "Appraisal",
    "Criterion",
    "Number",
    "Sentence",
    "alike",
    "appraise",
    "chance_best",
    "criteria_of",
    "decision_table",
    "mean_error",
    "pairs_table",
    "statements_table",
]
