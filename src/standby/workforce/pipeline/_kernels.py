"""The compiled month of the pipeline: what happens to officers, in the order in which it happens.

Each month of a draw goes so:

1. officers leave the force, from every stock but the courses;
2. moves to another role, out of armed work or out of the force, in the order of the list;
3. officers become undeployable for a reason, and others come back;
4. reaccreditation falls due and takes the estate and the instructors first, after the courses that run;
5. volunteers come forward, and the sift chooses among them;
6. courses begin with what is left of the estate and the instructors, in the order of priority;
7. courses end: students pass, pass the retake, or go back to where they came from.

With ``whole`` every share of a stock is a binomial draw of whole officers, and courses are whole; those who
are due for reaccreditation, and recruits, are as many as expected, rounded up or down by chance. Without it
every share is its expected value, and courses can be divided.

Numbers by role are rows of a few arrays, named below. The functions of a month make no arrays, and do not
count who refers to one (`_nrt`): that took more than half of their time.
"""

import math
from typing import Any, NamedTuple

import numpy as np
from numba import njit

SLACK = 1e-9  # officers or courses: what fits but for rounding fits
FEW = 50.0  # expected successes up to which chances are summed up from none
INVERSE = 1.0 / np.maximum(np.arange(128), 1)  # a product is faster than a quotient

# Places beside the roles.
UNARMED = -1
LEFT = -2

# Rows of the record: stocks at the month's end, then flows in the month; reasons to be away follow.
DEPLOYABLE = 0
INSTRUCTING = 1
LAPSED = 2
ON_COURSE = 3
WAITING = 4
VOLUNTEERED = 5
SELECTED = 6
STARTED = 7
PASSED = 8
FAILED = 9
MISSED = 10
REACCREDITED = 11
LOST = 12
LEAVERS = 13
MOVED_IN = 14
MOVED_OUT = 15
AWAY = 16

# What kept a role from starting more students in a month; parts of the estate follow.
CANDIDATES = 0
SOURCE = 1
ESTABLISHMENT = 2
MOST_STARTERS = 3
CLASS = 4
CALENDAR = 5
INSTRUCTORS = 6
ESTATE = 7

# Rows of `stock`: officers as the month goes on. Those on the waiting list, and those without an attempt
# left, are counted in the stock that they come from.
CURRENT = 0  # accredited, neither away nor lapsed, instructors included
OVERDUE = 1  # accreditation lapsed
STUDENTS = 2  # on a course for the role
BARRED = 3  # no attempt left
TEACHERS = 4  # who can still be spared to teach this month
TEACHING = 5
GONE = 6  # away: the rows of reasons follow
AT_START = 4  # rows that have a start

# Places of `force` and `force_rate`.
UNARMED_STOCK = 0
LEFT_STOCK = 1
UNARMED_LEAVING = 0
RECRUITS = 1

# Events whose outcome is drawn. Each event of a draw, month and role has a random number of its own, so that
# two pipelines with the same seed meet the same chance wherever they are alike.
ROLES = 256  # roles at most
LEAVE = 0
LEAVE_OVERDUE = 1
LEAVE_UNARMED = 2
LEAVE_BARRED = 3
RECRUIT = 4
GO = 5
FALL_DUE = 6
RENEW = 7
RENEW_OVERDUE = 8
LOSE = 9
VOLUNTEER = 10
SELECT = 11
LEAVE_AWAY = 1_000  # from here on one for each reason, attempt or move
RETURN = 2_000
LAPSE = 3_000
REASON = 4_000
WITHDRAW = 5_000
PASS = 6_000
PASS_RETAKE = 7_000
MOVE = 8_000

# Rows of `rate`: what may differ from draw to draw, by role.
LEAVING = 0
VOLUNTEERING = 1
ELIGIBLE_SHARE = 2
SIFT_RATE = 3
WITHDRAWAL = 4
SIZE = 5
PASS_RATE = 6
RETAKE_PASS_RATE = 7
COURSE_TEACHERS = 8
TEACHING_SHARE = 9
DUE = 10
RENEWAL_PASS_RATE = 11
RENEWAL_TEACHERS = 12
LOSING = 13
POSTS = 14

# Rows of `absence`: by reason and role.
GOING = 0
RETURNING = 1
LAPSING = 2

# Rows of `limit`: the same in all draws, by role.
LEAST_CLASS = 0
LEAST_START = 1
MOST_START = 2

