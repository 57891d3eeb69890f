"""What stands in MediaOS's book?  Read list by list, deleted records included."""

from collections.abc import AsyncIterator
from typing import Any

import httpx

from agents.audit import mediaos_records as records
from agents.audit import mediaos_wire as wire
from agents.audit.asking import Sleep, ask, understand
from agents.audit.books import Book, LedgerUnreadableError
from agents.audit.hearing import Hear, silent
from agents.audit.mediaos_values import currency_of
from schemas.values import Side

WHO = "MediaOS"
PAGE = 100


async def read_mediaos(client: httpx.AsyncClient, *, sleep: Sleep, hear: Hear = silent) -> Book:
    """Read an account's whole book; `client` has the base URL and the credentials."""

    async def pages(kind: str) -> AsyncIterator[Any]:
        number, read, count = 1, 0, 1
        while read < count:
            params = {"page": str(number), "per_page": str(PAGE), "include_deleted": "true"}
            params |= {"sort_by": "id", "sort_order": "asc"}
            page = understand(
                await ask(client, f"/{kind}/", params, {}, who=WHO, sleep=sleep), wire.Page, WHO
            )
            found = getattr(page, kind)
            for record in found:
                yield record
            number, read, count = number + 1, read + len(found), page.count
            hear(f"MediaOS' {kind}", read, count)
            if not found and read < count:
                raise LedgerUnreadableError(
                    f"MediaOS counts {count} {kind} and shows {read}: check again once it is quiet."
                )

    customers = {str(r.id): records.customer(r) async for r in pages("advertisers")}
    invoices = {str(r.id): records.invoice(r) async for r in pages("invoices")}
    payments = {str(r.id): records.payment(r) async for r in pages("payments")}
    memos = [r async for r in pages("creditMemos")]
    codes = {str(r.id): currency_of(r) for r in memos}
    return Book(
        side=Side.MEDIAOS,
        customers=customers,
        invoices=invoices,
        payments=payments,
        memos={str(r.id): records.memo(r) for r in memos},
        credits=tuple(records.credit(r) for r in memos if not r.date_deleted),
        applications={
            str(r.id): records.application(r, codes) async for r in pages("creditApplications")
        },
        refunds={str(r.id): records.refund(r) async for r in pages("refunds")},
    )
