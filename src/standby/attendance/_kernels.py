"""Compiled loops of the attendance model: who is free, who arrives when, with which chance.

An attendance is a small machine: its state says what has arrived, each arriving unit moves it to
``next_state[machine, kind, state]``, and the last state is the complete attendance. Units come in order of
arrival. Given the congestion of their pools (`kernels_congestion`), each is free with its own chance,
independently of the others, so every place is walked once for each node of the congestion of its group of
forces.

A unit that can be sent is in one of several modes: at its site or at another position, and there with nothing
to do or on work that it has to break off first. It stands in the line once for each. Modes exclude each
other, so a unit that comes later in the line in another mode is first taken out of the chances that its
earlier modes made (`without`), and put back with both. The order in which units are added does not matter to
the chance of a state, which is what makes that exact.

A kind of unit that helps in no state that can still be reached never helps again, and is passed over.

The arrays that loops share travel together: who comes in which order (`LineUp`), what an attendance needs
(`Machines`), what is asked of units (`Calls`, `Duty`), who is free (`Nodes`), what is measured
(`Attendances`, `Yardsticks`) and the answer (`Cover`). Where a loop works on one period, the axis of periods
is gone.

Nothing here depends on the number of threads: one evaluation is one thread's, and adds in a fixed order.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from standby.attendance._kernels_spread import (
    GRID,
    SLACK_MIN,
    SURE,
    Columns,
    Room,
    completed_by,
    find_all_in_time,
    lay_columns,
    tally_minutes,
    tally_reached,
)
from standby.queueing.kernels_congestion import (
    ALMOST,
    NEVER,
    Members,
    PoolNodes,
    congestion,
    nodes_needed,
    numbers_free,
)

GONE = 1e-10  # chance below which the rest of a walk along the units can't matter to a share
TRACE = 1e-13  # the same of a node, with the node's weight
DUST = 1e-14  # chance below which a state is left where it is, incomplete
IDLE = 1e-8  # chance below which an arrival can't matter to how busy a unit is
SWINGING = 100  # rounds after which busy shares that have not settled take half steps: they swing to and fro


class LineUp(NamedTuple):
    """Units on duty that can come to each place, in each of their modes, in order of arrival.

    mode, unit: which mode of which unit, the first ``length`` of each place, (places, modes); minutes: from
    being sent to arriving, (places, modes) [min]; here: chance that a unit that can be sent is in this mode
    and may go, (places, modes); earlier: the same for its modes further up the line, together, (places,
    modes); length: (places,).
    """

    mode: np.ndarray
    unit: np.ndarray
    minutes: np.ndarray
    here: np.ndarray
    earlier: np.ndarray
    length: np.ndarray


class Machines(NamedTuple):
    """The states of every attendance; attendances with identical transitions share one machine.

    next_state: state after one more unit, the last state being the complete attendance, (machines, kinds,
    states); sizes: number of states, (machines,); kind: kind of each unit, -1 where it can't help, (machines,
    units); chain: whether an attendance of one or two steps that every unit that helps takes one of,
    (machines,); of: machine of each measure and incident type, (measures, types).
    """

    next_state: np.ndarray
    sizes: np.ndarray
    kind: np.ndarray
    chain: np.ndarray
    of: np.ndarray


class Travel(NamedTuple):
    """How far units are from places, before anything about a period is known.

    minutes: from being sent to arriving with nothing to break off, (places, positions) [min]; unit: of a
    mode, (modes,); share: of its time that a unit is at a position, (places, positions); order: modes at each
    place, in any order (the nearer to that of arrival, the faster), (places, modes); lent: chance that a unit
    may go to a force, (units, forces); force: of a place, (places,). A position is one that one unit may be
    at: its site or, as seen from a place, where it is on patrol.
    """

    minutes: np.ndarray
    unit: np.ndarray
    share: np.ndarray
    order: np.ndarray
    lent: np.ndarray
    force: np.ndarray


class Duty(NamedTuple):
    """Units in each period.

    on_duty: (periods, units); committed_share: share of time in work that can't be broken off, (periods,
    units); mean_delay: of breaking off, over the time in which a unit can be sent, (periods, units) [min];
    mode_share: share of that time at a position that is in a mode, (periods, modes); delay: minutes of
    breaking off in a mode, (periods, modes) [min]. At position p a unit is in mode 2p with nothing to break
    off, in mode 2p + 1 else.
    """

    on_duty: np.ndarray
    committed_share: np.ndarray
    mean_delay: np.ndarray
    mode_share: np.ndarray
    delay: np.ndarray


class Calls(NamedTuple):
    """Calls that keep units busy.

    machine: which machines they need, (worked,); rate: calls that need the attendance of each, (periods,
    worked, places) [per hour]; scene: unit-minutes at the scene that they bring, calls times minutes,
    (periods, worked, places) [min per hour].
    """

    machine: np.ndarray
    rate: np.ndarray
    scene: np.ndarray


class Nodes(NamedTuple):
    """Who is free at each node of the congestion.

    free: chance that a unit is free, (periods, nodes, units); weight: of a node in its group of forces,
    (periods, nodes). Nodes without weight are passed over.
    """

    free: np.ndarray
    weight: np.ndarray


class Attendances(NamedTuple):
    """Attendances to measure; those of one machine are walked once when they are adjacent.

    machine, type, measure: (attendances,); extra_min: minutes before anybody sets out and after the last
    arrives, (attendances,) [min]; share: of the type's calls that come in a period, (periods, attendances);
    rows: standards, those of attendance a from first_row[a] to first_row[a + 1].
    """

    machine: np.ndarray
    type: np.ndarray
    measure: np.ndarray
    extra_min: np.ndarray
    share: np.ndarray
    first_row: np.ndarray
    rows: np.ndarray


class Attendance(NamedTuple):
    """One of the `Attendances` in one period, and the rows of its standards."""

    type: int
    measure: int
    extra_min: float
    share: float
    rows: np.ndarray


class Yardsticks(NamedTuple):
    """What attendances are measured against.

    group: of a place, -1 not counted, (places,); weight: (types, weights, places); within: minutes of each
    standard, NaN where it does not hold, (standards, places) [min]; limit_min: beyond it times are not told
    apart [min]; bin_min: width of a bin of the histogram [min].
    """

    group: np.ndarray
    weight: np.ndarray
    within: np.ndarray
    limit_min: float
    bin_min: float


class Cover(NamedTuple):
    """The answer, which every period is added to.

    histogram: weight by arrival time, the last bin for beyond the limit, (types, measures, weights, groups,
    bins); reached: chance of being in time, (standards, places); mean: minutes, (types, measures, places)
    [min].
    """

    histogram: np.ndarray
    reached: np.ndarray
    mean: np.ndarray


class Scratch(NamedTuple):
    """Room for one walk along the units, written over by each.

    state: chance of each state, (states,); absent: the same without a unit, (states,); kind_done: kinds that
    can't help any more, (kinds,); none_there, one_of_two: chance that no step is done, and one of two, at
    each node, (nodes,).
    """

    state: np.ndarray
    absent: np.ndarray
    kind_done: np.ndarray
    none_there: np.ndarray
    one_of_two: np.ndarray


@njit(cache=True, nogil=True, error_model="numpy")
def scratch_for(machines, nodes):
    """Return room for one walk along the units, at so many nodes."""
    _, kinds, states = machines.next_state.shape
    return Scratch(
        np.empty(states), np.empty(states), np.empty(kinds, np.bool_), np.empty(nodes), np.empty(nodes)
    )


@njit(cache=True, nogil=True, error_model="numpy")
def line_up(travel, order, known, on_duty, mode_share, delay, line):
    """Line up at every place the units on duty that can come; see `line_up_at`.

    order: modes to line up, the first ``known`` of each place, (places, modes) and (places,).
    """
    lined_up = np.zeros(on_duty.size)
    for place in range(order.shape[0]):
        line_up_at(place, travel, order[place, : known[place]], on_duty, mode_share, delay, lined_up, line)


@njit(cache=True, nogil=True, error_model="numpy")
def line_up_at(place, travel, order, on_duty, mode_share, delay, lined_up, line):
    """Line up at a place the units on duty that can come, mode by mode, by arrival, equal ones by number.

    order: modes to line up, (modes,); on_duty: (units,); mode_share, delay: (modes,); lined_up: room of
    zeros, left as such, (units,). Written: line.
    """
    modes = line.mode
    minutes = line.minutes
    size = 0

    # Insertion sort: the order given is nearly right already.
    for new in order:
        unit = travel.unit[new]
        when = travel.minutes[place, new // 2] + delay[new]
        share = travel.share[place, new // 2] * mode_share[new]
        if not on_duty[unit] or share <= 0.0 or when == np.inf:
            continue

        at = size
        while at > 0 and minutes[place, at - 1] >= when:
            other = modes[place, at - 1]
            if minutes[place, at - 1] == when and other < new:
                break
            modes[place, at] = other
            minutes[place, at] = minutes[place, at - 1]
            at -= 1
        modes[place, at] = new
        minutes[place, at] = when
        size += 1

    # What share of a unit's time has stood in the line before it comes again.
    for rank in range(size):
        mode = modes[place, rank]
        unit = travel.unit[mode]
        lent = travel.lent[unit, travel.force[place]]
        line.unit[place, rank] = unit
        share = travel.share[place, mode // 2] * mode_share[mode]
        line.here[place, rank] = lent * share
        line.earlier[place, rank] = lent * lined_up[unit]
        lined_up[unit] += share
    for rank in range(size):
        lined_up[line.unit[place, rank]] = 0.0
    line.length[place] = size


@njit(cache=True, nogil=True, error_model="numpy")
def step(state_chance, absent, last, next_state, machine, kind, chance, dust):
    """Let one unit of a kind arrive in one of its modes.

    state_chance: of each incomplete state, the first ``last``, updated; absent: the same as if it had not
    come in an earlier mode, or the same array if it has none; chance: that it comes in this mode; dust:
    chance below which a state is left where it is. Returns the chance that the unit would help, were it not
    there earlier, the chance that it completes the attendance, and whether its kind can help no more.
    """
    helped = 0.0
    completed = 0.0
    done = True

    # States grow with every arrival that helps, so that going through them downwards moves each once.
    for state in range(last - 1, -1, -1):
        target = next_state[machine, kind, state]
        if target == state:
            continue
        done = done and state_chance[state] < dust
        here = absent[state]
        if here < dust:
            continue

        helped += here
        moved = here * chance
        state_chance[state] -= moved
        if target < last:
            state_chance[target] += moved
        else:
            completed += moved

    return helped, completed, done


@njit(cache=True, nogil=True, error_model="numpy")
def without(state_chance, last, next_state, machine, kind, earlier, absent):
    """Write the chance of each incomplete state as if a unit that came with a chance had not.

    state_chance: of each incomplete state, the first ``last``; earlier: the chance, below 1. Written: absent.
    """
    for state in range(last):
        absent[state] = state_chance[state]
    scale = 1.0 / (1.0 - earlier)

    # States grow with every arrival that helps: what came from a lower state is known before it is needed.
    for state in range(last):
        target = next_state[machine, kind, state]
        if target == state:
            continue
        here = max(absent[state], 0.0) * scale
        absent[state] = here
        if target < last:
            absent[target] -= here * earlier


@njit(cache=True, nogil=True, error_model="numpy")
def add_up_work(line, calls, machines, pools, nodes, carried):
    """Add up how much work each unit does in a period.

    line: with each unit in one mode at each of its positions. Written: carried, (units,), hours of work per
    hour.
    """
    carried[:] = 0.0
    for row in range(calls.machine.size):
        machine = calls.machine[row]
        if machines.sizes[machine] == 1:  # nobody is needed
            continue
        if machines.chain[machine]:
            add_up_chain_work(line, calls, row, machines, pools, nodes, carried)
        else:
            add_up_step_work(line, calls, row, machines, pools, nodes, carried)
    carried /= 60.0


@njit(cache=True, nogil=True, error_model="numpy")
def add_up_step_work(line, calls, row, machines, pools, nodes, carried):
    """Add up the work [min per hour] that one row of calls brings, step by step: see `add_up_work`."""
    _, line_unit, minutes, line_here, line_earlier, length = line
    free, node_weight = nodes
    machine = calls.machine[row]
    unit_kind = machines.kind[machine]
    next_state = machines.next_state
    last = machines.sizes[machine] - 1
    scratch = scratch_for(machines, 0)
    state = scratch.state
    absent = scratch.absent
    kind_done = scratch.kind_done

    for place in range(length.size):
        rate = calls.rate[row, place]
        scene = calls.scene[row, place]
        if rate <= 0.0:
            continue
        group = pools.place[place]
        for node in range(pools.first[group], pools.first[group + 1]):
            weight = node_weight[node]
            if weight <= 0.0:
                continue

            state[:last] = 0.0
            state[0] = 1.0
            kind_done[:] = False
            incomplete = 1.0
            for rank in range(length[place]):
                if incomplete < IDLE:
                    break
                unit = line_unit[place, rank]
                kind = unit_kind[unit]
                if kind < 0 or kind_done[kind]:
                    continue

                chance = line_here[place, rank] * free[node, unit]
                earlier = line_earlier[place, rank] * free[node, unit]
                if earlier > SURE:
                    continue
                if earlier > 0.0:
                    without(state, last, next_state, machine, kind, earlier, absent)
                    moved = step(state, absent, last, next_state, machine, kind, chance, GONE)
                else:
                    moved = step(state, state, last, next_state, machine, kind, chance, DUST)
                helped, completed, done = moved
                kind_done[kind] = done
                carried[unit] += weight * helped * chance * (rate * minutes[place, rank] + scene)
                incomplete -= completed


@njit(cache=True, nogil=True, error_model="numpy")
def add_up_chain_work(line, calls, row, machines, pools, nodes, carried):
    """Do the same as `add_up_step_work` for an attendance of one or two like steps."""
    _, line_unit, minutes, line_here, line_earlier, length = line
    free, node_weight = nodes
    machine = calls.machine[row]
    unit_kind = machines.kind[machine]
    two_steps = 1.0 if machines.sizes[machine] == 3 else 0.0

    for place in range(length.size):
        rate = calls.rate[row, place]
        scene = calls.scene[row, place]
        if rate <= 0.0:
            continue
        group = pools.place[place]
        for node in range(pools.first[group], pools.first[group + 1]):
            weight = node_weight[node]
            if weight <= 0.0:
                continue

            weighted_rate = weight * rate
            weighted_scene = weight * scene
            none_there = 1.0
            one_of_two = 0.0  # chance that one of two steps is done
            for rank in range(length[place]):
                if none_there + one_of_two < IDLE:
                    break
                unit = line_unit[place, rank]
                if unit_kind[unit] < 0:
                    continue

                # As the chances would be if the unit had not stood in the line before.
                none_absent = none_there
                one_absent = one_of_two
                earlier = line_earlier[place, rank] * free[node, unit]
                if earlier > SURE:
                    continue
                if earlier > 0.0:
                    none_absent /= 1.0 - earlier
                    one_absent = max(one_of_two - two_steps * none_absent * earlier, 0.0) / (1.0 - earlier)

                chance = line_here[place, rank] * free[node, unit]
                work = weighted_rate * minutes[place, rank] + weighted_scene
                carried[unit] += (none_absent + one_absent) * chance * work
                one_of_two += (two_steps * none_absent - one_absent) * chance
                none_there -= none_absent * chance


@njit(cache=True, nogil=True, error_model="numpy")
def units_of_pools(pools, on_duty):
    """Return the number of units on duty in each pool, (pools,)."""
    size = np.zeros(pools.home.size)
    for unit in range(on_duty.size):
        if on_duty[unit] and pools.of[unit] >= 0:
            size[pools.of[unit]] += 1.0
    return size


@njit(cache=True, nogil=True, error_model="numpy")
def calls_on_pools(line, calls, kind, pools, on_duty, peakedness, full_access):
    """Write what the calls of a period ask of each pool, weighted with the work that they bring.

    peakedness: units that a call takes, Σ c² / Σ c over the units that calls take (Hayward); full_access: how
    far every unit of the pool can serve every call, the square of the mean share of the others that can. Both
    (pools,).
    """
    n_pools = peakedness.size
    work_sum = np.zeros(n_pools)
    work_times_taken = np.zeros(n_pools)
    work_with_access = np.zeros(n_pools)
    able = np.empty(n_pools)
    size = units_of_pools(pools, on_duty)

    for row in range(calls.machine.size):
        machine = calls.machine[row]
        for place in range(line.length.size):
            if calls.rate[row, place] <= 0.0:
                continue

            # Units of each pool that can serve this call, as many as are lent on average.
            able[:] = 0.0
            for rank in range(line.length[place]):
                unit = line.unit[place, rank]
                if pools.of[unit] >= 0 and kind[machine, unit] >= 0:
                    able[pools.of[unit]] += line.here[place, rank]

            for pool in range(n_pools):
                taken = pools.takes[machine, pool]
                if taken == 0 or pools.home[pool] != pools.place[place]:
                    continue
                # A weight only, so every drive counts as one minute.
                work = taken * (calls.scene[row, place] + calls.rate[row, place])
                work_sum[pool] += work
                work_times_taken[pool] += work * taken
                if size[pool] > 1.0:
                    work_with_access[pool] += work * min(max(able[pool] - 1.0, 0.0) / (size[pool] - 1.0), 1.0)

    for pool in range(n_pools):
        peakedness[pool] = 1.0
        full_access[pool] = 0.0
        if work_sum[pool] > 0.0:
            peakedness[pool] = work_times_taken[pool] / work_sum[pool]
            full_access[pool] = (work_with_access[pool] / work_sum[pool]) ** 2


class PoolState(NamedTuple):
    """What is known of each pool while busy shares are sought, each (pools,).

    peakedness, full_access: see `calls_on_pools`; log_power: log κ, where to start and the answer; size:
    nodes in use, found anew when the number of units that calls reach changes, else the same from round to
    round; reached: that number.
    """

    peakedness: np.ndarray
    full_access: np.ndarray
    log_power: np.ndarray
    size: np.ndarray
    reached: np.ndarray


@njit(cache=True, nogil=True, error_model="numpy")
def find_free(pools, on_duty, committed_share, busy, state, nodes):
    """Write the chance that each unit is free at each node, and the weight of the nodes.

    on_duty, committed_share, busy: (units,). Written: nodes; updated: state.
    """
    for unit in range(busy.size):
        nodes.free[:, unit] = 1.0 - busy[unit]

    most = pools.most.max() if pools.most.size > 0 else 1
    weight = np.zeros((pools.home.size, most))
    for pool in range(pools.home.size):
        members = np.flatnonzero(on_duty & (pools.of == pool))
        weight[pool, 0] = 1.0
        if members.size < 2 or pools.most[pool] < 2:
            continue

        # What cannot be broken off does not hang on the calls; calls fill a share of the rest. A unit that no
        # call reaches is not busy together with the others.
        committed = committed_share[members]
        share = np.empty(members.size)
        count = 0
        for k in range(members.size):
            unit = members[k]
            uncommitted = 1.0 - committed_share[unit]
            on_calls = busy[unit] - committed_share[unit]
            if committed_share[unit] < 1.0 and on_calls > NEVER * uncommitted:
                share[count] = min(on_calls / uncommitted, 1.0 - ALMOST)
                committed[count] = committed_share[unit]
                members[count] = unit
                count += 1
        if count < 2:
            continue
        members = members[:count]
        share = share[:count]
        committed = committed[:count]

        numbers = np.empty(count + 1)
        numbers_free(committed, numbers)
        reached = Members(share, committed, pools.alike[members], numbers, state.peakedness[pool])
        if state.reached[pool] != count:
            state.reached[pool] = count
            most_nodes = min(pools.most[pool], (count + 2) // 2)
            state.size[pool] = nodes_needed(reached, most_nodes)

        size = state.size[pool]
        own_nodes = PoolNodes(np.empty(size), weight[pool], np.empty((size, count)))
        state.log_power[pool] = congestion(reached, state.full_access[pool], state.log_power[pool], own_nodes)

        group = pools.home[pool]
        for node in range(pools.first[group], pools.first[group + 1]):
            own = min(pools.step[node, pool], size - 1)
            for k in range(count):
                nodes.free[node, members[k]] = (1.0 - committed[k]) * (1.0 - own_nodes.chance[own, k])

    weigh_nodes(pools, weight, nodes)


@njit(cache=True, nogil=True, error_model="numpy")
def weigh_nodes(pools, weight, nodes):
    """Write the weight of each node of a group from those of its pools, which are independent.

    weight: of the nodes of each pool, (pools, nodes of a pool). Written: nodes.weight.
    """
    for group in range(pools.first.size - 1):
        for node in range(pools.first[group], pools.first[group + 1]):
            nodes.weight[node] = 1.0
            for pool in range(pools.home.size):
                if pools.home[pool] == group:
                    nodes.weight[node] *= weight[pool, pools.step[node, pool]]


@njit(cache=True, nogil=True, error_model="numpy")
def settle(line, calls, machines, pools, duty, busy, nodes, tolerance, rounds):
    """Find the busy share of every unit in a period by successive substitution; return the last change.

    busy: start and answer, (units,), 0 off duty. Written: nodes. Each unit obeys
    busy = (committed + load) / (1 + load), where load is the work that reaches it while it is free, shared
    evenly among units alike.
    """
    on_duty = duty.on_duty
    committed_share = duty.committed_share
    n_pools = pools.home.size
    state = PoolState(
        np.zeros(n_pools), np.zeros(n_pools), np.zeros(n_pools), np.zeros(n_pools, np.int64),
        np.zeros(n_pools, np.int64),
    )  # fmt: skip
    calls_on_pools(line, calls, machines.kind, pools, on_duty, state.peakedness, state.full_access)

    # A unit is left free for a moment: where it never is, the work that it does says nothing of its load.
    for unit in range(busy.size):
        most = committed_share[unit] + (1.0 - committed_share[unit]) * (1.0 - ALMOST)
        busy[unit] = min(busy[unit], most) if on_duty[unit] else 0.0

    carried = np.empty(busy.size)
    carried_by_alike = np.empty(busy.size)
    number_alike = np.empty(busy.size)
    change = 0.0
    for turn in range(rounds):
        find_free(pools, on_duty, committed_share, busy, state, nodes)
        add_up_work(line, calls, machines, pools, nodes, carried)

        carried_by_alike[:] = 0.0
        number_alike[:] = 0.0
        for unit in range(busy.size):
            if on_duty[unit]:
                carried_by_alike[pools.alike[unit]] += carried[unit]
                number_alike[pools.alike[unit]] += 1.0

        change = 0.0
        for unit in range(busy.size):
            new = 0.0
            if on_duty[unit]:
                committed = committed_share[unit]
                new = committed
                if committed < 1.0:
                    alike = pools.alike[unit]
                    load = carried_by_alike[alike] / number_alike[alike] / (1.0 - busy[unit])
                    new = (committed + load) / (1.0 + load)
                    new = min(new, committed + (1.0 - committed) * (1.0 - ALMOST))
                    if turn >= SWINGING:
                        new = 0.5 * (new + busy[unit])
            change = max(change, abs(new - busy[unit]))
            busy[unit] = new
        if change < tolerance:
            break

    return change


@njit(cache=True, nogil=True, error_model="numpy")
def complete(line, place, latest_min, pools, nodes, machines, machine, scratch, completing):
    """Write the chance that each arrival completes an attendance at one place; return how many can matter.

    latest_min: arrivals after it are left out [min].

    It is the mean over the nodes of the place's group of forces. Written: completing, (modes,), up to the
    number returned.
    """
    group = pools.place[place]
    first = pools.first[group]
    end = pools.first[group + 1]

    length = line.length[place]
    while length > 0 and line.minutes[place, length - 1] > latest_min:
        length -= 1

    if machines.chain[machine]:
        return complete_chain(line, place, length, nodes, first, end, machines, machine, scratch, completing)
    return complete_steps(line, place, length, nodes, first, end, machines, machine, scratch, completing)


@njit(cache=True, nogil=True, error_model="numpy")
def complete_steps(line, place, length, nodes, first, end, machines, machine, scratch, completing):
    """Do as `complete` for ``length`` arrivals, step by step, from node ``first`` to before ``end``."""
    line_unit = line.unit
    free, node_weight = nodes
    unit_kind = machines.kind[machine]
    next_state = machines.next_state
    state = scratch.state
    absent = scratch.absent
    kind_done = scratch.kind_done
    last = machines.sizes[machine] - 1

    size = 0
    for node in range(first, end):
        weight = node_weight[node]
        if weight <= 0.0:
            continue

        state[:last] = 0.0
        state[0] = 1.0
        kind_done[:] = False
        incomplete = 1.0
        for rank in range(length):
            if incomplete < GONE or weight * incomplete < TRACE:
                break
            if rank == size:  # no node before has come so far
                completing[size] = 0.0
                size += 1

            unit = line_unit[place, rank]
            kind = unit_kind[unit]
            if kind < 0 or kind_done[kind]:
                continue
            earlier = line.earlier[place, rank] * free[node, unit]
            if earlier > SURE:
                continue

            chance = line.here[place, rank] * free[node, unit]
            if earlier > 0.0:
                without(state, last, next_state, machine, kind, earlier, absent)
                _, completed, done = step(state, absent, last, next_state, machine, kind, chance, GONE)
            else:
                _, completed, done = step(state, state, last, next_state, machine, kind, chance, DUST)
            kind_done[kind] = done
            completing[rank] += weight * completed
            incomplete -= completed

    return size


@njit(cache=True, nogil=True, error_model="numpy")
def complete_chain(line, place, length, nodes, first, end, machines, machine, scratch, completing):
    """Do as `complete_steps` for an attendance of one or two like steps: all nodes side by side.

    The steps at a node hang on each other and those at different nodes do not, so that a processor that goes
    along the units once has several to do at a time.
    """
    free, node_weight = nodes
    unit_kind = machines.kind[machine]
    two_steps = 1.0 if machines.sizes[machine] == 3 else 0.0
    none_there = scratch.none_there
    one_of_two = scratch.one_of_two  # chance that one of two steps is done

    for node in range(first, end):
        none_there[node] = 1.0 if node_weight[node] > 0.0 else 0.0
        one_of_two[node] = 0.0

    for rank in range(length):
        going_on = False
        completed = 0.0
        unit = line.unit[place, rank]
        here = line.here[place, rank]
        line_earlier = line.earlier[place, rank]
        helps = unit_kind[unit] >= 0
        for node in range(first, end):
            incomplete = none_there[node] + one_of_two[node]
            if incomplete < GONE or node_weight[node] * incomplete < TRACE:
                continue
            going_on = True
            if not helps:
                continue

            # As the chances would be if the unit had not stood in the line before.
            none_absent = none_there[node]
            one_absent = one_of_two[node]
            earlier = line_earlier * free[node, unit]
            if earlier > SURE:
                continue
            if earlier > 0.0:
                scale = 1.0 / (1.0 - earlier)
                none_absent *= scale
                one_absent = max(one_absent - two_steps * none_absent * earlier, 0.0) * scale

            chance = here * free[node, unit]
            completed += node_weight[node] * ((1.0 - two_steps) * none_absent + one_absent) * chance
            one_of_two[node] += (two_steps * none_absent - one_absent) * chance
            none_there[node] -= none_absent * chance
        if not going_on:
            return rank
        completing[rank] = completed

    return length


@njit(cache=True, nogil=True, error_model="numpy")
def tally(minutes, completing, size, place, attendance, yardsticks, cover):
    """Add one attendance at one place to the histogram and to the standards; return its mean minutes.

    minutes: (places, modes) [min]; completing: chance that each arrival completes it, (modes,), the first
    ``size``. What is beyond the limit counts as the limit in the mean.
    """
    incident_type, measure, extra_min, share, rows = attendance
    group, weight, within, limit_min, bin_min = yardsticks
    histogram = cover.histogram
    reached = cover.reached

    last = histogram.shape[4] - 1
    beyond = 1.0
    mean = 0.0
    for rank in range(size):
        chance = completing[rank]
        when = minutes[place, rank] + extra_min
        if chance == 0.0 or when > limit_min:
            continue
        beyond -= chance
        mean += chance * when

        chance *= share
        column = min(int(when / bin_min), last - 1)
        for w in range(weight.shape[1]):
            if weight[incident_type, w, place] != 0.0:
                histogram[incident_type, measure, w, group[place], column] += (
                    weight[incident_type, w, place] * chance
                )
        for at in range(rows.size):
            row = rows[at]
            if when <= within[row, place] + SLACK_MIN:
                reached[row, place] += chance

    for w in range(weight.shape[1]):
        histogram[incident_type, measure, w, group[place], last] += (
            weight[incident_type, w, place] * share * beyond
        )
    return mean + beyond * limit_min


class Varying(NamedTuple):
    """What is kept of one place whose arrivals vary, from one kind of hours to the next.

    columns, room: see there; by: chance that an attendance is complete by column, (columns,); completed: the
    same for the share of calls of all kinds of hours so far, (attendances, columns); share: that share,
    (attendances,).
    """

    columns: Columns
    room: Room
    by: np.ndarray
    completed: np.ndarray
    share: np.ndarray


@njit(cache=True, nogil=True, error_model="numpy")
def varying_for(machines, attendances, spread, modes, units):
    """Return room for a place whose arrivals vary; next to none where nothing varies."""
    values = spread.late.shape[1]
    grid = attendances.rows.size * values
    size = grid + GRID + 1 if spread.sigma.size > 0 else 0
    whole = np.empty(grid, np.int64)
    columns = Columns(
        np.empty(size), whole, whole.copy(), np.empty(grid), grid, np.empty(GRID + 1),
        np.empty((modes, size)), np.empty(modes),
    )  # fmt: skip

    states = machines.next_state.shape[2]
    room = Room(
        np.empty((states, size)), np.empty((states, size)), np.empty((modes, size)), np.empty((units, size))
    )
    measured = attendances.machine.size
    return Varying(columns, room, np.empty(size), np.empty((measured, size)), np.empty(measured))


@njit(cache=True, nogil=True, error_model="numpy")
def measure(line, place, machines, pools, nodes, attendances, yardsticks, scratch, arrival, cover):
    """Add one kind of hours to the histograms and to the record of a place.

    arrival: room for the chance that each arrival completes an attendance, (modes + 1,), and no minutes for
    every place, (places, 1). Updated: cover.
    """
    completing, at_once = arrival
    first_row = attendances.first_row

    walked = -1
    size = 0
    for a in range(attendances.machine.size):
        machine = attendances.machine[a]
        minutes = line.minutes
        if machines.sizes[machine] == 1:  # nobody is needed
            minutes = at_once
            size = 1
            completing[0] = 1.0
        elif machine != walked:
            size = complete(
                line, place, yardsticks.limit_min, pools, nodes, machines, machine, scratch, completing
            )
        walked = machine

        attendance = Attendance(
            attendances.type[a], attendances.measure[a], attendances.extra_min[a],
            attendances.share[a], attendances.rows[first_row[a] : first_row[a + 1]],
        )  # fmt: skip
        mean = tally(minutes, completing, size, place, attendance, yardsticks, cover)
        cover.mean[attendances.type[a], attendances.measure[a], place] += attendances.share[a] * mean


@njit(cache=True, nogil=True, error_model="numpy")
def measure_varying(line, place, machines, pools, nodes, attendances, spread, scratch, completing, varying):
    """Add one kind of hours to what is kept of a place whose arrivals vary.

    completing: room for the chance that each arrival completes an attendance, (modes + 1,). Updated: varying.
    """
    columns, room, by, completed, share = varying
    find_all_in_time(line, place, spread, columns, room)

    walked = -1
    for a in range(attendances.machine.size):
        machine = attendances.machine[a]
        if machines.sizes[machine] == 1:  # nobody is needed
            for column in range(by.size):
                by[column] = 1.0 if columns.minutes[column] >= -SLACK_MIN else 0.0
        elif machine != walked and machines.sizes[machine] == 2:  # one arrival completes it
            by[:] = 0.0
            size = complete(line, place, np.inf, pools, nodes, machines, machine, scratch, completing)
            for rank in range(size):
                in_time = columns.in_time[line.mode[place, rank]]
                for column in range(by.size):
                    by[column] += completing[rank] * in_time[column]
        elif machine != walked:
            completed_by(line, place, columns, pools, nodes, machines, machine, room, by)
        walked = machine

        share[a] += attendances.share[a]
        for column in range(by.size):
            completed[a, column] += attendances.share[a] * by[column]


@njit(cache=True, nogil=True, error_model="numpy")
def without_rows(attendances):
    """Return attendances with no standards."""
    return Attendances(
        attendances.machine, attendances.type, attendances.measure, attendances.extra_min, attendances.share,
        np.zeros_like(attendances.first_row), attendances.rows,
    )  # fmt: skip


@njit(cache=True, nogil=True, error_model="numpy")
def in_period(attendances, period):
    """Return attendances with their shares of one period."""
    return Attendances(
        attendances.machine, attendances.type, attendances.measure, attendances.extra_min,
        attendances.share[period], attendances.first_row, attendances.rows,
    )  # fmt: skip


@njit(cache=True, nogil=True, error_model="numpy")
def empty_line(places, modes):
    """Return room for the units that can come to each place, in each of their modes."""
    shape = (places, modes)
    return LineUp(
        np.empty(shape, np.int64), np.empty(shape, np.int64), np.empty(shape), np.empty(shape),
        np.empty(shape), np.empty(places, np.int64),
    )  # fmt: skip


@njit(cache=True, nogil=True, error_model="numpy")
def evaluate(
    travel,
    machines,
    pools,
    duty,
    calls,
    attendances,
    spread,
    yardsticks,
    busy,
    nodes,
    cover,
    tolerance,
    rounds,
):
    """Evaluate all periods: line up, find busy shares, measure. Return the largest last change.

    busy: start and answer, (periods, units); rounds: 0 takes busy as it is, units independent. Written:
    nodes; updated: busy, cover.
    """
    places = travel.minutes.shape[0]
    periods, units = busy.shape
    modes = travel.unit.size

    # Once with everybody on duty: lines of a period begin in this order, which is nearly theirs.
    everybody = empty_line(places, modes)
    all_known = np.full(places, modes)
    on_duty = np.ones(units, np.bool_)
    usual_delay = np.zeros(modes)
    for period in range(periods):
        usual_delay = np.maximum(usual_delay, duty.delay[period])
    line_up(travel, travel.order, all_known, on_duty, np.ones(modes), usual_delay, everybody)

    line = empty_line(places, modes)
    change = 0.0
    for period in range(periods):
        own_nodes = Nodes(nodes.free[period], nodes.weight[period])
        if rounds == 0:
            # Independent units need one node of each group of forces.
            for group in range(pools.first.size - 1):
                own_nodes.weight[pools.first[group]] = 1.0
            for node in range(own_nodes.free.shape[0]):
                own_nodes.free[node] = 1.0 - busy[period]
            continue

        # How busy units are hardly depends on which of them breaks off its work when: one mode for each
        # position, with the mean delay, takes a third of the time.
        own_duty = Duty(
            duty.on_duty[period], duty.committed_share[period], duty.mean_delay[period],
            duty.mode_share[period], duty.delay[period],
        )  # fmt: skip
        whole_share = np.zeros(modes)
        whole_share[::2] = 1.0
        whole_delay = np.zeros(modes)
        whole_delay[::2] = own_duty.mean_delay[travel.unit[::2]]
        line_up(travel, everybody.mode, everybody.length, own_duty.on_duty, whole_share, whole_delay, line)

        own_calls = Calls(calls.machine, calls.rate[period], calls.scene[period])
        last = settle(line, own_calls, machines, pools, own_duty, busy[period], own_nodes, tolerance, rounds)
        change = max(change, last)

    measure_places(
        travel, everybody, machines, pools, duty, attendances, spread, yardsticks, nodes, line, cover
    )
    return change


@njit(cache=True, nogil=True, error_model="numpy")
def measure_places(
    travel, everybody, machines, pools, duty, attendances, spread, yardsticks, nodes, line, cover
):
    """Measure place by place, over all kinds of hours; everybody: a line that begins nearly right.

    Written over: line. Updated: cover.
    """
    modes = travel.unit.size
    lined_up = np.zeros(duty.on_duty.shape[1])
    arrival = (np.empty(modes + 1), np.zeros((line.length.size, 1)))
    scratch = scratch_for(machines, nodes.weight.shape[1])
    varying = varying_for(machines, attendances, spread, modes, lined_up.size)

    for place in range(line.length.size):
        if yardsticks.group[place] < 0:
            continue
        varies = False  # in more than the standards
        if spread.sigma.size > 0:
            varies = lay_columns(place, travel, attendances, spread, yardsticks, varying.columns)
            varying.completed[:] = 0.0
            varying.share[:] = 0.0

        for period in range(duty.on_duty.shape[0]):
            order = everybody.mode[place, : everybody.length[place]]
            line_up_at(
                place, travel, order, duty.on_duty[period], duty.mode_share[period], duty.delay[period],
                lined_up, line,
            )  # fmt: skip
            own_nodes = Nodes(nodes.free[period], nodes.weight[period])
            own = in_period(attendances, period)

            if spread.sigma.size > 0:
                measure_varying(
                    line, place, machines, pools, own_nodes, own, spread, scratch, arrival[0], varying
                )
                own = without_rows(own)
            if not varies:
                measure(line, place, machines, pools, own_nodes, own, yardsticks, scratch, arrival, cover)

        if spread.sigma.size > 0:
            tally_reached(place, varying.columns, varying.completed, cover.reached)
        if varies:
            for a in range(attendances.machine.size):
                cover.mean[attendances.type[a], attendances.measure[a], place] += tally_minutes(
                    place, a, varying.columns, varying.completed[a], varying.share[a], attendances, spread,
                    yardsticks, cover.histogram,
                )  # fmt: skip
