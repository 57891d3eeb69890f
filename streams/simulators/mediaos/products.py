"""How is a product made and changed?

By people only: over the API products are read, since Isthmus maps them and never writes them.
"""

from typing import Any

from streams.simulators.mediaos.book import Book, Record
from streams.simulators.mediaos.fields import Readers, boolean, optional, read_body, text
from streams.simulators.mediaos.refusals import Refusal

READERS: Readers = {
    "name": text(255, shortest=1),
    "active": boolean,
    "external_reference": optional(text(100, shortest=1)),
}


def create(book: Book, body: Any) -> Record:
    """Make a product; ``name`` is required."""
    typed = read_body(body, READERS, required=["name"])
    return book.add("products", {"id": book.new_id("products"), "active": True, **typed})


def edit(book: Book, record_id: str, body: Any) -> Record:
    """Change the given fields of a product."""
    book.live("products", record_id)
    return book.change("products", record_id, read_body(body, READERS))


def delete(book: Book, record_id: str) -> Record:
    """Delete a product that no invoice names; invented."""
    book.live("products", record_id)
    for invoice in book.records["invoices"].values():
        if invoice["date_deleted"] is None and any(
            line["product_id"] == record_id for line in invoice["line_items"]
        ):
            message = f"Product {record_id} is on invoice {invoice['id']}; change that first."
            raise Refusal(409, "in_use", message)
    return book.delete("products", record_id)
