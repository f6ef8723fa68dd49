"""The commands. Heavy imports wait until a command runs, so that ``--help`` answers at once."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from standby import __version__
from standby.cli._locate_options import takes_locate_options
from standby.cli._streams import close_streams, open_streams

HELP_WIDTH = 110
"""Widest lines of help [characters]."""

app = typer.Typer(
    name="standby",
    help="""Plan armed-response cover for a police service that is routinely unarmed.

    Who can come, how fast, how sure is that, can it be staffed, what does it cost, and what would each option
    change? A plan is a folder of small files that people can read; every command reads one.""",
    epilog="""\b
    Start with:
      standby example south-west plan
      standby appraise plan --out report""",
    no_args_is_help=False,
    invoke_without_command=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": HELP_WIDTH},
)

PlanFolder = Annotated[Path, typer.Argument(help="Folder of the plan: the one that holds plan.toml.")]
Json = Annotated[
    bool,
    typer.Option("--json", help="Print one JSON object on standard output; messages go to standard error."),
]
OptionId = Annotated[
    str | None, typer.Option("--option", metavar="ID", help="Lay this option of the plan over its base.")
]
TimeLimit = Annotated[
    float | None,
    typer.Option(
        "--time-limit",
        min=0,
        metavar="SECONDS",
        help="Leave out what is not finished by then, and say so; no limit unless asked for.",
    ),
]
Subject = Literal[
    "appraise", "backtest", "check", "cover", "disclose", "error", "example", "fit", "locate", "need", "new",
    "plan", "results", "shifts", "staff", "times",
]  # fmt: skip
"""What there is a JSON Schema of."""

Edition = Annotated[
    Literal["public", "internal", "full"] | None,
    typer.Option(
        help="public: the whole region in round numbers; internal: everything, places, bases and units as "
        "well, to be handled as sensitive; full: everything, of a plan whose bases are invented.  "
        "[default: full for such a plan, else public]"
    ),
]


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"standby {__version__}")
        raise typer.Exit


@app.callback()
def _common(
    context: typer.Context,
    _: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and leave.")
    ] = False,
) -> None:
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@app.command(short_help="Copy a packaged plan into a folder of your own.")
def example(
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="Which example; south-west when left out.")
    ] = None,
    folder: Annotated[
        Path | None,
        typer.Argument(
            metavar="DIR", help="Where to put it: a new folder; named as the example if left out."
        ),
    ] = None,
    list_: Annotated[bool, typer.Option("--list", help="List the examples and leave.")] = False,
    json: Json = False,
) -> None:
    """Copy a packaged plan into a folder of your own, to look at and to change."""
    from standby.cli import _example

    if list_:
        _example.list_examples(json=json)
    else:
        _example.example(name, folder, json=json)


@app.command(short_help="Make a plan folder for a force from open data.")
def new(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where to put the plan: a new folder.")],
    force: Annotated[
        str, typer.Option("--force", metavar="NAME", help="Police force, by name or code; e.g. Dorset.")
    ],
    areas: Annotated[
        list[Path],
        typer.Option(
            "--areas",
            metavar="FILE",
            help="Small areas: people, rural-urban class, positions. Repeat it for files that complete each "
            "other.",
        ),
    ],
    lookup: Annotated[
        Path | None, typer.Option("--lookup", metavar="FILE", help="Which district belongs to which force.")
    ] = None,
    boundaries: Annotated[
        Path | None, typer.Option("--boundaries", metavar="FILE", help="Boundaries of forces (GeoJSON).")
    ] = None,
    roads: Annotated[
        Path | None,
        typer.Option(
            "--roads", metavar="FILE", help="Road file, copied into the plan; without one, distances."
        ),
    ] = None,
    crime: Annotated[
        list[Path] | None,
        typer.Option(
            "--crime",
            metavar="FILE",
            help="Street-level crime, zip or CSV of data.police.uk; a proxy of where calls come from. "
            "Repeatable.",
        ),
    ] = None,
    workforce: Annotated[
        Path | None,
        typer.Option("--workforce", metavar="FILE", help="Police workforce tables of the Home Office (ODS)."),
    ] = None,
    firearms: Annotated[
        Path | None,
        typer.Option("--firearms", metavar="FILE", help="Firearms operations by force and year (CSV)."),
    ] = None,
    sites: Annotated[
        Path | None,
        typer.Option(
            "--sites",
            metavar="FILE",
            help="Points that may be sites; without them, the most populous places.",
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Make a complete plan folder for a force from files that anyone can download.

    What a file says stands in the plan with its source; rates, costs and terms of work are national figures
    with theirs; where units stand and how many there are is assumed, and marked so. A file that can't be used
    is named with the reason.
    """
    from standby.cli import _new

    _new.new(
        folder,
        force=force,
        areas=areas,
        lookup=lookup,
        boundaries=boundaries,
        crime=crime or (),
        workforce=workforce,
        firearms=firearms,
        sites=sites,
        roads=roads,
        json=json,
    )