# Rows of `rule`: whole numbers by role.
SOURCE_ROLE = 0
TAUGHT_BY = 1
COURSE_MONTHS = 2
ATTEMPTS = 3
OVER_POSTS = 4
ORDER = 5  # by place: which role comes first, second

# Rows of `use`: of the estate, by role and part.
BY_COURSE = 0
BY_RENEWAL = 1

# Columns of `moves` and of `move_limits`.
FROM = 0
TO = 1
EVERY = 2
FIRST = 3
OVER = 4
LEAST = 0
MOST = 1


# A function of a month: it makes no array, and does not count who refers to one.
OPTIONS: Any = {"cache": True, "nogil": True, "error_model": "numpy", "_nrt": False}
step = njit(**OPTIONS)
inlined = njit(**OPTIONS, forceinline=True)


class Draws(NamedTuple):
    """What may differ from draw to draw.

    rate: (draws, rows, roles); absence: (draws, 3, reasons, roles); force_rate: (draws, 2); move_rate:
    (draws, moves); estate: (draws, parts). At the start, stock: (draws, rows, roles); waiting: (draws,
    roles); unarmed: (draws,).
    """

    rate: np.ndarray
    absence: np.ndarray
    force_rate: np.ndarray
    move_rate: np.ndarray
    estate: np.ndarray
    stock: np.ndarray
    waiting: np.ndarray
    unarmed: np.ndarray


class Rules(NamedTuple):
    """What is the same in all draws.

    rule, limit: (rows, roles); use: (2, roles, parts); calendar: (months that repeat, roles); moves: (moves,
    5); move_limits: (moves, 2).
    """

    rule: np.ndarray
    limit: np.ndarray
    use: np.ndarray
    calendar: np.ndarray
    moves: np.ndarray
    move_limits: np.ndarray


class Record(NamedTuple):
    """What is written down for each draw and month.

    officers: (draws, months, rows, roles); force: unarmed officers, and those who have left so far, (draws,
    months, 2); bound: what kept a role from starting more, (draws, months, roles); estate: used, (draws,
    months, parts).
    """

    officers: np.ndarray
    force: np.ndarray
    bound: np.ndarray
    estate: np.ndarray


