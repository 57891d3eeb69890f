"""How is a row found that left memory?  In the store, and never over what is newer here.

What a load brings is thrown away when rows left memory meanwhile, for it may be out of date.
"""

from collections.abc import AsyncIterator, Callable, Collection, Iterable, Mapping, Sequence
from itertools import chain
from types import MappingProxyType
from typing import Any

from schemas.rows import SEPARATOR
from streams.journal.fold import Fold, Folding
from streams.journal.row_cache import Lease, Row, StoredRow
from streams.journal.store import to_nothing
from streams.journal.store_access import StoreAccess
from streams.journal.store_reads import Stored
from streams.journal.stored_ahead import renew
from streams.journal.words import counted, rows_of

#: Rows that are looked at together by who looks at very many.
PAGE_ROWS = 1_000

NOTHING_MADE: Mapping[str, Row] = MappingProxyType({})


def made_of(stored: StoredRow, folding: Folding) -> Row:
    """Return what a partition made of a row as memory has it."""
    state = folding.load(stored.key, stored.body)
    return Row(
        partition=stored.partition,
        position=stored.position,
        state=state,
        is_open=folding.is_open(stored.key, state),
    )


def _led_to(key: str, state: Any, folding: Folding) -> Iterable[str]:
    """Name where a row leads, as far as that can be told.

    Whoever may write the journal may write what leads nowhere: it is no reason to load no row.
    """
    try:
        return tuple(folding.leads_to(key, state))
    except Exception:  # noqa: BLE001 - what is not named is asked for when its turn comes
        return ()


class _Leads:
    """Where the rows lead that are asked for, as far as memory lacks it; asked in a thread."""

    def __init__(self, fold: Fold, asked: Sequence[str]) -> None:
        self._fold = fold
        self._asked = frozenset(asked)
        self.named: Sequence[str] = ()
        #: Those that were read for it, as memory has them.
        self.made: dict[str, Row] = {}

    def of(self, found: Sequence[StoredRow]) -> Sequence[str]:
        """Name the rows that are to be read as well."""
        folding = self._fold.folding
        self.made = rows_of(((row.key, made_of(row, folding)) for row in found), folding)
        leads = (_led_to(key, row.state, folding) for key, row in self.made.items())
        missing = self._fold.rows.missing(chain.from_iterable(leads))
        self.named = [key for key in missing if key not in self._asked]
        return self.named


