"""What does a long history cost?  One edit, and many releases, of a customer with many documents.

Without Kafka: the engine's own steps over a journal in memory and a side that answers at once.
The small and the large customer are edited in turns, so that what else the machine does meets both.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from time import perf_counter

from msgspec.structs import replace

from agents.lab.bench.books import (
    FIRST_EDIT,
    ITEM,
    PRODUCT,
    customer_event,
    customer_id,
    invoice_event,
    invoice_id,
)
from agents.lab.bench.faults import BenchFault
from agents.lab.bench.instant import across
from agents.lab.bench.notebook import Notebook
from agents.process.clock import SystemClock
from schemas.catalog import encode
from schemas.identity import lane_key
from schemas.rows import DocumentRow, LaneRow, RecordOwnerRow
from schemas.state import Document, Snapshot
from schemas.tenant_facts import Mapped
from schemas.values import Kind, RecordRef, Side
from streams.publisher import Change

TENANT = "bench"
FEW, MANY = 10, 50_000
EDITS, WARM_UP = 300, 50
PARKED = 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """What one edit took, and the bytes that it wrote: the journal's records, the changed rows."""

    seconds: float
    journal: int
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """The median edit of either customer, and what it took to release many invoices.

    `created_seconds` is what as many invoices take that never had to wait.
    """

    few: Edit
    many: Edit
    release_seconds: float
    created_seconds: float
    longest_block_seconds: float

    @property
    def release_beyond_seconds(self) -> float:
        """Return what it costs to find and wake them, beside what sending them costs anyway."""
        return max(self.release_seconds - self.created_seconds, 0.0)

    @property
    def ratio(self) -> float:
        """Return by how much the large customer's edit costs more, in time or in bytes."""
        few, many = self.few, self.many
        return max(
            many.seconds / few.seconds,
            (many.journal + many.rows) / (few.journal + few.rows),
        )


async def measure(*, many: int = MANY, edits: int = EDITS, parked: int = PARKED) -> Growth:
    """Measure both, on a quiet machine in about ten seconds."""
    customers = [await _Customer.of(number, size) for number, size in ((0, FEW), (1, many))]
    found: list[list[Edit]] = [[], []]
    for version in range(FIRST_EDIT, FIRST_EDIT + WARM_UP + edits):
        for customer, its in zip(customers, found, strict=True):
            its.append(await customer.edit(version))
    few, large = (_median(each[WARM_UP:]) for each in found)
    released, created, longest = await _released(parked)
    return Growth(
        few=few,
        many=large,
        release_seconds=released,
        created_seconds=created,
        longest_block_seconds=longest,
    )


class _Customer:
    """One customer whose first invoice is edited; all others are copies of it."""

    def __init__(self, notebook: Notebook, customer: str) -> None:
        self._notebook = notebook
        self._customer = customer

    @classmethod
    async def of(cls, number: int, documents: int) -> "_Customer":
        notebook, customer = _notebook(), customer_id(number)
        await notebook.tell(TENANT, customer, invoices=1, edits=0)
        lane = lane_key(TENANT, Side.MEDIAOS, customer)
        name = str(RecordRef(Side.MEDIAOS, Kind.INVOICE, invoice_id(customer, 0)))
        first: Document = notebook.state(str(DocumentRow(lane, name)))
        for place in range(1, documents):
            _copy(notebook, lane, first, invoice_id(customer, place), order=place + 2)
        known = notebook.state(str(LaneRow(lane)))
        notebook.put(str(LaneRow(lane)), replace(known, order=documents + 1))
        return cls(notebook, customer)

    async def edit(self, version: int) -> Edit:
        notebook = self._notebook
        begun = len(notebook.records)
        notebook.changed.clear()
        event = invoice_event(
            TENANT,
            self._customer,
            invoice_id(self._customer, 0),
            version=version,
            memo=f"as of {version:06}",
        )
        start = perf_counter()
        await notebook.take(event)
        journal = sum(len(encode(record)) for record in notebook.records[begun:])
        rows = sum(len(encode(notebook.state(key))) for key in notebook.changed)
        return Edit(seconds=perf_counter() - start, journal=journal, rows=rows)


def _copy(notebook: Notebook, lane: str, first: Document, invoice: str, *, order: int) -> None:
    ids = {Side.MEDIAOS: invoice, Side.QBO: across(Kind.INVOICE, invoice)}
    name = str(RecordRef(Side.MEDIAOS, Kind.INVOICE, invoice))
    document = replace(
        first,
        order=order,
        mediaos=_shown(first.mediaos, ids[Side.MEDIAOS]),
        qbo=_shown(first.qbo, ids[Side.QBO]),
    )
    notebook.put(str(DocumentRow(lane, name)), document)
    owner = notebook.state(str(RecordOwnerRow(TENANT, str(_first(first)))))
    for side, record_id in ids.items():
        record = str(RecordRef(side, Kind.INVOICE, record_id))
        whose = replace(owner, document="" if record == name else name)
        notebook.put(str(RecordOwnerRow(TENANT, record)), whose)


def _first(document: Document) -> RecordRef:
    if document.mediaos is None:
        raise BenchFault("the invoice that is copied did not come in: mend that.")
    return RecordRef(Side.MEDIAOS, Kind.INVOICE, document.mediaos.id)


def _shown(shown: Snapshot | None, record_id: str) -> Snapshot:
    if shown is None:
        raise BenchFault("the invoice that is copied did not cross: mend that.")
    return replace(shown, id=record_id)


async def _released(invoices: int) -> tuple[float, float, float]:
    """Park so many invoices for one product, map it, and take the time that their release takes.

    Beside it the time of as many that another customer publishes once it is mapped, and the longest
    time of the release for which nobody else could run.
    """
    notebook = _notebook()
    waiting, other = customer_id(2), customer_id(3)
    await notebook.take(customer_event(TENANT, waiting))
    await notebook.take(customer_event(TENANT, other))
    for event in _invoices(waiting, invoices):
        await notebook.take(event)
    mapped = Mapped(request="map", source=PRODUCT, target=ITEM)
    await notebook.write(0, TENANT, (mapped,))
    before, begun = len(notebook.records), perf_counter()
    gaps: list[float] = []
    watch = asyncio.create_task(_watch(gaps))
    await notebook.release(lane_key(TENANT, Side.MEDIAOS, waiting))
    released = perf_counter() - begun
    watch.cancel()
    if len(notebook.records) - before < invoices:
        raise BenchFault("a mapping did not release what waits for it: mend that.")
    events, begun = _invoices(other, invoices), perf_counter()
    for event in events:
        await notebook.take(event)
    return released, perf_counter() - begun, max(gaps)


def _invoices(customer: str, invoices: int) -> list[Change]:
    return [invoice_event(TENANT, customer, invoice_id(customer, n)) for n in range(invoices)]


async def _watch(gaps: list[float]) -> None:
    while True:
        start = perf_counter()
        await asyncio.sleep(0)
        gaps.append(perf_counter() - start)


def _notebook() -> Notebook:
    return Notebook(SystemClock(), partition=0, term="bench")


def _median(edits: Sequence[Edit]) -> Edit:
    return Edit(
        seconds=median(each.seconds for each in edits),
        journal=int(median(each.journal for each in edits)),
        rows=int(median(each.rows for each in edits)),
    )
