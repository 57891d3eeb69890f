"""What an earlier build kept without the words of its lines is patched all the same."""

import dataclasses
from decimal import Decimal

import pytest
from msgspec.structs import replace

from streams.remotes.quickbooks.kinds import invoice as reading
from streams.remotes.quickbooks.kinds import payment as payment_reading
from streams.remotes.quickbooks.kinds import sale_lines
from tests.scenarios.both.people import (
    a_customer,
    a_customer_with_an_invoice,
    a_payment,
    an_invoice,
    edit,
    lines_of,
    open_shop,
)
from tests.scenarios.both.test_money import with_a_credit
from tests.testing.simulated.kept_store import KeptStore

pytestmark = pytest.mark.few_rows

HUNDRED, FIFTY = ("1", "100"), ("1", "50")
SOLD = "SalesItemLineDetail"
TEXT = {"Description": "PO 4411", "DetailType": "DescriptionOnly", "DescriptionLineDetail": {}}


def there(town):
    return town.in_qbo("Invoice")[0]


def typed(town):
    """What the bookkeeper typed, line by line."""
    lines = [line for line in there(town)["Line"] if line["DetailType"] != "SubTotalLineDetail"]
    return [
        (
            line.get("Id"),
            line.get("Description"),
            line.get(SOLD, {}).get("ClassRef", {}).get("value"),
            line.get(SOLD, {}).get("ServiceDate"),
        )
        for line in lines
    ]


def reads(town):
    """How often QuickBooks was asked for an invoice by its id."""
    return sum(
        request["method"] == "GET" and "/invoice/" in request["path"]
        for request in town.qbo.requests
    )


async def types_on_it(town):
    """A class and a service date on each line, and a line of text."""
    print_ = town.qbo.person.create("Class", {"Name": "Print"})["Id"]
    lines = [dict(line) for line in there(town)["Line"] if line["DetailType"] == SOLD]
    for line in lines:
        line[SOLD] = {**line[SOLD], "ClassRef": {"value": print_}, "ServiceDate": "2026-03-01"}
    town.qbo.person.edit("Invoice", there(town)["Id"], {"Line": [*lines, TEXT]})


@pytest.fixture(params=["journal", "store"])
async def kept(town, monkeypatch, request):
    """One invoice of two lines, with a bookkeeper's words, as an earlier build kept it."""
    with monkeypatch.context() as earlier:
        line = sale_lines._line
        earlier.setattr(sale_lines, "_line", lambda *shown: replace(line(*shown), id=""))
        earlier.setattr(reading, "kept", lambda _lines: ())
        await open_shop(town)
        customer = await a_customer(town)
        invoice = await an_invoice(town, customer, HUNDRED, FIFTY)
        await town.run()
        await types_on_it(town)
        await town.run()
    document = town.document(customer, f"mediaos/invoice/{invoice}")
    assert [line.id for line in document.qbo.record.lines] == ["", ""]
    if request.param == "journal":
        town.kept = KeptStore()
    await town.worker()
    await town.run()
    return invoice


EDITS = {
    "quantity": {"line_items": lines_of(("2", "100"), FIFTY)},
    "one line more": {"line_items": lines_of(HUNDRED, FIFTY, ("1", "7"))},
    "discount": {"discount_amount": "10"},
    "memo": {"comments": "April"},
}


@pytest.mark.parametrize("what", EDITS)
async def test_the_first_edit_keeps_what_a_bookkeeper_typed_for_one_read_more(town, kept, what):
    # What our own writes come back as is read too.
    town.qbo.webhooks.misbehave("drop", times=1_000)
    before, asked = typed(town), reads(town)
    await edit(town, "invoices", kept, **EDITS[what])
    await town.run()
    after = typed(town)
    assert [each for each in after if each in before] == before
    assert len(after) == len(before) + (what in {"one line more", "discount"})
    assert reads(town) - asked == 1

    await edit(town, "invoices", kept, line_items=lines_of(("3", "100"), FIFTY))
    await town.run()
    assert [each for each in typed(town) if each in before] == before
    assert reads(town) - asked == 1


async def test_a_line_that_goes_takes_only_itself_with_it(town, kept):
    first, second, text = typed(town)
    await edit(town, "invoices", kept, line_items=lines_of(FIFTY))
    await town.run()
    assert len(typed(town)) == 2
    assert text in typed(town)
    assert typed(town)[0][2:] in {first[2:], second[2:]}
    assert there(town)["TotalAmt"] == Decimal(50)


async def test_what_cannot_be_read_now_waits_and_then_goes(town, kept):
    before = typed(town)
    town.qbo.faults.answer_next(503, times=3)
    await edit(town, "invoices", kept, line_items=lines_of(("2", "100"), FIFTY))
    await town.run(300)
    assert typed(town) == before
    assert there(town)["TotalAmt"] == Decimal(250)


@pytest.fixture
async def paid(town, monkeypatch):
    """Our payment of 80.00 with a credit of 20.00 that a bookkeeper has linked, kept without it."""
    customer, invoice = await a_customer_with_an_invoice(town, HUNDRED)
    payment = await a_payment(town, customer, "80", {invoice: "80"})
    await town.run()
    with monkeypatch.context() as earlier:
        apart = payment_reading.taken_apart
        earlier.setattr(payment_reading, "taken_apart", lambda p: _without_others(apart(p)))
        memo = with_a_credit(town)
        links = [
            {"Amount": Decimal(amount), "LinkedTxn": [{"TxnId": each["Id"], "TxnType": kind}]}
            for amount, each, kind in ((100, there(town), "Invoice"), (20, memo, "CreditMemo"))
        ]
        town.qbo.person.edit("Payment", town.in_qbo("Payment")[0]["Id"], {"Line": links})
        await town.run()
    shown = town.document(customer, f"mediaos/payment/{payment}").qbo.record
    assert shown.credits
    assert shown.as_shown == ()
    return payment, invoice, memo["Id"]


def _without_others(parts):
    return dataclasses.replace(parts, others=())


async def test_the_first_edit_of_a_payment_keeps_a_credit_that_a_bookkeeper_linked(town, paid):
    payment, invoice, memo = paid
    less = [{"invoice_id": invoice, "amount": "70"}]
    await edit(town, "payments", payment, amount="70", lines=less)
    await town.run()

    [there] = [each for each in town.in_qbo("Payment") if each["TotalAmt"]]
    assert there["TotalAmt"] == Decimal(70)
    linked = {
        (link["TxnType"], link["TxnId"]): line["Amount"]
        for line in there["Line"]
        for link in line["LinkedTxn"]
    }
    assert linked["CreditMemo", memo] == Decimal(20)
