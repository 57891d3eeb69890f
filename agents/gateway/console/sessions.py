"""How is somebody known from one page to the next?  By a sealed cookie, which expires.

It holds by which token its person came in, so that a token that is taken away ends its sessions at
once, on every gateway of an installation: nothing of a session is kept but which were ended by
logging out.  The seal is made of the token keys, the first of which seals and each of which opens:
a rotation logs nobody out.
"""

import base64
import hashlib
import hmac
from collections import OrderedDict
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import Any, TypeVar

import msgspec
from cryptography.fernet import Fernet, InvalidToken, MultiFernet

S = TypeVar("S", bound=msgspec.Struct)

#: Without a page asked for, and in all: a working day.
IDLE = timedelta(minutes=60)
LIFE = timedelta(hours=10)
#: No cookie is sealed anew sooner than this.
RENEWED = timedelta(minutes=1)
#: So many that were ended are remembered, each for its life.
MOST_ENDED = 10_000


class Session(msgspec.Struct, frozen=True, kw_only=True, tag="session"):
    """One login: `mark` is its token's, `secret` stands in each form of it (CSRF)."""

    id: str
    mark: str
    secret: str
    began: datetime
    seen: datetime


class Knock(msgspec.Struct, frozen=True, kw_only=True, tag="knock"):
    """That this browser was shown the form by which one logs in."""

    secret: str


class Told(msgspec.Struct, frozen=True, kw_only=True, tag="told"):
    """What became of what somebody did, for the next page to say; `link` is where it goes on.

    `open` is the showing of its form where that is not known: the next page's forms are of that
    one as well, so that who does the same once more asks for the same.
    """

    text: str
    done: bool
    link: str = ""
    open: str = ""


class Seal:
    """Seals what a browser keeps for us, so that it can neither be read nor made there."""

    def __init__(self, keys: Sequence[str]) -> None:
        """Take the Fernet keys of the installation; others are made of them for this."""
        self._fernet = MultiFernet([Fernet(_derived(key)) for key in keys])

    def seal(self, held: msgspec.Struct) -> str:
        """Return it as a cookie's value."""
        return self._fernet.encrypt(msgspec.json.encode(held)).decode()

    def open(self, cookie: str, expected: type[S]) -> S | None:
        """Return what a cookie holds; None for what is none of ours, or another thing."""
        try:
            return msgspec.json.decode(self._fernet.decrypt(cookie.encode()), type=expected)
        except (InvalidToken, ValueError, msgspec.MsgspecError):
            return None


class Sessions:
    """Begins and ends sessions, and knows those that hold."""

    def __init__(
        self, seal: Seal, now: Callable[[], datetime], new_secret: Callable[[], str]
    ) -> None:
        self._seal = seal
        self._now = now
        self._new_secret = new_secret
        self._ended: OrderedDict[str, datetime] = OrderedDict()

    def begin(self, mark: str) -> Session:
        """Return a new session of whoever came in by the token of this mark."""
        now = self._now()
        id_, secret = self._new_secret(), self._new_secret()
        return Session(id=id_, mark=mark, secret=secret, began=now, seen=now)

    def sealed(self, session: Session) -> str:
        """Return the cookie's value."""
        return self._seal.seal(session)

    def known(self, cookie: str) -> Session | None:
        """Return the session that a cookie is of; None when it is none, over, or was ended."""
        session = self._seal.open(cookie, Session)
        if session is None or session.id in self._ended:
            return None
        now = self._now()
        fresh = now - session.seen < IDLE and now - session.began < LIFE
        return session if fresh else None

    def renewed(self, session: Session) -> Session | None:
        """Return the session as of now; None while it was renewed a moment ago."""
        now = self._now()
        if now - session.seen < RENEWED:
            return None
        return msgspec.structs.replace(session, seen=now)

    def end(self, session: Session) -> None:
        """Let a session hold no more, here; elsewhere its cookie is gone."""
        now = self._now()
        self._ended[session.id] = now + LIFE
        while self._ended and (
            len(self._ended) > MOST_ENDED or next(iter(self._ended.values())) < now
        ):
            self._ended.popitem(last=False)


def is_same(given: Any, secret: str) -> bool:
    """Tell whether a form came with the secret of its session."""
    return isinstance(given, str) and compare_digest(
        given.encode(errors="replace"), secret.encode()
    )


def _derived(key: str) -> bytes:
    made = hmac.new(key.encode(), b"isthmus console sessions", hashlib.sha256).digest()
    return base64.urlsafe_b64encode(made)
