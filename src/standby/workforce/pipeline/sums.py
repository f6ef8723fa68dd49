"""The months of a pipeline in expected values, each stock a sum over students and courses that begin.

While nobody lapses for want of a place, all that happens in a month takes shares of stocks, so that every
stock is a constant and so much for each student and each course that began before: an array of one number for
each student column (month by month, role by role), then for each course column, then the constant.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from standby.workforce.pipeline import _kernels as kernels
from standby.workforce.pipeline.parameters import UNARMED

if TYPE_CHECKING:
    from standby._typing import Floats


class Sums:
    """Stocks of a pipeline as sums, month after month, in the order of the kernel.

    Parameters
    ----------
    numbers, rules
        The pipeline as the kernel takes it; its first draw is followed.
    months
        Months ahead.
    backfill
        Officers on a course or teaching at most; inf for no limit [officers].

    Attributes
    ----------
    rows
        Sums that must not fall below 0, by the name of the limit that each belongs to.
    """

    def __init__(
        self,
        numbers: kernels.Draws,
        rules: kernels.Rules,
        parts: tuple[str, ...],
        *,
        months: int,
        backfill: float,
    ) -> None:
        self.numbers = numbers
        self.rules = rules
        self.parts = parts
        self.backfill = backfill
        self.rate = numbers.rate[0]
        self.absence = numbers.absence[0]
        self.roles = range(self.rate.shape[1])
        self.reasons = range(self.absence.shape[1])
        self.size = months * len(self.roles)
        self.rows: list[tuple[str, Floats]] = []

        stock = numbers.stock[0]
        gone = [kernels.GONE + reason for reason in self.reasons]
        self.current = [self._constant(stock[kernels.CURRENT, role]) for role in self.roles]
        self.overdue = [self._constant(stock[kernels.OVERDUE, role]) for role in self.roles]
        self.away = [[self._constant(stock[row, role]) for role in self.roles] for row in gone]
        self.waiting = [self._constant(numbers.waiting[0, role]) for role in self.roles]
        self.unarmed = self._constant(numbers.unarmed[0])

        # What runs in the month at hand.
        self.room: list[Floats] = []
        self.teaching: list[Floats] = []
        self.students: list[Floats] = []

    def month(self, month: int) -> list[Floats]:
        """Go through a month; return the deployable officers of each role at its end.

        Parameters
        ----------
        month
            Month, counted from 0; each is gone through once, in order.
        """
        self._leave()
        self._move(month)
        self._go_and_return()
        self._book(month)
        self._reaccredit()
        self._volunteer()
        self._start(month)
        self._end(month)
        return [self.current[role] - self.teaching[role] for role in self.roles]

    def _constant(self, value: float) -> Floats:
        """Return a sum that does not depend on the plan."""
        total = np.zeros(2 * self.size + 1)
        total[-1] = value
        return total

    def _starting(self, month: int, role: int) -> Floats:
        """Return the students who begin in a month."""
        total = np.zeros(2 * self.size + 1)
        total[month * len(self.roles) + role] = 1.0
        return total

    def _courses(self, month: int, role: int) -> Floats:
        """Return the courses that begin in a month."""
        total = np.zeros(2 * self.size + 1)
        total[self.size + month * len(self.roles) + role] = 1.0
        return total

    def _send_back(self, role: int, officers: Floats) -> None:
        """Put officers back to where the volunteers of a role come from."""
        source = self.rules.rule[kernels.SOURCE_ROLE, role]
        if source == UNARMED:
            self.unarmed = self.unarmed + officers
        else:
            self.current[source] = self.current[source] + officers

    def _leave(self) -> None:
        """Let officers leave the force, and recruits join it."""
        for role in self.roles:
            stays = 1.0 - self.rate[kernels.LEAVING, role]
            self.current[role] = self.current[role] * stays
            self.overdue[role] = self.overdue[role] * stays
            for reason in self.reasons:
                self.away[reason][role] = self.away[reason][role] * stays

        leaving, recruits = self.numbers.force_rate[0]
        self.unarmed = self.unarmed * (1.0 - leaving) + self._constant(recruits)

    def _move(self, month: int) -> None:
        """Move officers at the rates of the moves."""
        for place, (source, target, every, first, _) in enumerate(self.rules.moves):
            if month + 1 < first or (month + 1 - first) % every != 0:
                continue

            moving = self.current[source] * self.numbers.move_rate[0, place]
            self.current[source] = self.current[source] - moving
            if target >= 0:
                self.current[target] = self.current[target] + moving
            elif target == UNARMED:
                self.unarmed = self.unarmed + moving

    def _go_and_return(self) -> None:
        """Make officers undeployable, and let others come back, current or lapsed."""
        for role in self.roles:
            before = self.current[role]
            for reason in self.reasons:
                going = before * self.absence[kernels.GOING, reason, role]
                back = self.away[reason][role] * self.absence[kernels.RETURNING, reason, role]
                late = back * self.absence[kernels.LAPSING, reason, role]
                self.current[role] = self.current[role] - going + back - late
                self.overdue[role] = self.overdue[role] + late
                self.away[reason][role] = self.away[reason][role] + going - back

    def _book(self, month: int) -> None:
        """Take what running courses, and those that begin now, use of the estate and the instructors."""
        self.room = [self._constant(part) for part in self.numbers.estate[0]]
        self.teaching = [self._constant(0.0) for _ in self.roles]
        self.students = [self._constant(0.0) for _ in self.roles]

        for role in self.roles:
            length = self.rules.rule[kernels.COURSE_MONTHS, role]
            for began in range(max(month - length + 1, 0), month + 1):
                self.students[role] = self.students[role] + self._starting(began, role)
                self._use(role, kernels.BY_COURSE, kernels.COURSE_TEACHERS, self._courses(began, role))

    def _use(self, role: int, use: int, teachers: int, number: Floats) -> None:
        """Take what so many courses or tests use of the estate and the instructors."""
        for part in range(len(self.room)):
            self.room[part] = self.room[part] - number * self.rules.use[use, role, part]
        teacher = self.rules.rule[kernels.TAUGHT_BY, role]
        self.teaching[teacher] = self.teaching[teacher] + number * self.rate[teachers, role]

    def _reaccredit(self) -> None:
        """Test everybody who is due or has lapsed; the estate and the instructors have to be enough."""
        can_teach = [self.current[role] * self.rate[kernels.TEACHING_SHARE, role] for role in self.roles]
        for role in self.roles:
            due = self.current[role] * self.rate[kernels.DUE, role]
            late = self.overdue[role]
            self._use(role, kernels.BY_RENEWAL, kernels.RENEWAL_TEACHERS, due + late)

            fails = 1.0 - self.rate[kernels.RENEWAL_PASS_RATE, role]
            lost = late * fails * self.rate[kernels.LOSING, role]
            self.current[role] = self.current[role] - due * fails + late * (1.0 - fails)
            self.overdue[role] = (due + late) * fails - lost
            self._send_back(role, lost)

        self.rows.extend(zip(self.parts, self.room, strict=True))
        for role in self.roles:
            self.rows.append(("instructors", can_teach[role] - self.teaching[role]))

    def _volunteer(self) -> None:
        """Let names leave the list, and volunteers come forward and be sifted."""
        for role in self.roles:
            source = self.rules.rule[kernels.SOURCE_ROLE, role]
            pool = self.unarmed if source == UNARMED else self.current[source]
            on_list = self.waiting[role] * (1.0 - self.rate[kernels.WITHDRAWAL, role])
            eligible = pool * self.rate[kernels.ELIGIBLE_SHARE, role] - on_list
            self.rows.append(("candidates", eligible))

            share = self.rate[kernels.VOLUNTEERING, role] * self.rate[kernels.SIFT_RATE, role]
            self.waiting[role] = on_list + eligible * share

    def _start(self, month: int) -> None:
        """Begin courses within the list, the seats, the calendar, the posts and the officers off duty."""
        calendar = self.rules.calendar[month % len(self.rules.calendar)]
        for role in self.roles:
            starting = self._starting(month, role)
            courses = self._courses(month, role)
            self.rows.append(("candidates", self.waiting[role] - starting))
            self.rows.append(("seats", courses * self.rate[kernels.SIZE, role] - starting))
            self.rows.append(("calendar", self._constant(calendar[role]) - courses))

            most = self.rules.limit[kernels.MOST_START, role]
            if math.isfinite(most):
                self.rows.append(("most starters", self._constant(most) - starting))

            posts = self.rate[kernels.POSTS, role]
            if math.isfinite(posts) and not self.rules.rule[kernels.OVER_POSTS, role]:
                in_post = self.current[role] + self.overdue[role] + self.students[role]
                for reason in self.reasons:
                    in_post = in_post + self.away[reason][role]
                self.rows.append(("posts", self._constant(posts) - in_post))

            self.waiting[role] = self.waiting[role] - starting
            self._send_back(role, -starting)

        # Nobody begins who teaches, or isn't there.
        self.rows.append(("candidates", self.unarmed))
        for role in self.roles:
            self.rows.append(("candidates", self.current[role] - self.teaching[role]))

        if math.isfinite(self.backfill):
            off_duty = np.sum([*self.students, *self.teaching], axis=0)
            self.rows.append(("backfill", self._constant(self.backfill) - off_duty))

    def _end(self, month: int) -> None:
        """End the courses of this month."""
        for role in self.roles:
            began = month - self.rules.rule[kernels.COURSE_MONTHS, role] + 1
            if began < 0:
                continue

            tested = self._starting(began, role)
            passes = self.rate[kernels.PASS_RATE, role]
            passes += (1.0 - passes) * self.rate[kernels.RETAKE_PASS_RATE, role]
            self.current[role] = self.current[role] + tested * passes
            self._send_back(role, tested * (1.0 - passes))
