"""Does what is kept of an invoice say all that its update must say again?

Until 2026-11-28 neither the ids of QuickBooks' lines were kept nor what else stands on them.  So
such an invoice is read once before MediaOS's edit of it goes there: its class, its service dates
and its foreign lines would be lost; and so is such a payment, whose credits would be.
"""

import logging
from functools import partial

from msgspec.structs import replace

from agents.rules.documents.revisions import half_kept
from agents.rules.documents.settle import edited
from agents.sync.reads import read_or_wait
from agents.view.lane_context import LaneContext
from agents.view.readings import change_of
from schemas.changes import Change
from schemas.facts import Seen
from schemas.state import Document
from schemas.values import Side
from streams.effects.effects import Effects
from streams.effects.results import MustWait

log = logging.getLogger("isthmus.sync")


async def whole_first(
    effects: Effects, context: LaneContext, name: str, document: Document, change: Change | None
) -> tuple[Seen, ...] | MustWait:
    """Return what QuickBooks shows of a document that MediaOS edits, with `change` or before it.

    Nothing where all of it is kept, or where QuickBooks is not written to.
    """
    shown = document.qbo
    if shown is None or not half_kept(shown.record) or not _is_edited(document, change):
        return ()
    read = partial(effects.remote(Side.QBO).read, context.tenant, document.kind, shown.id)
    reading = await read_or_wait(
        effects, context.tenant, Side.QBO, read, "reading all that stands on its lines"
    )
    if isinstance(reading, MustWait):
        return reading
    log.info("its lines are read once", extra={"document": name})
    found = change_of(context.tenant, Side.QBO, reading)
    return (Seen(document=name, change=found, again=True),)


def _is_edited(document: Document, change: Change | None) -> bool:
    if change is not None:
        if change.side is Side.QBO or document.mediaos is None:
            return False
        document = replace(document, mediaos=replace(document.mediaos, record=change.record))
    return bool(edited(document, Side.MEDIAOS))
