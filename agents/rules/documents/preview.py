"""What would other settings change, before anything is changed?

Only what is not across yet: what is linked, or is on its way at this moment, keeps its number.
Invoices that wait never collide with each other, since one prefix stands before ids that differ;
they collide with numbers given under another prefix (1 and 36, where 136 stands already).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from agents.rules.documents.lane_book import LaneBook
from agents.rules.documents.numbers import LONGEST_NUMBER, counted, gets_another_number
from agents.rules.kinds.table import numbered, numbered_as
from schemas.commands import Remove
from schemas.conditions import condition_of
from schemas.kinds import number_of
from schemas.records import Record
from schemas.state import Document, Park, ParkReason
from schemas.tenant_conditions import NumberFree
from schemas.tenant_state import TenantSettings
from schemas.values import Kind, Side

#: Why a document waits that is neither parked nor looked at yet.
QUEUED = "queued"
#: What a number belongs to that QuickBooks refused, and of which the journal knows no more.
SOMEBODY = "another document of QuickBooks"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A document that is not across; `invoice` is MediaOS's id where one is to be numbered.

    `voided` of it stand voided in QuickBooks already.
    """

    record: str
    why: str
    invoice: str | None
    park: Park | None
    voided: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """A document that the change is felt by; numbers are None where QuickBooks would number it."""

    record: str
    why: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfit:
    """An invoice that could not have its number, and why."""

    record: str
    number: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What would come of other settings; `linked` invoices keep their numbers."""

    touched: tuple[Touched, ...]
    linked: int
    too_long: tuple[Unfit, ...]
    colliding: tuple[Unfit, ...]


def preview(lanes: Sequence[LaneBook], before: TenantSettings, after: TenantSettings) -> Preview:
    """Return what a change would do to one tenant's documents, as its lanes know them."""
    across = {record for lane in lanes for record in _across(lane)}
    found = {each.record: each for lane in lanes for each in _waiting(lane)}
    waiting = [each for record, each in found.items() if record not in across or not each.invoice]
    return Preview(
        touched=tuple(_touched(waiting, before, after)),
        linked=sum(
            numbered(document.kind) and document.agreed is not None
            for lane in lanes
            for document in lane.documents.values()
        ),
        too_long=tuple(_too_long(waiting, after)),
        colliding=tuple(_colliding(waiting, after, _given(lanes))),
    )


def _across(lane: LaneBook) -> Iterable[str]:
    """Return every name of what is linked in a lane; another lane may queue a change of it."""
    linked = {name for name, each in lane.documents.items() if each.agreed is not None}
    return linked | {name for name, document in lane.names.items() if document in linked}


def _waiting(lane: LaneBook) -> Iterable[Waiting]:
    """Return what is not across in a lane, each once: its documents, and what is queued behind."""
    on_its_way = lane.in_flight.document if lane.in_flight is not None else None
    found = {
        name: _as_waiting(name, document)
        for name, document in lane.documents.items()
        if name != on_its_way and _to_be_written(document)
    }
    for change in lane.held:
        if change.side is not Side.MEDIAOS or lane.document_of(change.name) is not None:
            continue
        if change.record is None:
            found.pop(str(change.name), None)
            continue
        invoice = numbered_as(change.kind, change.id) if numbered(change.kind) else None
        name = str(change.name)
        found[name] = Waiting(record=name, why=QUEUED, invoice=invoice, park=None)
    return found.values()


def _to_be_written(document: Document) -> bool:
    park = document.park
    if document.agreed is not None:
        return park is not None and park.reason in {ParkReason.MANUAL, ParkReason.OBSERVE}
    shown = document.mediaos or document.qbo
    return document.unplaced is None and shown is not None and shown.record is not None


def _as_waiting(name: str, document: Document) -> Waiting:
    new = numbered(document.kind) and document.agreed is None
    shown = document.mediaos
    return Waiting(
        record=name,
        why=str(document.park.reason) if document.park is not None else QUEUED,
        invoice=numbered_as(document.kind, shown.id) if new and shown is not None else None,
        park=document.park,
        voided=document.voided,
    )


def _wanted(waiting: Waiting, settings: TenantSettings) -> str | None:
    """Return the number that it would have, however long; None where QuickBooks is to choose."""
    if waiting.invoice is None or not settings.assign_invoice_id:
        return None
    return f"{settings.number_prefix}{waiting.invoice}{counted(waiting.voided)}"


def _touched(
    waiting: Iterable[Waiting], before: TenantSettings, after: TenantSettings
) -> Iterable[Touched]:
    for each in waiting:
        old, new = _wanted(each, before), _wanted(each, after)
        if old != new or _moved(each, before, after):
            yield Touched(record=each.record, why=each.why, before=old, after=new)


def _moved(waiting: Waiting, before: TenantSettings, after: TenantSettings) -> bool:
    """Tell whether it would flow that is held, or be held that would flow."""
    if before.manual_push == after.manual_push:
        return False
    manual = waiting.park is not None and waiting.park.reason is ParkReason.MANUAL
    pushed = waiting.park is not None and waiting.park.pushed
    return manual if before.manual_push else not (manual or pushed)


def _too_long(waiting: Iterable[Waiting], after: TenantSettings) -> Iterable[Unfit]:
    for each in waiting:
        number = _wanted(each, after)
        if number is not None and len(number) > LONGEST_NUMBER:
            why = f"{len(number)} characters, and QuickBooks holds {LONGEST_NUMBER}"
            yield Unfit(record=each.record, number=number, why=why)


def _colliding(
    waiting: Iterable[Waiting], after: TenantSettings, given: dict[str, str]
) -> Iterable[Unfit]:
    for each in waiting:
        number = _wanted(each, after)
        by = given.get(number or "") or (SOMEBODY if _refused(each, after) else None)
        if number is not None and by is not None and by != each.record:
            yield Unfit(record=each.record, number=number, why=f"{by} has it")


def _refused(waiting: Waiting, after: TenantSettings) -> bool:
    """Tell whether QuickBooks has refused this very number already."""
    park = waiting.park
    return (
        park is not None
        and park.reason is ParkReason.NUMBER_TAKEN
        and any(
            isinstance(condition, NumberFree) and not gets_another_number(condition, after)
            for condition in map(condition_of, park.waits_for)
        )
    )


def _given(lanes: Iterable[LaneBook]) -> dict[str, str]:
    """Return, by number, the invoice that has it in QuickBooks, or is about to have it there."""
    found: dict[str, str] = {}
    for lane in lanes:
        for name, document in lane.documents.items():
            record = document.qbo.record if document.qbo is not None else None
            if number := _own_number(document.kind, record):
                found[number] = name
        if lane.in_flight is not None and lane.in_flight.command.side is Side.QBO:
            command = lane.in_flight.command
            record = None if isinstance(command, Remove) else command.record
            if number := _own_number(command.kind, record):
                found[number] = lane.in_flight.document
    return found


def _own_number(kind: Kind, record: Record | None) -> str | None:
    return number_of(record) if numbered(kind) else None
