"""What must be looked at before a lane links two records, or unlinks them?

The record of QuickBooks as it stands, and whether it, or a document of the customer, is linked.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

from agents.rules.documents.linking import not_linked
from agents.rules.kinds.table import POLICIES
from agents.sync.reads import read_or_wait
from agents.view.lane_context import LaneContext
from agents.view.links import linked_already, still_linked
from schemas.decisions import Join, Sever
from schemas.facts import Fact, Linked, LinkTargetShown, Settled, Unlinked
from schemas.identity import lane_key
from schemas.rows import OwnerRow
from schemas.state import Document, Owner, Park, Snapshot
from schemas.values import RecordRef, Side
from streams.effects.effects import Effects
from streams.effects.results import MustWait

#: As fine as times are told.
MOMENT = timedelta(microseconds=1)
#: The last one that has another after it.
LAST_MOMENT = datetime.max.replace(tzinfo=UTC) - MOMENT


async def before_linking(
    effects: Effects, context: LaneContext, document: Document
) -> Fact | Park | MustWait | None:
    """Return what a lane has to know first of a document that is to be linked or unlinked.

    None where it is neither, or is under way.
    """
    if document.unlinks:
        return await still_linked(context)
    if not document.link_to or document.qbo is not None:
        return None
    target = RecordRef(Side.QBO, document.kind, document.link_to)
    taken = await linked_already(context, target)
    if taken is not None:
        return not_linked(taken)
    read = partial(effects.remote(Side.QBO).read, context.tenant, target.kind, target.id)
    reading = await read_or_wait(
        effects, context.tenant, Side.QBO, read, "reading what it is to be linked with"
    )
    if isinstance(reading, MustWait):
        return reading
    shown = Snapshot(id=reading.id, revision=reading.revision, record=reading.record, at=reading.at)
    return LinkTargetShown(document=_name(context, document), shown=shown)


async def rewired(
    context: LaneContext, name: str, document: Document, answer: Join | Sever, now: datetime
) -> tuple[Fact, ...]:
    """Return what comes true when two records become one document, or one becomes two.

    It comes after all that was said of them before, whose clock ever said so: the last word counts.
    """
    mediaos, qbo = document.mediaos, document.qbo
    if mediaos is None or qbo is None:
        raise ValueError("both sides are shown of what is linked or unlinked")
    shown = ((Side.MEDIAOS, mediaos.id), (Side.QBO, qbo.id))
    records = [RecordRef(side, document.kind, each) for side, each in shown]
    now = await context.at_hand(lambda: _after_all(context, records, now))
    if isinstance(answer, Sever):
        generation = document.generation + 1
        return (
            Unlinked(
                kind=document.kind,
                document=name,
                mediaos=mediaos.id,
                qbo=qbo.id,
                generation=generation,
                at=now,
            ),
        )
    linked = Linked(
        kind=document.kind, document=name, mediaos=mediaos.id, qbo=qbo.id, home=context.key, at=now
    )
    fields = tuple(POLICIES[document.kind].fields)
    return (linked, Settled(document=name, fields=fields, mediaos=answer.mediaos, qbo=answer.qbo))


def _after_all(context: LaneContext, records: Sequence[RecordRef], now: datetime) -> datetime:
    """Return now, or the moment after what was said last of whose these records are."""
    lanes = (lane_key(context.tenant, each.side, each.id) for each in records)
    owners: list[Owner | None] = [context.owner(each) for each in records]
    owners += [context.row(OwnerRow(lane)) for lane in lanes]
    said = max((each.since for each in owners if each and each.since), default=None)
    return now if said is None or said < now else min(said, LAST_MOMENT) + MOMENT


def _name(context: LaneContext, document: Document) -> str:
    if document.mediaos is None:
        raise ValueError("only what MediaOS shows is linked")
    return context.name_of(RecordRef(Side.MEDIAOS, document.kind, document.mediaos.id))
