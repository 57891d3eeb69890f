"""How is a company connected for the first time?  On a page of no tenant, since there is none yet.

Whoever is an admin of the tenant that the form names may: of all tenants, or of that one by name.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from fastapi import Request, Response

from agents.gateway.console.access import PATH, TOLD, Visitor
from agents.gateway.console.connecting_actions import linked, wish_of
from agents.gateway.console.entrance import known
from agents.gateway.console.forms import Form
from agents.gateway.console.page import Act, Deed, NotPossible, Page, Visit
from agents.gateway.console.people import Role
from agents.gateway.console.rooms import Rooms
from agents.gateway.console.sessions import Told
from streams.setting_values import slug

NEWCOMERS = f"{PATH}/connect"
#: By the word that the form says it with.
CONNECT_NEW = "connect-new"


def _connect(visit: Visit, form: Form) -> Deed:
    names = visit.book.tenants()
    if visit.tenant in names:
        raise NotPossible(
            f"There is a tenant {visit.tenant} already: connect it again on its own page."
        )
    return partial(linked, visit, wish_of(visit, form))


def _nothing(_visit: Visit) -> Mapping[str, Any]:
    return {}


PAGE = Page(
    name="newcomers",
    path="",
    title="Connect a company",
    template="newcomers.html",
    show=_nothing,
    acts={CONNECT_NEW: Act(least=Role.ADMIN, request=_connect)},
)


@dataclass(frozen=True, slots=True)
class Newcomers:
    """The page, among the rooms of those who are there."""

    rooms: Rooms

    async def shown(self, request: Request, visitor: Visitor) -> Response:
        """Return the page."""
        entrance = self.rooms.entrance
        if not visitor.person.may_connect:
            return await entrance.nowhere(request, visitor)
        told = entrance.access.seal.open(request.cookies.get(TOLD, ""), Told)
        showing = told.open if told is not None else ""
        given = {**known(visitor, showing), "told": told, "here": NEWCOMERS}
        answer = entrance.rendering.page(PAGE.template, PAGE.title, given)
        if told is not None:
            entrance.access.forget(answer, TOLD)
        return answer

    async def done(self, request: Request, visitor: Visitor) -> Response:
        """Do what its form asks for, and lead back to it."""
        if not visitor.person.may_connect:
            return await self.rooms.entrance.nowhere(request, visitor)
        return await self.rooms.answered(
            PAGE, request, visitor, partial(self._visit, request, visitor)
        )

    def _visit(self, request: Request, visitor: Visitor, form: Form) -> Visit:
        try:
            name = slug(form.one("tenant"))
        except ValueError as wrong:
            raise NotPossible(f"A name has {wrong}. Nothing was done.") from wrong
        return self.rooms.visit(request, visitor, name)
