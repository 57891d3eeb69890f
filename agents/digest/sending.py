"""To whom does a digest go, and who has it already?  Nobody gets that of a day twice."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from agents.digest.digest import Digest
from agents.digest.document import as_json
from agents.digest.letter import letter
from schemas.tenant_state import Digested
from streams.outbox.mail import MailServer, send_mail
from streams.outbox.patience import Patience, Taken
from streams.outbox.webhook import Webhook, post
from streams.ports import Clock

#: Stands for the webhook among those who get it: its address often holds a key.
WEBHOOK = "the webhook"
#: What it tells is of now: a process that stood still for longer does not send it any more.
FRESH = timedelta(minutes=10)
NO_TIME, ONE_DAY = timedelta(0), timedelta(days=1)


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
class Recipients:
    """To whom it goes now, who had it already, and of the first who may have it, by whose death."""

    now: tuple[str, ...]
    already: tuple[str, ...] = ()
    unsure: tuple[str, ...] = ()


NOBODY = Recipients(now=())


def recipients(
    digest: Digest, ways: Ways, last: Digested | None, *, again: bool = False
) -> Recipients:
    """Return to whom it goes: to all who do not have that of its day; `again` also to those."""
    already = () if again else _already(digest, ways.all, last)
    now = tuple(each for each in ways.all if each not in already)
    begun = last.begun if last is not None and last.day == digest.day else ()
    unsure = tuple(each for each in now if noted(digest.tenant, each) in begun)
    return Recipients(now=now, already=already, unsure=unsure)


async def send(
    digest: Digest,
    ways: Ways,
    to: Sequence[str],
    clock: Clock,
    taken: Taken,
    *,
    again: bool = False,
) -> dict[str, str]:
    """Send a digest to these, and return of those who did not get it why.

    `taken` hears of each who has it as soon as that is known, before anybody else is waited for.
    """
    until = digest.at + FRESH
    by_mail = [each for each in ways.to if each in to]
    refused: dict[str, str] = {}
    if by_mail and ways.server is not None:
        made = letter(digest, ways.sender, by_mail, ways.installation, again=again)
        patience = Patience(clock, until, taken)
        refused |= await send_mail(ways.server, made, ways.sender, by_mail, patience)
    if ways.webhook is not None and WEBHOOK in to:

        async def posted(_key: Sequence[str]) -> None:
            await taken((WEBHOOK,))

        key, patience = _key(digest, again=again), Patience(clock, until, posted)
        why = await post(ways.webhook, as_json(digest), key, patience)
        refused |= {} if why is None else {WEBHOOK: why}
    return refused


def noted(tenant: str, address: str) -> str:
    """Return what is kept of an address that a digest went to."""
    return hashlib.sha256(f"{tenant}/{address.lower()}".encode()).hexdigest()[:16]


def _already(digest: Digest, to: Sequence[str], last: Digested | None) -> tuple[str, ...]:
    ahead = last.day - digest.day if last is not None else -ONE_DAY
    if last is None or ahead < NO_TIME or ahead > ONE_DAY:
        # Years ahead some clock was wrong: rather twice than never, and no worker notes it.
        return ()
    if ahead > NO_TIME:
        # Another time zone is set since, or a clock was set back.
        return tuple(to)
    return tuple(each for each in to if noted(digest.tenant, each) in last.to)


def _key(digest: Digest, *, again: bool) -> str:
    at = f".{digest.at:%H%M%S}" if again else ""
    return f"{digest.tenant}.{digest.day}{at}"
