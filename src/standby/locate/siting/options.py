"""What may be asked of the siting of a plan: one dataclass, its fields in groups.

The command line makes its options from it, `locate` its parameters, and the documentation its table, so that
an option is added here and nowhere else. This module imports nothing heavy, as ``standby --help`` reads it.
"""

# Annotations are not postponed: the command line reads the types of the fields.
from collections.abc import Callable, Iterable, Mapping
from dataclasses import KW_ONLY, Field, dataclass, field, fields
from textwrap import wrap
from typing import TYPE_CHECKING, Annotated, Any, Literal, cast, get_args, get_origin

from standby._show import Shown
from standby.locate.errors import SitingInputError

if TYPE_CHECKING:
    from standby.locate.result import SolveOptions

Model = Literal["mexclp", "mclp", "malp", "p_median", "p_centre", "lscp", "bacop1", "bacop2", "dsm", "cover"]
Of = Literal["people", "demand", "key_locations"]
WhichSites = Literal["all", "existing"]
Unreachable = Literal["refuse", "leave_out"]


@dataclass(frozen=True)
class OptionWords:
    """What is said of an option, and how the command line takes it.

    Attributes
    ----------
    text
        What the option does. ``{name}`` stands for another option, written as the reader has to write it.
    command
        Name of the command's option; None if the command has none.
    otherwise
        What holds if it is left out, where the default value does not say it.
    metavar
        What the command shows in place of a value.
    at_least
        Least number that the command takes.
    words
        Words of the command and the values that they stand for; empty where they are the same.
    flag_for
        Value that the command's option, a flag, stands for.
    unless_given
        Whether the command leaves the option out unless it was given, in place of passing its default.
    """

    text: str
    _: KW_ONLY
    command: str | None
    otherwise: str = ""
    metavar: str | None = None
    at_least: int | None = None
    words: Mapping[str, str] = field(default_factory=dict)
    flag_for: str | None = None
    unless_given: bool = False


def asked_of(option: Field[Any]) -> OptionWords:
    """Return what is said of a field of `LocateOptions`."""
    return cast("OptionWords", get_args(option.type)[1])


def type_of(option: Field[Any]) -> Any:
    """Return the type of a field of `LocateOptions`."""
    return get_args(option.type)[0]


@dataclass(frozen=True, kw_only=True)
class _UnitsAndSites:
    """The units to place, and where they may stand."""

    units: Annotated[
        int | None,
        OptionWords(
            "Most units to place.",
            command="units",
            at_least=1,
            otherwise="as many as today; no limit for lscp",
        ),
    ] = None
    tier: Annotated[
        str | None,
        OptionWords(
            "Tier of the units.",
            command="tier",
            metavar="ID",
            otherwise="the armed one with most hours on duty that has no other role",
        ),
    ] = None
    hours: Annotated[
        str,
        OptionWords("Hours of the week; units of exactly these hours are sited.", command="hours"),
    ] = "always"
    sites: Annotated[
        WhichSites,
        OptionWords(
            "Sites that may be used: every site of the plan, or those in use today.", command="sites"
        ),
    ] = "all"
    fixed: Annotated[
        Iterable[str],
        OptionWords(
            "Sites that must hold a sited unit, also where another one stays.",
            command="fixed",
            metavar="SITE",
            otherwise="none",
        ),
    ] = ()
    closed: Annotated[
        Iterable[str],
        OptionWords("Sites that may hold none.", command="closed", metavar="SITE", otherwise="none"),
    ] = ()
    share_neighbours: Annotated[
        bool,
        OptionWords(
            "Units may stand at neighbours' bases as well, and serve all the places that count as if "
            "the forces were allied.",
            command="share-neighbours",
        ),
    ] = False


@dataclass(frozen=True, kw_only=True)
class _WhatCounts:
    """The yardstick, and the places that count by it."""

    within: Annotated[
        float | None,
        OptionWords(
            "Minutes to the first armed officers, everywhere; with {standard}, in place of its own [min].",
            command="within",
            metavar="MIN",
            otherwise="those of the standard",
        ),
    ] = None
    standard: Annotated[
        str | None,
        OptionWords(
            "Standard that serves as yardstick: its incident type, weight, classes and forces.",
            command="standard",
            metavar="ID",
            otherwise="the main one",
        ),
    ] = None
    of: Annotated[
        Of | None,
        OptionWords(
            "What counts.",
            command="objective",
            otherwise="as the standard",
            words={"people": "people", "calls": "demand", "key-locations": "key_locations"},
        ),
    ] = None
    forces: Annotated[
        Iterable[str],
        OptionWords(
            "Only units and places of these planned forces.",
            command="force",
            metavar="ID",
            otherwise="all planned forces",
        ),
    ] = ()
    threat: Annotated[
        bool,
        OptionWords(
            "Weigh people by the planner's own likelihood of their area, in areas.csv.", command="threat"
        ),
    ] = False
    rural_weight: Annotated[
        float,
        OptionWords("Factor on the weight of rural places.", command="rural-weight", at_least=0),
    ] = 1.0


