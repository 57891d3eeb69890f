"""How does one part ask a lane for something?  On `isthmus-requests`, under the lane's key."""

from dataclasses import dataclass

from schemas.catalog import encode
from schemas.engine_requests import OfEngine
from schemas.identity import tenant_lane
from schemas.requests import OfTenant, Request
from streams.ports import Outbox
from streams.topics import REQUESTS


def key_of(request: Request) -> str:
    """Return the lane that a request is about: for a tenant's own, the tenant's."""
    return tenant_lane(request.tenant) if isinstance(request, OfTenant) else request.lane


def who(request: Request) -> str:
    """Return who asks for it, as they call themselves; "" for the engine itself."""
    return "" if isinstance(request, OfEngine) else request.by


@dataclass(frozen=True, slots=True)
class RequestSender:
    """Asks, and waits for no answer."""

    outbox: Outbox

    async def ask(self, request: Request) -> None:
        """Send a request; raises what the outbox raises."""
        await self.outbox.send(REQUESTS.name, key_of(request).encode(), encode(request))
