"""Compiled loops of the attendance model: who is free, who arrives when, with which chance.

An attendance is a small machine: its state says what has arrived, each arriving unit moves it to
``next_state[machine, kind, state]``, and the last state is the complete attendance. Units come in order of
arrival. Given the congestion of their pools (`_kernels_congestion`), each is free with its own chance,
independently of the others: every place is walked once for each node of the congestion of its group of
forces. Arrays that all loops share:

* unit, minutes, may: units on duty that can come, in order of arrival, when, and the chance that each may go,
  (places, units), the first ``count`` of each place, (places,);
* next_state: (machines, kinds, states); sizes: states of each machine; kind: (machines, units), -1 no help;
* chain: whether an attendance of one or two steps that every unit that helps takes one of, (machines,);
* pools: the pools of units, their nodes, and the group of forces of each place (`Pools`);
* free: chance that a unit is free at a node, (nodes, units); node_weight: weight of a node in its group,
  (nodes,); nodes without weight are passed over.

A kind of unit that helps in no state that can still be reached by then never helps again, and is passed over.

Nothing here depends on the number of threads: one evaluation is one thread's, and adds in a fixed order.
"""

import numpy as np
from numba import njit

from standby.queueing.kernels_congestion import ALMOST, NEVER, congestion, nodes_needed, numbers_free

GONE = 1e-10  # chance below which the rest of a walk along the units can't matter to a share
IDLE = 1e-8  # chance below which it can't matter to how busy a unit is
DUST = 1e-14  # chance below which a state is left where it is, incomplete
SWINGING = 100  # rounds after which busy shares that have not settled take half steps: they swing to and fro
SLACK_MIN = 1e-9  # minutes: what is on time but for rounding is on time


@njit(cache=True, nogil=True, error_model="numpy")
def line_up(arrive, delay, on_duty, lend, force, order, known, unit, minutes, may, count):
    """Line up at each place the units on duty that can come by arrival, equal ones by number.

    arrive: (places, units) [min]; delay: (units,) [min]; on_duty: (units,); lend: chance that a unit may go
    to a force, (units, forces); force: of a place, (places,); order: units to line up, the first ``known``
    of each place, (places, units) and (places,): the nearer to the answer, the faster.
    Written: unit, minutes, may, count.
    """
    for place in range(order.shape[0]):
        size = 0
        for rank in range(known[place]):
            new = order[place, rank]
            when = arrive[place, new] + delay[new]
            if not on_duty[new] or when == np.inf:
                continue
            at = size
            while at > 0 and minutes[place, at - 1] >= when:
                other = unit[place, at - 1]
                if minutes[place, at - 1] == when and other < new:
                    break
                unit[place, at] = other
                minutes[place, at] = minutes[place, at - 1]
                at -= 1
            unit[place, at] = new
            minutes[place, at] = when
            size += 1
        for rank in range(size):
            may[place, rank] = lend[unit[place, rank], force[place]]
        count[place] = size


@njit(cache=True, nogil=True, error_model="numpy")
def step(now, last, next_state, machine, kind, chance):
    """Let one unit of a kind arrive with a chance.

    now: chance of each incomplete state, the first ``last``, updated. Returns the chance that the unit helps,
    and the chance that it completes the attendance. States grow with every arrival that helps, so that going
    through them downwards moves each once.
    """
    helped = 0.0
    completed = 0.0
    for state in range(last - 1, -1, -1):
        held = now[state]
        if held < DUST:
            continue
        target = next_state[machine, kind, state]
        if target == state:
            continue
        helped += held
        moved = held * chance
        now[state] = held - moved
        if target < last:
            now[target] += moved
        else:
            completed += moved
    return helped, completed


