"""POST /v1/changes: who may, what is kept, and what each answer says."""

import asyncio
import gzip
import json
import re
import tracemalloc
from datetime import UTC, datetime

import httpx
import pytest
from aiokafka.errors import KafkaConnectionError
from fastapi import FastAPI
from sqlalchemy.exc import OperationalError

from agents.gateway import publishing, publishing_http
from agents.gateway.publishing import Grant, Publishing, check
from agents.lab.local import ports
from schemas.contract_files import CONTRACTS
from streams.cluster import Cluster
from streams.outbox.kafka_producer import Producer
from streams.publisher import change_event
from streams.remotes.mediaos.events import change_from_event
from tests.testing.simulated.kafka import SimulatedKafka

TOKEN, BOUND = "a" * 32, "b" * 32
EXAMPLES = CONTRACTS.parent / "examples"
AT = datetime(2025, 3, 12, 9, 15, 44, tzinfo=UTC)


class Kafka(SimulatedKafka):
    """A Kafka that can be away, or slow to answer."""

    def __init__(self):
        super().__init__(4)
        self.away_for = ()
        self.answers = asyncio.Event()
        self.answers.set()
        self.sent = []

    async def send(self, topic, key, value, headers=()):
        await self.answers.wait()
        if key in self.away_for:
            raise KafkaConnectionError
        await super().send(topic, key, value, headers)
        self.sent.append((topic, key, value, tuple(headers)))


async def known(_tenant):
    return True


@pytest.fixture
def kafka():
    return Kafka()


@pytest.fixture
def serve(kafka):
    def serve(grants=((None, TOKEN), ("t2", BOUND)), **options):
        app = FastAPI()
        app.include_router(
            publishing_http.routes(Publishing(kafka, grants, **{"known": known, **options}))
        )
        transport = httpx.ASGITransport(app)
        headers = {"authorization": f"Bearer {TOKEN}", "content-type": "application/json"}
        return httpx.AsyncClient(transport=transport, base_url="http://gateway", headers=headers)

    return serve


@pytest.fixture
async def gateway(serve):
    async with serve() as client:
        yield client


def said(number=1, customer="1001", tenant="t1", **changes):
    """An event as the helper makes it, and what the helper's key is."""
    record = json.loads((EXAMPLES / "customer.v1/whole.json").read_text())
    record |= {"id": customer, "row_version": str(number)} | changes
    change = change_event(
        tenant=tenant,
        kind="customer",
        record=record,
        customer_id=customer,
        row_version=number,
        occurred_at=AT,
    )
    return json.loads(change.value), change.key


async def post(client, body, **headers):
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return await client.post("/v1/changes", content=content, headers=headers)


async def test_an_accepted_event_is_in_kafka_byte_for_byte_under_the_helpers_key(gateway, kafka):
    event, key = said()
    body = json.dumps(event, indent=1).encode()

    answer = await post(gateway, body)

    assert (answer.status_code, answer.json()) == (202, {"status": 202, "id": event["id"]})
    header = (("content-type", b"application/cloudevents+json"),)
    assert kafka.sent == [("mediaos-changes", key, body, header)]


async def test_nothing_is_accepted_before_kafka_has_it(gateway, kafka):
    kafka.answers.clear()
    asked = asyncio.ensure_future(post(gateway, said()[0]))
    for _ in range(50):
        await asyncio.sleep(0)
    assert not asked.done()

    kafka.answers.set()

    assert (await asked).status_code == 202


@pytest.mark.parametrize(
    "example", sorted(EXAMPLES.glob("announcement.v1/*.json")), ids=lambda path: path.stem
)
async def test_every_example_is_accepted_and_read_by_intake_under_its_key(gateway, kafka, example):
    answer = await post(gateway, example.read_bytes())

    assert answer.status_code == 202, answer.text
    [(_, key, value, _)] = kafka.sent
    assert change_from_event(value, key).tenant == "t1"
    assert answer.json()["id"] == json.loads(value)["id"]


async def test_what_is_not_answered_in_time_is_to_be_sent_again(serve, kafka):
    kafka.answers.clear()
    async with serve(patience_seconds=0.01) as client:
        answer = await post(client, said()[0])

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert "send it again" in answer.json()["detail"]


