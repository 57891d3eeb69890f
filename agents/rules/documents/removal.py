"""What becomes of a linked document that one side has deleted or voided?

The other side follows by itself where nothing hangs on the record there and nobody has changed it
since both agreed.  In QuickBooks it is voided and never deleted: a void keeps the number, and the
trail that an accountant looks for.  MediaOS has no void, and deletes softly.
"""

from agents.rules.documents.closed_books import changed_in_closed_books
from agents.rules.documents.ended import has_ended, to_follow
from agents.rules.documents.figures import frozen
from agents.rules.documents.merged import but_for_the_merge
from agents.rules.documents.observing import intends_removal
from agents.rules.documents.pushing import not_by_itself
from agents.rules.documents.settle import edited, record_of
from agents.rules.kinds.table import POLICIES
from agents.rules.wording import fields_called
from schemas.asked_conditions import Confirmed
from schemas.commands import Removal, Remove, Update
from schemas.decision_input import DecisionInput, applied_by
from schemas.decisions import Decision, InStep, Send
from schemas.identity import command_id, request_id
from schemas.kinds import KINDS, Anchor, marker_of
from schemas.lane_conditions import News
from schemas.money_words import money_words
from schemas.records import Payment
from schemas.state import Document, Park, ParkReason
from schemas.tenant_conditions import Counted
from schemas.values import SIDES, ZERO, RecordRef, Side


def removed(given: DecisionInput, decision: str) -> Decision | None:
    """Answer for a linked document of which a record was deleted or voided; None where both stand.

    `decision` is the id that a command will carry.
    """
    document = given.document
    ended = [side for side in SIDES if has_ended(document, side)]
    if not ended:
        return None
    if len(ended) == len(Side):
        both_deleted = all(_was(document, side) == "deleted" for side in Side)
        told_so = "deleted on both sides" if both_deleted else _both(document)
        return InStep(why=told_so)
    side = ended[0]
    how = POLICIES[document.kind].removals.get(side.other)
    if how is None:
        return _left_standing(document, side)
    if given.settings.observe:
        return intends_removal(given, side.other, how)
    return (
        not_by_itself(given)
        or _met_an_edit(given, side)
        or _hangs_on(given, side)
        or frozen(given, side.other)
        or changed_in_closed_books(given, side.other, record_of(document, side.other), {})
        or _counted_first(given)
        or Send(command=_taken_off(given, side, decision) or taken_away(given, side, how, decision))
    )


def may_be_made_anew(document: Document) -> bool:
    """Tell whether someone who asks for what was taken away can have it, as a new record.

    What bears our marker in QuickBooks, or bore it before a void, is the deleted one of MediaOS,
    and no other.
    """
    mediaos, qbo = document.mediaos, document.qbo
    if KINDS[document.kind].anchor is Anchor.ITSELF or mediaos is None or qbo is None:
        return False
    if mediaos.record is None:
        agreed = document.agreed.qbo if document.agreed is not None else None
        borne = marker_of(qbo.record) or marker_of(agreed)
        stands = not has_ended(document, Side.QBO)
        return stands and borne is None and Side.QBO in POLICIES[document.kind].born
    return has_ended(document, Side.QBO)


def _counted_first(given: DecisionInput) -> Park | None:
    """Keep a removal back until the tenant's lane has counted it, and has not found too many."""
    left = to_follow(given.document)
    if given.may_remove or left is None:
        return None
    if given.guard:
        waits_for = (str(Confirmed(given.guard)),)
        return Park(reason=ParkReason.REMOVALS, detail=given.told, waits_for=waits_for)
    return Park(
        reason=ParkReason.REMOVALS,
        detail=f"taken away in {left.side.other.called}: it is counted, and goes by itself",
        waits_for=(str(Counted(str(left))),),
    )


def _taken_off(given: DecisionInput, side: Side, decision: str) -> Update | None:
    """Return what takes away a part of a record of QuickBooks that stands; None where none does."""
    document, to = given.document, side.other
    source, target = document.shown(side), document.shown(to)
    if source is None or target is None or to is not Side.QBO:
        return None
    left = POLICIES[document.kind].taken_off(record_of(document, to))
    if left is None:
        return None
    return Update(
        id=command_id(decision, 0),
        request_id=request_id(decision, 0),
        side=to,
        kind=document.kind,
        about=RecordRef(side, document.kind, source.id),
        target=target.id,
        based_on=target.revision,
        record=left,
        fields=("parts",),
    )


