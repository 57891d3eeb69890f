"""What holds a tenant up as a whole?  In sentences for its digest, by the clock where it is."""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from zoneinfo import ZoneInfo

from agents.cli.lockouts import Standstill
from agents.digest.digest import MOST_HOLDS
from agents.digest.words import LONGEST_NAME, moment
from agents.rules.value_words import number_words, one_line
from agents.rules.waiting_words import (
    customer_locked,
    paused,
    removals_stopped,
    suspended,
    unusable,
    whole,
)
from agents.rules.wording import lane_called
from schemas.state import Lockout
from schemas.tenant_state import Tenant


def holds_told(
    known: Tenant, locks: Iterable[Standstill], zone: ZoneInfo, broken: str = ""
) -> Iterator[str]:
    """Yield what holds a tenant up; `locks` are those of its own customers.

    `broken` is why its connection cannot be used, though nothing has met that yet.
    """
    at = partial(moment, zone=zone)
    if broken:
        yield whole(unusable(broken))
    if known.suspended is not None:
        yield whole(suspended(known.suspended, at))
    if known.paused is not None:
        yield whole(paused(known.paused, at))
    for side, removals in known.removals.items():
        if told := removals_stopped(side, removals, known.company.home, at):
            yield f"{whole(told)} Confirm that it is meant."
    for each in locks:
        customer = one_line(each.customer or lane_called(each.lane))[:LONGEST_NAME]
        yield whole(customer_locked(customer, each.reason, each.until, at))


def others_told(locks: Sequence[Lockout], zone: ZoneInfo) -> Iterator[str]:
    """Yield what partitions that stand still for other tenants' locks may hold up here."""
    if locks:
        until = moment(max(each.until for each in locks), zone)
        yield (
            f"{number_words(len(locks), 'lock')} of others may hold up some customers here, until "
            f"{until} at the latest; whoever runs Isthmus can end that before."
        )


def first_of(holds: Sequence[str]) -> tuple[str, ...]:
    """Return as many as anybody reads: what holds all up comes first, then locked customers."""
    more = len(holds) - MOST_HOLDS
    last = (f"The changes of {number_words(more, 'customer')} more wait so.",) if more > 0 else ()
    return (*holds[:MOST_HOLDS], *last)
