"""To whom does a digest go, and who has it already?  Nobody gets that of a day twice."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from agents.digest.digest import Digest
from agents.digest.document import as_json
from agents.digest.letter import letter
from schemas.tenant_state import Digested
from streams.outbox.mail import MailServer, send_mail
from streams.outbox.webhook import Webhook, post
from streams.ports import Clock

#: Stands for the webhook among those who get it: its address often holds a key.
WEBHOOK = "the webhook"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """By which ways a digest goes: by e-mail to these, and to a webhook where there is one."""

    to: tuple[str, ...] = ()
    server: MailServer | None = None
    sender: str = ""
    webhook: Webhook | None = None
    installation: str = ""

    @property
    def all(self) -> tuple[str, ...]:
        """Return all who get it."""
        return self.to if self.webhook is None else (*self.to, WEBHOOK)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """Who got it now, who had it already, and of those who did not get it why."""

    sent: tuple[str, ...] = ()
    already: tuple[str, ...] = ()
    refused: dict[str, str] = field(default_factory=dict)


async def send(
    digest: Digest, ways: Ways, last: Digested | None, clock: Clock, *, again: bool = False
) -> Delivery:
    """Send a digest to all who do not have that of its day yet; `again` also to those who have."""
    already = () if again else _already(digest, ways.all, last)
    to = [each for each in ways.to if each not in already]
    refused: dict[str, str] = {}
    if to and ways.server is not None:
        made = letter(digest, ways.sender, to, ways.installation, again=again)
        refused |= await send_mail(ways.server, made, ways.sender, to, clock)
    if ways.webhook is not None and WEBHOOK not in already:
        why = await post(ways.webhook, as_json(digest), _key(digest, again=again), clock)
        refused |= {} if why is None else {WEBHOOK: why}
    sent = (each for each in ways.all if each not in already and each not in refused)
    return Delivery(sent=tuple(sent), already=already, refused=refused)


def noted(tenant: str, address: str) -> str:
    """Return what is kept of an address that a digest went to."""
    return hashlib.sha256(f"{tenant}/{address.lower()}".encode()).hexdigest()[:16]


def _already(digest: Digest, to: Sequence[str], last: Digested | None) -> tuple[str, ...]:
    if last is None or last.day != digest.day:
        return ()
    return tuple(each for each in to if noted(digest.tenant, each) in last.to)


def _key(digest: Digest, *, again: bool) -> str:
    at = f".{digest.at:%H%M%S}" if again else ""
    return f"{digest.tenant}.{digest.day}{at}"
