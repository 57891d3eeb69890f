"""What both ledgers came to: by customer, by document, as a file, and of whom it is nobody's."""

import csv
from datetime import timedelta

import pytest

from schemas.ledgers import LedgerDifference, LedgerReport, LedgerRow
from tests.testing.simulated.clock import START
from tests.unit.gateway.console.conftest import OTTO, VERA, ZOE, text_of
from tests.unit.gateway.console.journal_words import connected, customer, live
from tests.unit.gateway.console.ledger_words import kept

PAGE = "/console/t/t1/reconcile"


@pytest.fixture
def told(world):
    world.tell("t1", connected(), live())
    world.tell("t1/mediaos/42", customer())
    return world


async def shown(world, address=PAGE, token=VERA):
    async with world.open() as served:
        return await (await served.browser(token)).get(address)


async def test_where_nobody_has_read_them_the_page_says_how(told):
    page = text_of(await shown(told))

    assert "Both ledgers have not been read yet." in page
    assert "isthmus reconcile t1 --keep" in page


async def test_it_says_what_differs_by_whom_it_was_kept_and_when(told):
    told.tell("t1", *kept())

    page = text_of(await shown(told))

    assert "The ledgers differ in 1 document, by 12.00 in all; 1 document waits besides." in page
    assert "read 2026-03-02 09:00 UTC , kept by scheduler" in page
    assert "Receivables 2,198.58 USD 1,861.08 USD -337.50 USD" in page


async def test_each_difference_has_both_amounts_and_why_in_words_of_the_trade(told):
    told.tell("t1", *kept())

    page = await shown(told)

    assert (
        "invoice MediaOS-136 Harbour Books 337.50 USD nothing 337.50 USD "
        "Product not mapped: product 7 (Print) is mapped to nothing" in text_of(page)
    )
    assert 'href="/console/t/t1/record/mediaos/invoice/136"' in page.text
    assert "payment =9 look at it =HYPERLINK(1) nothing 12.00 USD" in text_of(page)


async def test_each_customer_has_what_it_owes_on_both_sides(told):
    told.tell("t1", *kept())

    page = text_of(await shown(told))

    assert "Harbour Books 2,198.58 USD 0.00 USD -2,198.58 USD invoices" in page
    assert "Quay Press 1,861.08 USD 1,861.08 USD none" in page


@pytest.mark.parametrize(
    ("differs", "waits", "verdict"),
    [
        (0, 0, "The ledgers agree to the cent."),
        (0, 2, "The ledgers agree except for 2 documents that wait."),
    ],
)
async def test_where_they_agree_that_is_said(told, differs, waits, verdict):
    told.tell("t1", *kept(differs=differs, waits=waits))

    assert verdict in text_of(await shown(told))


async def test_the_last_readings_are_listed_and_each_can_be_looked_at(told):
    old = LedgerReport(home="USD", customers=7, totals=(LedgerRow(),))
    told.tell("t1", *kept(START - timedelta(days=1), report=old, differs=0, waits=0, name="k0"))
    told.tell("t1", *kept())
    async with told.open() as served:
        vera = await served.browser(VERA)
        last = await vera.get(PAGE)
        [address] = {
            each.partition('"')[0] for each in last.text.split('href="')[1:] if "?run=" in each
        }
        before = await vera.get(address)

    assert "2026-03-02 09:00 UTC (above) 1 12.00 1" in text_of(last)
    assert "All customers (7)" in text_of(before)
    assert "The ledgers agree to the cent." in text_of(before)


async def test_it_is_kept_as_a_table_of_which_no_cell_computes(told):
    told.tell("t1", *kept())
    async with told.open() as served:
        vera = await served.browser(VERA)
        page = await vera.get(PAGE)
        [address] = [e.partition('"')[0] for e in page.text.split('href="')[1:] if "/csv/" in e]
        file = await vera.get(address)

    assert file.headers["content-type"] == "text/csv; charset=utf-8"
    assert file.headers["content-disposition"] == (
        'attachment; filename="reconcile-t1-2026-03-02.csv"'
    )
    assert file.headers["x-content-type-options"] == "nosniff"
    rows = list(csv.DictReader(file.text.splitlines()))
    [foreign] = [row for row in rows if row["document"] == "qbo/payment/=9"]
    assert (foreign["customer"], foreign["number"]) == ("'=HYPERLINK(1)", "'=9")
    total = next(row for row in rows if (row["row"], row["figure"]) == ("total", "receivables"))
    assert (total["mediaos"], total["difference"]) == ("2198.58", "-337.50")


async def test_a_reading_of_an_earlier_release_has_only_its_sums(told):
    told.tell("t1", *kept(report=None))
    async with told.open() as served:
        vera = await served.browser(VERA)
        page = await vera.get(PAGE)
        files = [await vera.get(f"{PAGE}/csv/{name}") for name in ("0-1", "1-1", "2-1", "3-1")]

    assert "Of this reading only the sums were kept." in text_of(page)
    assert "/csv/" not in page.text
    assert {each.status_code for each in files} == {404}


async def test_while_kafka_is_away_the_sums_are_told_and_the_rest_is_not(told):
    told.tell("t1", *kept())
    async with told.open() as served:
        vera = await served.browser(VERA)
        whole = await vera.get(PAGE)
        [address] = [e.partition('"')[0] for e in whole.text.split('href="')[1:] if "/csv/" in e]
        told.away = True
        pages = [await vera.get(each) for each in (PAGE, address)]

    for page in pages:
        assert "Kafka does not answer" in text_of(page)
        assert "The ledgers differ in 1 document" in text_of(page)


async def test_nobody_reads_another_tenant_s(told):
    told.tell("t2", connected(), live())
    name = f"{told.kafka.partition_of(b't2')}-{told.tell('t2', *kept())}"
    async with told.open() as served:
        otto, zoe = await served.browser(OTTO), await served.browser(ZOE)
        named = await otto.get(f"{PAGE}?run={name}")
        file = await otto.get(f"{PAGE}/csv/{name}")
        hers = await zoe.get("/console/t/t2/reconcile")
        nowhere = [await otto.get(f"/console/t/t2/reconcile{each}") for each in ("", "/csv/0-1")]

    assert "Both ledgers have not been read yet." in text_of(named)
    assert file.status_code == 404
    assert "Harbour Books" in text_of(hers)
    assert [each.status_code for each in nowhere] == [404, 404]


@pytest.mark.parametrize("run", ["0-999999", "x", "%00", "-", "1-1'--", "9" * 99])
async def test_a_made_up_reading_is_none(told, run):
    told.tell("t1", *kept())
    async with told.open() as served:
        vera = await served.browser(VERA)
        page, file = await vera.get(f"{PAGE}?run={run}"), await vera.get(f"{PAGE}/csv/{run}")

    assert "There is no such reading." in text_of(page)
    assert file.status_code == 404


async def test_what_a_side_wrote_is_text(told):
    bad = LedgerDifference(document="<b>x</b>", customer="<script>", why="<i>", detail="a: b")
    told.tell("t1", *kept(report=LedgerReport(differences=(bad,))))

    page = await shown(told)

    assert "<script>" not in page.text.partition("<main")[2]
    assert "&lt;b&gt;x" in page.text
