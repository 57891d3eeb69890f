"""An invoice of MediaOS below zero is a credit memo in QuickBooks, under its own number.

What it is is decided when it is first seen; one that turns its sign later waits by name.
"""

from decimal import Decimal
from typing import Any

import pytest

from schemas.state import ParkReason
from tests.scenarios.both.people import (
    BADLY,
    a_customer,
    a_customer_with_an_invoice,
    an_invoice,
    delete,
    edit,
    lines_of,
    marker_of,
    open_shop,
)
from tests.testing.simulated.lying_proxy import LIES

pytestmark = pytest.mark.few_rows

HUNDRED = ("1", "100")


def owed(report) -> list[tuple[Decimal, Decimal]]:
    return [(row.mediaos.receivable, row.qbo.receivable) for row in report.rows]


def credit(town, customer: str, invoice: str) -> Any:
    return town.document(customer, f"mediaos/credit-memo/invoice-{invoice}")


async def a_credit(town, *lines: tuple[str, str], **fields: Any) -> tuple[str, str, str]:
    """An invoice of 100.00, and one that credits 30.00 of it; all has crossed."""
    customer, invoice = await a_customer_with_an_invoice(town, HUNDRED)
    below = await an_invoice(town, customer, *(lines or (("1", "-30"),)), **fields)
    await town.run()
    return customer, invoice, below


async def test_it_crosses_as_a_credit_memo_of_its_own_number(town):
    _, _, below = await a_credit(town, ("1", "20"), ("2", "-25"), comments="March")

    [memo] = town.in_qbo("CreditMemo")
    assert memo["DocNumber"] == f"MediaOS-{below}"
    assert memo["TotalAmt"] == memo["RemainingCredit"] == 30
    sold = [each for each in memo["Line"] if each["DetailType"] == "SalesItemLineDetail"]
    assert [each["Amount"] for each in sold] == [-20, 50]
    assert memo["PrivateNote"] == marker_of("credit-memo", f"invoice-{below}")
    assert memo["CustomerMemo"] == {"value": "March"}
    assert len(town.in_qbo("Invoice")) == 1
    [_, there] = town.in_mediaos("invoices")
    assert (there["external_number"], there["total"]) == (f"MediaOS-{below}", "-30")
    await town.agrees()
    assert owed(await town.report()) == [(70, 70)]


async def test_halves_of_a_cent_are_the_same_below_zero(town):
    quantity, price = BADLY
    await a_credit(town, (quantity, f"-{price}"))

    assert town.in_qbo("CreditMemo")[0]["TotalAmt"] == Decimal("1861.08")
    await town.agrees()


async def test_an_edit_reaches_it_and_nothing_goes_to_and_fro(town):
    _, _, below = await a_credit(town)
    await edit(town, "invoices", below, line_items=lines_of(("1", "-40")), comments="April")
    await town.run()
    writes = town.writes()
    await town.run(900)

    [memo] = town.in_qbo("CreditMemo")
    assert (memo["TotalAmt"], memo["CustomerMemo"]["value"]) == (40, "April")
    assert town.writes() == writes
    await town.agrees()


async def test_a_memo_typed_in_quickbooks_comes_to_the_invoice(town):
    await a_credit(town)
    memo = town.in_qbo("CreditMemo")[0]["Id"]
    town.qbo.person.edit("CreditMemo", memo, {"CustomerMemo": {"value": "As agreed"}})
    await town.run()

    assert town.in_mediaos("invoices")[1]["comments"] == "As agreed"
    await town.agrees()


@pytest.mark.parametrize("lie", ["504", "500"])
async def test_a_lost_answer_leaves_one(town, lie):
    customer, _ = await a_customer_with_an_invoice(town, HUNDRED)
    town.qbo_proxy.lie(LIES[lie], "/creditmemo")
    await an_invoice(town, customer, ("1", "-30"))
    await town.run(900)

    assert town.qbo_proxy.told == 1
    assert len(town.in_qbo("CreditMemo")) == 1
    await town.agrees()


async def test_applied_in_quickbooks_it_is_applied_in_mediaos(town):
    _, invoice, below = await a_credit(town)
    memo, there = town.in_qbo("CreditMemo")[0]["Id"], town.in_qbo("Invoice")[0]["Id"]
    town.qbo.person.apply_credit(memo, there)
    await town.run()

    [applied] = town.in_mediaos("creditApplications")
    [line] = applied["lines"]
    assert (line["credit_memo_id"], line["invoice_id"]) == (f"invoice-{below}", invoice)
    first, second = town.in_mediaos("invoices")
    assert (first["balance"], second["balance"], second["status"]) == ("70", "0", "Paid")
    await town.agrees()
    assert owed(await town.report()) == [(70, 70)]


async def test_applied_in_mediaos_it_is_applied_in_quickbooks_and_taken_off_again(town):
    customer, invoice, below = await a_credit(town)
    part = {"credit_memo_id": f"invoice-{below}", "invoice_id": invoice, "amount": "30"}
    made = await town.mediaos.people.create(
        "creditApplications", {"advertiser_id": customer, "lines": [part]}
    )
    await town.run()
    assert town.in_qbo("CreditMemo")[0]["RemainingCredit"] == 0
    assert town.in_qbo("Invoice")[0]["Balance"] == 70
    await town.agrees()

    await delete(town, "creditApplications", str(made["id"]))
    await town.run()
    assert town.in_qbo("CreditMemo")[0]["RemainingCredit"] == 30
    await town.agrees()


