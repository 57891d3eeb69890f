"""How long does a page of the console take, with years of documents behind it?

The pages are asked for as a browser does, one after the other, over a book whose rows have the
shapes and sizes of real ones.  One invoice of a hundred customers' waits.  Kafka is not asked: the
story of a record is read there by its places, a few milliseconds each.
"""

import asyncio
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Any

import httpx
from cryptography.fernet import Fernet
from fastapi import FastAPI
from msgspec.structs import replace

from agents.gateway.console.book.following import Covered, Journal
from agents.gateway.console.book.freshness import Freshness
from agents.gateway.console.book.tables import to_write
from agents.gateway.console.book.writing import BookWriter, Changes
from agents.gateway.console.compose import Outside, console_of
from agents.lab.bench.books import customer_id, invoice_id
from agents.lab.bench.faults import BenchFault
from agents.lab.bench.linked_store import DOCUMENTS, INVOICES, Say, fill, model
from agents.lab.bench.numbers import percentile
from agents.process.clock import SystemClock
from agents.view.folding import Folding
from schemas.catalog import decode_row
from schemas.requests import Request
from schemas.rows import DocumentRow, TenantRow, parsed
from schemas.state import Park, ParkReason
from schemas.tenant_state import CatalogEntry
from schemas.values import Kind, MappingKind, Revision
from streams.console_grants import ConsoleGrant
from streams.journal.store import Store
from streams.journal.store_writes import Change
from streams.ports import LogRecord
from streams.settings import ProcessSettings

TENANT, TOKEN = "bench", "bench-" * 4
#: One customer of so many has an invoice that waits.
WAITS = 100
AT_ONCE = 5_000
#: Products, and items of QuickBooks: a publisher with many special issues.
CATALOG, FIRST = 2_000, Revision(False, 1)
UNMAPPED = Park(
    reason=ParkReason.UNMAPPED_PRODUCT,
    detail="product 7 of MediaOS is not mapped",
    waits_for=("product:7",),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The 95th percentile of each page, in milliseconds, and how many documents were there."""

    documents: int
    waiting: int
    asked: int
    p95_ms: Mapping[str, float]


async def measure(folder: Path, *, documents: int, asks: int, say: Say) -> Found:
    """Make a book of so many documents, and ask for each page so often."""
    settings = ProcessSettings(
        state_folder=str(folder / "console"),
        console_token=(ConsoleGrant("bench", "admin", TENANT, TOKEN),),
        token_key=(Fernet.generate_key().decode(),),
    )
    outside = Outside(journal=_nobody, view=_nothing_known, places=_no_places, send=_unheard)
    console = console_of(settings, SystemClock(), outside)
    follower = console.follower
    if follower is None:
        raise BenchFault("the console is off")
    customers, path = documents // DOCUMENTS, follower.kept.path
    path.parent.mkdir(parents=True, exist_ok=True)
    say(f"console: {documents:,} documents are written")
    rows = [_with_catalog(each) for each in await model(TENANT)]
    await asyncio.to_thread(fill, path, TENANT, rows, customers=customers, partitions=1)
    waiting = await asyncio.to_thread(_index, path, SystemClock().now())
    follower.freshness = Freshness(edition=1, is_whole=True)
    app = FastAPI()
    app.include_router(console.router)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://console") as browser:
        await _log_in(browser)
        say(f"console: {asks} times each page")
        taken = await _asked(browser, customers, asks)
    p95 = {page: 1000 * percentile(seconds, 0.95) for page, seconds in taken.items()}
    return Found(documents=documents, waiting=waiting, asked=asks, p95_ms=p95)


def _with_catalog(change: Change) -> Change:
    """Return a row; that of the tenant with many products and items, of which half are mapped."""
    if change.key != str(TenantRow(TENANT)) or change.body is None:
        return change
    names = {str(number): f"Special {number} of {number % 12}" for number in range(CATALOG)}
    shown = {key: CatalogEntry(name=each, revision=FIRST) for key, each in names.items()}
    tenant = replace(
        decode_row(change.key, change.body),
        sources={MappingKind.PRODUCT: shown},
        targets={MappingKind.PRODUCT: shown},
        mappings={MappingKind.PRODUCT: {key: key for key in names if int(key) % 2 == 0}},
    )
    return Change(change.key, change.position, Folding().dump(change.key, tenant), change.open)


def _index(path: Path, now: datetime) -> int:
    """Write the tables of the book for all rows of its store; return how many documents wait."""
    store, writer = Store(f"sqlite:///{path}"), BookWriter(to_write(path))
    states: dict[str, Any] = {}
    waiting = 0
    for stored in store.each_row():
        state = decode_row(stored.key, stored.body)
        row = parsed(stored.key)
        changes_waits = isinstance(row, DocumentRow) and _is_chosen(row)
        states[stored.key] = replace(state, park=UNMAPPED) if changes_waits else state
        waiting += changes_waits
        if len(states) >= AT_ONCE:
            writer.write(Changes(at=now - timedelta(seconds=waiting)), states, {0: 1})
            states = {}
    writer.write(Changes(at=now), states, {0: 1})
    writer.close()
    store.close()
    return waiting


def _is_chosen(row: DocumentRow) -> bool:
    _, kind, record_id = row.name.split("/")
    return kind == Kind.INVOICE and record_id.endswith("00") and not int(record_id[:-2]) % WAITS


async def _log_in(browser: httpx.AsyncClient) -> None:
    page = await browser.get("/console/login")
    secret = re.search(r'name="secret" value="([^"]+)"', page.text)
    form = {"secret": secret[1] if secret else "", "to": "/console", "token": TOKEN}
    if (await browser.post("/console/login", data=form)).status_code != 303:  # noqa: PLR2004
        raise BenchFault("nobody can log in to the console")


async def _asked(browser: httpx.AsyncClient, customers: int, asks: int) -> dict[str, list[float]]:
    taken: dict[str, list[float]] = {}
    for page, address in _addresses(customers, asks):
        began = perf_counter()
        answer = await browser.get(f"/console/t/{TENANT}{address}")
        taken.setdefault(page, []).append(perf_counter() - began)
        if answer.status_code != 200:  # noqa: PLR2004
            raise BenchFault(f"the console's {page} answers {answer.status_code} ({address})")
    return taken


def _addresses(customers: int, asks: int) -> Iterator[tuple[str, str]]:
    """Yield pages in turns, each time about other records."""
    random = Random(1)
    for _ in range(asks):
        customer = customer_id(random.randrange(customers))
        invoice = invoice_id(customer, random.randrange(INVOICES))
        yield "overview", ""
        yield "attention", "/attention"
        yield "lockouts", "/lockouts"
        yield "narrowed", f"/attention?reason=unmapped-product&after=2000~{customer}"
        yield "find", f"/find?q={invoice}"
        yield "find many", f"/find?q={invoice[:3]}"
        yield "record", f"/record/mediaos/invoice/{invoice}"
        yield "mappings", "/mappings?kind=products"
        yield "settings", "/settings"
        yield "setting effect", "/settings?group=guide&number_prefix=MediaOS-"
        yield "mapping offers", "/mappings?kind=products&source=7"
        yield "mapping effect", "/mappings?kind=products&source=7&target=8"


def _nobody() -> Journal:
    raise BenchFault("nobody follows a journal here")


async def _nothing_known() -> Covered:
    return {}


async def _no_places(_places: Sequence[tuple[int, int]]) -> list[LogRecord]:
    return []


async def _unheard(_request: Request) -> None:
    return None
