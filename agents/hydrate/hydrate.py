"""Read what a notice of QuickBooks is about, and publish the record whole.

A notice says which record changed and not how.  One read answers every notice that came before it
began; a deletion names no customer, so whoever knows the journal is asked whose record it was.
A notice of a tenant that cannot be read for five seconds gives its place up, and waits elsewhere.
"""

import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Protocol

from agents.dead_letters.write import DeadLetters
from agents.hydrate.current_reads import Fresh, Seen, Source, Weather
from agents.hydrate.echoes import MOVED_BY_OTHERS, Echoes, Name
from agents.hydrate.set_aside import SetAside
from agents.hydrate.waiting_notices import WaitingNotices
from schemas.catalog import NotUnderstoodError
from schemas.kinds import KINDS, Anchor
from schemas.outcomes import Fault
from schemas.values import Kind
from streams.outbox.steadfast import SteadfastOutbox
from streams.ports import Clock, Delivery, Outbox, TopicPartition
from streams.remotes.quickbooks.events import change_event
from streams.remotes.quickbooks.webhooks import Notice, notice_from_event
from streams.topics import QUICKBOOKS_CHANGES

log = logging.getLogger("isthmus.hydrate")

#: A read that began so long after what a notice tells, by our clock and the side's, shows it.
CLOCKS_DIFFER = timedelta(seconds=2)
#: The operation of a notice that needs no read, and those of which a balance may be all the news.
DELETE, CREATE, UPDATE = "delete", "create", "update"
#: How long what another record may explain waits for that one to be read, and how often is looked.
EXPLAINED_WITHIN, LOOK_EVERY = 1.5, 0.25
#: Reads that are remembered, to answer later notices of the same records.
REMEMBERED = 10_000


#: Told of a tenant whose QuickBooks was read: what waits for it need not wait longer.
Answered = Callable[[str], Awaitable[None]]


#: Tells whether a tenant is connected, or was.
Known = Callable[[str], Awaitable[bool]]


async def everyone(_tenant: str) -> bool:
    """Know every tenant: for books that keep no connections."""
    return True


class Knowledge(Protocol):
    """What the journal knows of QuickBooks' records."""

    async def covered(self, tenant: str, kind: Kind, record_id: str, at: datetime) -> bool:
        """Tell whether the fold has seen what the record was at that time."""
        ...

    async def whose(self, tenant: str, kind: Kind, record_id: str) -> str | None:
        """Return the customer of a record, once the journal is read to its present end."""
        ...


