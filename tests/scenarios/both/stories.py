"""What people of both sides do in a week, each story with customers of its own, all at once.

Where a story yields, time goes by for all of them.  What follows the last yield must be true then,
wherever the switches of the simulated QuickBooks stand.
"""

from collections.abc import AsyncGenerator, Callable
from datetime import date
from decimal import Decimal
from typing import Any

from schemas.state import ParkReason
from streams.simulators.quickbooks.refusals import Fault
from tests.scenarios.both.people import (
    a_customer,
    a_payment,
    a_refund,
    an_invoice,
    an_item,
    delete,
    edit,
    line_in_qbo,
    lines_of,
    marker_of,
    parts_in_qbo,
    sold_in_qbo,
)
from tests.scenarios.both.town import Row, Town
from tests.testing.simulated.lying_proxy import Lie

Story = Callable[[Town], AsyncGenerator[None]]

HUNDRED, FIFTY = ("1", "100"), ("1", "50")
SOLD = "SalesItemLineDetail"
#: The rate of the company's sales tax in percent, until a position says otherwise.
RATE = "8.25"
TAXED = {"tax_rate": RATE, "tax_percent_based": "1"}
DAY = 86_400
#: How long goes by where a story yields: longer than what waits for an answer that is lost.
STEP_SECONDS = 45
#: What QuickBooks calls otherwise.
CALLED = {"refund": "RefundReceipt"}
FOR_EVER = 10**6


def in_qbo(town: Town, kind: str, mediaos_id: str) -> list[Row]:
    """What bears the marker of a record of MediaOS."""
    marker, field = marker_of(kind, mediaos_id), "Notes" if kind == "customer" else "PrivateNote"
    return [
        each
        for each in town.in_qbo(CALLED.get(kind, kind.capitalize()))
        if any(line.endswith(marker) for line in each.get(field, "").splitlines())
    ]


def the(town: Town, kind: str, mediaos_id: str) -> Row:
    [found] = in_qbo(town, kind, mediaos_id)
    return found


def in_mediaos(town: Town, kind: str, record_id: str) -> Row:
    return next(each for each in town.in_mediaos(kind) if each["id"] == record_id)


def reason_of(town: Town, customer: str, kind: str, record_id: str) -> ParkReason | None:
    park = town.document(customer, f"mediaos/{kind}/{record_id}").park
    return park.reason if park else None


def pays_in_qbo(town: Town, customer: str, amount: str, applied: dict[str, str]) -> Row:
    fields = {"CustomerRef": {"value": the(town, "customer", customer)["Id"]}}
    fields |= {"TotalAmt": Decimal(amount), "Line": parts_in_qbo(applied)}
    return town.qbo.person.create("Payment", fields)


def a_line_of_theirs(town: Town, amount: str) -> Row:
    """A line that a bookkeeper types; with a code where the company's lines must have one."""
    line = line_in_qbo(amount)
    for code in town.in_qbo("TaxCode"):
        if code["Name"] == "Zero-rated":
            line[SOLD]["TaxCodeRef"] = {"value": code["Id"]}
    return line


async def bills_with_tax_and_is_paid_on_both_sides(town: Town) -> AsyncGenerator[None]:
    customer = await a_customer(town, "Taxed", email={"value": "ap@taxed.example"})
    lines = [{**each, "taxable": True} for each in lines_of(HUNDRED)]
    invoice = await an_invoice(town, customer, line_items=lines, **TAXED)
    yield
    await a_payment(town, customer, "50", {invoice: "50"})
    yield
    if in_qbo(town, "invoice", invoice) and not reason_of(town, customer, "invoice", invoice):
        there = the(town, "invoice", invoice)
        assert there["TotalAmt"] == Decimal("108.25")
        assert there["EmailStatus"] == "NotSet", "a person mails it"
        assert not any(there[name] for name in there if name.startswith("AllowOnline"))
        pays_in_qbo(town, customer, "58.25", {there["Id"]: "58.25"})
        yield
        assert Decimal(in_mediaos(town, "invoices", invoice)["balance"]) == 0


async def is_edited_on_both_sides(town: Town) -> AsyncGenerator[None]:
    customer = await a_customer(town, "Edited")
    invoice = await an_invoice(town, customer, HUNDRED, FIFTY, date_due="2026-05-01 00:00:00")
    yield
    if not in_qbo(town, "invoice", invoice):
        return
    types_upon(town, the(town, "invoice", invoice))
    yield
    before = typed(the(town, "invoice", invoice))
    lines = lines_of(("2", "100"), FIFTY)
    await edit(town, "invoices", invoice, line_items=lines, comments="April")
    yield
    there = the(town, "invoice", invoice)
    assert there["TotalAmt"] == Decimal(250)
    assert there["CustomerMemo"] == {"value": "April"}
    town.qbo.person.edit("Invoice", there["Id"], {"CustomerMemo": {"value": "May"}})
    yield
    assert in_mediaos(town, "invoices", invoice)["comments"] == "May"
    assert typed(the(town, "invoice", invoice)) == before
    due = the(town, "invoice", invoice)["DueDate"]
    assert in_mediaos(town, "invoices", invoice)["date_due"].startswith(due)


