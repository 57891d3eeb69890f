"""What a remote answers is bounded before anything is done with it."""

import gzip
import zlib
from datetime import UTC, datetime

import httpx
import msgspec
import pytest

from schemas.catalog import NotUnderstoodError
from schemas.outcomes import No, Unknown
from schemas.values import Kind
from streams.remotes.answers import LONGEST_PAUSE, MOST_BYTES, TooLargeError, answered, retry_after
from streams.remotes.mediaos.budget import DailyBudget
from streams.remotes.mediaos.faults import fault_of as mediaos_fault
from streams.remotes.quickbooks.client import _understood
from streams.remotes.quickbooks.faults import fault_of
from streams.remotes.quickbooks.oauth import _lifetime
from streams.remotes.quickbooks.queries import captured, rows_of
from streams.remotes.quickbooks.wire_replies import Reply, outcome, shown
from tests.testing.simulated.clock import SimulatedClock
from tests.testing.soonest import soonest

AT = datetime(2026, 11, 28, tzinfo=UTC)
DATE = "Sat, 28 Nov 2026 14:00:00 GMT"


@pytest.mark.parametrize(
    ("given", "seconds"),
    [
        ("30", 30.0),
        ("1771234567", LONGEST_PAUSE),
        ("9" * 400, LONGEST_PAUSE),
        ("Sat, 28 Nov 2026 14:02:00 GMT", 120.0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", LONGEST_PAUSE),
        ("Sat, 28 Nov 2026 13:00:00 GMT", 0.0),
        ("-1", None),
        ("NaN", None),
        ("soon", None),
        ("x" * 100_000, None),
        ("", None),
    ],
    ids=lambda value: str(value)[:20],
)
def test_nobody_is_waited_for_longer_than_an_hour(given, seconds):
    headers = {"Retry-After": given, "Date": DATE}
    assert retry_after(headers) == seconds
    assert mediaos_fault(429, b"", headers).retry_after_seconds == seconds
    assert fault_of(429, b"", headers).retry_after_seconds == seconds


async def test_a_days_budget_is_paused_for_an_hour_at_most():
    budget = DailyBudget(SimulatedClock())
    budget.refused(10.0**12)
    assert await budget.acquire(0.0) <= LONGEST_PAUSE


SLOW = {
    "letters": b"x" * 16_000,
    "words": b"word " * 200_000,
    "tags": b"<" * 1_000_000,
    "scripts": b"<script" * 200_000,
    "errors": b'<Error code="1"' * 100_000,
    "opened": b"<Error code='1'>" + b"<Message>" * 100_000,
    "entities": b"&" * 1_000_000,
    "json": b'{"fault":{"error":[{"detail":"' + b"x" * 1_000_000 + b'"}]}}',
    "list": b'{"Fault":{"Error":['
    + b",".join([b'{"Detail":"' + b"y" * 99 + b'"}'] * 20_000)
    + b"]}}",
    "deep": b'{"Fault":' * 50_000,
    "deep-list": b"[" * 1_000_000,
    "token": b"Token expired: " * 60_000,
    "no-utf8": b'{"Fault":"\xff"}',
}


@pytest.mark.parametrize("status", [200, 401, 403, 429, 500])
@pytest.mark.parametrize("name", SLOW)
def test_a_refusal_of_any_form_is_read_at_once(name, status):
    assert soonest(lambda: fault_of(status, SLOW[name])) < 0.2
    fault = fault_of(status, SLOW[name])
    if fault is not None:
        assert len(fault.detail) + len(fault.message) + len(fault.code) <= 1_100
    assert mediaos_fault(status, SLOW[name], {}).status == status


@pytest.mark.parametrize(
    "text",
    [
        "Token expired: AB11731bQdefgh",
        "Token expired: abcdefgh.ijklmnop",
        "message=AuthenticationFailed; errorCode=003200; Token expired: Abc-def ghi",
        "token revoked=secretletters",
    ],
)
def test_of_a_token_that_is_told_nothing_is_left(text):
    body = msgspec.json.encode({"fault": {"error": [{"detail": text, "message": text}]}})
    fault = fault_of(401, body)
    for shown_ in (fault.detail, fault.message):
        assert shown_.endswith("[hidden]")
        tail = text.split("xpired: ")[-1].split("evoked=")[-1]
        assert not any(part in shown_ for part in (tail, tail[:6], tail[-6:]))


def client(body, **headers):
    async def parts():
        for start in range(0, len(body), 65_536):
            yield body[start : start + 65_536]

    def answer(_request):
        return httpx.Response(200, headers=headers, content=parts())

    return httpx.AsyncClient(transport=httpx.MockTransport(answer), base_url="http://x")


async def got(body, **headers):
    async with client(body, **headers) as http:
        return await answered(http, http.build_request("GET", "/"))


@pytest.mark.parametrize(
    ("packed", "body"),
    [("", b"{}"), ("gzip", gzip.compress(b"{}")), ("deflate", zlib.compress(b"{}"))],
    ids=["plain", "gzip", "deflate"],
)
async def test_an_answer_is_unpacked(packed, body):
    answer = await got(body, **{"content-encoding": packed} if packed else {})
    assert (answer.status_code, answer.content, answer.json()) == (200, b"{}", {})


async def test_what_unpacks_to_more_than_the_most_is_refused_by_name():
    with pytest.raises(TooLargeError, match=str(MOST_BYTES)):
        await got(gzip.compress(bytes(300_000_000), 9), **{"content-encoding": "gzip"})


async def test_so_is_a_plain_body_without_end():
    with pytest.raises(TooLargeError, match=str(MOST_BYTES)):
        await got(bytes(MOST_BYTES + 1))


@pytest.mark.parametrize(("packed", "body"), [("br", b"x"), ("gzip, gzip", b"x"), ("gzip", b"no")])
async def test_what_nobody_asked_for_is_not_unpacked(packed, body):
    with pytest.raises(TooLargeError, match="packed"):
        await got(body, **{"content-encoding": packed})


INVOICE = {"Id": "7", "SyncToken": "0", "CustomerRef": {"value": "1"}, "TxnDate": "2026-01-01"}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"SyncToken": "9" * 5_000}, "SyncToken"),
        ({"SyncToken": "²"}, "SyncToken"),
        ({"Id": "9" * 65}, "Id"),
        ({"Id": "1/2"}, "Id"),
        ({"CustomerRef": {"value": "\0"}}, "CustomerRef"),
        ({"TxnDate": "0001-01-01"}, "txn_date"),
        ({"TotalAmt": "sNaN"}, "total_amt"),
        ({"TotalAmt": "1e100000000"}, "total_amt"),
        ({"Balance": "0." + "1" * 30}, "balance"),
        ({"PrivateNote": "x" * 10_001}, "private_note"),
        ({"MetaData": {"LastUpdatedTime": "9999-12-31T23:59:59-08:00"}}, "last_updated_time"),
    ],
    ids=str,
)
@pytest.mark.parametrize("form", ["bytes", "mapping"])
def test_a_record_beyond_a_limit_is_not_understood(changes, field, form):
    entity = {**INVOICE, **changes}
    assert shown(Kind.INVOICE, msgspec.json.encode(INVOICE)).id == "7"
    with pytest.raises(NotUnderstoodError, match=field):
        shown(Kind.INVOICE, msgspec.json.encode(entity) if form == "bytes" else entity)


