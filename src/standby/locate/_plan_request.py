"""What is asked of the siting of a plan, and the errors of asking."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any, Literal, get_args

from standby._refusals import alike
from standby.locate._result import InfeasibleError, SitingInputError

Model = Literal["mexclp", "mclp", "malp", "p_median", "p_centre", "lscp", "bacop1", "bacop2", "dsm", "cover"]
Of = Literal["people", "demand", "key_locations"]

CHOICES = {
    "model": (None, *get_args(Model)),
    "of": (None, *get_args(Of)),
    "sites": ("all", "existing"),
    "unreachable": ("refuse", "leave_out"),
}


@dataclass(frozen=True)
class Request:
    """The arguments of `locate`, checked as far as they can be without a plan."""

    units: int | None = None
    within: float | None = None
    standard: str | None = None
    model: Model | None = None
    tier: str | None = None
    forces: Sequence[str] = ()
    of: Of | None = None
    sites: Literal["all", "existing"] = "all"
    fixed: Sequence[str] = ()
    closed: Sequence[str] = ()
    share_neighbours: bool = False
    unreachable: Literal["refuse", "leave_out"] = "refuse"
    crews: int | None = None
    crews_within: float | None = None
    outer: float | None = None
    busy: float | None = None
    threat: bool = False
    rural_weight: float = 1.0
    hours: str = "always"
    curve: bool = False
    compliance: bool = False
    option: str = "siting"

    @classmethod
    def of_arguments(cls, arguments: dict[str, Any]) -> Request:
        """Return the request, with lists made tuples.

        Raises
        ------
        TypeError
            Naming arguments that there are not.
        SitingInputError
            Naming the one that is wrong.
        """
        known = {field.name for field in fields(cls)}
        if set(arguments) - known:
            raise TypeError(f"unknown arguments {sorted(set(arguments) - known)}; known are {sorted(known)}")
        given = dict(arguments)
        for name in ("forces", "fixed", "closed"):
            if name in given:
                given[name] = _listed(name, given[name])
        request = cls(**given)
        request._check()
        return request

    def _check(self) -> None:
        for name, allowed in CHOICES.items():
            if getattr(self, name) not in allowed:
                shown = ", ".join(str(value) for value in allowed if value is not None)
                raise SitingInputError(f"{name} is {getattr(self, name)!r}", f"choose from {shown}")
        for name in ("within", "crews_within", "outer"):
            value = getattr(self, name)
            if value is not None and not 0 < value < float("inf"):
                raise SitingInputError(f"{name} is {value}", "give minutes above 0")
        for name in ("units", "crews"):
            value = getattr(self, name)
            if value is not None and (isinstance(value, bool) or value != int(value) or value < 1):
                raise SitingInputError(f"{name} is {value}", "give a whole number of at least 1")
        if self.busy is not None and not 0 <= self.busy < 1:
            raise SitingInputError(f"busy is {self.busy}", "give a share from 0 to below 1")
        if not 0 <= self.rural_weight < float("inf"):
            raise SitingInputError(f"rural_weight is {self.rural_weight}", "give a factor of 0 or more")

    def settings(self) -> dict[str, Any]:
        """Return what was asked for and isn't the default, for the manifest."""
        return {f.name: getattr(self, f.name) for f in fields(self) if getattr(self, f.name) != f.default}


def _listed(name: str, values: Iterable[str]) -> tuple[str, ...]:
    if isinstance(values, str):
        raise SitingInputError(f"{name} is the text {values!r}", "give a list of ids")
    return tuple(dict.fromkeys(values))


def code_of(what: str, name: str, known: Sequence[str], names: Sequence[str] = ()) -> int:
    """Return the number of an id, or of a name where it stands once.

    Raises
    ------
    SitingInputError
        Naming ids that are near it.
    """
    if name in known:
        return list(known).index(name)
    if list(names).count(name) == 1:
        return list(names).index(name)
    near = alike(name, known) or [known[list(names).index(n)] for n in alike(name, names)]
    shown = f"did you mean {', '.join(near)}?" if near else f"there are {len(known)}"
    if not near and len(known) <= 12:
        shown = f"there are: {', '.join(known)}"
    raise SitingInputError(f"there is no {what} {name!r}", shown)


class PlanInfeasibleError(InfeasibleError):
    """What was asked of a plan can't be met; the message counts places by class and names none.

    Attributes
    ----------
    areas : tuple of int
        Rows of the plan's areas, then key locations, that cause it.
    places : tuple of str
        Their ids: for internal use.
    smallest_with_units, smallest_unlimited : float or None
        Smallest standard that could be met with these units, and with a unit at every site allowed [min].
    """

    def __init__(
        self,
        what: str,
        fix: str = "",
        *,
        places: tuple[str, ...] = (),
        areas: tuple[int, ...] = (),
        smallest_with_units: float | None = None,
        smallest_unlimited: float | None = None,
    ) -> None:
        super().__init__(
            what,
            fix,
            areas=areas,
            smallest_with_units=smallest_with_units,
            smallest_unlimited=smallest_unlimited,
        )
        self.places = places
