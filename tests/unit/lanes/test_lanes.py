"""Do lanes keep order per key, share the worker fairly, spill in order, and shut when told?"""

import asyncio
import logging
from collections import defaultdict
from datetime import UTC, datetime

import pytest

from streams.lanes.lanes import Lanes
from streams.ports import Delivery, TopicPartition

TP = TopicPartition("isthmus-intake", 0)
OTHER = TopicPartition("isthmus-intake", 1)


class Clock:
    def __init__(self):
        self.time = 0.0
        self.sleepers = []

    def now(self):
        return datetime.fromtimestamp(self.time, UTC)

    def monotonic(self):
        return self.time

    async def sleep(self, seconds):
        woken = asyncio.get_running_loop().create_future()
        self.sleepers.append((self.time + seconds, woken))
        await woken

    async def advance(self, seconds):
        self.time += seconds
        for due, woken in self.sleepers:
            if due <= self.time and not woken.done():
                woken.set_result(None)
        await settled()


class Feed:
    def __init__(self):
        self.current = 1
        self.calls = []
        self.seek_gate = None

    def generation(self):
        return self.current

    def pause(self, tp, offset=None):
        self.calls.append(("pause", tp))

    async def seek(self, tp, offset):
        if self.seek_gate is not None:
            await self.seek_gate.wait()
        self.calls.append(("seek", tp, offset))

    def resume(self, tp):
        self.calls.append(("resume", tp))


class Handler:
    """Notes what begins and ends, and waits where a test asks it to."""

    def __init__(self):
        self.began, self.ended, self.held, self.woken = [], [], [], []
        self.gates = defaultdict(asyncio.Event)
        self.gated = set()
        self.answers = {}
        self.running = defaultdict(int)
        self.most = defaultdict(int)

    async def handle(self, delivery):
        share = delivery.key.decode()[0]
        self.began.append(delivery.offset)
        self.running[share] += 1
        self.most[share] = max(self.most[share], self.running[share])
        try:
            await self._wait(delivery.offset)
        finally:
            self.running[share] -= 1
        self.ended.append(delivery.offset)
        answer = self.answers.get(delivery.offset, True)
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def hold(self, delivery):
        await self._wait(delivery.offset)
        self.held.append(delivery.offset)
        return self.answers.get(delivery.offset, True)

    async def wake(self, tp, key):
        assert tp == TP or tp.topic == "gated"
        await self._wait(key)
        self.woken.append((key, list(self.ended), list(self.held)))

    async def _wait(self, name):
        if name in self.gated:
            await self.gates[name].wait()

    def stop_at(self, *names):
        self.gated.update(names)

    def let(self, *names):
        for name in names:
            self.gated.discard(name)
            self.gates[name].set()


async def settled():
    for _ in range(20):
        await asyncio.sleep(0)


class World:
    def __init__(self, handler=None, **limits):
        self.feed, self.clock, self.handler = Feed(), Clock(), handler or Handler()
        self.faults = []
        self.lanes = Lanes(
            self.feed,
            self.clock,
            share_of=lambda key: key.decode()[0],
            **{"max_in_flight": 100, "max_queued_per_lane": 50, "max_backlog": 2000, **limits},
        )
        self.lanes.route("isthmus-intake", self.handler)
        self.lanes.route("gated", self.handler, gated=True)
        self.lanes.on_fault(lambda tp, exc: self.faults.append((tp, exc)))
        self.lanes.assigned([TP, OTHER])

    async def submit(self, *events, tp=TP):
        for offset, key in events:
            await self.lanes.submit(
                Delivery(
                    tp=tp,
                    offset=offset,
                    key=key.encode(),
                    value=b"",
                    generation=self.feed.current,
                )
            )
            await settled()


@pytest.fixture
async def make():
    worlds = []

    def make(**limits):
        worlds.append(World(**limits))
        return worlds[-1]

    yield make
    for world in worlds:
        for name in tuple(world.handler.gated):
            world.handler.let(name)
        closing = asyncio.create_task(world.lanes.close())
        await settled()
        await world.clock.advance(1)
        await closing


