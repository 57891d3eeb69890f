"""What is each side to a worker?  Somebody to call, within a budget, and books to read in."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from agents.hydrate.current_reads import Source
from agents.process.remote_clients import RemoteClients
from agents.sweep.books import Side as QuickbooksSide
from agents.sweep.companies import Asked
from agents.sweep.mediaos import Lists
from agents.worker.budget_share import Remembering, Shared
from schemas.values import Side
from streams.ports import Remote, SourceLists, TargetLists
from streams.remotes.quickbooks.read_batching import Gathering


@dataclass(frozen=True, slots=True, kw_only=True)
class Budgets:
    """What each tenant may spend at both sides, which all workers share."""

    qbo: Callable[[str], Remembering]
    mediaos: Callable[[str], Shared]


class QuickbooksBooks(QuickbooksSide, Asked, Protocol):
    """QuickBooks' client, as books and companies are read with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """Both sides' books, to read in: for what a notice is about, and for sweeps of all tenants.

    A record that `gathered` shows too old, or not at all, is read by its id from `qbo`.
    `connected` tells whether a tenant has books at all.
    """

    gathered: Source
    qbo: QuickbooksBooks
    mediaos: Lists
    tenants: Callable[[], Awaitable[Sequence[str]]]
    connected: Callable[[str], Awaitable[bool]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """Both sides of every tenant."""

    remotes: Mapping[Side, Remote]
    lists: TargetLists
    sources: SourceLists
    #: None where the sides take every call.
    budgets: Budgets | None = None
    #: None where the sides keep no books: no notice is followed then, and nothing is swept.
    books: Books | None = None


def sides_of(
    clients: RemoteClients,
    gathering: Gathering,
    tenants: Callable[[], Awaitable[Sequence[str]]],
    connected: Callable[[str], Awaitable[bool]],
) -> Sides:
    """Return both sides as their clients reach them."""
    qbo, mediaos = clients.quickbooks, clients.mediaos
    return Sides(
        remotes={Side.QBO: qbo, Side.MEDIAOS: mediaos},
        lists=qbo,
        sources=mediaos,
        budgets=Budgets(qbo=qbo.budget, mediaos=mediaos.budget),
        books=Books(
            gathered=gathering, qbo=qbo, mediaos=mediaos, tenants=tenants, connected=connected
        ),
    )
