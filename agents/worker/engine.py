"""Which parts make one worker's engine, and how do they know each other?

Built from ports alone.  Who is needed is handed in; who calls back has subscribed.
"""

from functools import partial

from agents.dead_letters.write import DeadLetters
from agents.holds.lockouts import Lockouts
from agents.holds.suspensions import Suspensions
from agents.holds.waiting_lanes import WaitingLanes
from agents.requests.ask import RequestSender
from agents.requests.catching_up import CatchingUp
from agents.requests.mapping_requests import MappingRequests
from agents.requests.request_consumer import RequestConsumer
from agents.rules.documents.adoption import is_ours
from agents.rules.faults import judge
from agents.sweep.companies import Companies
from agents.sync.documents import Documents
from agents.sync.forwarding import Forwarding
from agents.sync.sync import Sync
from agents.view.lane_context import LaneContext
from agents.worker.journal_start import caught_up
from agents.worker.ownership import Ownership
from agents.worker.ports import Ports
from agents.worker.step_journal import StepJournal
from schemas.identity import tenant_of
from schemas.rows import LANE_ROWS, TENANT_ROWS, WAITING_ROWS
from schemas.values import Side
from streams.effects.effects import Effects
from streams.kafka.partitions import partition_of
from streams.lanes.lanes import Lanes
from streams.outbox.steadfast import SteadfastOutbox
from streams.ports import TopicPartition
from streams.settings import ProcessSettings
from streams.topics import INTAKE


class Engine:
    """One worker: its lanes, what they do, and its partitions."""

    def __init__(self, ports: Ports, settings: ProcessSettings) -> None:
        self.journal = ports.journal
        self._clock = ports.clock
        self.lanes = _lanes(ports, settings)
        outbox = SteadfastOutbox(ports.outbox, ports.clock)
        letters = DeadLetters(outbox, ports.clock)
        self.sync = self._sync(ports, settings, outbox, letters)
        self.waiting_lanes = WaitingLanes(self.journal.state, self.wake, self.partition_of)
        self.lockouts = Lockouts(
            contexts=self.context,
            outbox=outbox,
            clock=ports.clock,
            minutes=settings.lockout_minutes,
            scope=settings.lockout_scope,
            probe=self.sync.probe,
        )
        self.ownership = Ownership(
            self.journal,
            self.lanes,
            self.waiting_lanes,
            ports.clock,
            commit_now=ports.commit_now,
            lockouts=self.lockouts,
        )
        books = ports.sides.books
        self.companies = Companies(books.qbo if books is not None else None, ports.clock)
        self.request_consumer = RequestConsumer(
            requests=ports.requests,
            contexts=self.context,
            lockouts=self.lockouts,
            mappings=MappingRequests(
                ports.sides.remotes[Side.QBO], ports.sides.lists, ports.sides.sources
            ),
            read_company=self.companies.hear,
            outbox=outbox,
            catching_up=CatchingUp(self.journal.caught_up, ports.clock),
            wake=self.wake,
            start=self.journal.requests_prefix,
            letters=letters,
            partition_of=self.partition_of,
            clock=ports.clock,
        )
        self._subscribe()

    async def start(self) -> None:
        """Follow the journal to its end; from here on partitions may be assigned."""
        self.journal.watch(self.waiting_lanes.folded)
        await self.journal.start()
        for prefix in (LANE_ROWS, WAITING_ROWS, TENANT_ROWS):
            self.waiting_lanes.learn(self.journal.open_rows(prefix))
        await caught_up(self.journal, range(self.partitions), self._clock)

    @property
    def partitions(self) -> int:
        """How many partitions the intake has."""
        return self.journal.partitions

    def partition_of(self, key: str) -> int:
        """Return the partition of a key of the intake, of the journal and of the requests."""
        return partition_of(key, self.partitions)

    def context(self, partition: int, key: str) -> LaneContext:
        """Return a lane's context, for one step: what it loads stays in memory while it lives."""
        return LaneContext(StepJournal(self.journal, self._finished), partition, key)

    def wake(self, partition: int, key: str) -> None:
        """Have a lane look again, if its partition is ours."""
        self.lanes.wake(TopicPartition(INTAKE.name, partition), key.encode())

    def _finished(self, partition: int) -> int | None:
        return self.lanes.finished(TopicPartition(INTAKE.name, partition))

    # How the parts are wired.

    def _sync(
        self,
        ports: Ports,
        settings: ProcessSettings,
        outbox: SteadfastOutbox,
        letters: DeadLetters,
    ) -> Sync:
        effects = Effects(
            ports.sides.remotes,
            ports.clock,
            judge=partial(judge, lock_signs=settings.lock_signs),
            is_ours=is_ours,
        )
        suspensions = Suspensions(outbox, ports.clock)
        return Sync(
            contexts=self.context,
            documents=Documents(
                effects, ports.sides.lists, suspensions.report, RequestSender(outbox).ask
            ),
            forwarding=Forwarding(outbox),
            suspensions=suspensions,
            letters=letters,
            clock=ports.clock,
            wake_later=self.lanes.wake_later,
            partition_of=self.partition_of,
        )

    def _subscribe(self) -> None:
        self.journal.on_term_lost(self.ownership.term_lost)
        self.lanes.on_fault(self.ownership.faulted)
        self.sync.on_locked(self.lockouts.begin)
        self.lockouts.on_begun(self.ownership.shut)
        self.lockouts.on_ended(self.ownership.open)
        self.ownership.attendants += [self.lockouts, self.request_consumer]


def _lanes(ports: Ports, settings: ProcessSettings) -> Lanes:
    return Lanes(
        ports.feed,
        ports.clock,
        share_of=lambda key: tenant_of(key.decode(errors="replace")),
        max_in_flight=settings.max_in_flight,
        max_queued_per_lane=settings.max_queued_per_lane,
        max_backlog=settings.max_backlog,
    )
