"""What does somebody do who works in QuickBooks itself, not through the API?

A person holds no SyncToken, is not stopped by our locks or closed books, and makes the same
webhooks as the API does.
"""

# ruff: noqa: A002 - "id" is what a record's id is called on both sides of the wire

from datetime import date
from typing import Any

from streams.simulators.quickbooks.book import Book, Record
from streams.simulators.quickbooks.tax_codes import TaxModel, set_sales_tax
from streams.simulators.quickbooks.writes import Writer


class Person:
    """A bookkeeper at work in one realm."""

    def __init__(self, book: Book, writer: Writer) -> None:
        self._book = book
        self._writer = writer

    def create(self, kind: str, fields: dict[str, Any]) -> Record:
        """Create a record of any kind; amounts as Decimal, int or text. Raises Fault."""
        return self._writer.create(kind, fields)

    def edit(self, kind: str, id: str, changes: dict[str, Any]) -> Record:
        """Change the named properties; `Line` replaces all lines. Raises Fault."""
        return self._writer.update(kind, {**changes, **self._present(kind, id), "sparse": True})

    def delete(self, kind: str, id: str) -> Record:
        """Delete a transaction. Raises Fault."""
        return self._writer.delete(kind, self._present(kind, id))

    def void(self, kind: str, id: str) -> Record:
        """Void a transaction. Raises Fault."""
        return self._writer.void(kind, self._present(kind, id))

    def set_custom_numbers(self, on: bool) -> Record:  # noqa: FBT001
        """Choose who numbers sales: callers, or QBO's own sequence (2.9)."""
        return self._prefer("SalesFormsPrefs", CustomTxnNumbers=on)

    def set_sales_tax(self, model: TaxModel, rate: str | None = None) -> Record:
        """Let the company reckon sales tax: not at all, automated, by hand, or line by line.

        The rate in percent is a US company's one, and that of GST where each line has its code.
        """
        return set_sales_tax(self._book, model, rate)

    def close_books(self, until: date | None) -> Record:
        """Close the books up to and with a day, or open them again (3.3)."""
        return self._prefer("AccountingInfoPrefs", BookCloseDate=until and until.isoformat())

    def _present(self, kind: str, record_id: str) -> Record:
        record = self._book.get(kind, record_id)
        return {"Id": record_id, "SyncToken": record["SyncToken"]}

    def _prefer(self, section: str, **changes: object) -> Record:
        old = self._book.all("Preferences")[0]
        return self._book.replace("Preferences", old, {**old, section: {**old[section], **changes}})
