"""What can be done about settings: the request of `isthmus settings set`, after a look at it."""

from agents.gateway.console.forms import Form
from agents.gateway.console.page import Act, NotPossible, Visit
from agents.gateway.console.people import Role
from agents.gateway.console.setting_effect import held_for_a_push
from agents.gateway.console.setting_fields import YES, wished
from agents.rules.tenant.setting_change import changed_meanwhile
from schemas.requests import ChangeSettings, OfSomebody

SEEN_OTHERWISE = "Somebody has changed the settings meanwhile. Nothing was done: look at them anew."


def _change(visit: Visit, form: Form) -> OfSomebody:
    tenant = visit.book.tenant(visit.tenant)
    before, after = tenant.settings, wished(tenant.settings, form.one)
    was = form.one("was")
    if not was or changed_meanwhile(was, before):
        raise NotPossible(SEEN_OTHERWISE)
    if after == before:
        raise NotPossible("Nothing to change: it is set so already.")
    lets_go = before.manual_push and not after.manual_push
    if lets_go and held_for_a_push(visit) and form.one("all") != YES:
        raise NotPossible(
            "Say that all that is held for a push is to go: tick it. Nothing was done."
        )
    return ChangeSettings(id=visit.request, tenant=visit.tenant, settings=after, was=was)


#: By the word that a form says it with.
CHANGE = "change-settings"
SETTING_ACTIONS: dict[str, Act] = {CHANGE: Act(least=Role.ADMIN, request=_change)}
