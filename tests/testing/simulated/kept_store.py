"""What is left of a worker when the next one starts?  Its store, which had room for few rows.

`ROW_LIMIT` is how many rows without open work a worker keeps in memory; a test's fixture lowers it.
"""

from collections.abc import Callable, Iterator
from typing import Any

from agents.rules.documents.lane_book import LaneBook
from agents.view.folding import Folding
from schemas.rows import DocumentRow, LaneRow, documents_of, parsed
from schemas.state import Lane
from streams.journal.journal import Journal
from streams.journal.row_cache import NotLoadedError
from streams.journal.words import counted
from streams.journal.write_behind import ROW_LIMIT
from tests.testing.simulated.kafka import Mortal
from tests.testing.simulated.store import OwnStore

FEW_ROWS = 10


class KeptStore:
    """One installation's store: its workers follow each other, and only the last one lives."""

    row_limit = ROW_LIMIT

    def __init__(self) -> None:
        self.store = OwnStore()

    def in_thread(self, mortal: Mortal) -> Callable[..., Any]:
        """Return how one process calls its store: when it is dead, it writes no more."""

        async def call(work: Callable[..., Any], *args: Any) -> Any:
            await mortal.awake()
            if mortal.dead.is_set():
                await mortal.die()
            return work(*args)

        return call

    def state(self, journal: Journal, key: str) -> Any:
        """Return a row as a worker has it, wherever it has it: a test does not load first."""
        try:
            return journal.state(key)
        except NotLoadedError:
            found = next(counted(self.store.read([key]).rows, Folding()), None)
            return Folding().load(key, found.body) if found is not None else None

    def book(self, journal: Journal, key: str) -> LaneBook:
        """Return a lane with all its documents, as a worker has them."""
        documents = {
            row.name: document
            for at, document in self.rows(journal, documents_of(key))
            if isinstance(row := parsed(at), DocumentRow)
        }
        return LaneBook(self.state(journal, str(LaneRow(key))) or Lane(key=key), documents)

    def rows(self, journal: Journal, prefix: str) -> Iterator[tuple[str, Any]]:
        """Return the rows whose keys begin so, as `state` does."""
        stored = {row.key for row in self.store.read_under(prefix).rows}
        here = journal._fold.rows.between(prefix, prefix, None)
        for key in sorted(stored | here.keys()):
            if (state := self.state(journal, key)) is not None:
                yield key, state
