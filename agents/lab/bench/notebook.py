"""What does the engine write for a publisher's customers?  Its own steps, without Kafka.

The rules and the work on documents are the engine's own, so a journal made of these records has
the shapes and sizes of a real one.
"""

from collections.abc import AsyncIterator, Collection, Iterator, Sequence
from typing import Any

from sortedcontainers import SortedDict

from agents.lab.bench.books import (
    FIRST_EDIT,
    ITEM,
    PRODUCT,
    customer_event,
    invoice_event,
    invoice_id,
)
from agents.lab.bench.instant import InstantRemote
from agents.rules.documents.adoption import is_ours
from agents.rules.faults import judge
from agents.rules.fold import rows
from agents.sync.documents import Documents
from agents.view.lane_context import LaneContext
from agents.view.lane_result import LaneResult
from schemas.changes import Change
from schemas.commands import Command
from schemas.envelope import JournalRecord
from schemas.facts import Fact
from schemas.identity import lane_key
from schemas.outcomes import Fault
from schemas.requests import Request
from schemas.tenant_facts import Mapped
from schemas.values import Side
from streams.effects.effects import Effects
from streams.journal.row_cache import LAST
from streams.ports import Clock
from streams.publisher import Change as Published
from streams.remotes.mediaos.events import change_from_event


class Notebook:
    """A journal of one partition in memory, as contexts use it; `records` are its steps."""

    def __init__(self, clock: Clock, *, partition: int, term: str) -> None:
        self.records: list[JournalRecord] = []
        #: The keys of the rows that were changed since somebody last cleared this.
        self.changed: set[str] = set()
        self._clock = clock
        self._partition = partition
        self._term = term
        #: In the order of their keys, so that looking for some of them costs what is found.
        self._rows: SortedDict = SortedDict()
        remote = InstantRemote(clock, _unheard)
        sides = dict.fromkeys(Side, remote)
        effects = Effects(sides, clock, judge=judge, is_ours=is_ours)
        self._documents = Documents(effects, remote, _unreported, _unasked)

    async def tell(self, tenant: str, customer: str, *, invoices: int, edits: int) -> None:
        """Write down one customer: made, invoiced, and each invoice's memo edited so often."""
        mapped = Mapped(request=f"map-{customer}", source=PRODUCT, target=ITEM)
        await self.write(self._partition, tenant, (mapped,))
        for event in _events(tenant, customer, invoices, edits):
            await self.take(event)

    async def take(self, event: Published) -> None:
        """Bring one published change to rest, as its lane would."""
        change = change_from_event(event.value, event.key)
        context = LaneContext(
            self, self._partition, lane_key(change.tenant, Side.MEDIAOS, _customer(change))
        )
        went = await self._documents.take(context, change)
        if went is not LaneResult.DONE:
            raise AssertionError(f"{change.event}: {went}")

    async def release(self, lane: str) -> None:
        """Judge again what is parked in a lane and has what it waits for."""
        went = await self._documents.release(LaneContext(self, self._partition, lane))
        if went is not LaneResult.DONE:
            raise AssertionError(f"{lane}: {went}")

    def put(self, row: str, state: Any) -> None:
        """Have a row be so; None removes it."""
        self.changed.add(row)
        self._rows[row] = state
        if state is None:
            del self._rows[row]

    # The journal as contexts use it.

    def state(self, row: str) -> Any:
        """Return a row, or None."""
        return self._rows.get(row)

    def rows(self, prefix: str) -> Iterator[tuple[str, Any]]:
        """Return the rows whose key starts so, in order."""
        keys = list(self._rows.irange(prefix, prefix + LAST, inclusive=(True, False)))
        return ((key, self._rows[key]) for key in keys)

    async def loaded(self, row_keys: Collection[str]) -> None:
        """Return at once: nothing ever leaves memory."""

    async def loaded_under(self, prefix: str) -> None:
        """Return at once, as above."""

    async def pages(self, prefix: str) -> AsyncIterator[Sequence[tuple[str, Any]]]:
        """Yield all rows under a prefix at once."""
        yield list(self.rows(prefix))

    def is_stale(self, _row: str) -> bool:
        """Tell that nothing stops here."""
        return False

    async def caught_up(self) -> None:
        """Return at once: nobody else writes."""

    async def write(
        self,
        partition: int,
        lane: str,
        facts: tuple[Fact, ...],
        requests_prefix: int | None = None,
    ) -> bool:
        """Append one step."""
        record = JournalRecord(
            term=self._term,
            lane=lane,
            at=self._clock.now(),
            prefix=len(self.records),
            requests_prefix=requests_prefix,
            facts=facts,
        )
        for key, fact in rows.routes(partition, lane, facts, self.state):
            before = self._rows.get(key)
            state = rows.evolve(key, before, fact)
            if state is not before:
                self.put(key, state)
        self.records.append(record)
        return True


def _events(tenant: str, customer: str, invoices: int, edits: int) -> Iterator[Published]:
    yield customer_event(tenant, customer)
    ids = [invoice_id(customer, number) for number in range(invoices)]
    for invoice in ids:
        yield invoice_event(tenant, customer, invoice)
    for version in range(FIRST_EDIT, FIRST_EDIT + edits):
        for invoice in ids:
            yield invoice_event(tenant, customer, invoice, version=version, memo=f"as of {version}")


def _customer(change: Change) -> str:
    return change.customer or change.id


async def _unreported(context: LaneContext, _version: int, fault: Fault) -> None:
    """Refuse: a side that answers at once never suspends a tenant."""
    raise AssertionError(f"{context.key}: {fault}")


def _unheard(_command: Command) -> None:
    """Nobody measures when a notebook's commands go out."""


async def _unasked(_request: Request) -> None:
    """Nothing is asked of the tenant's own lane: no item of the bench is ever inactive."""
