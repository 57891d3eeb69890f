"""From when is a side asked what changed, and up to when does its answer cover it?

A watermark is never ahead of the truth: what a side commits at the moment of the answer may be
missing from it, so the last minute does not count, and each question goes back further than that.

The journal need not know every watermark: one that is older asks about more, and finds nothing new.
"""

from datetime import datetime, timedelta

from msgspec.structs import replace

from schemas.facts import Fact
from schemas.tenant_facts import Swept
from schemas.tenant_state import Tenant
from schemas.values import Revision, Side, is_later

#: What an answer of QuickBooks may lack although it was committed: seconds and a copy's lag (2.5).
LAG = timedelta(minutes=1)
#: How far behind the watermark a question goes.  A deletion names no customer; whose it was may
#: only be known once a lane that was locked out for 20 minutes has worked; see `may_be_gone`.
LOOK_BACK = timedelta(hours=1)
#: How far back a tenant is swept that never was; what is older stood there before connecting.
FIRST_LOOK = timedelta(days=1)
#: QuickBooks tells changes of the last 30 days (2.5); a day less, since clocks differ.
HORIZON = timedelta(days=29)
#: MediaOS's services publish by themselves; what is younger than this is left to them.
LEFT_TO_SERVICES = timedelta(minutes=10)
#: How far the journal's watermark may lie behind while nothing is found: what a lost view costs.
JOURNALED_EVERY = timedelta(days=1)


def begin_at(covered: datetime | None, now: datetime) -> datetime:
    """Return from when on everything has to be asked for."""
    return now - FIRST_LOOK if covered is None else covered


def within_horizon(since: datetime, now: datetime) -> bool:
    """Tell whether QuickBooks still knows what changed since then, deletions included."""
    return now - since <= HORIZON


def is_due(covered: datetime | None, now: datetime, every: timedelta) -> bool:
    """Tell whether a side is to be swept again."""
    return covered is None or now - covered >= every


def is_journaled(until: datetime, journaled: datetime | None, *, found: bool) -> bool:
    """Tell whether the journal is told that a side is covered until then.

    It is once, when something was found, and once a day.
    """
    if journaled is None:
        return True
    return until > journaled and (found or until - journaled >= JOURNALED_EVERY)


def may_be_gone(read_at: datetime | None, now: datetime) -> bool:
    """Tell whether a record that nobody knew yet may be gone again without anybody's notice.

    Its deletion named no customer, and before long no sweep looks back to it.
    """
    return read_at is not None and now - read_at >= LOOK_BACK / 2


def may_be_viewed(until: datetime, now: datetime) -> bool:
    """Tell whether a published watermark can be true: nobody knows what is yet to come."""
    return until <= now


def goes_on_from(journaled: datetime | None, live: datetime | None) -> datetime | None:
    """Return the newest watermark of a side, from which its next sweep goes on.

    The first sweep of a side is journaled, so a live one without it is another journal's.
    """
    return journaled if journaled is None or live is None else max(journaled, live)


def tells_more(side: Side, revision: Revision, seen: Revision | None) -> bool:
    """Tell whether a lane would take a side's revision, or drop it as one that it has seen."""
    return seen is None or is_later(side, revision, seen)


def evolve_covered(tenant: Tenant, fact: Fact) -> Tenant:
    """Return the tenant after a sweep, whose watermarks never go back; else as it is."""
    if not isinstance(fact, Swept):
        return tenant
    before = tenant.covered.get(fact.side, fact.until)
    return replace(tenant, covered={**tenant.covered, fact.side: max(before, fact.until)})
