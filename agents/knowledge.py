"""What does the journal know of a record of QuickBooks?  Whose it is, and how new what was seen is.

QuickBooks tells the time of a change to the second, so what was seen in the same second may be
older than what a notice is about: only a later second proves that it is covered.
"""

from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from typing import Any

from agents.rules.dependencies import document_of
from schemas.records import Invoice, Payment
from schemas.state import Document, Lane, Shown
from schemas.values import Kind, Record, Side


class JournalKnowledge:
    """The fold, as hydrate asks it."""

    def __init__(
        self,
        state: Callable[[str], Any],
        caught_up: Callable[[], Awaitable[None]],
        rows: Callable[[str], Iterable[tuple[str, Any]]] = lambda _prefix: (),
    ) -> None:
        """Take a row by its key, the way to the journal's end, and the rows under a prefix."""
        self._state = state
        self._caught_up = caught_up
        self._rows = rows

    def covered(self, tenant: str, kind: Kind, record_id: str, at: datetime) -> bool:
        """Tell whether the fold has seen what the record was at that time."""
        shown = self._shown(tenant, Record(Side.QBO, kind, record_id))
        return shown is not None and (shown.revision.deleted or shown.at > at)

    async def whose(self, tenant: str, kind: Kind, record_id: str) -> str | None:
        """Return the customer of a record, once the journal is read to its present end."""
        await self._caught_up()
        record = Record(Side.QBO, kind, record_id)
        shown = self._shown(tenant, record) or self._unlinked(tenant, record)
        if shown is None:
            return None
        if kind is Kind.CUSTOMER:
            return record_id
        known = shown.record
        return known.customer if isinstance(known, Invoice | Payment) else None

    def _shown(self, tenant: str, record: Record) -> Shown | None:
        home = self._state(f"where:{tenant}/{record}")
        if home is None:
            return None
        lane: Lane | None = self._state(f"lane:{home.lane}")
        document: Document | None = document_of(lane, record) if lane is not None else None
        return document.qbo if document is not None else None

    def _unlinked(self, tenant: str, record: Record) -> Shown | None:
        """Look into every lane: only what is linked is listed by where it stands."""
        for _, lane in self._rows(f"lane:{tenant}/"):
            document = document_of(lane, record)
            if document is not None and document.qbo is not None:
                return document.qbo
        return None
