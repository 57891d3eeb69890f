"""What does MediaOS publish in the bench?  Customers with invoices, made and edited.

Numbers of QuickBooks' side follow from MediaOS's (`across`), so that an edit can show what the
engine wrote back without anybody having to ask for it.
"""

from datetime import UTC, datetime

from agents.lab.bench.instant import across
from schemas.values import Kind
from streams.publisher import Change, change_event

PRODUCT, ITEM = "7", "19"
#: What a record's edits count from: the engine's own write-back is a version as well.
FIRST_EDIT = 10
DAY = "2026-03-01 00:00:00"


def customer_id(number: int) -> str:
    """Return the id of the number-th customer, from 0."""
    return str(1000 + number)


def invoice_id(customer: str, number: int) -> str:
    """Return the id of a customer's number-th invoice, from 0."""
    return f"{customer}{number:02}"


def customer_event(tenant: str, customer: str) -> Change:
    """Say that a customer was made."""
    record = {
        "id": customer,
        "row_version": "1",
        "name": f"Harbour Books {customer}",
        "email": {"value": f"ads-{customer}@harbour.example"},
        "phone": "555 0100",
        "billing_address": {"line1": "1 Quay Street", "city": "Portland", "postal_code": "04101"},
        "date_created": DAY,
    }
    return change_event(
        tenant=tenant,
        kind="customer",
        record=record,
        customer_id=customer,
        row_version=1,
        occurred_at=datetime.now(UTC),
    )


def invoice_event(
    tenant: str, customer: str, invoice: str, *, version: int = 1, memo: str = "March issue"
) -> Change:
    """Say that an invoice was made, or (from FIRST_EDIT on) that its memo was edited."""
    crossed = {
        "external_number": invoice,
        "external_reference": across(Kind.INVOICE, invoice),
    }
    record = {
        "id": invoice,
        "row_version": str(version),
        "advertiser_id": customer,
        "line_items": [
            _line("Half page, spring", "128.35", "14.5", "1861.08"),
            _line("Newsletter, 4 weeks", "99.99", "4", "399.96"),
        ],
        "total": "2261.04",
        "balance": "2261.04",
        "billing_email": {"value": f"accounts-{customer}@harbour.example"},
        "comments": memo,
        "date_due": "2026-03-31 00:00:00",
        "date_created": DAY,
        **(crossed if version >= FIRST_EDIT else {}),
    }
    return change_event(
        tenant=tenant,
        kind="invoice",
        record=record,
        customer_id=customer,
        row_version=version,
        occurred_at=datetime.now(UTC),
    )


def _line(description: str, amount: str, quantity: str, total: str) -> dict[str, str]:
    return {
        "product_id": PRODUCT,
        "description": description,
        "amount": amount,
        "quantity": quantity,
        "total": total,
    }
