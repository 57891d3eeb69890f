"""Does a journal say what was done by it, when it is played again?

Its decisions are made again by the rules, from what each was given, word for word; and its facts
come to the rows that the workers have in their store, byte by byte.
"""

from collections.abc import Callable, Iterable
from typing import Any

from agents.rules.documents.decide import decide
from agents.view.folding import Folding
from schemas.catalog import decode_journal, encode
from schemas.command_facts import Decided
from schemas.decisions import Send
from streams.journal.journal import Journal
from streams.journal.rebuild import Difference, compare, rebuild
from streams.journal.store import Store
from streams.journal.write_behind import ROW_LIMIT
from streams.ports import Clock
from tests.testing.simulated.kafka import SimulatedKafka
from tests.testing.simulated.log import SimulatedLog
from tests.testing.simulated.store import OwnStore


def decisions_in(records: Iterable[bytes]) -> list[Decided]:
    facts = [fact for record in records for fact in decode_journal(record).facts]
    return [fact for fact in facts if isinstance(fact, Decided)]


def made_again(decisions: Iterable[Decided]) -> None:
    """Ask the rules again; what they answered to the recorded question must be their answer."""
    for recorded in decisions:
        answer = decide(recorded.given, recorded.decision)
        assert isinstance(answer, Send), f"{recorded.decision}: now it is {answer}"
        assert encode(answer.command) == encode(recorded.command)


def journal_of(kafka: SimulatedKafka) -> list[bytes]:
    return kafka.values("isthmus-journal")


async def differences(
    kafka: SimulatedKafka,
    journal: Journal,
    store: Store,
    clock: Clock,
    *,
    row_limit: int = ROW_LIMIT,
    records_a_read: int = 500,
) -> list[Difference]:
    """Return where the store of a worker that stands still is not what its journal comes to.

    However few rows have room, and however few records are read at once.
    """
    await journal.flush()
    anew = OwnStore()
    await rebuild(
        SimulatedLog(kafka.topics["isthmus-journal"], records_a_read=records_a_read),
        Folding(),
        anew,
        clock,
        partitions=kafka.partitions,
        row_limit=row_limit,
        in_thread=_at_once,
    )
    return list(compare(store, anew))


async def _at_once(work: Callable[..., Any], *args: Any) -> Any:
    return work(*args)
