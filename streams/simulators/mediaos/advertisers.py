"""How is an advertiser, the customer of MediaOS, made and changed?

The API may write what a person may. Two advertisers may have one name here: MediaOS documents no
rule against it, and QuickBooks has one, which is a difference worth simulating. Who makes one may
ask that nobody has its name, since a program cannot know whether two of one name are one firm.
"""

from typing import Any

from streams.simulators.mediaos.book import Book, Record
from streams.simulators.mediaos.contacts import address, address_of, email, email_of
from streams.simulators.mediaos.currencies import HOME, currency_code, named
from streams.simulators.mediaos.fields import (
    Readers,
    boolean,
    optional,
    read_body,
    text,
)
from streams.simulators.mediaos.refusals import Refusal

READERS: Readers = {
    "name": text(255, shortest=1),
    "email": optional(email),
    "phone": optional(text(50)),
    "billing_address": optional(address),
    "active": boolean,
    "external_reference": optional(text(100, shortest=1)),
}


def create(book: Book, body: Any) -> Record:
    """Make an advertiser; ``name`` is required, and may be asked to be nobody's yet.

    Its currency is said now or never.
    """
    once: Readers = {"unique_name": boolean, "currency_code": currency_code}
    typed = read_body(body, {**READERS, **once}, required=["name"])
    code = typed.pop("currency_code", HOME)
    if typed.pop("unique_name", False):
        _refuse_taken(book, typed["name"])
    born: Record = {"email": None, "phone": None, "billing_address": None, "active": True}
    born["currency"] = None if code == HOME else named(code)
    advertiser_id = book.new_id("advertisers")
    shown = _shown(book, advertiser_id, born, typed)
    return book.add("advertisers", {"id": advertiser_id, **born, **shown})


def edit(book: Book, record_id: str, body: Any) -> Record:
    """Change the given fields of an advertiser."""
    before = book.live("advertisers", record_id)
    typed = read_body(body, READERS)
    return book.change("advertisers", record_id, _shown(book, record_id, before, typed))


def delete(book: Book, record_id: str) -> Record:
    """Delete an advertiser that has neither invoices nor payments; invented."""
    book.live("advertisers", record_id)
    for kind in ("invoices", "creditMemos", "payments"):
        for record in book.records[kind].values():
            if record["advertiser_id"] == record_id and record["date_deleted"] is None:
                message = f"Advertiser {record_id} still has {kind}; delete those first."
                raise Refusal(409, "in_use", message)
    return book.delete("advertisers", record_id)


def _refuse_taken(book: Book, name: str) -> None:
    for record in book.records["advertisers"].values():
        if record["date_deleted"] is None and _folded(record["name"]) == _folded(name):
            message = f"Advertiser {record['id']} has this name."
            raise Refusal(409, "name_taken", message, errors=[("name", message)])


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())


def _shown(book: Book, advertiser_id: str, before: Record, typed: Record) -> Record:
    shown = dict(typed)
    if "email" in typed:
        shown["email"] = email_of(book, advertiser_id, before["email"], typed["email"])
    if "billing_address" in typed:
        shown["billing_address"] = address_of(
            book, advertiser_id, before["billing_address"], typed["billing_address"]
        )
    return shown
