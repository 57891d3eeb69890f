import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from msgspec.structs import replace
from quickbooks.objects.base import CustomerMemo, LinkedTxn, Ref
from quickbooks.objects.customer import Customer as CustomerModel
from quickbooks.objects.detailline import SalesItemLine, SalesItemLineDetail
from quickbooks.objects.invoice import Invoice as InvoiceModel
from quickbooks.objects.payment import Payment as PaymentModel
from quickbooks.objects.payment import PaymentLine

from schemas.commands import Removal, Remove
from schemas.outcomes import Done, No, Unknown
from schemas.products import Product
from schemas.records import Address, Allocation, CreditPart, Customer, Invoice, Line, Payment
from schemas.values import Kind, RecordRef, Revision, Side
from streams.remotes.quickbooks.wire import build
from streams.remotes.quickbooks.wire_fields import UnsendableError
from streams.remotes.quickbooks.wire_replies import (
    GONE,
    Reply,
    entity_read,
    outcome,
    reading,
    shown,
)
from tests.testing.commands import write as command_of

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
MARKER = "MediaOS t1 invoice 136"
LINE = Line(
    product="1",
    description="Half page",
    quantity=Decimal("14.50"),
    unit_price=Decimal("128.35"),
    amount=Decimal("1861.08"),
    tax="NON",
)
INVOICE = Invoice(
    customer="5",
    number="MediaOS-136",
    issued=date(2026, 3, 1),
    due=date(2026, 3, 31),
    lines=(LINE,),
    memo="Spring issue",
    email="ads@example.com",
    total=Decimal("1861.08"),
    balance=Decimal("1861.08"),
    marker=MARKER,
)
PAYMENT = Payment(
    customer="5",
    amount=Decimal("100.10"),
    received=date(2026, 3, 2),
    reference="CHK-1",
    memo="by cheque",
    applied=(Allocation(invoice="266", amount=Decimal("100.10")),),
    marker="MediaOS t1 payment 9",
)
CUSTOMER = Customer(
    name="Amy's Bird Sanctuary",
    email="birds@example.com",
    phone="(650) 555-3311",
    billing=Address(lines=("4581 Finch St.",), city="Bayshore", region="CA"),
    marker="MediaOS t1 customer 42",
)

#: What a company with QuickBooks Payments would switch on by itself (quickbooks-money.md 7.1).
NOT_PAID_ONLINE = {
    "AllowOnlinePayment": False,
    "AllowOnlineCreditCardPayment": False,
    "AllowOnlineACHPayment": False,
}
#: What the library does not say, and QuickBooks would assume (quickbooks-money.md 5.2).
SAID_BY_US = {"TaxCodeRef", "AllowOnlinePayment"}
#: What python-quickbooks sends although nobody asked for it (quickbooks-online.md 7.2).
INJECTED = {
    "AllowIPNPayment",
    "ExchangeRate",
    "GlobalTaxCalculation",
    "Balance",
    "Deposit",
    "HomeBalance",
    "TotalAmt",
    "Taxable",
    "OpenBalanceDate",
    "TaxInclusiveAmt",
    "ServiceDate",
    "LineNum",
    "name",
    "type",
}


def write(kind, record, *fields, target=None, based_on=None, auto_number=False):
    more = {"auto_number": True} if auto_number else {}
    return command_of(
        id="t1/mediaos/invoice/136@7#1/0",
        request_id="0123456789abcdef",
        side=Side.QBO,
        kind=kind,
        about=RecordRef(Side.MEDIAOS, kind, "136"),
        target=target,
        based_on=based_on,
        record=record,
        fields=fields,
        **more,
    )


def body_of(command):
    return json.loads(build(command).body, parse_float=Decimal)


def keys(body):
    if isinstance(body, dict):
        return set(body).union(*map(keys, body.values()))
    return set().union(*map(keys, body)) if isinstance(body, list) else set()


def test_a_create_is_posted_with_its_request_id_and_the_minor_version():
    request = build(write(Kind.INVOICE, INVOICE, "customer", "lines"))

    assert (request.method, request.path) == ("POST", "/invoice")
    assert request.params == {"requestid": "0123456789abcdef", "minorversion": "75"}


