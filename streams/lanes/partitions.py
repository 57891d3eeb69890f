"""Up to where is a partition finished, and which record does it take next?

Offsets may have gaps, so "finished up to" is the offset of the first unfinished record, or one
past the last.  A partition object lives for one generation of the group: whatever still runs when
the partition is assigned anew settles its slot in an object that nobody asks any more.
"""

import asyncio
from collections import deque

from streams.ports import Delivery, LaneHandler, TopicPartition


class Slot:
    """The place of one record in its partition's order; settled when its work is finished."""

    __slots__ = ("delivery", "finished", "offset")

    def __init__(self, delivery: Delivery) -> None:
        self.delivery = delivery
        self.offset = delivery.offset
        self.finished = False


class KeyQueue:
    """The ordered work of one key: what is queued, what is being held, and who is at it."""

    __slots__ = (
        "busy",
        "dead",
        "handling",
        "holding",
        "holds_running",
        "key",
        "partition",
        "queue",
        "share",
        "spilling",
        "wake_queued",
        "woken",
    )

    def __init__(self, partition: "Partition", key: bytes, share: str) -> None:
        self.partition = partition
        self.key = key
        self.share = share
        #: What is to run, in order; None stands for a wake.
        self.queue: deque[Slot | None] = deque()
        self.wake_queued = False
        #: Waiting for its turn or having it: never more than one of the queue runs.
        self.busy = False
        self.handling = False
        #: Every new event is held, until a wake has seen all that were.
        self.spilling = False
        self.holding: deque[Slot] = deque()
        self.holds_running = False
        #: A wake began after the last event was held.
        self.woken = False
        #: Stopped, or of a partition that was shut: nothing of it may begin.
        self.dead = False


class Partition:
    """One assigned partition: its slots in offset order, its lanes, and who may begin work."""

    def __init__(self, tp: TopicPartition, handler: LaneHandler, *, shut: bool) -> None:
        self.tp = tp
        self.handler = handler
        self.lanes: dict[bytes, KeyQueue] = {}
        self.shut = shut
        self.epoch = 0
        #: Lanes that look again first thing when the partition is opened.
        self.wakes: dict[bytes, None] = {}
        #: The offset that was sought and has not come yet.
        self.awaited: int | None = None
        self.changing = asyncio.Lock()
        self.finished: int | None = None
        self._next = 0
        self._slots: deque[Slot] = deque()
        self._running = 0
        self._quiet = asyncio.Event()
        self._quiet.set()

    def start(self, offset: int) -> None:
        """Count what the group has committed as finished, unless more is known already."""
        if self.finished is None and not self._slots:
            self.finished = self._next = offset

    def restart(self, offset: int) -> None:
        """Forget every slot: the next record taken is the first at or above this offset."""
        self._slots.clear()
        self.finished = self._next = self.awaited = offset

    def take(self, delivery: Delivery) -> Slot | None:
        """Give the record its slot; None for one that was taken before."""
        if delivery.offset < self._next:
            return None
        self._next = delivery.offset + 1
        self.awaited = None
        slot = Slot(delivery)
        self._slots.append(slot)
        return slot

    def finish(self, slot: Slot) -> None:
        """Settle the slot, and move the finished prefix as far as it now goes."""
        slot.finished = True
        slots = self._slots
        if not slots or not slots[0].finished:
            return
        while slots and slots[0].finished:
            self.finished = slots.popleft().offset + 1
        if slots:
            self.finished = slots[0].offset

    def first_unfinished(self) -> int | None:
        """Return where to read on so that nothing is missed; None when nothing is known yet."""
        return self._slots[0].offset if self._slots else self.finished

    def enter(self) -> None:
        """Count a handler that begins."""
        self._running += 1
        self._quiet.clear()

    def leave(self) -> None:
        """Count a handler that ended, however it did."""
        self._running -= 1
        if not self._running:
            self._quiet.set()

    async def quiet(self) -> None:
        """Return when nothing that has begun is still running."""
        await self._quiet.wait()
