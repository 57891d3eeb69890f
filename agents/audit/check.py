"""How is one tenant examined?  Both books first, then the journal, then the comparison.

The journal is read last: so it may know more than the books showed, and never less without reason.
An examination means something when nothing is under way.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from typing import Any

import httpx

from agents.audit.asking import Sleep
from agents.audit.books import Book
from agents.audit.compare import compare
from agents.audit.hearing import Hear, silent
from agents.audit.history import History
from agents.audit.journal import Terms, read_journal
from agents.audit.mediaos import read_mediaos
from agents.audit.qbo import read_qbo
from agents.audit.reconciliation import Reconciliation, reconciled
from agents.audit.report import Report

ANSWER_SECONDS = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """Where one tenant's two books are, and how to be let in; base URLs without a path."""

    qbo_base_url: str
    realm: str
    qbo_token: Callable[[], Awaitable[str]] = field(repr=False)
    mediaos_base_url: str
    mediaos_key: str = field(repr=False)
    mediaos_password: str = field(repr=False)


async def check(
    *,
    books: Books,
    kafka: Mapping[str, Any],
    tenant: str,
    journal: str,
    hear: Hear = silent,
    sleep: Sleep = asyncio.sleep,
) -> Report:
    """Examine a tenant; LedgerUnreadableError says in one sentence what could not be read.

    `kafka` is what aiokafka's clients take; `journal` is the name of the journal's topic there.
    """
    report, _ = await _examined(books, kafka, tenant, journal, None, sleep, hear)
    return report


async def check_and_reconcile(
    *, books: Books, kafka: Mapping[str, Any], tenant: str, journal: str
) -> tuple[Report, Reconciliation]:
    """Examine a tenant once, and return what both `check` and `reconcile` say of it."""
    examined = await _examined(books, kafka, tenant, journal, None, asyncio.sleep, silent)
    return examined[0], reconciled(*examined)


async def reconcile(
    *,
    books: Books,
    kafka: Mapping[str, Any],
    tenant: str,
    journal: str,
    day: date | None,
    hear: Hear,
    sleep: Sleep = asyncio.sleep,
) -> Reconciliation:
    """Examine a tenant for an accountant, as of a day or as it stands; `hear` is told how far."""
    report, history = await _examined(books, kafka, tenant, journal, day, sleep, hear)
    return reconciled(report, history, day)


async def _examined(
    books: Books,
    kafka: Mapping[str, Any],
    tenant: str,
    journal: str,
    day: date | None,
    sleep: Sleep,
    hear: Hear,
) -> tuple[Report, History]:
    mediaos, qbo = await read_books(books, sleep=sleep, hear=hear)
    history, terms = History(tenant), Terms()
    async with aclosing(read_journal(kafka, journal, terms, hear)) as records:
        async for record in records:
            history.take(record)
    report = compare(mediaos=mediaos, qbo=qbo, history=history, day=day)
    return replace(report, passed_over=terms.passed_over), history


async def read_books(
    books: Books, *, sleep: Sleep = asyncio.sleep, hear: Hear = silent
) -> tuple[Book, Book]:
    """Return MediaOS's book and QuickBooks', each read through its own API."""
    credentials = (books.mediaos_key, books.mediaos_password)
    client = partial(httpx.AsyncClient, timeout=ANSWER_SECONDS, verify=httpx.create_ssl_context())
    async with (
        client(base_url=books.qbo_base_url) as qbo,
        client(base_url=books.mediaos_base_url, auth=credentials) as mediaos,
    ):
        return (
            await read_mediaos(mediaos, sleep=sleep, hear=hear),
            await read_qbo(qbo, books.realm, books.qbo_token, sleep=sleep, hear=hear),
        )
