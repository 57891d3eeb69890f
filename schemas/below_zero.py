"""An invoice of MediaOS below zero: it is a credit, and a credit memo of QuickBooks.

QuickBooks takes no negative invoice (quickbooks-money.md 3).  So such a one is a credit memo here,
every sign turned, under an id that no credit memo of MediaOS has: `invoice-136`.  MediaOS names it
so where it applies one (schemas/contracts/mediaos-api.openapi.yaml).
"""

from msgspec.structs import replace

from schemas.records import CreditMemo, Invoice, Line
from schemas.values import Kind, RecordRef, Side

_SIGN = "invoice-"


def credit_id(invoice: str) -> str:
    """Return the id of the credit that an invoice of MediaOS is."""
    return f"{_SIGN}{invoice}"


def invoice_of(credit: str) -> str | None:
    """Return the id of the invoice that a credit of MediaOS is, None of a credit memo."""
    return credit.removeprefix(_SIGN) if credit.startswith(_SIGN) else None


def invoice_behind(record: RecordRef) -> RecordRef | None:
    """Return the invoice of MediaOS that a record is, under either name; None of any other."""
    if record.side is not Side.MEDIAOS:
        return None
    if record.kind is Kind.INVOICE:
        return record
    invoice = invoice_of(record.id) if record.kind is Kind.CREDIT_MEMO else None
    return RecordRef(record.side, Kind.INVOICE, invoice) if invoice is not None else None


def may_be(record: RecordRef) -> tuple[RecordRef, ...]:
    """Return what a record may be here: itself, and an invoice of MediaOS the credit or it."""
    invoice = invoice_behind(record)
    if invoice is None:
        return (record,)
    credit = RecordRef(record.side, Kind.CREDIT_MEMO, credit_id(invoice.id))
    return (record, credit if record == invoice else invoice)


def turned(invoice: Invoice) -> CreditMemo:
    """Return the credit that an invoice is; one that is above zero is a credit below it."""
    return CreditMemo(
        customer=invoice.customer,
        number=invoice.number,
        issued=invoice.issued,
        issued_at=invoice.issued_at,
        lines=tuple(map(_turned, invoice.lines)),
        memo=invoice.memo,
        email=invoice.email,
        tax=-invoice.tax,
        discount=-invoice.discount,
        total=-invoice.total,
        remaining=-invoice.balance,
        foreign=invoice.foreign,
        currency=invoice.currency,
        rate=invoice.rate,
        after_discount=invoice.after_discount,
        marker=invoice.marker,
    )


def _turned(line: Line) -> Line:
    return replace(line, unit_price=-line.unit_price, amount=-line.amount)
