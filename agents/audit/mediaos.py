"""What stands in MediaOS's book?  Read list by list, deleted records included.

Its API writes everything as text and in more than one way (mediaos-api.md 1 and 9): an amount may
be a number, no date may be null, empty or a year that never was.
"""

from collections.abc import AsyncIterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import httpx
import msgspec

from agents.audit.applications import summed
from agents.audit.asking import Hear, Sleep, ask, silent, understand
from agents.audit.books import (
    PLAIN,
    Application,
    Beside,
    Book,
    Credit,
    Entry,
    LedgerUnreadableError,
)
from agents.audit.currencies import code_of
from agents.audit.days import time_told
from schemas.records import Allocation, Customer, Invoice, Line, Payment, Refund
from schemas.values import ZERO, Revision, Side

WHO = "MediaOS"
PAGE = 100
#: The first letters of what MediaOS writes where there is no date.
NO_DATE = ("", "0000-00-00", "1969-12-31")

Id = str | int


class _Shown(msgspec.Struct, frozen=True, kw_only=True):
    """What every record has."""

    id: Id
    row_version: str | int
    external_reference: str | None = None
    date_created: str | None = None
    date_deleted: str | None = None


class _Mail(msgspec.Struct, frozen=True):
    value: str | None = None


class _Advertiser(_Shown, frozen=True, kw_only=True):
    name: str
    email: _Mail | None = None
    phone: str | None = None
    active: bool = True


class _Line(msgspec.Struct, frozen=True, kw_only=True):
    product_id: Id | None = None
    invoice_line_item_type_id: Id | None = None
    description: str | None = None
    quantity: Decimal | None = None
    amount: Decimal
    total: Decimal


class _Currency(msgspec.Struct, frozen=True, kw_only=True):
    name: str | None = None


class _Invoice(_Shown, frozen=True, kw_only=True):
    advertiser_id: Id
    external_number: str | None = None
    date_due: str | None = None
    line_items: tuple[_Line, ...] = ()
    comments: str | None = None
    billing_email: _Mail | None = None
    tax_total: Decimal | None = None
    discount_total: Decimal | None = None
    total: Decimal
    balance: Decimal
    currency: _Currency | None = None
    exchange_rate: Decimal | None = None


class _Part(msgspec.Struct, frozen=True, kw_only=True):
    invoice_id: Id
    amount: Decimal


class _Payment(_Shown, frozen=True, kw_only=True):
    advertiser_id: Id
    amount: Decimal
    reference_number: str | None = None
    notes: str | None = None
    line: _Part | None = None
    lines: tuple[_Part, ...] | None = None
    currency: str | None = None
    currency_exchange_rate: Decimal | None = None


class _CreditMemo(_Shown, frozen=True, kw_only=True):
    advertiser_id: Id
    total: Decimal
    balance: Decimal
    currency: _Currency | None = None
    exchange_rate: Decimal | None = None


class _CreditPart(msgspec.Struct, frozen=True, kw_only=True):
    credit_memo_id: Id
    invoice_id: Id
    amount: Decimal


class _Application(_Shown, frozen=True, kw_only=True):
    advertiser_id: Id
    date_applied: str | None = None
    lines: tuple[_CreditPart, ...] = ()


class _Refund(_Shown, frozen=True, kw_only=True):
    advertiser_id: Id
    external_number: str | None = None
    type: str | None = None
    line_items: tuple[_Line, ...] = ()
    comments: str | None = None
    tax_total: Decimal | None = None
    discount_total: Decimal | None = None
    total: Decimal
    currency: _Currency | None = None
    exchange_rate: Decimal | None = None


class _Page(msgspec.Struct, frozen=True, kw_only=True):
    count: int
    advertisers: tuple[_Advertiser, ...] = ()
    invoices: tuple[_Invoice, ...] = ()
    payments: tuple[_Payment, ...] = ()
    creditMemos: tuple[_CreditMemo, ...] = ()  # noqa: N815 - as MediaOS calls them
    creditApplications: tuple[_Application, ...] = ()  # noqa: N815 - as MediaOS calls them
    refunds: tuple[_Refund, ...] = ()


async def read_mediaos(client: httpx.AsyncClient, *, sleep: Sleep, hear: Hear = silent) -> Book:
    """Read an account's whole book; `client` has the base URL and the credentials."""

    async def pages(kind: str) -> AsyncIterator[Any]:
        number, read, count = 1, 0, 1
        while read < count:
            params = {"page": str(number), "per_page": str(PAGE), "include_deleted": "true"}
            params |= {"sort_by": "id", "sort_order": "asc"}
            page = understand(
                await ask(client, f"/{kind}/", params, {}, who=WHO, sleep=sleep), _Page, WHO
            )
            records = getattr(page, kind)
            for record in records:
                yield record
            number, read, count = number + 1, read + len(records), page.count
            hear(f"MediaOS: {read:,} of {count:,} {kind}")
            if not records and read < count:
                raise LedgerUnreadableError(
                    f"MediaOS counts {count} {kind} and shows {read}: check again once it is quiet."
                )

    customers = {str(r.id): _entry(r, _customer(r)) async for r in pages("advertisers")}
    invoices = {str(r.id): _of_invoice(r) async for r in pages("invoices")}
    payments = {str(r.id): _of_payment(r) async for r in pages("payments")}
    memos = [r async for r in pages("creditMemos")]
    codes = {str(r.id): _of_sale(r) for r in memos}
    return Book(
        side=Side.MEDIAOS,
        customers=customers,
        invoices=invoices,
        payments=payments,
        credits=tuple(_credit(r) for r in memos if not r.date_deleted),
        applications={
            str(r.id): _of_application(r, codes) async for r in pages("creditApplications")
        },
        refunds={str(r.id): _of_refund(r) async for r in pages("refunds")},
    )


