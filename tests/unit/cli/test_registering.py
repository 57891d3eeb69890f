import pytest

from agents.cli import registering
from agents.cli.refusal import Refusal
from agents.cli.registering import FoldedRegister
from schemas.catalog import decode_request
from schemas.engine_requests import NoteRefresh
from schemas.facts import RequestTaken
from schemas.tenant_facts import TenantConnected, TokenRefreshed
from schemas.tenant_state import Connected
from streams.cluster import Cluster
from tests.testing.simulated.clock import SimulatedClock
from tests.testing.simulated.log import SimulatedLog

FIRST = Connected(version=1, realm="9130", environment="sandbox", installation="here")
SECOND = Connected(version=2, realm="9130", environment="sandbox", installation="here")


@pytest.fixture
def register(world, monkeypatch):
    class Log(SimulatedLog):
        def __init__(self, _brokers, _topic):
            super().__init__(world.journal)

        async def start(self):
            if world.kafka is None:
                raise OSError("away")

        async def stop(self):
            pass

    class Producer:
        def __init__(self, _brokers):
            pass

        async def send(self, _topic, key, value):
            world.asked.append((key, value))
            world.tell(
                "t1",
                TokenRefreshed(request="refresh-t1-2", version=2),
                RequestTaken(request="refresh-t1-2", done=True, detail="version 2 holds"),
            )

        async def stop(self):
            pass

    monkeypatch.setattr(registering, "KafkaLog", Log)
    monkeypatch.setattr(registering, "Producer", Producer)
    world.tell("t1", TenantConnected(request="r1", connection=FIRST))
    return FoldedRegister(Cluster(brokers="127.0.0.1:9"), SimulatedClock())


async def test_a_command_reads_the_journal_s_word_and_has_a_renewed_token_confirmed(
    world, register
):
    assert await register.confirmed("t1") == FIRST

    await register.note("t1", SECOND)

    assert await register.confirmed("t1") == SECOND
    [(key, value)] = world.asked
    assert key == b"t1"
    assert NoteRefresh(id="refresh-t1-2", tenant="t1", connection=SECOND) == decode_request(value)
    await register.close()


async def test_without_kafka_the_command_says_so(world, register):
    world.kafka = None

    with pytest.raises(Refusal, match="No Kafka answers"):
        await register.confirmed("t1")
    await register.close()
