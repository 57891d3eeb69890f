"""By which term of QuickBooks an invoice is to be paid: by the terms of MediaOS, once mapped.

The due date crosses as it is printed, whatever the term would make of it.
"""

import pytest

from schemas.requests import ReadTargets
from schemas.state import ParkReason
from schemas.values import MappingKind
from tests.scenarios.both.people import a_customer, an_invoice, edit, lines_of, open_shop
from tests.scenarios.both.town import TENANT

TERM = MappingKind.TERM
DUE = "2026-03-20"
PRINTED = f"{DUE} 00:00:00"


def term_called(town, name):
    [found] = [each["Id"] for each in town.in_qbo("Term") if each["Name"] == name]
    return found


async def a_shop(town, **settings):
    """Terms of MediaOS that are mapped, and others that are not; a customer."""
    await open_shop(town, **settings)
    made = [
        await town.mediaos.people.create("terms", {"name": name}) for name in ("30 days", "Now")
    ]
    net, now = (str(each["id"]) for each in made)
    await town.maps(net, term_called(town, "Net 60"), kind=TERM)
    await town.run(1)
    return await a_customer(town), net, now


def term(town):
    return [each.get("SalesTermRef", {}).get("value") for each in town.in_qbo("Invoice")]


def due(town):
    return [each["DueDate"] for each in town.in_qbo("Invoice")]


@pytest.mark.parametrize("position", ["kept", "computed"])
async def test_a_term_goes_along_and_the_due_date_stays_as_it_is_printed(town, position):
    town.qbo.change_settings({"due_date": position})
    customer, net, now = await a_shop(town)
    first = await an_invoice(town, customer, ("1", "300"), terms_id=net, date_due=PRINTED)
    await town.run()
    await an_invoice(town, customer, ("1", "50"), terms_id=now, date_due=PRINTED)
    await town.run()
    await an_invoice(town, customer, ("1", "20"), date_due=PRINTED)
    await town.run()
    assert term(town) == [term_called(town, "Net 60"), None, None]
    assert due(town) == [DUE, DUE, DUE]

    await edit(
        town,
        "invoices",
        first,
        date_created="2026-03-01 00:00:00",
        line_items=lines_of(("2", "300")),
    )
    await town.run()
    assert term(town)[0] == term_called(town, "Net 60")
    assert due(town)[0] == DUE
    assert town.in_mediaos("invoices")[0]["date_due"].startswith(DUE)
    assert town.answers(400) == 0
    await town.agrees()


async def test_a_term_that_a_bookkeeper_chose_stays(town):
    customer, net, now = await a_shop(town)
    invoice = await an_invoice(town, customer, ("1", "300"), terms_id=net, date_due=PRINTED)
    await town.run()
    [there] = town.in_qbo("Invoice")
    chosen = term_called(town, "Net 15")
    town.qbo.person.edit("Invoice", there["Id"], {"SalesTermRef": {"value": chosen}})
    await town.run()
    await edit(town, "invoices", invoice, terms_id=now, comments="later")
    await town.run()
    assert term(town) == [chosen]
    await town.agrees()


async def test_a_required_term_that_is_not_mapped_is_waited_for_by_name(town):
    customer, _, now = await a_shop(town, require=(TERM,))
    invoice = await an_invoice(town, customer, ("1", "300"), terms_id=now)
    by_hand = await an_invoice(town, customer, ("1", "20"))
    await town.run()
    park = town.document(customer, f"mediaos/invoice/{invoice}").park
    assert park.reason is ParkReason.UNMAPPED_TERM
    assert park.waits_for == (f"term:{now}",)
    assert f"terms {now} of MediaOS is not mapped to any term of QuickBooks" in park.detail
    other = town.document(customer, f"mediaos/invoice/{by_hand}").park
    assert other.detail == "it says no terms of payment: give its contract some in MediaOS"
    await town.agrees(parked=2)

    await town.maps(now, term_called(town, "Due on receipt"), kind=TERM)
    await town.run()
    assert term(town) == [term_called(town, "Due on receipt")]
    await town.settings(require=())
    await town.run()
    assert len(town.in_qbo("Invoice")) == 2
    await town.agrees()


async def test_an_inactive_term_is_left_out_or_waited_for_by_setting(town):
    customer, net, _ = await a_shop(town)
    target = term_called(town, "Net 60")
    town.qbo.person.edit("Term", target, {"Active": False})
    await an_invoice(town, customer, ("1", "300"), terms_id=net, date_due=PRINTED)
    await town.run(60)
    assert (term(town), due(town)) == ([None], [DUE])
    await town.agrees()

    await town.settings(require=(TERM,))
    invoice = await an_invoice(town, customer, ("1", "50"), terms_id=net)
    await town.run()
    assert town.document(customer, f"mediaos/invoice/{invoice}").park.reason is (
        ParkReason.TERM_INACTIVE
    )
    town.qbo.person.edit("Term", target, {"Active": True})
    await town.run()
    assert term(town) == [None, target]
    await town.agrees()


async def test_both_lists_are_read_when_somebody_asks(town):
    await a_shop(town)
    await town.ask(TENANT, ReadTargets(id="terms", tenant=TENANT, kind=TERM))
    await town.run(1)
    tenant = town.workers[-1].engine.journal.state(f"tenant:{TENANT}")
    assert {each.name for each in tenant.sources_of(TERM).values()} == {"30 days", "Now"}
    assert "Net 60" in {each.name for each in tenant.targets_of(TERM).values()}
