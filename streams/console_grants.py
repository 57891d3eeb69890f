"""Who may log in to the console: a name, a role, a token, for one tenant or all?

The ValueError's text completes the sentence "... is X, expected", and never holds X: it is a
secret.
"""

import re
from typing import NamedTuple

from streams.setting_values import NAME, TOKEN

#: As the journal has it: a name that fits an actor, or an e-mail address.
PERSON = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")
ROLES = ("viewer", "operator", "admin")
EXPECTED = (
    "NAME:ROLE:TOKEN, or NAME:ROLE:TENANT:TOKEN for one tenant, several separated by commas, ROLE "
    f"one of {', '.join(ROLES)}, each token 16 to 512 of the characters A-Z a-z 0-9 . _ ~ + / = - "
    "(`openssl rand -hex 32` makes one)"
)


class ConsoleGrant(NamedTuple):
    """One line of who may do what: in this tenant, or in all where that is None."""

    name: str
    role: str
    tenant: str | None
    token: str


ConsoleGrants = tuple[ConsoleGrant, ...]


def console_grants(given: str) -> ConsoleGrants:
    """Take who may log in, separated by commas; the same name and token again adds a tenant."""
    found = tuple(_grant(each.strip()) for each in given.split(","))
    names: dict[str, str] = {}
    for each in found:
        if names.setdefault(each.token, each.name) != each.name:
            raise ValueError("one name for each token: the journal keeps who asked by that name")
    return found


def _grant(given: str) -> ConsoleGrant:
    parts = given.split(":")
    tenant = parts.pop(2) if len(parts) == len(ConsoleGrant._fields) else None
    name, role, token = parts if len(parts) == len(ConsoleGrant._fields) - 1 else ("", "", "")
    is_named = PERSON.fullmatch(name) and (tenant is None or NAME.fullmatch(tenant))
    if not is_named or role not in ROLES or not TOKEN.fullmatch(token):
        raise ValueError(EXPECTED)
    return ConsoleGrant(name, role, tenant, token)
