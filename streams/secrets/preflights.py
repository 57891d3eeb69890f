"""Which preflight of a tenant runs, on whichever gateway, and what did the last one find?

One row a tenant: who begins one takes it, and keeps it by being heard of; of whom nothing is heard
any more the row is anybody's.  What was found names customers and money, so it is sealed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy import Engine, Row, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from streams.ports import Clock
from streams.secrets.connection_rows import PREFLIGHTS as _TABLE
from streams.secrets.database import open_database

#: Of whom nothing was heard for so long, runs no more: its gateway has ended.  So far may clocks of
#: two gateways be apart.
SILENT = timedelta(seconds=30)

#: A row is sealed anew, beside a gateway that tells something of it each second.
TRIES = 5


class _Sealed(msgspec.Struct, frozen=True, kw_only=True):
    """What a row tells, and whose it is: one that is copied to another tenant does not open."""

    preflight_of: str
    run: str
    told: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPreflight:
    """What is kept of a tenant's last preflight; `told` is as its runner wrote it.

    None: no key that is set here opens it, as where a gateway lacks the new one, or had none but
    the old one when the others were given up.
    """

    run: str
    heard_at: datetime
    ended: bool
    told: str | None


class KeptPreflights:
    """The preflights, in the database of the connections; each method blocks."""

    def __init__(self, url: str, keys: Sequence[str], clock: Clock) -> None:
        self._engine: Engine = open_database(url)
        self._box = MultiFernet([Fernet(key) for key in keys])
        self._clock = clock

    def close(self) -> None:
        """Give the database's connections back."""
        self._engine.dispose()

    def begin(self, tenant: str, run: str, told: str) -> bool:
        """Take a tenant's row for a new run; False where another one is under way."""
        now = self._clock.now()
        # By a clock that is ahead nobody is heard of either: it would keep its row until then.
        over, ahead = ((now + each).isoformat() for each in (-SILENT, SILENT))
        silent = (_TABLE.c.heard_at < over) | (_TABLE.c.heard_at > ahead)
        gone = _TABLE.c.ended.is_(True) | silent
        values = self._values(tenant, run, told, ended=False)
        try:
            with self._engine.begin() as database:
                database.execute(delete(_TABLE).where((_TABLE.c.tenant == tenant) & gone))
                database.execute(insert(_TABLE).values(tenant=tenant, **values))
        except IntegrityError:
            return False
        return True

    def tell(self, tenant: str, run: str, told: str, *, ended: bool) -> bool:
        """Say how far a run is, or what it found; False where it is another's by now."""
        own = (_TABLE.c.tenant == tenant) & (_TABLE.c.run == run) & _TABLE.c.ended.is_(False)
        values = self._values(tenant, run, told, ended=ended)
        with self._engine.begin() as database:
            return database.execute(update(_TABLE).where(own).values(**values)).rowcount == 1

    def of(self, tenant: str) -> KeptPreflight | None:
        """Return a tenant's last preflight; None where there was none."""
        if (row := self._row(tenant)) is None:
            return None
        sealed, at = self._opened(row), datetime.fromisoformat(row.heard_at)
        told = sealed.told if sealed is not None else None
        return KeptPreflight(run=row.run, heard_at=at, ended=row.ended, told=told)

    def rotate(self) -> tuple[int, tuple[str, ...]]:
        """Encrypt all with the first key; return how many, and whose do not open.

        Those stay as they are: who sets their key has them, and the next run takes their place.
        """
        with self._engine.connect() as database:
            tenants = database.scalars(select(_TABLE.c.tenant).order_by(_TABLE.c.tenant)).all()
        done = {tenant: self._sealed_anew(tenant) for tenant in tenants}
        lost = tuple(tenant for tenant, how in done.items() if how is False)
        return sum(how is True for how in done.values()), lost

    def _sealed_anew(self, tenant: str) -> bool | None:
        """Return whether it is under the first key now; None where nothing of it is there."""
        for _ in range(TRIES):
            if (row := self._row(tenant)) is None:
                return None
            if (sealed := self._opened(row)) is None:
                return False
            anew = self._box.encrypt(msgspec.json.encode(sealed))
            # A gateway that has the old key alone may have told something meanwhile.
            unchanged = (_TABLE.c.tenant == tenant) & (_TABLE.c.told == row.told)
            with self._engine.begin() as database:
                if database.execute(update(_TABLE).where(unchanged).values(told=anew)).rowcount:
                    return True
        return False

    def _row(self, tenant: str) -> Row[Any] | None:
        with self._engine.connect() as database:
            return database.execute(select(_TABLE).where(_TABLE.c.tenant == tenant)).first()

    def _opened(self, row: Row[Any]) -> _Sealed | None:
        """Return what a row tells; None where no key opens it, or it is another's."""
        try:
            sealed = msgspec.json.decode(self._box.decrypt(row.told), type=_Sealed)
        except (InvalidToken, msgspec.MsgspecError):
            return None
        return sealed if (sealed.preflight_of, sealed.run) == (row.tenant, row.run) else None

    def _values(self, tenant: str, run: str, told: str, *, ended: bool) -> dict[str, object]:
        sealed = _Sealed(preflight_of=tenant, run=run, told=told)
        return {
            "run": run,
            "heard_at": self._clock.now().isoformat(),
            "ended": ended,
            "told": self._box.encrypt(msgspec.json.encode(sealed)),
        }
