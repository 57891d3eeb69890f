"""What becomes of a person's word on one document: judge it again, send it, decide its conflict?

Here it is only taken down; its lane does what is to be done.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from agents.requests import link_requests
from agents.rules.documents.noting import noted
from agents.rules.documents.pushing import conflict, goes_along, may_be_pushed, sent
from agents.rules.documents.resolving import resolved
from agents.view.lane_context import LaneContext
from schemas.facts import Asked, Fact
from schemas.kinds import is_customer
from schemas.requests import Link, NoteDocument, Push, ResolveConflict, Retry, Unlink
from schemas.rows import record_of
from schemas.state import Document

Answer = tuple[bool, str, tuple[Fact, ...]]


async def answer(
    context: LaneContext,
    request: Retry | Push | Link | Unlink | ResolveConflict | NoteDocument,
    now: datetime,
) -> Answer:
    """Return whether it is done, in words, and the facts."""
    if isinstance(request, Link | Unlink):
        return await link_requests.answer(context, request)
    names = (request.document, *context.lane.customers)
    await context.turn_to(*(record_of(name) for name in names))
    known = _known(context, names)
    if isinstance(request, Push):
        return _pushed(context, request, known, now)
    document = known.get(request.document)
    if isinstance(request, ResolveConflict):
        return resolved(document, request, observes=context.tenant_state.observes)
    if isinstance(request, NoteDocument):
        return noted(document, request, now)
    if document is None or document.park is None:
        return False, f"{request.document} is not parked in {context.key}", ()
    asked = Asked(document=request.document, request=request.id, pushed=False)
    return True, f"{request.document} is judged again", (asked,)


def _pushed(
    context: LaneContext, request: Push, known: Mapping[str, Document], now: datetime
) -> Answer:
    document = known.get(request.document)
    if document is None or not may_be_pushed(document):
        return False, f"{request.document} is not parked in {context.key}", ()
    told = None if request.overwrite else conflict(document, request.side)
    if told is not None and context.tenant_state.settings.manual_push:
        return False, f"{request.document} is not sent: {told}", ()
    customers = {name: each for name, each in known.items() if is_customer(each.kind)}
    names = goes_along(request.document, document, customers)
    facts = (fact for name in names for fact in sent(name, known[name], request, now))
    return True, f"{request.document} is sent", tuple(facts)


def _known(context: LaneContext, names: Iterable[str]) -> dict[str, Document]:
    found = ((name, context.document(name)) for name in names)
    return {name: document for name, document in found if document is not None}