def _credit(shown: _CreditMemo) -> Credit:
    return Credit(
        kind="credit memo",
        id=str(shown.id),
        customer=str(shown.advertiser_id),
        amount=shown.total,
        open=shown.balance,
        dated=_date(shown.date_created),
        currency=_of_sale(shown),
    )


def _entry(shown: _Shown, shape: Any, beside: Beside = PLAIN) -> Entry[Any]:
    deleted = _date(shown.date_deleted) is not None
    return Entry(Revision(deleted=deleted, number=int(shown.row_version)), shape, beside)


def _beside(code: str, rate: Decimal | None, shown: _Shown) -> Beside:
    return Beside(currency=code, rate=rate, told=time_told(shown.date_created))


def _of_invoice(shown: _Invoice) -> Entry[Invoice]:
    beside = _beside(_of_sale(shown), shown.exchange_rate, shown)
    return _entry(shown, _invoice(shown), beside)


def _of_payment(shown: _Payment) -> Entry[Payment]:
    code = _code(shown.currency, shown.currency_exchange_rate)
    return _entry(shown, _payment(shown), _beside(code, shown.currency_exchange_rate, shown))


def _of_application(shown: _Application, memos: Mapping[str, str]) -> Entry[Application]:
    """Return a credit application; it names no currency, and has that of what it gives."""
    shape = Application(
        customer=str(shown.advertiser_id),
        given=summed((str(p.credit_memo_id), p.amount) for p in shown.lines),
        got=summed((str(p.invoice_id), p.amount) for p in shown.lines),
        marker=shown.external_reference,
        dated=_date(shown.date_applied) or _date(shown.date_created),
    )
    code = next((memos[each] for each in shape.given if each in memos), "")
    return _entry(shown, shape, Beside(currency=code))


def _of_refund(shown: _Refund) -> Entry[Refund]:
    beside = _beside(_of_sale(shown), shown.exchange_rate, shown)
    return _entry(shown, _refund(shown), beside)


def _of_sale(shown: _Invoice | _CreditMemo | _Refund) -> str:
    """Return the code of a document's currency; blank where it is the home one."""
    name = shown.currency.name if shown.currency is not None else None
    return _code(name, shown.exchange_rate)


def _code(name: str | None, rate: Decimal | None) -> str:
    """Return a currency's code; a name that has none here is the home one's where no rate is."""
    known = code_of(name)
    if known is None and rate not in (None, ZERO, Decimal(1)):
        return name or "another currency"
    return known or ""


def _customer(shown: _Advertiser) -> Customer:
    return Customer(
        name=shown.name,
        email=_mail(shown.email),
        phone=shown.phone or None,
        active=shown.active,
        marker=shown.external_reference,
    )


def _invoice(shown: _Invoice) -> Invoice:
    return Invoice(
        customer=str(shown.advertiser_id),
        number=shown.external_number,
        issued=_day(shown),
        due=_date(shown.date_due),
        lines=tuple(_line(one) for one in shown.line_items),
        memo=shown.comments or None,
        email=_mail(shown.billing_email),
        tax=shown.tax_total or ZERO,
        discount=shown.discount_total or ZERO,
        total=shown.total,
        balance=shown.balance,
        marker=shown.external_reference,
    )


def _refund(shown: _Refund) -> Refund:
    return Refund(
        customer=str(shown.advertiser_id),
        number=shown.external_number,
        issued=_day(shown),
        lines=tuple(_line(one) for one in shown.line_items),
        memo=shown.comments or None,
        method=shown.type,
        tax=shown.tax_total or ZERO,
        discount=shown.discount_total or ZERO,
        total=shown.total,
        marker=shown.external_reference,
    )


def _line(shown: _Line) -> Line:
    product, kind = shown.product_id, shown.invoice_line_item_type_id
    return Line(
        product=None if product is None else str(product),
        line_type=str(kind) if product is None and kind is not None else None,
        description=shown.description or "",
        quantity=Decimal(1) if shown.quantity is None else shown.quantity,
        unit_price=shown.amount,
        amount=shown.total,
    )


def _payment(shown: _Payment) -> Payment:
    single = () if shown.line is None else (shown.line,)
    parts = single if shown.lines is None else shown.lines
    return Payment(
        customer=str(shown.advertiser_id),
        amount=shown.amount,
        received=_day(shown),
        reference=shown.reference_number or None,
        memo=shown.notes or None,
        applied=tuple(Allocation(invoice=str(p.invoice_id), amount=p.amount) for p in parts),
        marker=shown.external_reference,
    )


def _mail(shown: _Mail | None) -> str | None:
    return (shown.value or None) if shown is not None else None


def _day(shown: _Shown) -> date:
    day = _date(shown.date_created)
    if day is None:
        raise LedgerUnreadableError(f"MediaOS shows record {shown.id} without date_created.")
    return day


def _date(text: str | None) -> date | None:
    day = (text or "")[:10]
    if day in NO_DATE:
        return None
    try:
        return date.fromisoformat(day)
    except ValueError as fault:
        raise LedgerUnreadableError(
            f"MediaOS shows the date {text!r}; YYYY-MM-DD HH:MM:SS was expected: correct it there."
        ) from fault