@dataclass(frozen=True, kw_only=True)
class _ModelChoice:
    """The siting model, and what some of the models need."""

    model: Annotated[
        Model | None,
        OptionWords(
            "What to make best: mexclp the share expected to find a free unit; mclp the share inside "
            "the time; malp the share that reliably finds one; p_median mean minutes; p_centre the "
            "longest; lscp fewest units that reach everyone; bacop1, bacop2, dsm a second unit in "
            "reach; cover several crews.",
            command="model",
            otherwise="mexclp, or cover where several crews must come",
        ),
    ] = None
    busy: Annotated[
        float | None,
        OptionWords(
            "Busy share of a unit, 0 to 1.", command="busy", otherwise="the mean of the tier in the plan"
        ),
    ] = None
    crews: Annotated[
        int | None,
        OptionWords(
            "Units that must come.", command="crews", at_least=1, otherwise="as the standard's attendance"
        ),
    ] = None
    crews_within: Annotated[
        float | None,
        OptionWords(
            "Minutes from the call until all of them are there [min].",
            command="crews-within",
            metavar="MIN",
            otherwise="those of the standard",
        ),
    ] = None
    outer: Annotated[
        float | None,
        OptionWords(
            "Wider standard of dsm [min].", command="outer", metavar="MIN", otherwise="none; dsm needs it"
        ),
    ] = None
    unreachable: Annotated[
        Unreachable,
        OptionWords(
            "Leave out places that no site allowed reaches, where a model needs all, in place of refusing.",
            command="leave-out-unreachable",
            flag_for="leave_out",
        ),
    ] = "refuse"


@dataclass(frozen=True, kw_only=True)
class _Extras:
    """What is reported beside the answer, and what the answer is called."""

    curve: Annotated[
        bool,
        OptionWords("Show what each unit adds, up to three more.", command="curve"),
    ] = False
    compliance: Annotated[
        bool,
        OptionWords("Show which sites to hold when only some units are free.", command="compliance"),
    ] = False
    option: Annotated[
        str,
        OptionWords(
            "Id of the answer as an option; the command writes it into the plan.",
            command="save-as",
            metavar="ID",
            unless_given=True,
        ),
    ] = "siting"


@dataclass(frozen=True, kw_only=True)
class _Solve:
    """How long to go on, and who hears how far it is."""

    time_limit_s: Annotated[
        float | None,
        OptionWords(
            "Stop then, with the best so far and its gap; the answer, the curve and the table of "
            "sites to hold share what the full model of cover leaves [s].",
            command="time-limit",
            metavar="SECONDS",
            at_least=0,
            otherwise="no limit",
        ),
    ] = None
    progress: Annotated[
        Callable[..., None] | None,
        OptionWords(
            "Called with a `Progress` now and then, in the unit of the yardstick.",
            command=None,
            otherwise="nothing is called",
        ),
    ] = None
    on_interrupt: Annotated[
        Literal["raise", "return"],
        OptionWords(
            "What Ctrl-C does: raise KeyboardInterrupt, or return the best so far with its gap.", command=None
        ),
    ] = "raise"


