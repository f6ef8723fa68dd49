"""More armed officers than officers: noted with option, force, field and fix."""

from __future__ import annotations

import copy
from dataclasses import replace

from standby.plan import Document, check, plan_arrays
from standby.workforce import staffing

OF_OFFICERS = "more than all that it has"


def found(plan):
    """Return the notes on officers by subject."""
    as_given = replace(plan, folder=None)  # else its folder is read again
    return {note.subject: note.text for note in check(as_given).notes if OF_OFFICERS in note.text}


def test_option_that_arms_more_than_all_is_noted(tiny, altered):
    """Strength and what the option adds exceed all officers: the note names option, force, field and fix."""
    plan = altered(tiny, {"forces.home.officers": 37})
    with_option = staffing(plan_arrays(plan.with_option("second-car")), plan_arrays(plan))
    home = plan.forces.index("home")
    assert with_option.armed[home] > 37  # so that a table would have a share above 100%

    notes = found(plan)
    assert list(notes) == ["options.second-car"]
    assert "'home'" in notes["options.second-car"]
    assert "forces.home.officers is 37.0" in notes["options.second-car"]
    assert notes["options.second-car"].endswith("or give the option fewer units")


def test_base_whose_posts_need_more_than_all_is_noted(tiny, altered):
    """Without a strength the base's posts say how many are armed; options that add nobody repeat nothing."""
    raw = copy.deepcopy(dict(tiny.raw))
    del raw["forces"]["home"]["strength"]
    raw["forces"]["home"]["officers"] = 20
    plan = replace(tiny, raw=raw, document=Document.model_validate(raw))
    notes = found(plan)
    assert "forces.home.officers" in notes
    assert "options.quicker" not in notes
    assert "options.second-car" in notes


def test_plans_within_their_officers_are_not_noted(tiny):
    """A plan that arms no more officers than it has gets no such note, also where an option arms all."""
    assert found(tiny) == {}
