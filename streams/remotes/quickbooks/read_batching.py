"""How do many reads become few calls?  Those of one kind that come together are one query.

Every write of ours comes back as a notice, and a read for each of them would double our traffic.
A query may lag behind a read by id (quickbooks-online.md 2.3): whoever finds what it shows too old
has to ask the client itself, by id.
"""

import asyncio
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol, TypeAlias

from schemas.outcomes import No, Unknown
from schemas.values import Kind
from streams.ports import Clock
from streams.remotes.quickbooks.client import Fetched

#: How long the first read waits for others to join it.
WINDOW_SECONDS = 0.25
#: Ids of one query; the statement stays short, and its answer far below the longest page (2.4).
MOST = 100
#: How long one wait for a place in the tenant's budget may take before it is asked for anew.
PATIENCE_SECONDS = 5.0
#: A statement that cannot be parsed, is not valid or cannot be processed (3.2).
QUERY_REFUSED = frozenset({"4000", "4001", "4002"})

Gathered: TypeAlias = Mapping[str, Fetched] | No | Unknown


class Client(Protocol):
    """The reading half of QuickBooks' client."""

    async def acquire(self, tenant: str, patience_seconds: float) -> float:
        """Take a place in the tenant's budget: see streams.ports.Remote."""
        ...

    async def fetch(self, tenant: str, kind: Kind, record_id: str) -> Fetched | No | Unknown:
        """Read one record by its id; of one that is not there, a trace."""
        ...

    async def fetch_many(self, tenant: str, kind: Kind, ids: Collection[str]) -> Gathered:
        """Read by one query those of these records that it shows, by id."""
        ...


class _Of(NamedTuple):
    tenant: str
    kind: Kind


@dataclass(slots=True)
class _Round:
    """The reads that wait for one call; their answer is the task's."""

    ids: set[str] = field(default_factory=set)
    answer: "asyncio.Task[Gathered]" = field(init=False)


class Gathering:
    """Reads of single records, answered many at once; each call takes its own place."""

    def __init__(self, client: Client, clock: Clock) -> None:
        self._client = client
        self._clock = clock
        self._open: dict[_Of, _Round] = {}
        self._answers: set[asyncio.Task[Gathered]] = set()

    async def acquire(self, tenant: str, patience_seconds: float) -> float:  # noqa: ARG002 - a Source
        """Return 0.0 at once: which calls there will be is known only when reads are gathered."""
        return 0.0

    async def fetch(self, tenant: str, kind: Kind, record_id: str) -> Fetched | No | Unknown:
        """Read one record, together with others of its kind; of one that is not there, a trace.

        A fault of the query is the answer to all of them, but a refusal of its statement is not:
        that says nothing of any record, so each is read by its id then.
        """
        # Whoever gives up leaves the others their answer.
        answer = await asyncio.shield(self._join(_Of(tenant, kind), record_id).answer)
        if isinstance(answer, Unknown):
            return answer
        if isinstance(answer, No):
            refused = answer.fault.code in QUERY_REFUSED
            return await self._by_id(tenant, kind, record_id) if refused else answer
        found = answer.get(record_id)
        # It may be deleted, or so new that the query does not know it yet.
        return found or await self._by_id(tenant, kind, record_id)

    async def close(self) -> None:
        """Give up every call that nobody waits for any more."""
        for answer in self._answers:
            answer.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.gather(*self._answers, return_exceptions=True)

    def _join(self, of: _Of, record_id: str) -> _Round:
        gathered = self._open.get(of)
        if gathered is None:
            gathered = self._open[of] = _Round()
            gathered.answer = asyncio.create_task(self._ask(of, gathered))
            self._answers.add(gathered.answer)
            gathered.answer.add_done_callback(self._answers.discard)
        gathered.ids.add(record_id)
        if len(gathered.ids) == MOST:
            del self._open[of]
        return gathered

    async def _ask(self, of: _Of, gathered: _Round) -> Gathered:
        try:
            await self._clock.sleep(WINDOW_SECONDS)
            # While the budget makes it wait, others may still join.
            await self._place(of.tenant)
        finally:
            # From here on it is being read: a later notice may tell of more than that will show.
            if self._open.get(of) is gathered:
                del self._open[of]
        if len(gathered.ids) > 1:
            return await self._client.fetch_many(*of, gathered.ids)
        (alone,) = gathered.ids
        found = await self._client.fetch(*of, alone)
        return {alone: found} if isinstance(found, Fetched) else found

    async def _by_id(self, tenant: str, kind: Kind, record_id: str) -> Fetched | No | Unknown:
        await self._place(tenant)
        return await self._client.fetch(tenant, kind, record_id)

    async def _place(self, tenant: str) -> None:
        while (seconds := await self._client.acquire(tenant, PATIENCE_SECONDS)) > 0:
            await self._clock.sleep(seconds)