async def test_events_of_one_key_run_one_after_the_other(make):
    world = make()
    world.handler.stop_at(0)
    await world.submit((0, "a"), (1, "a"), (2, "b"))

    assert world.handler.began == [0, 2]
    world.handler.let(0)
    await settled()
    assert world.handler.ended == [2, 0, 1]


async def test_only_the_finished_prefix_may_be_committed(make):
    world = make()
    world.handler.stop_at(10, 14)
    await world.submit((10, "a"), (12, "b"), (14, "c"), (17, "d"))
    assert world.lanes.finished(TP) is None
    assert world.lanes.unfinished_first(TP) == 10

    world.handler.let(10)
    await settled()
    assert world.lanes.finished(TP) == 14

    world.handler.let(14)
    await settled()
    assert world.lanes.finished(TP) == 18


async def test_what_the_group_committed_counts_as_finished(make):
    world = make()
    world.lanes.committed(TP, 7)
    await world.submit((6, "a"), (7, "b"))

    assert world.handler.began == [7]
    assert world.lanes.finished(TP) == 8


async def test_no_more_run_at_once_than_allowed_and_half_of_them_for_one_share(make):
    world = make(max_in_flight=4)
    world.handler.stop_at(*range(20))
    await world.submit(*[(n, f"a{n}") for n in range(10)])
    assert world.handler.began == [0, 1]

    await world.submit(*[(n, f"b{n}") for n in range(10, 20)])
    assert world.lanes.in_flight == 4
    world.handler.let(*range(20))
    await settled()
    assert sorted(world.handler.ended) == list(range(20))
    assert dict(world.handler.most) == {"a": 2, "b": 2}


async def test_a_slow_tenant_leaves_the_fast_one_its_turns(make):
    world = make(max_in_flight=2)
    world.handler.stop_at(0)
    await world.submit(*[(n, f"a{n}") for n in range(10)])
    await world.submit(*[(n, f"b{n}") for n in range(10, 20)])

    assert world.handler.ended == list(range(10, 20))


async def test_a_lane_that_falls_behind_is_held_in_order_and_goes_on_after_a_wake(make):
    world = make(max_queued_per_lane=2)
    world.handler.stop_at(0)
    await world.submit(*[(n, "a") for n in range(6)])
    assert world.handler.began == [0]
    assert world.handler.held == []

    world.handler.let(0)
    await settled()
    assert world.handler.ended == [0]
    assert world.handler.woken == [(b"a", [0], [1, 2, 3, 4, 5])]
    assert world.lanes.finished(TP) == 6

    await world.submit((6, "a"))
    assert world.handler.ended == [0, 6]


async def test_an_event_held_while_the_wake_runs_is_seen_by_another_wake(make):
    world = make(max_queued_per_lane=1)
    world.handler.stop_at(0, b"a")
    await world.submit((0, "a"), (1, "a"), (2, "a"))
    world.handler.let(0)
    await settled()

    await world.submit((3, "a"))
    assert world.handler.held == [1, 2, 3]
    world.handler.let(b"a")
    await settled()
    assert [held for _, _, held in world.handler.woken] == [[1, 2, 3], [1, 2, 3]]
    await world.submit((4, "a"))
    assert world.handler.ended == [0, 4]


async def test_a_wake_asked_for_while_one_runs_is_not_taken_for_the_one_that_must_follow(make):
    world = make(max_queued_per_lane=1)
    world.handler.stop_at(0, b"a")
    await world.submit((0, "a"), (1, "a"), (2, "a"))
    world.handler.let(0)
    await settled()

    world.lanes.wake(TP, b"a")
    await world.submit((3, "a"))
    world.handler.let(b"a")
    await settled()

    assert [held for _, _, held in world.handler.woken] == [[1, 2, 3], [1, 2, 3]]
    assert (world.lanes.lanes, world.lanes.backlog, world.lanes.holds) == (0, 0, 0)


async def test_an_event_kept_after_the_wake_looked_is_seen_by_another_wake(make):
    world = make(max_queued_per_lane=1)
    world.handler.stop_at(1, b"a")
    world.lanes.wake(TP, b"a")
    await world.submit((0, "a"), (1, "a"))
    world.handler.let(b"a")
    await settled()
    world.handler.let(1)
    await settled()

    assert world.handler.woken == [(b"a", [], [0]), (b"a", [], [0, 1])]


