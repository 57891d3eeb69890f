"""What does the journal know of a record of QuickBooks?  Whose it is, and how new what was seen is.

QuickBooks tells the time of a change to the second, so what was seen in the same second may be
older than what a notice is about: only a later second proves that it is covered.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Protocol

from agents.rules.documents.dependencies import document_of
from schemas.records import Invoice, Payment
from schemas.state import Document, Lane, Snapshot
from schemas.values import Kind, RecordRef, Side


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
    """The fold, as hydrate asks it."""

    def __init__(self, journal: Memory) -> None:
        self._journal = journal

    async def covered(self, tenant: str, kind: Kind, record_id: str, at: datetime) -> bool:
        """Tell whether the fold has seen what the record was at that time."""
        shown = await self._shown(tenant, RecordRef(Side.QBO, kind, record_id))
        return shown is not None and (shown.revision.deleted or shown.at > at)

    async def whose(self, tenant: str, kind: Kind, record_id: str) -> str | None:
        """Return the customer of a record, once the journal is read to its present end."""
        await self._journal.caught_up()
        record = RecordRef(Side.QBO, kind, record_id)
        shown = await self._shown(tenant, record) or await self._unlinked(tenant, record)
        if shown is None:
            return None
        if kind is Kind.CUSTOMER:
            return record_id
        known = shown.record
        return known.customer if isinstance(known, Invoice | Payment) else None

    async def _shown(self, tenant: str, record: RecordRef) -> Snapshot | None:
        home = await self._row(f"where:{tenant}/{record}")
        if home is None:
            return None
        lane: Lane | None = await self._row(f"lane:{home.lane}")
        document: Document | None = document_of(lane, record) if lane is not None else None
        return document.qbo if document is not None else None

    async def _row(self, key: str) -> Any:
        await self._journal.loaded((key,))
        return self._journal.state(key)

    async def _unlinked(self, tenant: str, record: RecordRef) -> Snapshot | None:
        """Look into every lane: only what is linked is listed by where it stands."""
        await self._journal.loaded_under(f"lane:{tenant}/")
        for _, lane in self._journal.rows(f"lane:{tenant}/"):
            document = document_of(lane, record)
            if document is not None and document.qbo is not None:
                return document.qbo
        return None