@dataclass(frozen=True, kw_only=True)
class LocateOptions(_Solve, _Extras, _ModelChoice, _WhatCounts, _UnitsAndSites, Shown):
    """What `locate` is asked, checked as far as it can be without a plan.

    The options are those of the groups above; dataclasses gather fields from the last group to the first.

    Attributes
    ----------
    {options}

    Raises
    ------
    SitingInputError
        Naming the option that is wrong.
    """

    def __post_init__(self) -> None:
        """Make tuples of the lists, and check each option by itself."""
        # NumPy and the plan's schema, which the help can do without.
        from standby._checks import single, whole  # noqa: PLC0415
        from standby.plan import BASE, ID  # noqa: PLC0415

        for name in ("forces", "fixed", "closed"):
            object.__setattr__(self, name, _listed(name, getattr(self, name)))

        for name, allowed in CHOICES.items():
            value = getattr(self, name)
            if value not in allowed:
                shown = ", ".join(str(word) for word in allowed if word is not None)
                raise SitingInputError(f"{name} is {value!r}", f"choose from {shown}")

        if not (isinstance(self.option, str) and ID.fullmatch(self.option)) or self.option == BASE:
            fix = f"use lower-case letters, digits, - and _, and another word than {BASE}"
            raise SitingInputError(f"option is {self.option!r}", fix)

        for name in ("within", "crews_within", "outer"):
            value = getattr(self, name)
            if value is not None:
                minutes = single(name, value, above=True, refusal=SitingInputError)
                object.__setattr__(self, name, minutes)

        for name in ("units", "crews"):
            value = getattr(self, name)
            if value is not None:
                object.__setattr__(self, name, whole(name, value, low=1, refusal=SitingInputError))

        if self.busy is not None:
            busy = single("busy", self.busy, high=1.0, below=True, refusal=SitingInputError)
            object.__setattr__(self, "busy", busy)
        rural_weight = single("rural_weight", self.rural_weight, refusal=SitingInputError)
        object.__setattr__(self, "rural_weight", rural_weight)

    def solving(self) -> "SolveOptions":
        """Return the options of the solve: its time limit, progress and Ctrl-C."""
        return {
            "time_limit_s": self.time_limit_s,
            "progress": self.progress,
            "on_interrupt": self.on_interrupt,
        }

    def settings(self) -> dict[str, Any]:
        """Return what was asked for and isn't the default, for the manifest."""
        given = {f.name: getattr(self, f.name) for f in fields(self) if getattr(self, f.name) != f.default}
        return {name: value for name, value in given.items() if name not in SOLVING}


CHOICES: Mapping[str, tuple[str | None, ...]] = {
    "model": (None, *get_args(Model)),
    "of": (None, *get_args(Of)),
    "sites": get_args(WhichSites),
    "unreachable": get_args(Unreachable),
}
"""Words that an option may be."""

SOLVING = tuple(option.name for option in fields(_Solve))
"""Options of the solve, which change no answer that is proven."""


def _listed(name: str, values: Iterable[str]) -> tuple[str, ...]:
    """Return a list of ids as a tuple, each once."""
    if isinstance(values, str):
        raise SitingInputError(f"{name} is the text {values!r}", "give a list of ids")
    if not isinstance(values, Iterable):
        raise SitingInputError(f"{name} is {values!r}", "give a list of ids")
    return tuple(dict.fromkeys(values))


def default_of(option: Field[Any]) -> str:
    """Return in words what holds if an option is left out."""
    said = asked_of(option).otherwise
    return said or ("no" if option.default is False else str(option.default))


def choices_of(option: Field[Any]) -> tuple[str, ...]:
    """Return the words that an option may be in Python; none if it is no choice."""
    kinds = (type_of(option), *get_args(type_of(option)))
    return next((get_args(kind) for kind in kinds if get_origin(kind) is Literal), ())


def as_in_python(text: str) -> str:
    """Return a text about options with their names as in Python."""
    return text.format(**{f.name: f"``{f.name}``" for f in fields(LocateOptions)})


def as_on_the_command_line(text: str) -> str:
    """Return a text about options with their names as on the command line."""
    return text.format(**{f.name: f"--{asked_of(f).command}" for f in fields(LocateOptions)})


def options_table() -> str:
    """Return the options as the table of the documentation (Markdown): each by both of its names."""
    rows = ["| command | Python | what it does | left out |", "|---|---|---|---|"]
    for option in fields(LocateOptions):
        asked = asked_of(option)
        command = "" if asked.command is None else f"`--{asked.command}`"
        text = as_in_python(asked.text).replace("``", "`")
        rows.append(f"| {command} | `{option.name}` | {text} | {default_of(option)} |")
    return "\n".join(rows) + "\n"


def described(indent: str = "    ") -> str:
    """Return the options as lines of a docstring."""
    lines = []
    for option in fields(LocateOptions):
        lines.append(option.name)
        lines += wrap(
            as_in_python(asked_of(option).text), 104, initial_indent="    ", subsequent_indent="    "
        )
        if choices_of(option):
            lines.append(f"    One of {', '.join(choices_of(option))}.")
        lines.append(f"    Default: {default_of(option)}.")
    return f"\n{indent}".join(lines)


if LocateOptions.__doc__ is not None:  # it is None where Python runs without docstrings
    LocateOptions.__doc__ = LocateOptions.__doc__.replace("{options}", described())
