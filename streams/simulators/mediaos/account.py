"""What belongs together in one simulated account?

The book, the door to it, and the way out to Kafka. Both the API and the people of the admin side
work on the same account, so what either does is published alike.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from starlette.requests import Request

from streams.publisher import Change, Kind, change_event
from streams.simulators.mediaos import book as books
from streams.simulators.mediaos.faults import Faults
from streams.simulators.mediaos.gate import Gate
from streams.simulators.mediaos.idempotency import Replies
from streams.simulators.mediaos.outbox import Outbox
from streams.simulators.mediaos.settings import SimulatorSettings
from streams.simulators.mediaos.writing import read_time

log = logging.getLogger(__name__)

#: How the publisher calls what the API's paths call otherwise; what it does not call it never says.
SAID_AS: dict[books.Kind, Kind] = {
    "advertisers": "customer",
    "invoices": "invoice",
    "creditMemos": "credit-memo",
    "payments": "payment",
    "creditApplications": "credit-application",
    "refunds": "refund",
    "products": "product",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestSeen:
    """One request to the API, as it was answered; no header that holds a secret."""

    method: str
    path: str
    params: dict[str, str]
    idempotency_key: str | None
    if_match: str | None
    status: int
    at: str


class Account:
    """One MediaOS account: a tenant's book and everything around it."""

    def __init__(
        self,
        *,
        tenant: str,
        now: Callable[[], datetime],
        settings: SimulatorSettings,
        gate: Gate,
        outbox: Outbox,
    ) -> None:
        self.tenant = tenant
        self.settings = settings
        self.book = books.Book(now)
        self.gate = gate
        self.outbox = outbox
        self.faults = Faults()
        self.replies = Replies()
        self.requests: list[RequestSeen] = []

    def say(self) -> list[asyncio.Future[None]]:
        """Queue what changed in the book; the futures are done when Kafka has it."""
        published = (said for said in self.book.take_unsaid() if said[0] in SAID_AS)
        events = (self._event(*said) for said in published)
        return self.outbox.put([event for event in events if event is not None])

    def log(self, request: Request, status: int) -> None:
        """Write down one answered request."""
        self.requests.append(
            RequestSeen(
                method=request.method,
                path=request.url.path,
                params=dict(request.query_params),
                idempotency_key=request.headers.get("idempotency-key"),
                if_match=request.headers.get("if-match"),
                status=status,
                at=self.book.time(),
            )
        )

    def _event(self, kind: books.Kind, record: books.Record) -> Change | None:
        """Make the event of a change; None where the helper refuses it, as a service would log."""
        customer = {"advertisers": record["id"], "products": None}
        try:
            return change_event(
                tenant=self.tenant,
                kind=SAID_AS[kind],
                record=record,
                customer_id=customer[kind] if kind in customer else record["advertiser_id"],
                row_version=int(record["row_version"]),
                occurred_at=read_time(record["date_modified"]),
            )
        except ValueError as refused:
            log.warning("not published: %s %s: %s", kind, record["id"], refused)
            return None
