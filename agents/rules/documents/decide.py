"""What is to be done about a document, as both sides stand now?

Asked after every change, every outcome and every release; it looks at the whole document and
never at what happened last, so asking twice is harmless.
"""

from typing import Any

from msgspec.structs import replace

from agents.rules.documents.activity import switched
from agents.rules.documents.bearing import bears_our_marker, bears_their_id
from agents.rules.documents.closed_books import changed_in_closed_books, made_in_closed_books
from agents.rules.documents.conversion import across, created_fields, made_across, marked
from agents.rules.documents.currencies import in_another_currency
from agents.rules.documents.dependencies import day_in_doubt, inactive_customer, missing
from agents.rules.documents.ended import is_empty
from agents.rules.documents.figures import (
    differs,
    not_wholly_there,
    returned,
    unsayable,
    untaxable,
    unwritable,
)
from agents.rules.documents.fitting import fitted, with_rest
from agents.rules.documents.linking import linked_as_asked, unlinked_as_asked
from agents.rules.documents.merged import merged_away, under_the_survivor
from agents.rules.documents.mirroring import stays_here, stays_there
from agents.rules.documents.moving import moved
from agents.rules.documents.numbers import number_for
from agents.rules.documents.observing import intends_create, intends_update
from agents.rules.documents.pushing import conflict, not_by_itself
from agents.rules.documents.removal import removed
from agents.rules.documents.settle import Settlement, record_of, settle
from agents.rules.documents.unapplying import unapplied_first
from agents.rules.kinds.policy import Need
from agents.rules.kinds.table import POLICIES, numbered, numbered_as
from agents.rules.wording import fields_called
from schemas.catalog import encode
from schemas.commands import Create, Update
from schemas.conditions import SyncOn
from schemas.decision_input import DecisionInput
from schemas.decisions import Decision, InStep, OnlyOnOneSide, Send
from schemas.identity import body_digest, command_id, create_request_id, request_id
from schemas.kinds import number_of
from schemas.records import Record
from schemas.state import Document, Park, ParkReason, Snapshot
from schemas.values import RecordRef, Side

#: Named in every `Decided`, since a recorded decision is only made again by the rules that made it:
#: whoever changes an answer names them anew, and records again (tests/recorded).
RULES = "2026-11-29.3"


def decide(given: DecisionInput, decision: str) -> Decision:
    """Answer for one document; `decision` is the id that a command will carry."""
    document = given.document
    if document.link_to or document.unlinks:
        as_asked = linked_as_asked if document.link_to else unlinked_as_asked
        return as_asked(given, decision)
    first = unapplied_first(given, decision)
    if first is not None:
        return first
    if document.agreed is not None:
        return _linked(given, decision)
    if document.mediaos is not None:
        stays = stays_here(given, document.mediaos)
        return stays or _cross(given, document.mediaos, Side.MEDIAOS, decision)
    if document.qbo is not None:
        return _born_in_qbo(given, document.qbo, decision)
    return InStep(why="neither side shows it")


def _born_in_qbo(given: DecisionInput, shown: Snapshot, decision: str) -> Decision:
    kind = given.document.kind
    policy = POLICIES[kind]
    alone = bears_our_marker(given) or _empty(shown) or stays_there(given, shown)
    if alone is not None:
        return alone
    if Side.QBO in policy.born:
        return _cross(given, shown, Side.QBO, decision)
    if shown.record is None:
        return InStep(why="deleted in QuickBooks before it had a home")
    return OnlyOnOneSide(reason=f"this {kind.called} was made in QuickBooks")


def _empty(shown: Snapshot) -> InStep | None:
    return InStep(why="nothing is applied in it") if is_empty(shown.record) else None


def _cross(given: DecisionInput, shown: Snapshot, side: Side, decision: str) -> Decision:
    if shown.record is None or is_empty(shown.record):
        return _empty(shown) or InStep(why="deleted before it crossed")
    if given.settings.observe:
        kept_back = (
            unsayable(shown.record, side.other)
            or in_another_currency(shown.record, side, given)
            or untaxable(given, shown.record, side.other)
        )
        return kept_back or intends_create(given, shown, side)
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
    kept_back = made_in_closed_books(given, side.other, record) or POLICIES[
        given.document.kind
    ].room(record, None, side.other, given)
    if kept_back is not None:
        return kept_back
    if _numbered(given.document, side.other):
        number = number_for(
            numbered_as(given.document.kind, shown.id), given.settings, given.document.voided
        )
        if isinstance(number, Park):
            return number
        record = replace(record, number=number)
    return Send(command=_create(given, shown, side, record, decision))


