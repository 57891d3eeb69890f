"""How does one part ask a lane for something?  On `isthmus-requests`, under the lane's key."""

from dataclasses import dataclass

import msgspec
from msgspec.structs import fields

from schemas.catalog import encode
from schemas.engine_requests import OfEngine
from schemas.identity import body_digest, tenant_lane
from schemas.requests import OfTenant, Request
from streams.ports import Outbox
from streams.topics import REQUESTS

#: What says nothing of what is asked for.
_AROUND = frozenset({"id", "by"})
_encode = msgspec.json.Encoder(decimal_format="string", order="deterministic").encode


def key_of(request: Request) -> str:
    """Return the lane that a request is about: for a tenant's own, the tenant's."""
    return tenant_lane(request.tenant) if isinstance(request, OfTenant) else request.lane


def who(request: Request) -> str:
    """Return who asks for it, as they call themselves; "" for the engine itself."""
    return "" if isinstance(request, OfEngine) else request.by


def said(request: Request) -> str:
    """Return a digest of all that somebody asks for, whoever it is; "" for the engine itself.

    What stands at its default is left out, so that a field of a later release changes no digest.
    """
    if isinstance(request, OfEngine):
        return ""
    told = {
        field.name: value
        for field in fields(request)
        if field.name not in _AROUND and (value := getattr(request, field.name)) != field.default
    }
    return body_digest(_encode((str(request.__struct_config__.tag), told)))


@dataclass(frozen=True, slots=True)
class RequestSender:
    """Asks, and waits for no answer."""

    outbox: Outbox

    async def ask(self, request: Request) -> None:
        """Send a request; raises what the outbox raises."""
        await self.outbox.send(REQUESTS.name, key_of(request).encode(), encode(request))
