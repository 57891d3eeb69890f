import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from schemas.catalog import NotUnderstoodError
from schemas.changes import Change
from schemas.records import Customer
from schemas.values import Kind, Revision, Side
from streams.remotes.quickbooks.events import change_event, change_from_event

BEGAN = datetime(2026, 3, 2, 12, tzinfo=UTC)
INVOICE = (
    b'{"Id":"266","SyncToken":"3","TxnDate":"2026-03-01","CustomerRef":{"value":"5"},'
    b'"TotalAmt":337.50,"Balance":0,"MetaData":{"LastUpdatedTime":"2026-03-02T03:59:00-08:00"}}'
)
DELETED = {"Id": "266", "domain": "QBO", "status": "Deleted"}


def event(entity=INVOICE, kind=Kind.INVOICE, **given):
    key, value = change_event("t1", kind, entity, BEGAN, realm="9", **given)
    return key, json.loads(value)


def changed(**given):
    _, value = event()
    return json.dumps({**value, **given}).encode()


def test_an_event_says_what_was_read_word_for_word():
    key, value = change_event("t1", Kind.INVOICE, INVOICE, BEGAN, realm="9")

    assert key == "t1/qbo/5"
    assert INVOICE in value


def test_an_event_is_a_cloud_event():
    key, value = event()

    del value["data"]
    assert (key, value) == (
        "t1/qbo/5",
        {
            "specversion": "1.0",
            "id": "t1/qbo/invoice/266@3",
            "source": "/quickbooks/9",
            "type": "com.intuit.quickbooks.invoice.changed.v1",
            "subject": "invoice/266",
            "time": "2026-03-02T11:59:00Z",
            "datacontenttype": "application/json",
            "tenant": "t1",
            "sequence": "3",
            "readbegan": "2026-03-02T12:00:00Z",
            "customer": "5",
        },
    )


def test_an_event_becomes_a_change_with_the_full_record():
    _, value = change_event("t1", Kind.INVOICE, INVOICE, BEGAN, realm="9")

    change = change_from_event(value)

    assert (change.event, change.name) == (
        "t1/qbo/invoice/266@3",
        (Side.QBO, Kind.INVOICE, "266"),
    )
    assert (change.customer, change.revision) == ("5", Revision(deleted=False, number=3))
    assert change.at == datetime(2026, 3, 2, 11, 59, tzinfo=UTC)
    assert change.record.total == Decimal("337.50")


def test_a_deletion_goes_to_the_lane_of_the_customer_that_is_named():
    key, value = change_event("t1", Kind.INVOICE, DELETED, BEGAN, realm="9", customer="5")

    assert key == "t1/qbo/5"
    assert change_from_event(value) == Change(
        event="t1/qbo/invoice/266@0d",
        tenant="t1",
        side=Side.QBO,
        kind=Kind.INVOICE,
        id="266",
        customer="5",
        revision=Revision(deleted=True, number=0),
        at=BEGAN,
        record=None,
        read_at=BEGAN,
    )


def test_a_customer_speaks_in_its_own_lane_and_a_product_in_the_tenants():
    amy = {"Id": "5", "SyncToken": "0", "DisplayName": "Amy"}
    page = {"Id": "1", "SyncToken": "0", "Name": "Half page"}

    assert event(amy, Kind.CUSTOMER)[0] == "t1/qbo/5"
    assert event(page, Kind.PRODUCT)[0] == "t1"


def test_decoded_and_raw_records_make_the_same_change():
    amy = {"Id": "5", "SyncToken": "0", "DisplayName": "Amy"}
    _, decoded = change_event("t1", Kind.CUSTOMER, amy, BEGAN, realm="9")
    _, raw = change_event("t1", Kind.CUSTOMER, json.dumps(amy).encode(), BEGAN, realm="9")

    assert change_from_event(decoded) == change_from_event(raw)
    assert change_from_event(raw).record == Customer(name="Amy")


def test_a_deletion_that_nobody_owns_is_refused():
    with pytest.raises(NotUnderstoodError, match="customer"):
        change_event("t1", Kind.INVOICE, DELETED, BEGAN, realm="9")


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (b"\xff", "JSON"),
        (b"[]", "object"),
        (changed(specversion="2.0"), "specversion"),
        (changed(type="com.intuit.quickbooks.vendor.changed.v1"), "type"),
        (changed(type="com.intuit.quickbooks.invoice.deleted.v1"), "type"),
        (changed(tenant="t2"), "id"),
        (changed(subject="invoice/1"), "subject"),
        (changed(sequence="4"), "sequence"),
        (changed(time="2026-03-02T12:00:00"), "time"),
        (changed(data={"Id": "266", "SyncToken": "3"}), "CustomerRef"),
        (changed(data={"SyncToken": "3"}), "Id"),
        (changed(data={**json.loads(INVOICE), "SyncToken": "x"}), "SyncToken"),
        (changed(data={**json.loads(INVOICE), "TotalAmt": "much"}), "TotalAmt"),
    ],
    ids=[
        "bytes",
        "array",
        "specversion",
        "kind",
        "deleted",
        "tenant",
        "subject",
        "sequence",
        "naive-time",
        "no-customer",
        "no-id",
        "token",
        "amount",
    ],
)
def test_what_is_not_understood_is_named(value, says):
    with pytest.raises(NotUnderstoodError, match=says):
        change_from_event(value)
