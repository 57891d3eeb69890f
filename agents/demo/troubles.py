"""How is each trouble made, and what came of it?

What is expected is told beforehand, so that a trouble without its effect is a fault of the demo
and not a proof of anything.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from aiokafka import AIOKafkaProducer

from agents.demo.counters import Counters
from agents.demo.deeds import Trouble
from agents.demo.watch import Tell, Watch
from streams.topics import MEDIAOS_CHANGES

#: A frame of some other protocol: no JSON, no UTF-8.
GARBAGE = bytes.fromhex("00ff8ac3280d0a1fdeadbeef")
#: The reply that never comes is waited for so long.
HOLD_SECONDS = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a trouble; `fine` when it had the effect that it must have."""

    trouble: str
    came_of: str
    fine: bool


@dataclass(slots=True)
class Troubles:
    """The operator's hands: the faults of the simulators, Kafka, and the worker's process."""

    counters: Counters
    watch: Watch
    brokers: str
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
            case Trouble.TIME_OUT_AFTER_COMMIT:
                await self.counters.qbo(
                    "faults/time_out_next", when="after", hold_seconds=HOLD_SECONDS
                )
                self.tell("time-out after commit: QuickBooks keeps its next write, not its reply")
            case Trouble.WORKER_KILLED:
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

    def outcomes(self) -> tuple[Outcome, ...]:
        """Say what came of all of them."""
        watch, takeover = self.watch, self.takeover_seconds()
        took = f"taken over in {takeover:.1f} s" if takeover is not None else "never taken over"
        return (
            Outcome(
                trouble=Trouble.UNDECODABLE_EVENT,
                came_of=f"{watch.dead_letters} in the dead letters",
                fine=watch.dead_letters == 1,
            ),
            Outcome(
                trouble=Trouble.TIME_OUT_AFTER_COMMIT,
                came_of=f"{len(watch.unanswered)} without an answer, {len(watch.answered_later)} "
                "of them known to be done in the end",
                fine=len(watch.unanswered) >= 1 and watch.answered_later == watch.unanswered,
            ),
            Outcome(trouble=Trouble.WORKER_KILLED, came_of=took, fine=takeover is not None),
            Outcome(
                trouble=Trouble.DUPLICATE_WEBHOOK,
                came_of=f"{watch.notices_twice} notices came twice",
                fine=watch.notices_twice >= 1,
            ),
        )

    def takeover_seconds(self) -> float | None:
        """Return how long the killed worker's partitions had no owner."""
        killed = self._at.get(Trouble.WORKER_KILLED)
        if killed is None:
            return None
        after = [at - killed for _, at in self.watch.claims if at > killed]
        return min(after, default=None)

    async def _garbage(self) -> None:
        async with AIOKafkaProducer(bootstrap_servers=self.brokers, acks="all") as producer:
            key = f"{self.watch.tenant}/mediaos/1".encode()
            await producer.send_and_wait(MEDIAOS_CHANGES.name, value=GARBAGE, key=key)