def types_upon(town: Town, invoice: Row) -> None:
    """A class and a date on the first line, a text below, a note, and terms."""
    first, *others = (dict(line) for line in invoice["Line"] if SOLD in line)
    made = town.qbo.person.create("Class", {"Name": "Print"})
    first[SOLD] |= {"ClassRef": {"value": made["Id"]}, "ServiceDate": "2026-03-01"}
    text = {"Description": "PO 4411", "DetailType": "DescriptionOnly", "DescriptionLineDetail": {}}
    net_31 = town.qbo.person.create("Term", {"Name": "Net 31", "DueDays": 31})
    changes = {
        "Line": [first, *others, text],
        "PrivateNote": "call Amy\n" + invoice["PrivateNote"],
        "SalesTermRef": {"value": net_31["Id"]},
    }
    town.qbo.person.edit("Invoice", invoice["Id"], changes)


def typed(invoice: Row) -> Row:
    """What stands on an invoice that is not ours: lines by their ids."""
    lines: Row = {}
    for line in invoice["Line"]:
        if SOLD in line:
            theirs = ("ClassRef", "ServiceDate", "TaxCodeRef")
            lines[line["Id"]] = {name: line[SOLD].get(name) for name in theirs}
        elif line["DetailType"] == "DescriptionOnly":
            lines[line["Id"]] = line["Description"]
    header = ("PrivateNote", "SalesTermRef", "BillAddr", "ShipAddr", "EmailStatus")
    return {"lines": lines, **{name: invoice.get(name) for name in header}}


async def is_voided_by_another_app(town: Town) -> AsyncGenerator[None]:
    customer = await a_customer(town, "Voided")
    invoice = await an_invoice(town, customer, HUNDRED)
    await a_payment(town, customer, "40", {invoice: "40"})
    yield
    if not in_qbo(town, "invoice", invoice):
        return
    for paid in town.in_qbo("Payment"):
        if paid["CustomerRef"] == the(town, "invoice", invoice)["CustomerRef"]:
            town.qbo.person.deposit([paid["Id"]])
    yield
    there = the(town, "invoice", invoice)
    present = {"Id": there["Id"], "SyncToken": there["SyncToken"]}
    try:
        town.qbo.company(town.realm).write("Invoice", "void", present)
    except Fault:
        await edit(town, "invoices", invoice, comments="still due")
        yield
        assert the(town, "invoice", invoice)["CustomerMemo"] == {"value": "still due"}
        return
    yield
    before = the(town, "invoice", invoice)
    [here] = [each for each in town.in_mediaos("invoices") if each["id"] == invoice]
    if here["date_deleted"]:
        return
    await edit(town, "invoices", invoice, line_items=lines_of(("1", "110")))
    await a_payment(town, customer, "60", {invoice: "60"})
    yield
    assert the(town, "invoice", invoice) == before
    assert before["TotalAmt"] == 0


async def is_edited_while_an_answer_is_lost(town: Town) -> AsyncGenerator[None]:
    customer = await a_customer(town, "Lost")
    town.qbo_proxy.lie(Lie(408), "/invoice", times=2)
    invoice = await an_invoice(town, customer, HUNDRED)
    await town.run(1)
    await edit(town, "invoices", invoice, line_items=lines_of(("1", "120")))
    town.qbo_proxy.lie(Lie(502), "/payment", times=2)
    await a_payment(town, customer, "20", {invoice: "20"})
    yield
    yield
    if reason_of(town, customer, "invoice", invoice) is None:
        assert the(town, "invoice", invoice)["TotalAmt"] == Decimal(120)


async def is_refused_by_name_and_corrected(town: Town) -> AsyncGenerator[None]:
    town.qbo.person.create("Vendor", {"DisplayName": "Refused"})
    customer = await a_customer(town, "Refused")
    invoice = await an_invoice(town, customer, HUNDRED)
    yield
    assert reason_of(town, customer, "customer", customer) is ParkReason.NAME_TAKEN
    await edit(town, "advertisers", customer, name="Refused (Advertising)")
    yield
    assert the(town, "customer", customer)["DisplayName"] == "Refused (Advertising)"
    assert reason_of(town, customer, "customer", customer) is None
    if reason_of(town, customer, "invoice", invoice) is None:
        assert the(town, "invoice", invoice)["TotalAmt"] == Decimal(100)


