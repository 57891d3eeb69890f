"""The ledger check catches by itself what the engine's own comparison is there to catch.

The engine is made blind: whatever comes back from QuickBooks, to it both sides agree.  So nothing
is parked or listed, and the check has only the two books and what was asked for.
"""

from decimal import Decimal

import pytest

from agents.audit.findings import What
from agents.audit.report import Agreement
from agents.rules.documents import crossing, outcome, updating
from agents.rules.documents import decide as rules
from schemas.decisions import InStep
from tests.scenarios.both.people import (
    a_customer,
    a_payment,
    an_invoice,
    edit,
    lines_of,
    open_shop,
)
from tests.testing.simulated.altered_writes import AlteredWrites

pytestmark = pytest.mark.few_rows

HUNDRED = ("1", "100")


@pytest.fixture(autouse=True)
def blind(monkeypatch):
    """Nothing is compared after a write, and a void is a record as any other."""
    monkeypatch.setattr(
        rules,
        "at_rest",
        lambda _given, _asked, result: InStep(why="the sides agree", settled=result.agree),
    )
    monkeypatch.setattr(rules, "removed", lambda *_told: None)
    monkeypatch.setattr(crossing, "unsayable", lambda _record, _to: None)
    monkeypatch.setattr(updating, "unwritable", lambda _document, _to: None)
    monkeypatch.setattr(outcome, "belongs_elsewhere", lambda _command, _shown: False)


class Office:
    """One customer with an invoice of 100.00 and a payment of it, as QuickBooks will have them."""

    def __init__(self, town):
        self.town = town

    async def works(self, *, pays=True):
        await open_shop(self.town)
        self.customer = await a_customer(self.town)
        self.invoice = await an_invoice(self.town, self.customer, HUNDRED)
        await self.town.run()
        if pays:
            self.payment = await a_payment(self.town, self.customer, "100", {self.invoice: "100"})
            await self.town.run()

    def alters(self, kind, alter):
        self.town.qbo_proxy.behind = AlteredWrites(self.town.qbo_proxy.behind, kind, alter)

    def there(self, kind):
        return self.town.in_qbo(kind)[0]

    def another_customer(self):
        return self.town.qbo.person.create("Customer", {"DisplayName": "North Light"})["Id"]


async def dearer(office):
    def alter(body):
        body["Line"][0]["Amount"] = Decimal(120)
        body["Line"][0]["SalesItemLineDetail"]["UnitPrice"] = Decimal(120)

    office.alters("Invoice", alter)
    await office.works(pays=False)


async def a_dearer_line(office):
    await office.works(pays=False)
    line = {**office.there("Invoice")["Line"][0], "Amount": Decimal(120)}
    line["SalesItemLineDetail"] = {**line["SalesItemLineDetail"], "UnitPrice": Decimal(120)}
    office.town.qbo.person.edit("Invoice", office.there("Invoice")["Id"], {"Line": [line]})


async def taxed(office):
    def alter(body):
        body["Line"][0]["SalesItemLineDetail"]["TaxCodeRef"] = {"value": "TAX"}

    office.town.qbo.person.set_sales_tax("automated", "8.25")
    office.alters("Invoice", alter)
    await office.works(pays=False)


async def a_link_that_is_dropped(office):
    office.alters("Payment", lambda body: body.update(Line=[]))
    await office.works()


async def another_invoice_paid(office):
    await office.works(pays=False)
    await an_invoice(office.town, office.customer, HUNDRED)
    await office.town.run()
    there = office.town.in_qbo("Invoice")[1]["Id"]
    link = {"Amount": Decimal(100), "LinkedTxn": [{"TxnId": there, "TxnType": "Invoice"}]}
    office.alters("Payment", lambda body: body.update(Line=[link]))
    await a_payment(office.town, office.customer, "100", {office.invoice: "100"})


async def a_void(office):
    await office.works(pays=False)
    office.town.qbo.person.void("Invoice", office.there("Invoice")["Id"])


async def a_void_that_is_filled_again(office):
    office.town.qbo.change_settings({"void_keeps_lines": True})
    await a_void(office)
    await office.town.run()
    await edit(office.town, "invoices", office.invoice, line_items=lines_of(("1", "110")))
    await office.town.run()
    assert office.there("Invoice")["TotalAmt"] == Decimal(110)


