"""The data dictionary of the results: every table and column, what it means, and who may see it.

One list drives the choice of what the public edition may hold (what is not listed here stays internal), how
numbers are written, the workbook's first sheet and the documentation.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial

from standby.tables.column import Column, Table
from standby.words import Kind

C, P = Column, partial(Column, public=True)
"""An internal column, and one that the public may see."""

_OPTION = P("option", "name", "Option", "The option; `base` is the plan as it is.")
_INCIDENT = P("incident_type", "name", "Incident type", "The incident type.")
_MEASURE = P(
    "measure", "text", "Measure", "first: first armed arrival; full: full attendance.", short="Until"
)
_SCOPE_KIND = P(
    "scope_kind", "text", "Part", "all, force, setting (urban or rural), force setting, or class."
)
_SCOPE = P("scope", "name", "Where", "Which force, setting or class; empty for all.")
_FORCE = C("force", "name", "Force", "The force.")
_CLASS = C("class", "name", "Class", "Class of the place.")
_AREA = C("area", "text", "Area id", "Id of the area.")
_NAME = P("name", "text", "Name", "Name.")
_STANDARD_NAME = P("name", "text", "Name", "Name of the standard.", short="Standard")
_AREA_NAME = C("name", "text", "Name", "Name of the area.", short="Area")
_SITED_NAME = C("name", "text", "Name", "Name of the site.", short="Site")
_LON = C("lon", "number", "Longitude", "Longitude [degrees, WGS 84].", unit="degrees")
_LAT = C("lat", "number", "Latitude", "Latitude [degrees, WGS 84].", unit="degrees")
_PEOPLE = C("people", "count", "People", "Residents.", unit="people")
_NEVER = "calls beyond the plan's limit, or never reached, count as the limit"
_FIRST = C(
    "first_mean_min", "minutes", "First armed arrival",
    f"Mean minutes to the first armed arrival; {_NEVER}.", "first_at_least",
    short="First armed arrival [min]",
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
_CLOCK = C("clock", "number", "From", "Hour of the day, 0 to 23.", unit="h")
_HOUR = C("hour", "number", "Hour", "Hour of the week; 0 is Monday from midnight to one.", unit="h")
_FURTHER = "further out where the Monte Carlo error of the mean leaves more open"
_CHANCE = C("chance_in_time", "share", "Chance in time", "Chance of first arrival within the main standard.")
_REQUIRED = P(
    "required",
    "share",
    "Required",
    "Share that the standard asks for.",
    rounding="stated",
    short="Asked for",
)
_SITE = C("site", "text", "Site id", "Id of the site.")
_SITE_NAME = C("site_name", "text", "Site", "Name of the site.")
_NEAREST_SITE = C("site_name", "text", "Nearest site", "Name of the nearest site.")
_DRIVE = C(
    "drive_min",
    "minutes",
    "Drive",
    "Minutes of driving on an emergency call from the nearest site.",
    short="Drive [min]",
)
_ESTABLISHMENT = P(
    "establishment",
    "count",
    "Establishment",
    "Armed officers the force has posts for.",
    unit="officers",
    short="Establish- ment",
)
_STRENGTH = P("strength", "count", "Strength", "Armed officers in post.", unit="officers", short="In post")
_DEPLOYABLE = P("deployable", "count", "Deployable", "Armed officers who may be sent.", unit="officers")

_FORCES = C("forces", "text", "Force ids", "Ids of the forces planned together.", short="Forces")
_CALL = C("id", "text", "Call", "Id of the call.")
_NEED_UNITS = (
    C("tier", "name", "Tier", "Tier."), _SITE, C("name", "text", "Site", "Name of the site."),
    C("provider", "text", "Provider", "Force whose units they are."),
    C("control", "text", "Control", "own or pooled."),
    C("hours", "text", "Hours", "Hours of the week on duty, as a plan writes them."),
    C("hours_per_week", "count", "Hours a week", "How many hours that is.", unit="h/week"),
    C("units", "count", "Units", "Like units.", unit="units"),
)  # fmt: skip
_CALLS = C("calls", "count", "Calls", "How many calls it is from.", unit="calls")
_RATIOS = (
    C("expected", "count", "Expected", "Calls that were to be expected.", unit="calls"),
    C("raw", "number", "Ratio", "Calls over expected."),
    C("estimate", "number", "Estimate", "The ratio, drawn towards 1 by as much as calls are few."),
    C("low", "number", "Low", "5th percentile of what is known of it."),
    C("high", "number", "High", "95th percentile of what is known of it."),
)
_BY = C("by", "text", "By", "all, incident type, force, class, hours or tier.")
_GROUP = C("group", "text", "Group", "Which of them; (others): those that are small, together.")
_ALLOWED = "What chance allows nine times in ten"
_OFF = (
    C("chance", "share", "By chance", "Chance of something as far off, on either side."),
    C("off", "flag", "Off", "Whether that is less than all the comparisons together allow."),
)

_PROGRESS = (
    C("year", "year", "Year", "Year ahead, from 1."),
    C(
        "filled",
        "share",
        "Posts filled",
        "Share of the posts that the option adds which courses have filled, mean over the year and draws.",
    ),
    C("filled_low", "share", "Filled, low", "5th percentile, or the mean below it."),
    C("filled_high", "share", "Filled, high", "95th percentile, or the mean above it."),
    C(
        "strength",
        "count",
        "In post",
        "Armed officers in post at the end of the year, mean over draws.",
        unit="officers",
    ),
    C("strength_low", "count", "In post, low", "5th percentile, or the mean below it.", unit="officers"),
    C("strength_high", "count", "In post, high", "95th percentile, or the mean above it.", unit="officers"),
    C(
        "chance_staffed",
        "share",
        "Chance of being staffed",
        "Share of the draws in which every post, the base's own too, is filled at the end of the year.",
        short="Staffed",
    ),
)

_TABLES = (
    Table("options", "Options", "An option, its status and why.", (
        _OPTION, _NAME,
        P("description", "words", "What it is", "In the planner's words."),
        P("status", "text", "Status", "open or ruled out."),
        C("reason", "words", "Reason", "Why it is ruled out, and by whom."),
        C("forces_ruled_out", "words", "Ruled out by force", "Forces that ruled it out, and why."),
    ), public=True),
    Table("criteria", "Criteria", "A criterion of the decision table.", (
        P("criterion", "text", "Criterion", "Id of the criterion."), _NAME,
        P("unit", "text", "Unit", "Unit of the numbers."),
        P("better", "text", "Better", "higher, lower, or empty where neither is better in itself."),
        P("description", "words", "Meaning", "What it says."),
    ), public=True),
    Table("decision", "Decision table", "An option by a criterion.", (
        _OPTION,
        P("criterion", "name", "Criterion", "The criterion."),
        P("mean", "measure", "Mean", "Mean over the draws.", "at_least"),
        C("se", "measure", "Standard error", "Monte Carlo standard error of the mean."),
        P("low", "measure", "Low", "5th percentile, or the mean below it."),
        P("high", "measure", "High", "95th percentile, or the mean above it."),
        C("central", "measure", "Central", "At the central values of all figures.", "at_least"),
        P("difference", "measure", "Difference", "Mean of the option less the base on the same draws.",
          rounding="difference", signed=True),
        C("difference_se", "measure", "Its standard error", "Monte Carlo standard error of the difference."),
        C("difference_low", "measure", "Difference, low", f"5th percentile, {_FURTHER}.", signed=True),
        C("difference_high", "measure", "Difference, high", f"95th percentile, {_FURTHER}.", signed=True),
        P("chance_best", "share", "Best in", "Share of the draws in which nothing open is better.",
          rounding="draws"),
        P("alike", "flag", "Alike", "Whether the interval of the difference holds 0: not told from nothing."),
        P("at_least", "flag", "At least", f"Whether the mean is a lower bound, as {_NEVER}."),
    ), public=True, beside=("criteria",)),
    Table("pairs", "Pairs of options", "Two options by a criterion that has a direction.", (
        P("criterion", "name", "Criterion", "The criterion."), _OPTION,
        P("other", "name", "Other option", "The other option."),
        P("chance_better", "share", "Better in", "Share of the draws in which the first is better.",
          rounding="draws"),
        C("difference", "measure", "Difference", "Mean of the first less the other.", signed=True),
        C("difference_se", "measure", "Its standard error", "Monte Carlo standard error of the difference."),
        C("difference_low", "measure", "Difference, low", f"5th percentile, {_FURTHER}.", signed=True),
        C("difference_high", "measure", "Difference, high", f"95th percentile, {_FURTHER}.", signed=True),
        P("alike", "flag", "Alike", "Whether the interval of the difference holds 0: not told apart."),
    ), public=True, beside=("criteria",)),
    Table("best", "Best, and what is like it", "A criterion that has a direction, by open option.", (
        P("criterion", "name", "Criterion", "The criterion."), _OPTION,
        P("mean", "measure", "Mean", "Mean over the draws."),
        P("best", "flag", "Best mean", "Whether no open option, nor the base, has a better mean."),
        P("share_of_draws", "share", "Best in", "Share of the draws in which nothing open is better.",
          rounding="draws"),
        C("behind", "measure", "Behind the best", "Mean by which it is worse than the best.", signed=True),
        C("behind_low", "measure", "Behind, low", f"5th percentile of that, {_FURTHER}.", signed=True),
        C("behind_high", "measure", "Behind, high", f"95th percentile of that, {_FURTHER}.", signed=True),
        P("alike", "flag", "Like the best", "Whether that interval holds 0: it can't be told from the best."),
        P("smallest_difference", "measure", "Could have shown",
          "Smallest mean difference from the best that could have been told from nothing: the larger of the "
          "next two, and no less than what a table shows."),
        C("smallest_by_doubt", "measure", "By the doubt",
          "From the mean of that difference to its 5th percentile: what the doubt of the figures hides."),
        C("smallest_by_draws", "measure", "By the draws",
          "Four Monte Carlo standard errors of that difference: what this number of draws hides."),
        P("present_value_gbp", "money", "Cost", "Present value beyond the base, mean over the draws."),
        P("present_value_low", "money", "Cost, low", "5th percentile, or the mean below it."),
        P("present_value_high", "money", "Cost, high", "95th percentile, or the mean above it."),
        P("cheapest", "flag", "Cheapest of these", "Whether none that is like the best costs less."),
    ), public=True, beside=("criteria",)),
    Table("moves", "What an option moves", "An option by standard, beside the base.", (
        _OPTION, P("standard", "name", "Standard", "The standard."), _STANDARD_NAME, _MEASURE,
        P("share_before", "share", "Share, as it is", "Share inside it in the base, mean over draws."),
        P("share_after", "share", "Share", "Share inside it with the option."),
        P("points", "count", "Points", "Change of that share [percentage points].", rounding="difference",
          unit="points", signed=True),
        C("points_low", "count", "Points, low", f"5th percentile of the change, {_FURTHER}.", unit="points",
          signed=True),
        C("points_high", "count", "Points, high", f"95th percentile of the change, {_FURTHER}.",
          unit="points", signed=True),
        P("reach_moved", "flag", "Share moved", "Whether that interval leaves 0 out."),
        C("before_min", "minutes", "Mean, as it is",
          "Mean minutes of what the standard is about, over those whom it is for, in the base.",
          "before_at_least"),
        C("after_min", "minutes", "Mean", "The same with the option.", "after_at_least"),
        C("change_min", "minutes", "Change", "Change of that mean.", signed=True),
        C("change_low_min", "minutes", "Change, low", f"5th percentile of the change, {_FURTHER}.",
          signed=True),
        C("change_high_min", "minutes", "Change, high", f"95th percentile of the change, {_FURTHER}.",
          signed=True),
        C("minutes_moved", "flag", "Minutes moved", "Whether that interval leaves 0 out."),
        C("before_at_least", "flag", "At least, as it is", f"Whether it is a lower bound, as {_NEVER}."),
        C("after_at_least", "flag", "At least", f"Whether it is a lower bound, as {_NEVER}."),
    ), public=True),
    Table("standards", "Standards", "An option by a standard and a part of the plan.", (
        _OPTION,
        P("standard", "name", "Standard", "The standard."), _STANDARD_NAME, _INCIDENT, _MEASURE,
        P("of", "text", "Share of", "people, demand or key_locations."),
        P("within_min", "minutes", "Within", "Minutes from the call.",
          rounding="stated"), _SCOPE_KIND, _SCOPE,
        C("share_if_free", "share", "If all were free", "Share inside it if every unit were free."),
        P("share_expected", "share", "Expected", "Share inside it, with the chance that units are free."),
        C("share_assured", "share", "Assured",
          "Share at places, each counted whole, that are reached in time with at least the standard's "
          "reliability; it can be above the expected share."),
        _REQUIRED,
        P("reliability", "share", "Reliability", "Chance at which an area counts as reached.",
          rounding="stated"),
        P("met", "flag", "Met", "Whether the standard is met."),
        P("mean", "share", "Mean over draws", "Expected share, mean over the draws."),
        C("se", "share", "Standard error", "Monte Carlo standard error of the mean."),
        C("low", "share", "Low", "5th percentile, or the mean below it."),
        C("high", "share", "High", "95th percentile, or the mean above it."),
    ), public=True),
    Table("backup", "Backup", "An option by a standard and a part of the plan.", (
        _OPTION, C("standard", "name", "Standard", "The standard."), _STANDARD_NAME, _SCOPE_KIND, _SCOPE,
        C("share_two_if_free", "share", "Two, if all were free",
          "Share that two units can reach if all are free."),
        C("share_two_expected", "share", "Two, expected", "The same, with the chance that they are free."),
    )),
    Table("land", "Land", "An option by a standard of areas and a part of the plan.", (
        _OPTION, C("standard", "name", "Standard", "The standard."), _STANDARD_NAME, _SCOPE_KIND, _SCOPE,
        C("land_km2", "count", "Land", "Land of the areas whose extent the plan gives [km²].", unit="km²",
          short="Land [km²]"),
        C("share_if_free", "share", "If all were free",
          "Share of it inside the standard if every unit were free."),
        C("share_expected", "share", "Expected", "The same, with the chance that units are free."),
    )),
    Table("minutes", "Minutes", "An option by incident type, measure, weight and part of the plan.", (
        _OPTION, _INCIDENT, _MEASURE,
        P("weight", "text", "Weight", "Over people, demand or key_locations."), _SCOPE_KIND, _SCOPE,
        P("mean_min", "minutes", "Mean", f"Mean minutes from the call; {_NEVER}.", "at_least"),
        C("p50_min", "minutes", "Median",
          "Minutes that half of the calls are within, spread by the weight and over the hours.",
          short="Half within"),
        C("p90_min", "minutes", "90th percentile", "Minutes that nine in ten of these calls are within.",
          short="9 in 10 within"),
        C("p95_min", "minutes", "95th percentile", "Minutes that nineteen in twenty of them are within.",
          short="19 in 20 within"),
        C("beyond_share", "share", "Beyond", "Share of these calls beyond the limit, or never reached."),
        P("at_least", "flag", "At least", f"Whether the mean is a lower bound, as {_NEVER}."),
    ), public=True),
    Table("nearest", "Driving from the nearest site", "A part of the plan.", (
        _SCOPE_KIND, _SCOPE, _PEOPLE,
        C("mean_min", "minutes", "Mean", "Mean minutes of driving; beyond the limit counts as the limit.",
          "at_least"),
        C("p50_min", "minutes", "Median", "Minutes of driving that half of the people are within.",
          short="Half within"),
        C("p90_min", "minutes", "90th percentile", "Minutes of driving that nine in ten are within.",
          short="9 in 10 within"),
        C("p95_min", "minutes", "95th percentile", "Minutes of driving that nineteen in twenty are within.",
          short="19 in 20 within"),
        C("share_without", "share", "No road", "Share of people to whom no way leads from any site."),
        C("at_least", "flag", "At least", "Whether the mean is a lower bound, as some are beyond the limit."),
    )),
    Table("gap", "Urban–rural gap", "An option by incident type and measure.", (
        _OPTION, _INCIDENT, _MEASURE,
        C("urban_p50_min", "minutes", "Urban median", "Minutes that half of the urban calls are within."),
        C("rural_p50_min", "minutes", "Rural median", "Minutes that half of the rural calls are within."),
        C("gap_p50_min", "minutes", "Gap of medians", "Rural less urban median; neither way is better.",
          signed=True),
        C("urban_p90_min", "minutes", "Urban 90th", "Minutes that nine in ten urban calls are within."),
        C("rural_p90_min", "minutes", "Rural 90th", "Minutes that nine in ten rural calls are within."),
        C("gap_p90_min", "minutes", "Gap of 90ths", "Rural less urban 90th percentile.", signed=True),
    )),
    Table("build_up", "Build-up", "An option by incident type, part of the plan and minutes from the call.", (
        _OPTION, _INCIDENT, _SCOPE_KIND, _SCOPE,
        C("minutes", "minutes", "By", "Minutes from the call."),
        C("own", "count", "The force's own",
          "Expected armed officers of the force who are there.", unit="officers"),
        C("shared", "count", "Forces that share",
          "Expected armed officers of forces that share.", unit="officers"),
        C("neighbour", "count", "Lent by neighbours",
          "Expected armed officers lent by neighbours.", unit="officers"),
    )),
    Table("need", "What would be needed", "A standard by the forces that plan together.", (
        P("standard", "name", "Standard", "The standard."), _STANDARD_NAME,
        _FORCES,
        P("forces_name", "text", "Forces", "Forces planned together."),
        P("sites", "text", "Sites", "existing: sites in use; all: every listed site."),
        _REQUIRED,
        P("attainable", "flag", "Can be met", "Whether units at the sites meet it in every force."),
        C("attainable_share", "share", "Attainable",
          "Largest share that any number of units could reach, in the force where that is least.",
          short="Can be reached"),
        C("share_every_site", "share", "From every site", "Attainable from every listed site, if not met."),
        C("share_one_minute_more", "share", "A minute more", "Attainable with one more minute, if not met."),
        P("reason", "text", "Why there is no number", "Why no number of units is given."),
        P("crewed_units", "count", "Crewed units", "Crewed units in the hours that need most.", unit="units"),
        P("posts", "count", "Posts", "Armed posts, mean over the hours of the week.", unit="units"),
        P("officers", "count", "Officers needed", "Armed officers needed to keep them crewed.",
          unit="officers", short="Officers"),
        _ESTABLISHMENT, _STRENGTH, _DEPLOYABLE,
        P("gap_establishment", "count", "Less establishment", "Officers needed less establishment.",
          unit="officers", signed=True, rounding="difference"),
        P("gap_strength", "count", "Less strength", "Officers needed less strength.",
          unit="officers", signed=True, rounding="difference", short="Short by"),
        P("gap_deployable", "count", "Less deployable", "Officers needed less deployable.",
          unit="officers", signed=True, rounding="difference"),
        C("bound", "count", "At least", "Proven lower bound of crewed units.", unit="units"),
        C("proven", "flag", "Proven", "Whether fewer units are proven not to be enough."),
        C("solved", "flag", "Solved", "Whether the search came to an end."),
    ), public=True),
    Table("staffing", "Staffing", "An option by force; for the public, forces that publish their own.", (
        _OPTION, P("force", "name", "Force", "The force."),
        C("armed_posts", "count", "Armed units", "Crewed armed units on duty, mean over the week.",
          unit="units"),
        C("officers_needed", "count", "Officers needed", "Armed officers needed to crew them.",
          unit="officers"),
        _ESTABLISHMENT, _STRENGTH,
        C("deployable", "count", "Deployable", "Armed officers who may be sent.", unit="officers"),
        C("spare", "count", "Spare", "Deployable armed officers whom no post needs.", unit="officers"),
        C("new_officers", "count", "To train", "Officers to find and train beyond those in post.",
          unit="officers"),
        C("retrained", "count", "Retrained", "Spare officers who take the course of another tier.",
          unit="officers"),
        C("target", "count", "Target", "Strength that the option plans for.", unit="officers"),
        C("years_to_target", "years", "Years to get there", "Years of courses until they are in post."),
        C("highest_strength", "count", "Highest strength", "Highest strength that the courses reach.",
          unit="officers"),
        C("settled_strength", "count", "Settles at", "Strength at which courses and losses balance.",
          unit="officers"),
        C("armed_officers", "count", "Armed officers", "Officers who carry a firearm.", unit="officers"),
        C("armed_share", "share", "Share armed", "Of all officers of the force."),
        C("armed_hours_year", "count", "Armed hours", "Hours on duty with a firearm a year.", unit="h/year"),
    ), public=True),
    Table("delivery", "Delivery", "An option by year, all planned forces together or one.", (
        _OPTION, _SCOPE_KIND, _SCOPE,
        *_PROGRESS,
        C("reached", "people", "Reached",
          "People, or key locations by weight, inside the main standard, mean over the year and draws: a "
          "force's posts are crewed for the share of the time that is filled."),
        C("reached_low", "people", "Reached, low", "5th percentile, or the mean below it."),
        C("reached_high", "people", "Reached, high", "95th percentile, or the mean above it."),
        C("budget_gbp", "money", "Cost", "More than the base in the year, mean over draws, not discounted."),
    )),
    Table("staff_delivery", "Posts filled", "An option by year, all planned forces together or one.", (
        _OPTION, _SCOPE_KIND, _SCOPE, *_PROGRESS,
    )),
    Table("staff_courses", "Seats and volunteers", "An option by force, at central values.", (
        _OPTION, _FORCE,
        C("seats", "count", "Seats a year", "Seats on initial courses.", unit="officers/year"),
        C("volunteers", "count", "Volunteers a year", "Suitable volunteers; empty: no limit.",
          unit="officers/year"),
        C("passed", "count", "Pass a year", "Officers whom courses accredit.", unit="officers/year"),
        C("required", "count", "In post needed", "Armed officers in post at whom every post is filled.",
          unit="officers"),
        C("years_to_staff", "years", "Years",
          "Years until every post is filled, and stays so to the end of the years ahead, or else for good; "
          "never: not within a hundred."),
        C("seats_needed", "count", "Seats needed",
          "Fewest seats a year, with as many volunteers, with which every post is filled at the end; empty "
          "where those there are do.", unit="officers/year"),
        C("limit", "text", "Limit", "What falls short: officers of the force, courses, volunteers."),
    )),
    Table("training", "CED and training", "An option, all planned forces together or one.", (
        _OPTION, _SCOPE_KIND, _SCOPE,
        C("ced_officers", "count", "Officers with a CED", "Officers trained to carry a CED (Taser).",
          unit="officers"),
        C("ced_share", "share", "Share with a CED", "Of all officers."),
        C("refresher_days_year", "count", "Refreshers", "Refresher days of armed officers a year.",
          unit="days/year"),
        C("ced_days_year", "count", "CED", "Days of CED training a year.", unit="days/year"),
        C("course_days_year", "count", "Courses", "Course days a year of those who replace leavers.",
          unit="days/year"),
        C("training_days_year", "count", "Training a year", "All of it, days a year, once all are in post.",
          unit="days/year"),
        C("training_days_first", "count", "Training, once",
          "Days of courses for the armed officers, and of training for those with a CED, beyond the base.",
          unit="days"),
    )),
    Table("cost", "Cost by year", "An option by year and head.", (
        _OPTION,
        P("year", "year", "Year", "Year of the appraisal, from 0; empty: all years.", rounding="stated"),
        P("head", "text", "Head", "What the money is for; in the public edition of all years, or all heads."),
        P("budget_gbp", "money", "Amount", "More than the base, in the plan's price year [£]."),
    ), public=True),
    Table("cost_summary", "Cost", "An option.", (
        _OPTION,
        P("present_value_gbp", "money", "Present value", "Discounted cost beyond the base."),
        C("present_value_se", "money", "Its standard error", "Monte Carlo standard error."),
        P("low", "money", "Low", "5th percentile of the present value, or the mean below it."),
        P("high", "money", "High", "95th percentile of the present value, or the mean above it."),
        P("yearly_gbp", "money", "A year", "Equivalent annual cost.", unit="£/year"),
        C("yearly_se", "money", "Its standard error", "Monte Carlo standard error.", unit="£/year"),
        P("grant_gbp_year", "money", "Grant a year", "Grant towards it.", unit="£/year"),
        C("people_gained", "people", "People brought inside", "Inside the main standard, beyond the base."),
        C("people_gained_se", "people", "Its standard error", "Monte Carlo standard error."),
        C("per_person_gbp", "money", "A year per person brought inside",
          "Cost a year per person brought inside.", unit="£/year"),
        C("per_person_se", "money", "Its standard error", "Monte Carlo standard error.", unit="£/year"),
        C("reason", "text", "Why not", "Why there is no cost per person."),
    ), public=True),
    Table("funding", "Who pays", "An option by force.", (
        _OPTION, _FORCE,
        C("yearly_gbp", "money", "A year", "Equivalent annual cost at central values.", unit="£/year"),
        C("band_d_gbp", "money", "Band D", "A year on a Band D council tax bill of the force.",
          unit="£/year"),
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
        C("series", "text", "Series", "Series that it is judged by in place of the model; empty: none."),
        C("verdict", "text", "Verdict",
          "By the series: holds, does not hold, stale or unsupported; empty: no series."),
        C("finding", "words", "Finding", "The verdict in a sentence, with values, days and base."),
        C("assumptions", "words", "Assumptions", "What was assumed for the comparison."),
        C("reading", "words", "Reading", "Why it differs, when it does."),
    )),
    Table("demand", "Calls", "A force by incident type.", (
        _FORCE, _INCIDENT, C("stream", "text", "Stream", "spontaneous, planned or attack."),
        C("planned", "flag", "Planned for", "Whether the force is planned for; otherwise a neighbour."),
        C("per_year", "number", "Calls a year", "Calls a year at central values.", unit="calls/year"),
    )),
    Table("register", "Register of figures", "A figure of the plan.", (
        P("path", "text", "Figure", "Its path in the plan."),
        P("value", "number", "Value", "Central value."),
        P("low", "number", "Low", "Lower bound of the doubt."),
        P("high", "number", "High", "Upper bound of the doubt."),
        P("range", "text", "Bounds", "p5-p95 or min-max."),
        P("shape", "text", "Shape", "Distribution."),
        P("unit", "text", "Unit", "Unit."),
        P("kind", "text", "How known", "measured, stated, opinion, assumption or unsupported."),
        P("source", "text", "Source id", "Id of the source."),
        P("source_title", "text", "Source", "Title of the source."),
        P("source_date", "text", "Source date", "Date of the source."),
        C("scope", "words", "Counts", "Whom or what it counts."),
        P("as_of", "text", "As of", "The day it was true."),
        C("group", "text", "Group", "Figures that are drawn together."),
        P("drawn", "flag", "Drawn", "Whether its doubt was drawn; otherwise it was taken as certain."),
        C("note", "words", "Note", "The planner's note."),
        P("option", "name", "Option", "The option that sets it; empty for the base."),
    ), public=True, stated=True),
    Table("certainty", "How many figures are certain", "All figures together.", (
        P("of", "text", "Of", "all."),
        P("figures", "count", "Figures", "Figures of the plan and its options, rows of tables included.",
          unit="figures"),
        P("drawn", "count", "Doubt drawn", "Figures with bounds, whose doubt was drawn.", unit="figures"),
        P("certain", "count", "Taken as certain", "Figures without bounds.", unit="figures"),
        P("without_source", "count", "Without a source", "Figures that name no source.", unit="figures"),
    ), public=True, stated=True),
    Table("sources", "Sources", "A source.", (
        P("source", "text", "Source", "Id."),
        P("title", "text", "Title", "Title."),
        P("date", "text", "Date", "Date."),
        C("scope", "words", "Covers", "Whom or what it covers."),
        P("quality", "text", "Quality", "From official to memory or assumption."),
        P("where", "text", "Where", "Address, page or table."),
        C("note", "words", "Note", "The planner's note."),
    ), public=True, stated=True),
    Table("notes", "Notes", "Something a reader should know.", (
        C("subject", "text", "About", "What it is about."),
        C("text", "words", "Note", "What to know."),
    )),
    Table("areas", "Areas", "An option by area.", (
        _OPTION, _AREA, _AREA_NAME, _FORCE, _CLASS,
        C("setting", "text", "Setting", "urban or rural."), _LON, _LAT, _PEOPLE,
        C("calls_per_year", "number", "Calls a year", "Calls of the main standard's type.",
          unit="calls/year"),
        C("nearest_min", "minutes", "Nearest unit", "Minutes of the nearest armed unit if it is free."),
        _DRIVE, _FIRST, _FULL, _FIRST_BOUND, _FULL_BOUND, _CHANCE,
        C("units_in_time", "number", "Units in time", "Armed units that could arrive in time, mean.",
          unit="units"),
        C("chance_nearest_free", "share", "Nearest is free", "Chance that the nearest armed unit is free."),
    )),
    Table("key_locations", "Key locations", "An option by key location.", (
        _OPTION, C("key_location", "text", "Id", "Id of the key location."), _NAME, _FORCE, _CLASS, _LON,
        _LAT, _INCIDENT, C("within_min", "minutes", "Own standard", "Its own standard.", rounding="stated"),
        _FIRST, _FULL, _FIRST_BOUND, _FULL_BOUND, _CHANCE,
    )),
    Table("nearest_areas", "Driving to areas", "An area.", (
        _AREA, _AREA_NAME, _FORCE, _CLASS, _LON, _LAT, _PEOPLE, _SITE, _NEAREST_SITE, _DRIVE,
    )),
    Table("nearest_key_locations", "Driving to key locations", "A key location.", (
        C("key_location", "text", "Id", "Id of the key location."), _NAME, _FORCE, _CLASS, _LON, _LAT,
        C("weight", "number", "Weight", "Its weight in the plan."), _SITE, _NEAREST_SITE, _DRIVE,
    )),
    Table("off_network", "Off the roads", "A site or a place to which no road leads.", (
        C("kind", "text", "Kind", "site, area or key location."),
        C("id", "text", "Id", "Its id."), _NAME, C("reason", "text", "Has", "Why there are no minutes."),
    )),
    Table("worst", "Worst-served areas", "An option by rank.", (
        _OPTION, C("rank", "count", "Rank", "1 is the worst."), _AREA, _AREA_NAME, _FORCE, _CLASS, _PEOPLE,
        _FIRST, _FIRST_BOUND, _CHANCE,
    )),
    Table("units", "Units", "An option by unit.", (
        _OPTION, C("unit", "text", "Unit", "Id of the unit."), C("tier", "name", "Tier", "Tier."),
        _SITE, _SITE_NAME,
        _FORCE, _LON, _LAT, C("count", "count", "Units", "Like units.", unit="units"),
        C("hours_per_week", "count", "Hours a week", "Hours of the week on duty.", unit="h/week"),
        C("busy_share", "share", "Busy", "Share of the time that a unit is busy."),
    )),
    Table("commitments", "Commitments", "An option by commitment.", (
        _OPTION, C("commitment", "text", "Commitment", "Id of the commitment."), _FORCE,
        C("tier", "name", "Tier", "Tier."),
        C("hours_per_week", "count", "Hours a week", "Hours of the week in which it takes place.",
          unit="h/week"),
        C("units", "number", "Units wanted", "Units that it takes.", unit="units"),
        C("units_on_duty", "number", "On duty, mean",
          "Units on duty that could take it, mean over its hours.", unit="units"),
        C("units_short", "number", "Short, mean", "Units wanted beyond those on duty, mean over its hours.",
          unit="units"),
    )),
    Table("by_hour", "Cover by hour of the week", "An option by hour of the week and standard.", (
        _OPTION, _HOUR, _DAY, _CLOCK, C("standard", "name", "Standard", "The standard."), _STANDARD_NAME,
        _SCOPE_KIND, _SCOPE,
        C("share_expected", "share", "Expected", "Share inside the standard, of the calls of that hour."),
    )),
    Table("nobody_free", "Nobody free", "An option by hour of the week and force.", (
        _OPTION, _HOUR, _DAY, _CLOCK, _FORCE,
        C("units_on_duty", "count", "On duty", "Armed units on duty: its own, and those shared with it.",
          unit="units"),
        C("chance_nobody_free", "share", "Nobody free", "Chance that all of these are busy."),
    )),
    Table("siting_groups", "Inside the standard of a siting", "A part of the plan.", (
        _SCOPE_KIND, _SCOPE,
        C("places", "count", "Places", "How many places.", unit="places"),
        C("total", "people", "Counted", "People, calls a year or weight, as the standard counts."),
        C("inside_today", "people", "Inside today", "Counted inside today, if all units are free."),
        C("inside", "people", "Inside then", "The same in the answer."),
        C("gained", "people", "Gained", "Counted at places that gain."),
        C("lost", "people", "Lost", "Counted at places that lose."),
        C("share_today", "share", "Share today", "Share inside the standard today, if all units are free."),
        C("share", "share", "Share then", "The same in the answer."),
        C("mean_today_min", "minutes", "Mean today",
          "Mean minutes to the nearest unit today, at most the plan's limit."),
        C("mean_min", "minutes", "Mean then", "The same in the answer."),
    ), of_a_siting=True),
    Table("siting_standards", "Standards, before and after a siting", "A standard by a part of the plan.", (
        P("standard", "text", "Standard", "Id of the standard."), _STANDARD_NAME, _SCOPE_KIND, _SCOPE,
        _REQUIRED,
        C("share_if_free_today", "share", "If free, today",
          "Share inside by the model of cover if no unit were busy, today."),
        C("share_if_free", "share", "If free, then", "The same in the answer."),
        P("share_expected_today", "share", "Expected today",
          "Expected share inside, counting that units are busy, today."),
        P("share_expected", "share", "Expected then", "The same in the answer."),
        C("share_assured_today", "share", "Assured today",
          "Share reached with the standard's reliability, today."),
        C("share_assured", "share", "Assured then", "The same in the answer."),
    ), public=True, of_a_siting=True),
    Table("siting_curve", "What each unit adds", "A number of units.", (
        C("units", "count", "Units", "The most units that could be placed.", unit="units"),
        C("value", "number", "Best", "Best value of the siting model with so many units."),
        C("bound", "number", "No answer beats", "What no placement of so many units can beat."),
        C("gap", "number", "Gap", "Relative difference of the two; 0: proven best."),
        C("marginal", "number", "The last unit adds", "What the last unit adds to the value."),
        C("units_used", "count", "Units used", "Units that the answer places.", unit="units"),
    ), of_a_siting=True),
    Table("siting_sites", "Sites of a siting", "A site with units today or in the answer.", (
        _SITE, _SITED_NAME, _FORCE,
        C("existing", "flag", "In use today", "Whether the site is in use today."),
        _LON, _LAT,
        C("units_today", "count", "Units today",
          "Units of the tier that stand there today: those that were sited, and those that stay and count.",
          unit="units"),
        C("units", "count", "Units then", "The same in the answer.", unit="units"),
        C("difference", "count", "Difference", "Units in the answer less units today.",
          unit="units", signed=True),
    ), of_a_siting=True),
    Table("siting_places", "Places of a siting", "An area or key location.", (
        C("place", "text", "Place", "Id of the area or key location."), _NAME,
        C("kind", "text", "Kind", "Area or key location."), _FORCE, _CLASS,
        C("setting", "text", "Setting", "Urban or rural."), _LON, _LAT,
        C("total", "people", "Counted", "People, calls a year or weight, as the standard counts."),
        C("within_min", "minutes", "Within", "Minutes of the standard there.", rounding="stated"),
        C("nearest_today_min", "minutes", "Nearest today",
          "Minutes from the call until the nearest unit comes, today."),
        C("nearest_min", "minutes", "Nearest then", "The same in the answer."),
        C("units_in_reach_today", "count", "In reach today", "Units inside the standard's time, today.",
          unit="units"),
        C("units_in_reach", "count", "In reach then", "The same in the answer.", unit="units"),
        C("inside_today", "flag", "Inside today",
          "Inside the standard today, if all units are free: yes or no, or how many."),
        C("inside", "flag", "Inside then", "The same in the answer."),
        C("change", "text", "Change", "gains, loses, inside (both) or outside (both)."),
    ), of_a_siting=True),
    Table("siting_compliance", "Sites to hold when few units are free", "A number of free units by site.", (
        C("units_free", "count", "Units free", "How many units are free.",
          unit="units"), _SITE, _SITED_NAME, _FORCE, _LON, _LAT,
        C("share", "share", "In reach", "Share inside the standard with these sites only."),
    ), of_a_siting=True),
    Table("need_units", "Units that would meet every standard", "Like units at a site.", _NEED_UNITS),
    Table("need_answers", "Units that would meet each standard", "Like units at a site, by standard.", (
        C("standard", "name", "Standard", "The standard."), _FORCES, *_NEED_UNITS,
    )),
    Table("need_curve", "Share against units", "A number of units, by the forces that plan together.", (
        C("standard", "name", "Standard", "The main standard."), _STANDARD_NAME, _FORCES,
        C("units", "count", "Units", "Units round the clock.", unit="units"),
        C("share", "share", "Share", "Share reached by so many."),
    )),
    Table("times_minutes", "Minutes of driving", "A site by a place.", (
        _SITE, C("place", "text", "Place", "Id of the area or key location."),
        C("minutes", "minutes", "Minutes", "Minutes of driving on an emergency call."),
    )),
    Table("fit_factors", "Fitted to past calls", "A quantity by group.", (
        C("quantity", "text", "Quantity", "What was fitted: the emergency factor, or minutes."),
        C("by", "text", "By", "all, class, hours, or class and hours."),
        C("group", "text", "Group", "Which class or hours."),
        C("calls", "count", "Calls", "How many calls it is from.", unit="calls"),
        C("raw", "number", "Own mean", "The group's own mean."),
        C("estimate", "number", "Estimate", "Drawn towards the common mean by as much as calls are few."),
        C("low", "number", "Low", "5th percentile of what is known of it."),
        C("high", "number", "High", "95th percentile of what is known of it."),
        C("spread", "number", "Spread", "Spread of single calls: a share for the factor, else minutes."),
        C("unit", "text", "Unit", "factor or min."),
    ), few=("calls", "raw")),
    Table("fit_calls", "Calls of the fit", "A call that was used for the factor.", (
        _CALL, _CLASS, C("hours", "text", "Hours", "Which hours it came in."),
        C("logged_min", "minutes", "Logged", "Minutes from the call to the first armed arrival."),
        C("fitted_min", "minutes", "Fitted",
          "The same with the logged authority and turnout, and the factor of its class and hours."),
        C("ratio", "number", "Ratio", "Logged over modelled drive."),
    )),
    Table("fit_left_out", "Calls left out of the factor", "A call.", (
        _CALL, C("reason", "text", "Why", "Why it says nothing of the factor."),
    )),
    Table("fit_set_aside", "Minutes that can't be right", "A cell of the log.", (
        _CALL, C("column", "text", "Column", "Column of the log."),
        C("value", "number", "Value", "Minutes that stand there.", unit="min"),
        C("reason", "text", "Why", "Why that can't be right."),
    )),
    Table("fit_variation", "How minutes vary from call to call", "A quantity by group.", (
        C("quantity", "text", "Quantity", "trip (the drive), or minutes of a log."),
        C("by", "text", "By", "class, tier or incident type."),
        C("group", "text", "Group", "Which of them."),
        C("calls", "count", "Calls", "How many calls it is from.", unit="calls"),
        C("mean_min", "minutes", "Mean", "Mean minutes; not of trips, whose drives differ."),
        C("mean_low", "minutes", "Mean, low", "5th percentile of what is known of it."),
        C("mean_high", "minutes", "Mean, high", "95th percentile of what is known of it."),
        C("cv", "number", "Variation", "Standard deviation over mean of single calls, as far as the model "
          "does not explain it; empty where calls are too few.", unit="share of the mean"),
        C("cv_low", "number", "Variation, low", "5th percentile of what is known of it.",
          unit="share of the mean"),
        C("cv_high", "number", "Variation, high", "95th percentile of what is known of it.",
          unit="share of the mean"),
        C("basis", "text", "Between", "What single calls were compared with."),
    )),
    Table("fit_rates", "How often calls came", "An incident type by force.", (
        _INCIDENT, C("force", "name", "Force", "The planned force; empty: all of them."),
        _CALLS, C("months", "count", "Months", "Months that the log covers.", unit="months"),
        C("per_year", "count", "A year", "Calls a year; empty where they are too few for a rate.",
          unit="calls/year"),
        C("low", "count", "Low", "5th percentile of what is known of it.", unit="calls/year"),
        C("high", "count", "High", "95th percentile of what is known of it.", unit="calls/year"),
        C("plan_per_year", "count", "A year in the plan", "Calls a year that the plan has.",
          unit="calls/year"),
        C("months_more", "count", "More months", "How many more months of log would do for a rate; 0 where "
          "there is one.", unit="months"),
    ), few=("calls",)),
    Table("fit_classes", "Where calls came, by class", "An incident type by class.", (
        _INCIDENT, _CLASS, _CALLS, *_RATIOS,
    ), few=("calls", "raw")),
    Table("fit_areas", "Where calls came, by area", "An area of a planned force.", (
        _AREA, _AREA_NAME, _FORCE, _CLASS, _CALLS, *_RATIOS,
        C("likelihood", "number", "Likelihood", "As it goes into areas.csv.", unit="factor"),
        C("likelihood_low", "number", "Likelihood, low", "5th percentile of what is known of it.",
          unit="factor"),
        C("likelihood_high", "number", "Likelihood, high", "95th percentile of what is known of it.",
          unit="factor"),
        C("per_year", "count", "A year", "What the fitted plan has, of the types with a rate in its force; "
          "empty without one.", unit="calls/year"),
    ), few=("calls", "raw")),
    Table("fit_hours", "When calls came", "An incident type by part of the week.", (
        _INCIDENT, C("by", "text", "By", "plan: hours that the plan tells apart; block: six hours of a day."),
        C("hours", "text", "Hours", "Hours of the week, as a plan writes them."),
        C("hours_covered", "count", "Hours covered", "Hours of them that the log covers.", unit="h"),
        _CALLS, *_RATIOS,
    )),
    Table("fit_months", "What the log covers", "A month.", (
        C("month", "text", "Month", "Which month."),
        C("hours_covered", "count", "Hours covered", "Hours of it that the log covers.", unit="h"),
        _CALLS,
    )),
    Table("fit_not_counted", "Calls that count in no rate", "A call.", (
        _CALL, C("reason", "text", "Why", "Why it was not counted."),
    )),
    Table("backtest_calls", "How many calls came", "A group of calls.", (
        _BY, _GROUP,
        C("expected", "count", "Expected", "Calls that the model expects.", unit="calls"),
        C("low", "count", "Low", f"{_ALLOWED}, low.", unit="calls"),
        C("high", "count", "High", f"{_ALLOWED}, high.", unit="calls"),
        C("observed", "count", "Came", "Calls in the log.", unit="calls"), *_OFF,
    )),
    Table("backtest_reach", "Calls reached in time", "A standard by group of calls.", (
        C("standard", "text", "Standard id", "Id of the standard."), _STANDARD_NAME, _BY, _GROUP, _CALLS,
        C("expected", "share", "Expected", "Share in time that the model expects of these calls."),
        C("low", "share", "Low", f"{_ALLOWED}, low."),
        C("high", "share", "High", f"{_ALLOWED}, high."),
        C("observed", "share", "In time", "Share in time by the log."), *_OFF,
    )),
    Table("backtest_minutes", "Minutes to calls", "An incident type, measure and group of calls.", (
        _INCIDENT, _MEASURE, _BY, _GROUP,
        C("statistic", "text", "Statistic", "median: half of the calls are within it; p90: nine in ten."),
        _CALLS,
        C("expected", "minutes", "Expected", "Minutes that the model expects of these calls."),
        C("low", "minutes", "Low", f"{_ALLOWED}, low."),
        C("high", "minutes", "High", f"{_ALLOWED}, high."),
        C("observed", "minutes", "By the log", "Minutes by the log."), *_OFF,
    )),
    Table("backtest_calibration", "What was predicted, and what happened",
          "A standard by predicted chance to be in time.", (
        C("standard", "text", "Standard id", "Id of the standard."), _STANDARD_NAME,
        C("from_chance", "share", "Chance from", "Least predicted chance of these calls."),
        C("to_chance", "share", "Chance to", "Greatest predicted chance of them."), _CALLS,
        C("expected", "share", "Expected", "Share in time that the model expects of these calls."),
        C("low", "share", "Low", f"{_ALLOWED}, low."),
        C("high", "share", "High", f"{_ALLOWED}, high."),
        C("observed", "share", "In time", "Share in time by the log."), *_OFF,
    )),
    Table("shifts", "Units under a shift pattern",
          "A force, armed tier and size of crew with units round the clock.", (
        _FORCE, C("tier", "name", "Tier", "Tier."),
        C("crew", "count", "Crew", "Officers in each unit.", unit="officers"),
        C("posts", "count", "Units wanted", "Units wanted, as a mean over the week.", unit="units"),
        C("officers", "count", "Officers", "Officers on the roster; fewer than five are not shown, nor what "
          "follows from them.", unit="officers"),
        C("officers_by_hours", "count", "Officers by hours", "Officers whose hours on duty are those of the "
          "units: overlaps count.", unit="officers"),
        C("officers_by_teams", "count", "Officers by teams", "Officers in equal teams of whom enough are "
          "expected on duty at every moment; empty where the pattern has moments without a team.",
          unit="officers"),
        C("abstraction", "share", "Away", "Share of rostered officers who aren't there."),
        C("units_mean", "count", "Units crewed", "Crewed units, as a mean over the week.", unit="units"),
        C("chance_complete", "share", "Full complement", "Share of the time in which all units wanted have a "
          "full crew.", short="All crewed"),
        C("worst_day", "text", "Worst day", "Day of the hour in which that is least likely, mon to sun."),
        C("worst_clock", "number", "Worst from", "Hour of the day in which it is, 0 to 23.", unit="h"),
        C("worst_chance", "share", "Worst hour", "Chance in that hour that all units are crewed."),
        C("chance_complete_week", "share", "Whole week", "Chance of a week in which all units are crewed at "
          "every moment."),
        C("overtime_hours", "count", "Overtime", "Hours of overtime a week that would close the gap, if "
          "officers came for single hours.", unit="h/week"),
    ), few=("officers", "officers_by_hours", "officers_by_teams", "units_mean", "chance_complete",
            "worst_day", "worst_clock", "worst_chance", "chance_complete_week", "overtime_hours")),
    Table("shifts_by_hour", "Units under a shift pattern, by hour", "A row of shifts by hour of the week.", (
        _FORCE, C("tier", "name", "Tier", "Tier."),
        C("crew", "count", "Crew", "Officers in each unit.", unit="officers"),
        C("officers", "count", "Officers", "Officers on the roster; fewer than five are not shown, nor what "
          "follows from them.", unit="officers"),
        _DAY, _CLOCK, _HOUR,
        C("wanted", "count", "Units wanted", "Units wanted in this hour.", unit="units"),
        C("units_mean", "count", "Units crewed", "Crewed units expected.", unit="units"),
        C("single_crewed", "count", "Single-crewed", "Of these, units of one officer.", unit="units"),
        C("chance_complete", "share", "Full complement", "Chance that all units wanted have a full crew.",
          short="All crewed"),
        C("officers_short", "count", "Officers short", "Officers missing for that, as a mean.",
          unit="officers"),
    ), few=("officers", "units_mean", "single_crewed", "chance_complete", "officers_short")),
    Table("shifts_rules", "Rules that a shift pattern breaks", "A place at which it does.", (
        C("rule", "text", "Rule", "Name of the rule."),
        C("paragraph", "text", "Paragraph", "Where it stands."),
        C("team", "number", "Team", "Number of the team, from 1."),
        C("cycle_day", "number", "Day of the cycle", "Day on which what breaks it begins, from 1; empty "
          "where it is the whole of the cycle.", unit="days"),
        C("week", "number", "Week", "Week from the first Monday on; empty where it is none in particular.",
          unit="weeks"),
        C("found", "number", "Found", "What the pattern has."),
        C("limit", "number", "Limit", "What the rule allows."),
        C("unit", "text", "Unit", "Unit of the two."),
        C("sentence", "text", "In words", "The same as a sentence."),
    )),
)  # fmt: skip

TABLES: Mapping[str, Table] = {table.name: table for table in _TABLES}
"""Every table of results, by name."""


def column_of(table: str, column: str) -> Column:
    """Return a declared column.

    Parameters
    ----------
    table, column
        Names.

    Raises
    ------
    LookupError
        If nobody declared it, which is a fault of the program.
    """
    known = TABLES[table].column(column) if table in TABLES else None
    if known is None:
        raise LookupError(f"the column {column!r} of the table {table!r} is not declared in standby.tables")
    return known


def check_declared(table: str, columns: Iterable[str]) -> None:
    """Refuse columns that nobody declared; a column of names beside ids needs no declaration of its own.

    Parameters
    ----------
    table
        Name of the table.
    columns
        Names of the columns that are to be shown or written.

    Raises
    ------
    LookupError
        If the table or one of the columns is not declared, which is a fault of the program.
    """
    if table not in TABLES:
        raise LookupError(f"the table {table!r} is not declared in standby.tables")

    names = {f"{column.name}_name" for column in TABLES[table].columns if column.kind == "name"}
    for column in columns:
        if column not in names:
            column_of(table, column)


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

    # Names that say their unit.
    if column.endswith("_min"):
        return "minutes"
    if column.startswith("years_"):
        return "years"
    if "gbp" in column.split("_"):
        return "money"
    if column.startswith(("share", "chance")) or column.endswith(("_share", "_chance")):
        return "share"
    return "number"
