"""A state store that answers nothing for a while."""

from collections.abc import Callable
from typing import Any

import pytest

from streams.journal.store import Store
from streams.journal.tables import StoreUnusableError

AWAY = "The state store cannot be used (away): start PostgreSQL."


class Outage:
    """What stands between a process and its store, until `end`."""

    def __init__(self, patch: pytest.MonkeyPatch, store: Store | type[Store]) -> None:
        self.asked = 0
        self._lasts = True
        for call in ("standings", "read", "read_under", "read_page", "save"):
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
