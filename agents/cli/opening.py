"""What is owed on both sides before a tenant goes live, read by the ledger check's own readers."""

from collections.abc import Iterable, Iterator
from functools import partial

from agents.audit.books import LedgerUnreadableError
from agents.audit.check import reconcile
from agents.audit.hearing import Hear
from agents.audit.standing import Row
from agents.cli.ledger import examined
from agents.rules.documents.lane_book import LaneBook
from agents.rules.tenant.opening import Owed, opening, to_come, unread
from agents.rules.tenant.preflight_findings import Finding
from schemas.state import Document, Snapshot
from schemas.values import Side
from streams.remotes.quickbooks.standing import Register

#: A customer of MediaOS, as the ledger check names one.
OURS = "mediaos/customer/"


async def opened(
    tenant: str, lanes: Iterable[LaneBook], hear: Hear, register: Register | None = None
) -> tuple[Finding, ...]:
    """Return whether both sides say the same is owed, customer by customer.

    Both books are read whole, which takes a call for a page of records; `hear` is told how far.
    """
    coming = to_come(each for lane in lanes for each in (*lane.documents.values(), *_held(lane)))
    try:
        found = await examined(tenant, partial(reconcile, day=None, hear=hear), register)
    except LedgerUnreadableError as fault:
        return (unread(str(fault)),)
    return opening(map(owed_of, found.rows), coming, found.home)


def _held(lane: LaneBook) -> Iterator[Document]:
    """Yield what a lane has not taken in yet, as the documents that it will found."""
    news = (each for each in lane.held if each.side is Side.MEDIAOS)
    for change in {each.name: each for each in news}.values():
        if lane.document_of(change.name) is None:
            shown = Snapshot(
                id=change.id, revision=change.revision, record=change.record, at=change.at
            )
            yield Document(kind=change.kind, mediaos=shown)


def owed_of(row: Row) -> Owed:
    """Return what a customer owes on both sides, as the ledger check's readers have it."""
    return Owed(
        customer=row.customer,
        ids=tuple(each.removeprefix(OURS) for each in row.ids if each.startswith(OURS)),
        currency=row.currency,
        mediaos=row.mediaos.receivable,
        qbo=row.qbo.receivable,
    )
