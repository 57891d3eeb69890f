"""What the readers make of books that are large, odd, or not to be had."""

import json
from datetime import date
from decimal import Decimal

import httpx
import pytest

from agents.audit import mediaos as mediaos_reader
from agents.audit import qbo as qbo_reader
from agents.audit.books import LedgerUnreadableError
from agents.audit.mediaos import read_mediaos
from agents.audit.qbo import read_qbo
from schemas.records import Allocation, Payment
from schemas.values import Revision
from tests.testing.simulated.short_pages import ShortPages

SECRET = "top-secret-token"


async def bearer():
    return SECRET


class Naps:
    def __init__(self):
        self.taken = []

    async def __call__(self, seconds):
        self.taken.append(seconds)


def answering(*replies):
    """Return a client that gets these replies in turn, and the last one for ever."""
    left = list(replies)

    async def answer(_request):
        reply = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(reply, Exception):
            raise reply
        return httpx.Response(reply[0], content=reply[1])

    return httpx.AsyncClient(
        transport=httpx.MockTransport(answer), base_url="http://user:hidden@books"
    )


def page(kind, *records):
    return (200, json.dumps({"count": len(records), kind: records}).encode())


async def refusal(client, *, sleep=None):
    with pytest.raises(LedgerUnreadableError) as told:
        await read_qbo(client, "1", bearer, sleep=sleep or Naps())
    return str(told.value)


@pytest.mark.parametrize("size", [1, 2, 3])
async def test_books_of_several_pages_are_read_whole(day, monkeypatch, size):
    monkeypatch.setattr(qbo_reader, "PAGE", size)
    monkeypatch.setattr(mediaos_reader, "PAGE", size)
    for name in ("third", "fourth"):
        await day.bill(name, ("1.00",))
    mediaos, qbo = await day.books()
    assert len(mediaos.invoices) == len(qbo.invoices) == 4
    asked = [each["params"]["query"] for each in day.qbo.requests if "Invoice" in str(each)]
    assert asked[-1].endswith(f"STARTPOSITION 5 MAXRESULTS {size}")


@pytest.mark.parametrize("longest", [1, 2, 3])
async def test_a_short_page_is_not_taken_for_the_last(day, longest):
    for name in ("third", "fourth"):
        await day.bill(name, ("1.00",))
    pages = ShortPages(httpx.ASGITransport(day.qbo.app), longest)
    async with httpx.AsyncClient(transport=pages, base_url="http://quickbooks") as client:
        qbo = await read_qbo(client, day.qbo.realm, day.bearer, sleep=Naps())
    assert len(qbo.invoices) == 4


async def test_a_page_that_comes_again_is_told_and_not_read_for_ever(day):
    pages = ShortPages(httpx.ASGITransport(day.qbo.app), 1, repeats=True)
    async with httpx.AsyncClient(transport=pages, base_url="http://quickbooks") as client:
        with pytest.raises(LedgerUnreadableError, match="same Customers again from position 2 on"):
            await read_qbo(client, day.qbo.realm, day.bearer, sleep=Naps())
    assert len(pages.asked) == 2


async def test_a_list_that_says_how_long_it_is_is_not_asked_for_more(day):
    naps, one = Naps(), {"Id": "1", "SyncToken": "0", "DisplayName": "Amy"}
    told = json.dumps({"QueryResponse": {"Customer": [one], "totalCount": 1}}).encode()
    async with answering((200, told), (200, b'{"QueryResponse": {}}')) as client:
        book = await read_qbo(client, "1", bearer, sleep=naps)
    assert (len(book.customers), len(naps.taken)) == (1, 9)


async def test_what_mediaos_deleted_is_in_its_book_and_marked(day):
    await day.mediaos.people.delete("payments", day.ids["payment"][0])
    mediaos, _ = await day.books()
    entry = mediaos.payments[day.ids["payment"][0]]
    assert entry.revision == Revision(deleted=True, number=2)


