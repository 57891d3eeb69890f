"""How do many reads become few calls?  Those of one kind that come together are one query.

Every write of ours comes back as a notice, and a read for each of them would double our traffic.
Notices of a busy company trickle in, so between two calls of one kind lies a pause in which those
that come are gathered; whoever edits alone is read at once.
A query may lag behind a read by id (quickbooks-online.md 2.3): whoever finds what it shows too old
has to ask the client itself, by id.
"""

from collections.abc import Collection, Mapping
from typing import NamedTuple, Protocol, TypeAlias

from schemas.outcomes import No, Unknown
from schemas.values import Kind
from streams.ports import Clock
from streams.remotes.quickbooks.client import Fetched
from streams.remotes.quickbooks.rounds import Rounds

#: Ids of one query; the statement stays short, and its answer far below the longest page (2.4).
MOST = 100
#: Between two calls of one kind for one tenant: what a person's edit waits for at most when others
#: are read at that moment.
PAUSE_SECONDS = 3.0
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


class Gathering:
    """Reads of single records, answered many at once; each call takes its own place."""

    def __init__(self, client: Client, clock: Clock) -> None:
        self._client = client
        self._clock = clock
        self._rounds = Rounds[_Of, Gathered](
            clock, most=MOST, pause=PAUSE_SECONDS, place=self._place, ask=self._ask
        )

    async def acquire(self, tenant: str, patience_seconds: float) -> float:  # noqa: ARG002 - a Source
        """Return 0.0 at once: which calls there will be is known only when reads are gathered."""
        return 0.0

    async def fetch(self, tenant: str, kind: Kind, record_id: str) -> Fetched | No | Unknown:
        """Read one record, together with others of its kind; of one that is not there, a trace.

        A fault of the query is the answer to all of them, but a refusal of its statement is not:
        that says nothing of any record, so each is read by its id then.
        """
        of = _Of(tenant, kind)
        answer = await self._rounds.answer(of, record_id)
        if isinstance(answer, Unknown):
            return answer
        if isinstance(answer, No):
            refused = answer.fault.code in QUERY_REFUSED
            return await self._by_id(of, record_id) if refused else answer
        found = answer.get(record_id)
        # It may be deleted, or so new that the query does not know it yet.
        return found or await self._by_id(of, record_id)

    async def close(self) -> None:
        """Give up every call that nobody waits for any more."""
        await self._rounds.close()

    async def _ask(self, of: _Of, ids: Collection[str]) -> Gathered:
        if len(ids) > 1:
            return await self._client.fetch_many(*of, ids)
        (alone,) = ids
        found = await self._client.fetch(*of, alone)
        return {alone: found} if isinstance(found, Fetched) else found

    async def _by_id(self, of: _Of, record_id: str) -> Fetched | No | Unknown:
        await self._place(of)
        return await self._client.fetch(*of, record_id)

    async def _place(self, of: _Of) -> None:
        while (seconds := await self._client.acquire(of.tenant, PATIENCE_SECONDS)) > 0:
            await self._clock.sleep(seconds)
