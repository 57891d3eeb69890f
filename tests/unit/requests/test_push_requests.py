"""What becomes of records on the topic of pushes: pushes go on, and nothing else does."""

import orjson
import pytest
from msgspec.structs import replace

from agents.intake.known_tenants import everyone
from agents.requests.push_requests import PushRequests
from schemas.catalog import decode_request, encode
from schemas.engine_requests import Resume
from schemas.requests import ChangeSettings, GoLive, Push, ReleaseLockout, Retry, SetMapping
from schemas.tenant_state import TenantSettings
from schemas.values import Side
from streams.ports import Delivery, TopicPartition
from tests.testing.simulated.clock import SimulatedClock
from tests.testing.simulated.kafka import SimulatedKafka

LANE = "t1/mediaos/42"
PUSH = Push(id="p1", lane=LANE, document="mediaos/invoice/136", side=Side.MEDIAOS, overwrite=True)
OTHERS = [
    ChangeSettings(id="r", tenant="t1", settings=TenantSettings(manual_push=False)),
    GoLive(id="r", tenant="t1", by="somebody"),
    ReleaseLockout(id="r", lane=LANE, lockout="lock-1"),
    Resume(id="r", tenant="t1", suspension="s"),
    Retry(id="r", lane=LANE, document="mediaos/invoice/136"),
    SetMapping(id="r", tenant="t1", source="7", target="19"),
]


async def taken(value):
    """Return what goes on to the lane, with its key, and the dead letters."""
    kafka = SimulatedKafka(3)
    tp = TopicPartition("isthmus-pushes", 1)
    delivery = Delivery(tp=tp, offset=7, key=b"any", value=value, generation=1)
    assert await PushRequests(kafka, SimulatedClock(), everyone).handle(delivery)
    requests = [
        (record.key, decode_request(record.value))
        for records in kafka.topics["isthmus-requests"].records
        for record in records
    ]
    return requests, [orjson.loads(value) for value in kafka.values("isthmus-dead-letters")]


async def test_a_push_reaches_the_requests_of_its_lane_as_that_of_a_service():
    said = replace(PUSH, by="isthmus-pushes: a service")
    assert await taken(encode(PUSH)) == ([(LANE.encode(), said)], [])


@pytest.mark.parametrize("request_", OTHERS, ids=lambda each: type(each).__name__)
async def test_whoever_may_push_may_ask_for_nothing_else(request_):
    requests, [letter] = await taken(encode(request_))

    assert requests == []
    asked = type(request_).__struct_config__.tag
    assert letter["reason"] == f"type: expected push, the only request here, got {asked}"
    assert (letter["topic"], letter["partition"], letter["offset"]) == ("isthmus-pushes", 1, 7)


@pytest.mark.parametrize("value", [None, b"", b"no sense", b"null", b'{"type": "push"}'])
async def test_what_makes_no_sense_is_buried(value):
    requests, letters = await taken(value)

    assert (requests, len(letters)) == ([], 1)
