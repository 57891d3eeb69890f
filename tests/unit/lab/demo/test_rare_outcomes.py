"""Is it told what became of what is seldom, and a fault where it is not as it must be?"""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from agents.lab.demo.bookkeeping import Bookkeeping
from agents.lab.demo.deeds import Act, Receive
from agents.lab.demo.plan import Day
from agents.lab.demo.rare_deeds import (
    BillBelowZero,
    BillInQuickbooks,
    Bounce,
    DeletePayment,
    Disagree,
    WriteOff,
)
from agents.lab.demo.rare_outcomes import RareOutcomes
from agents.lab.demo.sold_lines import SoldLine
from agents.lab.demo.watch import Watch
from schemas.conflict_facts import ConflictResolved
from schemas.envelope import JournalRecord
from schemas.facts import Linked, Parked
from schemas.state import Park, ParkReason
from schemas.values import Kind, Side

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LANE = "demo/mediaos/1"


def sold(price):
    return SoldLine(product=0, description="", quantity=Decimal(1), price=Decimal(price))


def check(payment, invoice):
    return Receive(
        side=Side.MEDIAOS,
        payment=payment,
        advertiser="a1",
        parts=((invoice, Decimal(100)),),
        reference="4711",
        method="Check",
    )


FIFTY = Decimal("50.00")
DEEDS = (
    check("c0", "i3"),
    check("c1", "i4"),
    BillBelowZero(invoice="n0", advertiser="a1", line=sold("-80"), against="i1"),
    WriteOff(invoice="i2", advertiser="a1", lines=(sold("100"),), amount=FIFTY, credit="w0"),
    Bounce(payment="c0", entry="j0"),
    DeletePayment(payment="c1"),
    Disagree(invoice="i5", lines=(sold("90"),), price=Decimal(95), by="Mira"),
    BillInQuickbooks(invoice="k0", title="Ferry", number="QB-1", line=sold("449.95")),
)
DAY = Day(1, tuple(Act(at=0.0, who="Omar", deed=deed) for deed in DEEDS))
BELOW, OFF, BOUNCED, GONE, PRICES, BORN = (
    *("invoice below zero", "write-off", "check bounced"),
    *("payment deleted", "two prices at once", "billed in QuickBooks"),
)


def here(name, total, balance, **more):
    shown = {"id": name, "external_reference": f"q{name}", "external_number": f"M-{name}"}
    return {**shown, "date_deleted": None, "total": total, "balance": balance, **more}


def there(name, total, balance, **more):
    return {
        "Id": f"q{name}",
        "DocNumber": f"M-{name}",
        "TotalAmt": total,
        "Balance": balance,
        **more,
    }


def books():
    invoices = [
        *(here("i1", "100", "20"), here("i2", "100", "50"), here("i3", "100", "100")),
        *(here("i4", "100", "100"), here("i5", "90", "90"), here("n0", "-80", "0")),
        here("7", "449.95", "449.95", external_number="QB-1", advertiser_id="9"),
    ]
    entry = [{"TxnId": "j0", "TxnType": "JournalEntry"}]
    mediaos = {
        "invoices": {one["id"]: one for one in invoices},
        "advertisers": {"9": {"name": "Ferry"}},
        "creditMemos": {"w0": here("w0", "50", "0")},
        "payments": {
            "c0": {"amount": "0", "lines": [], "date_deleted": None},
            "c1": {"amount": "100", "lines": [], "date_deleted": "2026-03-02 09:00:00"},
        },
    }
    qbo = {
        "Invoice": [
            *(there("i1", 100.0, 20.0), there("i2", 100.0, 50.0), there("i3", 100.0, 100.0)),
            *(there("i4", 100.0, 100.0), there("i5", 90.0, 90.0)),
            {"Id": "k0", "DocNumber": "QB-1", "TotalAmt": 449.95},
        ],
        "CreditMemo": [
            there("n0", 80.0, 0, RemainingCredit=0),
            there("w0", 50.0, 0, RemainingCredit=0),
        ],
        "Payment": [
            {"Id": "qc0", "TotalAmt": 100.0, "Line": [{"Amount": 100.0, "LinkedTxn": entry}]},
            {"Id": "qc1", "TotalAmt": 0, "Line": []},
        ],
    }
    return mediaos, qbo


