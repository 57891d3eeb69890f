"""What must be there before a document can cross?

An invoice waits for its customer and the mappings of its products, a payment for its customer and
its invoices.
A missing thing is a condition with a name; `readiness` tells which documents have what they lack.
"""

from collections.abc import Callable

from agents.rules.documents.merged import gone
from agents.rules.documents.written_off import written_off
from agents.rules.kinds.days import is_in_doubt, no_zone
from agents.rules.kinds.policy import Need
from agents.rules.kinds.table import policy_of
from agents.rules.mappings.lacking import unclear_targets, unusable_sources
from agents.rules.mappings.policy import MappingPolicy
from agents.rules.mappings.table import MAPPINGS
from schemas.decision_input import DecisionInput, link_key
from schemas.kinds import kind_of, settled_by
from schemas.lane_conditions import CustomerActive, CustomerLinked, RecordLinked, StandsRight
from schemas.records import Record
from schemas.state import Park, ParkReason
from schemas.tenant_conditions import ZoneKnown
from schemas.values import Kind, MappingKind, Side


def missing(record: Record, side: Side, given: DecisionInput) -> Park | None:
    """Return what `record`, shown by `side`, waits for, or None when it can cross."""
    needs = policy_of(record).needs
    parks = (look(record, side, given) for need, look in _LOOKS if need is None or need in needs)
    return next((park for park in parks if park is not None), None)


def named_things(record: Record | None) -> tuple[tuple[MappingKind, str], ...]:
    """Return what is mapped, or mapped to, of all that a record names, each once: kind and id."""
    return tuple(
        (kind, source) for kind, policy in MAPPINGS.items() for source in policy.sources(record)
    )


def inactive_customer(kind: Kind, to: Side, given: DecisionInput) -> Park | None:
    """Return why QuickBooks takes nothing of the customer now, or None; it waits for a person.

    Of one that was merged away the survivor counts.
    """
    customer = given.survivor if given.merged_into else given.customer
    shown = customer.qbo if customer is not None else None
    if to is not Side.QBO or shown is None:
        return None
    if getattr(shown.record, "active", True):
        return None
    return customer_inactive(kind, shown.id, getattr(shown.record, "name", ""))


def customer_inactive(kind: Kind, customer: str, name: str) -> Park:
    """Return that something waits for a customer, by its id in QuickBooks, to be active again."""
    return Park(
        reason=ParkReason.CUSTOMER_INACTIVE,
        detail=(
            f"customer {name or customer} is inactive in QuickBooks: make it active there, and "
            f"this {kind.called} goes by itself"
        ),
        waits_for=(str(CustomerActive(customer)),),
    )


def day_in_doubt(record: Record, to: Side, given: DecisionInput) -> Park | None:
    """Return that nobody knows on which day a record of MediaOS is to stand, or None."""
    day = policy_of(record).day
    if to is not Side.QBO or day is None or not is_in_doubt(record, day, given):
        return None
    told = f"{day.time_of(record):%Y-%m-%d %H:%M} in UTC"
    return Park(
        reason=ParkReason.DAY_UNKNOWN,
        detail=f"its day is in doubt, {told}: {no_zone(given)}",
        waits_for=(str(ZoneKnown()),),
    )


def _no_customer(record: Record, side: Side, given: DecisionInput) -> Park | None:
    if given.customer is not None and given.customer.agreed is not None:
        away = gone(given) if side is Side.MEDIAOS else None
        return away or inactive_customer(kind_of(record), side.other, given)
    return Park(
        reason=ParkReason.CUSTOMER_UNKNOWN,
        detail="its customer has not crossed yet; it follows as soon as the customer does",
        waits_for=(str(CustomerLinked()),),
    )


def _unmapped(record: Record, side: Side, given: DecisionInput) -> Park | None:
    """Return why what it names is nothing across; QuickBooks' records name the targets."""
    look = unusable_sources if side is Side.MEDIAOS else unclear_targets
    asked = (policy for policy in MAPPINGS.values() if _must_be_mapped(policy, side, given))
    parks = (look(policy, record, given) for policy in asked)
    return next((park for park in parks if park is not None), None)


def _must_be_mapped(policy: MappingPolicy, side: Side, given: DecisionInput) -> bool:
    """Tell whether a record waits for mappings of a kind: one said only once, until it is made."""
    if not policy.optional and not policy.once:
        return True
    made = given.document.agreed is not None
    return side is Side.MEDIAOS and (policy.needed is not None or not made)


def _unlinked(record: Record, side: Side, given: DecisionInput) -> Park | None:
    unlinked = [
        each
        for each in settled_by(record, side)
        if given.across(each) is None and link_key(each) not in given.one_sided
    ]
    if not unlinked:
        return None
    below = [each for each in unlinked if link_key(each) in given.below]
    named = ", ".join(map(given.called, below or unlinked))
    kind = kind_of(record).called
    told = (
        f"{named} is below zero, and a credit memo in QuickBooks: no {kind} is applied to one. "
        f"Take it off this {kind} in MediaOS, and apply it there as the credit that it is"
        if below
        else f"{named} has not crossed yet; the {kind} follows it"
    )
    return Park(
        reason=ParkReason.INVOICE_UNKNOWN,
        detail=told,
        waits_for=tuple(str(RecordLinked(each)) for each in unlinked),
    )


def _in_the_way(record: Record, side: Side, given: DecisionInput) -> Park | None:
    """Return why nothing may be applied to what the record settles, though it is on both sides."""
    known = given.away | given.held if side is Side.MEDIAOS else given.away
    held = [
        (each, known[key]) for each in settled_by(record, side) if (key := link_key(each)) in known
    ]
    if not held:
        return None
    told = "; ".join(f"{given.called(each)}: {why}" for each, (_, why) in held)
    follows = f"the {kind_of(record).called} follows once that is right"
    return Park(
        reason=ParkReason.INVOICE_UNKNOWN,
        detail=f"nothing is applied to {told}; {follows}",
        waits_for=tuple(str(StandsRight(name)) for _, (name, _) in held),
    )


#: In this order.  What of a record is mapped the table of mappings says, whatever its kind.
_LOOKS: tuple[tuple[Need | None, Callable[[Record, Side, DecisionInput], Park | None]], ...] = (
    (Need.CUSTOMER, _no_customer),
    (None, _unmapped),
    (None, written_off),
    (Need.APPLIED, _unlinked),
    (Need.APPLIED, _in_the_way),
    (None, lambda record, side, given: day_in_doubt(record, side.other, given)),
)
