"""Who may come in, and what may they do?  One token a person, a role in each tenant (RBAC).

Tokens are compared by their digests, all of them each time, so that how long it takes says nothing.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from hashlib import sha256
from hmac import compare_digest

from streams.console_grants import ConsoleGrants


class Role(IntEnum):
    """What somebody may do; each may do what those before it may."""

    #: Look.
    VIEWER = 1
    #: Mend what waits: map, retry, push, link, resolve, release, confirm; pause and resume.
    OPERATOR = 2
    #: Change how a tenant is kept in step: its settings.
    ADMIN = 3

    @property
    def called(self) -> str:
        """Return the word for it."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a token; `mark` tells it from any other token and not what it is.

    `roles` by tenant; that of None is for every tenant.
    """

    name: str
    mark: str
    roles: Mapping[str | None, Role]

    def role(self, tenant: str) -> Role | None:
        """Return what this person may do in a tenant; None for nothing at all."""
        found = (self.roles.get(tenant), self.roles.get(None))
        return max((each for each in found if each is not None), default=None)

    def may(self, tenant: str, least: Role) -> bool:
        """Tell whether this person has that role in a tenant, or a higher one."""
        role = self.role(tenant)
        return role is not None and role >= least

    @property
    def may_connect(self) -> bool:
        """Tell whether this person may connect any company: one that is there yet, or is not."""
        return Role.ADMIN in self.roles.values()

    def may_connect_besides(self, tenants: Collection[str]) -> bool:
        """Tell whether this person may connect a company that is none of these."""
        return any(role is Role.ADMIN and name not in tenants for name, role in self.roles.items())


class People:
    """Everybody who may come in."""

    def __init__(self, grants: ConsoleGrants) -> None:
        self._by_digest: list[tuple[bytes, Person]] = list(_people(grants))

    def by_token(self, token: str) -> Person | None:
        """Return whose token it is; None when it is nobody's."""
        given = _digest(token)
        found = None
        for digest, person in self._by_digest:
            if compare_digest(given, digest):
                found = person
        return found

    def by_mark(self, mark: str) -> Person | None:
        """Return who logged in by the token of that mark; None once it was taken away."""
        return next((person for _, person in self._by_digest if person.mark == mark), None)


def _people(grants: ConsoleGrants) -> Iterator[tuple[bytes, Person]]:
    for token in dict.fromkeys(each.token for each in grants):
        own = [each for each in grants if each.token == token]
        roles: dict[str | None, Role] = {}
        for each in own:
            role = Role[each.role.upper()]
            roles[each.tenant] = max(role, roles.get(each.tenant, role))
        mark = sha256(b"mark:" + token.encode()).hexdigest()[:16]
        yield _digest(token), Person(own[0].name, mark, roles)


def _digest(token: str) -> bytes:
    return sha256(token.encode(errors="replace")).digest()
