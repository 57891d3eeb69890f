"""Where is kept what a process has folded of a journal that it only reads?

In a SQLite file of its own, one for each journal and each release's rules.  It is a cache: one that
cannot be used is made anew.
"""

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path

import agents.rules
import schemas
from streams.cluster import Cluster
from streams.journal.store import Store
from streams.journal.tables import StoreUnusableError


class KeptFile:
    """The file of one journal, in a folder, that whoever is called `whose` has for itself."""

    def __init__(self, folder: Path, cluster: Cluster, whose: str = "cli") -> None:
        self.path = folder / f"{whose}-{_fingerprint(cluster)}.sqlite"

    def open(self) -> Store | None:
        """Return what is kept, empty when it is new or was damaged; None where nothing can be."""
        with suppress(StoreUnusableError, OSError):
            try:
                return self._store()
            except StoreUnusableError:
                self.forget()
                return self._store()
        return None

    def _store(self) -> Store:
        return Store(f"sqlite:///{self.path}")

    def forget(self) -> None:
        """Begin anew."""
        for ending in ("", "-wal", "-shm"):
            Path(f"{self.path}{ending}").unlink(missing_ok=True)


def _fingerprint(cluster: Cluster) -> str:
    """Tell journals apart, and releases: other rules add the same facts up to other rows."""
    journal = f"{cluster.brokers} {cluster.prefix} ".encode()
    return hashlib.sha256(journal + _release()).hexdigest()[:16]


@cache
def _release() -> bytes:
    """Return what stands for our rules, which are the same for as long as a process lives."""
    digest = hashlib.sha256()
    for source in _sources():
        digest.update(source.read_bytes())
    return digest.digest()


def _sources() -> Iterator[Path]:
    for package in (agents.rules, schemas):
        for folder in package.__path__:
            yield from sorted(Path(folder).rglob("*.py"))
