"""What may be asked for from outside, and in whose name?  Each door is shown every request."""

from contextlib import AsyncExitStack
from datetime import timedelta
from decimal import Decimal
from typing import get_args

import httpx
import msgspec
import orjson
import pytest

from agents.gateway import publishing_http
from agents.gateway.gateway import Webhooks, build
from agents.gateway.publishing import Publishing
from agents.intake.known_tenants import everyone
from agents.requests.lockout_requests import LockoutRequests
from agents.requests.push_requests import PushRequests
from schemas.catalog import decode_request, encode
from schemas.engine_requests import (
    CountRemoval,
    NoteRefresh,
    OfEngine,
    ReadCompany,
    Resume,
    Suspend,
)
from schemas.kept_requests import BeginDigest, KeepDigest, KeepReconciliation
from schemas.limits import LONGEST_ACTOR
from schemas.lockout_requests import LockoutWanted, ReleaseWanted
from schemas.outcomes import Fault
from schemas.requests import (
    ChangeSettings,
    ConfirmRemovals,
    ConnectTenant,
    DisconnectTenant,
    GoLive,
    ImposeLockout,
    Link,
    NoteDocument,
    PauseTenant,
    Push,
    ReadTargets,
    ReleaseLockout,
    Request,
    ResolveConflict,
    ResumeTenant,
    Retry,
    SetMapping,
    TryLane,
    TryNow,
    Unlink,
)
from schemas.tenant_state import Connected, TenantSettings
from schemas.values import Side
from streams.ports import Delivery, TopicPartition
from tests.testing.intuit import signature
from tests.testing.simulated.clock import START, SimulatedClock
from tests.testing.simulated.kafka import SimulatedKafka

LANE, TOKEN = "t1/mediaos/42", "a" * 32
OURS = {"id": "r", "tenant": "t1"}
COMPANY = Connected(version=1, realm="9130", environment="production")
LATER = START + timedelta(minutes=20)
EVERY = [
    SetMapping(**OURS, source="7", target="19"),
    ReadTargets(**OURS),
    ChangeSettings(**OURS, settings=TenantSettings()),
    ConnectTenant(**OURS, connection=COMPANY),
    NoteRefresh(**OURS, connection=COMPANY),
    DisconnectTenant(**OURS),
    ConfirmRemovals(**OURS, guard="g"),
    BeginDigest(**OURS, day=START.date(), to=("0123456789abcdef",)),
    KeepDigest(**OURS, day=START.date(), to=("0123456789abcdef",)),
    KeepReconciliation(**OURS, at=START, differs=1, waits=2, amount=Decimal(12)),
    CountRemoval(**OURS, side=Side.QBO, record="mediaos/invoice/136", amount=Decimal(100)),
    GoLive(**OURS),
    Suspend(**OURS, lane=LANE, version=1, fault=Fault(side=Side.QBO, status=403), at=START),
    Resume(**OURS, suspension="s"),
    PauseTenant(**OURS, reason="month end"),
    ResumeTenant(**OURS),
    TryNow(**OURS),
    TryLane(id="r", lane=LANE),
    Retry(id="r", lane=LANE, document="mediaos/invoice/136"),
    ResolveConflict(id="r", lane=LANE, document="mediaos/invoice/136", keep=Side.QBO),
    NoteDocument(id="r", lane=LANE, document="mediaos/invoice/136"),
    Push(id="r", lane=LANE, document="mediaos/invoice/136"),
    Link(id="r", lane=LANE, document="mediaos/customer/42", target="500"),
    Unlink(id="r", lane=LANE, document="mediaos/customer/42"),
    ReleaseLockout(id="r", lane=LANE, lockout="l"),
    ImposeLockout(id="r", lane=LANE, reason="closed"),
    ReadCompany(**OURS),
]
IMPOSE = LockoutWanted(id="r", lane=LANE, until=LATER, reason="closed")
RELEASE = ReleaseWanted(id="r", lane=LANE, lockout="l")


