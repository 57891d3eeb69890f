"""Is nothing lost or reordered, whatever order the world does things in?

A Hypothesis state machine over a partition log and a feed that behaves as badly as Faust's does:
it reads ahead, drops what it has read while a partition is paused, forgets pauses at a rebalance,
and its seeks take their time.  Kept from the real one: what was read before a seek is not
delivered after it.
"""

import asyncio
from collections import defaultdict, deque
from datetime import UTC, datetime

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from streams.lanes.lanes import Lanes
from streams.ports import Delivery, TopicPartition
from tests.testing.simulated.clock import settle

PARTITIONS = [TopicPartition("gated", 0), TopicPartition("open", 0)]
KEYS = [b"a1", b"b1"]


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

    def advance(self, seconds):
        self.time += seconds
        for due, woken in self.sleepers:
            if due <= self.time and not woken.done():
                woken.set_result(None)


class Feed:
    """A log per partition, and a reader whose batch lies in a pipe before it is delivered."""

    def __init__(self):
        self.logs = {tp: [] for tp in PARTITIONS}
        self.position = dict.fromkeys(PARTITIONS, 0)
        self.paused = set()
        self.pipe = deque()
        self.seeks = defaultdict(int)
        self.seeking = []
        self.current = 0

    def generation(self):
        return self.current

    def pause(self, tp, offset=None):
        self.paused.add(tp)

    def resume(self, tp):
        self.paused.discard(tp)

    async def seek(self, tp, offset):
        done = asyncio.get_running_loop().create_future()
        self.seeking.append((tp, offset, self.current, done))
        await done

    def finish_seek(self, index):
        tp, offset, generation, done = self.seeking.pop(index)
        if generation == self.current:
            self.position[tp] = offset
            self.seeks[tp] += 1
        if not done.done():
            done.set_result(None)

    def read(self, tp, most):
        records = [r for r in self.logs[tp] if r[0] >= self.position[tp]][:most]
        for offset, key in records:
            self.pipe.append((tp, offset, key, self.current, self.seeks[tp]))
            self.position[tp] = offset + 1

    def next(self):
        tp, offset, key, generation, seek = self.pipe.popleft()
        if tp in self.paused or seek != self.seeks[tp]:
            return None
        return Delivery(tp=tp, offset=offset, key=key, value=b"", generation=generation)


class Handler:
    """Ends what it has begun when it is told to; keeps what it holds until a wake works it off."""

    def __init__(self):
        self.running = []
        self.done = set()
        self.held = defaultdict(list)
        self.order = defaultdict(list)
        self.overlapping = 0
        self.busy = set()

    async def handle(self, delivery):
        lane = (delivery.tp, delivery.key, delivery.generation)
        self.overlapping += lane in self.busy
        self.busy.add(lane)
        try:
            if not await self.told():
                return False
        finally:
            self.busy.discard(lane)
        self._finished(delivery.tp, delivery.key, delivery.offset, delivery.generation)
        return True

    async def hold(self, delivery):
        if not await self.told():
            return False
        entry = (delivery.offset, delivery.generation)
        self.held[delivery.tp, delivery.key].append(entry)
        self.done.add((delivery.tp, delivery.offset))
        return True

    async def wake(self, tp, key):
        while self.held[tp, key]:
            await self.told()
            offset, generation = self.held[tp, key].pop(0)
            self._finished(tp, key, offset, generation)

    async def told(self):
        answer = asyncio.get_running_loop().create_future()
        self.running.append(answer)
        return await answer

    def _finished(self, tp, key, offset, generation):
        self.done.add((tp, offset))
        self.order[tp, key].append((offset, generation))

    def end(self, index, *, answer):
        future = self.running.pop(index)
        if not future.done():
            future.set_result(answer)


