"""What of MediaOS's lists is news to a preflight, and what the journal has already."""

from datetime import UTC, datetime

import pytest

from agents.preflight.preflight import gather
from agents.rules.tenant.preflight_findings import Listed
from schemas.below_zero import credit_id
from schemas.records import CreditMemo
from schemas.tenant_state import TenantSettings
from schemas.values import Kind, RecordRef, Revision, Side
from streams.ports import Reading

AT = datetime(2026, 3, 2, tzinfo=UTC)
PAGE = 200


class Quickbooks:
    """Has nothing, and time for everybody."""

    async def acquire(self, tenant, patience_seconds):
        return 0.0

    async def preferences(self, tenant):
        return {}

    particulars = preferences

    async def query(self, tenant, kind, statement):
        return ()


class Mediaos:
    """Shows the first page of its lists."""

    def __init__(self, **lists):
        self.lists = lists

    async def first_page(self, tenant, kind):
        found = self.lists.get(kind.name.lower(), ())
        return tuple(found[:PAGE]), len(found)


def reading(kind, record_id, record):
    return Reading(
        kind=kind,
        id=record_id,
        revision=Revision(deleted=False, number=1),
        customer="42",
        record=record,
        at=AT,
        began=AT,
    )


def invoice(number):
    return reading(Kind.INVOICE, str(number), CREDIT)


def below_zero(number):
    return reading(Kind.CREDIT_MEMO, credit_id(str(number)), CREDIT)


def memo(number):
    return reading(Kind.CREDIT_MEMO, str(number), CREDIT)


def known(*readings):
    return frozenset(RecordRef(Side.MEDIAOS, each.kind, each.id) for each in readings)


async def listed(kind, *, knows, **lists):
    facts = await gather(
        "t1",
        TenantSettings(),
        (),
        known=knows,
        quickbooks=Quickbooks(),
        mediaos=Mediaos(**lists),
    )
    return facts.books[kind]


NONE = Listed(live=0, deleted=0, more=0)
CREDIT = CreditMemo(customer="42", issued=AT.date())
MANY = [invoice(number) for number in range(1, 251)]


@pytest.mark.parametrize("place", [0, 100, 250], ids=["first", "on the page", "beyond it"])
async def test_a_live_tenant_of_many_invoices_has_no_news_where_one_is_below_zero(place):
    all_of_them = [*MANY[:place], below_zero(900), *MANY[place:]]

    assert await listed(Kind.INVOICE, knows=known(*all_of_them), invoice=all_of_them) == NONE


async def test_what_the_journal_has_not_is_counted_on_the_page_and_beyond():
    all_of_them = [*MANY, below_zero(900), invoice(901)]

    found = await listed(Kind.INVOICE, knows=known(*MANY), invoice=all_of_them)
    assert found == Listed(live=0, deleted=0, more=2)

    found = await listed(Kind.INVOICE, knows=known(*MANY), invoice=[below_zero(900), *MANY])
    assert found == Listed(live=1, deleted=0, more=0)


async def test_an_invoice_that_has_turned_its_sign_is_known_once():
    both = known(*MANY, invoice(900), below_zero(900))

    found = await listed(Kind.INVOICE, knows=both, invoice=[*MANY, invoice(900), invoice(901)])

    assert found == Listed(live=0, deleted=0, more=1)


async def test_an_invoice_below_zero_stands_in_for_no_credit_memo():
    memos = [memo(number) for number in range(1, 202)]

    found = await listed(
        Kind.CREDIT_MEMO, knows=known(*memos[:200], below_zero(900)), credit_memo=memos
    )

    assert found == Listed(live=0, deleted=0, more=1)
