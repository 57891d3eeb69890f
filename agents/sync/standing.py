"""What does QuickBooks show now of a record that MediaOS has taken away?

What is applied to an invoice moves its balance, and no webhook, nor any sweep, tells of that
(quickbooks-money.md 4): so it is read before it is voided.
"""

from functools import partial

from agents.rules.documents.ended import has_ended
from agents.rules.kinds.table import POLICIES
from agents.sync.reads import read_or_wait
from agents.view.lane_context import LaneContext
from agents.view.readings import change_of
from schemas.changes import Change
from schemas.facts import Seen
from schemas.state import Document
from schemas.values import Side
from streams.effects.effects import Effects
from streams.effects.results import MustWait


def leaves_mediaos(document: Document, change: Change | None) -> bool:
    """Tell whether MediaOS has deleted a document, or does so by this change."""
    if change is not None:
        return change.side is Side.MEDIAOS and change.record is None
    return document.mediaos is not None and document.mediaos.record is None


async def standing_now(
    effects: Effects, context: LaneContext, name: str, document: Document
) -> tuple[Seen, ...] | MustWait:
    """Return what is news of a linked document's record in QuickBooks, where that stands."""
    known, follows = document.qbo, Side.QBO in POLICIES[document.kind].removals
    if document.agreed is None or not follows or known is None or has_ended(document, Side.QBO):
        return ()
    read = partial(effects.remote(Side.QBO).read, context.tenant, document.kind, known.id)
    reading = await read_or_wait(
        effects, context.tenant, Side.QBO, read, "reading what MediaOS has deleted"
    )
    if isinstance(reading, MustWait):
        return reading
    if reading.revision < known.revision or reading.record == known.record:
        return ()
    again = reading.revision == known.revision
    change = change_of(context.tenant, Side.QBO, reading)
    return (Seen(document=name, change=change, again=again),)
