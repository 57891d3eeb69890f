import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from zlib import crc32

import pytest

from tests.testing.simulated.endings import take_away
from tests.testing.simulated.erased import comes_to_the_same
from tests.testing.simulated.kafka import SimulatedKafka
from tests.testing.simulated.kept_store import FEW_ROWS, KeptStore
from tests.testing.simulated.replay import decisions_in, journal_of, made_again
from tests.testing.simulated.turns import is_erased_from, rooms_in_turn

HERE = Path(__file__).parent


@pytest.fixture(autouse=True)
async def processes_that_were_killed_are_taken_away() -> AsyncIterator[None]:
    """A killed process waits for ever, and the loop that it waits in ends with the test."""
    yield
    await take_away(asyncio.all_tasks() - {asyncio.current_task()})


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Play each story with room for all rows, and with room for few; what kills often, with few.

    So are those of many alike, marked `few_rows`; those marked `all_rows` cost too much for that.
    Stories over both sides have one or the other, by turns; what is played for the second time is
    not in `make test-fast`.
    """
    marked = {mark.name for mark in metafunc.definition.iter_markers()}
    if "all_rows" in marked:
        rooms = [KeptStore.row_limit]
    elif "few_rows" in marked or "kill" in metafunc.function.__name__:
        rooms = [FEW_ROWS]
    elif "both" in metafunc.module.__name__.split("."):
        rooms = rooms_in_turn(metafunc.definition.nodeid, [KeptStore.row_limit, FEW_ROWS])
    else:
        rooms = [KeptStore.row_limit, pytest.param(FEW_ROWS, marks=pytest.mark.thorough)]
    metafunc.parametrize("room", rooms, ids="{}-rows".format, indirect=True)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    """Mark those of a story's cases that are one more of many alike: all but its first."""
    told: set[tuple[Path, str]] = set()
    for item in items:
        if not (isinstance(item, pytest.Function) and item.path.is_relative_to(HERE)):
            continue
        story = (item.path, item.originalname)
        if story in told:
            item.add_marker(pytest.mark.thorough)
        elif not any(item.get_closest_marker(each) for each in ("slow", "thorough")):
            told.add(story)


@pytest.fixture(autouse=True)
def room(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give every worker memory for so many rows that have no open work."""
    monkeypatch.setattr(KeptStore, "row_limit", request.param)


@pytest.fixture(autouse=True)
def journals_are_played_again(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """At its end each story's journal is replayed through the rules, whatever happened in it.

    And from some a customer is erased, by turns, which must change no row, and nothing that the
    ledger check goes by.
    """
    story = request.node.nodeid
    worlds: list[SimulatedKafka] = []
    make = SimulatedKafka.__init__

    def made(kafka: SimulatedKafka, partitions: int) -> None:
        make(kafka, partitions)
        worlds.append(kafka)

    monkeypatch.setattr(SimulatedKafka, "__init__", made)
    yield
    for kafka in worlds:
        made_again(decisions_in(journal_of(kafka)))
        if is_erased_from(story):
            asyncio.run(comes_to_the_same(kafka, crc32(story.encode())))