def test_a_price_that_quickbooks_made_of_an_amount_is_within_them():
    line = {"Amount": 7.96, "DetailType": "SalesItemLineDetail"}
    line["SalesItemLineDetail"] = {"Qty": 15, "UnitPrice": 0.5306667}
    body = msgspec.json.encode({**INVOICE, "Line": [line]})
    assert str(shown(Kind.INVOICE, body).record.lines[0].unit_price) == "0.5306667"


@pytest.mark.parametrize(
    "body",
    [
        b"[]",
        b"7",
        b"{}",
        b'{"QueryResponse":7}',
        b'{"QueryResponse":{"Invoice":7},"time":"9999-12-31T23:59:59-08:00"}',
        b'{"CDCResponse":[{"QueryResponse":[]}],"time":"0001-01-01T00:00:00+14:00"}',
        b'{"CDCResponse":[{"QueryResponse":[]}],"time":"2026-01-01T00:00:00"}',
        b'{"QueryResponse":' + b"[" * 50_000,
        b'{"x":"\xff"}',
    ],
)
def test_a_list_of_another_form_is_not_understood(body):
    def read(given):
        rows_of(Kind.INVOICE, given)
        return captured([Kind.INVOICE], given, "1")

    assert isinstance(_understood(Reply(status=200, body=body), read), No | Unknown)
    assert isinstance(outcome(Kind.INVOICE, Reply(status=200, body=body), AT), Unknown)


@pytest.mark.parametrize("given", [float("nan"), -1.0, 0.0])
def test_an_access_token_lives_some_time(given):
    with pytest.raises(ValueError, match="no time"):
        _lifetime(given)


def test_and_a_day_at_most():
    assert _lifetime(1e308) == 86_400.0
