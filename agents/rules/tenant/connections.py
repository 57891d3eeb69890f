"""May this tenant be connected to that company, and which version of its connection holds?

The journal alone answers, so that a copied or restored store of tokens is never taken for the
present one.  A tenant does not change its company by itself: its documents bear the old one's ids.
"""

from collections.abc import Mapping

from msgspec.structs import replace

from schemas.engine_requests import NoteRefresh
from schemas.facts import Fact
from schemas.requests import ConnectTenant, DisconnectTenant
from schemas.tenant_facts import TenantConnected, TenantDisconnected, TokenRefreshed
from schemas.tenant_state import Connected, Tenant

#: Whether it was done, in words, and the facts to write.
Answer = tuple[bool, str, tuple[Fact, ...]]


def evolve_connection(tenant: Tenant, fact: Fact) -> Tenant:
    """Return the tenant after one fact about its connection; any other changes nothing."""
    match fact:
        case TenantConnected():
            return replace(tenant, connection=fact.connection)
        case TokenRefreshed() if tenant.connection and fact.version > tenant.connection.version:
            return replace(tenant, connection=replace(tenant.connection, version=fact.version))
        case TenantDisconnected() if tenant.connection:
            return replace(tenant, connection=None, left=tenant.connection)
        case _:
            return tenant


def answer(
    tenants: Mapping[str, Tenant], request: ConnectTenant | NoteRefresh | DisconnectTenant
) -> Answer:
    """Judge a request about one tenant's connection."""
    tenant = tenants.get(request.tenant, Tenant())
    match request:
        case ConnectTenant():
            return _connect(tenants, tenant, request)
        case NoteRefresh():
            return _refreshed(tenant, request)
        case DisconnectTenant():
            return _disconnect(tenants, tenant, request)


def refusal(
    tenants: Mapping[str, Tenant], name: str, realm: str, *, another: bool, installation: str
) -> str | None:
    """Return why a tenant may not be connected to a company, or None when it may."""
    tenant = tenants.get(name, Tenant())
    known = installation_of(tenants)
    if known and installation != known:
        return "the connection was made by another installation; connect it from this one"
    if tenant.connection is not None and tenant.connection.realm != realm:
        return f"it is connected to company {tenant.connection.realm}; disconnect it first"
    if tenant.left is not None and tenant.left.realm != realm and not another:
        return f"its documents are those of company {tenant.left.realm}; allow another company"
    return _taken(tenants, name, realm)


def installation_of(tenants: Mapping[str, Tenant]) -> str:
    """Return the id of the installation whose journal this is; empty before the first tenant."""
    known = (held.installation for tenant in tenants.values() if (held := latest(tenant)))
    return next((each for each in known if each), "")


def latest(tenant: Tenant) -> Connected | None:
    """Return the tenant's connection, or the one that it had last."""
    return tenant.connection or tenant.left


def newest(*known: Connected | None) -> Connected | None:
    """Return the latest of several words about one tenant's connection; None where none is said."""
    told = [each for each in known if each is not None]
    return max(told, key=lambda each: each.version, default=None)


def _taken(tenants: Mapping[str, Tenant], name: str, realm: str) -> str | None:
    for other, held in tenants.items():
        if other != name and held.connection is not None and held.connection.realm == realm:
            return f"company {realm} is connected to tenant {other}; disconnect that one first"
    return None


def _connect(tenants: Mapping[str, Tenant], tenant: Tenant, request: ConnectTenant) -> Answer:
    asked = request.connection
    reason = refusal(
        tenants,
        request.tenant,
        asked.realm,
        another=request.another,
        installation=asked.installation,
    )
    if reason is not None:
        return False, reason, ()
    known = latest(tenant)
    if known is not None and asked.version <= known.version:
        return False, f"version {asked.version} is not newer than {known.version}", ()
    fact = TenantConnected(request=request.id, connection=asked)
    return True, f"connected to company {asked.realm}", (fact,)


def _disconnect(tenants: Mapping[str, Tenant], tenant: Tenant, request: DisconnectTenant) -> Answer:
    known, meant = tenant.connection, request.connection
    if known is not None and meant is not None and known.version > meant.version:
        return False, "it was connected again since: disconnect it anew", ()
    facts: tuple[Fact, ...] = (TenantDisconnected(request=request.id),)
    if meant is not None:
        told = _outdated(tenants, tenant, request, meant)
        facts = (*told, *facts) if told or known is not None else ()
    elif known is None:
        facts = ()
    return True, "disconnected" if facts else "it was not connected", facts


def _outdated(
    tenants: Mapping[str, Tenant], tenant: Tenant, request: DisconnectTenant, meant: Connected
) -> tuple[Fact, ...]:
    """Return what has the word of erased tokens find a newer one, should it be under way yet.

    There is nothing any more that it could confirm.  The company is the one that the tenant had:
    its documents are those of no other, whichever the erased tokens were for.
    """
    known = latest(tenant)
    if known is None:
        late = ConnectTenant(id=request.id, tenant=request.tenant, connection=meant)
        return _connect(tenants, tenant, late)[2]
    held = replace(known, version=max(known.version, meant.version))
    return (TenantConnected(request=request.id, connection=held),) if held != known else ()


def _refreshed(tenant: Tenant, request: NoteRefresh) -> Answer:
    asked, known = request.connection, tenant.connection
    if known is None:
        return False, "the journal has no connection of this tenant", ()
    if (asked.realm, asked.installation) != (known.realm, known.installation):
        return False, "the connection is not the one that the journal confirmed", ()
    if asked.version < known.version:
        return False, f"version {asked.version} is older than {known.version}", ()
    if asked.version == known.version:
        return True, f"version {asked.version} holds already", ()
    fact = TokenRefreshed(request=request.id, version=asked.version)
    return True, f"version {asked.version} holds", (fact,)
