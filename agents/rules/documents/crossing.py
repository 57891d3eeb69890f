"""How does a document come to the other side?  What keeps it back, and what is made of it there."""

from msgspec.structs import replace

from agents.rules.documents.adoption import belongs_elsewhere, stands_elsewhere
from agents.rules.documents.bearing import bears_their_id
from agents.rules.documents.closed_books import made_in_closed_books
from agents.rules.documents.conversion import created_fields, made_across, marked
from agents.rules.documents.currencies import in_another_currency
from agents.rules.documents.dependencies import missing
from agents.rules.documents.ended import has_ended, is_empty
from agents.rules.documents.figures import unsayable, untaxable
from agents.rules.documents.fitting import fitted
from agents.rules.documents.numbers import number_for
from agents.rules.documents.observing import intends_create
from agents.rules.documents.pushing import not_by_itself
from agents.rules.kinds.table import POLICIES, numbered, numbered_as
from schemas.catalog import encode
from schemas.commands import Create
from schemas.decision_input import DecisionInput
from schemas.decisions import Decision, InStep, Send
from schemas.identity import body_digest, command_id, create_request_id
from schemas.kinds import number_of
from schemas.records import Record
from schemas.state import Document, Park, Snapshot
from schemas.values import RecordRef, Side


def crossed(given: DecisionInput, shown: Snapshot, side: Side, decision: str) -> Decision:
    """Answer for a document that one side alone shows: `side` is where it was made."""
    if shown.record is None or is_empty(shown.record):
        return empty(shown) or InStep(why="deleted before it crossed")
    if given.settings.observe:
        return _intended(given, shown, shown.record, side)
    park = (
        not_by_itself(given)
        or missing(shown.record, side, given)
        or in_another_currency(shown.record, side, given)
        or unsayable(shown.record, side.other)
        or untaxable(given, shown.record, side.other)
        or bears_their_id(given)
    )
    if park is not None:
        return park
    record = marked(made_across(shown.record, side.other, given), side.other, given)
    if side.other is Side.QBO:
        record = fitted(record, given)
    room = POLICIES[given.document.kind].room
    kept_back = made_in_closed_books(given, side.other, record) or room(
        record, None, side.other, given
    )
    if kept_back is not None:
        return kept_back
    if _numbered(given.document, side.other):
        number = number_for(
            numbered_as(given.document.kind, shown.id), given.settings, given.document.voided
        )
        if isinstance(number, Park):
            return number
        record = replace(record, number=number)
    create = _create(given, shown, side, record, decision)
    return _there_already(given.document, create) or Send(command=create)


def _there_already(document: Document, create: Create) -> Park | None:
    """Say that one was made there for another customer, in the lane that the document left.

    What has changed since goes by a request id of its own, under which it would be made twice.
    """
    there = document.shown(create.side)
    if there is None or has_ended(document, create.side):
        return None
    if not belongs_elsewhere(create, there.record):
        return None
    return stands_elsewhere(create, there.id)


def _intended(given: DecisionInput, shown: Snapshot, record: Record, side: Side) -> Decision:
    """Answer for one that would cross, were the tenant live."""
    kept_back = (
        unsayable(record, side.other)
        or in_another_currency(record, side, given)
        or untaxable(given, record, side.other)
    )
    return kept_back or intends_create(given, shown, side)


def empty(shown: Snapshot) -> InStep | None:
    """Say that a record has nothing that could cross, None where it has."""
    return InStep(why="nothing is applied in it") if is_empty(shown.record) else None


def _numbered(document: Document, to: Side) -> bool:
    """Tell whether what is created there has its number from us, or from QuickBooks."""
    return to is Side.QBO and numbered(document.kind)


def _create(
    given: DecisionInput, shown: Snapshot, side: Side, record: Record, decision: str
) -> Create:
    document = given.document
    about = RecordRef(side, document.kind, shown.id)
    create = Create(
        id=command_id(decision, 0),
        request_id="",
        side=side.other,
        kind=document.kind,
        about=about,
        record=record,
        fields=created_fields(record),
        auto_number=_numbered(document, side.other) and number_of(record) is None,
        after_void=document.voided > 0,
    )
    body = body_digest(encode(replace(create, id="")))
    another = bool(document.said) and document.said != body
    request = create_request_id(
        given.tenant,
        about,
        generation=document.generation,
        refusals=document.refusals,
        body=body if another else "",
    )
    return replace(create, request_id=request, body=body)
