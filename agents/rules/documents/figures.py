"""Can a record be said across as it stands, and do both sides show the same money?

What cannot be said is parked before any call.  What was accepted is compared with what was asked,
whenever a document comes to rest: a difference parks it with both figures, before anything is
applied to it.
"""

from msgspec.structs import replace

from agents.rules.documents.merged import under_the_survivor
from agents.rules.documents.settle import record_of
from agents.rules.kinds.currency import worth_gap
from agents.rules.kinds.table import POLICIES, policy_of
from schemas.decision_input import DecisionInput
from schemas.records import Record
from schemas.state import Document, Park, ParkReason, Snapshot
from schemas.tenant_conditions import TaxReckoned
from schemas.values import Side


def unsayable(record: Record, to: Side) -> Park | None:
    """Return why a record cannot be made across as its side shows it, or None."""
    policy = policy_of(record)
    told = policy.unsayable(record, to)
    told = told or (policy.too_long(record) if to is Side.MEDIAOS else None)
    return Park(reason=ParkReason.UNSAYABLE, detail=told) if told else None


def untaxable(given: DecisionInput, record: Record, to: Side) -> Park | None:
    """Return why the tax of a record, or what it is put under, cannot be said across, or None."""
    policy = policy_of(record)
    if to is not Side.QBO:
        return None
    return policy.untaxable(record, given) or policy.scattered(record, given)


def unwritable(given: DecisionInput, to: Side) -> Park | None:
    """Return why nothing must be written to what a side shows, or None."""
    document = given.document
    source, target = document.shown(to.other), document.shown(to)
    if target is None or target.record is None or source is None or source.record is None:
        return None
    policy = policy_of(target.record)
    if to is Side.MEDIAOS:
        told = policy.too_long(source.record)
        return Park(reason=ParkReason.UNSAYABLE, detail=told) if told else None
    return frozen(given, to) or unsayable(source.record, to) or untaxable(given, source.record, to)


def frozen(given: DecisionInput, side: Side) -> Park | None:
    """Return why what QuickBooks shows must be neither changed nor taken away, or None."""
    shown = given.document.shown(side)
    if side is not Side.QBO or shown is None or shown.record is None:
        return None
    told = policy_of(shown.record).frozen(shown.record, given)
    return Park(reason=ParkReason.UNSAYABLE, detail=told) if told else None


def differs(given: DecisionInput, asked: Record, *, listed: bool = False) -> Park | None:
    """Return the money that both sides show otherwise of a linked document at rest, or None.

    `asked` is what MediaOS shows, in QuickBooks' values.  `listed`: a change that somebody made in
    QuickBooks alone is told already; only the sum counts.
    """
    document = given.document
    policy = POLICIES[document.kind]
    record = record_of(document, Side.QBO)
    qbo = replace(record, **under_the_survivor(given, document, Side.QBO))
    due = held_back(given, asked) or asked
    told = (
        policy.gap(asked, qbo)
        or worth_gap(asked, qbo)
        or (None if listed else policy.parts_gap(due, qbo, given.called))
    )
    if told is None:
        return _unlike(document)
    by = policy.reckoned_by(asked, qbo, given)
    return Park(
        reason=ParkReason.DIFFERS,
        detail=f"{told}: make them the same on either side",
        waits_for=(str(TaxReckoned(by)),) if by is not None else (),
    )


def returned(given: DecisionInput, asked: Record) -> frozenset[str]:
    """Return the fields that MediaOS is to show as QuickBooks does: what that reckons for both."""
    found: frozenset[str] = POLICIES[given.document.kind].returned(
        asked, record_of(given.document, Side.QBO), given
    )
    return found


def unsaid(given: DecisionInput, asked: Record) -> frozenset[str]:
    """Return the fields that QuickBooks is to be told as MediaOS has them, and never was."""
    found: frozenset[str] = POLICIES[given.document.kind].unsaid(
        asked, record_of(given.document, Side.QBO), given
    )
    return found


def _unlike(document: Document) -> Park | None:
    """Return that QuickBooks made something else of it than it was asked, or None."""
    if not document.unlike:
        return None
    told = "; ".join(document.unlike)
    return Park(
        reason=ParkReason.DIFFERS,
        detail=(
            f"QuickBooks took it and made something else of it, {told}: correct that in "
            "QuickBooks; a line may be changed in MediaOS instead"
        ),
    )


def held_back(given: DecisionInput, asked: Record) -> Record | None:
    """Return what was asked without what QuickBooks has no room for, None where it has all."""
    document, policy = given.document, POLICIES[given.document.kind]
    half = document.agreed.qbo if document.agreed is not None else None
    found: Record | None = policy.held_back(asked, record_of(document, Side.QBO), half, given.owed)
    return found


def not_wholly_there(given: DecisionInput, asked: Record) -> Park | None:
    """Return that QuickBooks has room for a part alone of what was asked; the rest goes later."""
    due = held_back(given, asked)
    told: Park | None = None
    if due is not None:
        told = POLICIES[given.document.kind].held_told(asked, due, given)
    return told


def is_voided(shown: Snapshot) -> bool:
    """Tell whether a side shows that somebody has voided a record."""
    return shown.record is not None and not stands(shown.record)


def stands(record: Record | None) -> bool:
    """Tell whether a record is there, and not voided."""
    return record is not None and not getattr(record, "voided", False)
