"""How do an e-mail address and a postal address sit inside another record?

As nested objects with ids of their own (mediaos-api.md section 7). A write gives only what a person
would type, an object for the whole address or null; the ids stay the same over changes.
"""

from typing import Any

from streams.simulators.mediaos.book import Book, Record
from streams.simulators.mediaos.fields import bad, read_object, text

#: ``country`` is ours: the documented sample is cut off before it.
ADDRESS_LINES = (
    *("line1", "line2", "line3", "line4"),
    *("city", "state", "postal_code", "country"),
)


def email(value: Any) -> str:
    """Read an e-mail as it is written: an object that holds ``value``."""
    typed = str(read_object(value, {"value": text(255)}, required=["value"])["value"])
    if typed and "@" not in typed:
        raise bad("an object whose value is an e-mail address or empty")
    return typed


def address(value: Any) -> Record:
    """Read a postal address; a line that is not given is empty."""
    typed = read_object(value, {line: text(255) for line in ADDRESS_LINES})
    return {line: typed.get(line, "") for line in ADDRESS_LINES}


def email_of(book: Book, advertiser_id: str, before: Record | None, typed: str | None) -> Any:
    """Make the Contact Data object that shows an e-mail, or None."""
    if typed is None:
        return None
    return {
        **_identity(book, "contact_data", advertiser_id, before),
        "value": typed,
        "type": "Email",
        "type_name": "Work",
    }


def address_of(book: Book, advertiser_id: str, before: Record | None, typed: Record | None) -> Any:
    """Make the Address object, or None."""
    if typed is None:
        return None
    return {**_identity(book, "addresses", advertiser_id, before), **typed}


def _identity(book: Book, sequence: str, advertiser_id: str, before: Record | None) -> Record:
    return {
        "id": before["id"] if before else book.new_id(sequence),
        "contact_id": None,
        "agency_id": None,
        "advertiser_id": advertiser_id,
    }
