"""Records and documents to ask the rules about."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from schemas.decision_input import DecisionInput
from schemas.records import (
    Allocation,
    CreditApplication,
    CreditMemo,
    CreditPart,
    Customer,
    Invoice,
    Line,
    Payment,
    Record,
    Refund,
)
from schemas.state import Agreed, Document, Snapshot
from schemas.tenant_state import TenantSettings
from schemas.values import Kind, Revision

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

ADVERTISER = Customer(name="Harbour Books", email="ads@harbour.example", marker=None)
CUSTOMER = replace(ADVERTISER, marker="MediaOS t1 customer 42")
LINE = Line(
    product="7",
    description="Print",
    unit_price=Decimal("128.35"),
    quantity=Decimal("14.5"),
    amount=Decimal("1861.08"),
)
INVOICE = Invoice(
    customer="42",
    issued=date(2026, 3, 1),
    lines=(LINE,),
    memo="March issue",
    total=Decimal("1861.08"),
    balance=Decimal("1861.08"),
)
QBO_INVOICE = replace(
    INVOICE,
    customer="58",
    number="MediaOS-136",
    due=date(2026, 3, 31),
    lines=(replace(LINE, product="19"),),
    marker="MediaOS t1 invoice 136",
)
CREDIT_MEMO = CreditMemo(
    customer="42",
    issued=date(2026, 3, 1),
    lines=(LINE,),
    memo="March issue",
    total=Decimal("1861.08"),
    remaining=Decimal("1861.08"),
)
PAYMENT = Payment(
    customer="42",
    amount=Decimal("100.00"),
    received=date(2026, 3, 9),
    applied=(Allocation(invoice="136", amount=Decimal("100.00")),),
)
CREDIT_APPLICATION = CreditApplication(
    customer="42",
    applied=date(2026, 3, 9),
    parts=(CreditPart(credit="9", invoice="136", amount=Decimal("50.00")),),
)

REFUND = Refund(
    customer="42",
    issued=date(2026, 3, 12),
    lines=(LINE,),
    memo="March issue",
    method="Check",
    total=Decimal("1861.08"),
)


def shown(record: Record | None, record_id: str, revision: int = 1) -> Snapshot:
    return Snapshot(id=record_id, revision=Revision(record is None, revision), record=record, at=AT)


def linked_customer() -> Document:
    return Document(
        kind=Kind.CUSTOMER,
        mediaos=shown(ADVERTISER, "42"),
        qbo=shown(CUSTOMER, "58"),
        agreed=Agreed(mediaos=ADVERTISER, qbo=CUSTOMER),
    )


def linked_invoice(mediaos: Invoice = INVOICE, qbo: Invoice = QBO_INVOICE) -> Document:
    """Return a linked invoice whose sides now show these."""
    mirrored = {"number": "MediaOS-136", "marker": "266"}
    return Document(
        kind=Kind.INVOICE,
        mediaos=shown(replace(mediaos, **mirrored), "136", 3),
        qbo=shown(qbo, "266", 4),
        agreed=Agreed(mediaos=replace(INVOICE, **mirrored), qbo=QBO_INVOICE),
        event="t1/mediaos/invoice/136@3",
    )


def given(document: Document, **more: Any) -> DecisionInput:
    facts: dict[str, Any] = {
        "tenant": "t1",
        "document": document,
        "customer": linked_customer(),
        "settings": TenantSettings(number_prefix="MediaOS-"),
        "items": {"7": "19"},
        "invoices": {"mediaos:136": "266", "qbo:266": "136"},
    }
    return DecisionInput(**{**facts, **more})
