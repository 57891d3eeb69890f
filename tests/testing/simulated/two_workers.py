"""Two workers on one state store, each step of which a test chooses.

Each folds every partition and writes those that it owns, as workers on one PostgreSQL do; nobody
does anything but what `act` says, and what is to happen `between` a question to the store and its
answer.
"""

from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any

from agents.view.folding import Folding
from agents.view.lane_context import LaneContext
from agents.worker.step_journal import StepJournal
from schemas.catalog import encode
from schemas.envelope import JournalRecord
from schemas.facts import Fact
from schemas.rows import documents_of
from schemas.values import RecordRef
from streams.journal.fold import Fold
from streams.journal.folded_view import FoldedView
from streams.journal.journal_reader import JournalReader
from streams.journal.rebuild import Difference, compare, rebuild
from streams.journal.store import Store
from streams.journal.store_access import StoreAccess
from streams.journal.write_behind import WriteBehind
from streams.ports import LogRecord
from tests.testing.simulated.clock import START, SimulatedClock
from tests.testing.simulated.log import SimulatedLog, SimulatedTopic
from tests.testing.simulated.store import OwnStore

#: (lane, facts) of each record of one partition.
Told = Sequence[tuple[str, Sequence[Fact]]]

#: Steps of lanes that have begun and not ended, in one worker: what they loaded stays.
AT_WORK = 2


async def nothing() -> None:
    """Happen between nothing and nothing."""


def topic_of(partitions: Sequence[Told]) -> SimulatedTopic:
    """Return a journal in which each partition has one owner's records."""
    topic = SimulatedTopic(len(partitions))
    for partition, told in enumerate(partitions):
        term = f"t{partition}"
        records = [JournalRecord(term=term, claim=term, lane="", at=START)]
        records += [JournalRecord(term=term, lane=lane, at=START, facts=f) for lane, f in told]
        for record in records:
            topic.keep(partition, record.lane.encode(), encode(record))
    return topic


class _Turns(SimulatedLog):
    """Gives one record at a time, of the partition whose turn it is; to a start, any."""

    turn: int | None = None

    def _next(self) -> list[LogRecord]:
        if self.turn is None:
            return super()._next()
        position = self._positions[self.turn]
        self._positions[self.turn] += 1
        return self.topic.records[self.turn][position : position + 1]

    def holds(self, partition: int) -> bool:
        return self._positions[partition] < len(self.topic.records[partition])


class Worker:
    """One process, from its start over the store on; it is killed by being forgotten."""

    def __init__(self, topic: SimulatedTopic, store: Store, owns: set[int], rows: int) -> None:
        self._log = _Turns(topic)
        self._meanwhile: list[int] = []
        self._reads = self._writes = False
        self._at_work: deque[LaneContext] = deque(maxlen=AT_WORK)
        #: What happens before the store is asked, and again before its answer is there.
        self.between: Callable[[], Awaitable[None]] = nothing
        self.fold = Fold(Folding(), partitions=len(topic.records))
        access = StoreAccess(store, SimulatedClock(), self._call)
        self._reader = JournalReader(self._log, self.fold, access)
        self._behind = WriteBehind(
            self.fold, access, SimulatedClock(), writes=owns.__contains__, row_limit=rows
        )
        if not rows:
            # No room for what others have not written: whoever has it writes it.
            self._behind._most = 0

    async def start(self) -> None:
        await self._reader.begin()

    async def read(self, partition: int) -> None:
        """Fold a partition's next record, unless one is being folded."""
        if not self._reads and self._log.holds(partition):
            self._log.turn, self._reads = partition, True
            await self._reader.step(1, lambda *_: None)
            self._reads = False

    async def flush(self, meanwhile: Iterable[int] = ()) -> None:
        """Write, and fold one record of each of these partitions while the write is under way."""
        if not self._writes:
            self._meanwhile, self._writes = list(meanwhile), True
            await self._behind.flush()
            self._writes = False

    async def work(self, partition: int, lane: str, records: Sequence[RecordRef]) -> None:
        """Begin a step of a lane: load what it looks at, and look at it."""
        journal: Any = FoldedView(self.fold, self._reader.loader)
        context = LaneContext(StepJournal(journal, lambda _partition: None), partition, lane)
        self._at_work.append(context)
        await context.turn_to(*records)
        [context.find(each) for each in records]
        for each in records:
            await context.linked_elsewhere(each)
        await context.documents()
        async for _ in context.journal.pages(documents_of(lane)):
            pass

    async def rest(self) -> Mapping[str, Any]:
        """Fold what is left, and return all rows."""
        for partition in range(len(self._log.topic.records)):
            while self._log.holds(partition):
                await self.read(partition)
        await self._reader.loader.loaded_under("")
        return dict(self.fold.rows.under(""))

    async def _call(self, work: Any, *args: Any) -> Any:
        await self.between()
        answer = await self._asked(work, *args)
        await self.between()
        return answer

    async def _asked(self, work: Any, *args: Any) -> Any:
        before, after = (self._meanwhile[::2], self._meanwhile[1::2])
        if work.__name__ == "_save":
            self._meanwhile = []
            for partition in before:
                await self.read(partition)
        result = work(*args)
        if work.__name__ == "_save":
            for partition in after:
                await self.read(partition)
        return result