async def test_a_lane_does_not_wake_before_its_last_hold_is_kept(make):
    world = make(max_queued_per_lane=1)
    world.handler.stop_at(2)
    world.handler.stop_at(0)
    await world.submit((0, "a"), (1, "a"), (2, "a"))
    world.handler.let(0)
    await settled()
    assert world.handler.held == [1]
    assert world.handler.woken == []

    world.handler.let(2)
    await settled()
    assert world.handler.woken == [(b"a", [0], [1, 2])]


async def test_a_lane_that_waits_for_its_turn_is_held_at_once(make):
    world = make(max_in_flight=2, max_queued_per_lane=1)
    world.handler.stop_at(0)
    await world.submit((0, "a"), (1, "ab"), (2, "ab"))
    assert world.handler.held == [1, 2]

    world.handler.let(0)
    await settled()
    assert world.handler.woken == [(b"ab", [0], [1, 2])]
    assert (world.lanes.lanes, world.lanes.backlog, world.lanes.holds) == (0, 0, 0)


async def test_a_full_backlog_spills_whatever_comes(make):
    world = make(max_in_flight=2, max_backlog=2)
    world.handler.stop_at(0)
    await world.submit((0, "a0"), (1, "a1"), (2, "a2"), (3, "b"))

    assert world.handler.held == [3]
    assert world.lanes.backlog == 2


async def test_too_many_holds_make_the_submitter_wait(make):
    world = make(max_queued_per_lane=0)
    world.handler.stop_at(0)
    task = asyncio.create_task(world.submit(*[(n, "a") for n in range(1100)]))
    while world.lanes.holds < 1001:
        await settled()
    assert not task.done()
    assert world.lanes.holds == 1001

    world.handler.let(0)
    await task
    while world.lanes.holds:
        await settled()
    assert world.handler.held == list(range(1100))


async def test_wakes_that_wait_are_one_and_run_in_the_lanes_order(make):
    world = make()
    world.handler.stop_at(0)
    await world.submit((0, "a"))
    world.lanes.wake(TP, b"a")
    world.lanes.wake(TP, b"a")
    await world.submit((1, "a"))
    world.handler.let(0)
    await settled()

    assert world.handler.woken == [(b"a", [0], [])]
    assert world.handler.ended == [0, 1]
    assert world.lanes.lanes == 0


async def test_a_later_wake_comes_at_its_time(make):
    world = make()
    world.lanes.wake_later(TP, b"a", 30)
    await settled()
    await world.clock.advance(29)
    assert world.handler.woken == []
    await world.clock.advance(1)
    assert world.handler.woken == [(b"a", [], [])]


async def test_a_lane_has_one_timer_and_it_is_the_earliest(make):
    world = make()
    for seconds in (30, 20, 40, 20):
        world.lanes.wake_later(TP, b"a", seconds)
    await settled()
    assert len(world.lanes._late_wakes) == 1

    await world.clock.advance(20)
    assert world.handler.woken == [(b"a", [], [])]
    await world.clock.advance(100)
    assert len(world.handler.woken) == 1
    assert not world.lanes._late_wakes


async def test_a_lane_that_asks_again_as_it_looks_is_woken_again(make):
    world = make()
    looked = world.handler.wake

    async def look_and_wait(tp, key):
        await looked(tp, key)
        if len(world.handler.woken) < 3:
            world.lanes.wake_later(tp, key, 10)

    world.handler.wake = look_and_wait
    world.lanes.wake_later(TP, b"a", 10)
    for _ in range(5):
        await settled()
        await world.clock.advance(10)

    assert len(world.handler.woken) == 3


async def test_an_unfinished_event_stops_its_lane_until_the_partition_is_opened(make):
    world = make()
    world.handler.answers[0] = False
    await world.submit((0, "a"), (1, "b"), (2, "a"))
    assert world.handler.ended == [0, 1]
    assert world.lanes.finished(TP) is None

    world.handler.answers.clear()
    assert await world.lanes.open(TP)
    assert ("seek", TP, 0) in world.feed.calls
    await world.submit((0, "a"), (1, "b"), (2, "a"))
    assert world.lanes.finished(TP) == 3


