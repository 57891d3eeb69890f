"""How is a change written to the other side?  What keeps it back, and what it shows there then."""

from typing import Any

from msgspec.structs import replace

from agents.rules.documents.closed_books import changed_in_closed_books
from agents.rules.documents.currencies import in_another_currency
from agents.rules.documents.dependencies import day_in_doubt, inactive_customer, missing
from agents.rules.documents.figures import unwritable
from agents.rules.documents.fitting import with_rest
from agents.rules.documents.merged import under_the_survivor
from agents.rules.documents.moving import moved
from agents.rules.documents.observing import intends_update
from agents.rules.documents.pushing import conflict, not_by_itself
from agents.rules.documents.settle import Settlement, record_of
from agents.rules.kinds.policy import Need
from agents.rules.kinds.table import POLICIES
from schemas.commands import Update
from schemas.decision_input import DecisionInput
from schemas.decisions import Decision, Send
from schemas.identity import command_id, request_id
from schemas.kinds import customer_of
from schemas.lane_conditions import CustomerCrossed, CustomerLinked
from schemas.records import Record
from schemas.state import Park, ParkReason, Snapshot
from schemas.tenant_conditions import SyncOn
from schemas.values import RecordRef, Side


def updated(
    given: DecisionInput, asked: Record, to: Side, result: Settlement, decision: str
) -> Decision:
    """Answer for a document of which something is to be written to the side `to`.

    `asked` is what MediaOS has, as QuickBooks is to show it.
    """
    document = given.document
    source, target = document.shown(to.other), document.shown(to)
    if source is None or target is None or target.record is None or source.record is None:
        raise ValueError("a linked document shows both sides")
    changes = result.write[to]
    if given.settings.observe:
        return intends_update(given, to, tuple(changes))
    instead = (
        not_by_itself(given)
        or _run_over(given)
        or _inactive(given, to)
        or _still_missing(given, source, to, result)
        or _in_doubt(given, source.record, to, result)
        or in_another_currency(source.record, to.other, given)
        or unwritable(given, to)
        or changed_in_closed_books(given, to, target.record, changes)
        or moved(given, to, changes, decision)
    )
    if instead is not None:
        return instead
    written = _written(given, asked, to, target.record, changes)
    park = POLICIES[document.kind].room(written, target.record, to, given)
    if park is not None:
        return park
    command = Update(
        id=command_id(decision, 0),
        request_id=request_id(decision, 0),
        side=to,
        kind=document.kind,
        about=RecordRef(to.other, document.kind, source.id),
        target=target.id,
        based_on=target.revision,
        record=written,
        fields=tuple(changes),
    )
    return Send(command=command)


def _run_over(given: DecisionInput) -> Park | None:
    """Keep a push back that would meet an edit of the other side, heard of only since."""
    if not given.settings.manual_push or given.overwrite:
        return None
    told = conflict(given.document, Side.QBO)
    return Park(reason=ParkReason.MANUAL, detail=told, waits_for=(str(SyncOn()),)) if told else None


def _written(
    given: DecisionInput, asked: Record, to: Side, there: Record, changes: dict[str, Any]
) -> Record:
    """Return what a side is to show, and for us what of it that leaves out."""
    document = given.document
    record = replace(there, **under_the_survivor(given, document, to), **changes)
    if to is Side.MEDIAOS:
        return record
    record = replace(record, **POLICIES[document.kind].carried(there, asked))
    return with_rest(record, asked, given, tuple(changes))


def _inactive(given: DecisionInput, to: Side) -> Park | None:
    kind = given.document.kind
    needs_one = Need.CUSTOMER in POLICIES[kind].needs
    return inactive_customer(kind, to, given) if needs_one else None


def _in_doubt(given: DecisionInput, record: Record, to: Side, result: Settlement) -> Park | None:
    day = POLICIES[given.document.kind].day
    moved = day is not None and day.field in result.write[to]
    return day_in_doubt(record, to, given) if moved else None


def _still_missing(
    given: DecisionInput, source: Snapshot, to: Side, result: Settlement
) -> Park | None:
    fields = POLICIES[given.document.kind].fields
    if source.record is None or not any(fields[name].names for name in result.write[to]):
        return None
    park = missing(source.record, to.other, given)
    if park is None or park.reason is ParkReason.DAY_UNKNOWN:
        # Of what stands on its day already only a new day is in doubt (`_in_doubt`).
        return None
    if str(CustomerLinked()) not in park.waits_for:
        return park
    # Its lane speaks for the customer that it had: of this one another lane tells.
    whose = customer_of(record_of(given.document, Side.MEDIAOS))
    return Park(
        reason=ParkReason.CUSTOMER_CHANGED,
        detail="it moved to a customer that has not crossed yet; it follows as soon as that has",
        waits_for=(str(CustomerCrossed(whose)),) if whose else (),
    )
