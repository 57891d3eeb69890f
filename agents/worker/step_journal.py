"""How does one step of a lane read and write the journal?  What it loaded stays until it ends."""

from collections.abc import AsyncIterator, Callable, Collection, Iterator, Sequence
from typing import Any

from schemas.facts import Fact
from streams.journal.journal import Journal
from streams.journal.terms import Accepted
from streams.tracing import span


class StepJournal:
    """The journal as one lane's context uses it: under our term, over rows that do not leave.

    Rows that are loaded through this object stay in memory for as long as it lives, however long
    a side takes to answer in between.
    """

    def __init__(self, journal: Journal, finished: Callable[[int], int | None]) -> None:
        """`finished` tells a partition's finished prefix of the intake."""
        self._journal = journal
        self._finished = finished
        self._lease = journal.lease()

    def state(self, row: str) -> Any:
        """Return a row as it is folded, or None."""
        return self._journal.state(row)

    def is_stale(self, row: str) -> bool:
        """Tell whether more may be said of a row than can be folded here."""
        return self._journal.is_stale(row)

    def rows(self, prefix: str) -> Iterator[tuple[str, Any]]:
        """Return the rows whose key starts so."""
        return self._journal.rows(prefix)

    async def loaded(self, row_keys: Collection[str]) -> None:
        """Return once these rows can be asked for."""
        await self._journal.loaded(row_keys, self._lease)

    async def loaded_under(self, prefix: str) -> None:
        """Return once `rows(prefix)` can be asked for."""
        await self._journal.loaded_under(prefix, self._lease)

    def pages(self, prefix: str) -> AsyncIterator[Sequence[tuple[str, Any]]]:
        """Yield the rows whose keys begin so in order, a bounded number at a time."""
        return self._journal.pages(prefix)

    async def caught_up(self) -> None:
        """Return once every partition is folded to its present end."""
        await self._journal.caught_up()

    async def write(
        self,
        partition: int,
        lane: str,
        facts: tuple[Fact, ...],
        requests_prefix: int | None = None,
    ) -> bool:
        """Append one step; False when we have no term, or it is over."""
        term = self._journal.term(partition)
        if term is None:
            return False
        with span("journal", partition=partition, lane=lane, facts=len(facts)):
            ended = await self._journal.append(
                partition,
                lane,
                facts,
                term=term,
                prefix=self._finished(partition),
                requests_prefix=requests_prefix,
            )
        return isinstance(ended, Accepted)
