"""What a reader of published files could recover: the attacks that a release has to stand.

Every attack works on the files as they are released, with the open model and everything that is public
anyway. What it says is for the service itself, and is counts alone: no guess at a base or a place is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from standby._show import Shown
from standby.disclosure.examined import Finding, Release
from standby.disclosure.inversion import NAMED, SEEDS, STEPS, Inversion, invert, table_to_leave_out
from standby.disclosure.public_names import public_names
from standby.disclosure.rounding import SHARE_STEP
from standby.disclosure.searching import searched
from standby.disclosure.sums import forced_places
from standby.disclosure.undeclared import beyond_public, too_fine
from standby.plan import BASE, Plan
from standby.travel import Times, travel_times

NOTHING_TO_PROTECT = (
    "The bases of this plan are invented, so there is nothing to protect and nothing is refused. The counts "
    "show what the attacks are, on what such files would say if the bases were real."
)
"""What is said first of a plan whose bases are invented."""


@dataclass(frozen=True)
class Examination(Shown):
    """What all attacks found.

    Parameters
    ----------
    findings
        One an attack.
    inversion
        The scores of model inversion by part and seed.
    invented
        Whether the plan's bases are invented: then there is nothing to protect, and no finding refuses files.
    """

    findings: tuple[Finding, ...]
    inversion: Inversion
    invented: bool = False

    @property
    def passed(self) -> bool:
        """Whether the files may be released."""
        return all(finding.passed for finding in self.findings)

    def summary(self) -> str:
        """Return what was tried and found, a line an attack."""
        lines = [
            f"{'passed ' if finding.passed else 'REFUSED'} {finding.attack}: {finding.says}"
            + (f" Fix: {finding.fix}." if finding.fix else "")
            for finding in self.findings
        ]
        return "\n".join([NOTHING_TO_PROTECT, *lines] if self.invented else lines)


def examine(
    plan: Plan,
    release: Release,
    *,
    earlier: Sequence[Release] = (),
    times: Times | None = None,
    seeds: tuple[int, ...] = SEEDS,
    steps: int = STEPS,
    progress: Callable[[int, int], None] | None = None,
) -> Examination:
    """Try to recover what a public edition withholds from its files.

    Parameters
    ----------
    plan
        The plan, without an option laid over it.
    release
        The public edition; see `standby.report.read_release`.
    earlier
        Earlier releases.
    times
        Minutes of the plan; made when left out.
    seeds, steps
        Guesses of model inversion, with and without the files, and the steps of each.
    progress
        Called after every guess.

    Returns
    -------
    Examination
        Counts; for the service itself.
    """
    tables = _with_own_ids(plan, release)
    before = [_with_own_ids(plan, old) for old in earlier]
    times = times or travel_times(plan)

    inversion = invert(plan, times, [tables, *before], seeds=seeds, steps=steps, progress=progress)
    invented = plan.bases_are_invented

    # Where nothing can be refused there is no need to look for what to leave out.
    findings = [
        *_inverted(
            inversion,
            lambda: "" if invented else table_to_leave_out(plan, times, tables, steps=steps),
        ),
        _told_by_arithmetic(plan, tables),
        *(_finer_before(tables, old) for old in before),
        beyond_public(release),
        too_fine(plan, release),
        *searched(plan, release.texts),
    ]
    if invented:
        findings = [replace(finding, passed=True, fix="") for finding in findings]
    return Examination(tuple(findings), inversion, invented)


def _with_own_ids(plan: Plan, release: Release) -> dict[str, pd.DataFrame]:
    """Return the tables of a release, with the plan's own ids in place of the public ones."""
    own: dict[str, str] = {}
    for ids in public_names(plan).ids.values():
        own |= {public: private for private, public in ids.items()}

    tables = {}
    for name, given in release.tables.items():
        frame = given.copy()
        for column in ("option", "standard", "incident_type"):
            if column in frame:
                frame[column] = frame[column].map(lambda value: own.get(value, value))
        if "criterion" in frame:
            frame["criterion"] = [_with_own_standard(str(value), own) for value in frame["criterion"]]
        tables[name] = frame
    return _with_today(tables)


