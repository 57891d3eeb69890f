"""A state store in memory, in the time of stories: what takes ten minutes there asks 600 times."""

import functools
from collections.abc import Iterable
from contextlib import closing

from sqlalchemy import Engine

from streams.journal.fold import Checkpoint
from streams.journal.store import Store
from streams.journal.store_writes import Batch
from streams.journal.tables import open_engine


class OwnStore(Store):
    """A store that only its owner writes, and that therefore knows where it stands."""

    def __init__(self) -> None:
        self._use(another(_empty()))
        self._checkpoints: dict[int, Checkpoint] | None = None

    def checkpoints(self) -> dict[int, Checkpoint]:
        if self._checkpoints is None:
            self._checkpoints = super().checkpoints()
        return self._checkpoints

    def save(self, batches: Iterable[Batch]) -> list[Batch]:
        self._checkpoints = None
        return super().save(batches)


@functools.cache
def _empty() -> Engine:
    """Return a database whose tables are made as the product makes them, once in a process."""
    return open_engine("sqlite://")


def another(made: Engine) -> Engine:
    """Return a database of its own with the same in it, that shares the SQL that was compiled."""
    engine = Engine(made.pool.recreate(), made.dialect, made.url, hide_parameters=True)
    engine.dispatch._update(made.dispatch)
    engine._compiled_cache = made._compiled_cache
    with closing(made.raw_connection()) as old, closing(engine.raw_connection()) as new:
        old.driver_connection.backup(new.driver_connection)
    return engine