@app.command(short_help="Show every fault of a plan at once, with its fix.")
def check(plan: PlanFolder, json: Json = False) -> None:
    """Show every fault of a plan at once, each with its fix, and what to know of its figures.

    Exit status 2 when the plan has faults.
    """
    from standby.cli import _check

    _check.check(plan, json=json)


@app.command(short_help="Show who is reached, how soon and how surely.")
def cover(
    plan: PlanFolder,
    option: OptionId = None,
    edition: Edition = None,
    by_hour: Annotated[
        bool,
        typer.Option(
            "--by-hour",
            help="Show cover by hour of the week, and when nobody is free; not in the public edition.",
        ),
    ] = False,
    time_limit: TimeLimit = None,
    json: Json = False,
) -> None:
    """Show who is reached, how soon and how surely, at the central value of every figure.

    The internal and the full edition have places and units as well, who has a second unit in time, the share
    of the land, commitments with the units they are short of, and how often nobody of a force is free.
    """
    from standby.cli import _cover

    _cover.cover(plan, option=option, edition=edition, by_hour=by_hour, time_limit=time_limit, json=json)


@app.command(short_help="Show how many crewed units and officers would meet the standards.")
def need(
    plan: PlanFolder,
    option: OptionId = None,
    sites: Annotated[
        Literal["existing", "all"], typer.Option(help="Sites in use today, or every site of the plan.")
    ] = "existing",
    minimise: Annotated[
        Literal["units", "officers"],
        typer.Option(help="What is least where tiers have crews of other sizes."),
    ] = "units",
    time_limit: TimeLimit = None,
    edition: Edition = None,
    json: Json = False,
) -> None:
    """Show how many crewed units, and officers to crew them, would meet the standards."""
    from standby.cli import _need

    _need.need(
        plan, option=option, sites=sites, minimise=minimise, time_limit=time_limit, edition=edition, json=json
    )


