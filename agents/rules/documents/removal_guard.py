"""Has one side taken away so much of a tenant's that a person must say so before the other follows?

Each removal is counted by the tenant's own lane before it is made, whichever lane makes it: more
within an hour than a bookkeeper takes away by hand closes the guard, and that one waits with all
that come after it until somebody confirms them.
"""

from datetime import datetime, timedelta
from decimal import Decimal

from msgspec.structs import replace

from agents.rules.kinds.currency import by_currency, sums_told
from schemas.engine_requests import CountRemoval
from schemas.facts import Fact, RemovalCounted, RemovalsConfirmed
from schemas.removal_state import RemovalPassed, Removals
from schemas.requests import ConfirmRemovals
from schemas.tenant_state import Tenant
from schemas.values import Side

WITHIN = timedelta(hours=1)
#: So many go by themselves within that time, or a tenth of what stands on both sides; but always
#: so many as one invoice with its payments.
MOST, PART, LEAST = 10, 10, 3
#: Guards that were confirmed are known for as long as their documents may need to hear of it.
REMEMBERED = 20

Answered = tuple[bool, str, tuple[Fact, ...]]


def most(standing: int) -> int:
    """Return how many may go within an hour of a tenant with so many documents on both sides."""
    return min(MOST, max(LEAST, standing // PART))


def counted(tenant: Tenant, asked: CountRemoval, standing: int, now: datetime) -> Answered:
    """Judge a removal that a lane is about to make: whether it may, in words, and the facts."""
    removals = of(tenant, asked.side)
    if removals.guard:
        return False, f"it waits with others: isthmus confirm {asked.tenant}", ()
    recent = within(removals, now)
    if any(each.record == asked.record for each in recent):
        return True, "it is counted already", ()
    closes = len(recent) >= most(standing)
    fact = RemovalCounted(
        request=asked.id,
        side=asked.side,
        record=asked.record,
        amount=asked.amount,
        currency=asked.currency,
        at=now,
        guard=f"{asked.side}-{now:%Y%m%dT%H%M%S}" if closes else "",
    )
    told = f"too many within an hour: isthmus confirm {asked.tenant}" if closes else "it may go"
    return not closes, told, (fact,)


def confirmed(tenant: Tenant, asked: ConfirmRemovals) -> Answered:
    """Judge a person's word that removals are meant: done, in words, and the facts."""
    for side in Side:
        if asked.guard and of(tenant, side).guard == asked.guard:
            fact = RemovalsConfirmed(request=asked.id, side=side, guard=asked.guard)
            return True, f"what was taken away in {side.called} goes", (fact,)
    return False, "nothing waits for that: it was confirmed already", ()


def evolve_removals(tenant: Tenant, fact: Fact) -> Tenant:
    """Return the tenant after one fact that counts its removals, or lets them go."""
    match fact:
        case RemovalCounted(guard=""):
            before = of(tenant, fact.side)
            passed = RemovalPassed(
                record=fact.record, at=fact.at, amount=fact.amount, currency=fact.currency
            )
            after = replace(before, passed=(*within(before, fact.at), passed))
        case RemovalCounted():
            before = of(tenant, fact.side)
            after = replace(before, passed=within(before, fact.at), guard=fact.guard, since=fact.at)
        case RemovalsConfirmed():
            known = of(tenant, fact.side).confirmed
            after = Removals(confirmed=(*known, fact.guard)[-REMEMBERED:])
        case _:
            return tenant
    return replace(tenant, removals={**tenant.removals, fact.side: after})


def of(tenant: Tenant, side: Side) -> Removals:
    """Return what is known of the removals of a side."""
    return tenant.removals.get(side, Removals())


def within(removals: Removals, now: datetime) -> tuple[RemovalPassed, ...]:
    """Return what has passed within the hour before."""
    return tuple(each for each in removals.passed if now - each.at < WITHIN)


def went(removals: Removals) -> dict[str, Decimal]:
    """Return what went before a guard closed, or goes now, in each currency by itself."""
    return by_currency((each.currency, each.amount) for each in removals.passed)


def may_go(tenant: Tenant, side: Side, record: str) -> bool:
    """Tell whether a removal of that side has been counted, and may be made."""
    return any(each.record == record for each in of(tenant, side).passed)


def told(tenant: Tenant, side: Side) -> str:
    """Return why removals wait, in words for a person; blank while none does."""
    removals = of(tenant, side)
    if not removals.guard or removals.since is None:
        return ""
    passed = len(removals.passed)
    money = sums_told(went(removals))
    return (
        f"more was taken away in {side.called} within the hour before "
        f"{removals.since:%Y-%m-%d %H:%M} UTC than by hand: {passed} went before "
        f"({money} in all), and this one waits with all that followed; see them, and have "
        "them go, by `isthmus confirm`"
    )