def test_a_create_says_exactly_the_named_fields():
    fields = ("customer", "number", "issued", "due", "lines", "memo", "email", "marker")

    assert body_of(write(Kind.INVOICE, INVOICE, *fields)) == {
        "CustomerRef": {"value": "5"},
        "DocNumber": "MediaOS-136",
        "TxnDate": "2026-03-01",
        "DueDate": "2026-03-31",
        "Line": [
            {
                "Amount": Decimal("1861.08"),
                "DetailType": "SalesItemLineDetail",
                "Description": "Half page",
                "SalesItemLineDetail": {
                    "ItemRef": {"value": "1"},
                    "Qty": Decimal("14.50"),
                    "UnitPrice": Decimal("128.35"),
                    "TaxCodeRef": {"value": "NON"},
                },
            }
        ],
        "CustomerMemo": {"value": "Spring issue"},
        "BillEmail": {"Address": "ads@example.com"},
        "PrivateNote": MARKER,
        **NOT_PAID_ONLINE,
    }


def test_a_create_leaves_out_what_is_empty():
    record = Invoice(customer="5", issued=date(2026, 3, 1))

    body = body_of(write(Kind.INVOICE, record, "customer", "issued", "due", "memo", "email"))

    assert body == {"CustomerRef": {"value": "5"}, "TxnDate": "2026-03-01", **NOT_PAID_ONLINE}


def test_money_is_written_as_json_numbers_to_the_last_digit():
    body = build(write(Kind.INVOICE, INVOICE, "lines")).body

    assert b'"Amount":1861.08' in body
    assert b'"Qty":14.50' in body


def test_an_update_is_sparse_and_says_only_the_named_fields():
    command = write(
        Kind.INVOICE,
        INVOICE,
        "memo",
        target="266",
        based_on=Revision(deleted=False, number=4),
    )

    assert body_of(command) == {
        "Id": "266",
        "SyncToken": "4",
        "sparse": True,
        "CustomerRef": {"value": "5"},
        "CustomerMemo": {"value": "Spring issue"},
    }


def test_an_update_clears_what_is_named_and_empty():
    record = Invoice(customer="5", issued=date(2026, 3, 1))
    command = write(
        Kind.INVOICE,
        record,
        "memo",
        "due",
        target="266",
        based_on=Revision(deleted=False, number=4),
    )

    assert body_of(command)["CustomerMemo"] == {"value": ""}
    assert body_of(command)["DueDate"] == ""


def test_an_update_of_a_payment_also_says_whose_and_how_much():
    command = write(
        Kind.PAYMENT, PAYMENT, "reference", target="9", based_on=Revision(deleted=False, number=0)
    )

    assert body_of(command) == {
        "Id": "9",
        "SyncToken": "0",
        "sparse": True,
        "CustomerRef": {"value": "5"},
        "TotalAmt": Decimal("100.10"),
        "PaymentRefNum": "CHK-1",
    }


def test_a_discount_is_a_line_beside_the_sold_ones():
    record = Invoice(
        customer="5", issued=date(2026, 3, 1), lines=(LINE,), discount=Decimal("61.08")
    )

    lines = body_of(write(Kind.INVOICE, record, "lines", "discount"))["Line"]

    assert [line["DetailType"] for line in lines] == ["SalesItemLineDetail", "DiscountLineDetail"]
    assert lines[1] == {
        "Amount": Decimal("61.08"),
        "DetailType": "DiscountLineDetail",
        "DiscountLineDetail": {"PercentBased": False},
    }


def test_an_own_sequence_is_asked_for_instead_of_a_number():
    body = body_of(write(Kind.INVOICE, INVOICE, "customer", "number", auto_number=True))

    assert body == {"CustomerRef": {"value": "5"}, "AutoDocNumber": True, **NOT_PAID_ONLINE}


