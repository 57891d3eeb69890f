"""How is a preflight run from a page?  In a thread of its own, one of a tenant at a time.

It takes minutes, so it is kept in the database that all gateways share: whichever answers shows how
far it is, and what it found.  One that takes too long, or reads too much, is ended and says so.
"""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import BoundedSemaphore, Thread
from typing import Protocol

import msgspec
from sqlalchemy.exc import SQLAlchemyError

from agents.rules.documents.lane_book import LaneBook
from agents.rules.tenant.preflight_findings import Finding
from agents.rules.tenant.preflight_standing import standing_of
from schemas.tenant_state import Connected, Tenant
from streams.ports import Clock
from streams.secrets.preflights import SILENT, KeptPreflight

log = logging.getLogger("isthmus.console")

#: So long may one take, and so often is said how far it is.
LONGEST_SECONDS, BEAT_SECONDS = 900.0, 1.0
#: At once, of all tenants together, on one gateway: both books are held in memory meanwhile.
MOST_AT_ONCE = 1
#: Of a list of either side; the journal is not held in memory.
MOST_RECORDS = 20_000
JOURNAL = "the journal's"
LOCKED = "what it found is sealed under a key that is not set here (ISTHMUS_TOKEN_KEY)"

#: Hears what is read, how much of it by now, and of how much where that is known.
Hear = Callable[[str, int, int | None], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Whom a preflight judges: what the journal has of it, and what it says of its connection.

    `lanes` reads all of them, for seconds.
    """

    tenant: str
    state: Tenant
    lanes: Callable[[], Sequence[LaneBook]]
    connection: Callable[[], Connected | None]


#: Reads both sides and returns the findings; whatever it raises is told as its reason.
Judge = Callable[[Subject, Hear], Awaitable[Sequence[Finding]]]


class Store(Protocol):
    """Keeps the last preflight of each tenant for all gateways; see streams.secrets.preflights."""

    def begin(self, tenant: str, run: str, told: str) -> bool:
        """Take a tenant's place for a new run; False where another one is under way."""
        ...

    def tell(self, tenant: str, run: str, told: str, *, ended: bool) -> bool:
        """Say how far a run is, or what it found; False where it is another's by now."""
        ...

    def of(self, tenant: str) -> KeptPreflight | None:
        """Return a tenant's last preflight."""
        ...


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """One preflight: how far it is, or what it found; `failed` is why it found nothing.

    `standing` tells how the tenant stood that was judged.
    """

    by: str
    began: datetime
    standing: str
    reading: str = ""
    done: int = 0
    of: int | None = None
    ended: datetime | None = None
    findings: tuple[Finding, ...] = ()
    failed: str = ""


class NotJudgedError(Exception):
    """Nothing could be judged; the text says why, for people."""


class AwayError(Exception):
    """The database of the preflights does not answer."""


class TooMuchError(Exception):
    """A side has more than is read here; the text says what to do."""


class Preflights:
    """Runs preflights, and knows the last of each tenant; asked from any thread."""

    def __init__(
        self,
        judge: Judge | None = None,
        store: Store | None = None,
        clock: Clock | None = None,
        on_changed: Callable[[frozenset[str]], None] = lambda _tenants: None,
    ) -> None:
        self._judge, self._store, self._clock = judge, store, clock
        self._on_changed = on_changed
        self._places = BoundedSemaphore(MOST_AT_ONCE)

    @property
    def can_run(self) -> bool:
        """Tell whether there is what runs one."""
        return None not in {self._judge, self._store, self._clock}

    def last(self, tenant: str, now: datetime) -> Run | None:
        """Return a tenant's last preflight; what is not heard of any more has failed.

        AwayError where nobody can tell now.
        """
        try:
            kept = self._store.of(tenant) if self._store is not None else None
        except SQLAlchemyError as fault:
            raise AwayError from fault
        if kept is None:
            return None
        run = _locked(kept) if kept.told is None else msgspec.json.decode(kept.told, type=Run)
        if not kept.ended and abs(now - kept.heard_at) > SILENT:
            return msgspec.structs.replace(
                run, ended=min(kept.heard_at, now), failed="its gateway was stopped meanwhile"
            )
        return run

    def begin(self, subject: Subject, by: str) -> str:
        """Begin one; return why not, in words, or "" where it has begun."""
        if self._judge is None or self._store is None or self._clock is None:
            return "Nothing here runs preflights"
        if not self._places.acquire(blocking=False):
            return "Others run here now: try again in a minute"
        running = _Running(self._judge, self._store, self._clock, subject, by, self._on_changed)
        working = Thread(target=self._work, args=(running,), name="preflight", daemon=True)
        works = False
        try:
            if running.begun():
                working.start()
                works = True
        except SQLAlchemyError as fault:
            raise AwayError from fault
        finally:
            # A thread that could not be started gives its place back as well.
            if not works:
                self._places.release()
        return "" if works else "It runs already"

    def _work(self, running: "_Running") -> None:
        try:
            asyncio.run(running.work())
        except Exception:
            log.exception("preflight not kept")
        finally:
            self._places.release()


def _locked(kept: KeptPreflight) -> Run:
    """Return what is seen of one that no key opens here; what it judged is not known."""
    run = Run(by="", began=kept.heard_at, standing="")
    return msgspec.structs.replace(run, ended=kept.heard_at, failed=LOCKED) if kept.ended else run


class _Running:
    """One preflight under way."""

    def __init__(
        self,
        judge: Judge,
        store: Store,
        clock: Clock,
        subject: Subject,
        by: str,
        on_changed: Callable[[frozenset[str]], None],
    ) -> None:
        self._judge, self._store, self._clock = judge, store, clock
        self._subject, self._on_changed = subject, on_changed
        self._id = secrets.token_hex(8)
        self._run = Run(by=by, began=clock.now(), standing=standing_of(subject.state))

    def begun(self) -> bool:
        """Take the tenant's place; False where another has it."""
        return self._store.begin(self._subject.tenant, self._id, self._told())

    async def work(self) -> None:
        """Run it to its end, and keep what it found."""
        judging = asyncio.create_task(self._judged())
        beating = asyncio.create_task(self._beat(judging))
        found = await judging
        beating.cancel()
        await asyncio.gather(beating, return_exceptions=True)
        self._run = msgspec.structs.replace(found, ended=self._clock.now())
        await self._keep(ended=True)

    async def _judged(self) -> Run:
        try:
            async with asyncio.timeout(LONGEST_SECONDS):
                found = await self._judge(self._subject, self._hear)
        except TimeoutError:
            minutes = timedelta(seconds=LONGEST_SECONDS) // timedelta(minutes=1)
            return self._failed(f"it took more than {minutes} minutes: {self._by_command()}")
        except TooMuchError as much:
            return self._failed(f"{much}: {self._by_command()}")
        except asyncio.CancelledError:
            return self._failed("another one was begun")
        except NotJudgedError as fault:
            return self._failed(str(fault).rstrip("."))
        except Exception as fault:
            log.exception("preflight failed", extra={"tenant": self._subject.tenant})
            return self._failed(f"the gateway's log says why ({type(fault).__name__})")
        return msgspec.structs.replace(self._run, findings=tuple(found))

    def _failed(self, why: str) -> Run:
        return msgspec.structs.replace(self._run, failed=why)

    def _by_command(self) -> str:
        return f"run it as `isthmus preflight {self._subject.tenant}` where there is room for it"

    def _hear(self, what: str, done: int, of: int | None) -> None:
        if not what.startswith(JOURNAL) and max(done, of or 0) > MOST_RECORDS:
            raise TooMuchError(f"{what} are more than {MOST_RECORDS:,}")
        self._run = msgspec.structs.replace(self._run, reading=what, done=done, of=of)

    async def _beat(self, judging: "asyncio.Task[Run]") -> None:
        while await self._keep(ended=False):  # noqa: ASYNC110 - it tells, and waits for nothing
            await asyncio.sleep(BEAT_SECONDS)
        judging.cancel()

    async def _keep(self, *, ended: bool) -> bool:
        try:
            kept = await asyncio.to_thread(
                self._store.tell, self._subject.tenant, self._id, self._told(), ended=ended
            )
        except Exception as fault:
            if ended:
                raise
            # It may answer again before anybody takes the place.
            log.warning("preflight not told", extra={"reason": type(fault).__name__})
            return True
        if ended:
            # Who looks on meanwhile asks by itself: else all pages of the tenant would each second.
            self._on_changed(frozenset({self._subject.tenant}))
        return kept

    def _told(self) -> str:
        return msgspec.json.encode(self._run).decode()
