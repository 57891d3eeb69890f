"""Is this worker getting on with its work, and may it be relied on?  Judged from what was noted.

Alive and ready are two questions: an orchestrator ends what is not alive, so only what a restart
may mend counts there.  A partition that waits out a lockout, or a Kafka that is away, never does.
"""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field

#: The event loop beats every second; so long without a beat, something blocks it.
BLOCKED_SECONDS = 30.0
#: Longer than any call to a side may take (30 s and its connecting), and noticed within 2 minutes.
STUCK_SECONDS = 90.0
#: What Kafka said longer ago is not known any more.
KAFKA_SECONDS = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """One thing that ought to get on: whether it has work, and a mark that moves as it works.

    `held` says that something known keeps it waiting, and for how long is not its fault.
    """

    name: str
    waiting: bool
    mark: Hashable
    held: bool = False


@dataclass(slots=True)
class Health:
    """What was noted last; noted on the event loop, and asked from another thread."""

    monotonic: Callable[[], float]
    _beat: float = field(init=False)
    _kafka: float | None = None
    _unready: tuple[str, ...] = ("the worker has not started yet",)
    _since: dict[str, tuple[Hashable, float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Count from now on."""
        self._beat = self.monotonic()

    def beat(self) -> float:
        """Note that the event loop runs; return the seconds since it was noted last."""
        before, self._beat = self._beat, self.monotonic()
        return self._beat - before

    def looked(self, stands: Iterable[Stand], unready: Iterable[str]) -> None:
        """Note where everything stands, with Kafka's own word, and why it is not ready, if so."""
        now, before = self.monotonic(), self._since
        since: dict[str, tuple[Hashable, float]] = {}
        for stand in stands:
            if stand.waiting and not stand.held:
                mark, at = before.get(stand.name, (stand.mark, now))
                since[stand.name] = (mark, at) if mark == stand.mark else (stand.mark, now)
        self._since, self._unready, self._kafka = since, tuple(unready), now

    def kafka_away(self) -> None:
        """Note that Kafka did not answer: nobody can say what ought to have been done."""
        self._since = {}

    def dead(self) -> tuple[str, ...]:
        """Return why this process should be ended; nothing when it is alive."""
        blocked = self._blocked()
        if blocked:
            return blocked
        now = self.monotonic()
        return tuple(
            f"{name}: has work and has done nothing of it for {now - at:.0f} s"
            for name, (_, at) in self._since.items()
            if now - at > STUCK_SECONDS
        )

    def unready(self) -> tuple[str, ...]:
        """Return why it is not to be relied on now; nothing when it is ready."""
        if self._kafka is not None and self.monotonic() - self._kafka > KAFKA_SECONDS:
            return ("Kafka does not answer",)
        return (*self._unready, *self.dead())

    def _blocked(self) -> tuple[str, ...]:
        seconds = self.monotonic() - self._beat
        return (
            (f"the event loop is blocked for {seconds:.0f} s",) if seconds > BLOCKED_SECONDS else ()
        )
