"""What is to be taken off a payment first, since an invoice that it settles is to be taken away?

Off a credit application, since an invoice or a credit memo of it is.
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
from schemas.records import CreditApplication, Payment, Record
from schemas.state import Park, ParkReason, Snapshot
from schemas.values import Kind, RecordRef, Side

Applying = Payment | CreditApplication

#: What of a record says what it settles.
APPLIED = {Kind.PAYMENT: ("applied",), Kind.CREDIT_APPLICATION: ("parts",)}


def unapplied_first(given: DecisionInput, decision: str) -> Decision | None:
    """Answer for what stands on what is to go; None where it does not."""
    for side in Side if given.leaving else ():
        shown = given.document.shown(side)
        left = _left(shown.record if shown is not None else None, side, given.leaving)
        if shown is not None and left is not None and left != shown.record:
            return _unapplies(given, side, shown, left, decision)
    return None


def _left(record: Record | None, side: Side, leaving: tuple[str, ...]) -> Applying | None:
    """Return a record without what it settles of what is to go; None where it settles nothing."""

    def stays(kind: Kind, record_id: str) -> bool:
        return link_key(RecordRef(side, kind, record_id)) not in leaving

    match record:
        case Payment():
            applied = (part for part in record.applied if stays(Kind.INVOICE, part.invoice))
            return replace(record, applied=tuple(applied))
        case CreditApplication():
            parts = (
                part
                for part in record.parts
                if stays(Kind.INVOICE, part.invoice) and stays(Kind.CREDIT_MEMO, part.credit)
            )
            return replace(record, parts=tuple(parts))
        case _:
            return None


def _unapplies(
    given: DecisionInput, side: Side, shown: Snapshot, left: Applying, decision: str
) -> Decision:
    document = given.document
    fields = APPLIED[document.kind]
    if given.settings.observe:
        return intends_update(given, side, fields)
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
            fields=fields,
        )
    )