async def an_invoice_twice(office):
    await office.works(pays=False)
    office.town.qbo.tamper.duplicate("Invoice", office.there("Invoice")["Id"])


async def a_payment_twice(office):
    await office.works()
    office.town.qbo.tamper.duplicate("Payment", office.there("Payment")["Id"])


async def a_payment_of_more(office):
    office.alters("Payment", lambda body: body.update(TotalAmt=Decimal(110)))
    await office.works()


async def a_payment_of_less(office):
    def alter(body):
        body["TotalAmt"] = body["Line"][0]["Amount"] = Decimal(90)

    office.alters("Payment", alter)
    await office.works()


async def another_number(office):
    office.alters("Invoice", lambda body: body.update(DocNumber="MediaOS-1"))
    await office.works(pays=False)


async def a_number_that_a_stranger_takes(office):
    await office.works(pays=False)
    office.town.qbo.person.set_custom_numbers(True, warn=False)
    ours = office.there("Invoice")
    sold = {name: ours[name] for name in ("CustomerRef", "DocNumber", "Line")}
    office.town.qbo.person.create("Invoice", sold)


async def another_customer_from_the_start(office):
    other = office.another_customer()
    office.alters("Invoice", lambda body: body.update(CustomerRef={"value": other}))
    await office.works(pays=False)


async def moved_to_another_customer(office):
    await office.works(pays=False)
    other = {"CustomerRef": {"value": office.another_customer()}}
    office.town.qbo.person.edit("Invoice", office.there("Invoice")["Id"], other)


async def another_currency(office):
    await office.works()
    for kind in ("Invoice", "Payment"):
        euro = {"CurrencyRef": {"value": "EUR"}, "ExchangeRate": Decimal("1.1")}
        office.town.qbo.tamper.rewrite(kind, office.there(kind)["Id"], euro)


FAULTS = {
    dearer: {(What.AMOUNT, "total", "20.00"), (What.AMOUNT, "line 1", "20.00")},
    a_dearer_line: {(What.AMOUNT, "total", "20.00"), (What.AMOUNT, "balance", "20.00")},
    taxed: {(What.AMOUNT, "tax", "8.25"), (What.AMOUNT, "total", "8.25")},
    a_link_that_is_dropped: {(What.APPLICATION, "invoice", "100.00")},
    another_invoice_paid: {(What.APPLICATION, "invoice", "100.00")},
    a_void: {(What.VOID, "total", "100.00")},
    a_void_that_is_filled_again: {(What.VOID, "total", "110.00")},
    an_invoice_twice: {(What.TWICE_IN_QBO, "", "100.00")},
    a_payment_twice: {(What.TWICE_IN_QBO, "", "100.00")},
    a_payment_of_more: {(What.AMOUNT, "amount", "10.00")},
    a_payment_of_less: {(What.AMOUNT, "amount", "10.00")},
    another_number: {(What.NUMBER, "number at creation", None)},
    a_number_that_a_stranger_takes: {(What.TWICE_IN_QBO, "", "100.00")},
    another_customer_from_the_start: {(What.LINK, "customer", "100.00")},
    moved_to_another_customer: {(What.LINK, "customer", "100.00")},
    another_currency: {(What.CURRENCY, "currency", "100.00")},
}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda each: each.__name__)
async def test_it_is_caught_while_the_engine_says_that_both_sides_agree(town, fault):
    await fault(Office(town))
    await town.run(300)

    report = await town.report()
    told = {(each.what, _field(each), _cents(each.amount)) for each in report.findings}
    # The engine lists what only QuickBooks has, and nothing of ours.
    assert {each.document.partition("/")[0] for each in report.waiting} <= {"qbo"}
    assert report.counts.parked == 0
    assert report.agreement is Agreement.DIFFER
    assert told >= FAULTS[fault]


def _field(found):
    """Which invoice it is of which a payment pays another part is told by its id."""
    return "invoice" if found.what is What.APPLICATION else found.field


def _cents(amount):
    return None if amount is None else f"{amount:.2f}"


async def test_an_engine_that_is_blind_makes_no_finding_of_what_is_right(town):
    await Office(town).works()
    report = await town.report()
    assert (report.findings, report.agreement) == ((), Agreement.AGREE)