@njit(cache=True, nogil=True, error_model="numpy")
def asked(
    unit, minutes, may, count, rate, scene, worked, next_state, sizes, kind, chain, pools, free, node_weight,
    carried,
):  # fmt: skip
    """Add up how much work each unit does.

    rate: calls that need the attendance of each worked machine, (worked, places) [per hour]; scene:
    unit-minutes at the scene they bring, calls times minutes, (worked, places) [min per hour]; worked: which
    machines. Written: carried, (units,), hours of work per hour.
    """
    carried[:] = 0.0
    now = np.empty(next_state.shape[2])
    spent = np.empty(next_state.shape[1], np.bool_)
    for row in range(worked.size):
        machine = worked[row]
        last = sizes[machine] - 1
        for place in range(count.size):
            calls, there = rate[row, place], scene[row, place]
            if calls <= 0.0 or last == 0:  # none, or nobody is needed
                continue
            group = pools.place[place]
            for node in range(pools.first[group], pools.first[group + 1]):
                part = node_weight[node]
                if part <= 0.0:
                    continue
                if chain[machine]:
                    ask_chain(
                        unit, minutes, may, count[place], kind, machine, last, part * calls, part * there,
                        place, free[node], carried,
                    )  # fmt: skip
                    continue
                now[:last] = 0.0
                now[0] = 1.0
                spent[:] = False
                waiting = 1.0
                for rank in range(count[place]):
                    if waiting < IDLE:
                        break
                    one = unit[place, rank]
                    own = kind[machine, one]
                    if own >= 0 and not spent[own]:
                        chance = may[place, rank] * free[node, one]
                        helped, completed = step(now, last, next_state, machine, own, chance)
                        spent[own] = helped == 0.0
                        carried[one] += part * helped * chance * (calls * minutes[place, rank] + there)
                        waiting -= completed
    carried /= 60.0


@njit(cache=True, nogil=True, error_model="numpy")
def ask_chain(unit, minutes, may, size, kind, machine, last, calls, there, place, free, carried):
    """Add up the work at one place and node, for an attendance of one or two like steps: see `asked`."""
    two = 1.0 if last == 2 else 0.0
    none, one_step = 1.0, 0.0  # chance that nobody is there, that one of two steps is done
    for rank in range(size):
        waiting = none + one_step
        if waiting < IDLE:
            break
        one = unit[place, rank]
        if kind[machine, one] >= 0:
            chance = may[place, rank] * free[one]
            carried[one] += waiting * chance * (calls * minutes[place, rank] + there)
            one_step += (two * none - one_step) * chance
            none -= none * chance


@njit(cache=True, nogil=True, error_model="numpy")
def calls_of(unit, may, count, rate, scene, worked, kind, pools, on_duty, peak, united):
    """Write what the calls of a period ask of each pool, weighted with the work that they bring.

    peak: units that a call takes, Σ c² / Σ c over the units that calls take (the peakedness of Hayward);
    united: how far every unit of the pool can serve every call, the square of the mean share of the others
    that can. Both (pools,).
    """
    size, total, square, able = (
        np.zeros(peak.size), np.zeros(peak.size), np.zeros(peak.size), np.zeros(peak.size)
    )  # fmt: skip
    there = np.empty(peak.size)
    for one in range(on_duty.size):
        if on_duty[one] and pools.of[one] >= 0:
            size[pools.of[one]] += 1.0
    for row in range(worked.size):
        machine = worked[row]
        for place in range(count.size):
            if rate[row, place] <= 0.0:
                continue
            there[:] = 0.0
            for rank in range(count[place]):
                one = unit[place, rank]
                if pools.of[one] >= 0 and kind[machine, one] >= 0:
                    there[pools.of[one]] += may[place, rank]
            for pool in range(peak.size):
                takes = pools.takes[machine, pool]
                if takes == 0 or pools.home[pool] != pools.place[place]:
                    continue
                work = takes * (scene[row, place] + rate[row, place])  # as if each way took a minute
                total[pool] += work
                square[pool] += work * takes
                if size[pool] > 1.0:
                    able[pool] += work * min(max(there[pool] - 1.0, 0.0) / (size[pool] - 1.0), 1.0)
    for pool in range(peak.size):
        peak[pool] = square[pool] / total[pool] if total[pool] > 0.0 else 1.0
        united[pool] = (able[pool] / total[pool]) ** 2 if total[pool] > 0.0 else 0.0