class LanesMachine(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.feed, self.clock, self.handler = Feed(), Clock(), Handler()
        self.faults, self.tasks = [], set()
        self.loop.set_exception_handler(lambda _, context: self.faults.append(context))
        self.committed = dict.fromkeys(PARTITIONS, 0)
        self.next_offset = dict.fromkeys(PARTITIONS, 0)
        self.prefix = dict.fromkeys(PARTITIONS, 0)
        self.lanes = Lanes(
            self.feed,
            self.clock,
            share_of=lambda key: key.decode()[0],
            max_in_flight=6,
            max_queued_per_lane=1,
            max_backlog=8,
        )
        self.lanes.route("gated", self.handler, gated=True)
        self.lanes.route("open", self.handler)
        self.lanes.on_fault(lambda tp, exc: self.faults.append((tp, exc)))
        self.run(self.begin_generation())

    def run(self, work=None):
        if work is not None:
            self.loop.run_until_complete(work)
        self.loop.run_until_complete(settle(30))

    def start(self, work):
        task = self.loop.create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        self.run()

    async def inside(self, call, *args):
        call(*args)

    async def begin_generation(self):
        self.feed.current += 1
        self.feed.paused.clear()
        self.lanes.assigned(PARTITIONS)
        self.feed.paused.clear()
        for tp in PARTITIONS:
            self.feed.position[tp] = self.prefix[tp] = self.committed[tp]
            self.lanes.committed(tp, self.committed[tp])
            for key in KEYS:
                self.lanes.wake(tp, key)

    @initialize(keys=st.lists(st.sampled_from(KEYS), min_size=10, max_size=10))
    def fill(self, keys):
        for tp in PARTITIONS:
            self.publish(tp, keys, 0)
            self.read(tp, 10)

    @rule(
        tp=st.sampled_from(PARTITIONS),
        keys=st.lists(st.sampled_from(KEYS), min_size=1, max_size=5),
        gap=st.integers(0, 2),
    )
    def publish(self, tp, keys, gap):
        for key in keys:
            offset = self.next_offset[tp] + gap
            self.feed.logs[tp].append((offset, key))
            self.next_offset[tp] = offset + 1

    @rule(tp=st.sampled_from(PARTITIONS), most=st.integers(3, 12))
    def read(self, tp, most):
        if tp not in self.feed.paused:
            self.feed.read(tp, most)

    @precondition(lambda self: self.feed.pipe)
    @rule(count=st.integers(1, 12))
    def deliver(self, count):
        for _ in range(min(count, len(self.feed.pipe))):
            delivery = self.feed.next()
            if delivery is not None:
                self.run(self.lanes.submit(delivery))

    @precondition(lambda self: self.handler.running)
    @rule(data=st.data(), answer=st.sampled_from([True, True, True, False]))
    def end_one(self, data, answer):
        index = data.draw(st.integers(0, len(self.handler.running) - 1))
        self.handler.end(index, answer=answer)
        self.run()

    @precondition(lambda self: self.feed.seeking)
    @rule(data=st.data())
    def finish_seek(self, data):
        self.feed.finish_seek(data.draw(st.integers(0, len(self.feed.seeking) - 1)))
        self.run()

    @precondition(lambda self: self.handler.running)
    @rule()
    def end_all(self):
        while self.handler.running:
            self.handler.end(0, answer=True)
            self.run()

    @rule(tp=st.sampled_from(PARTITIONS))
    def shut(self, tp):
        self.run(self.inside(self.lanes.shut, tp))

    @rule(tp=st.sampled_from(PARTITIONS))
    def open(self, tp):
        self.start(self.lanes.open(tp))

    @rule(tp=st.sampled_from(PARTITIONS))
    def open_and_read_on(self, tp):
        self.open(tp)
        while self.feed.seeking:
            self.feed.finish_seek(0)
            self.run()
        self.read(tp, 12)
        if self.feed.pipe:
            self.deliver(12)

    @rule(tp=st.sampled_from(PARTITIONS))
    def read_again_from_the_commit(self, tp):
        """Faust seeks to the committed offset when it finds its flow stopped, at any time."""
        self.feed.position[tp] = self.committed[tp]

    @rule(tp=st.sampled_from(PARTITIONS), key=st.sampled_from(KEYS))
    def wake(self, tp, key):
        self.run(self.inside(self.lanes.wake, tp, key))

    @rule(tp=st.sampled_from(PARTITIONS))
    def commit(self, tp):
        self.committed[tp] = max(self.committed[tp], self.lanes.finished(tp) or 0)

    @rule(seconds=st.sampled_from([1, 5, 20]))
    def wait(self, seconds):
        self.clock.advance(seconds)
        self.run()

    @rule(patience=st.booleans())
    def rebalance(self, *, patience):
        self.start(self.lanes.drain(4))
        if patience:
            self.end_all()
        self.clock.advance(4)
        self.run()
        for tp in PARTITIONS:
            self.commit(tp)
        self.run(self.begin_generation())

    @invariant()
    def everything_below_the_finished_prefix_is_done(self):
        for tp in PARTITIONS:
            finished = self.lanes.finished(tp) or 0
            undone = [
                offset
                for offset, _ in self.feed.logs[tp]
                if offset < finished and (tp, offset) not in self.handler.done
            ]
            assert undone == []

    @invariant()
    def the_finished_prefix_never_shrinks(self):
        for tp in PARTITIONS:
            finished = self.lanes.finished(tp) or 0
            assert finished >= self.prefix[tp]
            self.prefix[tp] = finished

    @invariant()
    def a_lane_never_runs_twice_at_once(self):
        assert self.handler.overlapping == 0
        assert self.faults == []

    def teardown(self):
        self.quiesce()
        for tp in PARTITIONS:
            missing = [o for o, _ in self.feed.logs[tp] if (tp, o) not in self.handler.done]
            assert missing == []
            assert self.lanes.finished(tp) == self.next_offset[tp]
            assert not any(self.handler.held[tp, key] for key in KEYS)
            for key in KEYS:
                self.check_order(tp, key)
        self.run(self.lanes.close())
        self.loop.close()

    def quiesce(self):
        """Open what is shut or stuck and let everything end well, until nothing changes."""
        for _ in range(3):
            for tp in PARTITIONS:
                self.start(self.lanes.open(tp))
            self.let_everything_end()
            for tp in PARTITIONS:
                for key in KEYS:
                    self.wake(tp, key)
            self.let_everything_end()

    def let_everything_end(self):
        for _ in range(40):
            self.run()
            self.end_all()
            while self.feed.seeking:
                self.feed.finish_seek(0)
                self.run()
            for tp in PARTITIONS:
                self.read(tp, 10)
            self.deliver(100)

    def check_order(self, tp, key):
        """First ends come in the order of the log; what comes again was unfinished before."""
        offsets = [offset for offset, _ in self.handler.order[tp, key]]
        first_ends = list(dict.fromkeys(offsets))
        assert first_ends == sorted(first_ends)


LanesMachine.TestCase.settings = settings(
    max_examples=80,
    stateful_step_count=50,
    deadline=None,
    # A failing world takes minutes to shrink, and its steps are readable as they are.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
TestLanes = LanesMachine.TestCase
