"""What has the journal of a tenant as a whole?  For a preflight: a page never reads all of it."""

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from agents.rules.documents.lane_book import LaneBook
from schemas.catalog import decode_row
from schemas.rows import DOCUMENT_ROWS, LANE_ROWS, DocumentRow, parsed
from schemas.state import Document
from streams.journal.row_cache import StoredRow
from streams.journal.store import Store

Ask = Callable[[str, Sequence[Any]], list[sqlite3.Row]]
Stored = Callable[[Callable[[Store], list[StoredRow]]], list[StoredRow]]


class WholeTenants:
    """Reads all that there is of one tenant, from any thread."""

    def __init__(self, ask: Ask, stored: Stored) -> None:
        self._ask, self._stored = ask, stored

    def number(self, tenant: str) -> int:
        """Return how many documents there are of it."""
        found = self._ask("SELECT COUNT(*) FROM book_documents WHERE tenant = ?", (tenant,))
        return int(found[0][0])

    def lanes(self, tenant: str) -> list[LaneBook]:
        """Return its lanes, each with all its documents."""
        documents: defaultdict[str, dict[str, Document]] = defaultdict(dict)
        for key, document in self._under(f"{DOCUMENT_ROWS}{tenant}/"):
            if isinstance(row := parsed(key), DocumentRow):
                documents[row.lane][row.name] = document
        lanes = (lane for _, lane in self._under(f"{LANE_ROWS}{tenant}/"))
        return [LaneBook(lane, documents[lane.key]) for lane in lanes]

    def _under(self, prefix: str) -> Iterator[tuple[str, Any]]:
        for row in self._stored(lambda store: store.read_under(prefix).rows):
            yield row.key, decode_row(row.key, row.body)
