"""To whom did the digest of a day go already?  So that nobody gets it twice.

Whoever sends it says so before and after.  Who dies between the two leaves behind that nobody knows
whether it came, so that whoever sends it next can tell.
"""

from collections.abc import Iterable

from msgspec.structs import replace

from schemas.facts import Fact
from schemas.kept_requests import BeginDigest, KeepDigest
from schemas.tenant_facts import DigestBegun, DigestSent
from schemas.tenant_state import Digested, Tenant


def answer(tenant: Tenant, asked: BeginDigest | KeepDigest) -> tuple[bool, str, tuple[Fact, ...]]:
    """Judge that a digest goes or went out: whether that is kept, in words, and the facts."""
    last = tenant.digested
    if last is not None and last.day > asked.day:
        return False, f"the digest of a later day, {last.day}, is kept already", ()
    if isinstance(asked, BeginDigest):
        begun = DigestBegun(request=asked.id, day=asked.day, to=asked.to)
        return True, "it is kept that it goes", (begun,)
    sent = DigestSent(request=asked.id, day=asked.day, to=asked.to, refused=asked.refused)
    return True, "it is kept", (sent,)


def evolve_digested(tenant: Tenant, fact: Fact) -> Tenant:
    """Return the tenant with all to whom the digest of the last day went, or may have gone."""
    if not isinstance(fact, DigestBegun | DigestSent):
        return tenant
    last = tenant.digested
    if last is None or last.day != fact.day:
        last = Digested(day=fact.day)
    return replace(tenant, digested=_with(last, fact))


def _with(last: Digested, fact: DigestBegun | DigestSent) -> Digested:
    if isinstance(fact, DigestBegun):
        return replace(last, begun=_joined(last.begun, fact.to))
    told = {*fact.to, *fact.refused}
    begun = tuple(each for each in last.begun if each not in told)
    return replace(last, to=_joined(last.to, fact.to), begun=begun)


def _joined(before: tuple[str, ...], more: Iterable[str]) -> tuple[str, ...]:
    return (*before, *(each for each in more if each not in before))
