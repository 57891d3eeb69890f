"""What is to be taken off a payment first, since an invoice that it settles is to be taken away?

Only where the tenant is set so; otherwise the invoice waits, with the list of what is applied.
"""

from msgspec.structs import replace

from agents.rules.documents.observing import intends_update
from agents.rules.documents.pushing import not_by_itself
from agents.rules.kinds.table import POLICIES
from schemas.commands import Update
from schemas.decision_input import DecisionInput, link_key
from schemas.decisions import Decision, Send
from schemas.identity import command_id, request_id
from schemas.records import Payment
from schemas.state import Park, ParkReason, Snapshot
from schemas.values import Kind, RecordRef, Side

APPLIED = ("applied",)


def unapplied_first(given: DecisionInput, decision: str) -> Decision | None:
    """Answer for a payment that stands on what is to go; None where it does not."""
    for side in Side if given.leaving else ():
        shown = given.document.shown(side)
        record = shown.record if shown is not None else None
        if shown is None or not isinstance(record, Payment):
            continue
        left = replace(
            record,
            applied=tuple(
                part
                for part in record.applied
                if link_key(RecordRef(side, Kind.INVOICE, part.invoice)) not in given.leaving
            ),
        )
        if left != record:
            return _unapplies(given, side, shown, left, decision)
    return None


def _unapplies(
    given: DecisionInput, side: Side, shown: Snapshot, left: Payment, decision: str
) -> Decision:
    document = given.document
    if given.settings.observe:
        return intends_update(given, side, APPLIED)
    frozen = POLICIES[document.kind].frozen(left, given)
    if frozen is not None:
        return Park(reason=ParkReason.UNSAYABLE, detail=frozen)
    other = document.shown(side.other)
    about = (side, shown.id) if other is None else (side.other, other.id)
    return not_by_itself(given) or Send(
        command=Update(
            id=command_id(decision, 0),
            request_id=request_id(decision, 0),
            side=side,
            kind=document.kind,
            about=RecordRef(about[0], document.kind, about[1]),
            target=shown.id,
            based_on=shown.revision,
            record=left,
            fields=APPLIED,
        )
    )