def test_a_persons_note_is_untouched_unless_marker_or_memo_is_named():
    based_on = Revision(deleted=False, number=1)
    for kind, record in ((Kind.INVOICE, INVOICE), (Kind.PAYMENT, PAYMENT)):
        fields = set(record.__struct_fields__) - {"marker"}
        fields -= {"memo"} if kind is Kind.PAYMENT else set()

        assert "PrivateNote" not in body_of(
            write(kind, record, *sorted(fields), target="1", based_on=based_on)
        )


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (write(Kind.INVOICE, INVOICE, "colour"), "no field colour"),
        (write(Kind.PRODUCT, Product(name="Half page"), "name"), "never written"),
    ],
    ids=["unknown-field", "item"],
)
def test_what_cannot_be_written_is_named(command, says):
    with pytest.raises(UnsendableError, match=says):
        build(command)


def removal(kind, how):
    return Remove(
        id="t1/mediaos/invoice/136@8#1/0",
        request_id="0123456789abcdef",
        side=Side.QBO,
        kind=kind,
        about=RecordRef(Side.MEDIAOS, kind, "136"),
        target="266",
        based_on=Revision(deleted=False, number=4),
        how=how,
    )


@pytest.mark.parametrize(
    ("kind", "how", "params", "more"),
    [
        (Kind.INVOICE, Removal.VOID, {"operation": "void"}, {}),
        (Kind.INVOICE, Removal.DELETE, {"operation": "delete"}, {}),
        (
            Kind.PAYMENT,
            Removal.VOID,
            {"operation": "update", "include": "void"},
            {"sparse": True},
        ),
        (Kind.PAYMENT, Removal.DELETE, {"operation": "delete"}, {}),
    ],
)
def test_a_removal_names_the_record_and_its_revision_and_nothing_else(kind, how, params, more):
    request = build(removal(kind, how))

    assert (request.method, request.path) == ("POST", f"/{kind}")
    assert request.params == {**params, "requestid": "0123456789abcdef", "minorversion": "75"}
    assert json.loads(request.body) == {"Id": "266", "SyncToken": "4", **more}


def test_a_name_is_never_removed():
    with pytest.raises(UnsendableError, match="no delete of a customer"):
        build(removal(Kind.CUSTOMER, Removal.DELETE))


def library_invoice():
    invoice = InvoiceModel()
    invoice.CustomerRef = library_ref("5")
    invoice.DocNumber = INVOICE.number
    invoice.CustomerMemo = CustomerMemo()
    invoice.CustomerMemo.value = INVOICE.memo
    line = SalesItemLine()
    line.Amount = LINE.amount
    line.Description = LINE.description
    line.SalesItemLineDetail = SalesItemLineDetail()
    line.SalesItemLineDetail.ItemRef = library_ref("1")
    line.SalesItemLineDetail.Qty = LINE.quantity
    line.SalesItemLineDetail.UnitPrice = LINE.unit_price
    invoice.Line = [line]
    return invoice


def library_ref(value):
    ref = Ref()
    ref.value = value
    return ref


def library_customer():
    customer = CustomerModel()
    customer.DisplayName = CUSTOMER.name
    return customer


def library_payment():
    payment = PaymentModel()
    payment.CustomerRef = library_ref("5")
    payment.PaymentRefNum = PAYMENT.reference
    line = PaymentLine()
    line.Amount = PAYMENT.applied[0].amount
    link = LinkedTxn()
    link.TxnId, link.TxnType = "266", "Invoice"
    line.LinkedTxn = [link]
    payment.Line = [line]
    return payment


@pytest.mark.parametrize(
    ("library", "command"),
    [
        (
            library_invoice(),
            write(Kind.INVOICE, INVOICE, "customer", "number", "memo", "lines"),
        ),
        (library_customer(), write(Kind.CUSTOMER, CUSTOMER, "name")),
        (library_payment(), write(Kind.PAYMENT, PAYMENT, "customer", "reference", "applied")),
    ],
    ids=["invoice", "customer", "payment"],
)
def test_the_bytes_never_carry_the_librarys_injected_defaults(library, command):
    theirs = json.loads(library.to_json())
    ours = body_of(command)

    injected = keys(theirs) & INJECTED
    assert injected, "the library injects nothing any more: this test has lost its point"
    assert keys(ours) & injected == set()
    assert keys(ours) - SAID_BY_US < keys(theirs)


