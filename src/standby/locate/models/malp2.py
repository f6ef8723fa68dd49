"""Most weight that reliably finds a free unit in reach, by each area's local load (MALP II)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Unpack

import numpy as np
from scipy import sparse

from standby import _checks
from standby.locate.engine.control import Control
from standby.locate.engine.scale import with_ordinary_weights
from standby.locate.errors import SitingInputError
from standby.locate.inputs import checked_share, checked_weight
from standby.locate.models.malp1 import solve_reliable
from standby.locate.reach import checked_reach
from standby.locate.result import Siting, SolveOptions

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import ArrayLike

    from standby._typing import Floats


@with_ordinary_weights
def malp2(
    minutes: ArrayLike,
    weight: ArrayLike,
    within: ArrayLike,
    units: int,
    load: ArrayLike,
    reliability: float = 0.9,
    *,
    per_site: ArrayLike | None = None,
    fixed: Iterable[int] = (),
    closed: Iterable[int] = (),
    **options: Unpack[SolveOptions],
) -> Siting:
    """Most weight that reliably finds a free unit in reach, by each area's local load: MALP II.

    Area i needs b_i units in reach, the least b with ``1 - (load_i / b)^b >= reliability``, where load_i is
    the work offered in the surroundings of i (see `local_load`). Otherwise as `malp1`.

    Parameters
    ----------
    minutes
        Travel minutes, an array or a sparse matrix of shape (sites, areas); ``inf`` or an unstored pair: may
        not serve [min].
    weight
        Demand of each area, shape (areas,), >= 0.
    within
        The standard, one number or one for each area [min].
    units
        At most this many units.
    load
        Units kept busy by the calls in the surroundings of each area (calls per hour times hours per call),
        shape (areas,), >= 0.
    reliability
        Chance of finding a free unit that counts as cover, between 0 and 1 (below 1).
    per_site
        Most units at a site; default no limit.
    fixed, closed
        Sites that must, and may not, hold a unit.
    **options
        See `SolveOptions`.

    Returns
    -------
    Siting
        `objective` is the weight reached with the stated reliability.

    Raises
    ------
    SitingInputError
        If an argument is wrong.

    References
    ----------
    ReVelle and Hogan (1989), The maximum availability location problem, Transportation Science 23, 192-200.
    """
    control = Control(options)
    reliability = checked_share(reliability, "reliability")
    reach = checked_reach(
        minutes, weight=weight, within=within, units=units, per_site=per_site, fixed=fixed, closed=closed
    )
    work = checked_weight(load, reach.n_areas, "load")
    if reliability == 1 and (work > 0).any():
        raise SitingInputError(
            "reliability is 1, which no number of units gives where there is load", "give less than 1"
        )

    enough = np.array([_units_for_load(value, reliability) for value in work], np.int64)
    return solve_reliable(reach, enough, control, "malp2")


def _units_for_load(load: float, reliability: float) -> int:
    """Return the least b with ``1 - (load / b)^b >= reliability``."""
    # Units fewer than the load would be busy all the time.
    b = max(1, math.ceil(load))
    while 1 - (load / b) ** b < reliability - 1e-12:
        b += 1
    return b


def local_load(load: ArrayLike, neighbours: ArrayLike | sparse.spmatrix) -> Floats:
    """Return the work offered in the surroundings of each area, for `malp2`.

    Parameters
    ----------
    load
        Units kept busy by each area's own calls, shape (areas,).
    neighbours
        Whether area k counts to the surroundings of area i, 1 or 0 (or True and False), an array or a sparse
        matrix of shape (areas, areas); usually those within the standard of one another.

    Returns
    -------
    numpy.ndarray
        Sum of the loads of the neighbours, shape (areas,).

    Raises
    ------
    SitingInputError
        If the shapes don't fit, or `neighbours` holds anything but 0 and 1.
    """
    if sparse.issparse(neighbours):
        table = sparse.csr_array(neighbours)
        stored = table.data
    else:
        listed: ArrayLike = neighbours  # type: ignore[assignment]
        table = stored = _checks.numbers("neighbours", listed, refusal=SitingInputError)

    # Minutes or distances say nothing of who is whose neighbour.
    known = _checks.number("neighbours", stored, low=-np.inf, refusal=SitingInputError)
    neither = known[(known != 0.0) & (known != 1.0)]
    if neither.size > 0:
        raise SitingInputError(f"neighbours holds {neither[0]:g}", "give 1 for a neighbour and 0 for others")
    if table.ndim != 2:
        raise SitingInputError(f"neighbours has shape {table.shape}", "give shape (areas, areas)")

    own = checked_weight(load, table.shape[0], "load")
    if table.shape != (own.size, own.size):
        raise SitingInputError(
            f"neighbours has shape {table.shape}", f"give (areas, areas) = ({own.size}, {own.size})"
        )

    return np.asarray((table != 0) @ own, dtype=np.float64).ravel()
