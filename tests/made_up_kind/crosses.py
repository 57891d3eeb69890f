"""Does a credit cross, wait, come back, and reach both wires, with nothing else changed?"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from decimal import Decimal

from tests.made_up_kind.declared import CREDIT  # first: it makes the kind

# isort: split
from msgspec.structs import replace

from schemas.catalog import decode_journal, encode
from schemas.command_facts import Decided
from schemas.commands import Create, Update
from schemas.kinds import KINDS
from schemas.records import Allocation, Credit, Customer, Line
from schemas.state import ParkReason
from schemas.values import Kind, RecordRef, Revision, Side
from streams.remotes.mediaos import events as mediaos_events
from streams.remotes.mediaos import wire as mediaos_wire
from streams.remotes.quickbooks import events as quickbooks_events
from streams.remotes.quickbooks import wire as quickbooks_wire
from streams.remotes.quickbooks.kinds.table import ENTITIES
from streams.remotes.quickbooks.queries import cdc_request
from streams.remotes.quickbooks.webhooks import parse
from tests.testing.simulated.story import LANE, LINE, given_a_customer_with_an_invoice, invoice
from tests.testing.simulated.world import World

NAME = "mediaos/credit/9"
AT = datetime(2026, 3, 9, tzinfo=UTC)


def credit(of: str = "136", customer: str = "42", product: str = "7") -> Credit:
    amount = Decimal("50.00")
    return Credit(
        customer=customer,
        issued=date(2026, 3, 9),
        lines=(Line(product=product, unit_price=amount, amount=amount),),
        memo="Wrong colour",
        applied=(Allocation(invoice=of, amount=amount),),
        total=amount,
    )


async def started() -> World:
    world = World()
    await world.worker()
    await given_a_customer_with_an_invoice(world)
    await world.run()
    return world


async def it_crosses_numbered_marked_and_in_the_other_sides_names() -> None:
    world = await started()
    await world.mediaos.person_creates(CREDIT, credit(), "9")
    await world.run()

    [(qbo_id, crossed)] = world.qbo.of(CREDIT).items()
    [qbo_customer] = world.qbo.of(Kind.CUSTOMER)
    [qbo_invoice] = world.qbo.of(Kind.INVOICE)
    assert (crossed.number, crossed.marker) == ("MediaOS-9", "MediaOS t1 credit 9")
    assert crossed.customer == qbo_customer
    assert [line.product for line in crossed.lines] == ["19"]
    assert [part.invoice for part in crossed.applied] == [qbo_invoice]
    came_back = world.mediaos.of(CREDIT)["9"]
    assert (came_back.number, came_back.marker) == ("MediaOS-9", qbo_id)


async def it_waits_for_all_that_it_names() -> None:
    world = World()
    worker = await world.worker()
    await world.mediaos.person_creates(CREDIT, credit(), "9")
    await world.run(1)
    assert worker.lane(LANE).documents[NAME].park.reason is ParkReason.CUSTOMER_UNKNOWN
    await world.mediaos.person_creates(Kind.CUSTOMER, Customer(name="Harbour Books"), "42")
    await world.run(1)
    assert worker.lane(LANE).documents[NAME].park.waits_for == ("product:7",)

    await given_a_customer_with_an_invoice(world)
    await world.run()
    assert len(world.qbo.of(CREDIT)) == 1


async def it_waits_for_its_invoice_alone() -> None:
    world = await started()
    worker = world.workers[-1]
    await world.mediaos.person_creates(CREDIT, credit(of="137"), "9")
    await world.run(1)
    park = worker.lane(LANE).documents[NAME].park
    assert park.waits_for == ("mediaos-invoice:137",)
    assert park.detail == "invoice 137 of MediaOS has not crossed yet; the credit follows it"

    await world.mediaos.person_creates(Kind.INVOICE, invoice(lines=(LINE,)), "137")
    await world.run()
    assert len(world.qbo.of(CREDIT)) == 1


async def edits_of_both_sides_survive_and_a_new_worker_goes_on() -> None:
    world = await started()
    await world.mediaos.person_creates(CREDIT, credit(), "9")
    await world.run()
    [qbo_id] = world.qbo.of(CREDIT)
    await world.worker()
    await world.qbo.person_edits(CREDIT, qbo_id, memo="Wrong size")
    await world.run()
    assert world.mediaos.of(CREDIT)["9"].memo == "Wrong size"
    await world.mediaos.person_edits(CREDIT, "9", issued=date(2026, 3, 10))
    await world.run()
    assert world.qbo.of(CREDIT)[qbo_id].issued == date(2026, 3, 10)


async def one_born_in_quickbooks_reaches_mediaos() -> None:
    world = await started()
    [qbo_customer] = world.qbo.of(Kind.CUSTOMER)
    [qbo_invoice] = world.qbo.of(Kind.INVOICE)
    await world.qbo.person_creates(CREDIT, credit(qbo_invoice, qbo_customer, "19"))
    await world.run()

    [born] = world.mediaos.of(CREDIT).values()
    assert (born.customer, born.applied[0].invoice) == ("42", "136")


async def a_lost_answer_makes_no_second_one() -> None:
    world = await started()
    world.qbo.lose_replies = 1
    await world.mediaos.person_creates(CREDIT, credit(), "9")
    await world.run(300)
    assert len(world.qbo.of(CREDIT)) == 1
    assert world.mediaos.of(CREDIT)["9"].number == "MediaOS-9"


async def what_was_decided_of_it_is_read_from_the_journal() -> None:
    world = await started()
    await world.mediaos.person_creates(CREDIT, credit(), "9")
    await world.run()
    records = [decode_journal(value) for value in world.kafka.values("isthmus-journal")]
    commands = [
        fact.command
        for record in records
        for fact in record.facts
        if isinstance(fact, Decided) and fact.command.kind is CREDIT
    ]
    assert [type(command) for command in commands] == [Create, Update]
    assert all(decode_journal(encode(record)) == record for record in records)


def command(side: Side, record: Credit, *fields: str) -> Create:
    about = RecordRef(side.other, CREDIT, "9")
    return Create(
        id="d1/0",
        request_id="r1",
        side=side,
        kind=CREDIT,
        about=about,
        record=record,
        fields=fields,
    )


async def it_is_written_read_and_looked_for_in_quickbooks() -> None:
    asked = command(
        Side.QBO, replace(credit("266", "58"), number="MediaOS-9"), "number", "customer"
    )
    request = quickbooks_wire.build(asked)
    assert (request.method, request.path) == ("POST", "/creditmemo")
    assert json.loads(request.body) == {"DocNumber": "MediaOS-9", "CustomerRef": {"value": "58"}}
    looks = ENTITIES[CREDIT].looks(ENTITIES[CREDIT], asked)
    assert looks[0].statement == "SELECT * FROM CreditMemo WHERE DocNumber = 'MediaOS-9'"

    entity = {
        "Id": "301",
        "SyncToken": "2",
        "CustomerRef": {"value": "58"},
        "TxnDate": "2026-03-09",
        "TotalAmt": 50.00,
        "PrivateNote": "MediaOS t1 credit 9",
    }
    key, event = quickbooks_events.change_event("t1", CREDIT, entity, AT, realm="1")
    change = quickbooks_events.change_from_event(event)
    assert (key, change.kind, change.customer) == ("t1/qbo/58", CREDIT, "58")
    assert (change.record.marker, change.revision) == ("MediaOS t1 credit 9", Revision(False, 2))


async def a_webhook_and_a_sweep_name_it() -> None:
    entity = {"id": "301", "operation": "Update", "name": "CreditMemo", "lastUpdated": f"{AT}"}
    told = {"realmId": "1", "dataChangeEvent": {"entities": [entity]}}
    [notice] = parse(json.dumps({"eventNotifications": [told]}).encode()).notices
    assert (notice.kind, notice.id) == (CREDIT, "301")
    assert "CreditMemo" in cdc_request(tuple(KINDS), AT).params["entities"]


async def it_is_written_and_read_in_mediaos() -> None:
    request = mediaos_wire.build(command(Side.MEDIAOS, credit(), "memo"))
    assert (request.method, request.path) == ("POST", "/credits/")
    assert json.loads(request.body) == {"comments": "Wrong colour"}

    data = {
        "id": 9,
        "row_version": 3,
        "advertiser_id": 42,
        "line_items": [{"amount": "50", "product_id": 7}],
        "total": "50",
        "invoice_id": 136,
        "date_created": "2026-03-09 00:00:00",
    }
    event = {
        "specversion": "1.0",
        "id": "t1/mediaos/credit/9@3",
        "source": "/mediaos/t1",
        "type": "com.mediaos.credit.changed.v1",
        "subject": "credit/9",
        "time": "2026-03-09T09:00:00Z",
        "tenant": "t1",
        "sequence": "3",
        "data": data,
    }
    change = mediaos_events.change_from_event(json.dumps(event).encode(), b"t1/mediaos/42")
    assert (change.kind, change.customer) == (CREDIT, "42")
    assert change.record.applied == (Allocation(invoice="136", amount=Decimal(50)),)


STORIES: tuple[Callable[[], Awaitable[None]], ...] = (
    it_crosses_numbered_marked_and_in_the_other_sides_names,
    it_waits_for_all_that_it_names,
    it_waits_for_its_invoice_alone,
    edits_of_both_sides_survive_and_a_new_worker_goes_on,
    one_born_in_quickbooks_reaches_mediaos,
    a_lost_answer_makes_no_second_one,
    what_was_decided_of_it_is_read_from_the_journal,
    it_is_written_read_and_looked_for_in_quickbooks,
    a_webhook_and_a_sweep_name_it,
    it_is_written_and_read_in_mediaos,
)

if __name__ == "__main__":
    for story in STORIES:
        asyncio.run(story())
        print(story.__name__)  # noqa: T201 - what the test looks for
