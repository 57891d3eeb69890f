"""Whose lane takes a record that names the survivor of a merge, and is the loser's?

The loser's: MediaOS has that advertiser still, and all of its documents stand in that lane.  What
is linked is found by its owner's row; what is not yet is the loser's by the marker that it bears,
and a payment by what it settles.  So one document is never in two lanes.
"""

from dataclasses import dataclass
from functools import partial

from agents.rules.documents.customer_named import merges
from agents.sync.reads import read_or_wait
from agents.view.lane_context import LaneContext
from schemas.changes import Change
from schemas.identity import lane_key, marked_record
from schemas.kinds import customer_of, is_customer, marker_of, settled_by
from schemas.records import Record
from schemas.state import Document
from schemas.values import Kind, RecordRef, Side
from streams.effects.effects import Effects
from streams.effects.results import MustWait
from streams.ports import Reading

#: The advertiser of MediaOS whose something is, None where it is nobody's.
Advertiser = str | MustWait | None


@dataclass(frozen=True, slots=True)
class Losers:
    """Looks for the customer that was merged away, of whom QuickBooks names the survivor."""

    effects: Effects

    async def lane(self, context: LaneContext, change: Change) -> str | MustWait | None:
        """Return the lane of the customer that was merged away, where a new record is its own.

        None where the record is no news here, or this lane's.
        """
        record = change.record
        if change.side is Side.MEDIAOS or record is None or is_customer(change.kind):
            return None
        if await context.at_hand(lambda: context.document(context.name_of(change.name))):
            return None
        if await context.at_hand(lambda: context.owner(change.name)) is not None:
            # What was made anew for another customer stays its lane's, whosever it is now.
            return None
        advertiser = await self._advertiser(context, change.kind, record)
        if advertiser is None or isinstance(advertiser, MustWait):
            return advertiser
        lane = lane_key(context.tenant, Side.MEDIAOS, advertiser)
        loser = await _known(context, RecordRef(Side.MEDIAOS, Kind.CUSTOMER, advertiser))
        into = await context.at_hand(lambda: {name for name, _ in merges(loser, context.find)})
        return lane if lane != context.key and customer_of(record) in into else None

    async def _advertiser(self, context: LaneContext, kind: Kind, record: Record) -> Advertiser:
        """Return whose a record is by its marker, or by all that it settles."""
        if marked_record(context.tenant, kind, marker_of(record)):
            return await self._by_marker(context, kind, record)
        known = {each: await _known(context, each) for each in settled_by(record, Side.QBO)}
        owners = {_owner(document) for document in known.values() if document is not None}
        if None in owners or len(owners) > 1 or _own(context) in owners:
            # Whosever the others are, it is not all of one loser's: nothing is read for it.
            return None
        for each in (each for each, document in known.items() if document is None):
            owner = await self._of_settled(context, each)
            if isinstance(owner, MustWait):
                return owner
            owners.add(owner)
        return owners.pop() if len(owners) == 1 else None

    async def _of_settled(self, context: LaneContext, settled: RecordRef) -> Advertiser:
        """Return whose an invoice is that nobody knows: QuickBooks is asked."""
        reading = await self._read(context, settled)
        if isinstance(reading, MustWait):
            return reading
        return await self._by_marker(context, settled.kind, reading.record)

    async def _by_marker(
        self, context: LaneContext, kind: Kind, record: Record | None
    ) -> Advertiser:
        """Return whose the document is that a marker names; MediaOS knows, if nobody does here."""
        named = marked_record(context.tenant, kind, marker_of(record))
        if named is None:
            return None
        bearer = RecordRef(Side.MEDIAOS, kind, named)
        document = await _known(context, bearer)
        if document is not None and document.mediaos is not None:
            return customer_of(document.mediaos.record)
        reading = await self._read(context, bearer)
        return reading if isinstance(reading, MustWait) else reading.customer

    async def _read(self, context: LaneContext, record: RecordRef) -> Reading | MustWait:
        remote = self.effects.remote(record.side)
        read = partial(remote.read, context.tenant, record.kind, record.id)
        why = "reading whose record it is"
        return await read_or_wait(self.effects, context.tenant, record.side, read, why)


def _owner(document: Document) -> str | None:
    return customer_of(document.mediaos.record) if document.mediaos is not None else None


def _own(context: LaneContext) -> str | None:
    """Return the advertiser whose lane this is; None of a lane of QuickBooks."""
    prefix = lane_key(context.tenant, Side.MEDIAOS, "")
    return context.key.removeprefix(prefix) if context.key.startswith(prefix) else None


async def _known(context: LaneContext, record: RecordRef) -> Document | None:
    await context.look_at((record,))
    return await context.at_hand(lambda: context.find(record))
