"""How does a document wait, by who ends it?"""

from enum import StrEnum

from agents.rules.documents.conflicts import conflict_of
from schemas.state import Document, ParkReason


class Sort(StrEnum):
    """How a document waits, by who ends it."""

    CONFLICT = "conflict"
    PARKED = "parked"
    #: The tenant set it so: nothing goes by itself, or nothing yet.
    CHOSEN = "chosen"
    ONE_SIDED = "one-sided"
    #: Somebody said that nobody has to see to it, and nothing new has happened since.
    DISMISSED = "dismissed"


_CHOSEN = frozenset({ParkReason.MANUAL, ParkReason.OBSERVE})


def sort_of(document: Document) -> Sort | None:
    """Return how a document waits; None while it does not."""
    if conflict_of(document) is not None:
        return Sort.CONFLICT
    if document.park is not None:
        return Sort.CHOSEN if document.park.reason in _CHOSEN else Sort.PARKED
    return Sort.ONE_SIDED if document.unplaced is not None else None
