"""Who may connect a tenant anew, or take its connection away?  An admin, who types its name."""

from functools import partial

from agents.gateway.console.actions import typed
from agents.gateway.console.connecting import NotDoneError, Wish
from agents.gateway.console.forms import Form
from agents.gateway.console.page import Act, Deed, NotPossible, Visit
from agents.gateway.console.people import Role
from agents.gateway.console.sessions import Told
from agents.rules.value_words import utc_words
from schemas.requests import DisconnectTenant, OfSomebody
from schemas.tenant_state import Connected, Tenant

YES = "yes"
MOST = 1_000
INVITED = (
    "Whoever is Master Administrator of the company in QuickBooks opens this link, once, before "
    "{until}:"
)


def _connect(visit: Visit, form: Form) -> Deed:
    typed(visit, form)
    return partial(linked, visit, wish_of(visit, form))


def wish_of(visit: Visit, form: Form) -> Wish:
    """Return what link somebody wishes for; NotPossible says what of the form is wrong."""
    given = [form.one(name) for name in ("mediaos_url", "mediaos_key", "mediaos_password")]
    if any(len(each) > MOST or not each.isprintable() for each in given):
        raise NotPossible(f"Each has at most {MOST:,} characters, all of which one sees.")
    address, key, password = given
    if bool(key) != bool(password):
        raise NotPossible("MediaOS' key and password go together: fill in both, or none of them.")
    # Who else has which company decides whose company this may be.
    names = visit.book.tenants()
    tenants: dict[str, Tenant] = {name: visit.book.tenant(name) for name in names}
    return Wish(
        tenant=visit.tenant,
        tenants=tenants,
        by=visit.person.name,
        address=address,
        key=key,
        password=password,
    )


async def linked(visit: Visit, wish: Wish) -> Told:
    """Make the link, and return what its page says."""
    try:
        link = await visit.connecting.invite(wish)
    except NotDoneError as fault:
        return Told(text=str(fault), done=False)
    return Told(text=INVITED.format(until=utc_words(link.until)), done=True, link=link.address)


def _disconnect(visit: Visit, form: Form) -> Deed:
    known = visit.book.tenant(visit.tenant).connection
    if known is None:
        raise NotPossible("It is not connected.")
    typed(visit, form)
    return partial(_revoked, visit, known, force=form.one("force") == YES)


async def _revoked(visit: Visit, known: Connected, *, force: bool) -> Told | OfSomebody:
    """Take the tokens away, and only then have the journal say so."""
    try:
        meant = await visit.connecting.revoke(visit.tenant, known, force)
    except NotDoneError as fault:
        return Told(text=str(fault), done=False)
    return DisconnectTenant(id=visit.request, tenant=visit.tenant, connection=meant)


#: By the word that a form says it with.
CONNECT, DISCONNECT = "connect", "disconnect"
CONNECTING_ACTIONS: dict[str, Act] = {
    CONNECT: Act(least=Role.ADMIN, request=_connect),
    DISCONNECT: Act(least=Role.ADMIN, request=_disconnect),
}