@njit(cache=True, nogil=True, error_model="numpy")
def spread(  # noqa: C901, PLR0912 - one pool after the other, in paragraphs
    pools, on_duty, held, busy, peak, united, powers, sizes, counted, free, node_weight,
):  # fmt: skip
    """Write the chance that each unit is free at each node, and the weight of the nodes.

    peak, united: see `calls_of`; powers: log κ of each pool, where to start and the answer, (pools,); sizes:
    nodes of each pool, found anew when calls reach more units of it: else they stay the same from round to
    round, (pools,); counted: units of each pool that calls reach, for which they were found, (pools,).
    """
    for one in range(busy.size):
        free[:, one] = 1.0 - busy[one]
    most = pools.most.max() if pools.most.size > 0 else 1
    weight = np.zeros((pools.home.size, most))
    for pool in range(pools.home.size):
        members = np.flatnonzero(on_duty & (pools.of == pool))
        weight[pool, 0] = 1.0
        if members.size < 2 or pools.most[pool] < 2:
            continue

        # What cannot be broken off does not hang on the calls; calls fill a share of the rest. A unit that no
        # call reaches is not busy together with the others.
        own_held = held[members]
        share = np.empty(members.size)
        at = 0
        for k in range(members.size):
            one = members[k]
            if held[one] < 1.0 and busy[one] - held[one] > NEVER * (1.0 - held[one]):
                share[at] = min((busy[one] - held[one]) / (1.0 - held[one]), 1.0 - ALMOST)
                own_held[at] = held[one]
                members[at] = one
                at += 1
        if at < 2:
            continue
        members, share, own_held = members[:at], share[:at], own_held[:at]

        numbers = np.empty(at + 1)
        numbers_free(own_held, numbers)
        if counted[pool] != at:
            counted[pool] = at
            most_nodes = min(pools.most[pool], (at + 2) // 2)
            sizes[pool] = nodes_needed(share, own_held, numbers, peak[pool], most_nodes)
        size = sizes[pool]
        t, chance = np.empty(size), np.empty((size, at))
        powers[pool] = congestion(
            share, own_held, pools.alike[members], numbers, peak[pool], united[pool], size, powers[pool],
            t, weight[pool], chance,
        )  # fmt: skip
        group = pools.home[pool]
        for node in range(pools.first[group], pools.first[group + 1]):
            own = min(pools.step[node, pool], size - 1)
            for k in range(at):
                free[node, members[k]] = (1.0 - own_held[k]) * (1.0 - chance[own, k])

    for group in range(pools.first.size - 1):
        for node in range(pools.first[group], pools.first[group + 1]):
            node_weight[node] = 1.0
            for pool in range(pools.home.size):
                if pools.home[pool] == group:
                    node_weight[node] *= weight[pool, pools.step[node, pool]]


@njit(cache=True, nogil=True, error_model="numpy")
def settle(
    unit, minutes, may, count, rate, scene, worked, next_state, sizes, kind, chain, pools,
    held, on_duty, busy, free, node_weight, tolerance, rounds,
):  # fmt: skip
    """Find the busy share of every unit by successive substitution; return the last change.

    held: share of time taken by what can't be broken off, (units,); busy: start and answer, (units,), 0 off
    duty; free, node_weight: written; the other arguments are those of `asked`. Each unit obeys
    busy = (held + load) / (1 + load), where load is the work that reaches it while it is free, shared evenly
    among units alike.
    """
    carried, together, alike = np.empty(busy.size), np.empty(busy.size), np.empty(busy.size)
    peak, united, powers = np.zeros(pools.home.size), np.zeros(pools.home.size), np.zeros(pools.home.size)
    nodes, counted = np.zeros(pools.home.size, np.int64), np.zeros(pools.home.size, np.int64)
    calls_of(unit, may, count, rate, scene, worked, kind, pools, on_duty, peak, united)
    change = 0.0
    for one in range(
        busy.size
    ):  # where nobody is ever free nothing could be learnt from the work that is done
        busy[one] = min(busy[one], held[one] + (1.0 - held[one]) * (1.0 - ALMOST)) if on_duty[one] else 0.0
    for turn in range(rounds):
        spread(pools, on_duty, held, busy, peak, united, powers, nodes, counted, free, node_weight)
        asked(
            unit, minutes, may, count, rate, scene, worked, next_state, sizes, kind, chain, pools, free,
            node_weight, carried,
        )  # fmt: skip
        together[:] = 0.0
        alike[:] = 0.0
        for one in range(busy.size):
            if on_duty[one]:
                together[pools.alike[one]] += carried[one]
                alike[pools.alike[one]] += 1.0
        change = 0.0
        for one in range(busy.size):
            new = 0.0
            if on_duty[one]:
                new = held[one]
                if held[one] < 1.0:
                    load = together[pools.alike[one]] / alike[pools.alike[one]] / (1.0 - busy[one])
                    new = (held[one] + load) / (1.0 + load)
                    new = min(new, held[one] + (1.0 - held[one]) * (1.0 - ALMOST))
                    if turn >= SWINGING:
                        new = 0.5 * (new + busy[one])
            change = max(change, abs(new - busy[one]))
            busy[one] = new
        if change < tolerance:
            break
    return change


@njit(cache=True, nogil=True, error_model="numpy")
def complete(unit, may, free, size, machine, next_state, sizes, kind, chain, place, now, spent, mass):
    """Write the chance that each arrival completes an attendance at one place; return how many can matter.

    free: (units,); size: how many can come; now, spent: room for the states and the kinds; mass: written,
    (units,), up to the number returned.
    """
    last = sizes[machine] - 1
    if chain[machine]:
        return complete_chain(unit, may, free, size, machine, last, kind, place, mass)
    now[:last] = 0.0
    now[0] = 1.0
    spent[:] = False
    waiting = 1.0
    for rank in range(size):
        if waiting < GONE:
            return rank
        one = unit[place, rank]
        own = kind[machine, one]
        mass[rank] = 0.0
        if own >= 0 and not spent[own]:
            helped, mass[rank] = step(now, last, next_state, machine, own, may[place, rank] * free[one])
            spent[own] = helped == 0.0
            waiting -= mass[rank]
    return size


@njit(cache=True, nogil=True, error_model="numpy")
def complete_chain(unit, may, free, size, machine, last, kind, place, mass):
    """Do the same for an attendance of one or two like steps."""
    two = 1.0 if last == 2 else 0.0
    none, one_step = 1.0, 0.0
    for rank in range(size):
        if none + one_step < GONE:
            return rank
        one = unit[place, rank]
        mass[rank] = 0.0
        if kind[machine, one] >= 0:
            chance = may[place, rank] * free[one]
            mass[rank] = ((1.0 - two) * none + one_step) * chance
            one_step += (two * none - one_step) * chance
            none -= none * chance
    return size


@njit(cache=True, nogil=True, error_model="numpy")
def tally(
    minutes, mass, size, place, extra, share, limit, bin_min, t, m, group, weight, histogram,
    within, rows, start, stop, reached,
):  # fmt: skip
    """Add one attendance at one place to the histogram and to the standards; return its mean minutes.

    minutes: (places, units); mass: of each arrival, (units,), the first ``size``; extra: minutes before
    anybody sets out and after the last arrives [min]; t, m: incident type and measure; rows: its standards,
    from start to stop; the others as in `measure`. Those beyond the limit count as the limit in the mean.
    """
    last = histogram.shape[4] - 1
    never = 1.0
    mean = 0.0
    for rank in range(size):
        part = mass[rank]
        when = minutes[place, rank] + extra
        if part == 0.0 or when > limit:
            continue
        never -= part
        mean += part * when
        part *= share
        column = min(int(when / bin_min), last - 1)
        for w in range(weight.shape[1]):
            if weight[t, w, place] != 0.0:
                histogram[t, m, w, group, column] += weight[t, w, place] * part
        for at in range(start, stop):
            if when <= within[rows[at], place] + SLACK_MIN:
                reached[rows[at], place] += part
    for w in range(weight.shape[1]):
        histogram[t, m, w, group, last] += weight[t, w, place] * share * never
    return mean + never * limit


@njit(cache=True, nogil=True, error_model="numpy")
def measure(
    unit, minutes, may, count, next_state, sizes, kind, chain, pools, free, node_weight,
    machine, kinds, measures, extra, share, group, weight, within, first_row, rows, limit, bin_min,
    histogram, reached, mean,
):  # fmt: skip
    """Add one period to the histograms and to each place's record.

    machine, kinds, measures, extra, share: of each attendance its machine, incident type, measure, minutes
    and share of the type's calls that come in the period, (attendances,); attendances of one machine are
    walked once when they are adjacent; group: (places,), -1 not counted; weight: (types, weights, places);
    rows: standards, those of attendance a from first_row[a] to first_row[a + 1]; histogram: added to, (types,
    measures, weights, groups, bins); reached: added to, (standards, places); mean: added to, (types,
    measures, places).
    """
    mass, part = np.empty(free.shape[1] + 1), np.empty(free.shape[1] + 1)
    now, spent = np.empty(next_state.shape[2]), np.empty(next_state.shape[1], np.bool_)
    at_once = np.zeros((count.size, 1))
    for place in range(count.size):
        if group[place] < 0:
            continue
        walked = -1
        size = 0
        for a in range(machine.size):
            when = minutes
            if sizes[machine[a]] == 1:  # nobody is needed
                when, size, mass[0] = at_once, 1, 1.0
            elif machine[a] != walked:
                size = 0
                for node in range(pools.first[pools.place[place]], pools.first[pools.place[place] + 1]):
                    if node_weight[node] <= 0.0:
                        continue
                    found = complete(
                        unit, may, free[node], count[place], machine[a], next_state, sizes, kind, chain,
                        place, now, spent, part,
                    )  # fmt: skip
                    mass[size : max(size, found)] = 0.0
                    size = max(size, found)
                    for rank in range(found):
                        mass[rank] += node_weight[node] * part[rank]
            walked = machine[a]
            mean[kinds[a], measures[a], place] += share[a] * tally(
                when, mass, size, place, extra[a], share[a], limit, bin_min, kinds[a], measures[a],
                group[place], weight, histogram, within, rows, first_row[a], first_row[a + 1], reached,
            )  # fmt: skip


@njit(cache=True, nogil=True, error_model="numpy")
def evaluate(
    sent, order, lend, force, next_state, sizes, kind, chain, pools,
    on_duty, held, delay, rate, scene, worked, busy, free, node_weight, tolerance, rounds,
    machine, kinds, measures, extra, share, group, weight, within, first_row, rows, limit, bin_min,
    histogram, reached, mean,
):  # fmt: skip
    """Evaluate all periods: line up, find busy shares, measure. Returns the largest last change.

    sent: from being sent to arriving, (places, units) [min]; order: units of each place in any order,
    (places, units); on_duty, held, delay, busy: (periods, units); rate, scene: (periods, worked machines,
    places); worked: machines that keep units busy; free, node_weight: written, (periods, nodes, units) and
    (periods, nodes); rounds: 0 takes busy as it is, units independent; share: (periods, attendances); the
    others as in `line_up`, `settle` and `measure`.
    """
    places, units = sent.shape
    unit, near = np.empty((places, units), np.int64), np.empty((places, units), np.int64)
    minutes, may = np.empty((places, units)), np.empty((places, units))
    count, known = np.empty(places, np.int64), np.full(places, units)
    everyone, none = np.ones(units, np.bool_), np.zeros(units)
    line_up(sent, none, everyone, lend, force, order, known, near, minutes, may, count)
    known[:] = count
    change = 0.0
    for period in range(busy.shape[0]):
        line_up(sent, delay[period], on_duty[period], lend, force, near, known, unit, minutes, may, count)
        if rounds > 0:
            last = settle(
                unit, minutes, may, count, rate[period], scene[period], worked,
                next_state, sizes, kind, chain, pools, held[period], on_duty[period], busy[period],
                free[period], node_weight[period], tolerance, rounds,
            )  # fmt: skip
            change = max(change, last)
        else:
            for sharing in range(pools.first.size - 1):
                node_weight[period, pools.first[sharing]] = 1.0
            for node in range(free.shape[1]):
                free[period, node] = 1.0 - busy[period]
        measure(
            unit, minutes, may, count, next_state, sizes, kind, chain, pools, free[period],
            node_weight[period], machine, kinds, measures, extra, share[period], group, weight, within,
            first_row, rows, limit, bin_min, histogram, reached, mean,
        )  # fmt: skip
    return change