def taken_away(given: DecisionInput, side: Side, how: Removal, decision: str) -> Remove:
    """Return what takes the record of the other side away, as `side` has it."""
    document, to = given.document, side.other
    source, target = document.shown(side), document.shown(to)
    if source is None or target is None:
        raise ValueError("a linked document shows both sides")
    return Remove(
        id=command_id(decision, 0),
        request_id=request_id(decision, 0),
        side=to,
        kind=document.kind,
        about=RecordRef(side, document.kind, source.id),
        target=target.id,
        based_on=target.revision,
        how=how,
    )


def _met_an_edit(given: DecisionInput, side: Side) -> Park | None:
    """Keep a removal back that meets an edit of the other side: both are a person's word.

    A merge of customers is nobody's word about each of their documents.
    """
    document = given.document
    changed = edited(document, side.other)
    if side.other is Side.QBO:
        changed = but_for_the_merge(given, changed)
    if not changed:
        return None
    return Park(
        reason=_reason(document, side, ParkReason.CONFLICT),
        detail=(
            f"{_since(document, side)}, and {fields_called(changed)} changed in "
            f"{side.other.called} since both agreed: {_or_anew(document, side)} (`isthmus "
            "conflicts list` shows both)"
        ),
    )


def _hangs_on(given: DecisionInput, side: Side) -> Park | None:
    """Keep a record that something is applied to, with the list of it."""
    document, there = given.document, side.other.called
    record = record_of(document, side.other)
    known = [
        f"{applied_by(side.other, name).kind.replace('-', ' ')} {applied_by(side.other, name).id} "
        f"with {money_words(amount)}"
        for name, amount in given.applied.items()
    ]
    rest = POLICIES[document.kind].hangs_on(record, sum(given.applied.values(), ZERO))
    listed = ", ".join((*known, *filter(None, (rest,))))
    if not listed:
        return None
    helps = f"take that off there, and it goes by itself; or {_or_anew(document, side)}"
    if isinstance(record, Payment) and (record.returned or record.charged):
        # To undo the return would have the bank short of what came and went.
        helps = (
            "leave both there as they are, since they tell what came and went, and bring it back "
            f"in {side.called}, where it comes to what is left of it"
        )
    return Park(
        reason=_reason(document, side, ParkReason.DELETED),
        detail=f"{_since(document, side)} and stands in {there}, where it has {listed}: {helps}",
        waits_for=_news(given, side.other, all_known=rest is None),
    )


def _news(given: DecisionInput, side: Side, *, all_known: bool) -> tuple[str, ...]:
    """Return what is waited for: no side tells of an invoice whose payments go."""
    if not all_known:
        return (str(News()),)
    return tuple(str(News(applied_by(side, name))) for name in given.applied)


def _left_standing(document: Document, side: Side) -> Park:
    return Park(
        reason=ParkReason.DELETED,
        detail=f"{_since(document, side)} and stands in {side.other.called}: delete it there too",
    )


def _reason(document: Document, side: Side, otherwise: ParkReason) -> ParkReason:
    # Nothing is applied to what stands voided, so its park says that above all.
    return ParkReason.VOIDED if _was(document, side) == "voided" else otherwise


def _or_anew(document: Document, side: Side) -> str:
    there = side.other.called
    by_hand = f"{_TAKE_AWAY[side.other]} it in {there} too"
    if may_be_made_anew(document):
        return f"{by_hand}, or retry it to have it made anew in {side.called}"
    return f"{by_hand}, or bring it back in {side.called}"


_TAKE_AWAY = {Side.QBO: "void", Side.MEDIAOS: "delete"}


def _was(document: Document, side: Side) -> str:
    shown = document.shown(side)
    return "deleted" if shown is None or shown.record is None else "voided"


def _since(document: Document, side: Side) -> str:
    shown = document.shown(side)
    day = f" on {shown.at.date().isoformat()}" if shown is not None else ""
    return f"{_was(document, side)} in {side.called}{day}"


def _both(document: Document) -> str:
    return ", ".join(f"{_was(document, side)} in {side.called}" for side in Side)
