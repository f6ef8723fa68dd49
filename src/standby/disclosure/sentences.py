"""Which sentences of an appraisal may be published."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import pandas as pd

from standby.appraise import need_of_region
from standby.disclosure.names import any_of, names_of_choices, names_of_forces, names_of_places
from standby.plan import Plan, main_standard
from standby.tables import pick
from standby.words import Number, Sentence


def public_sentences(
    plan: Plan, sentences: Sequence[Sentence], tables: Mapping[str, pd.DataFrame]
) -> tuple[Sentence, ...]:
    """Return the sentences that repeat no text of the planner and whose numbers all stand in the edition.

    Parameters
    ----------
    plan
        The base.
    sentences
        Sentences of the appraisal.
    tables
        What `publish` returned for it.
    """
    kept = [s for s in sentences if _may_be_said(plan, s, tables)]
    if "need" in tables:
        kept[1:1] = need_of_region(tables["need"], main_standard(plan.document.standards))
    return tuple(kept)


def _may_be_said(plan: Plan, sentence: Sentence, tables: Mapping[str, pd.DataFrame]) -> bool:
    """Return whether a sentence has only public numbers, and no words that the planner wrote for others."""
    document = plan.document
    reasons = [option.reason for option in document.options.values()]
    reasons += [own.reason for option in document.options.values() for own in option.forces.values()]
    if any(text and text in sentence.words for text in reasons):
        return False

    if not all(_stands(tables, number) for number in sentence.numbers):
        return False

    # A number that stands in no hole can't be rounded; names may have digits of their own.
    rest = any_of(names_of_choices(plan)).sub(" ", sentence.words)
    if re.search(r"\d", rest):
        return False

    if any_of(names_of_forces(plan)).search(rest):
        return False  # a result by force
    return names_of_places(plan).search(rest) is None


def _stands(tables: Mapping[str, pd.DataFrame], number: Number) -> bool:
    """Return whether a number of a sentence is in the edition."""
    frame = tables.get(number.table)
    return frame is not None and number.column in frame and len(pick(frame, number.key)) > 0
