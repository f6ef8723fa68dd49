"""The sections of a report, in the order of what an armed policing assessment informs.

An armed policing strategic threat and risk assessment (APSTRA) informs the deployment profile, capability,
policy and training, and future demand; the first page and the decision stand before these, money and
evidence after them.
"""

from __future__ import annotations

from standby.report.blocks.blocks import (
    Block,
    Section,
    Text,
)
from standby.report.blocks.manifest import manifest_grid
from standby.report.content import Content
from standby.report.files.files import manifest_of
from standby.report.pages.cover import profile
from standby.report.pages.decision import decision, options_grid
from standby.report.pages.evidence import register, statements
from standby.report.pages.glance import glance
from standby.report.pages.money import money
from standby.report.pages.people import capability, demand, policy

LIMITS = (
    "Nothing here is tactics. Aggregate facts and the planner's own figures are all that goes in.",
    (
        "An interval shows what follows from the figures and their stated doubt. What the model leaves "
        "out stays left out, and a figure without bounds was taken as certain."
    ),
    "Minutes are means over calls of a kind at a place. Weather, road works and single journeys differ.",
    (
        "Units answer from their sites when they are free. Moving up to cover a gap, and breaks and "
        "hand-overs, are not in this appraisal."
    ),
    "Rare attacks can't be counted from experience; no option is ranked by how often they happen.",
    (
        "Money is budget money beyond the base. Harm is not modelled: where the plan gives a price of one, "
        "the report says how many an option would have to avert to pay for itself."
    ),
    (
        "Best in so many of the draws is a share of the draws of the stated doubt, not a chance that the "
        "model is right. The report does not decide: where options can't be told apart it says so, and the "
        "cheapest of them is pointed out, not recommended."
    ),
)


TOPICS = {
    "moves": "What each option moves",
    "standards": "Standard by standard",
    "basis": "What this rests on",
}
"""Topics of sentences that follow the first ones, and their headings."""


def sections(content: Content) -> tuple[Section, ...]:
    """Return the sections of an edition; those without results are left out."""
    found = (
        glance(content),
        summary(content),
        decision(content),
        profile(content),
        capability(content),
        policy(content),
        demand(content),
        money(content),
        statements(content),
        register(content),
        limits(content),
    )
    return tuple(s for s in found if s.blocks)


def summary(content: Content) -> Section:
    """Return what a reader should know first."""
    about = content.plan.document.plan
    lead = about.summary if content.edition != "public" else about.public_summary
    blocks: list[Block] = [Text((lead,), "lead")] if lead else []

    said: dict[str, list[str]] = {}
    for sentence in content.sentences:
        said.setdefault(sentence.topic, []).append(content.said(sentence))

    if "" in said:
        blocks.append(Text(tuple(said[""]), "sentences"))

    if len(content.table("options")):
        blocks.append(options_grid(content))
    blocks += [Text(tuple(said[topic]), "details", title) for topic, title in TOPICS.items() if topic in said]
    return Section("summary", "Summary", "", tuple(blocks))


def limits(content: Content) -> Section:
    """Return what the results do not say, and what they were made from."""
    blocks: list[Block] = [Text(LIMITS, "list")]
    if content.left_out:
        blocks.append(Text(content.left_out, "left-out"))
    blocks.append(manifest_grid(manifest_of(content)))
    return Section("limits", "Limits of the model, and manifest", "", tuple(blocks))
