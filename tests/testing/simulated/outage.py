"""A state store that answers nothing for a while, or refuses what is large."""

from collections.abc import Callable
from typing import Any

import pytest

from streams.journal.store import Store
from streams.journal.tables import StoreUnusableError

AWAY = "The state store cannot be used (away): start PostgreSQL."

CALLS = ("checkpoints", "load", "load_all", "read", "read_under", "read_page", "save")


class Outage:
    """What stands between a process and its store, until `end`."""

    def __init__(self, patch: pytest.MonkeyPatch, store: Store | type[Store]) -> None:
        self.asked = 0
        self._lasts = True
        for call in CALLS:
            patch.setattr(store, call, self._guarded(getattr(store, call)))

    def end(self) -> None:
        self._lasts = False

    def _guarded(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def asked(*args: Any) -> Any:
            if not self._lasts:
                return call(*args)
            self.asked += 1
            raise StoreUnusableError(AWAY)

        return asked


def refuse_large_rows(store: Store) -> None:
    """Have the database refuse what is larger than 100 bytes, as each does at some size."""
    with store._engine.begin() as connection:
        if store.shared:
            connection.exec_driver_sql(
                "ALTER TABLE isthmus_rows ADD CONSTRAINT too_large CHECK (length(body) < 100)"
            )
        else:
            connection.exec_driver_sql(
                "CREATE TRIGGER small BEFORE INSERT ON isthmus_rows WHEN length(new.body) >= 100 "
                "BEGIN SELECT RAISE(ABORT, 'too large'); END"
            )