def test_an_invoice_is_read_with_every_field():
    entity = {
        "Id": "266",
        "SyncToken": "3",
        "MetaData": {"LastUpdatedTime": "2026-03-02T04:00:00-08:00"},
        "DocNumber": "1043",
        "TxnDate": "2026-03-01",
        "DueDate": "2026-03-31",
        "CustomerRef": {"value": "5", "name": "Amy's Bird Sanctuary"},
        "CustomerMemo": {"value": "Thanks"},
        "BillEmail": {"Address": "ads@example.com"},
        "PrivateNote": f"call Amy first\n{MARKER}",
        "TxnTaxDetail": {"TotalTax": Decimal("1.25")},
        "TotalAmt": Decimal("106.25"),
        "Balance": 0,
        "Line": [
            {
                "Id": "1",
                "Amount": Decimal("110.00"),
                "Description": "Banner",
                "DetailType": "SalesItemLineDetail",
                "SalesItemLineDetail": {
                    "ItemRef": {"value": "4"},
                    "Qty": 4,
                    "UnitPrice": Decimal("27.50"),
                },
            },
            {"Amount": Decimal("5.00"), "DetailType": "DiscountLineDetail"},
            {"Amount": Decimal("105.00"), "DetailType": "SubTotalLineDetail"},
        ],
    }

    found = shown(Kind.INVOICE, entity)

    assert (found.customer, found.revision) == ("5", Revision(deleted=False, number=3))
    assert found.at == NOW
    assert found.record == Invoice(
        customer="5",
        number="1043",
        issued=date(2026, 3, 1),
        due=date(2026, 3, 31),
        lines=(
            Line(
                id="1",
                product="4",
                description="Banner",
                quantity=Decimal(4),
                unit_price=Decimal("27.50"),
                amount=Decimal("110.00"),
            ),
        ),
        memo="Thanks",
        email="ads@example.com",
        tax=Decimal("1.25"),
        discount=Decimal("5.00"),
        total=Decimal("106.25"),
        balance=Decimal(0),
        as_shown=(
            '{"Id":"1","SalesItemLineDetail":{}}',
            '{"Amount":5.00,"DetailType":"DiscountLineDetail","DiscountLineDetail":{}}',
        ),
        marker=MARKER,
    )


def sold(**detail):
    return {
        "Amount": Decimal("100.00"),
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": {"ItemRef": {"value": "1"}, **detail},
    }


@pytest.mark.parametrize(
    ("detail", "quantity", "price"),
    [
        ({}, "1", "100.00"),
        ({"UnitPrice": 100}, "1", "100"),
        ({"Qty": 4, "UnitPrice": 25}, "4", "25"),
        ({"Qty": 0, "UnitPrice": 0}, "1", "100.00"),
        ({"Qty": 2}, "1", "100.00"),
    ],
    ids=["amount-only", "no-quantity", "both", "the-librarys-zeros", "no-price"],
)
def test_a_lines_amount_is_its_quantity_times_its_price(detail, quantity, price):
    entity = {
        "Id": "1",
        "TxnDate": "2026-03-01",
        "CustomerRef": {"value": "5"},
        "Line": [sold(**detail)],
    }

    line = shown(Kind.INVOICE, entity).record.lines[0]

    assert (line.quantity, line.unit_price) == (Decimal(quantity), Decimal(price))
    assert line.quantity * line.unit_price == line.amount


def test_the_lines_of_a_bundle_stand_in_its_place():
    group = {"DetailType": "GroupLineDetail", "GroupLineDetail": {"Line": [sold(), sold()]}}
    entity = {"Id": "1", "TxnDate": "2026-03-01", "CustomerRef": {"value": "5"}, "Line": [group]}

    assert len(shown(Kind.INVOICE, entity).record.lines) == 2


