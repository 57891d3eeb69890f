"""Which records of a tenant could be used by nobody?  Its dead letters, and how one is tried again.

The topic is read whole now and then, since it is small where all is well; the newest are kept in
memory, without their bytes.  What is tried again goes back to its topic, as by the command line.
Only what services and QuickBooks told is: the gateway writes to none of the others.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from aiokafka.errors import KafkaError

from agents.dead_letters.manage import Filed, Files, Place, StuckError
from agents.gateway.console.sessions import Told
from schemas.identity import tenant_of
from streams.kafka.topic_faults import TopicMissingError
from streams.topics import MEDIAOS_CHANGES, QUICKBOOKS_NOTICES

log = logging.getLogger("isthmus.console")

#: How many are kept, those read last.
MOST_KEPT = 10_000
#: What may be tried again here, and what it is, for who keeps the books.
TOLD_BY = {MEDIAOS_CHANGES.name: "MediaOS", QUICKBOOKS_NOTICES.name: "QuickBooks"}

GIVEN_AGAIN = "It is given again. What still cannot be used comes back here."
FASTER = "Somebody else was faster: it does not wait any more."
GIVEN_UP = "It is discarded: what it told is not done. Its sender may still tell it anew."

ReadLetters = Callable[[], Awaitable[Files]]
#: Publishes a letter's bytes again for somebody; StuckError, or what Kafka's client raises.
RetryLetter = Callable[[Filed, str], Awaitable[None]]
#: Gives a letter up for somebody, who says why; or what Kafka's client raises.
DiscardLetter = Callable[[Filed, str, str], Awaitable[None]]


async def no_letters() -> Files:
    """Return none: for a console that meets no Kafka."""
    return Files()


async def none_retried(_filed: Filed, _by: str) -> None:
    """Try nothing again."""


async def none_discarded(_filed: Filed, _by: str, _why: str) -> None:
    """Give nothing up."""


@dataclass(slots=True)
class Letters:
    """The dead letters as they were read last; read in one thread, looked at in others."""

    read: ReadLetters = no_letters
    again: RetryLetter = none_retried
    give_up: DiscardLetter = none_discarded
    #: Hears, in the thread that reads, of which tenants there are other letters now.
    on_changed: Callable[[frozenset[str]], None] = lambda _tenants: None
    #: The longest waiting first: each page of a tenant counts its own, and looks at no other's.
    _by_tenant: Mapping[str, Sequence[Filed]] | None = None
    #: Those that were tried again, or given up, since: until they are read as ended.
    _tried: set[Place] = field(default_factory=set)

    async def look(self) -> None:
        """Read them; where that fails, what was read before stands."""
        before = self._open()
        try:
            self._by_tenant = _by_tenant(await self.read())
        except (KafkaError, OSError, TimeoutError, TopicMissingError) as fault:
            log.warning("dead letters not read", extra={"reason": type(fault).__name__})
        changed = before.items() ^ self._open().items()
        if changed:
            self.on_changed(frozenset(tenant for _, tenant in changed))

    def waiting(self, tenant: str) -> Sequence[Filed] | None:
        """Return those of a tenant that nobody has ended; None where none could be read."""
        if self._by_tenant is None:
            return None
        return [e for e in self._by_tenant.get(tenant, ()) if e.place not in self._tried]

    def _open(self) -> dict[Place, str]:
        found = (self._by_tenant or {}).items()
        return {each.place: tenant for tenant, files in found for each in files}

    async def retry(self, filed: Filed, by: str) -> Told:
        """Try one again, and return what became of that, for its page to say."""
        ended = await self._ended(filed, partial(self.again, filed, by))
        return ended or Told(text=GIVEN_AGAIN, done=True)

    async def discard(self, filed: Filed, by: str, why: str) -> Told:
        """Give one up, and return what became of that."""
        ended = await self._ended(filed, partial(self.give_up, filed, by, why))
        return ended or Told(text=GIVEN_UP, done=True)

    async def _ended(self, filed: Filed, end: Callable[[], Awaitable[None]]) -> Told | None:
        """End one; return why it is not, None where it is."""
        if filed.place in self._tried:
            return Told(text=FASTER, done=False)
        # While one is at it, nobody else is: nothing is published twice, or given up besides.
        self._tried.add(filed.place)
        ended = False
        try:
            why_not = await self._why_not(filed, end)
            ended = why_not is None
        finally:
            if not ended:
                self._tried.discard(filed.place)
        return why_not

    async def _why_not(self, filed: Filed, end: Callable[[], Awaitable[None]]) -> Told | None:
        try:
            await end()
        except StuckError as stuck:
            return Told(text=str(stuck), done=False)
        except (KafkaError, OSError, TimeoutError) as fault:
            log.warning("dead letter not ended", extra={"reason": type(fault).__name__})
            told = "Kafka does not take it now: try again in a moment."
            return Told(text=told, done=False, open=str(filed.place))
        return None


def keep_newest(files: Files, kept: int = MOST_KEPT) -> None:
    """Let go of those read first, beyond what is kept."""
    while len(files.by_place) > kept:
        del files.by_place[next(iter(files.by_place))]


def _by_tenant(files: Files) -> dict[str, list[Filed]]:
    found: dict[str, list[Filed]] = {}
    for each in sorted(files.waiting(), key=lambda each: each.letter.at):
        tenant = tenant_of((each.letter.key or b"").decode(errors="replace"))
        found.setdefault(tenant, []).append(each)
    return found