async def wants_a_number_that_is_taken(town: Town) -> AsyncGenerator[None]:
    product = (await town.mediaos.people.create("products", {"name": "Back cover"}))["id"]
    customer = await a_customer(town, "Numbered")
    invoice = await an_invoice(town, customer, HUNDRED, product=product)
    yield
    walk_in = town.qbo.person.create("Customer", {"DisplayName": "Walk-in"})
    line = a_line_of_theirs(town, "5")
    own = sold_in_qbo(town, walk_in["Id"], "5", DocNumber=f"MediaOS-{invoice}", Line=[line])
    await town.maps(product, an_item(town, "Back cover"))
    yield
    if reason_of(town, customer, "invoice", invoice) is ParkReason.NUMBER_TAKEN:
        town.qbo.person.edit("Invoice", own["Id"], {"DocNumber": "W-1"})
        yield
        await town.retries(customer, f"mediaos/invoice/{invoice}")
        yield
        yield


async def is_paid_less_and_then_not_at_all(town: Town) -> AsyncGenerator[None]:
    customer = await a_customer(town, "Payer")
    invoice = await an_invoice(town, customer, ("2", "100"))
    payment = await a_payment(town, customer, "80", {invoice: "80"}, reference_number="1")
    gone = await a_payment(town, customer, "30", {invoice: "30"})
    yield
    if not in_qbo(town, "payment", payment):
        return
    line = {"invoice_id": invoice, "amount": "90"}
    await edit(town, "payments", payment, amount="90", lines=[line])
    yield
    there = the(town, "payment", payment)
    assert there["TotalAmt"] == Decimal(90)
    town.qbo.person.edit("Payment", there["Id"], {"PaymentRefNum": "R-2"})
    await delete(town, "payments", gone)
    yield
    assert in_mediaos(town, "payments", payment)["reference_number"] == "R-2"
    town.qbo.person.edit("Payment", there["Id"], {"Line": []})
    yield


async def is_paid_before_it_is_billed(town: Town) -> AsyncGenerator[None]:
    customer = await a_customer(town, "Early")
    await a_payment(town, customer, "30", {})
    yield
    await an_invoice(town, customer, FIFTY)
    yield


async def is_applied_to_what_is_not_found(town: Town) -> AsyncGenerator[None]:
    customer = await a_customer(town, "Dangling")
    invoice = await an_invoice(town, customer, FIFTY)
    yield
    if not in_qbo(town, "invoice", invoice):
        return
    link = b'"TxnId":"%b"' % the(town, "invoice", invoice)["Id"].encode()
    for _ in range(3):
        # What is refused for the first time is asked once more.
        town.qbo_proxy.mishear("/payment", link, b'"TxnId":"99999"')
    payment = await a_payment(town, customer, "20", {invoice: "20"})
    yield
    assert reason_of(town, customer, "payment", payment)
    assert Decimal(the(town, "invoice", invoice)["Balance"]) == Decimal(50)


async def is_edited_on_both_sides_at_once(town: Town) -> AsyncGenerator[None]:
    customer = await a_customer(town, "Stale")
    invoice = await an_invoice(town, customer, FIFTY)
    yield
    if not in_qbo(town, "invoice", invoice):
        return
    there = the(town, "invoice", invoice)["Id"]
    # Ours leaves before anybody has told of theirs, and is refused as stale.
    town.qbo.person.edit("Invoice", there, {"CustomerMemo": {"value": "by hand"}})
    await edit(town, "invoices", invoice, date_due="2026-06-01 00:00:00")
    yield
    yield
    assert in_mediaos(town, "invoices", invoice)["comments"] == "by hand"
    assert the(town, "invoice", invoice)["DueDate"] == "2026-06-01"
    assert the(town, "invoice", invoice)["CustomerMemo"] == {"value": "by hand"}


async def is_billed_with_new_tokens(town: Town) -> AsyncGenerator[None]:
    customer = await a_customer(town, "Renewed")
    made = []
    for _ in range(3):
        town.qbo.tokens.expire_access()
        made.append(await an_invoice(town, customer, FIFTY))
        yield
    for invoice in made:
        crossed = bool(in_qbo(town, "invoice", invoice))
        assert crossed != bool(reason_of(town, customer, "invoice", invoice))


async def has_a_credit(town: Town) -> AsyncGenerator[None]:
    customer = await a_customer(town, "Credited")
    invoice = await an_invoice(town, customer, HUNDRED)
    yield
    if not in_qbo(town, "invoice", invoice):
        return
    there = the(town, "invoice", invoice)
    line = a_line_of_theirs(town, "20")
    memo = town.qbo.person.create(
        "CreditMemo", {"CustomerRef": there["CustomerRef"], "Line": [line]}
    )
    if memo["RemainingCredit"]:
        town.qbo.person.apply_credit(memo["Id"], there["Id"])
    yield
    # What MediaOS has heard of the credit, it takes no money for.
    [owed] = [one["balance"] for one in town.in_mediaos("invoices") if one["id"] == invoice]
    await a_payment(town, customer, "100", {invoice: owed} if owed != "0" else {})
    yield


