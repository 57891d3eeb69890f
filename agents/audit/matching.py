"""What is there to match of one kind of record, and what has been matched of it so far?"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from agents.audit.books import Book, Entry
from agents.audit.findings import Waiting
from schemas.identity import marker
from schemas.values import Kind, RecordRef


@dataclass(slots=True, kw_only=True)
class Matching:
    """Both books' records of one kind, their links, and who waits.

    `merged` are the customers of QuickBooks that were merged away, whose markers say nothing.
    `pairs` holds what is matched, MediaOS's id to QuickBooks'; `told` the records that a finding
    names already.
    """

    kind: Kind
    mediaos: Book
    qbo: Book
    tenant: str
    links: list[tuple[str, str]]
    waiting: dict[RecordRef, Waiting]
    merged: Mapping[str, str]
    pairs: dict[str, str] = field(default_factory=dict)
    told: set[RecordRef] = field(default_factory=set)

    def here(self, mediaos_id: str) -> RecordRef:
        """Return the name of a record of MediaOS."""
        return self.mediaos.name(self.kind, mediaos_id)

    def there(self, qbo_id: str) -> RecordRef:
        """Return the name of a record of QuickBooks."""
        return self.qbo.name(self.kind, qbo_id)

    def live_here(self) -> dict[str, Entry[Any]]:
        """Return MediaOS's live records."""
        return self.mediaos.live(self.kind)

    def live_there(self) -> dict[str, Entry[Any]]:
        """Return QuickBooks' live records."""
        return self.qbo.live(self.kind)

    def marked(self, qbo_id: str) -> str | None:
        """Return the id of MediaOS that a record's marker names, if it is one of this tenant."""
        if self.kind is Kind.CUSTOMER and qbo_id in self.merged:
            return None
        text = self.qbo.of(self.kind)[qbo_id].shape.marker or ""
        prefix = marker(self.tenant, self.kind, "")
        return text.removeprefix(prefix) if text.startswith(prefix) else None

    def waits(self, *records: RecordRef) -> bool:
        """Tell whether one of these waits, for a reason that the journal gives."""
        return any(record in self.waiting for record in records)
