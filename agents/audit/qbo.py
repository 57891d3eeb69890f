"""What stands in QuickBooks' book?  Read by query, page by page, with readers of its own.

What is inactive is asked for by name, since a query hides it (quickbooks-online.md 2.4).  One
question a second, which is what the workers leave of a company's budget: a 429 would cost them a
minute.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

import httpx

from agents.audit import qbo_records as records
from agents.audit import qbo_wire as wire
from agents.audit.asking import Sleep, ask, understand
from agents.audit.books import Book, Credit, LedgerUnreadableError
from agents.audit.credits import Used, entries, memos, others, spent, used
from agents.audit.hearing import Hear, silent
from schemas.values import Side

WHO = "QuickBooks"
PAGE = 1000
PAGE_SECONDS = 1.0
ACTIVE_OR_NOT = "WHERE Active IN (true, false)"
RECEIVABLE = f"{ACTIVE_OR_NOT} AND AccountType = 'Accounts Receivable'"


class Known(Protocol):
    """What has an id."""

    @property
    def id(self) -> str:
        """Return the id."""
        ...


R = TypeVar("R", bound=Known)


async def read_qbo(
    client: httpx.AsyncClient,
    realm: str,
    token: Callable[[], Awaitable[str]],
    *,
    sleep: Sleep,
    hear: Hear = silent,
) -> Book:
    """Read a company's whole book; `client` has the base URL, without /v3."""
    company = _Company(client, realm, token, sleep, hear)
    customers = await company.all(wire.Customer, ACTIVE_OR_NOT)
    invoices = await company.all(wire.Invoice)
    payments = await company.all(wire.Payment)
    refunds = await company.all(wire.RefundReceipt)
    given = await company.all(wire.CreditMemo)
    currencies = {each.id: each.currency_ref.value for each in customers}
    credits_ = await _credits(company, given, used(payments), currencies)
    added = {(each.id, each.customer) for each in credits_ if each.amount < 0}
    book = Book(
        side=Side.QBO,
        home=await company.home(),
        zone=await company.zone(),
        credits=credits_,
        customers={each.id: records.customer(each) for each in customers},
        invoices={each.id: records.invoice(each) for each in invoices},
        memos={each.id: records.memo(each) for each in given},
        payments={each.id: records.payment(each, added) for each in payments},
        refunds={each.id: records.refund(each) for each in refunds},
    )
    applied = {each.id: records.application(each) for each in payments}
    book = replace(book, applications={q: entry for q, entry in applied.items() if entry})
    return replace(book, credits=(*credits_, *others(customers, book)))


async def _credits(
    company: "_Company",
    given: Iterable[wire.CreditMemo],
    taken: Used,
    currencies: Mapping[str, str],
) -> tuple[Credit, ...]:
    receivable = {account.id for account in await company.all(wire.Account, RECEIVABLE)}
    posted = entries(await company.all(wire.JournalEntry), receivable, taken)
    return (*memos(given, taken), *posted, *spent(taken, currencies))


@dataclass(frozen=True, slots=True)
class _Company:
    """One company, asked question by question."""

    client: httpx.AsyncClient
    realm: str
    token: Callable[[], Awaitable[str]]
    sleep: Sleep
    hear: Hear

    async def all(self, kind: type[R], where: str = "") -> list[R]:
        """Return all records of a kind.

        A page that is shorter than was asked for may not be the last: an empty one is.
        """
        name, found, start = kind.__name__, dict[str, R](), 1
        parts = ("SELECT * FROM", name, where, "ORDERBY Id")
        while True:
            page = f"STARTPOSITION {start} MAXRESULTS {PAGE}"
            query = " ".join((*filter(None, parts), page))
            body = await self._answer("query", {"query": query})
            told = understand(body, wire.Page, WHO).query_response
            more = getattr(told, wire.answered_as(name))
            if more and all(each.id in found for each in more):
                raise LedgerUnreadableError(
                    f"QuickBooks shows the same {name}s again from position {start} on: check "
                    "again once it is quiet."
                )
            found |= {each.id: each for each in more}
            start += len(more)
            self.hear(f"QuickBooks' {name} list", len(found), None)
            # Of a full page a count may be that of the page.
            if not more or (len(more) < PAGE and start - 1 == told.total):
                return list(found.values())

    async def home(self) -> str:
        """Return the code of the company's home currency, blank where it does not say one."""
        body = await self._answer("preferences", {})
        return understand(body, wire.Preferred, WHO).preferences.home

    async def zone(self) -> str:
        """Return the company's time zone, blank where it does not say one."""
        body = await self._answer(f"companyinfo/{self.realm}", {})
        return understand(body, wire.Described, WHO).company_info.default_time_zone

    async def _answer(self, path: str, params: Mapping[str, str]) -> bytes:
        body = await ask(
            self.client,
            f"/v3/company/{self.realm}/{path}",
            {**params, "minorversion": "75"},
            {"authorization": f"Bearer {await self.token()}", "accept": "application/json"},
            who=WHO,
            sleep=self.sleep,
        )
        await self.sleep(PAGE_SECONDS)
        return body
