"""To whom did the digest of a day go already?  So that nobody gets it twice."""

from msgspec.structs import replace

from schemas.facts import Fact
from schemas.requests import KeepDigest
from schemas.tenant_facts import DigestSent
from schemas.tenant_state import Digested, Tenant


def kept(tenant: Tenant, asked: KeepDigest) -> tuple[bool, str, tuple[Fact, ...]]:
    """Judge that a digest went out: whether that is kept, in words, and the facts."""
    last = tenant.digested
    if last is not None and last.day > asked.day:
        return False, f"the digest of a later day, {last.day}, is kept already", ()
    return True, "it is kept", (DigestSent(request=asked.id, day=asked.day, to=asked.to),)


def evolve_digested(tenant: Tenant, fact: Fact) -> Tenant:
    """Return the tenant with all to whom the digest of the last day went."""
    if not isinstance(fact, DigestSent):
        return tenant
    last = tenant.digested
    before = last.to if last is not None and last.day == fact.day else ()
    more = tuple(each for each in fact.to if each not in before)
    return replace(tenant, digested=Digested(day=fact.day, to=(*before, *more)))
