"""Raw MediaOS records and events into words, commands into requests, replies into answers."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.catalog import NotUnderstoodError
from schemas.changes import Change
from schemas.commands import Removal, Remove
from schemas.limits import LARGEST_RECORD
from schemas.outcomes import Done, Fault, No, Unknown
from schemas.products import Product
from schemas.records import Address, Allocation, Customer, Invoice, Line, Payment
from schemas.values import Kind, RecordRef, Revision, Side
from streams.publisher import change_event
from streams.remotes.mediaos.events import change_from_event
from streams.remotes.mediaos.kinds.sale_lines import write_line
from streams.remotes.mediaos.replies import Reply, outcome, page_of, reading
from streams.remotes.mediaos.shapes import shown
from streams.remotes.mediaos.wire import build, list_request, read_request
from streams.remotes.mediaos.wire_writing import UnsendableError
from streams.remotes.mediaos.wire_writing import write_number as written
from tests.testing.commands import write as command_of

EXAMPLES = Path(__file__).parents[4] / "schemas/examples"
NOW = datetime(2025, 3, 12, 9, 16, tzinfo=UTC)
ADDRESS = Address(
    lines=("12 Harbor Road", "Suite 4"),
    city="Portland",
    region="ME",
    postal_code="04101-1234",
    country="US",
)


def example(name, case):
    return json.loads((EXAMPLES / f"{name}.v1/{case}.json").read_text())


def read(name, case, /, **changes):
    raw = {**example(name, case), **changes}
    return shown(Kind(name), json.dumps(raw).encode())


def event(kind="payment", customer="1001", case="split", **changes):
    record = example(kind, case)
    change = change_event(
        tenant="t1",
        kind=kind,
        record=record,
        customer_id=customer,
        row_version=int(record["row_version"]),
        occurred_at=NOW,
    )
    return json.dumps({**json.loads(change.value), **changes}).encode(), change.key


def write(record, *fields, target=None, based_on=None, kind=None):
    kind = kind or Kind(type(record).__name__.lower())
    return command_of(
        id="c1",
        request_id="r1",
        side=Side.MEDIAOS,
        kind=kind,
        about=RecordRef(Side.QBO, kind, "58"),
        target=target,
        based_on=based_on and Revision(deleted=False, number=based_on),
        record=record,
        fields=fields,
    )


def test_a_customer_is_read_whole():
    found = read("customer", "whole")
    assert found.record == Customer(
        name="Harbor Light Brewing",
        email="ap@example.com",
        phone="207-555-0114",
        billing=ADDRESS,
        marker="58",
    )
    assert (found.id, found.customer, found.revision) == ("1001", "1001", Revision(False, 3))


def test_numbers_for_ids_and_missing_fields_read_as_well():
    found = read("customer", "bare")
    assert found.record == Customer(name="Northwind Tours")
    assert (found.id, found.revision, found.at) == ("1002", Revision(False, 1), None)


def test_an_invoice_is_read_to_the_cent_with_price_and_quantity_kept_apart():
    assert read("invoice", "part-paid").record == Invoice(
        customer="1001",
        number="MediaOS-20001",
        issued=date(2025, 3, 10),
        due=date(2025, 4, 9),
        lines=(
            Line(
                product="101",
                description="Full page, May issue",
                unit_price=Decimal(1850),
                amount=Decimal(1850),
                taxable=False,
            ),
            Line(
                product="102",
                description="Newsletter, per thousand",
                quantity=Decimal("48.3"),
                unit_price=Decimal("0.333"),
                amount=Decimal("16.08"),
                taxable=False,
            ),
        ),
        memo="Thank you",
        email="ap@example.com",
        discount=Decimal(5),
        total=Decimal("1861.08"),
        balance=Decimal("861.08"),
        currency="USD",
        marker="266",
    )


def test_an_invoice_as_documented_has_one_of_each_and_owes_what_its_status_says():
    paid = read("invoice", "as-documented").record
    hundred = Decimal(100)
    line = Line(product=None, line_type="3", unit_price=hundred, amount=hundred, taxable=False)
    assert paid.lines == (line,)
    assert paid.balance == 0
    assert read("invoice", "as-documented", status="Unpaid").record.balance == 100


def test_dates_that_never_were_are_none():
    found = read("invoice", "no-dates")
    assert found.record.due is None
    assert found.record.marker is None
    assert not found.revision.deleted
    assert found.at == datetime(2025, 3, 10, tzinfo=UTC)


def test_a_deleted_record_has_a_revision_above_every_number_and_still_its_customer():
    found = read("invoice", "deleted")
    assert (found.record, found.customer) == (None, "1001")
    assert found.revision == Revision(deleted=True, number=8) > Revision(False, 99)


@pytest.mark.parametrize(
    ("quantity", "price", "total"), [("0.5", "0.05", "0.03"), ("14.5", "128.35", "1861.08")]
)
def test_a_line_that_names_no_total_has_it_rounded_half_up(quantity, price, total):
    lines = [{"amount": price, "quantity": quantity}]
    (line,) = read("invoice", "part-paid", line_items=lines).record.lines
    assert line.amount == Decimal(total)


def test_a_split_payment_names_each_invoice():
    assert read("payment", "split").record == Payment(
        customer="1001",
        amount=Decimal(1100),
        received=date(2025, 3, 12),
        received_at=datetime(2025, 3, 12, 9, 15, 44, tzinfo=UTC),
        reference="4711",
        memo="Two invoices",
        applied=(
            Allocation(invoice="20001", amount=Decimal(1000)),
            Allocation(invoice="20002", amount=Decimal(100)),
        ),
        method="Check",
    )


def test_a_payment_as_documented_is_applied_by_its_single_line():
    found = read("payment", "as-documented").record
    assert found.applied == (Allocation(invoice="20002", amount=Decimal(100)),)
    assert read("payment", "on-account").record.applied == ()


def test_a_product_may_say_false_in_text():
    assert read("product", "inactive").record == Product(name="Event booth", active=False)


@pytest.mark.parametrize(
    ("name", "case", "changes", "reason"),
    [
        ("invoice", "part-paid", {"total": "NaN"}, "total: expected an amount below"),
        ("invoice", "part-paid", {"total": "1e999999"}, "total: expected an amount below"),
        ("invoice", "part-paid", {"tax_total": "0.123456789"}, "tax_total: expected an amount"),
        ("invoice", "part-paid", {"date_created": ""}, "date_created: expected a date"),
        ("invoice", "part-paid", {"date_due": "tomorrow"}, "date_due: expected YYYY-MM-DD"),
        ("invoice", "part-paid", {"date_due": "2025-02-30 00:00:00"}, "date_due: expected"),
        ("invoice", "part-paid", {"id": "7\n"}, "id: Expected `str` matching"),
        ("invoice", "part-paid", {"line_items": [{}]}, r"line_items\[0\]: .*`amount`"),
        ("payment", "split", {"amount": ""}, "amount: Invalid decimal"),
        ("customer", "whole", {"name": " "}, "name: expected a text"),
        ("customer", "whole", {"row_version": None}, "row_version: Expected"),
    ],
)
def test_what_makes_no_sense_is_named_by_field(name, case, changes, reason):
    with pytest.raises(NotUnderstoodError, match=reason):
        read(name, case, **changes)


def test_a_published_event_becomes_a_change():
    assert change_from_event(*event()) == Change(
        event="t1/mediaos/payment/50001@1",
        tenant="t1",
        side=Side.MEDIAOS,
        kind=Kind.PAYMENT,
        id="50001",
        customer="1001",
        revision=Revision(deleted=False, number=1),
        at=NOW,
        record=read("payment", "split").record,
    )


def test_a_record_that_the_journal_could_not_take_is_refused_at_the_door_with_its_size():
    record = example("invoice", "as-documented")
    long = {**record, "line_items": [{**record["line_items"][0]}] * 2_000}
    value, key = event(kind="invoice", customer="1001", case="as-documented", data=long)

    with pytest.raises(NotUnderstoodError, match=r"at most 64000 bytes .divide it., got [0-9]{6}"):
        change_from_event(value, key)


def test_one_byte_decides_it():
    record = example("invoice", "as-documented")
    most = "x" * (LARGEST_RECORD - len(json.dumps({**record, "more": ""})))
    fits = {"kind": "invoice", "customer": "1001", "case": "as-documented"}

    assert change_from_event(*event(**fits, data={**record, "more": most})).kind is Kind.INVOICE
    with pytest.raises(NotUnderstoodError, match=f"got {LARGEST_RECORD + 1} bytes"):
        change_from_event(*event(**fits, data={**record, "more": f"{most}x"}))


def test_a_published_deletion_has_an_event_id_of_its_own():
    change = change_from_event(*event(case="deleted"))
    assert (change.event, change.record) == ("t1/mediaos/payment/50001@2d", None)


def test_a_product_belongs_to_the_tenant_alone():
    value, key = event(kind="product", customer=None, case="whole")
    assert key == b"t1"
    assert change_from_event(value, key).customer is None


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"specversion": "0.3"}, "specversion: "),
        ({"type": "com.mediaos.order.changed.v1"}, "type: "),
        ({"type": "com.mediaos.payment.changed.v2"}, "type: "),
        (
            {"type": "com.mediaos.payment.deleted.v1"},
            "type: expected 'com.mediaos.payment.changed.v1'",
        ),
        ({"tenant": "t2"}, "tenant: expected 't1' .as in the Kafka key., got \"t2\""),
        ({"source": "/mediaos/t2"}, "source: expected '/mediaos/t1'"),
        ({"sequence": "2", "source": "x"}, "source: .*; sequence: "),
        ({"sequence": "2"}, "sequence: expected '1'"),
        ({"id": "t1/mediaos/payment/50001@2"}, "id: expected 't1/mediaos/payment/50001@1'"),
        ({"subject": "payment/50002"}, "subject: expected 'payment/50001'"),
        ({"time": "2025-03-12T09:16:00"}, "time: "),
        ({"data": {"id": "50001"}}, "data.*row_version"),
        ({"data": None}, "data: expected an object, got null"),
    ],
)
def test_an_envelope_that_does_not_fit_is_refused_by_field(changes, reason):
    with pytest.raises(NotUnderstoodError, match=reason):
        change_from_event(*event(**changes))


@given(st.binary(max_size=200))
def test_bytes_of_any_kind_are_understood_or_refused_and_nothing_else(value):
    with pytest.raises(NotUnderstoodError):
        change_from_event(value, b"t1/mediaos/1001")


@pytest.mark.parametrize("value", [b'{"id":"\xff"}', b'{"data":' + b"[" * 100_000])
def test_text_that_is_no_utf8_or_far_too_deep_is_refused(value):
    with pytest.raises(NotUnderstoodError, match="malformed"):
        change_from_event(value, b"t1/mediaos/1001")


def test_a_create_sends_the_named_fields_under_its_request_id():
    record = Customer(name="A & B", email="a@b.example", phone="1", billing=ADDRESS, marker="58")
    request = build(write(record, "name", "email", "billing", "marker"))
    assert (request.method, request.path) == ("POST", "/advertisers/")
    assert request.headers["idempotency-key"] == "r1"
    assert "if-match" not in request.headers
    assert json.loads(request.body) == {
        "name": "A & B",
        "unique_name": True,
        "email": {"value": "a@b.example"},
        "billing_address": {
            "line1": "12 Harbor Road",
            "line2": "Suite 4",
            "line3": "",
            "line4": "",
            "city": "Portland",
            "state": "ME",
            "postal_code": "04101-1234",
            "country": "US",
        },
        "external_reference": "58",
    }


def test_a_fifth_address_line_joins_the_fourth():
    record = Customer(name="A", billing=Address(lines=("1", "2", "3", "4", "5")))
    body = json.loads(build(write(record, "billing")).body)
    assert body["billing_address"]["line4"] == "4, 5"


def test_an_update_names_the_row_version_and_only_what_changed():
    record = Invoice(customer="1001", issued=date(2025, 3, 10), due=date(2025, 4, 9), number="M-1")
    request = build(write(record, "number", "due", target="20001", based_on=7))
    assert (request.method, request.path) == ("PATCH", "/invoices/20001")
    assert request.headers["if-match"] == '"7"'
    assert json.loads(request.body) == {
        "external_number": "M-1",
        "date_due": "2025-04-09 00:00:00",
    }


def test_an_invoice_goes_with_its_lines_and_the_tax_that_was_reckoned():
    record = Invoice(
        customer="1001",
        number="Q-7",
        issued=date(2025, 3, 10),
        lines=(
            Line(
                product="101", quantity=Decimal("2.50"), unit_price=Decimal(4), amount=Decimal(10)
            ),
        ),
        tax=Decimal("0.80"),
        discount=Decimal(1),
        total=Decimal("9.80"),
        marker="266",
    )
    fields = ("customer", "issued", "lines", "tax", "discount", "number", "marker")
    body = json.loads(build(write(record, *fields)).body)
    assert body == {
        "advertiser_id": "1001",
        "date_created": "2025-03-10 00:00:00",
        "line_items": [
            {"product_id": "101", "description": None, "quantity": "2.5", "amount": "4"}
        ],
        "tax_amount": "0.8",
        "discount_amount": "1",
        "external_number": "Q-7",
        "external_reference": "266",
    }


@pytest.mark.parametrize(
    ("told", "named"),
    [
        ({"product_id": "101"}, ("101", None)),
        ({"invoice_line_item_type_id": 3}, (None, "3")),
        ({"product_id": "101", "invoice_line_item_type_id": "3"}, ("101", None)),
        ({"product_id": None, "invoice_line_item_type_id": None}, (None, None)),
    ],
)
def test_a_line_names_its_product_or_in_its_place_its_line_item_type(told, named):
    [line] = read("invoice", "part-paid", line_items=[{"amount": "5", **told}]).record.lines
    assert (line.product, line.line_type) == named


def test_a_line_of_a_line_item_type_goes_without_a_product():
    line = Line(product=None, line_type="3", unit_price=Decimal(-5), amount=Decimal(-5))
    assert write_line(line) == {
        "invoice_line_item_type_id": "3",
        "description": None,
        "quantity": "1",
        "amount": "-5",
    }


def test_a_payment_goes_with_its_applications_and_plain_amounts():
    record = Payment(
        customer="1001",
        amount=Decimal("100.50"),
        received=date(2025, 3, 12),
        applied=(Allocation(invoice="20001", amount=Decimal("1E+2")),),
    )
    body = json.loads(build(write(record, "customer", "amount", "received", "applied")).body)
    assert body == {
        "advertiser_id": "1001",
        "amount": "100.5",
        "date_created": "2025-03-12 00:00:00",
        "lines": [{"invoice_id": "20001", "amount": "100"}],
    }


@pytest.mark.parametrize(
    ("command", "field"),
    [
        (write(Product(name="Page"), "name"), "record"),
        (write(Customer(name="A"), "nickname"), "nickname"),
        (
            write(Invoice(customer="1", issued=date(2025, 1, 1)), "lines", target="2", based_on=1),
            "lines",
        ),
        (
            write(Invoice(customer="1", issued=date(2025, 1, 1)), "due", target="2", based_on=1),
            "due",
        ),
        (
            write(
                Payment(customer="1", amount=Decimal(1), received=date(2025, 1, 1)),
                "customer",
                target="2",
                based_on=1,
            ),
            "customer",
        ),
    ],
)
def test_what_mediaos_does_not_take_is_refused_by_field_before_it_is_sent(command, field):
    with pytest.raises(UnsendableError) as refused:
        build(command)
    assert refused.value.field == field


def removal(kind, how):
    return Remove(
        id="c1",
        request_id="r1",
        side=Side.MEDIAOS,
        kind=kind,
        about=RecordRef(Side.QBO, kind, "91"),
        target="30001",
        based_on=Revision(deleted=False, number=4),
        how=how,
    )


@pytest.mark.parametrize("kind", [Kind.INVOICE, Kind.PAYMENT])
def test_what_is_deleted_is_so_as_it_stood_when_that_was_decided(kind):
    request = build(removal(kind, Removal.DELETE))

    assert (request.method, request.path, request.body) == ("DELETE", f"/{kind}s/30001", None)
    assert request.headers == {"idempotency-key": "r1", "if-match": '"4"'}


@pytest.mark.parametrize(
    ("kind", "how"),
    [(Kind.PAYMENT, Removal.VOID), (Kind.INVOICE, Removal.VOID), (Kind.CUSTOMER, Removal.DELETE)],
)
def test_what_the_api_cannot_remove_is_refused_before_it_is_sent(kind, how):
    with pytest.raises(UnsendableError, match=f"no {how} of a {kind}"):
        build(removal(kind, how))


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**9)))
def test_a_number_survives_being_written_and_has_no_idle_zero(value):
    text = written(value)
    assert Decimal(text) == value
    assert "E" not in text
    assert not ("." in text and text.endswith(("0", ".")))


def test_a_reply_to_a_write_is_what_the_record_is_now():
    body = json.dumps(example("customer", "whole")).encode()
    assert outcome(Kind.CUSTOMER, Reply(status=201, body=body), NOW) == Done(
        id="1001",
        revision=Revision(deleted=False, number=3),
        record=read("customer", "whole").record,
        at=NOW,
    )


def test_a_refusal_says_code_field_and_every_fault():
    errors = [{"field": "name", "message": "is required"}, {"field": "x", "message": "is odd"}]
    body = {"message": "Please correct name, x.", "code": "invalid_fields", "errors": errors}
    answer = outcome(Kind.CUSTOMER, Reply(status=422, body=json.dumps(body).encode()), NOW)
    assert answer == No(
        fault=Fault(
            side=Side.MEDIAOS,
            status=422,
            code="invalid_fields",
            message="Please correct name, x.",
            detail="name: is required; x: is odd",
            field="name",
        )
    )


def test_a_refusal_never_repeats_the_credentials():
    body = {"message": "key-1 / pass-1", "errors": [{"field": "pass-1", "message": "key-1"}]}
    reply = Reply(status=401, body=json.dumps(body).encode(), secrets=("key-1", "pass-1"))
    text = repr(outcome(Kind.CUSTOMER, reply, NOW))
    assert "key-1" not in text
    assert "pass-1" not in text


def test_a_proxys_page_gives_a_fault_by_its_status_and_says_nothing_of_the_page():
    reply = Reply(status=503, body=b"<html>Basic a2V5", headers={"retry-after": "120"})
    fault = Fault(
        side=Side.MEDIAOS, status=503, message="Service Unavailable", retry_after_seconds=120.0
    )
    assert outcome(Kind.CUSTOMER, reply, NOW) == No(fault=fault)


def test_an_invoice_that_is_a_credit_is_asked_for_and_read_as_one_with_every_sign_turned():
    told = {**example("invoice", "as-documented"), "id": "136", "total": "-30", "balance": "-20"}
    told |= {"line_items": [{"product_id": "7", "amount": "-15", "quantity": "2"}]}
    there = reading(
        Kind.CREDIT_MEMO, "invoice-136", Reply(status=200, body=json.dumps(told).encode()), NOW
    )

    assert read_request(Kind.CREDIT_MEMO, "invoice-136").path == "/invoices/136"
    assert (there.kind, there.id) == (Kind.CREDIT_MEMO, "invoice-136")
    assert (there.record.total, there.record.remaining) == (30, 20)
    [line] = there.record.lines
    assert (line.quantity, line.unit_price, line.amount) == (2, 15, 30)


@pytest.mark.parametrize("status", [400, 404, 408, 500, 502, 504])
def test_a_server_that_failed_may_have_done_it(status):
    reply = Reply(status=status, body=b"")
    assert isinstance(outcome(Kind.PAYMENT, reply, NOW), Unknown)
    assert isinstance(reading(Kind.PAYMENT, "1", reply, NOW), No)


def test_a_success_that_cannot_be_read_is_not_known():
    answer = outcome(Kind.PAYMENT, Reply(status=200, body=b"{}"), NOW)
    assert isinstance(answer, Unknown)
    assert "required field" in answer.detail


def test_only_our_own_404_says_that_a_record_is_gone():
    body = b'{"message": "There is no 9.", "code": "not_found", "errors": []}'
    absent = reading(Kind.INVOICE, "9", Reply(status=404, body=body), NOW)
    assert (absent.record, absent.revision.deleted) == (None, True)
    assert isinstance(reading(Kind.INVOICE, "9", Reply(status=404, body=b"<html>"), NOW), No)


def test_a_page_counts_in_numbers_or_in_text_and_names_a_bad_record_by_its_place():
    good, bad = example("product", "whole"), {**example("product", "whole"), "name": None}
    body = json.dumps({"products": [good], "count": "41"}).encode()
    page = page_of(Kind.PRODUCT, Reply(status=200, body=body))
    assert (page.count, [found.id for found in page.found]) == (41, ["101"])
    body = json.dumps({"products": [good, bad], "count": 2}).encode()
    assert "products[1].name" in page_of(Kind.PRODUCT, Reply(status=200, body=body)).detail
    assert "count" in page_of(Kind.PRODUCT, Reply(status=200, body=b'{"products": []}')).detail


def test_a_list_is_asked_for_in_an_order_that_no_change_disturbs():
    request = list_request(Kind.INVOICE, {"advertiser_id": "1001"}, 2)
    assert (request.path, dict(request.params)) == (
        "/invoices/",
        {
            "advertiser_id": "1001",
            "page": "2",
            "per_page": "100",
            "sort_by": "id",
            "sort_order": "asc",
            "include_deleted": "true",
        },
    )


@pytest.mark.parametrize(
    ("written", "time"),
    [
        ("2026-03-01 02:30:00", datetime(2026, 3, 1, 2, 30, tzinfo=UTC)),
        ("2026-03-01 00:00:00", None),
    ],
)
def test_the_first_moment_of_a_day_is_a_day_without_a_time(written, time):
    payment = read("payment", "split", date_created=written).record
    invoice = read("invoice", "part-paid", date_created=written).record
    assert (payment.received, payment.received_at) == (date(2026, 3, 1), time)
    assert (invoice.issued, invoice.issued_at) == (date(2026, 3, 1), time)
