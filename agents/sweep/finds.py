"""Which of the rows that a sweep found are news, and how do they get into Kafka?

What a lane would drop as seen is not sent at all.  A deletion names no customer, and whose the
record was may only be known later; nothing is lost by passing it over, since the next sweeps look
back to it.
"""

import logging
from collections import OrderedDict
from typing import NamedTuple

from agents.rules.tenant.coverage import tells_more
from agents.sweep.books import Found
from agents.view.lane_context import LaneContext
from agents.view.record_lookup import RecordLookup
from schemas.catalog import NotUnderstoodError
from schemas.kinds import KINDS, Anchor
from schemas.values import Kind, RecordRef, Side
from streams.ports import Outbox
from streams.remotes.quickbooks.events import change_event
from streams.remotes.quickbooks.queries import Row
from streams.remotes.quickbooks.webhooks import Notice, notice_event
from streams.remotes.quickbooks.wire_replies import ParsedRecord, shown
from streams.topics import QUICKBOOKS_CHANGES, QUICKBOOKS_NOTICES

log = logging.getLogger("isthmus.sweep")

#: Revisions that were sent, so that what is not folded yet is not sent with every sweep.
REMEMBERED = 10_000


class _Sent(NamedTuple):
    tenant: str
    record: RecordRef
    revision: str


class Finds:
    """Puts what sweeps of QuickBooks found into Kafka."""

    def __init__(self, outbox: Outbox, knowledge: RecordLookup) -> None:
        """Take a way to Kafka that does not give up, and who knows what was seen of a record."""
        self._outbox = outbox
        self._knowledge = knowledge
        self._sent: OrderedDict[_Sent, None] = OrderedDict()

    async def publish(self, context: LaneContext, kind: Kind, found: Found) -> int:
        """Return once Kafka has every row that is news: how many that were."""
        published = 0
        for row in found.rows:
            try:
                published += await self._tell(context, kind, row, found)
            except NotUnderstoodError as fault:
                published += await self._pass_on(context, kind, row, found, str(fault))
        return published

    async def _tell(self, context: LaneContext, kind: Kind, row: Row, found: Found) -> bool:
        read = shown(kind, row)
        record = RecordRef(Side.QBO, kind, read.id)
        sent = _Sent(context.tenant, record, str(read.revision))
        if sent in self._sent:
            return False
        seen = await self._knowledge.revision(context.tenant, record, read.customer)
        if not tells_more(record.side, read.revision, seen):
            return False
        customer = await self._owner(context, kind, read)
        if customer is None and KINDS[kind].anchor is not Anchor.TENANT:
            return False
        key, value = change_event(
            context.tenant, kind, row, found.began, realm=found.realm, customer=customer
        )
        await self._outbox.send(QUICKBOOKS_CHANGES.name, key.encode(), value)
        self._remember(sent)
        return True

    async def _owner(self, context: LaneContext, kind: Kind, read: ParsedRecord) -> str | None:
        if read.customer is not None or KINDS[kind].anchor is Anchor.TENANT:
            return read.customer
        return await self._knowledge.whose(context.tenant, kind, read.id)

    async def _pass_on(
        self, context: LaneContext, kind: Kind, row: Row, found: Found, why: str
    ) -> bool:
        """Let hydrate read what makes no sense here; it buries by name what makes none there."""
        record_id = str(row.get("Id", ""))
        sent = _Sent(
            context.tenant, RecordRef(Side.QBO, kind, record_id), str(row.get("SyncToken"))
        )
        log.warning("row not understood", extra={"record": str(sent.record), "reason": why})
        if not record_id or sent in self._sent:
            return False
        notice = Notice(realm=found.realm, kind=kind, id=record_id, operation="update", at=found.at)
        key, value = notice_event(context.tenant, notice)
        await self._outbox.send(QUICKBOOKS_NOTICES.name, key.encode(), value)
        self._remember(sent)
        return True

    def _remember(self, sent: _Sent) -> None:
        self._sent[sent] = None
        if len(self._sent) > REMEMBERED:
            self._sent.popitem(last=False)