def test_every_request_is_shown_to_the_doors():
    assert {type(each) for each in EVERY} == set(get_args(Request))


def test_who_asks_is_said_of_all_but_what_the_engine_alone_tells_itself():
    assert set(get_args(OfEngine)) == {NoteRefresh, ReadCompany, Suspend, Resume, CountRemoval}
    named = {type(each) for each in EVERY if "by" in each.__struct_fields__}
    assert named == set(get_args(Request)) - set(get_args(OfEngine))


async def passed_on(topic, handler, value):
    """Return what a topic of services lets through."""
    kafka = SimulatedKafka(3)
    delivery = Delivery(
        tp=TopicPartition(topic, 1), offset=7, key=b"any", value=value, generation=1
    )
    assert await handler(kafka, SimulatedClock(), everyone).handle(delivery)
    return [decode_request(each) for each in kafka.values("isthmus-requests")]


@pytest.mark.parametrize("asked", EVERY, ids=lambda each: type(each).__name__)
async def test_the_topics_of_services_let_nothing_through_but_what_they_are_for(asked):
    pushed = await passed_on("isthmus-pushes", PushRequests, encode(asked))
    # That topic has a tag of its own: under ours a record there is the published view, or nothing.
    told = orjson.loads(encode(asked))
    wanted = orjson.dumps({**told, "request": told["type"]})
    locked = [
        *await passed_on("isthmus-lockouts", LockoutRequests, encode(asked)),
        *await passed_on("isthmus-lockouts", LockoutRequests, wanted),
    ]

    assert [type(each) for each in pushed] == ([Push] if isinstance(asked, Push) else [])
    assert locked == []


@pytest.mark.parametrize("asked", EVERY, ids=lambda each: type(each).__name__)
async def test_no_request_comes_in_over_http(asked):
    kafka = SimulatedKafka(3)

    async def known(_tenant):
        return True

    async def whose(_realm):
        return "t1"

    app = build(Webhooks(kafka, whose, "verifier"), AsyncExitStack)
    publishing = Publishing(kafka, ((None, TOKEN),), known)
    app.include_router(publishing_http.routes(publishing))
    body = encode(asked)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://gateway"
    ) as http:
        headers = {"authorization": f"Bearer {TOKEN}", "content-type": "application/json"}
        published = await http.post("/v1/changes", content=body, headers=headers)
        signed = {"intuit-signature": signature(body, "verifier")}
        told = await http.post("/webhooks/quickbooks", content=body, headers=signed)

    assert (published.status_code, told.status_code) == (422, 400)
    assert not any(records for topic in kafka.topics.values() for records in topic.records)


DOORS = [
    ("isthmus-pushes", PushRequests, next(each for each in EVERY if isinstance(each, Push))),
    ("isthmus-lockouts", LockoutRequests, IMPOSE),
    ("isthmus-lockouts", LockoutRequests, RELEASE),
]
LONGEST = "n" * LONGEST_ACTOR


@pytest.mark.parametrize(
    ("said", "by"),
    [
        ("", "a service"),
        (" \u2028\u00a0", "a service"),
        ("billing", "billing"),
        (LONGEST, LONGEST),
        ("isthmus-pushes: billing", "billing"),
        (f"isthmus-lockouts: {LONGEST}", LONGEST),
    ],
)
@pytest.mark.parametrize(("topic", "handler", "asked"), DOORS)
async def test_a_service_is_named_with_its_topic_and_never_as_a_person(
    topic, handler, asked, said, by
):
    value = encode(msgspec.structs.replace(asked, by=said))

    [request] = await passed_on(topic, handler, value)

    assert request.by == f"{topic}: {by}"


@pytest.mark.parametrize(("topic", "handler", "asked"), DOORS)
@pytest.mark.parametrize("name", [LONGEST + "n", "a\x1b[2J", "a\n"])
async def test_a_name_beyond_the_limits_asks_for_nothing(topic, handler, asked, name):
    value = encode(msgspec.structs.replace(asked, by=name))

    assert await passed_on(topic, handler, value) == []