def test_a_payment_is_read_with_what_it_settles_and_nothing_else():
    entity = {
        "Id": "9",
        "TotalAmt": Decimal("150.00"),
        "TxnDate": "2026-03-02",
        "PaymentRefNum": "CHK-1",
        "CustomerRef": {"value": "5"},
        "PrivateNote": "by cheque\nMediaOS t1 payment 9",
        "Line": [
            {"Amount": Decimal("110.00"), "LinkedTxn": [{"TxnId": "266", "TxnType": "Invoice"}]},
            {"Amount": Decimal("9.90"), "LinkedTxn": [{"TxnId": "3", "TxnType": "CreditMemo"}]},
        ],
    }

    assert shown(Kind.PAYMENT, entity).record == Payment(
        customer="5",
        amount=Decimal("150.00"),
        received=date(2026, 3, 2),
        reference="CHK-1",
        memo="by cheque",
        applied=(Allocation(invoice="266", amount=Decimal("100.10")),),
        credits=(Allocation(invoice="266", amount=Decimal("9.90")),),
        parts=(CreditPart(credit="3", invoice="266", amount=Decimal("9.90")),),
        as_shown=('{"Amount":9.90,"LinkedTxn":[{"TxnId":"3","TxnType":"CreditMemo"}]}',),
        marker="MediaOS t1 payment 9",
    )


@pytest.mark.parametrize(
    "record", [CUSTOMER, INVOICE, PAYMENT], ids=["customer", "invoice", "payment"]
)
def test_what_is_written_is_read_back_the_same(record):
    kind = Kind(type(record).__name__.lower())
    written = body_of(write(kind, record, *record.__struct_fields__))
    entity = {"TotalAmt": record.total, "Balance": record.balance} if kind is Kind.INVOICE else {}
    found = shown(kind, {"Id": "1", **written, **entity}).record

    assert replace(found, as_shown=()) == record if kind is Kind.INVOICE else found == record


def test_an_inactive_name_is_read_without_quickbooks_suffix():
    entity = {"Id": "5", "DisplayName": "Amy's Bird Sanctuary (deleted)", "Active": False}

    assert shown(Kind.CUSTOMER, entity).record == Customer(
        name="Amy's Bird Sanctuary", active=False
    )


@pytest.mark.parametrize(
    ("note", "memo"),
    [("Voided", None), ("Voided - by cheque\nMediaOS t1 payment 9", "by cheque")],
)
def test_what_is_voided_keeps_its_marker_and_a_persons_words(note, memo):
    entity = {
        "Id": "9",
        "TotalAmt": Decimal(0),
        "TxnDate": "2026-03-02",
        "CustomerRef": {"value": "5"},
        "PrivateNote": note,
    }
    found = shown(Kind.PAYMENT, entity).record

    assert (found.voided, found.memo) == (True, memo)
    assert found.marker == (None if memo is None else "MediaOS t1 payment 9")


def test_a_persons_word_voided_is_no_void_while_there_is_an_amount():
    entity = {
        "Id": "9",
        "TotalAmt": Decimal(5),
        "TxnDate": "2026-03-02",
        "CustomerRef": {"value": "5"},
        "PrivateNote": "Voided cheque 12 was replaced by this",
    }
    found = shown(Kind.PAYMENT, entity).record

    assert (found.voided, found.memo) == (False, "Voided cheque 12 was replaced by this")


def test_a_note_without_our_marker_is_a_persons():
    entity = {"Id": "5", "DisplayName": "Amy", "Notes": "MediaOS is where she advertises"}

    assert shown(Kind.CUSTOMER, entity).record.marker is None


def reply(status, body):
    return Reply(status=status, body=body if isinstance(body, bytes) else json.dumps(body).encode())


def test_a_write_that_was_done_shows_the_record_afterwards():
    body = {"Customer": {"Id": "5", "SyncToken": "1", "DisplayName": "Amy"}, "time": "..."}

    assert outcome(Kind.CUSTOMER, reply(200, body), NOW) == Done(
        id="5", revision=Revision(deleted=False, number=1), record=Customer(name="Amy"), at=NOW
    )


