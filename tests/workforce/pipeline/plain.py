"""The pipeline in plain Python: one draw, one role and one month after another, with nothing compiled.

The slow twin of the compiled months. It reads the parameters as a planner wrote them, for one draw, and asks
for chance by event, so that both can be given the same luck.
"""

import math

import numpy as np

from standby.workforce import LEFT, UNARMED
from standby.workforce.pipeline import _kernels as kernels

SLACK = 1e-9

FLOWS = (
    "volunteered", "selected", "started", "passed", "failed",
    "missed", "reaccredited", "lost", "left", "moved_in", "moved_out",
)  # fmt: skip


def luck(key, draw, month):
    """Return the compiled code's own chance in one month of one draw, by event and role."""
    draw_key = np.uint64(kernels.stepped(key, draw))
    month_key = np.uint64(kernels.stepped(draw_key, month))

    def taken(event, role, stock, share):
        return int(kernels.taken(month_key, event, role, True, float(stock), float(share)))  # noqa: FBT003

    return taken


def expected(event, role, stock, share):
    """Return the expected number in place of chance."""
    return stock * share


def at(value, role):
    """Return the number of a role, of one number or a list of them."""
    return value[role] if isinstance(value, (list, tuple)) else value


class Force:
    """One draw of a force."""

    def __init__(self, pipeline, *, whole):
        self.p = pipeline
        self.whole = whole
        names = list(pipeline.roles)
        self.roles = range(len(names))
        number = {name: place for place, name in enumerate(names)} | {UNARMED: UNARMED, LEFT: LEFT}
        self.source = [number[role] for role in pipeline.source or [UNARMED] * len(names)]
        self.teacher = [number[role] for role in pipeline.taught_by or names]
        self.order = [number[role] for role in pipeline.priority or names]
        self.moves = [(move, number[move.source], number[move.target]) for move in pipeline.moves]

        self.current = [at(pipeline.deployable, role) for role in self.roles]
        self.lapsed = [at(pipeline.lapsed, role) for role in self.roles]
        self.away = [[at(absence.away, role) for role in self.roles] for absence in pipeline.absences]
        self.attempts = [at(pipeline.courses.attempts, role) for role in self.roles]
        self.waiting = [[0] * max(self.attempts) for _ in self.roles]
        for role in self.roles:
            self.waiting[role][0] = at(pipeline.volunteers.waiting, role)
        self.barred = [0 for _ in self.roles]
        self.running = []  # (last month, role, courses, students by attempt)
        self.unarmed = pipeline.unarmed
        self.gone = 0

    def down(self, number):
        """Round down where officers are whole."""
        return math.floor(number + SLACK) if self.whole else number

    def students(self, role):
        """Count the students of a role."""
        return sum(sum(taught) for _, taken_by, _, taught in self.running if taken_by == role)

    def free_posts(self, role):
        """Return the posts that nobody has."""
        officers = self.current[role] + self.lapsed[role] + self.students(role)
        officers += sum(away[role] for away in self.away)
        free = at(self.p.establishment, role) - officers
        return free if math.isinf(free) else self.down(max(free, 0))

    def give_back(self, role, officers):
        """Put officers where the role's volunteers come from."""
        if self.source[role] == UNARMED:
            self.unarmed += officers
        else:
            self.current[self.source[role]] += officers

    def month(self, month, taken):  # noqa: C901, PLR0912 - a month from its first day to its last
        """Go through one month, and return what happened by role."""
        p = self.p
        k = kernels
        flow = {name: [0] * len(self.roles) for name in FLOWS}
        bound = [0] * len(self.roles)

        # Leaving.
        for role in self.roles:
            rate = at(p.leaving, role)
            leavers = taken(k.LEAVE, role, self.current[role], rate)
            self.current[role] -= leavers
            flow["left"][role] += leavers
            leavers = taken(k.LEAVE_OVERDUE, role, self.lapsed[role], rate)
            self.lapsed[role] -= leavers
            flow["left"][role] += leavers
            for reason, away in enumerate(self.away):
                leavers = taken(k.LEAVE_AWAY + k.GONE + reason, role, away[role], rate)
                away[role] -= leavers
                flow["left"][role] += leavers
            self.gone += flow["left"][role]
        leavers = taken(k.LEAVE_UNARMED, 0, self.unarmed, p.unarmed_leaving)
        self.unarmed -= leavers
        self.gone += leavers
        certain = math.floor(p.recruits) if self.whole else p.recruits
        self.unarmed += certain + (taken(k.RECRUIT, 0, 1, p.recruits - certain) if self.whole else 0)

        # Moves.
        for place, (move, source, target) in enumerate(self.moves):
            if month + 1 < move.first or (month + 1 - move.first) % move.every:
                continue
            moving = taken(k.MOVE + place, 0, self.current[source], move.rate)
            if target >= 0 and not move.over_establishment:
                moving = min(moving, self.free_posts(target))
            moving = min(max(moving, move.least), move.most, self.current[source])
            self.current[source] -= moving
            flow["moved_out"][source] += moving
            if target == UNARMED:
                self.unarmed += moving
            elif target == LEFT:
                self.gone += moving
            else:
                self.current[target] += moving
                flow["moved_in"][target] += moving

        # Absences: who goes is told apart by reason among those who go.
        for role in self.roles:
            rates = [at(absence.rate, role) for absence in p.absences]
            going = taken(k.GO, role, self.current[role], sum(rates))
            self.current[role] -= going
            for reason, absence in enumerate(p.absences):
                back = taken(k.RETURN + reason, role, self.away[reason][role], 1 / at(absence.months, role))
                self.away[reason][role] -= back
                overdue = taken(k.LAPSE + reason, role, back, self.lapses_while_away(absence, role))
                self.current[role] += back - overdue
                self.lapsed[role] += overdue
                flow["missed"][role] += overdue

                rest = sum(rates[reason:])
                is_last = reason == len(rates) - 1
                share = 1.0 if is_last else (rates[reason] / rest if rates[reason] else 0.0)
                with_reason = taken(k.REASON + reason, role, going, share) if rates[reason] else 0
                self.away[reason][role] += with_reason
                going -= with_reason

        # The estate and the instructors, less what running courses use.
        room = dict(p.estate)
        teaching = [0.0] * len(self.roles)
        teachers = [at(p.instructor_share, role) * self.current[role] for role in self.roles]

        def use(number, role):
            for part, name in enumerate(room):
                room[name] -= number * p.courses.estate[role][part]
            teachers[self.teacher[role]] -= number * at(p.courses.instructors, role)
            teaching[self.teacher[role]] += number * at(p.courses.instructors, role)

        for _, role, number, _ in self.running:
            use(number, role)

        # Reaccreditation.
        renewal = p.reaccreditation
        for role in self.order if renewal else ():
            due = self.current[role] / at(renewal.valid_months, role)
            if self.whole:
                due = math.floor(due) + taken(k.FALL_DUE, role, 1, due - math.floor(due))
            overdue = self.lapsed[role]
            tested = due + overdue
            if tested <= 0:
                continue
            each = at(renewal.instructors, role)
            if each > 0:
                tested = min(tested, self.down(max(teachers[self.teacher[role]], 0) / each))
            for part, name in enumerate(room):
                if renewal.estate[role][part] > 0:
                    tested = min(tested, self.down(max(room[name], 0) / renewal.estate[role][part]))
            for part, name in enumerate(room):
                room[name] -= tested * renewal.estate[role][part]
            teachers[self.teacher[role]] -= tested * each
            teaching[self.teacher[role]] += tested * each

            due_passed = taken(k.RENEW, role, min(due, tested), at(renewal.pass_rate, role))
            late_passed = taken(k.RENEW_OVERDUE, role, tested - min(due, tested), at(renewal.pass_rate, role))
            lost = taken(k.LOSE, role, overdue - late_passed, 1 / at(renewal.grace_months, role))
            self.current[role] += late_passed - (due - due_passed)
            self.lapsed[role] += (due - due_passed) - late_passed - lost
            self.give_back(role, lost)
            flow["missed"][role] += due - due_passed
            flow["reaccredited"][role] += due_passed + late_passed
            flow["lost"][role] += lost

        # Volunteers.
        for role in self.roles:
            source = self.source[role]
            from_unarmed = source == UNARMED
            leaving = p.unarmed_leaving if from_unarmed else at(p.leaving, source)
            self.barred[role] -= taken(k.LEAVE_BARRED, role, self.barred[role], leaving)
            for attempt, names in enumerate(self.waiting[role]):
                withdrawn = taken(k.WITHDRAW + attempt, role, names, at(p.volunteers.withdrawal, role))
                self.waiting[role][attempt] -= withdrawn
            pool = self.unarmed if from_unarmed else self.current[source]
            eligible = pool * at(p.volunteers.eligible_share, role)
            eligible = self.down(max(eligible - sum(self.waiting[role]) - self.barred[role], 0))
            volunteers = taken(k.VOLUNTEER, role, eligible, at(p.volunteers.rate, role))
            selected = taken(k.SELECT, role, volunteers, at(p.volunteers.sift_rate, role))
            self.waiting[role][0] += selected
            flow["volunteered"][role] = volunteers
            flow["selected"][role] = selected

        # Courses begin.
        calendar = p.courses.calendar
        for role in self.order:
            wanted = sum(self.waiting[role])
            limit = "candidates"
            free = self.unarmed
            if self.source[role] != UNARMED:
                free = self.down(max(self.current[self.source[role]] - teaching[self.source[role]], 0))
            if free < wanted:
                wanted, limit = free, "source"
            posts = max(self.free_posts(role), at(p.courses.least_starters, role))
            if not at(p.over_establishment, role) and posts < wanted:
                wanted, limit = posts, "establishment"
            if at(p.courses.most_starters, role) < wanted:
                wanted, limit = at(p.courses.most_starters, role), "most"

            possible, seats = calendar[month % len(calendar)][role], "calendar"
            each = at(p.courses.instructors, role)
            if each > 0 and self.down(max(teachers[self.teacher[role]], 0) / each) < possible:
                possible = self.down(max(teachers[self.teacher[role]], 0) / each)
                seats = "instructors"
            for part, name in enumerate(room):
                uses = p.courses.estate[role][part]
                if uses > 0 and self.down(max(room[name], 0) / uses) < possible:
                    possible, seats = self.down(max(room[name], 0) / uses), name

            needed = wanted / at(p.courses.size, role)
            if self.whole:
                needed = math.ceil(needed - SLACK)
            if possible < needed - SLACK:
                limit = seats
            number = min(possible, needed)
            least = at(p.courses.least_class, role)
            if self.whole and number * least > wanted:
                number, limit = wanted // least, "class"
            known = ("candidates", "source", "establishment", "most", "class", "calendar", "instructors")
            bound[role] = [*known, *room].index(limit)

            starting = min(wanted, number * at(p.courses.size, role))
            if starting <= 0:
                continue
            use(number, role)
            taught = []
            seats_left = starting
            for attempt, names in enumerate(self.waiting[role]):
                taught.append(min(names, seats_left))
                self.waiting[role][attempt] -= taught[-1]
                seats_left -= taught[-1]
            self.running.append((month + at(p.courses.months, role) - 1, role, number, taught))
            self.give_back(role, -starting)
            flow["started"][role] = starting

        # Courses end.
        ending = [course for course in self.running if course[0] == month]
        self.running = [course for course in self.running if course[0] != month]
        for _, role, _, taught in sorted(ending, key=lambda course: course[1]):
            for attempt, students in enumerate(taught):
                if students <= 0:
                    continue
                passed = taken(k.PASS + attempt, role, students, at(p.courses.pass_rate, role))
                passed += taken(
                    k.PASS_RETAKE + attempt, role, students - passed, at(p.courses.retake_pass_rate, role)
                )
                failed = students - passed
                if attempt + 1 < self.attempts[role]:
                    self.waiting[role][attempt + 1] += failed
                else:
                    self.barred[role] += failed
                self.current[role] += passed
                self.give_back(role, failed)
                flow["passed"][role] += passed
                flow["failed"][role] += failed

        if self.whole:
            teaching = [math.ceil(number - SLACK) for number in teaching]
        instructing = [min(number, here) for number, here in zip(teaching, self.current, strict=True)]
        return flow | {
            "instructing": instructing,
            "deployable": [here - t for here, t in zip(self.current, instructing, strict=True)],
            "lapsed": list(self.lapsed),
            "on_course": [self.students(role) for role in self.roles],
            "waiting": [sum(names) for names in self.waiting],
            "bound": bound,
            "away": [list(away) for away in self.away],
            "unarmed": self.unarmed,
            "gone": self.gone,
            "estate_used": [p.estate[name] - room[name] for name in room],
        }

    def lapses_while_away(self, absence, role):
        """Return the chance that an accreditation falls due before its officer comes back."""
        if self.p.reaccreditation is None:
            return 0.0
        due = 1 / at(self.p.reaccreditation.valid_months, role)
        back = 1 / at(absence.months, role)
        still_away, survives = 1.0, 0.0
        for months in range(1, 20_000):
            survives += still_away * back * (1 - due) ** months
            still_away *= 1 - back
            if still_away < 1e-18:
                break
        return max(1 - survives, 0.0)


def walk(pipeline, months, *, key=None, draw=0):
    """Return what happens month by month in one draw: with the luck of a key, or as expected without one."""
    force = Force(pipeline, whole=key is not None)
    return [force.month(m, expected if key is None else luck(key, draw, m)) for m in range(months)]