class Hydrate:
    """The handler of `quickbooks-notices`."""

    def __init__(
        self,
        outbox: Outbox,
        clock: Clock,
        *,
        source: Source,
        again: Source,
        knowledge: Knowledge,
        answered: Answered,
        known: Known = everyone,
        echoes: Echoes | None = None,
    ) -> None:
        """Take the way out, the time, what the journal knows, the side to read, and who is told.

        `known` tells whose notices are followed.  A record that `source` shows too old, or not at
        all, is read `again` by its id.  What `echoes` explain is read with others; without them
        everything is read at once.
        """
        self._outbox = SteadfastOutbox(outbox, clock)
        self._letters = DeadLetters(self._outbox, clock)
        self._clock = clock
        self._fresh = Fresh(source, again, clock)
        self._knowledge = knowledge
        self._tell_answered = answered
        self._known = known
        self._echoes = echoes
        self._set_aside = SetAside(clock, self._followed_later)
        self._reads: OrderedDict[Name, Seen] = OrderedDict()
        self._waiting = WaitingNotices(clock, self._tried_again)

    async def handle(self, delivery: Delivery) -> bool:
        """Publish what a notice is about; True once Kafka has it, or there is nothing to do.

        Or once it waits for its tenant's QuickBooks, behind nobody else.
        """
        return await self._letters.spared(delivery, self._follow)

    async def hold(self, delivery: Delivery) -> bool:
        """Follow a notice as any other: what it leads to is kept in Kafka."""
        return await self.handle(delivery)

    async def wake(self, tp: TopicPartition, key: bytes) -> None:
        """Do nothing: nothing waits here."""

    async def _follow(self, delivery: Delivery) -> bool:
        tenant, notice = notice_from_event(delivery.value or b"")
        if not await self._known(tenant):
            # It would wait for its QuickBooks without an end.
            raise NotUnderstoodError(
                f"tenant: expected one that is connected (`isthmus connect`), got {tenant}"
            )
        reads = notice.operation != DELETE
        if reads and self._waiting.has(tenant):
            weather: Weather | None = Weather(detail="others wait", seconds=0.0)
        else:
            echoes = self._echoes
            if echoes is not None and await self._waits(echoes, tenant, notice, delivery):
                return True
            weather = await self._told(tenant, notice)
        if weather is not None:
            self._waiting.add(tenant, delivery, weather)
        return True

    async def _tried_again(self, delivery: Delivery) -> Weather | None:
        weather: Weather | None = None

        async def follow(delivery: Delivery) -> bool:
            nonlocal weather
            weather = await self._told(*notice_from_event(delivery.value or b""))
            return True

        await self._letters.spared(delivery, follow)
        return weather

    async def _followed_later(self, delivery: Delivery) -> None:
        weather = await self._tried_again(delivery)
        if weather is not None:
            tenant, _ = notice_from_event(delivery.value or b"")
            self._waiting.add(tenant, delivery, weather)

    async def _waits(self, echoes: Echoes, tenant: str, notice: Notice, delivery: Delivery) -> bool:
        """Set a notice aside that is hardly news; with what is news all of its kind are read."""
        name = Name(tenant, notice.kind, notice.id)
        if await self._is_known(name, notice.at):
            return False
        if notice.operation == UPDATE and name.kind in MOVED_BY_OTHERS:
            await self._until_explained(echoes, name, notice.at)
        explained = notice.operation in {CREATE, UPDATE} and echoes.explain(name, notice.at)
        if explained and self._set_aside.add(name, delivery):
            return True
        self._set_aside.leave(name)
        return False

    async def _until_explained(self, echoes: Echoes, name: Name, at: datetime) -> None:
        latest = self._clock.monotonic() + EXPLAINED_WITHIN
        while not echoes.explain(name, at) and self._clock.monotonic() < latest:
            await self._clock.sleep(LOOK_EVERY)

    async def _told(self, tenant: str, notice: Notice) -> Weather | None:
        for record_id in filter(None, (notice.id, notice.deleted_id)):
            weather = await self._tell(Name(tenant, notice.kind, record_id), notice)
            if weather is not None:
                return weather
        return None

    async def _tell(self, name: Name, notice: Notice) -> Weather | None:
        merged_into = notice.id if name.id == notice.deleted_id else None
        if merged_into is None and await self._is_known(name, notice.at):
            return None
        found = await self._found(name, notice)
        if isinstance(found, Weather):
            return found
        customer = None
        if found.gone or found.nobodys:
            customer = await self._owner(name)
            if customer is None and KINDS[name.kind].anchor is not Anchor.TENANT:
                told = "deletion of a record never seen" if found.gone else "nobody's record"
                log.info(told, extra={"record": "/".join(name)})
                return None
        key, value = change_event(
            name.tenant,
            name.kind,
            found.entity,
            found.began,
            realm=notice.realm,
            customer=customer,
            merged_into=merged_into,
        )
        await self._outbox.send(QUICKBOOKS_CHANGES.name, key.encode(), value)
        self._remember(name, found)
        return None

    async def _is_known(self, name: Name, at: datetime) -> bool:
        return self._answered(name, at) or await self._knowledge.covered(*name, at)

    async def _found(self, name: Name, notice: Notice) -> Seen | Weather:
        if notice.operation == DELETE:
            trace = {"Id": name.id, "status": "Deleted"}
            return Seen(entity=trace, gone=True, at=notice.at, began=self._clock.now())
        gone = name.id == notice.deleted_id
        found = await self._fresh.read(*name, at=notice.at, may_be_gone=gone)
        if isinstance(found, Fault):
            raise NotUnderstoodError(f"the record cannot be read: {found}")
        if isinstance(found, Seen):
            await self._tell_answered(name.tenant)
        return found

    async def _owner(self, name: Name) -> str | None:
        if KINDS[name.kind].anchor is Anchor.TENANT:
            return None
        return await self._knowledge.whose(*name)

    def _answered(self, name: Name, at: datetime) -> bool:
        read = self._reads.get(name)
        if read is None:
            return False
        new_enough = read.at is None or read.at >= at.replace(microsecond=0)
        return new_enough and read.began - at >= CLOCKS_DIFFER

    def _remember(self, name: Name, found: Seen) -> None:
        self._reads[name] = found
        self._reads.move_to_end(name)
        if len(self._reads) > REMEMBERED:
            self._reads.popitem(last=False)
