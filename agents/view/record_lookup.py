"""What does the journal know of a record?  Whose it is, and how new what was seen of it is.

What is linked is listed by where it stands.  Of what QuickBooks showed and is not linked yet each
partition has a note, for a deletion names no customer; anything else is looked for in the lane of
the customer that a reading names.

QuickBooks tells the time of a change to the second, so what was seen in the same second may be
older than what a notice is about: only a later second proves that it is covered.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Protocol

from agents.view.lane_context import LaneContext
from schemas.below_zero import may_be
from schemas.conditions import condition_of
from schemas.credit_parts import brings_money
from schemas.identity import lane_key, tenant_lane
from schemas.kinds import KINDS, Anchor, customer_of, is_customer, parts_of
from schemas.lane_conditions import CustomerCrossed, met_by_customer
from schemas.records import Customer
from schemas.rows import (
    DOCUMENT_ROWS,
    DocumentRow,
    OwnerRow,
    RecordOwnerRow,
    RowKey,
    TenantRow,
    seen_of,
)
from schemas.state import Document, Owner, Snapshot
from schemas.tenant_state import Tenant
from schemas.values import Kind, MappingKind, RecordRef, Revision, Side, is_later


class Memory(Protocol):
    """The folded journal: rows must be loaded before they are asked for, since some are stored."""

    def state(self, row_key: str) -> Any:
        """Return a row, or None."""
        ...

    def rows(self, prefix: str) -> Iterable[tuple[str, Any]]:
        """Return the rows whose keys begin so."""
        ...

    async def loaded(self, row_keys: Sequence[str]) -> None:
        """Return once these rows can be asked for."""
        ...

    async def loaded_under(self, prefix: str) -> None:
        """Return once `rows(prefix)` can be asked for."""
        ...

    async def caught_up(self) -> None:
        """Return once everything is folded to its present end."""
        ...


class RecordLookup:
    """The fold, as hydrate and the sweeps ask it.

    Each question's rows may leave memory again once it is answered, however long the asker goes on.
    """

    def __init__(self, journal: Memory) -> None:
        self._journal = journal

    async def covered(self, tenant: str, kind: Kind, record_id: str, at: datetime) -> bool:
        """Tell whether the fold has seen what the record was at that time, and each part of it.

        A write of ours to one of them is answered for that one alone.
        """
        records = (RecordRef(Side.QBO, each, record_id) for each in (kind, *parts_of(kind)))
        documents = [await self._linked(tenant, record) for record in records]
        shown = [each.qbo if each is not None else None for each in documents]
        known = [each for each in shown if each is not None]
        if _is_only_part(shown):
            return False
        return bool(known) and all(one.revision.deleted or one.at > at for one in known)

    async def whose(self, tenant: str, kind: Kind, record_id: str) -> str | None:
        """Return the customer of a record, once the journal is read to its present end."""
        await self._journal.caught_up()
        for each in (kind, *parts_of(kind)):
            record = RecordRef(Side.QBO, each, record_id)
            linked = await self._linked(tenant, record)
            shown = linked.qbo if linked is not None else None
            shown = shown or await self._unlinked(tenant, record)
            if shown is not None:
                return record_id if is_customer(kind) else customer_of(shown.record)
        return None

    async def revision(
        self, tenant: str, record: RecordRef, customer: str | None
    ) -> Revision | None:
        """Return the latest revision of a record, of that side's customer, that is folded.

        And of each part of it: what one of them has not seen is news.  An invoice of MediaOS may
        be folded as the credit that it is.
        """
        if KINDS[record.kind].anchor is Anchor.TENANT:
            return await self._entry_revision(tenant, record)
        parts = parts_of(record.kind) if record.side is Side.QBO else ()
        found: list[Snapshot | None] = []
        for kind in (record.kind, *parts):
            each = RecordRef(record.side, kind, record.id)
            found.append(await self._latest(tenant, may_be(each), customer))
        if _is_only_part(found):
            return None
        return min((each.revision for each in found if each is not None), default=None)

    async def _latest(
        self, tenant: str, names: Collection[RecordRef], customer: str | None
    ) -> Snapshot | None:
        """Return what was seen last of one record under any of its names."""
        last: Snapshot | None = None
        for each in names:
            document = await self.of(tenant, each, customer)
            shown = document.shown(each.side) if document is not None else None
            if shown and (last is None or is_later(each.side, shown.revision, last.revision)):
                last = shown
        return last

    async def _entry_revision(self, tenant: str, record: RecordRef) -> Revision | None:
        state: Tenant = await self._row(TenantRow(tenant_lane(tenant))) or Tenant()
        on_side = state.sources_of if record.side is Side.MEDIAOS else state.targets_of
        entry = on_side(MappingKind.PRODUCT).get(record.id)
        return entry.revision if entry is not None else None

    async def of(self, tenant: str, record: RecordRef, customer: str | None) -> Document | None:
        """Return the document of a record that a side showed, of that side's customer."""
        document = await self._linked(tenant, record)
        if document is not None or customer is None:
            return document
        key = lane_key(tenant, record.side, customer)
        home: Owner | None = await self._row(OwnerRow(key))
        found: Document | None = await self._row(
            DocumentRow(home.lane if home is not None else key, str(record))
        )
        return found

    async def _linked(self, tenant: str, record: RecordRef) -> Document | None:
        owner: Owner | None = await self._row(RecordOwnerRow(tenant, str(record)))
        if owner is None:
            return None
        row = DocumentRow(owner.lane, owner.document or str(record))
        document: Document | None = await self._row(row)
        return document

    async def _unlinked(self, tenant: str, record: RecordRef) -> Snapshot | None:
        """Look at what each partition has noted: only what is linked is listed by where it is."""
        prefix = seen_of(tenant, record)
        await self._journal.loaded_under(prefix)
        for owner in [owner for _, owner in self._journal.rows(prefix)]:
            document: Document | None = await self._row(DocumentRow(owner.lane, owner.document))
            if document is not None and document.qbo is not None:
                return document.qbo
        return None

    async def _row(self, row: RowKey) -> Any:
        key = str(row)
        await self._journal.loaded((key,))
        return self._journal.state(key)


