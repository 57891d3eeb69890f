"""A worker that the broker tests kill: it writes what it begins and ends to a file.

Lines are `KIND key number pid time partition offset`; kinds: B begun, E ended, S shut, C committed.
"""

import asyncio
import os
import random
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from streams.cluster import Cluster
from streams.faust.app import Agent, build_app, new_loop, run_worker
from streams.faust.transport import FaustFeed
from streams.lanes.lanes import Lanes


class Clock:
    def now(self):
        return datetime.now(UTC)

    def monotonic(self):
        return time.monotonic()

    async def sleep(self, seconds):
        await asyncio.sleep(seconds)


class Work:
    """5 to 20 ms an event; at some it shuts its partition for a while, as a lockout does."""

    def __init__(self, out, shut_every, shut_seconds):
        self.out = out
        self.shut_every, self.shut_seconds = shut_every, shut_seconds
        self.shut_at = set()
        self.lanes = None
        self.tasks = set()

    def note(self, kind, tp, key, value, offset):
        line = f"{kind} {key} {value} {os.getpid()} {time.time():.4f} {tp.partition} {offset}\n"
        os.write(self.out, line.encode())

    async def handle(self, delivery):
        tp, key, value = delivery.tp, delivery.key.decode(), delivery.value.decode()
        if self.shuts(key, value):
            self.note("S", tp, key, value, delivery.offset)
            self.lanes.shut(tp)
            self.start(self.open_later(tp))
            return False
        self.note("B", tp, key, value, delivery.offset)
        await asyncio.sleep(random.uniform(0.005, 0.02))
        self.note("E", tp, key, value, delivery.offset)
        return True

    def shuts(self, key, value):
        """Say whether this event is one that shuts its partition, the first time it is read."""
        if (int(key[1:]) * 41 + int(value)) % self.shut_every or (key, value) in self.shut_at:
            return False
        self.shut_at.add((key, value))
        return True

    async def hold(self, delivery):
        raise NotImplementedError("this worker's lanes are long enough")

    async def wake(self, tp, key):
        self.note("W", tp, key.decode(), "-", -1)

    async def open_later(self, tp):
        await asyncio.sleep(self.shut_seconds)
        await self.lanes.open(tp)

    def start(self, work):
        task = asyncio.create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)


class Membership:
    """Opens each gated partition the way a claim does: commit, then open."""

    def __init__(self, feed, work):
        self.feed, self.work = feed, work

    def on_assigned(self, tps, generation):
        for tp in tps:
            self.work.start(self.claim(tp, generation))

    def on_revoked(self, tps):
        pass

    async def claim(self, tp, generation):
        lanes = self.work.lanes
        kept = await self.feed.commit_now(tp, lanes.finished(tp) or 0)
        self.work.note("C" if kept else "R", tp, "-", generation, lanes.finished(tp))
        if kept:
            await lanes.open(tp)


def main():
    brokers, topic, group, out, shut_every, shut_seconds = sys.argv[1:]
    feed = FaustFeed()
    descriptor = os.open(out, os.O_APPEND | os.O_CREAT | os.O_WRONLY)
    work = Work(descriptor, int(shut_every), float(shut_seconds))
    lanes = Lanes(
        feed,
        Clock(),
        share_of=lambda key: key.decode()[-1],
        max_in_flight=100,
        max_queued_per_lane=100_000,
        max_backlog=20_000,
    )
    lanes.route(topic, work, gated=True)
    lanes.on_fault(lambda tp, exc: work.note("F", tp, "-", repr(exc), -1))
    work.lanes = lanes
    app = build_app(
        group=group,
        cluster=Cluster(brokers=brokers),
        feed=feed,
        lanes=lanes,
        membership=Membership(feed, work),
        agents=[Agent(name="sync", topics=(topic,), about="Work on the lanes.")],
        datadir=Path(out).parent / f"data-{os.getpid()}",
    )
    sys.exit(run_worker(app, new_loop()))


if __name__ == "__main__":
    main()
