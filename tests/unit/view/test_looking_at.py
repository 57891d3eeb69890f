"""What is at hand of a record whose owner changes while the store is asked."""

from collections.abc import Collection
from typing import Any

from agents.view.lane_context import LaneContext
from schemas.rows import DocumentRow, RecordOwnerRow
from schemas.state import Owner
from schemas.values import Kind, RecordRef, Side

LANE, OTHER = "t1/mediaos/1", "t1/mediaos/2"
INVOICE = RecordRef(Side.MEDIAOS, Kind.INVOICE, "7")
WHOSE = str(RecordOwnerRow("t1", str(INVOICE)))
THEIRS = str(DocumentRow(OTHER, str(INVOICE)))


class Slow:
    """A journal in which another lane links the record while this one waits for the store."""

    def __init__(self) -> None:
        self.asked: list[set[str]] = []
        self._owner: Owner | None = None

    def state(self, row: str) -> Any:
        return self._owner if row == WHOSE else None

    async def loaded(self, row_keys: Collection[str]) -> None:
        self.asked.append(set(row_keys))
        self._owner = Owner(lane=OTHER)


async def test_the_document_of_an_owner_that_was_linked_meanwhile_is_loaded_too() -> None:
    journal = Slow()
    await LaneContext(journal, 0, LANE).look_at((INVOICE,))  # type: ignore[arg-type]
    assert [THEIRS in asked for asked in journal.asked] == [False, True]


async def test_nothing_is_loaded_twice_where_the_owner_stays() -> None:
    journal = Slow()
    journal._owner = Owner(lane=OTHER)
    context = LaneContext(journal, 0, LANE)  # type: ignore[arg-type]
    await context.look_at((INVOICE,))
    assert [THEIRS in asked for asked in journal.asked] == [True]
