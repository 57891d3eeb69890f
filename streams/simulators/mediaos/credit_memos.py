"""How is a credit memo made and changed, and what of it is left to apply?

As an invoice, with amounts above zero that lower what its advertiser owes (mediaos-api.md 8.2 names
credit memos and not how the API shows them: what stands here is specified here).
"""

from decimal import Decimal
from typing import Any

from streams.simulators.mediaos.book import Book, Record
from streams.simulators.mediaos.contacts import email, email_of
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
from streams.simulators.mediaos.writing import show_number

#: What the API may write.
HEADER: Readers = {
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
    "date_created": day,
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
_OF = "credit_memo_id"


def make(book: Book, body: Any) -> Record:
    """Make one as the API may, with a tax that is an amount."""
    typed = read_body(body, NEW, required=["advertiser_id", "line_items"])
    return _make(book, typed)


def create(book: Book, body: Any) -> Record:
    """Make one as a person may; ``advertiser_id`` and ``line_items`` are required."""
    return _make(book, read_body(body, READERS, required=["advertiser_id", "line_items"]))


def edit(book: Book, record_id: str, body: Any, readers: Readers = READERS) -> Record:
    """Change the given fields; a list of lines takes the place of all lines."""
    before = book.live("creditMemos", record_id)
    typed = read_body(body, readers)
    if "advertiser_id" in typed:
        _known(book, typed["advertiser_id"])
    if typed.get("advertiser_id", before["advertiser_id"]) != before["advertiser_id"]:
        _refuse_when_applied(before, "move to another advertiser")
        refuse_another(book, before, typed["advertiser_id"])
    if before["exchange_rate"] is None:
        typed.pop("exchange_rate", None)
    return book.change("creditMemos", record_id, _added_up(book, before, typed))


def delete(book: Book, record_id: str) -> Record:
    """Delete one of which nothing is applied."""
    _refuse_when_applied(book.live("creditMemos", record_id), "be deleted")
    return book.delete("creditMemos", record_id)


def apply(book: Book, record_id: str, amount: Decimal) -> Record:
    """Lower what is left by what is newly applied; a negative amount un-applies."""
    memo = book.live("creditMemos", record_id)
    left = show_number(Decimal(memo["balance"]) - amount)
    return book.change("creditMemos", record_id, {"balance": left})


def _make(book: Book, typed: Record) -> Record:
    _known(book, typed["advertiser_id"])
    currency, at = settled(book, typed, typed["advertiser_id"])
    born: Record = {
        "id": book.new_id("creditMemos"),
        "billing_email": None,
        "tax_rate": None,
        "tax_after_discount": False,
        "tax_percent_based": "0",
        "discount_amount": None,
        "currency": currency,
        "exchange_rate": at,
        "comments": None,
        "external_number": None,
        "date_created": typed.get("date_created", book.today()),
        "line_items": [],
    }
    return book.add("creditMemos", born | _added_up(book, born, typed))


def _added_up(book: Book, before: Record, typed: Record) -> Record:
    changed = before | tax_told(_shown(book, before, typed))
    applied = Decimal(before.get("total", 0)) - Decimal(before.get("balance", 0))
    sums = totals(changed)
    left = Decimal(sums["total"]) - applied
    if left < 0 or Decimal(sums["total"]) < 0:
        fault = f"comes to {sums['total']} in all, below the {show_number(applied)} applied"
        raise bad_fields([("line_items", fault)])
    return changed | sums | {"balance": show_number(left)}


def _shown(book: Book, before: Record, typed: Record) -> Record:
    shown, holder = dict(typed), typed.get("advertiser_id") or before["advertiser_id"]
    if "billing_email" in typed:
        held = before["billing_email"]
        shown["billing_email"] = email_of(book, holder, held, typed["billing_email"])
    if "line_items" in typed:
        try:
            shown["line_items"] = lines_of(book, before, typed["line_items"], of=_OF)
        except BadValue as fault:
            raise bad_fields(fault.errors) from fault
    return shown


def _known(book: Book, advertiser_id: str) -> None:
    advertiser = book.records["advertisers"].get(advertiser_id)
    if advertiser is None or advertiser["date_deleted"] is not None:
        raise bad_fields([("advertiser_id", "is no advertiser, or a deleted one")])


def _refuse_when_applied(memo: Record, wish: str) -> None:
    if memo["total"] != memo["balance"]:
        message = f"Credit memo {memo['id']} is applied; un-apply it and it can {wish}."
        raise Refusal(409, "credits_applied", message)