@step
def mixed(word):
    """Return 64 bits in which every bit of the word has changed half of the others [1]_.

    .. [1] G. L. Steele, D. Lea and C. H. Flood (2014). Fast splittable pseudorandom number generators,
       OOPSLA 2014, section 4 (SplitMix64).
    """
    word = (word ^ (word >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    word = (word ^ (word >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return word ^ (word >> np.uint64(31))


@step
def stepped(word, steps):
    """Return the word of SplitMix64 so many steps after another."""
    return mixed(word + np.uint64(steps) * np.uint64(0x9E3779B97F4A7C15))


@step
def binomial(uniform, trials, chance):
    """Return how many of so many trials succeed: the quantile of a uniform number, by inversion.

    Where many succeed, numbers are taken from the likeliest outwards, so that a step is needed for each
    standard deviation and not for each success; a uniform number then stands for another quantile.
    """
    if trials <= 0 or chance <= 0.0:
        return 0
    if chance >= 1.0:
        return trials
    odds = chance / (1.0 - chance)

    if trials * chance <= FEW:
        term = (1.0 - chance) ** trials
        count = 0
        while uniform > term and count < trials:
            uniform -= term
            count += 1
            inverse = INVERSE[count] if count < INVERSE.size else 1.0 / count
            term *= odds * (trials - count + 1) * inverse
        return count

    mode = int((trials + 1) * chance)
    log_term = math.lgamma(trials + 1.0) - math.lgamma(mode + 1.0) - math.lgamma(trials - mode + 1.0)
    log_term += mode * math.log(chance) + (trials - mode) * math.log1p(-chance)
    above = math.exp(log_term)
    below = above
    uniform -= above
    step = 0
    while uniform > 0.0 and (above > 0.0 or below > 0.0):
        step += 1
        above *= odds * (trials - mode - step + 1) / (mode + step)
        uniform -= above
        if uniform <= 0.0:
            return mode + step
        below *= (mode - step + 1) / (odds * (trials - mode + step))
        uniform -= below
        if uniform <= 0.0:
            return mode - step
    return mode


@inlined
def taken(key, event, role, whole, stock, share):
    """Return the officers whom a share of a stock is: drawn, with the event's own number, or expected."""
    if not whole:
        return stock * share
    if stock <= 0.0:
        return 0.0

    # Nobody is taken with a chance of at least 1 - stock × share (Bernoulli): most events are rare, and need
    # no more than this.
    uniform = (stepped(key, event * ROLES + role) >> np.uint64(11)) * (1.0 / 9007199254740992.0)
    if uniform <= 1.0 - stock * share:
        return 0.0
    if share > 0.5:  # those who are left are fewer
        return stock - binomial(uniform, int(stock), 1.0 - share)
    return float(binomial(uniform, int(stock), share))


@step
def evenly(key, event, role, whole, stock, share):
    """Return a share of a stock as a whole number that differs from it by less than one, or as it is."""
    number = stock * share
    if not whole:
        return number
    certain = math.floor(number)
    return certain + taken(key, event, role, whole, 1.0, number - certain)


@step
def room_for(whole, room, use):
    """Return how many fit into a room at a use of so much each; infinitely many if they use nothing."""
    if use <= 0.0:
        return np.inf
    return rounded_down(whole, max(room, 0.0) / use)


@step
def rounded_down(whole, number):
    """Return a number, rounded down if it has to be whole."""
    return np.floor(number + SLACK) if whole else number


@step
def free_posts(whole, posts, stock, role):
    """Return the posts of a role that neither an officer nor a student has."""
    officers = stock[CURRENT, role] + stock[OVERDUE, role] + stock[STUDENTS, role]
    for away in range(GONE, stock.shape[0]):
        officers += stock[away, role]
    return rounded_down(whole, max(posts - officers, 0.0))


@step
def send_back(source, officers, stock, force):
    """Put officers back to where the volunteers of a role come from; take them from there if fewer than 0."""
    if source == UNARMED:
        force[UNARMED_STOCK] += officers
    else:
        stock[CURRENT, source] += officers


@step
def leave(key, whole, rate, force_rate, stock, force, row):
    """Let officers leave the force, and recruits join it."""
    for role in range(stock.shape[1]):
        share = rate[LEAVING, role]
        leavers = taken(key, LEAVE, role, whole, stock[CURRENT, role], share)
        stock[CURRENT, role] -= leavers

        overdue = taken(key, LEAVE_OVERDUE, role, whole, stock[OVERDUE, role], share)
        stock[OVERDUE, role] -= overdue
        leavers += overdue

        for away in range(GONE, stock.shape[0]):
            from_away = taken(key, LEAVE_AWAY + away, role, whole, stock[away, role], share)
            stock[away, role] -= from_away
            leavers += from_away

        row[LEAVERS, role] = leavers
        force[LEFT_STOCK] += leavers

    share = force_rate[UNARMED_LEAVING]
    unarmed = taken(key, LEAVE_UNARMED, 0, whole, force[UNARMED_STOCK], share)
    force[UNARMED_STOCK] -= unarmed
    force[LEFT_STOCK] += unarmed

    force[UNARMED_STOCK] += evenly(key, RECRUIT, 0, whole, force_rate[RECRUITS], 1.0)


@step
def move(key, whole, month, rate, move_rate, moves, move_limits, stock, force, row):
    """Move officers between roles, out of armed work and out of the force."""
    for number in range(moves.shape[0]):
        since_first = month + 1 - moves[number, FIRST]
        if since_first < 0 or since_first % moves[number, EVERY] != 0:
            continue

        source = moves[number, FROM]
        target = moves[number, TO]
        there = stock[CURRENT, source]
        moving = taken(key, MOVE + number, 0, whole, there, move_rate[number])

        # Posts in the target role limit a move, but not the least that has to move.
        if target >= 0 and moves[number, OVER] == 0:
            moving = min(moving, free_posts(whole, rate[POSTS, target], stock, target))
        moving = max(moving, move_limits[number, LEAST])
        moving = min(moving, move_limits[number, MOST], there)

        stock[CURRENT, source] -= moving
        row[MOVED_OUT, source] += moving
        if target >= 0:
            stock[CURRENT, target] += moving
            row[MOVED_IN, target] += moving
        elif target == UNARMED:
            force[UNARMED_STOCK] += moving
        else:
            force[LEFT_STOCK] += moving


@step
def go_and_return(key, whole, absence, stock, row):
    """Make officers undeployable, and let others come back, current or lapsed."""
    reasons = absence.shape[1]
    for role in range(stock.shape[1]):
        # One draw says how many go; among the few who do, the reasons are told apart.
        rest_of_rate = 0.0
        for reason in range(reasons):
            rest_of_rate += absence[GOING, reason, role]
        going = taken(key, GO, role, whole, stock[CURRENT, role], rest_of_rate)
        stock[CURRENT, role] -= going

        for reason in range(reasons):
            away = GONE + reason
            share = absence[RETURNING, reason, role]
            back = taken(key, RETURN + reason, role, whole, stock[away, role], share)
            overdue = taken(key, LAPSE + reason, role, whole, back, absence[LAPSING, reason, role])
            stock[away, role] -= back
            stock[CURRENT, role] += back - overdue
            stock[OVERDUE, role] += overdue
            row[MISSED, role] += overdue

            rate = absence[GOING, reason, role]
            if rate > 0.0:
                share = min(rate / rest_of_rate, 1.0) if reason < reasons - 1 else 1.0
                with_reason = taken(key, REASON + reason, role, whole, going, share)
            else:
                with_reason = 0.0
            stock[away, role] += with_reason
            going -= with_reason
            rest_of_rate -= rate


@step
def use_courses(number, role, rate, rule, use, stock, room):
    """Take what so many courses of a role use in a month."""
    for part in range(room.size):
        room[part] -= number * use[BY_COURSE, role, part]

    teacher = rule[TAUGHT_BY, role]
    teachers = number * rate[COURSE_TEACHERS, role]
    stock[TEACHERS, teacher] -= teachers
    stock[TEACHING, teacher] += teachers


@step
def book_running(rate, rule, use, courses, stock, room):
    """Take what the running courses use of the estate and of the instructors."""
    for role in range(stock.shape[1]):
        stock[TEACHING, role] = 0.0
        stock[TEACHERS, role] = rate[TEACHING_SHARE, role] * stock[CURRENT, role]

    for role in range(stock.shape[1]):
        running = 0.0
        for end in range(courses.shape[0]):
            running += courses[end, role]
        if running > 0.0:
            use_courses(running, role, rate, rule, use, stock, room)


@step
def reaccredit(key, whole, rate, rule, use, stock, force, room, row):
    """Reaccredit those who are due, then those who have lapsed, as far as the estate allows."""
    for place in range(stock.shape[1]):
        role = rule[ORDER, place]
        due = evenly(key, FALL_DUE, role, whole, stock[CURRENT, role], rate[DUE, role])
        overdue = stock[OVERDUE, role]
        if due + overdue <= 0.0:
            continue

        teacher = rule[TAUGHT_BY, role]
        teachers_each = rate[RENEWAL_TEACHERS, role]
        tested = min(due + overdue, room_for(whole, stock[TEACHERS, teacher], teachers_each))
        for part in range(room.size):
            tested = min(tested, room_for(whole, room[part], use[BY_RENEWAL, role, part]))

        for part in range(room.size):
            room[part] -= tested * use[BY_RENEWAL, role, part]
        stock[TEACHERS, teacher] -= tested * teachers_each
        stock[TEACHING, teacher] += tested * teachers_each

        # Those who are due come first, so that nobody lapses while one who has lapsed is tested.
        due_tested = min(due, tested)
        share = rate[RENEWAL_PASS_RATE, role]
        due_passed = taken(key, RENEW, role, whole, due_tested, share)
        overdue_passed = taken(key, RENEW_OVERDUE, role, whole, tested - due_tested, share)
        missed = due - due_passed
        lost = taken(key, LOSE, role, whole, overdue - overdue_passed, rate[LOSING, role])

        stock[CURRENT, role] += overdue_passed - missed
        stock[OVERDUE, role] += missed - overdue_passed - lost
        send_back(rule[SOURCE_ROLE, role], lost, stock, force)
        row[MISSED, role] += missed
        row[REACCREDITED, role] = due_passed + overdue_passed
        row[LOST, role] = lost


@step
def volunteer(key, whole, rate, force_rate, rule, stock, waiting, force, row):
    """Let names leave the list, and volunteers come forward and be sifted."""
    for role in range(stock.shape[1]):
        source = rule[SOURCE_ROLE, role]
        pool = force[UNARMED_STOCK]
        leaving = force_rate[UNARMED_LEAVING]
        if source != UNARMED:
            pool = stock[CURRENT, source]
            leaving = rate[LEAVING, source]
        stock[BARRED, role] -= taken(key, LEAVE_BARRED, role, whole, stock[BARRED, role], leaving)

        on_list = 0.0
        for attempt in range(waiting.shape[0]):
            names = waiting[attempt, role]
            names -= taken(key, WITHDRAW + attempt, role, whole, names, rate[WITHDRAWAL, role])
            waiting[attempt, role] = names
            on_list += names

        eligible = pool * rate[ELIGIBLE_SHARE, role] - on_list - stock[BARRED, role]
        eligible = rounded_down(whole, max(eligible, 0.0))
        volunteers = taken(key, VOLUNTEER, role, whole, eligible, rate[VOLUNTEERING, role])
        selected = taken(key, SELECT, role, whole, volunteers, rate[SIFT_RATE, role])
        waiting[0, role] += selected
        row[VOLUNTEERED, role] = volunteers
        row[SELECTED, role] = selected


@step
def wanted_students(whole, role, rate, limit, rule, stock, waiting, force):
    """Return the students whom a role would start if it had the seats, and what limits their number."""
    wanted = 0.0
    for attempt in range(waiting.shape[0]):
        wanted += waiting[attempt, role]
    bound = CANDIDATES

    # Those who teach can't be spared from the role that volunteers come from.
    source = rule[SOURCE_ROLE, role]
    free = force[UNARMED_STOCK]
    if source != UNARMED:
        free = rounded_down(whole, max(stock[CURRENT, source] - stock[TEACHING, source], 0.0))
    if free < wanted:
        wanted = free
        bound = SOURCE

    if rule[OVER_POSTS, role] == 0:
        posts = free_posts(whole, rate[POSTS, role], stock, role)
        posts = max(posts, limit[LEAST_START, role])
        if posts < wanted:
            wanted = posts
            bound = ESTABLISHMENT

    if limit[MOST_START, role] < wanted:
        wanted = limit[MOST_START, role]
        bound = MOST_STARTERS
    return wanted, bound


@step
def possible_courses(whole, role, planned, rate, rule, use, stock, room):
    """Return the courses of a role that can begin, and what limits their number."""
    courses = planned
    bound = CALENDAR

    taught = room_for(whole, stock[TEACHERS, rule[TAUGHT_BY, role]], rate[COURSE_TEACHERS, role])
    if taught < courses:
        courses = taught
        bound = INSTRUCTORS

    for part in range(room.size):
        housed = room_for(whole, room[part], use[BY_COURSE, role, part])
        if housed < courses:
            courses = housed
            bound = ESTATE + part
    return courses, bound


@step
def start_courses(
    whole,
    month,
    rate,
    limit,
    rule,
    use,
    calendar,
    stock,
    waiting,
    students,
    courses,
    force,
    room,
    row,
    bounds,
):
    """Begin courses with what is left, and write down what kept each role from starting more."""
    for place in range(stock.shape[1]):
        role = rule[ORDER, place]
        wanted, bound = wanted_students(whole, role, rate, limit, rule, stock, waiting, force)
        planned = calendar[month % calendar.shape[0], role]
        possible, seat_bound = possible_courses(whole, role, planned, rate, rule, use, stock, room)

        needed = wanted / rate[SIZE, role]
        if whole:
            needed = np.ceil(needed - SLACK)
        if possible < needed - SLACK:
            bound = seat_bound
        number = min(possible, needed)

        # A course that would be too small does not begin; parts of courses are never too small.
        least = limit[LEAST_CLASS, role]
        if whole and number * least > wanted:
            number = np.floor(wanted / least)
            bound = CLASS
        bounds[role] = bound

        starting = min(wanted, number * rate[SIZE, role])
        if starting <= 0.0:
            continue
        use_courses(number, role, rate, rule, use, stock, room)
        end = (month + rule[COURSE_MONTHS, role] - 1) % courses.shape[0]
        courses[end, role] += number

        # Those on their first attempt come first.
        seats = starting
        for attempt in range(waiting.shape[0]):
            starters = min(waiting[attempt, role], seats)
            waiting[attempt, role] -= starters
            students[end, attempt, role] += starters
            seats -= starters

        stock[STUDENTS, role] += starting
        send_back(rule[SOURCE_ROLE, role], -starting, stock, force)
        row[STARTED, role] = starting


@step
def end_courses(key, whole, month, rate, rule, stock, waiting, students, courses, force, row):
    """End the courses of this month."""
    end = month % courses.shape[0]
    for role in range(stock.shape[1]):
        courses[end, role] = 0.0
        for attempt in range(waiting.shape[0]):
            tested = students[end, attempt, role]
            if tested <= 0.0:
                continue

            passed = taken(key, PASS + attempt, role, whole, tested, rate[PASS_RATE, role])
            share = rate[RETAKE_PASS_RATE, role]
            passed += taken(key, PASS_RETAKE + attempt, role, whole, tested - passed, share)
            failed = tested - passed
            if attempt + 1 < rule[ATTEMPTS, role]:
                waiting[attempt + 1, role] += failed
            else:
                stock[BARRED, role] += failed

            students[end, attempt, role] = 0.0
            stock[STUDENTS, role] -= tested
            stock[CURRENT, role] += passed
            send_back(rule[SOURCE_ROLE, role], failed, stock, force)
            row[PASSED, role] += passed
            row[FAILED, role] += failed


@step
def write_down(whole, stock, waiting, row):
    """Write the stocks at the month's end beside its flows."""
    for role in range(stock.shape[1]):
        teaching = stock[TEACHING, role]
        if whole:
            teaching = np.ceil(teaching - SLACK)
        teaching = min(teaching, stock[CURRENT, role])
        row[INSTRUCTING, role] = teaching
        row[DEPLOYABLE, role] = stock[CURRENT, role] - teaching
        row[LAPSED, role] = stock[OVERDUE, role]
        row[ON_COURSE, role] = stock[STUDENTS, role]
        for reason in range(stock.shape[0] - GONE):
            row[AWAY + reason, role] = stock[GONE + reason, role]

        row[WAITING, role] = 0.0
        for attempt in range(waiting.shape[0]):
            row[WAITING, role] += waiting[attempt, role]


@njit(cache=True, nogil=True, error_model="numpy")
def project(seed, whole, first, last, draws, rules, record):
    """Project the draws from the first up to, but without, the last."""
    rule, limit, use, calendar, moves, move_limits = rules
    roles = rule.shape[1]
    longest = rule[COURSE_MONTHS].max()
    attempts = rule[ATTEMPTS].max()

    stock = np.empty(draws.stock.shape[1:])
    waiting = np.empty((attempts, roles))
    students = np.empty((longest, attempts, roles))
    courses = np.empty((longest, roles))
    force = np.empty(2)
    room = np.empty(draws.estate.shape[1])
    row = np.empty((AWAY + stock.shape[0] - GONE, roles))

    for draw in range(first, last):
        rate = draws.rate[draw]
        absence = draws.absence[draw]
        force_rate = draws.force_rate[draw]
        move_rate = draws.move_rate[draw]
        officers = record.officers[draw]
        bounds = record.bound[draw]

        stock[:] = draws.stock[draw]
        waiting[:] = 0.0
        waiting[0] = draws.waiting[draw]
        students[:] = 0.0
        courses[:] = 0.0
        force[UNARMED_STOCK] = draws.unarmed[draw]
        force[LEFT_STOCK] = 0.0

        draw_key = stepped(seed, draw)
        for month in range(officers.shape[0]):
            key = stepped(draw_key, month)
            for part in range(room.size):
                room[part] = draws.estate[draw, part]
            for flow in range(row.shape[0]):
                for role in range(roles):
                    row[flow, role] = 0.0

            leave(key, whole, rate, force_rate, stock, force, row)
            move(key, whole, month, rate, move_rate, moves, move_limits, stock, force, row)
            go_and_return(key, whole, absence, stock, row)
            book_running(rate, rule, use, courses, stock, room)
            reaccredit(key, whole, rate, rule, use, stock, force, room, row)
            volunteer(key, whole, rate, force_rate, rule, stock, waiting, force, row)
            start_courses(
                whole, month, rate, limit, rule, use, calendar,
                stock, waiting, students, courses, force, room, row, bounds[month],
            )  # fmt: skip
            end_courses(key, whole, month, rate, rule, stock, waiting, students, courses, force, row)
            write_down(whole, stock, waiting, row)

            for flow in range(row.shape[0]):
                for role in range(roles):
                    officers[month, flow, role] = row[flow, role]
            for part in range(room.size):
                record.estate[draw, month, part] = draws.estate[draw, part] - room[part]
            record.force[draw, month, UNARMED_STOCK] = force[UNARMED_STOCK]
            record.force[draw, month, LEFT_STOCK] = force[LEFT_STOCK]