@app.command(short_help="Show how surely units are crewed under a shift pattern, and rules it breaks.")
def shifts(
    plan: PlanFolder,
    option: OptionId = None,
    pattern: Annotated[
        str,
        typer.Option(
            "--pattern",
            metavar="NAME|FILE",
            help="2-2-2-4, 2-2-3, '2-2-3 rotating', 12-hour or 8-hour; or your own, CSV or a workbook, with "
            "teams and codes of shifts and no persons.",
        ),
    ] = "2-2-2-4",
    shifts_file: Annotated[
        Path | None,
        typer.Option("--shifts", metavar="FILE", help="Shifts of a pattern in CSV: code, start, end."),
    ] = None,
    officers: Annotated[
        list[str] | None,
        typer.Option(
            "--officers",
            metavar="FORCE=N",
            help="Officers on the roster of a force, or FORCE:TIER=N; left out, as many as the plan's relief "
            "factor gives its posts. Repeatable.",
        ),
    ] = None,
    abstraction: Annotated[
        float | None,
        typer.Option(
            min=0,
            max=1,
            metavar="SHARE",
            help="Share of rostered officers who are away; left out, what the relief factor implies on 40 "
            "hours a week.",
        ),
    ] = None,
    common_absence: Annotated[
        float,
        typer.Option(
            min=0, max=1, metavar="CORRELATION", help="How much officers are away together: 0 to 0.5."
        ),
    ] = 0.0,
    single_crewing: Annotated[
        bool, typer.Option("--single-crewing", help="Count an officer who is left over as a unit.")
    ] = False,
    rule: Annotated[
        list[str] | None,
        typer.Option(
            "--rule",
            metavar="NAME=LIMIT",
            help="Another limit of a rule, such as daily_rest=10, or NAME=on, NAME=off. Repeatable.",
        ),
    ] = None,
    edition: Annotated[
        Literal["public", "internal", "full"] | None,
        typer.Option(
            help="internal: to be handled as sensitive; full: of a plan whose bases are invented; there is "
            "no public one.  [default: full for such a plan, else internal]"
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Write CSV files, and the pattern for Excel.")
    ] = None,
    json: Json = False,
) -> None:
    """Show how many officers round-the-clock units take under a shift pattern, and when they are crewed.

    Hours of the week in which the full complement is least sure, overtime that would close the gap, and the
    rules of working time that the pattern breaks. There is no public edition: this says when units are few.
    """
    from standby.cli import _shifts

    _shifts.shifts(
        plan,
        option=option,
        pattern=pattern,
        shifts_file=shifts_file,
        officers=officers or (),
        abstraction=abstraction,
        common_absence=common_absence,
        single_crewing=single_crewing,
        rules=rule or (),
        edition=edition,
        out=out,
        json=json,
    )


@app.command(short_help="Show how long the drive from the nearest site takes.")
def times(
    plan: PlanFolder,
    option: OptionId = None,
    sites: Annotated[
        Literal["existing", "all"], typer.Option(help="Sites in use today, or every site of the plan.")
    ] = "existing",
    edition: Annotated[
        Literal["public", "internal", "full"] | None,
        typer.Option(
            help="internal: to be handled as sensitive; full: of a plan whose bases are invented; there is "
            "no public one.  [default: full for such a plan, else internal]"
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="DIR",
            help="Write CSV files and a map (GeoPackage, and areas reached in 10, 20 and 30 minutes if the "
            "plan has roads).",
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Show how long the emergency drive from the nearest site takes, and which places no road leads to.

    There is no public edition, as such minutes would say where sites are: of a plan whose bases may be real
    the internal one is made, to be handled as sensitive.
    """
    from standby.cli import _times

    _times.times(plan, option=option, sites=sites, edition=edition, out=out, json=json)


@app.command(short_help="Appraise every option and write the report.")
def appraise(
    plan: PlanFolder,
    out: Annotated[
        Path,
        typer.Option(
            "--out", metavar="DIR", help="Folder of the report: a new one, or one that Standby wrote before."
        ),
    ],
    draws: Annotated[
        int | None,
        typer.Option(
            min=2,
            max=1_000_000,
            help="Draws of the figures' doubt, rounded up to 32 times a power of two.  [default: 512]",
        ),
    ] = None,
    seed: Annotated[
        int | None, typer.Option(min=0, help="Seed of the draws; the same seed gives the same result.")
    ] = None,
    edition: Edition = None,
    workers: Annotated[
        int | None,
        typer.Option(min=1, help="Threads; the result does not depend on it.  [default: the processors]"),
    ] = None,
    time_limit: TimeLimit = None,
    json: Json = False,
) -> None:
    """Appraise every option over the same draws, print the decision table and write the report.

    With --time-limit as many draws are made as there is time for, statements and needs that were not finished
    are left out, and all that is said; the report is written after that.
    """
    from standby.cli import _appraise

    _appraise.appraise(
        plan,
        out,
        draws=draws,
        seed=seed,
        edition=edition,
        workers=workers,
        time_limit=time_limit,
        json=json,
    )


@app.command(short_help="Show where units should stand by, with proof, and who gains and loses.")
@takes_locate_options
def locate(
    plan: PlanFolder,
    *,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Folder for a page and tables.")
    ] = None,
    edition: Edition = None,
    json: Json = False,
    **asked: Any,
) -> None:
    """Show where units should stand by, with proof, and who gains and loses against today.

    Ctrl-C stops the search and gives the best answer so far, with how far from the best it can be.
    """
    from standby.cli import _locate

    _locate.locate(plan, asked, out=out, edition=edition, json=json)


@app.command(short_help="Try what a reader could recover from the public edition.")
def disclose(
    plan: PlanFolder,
    release: Annotated[
        Path | None,
        typer.Option(
            "--release",
            metavar="DIR",
            help="A public edition that is there already; left out: one is made, tried and thrown away.",
        ),
    ] = None,
    earlier: Annotated[
        list[Path] | None,
        typer.Option("--earlier", metavar="DIR", help="An earlier release; can be given several times."),
    ] = None,
    draws: Annotated[
        int | None, typer.Option("--draws", metavar="N", min=1, help="Draws of the edition that is made.")
    ] = None,
    json: Json = False,
) -> None:
    """Try what a reader could recover from the public edition: bases, places that are far from help, names.

    Runs every attack on the files as they would be released, and prints what each finds, as counts, beside
    what a guess finds without the files. Exit status 2 if they are not to be released. For internal use.
    """
    from standby.cli import _disclose

    _disclose.disclose(plan, release=release, earlier=earlier or [], draws=draws, json=json)


@app.command(short_help="Fit calls, turnout and speed to the plan's log of past calls.")
def fit(
    plan: PlanFolder,
    towards: Annotated[
        Literal["class", "plan"],
        typer.Option(
            "--towards",
            help="What areas with few calls are drawn towards: their class, or what the plan says of them.",
        ),
    ] = "class",
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="DIR",
            help="Folder for a page with the picture of the fit, and its tables; for internal use.",
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Fit calls, turnout and speed to the plan's log of past calls (incidents.csv).

    How often calls come, where and when; how long turnout, drives and scenes take, and how they vary. Prints
    the figures as they go into plan.toml. Nothing in the plan is changed.
    """
    from standby.cli import _fit

    _fit.fit(plan, towards=towards, out=out, json=json)


@app.command(short_help="Say whether the plan and its options can be staffed, and when.")
def staff(
    plan: PlanFolder,
    years: Annotated[
        int | None,
        typer.Option(
            "--years",
            metavar="N",
            min=1,
            max=100,
            help="How many years ahead; left out: those of the appraisal.",
        ),
    ] = None,
    draws: Annotated[
        int | None,
        typer.Option(
            "--draws", metavar="N", min=2, max=100_000, help="Draws of the figures' doubt.  [default: 1024]"
        ),
    ] = None,
    edition: Annotated[
        Literal["internal", "full"] | None,
        typer.Option(
            help="internal: to be handled as sensitive; full: of a plan whose bases are invented.  "
            "[default: full for such a plan, else internal]"
        ),
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", help="Folder for the tables.")] = None,
    json: Json = False,
) -> None:
    """Say whether the plan and each of its options can be staffed, when, and what it would take.

    Officers who join and leave, month by month, over the doubt of the figures: how far courses have filled
    the posts, how surely all of them are, what falls short (courses or volunteers), and the seats a year
    that would do. Cover is not computed; the appraisal joins the two.
    """  # fmt: skip
    from standby.cli import _staff

    _staff.staff(plan, years=years, draws=draws, edition=edition, out=out, json=json)


@app.command(short_help="Compare the plan's log of past calls with its model.")
def backtest(
    plan: PlanFolder,
    months: Annotated[
        int | None,
        typer.Option(
            "--months",
            metavar="N",
            min=1,
            help="How many months to keep back, the last ones; left out: a quarter of them.",
        ),
    ] = None,
    as_written: Annotated[
        bool,
        typer.Option("--as-written", help="Fit nothing: compare the whole log with the plan as it is."),
    ] = False,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Folder for the tables; for internal use.")
    ] = None,
    json: Json = False,
) -> None:
    """Compare the plan's log of past calls (incidents.csv) with its model, in months kept back from the fit.

    Calls, shares in time and minutes, expected and observed, and in words what is off by more than chance
    allows. Nothing in the plan is changed.
    """
    from standby.cli import _backtest

    _backtest.backtest(plan, months=months, as_written=as_written, out=out, json=json)


@app.command(short_help="Print the JSON Schema of what a command prints, or of a file.")
def schema(
    subject: Annotated[
        Subject,
        typer.Argument(
            help="A command, for what it prints with --json; error, for what any prints that fails; results, "
            "for results.json of a report; plan, for plan.toml.",
        ),
    ],
) -> None:
    """Print the JSON Schema of what a command prints with --json, of results.json, or of plan.toml.

    Each column of a table has its heading, meaning, kind and unit there, and whether the public may see it.
    """
    from standby.cli import _schema

    _schema.schema(subject)


INTERRUPTED = 130
"""Status with which some versions of Typer leave when they are interrupted."""


def main() -> None:
    """Run the command ``standby``: exit status 0 done, 1 failed, 2 bad input."""
    open_streams()
    try:
        app(prog_name="standby")
    except KeyboardInterrupt:
        _stopped()
    except MemoryError as error:
        from standby.cli._status import memory

        typer.echo(f"standby: {memory(error)}", err=True)
        sys.exit(1)
    except SystemExit as left:
        if left.code == INTERRUPTED:
            _stopped()
        raise
    finally:
        close_streams()


def _stopped() -> None:
    typer.echo("standby: stopped", err=True)
    sys.exit(1)