async def test_an_inactive_customer_of_quickbooks_is_read_without_its_suffix(day):
    made = day.qbo.person.create("Customer", {"DisplayName": "Gone"})
    day.qbo.person.edit("Customer", made["Id"], {"Active": False})
    _, qbo = await day.books()
    assert (qbo.customers[made["Id"]].shape.name, qbo.customers[made["Id"]].shape.active) == (
        "Gone",
        False,
    )


async def test_a_note_is_split_into_a_persons_words_and_the_marker(day):
    note = "by cheque\nMediaOS t1 payment 9"
    day.qbo.tamper.rewrite("Payment", day.ids["payment"][1], {"PrivateNote": note})
    _, qbo = await day.books()
    shape = qbo.payments[day.ids["payment"][1]].shape
    assert (shape.memo, shape.marker) == ("by cheque", "MediaOS t1 payment 9")


async def test_mediaos_may_write_numbers_as_numbers_and_one_line_for_all():
    payment = {
        "id": 7,
        "row_version": 3,
        "advertiser_id": 42,
        "amount": 1861.08,
        "date_created": "2026-03-02 10:00:00",
        "date_deleted": "0000-00-00 00:00:00",
        "line": {"invoice_id": 136, "amount": "100"},
    }
    lists = ("advertisers", "invoices"), ("creditMemos", "creditApplications")
    before, after = ([page(each) for each in some] for some in lists)
    client = answering(*before, page("payments", payment), *after)
    async with client:
        book = await read_mediaos(client, sleep=Naps())
    assert book.payments["7"].shape == Payment(
        customer="42",
        amount=Decimal("1861.08"),
        received=date(2026, 3, 2),
        applied=(Allocation(invoice="136", amount=Decimal(100)),),
    )
    assert not book.payments["7"].revision.deleted


async def test_a_list_that_counts_more_than_it_shows_is_refused():
    async with answering((200, b'{"count": 3, "advertisers": []}')) as client:
        with pytest.raises(LedgerUnreadableError, match="counts 3 advertisers and shows 0"):
            await read_mediaos(client, sleep=Naps())


async def test_a_throttled_question_is_asked_again_after_a_minute():
    naps = Naps()
    empty = (200, b'{"QueryResponse": {}}')
    async with answering((429, b""), empty) as client:
        book = await read_qbo(client, "1", bearer, sleep=naps)
    assert naps.taken == [60.0, *[1.0] * 9]
    assert book.invoices == {}


async def test_quickbooks_is_asked_one_question_a_second():
    naps = Naps()
    async with answering((200, b'{"QueryResponse": {}}')) as client:
        await read_qbo(client, "1", bearer, sleep=naps)
    assert naps.taken == [1.0] * 9


async def test_a_side_that_throttles_for_ever_is_given_up():
    naps = Naps()
    async with answering((429, b"")) as client:
        assert "too many requests" in await refusal(client, sleep=naps)
    assert len(naps.taken) == 2


async def test_refused_credentials_are_told_without_the_token_that_the_gateway_echoes():
    async with answering((401, f"Token expired: {SECRET}".encode())) as client:
        told = await refusal(client)
    assert told.startswith("QuickBooks refuses our credentials (401)")
    assert SECRET not in told


async def test_a_side_that_is_away_is_told_in_one_sentence_without_its_password():
    async with answering(httpx.ConnectError("refused")) as client:
        told = await refusal(client)
    assert told.startswith("QuickBooks does not answer at http://books (ConnectError)")
    assert "hidden" not in told


async def test_a_record_that_cannot_be_read_is_named_by_its_field():
    body = b'{"QueryResponse": {"Customer": [{"Id": "1", "SyncToken": "0"}]}}'
    async with answering((200, body)) as client:
        assert "DisplayName" in await refusal(client)


async def test_a_server_that_fails_is_told():
    async with answering((503, b"<html>")) as client:
        assert "QuickBooks answered 503 instead of its book" in await refusal(client)
