import asyncio

import pytest
from aiokafka.errors import KafkaConnectionError
from msgspec.structs import replace

from agents.cli.journal_state import fold
from agents.cli.main import main
from agents.cli.refusal import Refusal
from agents.cli.send_request import ANSWER_SECONDS, NOBODY, Asker, new_id
from agents.requests.ask import key_of
from schemas.facts import RequestTaken
from schemas.requests import Retry, SetMapping
from tests.testing.simulated.clock import SimulatedClock, settle
from tests.testing.simulated.log import SimulatedLog
from tests.unit.cli.conftest import TERM

REQUEST = SetMapping(id="r1", tenant="t1", source="7", target="19")
DONE = RequestTaken(request="r1", done=True, detail="product 7 is mapped to 19")


@pytest.fixture
def clock():
    return SimulatedClock()


@pytest.fixture
async def asker(world, clock):
    world.answering = False
    state = await fold(SimulatedLog(world.journal), clock)
    return Asker(state=state, outbox=world, clock=clock)


async def test_the_answer_to_another_request_is_not_ours(world, asker):
    asked = asyncio.create_task(asker.ask(REQUEST))
    await settle()
    world.tell("t1", RequestTaken(request="r2", done=False, detail="no"))
    await settle()
    assert not asked.done()
    world.tell("t1", DONE)
    assert await asked == DONE


async def test_an_answer_under_a_term_that_is_over_does_not_count(world, asker):
    asked = asyncio.create_task(asker.ask(REQUEST))
    await settle()
    world.tell("t1", RequestTaken(request="r1", done=False, detail="no"), term="over")
    await settle()
    assert not asked.done()
    world.tell("t1", DONE, term=TERM)
    assert await asked == DONE


async def test_an_answer_that_came_at_once_is_not_missed(world, asker):
    world.answering = True
    answer = await asker.ask(REQUEST)
    assert answer.done


async def test_nobody_is_waited_for_longer_than_30_seconds(asker, clock):
    asked = asyncio.create_task(asker.ask(REQUEST))
    await settle()
    await clock.advance(ANSWER_SECONDS - 1)
    assert not asked.done()
    await clock.advance(1)
    with pytest.raises(Refusal) as refused:
        await asked
    assert str(refused.value) == NOBODY
    assert "No worker answered within 30 s: is one running for this partition?" in NOBODY


async def test_a_broker_that_goes_away_is_one_sentence(asker, world):
    async def gone(*_args):
        raise KafkaConnectionError

    world.send = gone
    with pytest.raises(Refusal, match="Kafka did not confirm the request"):
        await asker.ask(REQUEST)


def test_a_request_goes_under_the_key_of_its_lane_or_tenant():
    assert key_of(REQUEST) == "t1"
    assert key_of(Retry(id="r", lane="t1/qbo/58", document="d")) == "t1/qbo/58"


def test_two_requests_have_two_ids():
    assert new_id() != new_id()


def test_a_broker_that_is_not_there_is_one_sentence_with_the_remedy(capsys, monkeypatch):
    monkeypatch.setenv("ISTHMUS_BROKERS", "127.0.0.1:1")
    for command in (["status"], ["map", "products", "add", "7", "19"], ["rebuild"]):
        with pytest.raises(SystemExit) as ended:
            main(command)
        said = capsys.readouterr()
        assert (ended.value.code, said.out) == (1, "")
        assert " ".join(said.err.split()) == (
            "No Kafka answers at 127.0.0.1:1 (ConnectionRefusedError): start one by "
            "`isthmus broker start`, or correct ISTHMUS_BROKERS."
        )


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"tenant": "t" * 65}, "tenant"),
        ({"source": "7\0"}, "source"),
        ({"source": "7\udcff"}, "surrogates"),
        ({"target": "9" * 65}, "target"),
    ],
    ids=str,
)
async def test_what_a_worker_would_bury_is_refused_and_never_sent(world, asker, changes, named):
    with pytest.raises(Refusal, match=named):
        await asker.ask(replace(REQUEST, **changes))
    assert world.asked == []