async def test_while_no_broker_answers_the_service_is_told_to_come_again():
    producer = Producer(Cluster(brokers=f"127.0.0.1:{ports.free(1)[0]}"))
    app = FastAPI()
    app.include_router(publishing_http.routes(Publishing(producer, ((None, TOKEN),), known)))
    headers = {"authorization": f"Bearer {TOKEN}"}
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://gateway", headers=headers
    ) as client:
        body = [said(n)[0] for n in (1, 2)]
        answer = await post(client, body, **{"content-type": "application/json"})
    await producer.stop()

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert answer.json()["not_kept"] == 2


async def test_without_a_token_configured_the_route_says_how_to_open_it(serve, kafka):
    async with serve(grants=()) as client:
        answer = await post(client, said()[0])

    assert answer.status_code == 503
    assert "ISTHMUS_PUBLISH_TOKEN" in answer.json()["detail"]
    assert kafka.sent == []


@pytest.mark.parametrize(
    "given", ["", TOKEN, f"Basic {TOKEN}", f"Bearer {TOKEN[:-1]}", "Bearer", "Bearer \xe9"]
)
async def test_who_has_no_known_token_is_told_what_is_expected(gateway, kafka, given):
    answer = await post(gateway, said()[0], authorization=given.encode("latin-1"))

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert TOKEN not in answer.text
    assert kafka.sent == []


async def test_a_token_bound_to_a_tenant_publishes_for_no_other(gateway, kafka):
    events = [said(tenant="t2")[0], said(tenant="t1")[0]]

    answer = await post(gateway, events, authorization=f"Bearer {BOUND}")

    assert answer.status_code == 207
    kept, refused = answer.json()["items"]
    assert (kept["status"], refused["status"]) == (202, 403)
    assert refused["reasons"] == [{"path": "tenant", "expected": "t2", "got": "t1"}]
    assert [key for _, key, *_ in kafka.sent] == [b"t2/mediaos/1001"]


def without(event, *names):
    for name in names[:-1]:
        event = event[name]
    del event[names[-1]]


@pytest.mark.parametrize(
    ("spoil", "path", "expected", "got"),
    [
        (lambda e: without(e, "data", "name"), "data.name", "a value", "nothing"),
        (lambda e: without(e, "tenant"), "tenant", "a value", "nothing"),
        (lambda e: e["data"].update(name=5), "data.name", "a text of at most 1,000", "5"),
        (
            lambda e: e["data"].update(id="1/2"),
            "data.id",
            "A-Z a-z 0-9 _ -, or a whole number",
            '"1/2"',
        ),
        (lambda e: e["data"].update(name=" "), "data.name", "a text that is not empty", '" "'),
        (lambda e: e.update(data=[]), "data", "object", "[]"),
        (lambda e: e.update(time="noon"), "time", "2026-03-10T09:15:00Z", '"noon"'),
        (lambda e: e.update(sequence="9"), "sequence", "'1'", '"9"'),
        (lambda e: e.update(source="/crm/t1"), "source", "'/mediaos/t1'", '"/crm/t1"'),
        (lambda e: e.update(source="/mediaos/t2"), "source", "'/mediaos/t1'", '"/mediaos/t2"'),
        (lambda e: without(e, "source"), "source", "a value", "nothing"),
        (lambda e: e.update(subject="invoice/7"), "subject", "'customer/1001'", '"invoice/7"'),
        (lambda e: e.update(tenant="t1/t2"), "tenant", "1 to 64 of A-Z", '"t1/t2"'),
        (lambda e: e.update(specversion="0.3"), "specversion", "'1.0'", '"0.3"'),
        (
            lambda e: e["data"].update(date_deleted="x" * 200),
            "data.date_deleted",
            "2026-03-10",
            "...",
        ),
    ],
)
async def test_a_wrong_field_is_named_with_what_was_expected_and_what_came(
    gateway, kafka, spoil, path, expected, got
):
    event, _ = said()
    spoil(event)

    answer = await post(gateway, event)

    assert answer.status_code == 422
    [reason] = answer.json()["reasons"]
    assert reason["path"] == path
    assert expected in reason["expected"]
    assert got in reason["got"]
    assert len(reason["got"]) < 100
    assert kafka.sent == []