class TwoWorkers:
    """Both, over a journal that is written already; either owns each partition at any time."""

    def __init__(self, partitions: Sequence[Told], store: Store, *, rows: int) -> None:
        self.topic, self.store, self._rows = topic_of(partitions), store, rows
        self._owns: list[set[int]] = [set(range(0, len(partitions), 2)), set()]
        self._owns[1] = set(range(len(partitions))) - self._owns[0]
        self.workers: list[Worker] = []
        #: What happens while any of them asks the store; not of who only looks.
        self.between: Callable[[], Awaitable[None]] = nothing

    async def begin(self) -> None:
        self.workers = [await self._started(owns) for owns in self._owns]
        for each in self.workers:
            each.between = self.between

    async def act(self, worker: int, action: str, partitions: Sequence[int]) -> None:
        match action:
            case "read":
                for partition in partitions:
                    await self.workers[worker].read(partition)
            case "flush":
                await self.workers[worker].flush(partitions)
            case "restart":
                self.workers[worker] = await self._started(self._owns[worker])
                self.workers[worker].between = self.between
            case "stop":
                await self.act(worker, "flush", ())
                await self.act(worker, "restart", ())
            case "take":
                for partition in partitions:
                    self._owns[worker].add(partition)
                    self._owns[1 - worker].discard(partition)

    async def begun_anew(self) -> Mapping[str, Any]:
        """Return all rows of who starts from the store as it is, and folds the rest."""
        return await (await self._started(set())).rest()

    async def whole(self, order: Sequence[int]) -> Mapping[str, Any]:
        """Return all rows of who has no store, and reads partition after partition."""
        worker = Worker(self.topic, OwnStore(), set(), self._rows)
        await worker.start()
        for partition in order:
            for _ in self.topic.records[partition]:
                await worker.read(partition)
        return await worker.rest()

    async def differences(self) -> list[Difference]:
        """Have all be folded and written, and return where the store is not what it should be."""
        for worker in self.workers:
            await worker.rest()
            await worker.flush()
        anew = OwnStore()
        await rebuild(
            SimulatedLog(self.topic),
            Folding(),
            anew,
            SimulatedClock(),
            partitions=len(self.topic.records),
            in_thread=_at_once,
        )
        return list(compare(self.store, anew))

    async def _started(self, owns: set[int]) -> Worker:
        worker = Worker(self.topic, self.store, owns, self._rows)
        await worker.start()
        return worker


async def _at_once(work: Any, *args: Any) -> Any:
    return work(*args)
