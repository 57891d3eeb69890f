"""Does the client read what Intuit really sent?

Needs the folder of recordings in RECORDED_TRAFFIC; every file in it must be read.
"""

import json
import os
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from schemas.outcomes import Done, No
from schemas.records import Customer, Invoice, Line
from schemas.values import Kind, Revision
from streams.remotes.quickbooks.events import change_event, change_from_event
from streams.remotes.quickbooks.faults import fault_of
from streams.remotes.quickbooks.kinds.table import ENTITIES
from streams.remotes.quickbooks.queries import rows_of
from streams.remotes.quickbooks.wire_replies import Reply, entity_of, outcome, shown
from tests.testing.means import missing

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def recorded():
    folder = os.environ.get("RECORDED_TRAFFIC")
    if not folder or not Path(folder).is_dir():
        missing("RECORDED_TRAFFIC names no folder of recorded traffic")
    files = sorted(Path(folder).glob("*.json"))
    assert files, "the folder of recorded traffic is empty"
    return {file.stem: replies(file) for file in files}


def replies(file):
    return [
        Reply(
            status=each["response"]["status"],
            body=json.dumps(each["response"]["body"]).encode(),
            headers=each["response"]["headers"],
        )
        for each in json.loads(file.read_text())
    ]


def test_a_created_invoice_is_read(recorded):
    (reply,) = recorded["create-invoice"]

    assert outcome(Kind.INVOICE, reply, NOW) == Done(
        id="266",
        revision=Revision(deleted=False, number=0),
        record=Invoice(
            customer="1",
            number="1043",
            issued=datetime(2020, 9, 29, tzinfo=UTC).date(),
            due=datetime(2020, 10, 29, tzinfo=UTC).date(),
            lines=(
                Line(id="1", product="1", unit_price=Decimal(100), amount=Decimal(100), tax="NON"),
            ),
            total=Decimal(100),
            balance=Decimal(100),
            currency="USD",
            made=datetime(2020, 9, 29, 12, 58, 7, tzinfo=UTC),
            as_shown=(
                '{"Id":"1","SalesItemLineDetail":{"Qty":null,"TaxCodeRef":{"value":"NON"}}}',
            ),
        ),
        at=datetime(2020, 9, 29, 12, 58, 7, tzinfo=UTC),
    )


def test_a_created_customer_is_read(recorded):
    (reply,) = recorded["create-customer"]

    done = outcome(Kind.CUSTOMER, reply, NOW)

    made = datetime(2020, 9, 29, 12, 58, 16, tzinfo=UTC)
    assert (done.id, done.record) == ("70", Customer(name="Doe5, Jane", currency="USD", made=made))


def test_an_updated_customer_has_the_next_revision(recorded):
    before, after = (outcome(Kind.CUSTOMER, reply, NOW) for reply in recorded["update-customer"])

    assert after.revision > before.revision
    made = datetime(2020, 9, 29, 11, 48, 37, tzinfo=UTC)
    assert after.record == Customer(
        name="Jack Moe", phone="(415) 444-1234", currency="USD", made=made
    )


def test_a_refused_customer_names_its_code(recorded):
    (reply,) = recorded["error-validation"]

    answer = outcome(Kind.CUSTOMER, reply, NOW)

    assert isinstance(answer, No)
    assert (answer.fault.code, answer.fault.message) == ("6240", "Duplicate Name Exists Error")


def test_every_listed_customer_becomes_a_change(recorded):
    _, listed = recorded["all-customers"]
    rows = rows_of(Kind.CUSTOMER, listed.body)

    changes = [
        change_from_event(change_event("t1", Kind.CUSTOMER, row, NOW, realm="1")[1]) for row in rows
    ]

    assert rows
    assert all(
        change.record.name == row["DisplayName"] for change, row in zip(changes, rows, strict=True)
    )
    assert len({change.event for change in changes}) == len(rows)


def test_a_fault_within_a_batch_has_its_code(recorded):
    (reply,) = recorded["batch-basic"]
    answers = {item["bId"]: item for item in json.loads(reply.body)["BatchItemResponse"]}

    codes = {
        name: fault_of(200, json.dumps(answers[name], default=str).encode()).code
        for name in ("bid2", "bid3")
    }
    assert codes == {"bid2": "610", "bid3": "5010"}


def test_every_recording_is_a_fault_or_holds_what_is_read(recorded):
    for name, answered in recorded.items():
        for reply in answered:
            assert fault_of(reply.status, reply.body) or understood(reply), name


#: What Intuit answers beside single records, and records of kinds that the client does not read.
LISTS = {"QueryResponse", "BatchItemResponse", "CDCResponse"}
NEIGHBOURS = {
    *("Account", "CreditMemo", "Deposit", "Employee"),
    *("ExchangeRate", "RefundReceipt", "SalesReceipt"),
}


def understood(reply):
    for kind in ENTITIES:
        entity = entity_of(kind, reply.body)
        if entity is not None:
            return shown(kind, bytes(entity)).id
    (name,) = json.loads(reply.body).keys() - {"time"}
    return name in LISTS | NEIGHBOURS
