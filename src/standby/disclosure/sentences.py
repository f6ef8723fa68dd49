"""Which sentences of an appraisal may be published."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import pandas as pd

from standby.appraise import need_of_region, standard_of_region
from standby.disclosure.names import any_of, names_of_choices, names_of_forces, names_of_places
from standby.disclosure.public_names import public_names, public_plan
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
    names = public_names(plan)
    public = public_plan(plan)
    said = []
    for sentence in sentences:
        if not _repeats_a_reason(plan, sentence):
            renamed = names.phrase(sentence).only(lambda number: _stands(tables, number))
            if _may_be_said(public, renamed, tables):
                said.append(renamed)

    # What the region's own tables say takes the place of sentences on parts of it.
    main = main_standard(public.document.standards)
    if "standards" in tables and "share_expected" not in tables["standards"]:
        said[:0] = standard_of_region(tables["standards"], main)
    if "need" in tables:
        said[1:1] = need_of_region(tables["need"], main)
    return tuple(said)


def _repeats_a_reason(plan: Plan, sentence: Sentence) -> bool:
    """Return whether a sentence has words that the planner wrote for colleagues."""
    options = plan.document.options.values()
    reasons = [option.reason for option in options]
    reasons += [own.reason for option in options for own in option.forces.values()]
    return any(text and text in sentence.words for text in reasons)


def _may_be_said(plan: Plan, sentence: Sentence, tables: Mapping[str, pd.DataFrame]) -> bool:
    """Return whether a sentence has only public numbers, and names no force or place."""
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
