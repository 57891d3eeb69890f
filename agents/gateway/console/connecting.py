"""How is a tenant's connection made anew, or taken away?  As by the command line, in the gateway.

Tokens never come by here: they go from Intuit to the gateway's page of consent, and out of the
store.  MediaOS' key and password are handed on and kept nowhere else.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from schemas.tenant_state import Connected, Tenant


class NotDoneError(Exception):
    """It could not be done; the text says why, for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Who wants a link for which tenant; `tenants` is what the journal says of all of them.

    Where address, key or password of MediaOS are blank, those that are kept already stay.
    """

    tenant: str
    tenants: Mapping[str, Tenant]
    by: str
    address: str = ""
    key: str = field(default="", repr=False)
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkToConnect:
    """An address that connects a tenant, once, until its end."""

    address: str = field(repr=False)
    until: datetime


#: Makes a link; NotDoneError.
Invite = Callable[[Wish], Awaitable[LinkToConnect]]
#: Takes a tenant's tokens away, by the connection that the journal knows, also where Intuit cannot
#: be told, and returns the newest that there are no more; NotDoneError.
Revoke = Callable[[str, Connected, bool], Awaitable[Connected | None]]
#: Returns why a connected tenant is to be connected again, in words, by what is stored of it; ""
#: where nothing is wrong, or nobody can tell now.  Blocks, and no longer than a page may wait.
Trouble = Callable[[str, Connected], str]


def none_seen(_tenant: str, _confirmed: Connected) -> str:
    """Say nothing: what is stored is not seen here."""
    return ""


async def none_invited(_wish: Wish) -> LinkToConnect:
    """Say that nothing here connects anybody."""
    raise NotDoneError("Nothing here connects anybody: an operator does, by `isthmus connect`.")


async def none_revoked(
    _tenant: str,
    _known: Connected,
    _force: bool,  # noqa: FBT001 - as Revoke has it
) -> Connected | None:
    """Say that nothing here disconnects anybody."""
    raise NotDoneError("Nothing here disconnects anybody: `isthmus disconnect` does.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionChanges:
    """What the console has connections made and taken away by."""

    invite: Invite = none_invited
    revoke: Revoke = none_revoked
    trouble: Trouble = none_seen
