"""Is the credit in a payment of QuickBooks an application, and is the money left alone?"""

import json
from datetime import date
from decimal import Decimal

import pytest
from msgspec.structs import replace

from schemas.commands import Create, Removal, Remove, Update
from schemas.credit_parts import by_credit, by_invoice, same_sums
from schemas.kinds import OF_THEIR_OWN
from schemas.records import Allocation, CreditApplication, CreditPart
from schemas.values import Kind, RecordRef, Revision, Side
from streams.remotes.quickbooks.kinds.table import ENTITIES
from streams.remotes.quickbooks.queries import cdc_request
from streams.remotes.quickbooks.webhooks import parse
from streams.remotes.quickbooks.wire import build
from streams.remotes.quickbooks.wire_replies import shown
from tests.unit.rules.records import AT

KIND = Kind.CREDIT_APPLICATION
ABOUT = RecordRef(Side.MEDIAOS, KIND, "9")


def line(kind: str, txn_id: str, amount: str) -> dict[str, object]:
    return {"Amount": Decimal(amount), "LinkedTxn": [{"TxnId": txn_id, "TxnType": kind}]}


def payment(total: str, *lines: dict[str, object], note: str = "") -> dict[str, object]:
    """Return a payment of QuickBooks."""
    return {
        "Id": "170",
        "SyncToken": "2",
        "CustomerRef": {"value": "58"},
        "TxnDate": "2026-03-09",
        "TotalAmt": Decimal(total),
        "PrivateNote": note,
        "Line": list(lines),
    }


def read(entity: dict[str, object]) -> CreditApplication:
    found = shown(KIND, entity).record
    assert isinstance(found, CreditApplication)
    return found


def part(credit: str, invoice: str, amount: str) -> CreditPart:
    return CreditPart(credit=credit, invoice=invoice, amount=Decimal(amount))


def body(command: Create | Update | Remove) -> dict[str, object]:
    return json.loads(build(command).body or b"", parse_float=Decimal)


ASKED = CreditApplication(
    customer="58",
    applied=date(2026, 3, 9),
    parts=(part("46", "266", "25.00"), part("46", "267", "5.00")),
    marker="MediaOS t1 credit-application 9",
)


def test_a_create_is_a_payment_of_nothing_that_links_both_with_amounts_above_zero():
    command = Create(
        id="d/0",
        request_id="r",
        side=Side.QBO,
        kind=KIND,
        about=ABOUT,
        record=ASKED,
        fields=("customer", "applied", "parts", "marker"),
    )
    assert build(command).path == "/payment"
    assert body(command) == {
        "CustomerRef": {"value": "58"},
        "TxnDate": "2026-03-09",
        "TotalAmt": 0,
        "PrivateNote": "MediaOS t1 credit-application 9",
        "Line": [
            line("Invoice", "266", "25.00"),
            line("Invoice", "267", "5.00"),
            line("CreditMemo", "46", "30.00"),
        ],
    }


@pytest.mark.parametrize("name", ["invoice", "credit"])
def test_what_is_read_pairs_each_credit_with_the_first_invoice_that_has_room(name):
    read_parts = read(
        payment(
            "0",
            line("Invoice", "266", "25"),
            line("Invoice", "267", "15"),
            line("CreditMemo", "46", "30"),
            line("CreditMemo", "47", "10"),
        )
    ).parts
    assert read_parts == (
        part("46", "266", "25"),
        part("46", "267", "5"),
        part("47", "267", "10"),
    )
    sums = by_invoice if name == "invoice" else by_credit
    assert sum(sums(read_parts).values()) == 40


def test_two_are_the_same_whose_sums_are_however_they_are_paired():
    one = (part("46", "266", "25"), part("47", "267", "10"))
    other = (part("47", "266", "10"), part("46", "266", "15"), part("46", "267", "10"))
    assert same_sums(one, other)
    assert not same_sums(one, one[:1])


MIXED = payment(
    "15",
    line("Invoice", "266", "40"),
    line("CreditMemo", "46", "25"),
    line("JournalEntry", "31", "2"),
)


def test_of_a_payment_that_brings_money_too_only_the_lines_of_the_credit_change():
    found = read(MIXED)
    assert found.parts == (part("46", "266", "25"),)
    assert (found.amount, found.money) == (15, (Allocation(invoice="266", amount=Decimal(15)),))
    less = replace(found, parts=(part("46", "266", "10"),))
    command = Update(
        id="d/0",
        request_id="r",
        side=Side.QBO,
        kind=KIND,
        about=ABOUT,
        target="170",
        based_on=Revision(deleted=False, number=2),
        record=less,
        fields=("parts",),
    )
    assert body(command) == {
        "Id": "170",
        "SyncToken": "2",
        "sparse": True,
        "CustomerRef": {"value": "58"},
        "TotalAmt": 15,
        "Line": [
            line("Invoice", "266", "25"),
            line("CreditMemo", "46", "10"),
            line("JournalEntry", "31", "2"),
        ],
    }


def test_one_that_is_taken_away_is_voided():
    command = Remove(
        id="d/0",
        request_id="r",
        side=Side.QBO,
        kind=KIND,
        about=ABOUT,
        target="170",
        based_on=Revision(deleted=False, number=2),
        how=Removal.VOID,
    )
    assert build(command).params["include"] == "void"
    assert body(command) == {"Id": "170", "SyncToken": "2", "sparse": True}
    assert read(payment("0", note="Voided")).voided


def test_what_tells_of_a_payment_tells_of_both_and_is_asked_for_once():
    told = {"id": "170", "operation": "Create", "name": "Payment", "lastUpdated": f"{AT}"}
    entity = {"realmId": "1", "dataChangeEvent": {"entities": [told]}}
    [notice] = parse(json.dumps({"eventNotifications": [entity]}).encode()).notices
    assert notice.kind is Kind.PAYMENT
    assert KIND not in OF_THEIR_OWN
    for kinds in (OF_THEIR_OWN, tuple(ENTITIES)):
        named = cdc_request(kinds, AT).params["entities"].split(",")
        assert named.count("Payment") == 1
