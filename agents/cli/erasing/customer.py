"""Whose data are to go: which lanes are a customer's, and what does the fold hold of them?"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from agents.cli.refusal import Refusal
from agents.rules.erasing.erased import strings_in
from agents.rules.erasing.strings import Sort
from agents.view.folding import Folding
from schemas.catalog import decode_row
from schemas.identity import lane_key, tenant_of
from schemas.rows import (
    LANE_ROWS,
    LOCKOUT_ROWS,
    TENANT_ROWS,
    DocumentRow,
    LaneRow,
    OwnerRow,
    RecordOwnerRow,
    TenantRow,
    documents_of,
)
from schemas.state import Document, Lane, Lockout, Owner
from schemas.tenant_state import Tenant
from schemas.values import Kind, RecordRef, Side
from streams.journal.store import Store
from streams.journal.words import counted

#: Rows of one lane that are looked at at once.
PAGE = 500
#: Documents whose strings stay in memory.
KEPT = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """A customer as the fold has it: its lanes, its documents by lane, what it is called now."""

    tenant: str
    record: RecordRef
    home: str
    document: str
    lanes: frozenset[str]
    called: tuple[str, ...]


class Rows:
    """What the folded journal says, out of a store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def lane(self, key: str) -> Lane | None:
        """Return what is a lane's own."""
        lane = self._one(str(LaneRow(key)))
        return lane if isinstance(lane, Lane) else None

    def owner(self, lane: str) -> str:
        """Return the lane that speaks for the customer of a lane."""
        owner = self._one(str(OwnerRow(lane)))
        return owner.lane if isinstance(owner, Owner) else lane

    def record_owner(self, tenant: str, record: str) -> Owner | None:
        """Return the lane and the document to which a linked record belongs."""
        owner = self._one(str(RecordOwnerRow(tenant, record)))
        return owner if isinstance(owner, Owner) else None

    def document(self, lane: str, name: str) -> Document | None:
        """Return one document of a lane."""
        document = self._one(str(DocumentRow(lane, name)))
        return document if isinstance(document, Document) else None

    def under(self, prefix: str) -> Iterator[tuple[str, bytes]]:
        """Yield all rows whose keys begin so, and never hold them all."""
        after = prefix
        while found := self._store.read_page(prefix, after, PAGE).rows:
            yield from ((row.key, row.body) for row in found)
            after = found[-1].key

    def bodies(self, keys: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """Yield those of the rows that exist, as what counts of them says."""
        stored = self._store.read(list(keys)).rows
        yield from ((row.key, row.body) for row in counted(stored, Folding()))

    def _one(self, key: str) -> object | None:
        return next((decode_row(key, body) for _, body in self.bodies([key])), None)


class HeldStrings:
    """The strings that the fold holds; what stands in a row is needed, and stays in the journal."""

    def __init__(self, rows: Rows, customer: Customer) -> None:
        self._rows, self._customer = rows, customer
        tenant = [(str(TenantRow(customer.tenant)), Tenant)]
        always = {text for key, shape in tenant for text in self._said(shape, key)}
        lockouts = (strings_in(Lockout, body) for _, body in rows.under(LOCKOUT_ROWS))
        self._always = always | {text for found in lockouts for text, _ in found}
        self._of = lru_cache(KEPT)(self._held)

    def __call__(self, lane: str, documents: tuple[str, ...]) -> frozenset[str]:
        """Return what the fold holds of these documents, of their lane, and of its customers."""
        return self._of(lane, documents)

    def _held(self, lane: str, documents: tuple[str, ...]) -> frozenset[str]:
        found = self._rows.lane(lane)
        customers = found.customers if found is not None else ()
        names = dict.fromkeys((*documents, *customers))
        of_documents = (
            text
            for name in names
            for row in self._rows_of(lane, name)
            for text in self._said(Document, str(row))
        )
        return frozenset((*self._always, *of_documents, *self._said(Lane, str(LaneRow(lane)))))

    def _rows_of(self, lane: str, name: str) -> Iterator[DocumentRow]:
        """Yield where a document stands: in its lane, and in the one that it was handed to."""
        yield DocumentRow(lane, name)
        owner = self._rows.record_owner(self._customer.tenant, name)
        if owner is not None and owner.lane != lane:
            yield DocumentRow(owner.lane, owner.document or name)

    def _said(self, shape: type, key: str) -> Iterator[str]:
        for _, body in self._rows.bodies([key]):
            yield from (text for text, _ in strings_in(shape, body))


def found(rows: Rows, tenant: str, record: RecordRef) -> Customer:
    """Return a customer and its lanes; Refusal where there is none, or one is being written."""
    own = lane_key(tenant, record.side, record.id)
    home = rows.owner(own)
    lane = rows.lane(home)
    if lane is None or not lane.customers:
        raise Refusal(
            f"No customer {record.id} of {record.side.called} has come in: see that the id is "
            "right (--side says whose it is)."
        )
    documents = {name: rows.document(home, name) for name in lane.customers}
    lanes = _lanes(rows, tenant, {own, home, *_of_both(tenant, documents.values())})
    _refuse_open(rows, lanes)
    return Customer(
        tenant=tenant,
        record=record,
        home=home,
        document=_document(documents, record),
        lanes=frozenset(lanes),
        called=tuple(sorted(_called(rows, home, lane.customers))),
    )


def _of_both(tenant: str, documents: Iterable[Document | None]) -> Iterator[str]:
    for document in documents:
        for side in Side:
            shown = document.shown(side) if document is not None else None
            if shown is not None:
                yield lane_key(tenant, side, shown.id)


def _lanes(rows: Rows, tenant: str, known: set[str]) -> set[str]:
    """Return the lanes with those that forward to one of them."""
    homes = {}
    for key, body in rows.under(f"{LANE_ROWS}{tenant}/"):
        if (home := decode_row(key, body).home) is not None:
            homes[key.removeprefix(LANE_ROWS)] = home
    while more := {lane for lane, home in homes.items() if home in known} - known:
        known |= more
    return known


def _refuse_open(rows: Rows, lanes: Iterable[str]) -> None:
    """Refuse while a write of the customer's has no outcome: one request id carries one body."""
    for key in sorted(lanes):
        lane = rows.lane(key)
        if lane is not None and lane.in_flight is not None:
            raise Refusal(
                f"A write of {lane.in_flight.document} in lane {key} has no outcome yet: start a "
                "worker, wait until `isthmus explain` says how it ended, and stop it again."
            )
        for name, body in rows.under(documents_of(key)):
            if decode_row(name, body).in_flight is not None:
                raise Refusal(f"A write in lane {key} has no outcome yet: let a worker end it.")


def _document(documents: dict[str, Document | None], record: RecordRef) -> str:
    for name, document in documents.items():
        shown = document.shown(record.side) if document is not None else None
        if shown is not None and shown.id == record.id:
            return name
    return str(RecordRef(record.side, Kind.CUSTOMER, record.id))


def _called(rows: Rows, lane: str, customers: Iterable[str]) -> set[str]:
    keys = [str(DocumentRow(lane, name)) for name in customers]
    found = (strings_in(Document, body) for _, body in rows.bodies(keys))
    return {text for each in found for text, sort in each if sort is Sort.NAME}


def known_tenants(rows: Rows) -> list[str]:
    """Return the tenants that the journal knows, by name."""
    lanes = {tenant_of(key.removeprefix(LANE_ROWS)) for key, _ in rows.under(LANE_ROWS)}
    return sorted(lanes | {key.removeprefix(TENANT_ROWS) for key, _ in rows.under(TENANT_ROWS)})
