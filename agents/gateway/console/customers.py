"""Which customer does somebody mean, by a name, a number or an id?"""

from collections.abc import Iterator, Mapping

from agents.gateway.console.page import NotPossible, Visit
from agents.rules.wording import by_document
from schemas.kinds import is_customer
from schemas.rows import DocumentRow, record_of
from schemas.state import Document
from schemas.values import Side

#: So many are named where several are meant.
MOST_NAMED = 5


def lane_meant(visit: Visit, text: str) -> str:
    """Return the lane of the customer that is called so; NotPossible where it is not just one.

    One that is called exactly so is meant, also where others begin so.
    """
    found = visit.book.documents(visit.book.found(visit.tenant, text))
    customers = {row: each for row, each in found.items() if is_customer(each.kind)}
    exact = {row: each for row, each in customers.items() if text.casefold() in _calls(row, each)}
    meant = exact or customers
    if not meant:
        raise NotPossible("No customer is called so: write its name, or its id in either system.")
    if len({row.lane for row in meant}) > 1:
        raise NotPossible(f"Several customers are called so: {_named(meant)}. Write the id of one.")
    return next(iter(meant)).lane


def _calls(row: DocumentRow, customer: Document) -> Iterator[str]:
    yield record_of(row.name).id
    for side in Side:
        if (shown := customer.shown(side)) is not None:
            yield shown.id.casefold()
            yield getattr(shown.record, "name", "").casefold()


def _named(customers: Mapping[DocumentRow, Document]) -> str:
    named = [(record_of(row.name), each) for row, each in customers.items()]
    told = [f"{by_document(record, each)} ({record.id})" for record, each in named[:MOST_NAMED]]
    return ", ".join(told) + (", and more" if len(named) > MOST_NAMED else "")