def watch_of_the_day():
    watch = Watch("demo", lambda _: None, lambda: 0.0)
    watch.take_step(0, JournalRecord(term="t", lane="", at=NOW, claim="t"))
    park = Park(reason=ParkReason.WRITE_OFF, detail="")
    facts = (
        *(Linked(kind=Kind.PAYMENT, document=c, mediaos=c, qbo=f"q{c}", home=LANE) for c in CHECKS),
        Parked(document="mediaos/invoice/i2", event="e", park=park, at=NOW),
        ConflictResolved(document="d", request="r", keep=Side.MEDIAOS, fields=("lines",)),
    )
    watch.take_step(0, JournalRecord(term="t", lane=LANE, at=NOW, facts=facts))
    return watch


CHECKS = ("c0", "c1")


def rare(mediaos, qbo, watch=None):
    made = Bookkeeping(day=DAY, made=lambda name: name, mediaos=mediaos, qbo=qbo)
    return RareOutcomes(made, watch or watch_of_the_day())


def told(*of):
    return {one.trouble: one for one in rare(*of).outcomes()}


def test_everything_that_came_right_is_fine_and_told_in_figures():
    found = told(*books())
    assert {name: one.fine for name, one in found.items()} == dict.fromkeys(
        (BELOW, OFF, BOUNCED, GONE, PRICES, BORN), True
    )
    assert found[BELOW].came_of == (
        "M-n0 of -80.00 is a credit memo of that number in QuickBooks, applied to M-i1: 20.00 is "
        "open on both sides"
    )
    assert found[BOUNCED].came_of == (
        "M-i3 is owed again: 100.00 is open on both sides; the journal entry of 100.00 in "
        "QuickBooks stands"
    )
    assert found[PRICES].came_of == (
        "M-i5 waited for Mira, who kept MediaOS's: 90.00 in MediaOS, 90.00 in QuickBooks"
    )


def test_nothing_at_all_is_not_fine():
    kinds = ("invoices", "advertisers", "creditMemos", "payments")
    empty = Watch("demo", lambda _: None, lambda: 0.0)
    assert not any(one.fine for one in told({kind: {} for kind in kinds}, {}, empty).values())


@pytest.mark.parametrize(
    ("kind", "place", "changes", "spoiled"),
    [
        ("Invoice", 0, {"Balance": 100.0}, {BELOW}),
        ("CreditMemo", 0, {"RemainingCredit": 80.0}, {BELOW}),
        ("CreditMemo", 0, {"DocNumber": "9"}, {BELOW}),
        ("Invoice", 1, {"TotalAmt": 50.0}, {OFF}),
        ("CreditMemo", 1, {"TotalAmt": 49.0}, {OFF}),
        ("Invoice", 2, {"Balance": 0.0}, {BOUNCED}),
        ("Payment", 0, {"Line": []}, {BOUNCED}),
        ("Payment", 1, {"TotalAmt": 100.0}, {GONE}),
        ("Invoice", 4, {"TotalAmt": 95.0}, {PRICES}),
        ("Invoice", 5, {"TotalAmt": 450.0}, {BORN}),
    ],
)
def test_what_is_otherwise_in_quickbooks_is_a_fault(kind, place, changes, spoiled):
    mediaos, qbo = books()
    qbo[kind][place].update(changes)
    assert {name for name, one in told(mediaos, qbo).items() if not one.fine} == spoiled


@pytest.mark.parametrize(
    ("kind", "name", "changes", "spoiled"),
    [
        ("invoices", "n0", {"balance": "-80"}, {BELOW}),
        ("invoices", "i2", {"balance": "100"}, {OFF}),
        ("payments", "c0", {"amount": "100"}, {BOUNCED}),
        ("payments", "c1", {"date_deleted": None}, {GONE}),
        ("advertisers", "9", {"name": "Another"}, {BORN}),
    ],
)
def test_what_is_otherwise_in_mediaos_is_a_fault(kind, name, changes, spoiled):
    mediaos, qbo = books()
    mediaos[kind][name].update(changes)
    assert {name for name, one in told(mediaos, qbo).items() if not one.fine} == spoiled


def test_only_the_check_that_bounced_is_meant_to_wait():
    assert rare(*books()).meant() == ("mediaos/payment/c0", "qbo/journal-entry/j0")
