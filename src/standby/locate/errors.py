"""The errors that siting may raise.

::

    ValueError
     └── SitingInputError      an argument is wrong: says which one and the fix
          └── InfeasibleError  the request can't be met: says which places and what could be met
               └── PlanInfeasibleError  the same of a plan: counts places by class, names none
    RuntimeError
     ├── NoAnswerYetError      the time was over before there was any answer
     └── SitingCheckError      the independent check disagrees with the solver: never expected
    MissingExtraError (an ImportError)
     └── SolverMissingError    the optional solver isn't installed
"""

from __future__ import annotations

from standby._refusals import MissingExtraError, Refusal, UnableError


class SitingInputError(Refusal):
    """An argument of a siting model is wrong; the message names it and the fix."""


class InfeasibleError(SitingInputError):
    """The request can't be met by any choice of sites.

    Attributes
    ----------
    areas
        Areas that cause it, where single areas do.
    smallest_with_units
        Smallest standard that could be met with the units asked for [min]; ``inf`` if none could, None where
        no number of units was given or where no single standard decides.
    smallest_unlimited
        Smallest standard that could be met with a unit at every site allowed [min].
    """

    def __init__(
        self,
        what: str,
        fix: str = "",
        *,
        areas: tuple[int, ...] = (),
        smallest_with_units: float | None = None,
        smallest_unlimited: float | None = None,
    ) -> None:
        super().__init__(what, fix)
        self.areas = areas
        self.smallest_with_units = smallest_with_units
        self.smallest_unlimited = smallest_unlimited


class NoAnswerYetError(UnableError, RuntimeError):
    """The time limit or Ctrl-C came before there was any answer; whether there is one isn't known."""


class SitingCheckError(RuntimeError):
    """The value of the answer, computed again from the input alone, isn't what the solver said."""


class SolverMissingError(MissingExtraError):
    """The optional solver isn't installed; the message says how to install it."""


class PlanInfeasibleError(InfeasibleError):
    """What was asked of a plan can't be met; the message counts places by class and names none.

    Attributes
    ----------
    areas
        Rows of the plan's areas, then key locations, that cause it.
    places
        Their ids: for internal use.
    smallest_with_units, smallest_unlimited
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