class RowLoader:
    """Brings rows from the store into the fold's memory."""

    def __init__(self, fold: Fold, access: StoreAccess) -> None:
        self._fold = fold
        self._access = access
        #: Hears when rows have come into memory.
        self.on_loaded: Callable[[], None] = lambda: None

    async def loaded(self, keys: Collection[str], lease: Lease | None = None) -> None:
        """Return once each row is in memory, or is known not to exist; the lease keeps it so.

        A key that ends with the separator stands for all rows under it.  Who takes a lease goes on
        to what the rows lead to, which comes with them.
        """
        rows = self._fold.rows
        if lease is not None:
            for key in set(keys).difference(lease.keys, lease.prefixes):
                (lease.prefixes if key.endswith(SEPARATOR) else lease.keys).add(key)
        while missing := self.absent(keys):
            for key in missing:
                if key.endswith(SEPARATOR):
                    await self.loaded_under(key)
            single = rows.missing(key for key in missing if not key.endswith(SEPARATOR))
            if single:
                ahead = self._ahead(keys) if lease is not None else ()
                await self._load(list(dict.fromkeys((*single, *ahead))), lease)

    async def _load(self, missing: Sequence[str], lease: Lease | None) -> None:
        evictions = self._fold.rows.evictions
        leads = _Leads(self._fold, missing)
        beyond = leads.of if lease is not None else to_nothing
        stored = await self._access.read(self._access.store.read, missing, beyond)
        if evictions == self._fold.rows.evictions:
            self._overlay(stored, (*missing, *leads.named), leads.made)
            if lease is not None:
                lease.keys.update((*missing, *leads.named))

    def _ahead(self, keys: Collection[str]) -> list[str]:
        """Return where the rows lead that are here already, as far as that is not."""
        rows, folding = self._fold.rows, self._fold.folding
        leads = (_led_to(key, rows.get(key).state, folding) for key in keys if key in rows)
        return rows.missing(chain.from_iterable(leads))

    async def loaded_under(self, prefix: str, lease: Lease | None = None) -> None:
        """Return once each row whose key begins so is in memory; the lease keeps it so."""
        rows = self._fold.rows
        if lease is not None:
            lease.prefixes.add(prefix)
        while not rows.is_covered(prefix):
            evictions = rows.evictions
            stored = await self._access.read(self._access.store.read_under, prefix)
            if evictions == rows.evictions:
                self._overlay(stored, ())
                rows.cover(prefix)

    async def pages(self, prefix: str) -> AsyncIterator[Sequence[tuple[str, Any]]]:
        """Yield the rows under a prefix in order, some at a time, and keep none of them."""
        after: str | None = prefix
        while after is not None:
            stored: list[StoredRow] = []
            last = None
            if not self._fold.rows.complete:
                stored = await self._page(prefix, after)
                last = stored[-1].key if len(stored) >= PAGE_ROWS else None
            folding = self._fold.folding
            page = {row.key: folding.load(row.key, row.body) for row in counted(stored, folding)}
            # What is in memory is newer, and some of it the store does not have yet.
            page |= self._fold.rows.between(prefix, after, last)
            yield [(key, page[key]) for key in sorted(page) if page[key] is not None]
            after = last

    async def _page(self, prefix: str, after: str) -> list[StoredRow]:
        """Return a stored page, in which nothing has changed and left memory meanwhile."""
        while True:
            evictions = self._fold.rows.evictions
            page_of = self._access.store.read_page
            stored = await self._access.read(page_of, prefix, after, PAGE_ROWS)
            if evictions == self._fold.rows.evictions:
                return stored.rows

    def absent(self, asked: Collection[str]) -> list[str]:
        """Return those of the keys that a load must look for."""
        rows = self._fold.rows
        if rows.complete:
            return []
        under = [key for key in asked if key.endswith(SEPARATOR)]
        missing = rows.missing(key for key in asked if not key.endswith(SEPARATOR))
        return missing + [key for key in dict.fromkeys(under) if not rows.is_covered(key)]

    async def renewed(self, partition: int, keys: Sequence[str]) -> None:
        """Return once what a partition made of these rows is as the store has it.

        Of a partition that the store has further than the fold.  Nothing is renewed while rows left
        memory meanwhile, nor where some are not in memory at all: those are loaded, and whoever
        asked looks again.
        """
        rows = self._fold.rows
        if absent := self.absent(keys):
            await self.loaded(absent)
            return
        evictions = rows.evictions
        stored = await self._access.read(self._access.store.read, keys)
        if evictions != rows.evictions:
            return
        own = {row.key: self.row(row) for row in stored.rows if row.partition == partition}
        for key in keys:
            renew(self._fold, partition, key, own.get(key), stored.positions)

    def _overlay(
        self, stored: Stored, asked: Sequence[str], made: Mapping[str, Row] = NOTHING_MADE
    ) -> None:
        rows = self._fold.rows
        lacking = [row for row in stored.rows if row.key not in rows]
        unmade = ((row.key, self.row(row)) for row in lacking if row.key not in made)
        found = {**made, **rows_of(unmade, self._fold.folding)}
        for key in dict.fromkeys(row.key for row in lacking):
            row = found[key]
            for word in (row, *row.others.values()):
                word.read_at = stored.positions
            rows.put(key, row)
        for key in asked:
            if key not in rows:
                rows.put(key, Row(read_at=stored.positions))
        self.on_loaded()

    def row(self, stored: StoredRow) -> Row:
        """Return what a partition made of a row as memory has it."""
        return made_of(stored, self._fold.folding)
