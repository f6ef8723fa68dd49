"""Options of the command ``locate``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

Units = Annotated[int | None, typer.Option(min=1, help="Most units to place.  [default: as many as today]")]
Within = Annotated[
    float | None,
    typer.Option(
        metavar="MIN",
        help="Minutes to the first armed officers, everywhere; with --standard, in place of its own.",
    ),
]
Standard = Annotated[
    str | None,
    typer.Option(metavar="ID", help="Standard that serves as yardstick.  [default: the main one]"),
]
Model = Annotated[
    Literal["mexclp", "mclp", "malp", "p_median", "p_centre", "lscp", "bacop1", "bacop2", "dsm", "cover"]
    | None,
    typer.Option(
        help="What to make best: mexclp the share expected to find a free unit; mclp the share inside "
        "the time; malp the share that reliably finds one; p_median mean minutes; p_centre the longest; "
        "lscp fewest units that reach everyone; bacop1, bacop2, dsm a second unit in reach; cover "
        "several crews.  "
        "[default: mexclp, or cover where several crews must come]"
    ),
]
Tier = Annotated[
    str | None, typer.Option(metavar="ID", help="Tier of the units.  [default: the main armed one]")
]
Objective = Annotated[
    Literal["people", "calls", "key-locations"] | None,
    typer.Option(help="What counts.  [default: as the standard]"),
]
Force = Annotated[
    list[str] | None,
    typer.Option(metavar="ID", help="Only units and places of this planned force; may be repeated."),
]
Sites = Annotated[
    Literal["existing", "all"], typer.Option(help="Sites in use today, or every site of the plan.")
]
Fixed = Annotated[
    list[str] | None, typer.Option(metavar="SITE", help="Site that must hold a unit; may be repeated.")
]
Closed = Annotated[
    list[str] | None, typer.Option(metavar="SITE", help="Site that may hold none; may be repeated.")
]
ShareNeighbours = Annotated[
    bool, typer.Option("--share-neighbours", help="Units may stand at neighbours' bases as well.")
]
LeaveOutUnreachable = Annotated[
    bool,
    typer.Option(
        "--leave-out-unreachable", help="Leave out places that nobody can reach, where a model needs all."
    ),
]
Crews = Annotated[int | None, typer.Option(min=1, help="Units that must come.  [default: as the standard]")]
CrewsWithin = Annotated[
    float | None, typer.Option(metavar="MIN", help="Minutes until all of them are there.")
]
Outer = Annotated[float | None, typer.Option(metavar="MIN", help="Wider standard of dsm.")]
Busy = Annotated[
    float | None, typer.Option(help="Busy share of a unit, 0 to 1.  [default: as the plan has it]")
]
Threat = Annotated[bool, typer.Option("--threat", help="Weigh people by the likelihood of areas.csv.")]
RuralWeight = Annotated[float, typer.Option(min=0, help="Weight of rural places.")]
Hours = Annotated[str, typer.Option(help="Hours of the week; units of exactly these hours are sited.")]
Curve = Annotated[bool, typer.Option("--curve", help="Tell what each unit adds, up to three more.")]
Compliance = Annotated[
    bool, typer.Option("--compliance", help="Tell which sites to hold when only some units are free.")
]
TimeLimit = Annotated[
    float | None,
    typer.Option(metavar="SECONDS", min=0, help="Stop then, with the best so far and its gap."),
]
SaveAs = Annotated[
    str | None, typer.Option(metavar="ID", help="Write the answer into the plan as an option of this id.")
]
Out = Annotated[Path | None, typer.Option("--out", metavar="DIR", help="Folder for a page and tables.")]
