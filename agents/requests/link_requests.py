"""What becomes of a person's word that two customers are one, or that one is two?

Here it is only taken down: the customer's lane looks at both, writes, and links them.  What can be
told at once to be wrong is refused at once.
"""

from agents.view.lane_context import LaneContext
from agents.view.links import linked_already, still_linked
from schemas.facts import Fact, LinkAsked, Regenerated, UnlinkAsked
from schemas.kinds import is_customer
from schemas.requests import Link, Unlink
from schemas.rows import record_of
from schemas.state import Document
from schemas.values import RecordRef, Side

Answer = tuple[bool, str, tuple[Fact, ...]]


async def answer(context: LaneContext, request: Link | Unlink) -> Answer:
    """Return whether it is done, in words, and the facts."""
    name = request.document
    record = record_of(name)
    await context.turn_to(record)
    document = context.document(name)
    if document is None or document.mediaos is None or not is_customer(document.kind):
        return _no(f"{name} is no customer of MediaOS in {context.key}")
    if context.tenant_state.observes:
        return _no(f"{context.tenant} only observes: have it go live first")
    if context.lane.in_flight is not None:
        return _no(f"something of {name} is being written at this moment: ask again")
    if isinstance(request, Link):
        return await _link(context, request, document)
    return await _unlink(context, request, document)


async def _link(context: LaneContext, request: Link, document: Document) -> Answer:
    target = RecordRef(Side.QBO, document.kind, request.target)
    shown, linked = document.qbo, document.agreed is not None
    stands = shown is not None and shown.record is not None and not shown.merged_into
    if linked and shown is not None and stands:
        one = f"{document.kind} {record_of(request.document).id}"
        return _no(f"{one} is {shown.id} of QuickBooks already (`isthmus unlink {one}` undoes it)")
    if document.park is None:
        return _no(f"{request.document} does not wait for anything")
    taken = await linked_already(context, target)
    if taken is not None:
        return _no(taken)
    asked = LinkAsked(document=request.document, request=request.id, target=request.target)
    told = f"{request.document} is to be linked with {target}"
    if not linked or shown is None:
        return True, told, (asked,)
    # Its record in QuickBooks is gone, and tells it nothing any more.
    gone = RecordRef(Side.QBO, document.kind, shown.id)
    anew = document.generation + 1
    return (
        True,
        told,
        (Regenerated(document=request.document, generation=anew, gone=(gone,)), asked),
    )


async def _unlink(context: LaneContext, request: Unlink, document: Document) -> Answer:
    if document.agreed is None:
        return _no(f"{request.document} is linked with nothing")
    stays = await still_linked(context)
    if stays is not None:
        return _no(stays.detail)
    asked = UnlinkAsked(document=request.document, request=request.id, order=document.order)
    return True, f"the link of {request.document} is to be undone", (asked,)


def _no(why: str) -> Answer:
    return False, why, ()
