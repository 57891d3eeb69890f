"""What must be looked at before a document is decided on?"""

from agents.rules.documents.resting import parked
from agents.sync.linking import before_linking
from agents.sync.standing import leaves_mediaos, standing_now
from agents.sync.whole_reads import whole_first
from agents.view.lane_context import LaneContext
from schemas.changes import Change
from schemas.facts import Fact
from schemas.state import Document, Park
from streams.effects.effects import Effects
from streams.effects.results import MustWait


async def first_known(
    effects: Effects,
    context: LaneContext,
    name: str,
    document: Document | None,
    change: Change | None = None,
) -> tuple[Fact, ...] | MustWait:
    """Return what is to be known first of a document that a person links, or unlinks.

    Or of one that MediaOS edits or takes away, by `change` where there is one.
    """
    if document is None:
        return ()
    if leaves_mediaos(document, change):
        return await standing_now(effects, context, name, document)
    found = await before_linking(effects, context, document)
    if isinstance(found, Park):
        return (parked(name, document, found, effects.now()),)
    if found is not None:
        return found if isinstance(found, MustWait) else (found,)
    return await whole_first(effects, context, name, document, change)
