"""Are a journal's decisions made again by the rules?  From what each was given, word for word."""

from collections.abc import Iterable

from agents.rules.documents.decide import decide
from schemas.catalog import decode_journal, encode
from schemas.command_facts import Decided
from schemas.decisions import Send
from tests.testing.simulated.kafka import SimulatedKafka


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
