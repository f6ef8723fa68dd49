"""The commands. Heavy imports wait until a command runs, so that ``--help`` answers at once."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

app = typer.Typer(
    name="standby",
    help="Plan armed-response cover for a police service that is routinely unarmed.",
    epilog="Start with: standby example south-west, then standby appraise south-west --out report",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

PlanFolder = Annotated[
    Path, typer.Argument(metavar="PLAN", help="Plan folder: the one that holds plan.toml.")
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object on standard output.")]
OptionId = Annotated[
    str | None, typer.Option("--option", metavar="ID", help="Lay this option over the base.")
]
Edition = Annotated[
    Literal["public", "internal"],
    typer.Option(help="public: by class and force; internal: places, bases and units as well, marked."),
]


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(f"standby {version('standby')}")
        raise typer.Exit


@app.callback()
def _common(
    _: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and leave.")
    ] = False,
) -> None:
    pass


@app.command()
def example(
    name: Annotated[str | None, typer.Argument(help="Example; the south-west when left out.")] = None,
    folder: Annotated[
        Path | None, typer.Argument(metavar="DIR", help="Where to put it; a new folder.")
    ] = None,
    list_: Annotated[bool, typer.Option("--list", help="List the examples and leave.")] = False,
    json: Json = False,
) -> None:
    """Copy a packaged plan into a folder of your own."""
    from standby.cli import _commands

    _commands.example(name, folder, list_=list_, json=json)


@app.command()
def check(plan: PlanFolder, json: Json = False) -> None:
    """Tell every fault of a plan at once, and what a reader should know of its figures."""
    from standby.cli import _commands

    _commands.check(plan, json=json)


@app.command()
def cover(plan: PlanFolder, option: OptionId = None, edition: Edition = "public", json: Json = False) -> None:
    """Tell who is reached, by how many, how soon."""
    from standby.cli import _commands

    _commands.cover(plan, option=option, edition=edition, json=json)


@app.command()
def need(
    plan: PlanFolder,
    option: OptionId = None,
    sites: Annotated[
        Literal["existing", "all"], typer.Option(help="Use today's sites, or every site of the plan.")
    ] = "existing",
    json: Json = False,
) -> None:
    """Tell how many crewed units, and officers, would meet the standards."""
    from standby.cli import _commands

    _commands.need(plan, option=option, sites=sites, json=json)


@app.command()
def appraise(
    plan: PlanFolder,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where the report goes.")],
    draws: Annotated[
        int | None, typer.Option(min=2, max=1_000_000, help="Draws of the figures' doubt.  [default: 512]")
    ] = None,
    seed: Annotated[
        int | None, typer.Option(min=0, help="Seed; the same seed gives the same result.")
    ] = None,
    edition: Edition = "public",
    json: Json = False,
) -> None:
    """Appraise every option, print the decision table and write the report."""
    from standby.cli import _commands

    _commands.appraise(plan, out, draws=draws, seed=seed, edition=edition, json=json)


def main() -> None:
    """Run the command ``standby``: exit status 0 done, 1 failed, 2 bad input."""
    try:
        app()
    except KeyboardInterrupt:
        typer.echo("Stopped; nothing was written.", err=True)
        sys.exit(1)
