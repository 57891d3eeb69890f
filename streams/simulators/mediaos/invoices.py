"""How is an invoice made and changed, and what remains to be paid?

Over the API one is made with its lines, as it was made on the other side; from then on only its
header can be written there, and people change the lines.
What is paid is not stored: it is the total less the balance, and payments move the balance.
"""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from streams.simulators.mediaos import terms
from streams.simulators.mediaos.book import Book, Record
from streams.simulators.mediaos.contacts import address, address_of, email, email_of
from streams.simulators.mediaos.currencies import currency_code, rate, refuse_another, settled
from streams.simulators.mediaos.fields import (
    BadValue,
    Readers,
    boolean,
    day,
    each,
    identity,
    number,
    optional,
    read_body,
    some,
    text,
)
from streams.simulators.mediaos.lines import line, line_made, lines_of, tax_told, totals
from streams.simulators.mediaos.refusals import Refusal, bad_fields
from streams.simulators.mediaos.writing import read_time, show_number, show_time

#: What the API may write.
HEADER: Readers = {
    "date_due": day,
    "comments": optional(text(4_000)),
    "billing_email": optional(email),
    "external_reference": optional(text(100, shortest=1)),
    "external_number": optional(text(100, shortest=1)),
    "tax_amount": number(least=Decimal(0), cents=True),
}
#: What a person may write.
READERS: Readers = {
    **HEADER,
    "advertiser_id": identity,
    "contract_id": optional(identity),
    "terms_id": optional(identity),
    "date_created": day,
    "billing_address": optional(address),
    "discount_amount": optional(number(least=Decimal(0), cents=True)),
    "tax_rate": optional(number(least=Decimal(0))),
    "tax_percent_based": lambda value: "1" if value == "1" or boolean(value) else "0",
    "tax_after_discount": boolean,
    "exchange_rate": rate,
    "line_items": each(line),
}
#: What the API may make one of: the other side has reckoned its tax.
NEW: Readers = {
    **HEADER,
    "advertiser_id": identity,
    "date_created": day,
    "discount_amount": number(least=Decimal(0), cents=True),
    "currency_code": currency_code,
    "exchange_rate": rate,
    "line_items": some(line_made),
}
#: Days from an invoice's date to its due date, when nobody says otherwise; invented.
TERMS_DAYS = 30


def make(book: Book, body: Any) -> Record:
    """Make an invoice as the API may, with a tax that is an amount."""
    typed = read_body(body, NEW, required=["advertiser_id", "line_items"])
    return _make(book, typed)


def create(book: Book, body: Any) -> Record:
    """Make an invoice as a person may; ``advertiser_id`` and ``line_items`` are required."""
    return _make(book, read_body(body, READERS, required=["advertiser_id", "line_items"]))


def _make(book: Book, typed: Record) -> Record:
    made = typed.get("date_created", book.today())
    address_there = _address_of_advertiser(book, typed["advertiser_id"])
    currency, at = settled(book, typed, typed["advertiser_id"])
    born = {
        "id": book.new_id("invoices"),
        "contract_id": None,
        "terms": None,
        "billing_address": address_there,
        "billing_email": None,
        "tax_rate": None,
        "tax_after_discount": False,
        "tax_percent_based": "0",
        "discount_amount": None,
        "currency": currency,
        "exchange_rate": at,
        "comments": None,
        "external_number": None,
        "date_created": made,
        "date_due": show_time(read_time(made) + timedelta(days=TERMS_DAYS)),
        "line_items": [],
    }
    return book.add("invoices", born | _added_up(book, born, typed))


def edit(book: Book, record_id: str, body: Any, readers: Readers = READERS) -> Record:
    """Change the given fields of an invoice; a list of lines takes the place of all lines."""
    before = book.live("invoices", record_id)
    typed = read_body(body, readers)
    if typed.get("advertiser_id", before["advertiser_id"]) != before["advertiser_id"]:
        _refuse_when_paid(before, "move to another advertiser")
        _address_of_advertiser(book, typed["advertiser_id"])
        refuse_another(book, before, typed["advertiser_id"])
    if before["exchange_rate"] is None:
        typed.pop("exchange_rate", None)
    return book.change("invoices", record_id, _added_up(book, before, typed))


def delete(book: Book, record_id: str) -> Record:
    """Delete an invoice without payments (mediaos-api.md section 8.2, deleting an invoice)."""
    _refuse_when_paid(book.live("invoices", record_id), "be deleted")
    return book.delete("invoices", record_id)


def pay(book: Book, record_id: str, amount: Decimal) -> Record:
    """Lower the balance by what a payment newly applies; a negative amount un-applies."""
    invoice = book.live("invoices", record_id)
    balance = Decimal(invoice["balance"]) - amount
    return book.change("invoices", record_id, standing(balance))


def standing(balance: Decimal) -> Record:
    """Say what a balance means: Paid and Unpaid is the whole status list (section 3.2).

    One below zero is owed to the advertiser.
    """
    return {"balance": show_number(balance), "status": "Unpaid" if balance else "Paid"}


def _added_up(book: Book, before: Record, typed: Record) -> Record:
    changed = before | tax_told(_shown(book, before, typed))
    paid = Decimal(before.get("total", 0)) - Decimal(before.get("balance", 0))
    sums = totals(changed)
    balance = Decimal(sums["total"]) - paid
    if balance * paid < 0:
        fault = f"comes to {sums['total']} in all, and {show_number(paid)} is applied already"
        raise bad_fields([("line_items", fault)])
    return changed | sums | standing(balance)


def _shown(book: Book, before: Record, typed: Record) -> Record:
    if "terms_id" in typed:
        typed = {**typed, "terms": terms.shown(book, typed["terms_id"])}
        del typed["terms_id"]
    shown, holder = dict(typed), typed.get("advertiser_id") or before["advertiser_id"]
    if "advertiser_id" in typed:
        _address_of_advertiser(book, holder)
    if "billing_email" in typed:
        held = before["billing_email"]
        shown["billing_email"] = email_of(book, holder, held, typed["billing_email"])
    if "billing_address" in typed:
        held = before["billing_address"]
        shown["billing_address"] = address_of(book, holder, held, typed["billing_address"])
    if "line_items" in typed:
        try:
            shown["line_items"] = lines_of(book, before, typed["line_items"])
        except BadValue as fault:
            raise bad_fields(fault.errors) from fault
    return shown


def _address_of_advertiser(book: Book, advertiser_id: str) -> Any:
    advertiser = book.records["advertisers"].get(advertiser_id)
    if advertiser is None or advertiser["date_deleted"] is not None:
        raise bad_fields([("advertiser_id", "is no advertiser, or a deleted one")])
    return advertiser["billing_address"]


def _refuse_when_paid(invoice: Record, wish: str) -> None:
    if invoice["total"] != invoice["balance"]:
        message = f"Invoice {invoice['id']} has payments applied; un-apply them and it can {wish}."
        raise Refusal(409, "payments_applied", message)
