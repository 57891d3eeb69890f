"""Stories of linked records that someone deletes, and wants back."""

from schemas.requests import Retry
from schemas.state import ParkReason
from schemas.values import Kind
from tests.testing.simulated.story import LANE, given_a_customer_with_an_invoice, payment
from tests.testing.simulated.world import World

INVOICE = "mediaos/invoice/136"
SETTLED = 130.0


async def given_an_invoice_deleted_in_quickbooks(world: World) -> str:
    """And edited in MediaOS meanwhile: a person is to say which of both counts."""
    await given_a_customer_with_an_invoice(world)
    await world.run(5)
    [made] = world.qbo.of(Kind.INVOICE)
    await world.mediaos.person_edits(Kind.INVOICE, "136", memo="April")
    await world.qbo.person_deletes(Kind.INVOICE, made)
    await world.run(5)
    return made


async def test_a_deleted_invoice_is_made_anew_once_when_a_person_asks():
    world = World()
    worker = await world.worker()
    first = await given_an_invoice_deleted_in_quickbooks(world)
    assert worker.lane(LANE).documents[INVOICE].park.reason is ParkReason.CONFLICT
    await world.run(SETTLED)
    await world.ask(LANE, Retry(id="r5", lane=LANE, document=INVOICE))
    await world.run(5)
    await world.qbo._say(Kind.INVOICE, first, "1002")
    await world.run(5)

    [(second, crossed)] = world.qbo.of(Kind.INVOICE).items()
    assert second != first
    assert crossed.number == "MediaOS-136"
    document = worker.lane(LANE).documents[INVOICE]
    assert (document.park, document.qbo.id) == (None, second)
    assert world.mediaos.of(Kind.INVOICE)["136"].marker == second


async def test_what_was_made_just_now_is_not_made_anew_within_two_minutes():
    world = World()
    worker = await world.worker()
    await given_an_invoice_deleted_in_quickbooks(world)
    await world.ask(LANE, Retry(id="r5", lane=LANE, document=INVOICE))
    await world.run(60)
    assert world.qbo.of(Kind.INVOICE) == {}
    assert "may still arrive" in worker.lane(LANE).waits.why
    await world.run(2 * SETTLED)
    assert len(world.qbo.of(Kind.INVOICE)) == 1


async def test_a_record_that_is_there_after_all_is_adopted_and_not_made_anew():
    world = World()
    worker = await world.worker()
    first = await given_an_invoice_deleted_in_quickbooks(world)
    await world.run(SETTLED)
    number, _ = world.qbo.book[Kind.INVOICE, first]
    back = worker.lane(LANE).documents[INVOICE].agreed.qbo
    world.qbo.book[Kind.INVOICE, "2000"] = (number, back)
    await world.ask(LANE, Retry(id="r5", lane=LANE, document=INVOICE))
    await world.run(5)

    assert list(world.qbo.of(Kind.INVOICE)) == ["2000"]
    assert worker.lane(LANE).documents[INVOICE].qbo.id == "2000"


async def test_an_invoice_deleted_in_mediaos_and_edited_in_quickbooks_stays_parked():
    world = World()
    worker = await world.worker()
    await given_a_customer_with_an_invoice(world)
    await world.run(5)
    [made] = world.qbo.of(Kind.INVOICE)
    await world.qbo.person_edits(Kind.INVOICE, made, memo="Thank you")
    await world.mediaos.person_deletes(Kind.INVOICE, "136")
    await world.run(5)
    await world.ask(LANE, Retry(id="r5", lane=LANE, document=INVOICE))
    await world.run(SETTLED)
    assert worker.lane(LANE).documents[INVOICE].park.reason is ParkReason.CONFLICT
    assert len(world.qbo.of(Kind.INVOICE)) == 1


async def test_a_payment_of_quickbooks_deleted_in_mediaos_is_made_anew_there():
    world = World()
    await world.worker()
    await given_a_customer_with_an_invoice(world)
    await world.run(5)
    [made] = world.qbo.of(Kind.INVOICE)
    [customer] = world.qbo.of(Kind.CUSTOMER)
    paid = payment(made)
    of_customer = type(paid)(
        customer=customer, amount=paid.amount, received=paid.received, applied=paid.applied
    )
    qbo_payment = await world.qbo.person_creates(Kind.PAYMENT, of_customer)
    await world.run(5)
    [first] = world.mediaos.of(Kind.PAYMENT)
    await world.qbo.person_edits(Kind.PAYMENT, qbo_payment, memo="Thank you")
    await world.mediaos.person_deletes(Kind.PAYMENT, first)
    await world.run(SETTLED)
    await world.ask(LANE, Retry(id="r5", lane=LANE, document=f"qbo/payment/{qbo_payment}"))
    await world.run(5)

    [second] = world.mediaos.of(Kind.PAYMENT)
    assert second != first
