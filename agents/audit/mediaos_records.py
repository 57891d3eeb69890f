"""What does a record of MediaOS say, in the shapes that both sides share, and beside them?"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from agents.audit import mediaos_wire as wire
from agents.audit.applications import summed
from agents.audit.books import PLAIN, Application, Beside, Credit, Entry
from agents.audit.days import time_told
from agents.audit.mediaos_values import code_named, currency_of, day_in, day_made, mail
from schemas.records import Allocation, CreditMemo, Customer, Invoice, Line, Payment, Refund
from schemas.values import ZERO, Revision


def customer(shown: wire.Advertiser) -> Entry[Customer]:
    """Read a customer."""
    return _entry(shown, _customer(shown))


def invoice(shown: wire.Invoice) -> Entry[Invoice]:
    """Read an invoice."""
    beside = _beside(currency_of(shown), shown.exchange_rate, shown)
    return _entry(shown, _invoice(shown), beside)


def payment(shown: wire.Payment) -> Entry[Payment]:
    """Read a payment."""
    code = code_named(shown.currency, shown.currency_exchange_rate)
    return _entry(shown, _payment(shown), _beside(code, shown.currency_exchange_rate, shown))


def refund(shown: wire.Refund) -> Entry[Refund]:
    """Read a refund."""
    beside = _beside(currency_of(shown), shown.exchange_rate, shown)
    return _entry(shown, _refund(shown), beside)


def memo(shown: wire.CreditMemo) -> Entry[CreditMemo]:
    """Read a credit memo; what is left of it is told with the credits."""
    beside = _beside(currency_of(shown), shown.exchange_rate, shown)
    return _entry(shown, _memo(shown), beside)


def credit(shown: wire.CreditMemo) -> Credit:
    """Return what a credit memo takes off what is owed, and what is left of it."""
    return Credit(
        kind="credit memo",
        id=str(shown.id),
        customer=str(shown.advertiser_id),
        amount=shown.total,
        open=shown.balance,
        dated=day_in(shown.date_created),
        currency=currency_of(shown),
    )


def application(shown: wire.Application, memos: Mapping[str, str]) -> Entry[Application]:
    """Return a credit application; it names no currency, and has that of what it gives."""
    shape = Application(
        customer=str(shown.advertiser_id),
        given=summed((str(p.credit_memo_id), p.amount) for p in shown.lines),
        got=summed((str(p.invoice_id), p.amount) for p in shown.lines),
        marker=shown.external_reference,
        dated=day_in(shown.date_applied) or day_in(shown.date_created),
    )
    code = next((memos[each] for each in shape.given if each in memos), "")
    return _entry(shown, shape, Beside(currency=code))


def _entry(shown: wire.Shown, shape: Any, beside: Beside = PLAIN) -> Entry[Any]:
    deleted = day_in(shown.date_deleted) is not None
    return Entry(Revision(deleted=deleted, number=int(shown.row_version)), shape, beside)


def _beside(code: str, rate: Decimal | None, shown: wire.Shown) -> Beside:
    return Beside(currency=code, rate=rate, told=time_told(shown.date_created))


def _customer(shown: wire.Advertiser) -> Customer:
    return Customer(
        name=shown.name,
        email=mail(shown.email),
        phone=shown.phone or None,
        active=shown.active,
        marker=shown.external_reference,
    )


def _invoice(shown: wire.Invoice) -> Invoice:
    return Invoice(
        customer=str(shown.advertiser_id),
        number=shown.external_number,
        issued=day_made(shown),
        due=day_in(shown.date_due),
        lines=tuple(_line(one) for one in shown.line_items),
        memo=shown.comments or None,
        email=mail(shown.billing_email),
        tax=shown.tax_total or ZERO,
        discount=shown.discount_total or ZERO,
        total=shown.total,
        balance=shown.balance,
        marker=shown.external_reference,
    )


def _memo(shown: wire.CreditMemo) -> CreditMemo:
    return CreditMemo(
        customer=str(shown.advertiser_id),
        number=shown.external_number,
        issued=day_made(shown),
        lines=tuple(_line(one) for one in shown.line_items),
        memo=shown.comments or None,
        email=mail(shown.billing_email),
        tax=shown.tax_total or ZERO,
        discount=shown.discount_total or ZERO,
        total=shown.total,
        marker=shown.external_reference,
    )


def _refund(shown: wire.Refund) -> Refund:
    return Refund(
        customer=str(shown.advertiser_id),
        number=shown.external_number,
        issued=day_made(shown),
        lines=tuple(_line(one) for one in shown.line_items),
        memo=shown.comments or None,
        method=shown.type,
        tax=shown.tax_total or ZERO,
        discount=shown.discount_total or ZERO,
        total=shown.total,
        marker=shown.external_reference,
    )


def _line(shown: wire.Line) -> Line:
    product, kind = shown.product_id, shown.invoice_line_item_type_id
    return Line(
        product=None if product is None else str(product),
        line_type=str(kind) if product is None and kind is not None else None,
        description=shown.description or "",
        quantity=Decimal(1) if shown.quantity is None else shown.quantity,
        unit_price=shown.amount,
        amount=shown.total,
    )


def _payment(shown: wire.Payment) -> Payment:
    single = () if shown.line is None else (shown.line,)
    parts = single if shown.lines is None else shown.lines
    return Payment(
        customer=str(shown.advertiser_id),
        amount=shown.amount,
        received=day_made(shown),
        reference=shown.reference_number or None,
        memo=shown.notes or None,
        applied=tuple(Allocation(invoice=str(p.invoice_id), amount=p.amount) for p in parts),
        marker=shown.external_reference,
    )
