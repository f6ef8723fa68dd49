"""The pipeline month by month, in many draws at once."""

from __future__ import annotations

import numpy as np

from standby import _run
from standby._checks import flag, whole
from standby.workforce.pipeline import _kernels as kernels
from standby.workforce.pipeline.inputs import checked
from standby.workforce.pipeline.parameters import Pipeline
from standby.workforce.pipeline.path import RECORDED, PipelinePath

DRAWS_IN_A_BLOCK = 256
"""Draws that a thread takes at a time."""

LONGEST_MONTHS = 1200
"""Months ahead at most."""

BOUNDS = (
    "candidates",
    "officers in the role they come from",
    "establishment",
    "most starters",
    "smallest class",
    "calendar",
    "instructors",
)
"""What may keep a role from starting more students, as the kernel numbers it; the estate follows."""


def project_pipeline(
    pipeline: Pipeline,
    *,
    months: int,
    draws: int | None = None,
    whole_officers: bool = True,
    seed: int = 0,
    workers: int | None = None,
) -> PipelinePath:
    """Project officers by role month by month: stocks and flows, in many draws at once.

    Each month officers leave, move between roles, become undeployable and come back; reaccreditation takes
    the estate and the instructors first, and new courses what is left; volunteers are sifted and wait for a
    seat; at the end students pass or fail. With whole officers, each share of a stock is a binomial draw, as
    in a Markov chain of individuals [1]_, and stocks scatter as real ones do. Without, the recursion of
    expected values is followed, to which the shares of large stocks tend.

    Those who are due for reaccreditation are as many as expected, rounded up or down by chance: their dates
    are planned.

    Parameters
    ----------
    pipeline
        Roles, stocks and monthly rates, each one number or an array of shape (draws, roles).
    months
        Months ahead.
    draws
        Number of draws; as many as the numbers of the pipeline have, and 1 if they have none, if left out.
    whole_officers
        Whether officers are whole and leave, pass and fall ill by chance. If not, each draw is followed with
        expected values: what differs from draw to draw are the numbers of the pipeline alone. Where a limit
        binds, that is close to the mean over chance, and not the same.
    seed
        Seed of the random numbers. Every event of a draw, month and role has its own: the first draws are the
        same however many there are, and two pipelines meet the same chance wherever they are alike.
    workers
        Threads; the processors that this process may use when left out. Results do not depend on it.

    Returns
    -------
    PipelinePath
        Stocks and flows, shape (draws, months, roles).

    Raises
    ------
    ValueError
        If a part of the pipeline can't be used (all faults are named), or the draws do not fit in memory.

    References
    ----------
    .. [1] D. J. Bartholomew, A. F. Forbes and S. I. McClean (1991). Statistical Techniques for Manpower
       Planning, 2nd ed., Wiley.

    Examples
    --------
    A force with 100 armed officers who leave at 1% a month, and a course of 12 in every third month:

    >>> from standby.workforce import Courses, Pipeline, Volunteers, project_pipeline
    >>> force = Pipeline(
    ...     roles=("ARV",),
    ...     deployable=100,
    ...     unarmed=2_000,
    ...     leaving=0.01,
    ...     volunteers=Volunteers(rate=0.005, sift_rate=0.5),
    ...     courses=Courses(calendar=[[1], [0], [0]], size=12, months=2, pass_rate=0.75, instructors=4),
    ... )
    >>> path = project_pipeline(force, months=24, draws=1_000)
    >>> path.deployable.shape, path.bottleneck("ARV", 12)
    ((1000, 24, 1), 'calendar')
    """
    months = whole("months", months, low=1, high=LONGEST_MONTHS)
    is_whole = flag("whole_officers", whole_officers)
    seed = whole("seed", seed)
    asked = None if draws is None else whole("draws", draws, low=1)
    numbers, rules = checked(pipeline, months=months, draws=asked, whole_officers=is_whole)

    n_draws, n_roles = numbers.waiting.shape
    n_parts = numbers.estate.shape[1]
    n_rows = kernels.AWAY + len(pipeline.absences)
    dtype = np.dtype(np.int32 if is_whole else np.float64)

    record = kernels.Record(
        officers=np.empty((n_draws, months, n_rows, n_roles), dtype),
        force=np.empty((n_draws, months, 2)),
        bound=np.empty((n_draws, months, n_roles), np.int8),
        estate=np.empty((n_draws, months, n_parts)),
    )
    blocks = range(0, n_draws, DRAWS_IN_A_BLOCK)
    key = np.uint64(np.random.SeedSequence(seed).generate_state(1, np.uint64)[0])

    def work(block: int) -> None:
        """Project the draws of a block ."""
        first = blocks[block]
        last = min(first + DRAWS_IN_A_BLOCK, n_draws)
        kernels.project(key, is_whole, first, last, numbers, rules, record)

    _run.run(range(len(blocks)), work, workers=workers)

    rows = {name: record.officers[:, :, row, :] for row, name in enumerate(RECORDED)}
    return PipelinePath(
        roles=tuple(pipeline.roles),
        reasons=pipeline.reasons,
        bounds=(*BOUNDS, *pipeline.estate),
        **rows,
        away=record.officers[:, :, kernels.AWAY :, :],
        unarmed=record.force[:, :, 0],
        gone=record.force[:, :, 1],
        bound=record.bound,
        estate_used=record.estate,
    )
