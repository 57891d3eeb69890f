"""In which words does a kind say how its records cross MediaOS's wire?"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from schemas.commands import Removal
from schemas.values import Kind
from streams.remotes.mediaos.wire_writing import Body

W = TypeVar("W")
R = TypeVar("R")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity(Generic[W, R]):
    """One kind in MediaOS.

    `path` is its place in the API and the name of its lists; `read` takes what schemas.published
    describes, NotUnderstoodError names the field that is wrong.  `write` says, by our field, how
    the API writes it: exactly what the contract lets it write.  `create` says it of a new record.
    Either is None where people alone do it, in MediaOS itself; `removals` are those of the API.
    """

    kind: Kind
    path: str
    read: Callable[[W], R]
    write: Callable[[R], dict[str, Body]] | None = None
    create: Callable[[R], dict[str, Body]] | None = None
    removals: frozenset[Removal] = frozenset()