def _is_only_part(shown: Sequence[Snapshot | None]) -> bool:
    """Tell whether a part shows that there is more to it than what is known, of which it is one.

    Somebody puts money on a credit application, and the answer to a write of ours is the first that
    tells it.
    """
    whole, *parts = shown
    return whole is None and any(brings_money(each.record) for each in parts if each is not None)


async def live_records(context: LaneContext, side: Side, kinds: Collection[Kind]) -> set[str]:
    """Return the ids of a tenant's records that stood on that side when it was last heard of."""
    found: set[str] = set()
    async for page in context.journal.pages(f"{DOCUMENT_ROWS}{context.tenant}/"):
        shown = (document.shown(side) for _, document in page if document.kind in kinds)
        found.update(each.id for each in shown if each is not None and each.record is not None)
    return found


async def met_by_others(context: LaneContext) -> set[str]:
    """Return the conditions of a lane that customers of other lanes meet, as those stand now."""
    return await _shown_so(context) | await _crossed(context)


async def _crossed(context: LaneContext) -> set[str]:
    """Return the conditions of what has moved to customers that are on both sides by now.

    Of what waits only that is looked through which moved: all else may be thousands.
    """
    waiting, lookup = context.waiting, RecordLookup(context.journal)
    entries = (waiting.entry(name) for name in waiting.moved)
    texts = dict.fromkeys(text for each in entries if each is not None for text in each.lacks)
    found: set[str] = set()
    for awaited in map(condition_of, texts):
        if isinstance(awaited, CustomerCrossed):
            record = RecordRef(Side.MEDIAOS, Kind.CUSTOMER, awaited.customer)
            document = await lookup.of(context.tenant, record, None)
            if document is not None and document.agreed is not None:
                found.add(str(awaited))
    return found


async def _shown_so(context: LaneContext) -> set[str]:
    """Return the conditions that wait for a customer of another lane, which shows it so.

    Active, or taxed.  The lane's own customers are looked at by what the lane has seen of them.
    """
    found: set[str] = set()
    for customer in dict.fromkeys((*context.lane.inactive, *context.lane.exempt)):
        record = RecordRef(Side.QBO, Kind.CUSTOMER, customer)
        if await context.at_hand(partial(_in_lane, context, record)):
            continue
        document = await RecordLookup(context.journal).of(context.tenant, record, customer)
        shown = document.qbo if document is not None else None
        if shown is not None and isinstance(shown.record, Customer):
            found.update(map(str, met_by_customer(customer, shown.record)))
    return found


def _in_lane(context: LaneContext, record: RecordRef) -> Document | None:
    return context.document(context.name_of(record))
