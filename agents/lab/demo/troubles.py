"""How is each trouble made?  By whoever would make it: an operator, a system, a machine."""

from collections.abc import Callable
from dataclasses import dataclass, field

from aiokafka import AIOKafkaProducer

from agents.lab.demo.counters import Counters
from agents.lab.demo.deeds import Trouble
from agents.lab.demo.office import NEXT_PREFIX, Office
from agents.lab.demo.watch import Tell, Watch
from schemas.state import ParkReason
from streams.topics import MEDIAOS_CHANGES

#: A frame of some other protocol: no JSON, no UTF-8.
GARBAGE = bytes.fromhex("00ff8ac3280d0a1fdeadbeef")
#: The reply that never comes is waited for so long.
HOLD_SECONDS = 1.0


@dataclass(slots=True)
class Troubles:
    """The operator's hands: the faults of the simulators, Kafka, and the worker's process."""

    counters: Counters
    watch: Watch
    office: Office
    tell: Tell
    kill: Callable[[], None]
    start_again: Callable[[], None]
    now: Callable[[], float]
    _at: dict[Trouble, float] = field(default_factory=dict)

    async def make(self, trouble: Trouble) -> None:
        """Make one."""
        self._at[trouble] = self.now()
        match trouble:
            case Trouble.UNDECODABLE_EVENT:
                await self._garbage()
                self.tell("12 bytes that are no event were published on mediaos-changes")
                # Else they may be read twice, by who is killed and by who takes over.
                await self.watch.until(lambda: self.watch.dead_letters > 0)
            case Trouble.TIME_OUT_AFTER_COMMIT:
                await self.counters.qbo(
                    "faults/time_out_next", when="after", hold_seconds=HOLD_SECONDS
                )
                self.tell("time-out after commit: QuickBooks keeps its next write, not its reply")
            case Trouble.WORKER_KILLED:
                # Else the one who misses an answer may be killed before it says so.
                await self.watch.until(lambda: bool(self.watch.unanswered))
                self._at[trouble] = self.now()
                self.kill()
                self.tell(f"worker-2 killed (SIGKILL); {len(self.watch.open)} commands are open")
            case Trouble.WORKER_STARTED_AGAIN:
                self.start_again()
                self.tell("worker-2 started again")
            case Trouble.CLOUD_EVENTS:
                await self.counters.qbo("settings", changes={"webhook_form": "cloudevents"})
                self.tell("QuickBooks' webhooks come as CloudEvents from now on")
            case Trouble.DUPLICATE_WEBHOOK:
                await self.counters.qbo("webhooks/misbehave", how="duplicate")
                self.tell("duplicate webhook: QuickBooks delivers its next notices twice")
            case _:
                await self._in_the_office(trouble)

    async def _in_the_office(self, trouble: Trouble) -> None:
        match trouble:
            case Trouble.PRODUCT_MAPPED_LATE:
                await self._waited(ParkReason.UNMAPPED_PRODUCT)
                await self.office.map_late()
                self.tell("the product that was forgotten is mapped")
            case Trouble.SYNC_OFF:
                await self.office.set(manual_push=True)
                self.tell("two-way sync is off: nothing crosses by itself")
            case Trouble.SYNC_ON:
                await self._waited(ParkReason.MANUAL)
                await self.office.set(manual_push=False)
                self.tell("two-way sync is on again")
            case Trouble.PREFIX_SWITCHED:
                await self.office.set(number_prefix=NEXT_PREFIX)
                self.tell(f"new invoices are {NEXT_PREFIX}136 from now on")
            case _:
                raise ValueError(f"nobody knows how to make {trouble}")

    async def _waited(self, reason: ParkReason) -> None:
        """Go on once a document has waited so: on a busy machine the workers are behind the day."""
        await self.watch.until(lambda: bool(self.watch.parked[reason]))

    def takeover_seconds(self) -> float | None:
        """Return how long the killed worker's partitions had no owner."""
        killed = self._at.get(Trouble.WORKER_KILLED)
        if killed is None:
            return None
        after = [at - killed for _, at in self.watch.claims if at > killed]
        return min(after, default=None)

    async def _garbage(self) -> None:
        async with AIOKafkaProducer(bootstrap_servers=self.office.brokers, acks="all") as producer:
            key = f"{self.watch.tenant}/mediaos/1".encode()
            await producer.send_and_wait(MEDIAOS_CHANGES.name, value=GARBAGE, key=key)
