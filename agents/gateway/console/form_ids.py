"""Which form is this one?  A form that is sent twice is one request, whoever sent it twice.

A browser sends a form again where it heard no answer, a person who presses twice or goes back.  So
each page that is shown has a random id, a showing, which stands in all of its forms behind the
session's secret.  A request's id is made of the showing, of the page and of all that the form says:
the same form gives the same id and another form another, in whichever gateway it comes in, and a
worker does what has an id once.
"""

import hashlib
import re
import secrets
from collections.abc import Mapping, Sequence

from agents.gateway.console.sessions import is_same

_SHOWING = re.compile(r"[0-9a-f]{24}")
#: Of a form, what says nothing of what is asked for.
_AROUND = frozenset({"secret", "back"})


def new_showing() -> str:
    """Return what no other page that was shown has."""
    return secrets.token_hex(12)


def marked(secret: str, showing: str) -> str:
    """Return what stands in each form of a page that is shown."""
    return f"{secret}.{showing}"


def showing_of(given: str, secret: str) -> str | None:
    """Return the showing that a form came from; None where it is none of this session."""
    came, _, showing = given.rpartition(".")
    return showing if is_same(came, secret) and _SHOWING.fullmatch(showing) else None


def request_id(showing: str, address: str, fields: Mapping[str, Sequence[str]]) -> str:
    """Return the id of what a form asks for, of the page at an address."""
    told = sorted((name, *values) for name, values in fields.items() if name not in _AROUND)
    made = hashlib.sha256(repr((showing, address, told)).encode(errors="replace"))
    return f"console-{made.hexdigest()[:24]}"


def one_of_many(request: str, named: str) -> str:
    """Return the id of one request of several that a form asks for, by what it is about."""
    return f"{request}-{hashlib.sha256(named.encode()).hexdigest()[:12]}"