def _with_today(tables: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Return tables of a release with what a siting says of today among the standards of the base.

    What it says of its answer is of no option that the plan has, and is not tried here.
    """
    after = tables.get("siting_standards")
    if after is None:
        return tables

    rows = [c for c in map(str, after) if not c.startswith("share_")]
    shares = [c for c in map(str, after) if c.endswith("_today")]
    today = after[[*rows, *shares]].rename(columns={c: c.removesuffix("_today") for c in shares})
    known = [tables["standards"]] if "standards" in tables else []
    return {**tables, "standards": pd.concat([*known, today.assign(option=BASE)], ignore_index=True)}


def _with_own_standard(criterion: str, own: Mapping[str, str]) -> str:
    """Return the id of a criterion; that of a share has the id of its standard at the end."""
    standard = criterion.removeprefix(SHARE_OF)
    return f"{SHARE_OF}{own.get(standard, standard)}" if standard != criterion else criterion


SHARE_OF = "share_"
"""How the ids of criteria begin that are shares inside a standard."""


def _inverted(inversion: Inversion, table: Callable[[], str]) -> Iterator[Finding]:
    """Yield what model inversion found: bases, and places outside the main standard."""
    attack = "the model run over candidate towns until its tables fit"
    if not inversion.judges:
        says = "it can't judge: a guess at the biggest towns finds every base without these files."
        yield Finding(attack, 0, 0, says if inversion.parts else "there is no base to guess.", passed=True)
        return

    for what, named in NAMED.items():
        part = inversion.worst(what)
        if not getattr(part, what):
            continue  # places are counted in the base, which the attack may not be able to judge
        passed = part.excess(what) <= 1
        says = (
            f"{inversion.said(what)} without these files (best of {len(part.attack)} guesses with them and "
            f"{len(part.by_people) + len(part.by_chance)} without; {inversion.numbers} numbers looked at"
            + (f", none of the options {', '.join(inversion.skipped)})." if inversion.skipped else ").")
        )
        fix = "" if passed else f"leave out the table {table()!r} (plan.withhold)"
        found = part.most(what)
        guessed = part.most(what, beforehand=True)
        yield Finding(f"{attack}: {named}", found, guessed, says, passed, fix)


def _told_by_arithmetic(plan: Plan, tables: Mapping[str, pd.DataFrame]) -> Finding:
    """Return of how many places the shares shown say whether a standard is kept there."""
    forced = forced_places(plan, tables)
    told = forced.places + forced.changes
    says = (
        f"{forced.places} times a share says that a place is inside or outside, {forced.changes} times two "
        f"shares that an option changes it (populations alone: 0; {forced.shares} shares looked at)."
    )
    fix = "" if told == 0 else "leave out the tables of these standards (plan.withhold)"
    return Finding("sums over populations", told, 0, says, told == 0, fix)


def _finer_before(tables: Mapping[str, pd.DataFrame], before: Mapping[str, pd.DataFrame]) -> Finding:
    """Return how many numbers an earlier release has finer than this one, which rounds by a fixed grid."""
    finer = 0
    for name, frame in before.items():
        now = tables.get(name)
        shares = [c for c in map(str, frame) if c.startswith("share_") and c != "share_of_draws"]
        for column in shares if now is not None else ():
            values = pd.to_numeric(frame[column], errors="coerce").dropna() / SHARE_STEP
            finer += int(((values - values.round()).abs() > 1e-6).sum())
    says = f"{finer} shares of an earlier release are finer than the steps of this one."
    fix = "" if finer == 0 else "what was published can't be taken back; judge by the attack on both together"
    return Finding("differences from an earlier release", finer, 0, says, passed=True, fix=fix)
