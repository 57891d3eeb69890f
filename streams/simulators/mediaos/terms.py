"""How are terms of payment made and changed: Net 30, say?

By people only, in the general settings; over the API they are read, and nothing is published of
them.  A contract names its terms (mediaos-api.md section 5.2), and what bills it shows them.
"""

from typing import Any

from streams.simulators.mediaos.book import Book, Kind, Record
from streams.simulators.mediaos.fields import Readers, boolean, read_body, text
from streams.simulators.mediaos.refusals import Refusal, bad_fields

KIND: Kind = "terms"
READERS: Readers = {"name": text(255, shortest=1), "active": boolean}


def create(book: Book, body: Any) -> Record:
    """Make terms; ``name`` is required."""
    typed = read_body(body, READERS, required=["name"])
    return book.add(KIND, {"id": book.new_id(KIND), "active": True, **typed})


def edit(book: Book, record_id: str, body: Any) -> Record:
    """Change the given fields of terms."""
    return book.change(KIND, record_id, read_body(body, READERS))


def delete(book: Book, record_id: str) -> Record:
    """Refuse: terms are archived (``active`` false)."""
    book.live(KIND, record_id)
    raise Refusal(409, "in_use", f"Terms {record_id} can only be archived.")


def shown(book: Book, terms_id: str | None) -> Record | None:
    """Return terms as an invoice shows them, None where it has none."""
    if terms_id is None:
        return None
    found = book.records[KIND].get(terms_id)
    if found is None:
        raise bad_fields([("terms_id", "are no terms")])
    return {"id": found["id"], "name": found["name"]}