async def gets_money_back(town: Town) -> AsyncGenerator[None]:
    customer = await a_customer(town, "Refunded")
    lines = [{**each, "taxable": True} for each in lines_of(HUNDRED)]
    refund = await a_refund(town, customer, line_items=lines, **TAXED)
    yield
    if not in_qbo(town, "refund", refund) or reason_of(town, customer, "refund", refund):
        return
    there = the(town, "refund", refund)
    assert there["TotalAmt"] == Decimal("108.25")
    assert there["DepositToAccountRef"]["name"] == "Checking"
    assert there["EmailStatus"] == "NotSet", "a person mails it"
    assert the(town, "customer", customer)["Balance"] == 0
    town.qbo.person.edit("RefundReceipt", there["Id"], {"CustomerMemo": {"value": "late"}})
    gone = await a_refund(town, customer, FIFTY)
    yield
    assert in_mediaos(town, "refunds", refund)["comments"] == "late"
    await delete(town, "refunds", gone)
    yield
    assert in_qbo(town, "refund", gone) == []


async def is_merged(town: Town) -> AsyncGenerator[None]:
    keeps, loses = await a_customer(town, "Keeps"), await a_customer(town, "Loses")
    await an_invoice(town, loses, FIFTY)
    yield
    town.qbo.person.merge(
        keep=the(town, "customer", keeps)["Id"], lose=the(town, "customer", loses)["Id"]
    )
    yield
    await an_invoice(town, loses, ("1", "25"))
    yield


async def is_inactive_for_a_while(town: Town) -> AsyncGenerator[None]:
    customer = await a_customer(town, "Resting")
    yield
    there = the(town, "customer", customer)
    # Nobody tells of it: it is found by what is refused.
    town.qbo.tamper.rewrite("Customer", there["Id"], {"Active": False})
    await an_invoice(town, customer, FIFTY)
    yield
    town.qbo.person.edit("Customer", there["Id"], {"Active": True})
    yield


async def is_billed_on_the_closing_day(town: Town) -> AsyncGenerator[None]:
    """It waits, unless QuickBooks takes it and nobody has read yet: no password guards it."""
    customer = await a_customer(town, "Closing")
    town.qbo.person.close_books(date(2026, 1, 31), password=False)
    await an_invoice(town, customer, FIFTY, date_created="2026-01-31 00:00:00")
    yield


async def is_not_heard_for_forty_days(town: Town) -> AsyncGenerator[None]:
    """Ends with a worker that asks for everything; the others are over by then."""
    customer = await a_customer(town, "Silent")
    invoice = await an_invoice(town, customer, HUNDRED)
    gone = await an_invoice(town, customer, FIFTY)
    yield
    yield
    yield
    yield
    yield
    town.qbo.webhooks.misbehave("drop", times=FOR_EVER)
    town.workers[-1].kill()
    if in_qbo(town, "invoice", invoice):
        there = the(town, "invoice", invoice)
        town.qbo.person.edit("Invoice", there["Id"], {"CustomerMemo": {"value": "April"}})
        pays_in_qbo(town, customer, "10", {there["Id"]: "10"})
        town.qbo.person.delete("Invoice", the(town, "invoice", gone)["Id"])
    await a_payment(town, customer, "20", {invoice: "20"})
    town.clock.leap(40 * DAY)
    town.qbo.faults.answer_next(429, times=2)
    await town.worker()
    await town.run(8 * 60)
    if in_qbo(town, "invoice", invoice):
        assert in_mediaos(town, "invoices", invoice)["comments"] == "April"


STORIES: tuple[Story, ...] = (
    bills_with_tax_and_is_paid_on_both_sides,
    is_edited_on_both_sides,
    is_voided_by_another_app,
    is_edited_while_an_answer_is_lost,
    is_refused_by_name_and_corrected,
    wants_a_number_that_is_taken,
    is_paid_less_and_then_not_at_all,
    is_paid_before_it_is_billed,
    is_applied_to_what_is_not_found,
    is_edited_on_both_sides_at_once,
    is_billed_with_new_tokens,
    has_a_credit,
    gets_money_back,
    is_merged,
    is_inactive_for_a_while,
    is_billed_on_the_closing_day,
    is_not_heard_for_forty_days,
)


async def tell(town: Town, *stories: Story) -> None:
    """Let all of them happen, step by step together."""
    going = [story(town) for story in stories]
    while going:
        going = [each for each in going if await anext(each, _OVER) is not _OVER]
        await town.run(STEP_SECONDS)


_OVER: Any = object()