@pytest.mark.parametrize(
    ("answer", "ended"),
    [
        (reply(400, {"Fault": {"Error": [{"Message": "Stale", "code": "5010"}]}}), No),
        (reply(200, {"Fault": {"Error": [{"Message": "Stale", "code": "5010"}]}}), No),
        (reply(500, {"Fault": {"Error": [{"Message": "Failed", "code": "10000"}]}}), Unknown),
        (reply(503, b"<html><body>Service Unavailable</body></html>"), Unknown),
        (reply(504, b""), Unknown),
        (reply(429, b""), Unknown),
        (reply(400, b"<html>Bad Request</html>"), Unknown),
        (reply(404, b""), Unknown),
        (reply(408, {"message": "Request Timeout"}), Unknown),
        (reply(403, b"<html>Forbidden</html>"), Unknown),
        (reply(200, {"time": "..."}), Unknown),
        (reply(200, {"Customer": {"Id": 5}}), Unknown),
        (reply(200, b"<html>maintenance</html>"), Unknown),
    ],
    ids=[
        "fault",
        "fault-in-200",
        "failed-half-way",
        "html-503",
        "empty-504",
        "throttled",
        "a-proxys-400",
        "a-proxys-404",
        "a-proxys-408",
        "a-proxys-403",
        "no-record",
        "another-shape",
        "html-200",
    ],
)
def test_only_a_named_refusal_is_definite(answer, ended):
    assert isinstance(outcome(Kind.CUSTOMER, answer, NOW), ended)


@pytest.mark.parametrize(
    ("status", "body", "failed"),
    [
        (500, {"Fault": {"Error": [{"Message": "Failed", "code": "10000"}]}}, True),
        (400, {"Fault": {"Error": [{"Message": "Failed", "code": "10000"}]}}, True),
        (404, b"", True),
        (200, b"<html>maintenance</html>", True),
        (502, b"", False),
        (503, b"<html>maintenance</html>", False),
        (504, b"", False),
    ],
)
def test_an_outage_is_told_from_an_answer_that_may_stay_so_for_ever(status, body, failed):
    assert outcome(Kind.CUSTOMER, reply(status, body), NOW).failed is failed


def test_a_record_that_is_not_there_is_a_reading_without_record():
    body = {"Fault": {"Error": [{"Message": "Object Not Found", "code": "610"}]}}

    found = reading(Kind.INVOICE, entity_read(Kind.INVOICE, "266", reply(400, body)), NOW)

    assert (found.id, found.record, found.revision) == ("266", None, GONE)


def test_any_other_refusal_of_a_read_is_a_refusal():
    assert isinstance(entity_read(Kind.INVOICE, "266", reply(503, b"")), No)


@pytest.mark.parametrize("body", [b"<html>maintenance</html>", b'{"time":"x"}', b"{"])
def test_a_read_that_shows_no_record_is_not_known(body):
    assert isinstance(entity_read(Kind.INVOICE, "266", reply(200, body)), Unknown)


def test_a_record_that_is_not_understood_is_not_known():
    assert "DisplayName" in reading(Kind.CUSTOMER, b'{"Id":"5"}', NOW).detail


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ([7], "Line[0]"),
        ([{"DetailType": 7}], "Line[0].DetailType"),
        ([{"LinkedTxn": [{"TxnId": "5"}], "Amount": 1}], "LinkedTxn[0]"),
        ([{"Amount": "1e999999999"}], "Line[0].amount"),
    ],
)
def test_lines_that_are_not_understood_are_named_like_any_other_field(lines, says):
    shown = {"Id": "5", "SyncToken": "0", "CustomerRef": {"value": "58"}, "TxnDate": "2026-03-01"}
    shown |= {"TotalAmt": 1, "Balance": 1, "UnappliedAmt": 0, "Line": lines}
    told = [reading(k, json.dumps(shown).encode(), NOW) for k in (Kind.INVOICE, Kind.PAYMENT)]
    told = [each.detail for each in told if isinstance(each, Unknown)]
    assert any(says in each for each in told), told
