"""What can be read of a lane and its documents, from whatever gives its rows?"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

from schemas.identity import tenant_of
from schemas.rows import DocumentRow, LaneRow, RecordOwnerRow, RowKey, WaitingRow
from schemas.state import Document, InFlight, Lane, Owner
from schemas.values import RecordRef
from schemas.waiting import Waiting


class LaneReading(ABC):
    """A lane, its documents, and whose a record is; what is read must be loaded."""

    key: str

    @abstractmethod
    def row(self, key: RowKey) -> Any:
        """Return a row, or None."""

    @property
    def tenant(self) -> str:
        """Return the tenant's name."""
        return tenant_of(self.key)

    @property
    def lane(self) -> Lane:
        """Return the lane as it stands."""
        return self.row(LaneRow(self.key)) or Lane(key=self.key)

    @property
    def waiting(self) -> Waiting:
        """Return which of its documents wait."""
        return self.row(WaitingRow(self.key)) or Waiting()

    @property
    def in_flight(self) -> InFlight | None:
        """Return the lane's open decision."""
        underway = self.lane.in_flight
        document = self.document(underway.document) if underway is not None else None
        return document.in_flight if document is not None else None

    def document(self, name: str) -> Document | None:
        """Return a document of this lane by its name."""
        document: Document | None = self.row(DocumentRow(self.key, name))
        return document

    def owner(self, record: RecordRef) -> Owner | None:
        """Return whose a linked record is."""
        owner: Owner | None = self.row(RecordOwnerRow(self.tenant, str(record)))
        return owner

    def name_of(self, record: RecordRef) -> str:
        """Return the name that a record's document has in this lane, or would have."""
        owner = self.owner(record)
        ours = owner is not None and owner.lane == self.key
        return (owner.document if owner is not None and ours else "") or str(record)

    def find(self, record: RecordRef) -> Document | None:
        """Return the document that a record belongs to, in this lane before any other.

        Unless another one has linked it: then what this lane has is what it was before it moved.
        """
        owner, own = self.owner(record), self.document(self.name_of(record))
        linked = own is not None and own.agreed is not None
        if linked or owner is None or owner.lane == self.key:
            return own
        name = owner.document or str(record)
        document: Document | None = self.row(DocumentRow(owner.lane, name))
        return document or own


class LaneView(LaneReading):
    """A lane as it will stand once a step is folded."""

    def __init__(self, key: str, state: Callable[[str], Any]) -> None:
        self.key = key
        self._state = state

    def row(self, key: RowKey) -> Any:
        """Return a row, or None."""
        return self._state(str(key))
