"""From when is a side asked what changed, and up to when does its answer cover it?

A watermark is never ahead of the truth: what a side commits at the moment of the answer may be
missing from it, so the last minute does not count, and each question goes back further than that.
"""

from datetime import datetime, timedelta

from msgspec.structs import replace

from schemas.facts import Fact, Swept
from schemas.state import Tenant
from schemas.values import Revision

#: What an answer of QuickBooks may lack although it was committed: seconds and a copy's lag (2.5).
LAG = timedelta(minutes=1)
#: How far behind the watermark a question goes.  A deletion names no customer; whose it was may
#: only be known once a lane that was locked out for 20 minutes has worked.
LOOK_BACK = timedelta(hours=1)
#: How far back a tenant is swept that never was; what is older stood there before connecting.
FIRST_LOOK = timedelta(days=1)
#: QuickBooks tells changes of the last 30 days (2.5); a day less, since clocks differ.
HORIZON = timedelta(days=29)
#: MediaOS's services publish by themselves; what is younger than this is left to them.
LEFT_TO_SERVICES = timedelta(minutes=10)


def begin_at(covered: datetime | None, now: datetime) -> datetime:
    """Return from when on everything has to be asked for."""
    return now - FIRST_LOOK if covered is None else covered


def within_horizon(since: datetime, now: datetime) -> bool:
    """Tell whether QuickBooks still knows what changed since then, deletions included."""
    return now - since <= HORIZON


def is_due(covered: datetime | None, now: datetime, every: timedelta) -> bool:
    """Tell whether a side is to be swept again."""
    return covered is None or now - covered >= every


def tells_more(revision: Revision, seen: Revision | None) -> bool:
    """Tell whether a lane would take a revision, or drop it as one that it has seen."""
    return seen is None or revision > seen


def evolve_covered(tenant: Tenant, fact: Fact) -> Tenant:
    """Return the tenant after a sweep, whose watermarks never go back; else as it is."""
    if not isinstance(fact, Swept):
        return tenant
    before = tenant.covered.get(fact.side, fact.until)
    return replace(tenant, covered={**tenant.covered, fact.side: max(before, fact.until)})
