"""What does an accountant call a document?  Its customer, its number, and what it comes to.

An id of ours stands beside that wherever a command needs one; these are what a person knows it by.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from agents.rules.documents.ended import amount_of, currency_of, standing_side
from agents.rules.documents.lane_book import LaneBook
from agents.rules.wording import by_document, by_id
from schemas.kinds import customer_of, is_customer
from schemas.money_words import money_words
from schemas.records import Record
from schemas.rows import record_of
from schemas.values import Kind, RecordRef, Side


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """A document as people call it; `currency` is the code of its amount, blank for the home one.

    What nobody has shown is blank, or None.
    """

    customer: str = ""
    called: str = ""
    amount: Decimal | None = None
    currency: str = ""

    @property
    def worth(self) -> str:
        """Return the amount with its currency: `1,200.00 EUR`; blank without one."""
        return "" if self.amount is None else money_words(self.amount, self.currency)

    def __str__(self) -> str:
        """Return `Harbour Books: invoice MediaOS-136, 1,200.00 EUR`."""
        return of_customer(self.customer, self.called) + (f", {self.worth}" if self.worth else "")


def of_customer(customer: str, called: str) -> str:
    """Return how a document is called, with whose it is: `Harbour Books: invoice MediaOS-136`."""
    return f"{customer}: {called}" if customer else called


class Caller:
    """Calls the documents of one lane as people do; `home` is the company's own currency."""

    def __init__(self, lane: LaneBook, home: str = "") -> None:
        self._documents, self._home = lane.documents, home
        self._names = lane.names
        _, _, self._customer = lane.key.partition("/")

    def customer(self) -> str:
        """Return the name of the lane's own customer, blank where nobody has shown it."""
        side, _, record_id = self._customer.partition("/")
        return self._named(RecordRef(Side(side), Kind.CUSTOMER, record_id)) if record_id else ""

    def of(self, name: str) -> Called:
        """Return how people call the document of this name."""
        document = self._documents.get(name)
        if document is None:
            return Called(customer=self.customer(), called=by_id(record_of(name)))
        shown = {side: each.record for side in Side if (each := document.shown(side)) is not None}
        standing = standing_side(document)
        has_money = standing is not None and not is_customer(document.kind)
        return Called(
            customer="" if is_customer(document.kind) else self._customer_of(shown),
            called=by_document(record_of(name), document),
            amount=amount_of(document, standing) if standing and has_money else None,
            currency=currency_of(document, self._home),
        )

    def _customer_of(self, shown: Mapping[Side, Record | None]) -> str:
        named = (
            self._named(RecordRef(side, Kind.CUSTOMER, customer))
            for side, record in shown.items()
            if (customer := customer_of(record))
        )
        # What both sides have no more, or have under an id that nobody linked, is the lane's own.
        return next(filter(None, named), "") or self.customer()

    def _named(self, customer: RecordRef) -> str:
        name = str(customer)
        found = self._documents.get(name) or self._documents.get(self._names.get(name, name))
        shown = [found.shown(side) for side in Side] if found is not None else []
        names = (str(getattr(each.record, "name", "")) for each in shown if each is not None)
        return " ".join(next(filter(None, names), "").split())
