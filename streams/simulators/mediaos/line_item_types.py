"""How is a line item type made and changed: a late fee, a write-off?

By people only, in the general accounting settings; over the API they are read, and nothing is
published of them.  MediaOS archives one that is in use and deletes none (mediaos-api.md section 8).
"""

from typing import Any

from streams.simulators.mediaos.book import Book, Kind, Record
from streams.simulators.mediaos.fields import (
    Reader,
    Readers,
    bad,
    boolean,
    optional,
    read_body,
    text,
)
from streams.simulators.mediaos.refusals import Refusal

KIND: Kind = "invoiceLineItemTypes"


def _of(*choices: str) -> Reader:
    def read(value: Any) -> Any:
        if value not in choices:
            raise bad(f"one of {', '.join(choices)}")
        return value

    return read


READERS: Readers = {
    "name": text(255, shortest=1),
    "kind": _of("fee", "discount"),
    "gl_account_code": optional(text(100, shortest=1)),
    "gl_item_code": optional(text(100, shortest=1)),
    "active": boolean,
}


def create(book: Book, body: Any) -> Record:
    """Make a line item type; ``name`` and ``kind`` are required."""
    typed = read_body(body, READERS, required=["name", "kind"])
    blank = {"gl_account_code": None, "gl_item_code": None, "active": True}
    return book.add(KIND, {"id": book.new_id(KIND), **blank, **typed})


def edit(book: Book, record_id: str, body: Any) -> Record:
    """Change the given fields of a line item type."""
    return book.change(KIND, record_id, read_body(body, READERS))


def delete(book: Book, record_id: str) -> Record:
    """Refuse: one is archived (``active`` false)."""
    book.live(KIND, record_id)
    raise Refusal(409, "in_use", f"Line item type {record_id} can only be archived.")
