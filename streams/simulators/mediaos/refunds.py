"""How is a refund made and changed?

Its lines are what is taken back, its total was paid out; no balance of its advertiser moves.
mediaos-api.md 9 leaves open how the API shows one: what stands here is specified here.
"""

from decimal import Decimal
from typing import Any

from streams.simulators.mediaos.book import Book, Record
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
from streams.simulators.mediaos.refusals import bad_fields

#: What the API may write.
HEADER: Readers = {
    "comments": optional(text(4_000)),
    "external_reference": optional(text(100, shortest=1)),
    "external_number": optional(text(100, shortest=1)),
    "tax_amount": number(least=Decimal(0), cents=True),
}
_BORN: Readers = {"advertiser_id": identity, "type": text(50, shortest=1), "date_created": day}
#: What a person may write.
READERS: Readers = {
    **HEADER,
    **_BORN,
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
    **_BORN,
    "discount_amount": number(least=Decimal(0), cents=True),
    "currency_code": currency_code,
    "exchange_rate": rate,
    "line_items": some(line_made),
}
_OF = "refund_id"


def make(book: Book, body: Any) -> Record:
    """Make one as the API may, with a tax that is an amount."""
    return _make(book, read_body(body, NEW, required=["advertiser_id", "line_items"]))


def create(book: Book, body: Any) -> Record:
    """Make one as a person may; ``advertiser_id`` and ``line_items`` are required."""
    return _make(book, read_body(body, READERS, required=["advertiser_id", "line_items"]))


def edit(book: Book, record_id: str, body: Any, readers: Readers = READERS) -> Record:
    """Change the given fields; a list of lines takes the place of all lines."""
    before = book.live("refunds", record_id)
    typed = read_body(body, readers)
    if "advertiser_id" in typed:
        _known(book, typed["advertiser_id"])
        refuse_another(book, before, typed["advertiser_id"])
    if before["exchange_rate"] is None:
        typed.pop("exchange_rate", None)
    return book.change("refunds", record_id, _added_up(book, before, typed))


def delete(book: Book, record_id: str) -> Record:
    """Delete one."""
    return book.delete("refunds", record_id)


def _make(book: Book, typed: Record) -> Record:
    _known(book, typed["advertiser_id"])
    currency, at = settled(book, typed, typed["advertiser_id"])
    born: Record = {
        "id": book.new_id("refunds"),
        "type": "Other",
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
    return book.add("refunds", born | _added_up(book, born, typed))


def _added_up(book: Book, before: Record, typed: Record) -> Record:
    changed = before | tax_told(_shown(book, before, typed))
    sums = totals(changed)
    if Decimal(sums["total"]) < 0:
        raise bad_fields([("line_items", f"comes to {sums['total']} in all, below zero")])
    return changed | sums


def _shown(book: Book, before: Record, typed: Record) -> Record:
    shown = dict(typed)
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
