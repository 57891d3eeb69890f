"""What is at hand of a record whose owner changes while the store is asked."""

from collections.abc import Collection
from typing import Any

from agents.view.lane_context import LaneContext
from schemas.rows import DocumentRow, RecordOwnerRow
from schemas.state import Owner
from schemas.values import Kind, RecordRef, Side

LANE, OTHER, THIRD = "t1/mediaos/1", "t1/mediaos/2", "t1/mediaos/3"
INVOICE = RecordRef(Side.MEDIAOS, Kind.INVOICE, "7")
WHOSE = str(RecordOwnerRow("t1", str(INVOICE)))
THEIRS = str(DocumentRow(OTHER, str(INVOICE)))


class Slow:
    """A journal in which other lanes link the record while this one waits for the store."""

    def __init__(self, *lanes: str) -> None:
        self.asked: list[set[str]] = []
        self._owner: Owner | None = None
        self._lanes = list(lanes)

    def state(self, row: str) -> Any:
        return self._owner if row == WHOSE else None

    async def loaded(self, row_keys: Collection[str]) -> None:
        self.asked.append(set(row_keys))
        if self._lanes:
            self._owner = Owner(lane=self._lanes.pop(0))


async def test_the_document_of_an_owner_that_was_linked_meanwhile_is_loaded_too() -> None:
    journal = Slow(OTHER)
    await LaneContext(journal, 0, LANE).look_at((INVOICE,))  # type: ignore[arg-type]
    assert [THEIRS in asked for asked in journal.asked] == [False, True]


async def test_so_is_that_of_one_who_has_it_by_the_time_that_one_is_there() -> None:
    journal = Slow(OTHER, THIRD)
    await LaneContext(journal, 0, LANE).look_at((INVOICE,))  # type: ignore[arg-type]
    assert str(DocumentRow(THIRD, str(INVOICE))) in journal.asked[-1]


async def test_nothing_is_loaded_twice_where_the_owner_stays() -> None:
    journal = Slow()
    journal._owner = Owner(lane=OTHER)
    context = LaneContext(journal, 0, LANE)  # type: ignore[arg-type]
    await context.look_at((INVOICE,))
    assert [THEIRS in asked for asked in journal.asked] == [True]
