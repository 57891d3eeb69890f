"""What can be done about mappings: the requests of `isthmus map KIND add`, `remove`, `suggest`."""

from agents.gateway.console.forms import Form
from agents.gateway.console.mapping_choice import (
    SEEN_OTHERWISE,
    Choice,
    choice_of,
    must_do,
    policy_of,
)
from agents.gateway.console.page import Act, NotPossible, Visit
from agents.gateway.console.people import Role
from schemas.requests import OfSomebody, ReadTargets, SetMapping


def _map(visit: Visit, form: Form) -> OfSomebody:
    return _set(visit, form, taken_away=False)


def _unmap(visit: Visit, form: Form) -> OfSomebody:
    return _set(visit, form, taken_away=True)


def _set(visit: Visit, form: Form, *, taken_away: bool) -> SetMapping:
    choice = choice_of(form.one, taken_away=taken_away)
    must_do(visit, choice)
    tenant = visit.book.tenant(visit.tenant)
    if tenant.mapped(choice.policy.kind).get(choice.source, "") != form.one("was"):
        raise NotPossible(SEEN_OTHERWISE)
    was_marked = form.one("was_marked") == "yes"
    if choice.write_off is not None and (choice.source in tenant.write_offs) != was_marked:
        raise NotPossible(SEEN_OTHERWISE)
    return request_of(choice, visit.request, visit.tenant)


def request_of(choice: Choice, request_id: str, tenant: str) -> SetMapping:
    """Return what is asked for where a choice is saved."""
    return SetMapping(
        id=request_id,
        tenant=tenant,
        kind=choice.policy.kind,
        source=choice.source,
        target=choice.target,
        default=choice.default,
        write_off=choice.write_off,
    )


def _read(visit: Visit, form: Form) -> OfSomebody:
    """Have a worker read what QuickBooks has: within its budget, and never this process."""
    policy = policy_of(form.one("kind"))
    if policy is None:
        raise NotPossible("The form names no kind of mapping.")
    return ReadTargets(id=visit.request, tenant=visit.tenant, kind=policy.kind)


#: By the word that a form says it with.
MAP, UNMAP, READ_LISTS = "map", "unmap", "read-lists"
MAPPING_ACTIONS: dict[str, Act] = {
    MAP: Act(least=Role.OPERATOR, request=_map),
    UNMAP: Act(least=Role.OPERATOR, request=_unmap),
    READ_LISTS: Act(least=Role.OPERATOR, request=_read),
}
