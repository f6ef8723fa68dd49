"""The data dictionary of the results: every table and column, what it means, and who may see it.

One list drives the choice of what the public edition may hold (what is not listed here stays internal), how
numbers are written, the workbook's first sheet and the documentation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from standby._show import Shown

Kind = Literal[
    "text",
    "name",
    "words",
    "flag",
    "minutes",
    "share",
    "money",
    "count",
    "number",
    "measure",
    "year",
    "years",
    "people",
]
"""What a column holds.

``name`` is an id that a reader sees as the name of what it stands for; ``words`` is text that the planner
wrote freely; ``measure`` is a number in the unit of the row's criterion; ``year`` is a year of the
calendar or of the appraisal, ``years`` is how long something takes.
"""


@dataclass(frozen=True)
class Column(Shown):
    """One column of a result.

    Parameters
    ----------
    name, kind, label, description
        What it is called, what it holds, its heading, and what it means.
    bound
        Name of the column that says whether the number is a lower bound; empty: it is none.
    """

    name: str
    kind: Kind
    label: str
    description: str
    bound: str = ""


@dataclass(frozen=True)
class Table(Shown):
    """One table of results.

    Parameters
    ----------
    name, title, description
        Name for programs, heading for readers, and what a row is.
    columns
        The columns that are known; others stay in the internal edition.
    internal
        Whether only the internal edition may hold it.
    """

    name: str
    title: str
    description: str
    columns: tuple[Column, ...]
    internal: bool = False

    def column(self, name: str) -> Column | None:
        """Return the column of a name, or None."""
        return next((c for c in self.columns if c.name == name), None)


C = Column

_OPTION = C("option", "name", "Option", "The option; `base` is the plan as it is.")
_INCIDENT = C("incident_type", "name", "Incident type", "The incident type.")
_MEASURE = C("measure", "text", "Measure", "first: first armed arrival; full: full attendance.")
_SCOPE_KIND = C(
    "scope_kind", "text", "Part", "all, force, setting (urban or rural), force setting, or class."
)
_SCOPE = C("scope", "name", "Of", "Which force, setting or class; empty for all.")
_FORCE = C("force", "name", "Force", "The force.")
_CLASS = C("class", "name", "Class", "Class of the place.")
_AREA = C("area", "text", "Area id", "Id of the area.")
_NAME = C("name", "text", "Name", "Name.")
_LON = C("lon", "number", "Longitude", "Longitude [degrees, WGS 84].")
_LAT = C("lat", "number", "Latitude", "Latitude [degrees, WGS 84].")
_PEOPLE = C("people", "count", "People", "Residents.")
_NEVER = "calls beyond the plan's limit, or never reached, count as the limit"
_FIRST = C(
    "first_mean_min", "minutes", "First armed arrival",
    f"Mean minutes to the first armed arrival; {_NEVER}.", "first_at_least",
)  # fmt: skip
_FULL = C(
    "full_mean_min",
    "minutes",
    "Full attendance",
    f"Mean minutes to full attendance; {_NEVER}.",
    "full_at_least",
)
_FIRST_BOUND = C("first_at_least", "flag", "First: at least", f"Whether that is a lower bound, as {_NEVER}.")
_FULL_BOUND = C("full_at_least", "flag", "Full: at least", f"Whether that is a lower bound, as {_NEVER}.")
_DAY = C("day", "text", "Day", "Day of the week, mon to sun.")
_CLOCK = C("clock", "number", "From", "Hour of the day, 0 to 23.")
_HOUR = C("hour", "number", "Hour", "Hour of the week; 0 is Monday from midnight to one.")
_FURTHER = "further out where the Monte Carlo error of the mean leaves more open"
_CHANCE = C("chance_in_time", "share", "Chance in time", "Chance of first arrival within the main standard.")
_SITE = C("site", "text", "Site id", "Id of the site.")
_SITE_NAME = C("site_name", "text", "Site", "Name of the site.")
_DRIVE = C("drive_min", "minutes", "Drive", "Minutes of driving on an emergency call from the nearest site.")
_ESTABLISHMENT = C("establishment", "count", "Establishment", "Armed officers the force has posts for.")
_STRENGTH = C("strength", "count", "Strength", "Armed officers in post.")
_DEPLOYABLE = C("deployable", "count", "Deployable", "Armed officers who may be sent.")

_TABLES = (
    Table("options", "Options", "An option, its status and why.", (
        _OPTION, _NAME,
        C("description", "words", "What it is", "In the planner's words."),
        C("status", "text", "Status", "open or ruled out."),
        C("reason", "words", "Reason", "Why it is ruled out, and by whom."),
        C("forces_ruled_out", "words", "Ruled out by force", "Forces that ruled it out, and why."),
    )),
    Table("criteria", "Criteria", "A criterion of the decision table.", (
        C("criterion", "text", "Criterion", "Id of the criterion."), _NAME,
        C("unit", "text", "Unit", "Unit of the numbers."),
        C("better", "text", "Better", "higher, lower, or empty where neither is better in itself."),
        C("description", "words", "Meaning", "What it says."),
    )),
    Table("decision", "Decision table", "An option by a criterion.", (
        _OPTION,
        C("criterion", "name", "Criterion", "The criterion."),
        C("mean", "measure", "Mean", "Mean over the draws.", "at_least"),
        C("se", "measure", "Standard error", "Monte Carlo standard error of the mean."),
        C("low", "measure", "Low", "5th percentile, or the mean below it."),
        C("high", "measure", "High", "95th percentile, or the mean above it."),
        C("central", "measure", "Central", "At the central values of all figures.", "at_least"),
        C("difference", "measure", "Difference", "Mean of the option less the base on the same draws."),
        C("difference_se", "measure", "Its standard error", "Monte Carlo standard error of the difference."),
        C("difference_low", "measure", "Difference, low", f"5th percentile, {_FURTHER}."),
        C("difference_high", "measure", "Difference, high", f"95th percentile, {_FURTHER}."),
        C("chance_best", "share", "Best in", "Share of the draws in which nothing open is better."),
        C("alike", "flag", "Alike", "Whether the interval of the difference holds 0: not told from nothing."),
        C("at_least", "flag", "At least", f"Whether the mean is a lower bound, as {_NEVER}."),
    )),
    Table("pairs", "Pairs of options", "Two options by a criterion that has a direction.", (
        C("criterion", "name", "Criterion", "The criterion."), _OPTION,
        C("other", "name", "Other option", "The other option."),
        C("chance_better", "share", "Better in", "Share of the draws in which the first is better."),
        C("difference", "measure", "Difference", "Mean of the first less the other."),
        C("difference_se", "measure", "Its standard error", "Monte Carlo standard error of the difference."),
        C("difference_low", "measure", "Difference, low", f"5th percentile, {_FURTHER}."),
        C("difference_high", "measure", "Difference, high", f"95th percentile, {_FURTHER}."),
        C("alike", "flag", "Alike", "Whether the interval of the difference holds 0: not told apart."),
    )),
    Table("best", "Best, and what is like it", "A criterion that has a direction, by open option.", (
        C("criterion", "name", "Criterion", "The criterion."), _OPTION,
        C("mean", "measure", "Mean", "Mean over the draws."),
        C("best", "flag", "Best mean", "Whether no open option, nor the base, has a better mean."),
        C("share_of_draws", "share", "Best in", "Share of the draws in which nothing open is better."),
        C("behind", "measure", "Behind the best", "Mean by which it is worse than the best."),
        C("behind_low", "measure", "Behind, low", f"5th percentile of that, {_FURTHER}."),
        C("behind_high", "measure", "Behind, high", f"95th percentile of that, {_FURTHER}."),
        C("alike", "flag", "Like the best", "Whether that interval holds 0: it can't be told from the best."),
        C("smallest_difference", "measure", "Could have shown",
          "Smallest mean difference from the best that could have been told from nothing: the larger of the "
          "next two, and no less than what a table shows."),
        C("smallest_by_doubt", "measure", "By the doubt",
          "From the mean of that difference to its 5th percentile: what the doubt of the figures hides."),
        C("smallest_by_draws", "measure", "By the draws",
          "Four Monte Carlo standard errors of that difference: what this number of draws hides."),
        C("present_value_gbp", "money", "Cost", "Present value beyond the base, mean over the draws."),
        C("present_value_low", "money", "Cost, low", "5th percentile, or the mean below it."),
        C("present_value_high", "money", "Cost, high", "95th percentile, or the mean above it."),
        C("cheapest", "flag", "Cheapest of these", "Whether none that is like the best costs less."),
    )),
    Table("moves", "What an option moves", "An option by standard, beside the base.", (
        _OPTION, C("standard", "name", "Standard", "The standard."), _NAME, _MEASURE,
        C("share_before", "share", "Share, as it is", "Share inside it in the base, mean over draws."),
        C("share_after", "share", "Share", "Share inside it with the option."),
        C("points", "count", "Points", "Change of that share [percentage points]."),
        C("points_low", "count", "Points, low", f"5th percentile of the change, {_FURTHER}."),
        C("points_high", "count", "Points, high", f"95th percentile of the change, {_FURTHER}."),
        C("reach_moved", "flag", "Share moved", "Whether that interval leaves 0 out."),
        C("before_min", "minutes", "Mean, as it is",
          "Mean minutes of what the standard is about, over those whom it is for, in the base.",
          "before_at_least"),
        C("after_min", "minutes", "Mean", "The same with the option.", "after_at_least"),
        C("change_min", "minutes", "Change", "Change of that mean."),
        C("change_low_min", "minutes", "Change, low", f"5th percentile of the change, {_FURTHER}."),
        C("change_high_min", "minutes", "Change, high", f"95th percentile of the change, {_FURTHER}."),
        C("minutes_moved", "flag", "Minutes moved", "Whether that interval leaves 0 out."),
        C("before_at_least", "flag", "At least, as it is", f"Whether it is a lower bound, as {_NEVER}."),
        C("after_at_least", "flag", "At least", f"Whether it is a lower bound, as {_NEVER}."),
    )),
    Table("standards", "Standards", "An option by a standard and a part of the plan.", (
        _OPTION,
        C("standard", "name", "Standard", "The standard."), _NAME, _INCIDENT, _MEASURE,
        C("of", "text", "Share of", "people, demand or key_locations."),
        C("within_min", "minutes", "Within", "Minutes from the call."), _SCOPE_KIND, _SCOPE,
        C("share_if_free", "share", "If free", "Share inside it if every unit were free."),
        C("share_expected", "share", "Expected", "Share inside it, with the chance that units are free."),
        C("share_assured", "share", "Assured",
          "Share at places, each counted whole, that are reached in time with at least the standard's "
          "reliability; it can be above the expected share."),
        C("required", "share", "Required", "Share that the standard asks for."),
        C("reliability", "share", "Reliability", "Chance at which an area counts as reached."),
        C("met", "flag", "Met", "Whether the standard is met."),
        C("mean", "share", "Mean over draws", "Expected share, mean over the draws."),
        C("se", "share", "Standard error", "Monte Carlo standard error of the mean."),
        C("low", "share", "Low", "5th percentile, or the mean below it."),
        C("high", "share", "High", "95th percentile, or the mean above it."),
    )),
    Table("backup", "Backup", "An option by a standard and a part of the plan.", (
        _OPTION, C("standard", "name", "Standard", "The standard."), _NAME, _SCOPE_KIND, _SCOPE,
        C("share_two_if_free", "share", "Two, if free", "Share that two units can reach if all are free."),
        C("share_two_expected", "share", "Two, expected", "The same, with the chance that they are free."),
    )),
    Table("land", "Land", "An option by a standard of areas and a part of the plan.", (
        _OPTION, C("standard", "name", "Standard", "The standard."), _NAME, _SCOPE_KIND, _SCOPE,
        C("land_km2", "count", "Land", "Land of the areas whose extent the plan gives [km²]."),
        C("share_if_free", "share", "If free", "Share of it inside the standard if every unit were free."),
        C("share_expected", "share", "Expected", "The same, with the chance that units are free."),
    ), internal=True),
    Table("minutes", "Minutes", "An option by incident type, measure, weight and part of the plan.", (
        _OPTION, _INCIDENT, _MEASURE,
        C("weight", "text", "Weight", "Over people, demand or key_locations."), _SCOPE_KIND, _SCOPE,
        C("mean_min", "minutes", "Mean", f"Mean minutes from the call; {_NEVER}.", "at_least"),
        C("p50_min", "minutes", "Median",
          "Minutes that half of the calls are within, spread by the weight and over the hours."),
        C("p90_min", "minutes", "90th percentile", "Minutes that nine in ten of these calls are within."),
        C("p95_min", "minutes", "95th percentile", "Minutes that nineteen in twenty of them are within."),
        C("beyond_share", "share", "Beyond", "Share of these calls beyond the limit, or never reached."),
        C("at_least", "flag", "At least", f"Whether the mean is a lower bound, as {_NEVER}."),
    )),
    Table("nearest", "Driving from the nearest site", "A part of the plan.", (
        _SCOPE_KIND, _SCOPE, _PEOPLE,
        C("mean_min", "minutes", "Mean", "Mean minutes of driving; beyond the limit counts as the limit.",
          "at_least"),
        C("p50_min", "minutes", "Median", "Minutes of driving that half of the people are within."),
        C("p90_min", "minutes", "90th percentile", "Minutes of driving that nine in ten are within."),
        C("p95_min", "minutes", "95th percentile", "Minutes of driving that nineteen in twenty are within."),
        C("share_without", "share", "No road", "Share of people to whom no way leads from any site."),
        C("at_least", "flag", "At least", "Whether the mean is a lower bound, as some are beyond the limit."),
    )),
    Table("gap", "Urban–rural gap", "An option by incident type and measure.", (
        _OPTION, _INCIDENT, _MEASURE,
        C("urban_p50_min", "minutes", "Urban median", "Minutes that half of the urban calls are within."),
        C("rural_p50_min", "minutes", "Rural median", "Minutes that half of the rural calls are within."),
        C("gap_p50_min", "minutes", "Gap of medians", "Rural less urban median; neither way is better."),
        C("urban_p90_min", "minutes", "Urban 90th", "Minutes that nine in ten urban calls are within."),
        C("rural_p90_min", "minutes", "Rural 90th", "Minutes that nine in ten rural calls are within."),
        C("gap_p90_min", "minutes", "Gap of 90ths", "Rural less urban 90th percentile."),
    )),
    Table("build_up", "Build-up", "An option by incident type, part of the plan and minutes from the call.", (
        _OPTION, _INCIDENT, _SCOPE_KIND, _SCOPE,
        C("minutes", "minutes", "By", "Minutes from the call."),
        C("own", "count", "Own", "Expected armed officers of the force who are there."),
        C("shared", "count", "Shared", "Expected armed officers of forces that share."),
        C("neighbour", "count", "Neighbours", "Expected armed officers lent by neighbours."),
    )),
    Table("need", "What would be needed", "A standard by the forces that plan together.", (
        C("standard", "name", "Standard", "The standard."), _NAME,
        C("forces", "text", "Force ids", "Ids of the forces planned together."),
        C("forces_name", "text", "Forces", "Forces planned together."),
        C("sites", "text", "Sites", "existing: sites in use; all: every listed site."),
        C("attainable_share", "share", "Attainable",
          "Largest share that any number of units could reach, in the force where that is least."),
        C("attainable", "flag", "Can be met", "Whether units at the sites meet it in every force."),
        C("share_every_site", "share", "From every site", "Attainable from every listed site, if not met."),
        C("share_one_minute_more", "share", "A minute more", "Attainable with one more minute, if not met."),
        C("required", "share", "Required", "Share that the standard asks for."),
        C("crewed_units", "count", "Crewed units", "Crewed units in the hours that need most."),
        C("posts", "count", "Posts", "Armed posts, mean over the hours of the week."),
        C("officers", "count", "Officers", "Armed officers needed to keep them crewed."),
        _ESTABLISHMENT, _STRENGTH, _DEPLOYABLE,
        C("gap_establishment", "count", "Less establishment", "Officers needed less establishment."),
        C("gap_strength", "count", "Less strength", "Officers needed less strength."),
        C("gap_deployable", "count", "Less deployable", "Officers needed less deployable."),
        C("bound", "count", "At least", "Proven lower bound of crewed units."),
        C("proven", "flag", "Proven", "Whether fewer units are proven not to be enough."),
        C("solved", "flag", "Solved", "Whether the search came to an end."),
        C("reason", "text", "Why there is no number", "Why no number of units is given."),
    )),
    Table("staffing", "Staffing", "An option by force.", (
        _OPTION, _FORCE,
        C("armed_posts", "count", "Armed units", "Crewed armed units on duty, mean over the week."),
        C("officers_needed", "count", "Officers needed", "Armed officers needed to crew them."),
        _ESTABLISHMENT, _STRENGTH, _DEPLOYABLE,
        C("spare", "count", "Spare", "Deployable armed officers whom no post needs."),
        C("new_officers", "count", "To train", "Officers to find and train beyond those in post."),
        C("retrained", "count", "Retrained", "Spare officers who take the course of another tier."),
        C("target", "count", "Target", "Strength that the option plans for."),
        C("years_to_target", "years", "Years to get there", "Years of courses until they are in post."),
        C("highest_strength", "count", "Highest strength", "Highest strength that the courses reach."),
        C("settled_strength", "count", "Settles at", "Strength at which courses and losses balance."),
        C("armed_officers", "count", "Armed officers", "Officers who carry a firearm."),
        C("armed_share", "share", "Share armed", "Of all officers of the force."),
        C("armed_hours_year", "count", "Armed hours", "Hours on duty with a firearm a year."),
    )),
    Table("training", "CED and training", "An option, all planned forces together or one.", (
        _OPTION, _SCOPE_KIND, _SCOPE,
        C("ced_officers", "count", "Officers with a CED", "Officers trained to carry a CED (Taser)."),
        C("ced_share", "share", "Share with a CED", "Of all officers."),
        C("refresher_days_year", "count", "Refreshers", "Refresher days of armed officers a year."),
        C("ced_days_year", "count", "CED", "Days of CED training a year."),
        C("course_days_year", "count", "Courses", "Course days a year of those who replace leavers."),
        C("training_days_year", "count", "Training a year", "All of it, days a year, once all are in post."),
        C("training_days_first", "count", "Training, once",
          "Days of courses for the armed officers, and of training for those with a CED, beyond the base."),
    ), internal=True),
    Table("cost", "Cost by year", "An option by year and head.", (
        _OPTION,
        C("year", "year", "Year", "Year of the appraisal, from 0; empty: all years."),
        C("head", "text", "Head", "What the money is for; in the public edition of all years, or all heads."),
        C("budget_gbp", "money", "Amount", "More than the base, in the plan's price year [£]."),
    )),
    Table("cost_summary", "Cost", "An option.", (
        _OPTION,
        C("present_value_gbp", "money", "Present value", "Discounted cost beyond the base."),
        C("present_value_se", "money", "Its standard error", "Monte Carlo standard error."),
        C("low", "money", "Low", "5th percentile of the present value, or the mean below it."),
        C("high", "money", "High", "95th percentile of the present value, or the mean above it."),
        C("yearly_gbp", "money", "A year", "Equivalent annual cost."),
        C("yearly_se", "money", "Its standard error", "Monte Carlo standard error."),
        C("grant_gbp_year", "money", "Grant a year", "Grant towards it."),
        C("people_gained", "people", "People brought inside", "Inside the main standard, beyond the base."),
        C("people_gained_se", "people", "Its standard error", "Monte Carlo standard error."),
        C("per_person_gbp", "money", "A year per person", "Cost a year per person brought inside."),
        C("per_person_se", "money", "Its standard error", "Monte Carlo standard error."),
        C("reason", "text", "Why not", "Why there is no cost per person."),
    )),
    Table("funding", "Who pays", "An option by force.", (
        _OPTION, _FORCE,
        C("yearly_gbp", "money", "A year", "Equivalent annual cost at central values."),
        C("band_d_gbp", "money", "Band D", "A year on a Band D council tax bill of the force."),
    )),
    Table("break_even", "Break-even", "An option by quantity.", (
        _OPTION,
        C("quantity", "text", "Quantity", "What would have to change."),
        C("value", "number", "Value", "By how much."),
        C("unit", "text", "Unit", "Unit of the value."),
        C("meaning", "text", "Meaning", "In a sentence."),
    )),
    Table("statements", "What was said", "A statement made in public.", (
        C("statement", "text", "Statement", "Id of the statement."),
        C("said", "text", "What was said", "In the planner's words."),
        C("date", "text", "When", "Date of the statement."),
        C("source", "name", "Source", "Where it was said."),
        C("measure", "text", "Measure", "What the model is asked for."),
        C("statistic", "text", "Statistic", "Which statistic over people, for minutes."),
        C("said_low", "number", "Said, low", "Lower end of what was said."),
        C("said_high", "number", "Said, high", "Upper end of what was said."),
        C("scenario", "text", "Structure", "Structure of that date that the model takes."),
        C("model", "number", "Model", "What the model says."),
        C("model_low", "number", "Model, low", "5th percentile, or the mean below it."),
        C("model_high", "number", "Model, high", "95th percentile, or the mean above it."),
        C("at_least", "flag", "At least", f"Whether that is a lower bound, as {_NEVER}."),
        C("agrees", "flag", "Agrees", "Whether the model's central value lies in what was said."),
        C("within_doubt", "flag", "Within doubt", "Whether the model's interval meets what was said."),
        C("assumptions", "words", "Assumptions", "What was assumed for the comparison."),
        C("reading", "words", "Reading", "Why it differs, when it does."),
    )),
    Table("demand", "Calls", "A force by incident type.", (
        _FORCE, _INCIDENT, C("stream", "text", "Stream", "spontaneous, planned or attack."),
        C("planned", "flag", "Planned for", "Whether the force is planned for; otherwise a neighbour."),
        C("per_year", "number", "Calls a year", "Calls a year at central values."),
    )),
    Table("register", "Register of figures", "A figure of the plan.", (
        C("path", "text", "Figure", "Its path in the plan."),
        C("value", "number", "Value", "Central value."),
        C("low", "number", "Low", "Lower bound of the doubt."),
        C("high", "number", "High", "Upper bound of the doubt."),
        C("range", "text", "Bounds", "p5-p95 or min-max."),
        C("shape", "text", "Shape", "Distribution."),
        C("unit", "text", "Unit", "Unit."),
        C("kind", "text", "How known", "measured, stated, opinion, assumption or unsupported."),
        C("source", "text", "Source id", "Id of the source."),
        C("source_title", "text", "Source", "Title of the source."),
        C("source_date", "text", "Source date", "Date of the source."),
        C("scope", "words", "Counts", "Whom or what it counts."),
        C("as_of", "text", "As of", "The day it was true."),
        C("group", "text", "Group", "Figures that are drawn together."),
        C("drawn", "flag", "Drawn", "Whether its doubt was drawn; otherwise it was taken as certain."),
        C("note", "words", "Note", "The planner's note."),
        C("option", "name", "Option", "The option that sets it; empty for the base."),
    )),
    Table("certainty", "How many figures are certain", "All figures together.", (
        C("of", "text", "Of", "all."),
        C("figures", "count", "Figures", "Figures of the plan and its options, rows of tables included."),
        C("drawn", "count", "Doubt drawn", "Figures with bounds, whose doubt was drawn."),
        C("certain", "count", "Taken as certain", "Figures without bounds."),
        C("without_source", "count", "Without a source", "Figures that name no source."),
    )),
    Table("sources", "Sources", "A source.", (
        C("source", "text", "Source", "Id."),
        C("title", "text", "Title", "Title."),
        C("date", "text", "Date", "Date."),
        C("scope", "words", "Covers", "Whom or what it covers."),
        C("quality", "text", "Quality", "From official to memory or assumption."),
        C("where", "text", "Where", "Address, page or table."),
        C("note", "words", "Note", "The planner's note."),
    )),
    Table("notes", "Notes", "Something a reader should know.", (
        C("subject", "text", "About", "What it is about."),
        C("text", "words", "Note", "What to know."),
    )),
    Table("areas", "Areas", "An option by area.", (
        _OPTION, _AREA, _NAME, _FORCE, _CLASS,
        C("setting", "text", "Setting", "urban or rural."), _LON, _LAT, _PEOPLE,
        C("calls_per_year", "number", "Calls a year", "Calls of the main standard's type."),
        C("nearest_min", "minutes", "Nearest unit", "Minutes of the nearest armed unit if it is free."),
        _DRIVE, _FIRST, _FULL, _FIRST_BOUND, _FULL_BOUND, _CHANCE,
        C("units_in_time", "number", "Units in time", "Armed units that could arrive in time, mean."),
        C("chance_nearest_free", "share", "Nearest is free", "Chance that the nearest armed unit is free."),
    ), internal=True),
    Table("key_locations", "Key locations", "An option by key location.", (
        _OPTION, C("key_location", "text", "Id", "Id of the key location."), _NAME, _FORCE, _CLASS, _LON,
        _LAT, _INCIDENT, C("within_min", "minutes", "Own standard", "Its own standard."),
        _FIRST, _FULL, _FIRST_BOUND, _FULL_BOUND, _CHANCE,
    ), internal=True),
    Table("nearest_areas", "Driving to areas", "An area.", (
        _AREA, _NAME, _FORCE, _CLASS, _LON, _LAT, _PEOPLE, _SITE, _SITE_NAME, _DRIVE,
    ), internal=True),
    Table("nearest_key_locations", "Driving to key locations", "A key location.", (
        C("key_location", "text", "Id", "Id of the key location."), _NAME, _FORCE, _CLASS, _LON, _LAT,
        C("weight", "number", "Weight", "Its weight in the plan."), _SITE, _SITE_NAME, _DRIVE,
    ), internal=True),
    Table("off_network", "Off the roads", "A site or a place to which no road leads.", (
        C("kind", "text", "Kind", "site, area or key location."),
        C("id", "text", "Id", "Its id."), _NAME, C("reason", "text", "Has", "Why there are no minutes."),
    ), internal=True),
    Table("worst", "Worst-served areas", "An option by rank.", (
        _OPTION, C("rank", "count", "Rank", "1 is the worst."), _AREA, _NAME, _FORCE, _CLASS, _PEOPLE, _FIRST,
        _FIRST_BOUND, _CHANCE,
    ), internal=True),
    Table("units", "Units", "An option by unit.", (
        _OPTION, C("unit", "text", "Unit", "Id of the unit."), C("tier", "name", "Tier", "Tier."),
        _SITE, _SITE_NAME,
        _FORCE, _LON, _LAT, C("count", "count", "Units", "Like units."),
        C("hours_per_week", "count", "Hours a week", "Hours of the week on duty."),
        C("busy_share", "share", "Busy", "Share of the time that a unit is busy."),
    ), internal=True),
    Table("commitments", "Commitments", "An option by commitment.", (
        _OPTION, C("commitment", "text", "Commitment", "Id of the commitment."), _FORCE,
        C("tier", "name", "Tier", "Tier."),
        C("hours_per_week", "count", "Hours a week", "Hours of the week in which it takes place."),
        C("units", "number", "Units wanted", "Units that it takes."),
        C("units_on_duty", "number", "On duty", "Units on duty that could take it, mean over its hours."),
        C("units_short", "number", "Short", "Units wanted beyond those on duty, mean over its hours."),
    ), internal=True),
    Table("by_hour", "Cover by hour of the week", "An option by hour of the week and standard.", (
        _OPTION, _HOUR, _DAY, _CLOCK, C("standard", "name", "Standard", "The standard."), _NAME,
        _SCOPE_KIND, _SCOPE,
        C("share_expected", "share", "Expected", "Share inside the standard, of the calls of that hour."),
    ), internal=True),
    Table("nobody_free", "Nobody free", "An option by hour of the week and force.", (
        _OPTION, _HOUR, _DAY, _CLOCK, _FORCE,
        C("units_on_duty", "count", "On duty", "Armed units on duty: its own, and those shared with it."),
        C("chance_nobody_free", "share", "Nobody free", "Chance that all of these are busy."),
    ), internal=True),
)  # fmt: skip

TABLES: Mapping[str, Table] = {table.name: table for table in _TABLES}
"""Every table of results, by name."""


def kind_of(table: str, column: str, *, numeric: bool) -> Kind:
    """Return what a column holds; of one that is not listed, from its ending.

    Parameters
    ----------
    table, column
        Names.
    numeric
        Whether it holds numbers.
    """
    known = TABLES[table].column(column) if table in TABLES else None
    if known is not None:
        return known.kind
    if not numeric:
        return "text"
    if column.endswith("_min"):
        return "minutes"
    if column.startswith("years_"):
        return "years"
    if "gbp" in column.split("_"):
        return "money"
    if column.startswith(("share", "chance")) or column.endswith(("_share", "_chance")):
        return "share"
    return "number"