async def test_all_faults_of_an_event_are_named_at_once_in_the_contracts_words(gateway):
    event = json.loads((EXAMPLES / "announcement.v1/invoice-deleted.json").read_text())
    event |= {"specversion": "0.3", "source": "/crm/t1", "sequence": "99"}
    event["data"] |= {"date_due": "2026-03-10", "total": "much", "taxed": 1, "comments": 5}
    event["data"]["line_items"] = [{"amount": "1.00", "product_id": "a/b"}, {}]

    answer = await post(gateway, event)

    body = answer.json()
    assert {each["path"]: each["got"] for each in body["reasons"]} == {
        "specversion": '"0.3"',
        "source": '"/crm/t1"',
        "sequence": '"99"',
        "data.date_due": '"2026-03-10"',
        "data.total": '"much"',
        "data.comments": "5",
        "data.line_items[0].product_id": '"a/b"',
        "data.line_items[1].amount": "nothing",
    }
    told = " ".join(each["expected"] for each in body["reasons"])
    assert not re.search(r"\b(str|int|regex|Decimal)\b|[`^|]", told)
    assert all(each["path"] in body["detail"] for each in body["reasons"])


async def test_as_many_faults_are_named_as_an_answer_has_room_for(gateway):
    event = json.loads((EXAMPLES / "announcement.v1/invoice-deleted.json").read_text())
    event["data"]["line_items"] = [{}] * 300

    assert len((await post(gateway, event)).json()["reasons"]) == 100


async def test_others_are_served_while_a_batch_is_read(kafka, monkeypatch):
    asked, reads = [], []

    async def other():
        while len(reads) < 5:
            asked.append(len(reads))
            await asyncio.sleep(0)

    def read(event, grant):
        reads.append(event)
        return check(event, grant)

    monkeypatch.setattr(publishing, "check", read)
    beside = asyncio.ensure_future(other())
    await Publishing(kafka, ((None, TOKEN),), known).take([b"{}"] * 5, Grant(None))
    await beside

    assert set(asked) >= {1, 2, 3, 4}


async def test_every_refusal_has_one_shape(serve, gateway):
    async with serve(grants=()) as closed:
        off = await post(closed, said()[0])
    strange = {"content-type": "text/plain"}
    answers = [
        off,
        await post(gateway, said()[0], authorization="Bearer nobody"),
        await post(gateway, said(tenant="t1")[0], authorization=f"Bearer {BOUND}"),
        await post(gateway, said()[0], **strange),
        await post(gateway, b"{"),
        await post(gateway, b"[{"),
        await post(gateway, []),
        await post(gateway, [{}] * 501),
        await post(gateway, b" " * 5_000_000),
        await gateway.get("/v1/changes"),
    ]

    assert [each.status_code for each in answers] == [
        503, 401, 403, 415, 422, 422, 422, 413, 413, 405
    ]  # fmt: skip
    for each in answers:
        assert each.json().keys() == {"status", "detail", "reasons", "id"}
        assert each.json()["status"] == each.status_code
        assert each.json()["detail"]


@pytest.mark.parametrize("body", [b"", b"{", b"5", b"\xff\xfe", b"[" * 5000, b'{"a":' * 5000])
async def test_what_is_no_event_is_refused_with_a_reason(gateway, body):
    answer = await post(gateway, body)

    assert answer.status_code == 422
    assert answer.json().get("reasons") or answer.json()["detail"]


async def test_a_batch_says_of_each_event_what_became_of_it(gateway, kafka):
    wrong, _ = said()
    without(wrong, "data", "name")
    one, two = said(1)[0], said(2, customer="1002")[0]

    answer = await post(gateway, [one, wrong, two])

    assert answer.status_code == 207
    body = answer.json()
    assert [item["status"] for item in body["items"]] == [202, 422, 202]
    assert (body["kept"], body["not_kept"]) == (2, 1)
    assert sorted(json.loads(value)["id"] for _, _, value, _ in kafka.sent) == [
        one["id"],
        two["id"],
    ]


async def test_a_batch_of_one_fate_has_that_status(gateway):
    assert (await post(gateway, [said(n)[0] for n in (1, 2)])).status_code == 202
    assert (await post(gateway, [{}, {}])).status_code == 422


async def test_a_customers_events_keep_their_order_and_stop_at_the_first_that_is_not_kept(
    gateway, kafka
):
    kafka.away_for = (b"t1/mediaos/1001",)
    events = [said(n, customer=c)[0] for n in (1, 2, 3) for c in ("1001", "1002")]

    answer = await post(gateway, events)

    items = answer.json()["items"]
    assert [item["status"] for item in items] == [503, 202] * 3
    assert "not tried" in items[2]["detail"]
    assert [json.loads(value)["sequence"] for _, _, value, _ in kafka.sent] == ["1", "2", "3"]


