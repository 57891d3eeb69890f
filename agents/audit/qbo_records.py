"""What does a record of QuickBooks say, in the shapes that both sides share, and beside them?"""

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from agents.audit import qbo_wire as wire
from agents.audit.applications import summed
from agents.audit.books import PLAIN, Application, Beside, Entry
from agents.audit.credits import credit_in, takes_of
from schemas.records import Allocation, CreditMemo, Customer, Invoice, Line, Payment, Refund
from schemas.values import ZERO, Revision

SUFFIX = " (deleted)"

#: The line of a note that names a record of MediaOS.
_KINDS = "customer|invoice|payment|credit-memo|credit-application|refund"
_MARKER = re.compile(rf"MediaOS \S+ ({_KINDS}) \S+")
#: What a void writes before a note (quickbooks-money.md 4).
_VOIDED = re.compile(r"\AVoided(?: - |\n|\s*\Z)")


def customer(shown: wire.Customer) -> Entry[Customer]:
    """Read a customer; an inactive one loses the suffix that QuickBooks gives it."""
    return _entry(shown, _customer(shown))


def invoice(shown: wire.Invoice) -> Entry[Invoice]:
    """Read an invoice."""
    return _entry(shown, _invoice(shown), _beside(shown, deposit=shown.deposit))


def memo(shown: wire.CreditMemo) -> Entry[CreditMemo]:
    """Read a credit memo; what is left of it is told with the credits."""
    return _entry(shown, _memo(shown), _beside(shown))


def payment(shown: wire.Payment, added: set[tuple[str, str]]) -> Entry[Payment]:
    """Read a payment; `added` are journal entries that raise what a customer owes."""
    credit = credit_in(shown, added)
    takes = takes_of(shown)
    beside = _beside(shown, credit=credit, takes=takes, unapplied=shown.unapplied_amt)
    return _entry(shown, _payment(shown), beside)


def application(shown: wire.Payment) -> Entry[Application] | None:
    """Read what credit memos give in a payment; None where none does."""
    given = summed(_linked(shown, "CreditMemo"))
    if not given:
        return None
    got = None if shown.total_amt or _others(shown) else summed(_linked(shown, "Invoice"))
    marker = _note(shown.private_note)[1]
    customer = shown.customer_ref.value
    shape = Application(customer=customer, given=given, got=got, marker=marker)
    return _entry(shown, shape, _beside(shown))


def refund(shown: wire.RefundReceipt) -> Entry[Refund]:
    """Read a refund receipt."""
    return _entry(shown, _refund(shown), _beside(shown))


def _linked(shown: wire.Payment, kind: str) -> Iterator[tuple[str, Decimal]]:
    for one in shown.line:
        yield from ((each.txn_id, one.amount) for each in one.linked_txn if each.txn_type == kind)


def _others(shown: wire.Payment) -> bool:
    """Tell whether a payment links what is neither an invoice nor a credit memo."""
    known = {"Invoice", "CreditMemo"}
    return any(each.txn_type not in known for one in shown.line for each in one.linked_txn)


def _entry(shown: Any, shape: Any, beside: Beside = PLAIN) -> Entry[Any]:
    return Entry(Revision(deleted=False, number=int(shown.sync_token)), shape, beside)


def _beside(shown: wire.Transaction, **money: Any) -> Beside:
    voided = _VOIDED.match(shown.private_note) is not None
    made = shown.meta_data.create_time
    return Beside(
        currency=shown.currency_ref.value,
        rate=shown.exchange_rate,
        voided=voided,
        made=made if made is not None and made.tzinfo is not None else None,
        **money,
    )


def _customer(shown: wire.Customer) -> Customer:
    name = shown.display_name
    return Customer(
        name=name if shown.active else name.removesuffix(SUFFIX),
        email=shown.primary_email_addr.address or None,
        phone=shown.primary_phone.free_form_number or None,
        active=shown.active,
        marker=_note(shown.notes)[1],
    )


def _invoice(shown: wire.Invoice) -> Invoice:
    return Invoice(
        customer=shown.customer_ref.value,
        number=shown.doc_number or None,
        issued=shown.txn_date,
        due=shown.due_date,
        lines=tuple(_lines(shown.line)),
        memo=shown.customer_memo.value or None,
        email=shown.bill_email.address or None,
        tax=shown.txn_tax_detail.total_tax,
        discount=_discount(shown.line),
        total=shown.total_amt,
        balance=shown.balance,
        marker=_note(shown.private_note)[1],
    )


def _memo(shown: wire.CreditMemo) -> CreditMemo:
    return CreditMemo(
        customer=shown.customer_ref.value,
        number=shown.doc_number or None,
        issued=shown.txn_date,
        lines=tuple(_lines(shown.line)),
        memo=shown.customer_memo.value or None,
        email=shown.bill_email.address or None,
        tax=shown.txn_tax_detail.total_tax,
        discount=_discount(shown.line),
        total=shown.total_amt,
        marker=_note(shown.private_note)[1],
    )


def _refund(shown: wire.RefundReceipt) -> Refund:
    return Refund(
        customer=shown.customer_ref.value,
        number=shown.doc_number or None,
        issued=shown.txn_date,
        lines=tuple(_lines(shown.line)),
        memo=shown.customer_memo.value or None,
        account=shown.deposit_to_account_ref.value or None,
        tax=shown.txn_tax_detail.total_tax,
        discount=_discount(shown.line),
        total=shown.total_amt,
        marker=_note(shown.private_note)[1],
    )


def _discount(shown: Iterable[wire.Line]) -> Decimal:
    return sum((one.amount for one in shown if one.detail_type == "DiscountLineDetail"), ZERO)


def _lines(shown: Iterable[wire.Line]) -> Iterator[Line]:
    for one in shown:
        # What a bundle stands for is sold as well; the bundle itself has no amount.
        yield from _lines(one.group_line_detail.line)
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


def _payment(shown: wire.Payment) -> Payment:
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
    """Split a note into a person's words and the marker, in a line that is nothing else."""
    words = _VOIDED.sub("", note).strip().split("\n")
    markers = [one for one in words if _MARKER.fullmatch(one.strip())]
    if markers:
        del words[len(words) - 1 - words[::-1].index(markers[-1])]
    return "\n".join(words).strip() or None, markers[-1].strip() if markers else None