async def test_one_that_turns_above_zero_after_it_crossed_waits_with_what_helps(town):
    customer, _, below = await a_credit(town)
    await edit(town, "invoices", below, line_items=lines_of(("1", "20")))
    await town.run()

    assert town.in_qbo("CreditMemo")[0]["TotalAmt"] == 30
    assert len(town.in_qbo("Invoice")) == 1
    park = credit(town, customer, below).park
    assert park.reason is ParkReason.UNSAYABLE
    assert "delete it in MediaOS and bill it there anew" in park.detail
    assert (await town.report()).findings == ()
    assert town.answers(400) == 0

    await edit(town, "invoices", below, line_items=lines_of(("1", "-20")))
    await town.run()
    assert town.in_qbo("CreditMemo")[0]["TotalAmt"] == 20
    await town.agrees()


async def test_an_invoice_that_turns_below_zero_after_it_crossed_waits_with_what_helps(town):
    customer, invoice = await a_customer_with_an_invoice(town, HUNDRED)
    await edit(town, "invoices", invoice, line_items=lines_of(("1", "-20")))
    await town.run()

    assert town.in_qbo("CreditMemo") == []
    assert town.in_qbo("Invoice")[0]["TotalAmt"] == 100
    park = town.document(customer, f"mediaos/invoice/{invoice}").park
    assert park.reason is ParkReason.UNSAYABLE
    assert "credit it there by a credit memo" in park.detail
    assert (await town.report()).findings == ()


@pytest.mark.parametrize(
    ("below", "helps"),
    [
        (False, ("an invoice becomes no credit", "credit it there by a credit memo")),
        (True, ("a credit becomes no invoice", "bill it there anew, or have it be a credit again")),
    ],
    ids=["invoice", "credit"],
)
async def test_one_deleted_in_quickbooks_that_turned_since_says_what_to_do_where_it_is_asked_for(
    town, below, helps
):
    customer, invoice, credited = await a_credit(town)
    entity, record_id, line = (
        ("CreditMemo", credited, ("1", "20")) if below else ("Invoice", invoice, ("1", "-20"))
    )
    name = f"mediaos/credit-memo/invoice-{credited}" if below else f"mediaos/invoice/{invoice}"
    town.qbo.person.delete(entity, town.in_qbo(entity)[0]["Id"])
    await edit(town, "invoices", record_id, line_items=lines_of(line))
    await town.run()

    await town.retries(customer, name)
    await town.run()

    park = town.document(customer, name).park
    assert park.reason is ParkReason.UNSAYABLE
    assert [words for words in (*helps, "-20.00") if words not in park.detail] == []
    assert town.in_qbo(entity) == []


async def test_deleted_in_mediaos_it_goes_in_quickbooks(town):
    _, _, below = await a_credit(town)
    await delete(town, "invoices", below)
    await town.run()

    assert town.in_qbo("CreditMemo") == []
    await town.agrees()


@pytest.mark.parametrize("way", ["void", "delete"])
async def test_taken_away_in_quickbooks_it_is_deleted_in_mediaos(town, way):
    await a_credit(town)
    getattr(town.qbo.person, way)("CreditMemo", town.in_qbo("CreditMemo")[0]["Id"])
    await town.run()

    assert town.in_mediaos("invoices")[1]["date_deleted"] is not None
    await town.agrees()


async def test_one_that_moves_to_another_advertiser_moves_there_too(town):
    _, _, below = await a_credit(town)
    other = await a_customer(town, "Tide Press")
    await town.run()
    await edit(town, "invoices", below, advertiser_id=other)
    await town.run()

    [memo] = town.in_qbo("CreditMemo")
    name = next(c["DisplayName"] for c in town.in_qbo("Customer") if c["Id"] != "1")
    assert (memo["CustomerRef"]["name"], name) == ("Tide Press", "Tide Press")
    await town.agrees()


async def test_one_with_a_discount_waits_in_words(town):
    customer, _ = await a_customer_with_an_invoice(town, HUNDRED)
    below = await an_invoice(town, customer, ("1", "-30"), discount_amount="5")
    await town.run()

    assert "make it a line in MediaOS" in credit(town, customer, below).park.detail
    assert town.in_qbo("CreditMemo") == []


async def test_one_that_nobody_told_of_is_found_by_the_sweep(town):
    await open_shop(town)
    customer = await a_customer(town)
    await town.run()
    town.mediaos_unheard = True
    await an_invoice(town, customer, ("1", "-30"))
    town.mediaos_unheard = False
    await town.run(90_000)

    assert town.in_qbo("CreditMemo")[0]["TotalAmt"] == 30
    await town.agrees()


async def test_a_deletion_that_nobody_told_of_is_found_by_the_sweep(town):
    _, _, below = await a_credit(town)
    town.mediaos_unheard = True
    await delete(town, "invoices", below)
    town.mediaos_unheard = False
    await town.run(3_000)

    assert town.in_qbo("CreditMemo") == []
    await town.agrees()


async def test_one_that_is_as_it_was_is_no_news_of_a_sweep(town):
    await a_credit(town)
    taken = len(town.kafka.values("isthmus-intake"))
    await town.run(3_000)

    assert len(town.kafka.values("isthmus-intake")) == taken
