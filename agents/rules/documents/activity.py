"""Is a customer to be made inactive on one side, or active again, since it is so on the other?

QuickBooks deletes no name: it makes it inactive, and so is what MediaOS deleted.  Whoever brings it
back on either side has it active on both.
"""

from msgspec.structs import replace

from agents.rules.documents.observing import intends_update
from agents.rules.documents.pushing import not_by_itself
from agents.rules.documents.settle import edited
from agents.rules.wording import fields_called
from schemas.commands import Update
from schemas.decision_input import DecisionInput
from schemas.decisions import Decision, InStep, Send
from schemas.identity import command_id, request_id
from schemas.records import Customer
from schemas.state import Park, ParkReason, Snapshot
from schemas.values import RecordRef, Side

ACTIVE = ("active",)


def switched(given: DecisionInput, decision: str) -> Decision | None:
    """Answer for a linked customer that one side deleted, made inactive, or brought back."""
    document = given.document
    mediaos, qbo, agreed = document.mediaos, document.qbo, document.agreed
    there = qbo.record if qbo is not None else None
    if mediaos is None or qbo is None or agreed is None or not isinstance(there, Customer):
        return None
    here = mediaos.record
    if here is None:
        return _deleted(given, qbo, there, decision)
    before = _active(agreed.mediaos), _active(agreed.qbo)
    if _active(here) and not before[0] and not there.active:
        return _set(given, qbo, Side.QBO, decision, active=True)
    if there.active != before[1] and there.active != _active(here):
        return _set(given, mediaos, Side.MEDIAOS, decision, active=there.active)
    return None


def _deleted(given: DecisionInput, qbo: Snapshot, there: Customer, decision: str) -> Decision:
    if not there.active:
        return InStep(why="deleted in MediaOS, inactive in QuickBooks")
    changed = edited(given.document, Side.QBO)
    if changed:
        told = (
            f"deleted in MediaOS, and {fields_called(changed)} changed in QuickBooks since both "
            "agreed: make it inactive in QuickBooks too, or bring it back in MediaOS (`isthmus "
            "conflicts list` shows both)"
        )
        return Park(reason=ParkReason.CONFLICT, detail=told)
    return _set(given, qbo, Side.QBO, decision, active=False)


def _set(
    given: DecisionInput, shown: Snapshot, to: Side, decision: str, *, active: bool
) -> Decision:
    document = given.document
    source = document.shown(to.other)
    if not isinstance(shown.record, Customer) or source is None:
        raise ValueError(f"{to.called} shows no customer to be changed")
    if given.settings.observe:
        return intends_update(given, to, ACTIVE)
    return not_by_itself(given) or Send(
        command=Update(
            id=command_id(decision, 0),
            request_id=request_id(decision, 0),
            side=to,
            kind=document.kind,
            about=RecordRef(to.other, document.kind, source.id),
            target=shown.id,
            based_on=shown.revision,
            record=replace(shown.record, active=active),
            fields=ACTIVE,
        )
    )


def _active(record: object) -> bool:
    return bool(getattr(record, "active", True))
