"""How does a tenant begin to write, and how does it stop?  Its preflight, going live, and back.

Each by an admin, who types the tenant's name for what changes how it is kept in step.
"""

from functools import partial

from msgspec.structs import replace

from agents.gateway.console.actions import typed
from agents.gateway.console.forms import Form
from agents.gateway.console.going_live import may_be_read, why_stale
from agents.gateway.console.page import Act, Deed, NotPossible, Visit
from agents.gateway.console.people import Role
from agents.gateway.console.preflights import AwayError, Run, Subject
from agents.gateway.console.sessions import Told
from agents.rules.tenant.opening import NAME as OPENING
from agents.rules.tenant.preflight import blocking, gone_over
from agents.rules.tenant.setting_change import mark_of
from schemas.requests import ChangeSettings, GoLive, OfSomebody
from schemas.tenant_state import Tenant

#: A preflight looks at each of them; of more it is the command's, where there is memory for it.
MOST_DOCUMENTS = 5_000
AWAY = "The database of the connections does not answer now. Nothing was done: try again."
BEGUN = "It runs. This page shows how far it is, and what it finds."


def _preflight(visit: Visit, _form: Form) -> Deed:
    tenant = visit.book.tenant(visit.tenant)
    if not may_be_read(tenant):
        raise NotPossible("It is not connected: there is nothing to read.")
    number = visit.book.whole.number(visit.tenant)
    if number > MOST_DOCUMENTS:
        goes_live = f" and `isthmus go-live {visit.tenant}`" if tenant.observes else ""
        raise NotPossible(
            f"It has {number:,} documents, and up to {MOST_DOCUMENTS:,} are looked at here. Run "
            f"`isthmus preflight {visit.tenant}`{goes_live}."
        )
    subject = Subject(
        tenant=visit.tenant,
        state=tenant,
        lanes=partial(visit.book.whole.lanes, visit.tenant),
        connection=lambda: visit.book.tenant(visit.tenant).connection,
    )
    try:
        why_not = visit.preflights.begin(subject, visit.person.name)
    except AwayError as away:
        raise NotPossible(AWAY) from away
    if why_not:
        raise NotPossible(f"{why_not}. Nothing was begun.")
    return partial(_said, Told(text=BEGUN, done=True))


async def _said(told: Told) -> Told:
    return told


def _go_live(visit: Visit, form: Form) -> OfSomebody:
    tenant = visit.book.tenant(visit.tenant)
    if not tenant.observes:
        raise NotPossible("It is live already.")
    run = _fresh(visit, tenant)
    typed(visit, form)
    explained = form.one("explained")
    overruled = gone_over([each for each in form.all("overrule") if each != OPENING], explained)
    _refuse_blocked(run, overruled)
    return GoLive(
        id=visit.request,
        tenant=visit.tenant,
        overruled=overruled,
        explained=explained,
        standing=run.standing,
    )


def _fresh(visit: Visit, tenant: Tenant) -> Run:
    """Return the preflight that somebody goes by; NotPossible where there is none that holds."""
    try:
        run = visit.preflights.last(visit.tenant, visit.now)
    except AwayError as away:
        raise NotPossible(AWAY) from away
    if run is None or run.ended is None or run.failed:
        raise NotPossible("Run the preflight first, to its end. It does not go live yet.")
    if why := why_stale(visit, tenant, run):
        raise NotPossible(f"The preflight holds no more: {why}. Run it anew.")
    return run


def _refuse_blocked(run: Run, overruled: tuple[str, ...]) -> None:
    try:
        left = blocking(run.findings, overruled)
    except ValueError as wrong:
        raise NotPossible("It was looked at anew meanwhile: see what it found now.") from wrong
    if left:
        told = "; ".join(each.what for each in left)
        raise NotPossible(f"It does not go live yet: {told}. Mend it, or say that you go over it.")


def _observe(visit: Visit, form: Form) -> OfSomebody:
    tenant = visit.book.tenant(visit.tenant)
    if tenant.observes or tenant.connection is None:
        raise NotPossible("It is only observed already.")
    typed(visit, form)
    before = tenant.settings
    after = replace(before, observe=True)
    return ChangeSettings(
        id=visit.request, tenant=visit.tenant, settings=after, was=mark_of(before)
    )


#: By the word that a form says it with.
PREFLIGHT, GO_LIVE, OBSERVE = "preflight", "go-live", "observe"
GOING_LIVE_ACTIONS: dict[str, Act] = {
    PREFLIGHT: Act(least=Role.ADMIN, request=_preflight),
    GO_LIVE: Act(least=Role.ADMIN, request=_go_live),
    OBSERVE: Act(least=Role.ADMIN, request=_observe),
}
