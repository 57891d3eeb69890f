"""What stands in QuickBooks' book?  Read by query, page by page, with readers of its own.

Inactive customers are asked for by name, since a query hides them (quickbooks-online.md 2.4), and
lose the suffix that QuickBooks gives them (2.3 d).  One page a second, which is what the workers
leave of a company's budget: a 429 would cost them a minute.
"""

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import httpx
import msgspec

from agents.audit.asking import Sleep, ask, understand
from agents.audit.books import Book, Entry
from schemas.records import Allocation, Customer, Invoice, Line, Payment
from schemas.values import ZERO, Revision, Side

WHO = "QuickBooks"
PAGE = 1000
PAGE_SECONDS = 1.0
SUFFIX = " (deleted)"

#: The last line of a note that names a record of MediaOS.
_MARKER = re.compile(r"MediaOS \S+ (customer|invoice|payment) \S+")


class _Pascal(msgspec.Struct, frozen=True, kw_only=True, rename="pascal"):
    """A thing as QuickBooks writes it; what is not named is not looked at."""


class _Ref(msgspec.Struct, frozen=True):
    value: str = ""


class _Mail(_Pascal, frozen=True):
    address: str = ""


class _Phone(_Pascal, frozen=True):
    free_form_number: str = ""


class _Sold(_Pascal, frozen=True):
    item_ref: _Ref = _Ref()
    qty: Decimal | None = None
    unit_price: Decimal | None = None


class _Linked(_Pascal, frozen=True):
    txn_id: str
    txn_type: str


class _Line(_Pascal, frozen=True):
    amount: Decimal = ZERO
    description: str = ""
    detail_type: str = ""
    sales_item_line_detail: _Sold = _Sold()
    linked_txn: tuple[_Linked, ...] = ()


class _Tax(_Pascal, frozen=True):
    total_tax: Decimal = ZERO


class _Customer(_Pascal, frozen=True):
    id: str
    sync_token: str
    display_name: str
    active: bool = True
    primary_email_addr: _Mail = _Mail()
    primary_phone: _Phone = _Phone()
    notes: str = ""


class _Invoice(_Pascal, frozen=True):
    id: str
    sync_token: str
    customer_ref: _Ref
    txn_date: date
    due_date: date | None = None
    doc_number: str = ""
    line: tuple[_Line, ...] = ()
    customer_memo: _Ref = _Ref()
    bill_email: _Mail = _Mail()
    txn_tax_detail: _Tax = _Tax()
    total_amt: Decimal = ZERO
    balance: Decimal = ZERO
    private_note: str = ""


class _Payment(_Pascal, frozen=True):
    id: str
    sync_token: str
    customer_ref: _Ref
    txn_date: date
    total_amt: Decimal
    payment_ref_num: str = ""
    private_note: str = ""
    line: tuple[_Line, ...] = ()


class _Found(_Pascal, frozen=True):
    customer: tuple[_Customer, ...] = ()
    invoice: tuple[_Invoice, ...] = ()
    payment: tuple[_Payment, ...] = ()


class _Page(_Pascal, frozen=True):
    query_response: _Found


async def read_qbo(
    client: httpx.AsyncClient, realm: str, token: Callable[[], Awaitable[str]], *, sleep: Sleep
) -> Book:
    """Read a company's whole book; `client` has the base URL, without /v3."""

    async def pages(kind: str, where: str = "") -> AsyncIterator[Any]:
        start, full = 1, True
        while full:
            parts = ("SELECT * FROM", kind, where, "ORDERBY Id")
            statement = " ".join((*parts, f"STARTPOSITION {start} MAXRESULTS {PAGE}"))
            body = await ask(
                client,
                f"/v3/company/{realm}/query",
                {"query": statement, "minorversion": "75"},
                {"authorization": f"Bearer {await token()}", "accept": "application/json"},
                who=WHO,
                sleep=sleep,
            )
            found = getattr(understand(body, _Page, WHO).query_response, kind.lower())
            for record in found:
                yield record
            start, full = start + PAGE, len(found) == PAGE
            await sleep(PAGE_SECONDS)

    active = "WHERE Active IN (true, false)"
    return Book(
        side=Side.QBO,
        customers={r.id: _entry(r, _customer(r)) async for r in pages("Customer", active)},
        invoices={r.id: _entry(r, _invoice(r)) async for r in pages("Invoice")},
        payments={r.id: _entry(r, _payment(r)) async for r in pages("Payment")},
    )


def _entry(shown: Any, shape: Any) -> Entry[Any]:
    return Entry(Revision(deleted=False, number=int(shown.sync_token)), shape)


def _customer(shown: _Customer) -> Customer:
    name = shown.display_name
    return Customer(
        name=name if shown.active else name.removesuffix(SUFFIX),
        email=shown.primary_email_addr.address or None,
        phone=shown.primary_phone.free_form_number or None,
        active=shown.active,
        marker=_note(shown.notes)[1],
    )


def _invoice(shown: _Invoice) -> Invoice:
    discounts = (one.amount for one in shown.line if one.detail_type == "DiscountLineDetail")
    return Invoice(
        customer=shown.customer_ref.value,
        number=shown.doc_number or None,
        issued=shown.txn_date,
        due=shown.due_date,
        lines=tuple(_lines(shown)),
        memo=shown.customer_memo.value or None,
        email=shown.bill_email.address or None,
        tax=shown.txn_tax_detail.total_tax,
        discount=sum(discounts, ZERO),
        total=shown.total_amt,
        balance=shown.balance,
        marker=_note(shown.private_note)[1],
    )


def _lines(shown: _Invoice) -> Iterator[Line]:
    for one in shown.line:
        if one.detail_type != "SalesItemLineDetail":
            continue
        sold = one.sales_item_line_detail
        yield Line(
            product=sold.item_ref.value or None,
            description=one.description,
            quantity=Decimal(1) if sold.qty is None else sold.qty,
            unit_price=one.amount if sold.unit_price is None else sold.unit_price,
            amount=one.amount,
        )


def _payment(shown: _Payment) -> Payment:
    memo, marker = _note(shown.private_note)
    return Payment(
        customer=shown.customer_ref.value,
        amount=shown.total_amt,
        received=shown.txn_date,
        reference=shown.payment_ref_num or None,
        memo=memo,
        applied=tuple(
            Allocation(invoice=linked.txn_id, amount=one.amount)
            for one in shown.line
            for linked in one.linked_txn
            if linked.txn_type == "Invoice"
        ),
        marker=marker,
    )


def _note(note: str) -> tuple[str | None, str | None]:
    """Split a note into a person's words and the marker in its last line."""
    *words, last = note.rstrip().split("\n")
    if _MARKER.fullmatch(last.strip()):
        return "\n".join(words).strip() or None, last.strip()
    return note.strip() or None, None