async def test_a_record_that_is_too_large_is_refused_by_its_size(gateway, kafka):
    event, _ = said()
    event["data"]["comments"] = "x" * 64_000

    answer = await post(gateway, event)

    assert (answer.status_code, kafka.sent) == (422, [])
    [reason] = answer.json()["reasons"]
    assert (reason["path"], reason["expected"][:33]) == (
        "data",
        "a record of at most 64000 bytes (",
    )


async def test_an_event_that_kafka_does_not_take_is_refused_by_its_size(gateway):
    answer = await post(gateway, said()[0] | {"extension": "x" * 1_100_000})

    assert answer.status_code == 422
    assert "Kafka takes" in answer.json()["reasons"][0]["expected"]


async def test_too_large_a_body_is_refused_before_it_is_read_whole(gateway, kafka):
    given = 0

    async def parts():
        nonlocal given
        while given < 100:
            given += 1
            yield b" " * 1024 * 1024

    answer = await gateway.post("/v1/changes", content=parts())

    assert (answer.status_code, kafka.sent) == (413, [])
    assert given < 10
    assert "4194304 bytes" in answer.json()["detail"]


async def test_too_many_events_and_none_are_refused(gateway, kafka):
    many = await post(gateway, [{}] * 501)
    none = await post(gateway, [])

    assert (many.status_code, none.status_code) == (413, 422)
    assert "expected 1 to 500 events, got more" in many.json()["detail"]


async def test_as_many_as_are_allowed_are_taken_in_their_order(gateway):
    bodies = [said()[0], *[{"number": number} for number in range(499)]]

    answer = await post(gateway, bodies)

    assert answer.status_code == 207
    assert [each["status"] for each in answer.json()["items"]] == [202, *[422] * 499]


async def test_a_list_of_two_million_is_refused_at_the_first_that_is_too_many(gateway):
    body = b"[" + b"1," * 2_000_000 + b"1]"
    tracemalloc.start()
    try:
        answer = await post(gateway, body)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert answer.status_code == 413
    # The body itself, taken in and handed on.
    assert most < 5 * len(body)


async def test_a_body_that_says_it_is_too_long_is_not_waited_for(gateway):
    async def never():
        yield b"{"
        await asyncio.Event().wait()

    async with asyncio.timeout(5):
        answer = await gateway.post(
            "/v1/changes", content=never(), headers={"content-length": "9" * 5000}
        )

    assert answer.status_code == 413


@pytest.mark.parametrize("packing", ["gzip", "br", "x" * 50_000])
async def test_a_packed_body_is_refused_by_name_and_never_unpacked(gateway, kafka, packing):
    packed = gzip.compress(json.dumps(said()[0]).encode())

    answer = await post(gateway, packed, **{"content-encoding": packing})

    assert (answer.status_code, kafka.sent) == (415, [])
    assert answer.json()["detail"] == f"content-encoding: expected none, got {packing[:100]}"


async def test_what_a_header_says_is_not_sent_back_whole(gateway):
    answer = await post(gateway, said()[0], **{"content-type": "a" * 50_000})

    assert answer.status_code == 415
    assert len(answer.content) < 500


async def test_another_content_type_is_refused_by_name(gateway):
    answer = await post(gateway, said()[0], **{"content-type": "text/plain; charset=utf-8"})

    assert answer.status_code == 415
    assert "got text/plain" in answer.json()["detail"]


async def test_the_same_event_twice_has_the_same_id(gateway):
    event, _ = said()
    answers = [await post(gateway, event) for _ in range(2)]

    assert answers[0].json() == answers[1].json()


async def test_what_is_for_an_unknown_tenant_is_refused_and_reaches_nothing(serve, kafka):
    async def only_t1(tenant):
        return tenant == "t1"

    (ours, _), (strange, _) = said(tenant="t1"), said(tenant="nobody")
    async with serve(known=only_t1) as client:
        answer = await post(client, [ours, strange])
        alone = await post(client, strange)

    assert (answer.status_code, alone.status_code) == (207, 422)
    assert [each["status"] for each in answer.json()["items"]] == [202, 422]
    [reason] = alone.json()["reasons"]
    assert (reason["path"], reason["got"]) == ("tenant", "nobody")
    assert len(kafka.sent) == 1


async def test_while_nobody_knows_the_tenants_an_event_is_to_come_again(serve, kafka):
    async def away(_tenant):
        raise OperationalError("", {}, ValueError("away"))

    async with serve(known=away) as client:
        answer = await post(client, said()[0])

    assert (answer.status_code, kafka.sent) == (503, [])