def _numbered(document: Document, to: Side) -> bool:
    """Tell whether what is created there has its number from us, or from QuickBooks."""
    return to is Side.QBO and numbered(document.kind)


def _run_over(given: DecisionInput) -> Park | None:
    """Keep a push back that would meet an edit of the other side, heard of only since."""
    if not given.settings.manual_push or given.overwrite:
        return None
    told = conflict(given.document, Side.QBO)
    return Park(reason=ParkReason.MANUAL, detail=told, waits_for=(str(SyncOn()),)) if told else None


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


def _linked(given: DecisionInput, decision: str) -> Decision:
    document = given.document
    mediaos, qbo = document.mediaos, document.qbo
    if mediaos is None or qbo is None:
        raise ValueError("a linked document shows both sides")
    away = merged_away(given) or switched(given, decision) or removed(given, decision)
    if away is not None:
        return away
    result = settle(
        document,
        lambda record, to: across(record, to, given),
        over=Side.MEDIAOS if given.overwrite else None,
        owed=given.owed,
        returned=returned(given, across(record_of(document, Side.MEDIAOS), Side.QBO, given)),
        owners=given.settings.owners,
    )
    for to in (Side.QBO, Side.MEDIAOS):
        if result.write.get(to):
            return _update(given, to, result, decision)
    return _conflict(result.conflict) if result.conflict else _at_rest(given, result)


def _at_rest(given: DecisionInput, result: Settlement) -> Decision:
    """Answer for a document of which nothing is to be written: does it agree, to the cent?"""
    asked = across(record_of(given.document, Side.MEDIAOS), Side.QBO, given)
    apart = differs(given, asked, listed=bool(result.no_home))
    if apart is not None:
        return apart
    held = not_wholly_there(given, asked)
    if held is not None:
        return held
    one_sided = _one_sided(given, result, asked)
    if one_sided:
        return OnlyOnOneSide(reason=one_sided, settled=result.agree)
    return InStep(why="the sides agree", settled=result.agree)


def _one_sided(given: DecisionInput, result: Settlement, asked: Record) -> str:
    """Return what one side of a linked document has for itself, in words for a person."""
    document, policy = given.document, POLICIES[given.document.kind]
    changed = (
        f"changed in QuickBooks only: {fields_called(result.no_home)}" if result.no_home else None
    )
    left_out = policy.left_out(record_of(document, Side.MEDIAOS))
    shown = record_of(document, Side.QBO)
    more = policy.not_shown(shown, given), policy.variance(asked, shown)
    return "; ".join(told for told in (changed, left_out, *more) if told)


def _update(given: DecisionInput, to: Side, result: Settlement, decision: str) -> Decision:
    document = given.document
    source, target = document.shown(to.other), document.shown(to)
    if source is None or target is None or target.record is None or source.record is None:
        raise ValueError("a linked document shows both sides")
    changes = result.write[to]
    if given.settings.observe:
        return intends_update(given, to, tuple(changes))
    park = (
        not_by_itself(given)
        or _run_over(given)
        or _inactive(given, to)
        or _still_missing(given, source, to, result)
        or _in_doubt(given, source.record, to, result)
        or in_another_currency(source.record, to.other, given)
        or unwritable(given, to)
        or changed_in_closed_books(given, to, target.record, changes)
    )
    if park is not None:
        return park
    elsewhere = moved(given, to, changes, decision)
    if elsewhere is not None:
        return elsewhere
    written = _written(given, to, target.record, changes)
    park = POLICIES[document.kind].room(written, target.record, to, given)
    if park is not None:
        return park
    return Send(
        command=Update(
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
    )


def _written(given: DecisionInput, to: Side, there: Record, changes: dict[str, Any]) -> Record:
    """Return what a side is to show, and for us what of it that leaves out."""
    document = given.document
    record = replace(there, **under_the_survivor(given, document, to), **changes)
    if to is Side.MEDIAOS:
        return record
    asked = across(record_of(document, Side.MEDIAOS), Side.QBO, given)
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
    if park.reason is not ParkReason.CUSTOMER_UNKNOWN:
        return park
    # Its lane speaks for the customer that it had, and does not hear of this one.
    return Park(
        reason=ParkReason.CUSTOMER_CHANGED,
        detail="it moved to a customer that has not crossed yet: retry it when that one has",
    )


def _conflict(fields: tuple[str, ...]) -> Park:
    return Park(
        reason=ParkReason.CONFLICT,
        detail=(
            f"both sides changed {fields_called(fields)}: make them equal on either side, or say "
            "whose stands (`isthmus conflicts list`)"
        ),
        fields=tuple(dict.fromkeys(name.partition(" (")[0] for name in fields)),
    )
