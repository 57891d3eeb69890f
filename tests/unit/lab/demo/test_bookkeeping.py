"""Is each thing that the bookkeeper does by hand told, and a fault where it was undone?"""

from decimal import Decimal

import pytest

from agents.lab.demo.bookkeeping import Bookkeeping
from agents.lab.demo.by_hand import SOLD
from agents.lab.demo.deeds import Act, GiveCredit, GiveRefund, TypeClass, VoidInvoice
from agents.lab.demo.plan import Day
from agents.lab.demo.sold_lines import SoldLine

LINE = SoldLine(product=0, description="", quantity=Decimal(2), price=Decimal("20.00"))
DEEDS = (
    TypeClass(invoice="i1", name="Print"),
    VoidInvoice(invoice="i2"),
    GiveCredit(invoice="i3", amount=Decimal("25.00")),
    GiveRefund(refund="r1", advertiser="a1", line=LINE, method="Check"),
)
DAY = Day(1, tuple(Act(at=0.0, who="Rosa", deed=deed) for deed in DEEDS))
TAX, CLASS, VOID, CREDIT, REFUND = (
    *("sales tax of 6 %", "class typed on a line"),
    *("invoice voided", "credit memo applied"),
    "refund by check",
)


def here(name, total, tax="0", balance=None):
    return {
        "id": name,
        "external_reference": name[1:],
        "date_deleted": None,
        "total": total,
        "tax_total": tax,
        "balance": balance or total,
        "line_items": [{}],
    }


def there(name, total, tax=0.0, balance=None, **more):
    detail = {"ItemRef": {"value": "1"}}
    return {
        "Id": name[1:],
        "DocNumber": f"MediaOS-{name}",
        "TotalAmt": total,
        "TxnTaxDetail": {"TotalTax": tax},
        "Balance": total if balance is None else balance,
        "Line": [{SOLD: {**detail, **more}}],
    }


def books():
    voided = {**here("i2", "53", "3"), "date_deleted": "2026-03-02 09:00:00"}
    mediaos = [here("i1", "106", "6"), voided, here("i3", "100", balance="75")]
    classed = there("i1", 106.0, 6.0, ClassRef={"value": "9"})
    qbo = {
        "Invoice": [classed, there("i2", 0), there("i3", 100.0, balance=75.0)],
        "RefundReceipt": [{**there("r1", 40.0), "DepositToAccountRef": {"name": "Checking"}}],
    }
    memo = {"id": "c1", "total": "25", "balance": "0", "date_deleted": None}
    others = {"creditMemos": {"c1": memo}, "refunds": {"r1": here("r1", "40")}}
    return {"invoices": {one["id"]: one for one in mediaos}, **others}, qbo


def bookkeeping(mediaos, qbo):
    return Bookkeeping(day=DAY, made=lambda name: name, mediaos=mediaos, qbo=qbo)


def told(mediaos, qbo):
    return {one.trouble: one for one in bookkeeping(mediaos, qbo).outcomes()}


def test_everything_that_stands_is_fine_and_told_in_figures():
    found = told(*books())
    assert {name: one.fine for name, one in found.items()} == dict.fromkeys(
        (TAX, CLASS, VOID, CREDIT, REFUND), True
    )
    assert found[TAX].came_of == "on 1 invoices: 6.00 in MediaOS, 6.00 in QuickBooks"
    assert "75.00 is open in QuickBooks, 75.00 in MediaOS" in found[CREDIT].came_of
    assert found[REFUND].came_of == (
        "40.00 in MediaOS is MediaOS-r1 of 40.00 in QuickBooks, out of Checking"
    )
    assert "stays void, MediaOS has deleted it too" in found[VOID].came_of


def test_nothing_at_all_is_not_fine():
    assert not any(
        one.fine for one in told({"invoices": {}, "creditMemos": {}, "refunds": {}}, {}).values()
    )


@pytest.mark.parametrize(
    ("place", "changes", "spoiled"),
    [
        (0, {"TxnTaxDetail": {"TotalTax": 5.99}}, TAX),
        (0, {"Line": [{SOLD: {}}]}, CLASS),
        (0, {"TotalAmt": 105.0}, CLASS),
        (1, {"TotalAmt": 50.0}, VOID),
        (2, {"Balance": 100.0}, CREDIT),
    ],
)
def test_what_was_undone_is_a_fault(place, changes, spoiled):
    mediaos, qbo = books()
    qbo["Invoice"][place].update(changes)
    assert not told(mediaos, qbo)[spoiled].fine


@pytest.mark.parametrize("changes", [{"TotalAmt": 39.99}, {"Id": "9"}])
def test_a_refund_that_is_another_in_quickbooks_is_a_fault(changes):
    mediaos, qbo = books()
    qbo["RefundReceipt"][0].update(changes)
    assert not told(mediaos, qbo)[REFUND].fine


def test_a_void_that_mediaos_bills_on_is_a_fault():
    mediaos, qbo = books()
    mediaos["invoices"]["i2"]["date_deleted"] = None
    assert not told(mediaos, qbo)[VOID].fine


@pytest.mark.parametrize(
    "memo", [{"total": "24"}, {"balance": "25"}, {"date_deleted": "2026-03-02 09:00:00"}]
)
def test_a_credit_that_mediaos_does_not_have_as_it_is_is_a_fault(memo):
    mediaos, qbo = books()
    mediaos["creditMemos"]["c1"].update(memo)
    assert not told(mediaos, qbo)[CREDIT].fine
