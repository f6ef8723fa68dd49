"""Officers month by month in many draws: what a projection of the pipeline gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from standby._checks import number, slack, whole
from standby._refusals import Refusal, UnknownNameError, meant
from standby._show import Shown

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from standby._typing import Floats

RECORDED = (
    "deployable", "instructing", "lapsed", "on_course", "waiting",
    "volunteered", "selected", "started", "passed", "failed",
    "missed", "reaccredited", "lost", "left", "moved_in", "moved_out",
)  # fmt: skip
"""Stocks, then flows, in the order in which the kernel writes them down."""

STOCKS_AND_FLOWS = (*RECORDED, "strength", "deployable_share")
"""What may be asked for by its name."""

Officers = Any
"""Officers by draw, month and role: 32-bit whole numbers, or floats of expected values."""


@dataclass(frozen=True, eq=False)
class PipelinePath(Shown):
    """Stocks at the end of each month and flows in it, by role, in many draws.

    All arrays have the shape (draws, months, roles), but where another is named. Whole officers are whole
    numbers of 32 bits, expected values floats.

    Parameters
    ----------
    roles
        Names of the roles.
    reasons
        Reasons not to be deployable.
    bounds
        What may keep a role from starting more students; `bound` has their numbers.
    deployable
        Accredited officers who can be sent: neither away nor lapsed nor instructing [officers].
    instructing
        Deployable officers who taught in this month instead [officers].
    away
        Accredited officers who cannot be deployed, by reason, shape (draws, months, reasons, roles)
        [officers].
    lapsed
        Officers whose accreditation has lapsed [officers].
    on_course
        Students of the role who are still on a course at the month's end [officers].
    waiting
        Names on the waiting list; they are counted as officers where they work [officers].
    volunteered, selected
        Officers who volunteered, and who passed the sift [officers/month].
    started, passed, failed
        Students who began a course, passed and failed [officers/month].
    missed
        Officers whose accreditation lapsed: they found no place, failed or were away [officers/month].
    reaccredited
        Officers reaccredited [officers/month].
    lost
        Officers who lost a lapsed accreditation for good and went back [officers/month].
    left
        Officers of the role who left the force, other than by a move [officers/month].
    moved_in, moved_out
        Officers who moved into and out of the role without a course [officers/month].
    unarmed
        Unarmed officers at the month's end, shape (draws, months) [officers].
    gone
        Officers who have left the force since the start, shape (draws, months) [officers].
    bound
        Number of what kept the role from starting more students, in the order of `bounds`.
    estate_used
        Use of each part of the estate, shape (draws, months, parts) [1/month].
    """

    roles: tuple[str, ...]
    reasons: tuple[str, ...]
    bounds: tuple[str, ...]
    deployable: Officers
    instructing: Officers
    away: Officers
    lapsed: Officers
    on_course: Officers
    waiting: Officers
    volunteered: Officers
    selected: Officers
    started: Officers
    passed: Officers
    failed: Officers
    missed: Officers
    reaccredited: Officers
    lost: Officers
    left: Officers
    moved_in: Officers
    moved_out: Officers
    unarmed: Floats
    gone: Floats
    bound: NDArray[np.int8]
    estate_used: Floats

    @property
    def strength(self) -> Officers:
        """Officers in post whose accreditation is current: deployable, instructing and away [officers]."""
        return self.deployable + self.instructing + self.away.sum(axis=2)

    @property
    def deployable_share(self) -> Floats:
        """Deployable officers of each role as a share of its strength; NaN where there is nobody."""
        strength = np.asarray(self.strength, dtype=np.float64)
        shares = np.full(strength.shape, np.nan)
        np.divide(self.deployable, strength, out=shares, where=strength > 0.0)
        return shares

    def mean(self, stock: str = "deployable") -> Floats:
        """Return the mean over the draws, shape (months, roles).

        Parameters
        ----------
        stock
            A stock or flow by role, by its name.

        Raises
        ------
        ValueError
            If there is no such stock or flow.
        """
        return np.asarray(self._stock(stock).mean(axis=0, dtype=np.float64))

    def interval(self, stock: str = "deployable", *, share: float = 0.9) -> Floats:
        """Return the limits between which a share of the draws lies, shape (2, months, roles).

        Parameters
        ----------
        stock
            A stock or flow by role, by its name.
        share
            Share of the draws inside; as many lie below as above.

        Raises
        ------
        ValueError
            If there is no such stock or flow, or `share` is not between 0 and 1.
        """
        inside = float(number("share", share, above=True, high=1.0, below=True))
        tail = (1.0 - inside) / 2.0
        return np.asarray(np.quantile(self._stock(stock), [tail, 1.0 - tail], axis=0))

    def chance(self, target: ArrayLike, *, stock: str = "deployable") -> Floats:
        """Return the share of draws at a target at the end of each month, shape (months, roles).

        Parameters
        ----------
        target
            Officers wanted, one number, or shape (roles,) or (months, roles) [officers].
        stock
            A stock or flow by role, by its name.

        Raises
        ------
        ValueError
            If there is no such stock or flow, or `target` has another shape.
        """
        return np.asarray(self._is_met(target, stock).mean(axis=0))

    def chance_by(self, target: ArrayLike, *, stock: str = "deployable") -> Floats:
        """Return the share of draws that have been at a target by each month, shape (months, roles).

        They may have fallen below it since; see `chance` for those that are there.

        Parameters
        ----------
        target
            Officers wanted, one number, or shape (roles,) or (months, roles) [officers].
        stock
            A stock or flow by role, by its name.

        Raises
        ------
        ValueError
            If there is no such stock or flow, or `target` has another shape.
        """
        return np.asarray(np.maximum.accumulate(self._is_met(target, stock), axis=1).mean(axis=0))

    def bottlenecks(self) -> Floats:
        """Return how often each bound kept each role from starting more, shape (months, roles, bounds).

        The shares of the draws sum to 1 over `bounds`.
        """
        shares = [(self.bound == bound).mean(axis=0) for bound in range(len(self.bounds))]
        return np.stack(shares, axis=-1)

    def bottleneck(self, role: str, month: int) -> str:
        """Return what most often kept a role from starting more students in a month.

        Parameters
        ----------
        role
            Name of the role.
        month
            Month, counted from 1.

        Raises
        ------
        ValueError
            If there is no such role or month.
        """
        if role not in self.roles:
            raise UnknownNameError(f"role is {role!r}", meant(role, self.roles))
        months = self.bound.shape[1]
        place = whole("month", month, low=1, high=months) - 1

        shares = self.bottlenecks()[place, self.roles.index(role)]
        return self.bounds[int(np.argmax(shares))]

    def _stock(self, name: str) -> NDArray[Any]:
        """Return a stock or flow by its name."""
        if name not in STOCKS_AND_FLOWS:
            choice = meant(name, STOCKS_AND_FLOWS) or f"Choose from {', '.join(STOCKS_AND_FLOWS)}."
            raise UnknownNameError(f"stock is {name!r}", choice)
        return np.asarray(getattr(self, name))

    def _is_met(self, target: ArrayLike, stock: str) -> NDArray[np.bool_]:
        """Return whether a target is met, shape (draws, months, roles)."""
        there = self._stock(stock)
        wanted = number("target", target, low=-np.inf)
        try:
            np.broadcast_to(wanted, there.shape[1:])
        except ValueError as error:
            months, roles = there.shape[1:]
            fix = f"give one number, or shape ({roles},) or ({months}, {roles})"
            raise Refusal(f"target has shape {wanted.shape}", fix) from error
        return np.asarray(there >= wanted - slack(wanted))