async def test_a_handler_that_raises_shuts_its_partition_and_is_reported(make, caplog):
    world = make()
    bug = ValueError("a bug")
    world.handler.answers[0] = bug
    with caplog.at_level(logging.ERROR):
        await world.submit((0, "a"), (1, "b"))

    assert world.faults == [(TP, bug)]
    assert world.lanes.is_shut(TP)
    assert "lane handler raised" in caplog.text
    assert world.lanes.finished(TP) is None


async def test_a_gated_partition_takes_nothing_before_it_is_opened(make):
    world = make()
    gated = TopicPartition("gated", 0)
    world.lanes.assigned([gated])
    world.lanes.committed(gated, 5)
    await world.submit((5, "a"), tp=gated)
    assert world.handler.began == []

    assert await world.lanes.open(gated)
    await world.submit((5, "a"), tp=gated)
    assert world.handler.ended == [5]
    assert world.feed.calls[-2:] == [("seek", gated, 5), ("resume", gated)]


async def test_an_event_of_a_shut_partition_pauses_the_feed_again(make):
    world = make()
    world.lanes.shut(TP)
    world.feed.calls.clear()
    await world.submit((0, "a"))
    assert world.feed.calls == [("pause", TP)]


async def test_shut_forgets_what_has_not_begun_and_lets_the_rest_finish(make):
    world = make()
    world.handler.stop_at(0)
    await world.submit((0, "a"), (1, "a"), (2, "b"))
    world.lanes.shut(TP)
    assert world.lanes.backlog == 0
    world.handler.let(0)
    await settled()

    assert world.handler.ended == [2, 0]
    assert world.lanes.finished(TP) == 1


async def test_wakes_of_a_shut_partition_come_first_when_it_is_opened(make):
    world = make()
    world.lanes.shut(TP)
    world.lanes.wake(TP, b"a")
    assert await world.lanes.open(TP)
    await world.submit((0, "a"))

    assert world.handler.woken == [(b"a", [], [])]
    assert world.handler.ended == [0]


async def test_a_shut_keeps_the_wake_of_a_lane_that_spilled_and_holds_nothing_out_of_turn(make):
    world = make(max_queued_per_lane=1)
    world.handler.stop_at(0)
    await world.submit((0, "a"), (1, "a"), (2, "a"))
    world.lanes.shut(TP)
    world.handler.let(0)
    await settled()
    assert await world.lanes.open(TP)
    await settled()
    await world.submit((1, "a"))

    assert world.handler.woken == [(b"a", [0], [])]
    assert world.handler.ended == [0, 1]


async def test_open_waits_for_what_has_begun(make):
    world = make()
    world.handler.stop_at(0)
    await world.submit((0, "a"), (1, "a"))
    opening = asyncio.create_task(world.lanes.open(TP))
    await settled()
    assert not opening.done()

    world.handler.let(0)
    assert await opening
    assert ("seek", TP, 1) in world.feed.calls


@pytest.fixture
async def opening(make):
    """An open at offset 0 that waits for the end of what has begun there."""
    world = make()
    world.handler.stop_at(0)
    await world.submit((0, "a"), (1, "b"))
    task = asyncio.create_task(world.lanes.open(TP, 0))
    await settled()
    assert not task.done()
    world.feed.calls.clear()
    return world, task


async def ended(world, task):
    world.handler.let(0)
    await settled()
    return await task


async def test_a_shut_while_open_waits_leaves_the_partition_as_it_is(opening):
    world, task = opening
    world.lanes.shut(TP)

    assert await ended(world, task) is False
    assert world.feed.calls == [("pause", TP)]
    assert (world.lanes.finished(TP), world.lanes.is_shut(TP)) == (2, True)


async def test_of_two_opens_that_wait_only_the_last_one_reads_on(opening):
    world, task = opening
    last = asyncio.create_task(world.lanes.open(TP, 8))
    await settled()

    assert (await ended(world, task), await last) == (False, True)
    assert world.feed.calls == [("pause", TP), ("seek", TP, 8), ("resume", TP)]


