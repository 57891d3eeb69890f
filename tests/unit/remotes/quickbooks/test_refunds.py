"""A refund receipt says its account and its method; a list of accounts says where money lies."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from msgspec.structs import replace

from schemas.commands import Removal, Remove
from schemas.records import Line, Refund
from schemas.values import Kind, MappingKind, RecordRef, Revision, Side
from streams.remotes.quickbooks.name_lists import name_read, names_request
from streams.remotes.quickbooks.wire import build
from streams.remotes.quickbooks.wire_replies import Reply, shown
from tests.testing.commands import write as command_of

RECEIPT = {
    "Id": "46",
    "SyncToken": "2",
    "CustomerRef": {"value": "5"},
    "TxnDate": "2026-03-12",
    "DocNumber": "MediaOS-RF-9",
    "DepositToAccountRef": {"value": "35", "name": "Checking"},
    "PaymentMethodRef": {"value": "2"},
    "CustomerMemo": {"value": "Sorry"},
    "PrivateNote": "call Amy\nMediaOS t1 refund 9",
    "TxnTaxDetail": {"TotalTax": 4},
    "TotalAmt": 54,
    "MetaData": {"CreateTime": "2026-03-12T09:00:00Z"},
    "Line": [
        {
            "Id": "1",
            "Amount": 50,
            "DetailType": "SalesItemLineDetail",
            "SalesItemLineDetail": {"ItemRef": {"value": "1"}, "Qty": 1, "UnitPrice": 50},
        }
    ],
}
LINE = Line(product="1", unit_price=Decimal(50), amount=Decimal(50))
REFUND = Refund(
    customer="5",
    number="MediaOS-RF-9",
    issued=date(2026, 3, 12),
    lines=(LINE,),
    memo="Sorry",
    method="2",
    account="35",
    total=Decimal(50),
    marker="MediaOS t1 refund 9",
)


def read(**changes):
    return shown(Kind.REFUND, json.dumps(RECEIPT | changes).encode()).record


def test_one_is_read_with_its_account_its_method_and_its_marker():
    found = read()
    assert replace(found, as_shown=()) == replace(
        REFUND,
        lines=(replace(LINE, id="1"),),
        tax=Decimal(4),
        total=Decimal(54),
        made=datetime(2026, 3, 12, 9, tzinfo=UTC),
    )


def test_one_that_a_person_voided_or_deposited_says_so():
    voided = read(TotalAmt=0, PrivateNote="Voided - MediaOS t1 refund 9")
    assert (voided.voided, voided.marker) == (True, "MediaOS t1 refund 9")
    deposited = read(LinkedTxn=[{"TxnId": "123", "TxnType": "Deposit"}])
    assert deposited.deposited == "123"


def written(fields, **target):
    command = command_of(
        id="c",
        request_id="r",
        side=Side.QBO,
        kind=Kind.REFUND,
        about=RecordRef(Side.MEDIAOS, Kind.REFUND, "9"),
        record=REFUND,
        fields=fields,
        **target,
    )
    return json.loads(build(command).body)


def test_a_create_says_the_account_and_an_edit_leaves_it_to_the_bookkeeper():
    made = written(("customer", "issued", "lines", "account", "method", "number", "marker"))
    assert made["DepositToAccountRef"] == {"value": "35"}
    assert made["PaymentMethodRef"] == {"value": "2"}
    assert not {"EmailStatus", "BillEmail", "TotalAmt"} & made.keys()
    changed = written(("memo",), target="46")
    assert changed.keys() == {"CustomerRef", "CustomerMemo", "Id", "SyncToken", "sparse"}


def test_one_is_deleted_and_never_voided():
    remove = Remove(
        id="c",
        request_id="r",
        side=Side.QBO,
        kind=Kind.REFUND,
        about=RecordRef(Side.MEDIAOS, Kind.REFUND, "9"),
        target="46",
        based_on=Revision(False, 2),
        how=Removal.DELETE,
    )
    assert build(remove).params["operation"] == "delete"


@pytest.mark.parametrize(
    ("kind", "unsold"),
    [("Bank", ""), ("Other Current Asset", ""), ("Income", "ledger account (Income)")],
)
def test_money_lies_in_a_bank_or_in_another_current_asset(kind, unsold):
    assert b"SELECT * FROM Account WHERE" in names_request(MappingKind.REFUND_ACCOUNT, 1).body
    account = {"Id": "35", "SyncToken": "0", "Name": "Checking", "AccountType": kind}
    reply = Reply(status=200, body=json.dumps({"Account": account}).encode())
    found = name_read(MappingKind.REFUND_ACCOUNT, "35", reply)
    assert (found.name, found.sort, found.unsold) == ("Checking", kind, unsold)
