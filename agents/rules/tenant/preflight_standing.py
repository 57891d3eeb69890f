"""Does what a preflight found still hold of its tenant?  Told by what it was judged by.

Books move on while somebody reads the findings, so these hold for a while only; what people set and
map, and which company is connected, holds to the letter.
"""

import hashlib
from datetime import datetime, timedelta

import msgspec

from schemas.tenant_state import Tenant

#: So long does somebody read what was found, and decide; then the books are read anew.
FRESH = timedelta(minutes=15)
#: So far may the clocks of two gateways be apart; one that runs goes by the same.
AHEAD = timedelta(seconds=30)


def standing_of(tenant: Tenant) -> str:
    """Return what tells how a tenant is set, mapped and connected from any other way."""
    realm = tenant.connection.realm if tenant.connection is not None else ""
    mapped = sorted((str(kind), sorted(each.items())) for kind, each in tenant.mappings.items())
    told = msgspec.json.encode((realm, tenant.settings, mapped))
    return hashlib.sha256(told).hexdigest()[:32]


def stale(judged: str, ended: datetime, tenant: Tenant, now: datetime) -> str:
    """Return why what was found holds no more, in words; "" where it does."""
    if judged != standing_of(tenant):
        return "its settings, mappings or company have changed since"
    if ended - now > AHEAD:
        return "the clock that it was read by is ahead, so nobody knows how long ago that was"
    if now - ended > FRESH:
        return f"it was more than {FRESH // timedelta(minutes=1)} minutes ago"
    return ""