async def test_an_open_does_not_touch_what_the_group_has_given_away_while_it_waited(opening):
    world, task = opening
    # The member learns of the new generation before the lanes are told.
    world.feed.current = 2

    assert await ended(world, task) is False
    assert world.feed.calls == []
    assert (world.lanes.finished(TP), world.lanes.is_shut(TP)) == (2, True)


async def test_an_open_that_waited_into_a_drain_puts_nothing_back(opening):
    world, task = opening
    draining = asyncio.create_task(world.lanes.drain(4))
    await settled()

    assert await ended(world, task) is False
    await draining
    assert world.feed.calls == []
    assert world.lanes.finished(TP) == 2, "what may be committed"


async def test_only_the_last_open_of_a_partition_insists_on_its_offset(make):
    world = make()
    await world.lanes.open(TP, 3)
    await world.lanes.open(TP, 8)
    await settled()
    world.feed.calls.clear()
    await world.clock.advance(5)

    assert world.feed.calls == [("seek", TP, 8), ("resume", TP)]


async def test_the_last_of_two_opens_wins(make):
    world = make()
    world.feed.seek_gate = asyncio.Event()
    first = asyncio.create_task(world.lanes.open(TP, 3))
    await settled()
    last = asyncio.create_task(world.lanes.open(TP, 8))
    await settled()
    world.feed.seek_gate.set()

    assert (await first, await last) == (False, True)
    await world.submit((3, "a"), (8, "a"))
    assert world.handler.ended == [8]


async def test_a_shut_during_open_wins(make):
    world = make()
    world.feed.seek_gate = asyncio.Event()
    opening = asyncio.create_task(world.lanes.open(TP, 3))
    await settled()
    world.lanes.shut(TP)
    world.feed.seek_gate.set()

    assert not await opening
    assert ("resume", TP) not in world.feed.calls


async def test_a_rebalance_during_open_leaves_the_new_generation_alone(make):
    world = make()
    world.feed.seek_gate = asyncio.Event()
    opening = asyncio.create_task(world.lanes.open(TP, 3))
    await settled()
    world.feed.current = 2
    world.lanes.assigned([TP])
    world.feed.seek_gate.set()

    assert not await opening
    await world.submit((0, "a"))
    assert world.handler.ended == [0]


async def test_an_awaited_offset_that_stays_away_is_sought_again(make):
    world = make()
    await world.lanes.open(TP, 3)
    await settled()
    world.feed.calls.clear()
    await world.clock.advance(5)
    assert world.feed.calls == [("seek", TP, 3), ("resume", TP)]

    await world.submit((4, "a"))
    world.feed.calls.clear()
    await world.clock.advance(60)
    assert world.feed.calls == []
    assert world.lanes.finished(TP) == 5


async def test_deliveries_of_another_generation_are_ignored(make):
    world = make()
    delivery = Delivery(tp=TP, offset=0, key=b"a", value=None, generation=0)
    await world.lanes.submit(delivery)
    await settled()
    assert world.handler.began == []


async def test_drain_finishes_what_it_can_and_cancels_the_rest(make):
    world = make()
    world.handler.stop_at(0, 2)
    await world.submit((0, "a"), (1, "a"), (2, "b"))
    draining = asyncio.create_task(world.lanes.drain(4))
    await settled()
    world.handler.let(0)
    await settled()
    assert not draining.done()
    await world.clock.advance(4)
    await draining

    assert world.handler.ended == [0]
    assert world.lanes.finished(TP) == 1
    assert world.lanes.in_flight == 0
    await world.submit((3, "c"))
    assert world.handler.began == [0, 2]


async def test_work_of_an_older_generation_settles_nothing_in_the_new_one(make):
    world = make()
    world.handler.stop_at(0)
    await world.submit((0, "a"))
    world.feed.current = 2
    world.lanes.assigned([TP])
    world.handler.let(0)
    await settled()

    assert world.handler.ended == [0]
    assert world.lanes.finished(TP) is None
