"""What does a lane look like with all its documents in it?

For those who look at everything there is: the command line, a preview, a test.  A lane at work
never does, for a customer may have tens of thousands of documents.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from agents.rules.wording import by_document
from schemas.changes import Change
from schemas.state import Document, InFlight, Lane, Waits
from schemas.values import RecordRef, Side


@dataclass(frozen=True, slots=True)
class LaneBook:
    """A lane and its documents, by the names of the records that founded them."""

    lane: Lane
    documents: Mapping[str, Document]

    @property
    def key(self) -> str:
        """Return the lane's key."""
        return self.lane.key

    @property
    def held(self) -> tuple[Change, ...]:
        """Return the events that wait."""
        return tuple(self.lane.held)

    @property
    def waits(self) -> Waits | None:
        """Return why the whole lane waits, if it does."""
        return self.lane.waits

    @property
    def home(self) -> str | None:
        """Return the lane that speaks for this customer, if another does."""
        return self.lane.home

    @property
    def locks(self) -> tuple[datetime, ...]:
        """Return when a side said locked of late."""
        return self.lane.locks

    @property
    def in_flight(self) -> InFlight | None:
        """Return the lane's open decision."""
        if self.lane.in_flight is None:
            return None
        document = self.documents.get(self.lane.in_flight.document)
        return document.in_flight if document is not None else None

    @property
    def names(self) -> dict[str, str]:
        """Return, by the name of each record that founded none, its document."""
        return {
            str(record): name
            for name, document in self.documents.items()
            for record in _records(document)
            if str(record) != name
        }

    def document_of(self, record: RecordRef) -> Document | None:
        """Return the document that a record belongs to."""
        name = str(record)
        return self.documents.get(name) or self.documents.get(self.names.get(name, name))

    def called(self, record: RecordRef) -> str:
        """Return how people call a record: by its number or name, where the lane knows one."""
        return by_document(record, self.document_of(record))


def _records(document: Document) -> Iterable[RecordRef]:
    """Return the records that are known to be this document's."""
    if document.agreed is None:
        return ()
    shown = ((side, document.shown(side)) for side in Side)
    return (RecordRef(side, document.kind, each.id) for side, each in shown if each is not None)
