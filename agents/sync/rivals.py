"""Which other documents of an invoice are there, in whichever lane, and do they count more?

Each lane writes down that it is about to make one before it looks for the others: so of two that
do so in the same moment one at least sees the other, whichever worker each of them has.
"""

from dataclasses import dataclass

from agents.rules.documents.newest import Rival, outdone, told_of
from agents.sync.tenant_requests import Ask
from agents.view.lane_context import LaneContext
from schemas.below_zero import invoice_behind, may_be
from schemas.command_facts import Refused
from schemas.commands import Create
from schemas.decisions import OnlyOnOneSide
from schemas.identity import body_digest
from schemas.outcomes import Fault, Verdict
from schemas.requests import Retry
from schemas.rows import DocumentRow, bearers_of, record_of
from schemas.state import Bearers, Document, InFlight, Park


@dataclass(frozen=True, slots=True)
class Rivals:
    """Looks at what else an invoice of MediaOS is, that has not crossed."""

    ask: Ask

    async def outdone(
        self, context: LaneContext, name: str, document: Document
    ) -> OnlyOnOneSide | Park | None:
        """Return why a document is given up for another one of its invoice, or waits for it."""
        if document.agreed is not None:
            return None
        return outdone(context.key, name, document, await _rivals(context, name))

    async def before_sending(
        self, context: LaneContext, in_flight: InFlight, *, fresh: bool
    ) -> tuple[Refused, ...]:
        """Return that a create is not to be sent, since another document of its invoice counts.

        Of one that may have been sent already nothing is taken back.
        """
        command, name = in_flight.command, in_flight.document
        sent = in_flight.unknown or not (fresh or in_flight.unsent)
        if sent or not isinstance(command, Create) or invoice_behind(record_of(name)) is None:
            return ()
        await context.journal.caught_up()
        document = context.document(name)
        if document is None:
            return ()
        rivals = await _rivals(context, name)
        await self._tell(document, rivals)
        why = outdone(context.key, name, document, rivals)
        if why is None:
            return ()
        told = why.detail if isinstance(why, Park) else why.reason
        fault = Fault(side=command.side, status=0, detail=told)
        return (Refused(command=command.id, document=name, fault=fault, verdict=Verdict.UNSENT),)

    async def tell(self, context: LaneContext, name: str) -> None:
        """Have what waits of an older revision judged again, in its own lane."""
        document = context.document(name)
        if document is not None and document.agreed is None:
            await self._tell(document, await _rivals(context, name))

    async def _tell(self, document: Document, rivals: tuple[Rival, ...]) -> None:
        for each in told_of(document, rivals):
            request = f"newer-{body_digest(f'{document.event} {each.lane} {each.name}'.encode())}"
            await self.ask(Retry(id=request, lane=each.lane, document=each.name))


async def _rivals(context: LaneContext, name: str) -> tuple[Rival, ...]:
    """Return the other documents of the invoice that a document is, and this lane's linked one."""
    invoice = invoice_behind(record_of(name))
    if invoice is None:
        return ()
    prefix = bearers_of(context.tenant, invoice)
    await context.journal.loaded_under(prefix)
    found: dict[tuple[str, str], None] = {}
    for _, bearers in context.journal.rows(prefix):
        if isinstance(bearers, Bearers):
            found |= {(each.lane, each.document): None for each in bearers.lanes}
    own = await context.at_hand(lambda: [context.name_of(each) for each in may_be(invoice)])
    found |= {(context.key, each): None for each in own}
    found.pop((context.key, name), None)
    rows = [(lane, other, DocumentRow(lane, other)) for lane, other in found]
    await context.journal.loaded(tuple(str(row) for _, _, row in rows))
    return tuple(
        Rival(lane, other, document)
        for lane, other, row in rows
        if (document := _standing(context, row)) is not None
    )


def _standing(context: LaneContext, row: DocumentRow) -> Document | None:
    """Return a document, unless its lane has it no more."""
    document: Document | None = context.row(row)
    linked = document is not None and document.agreed is not None
    return None if linked and row.lane != context.key else document
