"""A lane of a journal with all its documents, as a test looks at it."""

from agents.rules.documents.lane_book import LaneBook
from schemas.rows import DocumentRow, LaneRow, documents_of, parsed
from schemas.state import Lane
from streams.journal.journal import Journal


def book(journal: Journal, key: str) -> LaneBook:
    """Return a lane as it is folded."""
    documents = {
        row.name: document
        for at, document in journal.rows(documents_of(key))
        if isinstance(row := parsed(at), DocumentRow)
    }
    return LaneBook(journal.state(str(LaneRow(key))) or Lane(key=key), documents)
